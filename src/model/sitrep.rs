//! A SITREP that was given: to whom, how, in which words, and when the next one is promised.
//!
//! The text is derived from the record by whoever gives the command; looking at one writes nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::redaction::Words;
use super::text::{Limit, Lines, Unit};

/// The one line of somebody's own judgement.
pub const JUDGEMENT: Limit =
    Limit { what: "judgement", most: 200, unit: Unit::Characters, lines: Lines::One };
/// How it was given: phone, mail, in the bridge.
pub const HOW: Limit = Limit { what: "way", most: 80, unit: Unit::Characters, lines: Lines::One };
/// A promise so near (minutes) is kept by the SITREP that is given now; one further ahead still stands.
pub const KEPT_BY_THIS: i64 = 10;

/// A SITREP as it was given. What was said is said: it is corrected by words in the log, never taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sitrep {
    pub id: NounId,
    /// Counts from 1. Given once; two people who gave one at the same time may share it.
    pub number: u32,
    /// Two share this number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub twin: bool,
    /// To whom.
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// What the one who gave it thinks of it, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Words>,
    /// When the next one is promised (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DateTime<Utc>>,
    /// The whole text.
    pub told: Words,
    /// Who gave it, and when (UTC, happened time).
    pub by: String,
    pub at: DateTime<Utc>,
    pub line: LineId,
}

impl Sitrep {
    /// `SITREP 4`; where two people gave the same number, with two letters of the id: `SITREP 4·k7`.
    pub fn label(&self) -> String {
        self.id.tell_apart(&label(self.number), self.twin)
    }
}

/// `SITREP 4`.
pub fn label(number: u32) -> String {
    format!("SITREP {number}")
}

/// 4 of `SITREP 4`.
pub fn number(label: &str) -> Option<u32> {
    label.strip_prefix("SITREP ")?.parse().ok()
}

/// What shall be kept of a SITREP.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Give(Give),
}

/// Record that a SITREP was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Give {
    pub to: String,
    pub how: Option<String>,
    pub judgement: Option<String>,
    /// When the next one is promised (UTC); `None`: as the severity asks for.
    pub next: Option<DateTime<Utc>>,
    /// The text, at most 16 KiB: derived from the record by whoever gives the command.
    pub told: String,
}

/// A SITREP was given to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SitrepGiven {
    pub id: NounId,
    pub number: u32,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<String>,
    /// When the next one is promised (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DateTime<Utc>>,
    pub told: String,
}
