//! A declaration: the incident is a major one, or goes over to disaster recovery.

use serde::{Deserialize, Serialize};

use super::super::id::NounId;

/// What is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Declared {
    /// A major incident: the organisation's crisis structure takes part.
    Major,
    /// Recovery goes by the disaster recovery plan.
    DisasterRecovery,
}

impl Declared {
    pub const ALL: [Declared; 2] = [Declared::Major, Declared::DisasterRecovery];

    /// The word on disk and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Declared::Major => "major",
            Declared::DisasterRecovery => "disaster-recovery",
        }
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Declared::Major => "major incident",
            Declared::DisasterRecovery => "disaster recovery",
        }
    }

    /// For a header with little room.
    pub fn badge(self) -> &'static str {
        match self {
            Declared::Major => "MAJOR",
            Declared::DisasterRecovery => "DR",
        }
    }
}

/// What only a declaration has. Its words are the reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    pub what: Declared,
    /// The number elsewhere, or the plan that is followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Declare it.
#[derive(Clone, Debug, PartialEq)]
pub struct Declare {
    pub what: Declared,
    pub reason: String,
    pub reference: Option<String>,
}

/// Somebody declared it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclarationMade {
    pub id: NounId,
    pub what: Declared,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}
