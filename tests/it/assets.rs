//! The content that ships: every file fits its schema, and what one file names another one has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};

use casebook::model::lifecycle::Gate;
use casebook::model::playbook;

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets")
}

pub(crate) fn load(path: &str) -> Value {
    let text = fs::read_to_string(assets().join(path)).expect(path);
    serde_json::from_str(&text).expect(path)
}

pub(crate) fn schema(name: &str) -> Validator {
    let schema = load(&format!("schemas/{name}.schema.json"));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    jsonschema::draft202012::new(&schema).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

pub(crate) fn faults(schema: &Validator, value: &Value) -> Vec<String> {
    schema.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

/// Every task of the built-in playbooks with its playbook and phase.
fn tasks(playbooks: &Value) -> Vec<(String, String, Value)> {
    let mut tasks = Vec::new();
    for playbook in playbooks["types"].as_array().unwrap() {
        for (phase, steps) in playbook["phases"].as_object().unwrap() {
            for step in steps.as_array().unwrap() {
                tasks.push((playbook["id"].as_str().unwrap().to_owned(), phase.clone(), step.clone()));
            }
        }
    }
    tasks
}

#[test]
fn every_asset_fits_its_schema_and_a_damaged_one_does_not() {
    for entry in fs::read_dir(assets()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".json") else { continue };
        let (schema, asset) = (schema(name), load(&format!("{name}.json")));
        assert_eq!(faults(&schema, &asset), Vec::<String>::new(), "{name}.json");
        // No part of the file may go missing or be misspelt unnoticed.
        for key in asset.as_object().unwrap().keys() {
            let mut without = asset.clone();
            let value = without.as_object_mut().unwrap().remove(key).unwrap();
            assert!(!schema.is_valid(&without), "{name} without {key} is let through");
            without[format!("{key}x")] = value;
            assert!(!schema.is_valid(&without), "{name} with {key}x is let through");
        }
    }
}

#[test]
fn the_numbers_people_were_promised_are_there() {
    let (lifecycle, playbooks) = (load("lifecycle.json"), load("playbooks.json"));
    let count = |list: &Value| list.as_array().unwrap().len();
    assert_eq!(count(&lifecycle["phases"]), 7);
    assert_eq!(count(&lifecycle["transitions"]), 32);
    assert_eq!(count(&lifecycle["gates"]), 26);
    assert_eq!(count(&lifecycle["reopen"]), 6);
    assert_eq!(count(&lifecycle["dispositions"]), 8);
    assert_eq!(count(&lifecycle["components"]["stages"]), 11);
    assert_eq!(count(&playbooks["types"]), 13);
    assert_eq!(tasks(&playbooks).len(), 409);
    assert_eq!(count(&load("indicators.json")["types"]), 41);
}

#[test]
fn the_lifecycle_names_only_what_there_is() {
    let lifecycle = load("lifecycle.json");
    let phases = texts(&lifecycle["phases"], "id");
    assert_eq!(lifecycle["views"]["seven"], json!(phases));
    for view in ["six", "four"] {
        let views = lifecycle["views"][view].as_array().unwrap();
        let members: Vec<&Value> =
            views.iter().flat_map(|view| view["members"].as_array().unwrap()).collect();
        assert_eq!(json!(members), json!(phases), "the {view}-phase view shows every phase once, in order");
    }
    for phase in lifecycle["phases"].as_array().unwrap() {
        let six = lifecycle["views"]["six"].as_array().unwrap();
        let view = six.iter().find(|view| view["id"] == phase["six"]).unwrap();
        assert!(view["members"].as_array().unwrap().contains(&phase["id"]));
    }

    let gates: BTreeSet<&str> = texts(&lifecycle["gates"], "id").into_iter().collect();
    let mut used = BTreeSet::new();
    let mut pairs = BTreeSet::new();
    for step in lifecycle["transitions"].as_array().unwrap() {
        let (from, to) = (step["from"].as_str().unwrap(), step["to"].as_str().unwrap());
        assert_eq!(step["id"], format!("{from}->{to}"));
        assert!(from != to && pairs.insert((from, to)), "{from} -> {to} stands twice");
        let place = |phase| phases.iter().position(|name| *name == phase).unwrap() as isize;
        let (kind, ahead) = (step["kind"].as_str().unwrap(), place(to) - place(from));
        let fits = match kind {
            "forward" => ahead == 1,
            "skip-forward" => ahead > 1,
            "back" => ahead < 0 && to != "preparation",
            "dismiss" | "cycle" => to == "preparation",
            _ => false,
        };
        assert!(fits, "{from} -> {to} is no {kind}");
        if matches!(kind, "back" | "skip-forward" | "dismiss") {
            assert_eq!(step["reason_required"], true, "{from} -> {to} says why");
        }
        for gate in step["gates"].as_array().unwrap() {
            assert!(gates.contains(gate.as_str().unwrap()), "{from} -> {to} names the gate {gate}");
            used.insert(gate.as_str().unwrap());
        }
    }
    assert_eq!(gates, used, "every gate stands before some move");
    for gate in &gates {
        assert_eq!(
            Gate::read(gate).map(Gate::id).as_deref(),
            Some(*gate),
            "the program knows the gate {gate}"
        );
    }
    for debt in lifecycle["debts"].as_array().unwrap() {
        let raised_by = debt["raised_by"].as_str().unwrap();
        assert!(
            !raised_by.contains("->") || texts(&lifecycle["transitions"], "id").contains(&raised_by),
            "{raised_by} is no move"
        );
    }
    for rule in lifecycle["reopen"].as_array().unwrap() {
        assert!(
            rule["to"] != "preparation" && rule["reason_required"] == true && rule["authorisation"] == true
        );
    }
}

#[test]
fn a_gate_answered_by_a_task_names_a_task_there_is() {
    let playbooks = load("playbooks.json");
    let ids: BTreeSet<String> =
        tasks(&playbooks).into_iter().map(|(_, _, task)| task["id"].as_str().unwrap().to_owned()).collect();
    let lifecycle = load("lifecycle.json");
    let mut answered = 0;
    for gate in lifecycle["gates"].as_array().unwrap() {
        if let Some(task) = gate["answered_by_task"].as_str() {
            assert!(ids.contains(task), "{} is answered by {task}, which is nowhere", gate["id"]);
            // Only the list that every incident has can answer for every incident.
            assert!(task.starts_with("generic."), "{} is answered by {task}", gate["id"]);
            answered += 1;
        }
    }
    assert!(answered > 0);
}

#[test]
fn every_task_has_one_id_that_says_where_it_stands_and_a_title_that_fits() {
    let playbooks = load("playbooks.json");
    let taxonomy = load("taxonomy.json");
    let roles = texts(&taxonomy["roles"], "id");
    let rule = playbooks["act_rule"].as_str().unwrap().to_owned();
    let mut seen = BTreeMap::new();
    for (playbook, phase, task) in tasks(&playbooks) {
        let id = task["id"].as_str().unwrap();
        assert!(id.starts_with(&format!("{playbook}.{phase}.")), "{id} stands in {playbook}, {phase}");
        assert_eq!(seen.insert(id.to_owned(), ()), None, "{id} stands twice");
        let title = task["title"].as_str().unwrap();
        assert!(title.chars().count() <= 40, "{id}: {title}");
        assert!(title.trim() == title && !title.ends_with('.'), "{id}: {title}");
        assert!(roles.contains(&task["role"].as_str().unwrap()), "{id}: the role {}", task["role"]);
        if let Some(act) = task["act"].as_str() {
            assert!(rule.contains(act), "{id}: the act {act}");
        }
    }
}

#[test]
fn the_taxonomy_and_the_playbooks_know_the_same_types_of_incident() {
    let (taxonomy, playbooks) = (load("taxonomy.json"), load("playbooks.json"));
    assert_eq!(texts(&taxonomy["case_types"], "id"), texts(&playbooks["types"], "id"));
    assert_eq!(texts(&taxonomy["case_types"], "name")[1..], texts(&playbooks["types"], "name")[1..]);
    for list in
        ["roles", "detection_sources", "determinations", "case_types", "pap", "asset_types", "evidence_types"]
    {
        let ids = texts(&taxonomy[list], "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id of {list} stands twice");
    }
    let mut tags = BTreeSet::new();
    for class in taxonomy["rsit"]["classes"].as_array().unwrap() {
        for kind in texts(&class["types"], "id") {
            tags.insert(format!("{}:{kind}", class["id"].as_str().unwrap()));
        }
    }
    for kind in taxonomy["case_types"].as_array().unwrap() {
        for tag in kind["rsit"].as_array().unwrap() {
            assert!(tags.contains(tag.as_str().unwrap()), "{} names {tag}", kind["id"]);
        }
    }
    let levels = taxonomy["severity"]["levels"].as_array().unwrap();
    assert!(levels.is_sorted_by(|worse, better| worse["min"].as_u64() > better["min"].as_u64()));
    assert_eq!(levels.last().unwrap()["min"], 0, "every score has a level");
}

#[test]
fn indicator_types_are_tried_in_one_order_and_recognise_their_own_examples_as_texts() {
    let indicators = load("indicators.json");
    let types = indicators["types"].as_array().unwrap();
    assert!(types.is_sorted_by(|a, b| a["order"].as_u64() < b["order"].as_u64()));
    let ids = texts(&indicators["types"], "id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let pyramid = texts(&indicators["pyramid_of_pain"], "id");
    for kind in types {
        let step = kind["pyramid"].as_str().unwrap();
        assert!(step == "none" || pyramid.contains(&step), "{}", kind["id"]);
        // What is typed as an example shows as itself once its defanging is taken back.
        for example in kind["examples"].as_array().unwrap() {
            let example = example.as_str().unwrap();
            let shown = casebook::model::text::defang(example);
            if kind["id"] == "message-id" {
                // In running text it cannot be told from a mail address, and is treated like one.
                assert_ne!(shown, example);
            } else if kind["defang"] == "none" {
                assert_eq!(shown, example, "{} is never defanged", kind["id"]);
            } else {
                assert_ne!(shown, example, "{} is defanged", kind["id"]);
                assert_eq!(casebook::model::text::refang(&shown), example, "{}", kind["id"]);
            }
        }
    }
}

#[test]
fn every_scenario_fits_its_schema_and_a_damaged_one_does_not() {
    let schema = schema("scenario");
    let files: Vec<_> = fs::read_dir(assets().join("scenarios")).unwrap().map(Result::unwrap).collect();
    assert!(files.len() >= 4);
    for file in files {
        let name = file.file_name().into_string().unwrap();
        let scenario = load(&format!("scenarios/{name}"));
        assert_eq!(faults(&schema, &scenario), Vec::<String>::new(), "{name}");
        assert_eq!(format!("{}.json", scenario["id"].as_str().unwrap()), name);
        for key in scenario.as_object().unwrap().keys() {
            let mut without = scenario.clone();
            let value = without.as_object_mut().unwrap().remove(key).unwrap();
            // The pressure gauges and the link for editors may be left out.
            assert_eq!(
                schema.is_valid(&without),
                ["gauges", "$schema"].contains(&key.as_str()),
                "{name} without {key}"
            );
            without[format!("{key}x")] = value;
            assert!(!schema.is_valid(&without), "{name} with {key}x is let through");
        }
    }
}

/// A playbook of a user's own that is right in every way.
fn own_playbook() -> Value {
    json!({
        "id": "kiosk",
        "name": "Tampered kiosk",
        "phases": {"detection": [{
            "id": "kiosk.detection.01", "title": "Look at the screen", "text": "Look at the screen of the kiosk",
            "why": "somebody saw it first", "role": "analyst", "requirement": "required"
        }]}
    })
}

#[test]
fn the_schema_for_own_playbooks_and_the_program_agree() {
    let schema = schema("playbook");
    let agree = |value: &Value, right: bool| {
        assert_eq!(schema.is_valid(value), right, "the schema on {value}: {:?}", faults(&schema, value));
        assert_eq!(playbook::read("own.json", &value.to_string()).is_ok(), right, "the program on {value}");
    };
    agree(&own_playbook(), true);
    agree(&json!({"types": [own_playbook()]}), true);
    let step = |field: &str, value: Value| {
        let mut playbook = own_playbook();
        playbook["phases"]["detection"][0][field] = value;
        playbook
    };
    agree(&step("title", json!("x".repeat(40))), true);
    agree(&step("needs_authorisation", json!(true)), true);
    agree(&step("act", json!("ack")), true);
    agree(&step("title", json!("x".repeat(41))), false);
    agree(&step("title", json!("")), false);
    agree(&step("requirement", json!("must")), false);
    agree(&step("requirment", json!("required")), false);
    agree(&step("needs_authorisation", json!("yes")), false);
    for field in ["id", "title", "text", "why", "role", "requirement"] {
        let mut playbook = own_playbook();
        playbook["phases"]["detection"][0].as_object_mut().unwrap().remove(field);
        agree(&playbook, false);
    }
    for field in ["id", "name", "phases"] {
        let mut playbook = own_playbook();
        playbook.as_object_mut().unwrap().remove(field);
        agree(&playbook, false);
    }
    let mut playbook = own_playbook();
    playbook["phases"] = json!({"detecting": []});
    agree(&playbook, false);
    let mut playbook = own_playbook();
    playbook["id"] = json!("Kiosk 1");
    agree(&playbook, false);
}

#[test]
fn every_built_in_playbook_is_an_example_for_a_users_own() {
    let schema = schema("playbook");
    for playbook in load("playbooks.json")["types"].as_array().unwrap() {
        assert_eq!(faults(&schema, playbook), Vec::<String>::new());
        assert!(playbook::read("copy.json", &playbook.to_string()).is_ok());
    }
}

#[test]
fn the_schema_for_settings_takes_what_people_set_and_finds_what_they_misspell() {
    let schema = schema("settings");
    let full = json!({
        "$schema": "settings.schema.json", "name": "Ana Ruiz", "role": "incident-lead", "zone": "Europe/Berlin",
        "theme": "dark", "color": "auto", "ascii": false, "mouse": true, "phases": "seven",
        "keys": {"note": "n", "page-down": ["space", "ctrl-f"]},
        "store": {"dir": "/srv/casebook", "shared": "incident"},
        "notice": {"regions": ["DE", "US-NY"], "sectors": ["health"], "holidays": {"DE": ["2026-12-25"], "*": []}, "bell": "off", "warn": 90}
    });
    assert_eq!(faults(&schema, &full), Vec::<String>::new());
    assert!(schema.is_valid(&json!({})), "nothing has to be set");
    for wrong in [
        json!({"nmae": "ana"}),
        json!({"name": ""}),
        json!({"name": "x".repeat(81)}),
        json!({"role": "boss"}),
        json!({"mouse": "yes"}),
        json!({"theme": "pink"}),
        json!({"keys": {"note": 7}}),
        json!({"store": {"share": "incident"}}),
        json!({"notice": {"regions": ["Germany"]}}),
        json!({"notice": {"holidays": {"DE": ["25 December"]}}}),
        json!([]),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong} is let through");
    }
}

#[test]
fn the_tables_of_attack_fit_together_and_their_terms_travel_with_them() {
    let table = |name: &str| {
        let text = fs::read_to_string(assets().join(name)).expect(name);
        assert!(!text.contains(['"', '\r']), "{name} holds no quoted field");
        let mut rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let heading = rows.next().unwrap();
        let rows: Vec<Vec<String>> = rows.collect();
        assert!(rows.iter().all(|row| row.len() == heading.len()), "{name} has as many fields in every row");
        (heading.join(","), rows)
    };
    let column = |rows: &[Vec<String>], at: usize| -> BTreeSet<String> {
        rows.iter().map(|row| row[at].clone()).collect()
    };
    let (heading, techniques) = table("attack-techniques.csv");
    assert_eq!(heading, "id,name,tactics,parent,platforms");
    let (heading, tactics) = table("attack-tactics.csv");
    assert_eq!(heading, "order,id,shortname,name");
    let (heading, redirects) = table("attack-redirects.csv");
    assert_eq!(heading, "old_id,old_name,new_id");
    let subs = techniques.iter().filter(|row| !row[3].is_empty()).count();
    assert_eq!((techniques.len() - subs, subs, tactics.len(), redirects.len()), (222, 475, 15, 149));

    let (ids, shorts) = (column(&techniques, 0), column(&tactics, 2));
    assert_eq!(ids.len(), techniques.len(), "every technique stands once");
    for row in &techniques {
        assert_eq!(casebook::model::attack::id(&row[0]).as_ref(), Some(&row[0]), "{row:?}");
        assert!(row[2].split(';').all(|short| shorts.contains(short)), "{row:?}");
        let parent = row[0].split_once('.').map_or("", |(parent, _)| parent);
        assert_eq!(row[3], parent, "{row:?}");
        assert!(parent.is_empty() || ids.contains(parent), "{row:?}");
    }
    for row in &redirects {
        assert!(!ids.contains(&row[0]), "{row:?} is revoked and current");
        assert!(ids.contains(&row[2]), "{row:?} leads nowhere");
    }
    let licence = casebook::model::attack::LICENCE;
    assert!(licence.contains("non-exclusive, royalty-free license") && licence.contains("AS IS"));
}
