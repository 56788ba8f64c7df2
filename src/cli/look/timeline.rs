//! `timeline`: what both sides did, in the order it happened, with the seams.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::activity::{day_heading, id_of, words};
use crate::incident::Incident;
use crate::incident::document::EntryDocument;
use crate::incident::timeline::{By, Gap, Skew};
use crate::model::attack::{self, Meaning, attack};
use crate::model::entry::Entry;
use crate::model::lane::Lane;
use crate::model::time;
use crate::verb::{Format, Said, Timeline};

/// `timeline`: in the order it happened.
pub(in crate::cli) fn timeline(shell: &Shell, wanted: &Timeline, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.checked(&address)?;
    shell.doubt(&record.incident);
    let then = wanted.as_of.map(|at| record.as_of(at)).transpose()?;
    let incident = then.as_ref().unwrap_or(&record.incident);
    let later = wanted.as_of.map(|at| record.incident.written_later(at)).unwrap_or_default();
    let told = Told { shell, incident, rows: rows(incident, wanted.lane), as_of: wanted.as_of, later };
    if shell.json {
        return Out::json(shell, &told.document());
    }
    match wanted.format {
        Format::Text => Ok(told.text()),
        Format::Csv => Ok(Out::raw(shell, told.csv())),
        Format::Jsonl => {
            let lines = told.rows.iter().map(|row| serde_json::to_string(&RowDocument::of(row)));
            let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(|error| {
                Failure::could_not(format!("The timeline could not be written as JSON: {error}."))
            })?;
            Ok(Out::raw(shell, lines.iter().map(|line| format!("{line}\n")).collect()))
        }
    }
}

/// An entry, and the gap before it.
struct Row<'a> {
    entry: &'a Entry,
    gap: Option<Gap>,
}

/// Gaps are between what is known of both sides, also where only one of them is shown.
fn rows(incident: &Incident, lane: Option<Lane>) -> Vec<Row<'_>> {
    let mut last = None;
    let mut gap: Option<Gap> = None;
    let mut rows = Vec::new();
    let order = incident.timeline(By::Happened);
    let ends = order.first().zip(order.last()).map(|(first, last)| (*first, *last));
    let whole = ends.map(|(first, last)| incident.entries[last].happened - incident.entries[first].happened);
    let least = Gap::least(whole.unwrap_or_default());
    for at in order {
        let entry = &incident.entries[at];
        let here = last.replace(entry.happened).and_then(|last| Gap::between(last, entry.happened, least));
        gap = here.or(gap);
        if lane.is_none_or(|lane| entry.lane() == Some(lane)) {
            rows.push(Row { entry, gap: gap.take() });
        }
    }
    rows
}

/// A timeline about to be written.
struct Told<'a> {
    shell: &'a Shell,
    incident: &'a Incident,
    rows: Vec<Row<'a>>,
    as_of: Option<DateTime<Utc>>,
    /// With `as_of`: what had happened by then and was written later.
    later: Vec<&'a Entry>,
}

