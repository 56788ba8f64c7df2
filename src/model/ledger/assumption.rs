//! An assumption: what the work rests on until it is known, and what would show it to be wrong.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::id::NounId;

/// What only an assumption has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assumption {
    /// What would refute it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuted_by: Option<String>,
}

/// Put down what the work rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assume {
    pub text: String,
    pub refuted_by: Option<String>,
    /// When it must have been checked (UTC).
    pub check: Option<DateTime<Utc>>,
}

/// Somebody put down an assumption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssumptionMade {
    pub id: NounId,
    pub number: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuted_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<DateTime<Utc>>,
}
