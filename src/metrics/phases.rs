//! How long an incident stayed where: by visit, and by phase.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::count;
use crate::incident::Incident;
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;

/// A stay in a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitTime {
    pub phase: Phase,
    /// Which visit of this phase, from 1.
    pub n: u32,
    /// UTC.
    pub entered: DateTime<Utc>,
    /// UTC; `None`: it is under way.
    pub left: Option<DateTime<Utc>>,
    /// Until now where it is under way; never negative.
    pub ms: i64,
    /// By which move it began; `None`: it is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

impl VisitTime {
    /// Whether it came of a way back.
    pub fn back(&self) -> bool {
        self.way == Some(Way::Back)
    }
}

/// All stays in a phase together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseTime {
    pub phase: Phase,
    pub visits: u32,
    /// Never negative.
    pub ms: i64,
}

/// The visits of an incident in order, without those that a closing began: nobody stayed in them.
pub(super) fn visits(incident: &Incident, now: DateTime<Utc>) -> Vec<VisitTime> {
    let stayed = incident.visits().filter(|visit| !visit.way.is_some_and(Way::closes));
    let time = |visit: &crate::model::visit::Visit| VisitTime {
        phase: visit.phase,
        n: visit.n,
        entered: visit.entered,
        left: visit.left,
        ms: visit.lasted_ms(now),
        way: visit.way,
    };
    stayed.map(time).collect()
}

/// The time in each phase that was visited, in the order of the phases.
pub(super) fn by_phase(visits: &[VisitTime]) -> Vec<PhaseTime> {
    let of = |phase: Phase| {
        let here = || visits.iter().filter(move |visit| visit.phase == phase);
        let time = PhaseTime {
            phase,
            visits: count(here().count()),
            ms: here().fold(0i64, |sum, visit| sum.saturating_add(visit.ms)),
        };
        (time.visits > 0).then_some(time)
    };
    Phase::ALL.into_iter().filter_map(of).collect()
}
