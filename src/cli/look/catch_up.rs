//! `catchup`: what others did since you were last here, in one incident or in all of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::sitrep::read_out;
use crate::incident::Incident;
use crate::model::entry::Entry;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::report::Clock;
use crate::report::catch_up::{News, told};
use crate::store::{Address, Look, Seen};
use crate::verb::Said;

#[derive(Serialize)]
struct Written<'a> {
    id: LineId,
    kind: &'a str,
    by: &'a str,
    happened: DateTime<Utc>,
    recorded: DateTime<Utc>,
    text: &'a str,
}

#[derive(Serialize)]
struct Caught<'a> {
    number: &'a str,
    since: DateTime<Utc>,
    entries: Vec<Written<'a>>,
}

impl<'a> Caught<'a> {
    fn of(incident: &'a Incident, news: &'a News, me: &'a str) -> Self {
        let written = |entry: &'a Entry| Written {
            id: entry.id,
            kind: entry.kind.word(),
            by: &entry.by,
            happened: entry.happened,
            recorded: entry.recorded,
            text: entry.shown(),
        };
        let entries = news.entries(incident, me).map(written).collect();
        Self { number: &incident.number, since: news.since, entries }
    }
}

/// What came into one incident.
pub(in crate::cli) fn one(shell: &Shell, since: Option<DateTime<Utc>>, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let seen = shell.store.seen(&shell.by);
    let news = news(shell, &address, since, &seen)?.ok_or_else(|| {
        Refusal::refused(format!("You have not had {} open in the screens here.", address.number))
            .hint("casebook catchup --since TIME names the moment; casebook sitrep tells where it stands.")
    })?;
    let incident = shell.read(&address)?.incident;
    if shell.json {
        return Out::json(shell, &Caught::of(&incident, &news, &shell.by));
    }
    match told(&incident, &news, &shell.by, &Clock::at(shell.now, None, &shell.zone)) {
        Some(text) => Ok(read_out(shell, text)),
        None => {
            let when = time::when(news.since, shell.now, &shell.zone);
            let mut out = Out::new(shell);
            out.line(Line::of(format!("Nobody else wrote anything into {} since {when}.", address.number)));
            Ok(out)
        }
    }
}

/// What came since a moment, else since the incident was left; `None`: it was never open.
fn news(
    shell: &Shell,
    address: &Address,
    since: Option<DateTime<Utc>>,
    seen: &Seen,
) -> Result<Option<News>, Failure> {
    if let Some(since) = since {
        let lines = shell.store.lines(address)?.into_iter().filter(|line| line.recorded > since);
        return Ok(Some(News { since, lines: lines.map(|line| line.id).collect() }));
    }
    let Some(sight) = seen.sight(address.id) else { return Ok(None) };
    let lines = shell.store.came_since(address, sight)?;
    Ok(Some(News { since: sight.at, lines: lines.into_iter().map(|line| line.id).collect() }))
}

/// Every incident that others wrote into, the newest first.
pub(in crate::cli) fn all(shell: &Shell, since: Option<DateTime<Utc>>) -> Result<Out, Failure> {
    #[derive(Serialize)]
    struct Row {
        number: String,
        title: String,
        /// When the last line was written down (UTC).
        updated: DateTime<Utc>,
        /// Who wrote how many entries.
        by: BTreeMap<String, usize>,
    }
    let seen = shell.store.seen(&shell.by);
    let Some(left) = since.or(seen.left) else {
        return Err(Refusal::refused("You have not had the screens open here.")
            .hint("casebook catchup --all --since TIME names the moment.")
            .into());
    };
    let mut rows = shell.store.list(Look::Checked)?;
    let changed = |row: &crate::store::Row| match since {
        Some(since) => row.updated > since,
        None => seen.grew(row),
    };
    rows.retain(|(_, row)| row.shut.is_none() && changed(row));
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.updated));
    let mut found = Vec::new();
    for (address, row) in rows {
        let incident = shell.read(&address)?.incident;
        let everything =
            || News { since: left, lines: incident.entries.iter().map(|entry| entry.id).collect() };
        let news = news(shell, &address, since, &seen)?.unwrap_or_else(everything);
        let mut by: BTreeMap<String, usize> = BTreeMap::new();
        for entry in news.entries(&incident, &shell.by) {
            *by.entry(entry.by.clone()).or_default() += 1;
        }
        if !by.is_empty() {
            found.push(Row { number: address.number, title: row.title, updated: row.updated, by });
        }
    }
    if shell.json {
        return Out::json(shell, &found);
    }
    let mut out = Out::new(shell);
    let when = time::when(left, shell.now, &shell.zone);
    if found.is_empty() {
        out.line(Line::of(format!("Nobody else wrote anything since {when}.")));
        return Ok(out);
    }
    let table = found.into_iter().map(|row| {
        let names: Vec<String> = row.by.iter().map(|(name, count)| format!("{name} {count}")).collect();
        vec![
            Line::default().tone(Tone::Here, row.number),
            Line::of(time::when(row.updated, shell.now, &shell.zone)),
            Line::of(names.join(", ")),
            Line::of(row.title),
        ]
    });
    out.table(2, table.collect());
    out.line(Line::of(format!("Entries by others since {when}.")));
    Ok(out)
}
