//! A notice: a notification somebody owes, with a clock.

pub mod clock;
pub mod duties;
pub mod law;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::NounId;

/// How far a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    Running,
    Sent,
    NotRequired,
    Deferred,
}

/// A notification owed, with the facts that gates ask about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    pub id: NounId,
    pub name: String,
    pub state: NoticeState,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
    pub undone: bool,
}
