//! What leaves holds nothing it may not, and is otherwise the same incident.

use chrono::Duration;
use uuid::Uuid;

use super::*;
use crate::incident::command::Command;
use crate::incident::tests::{Person, at, opened};
use crate::model::component::{AddComponent, Stage};
use crate::model::entry::Logged;
use crate::model::handover;
use crate::model::indicator::{self, AddIndicators, Adding, Details};
use crate::model::redaction::Redact;
use crate::model::roster::{self, AddPerson, Detail};

fn adding(kind: Kind, value: &str, tlp: Option<Tlp>) -> Adding {
    let own = tlp.map(|tlp| Box::new(Details { tlp: Some(tlp), ..Details::default() }));
    Adding { kind, value: value.to_owned(), own }
}

/// An incident with people, hosts and addresses in lists and in words.
fn told_of() -> Person {
    let mut ana = opened();
    let log = |text: &str| Command::Log(Logged { text: text.into(), ..Logged::default() });
    let details =
        [(Detail::Phone, "+44 20 7946 0958".to_owned()), (Detail::Mail, "dee@corp.example".to_owned())];
    let dee = AddPerson {
        name: "Dee Okafor".into(),
        roles: vec!["legal-compliance".into()],
        details: details.into_iter().collect(),
        shift: None,
    };
    let indicators = vec![
        adding(Kind::Ipv4, "203.0.113.7", Some(Tlp::Red)),
        adding(Kind::Domain, "evil.example", Some(Tlp::Green)),
    ];
    for (minute, command) in (1..).zip([
        Command::AddComponent(AddComponent::new("FS02", "server", Stage::Confirmed)),
        Command::People(roster::Command::Add(dee)),
        Command::Indicator(indicator::Command::Add(AddIndicators { indicators, ..AddIndicators::default() })),
        log("fs02 talks to 203[.]0[.]113[.]7, evil.example and 198.51.100.23; Dee Okafor was told by ana"),
        log("198.51.100.23 again; dee@corp.example knows"),
        log("Oda Berg found it"),
    ]) {
        assert!(ana.give(&command, at(minute)).unwrap());
    }
    let entry = ana.lines.last().unwrap().id;
    let reason = "name of a patient".to_owned();
    ana.give(&Command::Redact(Redact { entry, reason }), at(9)).unwrap();
    ana
}

fn leaves(person: &Person, terms: Release, holds: Holds) -> Released {
    terms.of(Uuid::nil(), &person.lines, holds).unwrap()
}

fn text(released: &Released) -> String {
    serde_json::to_string(&released.incident.document()).unwrap()
}

#[test]
fn replaced_names_stand_nowhere_and_each_thing_keeps_one_other_name() {
    let ana = told_of();
    let terms = Release { names: Names::Replaced, ..Release::default() };
    let text = text(&leaves(&ana, terms, Holds::Incident));
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    for name in ["ana", "Dee", "Okafor", "FS02", "fs02", "203", "evil", "51", "7946", "corp"] {
        assert!(!words.contains(&name), "{name}: {text}");
    }
    assert!(
        text.contains(
            "server-1 talks to 198[.]18[.]0[.]2, host-1.example and 198.18.0.3; Person-2 was told by Person-1"
        ),
        "{text}"
    );
    assert!(text.contains("198.18.0.3 again"), "{text}");
}

#[test]
fn a_handover_that_was_told_before_its_words_were_hidden_does_not_leave_in_a_look_back_either() {
    let mut ana = opened();
    ana.give(&Command::Log(Logged { text: "Oda found it".into(), ..Logged::default() }), at(1)).unwrap();
    let entry = ana.lines.last().unwrap().id;
    let offer = handover::Offer { to: "bo".into(), note: None, told: "SINCE  Oda found it".into() };
    ana.give(&Command::Handover(handover::Command::Offer(offer)), at(2)).unwrap();
    ana.give(&Command::Redact(Redact { entry, reason: "name of a patient".into() }), at(9)).unwrap();
    for as_of in [None, Some(at(3))] {
        let released = leaves(&ana, Release { as_of, ..Release::default() }, Holds::Incident);
        assert_eq!(released.incident.handovers.len(), 1);
        assert!(!text(&released).contains("Oda"), "{as_of:?}: {}", text(&released));
    }
}

