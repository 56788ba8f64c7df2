//! `find` and `list --find`: which records have the words, where, and how well they fit.

use std::ops::ControlFlow;

use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::model::refusal::Refusal;
use crate::model::text::defang;
use crate::model::time;
use crate::query::{Among, Match, Words};
use crate::store::{Address, Hit, Look, Row, Search};
use crate::verb::{Over, Said};

/// How many records of one incident are named to people, and to programs.
const SHOWN: usize = 50;
const GIVEN: usize = 1_000;

/// What one incident has.
#[derive(Serialize)]
struct Here<'a> {
    incident: &'a str,
    /// The best first.
    matches: Vec<Match>,
    /// How many records have the words.
    count: usize,
}

/// A row of the list with the records that have the words.
#[derive(Serialize)]
struct There<'a> {
    #[serde(flatten)]
    row: &'a Row,
    matches: &'a [Match],
    count: usize,
}

/// `find`: through the incident at hand, or through all of them.
pub(in crate::cli) fn find(shell: &Shell, typed: &str, over: Over, said: &Said) -> Result<Out, Failure> {
    let words = Words::read(typed);
    if words.is_empty() {
        return Err(Refusal::misused("Nothing to look for was typed.")
            .hint("Type words of what you look for: casebook find FS02")
            .into());
    }
    if over == Over::All {
        return everywhere(shell, &words, |_| true, "");
    }
    let address = choose::incident(shell, said)?;
    here(shell, &words, &address)
}

/// The records of one incident.
fn here(shell: &Shell, words: &Words, address: &Address) -> Result<Out, Failure> {
    let record = shell.read(address)?;
    let most = if shell.json { GIVEN } else { SHOWN };
    let (found, count) = crate::query::find(&record.incident, words, Among::All, most);
    let matches: Vec<Match> = found.iter().map(Match::of).collect();
    if shell.json {
        return Out::json(shell, &Here { incident: &address.number, matches, count });
    }
    let mut out = Out::new(shell);
    out.line(super::heading(&record.incident));
    if matches.is_empty() {
        out.line(Line::of("  No record has these words; find WORDS --all looks through all incidents."));
    }
    out.table(2, matches.iter().map(|found| row(shell, found)).collect());
    rest(&mut out, count, matches.len());
    Ok(out)
}

fn rest(out: &mut Out, count: usize, named: usize) {
    if count > named {
        let words = format!("  and {} more; more words narrow it", count - named);
        out.line(Line::default().tone(Tone::Dim, words));
    }
}

/// What it is, whether it is only near, when it happened, what it is called, and where the words are.
fn row(shell: &Shell, found: &Match) -> Vec<Line> {
    let near = if found.way.near() { "near" } else { "" };
    let when = found.at.map_or_else(String::new, |at| {
        let by = found.by.as_deref().unwrap_or_default();
        format!("{} {by}", time::when(at, shell.now, &shell.zone))
    });
    // What is called so needs no second word for it; who did it stands there already.
    let called = found.text == found.name || found.field == "by";
    vec![
        Line::default().tone(Tone::Here, found.kind),
        Line::default().tone(Tone::Warn, near),
        Line::default().tone(Tone::Dim, when),
        Line::of(defang(&found.name)),
        Line::default().tone(Tone::Dim, if called { "" } else { found.field }),
        if called { Line::default() } else { Line::of(defang(&found.text)) },
    ]
}

/// The records of every incident that `wanted` keeps; `wider` says how to look further where none has them.
pub(super) fn everywhere(
    shell: &Shell,
    words: &Words,
    wanted: impl Fn(&Row) -> bool,
    wider: &str,
) -> Result<Out, Failure> {
    let mut hits: Vec<Hit> = Vec::new();
    shell.store.search(words, Look::Checked, wanted, |news| {
        if let Search::Found(hit) = news {
            hits.push(*hit);
        }
        ControlFlow::Continue(())
    })?;
    // Newest first among those that fit as well, and open before closed.
    hits.sort_by_key(|hit| (hit.rank(), hit.row.closed));
    if shell.json {
        let there = |hit| {
            let Hit { row, matches, count, .. }: &Hit = hit;
            There { row, matches, count: *count }
        };
        let incidents: Vec<There<'_>> = hits.iter().map(there).collect();
        return Out::json(shell, &serde_json::json!({ "incidents": incidents }));
    }
    let mut out = Out::new(shell);
    if hits.is_empty() {
        out.line(Line::of(format!("No record has these words{wider}.")));
    }
    for hit in &hits {
        match shell.spoken {
            true => spoken(&mut out, shell, hit),
            false => told(&mut out, shell, hit),
        }
    }
    Ok(out)
}

/// An incident with its records under it.
fn told(out: &mut Out, shell: &Shell, hit: &Hit) {
    let state = if hit.row.closed { "closed".to_owned() } else { hit.row.phase.to_string() };
    let head = Line::default()
        .tone(Tone::Strong, &hit.address.number)
        .put("  ")
        .tone(Tone::Dim, state)
        .put("  ")
        .put(&hit.row.title);
    out.line(head);
    // The title stands in the line above.
    let rows = hit.matches.iter().filter(|found| found.kind != "incident" || found.field != "title");
    out.table(2, rows.map(|found| row(shell, found)).collect());
    rest(out, hit.count, hit.matches.len());
}

/// A line for each record, with its incident in front.
fn spoken(out: &mut Out, shell: &Shell, hit: &Hit) {
    let rows = hit.matches.iter().map(|found| {
        let mut cells = vec![Line::of(&hit.address.number)];
        cells.extend(row(shell, found));
        cells
    });
    out.table(0, rows.collect());
    if hit.count > hit.matches.len() {
        let words = format!("{}  and {} more", hit.address.number, hit.count - hit.matches.len());
        out.line(Line::of(words));
    }
}
