//! Bundles that go out fit the published schemas and come back; bundles of others are understood.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::tests::cases::{
    Folder, any_json, demo, faults, limited, moment, pieces, random, taken, told, whole,
};
use super::*;
use crate::incident::release::Released;
use crate::incident::tests::{opened, steps};
use crate::model::time::Zone;

static BUNDLE: LazyLock<Validator> = LazyLock::new(|| schema("common/bundle.json"));

/// Sorts that the published schema of a bundle does not list and therefore lets through nowhere, because each
/// fits both of the schemas of which it must fit one. They are held to their own schemas.
const UNLISTED: [&str; 3] = ["incident", "note", "extension-definition"];

/// The schema of each sort of object by itself.
static SORTS: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for folder in ["common", "sdos", "sros", "observables"] {
        let files =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/schemas/stix-2.1").join(folder);
        for file in std::fs::read_dir(files).unwrap() {
            let file = file.unwrap().file_name().into_string().unwrap();
            let sort = file.strip_suffix(".json").unwrap().to_owned();
            all.insert(sort, schema(&format!("{folder}/{file}")));
        }
    }
    all
});

fn schema(file: &str) -> Validator {
    Folder::of("stix-2.1").validator(file, Draft::Draft202012)
}

/// What the published schemas say against a bundle.
fn against(bundle: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for object in objects(bundle) {
        all.extend(faults(&SORTS[object["type"].as_str().unwrap()], object));
    }
    let mut listed = bundle.clone();
    listed["objects"]
        .as_array_mut()
        .unwrap()
        .retain(|object| !UNLISTED.contains(&object["type"].as_str().unwrap()));
    all.extend(faults(&BUNDLE, &listed));
    all
}

fn bundle(released: &Released) -> Value {
    let zone = Zone::utc();
    let bytes = write(released, moment(&zone)).unwrap();
    assert_eq!(bytes, write(released, moment(&zone)).unwrap(), "exported twice it is the same");
    serde_json::from_slice(&bytes).unwrap()
}

fn objects(bundle: &Value) -> &[Value] {
    bundle["objects"].as_array().unwrap()
}

fn of_sort<'a>(bundle: &'a Value, sort: &str) -> Vec<&'a Value> {
    objects(bundle).iter().filter(|object| object["type"] == sort).collect()
}

/// What no schema says: ids once, references that lead somewhere, a label on everything.
fn sound(bundle: &Value) {
    let ids: Vec<&str> = objects(bundle).iter().map(|object| object["id"].as_str().unwrap()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len());
    for object in objects(bundle) {
        let ours = ["marking-definition", "extension-definition"].contains(&object["type"].as_str().unwrap());
        let maker = object["id"] == made_by();
        assert!(ours || maker || object["object_marking_refs"].as_array().is_some(), "{object}");
        for (field, value) in object.as_object().unwrap() {
            let refs: Vec<&Value> = match field {
                _ if field.ends_with("_ref") => vec![value],
                _ if field.ends_with("_refs") => value.as_array().unwrap().iter().collect(),
                _ => Vec::new(),
            };
            for to in refs {
                assert!(ids.contains(&to.as_str().unwrap()), "{to} leads nowhere");
            }
        }
    }
}

#[test]
fn the_demo_and_something_of_everything_fit_the_published_schemas() {
    let all = limited(&whole().lines, None).unwrap();
    for (case, least) in [(demo(), 30), (all, 150)] {
        let bundle = bundle(&case);
        assert_eq!(against(&bundle), Vec::<String>::new());
        sound(&bundle);
        assert!(objects(&bundle).len() > least, "{}", objects(&bundle).len());
    }
    let mut wrong = bundle(&demo());
    for object in wrong["objects"].as_array_mut().unwrap() {
        object["id"] = json!("identity--1");
    }
    assert!(against(&wrong).len() > 30);
}

#[test]
fn what_comes_back_is_what_went_out() {
    let ana = whole();
    let out = write(&limited(&ana.lines, None).unwrap(), moment(&Zone::utc())).unwrap();
    let (incident, said) = taken(pieces(read, &out).unwrap());
    for (back, sent) in told(&incident).iter().zip(told(&ana.incident)) {
        assert_eq!(*back, sent);
    }
    assert_eq!(told(&incident).len(), told(&ana.incident).len());
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("The bundle tells of the incident \"Ransomware\""), "{said:?}");
    assert_eq!(said[1], "1 indicator is revoked there and was left out.");
    assert!(said[2].contains("identity 2") && said[2].contains("sighting"), "{said:?}");
}

