//! `indicator paste`: a text is read for indicators; what was understood, what is here already, where else
//! it occurs and what was left out is told, and the rest recorded as one act.

use std::path::Path;

use serde::Serialize;

use super::change;
use super::choose;
use super::failure::{Failure, note};
use super::log::{MOST, read_input};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::indicator::paste::{Around, Refused, Row, Understood};
use crate::model::indicator::{self, Details, shown};
use crate::model::refusal::Refusal;
use crate::model::text::{defang, thousands};
use crate::store::Elsewhere;
use crate::verb::{Paste, PasteFrom, Said, named};

/// How many left out are named in an answer that records.
const NAMED: usize = 20;

pub(super) fn paste(shell: &mut Shell, paste: &Paste, said: &Said) -> Result<Out, Failure> {
    let text = match &paste.from {
        PasteFrom::Input => read_input()?,
        PasteFrom::File(path) => read_file(path)?,
    };
    let address = choose::incident(shell, said)?;
    let mut record = match paste.dry_run {
        true => shell.read(&address)?,
        false => change::writable(shell, &address)?,
    };
    let around = Around { now: shell.now, zone: &shell.zone, own: &shell.own_domains };
    let mut understood = Understood::of(&text, around, |_| true);
    understood.rows.retain(|row| !paste.without.contains(&row.value));
    if understood.rows.is_empty() && understood.refused.is_empty() {
        return Err(Refusal::misused("Nothing in it looks like an indicator; nothing was recorded.")
            .hint("One value by its type: casebook indicator add VALUE --type TYPE.")
            .into());
    }
    let values = understood.rows.iter().map(|row| (row.kind.id(), row.value.as_str()));
    let elsewhere = shell.store.incidents_with(values, Some(address.id), &|_, _| {})?;
    let table = Table::of(&address.number, &record.incident, &understood, &elsewhere);
    if paste.dry_run {
        return if shell.json { Out::json(shell, &table) } else { Ok(table.text(shell)) };
    }
    let components = named(&record.incident, &paste.components)?;
    let with = Details { components, ..paste.with.clone() };
    let new = understood.rows.iter().zip(&table.rows).filter(|(_, told)| !told.here).map(|(row, _)| row);
    let commands: Vec<Command> = Understood::adding(new, &with)
        .into_iter()
        .map(|add| Command::Indicator(indicator::Command::Add(add)))
        .collect();
    let lines = change::give(shell, &mut record, &commands, said)?.map_or(0, |appended| appended.lines.len());
    if lines > 0 {
        shell.store.publish(&record);
    }
    if shell.json { Out::json(shell, &table.saved(lines)) } else { Ok(table.answer(shell, lines)) }
}

fn read_file(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| {
        Failure::could_not(format!("{} could not be read: {error}.", path.display()))
            .hint("Nothing was recorded.")
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MOST {
        return Err(Refusal::misused(format!(
            "{} has more than 64 MiB; nothing was recorded.",
            path.display()
        ))
        .hint("Paste it in several parts.")
        .into());
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| {
        note(&format!("{} is not all UTF-8: what is no text is read as \u{fffd}.", path.display()));
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    }))
}

/// The table of what was understood.
#[derive(Serialize)]
struct Table<'a> {
    incident: &'a str,
    changed: bool,
    /// Lines of the text with something on them.
    lines: usize,
    added: usize,
    here: usize,
    rows: Vec<Told<'a>>,
    left_out: Vec<LeftOut<'a>>,
    /// Left out and counted only.
    more_left_out: usize,
}

/// A value that was understood.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
    times: u32,
    line: u32,
    /// It is on the list already.
    here: bool,
    elsewhere: Vec<&'a str>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    words: &'a str,
    /// As people see it.
    #[serde(skip)]
    shown: String,
    why: String,
    times: u32,
    line: u32,
}

