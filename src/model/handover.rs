//! A handover: the lead is offered with what the next one is told, and passes when that one accepts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::redaction::Words;
use super::register::{Careful, Register};

/// How an offer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    #[default]
    Offered,
    Accepted,
    Declined,
    /// Another offer stands in its place.
    Withdrawn,
}

impl Standing {
    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Offered => "offered",
            Standing::Accepted => "accepted",
            Standing::Declined => "declined",
            Standing::Withdrawn => "withdrawn",
        }
    }
}

/// How an offer stands, since when (UTC), by whom, and what they said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub standing: Standing,
    pub by: String,
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Careful for Answer {
    // An acceptance has made a lead and is never hidden by another answer.
    fn care(&self) -> i32 {
        match self.standing {
            Standing::Offered => 0,
            Standing::Withdrawn => 1,
            Standing::Declined => 2,
            Standing::Accepted => 3,
        }
    }
}

/// A handover of the lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    pub id: NounId,
    /// Who led when it was offered; `None`: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who is to lead.
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
    /// What they are told, as it was derived from the record when it was offered.
    pub told: Words,
    /// Who offered it, and when (UTC, happened time).
    pub by: String,
    pub at: DateTime<Utc>,
    pub line: LineId,
    pub undone: bool,
    pub answer: Register<Answer>,
}

impl Handover {
    pub fn standing(&self) -> Standing {
        self.answer.get().map_or(Standing::Offered, |answer| answer.standing)
    }

    /// Whether it waits for an answer.
    pub fn waits(&self) -> bool {
        !self.undone && self.standing() == Standing::Offered
    }
}

/// What shall be of the lead.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Offer(Offer),
    /// Take the lead that is offered to whoever gives the command, or to the one named.
    Accept {
        /// `None`: the offer that waits for this person.
        handover: Option<NounId>,
        note: Option<String>,
    },
    Decline {
        handover: Option<NounId>,
        reason: String,
    },
}

/// Offer the lead to somebody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    pub to: String,
    pub note: Option<String>,
    /// What they are told, at most 16 KiB: derived from the record by whoever gives the command.
    pub told: String,
}

/// The lead was offered to somebody. Nobody leads because of it before they accept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoverOffered {
    pub id: NounId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub told: String,
    /// Offers that waited for somebody else and are withdrawn by this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<NounId>,
}

/// Somebody took the lead, with what they were told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoverAccepted {
    pub handover: NounId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Somebody did not take the lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoverDeclined {
    pub handover: NounId,
    pub to: String,
    pub reason: String,
}
