//! When something happened or is due, as people type it, as the record keeps it and as screens show it.

mod read;
mod show;
#[cfg(test)]
mod tests;
mod words;
mod zone;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

pub use casebook_bytes::{quickly, stamp};
pub use read::{Sense, read};
pub use show::{ago, clock, clock_seconds, countdown, echo, moment, moment_exact, roughly, span, when};
pub use words::{AtTime, Place, split_at_time};
pub use zone::Zone;

/// When a fact happened: the instant with the offset that was typed or assumed, and how it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    pub at: DateTime<FixedOffset>,
    /// The words as typed, for example `-12m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// The zone the words were read in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Whether the zone was assumed because the words named none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
}

impl Happened {
    /// The instant, in UTC.
    pub fn utc(&self) -> DateTime<Utc> {
        self.at.to_utc()
    }
}