impl<'a> Table<'a> {
    fn of(
        number: &'a str,
        incident: &Incident,
        understood: &'a Understood,
        elsewhere: &'a Elsewhere,
    ) -> Self {
        let all = &incident.indicators;
        let told = |row: &'a Row| Told {
            kind: row.kind.id(),
            value: &row.value,
            times: row.times,
            line: row.line,
            here: all.find(row.kind.id(), &row.value).is_some(),
            elsewhere: elsewhere
                .with(row.kind.id(), &row.value)
                .map(|other| other.address.number.as_str())
                .collect(),
        };
        let left_out = |refused: &'a Refused| LeftOut {
            words: &refused.words,
            shown: match &refused.found {
                Some((kind, value)) => kind.defang(value),
                None => defang(&refused.words).into_owned(),
            },
            why: refused.why.words(),
            times: refused.times,
            line: refused.line,
        };
        let rows: Vec<Told<'a>> = understood.rows.iter().map(told).collect();
        let here = rows.iter().filter(|row| row.here).count();
        Self {
            incident: number,
            changed: false,
            lines: understood.lines,
            added: rows.len() - here,
            here,
            rows,
            left_out: understood.refused.iter().map(left_out).collect(),
            more_left_out: understood.more_refused,
        }
    }

    fn saved(self, lines: usize) -> Self {
        Self { changed: lines > 0, ..self }
    }

    /// What would be recorded.
    fn text(&self, shell: &Shell) -> Out {
        let mut out = Out::new(shell);
        out.line(self.heading("would be added"));
        let rows = self.rows.iter().map(|row| {
            let times = if row.times > 1 { format!("{} times", row.times) } else { String::new() };
            let mut remark = Line::default();
            if row.here {
                remark = remark.tone(Tone::Dim, "already here");
            }
            if !row.elsewhere.is_empty() {
                let gap = if remark.is_empty() { "" } else { "  " };
                remark = remark.put(gap).tone(Tone::Warn, format!("also in {}", row.elsewhere.join(", ")));
            }
            vec![
                Line::default().tone(Tone::Strong, shown(row.kind, row.value)),
                Line::of(row.kind),
                Line::of(format!("line {}", row.line)),
                Line::of(times),
                remark,
            ]
        });
        out.table(2, rows.collect());
        self.left(&mut out, usize::MAX);
        out.gap();
        out.line(Line::default().tone(Tone::Dim, "Nothing was recorded; leave out --dry-run to record it."));
        out
    }

    /// What was recorded.
    fn answer(&self, shell: &Shell, lines: usize) -> Out {
        let mut out = Out::new(shell);
        let heading = self.heading("added as one act");
        out.line(if lines > 0 { heading.tone(Tone::Good, "  saved") } else { heading });
        for row in self.rows.iter().filter(|row| !row.elsewhere.is_empty()).take(NAMED) {
            out.line(
                Line::of("  ")
                    .put(shown(row.kind, row.value))
                    .put("  ")
                    .tone(Tone::Warn, format!("also in {}", row.elsewhere.join(", "))),
            );
        }
        let more = self.rows.iter().filter(|row| !row.elsewhere.is_empty()).count().saturating_sub(NAMED);
        if more > 0 {
            out.line(Line::of(format!(
                "  {} more occur in other incidents; casebook indicator list --elsewhere",
                thousands(more)
            )));
        }
        self.left(&mut out, NAMED);
        out
    }

    /// `INC-2026-0007  9,999 indicators added as one act, 12 already here, 1 left out`.
    fn heading(&self, what: &str) -> Line {
        let mut words = match self.added {
            0 => "  nothing new".to_owned(),
            1 => format!("  1 indicator {what}"),
            more => format!("  {} indicators {what}", thousands(more)),
        };
        if self.here > 0 {
            words.push_str(&format!(", {} already here", thousands(self.here)));
        }
        let left = self.left_out.len() + self.more_left_out;
        if left > 0 {
            words.push_str(&format!(", {} left out", thousands(left)));
        }
        Line::default().tone(Tone::Strong, self.incident).put(words)
    }

    fn left(&self, out: &mut Out, most: usize) {
        if self.left_out.is_empty() {
            return;
        }
        out.line(Line::default().tone(Tone::Warn, "  Left out:"));
        let rows = self.left_out.iter().take(most).map(|left| {
            let times = if left.times > 1 { format!("{} times", left.times) } else { String::new() };
            let words = left.shown.as_str();
            vec![
                Line::of(format!("line {}", left.line)),
                Line::of(words),
                Line::of(left.why.as_str()),
                Line::of(times),
            ]
        });
        out.table(4, rows.collect());
        let more = self.left_out.len().saturating_sub(most) + self.more_left_out;
        if more > 0 {
            out.line(Line::of(format!("    and {} more; --dry-run names them", thousands(more))));
        }
    }
}
