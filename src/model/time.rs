//! When something happened, as people type it and as the record keeps it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

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
