//! Cases of TheHive 4 and 5 as its API gives them, with tasks, observables and procedures beside or within:
//! read, never written.

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use super::Import;
use super::case::{LONGEST, Teller, fields, flat, short, summary};
use super::intake::json::{at, list, number, objects, text, texts};
use super::intake::{Brings, Piece, Place, Reading, Sink};
use crate::model::component::Stage;
use crate::model::entry::LogKind;
use crate::model::head::Open;
use crate::model::refusal::Refusal;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;

/// The cases of TheHive.
pub const IMPORT: Import = Import {
    name: "thehive",
    about: "Cases of TheHive 4 and 5, as JSON with their tasks and observables",
    brings: Brings::Incidents,
    read,
};

fn read(file: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut foreign = None;
    objects(file, LONGEST, &mut |row, object| {
        let place = Place::row(row);
        let record = match object {
            Ok(record) => record,
            Err(why) => return sink(Piece::Refused { place, why }),
        };
        let case = at(&record, "case").unwrap_or(&record);
        let known = text(case, "title").is_some()
            && ["caseId", "number", "_id", "id"].iter().any(|key| at(case, key).is_some());
        if known {
            return tell(case, &record, &mut Teller { place, reading, sink });
        }
        if row == 1 {
            foreign = Some(
                Refusal::refused("This is no case of TheHive: it has no title with a number or an id.")
                    .hint("Export it with its API: the case, and in it tasks, observables and procedures."),
            );
            return ControlFlow::Break(());
        }
        sink(Piece::Refused {
            place,
            why: "it is no case of TheHive: it has no title or no number".to_owned(),
        })
    })?;
    foreign.map_or(Ok(()), Err)
}

/// `case`, and the lists that stand in it or beside it in `record`.
fn tell(case: &Value, record: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    let number_of =
        number(case, "caseId").or_else(|| number(case, "number")).map(|number| number.to_string());
    let id = text(case, "_id").or_else(|| text(case, "id")).map(str::to_owned);
    let key = id.or_else(|| number_of.clone()).unwrap_or_default();
    let about = text(case, "description");
    let open = Open {
        title: short(&flat(text(case, "title").unwrap_or_default()), 160),
        summary: about.and_then(|words| summary(words).0),
        severity: match number(case, "severity") {
            Some(4) => Some(Level::Sev1),
            Some(3) => Some(Level::Sev2),
            Some(2) => Some(Level::Sev3),
            Some(1) => Some(Level::Sev4),
            _ => None,
        },
        tlp: tlp(case),
        refs: number_of.map(|number| format!("TheHive #{number}")).into_iter().collect(),
        lead: text(case, "owner").or_else(|| text(case, "assignee")).map(|name| short(name, 60)),
        ..Open::default()
    };
    tell.open(format!("thehive:{}", short(&key.replace(char::is_whitespace, "-"), 60)), open)?;
    let tags = texts(case, "tags").join(", ");
    let started = tell.when("case", case, "startDate");
    let tags = if tags.is_empty() { tags } else { format!("; tags {tags}") };
    let words = format!("Opened in TheHive{tags}");
    tell.entry("case", (LogKind::Note, &words), started, None)?;
    if let Some(whole) = about.and_then(|words| summary(words).1) {
        tell.entry("description", (LogKind::Note, whole), None, None)?;
    }
    let both = |key: &'static str| {
        list(case, key).iter().chain(if std::ptr::eq(case, record) { &[] } else { list(record, key) })
    };
    for task in both("tasks") {
        let known = [("status", "in TheHive:"), ("group", "group"), ("description", "")];
        tell.task(
            "tasks",
            text(task, "title").unwrap_or("Task"),
            &fields(task, &known),
            text(task, "assignee").or(text(task, "owner")),
        )?;
        for log in list(task, "logs") {
            log_entry(log, tell)?;
        }
    }
    for log in both("logs") {
        log_entry(log, tell)?;
    }
    for observable in both("observables").chain(both("artifacts")) {
        self::observable(observable, tell)?;
    }
    for procedure in both("procedures").chain(both("ttps")) {
        let at = tell.when("procedures", procedure, "occurDate");
        let known =
            [("patternId", "Technique"), ("patternName", ""), ("tactic", "tactic"), ("description", "")];
        tell.entry("procedures", (LogKind::Observation, &fields(procedure, &known)), at, None)?;
    }
    end(case, tell)
}

fn log_entry(log: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    let key = if at(log, "date").is_some() { "date" } else { "startDate" };
    let when = tell.when("logs", log, key);
    let who = text(log, "owner").or_else(|| text(log, "_createdBy")).or_else(|| text(log, "createdBy"));
    tell.entry("logs", (LogKind::Note, text(log, "message").unwrap_or_default()), when, who)
}

/// Hosts and accounts are components; what `detect` knows is an indicator; anything else is kept as an entry.
fn observable(observable: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    let kind = text(observable, "dataType").unwrap_or("other");
    let file = [text(observable, "attachment.name"), text(observable, "data")].into_iter().flatten().next();
    let Some(value) = file else { return ControlFlow::Continue(()) };
    let note = fields(observable, &[("message", "")]);
    let hashes = texts(observable, "attachment.hashes");
    for hash in &hashes {
        tell.indicator("observables.hashes", hash, &format!("{value} {note}"))?;
    }
    match kind {
        "hostname" => tell.component("observables", (value, "server", Stage::Suspected), &note),
        "user-account" | "username" => {
            tell.component("observables", (value, "account", Stage::Suspected), &note)
        }
        "ip" | "domain" | "fqdn" | "url" | "hash" | "mail" | "email" | "uri" => {
            tell.indicator("observables", value, &note)
        }
        _ => {
            tell.entry("observables", (LogKind::Observation, &format!("{kind}: {value} {note}")), None, None)
        }
    }
}

/// TheHive 4 counts WHITE 0 to RED 3, 5 has AMBER+STRICT as 3 and RED as 4; the label decides where it is given.
fn tlp(case: &Value) -> Option<Tlp> {
    if let Some(label) = text(case, "tlpLabel") {
        return Tlp::parse(label).ok();
    }
    let newer = at(case, "number").is_some() || at(case, "stage").is_some();
    Some(match number(case, "tlp")? {
        0 => Tlp::Clear,
        1 => Tlp::Green,
        2 => Tlp::Amber,
        3 if newer => Tlp::AmberStrict,
        3 | 4 => Tlp::Red,
        _ => return None,
    })
}

/// A case that is closed there is closed here, and says that it was handled there.
fn end(case: &Value, tell: &mut Teller<'_, '_, '_>) -> ControlFlow<()> {
    let status = text(case, "status").unwrap_or_default();
    let resolution = text(case, "resolutionStatus").unwrap_or_default();
    let stage = text(case, "stage").unwrap_or_default();
    let done = stage == "Closed"
        || matches!(status, "Resolved" | "Duplicated" | "TruePositive" | "FalsePositive" | "Indeterminate");
    if !done {
        return ControlFlow::Continue(());
    }
    let summary =
        text(case, "summary").map(|summary| format!(" {}", short(&flat(summary), 300))).unwrap_or_default();
    let disposition = if [status, resolution].contains(&"FalsePositive") {
        "false-positive"
    } else {
        "not-ours-transferred"
    };
    let told = if resolution.is_empty() { status.to_owned() } else { format!("{status}, {resolution}") };
    tell.over("status", disposition, format!("Closed in TheHive ({told}): it was handled there.{summary}"))
}

#[cfg(test)]
mod tests;
