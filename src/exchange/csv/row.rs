//! A row with the names of its columns, whether it stood in a table or was a JSON object on a line.

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use super::records::{Record, Records, unreadable};
use crate::exchange::intake::lines::{self, Next};
use crate::exchange::intake::{Piece, Place, Sink};
use crate::model::refusal::Refusal;
use crate::model::text::{self as letters, thousands};

/// Cells by the names of their columns, in small letters.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub place: Place,
    names: &'a [String],
    cells: &'a [String],
}

impl<'a> Row<'a> {
    /// The cell of a column; `None`: there is no such column, or nothing in it.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|have| have == name)?;
        self.cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The first of these columns that has something in it, with its name.
    pub fn first(&self, names: &[&'static str]) -> Option<(&'static str, &'a str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|have| have == name)
    }

    /// The parts of a cell that holds several, parted by `;`.
    pub fn list(&self, name: &str) -> Vec<String> {
        let cell = self.get(name).unwrap_or_default();
        cell.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// All cells, in the order of the heading.
    pub fn cells(&self) -> &'a [String] {
        self.cells
    }

    /// Where a cell stands.
    pub fn at(&self, name: &str) -> Place {
        self.place.column(name)
    }

    /// A cell that cannot be taken.
    pub fn refused(&self, name: &str, why: impl Into<String>) -> Piece {
        Piece::Refused { place: self.at(name), why: why.into() }
    }
}

/// What is done with each row.
pub type Each<'r> = Box<dyn FnMut(&Row<'_>, &mut Sink<'_>) -> ControlFlow<()> + 'r>;

/// Gives every row of a table to whatever `pick` finds for its heading, and what is no row to the sink.
///
/// # Errors
/// What is no table, and what `pick` refuses.
pub fn rows<'r>(
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
    pick: impl FnOnce(&[String], &mut Sink<'_>) -> Result<Each<'r>, Refusal>,
) -> Result<(), Refusal> {
    let mut records = Records::new(text)?;
    let mut each = pick(&records.heading, sink)?;
    let names: Vec<String> = records.heading.iter().map(|name| name.to_lowercase()).collect();
    loop {
        let flow = match records.read()? {
            Record::End => return Ok(()),
            Record::Refused(row, why) => sink(Piece::Refused { place: Place::row(row), why }),
            Record::Row(row, cells) => {
                let place = Place::row(row);
                let told = records.lost.iter().try_for_each(|(column, lost)| {
                    let name = records.heading.get(*column).map_or("", String::as_str);
                    sink(Piece::Refused { place: place.column(name), why: left_out(*lost) })
                });
                match told {
                    ControlFlow::Continue(()) => each(&Row { place, names: &names, cells: &cells }, sink),
                    ended => ended,
                }
            }
        };
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// The same for JSON objects, one a line.
///
/// # Errors
/// The file can no longer be read, or its first line is no JSON object.
pub fn objects(
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
    mut each: impl FnMut(&Row<'_>, &mut Sink<'_>) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let mut met = false;
    for row in 1.. {
        let place = Place::row(row);
        let flow = match lines::next(text).map_err(|error| unreadable(&error))? {
            Next::End => break,
            Next::TooLong(bytes) => {
                let bytes = thousands(usize::try_from(bytes).unwrap_or(usize::MAX));
                sink(Piece::Refused {
                    place,
                    why: format!("it has {bytes} bytes, more than a line may have"),
                })
            }
            Next::Line(line) if line.trim().is_empty() => ControlFlow::Continue(()),
            Next::Line(line) => match serde_json::from_str::<Value>(&line) {
                Ok(Value::Object(object)) => {
                    met = true;
                    let (names, mut cells): (Vec<String>, Vec<String>) =
                        object.into_iter().map(|(name, value)| (name.to_lowercase(), cell(value))).unzip();
                    let mut flow = ControlFlow::Continue(());
                    for (name, cell) in names.iter().zip(&mut cells) {
                        let lost = letters::left_out(cell);
                        if lost > 0 && flow.is_continue() {
                            *cell = letters::harmless(cell).into_owned();
                            let place = place.column(letters::harmless(name));
                            flow = sink(Piece::Refused { place, why: left_out(lost) });
                        }
                    }
                    if flow.is_break() {
                        break;
                    }
                    each(&Row { place, names: &names, cells: &cells }, sink)
                }
                Ok(_) => sink(Piece::Refused { place, why: "it is no JSON object".to_owned() }),
                Err(_) if !met && row == 1 => {
                    return Err(Refusal::refused("Its first line is no JSON object.")
                        .hint("Such a file has one JSON object on every line."));
                }
                Err(error) => {
                    let why = format!("it is no JSON: {error}");
                    sink(Piece::Refused {
                        place,
                        why: why.split(" at line").next().unwrap_or(&why).to_owned(),
                    })
                }
            },
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// Why something of a cell is missing in the record.
fn left_out(lost: usize) -> String {
    match lost {
        1 => "1 control or invisible character was left out".to_owned(),
        n => format!("{} control or invisible characters were left out", thousands(n)),
    }
}

/// A value as the cell of a table has it: a list parted by commas.
fn cell(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(all) => all.into_iter().map(cell).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
