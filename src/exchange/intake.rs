//! What arrives in a file, piece by piece: the words of another program as commands of ours, each with its place.
//!
//! A format only reads. What is new, what is here already and what the incident refuses is judged by whoever
//! takes the pieces in, so every format gives the same answers to the same faults.

pub mod decode;
pub mod json;
pub mod judge;
pub mod lines;
pub mod moment;
#[cfg(test)]
pub(crate) mod tests;

use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use crate::model::head::Open;
use crate::model::refusal::Refusal;
use crate::model::time::{Happened, Zone};
use crate::verb::Change;

/// What a format brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brings {
    /// Acts for the incident at hand.
    Acts,
    /// Incidents of their own.
    Incidents,
    /// Acts for the incident that was named; where none was, and the file tells of one, that incident.
    Either,
}

/// Where in a file something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The row of a table with its heading as 1, or the line of a text, or the how-manieth of a list; from 1.
    pub row: u64,
    /// The column, or the path within the record (`malware[0].variety`).
    pub column: Option<String>,
}

impl Place {
    pub fn row(row: u64) -> Self {
        Self { row, column: None }
    }

    #[must_use]
    pub fn column(&self, column: impl Into<String>) -> Self {
        Self { row: self.row, column: Some(column.into()) }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}", self.row)?;
        self.column.as_ref().map_or(Ok(()), |column| write!(f, ", {column}"))
    }
}

/// Something done or known, as somebody would have said it here.
#[derive(Clone, Debug)]
pub struct Act {
    pub place: Place,
    /// When it happened; `None`: now.
    pub at: Option<Happened>,
    /// Who did it, by the name the file gives.
    pub who: Option<String>,
    /// What shall be, in words where it names something of the incident: they are read as the incident stands
    /// when its turn comes, so they may name what an earlier act of the same file brings. A plain command is
    /// `command.into()`.
    pub change: Change,
}

impl Act {
    /// An act of which the file says neither when nor who.
    pub fn new(place: Place, change: impl Into<Change>) -> Self {
        Self { place, at: None, who: None, change: change.into() }
    }
}

/// An incident of another program. The acts that follow are about it, until the next one.
#[derive(Clone, Debug)]
pub struct Arriving {
    pub place: Place,
    /// Its name over there, such as `veris:3C6DE2A4`. It is kept as a reference, and who has it is here already.
    pub key: String,
    /// When it was opened; `None`: now.
    pub at: Option<Happened>,
    pub open: Open,
}

/// What is read next.
#[derive(Clone, Debug)]
pub enum Piece {
    Incident(Box<Arriving>),
    Act(Box<Act>),
    /// A row, or one value of it, that cannot be taken: why, and what would be right. The others are.
    Refused {
        place: Place,
        why: String,
    },
    /// Worth saying once, such as that times without a zone were read in one.
    Remark(String),
}

/// Where pieces go. `Break`: enough was read.
pub type Sink<'a> = dyn FnMut(Piece) -> ControlFlow<()> + 'a;

/// How a file is to be read.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The moment (UTC): nothing happened after it.
    pub now: DateTime<Utc>,
    /// The zone of times that name none. `None`: such a row is refused, and the reason names `--assume-zone`.
    pub assume: Option<&'a Zone>,
    /// Which column is what, in a table of no known format: `(column, field)`.
    pub columns: &'a [(String, String)],
}

/// Reads a file to its end, in bounded memory: no more of it is held than one record.
///
/// # Errors
/// A file that is not of this format at all is refused as a whole, with what it looks like. One bad row is a
/// [`Piece::Refused`].
pub type Read = fn(&mut dyn BufRead, &Reading<'_>, &mut Sink<'_>) -> Result<(), Refusal>;
