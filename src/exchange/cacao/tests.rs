//! Playbooks that go out fit the published schemas and come back; playbooks of others become tasks.

use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use proptest::prelude::*;

use super::super::tests::cases::{
    Folder, any_json, demo, faults, limited, moment, pieces, random, taken, whole,
};
use super::*;
use crate::incident::tests::steps;
use crate::model::time::Zone;

/// By the rules the schemas name.
static SCHEMA: LazyLock<Validator> =
    LazyLock::new(|| Folder::of("cacao-2.0").validator("playbook.json", Draft::Draft7));
/// By the later rules, under which nothing may stand in a playbook that the schemas do not name.
static STRICT: LazyLock<Validator> =
    LazyLock::new(|| Folder::of("cacao-2.0").validator("playbook.json", Draft::Draft202012));

fn playbook_of(released: &Released) -> Value {
    let zone = Zone::utc();
    let bytes = write(released, moment(&zone)).unwrap();
    assert_eq!(bytes, write(released, moment(&zone)).unwrap(), "exported twice it is the same");
    serde_json::from_slice(&bytes).unwrap()
}

/// What the published schemas say against a playbook.
fn against(playbook: &Value) -> Vec<String> {
    let mut all = faults(&SCHEMA, playbook);
    // The schema of a command closes itself before its own kinds, such as `manual`, name their fields: under
    // the later rules no command at all could say what to do.
    let mut without = playbook.clone();
    for step in without["workflow"].as_object_mut().unwrap().values_mut() {
        for command in step["commands"].as_array_mut().into_iter().flatten() {
            command.as_object_mut().unwrap().remove("command").unwrap();
        }
        if step["commands"].is_null() {
            step.as_object_mut().unwrap().remove("commands");
        }
    }
    all.extend(faults(&STRICT, &without));
    all
}

/// What no schema says: one way from start to end through every step.
fn sound(playbook: &Value) {
    let workflow = playbook["workflow"].as_object().unwrap();
    let mut at = playbook["workflow_start"].as_str().unwrap();
    let mut met = 1;
    while let Some(next) = workflow[at]["on_completion"].as_str() {
        let agent = &workflow[at]["agent"];
        assert!(agent.is_null() || playbook["agent_definitions"].get(agent.as_str().unwrap()).is_some());
        at = next;
        met += 1;
    }
    assert_eq!((workflow[at]["type"].as_str(), met), (Some("end"), workflow.len()));
}

#[test]
fn the_demo_and_something_of_everything_fit_the_published_schemas() {
    for case in [demo(), limited(&whole().lines, None).unwrap()] {
        let playbook = playbook_of(&case);
        assert_eq!(against(&playbook), Vec::<String>::new());
        sound(&playbook);
        assert!(playbook["workflow"].as_object().unwrap().len() > 8);
    }
    let mut wrong = playbook_of(&demo());
    wrong["workflow_start"] = json!("start");
    wrong["colour"] = json!("red");
    assert!(against(&wrong).len() >= 3, "{:?}", against(&wrong));
}

#[test]
fn what_comes_back_are_the_tasks_that_went_out() {
    let case = demo();
    let (incident, said) = taken(pieces(read, &write(&case, moment(&Zone::utc())).unwrap()).unwrap());
    assert_eq!(said, Vec::<String>::new());
    let back: Vec<_> = incident.tasks.iter().filter(|task| task.own).map(|task| &task.what).collect();
    let sent: Vec<_> = latest(&case.incident)
        .into_iter()
        .flat_map(|visit| case.incident.checklist(&visit.id).map(|task| &task.what))
        .collect();
    assert_eq!(back.len(), sent.len());
    for (back, sent) in back.into_iter().zip(sent) {
        assert_eq!((&back.title, back.required), (&sent.title, sent.required));
        assert!(back.text.contains(&sent.text) && back.text.contains(&sent.why), "{back:?}");
        assert!(sent.role.is_empty() || back.role == sent.role);
    }
}

#[test]
fn the_playbook_of_somebody_else_is_understood() {
    let playbook = json!({ "type": "playbook", "spec_version": "cacao-1.1", "workflow_start": "start--1", "workflow": {
        "start--1": { "type": "start", "on_completion": "action--b" },
        "action--b": { "type": "action", "name": "Call the owner", "on_completion": "if-condition--1", "agent": "individual--1",
            "commands": [{ "type": "manual", "command_b64": "QXNrIHdoZXRoZXIgaXQgd2FzIHRoZW0=" }] },
        "if-condition--1": { "type": "if-condition", "condition": "__theirs__:value == 'no'", "on_true": "action--a", "on_false": "end--1", "on_completion": "action--d" },
        "action--a": { "type": "action", "name": "x".repeat(300), "on_completion": "action--a", "on_failure": "action--e", "agent": "individual--2",
            "commands": [{ "type": "manual", "command": "Lock it" }, { "type": "bash", "command": "rm -rf /" }] },
        "action--c": { "type": "action", "commands": [{ "type": "manual" }] },
        "action--d": { "type": "action", "commands": [{ "type": "manual", "description": "Write it down\nall of it" }] },
        "action--e": { "type": "action", "name": "Escalate", "commands": [{ "type": "manual" }] },
        "playbook-action--1": { "type": "playbook-action", "name": "Rebuild" },
        "end--1": { "type": "end" }, "odd": 5,
    }, "agent_definitions": { "individual--1": { "name": "Service desk" }, "individual--2": { "name": "y".repeat(90) } } });
    let (incident, said) = taken(pieces(read, playbook.to_string().as_bytes()).unwrap());
    let tasks: Vec<String> = incident
        .tasks
        .iter()
        .filter(|task| task.own)
        .map(|task| format!("{} [{}]: {}", task.what.title, task.what.role, task.what.text))
        .collect();
    insta::assert_snapshot!(format!("{}\n\n{}", tasks.join("\n"), said.join("\n")));
}

