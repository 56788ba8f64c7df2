//! Broken scenarios: every one is refused with its place and words that help, and none makes the check fall.

mod mutations;

use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use mutations::{broken, mutations};

const TICKET_DESK: &str = include_str!("../../../../assets/scenarios/ticket-desk.json");

fn told(file: &Value) -> Checked {
    told_of(&file.to_string(), Some("ticket-desk"))
}

fn told_of(text: &str, stem: Option<&str>) -> Checked {
    let playbooks = Playbooks::default();
    check(text, stem, Known { playbooks: &playbooks, duties: Duties::plain() })
}

fn ticket_desk() -> Value {
    serde_json::from_str(TICKET_DESK).unwrap()
}

/// Whether a complaint stands there and has the words.
fn complains(checked: &Checked, place: &str, words: &str) -> bool {
    let said = |fault: &Fault| format!("{}. {}", fault.what, fault.fix);
    checked.faults.iter().any(|fault| fault.place.path == place && said(fault).contains(words))
}

#[test]
fn every_broken_file_is_refused_with_its_place_and_words_that_help() {
    let mutations = mutations();
    assert!(mutations.len() >= 50, "{}", mutations.len());
    for (pointer, change, place, words) in mutations {
        let checked = told(&broken(pointer, change));
        assert!(
            complains(&checked, place, words),
            "{pointer}: wanted {words:?} at {place}, was told:\n{:#?}",
            checked.faults
        );
        assert!(checked.faults.iter().all(|fault| fault.place.line.is_some() && !fault.fix.is_empty()));
        assert!(checked.sound().is_err());
    }
}

#[test]
fn a_story_without_what_makes_it_one_is_refused() {
    for (from, to, place, words) in [
        ("\"kind\": \"pressure\"", "\"kind\": \"clue\"", "injects", "no business pressure"),
        ("\"kind\": \"setback\"", "\"kind\": \"clue\"", "injects", "no setback"),
        ("\"kind\": \"temptation\"", "\"kind\": \"clue\"", "injects", "no tempting harmful act"),
        ("{\"move\": [\"", "{\"move\": [\"detection->analysis\", \"", "actions", "no way back that is right"),
    ] {
        let text = TICKET_DESK.replace(from, to);
        // A ticked phase is a way back of its own.
        let text = text
            .replace("{\"phase\": [\"analysis\"]}", "{\"minute\": 1}")
            .replace("{\"phase\": [\"containment\"]}", "{\"minute\": 1}");
        let checked = told_of(&text, Some("ticket-desk"));
        assert!(complains(&checked, place, words), "{words}: {:#?}", checked.faults);
    }
}

#[test]
fn every_fault_is_told_at_once_in_the_order_of_the_file_and_with_its_line() {
    let text = TICKET_DESK
        .replacen("\"from\": \"Noor\"", "\"from\": \"Nora\"", 1)
        .replacen("\"since\": \"I5\"", "\"since\": \"I75\"", 1)
        .replacen("generic.detection.01", "generic.detection.99", 1);
    let checked = told_of(&text, Some("ticket-desk"));
    let said: Vec<String> = checked.faults.iter().map(ToString::to_string).collect();
    let lines = [
        "injects[1].from (I2), line ",
        "injects[5].when.any[1].since (I6), line ",
        "actions[0].match.all[0].any[1].task (A1), line ",
    ];
    for (words, begins) in ["Nora", "I75", "detection.99"].iter().zip(lines) {
        let line = text.lines().position(|line| line.contains(words)).unwrap() + 1;
        assert!(said.iter().any(|said| said.starts_with(&format!("{begins}{line}: "))), "{words}: {said:#?}");
    }
    assert_eq!(said.len(), 3, "{said:#?}");
}

#[test]
fn what_is_no_scenario_at_all_is_refused_in_words() {
    let nested = "[".repeat(100_000);
    let large = format!("\"{}\"", "x".repeat(FILE_LIMIT));
    for (text, words) in [
        ("", "not JSON: EOF"),
        ("{", "not JSON: EOF"),
        ("[]", "a list stands here where an object is wanted"),
        ("7", "a number stands here where an object is wanted"),
        (nested.as_str(), "not JSON: recursion limit exceeded"),
        (large.as_str(), "1048578 bytes, and 1048576 are the most"),
    ] {
        let checked = told_of(text, None);
        assert!(complains(&checked, "the file", words), "{:#?}", checked.faults);
        assert!(checked.scenario.is_none());
    }
    let many = json!((0..500).map(|n| (format!("k{n}"), n)).collect::<std::collections::BTreeMap<_, _>>());
    let checked = told(&many);
    assert_eq!((checked.faults.len(), checked.more > 400), (FAULTS_TOLD, true));
}

/// One blind change: where, counted through the file, and what becomes of it.
#[derive(Clone, Debug)]
struct Blow {
    at: prop::sample::Index,
    from: prop::sample::Index,
    sort: u8,
}

fn blow() -> impl Strategy<Value = Blow> {
    let index = any::<prop::sample::Index>;
    (index(), index(), 0..8u8).prop_map(|(at, from, sort)| Blow { at, from, sort })
}

fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, item)| pointers(item, &format!("{here}/{i}"), all));
        }
        Value::Object(object) => {
            object.iter().for_each(|(key, item)| pointers(item, &format!("{here}/{key}"), all))
        }
        _ => {}
    }
}

fn strike(file: &mut Value, blow: &Blow) {
    let mut all = Vec::new();
    pointers(file, "", &mut all);
    let at: String = blow.at.get(&all).clone();
    let from: &String = blow.from.get(&all);
    let other = file.pointer(from).cloned().unwrap_or_default();
    let Some(place) = file.pointer_mut(&at) else { return };
    *place = match (blow.sort, &mut *place) {
        (0, _) => Value::Null,
        (1, Value::String(text)) => Value::from(text.chars().rev().collect::<String>()),
        (1, _) => json!("ä\u{202e}"),
        (2, Value::Number(_)) => json!(u64::MAX),
        (2, _) => json!(-1.5),
        (3, _) => json!([]),
        (4, _) => json!({}),
        (5, Value::Array(list)) => {
            list.pop();
            return;
        }
        (5, Value::Object(object)) => {
            let key = object.keys().next().cloned();
            key.and_then(|key| object.remove(&key));
            return;
        }
        (6, Value::Array(list)) => {
            list.push(other);
            return;
        }
        (6, Value::Object(object)) => {
            object.insert("extra".to_owned(), other);
            return;
        }
        _ => other,
    };
}

/// A full validator of JSON Schema, for the judgement of shapes.
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../../../assets/schemas/scenario.schema.json");
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_a_file_the_check_answers_and_judges_its_shape_as_a_full_validator_does(
        blows in prop::collection::vec(blow(), 1..4),
    ) {
        let mut file = ticket_desk();
        blows.iter().for_each(|blow| strike(&mut file, blow));
        let mut fits = true;
        shape::faults(&file, &mut |_, _, _| fits = false);
        prop_assert_eq!(fits, VALIDATOR.is_valid(&file));
        let checked = told(&file);
        prop_assert!(fits || !checked.faults.is_empty());
        // A file that is sound is one that the engine reads.
        if checked.faults.is_empty() {
            prop_assert!(Scenario::parse(&file.to_string()).is_ok());
        }
    }
}
