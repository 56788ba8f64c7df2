//! A come-back timer: somebody or something is expected back at a time, and the result is asked for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::id::NounId;

/// What only a timer has: nothing. It rings at its due time, for whoever set it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timer {}

/// Set a timer.
#[derive(Clone, Debug, PartialEq)]
pub struct SetTimer {
    pub text: String,
    /// When it rings (UTC).
    pub due: DateTime<Utc>,
}

/// Somebody set a timer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimerSet {
    pub id: NounId,
    pub number: String,
    pub text: String,
    /// When it rings (UTC).
    pub due: DateTime<Utc>,
}