#[test]
fn what_is_hidden_leaves_on_no_terms() {
    let ana = told_of();
    for terms in [Release::default(), Release { names: Names::Replaced, ..Release::default() }] {
        assert!(!text(&leaves(&ana, terms, Holds::Incident)).contains("Oda"));
    }
}

#[test]
fn a_closer_label_than_the_limit_stays_and_so_does_its_value_in_the_words_around_it() {
    let ana = told_of();
    let green = Release { limit: Some(Tlp::Green), ..Release::default() };
    let refused = green.of(Uuid::nil(), &ana.lines, Holds::Incident).unwrap_err();
    assert!(
        refused.message.contains("TLP:AMBER+STRICT") && refused.message.contains("TLP:GREEN"),
        "{refused:?}"
    );
    let items = leaves(&ana, green, Holds::Items);
    assert_eq!(
        (items.held_back, items.incident.indicators.iter().count(), items.label()),
        (1, 1, Tlp::Green)
    );
    let amber = Release { limit: Some(Tlp::AmberStrict), ..Release::default() };
    let released = leaves(&ana, amber, Holds::Incident);
    assert_eq!(released.held_back, 1);
    let text = text(&released);
    assert!(
        !text.contains("203.0.113.7")
            && !text.contains("203[.]")
            && text.contains("fs02 talks to [closer than TLP:AMBER+STRICT]"),
        "{text}"
    );
    assert!(text.contains("evil.example"), "{text}");
}

#[test]
fn on_no_terms_it_is_the_incident_itself_and_at_a_moment_as_it_stood_then() {
    let ana = told_of();
    let released = leaves(&ana, Release::default(), Holds::Incident);
    assert_eq!(released.incident, Incident::fold(Uuid::nil(), &ana.lines));
    assert_eq!(released.root.count(), ana.lines.len() as u64);
    let early = Release { as_of: Some(at(1) + Duration::seconds(1)), ..Release::default() };
    assert_eq!(leaves(&ana, early, Holds::Incident).incident.components.len(), 1);
    assert_eq!(leaves(&ana, early, Holds::Incident).incident.indicators.len(), 0);
}

#[test]
fn what_gates_said_has_other_names_too_and_nothing_leaves_from_before_the_opening() {
    let mut ana = told_of();
    ana.give(&Command::Go(crate::incident::tests::go(crate::model::phase::Phase::Analysis)), at(20)).unwrap();
    ana.give(&Command::Go(crate::incident::tests::go(crate::model::phase::Phase::Recovery)), at(21)).unwrap();
    let facts = |incident: &Incident| -> String {
        incident.visits.iter().flat_map(|visit| &visit.gates).map(|gate| gate.fact.clone()).collect()
    };
    assert!(facts(&ana.incident).contains("FS02"), "{}", facts(&ana.incident));
    let terms = Release { names: Names::Replaced, ..Release::default() };
    let other = facts(&leaves(&ana, terms, Holds::Incident).incident);
    assert!(!other.contains("FS02") && other.contains("server-1"), "{other}");
    let early = Release { as_of: Some(at(-60)), ..Release::default() };
    let refused = early.of(Uuid::nil(), &ana.lines, Holds::Incident).unwrap_err();
    assert!(refused.message.contains("was not opened by then"), "{refused:?}");
}

#[test]
fn a_look_back_wears_the_closer_label_of_then_and_now() {
    let mut ana = told_of();
    let edit = crate::model::head::Edit { tlp: Some(Tlp::Red), ..Default::default() };
    ana.give(&Command::Edit(edit), at(30)).unwrap();
    let early = Release { as_of: Some(at(20)), ..Release::default() };
    let released = leaves(&ana, early, Holds::Incident);
    assert_eq!((released.label(), released.incident.tlp()), (Tlp::Red, Some(Tlp::Red)));
}

#[test]
fn replaced_names_change_nothing_but_names() {
    let ana = told_of();
    let terms = Release { names: Names::Replaced, ..Release::default() };
    let (real, other) =
        (Incident::fold(Uuid::nil(), &ana.lines), leaves(&ana, terms, Holds::Incident).incident);
    let shape = |incident: &Incident| {
        let entries: Vec<_> =
            incident.entries.iter().map(|it| (it.id, it.kind, it.happened, it.redacted)).collect();
        let tasks: Vec<_> = incident.tasks.iter().map(|task| (task.what.clone(), task.state())).collect();
        (entries, tasks, incident.phase(), incident.visits.len(), incident.tlp(), incident.number.clone())
    };
    assert_eq!(shape(&real), shape(&other));
}
