//! `list`: incidents in aligned columns; and what `casebook` says where there is no terminal.

use std::collections::HashSet;

use serde::Serialize;

use super::super::failure::Failure;
use super::super::out::{Line, Out, Sheet, Tone};
use super::super::shell::Shell;
use super::severity_tone;
use crate::model::severity::Level;
use crate::model::time;
use crate::query::Words;
use crate::store::{Address, Archived, Closed, Look, Row, Series};
use crate::verb::{List, Which};

#[derive(Serialize)]
struct Incidents<'a> {
    incidents: Vec<&'a Row>,
    /// Moved out of the store; told by `--all` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    archived: Vec<Archived>,
    /// In whose records the last check on this machine found a fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faulty: Vec<&'a str>,
    /// Others wrote in them since this person last had the screens open here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    new: Vec<&'a str>,
}

/// `list`.
pub(in crate::cli) fn list(shell: &Shell, list: &List) -> Result<Out, Failure> {
    match list.find.as_deref().map(Words::read).filter(|words| !words.is_empty()) {
        Some(words) => {
            let which = List { find: None, ..list.clone() };
            let wider = match list.which {
                Which::All => "",
                _ => "; casebook list --all --find looks through closed ones too",
            };
            super::find::everywhere(shell, &words, |row| wanted(row, &which), wider)
        }
        None => of(shell, list, shell.store.list(Look::Checked)?),
    }
}

fn of(shell: &Shell, list: &List, mut rows: Vec<(Address, Row)>) -> Result<Out, Failure> {
    let all = rows.len();
    rows.retain(|(_, row)| wanted(row, list));
    let twice = twice(&rows);
    rows.sort_by_key(|(_, row)| row.closed);
    let whole = list.which == Which::All && list.phase.is_none() && list.severity.is_none();
    let archived = if whole { shell.store.archived()? } else { Vec::new() };
    let faulty = shell.store.faulty();
    let seen = shell.store.seen(&shell.by);
    let missed = |row: &Row| seen.misses(row.id, row.entries, row.by.as_deref(), &shell.by);
    if shell.json {
        let incidents = rows.iter().map(|(_, row)| row).collect();
        let faulty = rows.iter().filter(|(address, _)| faulty.contains_key(&address.id));
        let faulty = faulty.map(|(address, _)| address.number.as_str()).collect();
        let new = rows.iter().filter(|(_, row)| missed(row)).map(|(address, _)| address.number.as_str());
        return Out::json(shell, &Incidents { incidents, archived, faulty, new: new.collect() });
    }
    let mut out = Out::new(shell);
    if rows.is_empty() && !archived.is_empty() {
        moved_out(&mut out, &archived);
        return Ok(out);
    }
    if rows.is_empty() {
        out.line(match all {
            0 => Line::of(format!("No incident yet in {}.", shell.store.root().display())),
            1 => Line::of("None of 1 incident; casebook list --all shows it."),
            _ => Line::of(format!("None of {all} incidents; casebook list --all shows them.")),
        });
        return Ok(out);
    }
    table(&mut out, shell, (&rows, &twice), &missed);
    if let Some(left) = seen.left.filter(|_| rows.iter().any(|(_, row)| missed(row))) {
        let when = time::when(left, shell.now, &shell.zone);
        let said = "others wrote there since you were last here";
        let words = format!("new: {said}, {when}; casebook catchup --all tells what");
        out.line(Line::default().tone(Tone::Dim, words));
    }
    for (address, _) in rows.iter().filter(|(address, _)| faulty.contains_key(&address.id)) {
        let said = format!("{0}  ITS RECORD HAS A FAULT: casebook doctor -i {0} explains it", address.number);
        out.line(Line::default().tone(Tone::Bad, said));
    }
    moved_out(&mut out, &archived);
    Ok(out)
}

/// What was archived: where it is, and what its record had as its head.
fn moved_out(out: &mut Out, archived: &[Archived]) {
    for stub in archived {
        out.line(
            Line::default()
                .tone(Tone::Dim, &stub.number)
                .put(format!(
                    "  archived {}, {}, head {}",
                    stub.at.format("%Y-%m-%d"),
                    stub.file.display(),
                    stub.head
                ))
                .put(stub.title.as_ref().map(|title| format!("  {title}")).unwrap_or_default()),
        );
    }
}

/// What `casebook` prints where no screens can be opened: the list, or the welcome.
pub(in crate::cli) fn welcome(shell: &Shell) -> Result<Out, Failure> {
    let rows = shell.store.list(Look::Checked)?;
    if shell.json || !rows.is_empty() {
        return of(shell, &List::default(), rows);
    }
    let mut out = Out::new(shell);
    out.line(Line::default().tone(Tone::Strong, "casebook").put(": incident response from a terminal"));
    out.gap();
    out.line(Line::of(format!("No incident yet in {}.", shell.store.root().display())));
    out.gap();
    let row = |verb: &str, what: &str| vec![Line::default().tone(Tone::Here, verb), Line::of(what)];
    out.table(
        2,
        vec![
            row("casebook new TITLE", "opens an incident"),
            row("casebook log TEXT", "records a fact"),
            row("casebook next", "says what is next"),
            row("casebook --help", "names every verb"),
        ],
    );
    Ok(out)
}

