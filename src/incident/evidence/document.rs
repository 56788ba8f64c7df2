//! An evidence item as scripts read it, with its chain of custody.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::incident::Incident;
use crate::model::evidence::{Check, EvidenceItem, Integrity, Passed, Standing, Withdrawn};
use crate::model::expunge::Expunging;
use crate::model::id::NounId;

/// An item for scripts. Times are RFC 3339 in UTC.
#[derive(Serialize)]
pub struct EvidenceDocument<'a> {
    pub id: &'a NounId,
    pub number: &'a str,
    /// The number as it is shown: with two letters of the id where two items bear it.
    pub label: String,
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub volatility: u8,
    pub state: Standing,
    pub components: &'a [NounId],
    pub component_names: Vec<&'a str>,
    pub size: Option<u64>,
    pub sha256: Option<&'a str>,
    /// Whether a copy was kept in the vault.
    pub vault: bool,
    /// Who took its file or its words away for good, here or elsewhere.
    pub expunged: Option<&'a Expunging>,
    pub source_changed: bool,
    pub integrity: Option<Integrity>,
    pub holder: Option<&'a str>,
    pub acquired: Option<DateTime<Utc>>,
    pub acquired_by: Option<&'a str>,
    pub origin: Option<&'a str>,
    pub source: Option<&'a str>,
    pub place: Option<&'a str>,
    pub tool: Option<&'a str>,
    pub kept: Option<&'a str>,
    pub seal: Option<&'a str>,
    pub note: Option<&'a str>,
    pub requested: bool,
    pub due: Option<DateTime<Utc>>,
    pub withdrawn: Option<&'a Withdrawn>,
    pub custody: &'a [Passed],
    pub checks: &'a [Check],
    pub listed: DateTime<Utc>,
    pub by: &'a str,
    pub undone: bool,
}

impl<'a> EvidenceDocument<'a> {
    pub fn of(item: &'a EvidenceItem, incident: &'a Incident) -> Self {
        let name = |id| incident.component(id).map(|component| component.name.as_str());
        Self {
            id: &item.id,
            number: &item.number,
            label: item.label(),
            name: item.name(),
            kind: item.kind(),
            volatility: item.volatility(),
            state: item.standing(),
            components: item.components(),
            component_names: item.components().iter().filter_map(name).collect(),
            size: item.size(),
            sha256: item.sha256(),
            vault: item.in_vault(),
            expunged: incident.evidence_expunged(item),
            source_changed: item.taken.as_ref().is_some_and(|taken| taken.changed),
            integrity: item.integrity(),
            holder: item.holder(),
            acquired: item.acquired(),
            acquired_by: item.acquired_by(),
            origin: item.origin(),
            source: item.source(),
            place: item.place(),
            tool: item.tool(),
            kept: item.kept(),
            seal: item.seal(),
            note: item.note(),
            requested: item.asked,
            due: item.due(),
            withdrawn: item.withdrawn(),
            custody: &item.custody,
            checks: &item.checks,
            listed: item.listed,
            by: &item.by,
            undone: item.undone,
        }
    }
}
