//! Evidence from being asked for to being handed over.

use crate::incident::command::Command as Order;
use crate::incident::tests::{Person, at, go, opened};
use crate::model::component::{AddComponent, Stage};
use crate::model::evidence::{
    Add, Command, Edit, Field, Integrity, Measured, Pass, Receive, Rehashed, Request, Standing, Verify,
};
use crate::model::id::NounId;
use crate::model::lifecycle::Gate;
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::task::State;

fn with_a_server() -> (Person, NounId) {
    let mut ana = opened();
    let add = AddComponent::new("FS02", "server", Stage::Confirmed);
    ana.give(&Order::AddComponent(add), at(1)).unwrap();
    let component = ana.incident.components[0].id.clone();
    (ana, component)
}

fn file(byte: &str) -> Receive {
    Receive {
        file: Some(Measured { sha256: byte.repeat(32), size: 4096, vault: true, changed: false }),
        ..Receive::default()
    }
}

fn memory(component: &NounId, byte: &str) -> Command {
    let how =
        Receive { origin: Some("/evidence/fs02.mem".into()), tool: Some("WinPmem 4.0".into()), ..file(byte) };
    let components = vec![component.clone()];
    Command::Add(Box::new(Add { name: "memory".into(), kind: "memory".into(), components, how, note: None }))
}

fn request() -> Command {
    Command::Request(Request {
        name: "VPN logs".into(),
        kind: "logs".into(),
        from: "the provider".into(),
        due: Some(at(90)),
        ..Request::default()
    })
}

fn pass(item: &NounId, from: Option<&str>, to: &str) -> Command {
    let from = from.map(str::to_owned);
    let pass = Pass { from, to: to.into(), reason: "to the lab".into(), ..Pass::default() };
    Command::Pass { item: item.clone(), pass: Box::new(pass) }
}

fn verify(item: &NounId, byte: &str) -> Command {
    let hash = Rehashed { sha256: byte.repeat(32), size: 4096, of: "vault".into() };
    Command::Verify { item: item.clone(), verify: Verify { hash } }
}

fn give(person: &mut Person, command: Command, minute: i64) -> Result<bool, Refusal> {
    person.give(&Order::Evidence(command), at(minute))
}

fn id(person: &Person, at: usize) -> NounId {
    person.incident.evidence[at].id.clone()
}

/// The JSON of each event, byte for byte: what is on disk must read the same for ever.
#[test]
fn the_json_of_evidence_is_pinned() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    give(&mut ana, request(), 3).unwrap();
    let [first, second] = [0, 1].map(|at| id(&ana, at));
    let shelf = Receive { kept: Some("safe 2".into()), seal: Some("B-11".into()), ..Receive::default() };
    let hash = Some(Rehashed { sha256: "ab".repeat(32), size: 4096, of: "vault".into() });
    let handed = Pass { to: "Lars".into(), reason: "to the lab".into(), hash, ..Pass::default() };
    let edit = Edit { name: Some("memory of FS02".into()), ..Edit::default() };
    for command in [
        Command::Receive { item: second.clone(), how: Box::new(shelf) },
        Command::Pass { item: first.clone(), pass: Box::new(handed) },
        verify(&first, "cd"),
        Command::Edit { item: first, edit: Box::new(edit) },
        Command::Withdraw { item: second, reason: "the wrong provider".into() },
    ] {
        give(&mut ana, command, 20).unwrap();
    }
    let pinned: Vec<String> =
        ana.lines[2..].iter().map(|line| format!("{} {}", line.event.kind(), line.event.data())).collect();
    insta::assert_snapshot!(pinned.join("\n"));
}

#[test]
fn a_live_host_without_an_image_is_named_before_it_is_changed_and_its_memory_quiets_the_gate() {
    let (mut ana, component) = with_a_server();
    let gates = [Gate::EvidenceBeforeChange, Gate::VolatileEvidence];
    let named = |ana: &Person| -> Vec<String> {
        ana.incident.findings(&gates, at(5)).into_iter().map(|finding| finding.fact).collect()
    };
    assert_eq!(named(&ana), ["FS02", "FS02"]);
    let log = Add {
        name: "syslog".into(),
        kind: "logs".into(),
        components: vec![component.clone()],
        ..Add::default()
    };
    give(&mut ana, Command::Add(Box::new(log)), 2).unwrap();
    assert_eq!(named(&ana), ["FS02", "FS02"], "logs are no image");
    give(&mut ana, memory(&component, "ab"), 3).unwrap();
    assert!(named(&ana).is_empty());
    let item = id(&ana, 1);
    give(&mut ana, Command::Withdraw { item, reason: "of another host".into() }, 4).unwrap();
    assert_eq!(named(&ana), ["FS02", "FS02"], "a withdrawn item keeps nothing");
}