fn wanted(row: &Row, list: &List) -> bool {
    let drill = row.series() == Series::Ex;
    let kind = match list.which {
        Which::Open => !row.closed && !drill,
        Which::Closed => row.closed && !drill,
        Which::Drills => drill,
        Which::All => true,
    };
    kind && list.phase.is_none_or(|phase| row.shut.is_none() && row.phase == phase)
        && list.severity.is_none_or(|level| row.severity == Some(level.number()))
        && list.find.as_deref().is_none_or(|words| row.has(words))
}

/// What presses stands before the title, which gives way on a narrow terminal.
const HEAD: [&str; 9] = ["NUMBER", "SEV", "PHASE", "IN IT", "TASKS", "DUE", "LEAD", "PRESSES", "TITLE"];

fn table(
    out: &mut Out,
    shell: &Shell,
    (rows, twice): (&[(Address, Row)], &HashSet<String>),
    missed: &impl Fn(&Row) -> bool,
) {
    let mut sheet = Sheet::new(&HEAD, rows.len());
    for (address, row) in rows {
        let tone = if row.shut.is_none() { Tone::Strong } else { Tone::Plain };
        match twice.contains(&address.number) {
            true => sheet.cell(tone, &address.apart()),
            false => sheet.cell(tone, &address.number),
        }
        match &row.shut {
            Some(why) => shut(&mut sheet, why),
            None => columns(&mut sheet, shell, row, missed),
        }
    }
    out.sheet(&sheet);
}

/// The numbers that more than one of the incidents has, which are in the order of their numbers.
fn twice(rows: &[(Address, Row)]) -> HashSet<String> {
    let numbers = rows.windows(2).map(|two| [&two[0].0.number, &two[1].0.number]);
    numbers.filter(|[one, other]| one == other).map(|[number, _]| number.clone()).collect()
}

fn shut(sheet: &mut Sheet, why: &Closed) {
    for _ in 2..HEAD.len() {
        sheet.end();
    }
    match why {
        Closed::Restricted => sheet.cell(Tone::Dim, "restricted"),
        Closed::Unreadable(why) => sheet.cell(Tone::Bad, &format!("unreadable: {why}")),
    }
}

fn columns(sheet: &mut Sheet, shell: &Shell, row: &Row, missed: &impl Fn(&Row) -> bool) {
    let level = row.severity.and_then(|number| Level::ALL.into_iter().find(|level| level.number() == number));
    match level {
        None => sheet.cell(Tone::Warn, "SEV?"),
        Some(level) => sheet.cell(severity_tone(level), level.label()),
    }
    match row {
        Row { closed: true, .. } => sheet.cell(Tone::Dim, "closed"),
        Row { visit: ..2, .. } => sheet.cell(Tone::Plain, row.phase.name()),
        _ => sheet.cell(Tone::Plain, &format!("{} {}", row.phase, row.visit)),
    }
    // The times of a drill are those of its story; nothing in it is overdue.
    let timeless = row.closed || row.series() == Series::Ex;
    if !timeless {
        sheet.put(Tone::Plain, &time::span((shell.now - row.entered).num_milliseconds()));
    }
    sheet.end();
    if !row.closed {
        sheet.put(Tone::Plain, &format!("{}/{}", row.settled, row.tasks));
    }
    sheet.end();
    if let Some(due) = row.due.filter(|_| !timeless) {
        let when = time::when(due, shell.now, &shell.zone);
        match due <= shell.now {
            true => sheet.put(Tone::Bad, &format!("OVERDUE {when}")),
            false => sheet.put(Tone::Plain, &when),
        }
    }
    sheet.end();
    sheet.cell(Tone::Plain, row.lead.as_deref().unwrap_or_default());
    presses(sheet, row, missed);
    sheet.cell(Tone::Plain, &row.title);
}

fn presses(sheet: &mut Sheet, row: &Row, missed: &impl Fn(&Row) -> bool) {
    let mut gap = "";
    let mut press = |tone: Tone, words: &str| {
        if !gap.is_empty() {
            sheet.put(Tone::Plain, gap);
        }
        gap = ", ";
        sheet.put(tone, words);
    };
    if row.uncontained > 0 {
        press(Tone::Bad, &format!("NOT CONTAINED {}", row.uncontained));
    }
    if row.status == "on-hold" {
        press(Tone::Warn, "on hold");
    }
    if missed(row) {
        press(Tone::Warn, "new");
    }
    for (count, word) in [(row.debts, "owed"), (row.contested, "contested")] {
        if count > 0 {
            press(Tone::Warn, &format!("{count} {word}"));
        }
    }
    sheet.end();
}
