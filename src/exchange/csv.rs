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
    rows(text, sink, |heading, sink| match reading.columns.is_empty() {
        true => known(heading, reading, &own_acts).map_or_else(|| generic::each(heading, reading, sink), Ok),
        false => generic::each(heading, reading, sink),
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
            Box::new(move |row, sink| components::take(row, reading, sink))
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
        () => return iris::each(heading, reading),
    })
}