#[test]
fn to_readers_of_a_freer_label_only_freer_indicators_go() {
    let ana = whole();
    let freer = limited(&ana.lines, Some(crate::model::taxonomy::Tlp::Green)).unwrap();
    let bundle = bundle(&freer);
    sound(&bundle);
    assert!(of_sort(&bundle, "indicator").len() > 5);
    for sort in ["incident", "sighting", "observed-data", "note", "relationship"] {
        assert!(of_sort(&bundle, sort).is_empty(), "{sort}");
    }
    let text = bundle.to_string();
    for secret in
        ["Ransomware", "INC-2026-0007", "FS01", "Backups", "T1003", marking(Tlp::Amber), marking(Tlp::Red)]
    {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn the_bundle_of_somebody_else_is_understood() {
    let bundle = json!({ "type": "bundle", "id": "bundle--1", "spec_version": "2.0", "objects": [
        { "type": "ipv4-addr", "id": "x", "value": "203.0.113.7" },
        { "type": "indicator", "pattern": "[ipv4-addr:value = '203.0.113.7' AND url:value = 'http://a.example/']",
          "description": "C2", "confidence": 80, "labels": ["apt"],
          "object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "marking-definition--0"] },
        { "type": "indicator", "pattern": "rule x {}", "pattern_type": "yara" },
        { "type": "indicator", "pattern": "[file:name LIKE 'a%']" },
        { "type": "indicator", "pattern": "[file:name", "pattern_type": "stix" },
        { "type": "indicator", "pattern": "[url:value = 'http://gone.example/']", "revoked": true },
        { "type": "indicator", "pattern": 7 },
        { "type": "file", "name": "a.exe", "hashes": { "SHA-256": "0".repeat(64), "TLSH": "x" } },
        { "type": "attack-pattern", "name": "x", "description": "y".repeat(9_000),
          "external_references": [{ "source_name": "mitre-attack", "external_id": "T1486" }] },
        { "type": "attack-pattern", "name": "Own trick" },
        { "type": "vulnerability", "name": "CVE-2024-55591", "description": "y".repeat(9_000) },
        { "type": "malware", "name": "m" }, { "type": "malware" }, { "no": "type" }, 5, null,
    ]});
    let (incident, said) = taken(pieces(read, bundle.to_string().as_bytes()).unwrap());
    let told = told(&incident);
    let values: Vec<&str> = told.iter().map(|one| one.1.as_str()).collect();
    assert_eq!(
        values,
        ["T1486", "CVE-2024-55591", "a.exe", "203.0.113.7", &"0".repeat(64), "http://a.example/"]
    );
    let address = &told[3];
    assert_eq!((address.2, address.3), (Some(Tlp::Red), Some(Confidence::High)));
    assert!(address.7.as_deref().unwrap().starts_with("C2\nPart of the pattern [ipv4-addr"));
    assert_eq!(address.8, ["apt"]);
    assert_eq!(told[2].8, ["observed"]);
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn what_is_no_bundle_is_refused_as_a_whole() {
    for (text, says) in [
        ("{\"Event\":{\"info\":\"x\"}}", "no list of objects"),
        ("{\"type\":\"indicator\"}", "Its type is \"indicator\""),
        ("<stix:STIX_Package/>", "no JSON from byte 0 on"),
        ("value,type\n1,2\n", "no JSON from byte 0 on"),
        ("[]", "no list of objects"),
        ("", "no list of objects"),
        ("{\"type\":\"bundle\",\"objects\":[{\"type\":\"x\"}", "ends in the middle"),
    ] {
        let refusal = pieces(read, text.as_bytes()).map(|_| ()).unwrap_err();
        assert!(refusal.message.contains(says), "{text}: {refusal}");
    }
    // A bundle with nothing in it is one.
    assert_eq!(pieces(read, b"{\"type\":\"bundle\",\"id\":\"x\"}").unwrap().len(), 0);
}

#[test]
fn twice_the_same_is_here_once() {
    let one =
        json!({ "type": "indicator", "id": "indicator--1", "pattern": "[url:value = 'http://a.example/']" });
    let text = json!({ "type": "bundle", "objects": [one, one] }).to_string();
    let (incident, said) = taken(pieces(read, format!("{text}\n{text}").as_bytes()).unwrap());
    assert_eq!((incident.indicators.iter().count(), said), (1, vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_incident_fits_the_schema_and_comes_back(steps in steps()) {
        let case = random(&steps);
        let bundle = bundle(&case);
        prop_assert_eq!(against(&bundle), Vec::<String>::new());
        sound(&bundle);
        let (incident, _) = taken(pieces(read, bundle.to_string().as_bytes()).unwrap());
        let mine = |incident: &crate::incident::Incident| {
            told(incident).into_iter().map(|one| (one.0, one.1, one.3, one.4, one.5, one.7, one.8)).collect::<Vec<_>>()
        };
        prop_assert_eq!(mine(&incident), mine(&case.incident));
    }

    #[test]
    fn whatever_stands_in_a_bundle_is_answered(objects in prop::collection::vec(any_json(), 0..8)) {
        let text = json!({ "type": "bundle", "objects": objects }).to_string();
        let _ = taken(pieces(read, text.as_bytes()).unwrap());
        let _ = pieces(read, json!(objects).to_string().as_bytes());
    }
}

#[test]
fn an_exercise_says_so() {
    let mut ana = opened();
    ana.incident.number = "DEMO-2026-0001".into();
    let mut case = limited(&ana.lines, None).unwrap();
    case.incident.number = "DEMO-2026-0001".into();
    let bundle = bundle(&case);
    let incident = of_sort(&bundle, "incident")[0];
    assert_eq!(incident["name"], "DEMO: Ransomware");
    assert!(incident["description"].as_str().unwrap().starts_with("DEMO\n"));
    assert!(incident["labels"].as_array().unwrap().contains(&json!("demo")));
}