#[test]
fn the_task_to_image_first_is_done_with_the_last_image_that_was_missing() {
    let (mut ana, component) = with_a_server();
    let other = AddComponent::new("FS03", "server", Stage::Confirmed);
    ana.give(&Order::AddComponent(other), at(1)).unwrap();
    ana.give(&Order::Go(go(Phase::Analysis)), at(1)).unwrap();
    ana.give(&Order::Go(go(Phase::Containment)), at(1)).unwrap();
    let imaging = |ana: &Person| {
        let mut tasks = ana.incident.tasks.iter();
        tasks.find(|task| task.what.act.as_deref() == Some("evidence")).map(|task| task.state())
    };
    assert_eq!(imaging(&ana), Some(State::Open));
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    assert_eq!(imaging(&ana), Some(State::Open), "FS03 is still without");
    let second = ana.incident.components[1].id.clone();
    give(&mut ana, memory(&second, "cd"), 3).unwrap();
    assert_eq!(imaging(&ana), Some(State::Done));
}

#[test]
fn what_was_taken_into_custody_is_corrected_and_never_taken_back() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    let item = id(&ana, 0);
    for command in [pass(&item, None, "Lars"), verify(&item, "ab")] {
        let refusal = ana.give(&Order::Undo(None), at(3)).unwrap_err();
        assert!(refusal.hint.unwrap().contains("casebook evidence edit E-001"));
        give(&mut ana, command, 3).unwrap();
    }
    assert!(ana.give(&Order::Undo(None), at(4)).is_err());
    let edit = Edit { holder: Some("Lars, lab 2".into()), ..Edit::default() };
    give(&mut ana, Command::Edit { item: item.clone(), edit: Box::new(edit) }, 5).unwrap();
    give(&mut ana, Command::Withdraw { item, reason: "mistaken".into() }, 6).unwrap();
    // Corrections and a withdrawal are words, and words can be taken back.
    for holder in ["Lars, lab 2", "Lars"] {
        assert_eq!(ana.give(&Order::Undo(None), at(7)), Ok(true));
        assert_eq!(
            (ana.incident.evidence[0].holder(), ana.incident.evidence[0].standing()),
            (Some(holder), Standing::Held)
        );
    }
}

#[test]
fn a_request_can_be_taken_back_until_something_has_come_of_it() {
    let mut ana = opened();
    give(&mut ana, request(), 1).unwrap();
    assert_eq!(give(&mut ana, request(), 2), Ok(false), "asking the same twice is one request");
    assert_eq!(ana.incident.awaited_evidence().count(), 1);
    assert_eq!(ana.give(&Order::Undo(None), at(3)), Ok(true));
    assert_eq!(ana.incident.awaited_evidence().count(), 0);
    give(&mut ana, request(), 4).unwrap();
    assert_eq!(ana.incident.evidence[1].number, "E-002", "a number is never given twice");
    let item = id(&ana, 1);
    give(&mut ana, Command::Receive { item, how: Box::new(file("ab")) }, 5).unwrap();
    let asked = ana.lines[ana.lines.len() - 2].id;
    assert!(ana.give(&Order::Undo(Some(asked)), at(6)).is_err());
    let item = &ana.incident.evidence[1];
    assert_eq!(
        (item.standing(), item.source(), item.holder()),
        (Standing::Held, Some("the provider"), Some("ana"))
    );
}

