//! Hidden words are seen nowhere, and an undo brings them back.

use super::*;

/// Hides one of the last entries in somebody's own words.
pub(super) fn any(incident: &Incident, pick: usize, reason: String) -> Option<Command> {
    let written = incident.entries.iter().rev().filter(|entry| entry.kind.written());
    Some(Command::Redact(Redact { entry: written.into_iter().nth(pick % 4)?.id, reason }))
}

/// What any reader gets to see.
fn seen(incident: &Incident) -> String {
    serde_json::to_string(&incident.document()).unwrap()
}

#[test]
fn hidden_words_are_seen_nowhere_and_undo_brings_them_back() {
    let mut ana = opened();
    let log = |text: &str| Command::Log(Logged { text: text.into(), ..Logged::default() });
    ana.give(&log("patient Oda in bed 4 has the USB stick"), at(1)).unwrap();
    let entry = ana.lines.last().unwrap().id;
    ana.give(&Command::Correct(Correct { entry, text: "Oda in bed 5 has the stick".into() }), at(2)).unwrap();
    let signal = RecordSignal { text: "Oda rang".into(), source: None };
    ana.give(&Command::RecordSignal(signal), at(3)).unwrap();
    let rang = ana.lines.last().unwrap().id;
    let before = seen(&ana.incident);
    for target in [entry, rang] {
        let hide = Command::Redact(Redact { entry: target, reason: "name of a patient".into() });
        ana.give(&hide, at(4)).unwrap();
        assert!(!ana.give(&hide, at(4)).unwrap(), "hiding twice is harmless");
    }
    assert!(before.contains("Oda") && !seen(&ana.incident).contains("Oda"), "{}", seen(&ana.incident));
    assert_eq!(ana.incident.entry_of(entry).unwrap().shown(), "[redacted: name of a patient]");
    // Taking the entry back repeats its words, too.
    ana.give(&Command::Undo(None), at(5)).unwrap();
    ana.give(&Command::Undo(None), at(6)).unwrap();
    let entries = |incident: &Incident| -> Vec<String> {
        incident.entries.iter().map(|entry| entry.shown().to_owned()).collect()
    };
    assert!(entries(&ana.incident).contains(&"Oda in bed 5 has the stick".to_owned()));
    assert_eq!(ana.incident.signal_words(&ana.incident.signals[0]), "Oda rang");
}

#[test]
fn a_look_back_does_not_bring_hidden_words_back() {
    let mut ana = opened();
    let logged = Logged { text: "Oda did it".into(), source: Some("Oda's aunt".into()), ..Logged::default() };
    ana.give(&Command::Log(logged), at(1)).unwrap();
    let entry = ana.lines.last().unwrap().id;
    ana.give(&Command::Redact(Redact { entry, reason: "slander".into() }), at(9)).unwrap();
    let then = Incident::as_of(ana.incident.id, &ana.lines, at(2));
    assert!(!seen(&then).contains("Oda") && seen(&then).contains("slander"), "{}", seen(&then));
    ana.give(&Command::Undo(None), at(10)).unwrap();
    assert!(seen(&ana.incident).contains("Oda's aunt"));
}

#[test]
fn words_that_were_taken_back_are_hidden_with_the_line_that_took_them_back() {
    let mut ana = opened();
    ana.give(&Command::Log(Logged { text: "Oda did it".into(), ..Logged::default() }), at(1)).unwrap();
    let entry = ana.lines.last().unwrap().id;
    ana.give(&Command::Undo(None), at(2)).unwrap();
    assert!(ana.incident.entries.last().unwrap().shown().contains("Oda"));
    ana.give(&Command::Redact(Redact { entry, reason: "slander".into() }), at(3)).unwrap();
    assert!(!seen(&ana.incident).contains("Oda"), "{}", seen(&ana.incident));
}

#[test]
fn what_is_no_words_of_somebody_is_not_redacted_and_a_reason_is_wanted() {
    let mut ana = opened();
    let opening = ana.lines[0].id;
    let refused = ana.give(&Command::Redact(Redact { entry: opening, reason: "x".into() }), at(1));
    assert!(refused.unwrap_err().message.contains("of the kind opened"), "the kind is named");
    ana.give(&Command::Log(Logged { text: "words".into(), ..Logged::default() }), at(1)).unwrap();
    let entry = ana.lines.last().unwrap().id;
    ana.give(&Command::Redact(Redact { entry, reason: " ".into() }), at(2)).unwrap_err();
}
