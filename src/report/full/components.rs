//! What was affected, and how far each of it is.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::component::{Component, Stage, Step};

/// A component with its way from stage to stage.
#[derive(Debug, Serialize)]
pub struct ComponentRow<'a> {
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The word on disk, and the name for people.
    pub stage: &'static str,
    pub stage_name: &'static str,
    /// UTC.
    pub since: DateTime<Utc>,
    /// Since when it is not contained (UTC), through every stage of that.
    pub uncontained_since: Option<DateTime<Utc>>,
    pub owner: Option<&'a str>,
    pub critical: bool,
    pub note: Option<&'a str>,
    /// What its examination came to.
    pub verdict: Option<&'a str>,
    /// The eight stages of the chain in order: `now`, `passed`, `was` (a claim withdrawn), or nothing.
    pub chain: [&'static str; 8],
    pub history: Vec<StepRow<'a>>,
    pub taken_back: Option<Seam<'a>>,
}

/// A step from stage to stage; one that ends where it began says more of the same stage.
#[derive(Debug, Serialize)]
pub struct StepRow<'a> {
    pub from: Option<&'static str>,
    pub to: &'static str,
    /// UTC.
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub back: bool,
    pub reason: Option<&'a str>,
    pub how: Option<&'a str>,
    /// When it was asked for, and when it took effect (UTC).
    pub asked: Option<DateTime<Utc>>,
    pub done: Option<DateTime<Utc>>,
    /// Who saw it hold, and when (UTC).
    pub seen_by: Option<&'a str>,
    pub seen: Option<DateTime<Utc>>,
    pub approved_by: Option<String>,
    /// For an accepted risk, until when (UTC).
    pub until: Option<DateTime<Utc>>,
    pub taken_back: Option<Seam<'a>>,
}

impl<'a> Telling<'a> {
    pub(super) fn components(&self) -> Vec<ComponentRow<'a>> {
        let mut all: Vec<&Component> = self.incident.components.iter().collect();
        // What hurts stands first; what was taken back stands last.
        all.sort_by_key(|component| (component.undone, !component.uncontained(), component.stage() as i32));
        all.into_iter().map(|component| self.component(component)).collect()
    }

    fn component(&self, component: &'a Component) -> ComponentRow<'a> {
        ComponentRow {
            name: &component.name,
            kind: &component.kind,
            stage: component.stage().id(),
            stage_name: component.stage().name(),
            since: component.since(),
            uncontained_since: component.uncontained_since(),
            owner: component.owner(),
            critical: component.critical(),
            note: component.note(),
            verdict: component.verdict(),
            chain: Stage::CHAIN.map(|stage| chain(component, stage)),
            history: component.history.iter().map(|step| self.step(step)).collect(),
            taken_back: self.seam_if(component.undone, component.line),
        }
    }

    fn step(&self, step: &'a Step) -> StepRow<'a> {
        let facts = &step.facts;
        StepRow {
            from: step.from.map(Stage::id),
            to: step.to.id(),
            at: step.at,
            by: &step.by,
            back: step.back(),
            reason: step.reason.as_deref(),
            how: facts.how.as_deref(),
            asked: facts.asked,
            done: facts.done,
            seen_by: facts.seen.as_ref().map(|seen| seen.by.as_str()),
            seen: facts.seen.as_ref().map(|seen| seen.at),
            approved_by: facts.approval.as_ref().map(ToString::to_string),
            until: facts.until,
            taken_back: self.seam_if(step.undone, step.line),
        }
    }
}

fn chain(component: &Component, stage: Stage) -> &'static str {
    let passed = || component.steps().any(|step| step.to == stage || step.from == Some(stage));
    match component.stage() {
        now if now == stage => "now",
        _ if component.was(stage) => "was",
        now if (stage < now || now.out()) && passed() => "passed",
        _ => "",
    }
}
