//! A line of the journal as the fold sees it: who said what, when, and what it replaces.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::model::id::LineId;
use crate::model::time::Happened;

/// Who owns a journal file: `w-` and eight characters of Crockford base 32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriterId(pub String);

impl std::fmt::Display for WriterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A hybrid logical clock: wall milliseconds since 1970 (UTC), then a counter on ties. In a line `[1795299303123,7]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Clock(pub i64, pub u32);

impl Clock {
    /// The reading after `self` and every head in `seen`, with the wall at `wall_ms`.
    /// A wall that stands still or runs backwards raises the counter only.
    #[must_use]
    pub fn tick(self, wall_ms: i64, seen: impl IntoIterator<Item = Clock>) -> Clock {
        let last = seen.into_iter().fold(self, Clock::max);
        if wall_ms > last.0 {
            Clock(wall_ms, 0)
        } else {
            // A counter that is full borrows one millisecond; order stays strict.
            match last.1.checked_add(1) {
                Some(counter) => Clock(last.0, counter),
                None => Clock(last.0.saturating_add(1), 0),
            }
        }
    }
}

/// Which part of an action that needed several lines: undone as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch(pub String, pub u32, pub u32);

/// One event with its envelope. `seen`, `salt` and `prev` belong to the journal and stay there.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub id: LineId,
    pub writer: WriterId,
    /// Position in this writer's chain in this incident, from 1.
    pub n: u64,
    pub clock: Clock,
    /// When it was written down (UTC, by the writer's wall clock).
    pub recorded: DateTime<Utc>,
    /// Who wrote it down.
    pub by: String,
    /// Who did it, where that is somebody else.
    pub who: Option<String>,
    /// When it happened, where that is not when it was written down.
    pub happened: Option<Happened>,
    /// Exercise minute, in a drill.
    pub ex: Option<u32>,
    /// Whether `CASEBOOK_NOW` set the clock.
    pub now_set: bool,
    pub batch: Option<Batch>,
    /// The lines whose value this one replaces.
    pub over: Vec<LineId>,
    pub event: Event,
}

impl Line {
    /// The total order of lines: clock, writer, position, id.
    pub fn order(&self) -> (Clock, &WriterId, u64, LineId) {
        (self.clock, &self.writer, self.n, self.id)
    }

    /// Who did it.
    pub fn actor(&self) -> &str {
        self.who.as_deref().unwrap_or(&self.by)
    }

    /// When it happened, in UTC.
    pub fn at(&self) -> DateTime<Utc> {
        self.happened.as_ref().map_or(self.recorded, |happened| happened.at.to_utc())
    }
}

/// What a command became, before the journal gives it a place: the envelope's words and the event.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub by: String,
    pub who: Option<String>,
    pub happened: Option<Happened>,
    pub ex: Option<u32>,
    pub now_set: bool,
    pub over: Vec<LineId>,
    pub event: Event,
}
