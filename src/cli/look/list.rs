//! `list`: incidents in aligned columns; and what `casebook` says where there is no terminal.

use std::collections::HashMap;

use serde::Serialize;

use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
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
    rows.sort_by_key(|(_, row)| row.closed);
    let whole = list.which == Which::All && list.phase.is_none() && list.severity.is_none();
    let archived = if whole { shell.store.archived()? } else { Vec::new() };
    let faulty = shell.store.faulty();
    if shell.json {
        let incidents = rows.iter().map(|(_, row)| row).collect();
        let faulty = rows.iter().filter(|(address, _)| faulty.contains_key(&address.id));
        let faulty = faulty.map(|(address, _)| address.number.as_str()).collect();
        return Out::json(shell, &Incidents { incidents, archived, faulty });
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
    table(&mut out, shell, &rows);
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

fn table(out: &mut Out, shell: &Shell, rows: &[(Address, Row)]) {
    let mut times: HashMap<&str, usize> = HashMap::with_capacity(rows.len());
    rows.iter().for_each(|(address, _)| *times.entry(&address.number).or_default() += 1);
    let cells = rows.iter().map(|(address, row)| {
        let twice = times[address.number.as_str()] > 1;
        let number = if twice { address.apart() } else { address.number.clone() };
        match &row.shut {
            Some(why) => shut(number, why),
            None => columns(shell, number, row),
        }
    });
    let mut cells: Vec<Vec<Line>> = cells.collect();
    let used = |column: usize| cells.iter().any(|row| row.get(column).is_some_and(|cell| cell.width() > 0));
    let head = HEAD.iter().enumerate().map(|(column, word)| match used(column) {
        true => Line::default().tone(Tone::Dim, word),
        false => Line::default(),
    });
    let head = head.collect();
    cells.insert(0, head);
    out.table(0, cells);
}

fn shut(number: String, why: &Closed) -> Vec<Line> {
    let mut cells = vec![Line::default(); HEAD.len()];
    cells[0] = Line::of(number);
    cells[HEAD.len() - 1] = match why {
        Closed::Restricted => Line::default().tone(Tone::Dim, "restricted"),
        Closed::Unreadable(why) => Line::default().tone(Tone::Bad, format!("unreadable: {why}")),
    };
    cells
}

fn columns(shell: &Shell, number: String, row: &Row) -> Vec<Line> {
    let level = row.severity.and_then(|number| Level::ALL.into_iter().find(|level| level.number() == number));
    let visit = if row.visit > 1 { format!("{} {}", row.phase, row.visit) } else { row.phase.to_string() };
    let phase = if row.closed { Line::default().tone(Tone::Dim, "closed") } else { Line::of(visit) };
    // The times of a drill are those of its story; nothing in it is overdue.
    let timeless = row.closed || row.series() == Series::Ex;
    let lasted =
        if timeless { String::new() } else { time::span((shell.now - row.entered).num_milliseconds()) };
    let due = match row.due.filter(|_| !timeless) {
        None => Line::default(),
        Some(due) if due <= shell.now => {
            Line::default().tone(Tone::Bad, format!("OVERDUE {}", time::when(due, shell.now, &shell.zone)))
        }
        Some(due) => Line::of(time::when(due, shell.now, &shell.zone)),
    };
    let mut presses = Line::default();
    let mut press = |tone: Tone, words: String| {
        let gap = if presses.is_empty() { "" } else { ", " };
        presses = std::mem::take(&mut presses).put(gap).tone(tone, words);
    };
    if row.uncontained > 0 {
        press(Tone::Bad, format!("NOT CONTAINED {}", row.uncontained));
    }
    if row.status == "on-hold" {
        press(Tone::Warn, "on hold".to_owned());
    }
    for (count, word) in [(row.debts, "owed"), (row.contested, "contested")] {
        if count > 0 {
            press(Tone::Warn, format!("{count} {word}"));
        }
    }
    let ticks = if row.closed { String::new() } else { format!("{}/{}", row.settled, row.tasks) };
    vec![
        Line::default().tone(Tone::Strong, number),
        super::severity_label(level),
        phase,
        Line::of(lasted),
        Line::of(ticks),
        due,
        Line::of(row.lead.as_deref().unwrap_or_default()),
        presses,
        Line::of(&row.title),
    ]
}
