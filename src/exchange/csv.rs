//! Comma-separated values: our own tables, and those of others.

pub mod components;
pub mod entry;
pub mod evidence;
pub mod fields;
pub mod generic;
pub mod indicators;
pub mod mark;
pub mod records;
pub mod row;
pub mod tasks;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod write;

use std::cell::Cell;
use std::io::BufRead;

use super::intake::{Reading, Sink};
use super::{iris, timesketch};
use crate::model::refusal::Refusal;
use row::{Each, rows};

/// Reads any table: ours and those of Timesketch and DFIR-IRIS are known by their headings, of all others the
/// columns are. Who maps a column reads it as a table of no known format.
///
/// # Errors
/// Refuses what is no table, and one that tells nothing that can be taken.
pub fn read(text: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let own_acts = Cell::new(0);
    rows(text, sink, |heading, sink| {
        let each = if reading.columns.is_empty() { known(heading, reading, &own_acts) } else { None };
        each.map_or_else(|| generic::each(heading, reading, sink), Ok).map(mark::told)
    })?;
    if let Some(remark) = entry::left_out(own_acts.get()) {
        let _ = sink(remark);
    }
    Ok(())
}

/// What to do with the rows of a table whose heading is known.
fn known<'r>(heading: &[String], reading: &'r Reading<'r>, own_acts: &'r Cell<usize>) -> Option<Each<'r>> {
    let has =
        |names: &[&str]| names.iter().all(|name| heading.iter().any(|have| have.eq_ignore_ascii_case(name)));
    let count = move |told: &mut dyn FnMut(&mut usize) -> std::ops::ControlFlow<()>| {
        let mut n = own_acts.get();
        let flow = told(&mut n);
        own_acts.set(n);
        flow
    };
    Some(match () {
        () if has(&["happened", "kind", "text"]) => Box::new(move |row, sink| {
            count(&mut |n| entry::take(row, ("text", "happened"), reading, n, sink))
        }),
        () if has(&["component", "type", "stage"]) => {
            let mut met = components::Met::default();
            Box::new(move |row, sink| components::take(row, reading, &mut met, sink))
        }
        () if has(&["indicator", "type", "indicator_id"]) => {
            Box::new(move |row, sink| indicators::take(row, reading, sink))
        }
        () if has(&["evidence", "type", "standing"]) => {
            Box::new(move |row, sink| evidence::take(row, reading, sink))
        }
        () if has(&["task", "phase", "state"]) => Box::new(move |row, sink| tasks::take(row, reading, sink)),
        () if timesketch::is_one(heading) => {
            Box::new(move |row, sink| count(&mut |n| timesketch::event(row, reading, n, sink)))
        }
        () => return iris::each(heading, reading, own_acts),
    })
}

/// A column of a table, before the table is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeked {
    pub name: String,
    /// The first values in it.
    pub samples: Vec<String>,
    pub field: fields::Field,
}

/// How many values of a column are looked at, among how many rows.
const SAMPLES: (usize, usize) = (3, 50);

/// The columns of a table and what they are taken for; `None`: the table is one whose columns are known.
///
/// # Errors
/// Refuses what is no table, and columns and fields that there are not.
pub fn peek(text: &mut dyn BufRead, mapped: &[(String, String)]) -> Result<Option<Vec<Peeked>>, Refusal> {
    let mut records = records::Records::new(text)?;
    let own_acts = Cell::new(0);
    let reading = Reading { now: chrono::DateTime::UNIX_EPOCH, assume: None, columns: &[] };
    if mapped.is_empty() && known(&records.heading, &reading, &own_acts).is_some() {
        return Ok(None);
    }
    let fields = fields::columns(&records.heading, mapped)?;
    let column =
        |(name, field): (&String, fields::Field)| Peeked { name: name.clone(), samples: Vec::new(), field };
    let mut columns: Vec<Peeked> = records.heading.iter().zip(fields).map(column).collect();
    for _ in 0..SAMPLES.1 {
        match records.read()? {
            records::Record::End => break,
            records::Record::Refused(..) => {}
            records::Record::Row(_, cells) => {
                for (column, cell) in columns.iter_mut().zip(cells) {
                    if column.samples.len() < SAMPLES.0 && !cell.is_empty() && !column.samples.contains(&cell)
                    {
                        column.samples.push(cell.replace('\n', " ").chars().take(200).collect());
                    }
                }
            }
        }
    }
    Ok(Some(columns))
}
