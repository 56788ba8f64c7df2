//! Case files of Aurora Incident Response (`.fox`, storage formats 5 to 7): read, never written.

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use super::Import;
use super::case::{LONGEST, Teller, fields, flat, short, summary};
use super::intake::json::{at, list, objects, text};
use super::intake::{Brings, Place, Reading, Sink};
use crate::model::component::Stage;
use crate::model::entry::LogKind;
use crate::model::head::Open;
use crate::model::refusal::Refusal;

/// The case files of Aurora.
pub const IMPORT: Import = Import {
    name: "aurora",
    about: "A case of Aurora Incident Response, as its .fox file",
    brings: Brings::Incidents,
    read,
};

fn read(file: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut foreign = None;
    objects(file, LONGEST, &mut |row, object| {
        let fox = object.ok().filter(|case| case.get("storage_format_version").is_some());
        let Some(fox) = fox else {
            foreign = Some(
                Refusal::refused("This is no case file of Aurora: it names no storage_format_version.")
                    .hint("Name the .fox file itself; a locked one is saved anew in Aurora first."),
            );
            return ControlFlow::Break(());
        };
        case(&fox, &mut Teller { place: Place::row(row), reading, sink })
    })?;
    foreign.map_or(Ok(()), Err)
}

fn case(fox: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    let id = text(fox, "case_id").unwrap_or("no-id");
    let client = text(fox, "client").unwrap_or("a client");
    let about = text(fox, "summary");
    let open = Open {
        title: short(&flat(&format!("{client}: Aurora case {id}")), 160),
        summary: about.and_then(|words| summary(words).0),
        ..Open::default()
    };
    tell.open(format!("aurora:{}", short(&flat(&format!("{client}/{id}")).replace(' ', "-"), 60)), open)?;
    if let Some(whole) = about.and_then(|words| summary(words).1) {
        tell.entry("summary", (LogKind::Note, whole), None, None)?;
    }
    for system in list(fox, "systems").iter().chain(list(fox, "hosts")) {
        let Some(name) = text(system, "text") else { continue };
        let known = [("ip", "address"), ("os", ""), ("owner", "owner"), ("description", "")];
        let kind = kind(text(system, "system_type"));
        tell.component("systems", (name, kind, Stage::Suspected), &fields(system, &known))?;
    }
    for system in list(fox, "investigated_systems") {
        let Some(name) = text(system, "hostname") else { continue };
        let at = tell.when("investigated_systems", system, "first_compromise");
        let known = [("verdict", "verdict"), ("analysis_status", "analysis"), ("summary", "")];
        let words = format!("{name} investigated: {}", fields(system, &known));
        tell.entry("investigated_systems", (LogKind::Observation, &words), at, text(system, "analyst"))?;
    }
    for account in list(fox, "compromised_accounts") {
        let Some(name) = text(account, "account_name") else { continue };
        let known = [
            ("domain", "domain"),
            ("privileges", "privileges"),
            ("context", ""),
            ("attribution", "attributed to"),
        ];
        tell.component(
            "compromised_accounts",
            (name, "account", Stage::Confirmed),
            &fields(account, &known),
        )?;
    }
    indicators(fox, tell)?;
    for event in list(fox, "timeline") {
        let at = tell.when("timeline", event, "date_time");
        let known = [
            ("event_data", ""),
            ("event_type", "type"),
            ("event_host", "on"),
            ("event_source_host", "and"),
            ("killchain", "kill chain"),
            ("notes", ""),
            ("attribution", "attributed to"),
        ];
        tell.entry("timeline", (LogKind::Observation, &fields(event, &known)), at, text(event, "owner"))?;
    }
    rest(fox, tell)
}

fn indicators(fox: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    for malware in list(fox, "malware") {
        let at = tell.when("malware", malware, "creation_date");
        let known = [
            ("text", ""),
            ("path_on_disk", "at"),
            ("hostname", "on"),
            ("md5", "hash"),
            ("attribution", "attributed to"),
            ("notes", ""),
        ];
        let words = fields(malware, &known);
        tell.entry("malware", (LogKind::Observation, &format!("Malware or tool: {words}")), at, None)?;
        if let Some(hash) = text(malware, "md5") {
            tell.indicator("malware.md5", hash, &words)?;
        }
    }
    for network in list(fox, "network_indicators") {
        let known = [("context", ""), ("port", "port"), ("malware", "of"), ("attribution", "attributed to")];
        for key in ["ip", "domainname"] {
            if let Some(value) = text(network, key) {
                tell.indicator(&format!("network_indicators.{key}"), value, &fields(network, &known))?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// What has no list of its own here becomes entries and tasks.
fn rest(fox: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    for taken in list(fox, "exfiltration") {
        let at = tell.when("exfiltration", taken, "exfiltime");
        let known = [
            ("filename", ""),
            ("size", "bytes"),
            ("stagingsystem", "staged on"),
            ("original", "from"),
            ("exfil_to", "to"),
            ("contents", "holding"),
            ("notes", ""),
        ];
        tell.entry(
            "exfiltration",
            (LogKind::Observation, &format!("Taken away: {}", fields(taken, &known))),
            at,
            None,
        )?;
    }
    for item in list(fox, "evidence") {
        let at = tell.when("evidence", item, "date_acquired");
        let known = [
            ("name", ""),
            ("description", ""),
            ("size", "size"),
            ("provider", "by"),
            ("location", "kept at"),
        ];
        let words = format!("Evidence listed in Aurora, without a hash: {}", fields(item, &known));
        tell.entry("evidence", (LogKind::Note, &words), at, None)?;
    }
    for person in list(fox, "investigators") {
        let known = [("text", ""), ("full_name", ""), ("role", "role")];
        tell.entry(
            "investigators",
            (LogKind::Note, &format!("Investigator: {}", fields(person, &known))),
            None,
            None,
        )?;
    }
    for osint in list(fox, "osint") {
        let known = [("text", ""), ("source", "source"), ("url", ""), ("notes", "")];
        tell.entry("osint", (LogKind::Observation, &fields(osint, &known)), None, None)?;
    }
    for action in list(fox, "actions") {
        let Some(title) = text(action, "task") else { continue };
        let status = text(action, "status").map(|status| format!("In Aurora: {status}")).unwrap_or_default();
        tell.task("actions", title, &status, text(action, "owner"))?;
    }
    for note in list(fox, "casenotes").iter().chain(list(fox, "case_notes")) {
        let words = note
            .as_str()
            .map(str::to_owned)
            .unwrap_or_else(|| fields(note, &[("note", ""), ("notes", ""), ("text", "")]));
        let at =
            if at(note, "date_added").is_some() { tell.when("casenotes", note, "date_added") } else { None };
        tell.entry("casenotes", (LogKind::Note, &words), at, text(note, "owner"))?;
    }
    ControlFlow::Continue(())
}

fn kind(word: Option<&str>) -> &'static str {
    match word.unwrap_or_default() {
        "Desktop" => "workstation",
        "Phone" | "Tablet" => "mobile",
        "Networking device" => "network",
        "IoT device" | "TV" => "ot",
        _ => "server",
    }
}

#[cfg(test)]
mod tests;
