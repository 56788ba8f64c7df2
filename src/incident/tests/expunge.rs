//! Words that are gone are gone for everybody, whoever still has the line.

use super::*;
use crate::model::entry::Kind;
use crate::model::expunge::{Expunge, Stub};
use crate::model::restriction::Readers;

/// Takes away one of the last entries that do not carry the incident, with what repeats it, and now and then a file.
pub(super) fn any(incident: &Incident, pick: usize, word: u8, reason: String) -> Option<Command> {
    let carries = |kind| matches!(kind, Kind::Opened | Kind::Phase | Kind::Drill | Kind::Inject);
    let mut entries = incident.entries.iter().rev().filter(|entry| !carries(entry.kind));
    let entry = entries.nth(pick % 5)?;
    let files = if word.is_multiple_of(4) { vec![format!("{word:02x}").repeat(32)] } else { Vec::new() };
    let (targets, with) = (incident.with_repeats(entry.id), "Mira/legal".to_owned());
    let left = targets.iter().filter(|_| !pick.is_multiple_of(3)).map(|id| (*id, "ab".repeat(32))).collect();
    Some(Command::Expunge(Expunge { targets, files, reason, with, left }))
}

/// Lets others read it, or not.
pub(super) fn restrict(pick: usize, word: u8) -> Command {
    let group = Readers::Group(format!("team-{}", word % 3));
    Command::Restrict([group, Readers::Nobody, Readers::Store][pick % 3].clone())
}

/// The lines with stubs in the place of all that was expunged, as every disk has them in the end.
fn blanked(lines: &[Line]) -> Vec<Line> {
    let said = |line: &Line| match &line.event {
        Event::Expunged(it) => it.targets.iter().map(|target| (*target, line.id)).collect(),
        _ => Vec::new(),
    };
    let gone: std::collections::BTreeMap<_, _> = lines.iter().rev().flat_map(said).collect();
    let blank = |line: &Line| match gone.get(&line.id) {
        Some(by) => Line { event: Event::Stub(Stub { expunged: by.short(10).to_string() }), ..line.clone() },
        None => line.clone(),
    };
    lines.iter().map(blank).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn who_still_has_the_words_sees_what_everybody_sees(steps in steps()) {
        let all = everything(&work(&steps));
        prop_assert_eq!(Incident::fold(ID, &blanked(&all)), Incident::fold(ID, &all));
    }

    #[test]
    fn what_was_applied_line_by_line_is_what_is_folded(steps in steps()) {
        for person in work(&steps) {
            prop_assert_eq!(&person.incident, &Incident::fold(ID, &person.lines));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_number_that_stood_on_a_paper_is_not_given_again_although_what_had_it_is_gone(
        steps in steps(),
        kind in 0u8..KINDS - 1,
        pick: usize,
        word: u8,
    ) {
        let mut ana = work(&steps).swap_remove(0);
        let told: Vec<Line> =
            ana.lines.iter().filter(|line| !matches!(line.event, Event::Expunged(_))).cloned().collect();
        let ever = numbers(&Incident::fold(ID, &told));
        let before = numbers(&ana.incident);
        let order = command(&ana, kind, pick, word);
        if ana.give(&order, at(100)).unwrap_or(false) {
            for number in numbers(&ana.incident) {
                prop_assert!(before.contains(&number) || !ever.contains(&number), "{number} twice: {ever:?}");
            }
        }
    }
}

#[test]
fn what_was_expunged_and_who_may_read_it_are_not_taken_back() {
    let mut ana = opened();
    ana.give(&Command::Log(Logged { text: "the password is Sommer".into(), ..Logged::default() }), at(1))
        .unwrap();
    let expunge = any(&ana.incident, 0, 1, "a password".into()).unwrap();
    for (order, why) in [(expunge, "expunged"), (restrict(0, 1), "rights")] {
        assert!(ana.give(&order, at(2)).unwrap());
        let line = ana.lines.last().unwrap().id;
        let refusal = ana.give(&Command::Undo(Some(line)), at(3)).unwrap_err();
        assert!(refusal.message.contains(why), "{refusal}");
        assert!(!ana.give(&order, at(4)).unwrap(), "again is harmless");
    }
    let document = serde_json::to_string(&ana.incident.document()).unwrap();
    assert!(!document.contains("Sommer") && document.contains("a password"), "{document}");
}

/// A line of each, to pin.
pub(super) fn to_pin(ana: &mut Person) {
    ana.give(&Command::Log(Logged { text: "the password is Sommer".into(), ..Logged::default() }), at(61))
        .unwrap();
    let expunge = any(&ana.incident, 0, 4, "a password".into()).unwrap();
    ana.give(&expunge, at(62)).unwrap();
    for pick in 0..3 {
        ana.give(&restrict(pick, 0), at(63)).unwrap();
    }
}
