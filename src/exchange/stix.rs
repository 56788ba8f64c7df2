//! STIX 2.1 (OASIS): the incident with its indicators, what they were seen on, the techniques and the lessons
//! as a bundle; and the indicators of a bundle that somebody sent.
//!
//! What our indicators have and STIX has not (our type, first and last seen apart from validity, the source,
//! why it was retired) stands in a property extension whose definition travels in the bundle. The `incident`
//! object of STIX 2.1 is a stub; severity, phase and the like are its description and labels, and stand in an
//! extension of it, too, from which a casebook takes them.
//!
//! A bundle is read as acts on an incident that was named, or as an incident of its own. There and back come:
//! title, summary, types, severity, determination, when it was opened, its label and tickets; components with
//! type, stage and note; indicators in use with all that is said of them and what they were seen on; the
//! techniques of the log and the lessons, as entries. STIX does not carry the log and its corrections, phases and
//! visits, tasks, evidence and custody, decisions, duties to notify, people, the steps of components with their
//! times, what was retired or taken back, and the seals: a bundle of casebook does (`export bundle`).

mod case;
mod observed;
pub mod pattern;
mod place;
mod read;
#[cfg(test)]
mod tests;
mod write;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::lasting::{SPACE, maker, stamp};
use crate::model::indicator::Confidence;
use crate::model::taxonomy::Tlp;

pub use case::key_of;
pub use read::{CASES, holds_incident, read};
pub use write::write;

/// The extension that brought TLP 2.0 to STIX 2.1 (OASIS CTI TC, 2022).
const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
const TLP_CREATED: &str = "2022-10-01T00:00:00.000Z";
/// Our own definitions were made then.
const OWN_CREATED: &str = "2026-11-22T00:00:00.000Z";

/// The official marking of a label.
fn marking(label: Tlp) -> &'static str {
    match label {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

/// The label of a marking everybody knows; those of TLP 1.0 are read as what they became.
fn known_label(marked: &str) -> Option<Tlp> {
    Tlp::ALL.into_iter().find(|label| marking(*label) == marked).or(match marked {
        "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9" => Some(Tlp::Clear),
        "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da" => Some(Tlp::Green),
        "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82" => Some(Tlp::Amber),
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed" => Some(Tlp::Red),
        _ => None,
    })
}

fn marking_definition(label: Tlp) -> Value {
    json!({
        "type": "marking-definition", "spec_version": "2.1", "id": marking(label), "created": TLP_CREATED,
        "name": label.label(),
        "extensions": { TLP_EXTENSION: { "extension_type": "property-extension", "tlp_2_0": label.id() } },
    })
}

/// The id of our extension.
fn extension() -> String {
    format!("extension-definition--{}", Uuid::new_v5(&SPACE, b"stix indicator 1"))
}

fn extension_definition() -> Value {
    json!({
        "type": "extension-definition", "spec_version": "2.1", "id": extension(),
        "created": OWN_CREATED, "modified": OWN_CREATED, "created_by_ref": made_by(),
        "name": "casebook indicator",
        "description": "What an incident's record says of an indicator beside its pattern.",
        "schema": "An object. kind: the type of the indicator in casebook, such as ipv4 or registry-key. \
                   first_seen, last_seen: RFC 3339 timestamps of when the value was seen at work. \
                   source: where it is known from. retired: why it is no longer used. All but \
                   extension_type may be left out.",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    })
}

/// The identity of casebook as the maker of objects.
fn made_by() -> String {
    format!("identity--{}", maker())
}

fn maker_identity() -> Value {
    json!({
        "type": "identity", "spec_version": "2.1", "id": made_by(), "created": OWN_CREATED,
        "modified": OWN_CREATED, "name": "casebook", "identity_class": "system",
    })
}

/// The middle of what the STIX scale calls low, medium and high (STIX 2.1, appendix A).
fn percent(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Low => 15,
        Confidence::Medium => 50,
        Confidence::High => 85,
    }
}

/// The word of the STIX scale for a number; 0 says that there is no confidence to speak of.
fn known_confidence(percent: u64) -> Option<Confidence> {
    match percent {
        1..=29 => Some(Confidence::Low),
        30..=69 => Some(Confidence::Medium),
        70..=100 => Some(Confidence::High),
        _ => None,
    }
}

/// What all objects have in common.
struct Head<'a> {
    sort: &'a str,
    id: Uuid,
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
    label: Tlp,
}

impl Head<'_> {
    fn id(&self) -> String {
        format!("{}--{}", self.sort, self.id)
    }

    fn object(&self) -> Map<String, Value> {
        let head = json!({
            "type": self.sort, "spec_version": "2.1", "id": self.id(), "created": stamp(self.created),
            "modified": stamp(self.created.max(self.modified)), "created_by_ref": made_by(),
            "object_marking_refs": [marking(self.label)],
        });
        match head {
            Value::Object(head) => head,
            _ => Map::new(),
        }
    }
}

/// Puts a list in, unless it is empty: STIX has no empty lists.
fn put(object: &mut Map<String, Value>, field: &str, list: Vec<Value>) {
    if !list.is_empty() {
        object.insert(field.to_owned(), Value::Array(list));
    }
}
