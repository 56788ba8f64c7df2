//! What an incident is called and how it is marked: title, summary, types, TLP, lead, ticket references.

use serde::{Deserialize, Serialize};

use super::drill::Exercise;
use super::id::{LineId, NounId};
use super::phase::Phase;
use super::severity::Severity;
use super::task::NewTask;
use super::taxonomy::Tlp;

/// A value before and after, for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change<T> {
    pub from: T,
    pub to: T,
}

/// Open an incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    pub title: String,
    pub types: Vec<String>,
    pub summary: Option<String>,
    /// Severity set by hand at opening.
    pub severity: Option<super::severity::Level>,
    /// How it was noticed, by a word of the taxonomy's detection sources.
    pub source: Option<String>,
    /// `None`: the most restrictive default of its types.
    pub tlp: Option<Tlp>,
    /// Numbers in other systems.
    pub refs: Vec<String>,
    pub lead: Option<String>,
    /// `None`: Detection. A readiness cycle or a drill may open in Preparation.
    pub phase: Option<Phase>,
    /// What is played, if it is a drill.
    pub drill: Option<Box<Exercise>>,
}

/// An incident was opened. First line of every journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The number people say: `INC-2026-0007`.
    pub number: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    pub tlp: Tlp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    pub phase: Phase,
    /// The first visit.
    pub visit: NounId,
    pub tasks: Vec<NewTask>,
    /// What is played, if it is a drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Box<Exercise>>,
}

/// Change what stands at the head; only what is given changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    pub title: Option<String>,
    pub summary: Option<String>,
    pub tlp: Option<Tlp>,
    /// `Some("")`: nobody leads.
    pub lead: Option<String>,
    pub source: Option<String>,
    /// References to add.
    pub refs: Vec<String>,
    /// Types to add; their tasks join the current visit.
    pub types: Vec<String>,
}

/// A word that joined a list and is never removed from it, only taken back: a type, a reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    pub word: String,
    pub line: LineId,
    pub undone: bool,
}

/// The head was changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Change<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Change<Option<Tlp>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs_added: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types_added: Vec<String>,
    /// Tasks the added types bring to the current visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<NewTask>,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

impl Edited {
    /// Whether anything differs.
    pub fn changes_nothing(&self) -> bool {
        *self == Edited::default()
    }
}

/// Set the severity: by impact, by hand with a reason, or both.
#[derive(Clone, Debug, PartialEq)]
pub struct SetSeverity {
    pub impact: Option<super::severity::Impact>,
    pub level: Option<super::severity::Level>,
    pub reason: Option<String>,
}

/// The severity was set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeveritySet {
    pub from: Option<Severity>,
    pub to: Severity,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}
