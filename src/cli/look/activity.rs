//! `activity` and `timeline`: the record as it was written, and as it happened.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::document::EntryDocument;
use crate::model::entry::{Entry, Kind};
use crate::model::time;
use crate::verb::{Activity, Format, Said};

/// From this on, in milliseconds, the time of writing is shown beside the time it happened.
const LATE: i64 = 60_000;

/// `activity`: in the order it was written, newest last.
pub(in crate::cli) fn activity(shell: &Shell, activity: &Activity, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let wanted = |entry: &&Entry| {
        activity.kind.is_none_or(|kind| entry.kind == kind)
            && activity.since.is_none_or(|since| entry.happened >= since || entry.recorded >= since)
    };
    let entries: Vec<&Entry> = incident.entries.iter().filter(wanted).collect();
    if shell.json {
        let entries: Vec<_> = entries.into_iter().map(EntryDocument::of).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "entries": entries }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    if entries.is_empty() {
        out.line(Line::of("  no such entry"));
    }
    by_day(&mut out, shell, &entries, |entry| entry.recorded);
    Ok(out)
}

/// `timeline`: in the order it happened.
pub(in crate::cli) fn timeline(shell: &Shell, format: Format, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let entries = in_order(incident);
    if shell.json {
        let entries: Vec<_> = entries.into_iter().map(EntryDocument::of).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "entries": entries }));
    }
    match format {
        Format::Text => {
            let mut out = Out::new(shell);
            out.line(super::heading(incident));
            by_day(&mut out, shell, &entries, |entry| entry.happened);
            Ok(out)
        }
        Format::Csv => Ok(Out::raw(shell, csv(&entries))),
        Format::Jsonl => {
            let lines = entries.into_iter().map(|entry| serde_json::to_string(&EntryDocument::of(entry)));
            let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(|error| {
                Failure::could_not(format!("The timeline could not be written as JSON: {error}."))
            })?;
            Ok(Out::raw(shell, lines.iter().map(|line| format!("{line}\n")).collect()))
        }
    }
}

/// What happened, without what was taken back and without the acts of correcting and taking back.
fn in_order(incident: &Incident) -> Vec<&Entry> {
    let happened =
        |entry: &&Entry| entry.undone_by.is_none() && !matches!(entry.kind, Kind::Undo | Kind::Correction);
    let mut entries: Vec<&Entry> = incident.entries.iter().filter(happened).collect();
    entries.sort_by_key(|entry| entry.happened);
    entries
}

fn by_day(out: &mut Out, shell: &Shell, entries: &[&Entry], at: impl Fn(&Entry) -> DateTime<Utc>) {
    let day_of = |entry: &Entry| shell.zone.at(at(entry)).date_naive();
    let mut rest = entries;
    let year = shell.zone.at(shell.now).date_naive();
    while let Some(first) = rest.first() {
        let day: NaiveDate = day_of(first);
        let many = rest.iter().take_while(|entry| day_of(entry) == day).count();
        let (today, later) = rest.split_at(many);
        rest = later;
        out.gap();
        let name = if day == year { "today, ".to_owned() } else { String::new() };
        let heading = format!("{name}{}   times in {}", day.format("%a %-d %b %Y"), shell.zone);
        out.line(Line::default().tone(Tone::Dim, heading));
        out.texts(2, today.iter().map(|entry| row(shell, entry, at(entry))).collect());
    }
}

/// An entry in columns: time, who, kind, words, id.
pub(in crate::cli) fn row(shell: &Shell, entry: &Entry, at: DateTime<Utc>) -> Vec<Line> {
    let undone = entry.undone_by.is_some();
    let tone = match entry.kind {
        _ if undone => Tone::Dim,
        Kind::Phase if entry.back => Tone::Warn,
        Kind::Phase => Tone::Here,
        _ => Tone::Plain,
    };
    let mut words = Line::default();
    if undone {
        words = words.tone(Tone::Dim, "TAKEN BACK ");
    } else if entry.back {
        words = words.tone(Tone::Warn, "BACK ");
    }
    words = words.tone(tone, entry.shown());
    if entry.shown() != entry.text {
        words = words.tone(Tone::Dim, format!("  (first: {:?})", entry.text));
    }
    if entry.happened != at {
        words =
            words.tone(Tone::Dim, format!("  (happened {})", time::when(entry.happened, at, &shell.zone)));
    } else if entry.late_ms() >= LATE {
        words = words.tone(Tone::Dim, format!("  (written {})", time::when(entry.recorded, at, &shell.zone)));
    }
    if entry.actor() != entry.by {
        words = words.tone(Tone::Dim, format!("  (written by {})", entry.by));
    }
    if !entry.components.is_empty() || !entry.techniques.is_empty() {
        let about: Vec<&str> = entry.components.iter().chain(&entry.techniques).map(String::as_str).collect();
        words = words.tone(Tone::Dim, format!("  [{}]", about.join(", ")));
    }
    vec![
        Line::of(time::clock(at, &shell.zone)),
        Line::of(entry.actor()),
        Line::of(entry.kind.word()),
        Line::default().tone(Tone::Dim, entry.id.short(8)),
        words,
    ]
}

const CSV: &str = "happened,recorded,who,by,kind,text,components,techniques,id\r\n";

/// RFC 4180: times in UTC, a heading line, every text in quotes that needs them.
fn csv(entries: &[&Entry]) -> String {
    let mut text = CSV.to_owned();
    let utc = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    for entry in entries {
        let fields = [
            utc(entry.happened),
            utc(entry.recorded),
            entry.actor().to_owned(),
            entry.by.clone(),
            entry.kind.word().to_owned(),
            entry.shown().to_owned(),
            entry.components.join(" "),
            entry.techniques.join(" "),
            entry.id.to_string(),
        ];
        let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        let _ = write!(text, "{}\r\n", fields.join(","));
    }
    text
}

/// A field as RFC 4180 has it. A text that a spreadsheet would run as a formula gets a leading apostrophe.
fn quoted(field: &str) -> String {
    let field = match field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{field}"),
        false => field.to_owned(),
    };
    match field.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
}
