//! One stay in a phase: when it began and ended, by which move, and what was accepted on the way in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::ledger::approval::Approval;
use super::ledger::measure::InPlace;
use super::lifecycle::{Level, Way};
use super::phase::Phase;
use super::register::Careful;
use super::task::NewTask;

/// A gate as it stood when a move was made, with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateShown {
    /// The gate's word; a string, so that a later casebook's gate stays readable.
    pub gate: String,
    pub level: Level,
    /// What was open at that moment.
    pub fact: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How an incident ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// One of the lifecycle's dispositions.
    pub disposition: String,
    /// The incident this one was a duplicate of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// The incident went to a phase. Everything that follows from it stands in this one event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhaseEntered {
    /// The new visit.
    pub visit: NounId,
    /// Which visit of that phase, from 1.
    pub n: u32,
    pub from: Phase,
    pub to: Phase,
    pub way: Way,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The component a way back was about, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateShown>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Debts this move leaves behind, by the lifecycle's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub debts: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<NewTask>,
    /// Tasks of this new visit whose tick of an earlier visit still holds, with who had settled them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Held>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Which turn of the cycle the incident is in after this, from 1.
    pub cycle: u32,
    /// Temporary measures that were still in place, where the move asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_place: Vec<InPlace>,
}

/// An earlier tick said to hold still.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub task: NounId,
    /// Who had settled it and when (UTC), in which visit.
    pub by: String,
    pub at: DateTime<Utc>,
    pub visit: u32,
}

/// The incident stays where it is although a way back was considered; the reason is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stayed {
    pub phase: Phase,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
}

/// Several people had moved the incident at once; somebody ruled which visit holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceRuled {
    pub visit: NounId,
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Waiting on an outside party, or no longer. Clocks keep running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldSet {
    pub from: Option<String>,
    /// What the incident waits for; `None` = it goes on.
    pub to: Option<String>,
}

/// A stay in a phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub id: NounId,
    pub phase: Phase,
    /// Which visit of this phase, from 1.
    pub n: u32,
    /// When it began (UTC, by happened time).
    pub entered: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
    /// Who moved the incident here.
    pub by: String,
    pub reason: Option<String>,
    pub category: Option<String>,
    /// `None` for the first visit.
    pub way: Option<Way>,
    /// The phase before.
    pub from: Option<Phase>,
    pub gates: Vec<GateShown>,
    pub approval: Option<Approval>,
    /// Whether the move asked for authorisation.
    pub needs_authorisation: bool,
    pub debts: Vec<String>,
    /// Taken back: struck through, and out of every metric.
    pub undone: bool,
    /// The line that made it.
    pub line: LineId,
}

impl Visit {
    /// How long it has lasted, at `now`, in milliseconds; never negative.
    pub fn lasted_ms(&self, now: DateTime<Utc>) -> i64 {
        (self.left.unwrap_or(now) - self.entered).num_milliseconds().max(0)
    }
}

/// Where the incident stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub visit: NounId,
    pub phase: Phase,
    pub ending: Option<Ending>,
    pub cycle: u32,
}

impl Careful for Place {
    // The earlier phase is the careful one, and an open incident before a closed one.
    fn care(&self) -> i32 {
        let open = if self.ending.is_none() { 100 } else { 0 };
        open - i32::from(self.phase.number())
    }
}
