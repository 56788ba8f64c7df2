//! MISP events (the MISP core format): the incident's indicators as attributes, and the attributes of an event
//! that somebody sent.
//!
//! What MISP has no type or field for stands in machine tags: TLP and confidence in the taxonomies MISP ships
//! with (`tlp`, `estimative-language`), our own words under `casebook`.

mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Moment;
use super::lasting::{Tells, banner, label, maker, name, tells, title};
use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::attack::{Meaning, attack};
use crate::model::indicator::{Confidence, Found, Indicator, Kind, against};
use crate::model::refusal::Refusal;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;

pub use read::read;

/// The taxonomy that says how sure somebody is.
const CONFIDENCE: &str = "estimative-language:confidence-in-analytic-judgment";
/// The galaxy of techniques.
const TECHNIQUE: &str = "misp-galaxy:mitre-attack-pattern";

/// Writes the event. Doing so twice gives the same bytes.
///
/// # Errors
/// None that is known; the table of formats asks for the possibility.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let incident = &released.incident;
    let whole = tells(released) == Tells::Incident;
    let own = if whole { label(incident) } else { released.label() };
    let attributes: Vec<Value> =
        incident.indicators.iter().map(|item| attribute(incident, item, own)).collect();
    let latest = incident.indicators.iter().map(|item| incident.indicators.addition(item).at).max();
    let (info, date, changed) = match whole {
        true => (title(incident), incident.opened, incident.updated),
        false => {
            let words = format!("Indicators for readers up to {own}");
            let words = banner(incident).map_or(words.clone(), |banner| format!("{banner}: {words}"));
            let latest = latest.unwrap_or(incident.opened);
            (words, latest, latest)
        }
    };
    let sort = if whole { "misp event" } else { "misp items" };
    let event = json!({
        "uuid": name(incident, sort, if whole { "" } else { own.id() }),
        "info": info,
        "date": date.format("%Y-%m-%d").to_string(),
        "timestamp": changed.timestamp().to_string(),
        "threat_level_id": if whole { threat(incident) } else { "4" },
        "analysis": if !whole || incident.closed() { "2" } else { "1" },
        "distribution": distribution(own),
        "published": false,
        "Orgc": { "name": "casebook", "uuid": maker() },
        "Tag": tags(incident, own, whole),
        "Attribute": attributes,
    });
    let mut bytes = format!("{:#}", json!({ "Event": event })).into_bytes();
    bytes.push(b'\n');
    Ok(bytes)
}

/// High, medium, low, undefined.
fn threat(incident: &Incident) -> &'static str {
    match incident.severity().map(|severity| severity.level) {
        Some(Level::Sev1 | Level::Sev2) => "1",
        Some(Level::Sev3) => "2",
        Some(Level::Sev4 | Level::Sev5) => "3",
        None => "4",
    }
}

/// Whom MISP hands it on to: nobody beyond the organisation, unless the label plainly allows more.
fn distribution(label: Tlp) -> &'static str {
    match label {
        Tlp::Red | Tlp::AmberStrict | Tlp::Amber => "0",
        Tlp::Green => "1",
        Tlp::Clear => "3",
    }
}

fn tag(words: impl Into<String>) -> Value {
    json!({ "name": words.into() })
}

/// A machine tag whose value is free text: MISP has no escape for a quotation mark in one.
fn machine(space: &str, value: &str) -> Value {
    tag(format!("{space}=\"{}\"", value.replace('"', "'").replace('\n', " ")))
}

fn tags(incident: &Incident, own: Tlp, whole: bool) -> Vec<Value> {
    let mut tags = vec![tag(format!("tlp:{}", own.id()))];
    tags.extend(banner(incident).map(|banner| machine("casebook:banner", banner)));
    if !whole {
        return tags;
    }
    tags.push(machine("casebook:incident", &incident.number));
    tags.push(machine("casebook:phase", incident.phase().id()));
    tags.extend(incident.types().map(|word| machine("casebook:incident-type", word)));
    tags.extend(incident.refs().map(|number| machine("casebook:ticket", number)));
    let log = incident.entries.iter().filter(|entry| entry.undone_by.is_none());
    let said = log.flat_map(|entry| entry.techniques().map(|id| attack().current(id)));
    let listed =
        incident.indicators.iter().filter(|item| incident.indicators.kind(item) == Kind::Technique.id());
    let techniques: BTreeSet<&str> = said.chain(listed.map(|item| item.value.as_str())).collect();
    for id in techniques {
        if let Meaning::Known(technique) = attack().meaning(id) {
            tags.push(machine(TECHNIQUE, &format!("{} - {}", technique.name, technique.id)));
        }
    }
    tags
}

