//! VERIS incidents as the VERIS Community Database publishes them (schema 1.3 and 1.4): read, never written.
//!
//! VERIS describes incidents of the past. It names the year of most, the day of few and the hour of almost none:
//! no hour is made up here, and every entry says how much of its date is known.

mod date;
mod kinds;
mod words;

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Import;
use super::intake::json::{list, number, objects, text};
use super::intake::{Act, Arriving, Brings, Piece, Place, Reading, Sink};
use crate::incident::command::Command;
use crate::incident::moves::Go;
use crate::model::component::{AddComponent, Details, Stage};
use crate::model::entry::{LogKind, Logged};
use crate::model::head::Open;
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::time::Happened;
use crate::model::triage::Determine;

/// Incidents of the VERIS Community Database, and of whoever writes the same.
pub const IMPORT: Import = Import {
    name: "veris",
    about: "Incidents of VERIS or VCDB, as JSON: a file or a folder of them",
    brings: Brings::Incidents,
    read,
};

/// The longest incident, in bytes: 4 MiB.
const LONGEST: usize = 4 << 20;
/// The longest id that is kept as it is.
const KEY: usize = 60;

/// Reads the incidents of a file.
fn read(file: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut foreign = None;
    objects(file, LONGEST, &mut |row, object| {
        let place = Place::row(row);
        match object {
            Ok(record) if is_veris(&record) => incident(&place, &record, reading, sink),
            Ok(_) if row == 1 => {
                foreign = Some(
                    Refusal::refused("This is no VERIS: it names no victim, actor, action or asset.")
                        .hint("casebook import names the formats there are."),
                );
                ControlFlow::Break(())
            }
            Ok(_) => refused(sink, place, "it is no VERIS: it names no victim, actor, action or asset"),
            Err(why) => refused(sink, place, why),
        }
    })?;
    foreign.map_or(Ok(()), Err)
}

fn refused(sink: &mut Sink<'_>, place: Place, why: impl Into<String>) -> ControlFlow<()> {
    sink(Piece::Refused { place, why: why.into() })
}

fn is_veris(record: &Value) -> bool {
    ["victim", "actor", "action", "asset", "attribute"].iter().filter(|key| record.get(key).is_some()).count()
        >= 2
}

/// One incident: its head, what is known of it, and its end.
fn incident(place: &Place, record: &Value, reading: &Reading<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let (at, known) = match date::of(record, reading.now) {
        Ok(date) => date,
        Err(why) => {
            refused(sink, place.column("timeline.incident"), why)?;
            (None, "no date is known".to_owned())
        }
    };
    let open = Open {
        title: words::title(record),
        types: kinds::types(record).into_iter().map(str::to_owned).collect(),
        summary: words::summary(record),
        severity: kinds::severity(record),
        source: kinds::source(record).map(str::to_owned),
        ..Open::default()
    };
    sink(Piece::Incident(Box::new(Arriving { place: place.clone(), key: key(record), at: None, open })))?;
    let mut say = |column: &str, at: &Option<Happened>, command: Command| {
        let mut act = Act::new(place.column(column), command);
        act.at.clone_from(at);
        sink(Piece::Act(Box::new(act)))
    };
    for (column, said) in words::entries(record, &known) {
        let logged = Logged { kind: LogKind::Observation, text: said, ..Logged::default() };
        say(column, &at, Command::Log(logged))?;
    }
    for component in components(record, &known) {
        say("asset.assets", &at, Command::AddComponent(component))?;
    }
    let judged = text(record, "security_incident");
    if let Some(to) = judged.and_then(kinds::determination) {
        let reason = Some("as the VERIS record says".to_owned());
        say("security_incident", &None, Command::Determine(Determine { to: to.to_owned(), reason }))?;
    }
    say("security_incident", &None, Command::Go(end(judged)))
}

/// Its name over there.
fn key(record: &Value) -> String {
    let id = text(record, "incident_id").or_else(|| text(record, "plus.master_id"));
    match id.filter(|id| id.len() <= KEY && !id.contains(char::is_whitespace)) {
        Some(id) => format!("veris:{id}"),
        None => {
            let whole = id.map_or_else(|| record.to_string(), str::to_owned);
            let hash = Sha256::digest(whole.as_bytes());
            format!("veris:{}", hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>())
        }
    }
}

/// An incident of the past is not worked on here: it is closed by a dismissal that says so.
fn end(judged: Option<&str>) -> Go {
    let (disposition, reason) = match judged {
        Some("False positive") => ("false-positive", "The VERIS record calls it a false positive."),
        Some("Near miss") => ("near-miss-blocked", "The VERIS record calls it a near miss."),
        _ => (
            "not-ours-transferred",
            "A VERIS record of the past: it was handled where it happened, and never worked on in this casebook.",
        ),
    };
    Go {
        reason: Some(reason.to_owned()),
        category: Some("nothing-to-do".to_owned()),
        disposition: Some(disposition.to_owned()),
        ..Go::to(Phase::Preparation)
    }
}

/// The assets that were affected. What became of them the record does not say, so none is called contained.
fn components(record: &Value, known: &str) -> Vec<AddComponent> {
    let mut named: Vec<AddComponent> = Vec::new();
    for asset in list(record, "asset.assets") {
        let Some(variety) = text(asset, "variety").filter(|variety| !words::empty(variety)) else { continue };
        let amount = number(asset, "amount").filter(|amount| *amount > 0);
        if named.iter().any(|one| one.name == variety) {
            continue;
        }
        let count = amount.map(|amount| format!("{amount} of them. ")).unwrap_or_default();
        let note = format!(
            "{count}Affected, by the VERIS record [{}]; what became of it is not said",
            words::tag(known)
        );
        let details = Details { note: Some(note), ..Details::default() };
        named.push(AddComponent {
            details,
            ..AddComponent::new(variety, kinds::asset(variety), Stage::Suspected)
        });
    }
    named
}

#[cfg(test)]
mod tests;
