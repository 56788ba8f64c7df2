//! `replay`: the record entry by entry, and what was known at a time.

use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::document::EntryDocument;
use crate::incident::replay::Replay;
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::verb::{Said, moment_of_record};

/// An entry of the replay.
#[derive(Serialize)]
struct Told<'a> {
    /// From 1.
    n: usize,
    /// When the record had it.
    known: chrono::DateTime<chrono::Utc>,
    #[serde(flatten)]
    entry: EntryDocument<'a>,
}

/// `replay`: a line for each entry, in the order the record had them; with `--at` what was known then.
pub(in crate::cli) fn replay(shell: &Shell, at: Option<&str>, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let nothing = || Refusal::refused(format!("Nothing is in the record of {}.", address.number));
    let mut replay = Replay::of(address.id, shell.store.lines(&address)?).ok_or_else(nothing)?;
    if let Some(words) = at {
        let last = replay.known(replay.stops() - 1).unwrap_or(shell.now);
        let moment = moment_of_record(words, last, &shell.zone)?;
        return super::show::show(shell, Some(moment), said);
    }
    replay.go(replay.stops());
    let incident = replay.incident();
    let known = |at: usize| replay.known(at).unwrap_or(incident.updated);
    if shell.json {
        let told = incident.entries.iter().enumerate();
        let entries: Vec<Told<'_>> = told
            .map(|(at, entry)| Told { n: at + 1, known: known(at), entry: EntryDocument::of(entry) })
            .collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "entries": entries }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let year = shell.zone.at(shell.now).date_naive();
    let mut entries = incident.entries.iter().enumerate().peekable();
    while let Some((first, _)) = entries.peek() {
        let day = shell.zone.at(known(*first)).date_naive();
        let mut rows = Vec::new();
        while let Some((at, entry)) = entries.next_if(|(at, _)| shell.zone.at(known(*at)).date_naive() == day)
        {
            let mut row = super::activity::row(shell, entry, entry.written());
            row[0] = Line::of(time::clock(known(at), &shell.zone));
            row.insert(0, Line::default().tone(Tone::Dim, (at + 1).to_string()));
            rows.push(row);
        }
        out.gap();
        out.line(super::activity::day_heading(shell, day, year));
        out.texts(2, rows);
    }
    Ok(out)
}
