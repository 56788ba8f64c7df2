//! How far a component is: eleven stages, each part of a phase's work.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::phase::Phase;
use super::super::register::Careful;

/// How far a component is, whatever phase the incident is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Suspected,
    Confirmed,
    Containing,
    Contained,
    Eradicating,
    Eradicated,
    Restoring,
    Restored,
    Cleared,
    Retired,
    RiskAccepted,
}

impl Stage {
    pub const ALL: [Stage; 11] = [
        Stage::Suspected,
        Stage::Confirmed,
        Stage::Containing,
        Stage::Contained,
        Stage::Eradicating,
        Stage::Eradicated,
        Stage::Restoring,
        Stage::Restored,
        Stage::Cleared,
        Stage::Retired,
        Stage::RiskAccepted,
    ];

    /// The word on disk and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Stage::Suspected => "suspected",
            Stage::Confirmed => "confirmed",
            Stage::Containing => "containing",
            Stage::Contained => "contained",
            Stage::Eradicating => "eradicating",
            Stage::Eradicated => "eradicated",
            Stage::Restoring => "restoring",
            Stage::Restored => "restored",
            Stage::Cleared => "cleared",
            Stage::Retired => "retired",
            Stage::RiskAccepted => "risk-accepted",
        }
    }

    pub fn read(word: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.id() == word)
    }

    /// The phase whose work it is in.
    pub fn phase(self) -> Phase {
        match self {
            Stage::Suspected => Phase::Detection,
            Stage::Confirmed | Stage::Cleared => Phase::Analysis,
            Stage::Containing | Stage::Contained | Stage::RiskAccepted => Phase::Containment,
            Stage::Eradicating | Stage::Eradicated => Phase::Eradication,
            Stage::Restoring | Stage::Restored | Stage::Retired => Phase::Recovery,
        }
    }

    /// Out of the work: examined and clean, gone, or left as is by name.
    pub fn out(self) -> bool {
        matches!(self, Stage::Cleared | Stage::Retired | Stage::RiskAccepted)
    }

    /// Its name for people, as the reference has it.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Suspected => "Suspected",
            Stage::Confirmed => "Confirmed affected",
            Stage::Containing => "Containment under way",
            Stage::Contained => "Contained and verified",
            Stage::Eradicating => "Eradication under way",
            Stage::Eradicated => "Clean or rebuilt, verified",
            Stage::Restoring => "Restoring and testing",
            Stage::Restored => "Restored and accepted",
            Stage::Cleared => "Examined and not affected",
            Stage::Retired => "Removed from service",
            Stage::RiskAccepted => "Left as is with named acceptance",
        }
    }

    /// Known to be affected and not held.
    pub fn uncontained(self) -> bool {
        matches!(self, Stage::Confirmed | Stage::Containing)
    }

    /// Affected and not yet verified clean.
    pub fn uneradicated(self) -> bool {
        self.uncontained() || matches!(self, Stage::Contained | Stage::Eradicating)
    }

    /// Affected and not yet back in accepted use.
    pub fn unrestored(self) -> bool {
        self.uneradicated() || matches!(self, Stage::Eradicated | Stage::Restoring)
    }

    /// The eight stages of the chain, in order; the other three stand outside of it.
    pub const CHAIN: [Stage; 8] = [
        Stage::Suspected,
        Stage::Confirmed,
        Stage::Containing,
        Stage::Contained,
        Stage::Eradicating,
        Stage::Eradicated,
        Stage::Restoring,
        Stage::Restored,
    ];

    /// The stage after or before this one on the chain; `None` at its ends and outside of it.
    pub fn next(self) -> Option<Stage> {
        let at = Stage::CHAIN.iter().position(|stage| *stage == self)?;
        Stage::CHAIN.get(at + 1).copied()
    }

    /// How far along the chain; the stages out of the work stand last.
    fn rank(self) -> i32 {
        self as i32
    }
}

/// A stage and since when, by whom, why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    pub stage: Stage,
    pub at: DateTime<Utc>,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Careful for Staged {
    // The less advanced stage is the careful one.
    fn care(&self) -> i32 {
        -self.stage.rank()
    }
}