#[test]
fn what_is_no_playbook_is_refused_as_a_whole() {
    for text in [
        "{}",
        "[]",
        "{\"type\":\"bundle\",\"objects\":[]}",
        "{\"type\":\"playbook\",\"workflow\":[]}",
        "",
        "{\"type\":nul}",
    ] {
        let refusal = pieces(read, text.as_bytes()).map(|_| ()).unwrap_err();
        assert!(refusal.message.starts_with("This is no CACAO playbook"), "{text}: {refusal}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_incident_fits_the_schema(steps in steps()) {
        let playbook = playbook_of(&random(&steps));
        prop_assert_eq!(against(&playbook), Vec::<String>::new());
        sound(&playbook);
    }

    #[test]
    fn whatever_stands_in_a_playbook_is_answered(steps in prop::collection::vec(any_json(), 0..6), start in any_json()) {
        let workflow: Map<String, Value> = (0..).zip(steps).map(|(k, step)| (format!("action--{k}"), step)).collect();
        let text = json!({ "type": "playbook", "workflow": workflow, "workflow_start": start }).to_string();
        let _ = taken(pieces(read, text.as_bytes()).unwrap());
    }
}

#[test]
fn a_playbook_becomes_the_checklist_of_a_type_and_passes_the_loader() {
    let playbook = playbook_of(&demo());
    let read = playbook::as_playbook(&mut playbook.to_string().as_bytes(), Some("files-gone")).unwrap();
    assert!(read.refused.is_empty() && read.remarks.is_empty(), "{:?} {:?}", read.refused, read.remarks);
    let text = serde_json::to_string(&read.playbook).unwrap();
    let back = crate::model::playbook::read("files-gone.json", &text).unwrap();
    assert_eq!(back[0], read.playbook);
    let schema: Value =
        serde_json::from_str(include_str!("../../../assets/schemas/playbook.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    assert_eq!(faults(&schema, &serde_json::from_str(&text).unwrap()), Vec::<String>::new());
    let there: Vec<String> = latest(&demo().incident)
        .into_iter()
        .flat_map(|visit| {
            let of = demo();
            of.incident.checklist(&visit.id).map(|task| task.what.title.clone()).collect::<Vec<_>>()
        })
        .collect();
    let titles = |phase| read.playbook.phases.get(&phase).map_or(0, Vec::len);
    let all: usize = crate::model::phase::Phase::ALL.into_iter().map(titles).sum();
    assert_eq!(all, there.len());
}

#[test]
fn a_playbook_of_somebody_else_fits_the_limits_of_a_checklist() {
    let long = "Disconnect the network of the whole building and everything in it";
    let playbook = json!({ "type": "playbook", "spec_version": "cacao-2.0", "name": "Büro: Feuer!",
        "playbook_types": ["mitigation"], "workflow_start": "start--1", "workflow": {
        "start--1": { "type": "start", "on_completion": "action--1" },
        "action--1": { "type": "action", "name": long, "on_completion": "action--2",
            "commands": [{ "type": "manual", "command": "Pull the plug" }] },
        "action--2": { "type": "action", "name": "Block", "commands": [{ "type": "http-api" }] },
    }});
    let read = playbook::as_playbook(&mut playbook.to_string().as_bytes(), None).unwrap();
    assert_eq!((read.playbook.id.as_str(), read.refused.len()), ("b-ro-feuer", 1));
    let steps = &read.playbook.phases[&crate::model::phase::Phase::Containment];
    assert!(steps[0].title.chars().count() <= 40 && steps[0].text.contains(long), "{steps:?}");
    assert!(crate::model::playbook::read("x.json", &serde_json::to_string(&read.playbook).unwrap()).is_ok());
    assert!(read.remarks[0].contains("1 task stands under Containment"), "{:?}", read.remarks);
    for (text, id) in
        [("{}", None), (&playbook.to_string().replace("manual", "bash"), None), ("[", Some("x"))]
    {
        assert!(playbook::as_playbook(&mut text.as_bytes(), id).is_err());
    }
}

proptest! {
    #[test]
    fn whatever_is_called_a_playbook_passes_the_loader_or_is_refused(steps in steps(), any in any_json()) {
        let mut playbook = playbook_of(&random(&steps));
        for from in [playbook.clone(), { playbook["workflow"]["action--9"] = any.clone(); playbook }, any] {
            if let Ok(read) = playbook::as_playbook(&mut from.to_string().as_bytes(), Some("own")) {
                let text = serde_json::to_string(&read.playbook).unwrap();
                prop_assert!(crate::model::playbook::read("own.json", &text).is_ok(), "{text}");
            }
        }
    }
}
