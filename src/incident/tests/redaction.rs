//! Hidden words are seen nowhere, and an undo brings them back.

use super::*;
use crate::incident::line::Batch;
use crate::model::handover::Offer;
use crate::model::id::LineId;
use crate::model::sitrep::Give;

/// Hides one of the last entries that can be hidden.
pub(super) fn any(incident: &Incident, pick: usize, reason: String) -> Option<Command> {
    let own = incident.entries.iter().rev().filter(|entry| incident.redactable(entry));
    Some(Command::Redact(Redact { entry: own.into_iter().nth(pick % 4)?.id, reason }))
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

/// Gives a command; the line it wrote.
fn line_of(ana: &mut Person, command: &Command, minute: i64) -> LineId {
    ana.give(command, at(minute)).unwrap();
    ana.lines.last().unwrap().id
}

fn log(text: &str) -> Command {
    Command::Log(Logged { text: text.into(), ..Logged::default() })
}

fn redact(entry: LineId) -> Command {
    Command::Redact(Redact { entry, reason: "slander".into() })
}

#[test]
fn a_source_that_was_said_later_is_hidden_and_one_said_after_that_can_be_hidden_again() {
    let mut ana = opened();
    let entry = line_of(&mut ana, &log("somebody did it"), 1);
    let mark = |source: &str| {
        let marks = Marks { source: Some(source.into()), ..Marks::default() };
        Command::MarkEntry(MarkEntry { entry, marks })
    };
    ana.give(&mark("Oda's aunt"), at(2)).unwrap();
    ana.give(&Command::Undo(None), at(3)).unwrap();
    ana.give(&mark("Oda's uncle"), at(4)).unwrap();
    ana.give(&redact(entry), at(5)).unwrap();
    assert!(!seen(&ana.incident).contains("Oda"), "{}", seen(&ana.incident));
    ana.give(&mark("Oda's niece"), at(6)).unwrap();
    assert!(seen(&ana.incident).contains("Oda's niece"));
    assert!(ana.give(&redact(entry), at(7)).unwrap(), "there is something new to hide");
    assert!(!seen(&ana.incident).contains("Oda"), "{}", seen(&ana.incident));
    ana.give(&Command::Undo(None), at(8)).unwrap();
    assert!(!seen(&ana.incident).contains("uncle"), "the first redaction stands");
    for line in ana.incident.redactions_of(entry).collect::<Vec<_>>() {
        ana.give(&Command::Undo(Some(line)), at(9)).unwrap();
    }
    for words in ["aunt", "uncle", "niece"] {
        assert!(seen(&ana.incident).contains(words), "{words}");
    }
}

#[test]
fn a_line_that_two_redactions_hide_is_seen_again_when_neither_stands() {
    let mut ana = opened();
    let one = line_of(&mut ana, &log("Oda rang"), 1);
    let two = line_of(&mut ana, &log("Oda wept"), 1);
    for (place, line) in ana.lines.iter_mut().rev().take(2).zip([two, one]) {
        assert_eq!(place.id, line);
        place.batch = Some(Batch(one.to_string(), u32::from(line == two) + 1, 2));
    }
    ana.incident = Incident::fold(ID, &ana.lines);
    ana.give(&Command::Undo(Some(one)), at(2)).unwrap();
    let undo = ana.lines.last().unwrap().id;
    ana.give(&redact(two), at(3)).unwrap();
    ana.give(&redact(one), at(4)).unwrap();
    let (first, second) = (ana.lines[ana.lines.len() - 2].id, ana.lines.last().unwrap().id);
    let text = |ana: &Person| ana.incident.entry_of(undo).unwrap().text.clone();
    ana.give(&Command::Undo(Some(first)), at(5)).unwrap();
    assert_eq!(text(&ana), "[redacted: slander]");
    ana.give(&Command::Undo(Some(second)), at(6)).unwrap();
    assert!(text(&ana).contains("Oda rang"), "{}", text(&ana));
}

#[test]
fn what_a_handover_and_a_sitrep_said_and_what_they_quote_is_hidden() {
    let mut ana = opened();
    let entry = line_of(&mut ana, &log("Oda Berg, bed 4, plugged it in: hxxp://oda.example"), 1);
    let told = "DONE      note 14:01 ana  Oda Berg, bed 4,\n          plugged it in".to_owned();
    let give = Give { to: "Mira".into(), told: told.clone(), ..Give::default() };
    ana.give(&Command::Sitrep(crate::model::sitrep::Command::Give(give)), at(2)).unwrap();
    let clean = Give { to: "Mira".into(), told: "Nothing new".into(), ..Give::default() };
    let clean = Give { judgement: Some("Ask Oda".into()), ..clean };
    let judged = line_of(&mut ana, &Command::Sitrep(crate::model::sitrep::Command::Give(clean)), 3);
    let offer = Offer { to: "bo".into(), note: Some("Oda lies".into()), told };
    let offered = line_of(&mut ana, &Command::Handover(handover::Command::Offer(offer)), 4);
    ana.give(&redact(entry), at(5)).unwrap();
    let told = |ana: &Person| -> Vec<String> {
        ana.incident.sitreps().map(|it| ana.incident.sitrep_told(it).to_owned()).collect()
    };
    assert_eq!(told(&ana), ["[left out: it quotes words that are redacted]", "Nothing new"]);
    assert!(ana.incident.quotes_hidden(offered) && !ana.incident.quotes_hidden(judged));
    assert!(seen(&ana.incident).contains("Oda lies") && seen(&ana.incident).contains("Ask Oda"));
    ana.give(&redact(offered), at(6)).unwrap();
    ana.give(&redact(judged), at(7)).unwrap();
    assert!(!seen(&ana.incident).contains("Oda"), "{}", seen(&ana.incident));
    let found = ana.incident.records().filter(|found| found.text.contains("Oda")).count();
    assert_eq!(found, 0);
    for _ in 0..3 {
        ana.give(&Command::Undo(None), at(8)).unwrap();
    }
    assert!(told(&ana)[0].contains("Oda Berg") && seen(&ana.incident).contains("Oda lies"));
}
