//! The list of incidents and the cursor that every list has.

use std::ops::Range;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::input::Input;
use crate::model::phase::Phase;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;

/// Where the cursor of a list stands, and the first row in sight. Follows its thing, not its number:
/// rows that arrive above it push it down with its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The row it stands on, from 0.
    pub at: usize,
    /// The first row in sight.
    pub top: usize,
}

impl Cursor {
    /// Moves to a row of `total`, keeping it within the `room` rows in sight. Scrolls only at the edges.
    pub fn go(&mut self, at: usize, total: usize, room: usize) {
        self.at = at.min(total.saturating_sub(1));
        self.top = self.window(total, room).start;
    }

    /// The rows in sight: never empty while there are rows, always with the cursor in it.
    pub fn window(&self, total: usize, room: usize) -> Range<usize> {
        let room = room.max(1);
        let last_top = total.saturating_sub(room);
        let top = self.top.clamp((self.at + 1).saturating_sub(room), self.at).min(last_top);
        top..(top + room).min(total)
    }
}

/// How far an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Open,
    OnHold,
    Closed,
}

/// An incident as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: Uuid,
    /// `INC-2026-0007`, or with part of the id where two stores met with the same number.
    pub number: String,
    pub title: String,
    pub status: Status,
    pub phase: Phase,
    /// Which visit of that phase, from 1.
    pub visit: u32,
    pub severity: Option<Level>,
    pub tlp: Option<Tlp>,
    pub lead: Option<String>,
    /// UTC.
    pub opened: DateTime<Utc>,
    /// When its last line was written down (UTC).
    pub updated: DateTime<Utc>,
    /// Components known to be affected and not held.
    pub uncontained: u32,
    /// Its folder may not be read: only the number is known.
    pub restricted: bool,
}

/// Which incidents the list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Open and on hold.
    #[default]
    Open,
    Closed,
    All,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest number first.
    #[default]
    Number,
    /// What changed last first.
    Updated,
    /// SEV1 first, unset last.
    Severity,
}

/// The incident list. Rows are formatted only when they are in sight.
#[derive(Clone, Debug, Default)]
pub struct Incidents {
    /// All rows, newest number first.
    pub rows: Vec<Row>,
    /// The rows the filter leaves, as places in `rows`, in the order of `sort`.
    pub shown: Vec<u32>,
    pub cursor: Cursor,
    pub kept: Kept,
    pub sort: Sort,
    /// Words every row must match; empty: all.
    pub filter: String,
    /// Whether the list is still being read.
    pub loading: bool,
}

impl Incidents {
    /// The row at a place of the list as shown.
    pub fn row(&self, at: usize) -> Option<&Row> {
        self.rows.get(*self.shown.get(at)? as usize)
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Row> {
        self.row(self.cursor.at)
    }
}

/// The filter line of a list (`f`): the list narrows with each letter.
#[derive(Clone, Debug)]
pub struct Filter {
    pub input: Input,
    /// What the filter was before, for Esc.
    pub before: String,
}
