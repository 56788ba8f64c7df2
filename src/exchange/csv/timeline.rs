//! The timeline as a table of our own.

use super::entry::{self, joined};
use super::mark;
use super::write::{Table, instant};
use crate::exchange::Moment;
use crate::incident::release::Released;
use crate::model::entry::Entry;
use crate::model::lane::Lane;
use crate::model::refusal::Refusal;

/// Its columns, before those of [`mark`].
pub const COLUMNS: [&str; 11] = [
    "happened",
    "recorded",
    "who",
    "by",
    "kind",
    "lane",
    "text",
    "components",
    "techniques",
    "source",
    "entry_id",
];

/// One row an entry, in the order they happened.
///
/// # Errors
/// None that can happen.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&[&COLUMNS[..], &mark::COLUMNS].concat());
    for entry in entry::telling(&released.incident) {
        let mut cells = cells(entry);
        cells.extend(mark::cells(released));
        table.row(&cells);
    }
    table.end()
}

fn cells(entry: &Entry) -> Vec<String> {
    vec![
        instant(entry.happened),
        instant(entry.written()),
        entry.actor().to_owned(),
        entry.by.clone(),
        entry.kind.word().to_owned(),
        entry.lane().map_or("", Lane::word).to_owned(),
        entry.shown().to_owned(),
        joined(entry.components.iter().map(String::as_str)),
        joined(entry.techniques()),
        entry.source().unwrap_or_default().to_owned(),
        entry.id.to_string(),
    ]
}
