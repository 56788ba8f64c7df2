//! Timesketch: a table or JSON lines of events with `message`, `datetime` and `timestamp_desc`; Plaso's tables
//! with the same columns, and log2timeline's older one.
//!
//! Columns after Timesketch's user guide, "Import from JSON or CSV"; ours stand behind them.

use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use super::Moment;
use super::csv::entry;
use super::csv::mark::played;
use super::csv::row::{Each, Row, objects, rows};
use super::csv::write::Table;
use super::intake::moment::{self, Slashes};
use super::intake::{Act, Piece, Reading, Sink};
use crate::incident::command::Command;
use crate::incident::release::Released;
use crate::model::attack;
use crate::model::entry::{Entry, LogKind, Logged};
use crate::model::lane::Lane;
use crate::model::refusal::Refusal;
use crate::model::text;
use crate::model::time::Happened;

/// Timesketch's own columns, then ours.
const COLUMNS: [&str; 14] = [
    "message",
    "datetime",
    "timestamp_desc",
    "timestamp",
    "tag",
    "incident",
    "kind",
    "lane",
    "who",
    "components",
    "techniques",
    "source",
    "entry_id",
    "exercise",
];

/// What the times of our entries are, in Timesketch's words.
const DESCRIPTION: &str = "casebook";

/// The timeline as a table.
///
/// # Errors
/// None that can happen.
pub fn write_csv(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&COLUMNS);
    for entry in entry::telling(&released.incident) {
        let lane = entry.lane().map_or("", Lane::word);
        table.row(&[
            entry.shown(),
            &offset(entry.happened),
            &description(entry),
            &entry.happened.timestamp_micros().to_string(),
            &tags(entry).join(","),
            &released.incident.number,
            entry.kind.word(),
            lane,
            entry.actor(),
            &entry::joined(entry.components.iter().map(String::as_str)),
            &entry::joined(entry.techniques()),
            entry.source().unwrap_or_default(),
            &entry.id.to_string(),
            played(released),
        ]);
    }
    table.end()
}

