//! SITREPs that were given: kept, numbered, promised, never taken back.

use super::*;
use crate::model::sitrep::{self, Give};

/// Giving one: to one of three people, some way or other.
pub(super) fn command(pick: usize, word: u8) -> Command {
    give(Give {
        to: ["Mira", "Lars", "dee"][pick % 3].into(),
        how: word.is_multiple_of(2).then(|| "phone".into()),
        judgement: word.is_multiple_of(3).then(|| format!("words {word}")),
        next: word.is_multiple_of(5).then(|| at(400 + i64::from(word))),
        told: format!("SITREP of {word}"),
    })
}

fn give(give: Give) -> Command {
    Command::Sitrep(sitrep::Command::Give(give))
}

fn to(name: &str) -> Give {
    Give { to: name.into(), told: "SITREP 1".into(), ..Give::default() }
}

fn note(text: &str) -> Command {
    Command::Log(Logged { text: text.into(), ..Logged::default() })
}

/// One with everything in it, and one with as little as can be.
pub(super) fn to_pin(ana: &mut Person) {
    let whole = Give {
        how: Some("phone".into()),
        judgement: Some("It holds until the morning.".into()),
        next: Some(at(130)),
        ..to("Mira")
    };
    ana.give(&give(whole), at(70)).unwrap();
    ana.give(&note("on the phone"), at(71)).unwrap();
    ana.give(&give(to("Lars")), at(125)).unwrap();
}

#[test]
fn one_that_was_given_is_kept_with_its_number_and_cannot_be_taken_back() {
    let mut ana = opened();
    assert_eq!(ana.give(&give(Give { how: Some("phone".into()), ..to("Mira") }), at(2)), Ok(true));
    assert_eq!(ana.give(&give(to("Lars")), at(3)), Ok(true));
    let kept: Vec<_> = ana.incident.sitreps().map(|it| (it.label(), it.to.clone(), it.at)).collect();
    let want = [("SITREP 1".to_owned(), "Mira".to_owned(), at(2)), ("SITREP 2".into(), "Lars".into(), at(3))];
    assert_eq!(kept, want);
    let refusal = ana.give(&Command::Undo(None), at(4)).unwrap_err();
    assert_eq!(refusal.message, "SITREP 2 was given to Lars; what was said is not taken back.");
    let entry = ana.lines.last().unwrap().id;
    assert!(refusal.hint.unwrap().contains(&format!("casebook correct {}", entry.short(10))));
    let correct = Correct { entry, text: "SITREP 2 given to Lars, and to Dee on the same line".into() };
    assert_eq!(ana.give(&Command::Correct(correct), at(5)), Ok(true));
}

#[test]
fn giving_the_same_twice_is_one_until_something_is_recorded() {
    let mut ana = opened();
    assert_eq!(ana.give(&give(to("Mira")), at(2)), Ok(true));
    assert_eq!(ana.give(&give(to("Mira")), at(3)), Ok(false));
    ana.give(&note("FS02 is up"), at(4)).unwrap();
    assert_eq!(ana.give(&give(to("Mira")), at(5)), Ok(true));
}

#[test]
fn the_next_is_promised_as_the_severity_asks_and_a_promise_stands_until_it_is_kept() {
    let mut ana = opened();
    ana.give(&give(to("Mira")), at(1)).unwrap();
    assert_eq!(ana.incident.sitrep_promised(), None, "nothing asks for one before the severity is set");
    let set = SetSeverity { impact: None, level: Some(Level::Sev1), reason: Some("patients".into()) };
    ana.give(&Command::SetSeverity(set), at(1)).unwrap();
    let every = i64::from(Level::Sev1.update_minutes().unwrap());
    ana.give(&give(to("Mira")), at(10)).unwrap();
    assert_eq!(ana.incident.sitrep_promised(), Some(at(10 + every)));
    ana.give(&give(to("Lars")), at(20)).unwrap();
    assert_eq!(ana.incident.sitrep_promised(), Some(at(10 + every)), "one in between breaks no promise");
    ana.give(&give(to("Mira")), at(10 + every - 5)).unwrap();
    assert_eq!(ana.incident.sitrep_promised(), Some(at(10 + every - 5 + every)), "this one keeps it");
    let early = Give { next: Some(at(10)), ..to("Dee") };
    let refusal = ana.give(&give(early), at(100)).unwrap_err();
    assert_eq!(refusal.message, "The next SITREP would be due before this one was given.");
}

#[test]
fn two_people_who_give_one_at_once_share_its_number_and_are_told_apart() {
    let mut ana = opened();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    ana.give(&give(to("Mira")), at(2)).unwrap();
    bo.give(&give(to("Lars")), at(2)).unwrap();
    ana.read(&bo);
    let labels: Vec<String> = ana.incident.sitreps().map(|sitrep| sitrep.label()).collect();
    assert!(labels.iter().all(|label| label.starts_with("SITREP 1·")), "{labels:?}");
    assert_ne!(labels[0], labels[1]);
    assert_eq!(ana.incident.next_sitrep_number(), 2);
}

#[test]
fn a_closed_incident_still_tells_how_it_ended_and_promises_nothing() {
    let mut ana = opened();
    ana.incident = stand_in(Phase::LessonsLearned);
    ana.give(&Command::Go(go(Phase::Preparation)), at(1)).unwrap();
    assert!(ana.incident.closed());
    assert_eq!(ana.give(&give(to("Mira")), at(2)), Ok(true));
    assert_eq!(ana.incident.sitrep_promised(), None);
}