fn attribute(incident: &Incident, item: &Indicator, event: Tlp) -> Value {
    let all = &incident.indicators;
    let kind = all.kind(item);
    let label = all.tlp(item).unwrap_or(event);
    let (sort, category, to_ids) =
        Kind::of(kind).map_or(("text", "Other", false), |kind| shape(kind, &item.value));
    let likely =
        Kind::of(kind).is_none_or(|kind| against(&Found { kind, value: item.value.clone() }, &[]).is_none());
    let value = match Kind::of(kind) {
        Some(Kind::Ipv4Port) => item.value.replacen(':', "|", 1),
        _ => item.value.clone(),
    };
    let mut tags = vec![tag(format!("tlp:{}", label.id()))];
    if let Some(confidence) = all.confidence(item) {
        tags.push(machine(CONFIDENCE, word(confidence)));
    }
    // The type goes with it where that of MISP does not say it.
    if read::kinds(sort).first().map(|kind| kind.id()) != Some(kind) {
        tags.push(machine("casebook:type", kind));
    }
    tags.extend(all.source(item).map(|source| machine("casebook:source", source)));
    let retired = all.retired(item);
    tags.extend(retired.map(|retired| machine("casebook:retired", &retired.reason)));
    tags.extend(all.tags(item).into_iter().map(tag));
    let mut attribute = json!({
        "uuid": name(incident, "misp attribute", item.id.as_str()),
        "type": sort,
        "category": category,
        "to_ids": to_ids && likely && retired.is_none(),
        "value": value,
        "distribution": if label == event { "5" } else { distribution(label) },
        "timestamp": all.addition(item).at.timestamp().to_string(),
        "Tag": tags,
    });
    let time = |at: DateTime<Utc>| json!(at.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string());
    for (field, said) in [
        ("comment", all.note(item).map(|note| json!(note))),
        ("first_seen", all.first(item).map(time)),
        ("last_seen", all.last(item).map(time)),
    ] {
        if let Some(said) = said {
            attribute[field] = said;
        }
    }
    attribute
}

fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "moderate",
        Confidence::High => "high",
    }
}

/// Type, category and whether to detect by it, as the reviewed list has it; a test holds them equal.
fn shape(kind: Kind, value: &str) -> (&'static str, &'static str, bool) {
    match kind {
        Kind::Url => ("url", "Network activity", true),
        Kind::Email => ("email-src", "Payload delivery", true),
        Kind::Ipv4Port => ("ip-dst|port", "Network activity", true),
        Kind::Ipv4Cidr | Kind::Ipv4 | Kind::Ipv6 => ("ip-dst", "Network activity", true),
        Kind::Mac => ("mac-address", "Network activity", false),
        Kind::Sha512 => ("sha512", "Payload delivery", true),
        Kind::Sha256 => ("sha256", "Payload delivery", true),
        Kind::Sha1 => ("sha1", "Payload delivery", true),
        Kind::Md5 => ("md5", "Payload delivery", true),
        Kind::Ssdeep => ("ssdeep", "Payload delivery", true),
        Kind::Jarm => ("jarm-fingerprint", "Network activity", true),
        Kind::Cve => ("vulnerability", "External analysis", false),
        Kind::Asn => ("AS", "Network activity", false),
        Kind::RegistryKey => ("regkey", "Persistence mechanism", true),
        Kind::PathWindows | Kind::PathUnix | Kind::FileName => ("filename", "Payload delivery", true),
        Kind::Btc => ("btc", "Financial fraud", true),
        Kind::Xmr => ("xmr", "Financial fraud", true),
        Kind::Iban => ("iban", "Financial fraud", true),
        Kind::Eth => ("text", "Financial fraud", false),
        Kind::MessageId => ("email-message-id", "Payload delivery", false),
        Kind::Onion => ("onion-address", "Network activity", true),
        // Three labels name a host.
        Kind::Domain if value.matches('.').count() > 1 => ("hostname", "Network activity", true),
        Kind::Domain => ("domain", "Network activity", true),
        Kind::Account => ("target-user", "Targeting data", false),
        Kind::Mutex => ("mutex", "Artifacts dropped", true),
        Kind::UserAgent => ("user-agent", "Network activity", false),
        Kind::Imphash => ("imphash", "Payload delivery", true),
        Kind::Ja3 => ("ja3-fingerprint-md5", "Network activity", true),
        Kind::CertSha256 => ("x509-fingerprint-sha256", "Network activity", true),
        Kind::EmailSubject => ("email-subject", "Payload delivery", false),
        Kind::Service => ("windows-service-name", "Artifacts dropped", false),
        Kind::ScheduledTask => ("windows-scheduled-task", "Artifacts dropped", false),
        Kind::CommandLine => ("text", "Artifacts dropped", false),
        Kind::Phone => ("phone-number", "Person", false),
        Kind::Ja4 | Kind::Technique | Kind::AwsKeyId | Kind::Other => ("text", "Other", false),
    }
}
