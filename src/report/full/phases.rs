//! The stays in phases: when, for how long, how they were entered and what was accepted on the way.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;
use crate::model::visit::{GateShown, Visit};

/// Every stay, and what they come to by phase.
#[derive(Debug, Serialize)]
pub struct Phases<'a> {
    pub visits: Vec<Stay<'a>>,
    pub totals: Vec<Total>,
    /// How often it went back or was opened again.
    pub back: usize,
}

/// A stay in a phase.
#[derive(Debug, Serialize)]
pub struct Stay<'a> {
    pub phase: &'static str,
    pub phase_id: &'static str,
    pub n: u32,
    /// UTC.
    pub entered: DateTime<Utc>,
    /// UTC; `null`: it is here now, or was when it was closed.
    pub left: Option<DateTime<Utc>>,
    /// `null`: the stay that the closing began, which is no work on this incident.
    pub ms: Option<i64>,
    pub by: &'a str,
    /// `forward`, `skip`, `back` …; `null`: the first.
    pub way: Option<&'static str>,
    pub from: Option<&'static str>,
    pub back: bool,
    pub reason: Option<&'a str>,
    pub category: Option<&'a str>,
    /// What was open on the way in, and who accepted it.
    pub gates: Vec<GateRow<'a>>,
    pub approved_by: Option<String>,
    pub required: usize,
    pub required_done: usize,
    pub tasks: usize,
    pub tasks_done: usize,
    pub taken_back: Option<Seam<'a>>,
}

/// What a move warned of.
#[derive(Debug, Serialize)]
pub struct GateRow<'a> {
    pub gate: &'a str,
    /// What was open, in words.
    pub fact: String,
    pub accepted_by: Option<&'a str>,
    pub why: Option<&'a str>,
}

/// All stays in one phase together.
#[derive(Debug, Serialize)]
pub struct Total {
    pub phase: &'static str,
    pub visits: usize,
    pub ms: i64,
}

impl<'a> Telling<'a> {
    pub(super) fn phases(&self) -> Phases<'a> {
        let visits: Vec<Stay<'a>> = self.incident.visits.iter().map(|visit| self.stay(visit)).collect();
        let holds = |stay: &&Stay<'_>| stay.taken_back.is_none();
        let totals = Phase::ALL.map(|phase| {
            let stays = || visits.iter().filter(holds).filter(move |stay| stay.phase == phase.name());
            Total {
                phase: phase.name(),
                visits: stays().count(),
                ms: stays().filter_map(|stay| stay.ms).sum(),
            }
        });
        let back = visits.iter().filter(holds).filter(|stay| stay.back).count();
        Phases { totals: totals.into(), back, visits }
    }

    fn stay(&self, visit: &'a Visit) -> Stay<'a> {
        let tasks: Vec<_> = self.incident.checklist(&visit.id).collect();
        let required = || tasks.iter().filter(|task| task.what.required);
        let after = self.closed().is_some_and(|closed| visit.left.is_none() && visit.entered >= closed);
        Stay {
            phase: visit.phase.name(),
            phase_id: visit.phase.id(),
            n: visit.n,
            entered: visit.entered,
            left: visit.left,
            ms: (!after).then(|| visit.lasted_ms(self.end())),
            by: &visit.by,
            way: visit.way.map(Way::word),
            from: visit.from.map(Phase::name),
            back: matches!(visit.way, Some(Way::Back | Way::Reopen)),
            reason: visit.reason.as_deref(),
            category: visit.category.as_deref(),
            gates: visit.gates.iter().map(gate).collect(),
            approved_by: visit.approval.as_ref().map(ToString::to_string),
            required: required().count(),
            required_done: required().filter(|task| task.settled()).count(),
            tasks: tasks.len(),
            tasks_done: tasks.iter().filter(|task| task.settled()).count(),
            taken_back: self.seam_if(visit.undone, visit.line),
        }
    }
}

fn gate(shown: &GateShown) -> GateRow<'_> {
    let words = shown.gate.replace('-', " ");
    // Some facts name their gate themselves: `6 required tasks open`.
    let named = words.split(' ').next().is_some_and(|first| shown.fact.contains(first));
    GateRow {
        gate: &shown.gate,
        fact: if named { shown.fact.clone() } else { format!("{words}: {}", shown.fact) },
        accepted_by: shown.accepted_by.as_deref(),
        why: shown.why.as_deref(),
    }
}
