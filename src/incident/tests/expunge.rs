//! Words that are gone are gone for everybody, whoever still has the line.

use super::*;
use crate::model::component::Component;
use crate::model::entry::Kind;
use crate::model::expunge::{DeclineExpunge, Expunge, Expunged, Stub};
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

/// What lines did, without a word that somebody typed.
fn deeds(incident: &Incident) -> serde_json::Value {
    let tasks: Vec<_> = incident.tasks.iter().map(|it| (&it.what.id, it.undone, it.settled())).collect();
    let staged = |it: &Component| (it.id.clone(), it.undone, it.stage.get().map(|it| it.stage));
    let components: Vec<_> = incident.components.iter().map(staged).collect();
    let evidence: Vec<_> =
        incident.evidence.iter().map(|it| (&it.id, it.undone, format!("{:?}", it.standing()))).collect();
    let ledger: Vec<_> = incident.ledger.iter().map(|it| (&it.id, it.undone, it.open(), it.due())).collect();
    let log: Vec<_> = incident.entries.iter().map(|it| (it.id, it.kind, it.undone_by)).collect();
    serde_json::json!({
        "status": incident.status(), "phase": incident.phase(), "tlp": incident.tlp(),
        "posture": incident.posture.get(), "severity": incident.severity().map(|it| it.level),
        "visits": incident.visits().count(), "tasks": tasks, "components": components, "evidence": evidence,
        "ledger": ledger, "numbers": numbers(incident), "log": log, "actions": incident.improvements.len(),
        "handovers": incident.handovers.len(), "people": incident.people().count(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_line_whose_words_are_hidden_does_what_it_did(steps in steps()) {
        let all = everything(&work(&steps));
        let told: Vec<Line> = all.iter().filter(|it| !matches!(it.event, Event::Expunged(_))).cloned().collect();
        let mut now = deeds(&Incident::fold(ID, &all));
        let gone: Vec<_> = all.iter().filter(|it| matches!(it.event, Event::Expunged(_))).map(|it| it.id).collect();
        let log = now["log"].as_array_mut().unwrap();
        log.retain(|row| !gone.iter().any(|id| row[0] == id.to_string().as_str()));
        let told = Incident::fold(ID, &told);
        prop_assert_eq!(now, deeds(&told));
        // Two of the same value are one as long as that is known.
        let known = Incident::fold(ID, &all);
        let there = |id: &NounId| known.indicators.iter().any(|it| it.id == *id);
        prop_assert!(told.indicators.iter().all(|it| there(&it.id)));
    }

    #[test]
    fn when_all_is_declared_as_gone_no_words_are_seen(steps in steps()) {
        let mut all = everything(&work(&steps));
        let said = Expunged {
            targets: all.iter().map(|line| line.id).collect(),
            reason: "all of it".into(),
            with: "Mira/legal".into(),
            ..Expunged::default()
        };
        let last = all.last().unwrap().clone();
        let id = crate::model::id::LineId([7; 32]);
        all.push(Line { id, n: last.n + 1, event: Event::Expunged(said), ..last });
        let stays = |line: &&Line| line.event.stays();
        let typed = |text: &str| text.split("words ").skip(1).filter(|it| it.starts_with(|c: char| c.is_ascii_digit())).count();
        let left: usize = all.iter().filter(stays).map(|line| typed(&line.event.data())).sum();
        let shown = serde_json::to_string(&Incident::fold(ID, &all).document()).unwrap();
        prop_assert!(left > 0 || typed(&shown) == 0, "{shown}");
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
fn what_somebody_else_only_declared_as_gone_is_still_ones_own_to_take_away() {
    let mut ana = opened();
    ana.give(&Command::Log(Logged { text: "the password is Sommer".into(), ..Logged::default() }), at(1))
        .unwrap();
    let order = any(&ana.incident, 0, 1, "a password".into()).unwrap();
    let last = ana.lines.last().unwrap().clone();
    let said = Expunged {
        targets: vec![last.id],
        reason: "of no concern".into(),
        with: "Mira/legal".into(),
        ..Expunged::default()
    };
    let id = crate::model::id::LineId([7; 32]);
    let forged = Line { id, n: last.n + 1, by: "eve".into(), event: Event::Expunged(said), ..last.clone() };
    ana.incident.apply(&forged);
    assert!(ana.give(&order, at(2)).unwrap());
    let Event::Expunged(own) = &ana.lines.last().unwrap().event else { panic!("another event") };
    assert_eq!(own.targets, [last.id]);
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

#[test]
fn numbers_that_no_line_can_have_given_are_not_used_up() {
    let mut ana = opened();
    ana.give(&Command::Log(Logged { text: "the password is Sommer".into(), ..Logged::default() }), at(1))
        .unwrap();
    let target = ana.lines[1].id;
    let numbers = ["M-4294967294", "M-52", "M-7", "E-999999999", "M-x", "SITREP 3"].map(str::to_owned);
    let forged = Expunged {
        targets: vec![target],
        reason: "x".into(),
        with: "cy/legal".into(),
        numbers: numbers.into(),
        ..Expunged::default()
    };
    let event = Event::Expunged(forged);
    let (by, over) = ("eve".to_owned(), Vec::new());
    ana.write(Draft { by, who: None, happened: None, ex: None, now_set: false, over, event }, at(2));
    // What is only hidden here says itself that it gave none.
    assert_eq!(ana.incident.gone_numbers().count(), 0);
    assert_eq!(ana.incident.next_ledger_number(Sort::Measure, 0), "M-1");
    // Of what has no words any more nobody knows.
    ana.lines[1].event = Event::Stub(Stub::default());
    let incident = Incident::fold(ID, &ana.lines);
    assert_eq!(incident.gone_numbers().collect::<Vec<_>>(), ["M-7", "SITREP 3"]);
    assert_eq!(
        (incident.next_ledger_number(Sort::Measure, 0), incident.next_sitrep_number()),
        ("M-8".into(), 4)
    );
}

/// A line of each, to pin.
pub(super) fn to_pin(ana: &mut Person) {
    ana.give(&Command::Log(Logged { text: "the password is Sommer".into(), ..Logged::default() }), at(61))
        .unwrap();
    let expunge = any(&ana.incident, 0, 4, "a password".into()).unwrap();
    ana.give(&expunge, at(62)).unwrap();
    let target = ana.lines.last().unwrap().id;
    let decline = DeclineExpunge { target, reason: "nobody asked us".into() };
    ana.give(&Command::DeclineExpunge(decline), at(62)).unwrap();
    for pick in 0..3 {
        ana.give(&restrict(pick, 0), at(63)).unwrap();
    }
}
