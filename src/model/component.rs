//! An affected host, account, data set, link or application, with a stage of its own.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::phase::Phase;
use super::refusal::Refusal;
use super::register::{Careful, Register};

/// How far a component is, whatever phase the incident is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// A component of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub id: NounId,
    pub name: String,
    /// A word of the taxonomy's asset types.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was put on the list (UTC, happened time).
    pub added: DateTime<Utc>,
    pub line: LineId,
    pub undone: bool,
    pub stage: Register<Staged>,
}

impl Component {
    pub fn stage(&self) -> Stage {
        self.stage.get().map_or(Stage::Suspected, |staged| staged.stage)
    }

    /// Since when it stands at its stage (UTC).
    pub fn since(&self) -> DateTime<Utc> {
        self.stage.get().map_or(self.added, |staged| staged.at)
    }

    /// Kinds whose memory is worth taking before they are changed.
    pub fn live(&self) -> bool {
        matches!(self.kind.as_str(), "server" | "workstation" | "mobile" | "cloud" | "ot" | "network")
    }
}

/// Put a component on the list.
#[derive(Clone, Debug, PartialEq)]
pub struct AddComponent {
    pub name: String,
    pub kind: String,
    pub stage: Stage,
}

/// A component was put on the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentAdded {
    pub id: NounId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub stage: Stage,
}

/// Bring a component to a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageComponent {
    pub component: NounId,
    pub to: Stage,
    pub reason: Option<String>,
}

/// A component came to another stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentStaged {
    pub component: NounId,
    pub name: String,
    pub from: Stage,
    pub to: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ComponentStaged {
    /// Whether a claim was withdrawn.
    pub fn back(&self) -> bool {
        !self.to.out() && self.to.rank() < self.from.rank()
    }
}

impl Component {
    /// Judges a change of stage by the lifecycle's component rules.
    ///
    /// # Errors
    /// Refuses a way back, a skipped verification or an accepted risk without a reason.
    pub fn decide_stage(&self, command: &StageComponent) -> Result<Option<ComponentStaged>, Refusal> {
        let from = self.stage();
        if from == command.to && self.stage.contested().is_none() {
            return Ok(None);
        }
        let staged = ComponentStaged {
            component: self.id.clone(),
            name: self.name.clone(),
            from,
            to: command.to,
            reason: command.reason.clone(),
        };
        let skips = match command.to {
            Stage::Eradicated => matches!(from, Stage::Suspected | Stage::Confirmed | Stage::Containing),
            Stage::Restored => !matches!(from, Stage::Eradicated | Stage::Restoring | Stage::Restored),
            Stage::RiskAccepted => true,
            _ => false,
        };
        let silent = command.reason.as_deref().is_none_or(|reason| reason.trim().is_empty());
        if silent && (staged.back() || skips) {
            return Err(Refusal::refused(format!(
                "{} goes from {} to {} only with a reason.",
                self.name,
                from.id(),
                command.to.id()
            ))
            .hint("Add --reason \"…\" and give the command again."));
        }
        Ok(Some(staged))
    }
}
