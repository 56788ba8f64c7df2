//! Components for scripts, each with its history.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::Incident;
use crate::model::component::{Facts, Seen, Stage, Step};
use crate::model::id::NounId;
use crate::model::phase::Phase;

#[derive(Serialize)]
pub struct ComponentDocument<'a> {
    pub id: &'a NounId,
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub stage: &'static str,
    pub since: DateTime<Utc>,
    /// Since when it is not contained, through every stage of that.
    pub uncontained_since: Option<DateTime<Utc>>,
    pub added: DateTime<Utc>,
    /// The phase in which it was found, where that was past Containment.
    pub found_in: Option<Phase>,
    pub owner: Option<&'a str>,
    pub critical: bool,
    pub tags: &'a [String],
    pub note: Option<&'a str>,
    pub verdict: Option<&'a str>,
    /// Who looked and saw its present stage hold.
    pub seen: Option<Seen>,
    /// Every step, with those that were taken back.
    pub history: Vec<StepDocument<'a>>,
    pub undone: bool,
}

/// A step of a component from stage to stage; one that ends where it began says more of the same stage.
#[derive(Serialize)]
pub struct StepDocument<'a> {
    pub from: Option<&'static str>,
    pub to: &'static str,
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub back: bool,
    pub reason: Option<&'a str>,
    #[serde(flatten)]
    pub facts: &'a Facts,
    pub undone: bool,
}

impl<'a> StepDocument<'a> {
    fn of(step: &'a Step) -> Self {
        Self {
            from: step.from.map(Stage::id),
            to: step.to.id(),
            at: step.at,
            by: &step.by,
            back: step.back(),
            reason: step.reason.as_deref(),
            facts: &step.facts,
            undone: step.undone,
        }
    }
}

impl Incident {
    pub(super) fn component_documents(&self) -> Vec<ComponentDocument<'_>> {
        self.components
            .iter()
            .map(|component| ComponentDocument {
                id: &component.id,
                name: &component.name,
                kind: &component.kind,
                stage: component.stage().id(),
                since: component.since(),
                uncontained_since: component.uncontained_since(),
                added: component.added,
                found_in: component.found_in,
                owner: component.owner(),
                critical: component.critical(),
                tags: component.tags(),
                note: component.note(),
                verdict: component.verdict(),
                seen: component.known().seen,
                history: component.history.iter().map(StepDocument::of).collect(),
                undone: component.undone,
            })
            .collect()
    }
}
