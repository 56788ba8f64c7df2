//! A lesson's improvement action: what shall be better, by whom, until when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::NounId;

/// An improvement action, with the facts that gates ask about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    pub id: NounId,
    pub title: String,
    pub owner: Option<String>,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
    pub undone: bool,
}
