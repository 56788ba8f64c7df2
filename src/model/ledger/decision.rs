//! A decision: what was decided, instead of what, why, by whom, and when to look at it again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::id::NounId;
use super::approval::Person;

/// What only a decision has. Whoever took it is the actor of its line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was considered and not chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who approved it, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Person>,
}

/// Take a decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decide {
    pub text: String,
    pub decision: Decision,
    /// When to look at it again (UTC).
    pub revisit: Option<DateTime<Utc>>,
}

/// Somebody decided something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionTaken {
    pub id: NounId,
    pub number: String,
    pub text: String,
    #[serde(flatten)]
    pub decision: Decision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revisit: Option<DateTime<Utc>>,
}
