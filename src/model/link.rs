//! A link to another incident: which one, how the two belong together, and why somebody says so.
//!
//! The link stands in the incident in which it was made; the other one is not written to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::id::{LineId, NounId};
use super::register::{Careful, Register};

/// How this incident belongs to the other one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    #[default]
    Related,
    /// The same thing was opened twice.
    Duplicate,
    CausedBy,
    /// This one led to the other.
    Causes,
    /// The same people are thought to be behind both.
    SameActor,
}

impl Relation {
    pub const ALL: [Relation; 5] =
        [Relation::Related, Relation::Duplicate, Relation::CausedBy, Relation::Causes, Relation::SameActor];

    /// The word on disk and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Relation::Related => "related",
            Relation::Duplicate => "duplicate",
            Relation::CausedBy => "caused-by",
            Relation::Causes => "causes",
            Relation::SameActor => "same-actor",
        }
    }

    /// How it reads before the other's number: `duplicate of INC-2026-0003`.
    pub fn words(self) -> &'static str {
        match self {
            Relation::Related => "related to",
            Relation::Duplicate => "duplicate of",
            Relation::CausedBy => "caused by",
            Relation::Causes => "causes",
            Relation::SameActor => "same actor as",
        }
    }

    /// How it reads from the other side.
    pub fn back(self) -> &'static str {
        match self {
            Relation::Related => "related to",
            Relation::Duplicate => "has the duplicate",
            Relation::CausedBy => "causes",
            Relation::Causes => "caused by",
            Relation::SameActor => "same actor as",
        }
    }
}

/// What is said of the two, by whom, when and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    pub relation: Relation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub by: String,
    /// UTC.
    pub at: DateTime<Utc>,
}

impl Careful for Tie {}

/// A link of the incident. It stands while its tie does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub id: NounId,
    /// The other incident, and what it was called when the link was made.
    pub incident: Uuid,
    pub number: String,
    pub title: String,
    /// The line that first made it.
    pub line: LineId,
    pub tie: Register<Option<Tie>>,
}

impl Link {
    /// What is said of the two now; `None`: the link was taken away.
    pub fn tie(&self) -> Option<&Tie> {
        self.tie.get().and_then(Option::as_ref)
    }
}

/// What shall be said of this incident and another.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Tie { incident: Uuid, number: String, title: String, relation: Relation, reason: Option<String> },
    Untie { incident: Uuid, reason: Option<String> },
}

/// The incident was linked with another, or the link says something else now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentLinked {
    pub id: NounId,
    pub incident: Uuid,
    /// For people.
    pub number: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Relation>,
    pub to: Relation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The link with another incident was taken away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentUnlinked {
    pub incident: Uuid,
    /// For people.
    pub number: String,
    pub from: Relation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
