//! A temporary measure: a block, an isolation, a disabled account, a rule that must be taken back some day.
//!
//! A measure nobody remembers is the outage of next month, so it has an owner, a time to look at it again
//! and a planned removal (NIST SP 800-61r3, RS.MI: containment may be short- or long-term).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::id::NounId;

/// What sort of measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureKind {
    /// An address, domain or sender that is blocked.
    Block,
    /// A host or segment cut off from the network.
    Isolation,
    DisabledAccount,
    /// A rule in a firewall, proxy, mail gateway or detection tool.
    Rule,
    #[default]
    Other,
}

impl MeasureKind {
    pub const ALL: [MeasureKind; 5] = [
        MeasureKind::Block,
        MeasureKind::Isolation,
        MeasureKind::DisabledAccount,
        MeasureKind::Rule,
        MeasureKind::Other,
    ];

    /// The word on disk and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            MeasureKind::Block => "block",
            MeasureKind::Isolation => "isolation",
            MeasureKind::DisabledAccount => "disabled-account",
            MeasureKind::Rule => "rule",
            MeasureKind::Other => "other",
        }
    }
}

/// What only a measure has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub kind: MeasureKind,
    /// The components it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<NounId>,
    /// For people: their names when it was put in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Where it was put in place, such as a device, where that is no component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Put a measure in place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PutMeasure {
    pub text: String,
    pub kind: MeasureKind,
    pub components: Vec<NounId>,
    pub place: Option<String>,
    pub owner: Option<String>,
    /// When to look at it again (UTC).
    pub review: Option<DateTime<Utc>>,
    /// When it is to be taken down (UTC).
    pub remove: Option<DateTime<Utc>>,
}

/// A measure as an event carries it; an event of another noun may carry one along.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMeasure {
    pub id: NounId,
    pub number: String,
    pub text: String,
    #[serde(flatten)]
    pub measure: Measure,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove: Option<DateTime<Utc>>,
}

/// A measure was put in place. In place since the time of its line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MeasurePut(pub NewMeasure);

/// A measure that was still in place when a move was made, for the record of that move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InPlace {
    pub id: NounId,
    pub number: String,
    pub text: String,
}

impl std::fmt::Display for InPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.number, self.text)
    }
}
