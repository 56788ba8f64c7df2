//! How often an incident went back, and why.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Share, count};
use crate::incident::Incident;
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;
use crate::model::visit::Visit;

/// The word for a way back of which nobody gave the category.
pub(super) const NO_CATEGORY: &str = "no category";

/// A way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackMove {
    pub from: Phase,
    pub to: Phase,
    /// UTC.
    pub at: DateTime<Utc>,
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How often incidents went back for one category of reasons.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    pub category: String,
    pub n: u32,
}

/// What had to be done again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rework {
    /// In order.
    pub backs: Vec<BackMove>,
    /// Moves between phases of any direction, without closings and reopenings.
    pub moves: u32,
    pub reopened: u32,
    /// Steps of components to an earlier stage.
    pub withdrawn: u32,
}

impl Rework {
    /// Moves back of all moves; `None`: it was not moved.
    pub fn rate(&self) -> Option<Share> {
        (self.moves > 0).then(|| Share { part: count(self.backs.len()), of: self.moves })
    }
}

pub(super) fn of(incident: &Incident) -> Rework {
    let went = |way: Way| incident.visits().filter(move |visit| visit.way == Some(way));
    let back = |visit: &Visit| BackMove {
        from: visit.from.unwrap_or(visit.phase),
        to: visit.phase,
        at: visit.entered,
        by: visit.by.clone(),
        category: visit.category.clone(),
        reason: visit.reason.clone(),
    };
    let steps = incident.components().flat_map(|component| &component.history);
    Rework {
        backs: went(Way::Back).map(back).collect(),
        moves: count([Way::Forward, Way::Skip, Way::Back].map(|way| went(way).count()).iter().sum()),
        reopened: count(went(Way::Reopen).count()),
        withdrawn: count(steps.filter(|step| !step.undone && step.back()).count()),
    }
}