impl Told<'_> {
    fn text(&self) -> Out {
        let (shell, incident) = (self.shell, self.incident);
        let mut out = Out::new(shell);
        if let Some(at) = self.as_of {
            out.line(super::as_of(shell, at));
        }
        out.line(super::heading(incident));
        for line in self.summary() {
            out.line(line);
        }
        if self.rows.is_empty() {
            out.line(Line::of("  nothing of that is on record"));
        }
        let today = shell.zone.at(shell.now).date_naive();
        let mut rest = &self.rows[..];
        let mut day = None;
        while let Some(first) = rest.first() {
            if let Some(gap) = first.gap {
                out.gap();
                out.line(self.gap(gap));
                out.gap();
            }
            let this = shell.zone.at(first.entry.happened).date_naive();
            if day.replace(this) != Some(this) {
                if first.gap.is_none() {
                    out.gap();
                }
                out.line(day_heading(shell, this, today));
            }
            let same =
                |row: &&Row| row.gap.is_none() && shell.zone.at(row.entry.happened).date_naive() == this;
            let many = 1 + rest[1..].iter().take_while(same).count();
            out.texts(2, rest[..many].iter().map(|row| self.row(row.entry)).collect());
            rest = &rest[many..];
        }
        super::written_later(&mut out, shell, self.as_of, &self.later);
        if self.rows.iter().any(|row| row.entry.techniques().next().is_some()) {
            out.gap();
            out.line(Line::default().tone(Tone::Dim, attack::ATTRIBUTION));
        }
        out
    }

    /// Since when the attacker was there, and what nobody has said yet.
    fn summary(&self) -> Vec<Line> {
        let (shell, incident) = (self.shell, self.incident);
        let when = |at| time::when(at, shell.now, &shell.zone);
        let mut lines = Vec::new();
        if let Some(earliest) = incident.earliest() {
            let mut line =
                Line::of(format!("Earliest deed of the actor on record: {}", when(earliest.happened)));
            if let Some(dwell) = incident.dwell() {
                let words = format!(", noticed {}: there unseen for at least ", when(dwell.to));
                line = line.put(words).tone(Tone::Strong, time::span(dwell.ms()));
            }
            lines.push(line);
        }
        let unsaid = incident.unsaid().count();
        if unsaid > 0 {
            let words =
                format!("{unsaid} from before it was noticed say no lane; casebook correct ID --actor");
            lines.push(Line::default().tone(Tone::Dim, words));
        }
        lines
    }

    fn gap(&self, gap: Gap) -> Line {
        // Both ends with their day, unless it is one day.
        let day = |at| self.shell.zone.at(at).date_naive();
        let one_day = day(gap.from) == day(gap.to);
        let when = |at| match one_day {
            true => time::clock(at, &self.shell.zone),
            false => self.shell.zone.at(at).format("%-d %b %H:%M").to_string(),
        };
        let words = format!(
            "  GAP  nothing known for {}, {} to {}",
            time::span(gap.ms()),
            when(gap.from),
            when(gap.to)
        );
        Line::default().tone(Tone::Warn, words)
    }

    /// Time, lane, who, kind, id, words with techniques, components and where it is known from.
    fn row(&self, entry: &Entry) -> Vec<Line> {
        let shell = self.shell;
        let lane = match entry.lane() {
            Some(Lane::Actor) => Line::default().tone(Tone::Bad, "actor"),
            Some(Lane::Us) => Line::of("us"),
            None => Line::default(),
        };
        let mut words = words(shell, entry, entry.happened);
        if let Some(skew) = Skew::of(entry) {
            words = words.tone(Tone::Warn, format!("  {}", super::skew(skew)));
        }
        let mut about: Vec<String> = entry.techniques().map(attack::shown).collect();
        about.extend(entry.components_beside().iter().cloned());
        about.extend(entry.source().map(|source| format!("from {source}")));
        if !about.is_empty() {
            words = words.tone(Tone::Dim, format!("  [{}]", about.join(", ")));
        }
        vec![
            Line::of(time::clock(entry.happened, &shell.zone)),
            lane,
            Line::of(entry.actor()),
            Line::of(entry.kind.word()),
            id_of(entry),
            words,
        ]
    }

    fn document(&self) -> TimelineDocument<'_> {
        TimelineDocument {
            incident: &self.incident.number,
            as_of: self.as_of,
            earliest_activity: self.incident.earliest().map(|entry| entry.happened),
            noticed: self.incident.noticed(),
            dwell_minutes_at_least: self.incident.dwell().map(|dwell| dwell.ms() / 60_000),
            entries: self.rows.iter().map(RowDocument::of).collect(),
            gaps: self.rows.iter().filter_map(|row| row.gap).map(GapDocument::of).collect(),
            written_later: self.as_of.map(|_| self.later.iter().map(|e| EntryDocument::of(e)).collect()),
            attribution: attack::ATTRIBUTION,
        }
    }

    /// RFC 4180: times in UTC, a heading line, every text in quotes that needs them.
    fn csv(&self) -> String {
        let mut text = CSV.to_owned();
        let utc = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let minutes = |ms: i64| (ms / 60_000).to_string();
        for Row { entry, gap } in &self.rows {
            let fields = [
                utc(entry.happened),
                utc(entry.written()),
                entry.actor().to_owned(),
                entry.by.clone(),
                entry.kind.word().to_owned(),
                entry.shown().to_owned(),
                entry.components.join(" "),
                entry.techniques().collect::<Vec<_>>().join(" "),
                entry.id.to_string(),
                entry.lane().map_or("", Lane::word).to_owned(),
                entry.source().unwrap_or_default().to_owned(),
                entry.techniques().map(attack::shown).collect::<Vec<_>>().join("; "),
                gap.map(|gap| minutes(gap.ms())).unwrap_or_default(),
                Skew::of(entry).map(super::skew).unwrap_or_default(),
                if self.incident.is_drill() { "EXERCISE" } else { "" }.to_owned(),
            ];
            let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
            let _ = write!(text, "{}\r\n", fields.join(","));
        }
        text
    }
}