/// The timeline as JSON lines.
///
/// # Errors
/// None that can happen.
pub fn write_jsonl(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut text = String::new();
    for entry in entry::telling(&released.incident) {
        let event = json!({
            "message": entry.shown(),
            "datetime": offset(entry.happened),
            "timestamp_desc": description(entry),
            "timestamp": entry.happened.timestamp_micros(),
            "tag": tags(entry),
            "incident": released.incident.number,
            "kind": entry.kind.word(),
            "lane": entry.lane().map_or("", Lane::word),
            "who": entry.actor(),
            "components": entry::joined(entry.components.iter().map(String::as_str)),
            "techniques": entry::joined(entry.techniques()),
            "source": entry.source().unwrap_or_default(),
            "entry_id": entry.id.to_string(),
            "exercise": played(released),
        });
        text.push_str(&event.to_string());
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// ISO 8601 with its offset written out, as Timesketch wants it.
fn offset(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

fn description(entry: &Entry) -> String {
    format!("{DESCRIPTION} {}", entry.kind.word())
}

fn tags(entry: &Entry) -> Vec<String> {
    let mut tags: Vec<String> = entry.lane().map(|lane| lane.word().to_owned()).into_iter().collect();
    tags.extend(entry.techniques().map(|technique| technique.replace(',', " ")));
    tags
}

/// Reads a table or JSON lines, whichever it is.
///
/// # Errors
/// Refuses what has neither columns of Timesketch nor of Plaso.
pub fn read(text: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut own_acts = 0;
    let begins = text.fill_buf().map_err(|error| super::csv::records::unreadable(&error))?;
    let lines = begins.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let mut each = |row: &Row<'_>, sink: &mut Sink<'_>| event(row, reading, &mut own_acts, sink);
    if lines {
        objects(text, sink, &mut each)?;
    } else {
        rows(text, sink, |heading, _| {
            wanted(heading)?;
            Ok(Box::new(&mut each) as Each<'_>)
        })?;
    }
    if let Some(remark) = entry::left_out(own_acts) {
        let _ = sink(remark);
    }
    Ok(())
}

/// Where the words of an event stand: Timesketch and Plaso, log2timeline's `desc` and `short`.
const WORDS: [&str; 3] = ["message", "desc", "short"];
/// Where its time stands: Timesketch and Plaso, log2timeline's `date` with `time`.
const TIMES: [&str; 3] = ["datetime", "timestamp", "date"];

/// Whether a table has all three columns that Timesketch asks for.
pub(super) fn is_one(heading: &[String]) -> bool {
    ["message", "datetime", "timestamp_desc"]
        .iter()
        .all(|name| heading.iter().any(|have| have.eq_ignore_ascii_case(name)))
}

fn wanted(names: &[String]) -> Result<(), Refusal> {
    let has =
        |wanted: &[&str]| names.iter().any(|name| wanted.iter().any(|one| name.eq_ignore_ascii_case(one)));
    if has(&WORDS) && has(&TIMES) {
        return Ok(());
    }
    let lacks = if has(&WORDS) { "no column datetime or timestamp" } else { "no column message" };
    Err(Refusal::refused(format!("It is no timeline of Timesketch or Plaso: it has {lacks}."))
        .hint("Any other table: casebook import csv FILE --dry-run, with --map COLUMN=FIELD where it guesses wrong."))
}

/// What a row of events says happened.
pub(super) fn event(
    row: &Row<'_>,
    reading: &Reading<'_>,
    own_acts: &mut usize,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    if row.has("entry_id") && row.get("timestamp_desc").is_some_and(|desc| desc.starts_with(DESCRIPTION)) {
        return entry::take(row, ("message", "datetime"), reading, own_acts, sink);
    }
    let at = match time(row, reading) {
        Ok(at) => at,
        Err((column, why)) => return sink(row.refused(column, why)),
    };
    let Some((_, message)) = row.first(&WORDS) else {
        return sink(row.refused("message", "there are no words"));
    };
    let (techniques, tags) = tagged(row.get("tag").unwrap_or_default());
    let logged = Logged {
        kind: LogKind::Observation,
        text: words(row, message, &tags),
        components: said(row, &["hostname", "host", "computer_name", "computer"])
            .into_iter()
            .map(str::to_owned)
            .collect(),
        techniques,
        lane: None,
        source: source(row),
    };
    sink(Piece::Act(Box::new(Act { at: Some(at), ..Act::new(row.place.clone(), Command::Log(logged)) })))
}

/// A time that names its zone wins over one that does not; a number counts from 1970 in UTC.
fn time(row: &Row<'_>, reading: &Reading<'_>) -> Result<Happened, (&'static str, String)> {
    let unzoned = Reading { assume: None, ..reading.clone() };
    let exact = |name: &'static str| row.get(name).and_then(|words| moment::read(words, &unzoned).ok());
    if let Some(at) = exact("datetime").or_else(|| exact("timestamp")) {
        return Ok(at);
    }
    if let Some(date) = row.get("date") {
        let zone = row.get("timezone").filter(|zone| *zone != "-").unwrap_or_default();
        let words = format!("{date} {} {zone}", row.get("time").unwrap_or_default());
        return moment::read_with(&words, reading, Slashes::MonthFirst).map_err(|why| ("date", why));
    }
    let (column, words) = row.first(&TIMES).unwrap_or(("datetime", ""));
    moment::read(words, reading).map_err(|why| (column, why))
}

/// Cells that say something: Plaso writes `-` where it knows nothing.
fn said<'a>(row: &Row<'a>, names: &[&'static str]) -> Option<&'a str> {
    names.iter().filter_map(|name| row.get(name)).find(|cell| !matches!(*cell, "-" | "N/A" | "None" | "nan"))
}

/// `Creation Time: C:\evil.exe  user ana  #seen`.
fn words(row: &Row<'_>, message: &str, tags: &[String]) -> String {
    let mut words = String::new();
    if let Some(desc) = said(row, &["timestamp_desc", "type"]) {
        words.push_str(desc);
        words.push_str(": ");
    }
    words.push_str(message);
    if let Some(user) = said(row, &["username", "user"]).filter(|user| !message.contains(user)) {
        words.push_str(&format!("  user {user}"));
    }
    for tag in tags {
        words.push_str(&format!("  #{tag}"));
    }
    words
}

/// Where an event is known from, as far as the column of an entry holds it.
fn source(row: &Row<'_>) -> Option<String> {
    let long = said(row, &["source_long", "sourcetype", "source", "source_short", "parser", "data_type"])?;
    let file = said(row, &["display_name", "filename"]);
    let whole = file.map_or_else(|| long.to_owned(), |file| format!("{long}, {file}"));
    let fits = whole.chars().count() <= text::NAME.most;
    Some(if fits { whole } else { entry::source(long) })
}

/// The techniques among tags, and the other tags. Timesketch writes `['a', 'b']`, `a,b` and lists.
fn tagged(cell: &str) -> (Vec<String>, Vec<String>) {
    let bare = cell.trim().trim_start_matches('[').trim_end_matches(']');
    let tags = bare.split(',').map(|tag| tag.trim().trim_matches(['\'', '"']).trim());
    let tags = tags.filter(|tag| !tag.is_empty() && *tag != "-").map(str::to_owned);
    tags.partition(|tag| attack::id(tag).is_some())
}

#[cfg(test)]
mod tests;
