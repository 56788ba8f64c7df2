//! Actions: what the player is expected to do, and what they must not do.

use serde::{Deserialize, Serialize};

use super::{ActionId, Moment, ObjectiveId};
use crate::drill::condition::Condition;

/// Latched at the first moment its condition holds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Action {
    Expected(Expected),
    Harmful(Harmful),
}

/// Something the player is expected to do.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub id: ActionId,
    /// A short imperative.
    pub title: String,
    pub objective: ObjectiveId,
    pub level: Weight,
    pub window: Window,
    /// Becomes true through what the player records.
    #[serde(rename = "match")]
    pub matches: Condition,
    pub why: String,
    pub hints: Hints,
    pub debrief: ExpectedDebrief,
}

/// Something the player must not do.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Harmful {
    pub id: ActionId,
    /// What must not happen.
    pub title: String,
    pub objective: ObjectiveId,
    /// Always the word `harmful`.
    pub level: HarmfulWord,
    #[serde(rename = "match")]
    pub matches: Condition,
    /// What it costs.
    pub why: String,
    pub debrief: HarmfulDebrief,
}

/// The level of a harmful action, which has no degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HarmfulWord {
    Harmful,
}

/// How much an expected action counts. Critical ones decide the rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    Minor,
    Major,
    Critical,
}

impl Weight {
    /// Its share in the score: 3, 2, 1.
    pub fn points(self) -> u32 {
        match self {
            Weight::Critical => 3,
            Weight::Major => 2,
            Weight::Minor => 1,
        }
    }

    /// The word in files and for people.
    pub fn word(self) -> &'static str {
        match self {
            Weight::Critical => "critical",
            Weight::Major => "major",
            Weight::Minor => "minor",
        }
    }
}

/// When an action is due.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Opens with the first of these to be delivered; the start or injects, never actions.
    pub from: Vec<Moment>,
    /// On time up to here: exercise minutes after opening.
    pub target_min: u32,
    /// Late up to here, too late afterwards: exercise minutes after opening.
    pub limit_min: u32,
}

/// Two levels of help: a nudge, then the direct instruction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "(String, String)")]
pub struct Hints {
    pub nudge: String,
    pub direct: String,
}

impl From<(String, String)> for Hints {
    fn from((nudge, direct): (String, String)) -> Self {
        Self { nudge, direct }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDebrief {
    /// Matched by the target.
    pub done: String,
    /// Matched after the target.
    pub late: String,
    /// Never matched.
    pub missed: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarmfulDebrief {
    /// It happened.
    pub done: String,
    /// It did not.
    pub avoided: String,
}

impl Action {
    pub fn id(&self) -> &ActionId {
        match self {
            Action::Expected(action) => &action.id,
            Action::Harmful(action) => &action.id,
        }
    }

    pub fn title(&self) -> &str {
        match self {
            Action::Expected(action) => &action.title,
            Action::Harmful(action) => &action.title,
        }
    }

    pub fn objective(&self) -> &ObjectiveId {
        match self {
            Action::Expected(action) => &action.objective,
            Action::Harmful(action) => &action.objective,
        }
    }

    pub fn matches(&self) -> &Condition {
        match self {
            Action::Expected(action) => &action.matches,
            Action::Harmful(action) => &action.matches,
        }
    }
}