#[test]
fn custody_leaves_only_the_hands_it_is_in() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    let item = id(&ana, 0);
    let refusal = give(&mut ana, pass(&item, Some("bo"), "Lars"), 3).unwrap_err();
    assert_eq!(refusal.message, "E-001 is held by ana, not by bo.");
    assert_eq!(give(&mut ana, pass(&item, None, "ana"), 3), Ok(false));
    give(&mut ana, pass(&item, Some("Ana"), "Lars"), 4).unwrap();
    let chain = &ana.incident.evidence[0].custody[0];
    assert_eq!((chain.from.as_deref(), chain.to.as_str(), chain.matches), (Some("ana"), "Lars", None));
}

#[test]
fn two_who_hand_the_same_thing_on_at_once_are_asked_who_has_it() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    let item = id(&ana, 0);
    let mut bo = Person::new("bo");
    bo.read(&ana);
    give(&mut ana, pass(&item, None, "Lars"), 3).unwrap();
    give(&mut bo, pass(&item, None, "Mira"), 3).unwrap();
    ana.read(&bo);
    assert_eq!(ana.incident.contested()[0].field, "holder of E-001");
    assert!(ana.incident.evidence[0].gap(), "custody is not clear");
    let edit = Edit { holder: Some("Mira".into()), ..Edit::default() };
    give(&mut ana, Command::Edit { item, edit: Box::new(edit) }, 4).unwrap();
    assert!(ana.incident.contested().is_empty());
    assert_eq!(ana.incident.evidence[0].custody.len(), 2, "both stay in the chain");
}

#[test]
fn the_same_number_given_at_two_places_is_told_apart() {
    let (mut ana, component) = with_a_server();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    give(&mut bo, memory(&component, "cd"), 2).unwrap();
    ana.read(&bo);
    let labels: Vec<String> = ana.incident.evidence().map(|item| item.label()).collect();
    assert!(labels.iter().all(|label| label.starts_with("E-001·")) && labels[0] != labels[1], "{labels:?}");
    give(&mut ana, memory(&component, "ef"), 3).unwrap();
    assert_eq!(ana.incident.evidence[2].label(), "E-002");
}

#[test]
fn a_mismatch_stays_in_sight_after_a_later_check_that_matches() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    let item = id(&ana, 0);
    let integrity = |ana: &Person| ana.incident.evidence[0].integrity();
    assert_eq!(integrity(&ana), Some(Integrity::Unchecked));
    for (byte, says) in
        [("ab", Integrity::Matches), ("cd", Integrity::Mismatch), ("ab", Integrity::MatchesAgain)]
    {
        give(&mut ana, verify(&item, byte), 3).unwrap();
        assert_eq!(integrity(&ana), Some(says));
        assert_eq!(ana.incident.evidence[0].gap(), says == Integrity::Mismatch);
    }
    assert!(ana.incident.entries.iter().any(|entry| entry.text.contains("MISMATCH")));
}

#[test]
fn the_same_bytes_are_one_item_and_a_file_in_motion_is_refused_without_a_copy() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    assert_eq!(give(&mut ana, memory(&component, "ab"), 3), Ok(false));
    let mut how = file("cd");
    if let Some(file) = &mut how.file {
        (file.changed, file.vault) = (true, false);
    }
    let mut add = Add { name: "syslog".into(), kind: "logs".into(), how, ..Add::default() };
    let refusal = give(&mut ana, Command::Add(Box::new(add.clone())), 4).unwrap_err();
    assert!(refusal.hint.unwrap().contains("--copy"));
    add.how.file = Some(Measured { vault: true, ..add.how.file.unwrap() });
    assert_eq!(give(&mut ana, Command::Add(Box::new(add)), 5), Ok(true));
}

#[test]
fn custody_goes_on_after_the_case_is_closed() {
    let (mut ana, component) = with_a_server();
    give(&mut ana, memory(&component, "ab"), 2).unwrap();
    let item = id(&ana, 0);
    let dismissal =
        crate::incident::moves::Go { disposition: Some("false-positive".into()), ..go(Phase::Preparation) };
    ana.give(&Order::Go(dismissal), at(3)).unwrap();
    assert!(ana.incident.closed());
    assert_eq!(give(&mut ana, pass(&item, None, "the police"), 4), Ok(true));
    assert_eq!(give(&mut ana, verify(&item, "ab"), 5), Ok(true));
    assert!(give(&mut ana, memory(&component, "cd"), 6).is_err());
    assert!(ana.incident.evidence[0].details.contains_key(&Field::Holder));
}
