//! OCSF 1.5.0 (Open Cybersecurity Schema Framework): the incident as an Incident Finding (class 2005) with the
//! `incident` profile.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Moment;
use super::lasting::{banner, label, name, title};
use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::attack::{Meaning, attack};
use crate::model::indicator::Kind;
use crate::model::refusal::Refusal;
use crate::model::severity::Level;

/// The version of the schema that is written.
const VERSION: &str = "1.5.0";
/// Incident Finding, of the category Findings.
const CLASS: u32 = 2005;

/// Writes the finding. Doing so twice gives the same bytes.
///
/// # Errors
/// None that is known; the table of formats asks for the possibility.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let finding = finding(&released.incident);
    let mut bytes = format!("{finding:#}").into_bytes();
    bytes.push(b'\n');
    Ok(bytes)
}

fn finding(incident: &Incident) -> Value {
    let (activity, done) = activity(incident);
    let (severity, how_bad) = severity(incident);
    let (status, stands) = status(incident);
    let (verdict, judged) = verdict(incident);
    let mut finding = json!({
        "class_uid": CLASS, "class_name": "Incident Finding",
        "category_uid": 2, "category_name": "Findings",
        "activity_id": activity, "activity_name": done,
        "type_uid": CLASS * 100 + activity, "type_name": format!("Incident Finding: {done}"),
        "time": ms(incident.updated),
        "start_time": ms(incident.opened),
        "severity_id": severity, "severity": how_bad,
        "status_id": status, "status": stands,
        "verdict_id": verdict, "verdict": judged,
        "message": title(incident),
        "finding_info_list": [info(incident)],
        "metadata": metadata(incident),
    });
    let closed = incident.visits().next_back().and_then(|visit| visit.left);
    let priority = incident.severity().map(|severity| match severity.level {
        Level::Sev1 => (4, "Critical"),
        Level::Sev2 => (3, "High"),
        Level::Sev3 => (2, "Medium"),
        Level::Sev4 | Level::Sev5 => (1, "Low"),
    });
    for (field, value) in [
        ("desc", incident.summary.get().cloned().flatten().map(Value::from)),
        (
            "status_detail",
            Some(json!(format!(
                "{} (visit {})",
                incident.phase().name(),
                incident.visit().map_or(1, |visit| visit.n)
            ))),
        ),
        ("end_time", closed.filter(|_| incident.closed()).map(|at| json!(ms(at)))),
        // The class asks for one of the two.
        ("assignee", incident.lead().map(|lead| json!({ "name": lead }))),
        (
            "assignee_group",
            incident.lead().is_none().then(|| json!({ "name": "responders", "desc": "Nobody leads it." })),
        ),
        ("priority_id", priority.map(|(id, _)| json!(id))),
        ("priority", priority.map(|(_, word)| json!(word))),
        ("attacks", filled(attacks(incident))),
        ("observables", filled(observables(incident))),
        ("tickets", filled(incident.refs().map(ticket).collect())),
    ] {
        if let Some(value) = value {
            finding[field] = value;
        }
    }
    finding
}

fn filled(list: Vec<Value>) -> Option<Value> {
    (!list.is_empty()).then(|| Value::from(list))
}

/// Milliseconds since 1970, as OCSF has its times.
fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

fn activity(incident: &Incident) -> (u32, &'static str) {
    match incident.status() {
        "closed" => (3, "Close"),
        _ if incident.visits().nth(1).is_none() => (1, "Create"),
        _ => (2, "Update"),
    }
}

fn severity(incident: &Incident) -> (u32, &'static str) {
    match incident.severity().map(|severity| severity.level) {
        Some(Level::Sev1) => (5, "Critical"),
        Some(Level::Sev2) => (4, "High"),
        Some(Level::Sev3) => (3, "Medium"),
        Some(Level::Sev4) => (2, "Low"),
        Some(Level::Sev5) => (1, "Informational"),
        None => (0, "Unknown"),
    }
}

fn status(incident: &Incident) -> (u32, &'static str) {
    let acknowledged = incident.acknowledged.get().is_some_and(Option::is_some);
    match incident.status() {
        "closed" => (5, "Closed"),
        "on-hold" => (3, "On Hold"),
        _ if !acknowledged && incident.visits().nth(1).is_none() => (1, "New"),
        _ => (2, "In Progress"),
    }
}

/// How it ended, or what it is held to be.
fn verdict(incident: &Incident) -> (u32, &'static str) {
    let ending = incident.place.get().and_then(|place| place.ending.as_ref());
    let determined = incident.determination.get().and_then(Option::as_deref);
    match (ending.map(|ending| ending.disposition.as_str()), determined) {
        (Some("true-positive"), _) => (2, "True Positive"),
        (Some("false-positive"), _) => (1, "False Positive"),
        (Some("benign-true-positive"), _) => (5, "Benign"),
        (Some("duplicate"), _) => (10, "Duplicate"),
        (Some("test-or-exercise"), _) => (6, "Test"),
        (Some("near-miss-blocked"), _) => (8, "Security Risk"),
        (Some("not-ours-transferred"), _) => (9, "Managed Externally"),
        (Some("undetermined"), _) => (7, "Insufficient Data"),
        _ if incident.drill.is_some() => (6, "Test"),
        (_, Some("confirmed")) => (2, "True Positive"),
        (_, Some("false-positive")) => (1, "False Positive"),
        (_, Some("blocked" | "failed-attempt")) => (8, "Security Risk"),
        (_, Some("suspected")) => (4, "Suspicious"),
        _ => (0, "Unknown"),
    }
}

