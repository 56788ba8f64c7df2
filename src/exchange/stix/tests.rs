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
use crate::exchange::intake::Piece;
use crate::incident::decide;
use crate::incident::line::Draft as Drafted;
use crate::incident::release::Released;
use crate::incident::tests::{Person, at, opened, steps};
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
    assert_eq!(said, ["1 indicator is revoked there and was left out."]);
    // What the incident itself is called and where it is known stands in the log of the one it came into.
    let log: Vec<&str> = incident.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert!(
        log.iter().any(|text| text.starts_with("The STIX incident \"Ransomware\"\nTwo \"servers\"")),
        "{log:?}"
    );
    assert!(log.iter().any(|text| text.contains("T1003 OS Credential Dumping")), "{log:?}");
    assert!(log.iter().any(|text| text.contains("Backups were online")), "{log:?}");
    assert!(
        incident.refs().any(|word| word == "casebook:INC-2026-0007"),
        "{:?}",
        incident.refs().collect::<Vec<_>>()
    );
    let (names, ties) = hit(&incident);
    assert_eq!((&names, &ties), (&hit(&ana.incident).0, &hit(&ana.incident).1));
    assert!(names.len() == 2 && !ties.is_empty());
}

/// Components with type, stage and note; and what was seen on which.
fn hit(incident: &crate::incident::Incident) -> (Vec<String>, Vec<String>) {
    let one = |it: &crate::model::component::Component| {
        format!("{} {} {} {:?}", it.name, it.kind, it.stage().id(), it.note())
    };
    let all = &incident.indicators;
    let tied = all.all_ties();
    let name = |id| incident.component(id).unwrap().name.clone();
    let mut ties: Vec<String> = all
        .iter()
        .filter(|item| all.retired(item).is_none())
        .filter_map(|item| Some((item, tied.get(&item.id)?)))
        .flat_map(|(item, ties)| {
            ties.components.iter().map(move |id| format!("{} on {}", item.value, name(id)))
        })
        .collect();
    ties.sort();
    (incident.components().map(one).collect(), ties)
}

/// What comes of a bundle in a store where nothing is.
fn arrived(bytes: &[u8]) -> (crate::incident::Incident, Vec<String>) {
    let mut ana = Person::new("ana");
    let (mut said, mut rest) = (Vec::new(), Vec::new());
    for piece in pieces(CASES.read, bytes).unwrap() {
        match piece {
            Piece::Incident(it) => {
                let playbooks = crate::model::playbook::Playbooks::default();
                let draft = decide::open(&it.open, "INC-2026-0001", &ana.desk(at(600), &playbooks)).unwrap();
                ana.write(Drafted { happened: it.at.clone(), ..draft }, at(600));
                said.push(it.key);
            }
            other => rest.push(other),
        }
    }
    for piece in rest {
        match piece {
            Piece::Act(act) => {
                for command in act.change.commands(&ana.incident).unwrap() {
                    ana.give(&command, at(600)).unwrap();
                }
            }
            Piece::Refused { place, why } => said.push(format!("{place}: {why}")),
            Piece::Remark(words) => said.push(words),
            Piece::Incident(_) => {}
        }
    }
    (ana.incident, said)
}

#[test]
fn an_incident_that_left_as_stix_arrives_as_an_incident() {
    let case = demo();
    let bytes = write(&case, moment(&Zone::utc())).unwrap();
    let (back, said) = arrived(&bytes);
    let sent = &case.incident;
    assert_eq!(back.title(), super::super::lasting::title(sent));
    assert_eq!(back.summary.get(), sent.summary.get());
    assert_eq!(back.types().collect::<Vec<_>>(), sent.types().collect::<Vec<_>>());
    assert_eq!(back.severity().unwrap().level, sent.severity().unwrap().level);
    assert_eq!(back.determination.get(), sent.determination.get());
    assert_eq!((back.opened, back.tlp()), (sent.opened, sent.tlp()));
    assert_eq!(told(&back), told(sent));
    assert_eq!(hit(&back), hit(sent));
    assert!(!hit(&back).0.is_empty() && !told(&back).is_empty());
    assert_eq!(back.closed(), sent.closed());
    assert_eq!(said[0], key_of(sent.id));
}

#[test]
fn the_incident_of_somebody_else_is_opened_with_all_that_it_says() {
    let long = "What happened. ".repeat(400);
    let bundle = json!({ "type": "bundle", "objects": [
        { "type": "indicator", "id": "indicator--1", "pattern": "[ipv4-addr:value = '203.0.113.7']" },
        { "type": "identity", "id": "identity--1", "name": "MAIL01", "identity_class": "system" },
        { "type": "identity", "id": "identity--2", "name": "Some CERT", "identity_class": "organization" },
        { "type": "identity", "id": "identity--3", "name": "Not hit", "identity_class": "system" },
        { "type": "incident", "id": "incident--1", "name": "Mail gateway", "description": long,
          "created": "2026-11-20T10:00:00Z", "severity": "high", "x_cost": 7,
          "external_references": [{ "source_name": "rt", "external_id": "RT#12", "url": "https://rt.example/12" }],
          "extensions": { "extension-definition--9": { "extension_type": "property-extension",
            "determination": "confirmed", "impact": ["mail"] } } },
        { "type": "incident", "id": "incident--2", "name": "Another one" },
        { "type": "sighting", "sighting_of_ref": "indicator--1", "where_sighted_refs": ["identity--1"] },
        { "type": "note", "abstract": "Seen", "content": "twice", "object_refs": ["incident--1"] },
    ]});
    let (incident, said) = arrived(bundle.to_string().as_bytes());
    assert_eq!(incident.title(), "Mail gateway");
    assert_eq!(incident.severity().unwrap().level.label(), "SEV2");
    assert_eq!(incident.determination.get().cloned().flatten().as_deref(), Some("confirmed"));
    assert_eq!(
        hit(&incident),
        (vec!["MAIL01 server suspected None".into()], vec!["203.0.113.7 on MAIL01".into()])
    );
    let log: String = incident.entries.iter().map(|entry| format!("{}\n", entry.text)).collect();
    // Not one word of it is gone.
    assert_eq!(log.replace('\n', " ").matches("What happened.").count(), 400);
    for words in
        ["x_cost: 7", "impact: mail", "rt RT#12 https://rt.example/12", "Seen: twice", "\"Another one\""]
    {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_eq!(incident.refs().collect::<Vec<_>>(), ["RT#12", "stix:incident--2"]);
    assert_eq!(said, ["stix:incident--1", "Left out, because there is no place for it here: identity 2."]);
    let none =
        pieces(CASES.read, b"{\"type\":\"bundle\",\"objects\":[{\"type\":\"x\"}]}").map(|_| ()).unwrap_err();
    assert!(none.message.contains("tells of no incident"), "{none}");
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
        let _ = pieces(CASES.read, text.as_bytes());
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
