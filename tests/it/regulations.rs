//! The law that ships and the regimes people write: what the schemas say and what the program reads.

use serde_json::{Value, json};

use crate::assets::{faults, load, schema};
use casebook::model::notice::duties;
use casebook::model::notice::law::{CONFIDENCES, STAGES, STATUSES, VERIFICATIONS};

/// The law's file speaks of its own words: what stands in a list is used by none but it.
#[test]
fn the_words_of_the_law_are_those_of_the_program() {
    let fields = &load("regulations.json")["fields"];
    assert_eq!(fields["status"], json!(STATUSES));
    assert_eq!(fields["stage"], json!(STAGES));
    let facts: Vec<&str> = casebook::model::notice::law::Fact::ALL.iter().map(|fact| fact.id()).collect();
    assert_eq!(fields["trigger_event"], json!(facts));
    for regime in load("regulations.json")["regulations"].as_array().unwrap() {
        assert!(CONFIDENCES[..3].contains(&regime["confidence"].as_str().unwrap()));
        assert!(VERIFICATIONS[..2].contains(&regime["verification"].as_str().unwrap()));
    }
}

#[test]
fn the_law_names_only_what_there_is() {
    let law = load("regulations.json");
    let vocabulary = &law["vocabulary"];
    let mut seen = std::collections::BTreeSet::new();
    for regime in law["regulations"].as_array().unwrap() {
        let id = regime["id"].as_str().unwrap();
        assert!(seen.insert(id), "{id} stands twice");
        for (field, words) in [("groups", "groups"), ("regions", "regions"), ("sectors", "sectors")] {
            for word in regime[field].as_array().unwrap() {
                assert!(vocabulary[words].get(word.as_str().unwrap()).is_some(), "{id}: {word}");
            }
        }
        if let Some(zone) = regime["zone"].as_str() {
            assert!(casebook::model::time::Zone::parse(zone).is_ok(), "{id}: {zone}");
        }
        let clocks = regime["clocks"].as_array().unwrap();
        for clock in clocks {
            let chained = clock["starts_after"].as_str();
            assert_eq!(chained.is_some(), clock["trigger_event"] == "report-sent", "{id}");
            assert!(chained.is_none_or(|after| clocks.iter().any(|other| other["id"] == after)), "{id}");
        }
    }
    // Every group a type of incident asks for is one of some regime.
    for case_type in load("taxonomy.json")["case_types"].as_array().unwrap() {
        for group in case_type["suggest_regulation_groups"].as_array().unwrap() {
            assert!(vocabulary["groups"].get(group.as_str().unwrap()).is_some(), "{group}");
        }
    }
}

#[test]
fn every_built_in_regime_is_an_example_for_a_users_own() {
    let schema = schema("regime");
    for regime in load("regulations.json")["regulations"].as_array().unwrap() {
        assert_eq!(faults(&schema, regime), Vec::<String>::new());
        let read = duties::read("copy.json", &regime.to_string());
        assert!(read.is_ok(), "{read:?}");
    }
}

#[test]
fn the_schema_for_own_regimes_and_the_program_agree() {
    let schema = schema("regime");
    let own = || {
        json!({"id": "acme", "name": "Acme contract", "clocks": [
            {"id": "call", "label": "Call them", "duration": {"value": 4, "unit": "hours"}},
            {"id": "update", "label": "Update", "duration": {"value": 30, "unit": "minutes"}, "repeats": true}]})
    };
    let agree = |value: &Value, right: bool| {
        assert_eq!(schema.is_valid(value), right, "the schema on {value}: {:?}", faults(&schema, value));
        assert_eq!(duties::read("own.json", &value.to_string()).is_ok(), right, "the program on {value}");
    };
    let with = |field: &str, value: Value| {
        let mut regime = own();
        regime[field] = value;
        regime
    };
    let clock = |field: &str, value: Value| {
        let mut regime = own();
        regime["clocks"][0][field] = value;
        regime
    };
    agree(&own(), true);
    agree(&json!({"as_of": "2026-01-31", "regulations": [own()]}), true);
    agree(&json!({"as_of": "2026-01-31", "regulation": [own()]}), false);
    agree(&with("zone", json!("Europe/Berlin")), true);
    agree(&with("groups", json!(["privacy"])), true);
    agree(&with("groups", json!(["privy"])), false);
    agree(&with("sectors", json!(["piracy"])), false);
    agree(&with("status", json!("maybe")), false);
    agree(&with("regions", json!(["Germany"])), false);
    agree(&with("regions", json!(["US-NY", "*"])), true);
    agree(&with("confidence", json!("sure")), false);
    agree(&with("id", json!("Acme 1")), false);
    agree(&with("name", json!("")), false);
    agree(&with("clocks", json!([])), false);
    agree(&with("clock", json!([])), false);
    agree(&clock("stage", json!("last")), false);
    agree(&clock("duration", json!({"value": 0, "unit": "hours"})), false);
    agree(&clock("duration", json!({"value": null, "unit": "asap"})), true);
    agree(&clock("duration", json!({"value": 4, "unit": "moons"})), false);
    agree(&clock("trigger_event", json!("awareness")), true);
    agree(&clock("trigger_event", json!("full-moon")), false);
    agree(&clock("label", json!("x".repeat(81))), false);
    agree(&clock("threshold", json!("two\nlines")), false);
    for field in ["id", "name", "clocks"] {
        let mut regime = own();
        regime.as_object_mut().unwrap().remove(field);
        agree(&regime, false);
    }
}
