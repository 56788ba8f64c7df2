//! The evidence as a table, and back: what was said of each item, not its bytes.

use std::ops::ControlFlow;

use super::mark;
use super::row::Row;
use super::write::{Table, instant};
use crate::exchange::Moment;
use crate::exchange::intake::{Act, Piece, Reading, Sink, moment};
use crate::incident::command::Command;
use crate::incident::release::Released;
use crate::model::evidence::{self, Add, Receive, Request, Standing};
use crate::model::refusal::Refusal;

/// Its columns, before those of [`mark`].
pub const COLUMNS: [&str; 19] = [
    "evidence",
    "number",
    "type",
    "standing",
    "components",
    "origin",
    "from",
    "taken_at",
    "tool",
    "holder",
    "kept",
    "seal",
    "acquired",
    "acquired_by",
    "size",
    "sha256",
    "due",
    "note",
    "evidence_id",
];

/// One row an item, in the order of their numbers.
///
/// # Errors
/// None that can happen.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let incident = &released.incident;
    let mut table = Table::new(&[&COLUMNS[..], &mark::COLUMNS].concat());
    for item in incident.evidence.iter().filter(|item| !item.undone) {
        let words = |words: Option<&str>| words.unwrap_or_default().to_owned();
        let names = item.components().iter().filter_map(|id| incident.component(id));
        let standing = match item.standing() {
            Standing::Requested => "requested",
            Standing::Held => "held",
            Standing::Withdrawn => "withdrawn",
        };
        let mut cells = vec![
            item.name().to_owned(),
            item.label(),
            item.kind().to_owned(),
            standing.to_owned(),
            super::entry::joined(names.map(|component| component.name.as_str())),
            words(item.origin()),
            words(item.source()),
            words(item.place()),
            words(item.tool()),
            words(item.holder()),
            words(item.kept()),
            words(item.seal()),
            item.acquired().map(instant).unwrap_or_default(),
            words(item.acquired_by()),
            item.size().map(|size| size.to_string()).unwrap_or_default(),
            words(item.sha256()),
            item.due().map(instant).unwrap_or_default(),
            words(item.note()),
            item.id.to_string(),
        ];
        cells.extend(mark::cells(released));
        table.row(&cells);
    }
    table.end()
}

/// Puts the item of a row on the list. Its bytes are not here: a hash it has was taken by somebody else.
pub fn take(row: &Row<'_>, reading: &Reading<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(name) = row.get("evidence") else {
        return sink(row.refused("evidence", "there is no name"));
    };
    let words = |name: &str| row.get(name).map(str::to_owned);
    let kind = words("type").unwrap_or_else(|| "document".to_owned());
    let at = match row.get("acquired").map(|words| moment::read(words, reading)).transpose() {
        Ok(at) => at,
        Err(why) => return sink(row.refused("acquired", why)),
    };
    let command = match row.get("standing") {
        Some("withdrawn") => return sink(row.refused("standing", "it was withdrawn there")),
        Some("requested") => {
            let due = match row.get("due").map(moment::due).transpose() {
                Ok(due) => due,
                Err(why) => return sink(row.refused("due", why)),
            };
            let from = words("from").unwrap_or_default();
            let request = Request {
                name: name.to_owned(),
                kind,
                components: Vec::new(),
                from,
                due,
                note: words("note"),
            };
            evidence::Command::Request(request)
        }
        _ => {
            let how = Receive {
                file: None,
                sha256: words("sha256"),
                origin: words("origin"),
                source: words("from"),
                place: words("taken_at"),
                tool: words("tool"),
                holder: words("holder"),
                kept: words("kept"),
                seal: words("seal"),
            };
            let add = Add { name: name.to_owned(), kind, components: Vec::new(), note: words("note"), how };
            evidence::Command::Add(Box::new(add))
        }
    };
    let who = words("acquired_by");
    sink(Piece::Act(Box::new(Act { at, who, ..Act::new(row.place.clone(), Command::Evidence(command)) })))
}
