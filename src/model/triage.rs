//! The first half hour: what raised the alarm, who took it, what it was judged to be, watch or cut.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::redaction::Words;
use super::taxonomy::Posture;

/// Record a signal: what raised the alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordSignal {
    pub text: String,
    /// A word of the taxonomy's detection sources.
    pub source: Option<String>,
}

/// A signal was recorded. Its happened time is the one every clock and metric uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalRecorded {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Tasks this act ticks. Empty when written without reading the history: the fold ties them then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// A signal in the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub line: LineId,
    pub text: Words,
    pub source: Option<String>,
    /// When it happened (UTC).
    pub at: DateTime<Utc>,
    pub undone: bool,
}

/// Who took ownership, and when (UTC).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Somebody took ownership of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub from: Option<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// Say what it is: a word of the taxonomy's determinations.
#[derive(Clone, Debug, PartialEq)]
pub struct Determine {
    pub to: String,
    pub reason: Option<String>,
}

/// It was determined what this is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Determined {
    pub from: Option<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// Choose the posture.
#[derive(Clone, Debug, PartialEq)]
pub struct SetPosture {
    pub to: Posture,
    pub reason: Option<String>,
}

/// The posture was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostureSet {
    pub from: Option<Posture>,
    pub to: Posture,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}