const CSV: &str = "happened,recorded,who,by,kind,text,components,techniques,id,lane,source,attack,\
                   gap_before_minutes,clock,exercise\r\n";

#[derive(Serialize)]
struct TimelineDocument<'a> {
    incident: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
    earliest_activity: Option<DateTime<Utc>>,
    noticed: DateTime<Utc>,
    dwell_minutes_at_least: Option<i64>,
    entries: Vec<RowDocument<'a>>,
    gaps: Vec<GapDocument>,
    /// With `as_of`: what had happened by then and was written later.
    #[serde(skip_serializing_if = "Option::is_none")]
    written_later: Option<Vec<EntryDocument<'a>>>,
    attribution: &'static str,
}

#[derive(Serialize)]
struct GapDocument {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    minutes: i64,
}

impl GapDocument {
    fn of(gap: Gap) -> Self {
        Self { from: gap.from, to: gap.to, minutes: gap.ms() / 60_000 }
    }
}

/// An entry with what the timeline adds to it.
#[derive(Serialize)]
struct RowDocument<'a> {
    #[serde(flatten)]
    entry: EntryDocument<'a>,
    /// Whose deed it tells; an act of ours tells ours without anybody saying so.
    side: Option<Lane>,
    /// Its techniques as this release of ATT&CK names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attack: Vec<TechniqueDocument<'a>>,
    /// Minutes before it of which nothing is known, where they are many.
    #[serde(skip_serializing_if = "Option::is_none")]
    gap_before_minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<String>,
}

#[derive(Serialize)]
struct TechniqueDocument<'a> {
    id: &'a str,
    name: Option<&'static str>,
    tactics: Vec<&'static str>,
    /// The id that was recorded, where ATT&CK has another now.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'static str>,
}

impl<'a> TechniqueDocument<'a> {
    fn of(recorded: &'a str) -> Self {
        let (technique, was) = match attack().meaning(recorded) {
            Meaning::Known(technique) => (technique, None),
            Meaning::Moved(redirect, technique) => (technique, Some(redirect.old)),
            Meaning::Unknown => return Self { id: recorded, name: None, tactics: Vec::new(), was: None },
        };
        let tactics = technique.tactics.iter().map(|tactic| tactic.name).collect();
        Self { id: technique.id, name: Some(technique.name), tactics, was }
    }
}

impl<'a> RowDocument<'a> {
    fn of(row: &Row<'a>) -> Self {
        let entry = row.entry;
        Self {
            entry: EntryDocument::of(entry),
            side: entry.lane(),
            attack: entry.techniques().map(TechniqueDocument::of).collect(),
            gap_before_minutes: row.gap.map(|gap| gap.ms() / 60_000),
            clock: Skew::of(entry).map(super::skew),
        }
    }
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
