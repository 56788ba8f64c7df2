//! Events that go out have what MISP asks for and come back; events of others are understood.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::tests::cases::{any_json, demo, limited, moment, pieces, random, taken, told, whole};
use super::*;
use crate::incident::tests::steps;
use crate::model::time::Zone;

fn event(released: &Released) -> Value {
    let zone = Zone::utc();
    let bytes = write(released, moment(&zone)).unwrap();
    assert_eq!(bytes, write(released, moment(&zone)).unwrap(), "exported twice it is the same");
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    document["Event"].clone()
}

fn attributes(event: &Value) -> &[Value] {
    event["Attribute"].as_array().unwrap()
}

/// The rules of the core format that hold for every event.
fn sound(event: &Value) {
    for field in ["uuid", "info", "date", "timestamp", "threat_level_id", "analysis", "distribution"] {
        assert!(event[field].is_string(), "{field}");
    }
    assert!(["1", "2", "3", "4"].contains(&event["threat_level_id"].as_str().unwrap()));
    assert!(["0", "1", "2"].contains(&event["analysis"].as_str().unwrap()));
    let mut ids = Vec::new();
    for attribute in attributes(event) {
        for field in ["uuid", "type", "category", "value", "distribution", "timestamp"] {
            assert!(attribute[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {attribute}");
        }
        assert!(attribute["to_ids"].is_boolean());
        assert!(["0", "1", "3", "5"].contains(&attribute["distribution"].as_str().unwrap()));
        let labels = attribute["Tag"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|tag| tag["name"].as_str().unwrap().starts_with("tlp:"));
        assert!(labels.count() >= 1);
        ids.push(attribute["uuid"].as_str().unwrap());
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn every_type_is_shaped_as_the_reviewed_list_has_it() {
    let listed: Value = serde_json::from_str(include_str!("../../../assets/indicators.json")).unwrap();
    for one in listed["types"].as_array().unwrap() {
        let kind = Kind::of(one["id"].as_str().unwrap()).unwrap();
        let misp = &one["misp"];
        if misp.is_null() {
            continue;
        }
        let (sort, category, to_ids) = shape(kind, "bad.example");
        assert_eq!(
            (&json!(sort), &json!(category), &json!(to_ids)),
            (&misp["type"], &misp["category"], &misp["to_ids"]),
            "{kind:?}"
        );
    }
    assert_eq!(shape(Kind::Domain, "c2.bad.example").0, "hostname");
}

#[test]
fn the_demo_and_something_of_everything_are_sound_events() {
    let ransomware = event(&demo());
    sound(&ransomware);
    assert_eq!(ransomware["info"], "DEMO: Ransomware on the file servers");
    assert_eq!(ransomware["threat_level_id"], "1");
    let tags = ransomware["Tag"].to_string();
    assert!(
        tags.contains("misp-galaxy:mitre-attack-pattern=\\\"Data Encrypted for Impact - T1486\\\""),
        "{tags}"
    );
    let all = event(&limited(&whole().lines, None).unwrap());
    sound(&all);
    assert!(attributes(&all).len() > 40);
    let of = |value: &str| attributes(&all).iter().find(|one| one["value"] == value).unwrap();
    assert_eq!(of("203.0.113.7|443")["type"], "ip-dst|port");
    assert_eq!(of("198.51.100.77")["to_ids"], false);
    // The hash of nothing is no reason for an alarm.
    assert_eq!(of("d41d8cd98f00b204e9800998ecf8427e")["to_ids"], false);
}

#[test]
fn what_comes_back_is_what_went_out() {
    let ana = whole();
    let out = write(&limited(&ana.lines, None).unwrap(), moment(&Zone::utc())).unwrap();
    let (incident, said) = taken(pieces(read, &out).unwrap());
    let sent = told(&ana.incident);
    for (back, mut sent) in told(&incident).into_iter().zip(sent.clone()) {
        // MISP has no escape for a quotation mark in a tag.
        sent.6 = sent.6.map(|source| source.replace('"', "'"));
        assert_eq!(back, sent);
    }
    assert_eq!(told(&incident).len(), sent.len());
    assert_eq!(said, ["The event is called \"Ransomware\".", "1 attribute is retired there and left out."]);
}

#[test]
fn to_readers_of_a_freer_label_only_freer_indicators_go() {
    let ana = whole();
    let freer = event(&limited(&ana.lines, Some(Tlp::Green)).unwrap());
    sound(&freer);
    assert!(attributes(&freer).len() > 5);
    assert_eq!(freer["info"], "Indicators for readers up to TLP:GREEN");
    assert_eq!(freer["Tag"], json!([{ "name": "tlp:green" }]));
    let text = freer.to_string();
    for secret in ["Ransomware", "INC-2026-0007", "FS01", "JIRA", "T1003", "tlp:amber", "tlp:red"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn the_event_of_somebody_else_is_understood() {
    let event = json!({ "response": [{ "Event": {
        "info": "Campaign \u{1b}[31mX", "Tag": [],
        "Attribute": [
            { "type": "ip-src", "value": "203[.]0[.]113[.]7", "comment": "C2", "to_ids": true, "first_seen": "2026-11-20T10:00:00.000000+01:00", "last_seen": "2026-11-21T10:00:00+00:00",
              "Tag": [{ "name": "tlp:green" }, { "name": "TLP:RED" }, { "name": "misp-galaxy:mitre-attack-pattern=\"Phishing - T1566\"" }, { "name": "apt" }] },
            { "type": "filename|sha256", "value": format!("a|b.exe|{}", "0".repeat(64)), "first_seen": "2026-11-22T00:00:00Z", "last_seen": "2026-11-20T00:00:00Z" },
            { "type": "domain|ip", "value": "bad.example|203.0.113.8" },
            { "type": "ip-dst|port", "value": "203.0.113.9|8443" },
            { "type": "hostname|port", "value": "c2.bad.example|443" },
            { "type": "regkey|value", "value": "HKLM\\Software\\X|a|b" },
            { "type": "AS", "value": "64500" },
            { "type": "url", "value": "http://gone.example/", "deleted": true },
            { "type": "ip-dst", "value": "999.1.1.1" },
            { "type": "text", "value": "nothing of ours" },
            { "type": "md5", "value": 7 }, { "value": "x" }, 5, null,
        ],
        "Object": [
            { "name": "file", "Attribute": [{ "type": "md5", "object_relation": "md5", "value": "0".repeat(32) }, { "type": "size-in-bytes", "value": "7" }, { "type": "sha1", "value": "zz" }] },
            { "name": "file", "deleted": true, "Attribute": [{ "type": "md5", "value": "1".repeat(32) }] },
        ],
    } }]});
    let (incident, said) = taken(pieces(read, event.to_string().as_bytes()).unwrap());
    let told = told(&incident);
    let values: Vec<(&str, &str)> = told.iter().map(|one| (one.0.as_str(), one.1.as_str())).collect();
    let zeros = ("0".repeat(64), "0".repeat(32));
    assert_eq!(
        values,
        [
            ("asn", "AS64500"),
            ("domain", "bad.example"),
            ("domain", "c2.bad.example"),
            ("ipv4", "203.0.113.7"),
            ("ipv4", "203.0.113.8"),
            ("ipv4-port", "203.0.113.9:8443"),
            ("md5", &zeros.1),
            ("other", "a|b.exe"),
            ("registry-key", "HKEY_LOCAL_MACHINE\\Software\\X"),
            ("sha256", &zeros.0),
        ]
        .map(|(kind, value): (&str, &str)| (kind, value))
    );
    let address = &told[3];
    assert_eq!((address.2, &address.8), (Some(Tlp::Red), &vec!["T1566".to_owned(), "apt".to_owned()]));
    assert_eq!(address.4.unwrap().to_rfc3339(), "2026-11-20T09:00:00+00:00");
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn the_label_of_an_event_behind_its_attributes_holds_for_them() {
    let one = |value: &str| json!({ "type": "ip-dst", "value": value });
    let text = json!([{ "Event": { "Attribute": [one("203.0.113.1")], "Tag": [{ "name": "tlp:clear" }] } },
                      { "Event": { "Attribute": [one("203.0.113.2")], "Tag": [{ "name": "tlp:red" }] } },
                      { "Event": { "Attribute": [one("203.0.113.3")] } }]);
    let (incident, _) = taken(pieces(read, text.to_string().as_bytes()).unwrap());
    let labels: Vec<Option<Tlp>> =
        incident.indicators.iter().map(|item| incident.indicators.tlp(item)).collect();
    assert_eq!(labels, [Some(Tlp::Clear), Some(Tlp::Red), None]);
}

#[test]
fn what_is_no_event_is_refused_as_a_whole() {
    for (text, says) in [
        ("{\"type\":\"bundle\",\"objects\":[]}", "no Event"),
        ("", "no Event"),
        ("uuid,type\n", "no JSON from byte 0"),
        ("{\"Event\":{\"Attribute\":[{}", "ends in the middle"),
    ] {
        let refusal = pieces(read, text.as_bytes()).map(|_| ()).unwrap_err();
        assert!(refusal.message.contains(says), "{text}: {refusal}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_incident_is_a_sound_event_and_comes_back(steps in steps()) {
        let case = random(&steps);
        let event = event(&case);
        sound(&event);
        let (incident, _) = taken(pieces(read, json!({ "Event": event }).to_string().as_bytes()).unwrap());
        let mine = |incident: &Incident| {
            told(incident).into_iter().map(|one| (one.0, one.1, one.3, one.4, one.5, one.7, one.8)).collect::<Vec<_>>()
        };
        prop_assert_eq!(mine(&incident), mine(&case.incident));
    }

    #[test]
    fn whatever_stands_in_an_event_is_answered(attributes in prop::collection::vec(any_json(), 0..8), tags in any_json()) {
        let text = json!({ "Event": { "Attribute": attributes, "Object": attributes, "Tag": tags, "info": tags } }).to_string();
        let _ = taken(pieces(read, text.as_bytes()).unwrap());
    }
}