fn info(incident: &Incident) -> Value {
    let all = &incident.indicators;
    let times = || incident.indicators.iter();
    let mut info = json!({
        "uid": incident.number, "uid_alt": incident.id, "title": title(incident),
        "created_time": ms(incident.opened), "modified_time": ms(incident.updated),
    });
    for (field, value) in [
        ("desc", incident.summary.get().cloned().flatten().map(Value::from)),
        ("types", filled(incident.types().map(Value::from).collect())),
        ("first_seen_time", times().filter_map(|item| all.first(item)).min().map(|at| json!(ms(at)))),
        ("last_seen_time", times().filter_map(|item| all.last(item)).max().map(|at| json!(ms(at)))),
    ] {
        if let Some(value) = value {
            info[field] = value;
        }
    }
    info
}

fn metadata(incident: &Incident) -> Value {
    let mut labels = vec![json!(label(incident).label())];
    labels.extend(banner(incident).map(Value::from));
    json!({
        "version": VERSION,
        "profiles": ["incident"],
        "uid": name(incident, "ocsf", &incident.updated.timestamp_millis().to_string()),
        "labels": labels,
        "product": { "name": "casebook", "vendor_name": "casebook", "version": env!("CARGO_PKG_VERSION") },
    })
}

fn ticket(number: &str) -> Value {
    let uid = json!({ "uid": number });
    if number.starts_with("https://") || number.starts_with("http://") {
        json!({ "uid": number, "src_url": number })
    } else {
        uid
    }
}

fn attacks(incident: &Incident) -> Vec<Value> {
    let log = incident.entries.iter().filter(|entry| entry.undone_by.is_none());
    let said = log.flat_map(|entry| entry.techniques().map(|id| attack().current(id)));
    let listed =
        incident.indicators.iter().filter(|item| incident.indicators.kind(item) == Kind::Technique.id());
    let ids: BTreeSet<&str> = said.chain(listed.map(|item| item.value.as_str())).collect();
    let known = ids.into_iter().filter_map(|id| match attack().meaning(id) {
        Meaning::Known(technique) | Meaning::Moved(_, technique) => Some(technique),
        Meaning::Unknown => None,
    });
    known
        .map(|technique| {
            let tactic = |of: &&crate::model::attack::Tactic| json!({ "name": of.name, "uid": of.id });
            let tactics: Vec<Value> = technique.tactics.iter().map(tactic).collect();
            let named = json!({ "name": technique.name, "uid": technique.id });
            let mut attack = json!({ "version": "19", "tactics": tactics });
            match technique.parent.and_then(attack_of) {
                Some(parent) => {
                    attack["technique"] = parent;
                    attack["sub_technique"] = named;
                }
                None => attack["technique"] = named,
            }
            attack
        })
        .collect()
}

fn attack_of(id: &str) -> Option<Value> {
    attack().technique(id).map(|technique| json!({ "name": technique.name, "uid": technique.id }))
}

/// The indicators in use and the components, as what one may search for.
fn observables(incident: &Incident) -> Vec<Value> {
    let all = &incident.indicators;
    let mut observables = Vec::new();
    for item in incident.indicators.iter().filter(|item| all.retired(item).is_none()) {
        let Some(kind) = Kind::of(all.kind(item)).filter(|kind| *kind != Kind::Technique) else { continue };
        let (id, sort) = sort_of(kind);
        observables.push(json!({ "name": format!("indicator.{}", kind.id()), "type_id": id, "type": sort, "value": item.value }));
    }
    for component in incident.components() {
        let (id, sort) = match component.kind.as_str() {
            "account" => (4, "User Name"),
            "server" | "workstation" | "mobile" => (1, "Hostname"),
            _ => (38, "Resource Details Object: name"),
        };
        observables.push(json!({ "name": format!("component.{}", component.kind), "type_id": id, "type": sort, "value": component.name }));
    }
    observables
}

/// The observable type of a type of indicator and its caption in the dictionary of the schema.
fn sort_of(kind: Kind) -> (u32, &'static str) {
    match kind {
        Kind::Url => (6, "URL String"),
        Kind::Email => (5, "Email Address"),
        Kind::Ipv4 | Kind::Ipv6 => (2, "IP Address"),
        Kind::Ipv4Cidr => (12, "Subnet"),
        Kind::Mac => (3, "MAC Address"),
        Kind::Sha512 | Kind::Sha256 | Kind::Sha1 | Kind::Md5 | Kind::Ssdeep | Kind::Imphash => (8, "Hash"),
        Kind::Ja3 | Kind::Ja4 | Kind::Jarm | Kind::CertSha256 => (30, "Fingerprint"),
        Kind::Cve => (18, "CVE Object: uid"),
        Kind::RegistryKey => (46, "Registry Key Path"),
        Kind::PathWindows | Kind::PathUnix => (45, "File Path"),
        Kind::FileName => (7, "File Name"),
        Kind::Onion | Kind::Domain => (1, "Hostname"),
        Kind::Account => (4, "User Name"),
        Kind::AwsKeyId => (19, "User Credential ID"),
        Kind::UserAgent => (16, "HTTP User-Agent"),
        Kind::MessageId => (42, "Message UID"),
        Kind::EmailSubject => (40, "Email Object: subject"),
        Kind::CommandLine => (13, "Command Line"),
        Kind::Ipv4Port
        | Kind::Technique
        | Kind::Asn
        | Kind::Btc
        | Kind::Eth
        | Kind::Xmr
        | Kind::Iban
        | Kind::Mutex
        | Kind::Service
        | Kind::ScheduledTask
        | Kind::Phone
        | Kind::Other => (99, "Other"),
    }
}
