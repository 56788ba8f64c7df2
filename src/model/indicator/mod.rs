//! An indicator: a value that tells where the actor was, with its type, its circle, and what it is tied to.

mod doubt;
mod fields;
mod host;
mod kind;
mod list;
pub mod paste;
mod proof;
mod shape;
mod value;
mod why;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::head::Change;
use super::id::{LineId, NounId};
use super::refusal::{Refusal, quoted};
use super::register::{Careful, Register};
use super::taxonomy::Tlp;
use super::text::Limit;

pub use doubt::against;
pub use fields::{Disputed, Disputing};
pub use host::host_of;
pub use kind::{Kind, Style, shown};
pub use list::{Addition, Bond, Indicators, Short};
pub use value::{Found, MOST, detect, of_kind};
pub use why::Why;

/// Where it was seen, in a few words: "mail of the CERT", "EDR".
pub const SOURCE: Limit = super::text::TICKET;
/// At most so many tags.
pub const MOST_TAGS: usize = 20;
/// At most so many indicators are named in one line of the journal; more are several lines of one action.
pub const PER_LINE: usize = 5_000;

/// How sure it is that the value belongs to the actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub const ALL: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

    /// The word on disk and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    /// Reads the word, or a number from 0 to 100 as feeds have it.
    ///
    /// # Errors
    /// Refused with what can be said.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        let wanted = words.trim().to_lowercase();
        if let Some(confidence) =
            Confidence::ALL.into_iter().find(|c| c.id() == wanted || c.id()[..1] == wanted)
        {
            return Ok(confidence);
        }
        match wanted.parse::<u8>() {
            Ok(0..=33) => Ok(Confidence::Low),
            Ok(34..=66) => Ok(Confidence::Medium),
            Ok(67..=100) => Ok(Confidence::High),
            _ => Err(Refusal::misused(format!("There is no confidence {}.", quoted(words)))
                .hint("Type low, medium, high, or a number from 0 to 100.")),
        }
    }
}

impl Careful for Confidence {}
impl Careful for Vec<String> {}

/// What can be said of an indicator beside its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// When the value was first and last seen at work (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Components it was seen on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<NounId>,
    /// The entry of the log it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<LineId>,
}

impl Details {
    pub fn is_empty(&self) -> bool {
        *self == Details::default()
    }
}

/// Taken out of use, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retirement {
    pub reason: String,
    pub by: String,
    /// UTC.
    pub at: DateTime<Utc>,
}

impl Careful for Retirement {}

/// One field of an indicator and the value it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", content = "is", rename_all = "kebab-case")]
pub enum Field {
    Type(String),
    Tlp(Option<Tlp>),
    Confidence(Option<Confidence>),
    First(Option<DateTime<Utc>>),
    Last(Option<DateTime<Utc>>),
    Source(Option<String>),
    Note(Option<String>),
    Tags(Vec<String>),
    Retired(Option<Retirement>),
}

/// The fields of an indicator that somebody has changed since it was added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fields {
    pub kind: Register<String>,
    pub tlp: Register<Option<Tlp>>,
    pub confidence: Register<Option<Confidence>>,
    pub first: Register<Option<DateTime<Utc>>>,
    pub last: Register<Option<DateTime<Utc>>>,
    pub source: Register<Option<String>>,
    pub note: Register<Option<String>>,
    pub tags: Register<Vec<String>>,
    pub retired: Register<Option<Retirement>>,
}

/// An indicator as it was added. Fifty thousand of them are in memory at once: what they share stands once,
/// in their [`Addition`], and what was changed since only where something was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    pub id: NounId,
    /// The type as it was added: a [`Kind`], or a word of a newer casebook.
    #[serde(rename = "type")]
    pub kind: String,
    /// The real value, normalised.
    pub value: String,
    /// Which addition it belongs to.
    pub(crate) of: u32,
    /// What was said of this one alone when it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<Box<Details>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) edits: Option<Box<Fields>>,
}

/// One value to add.
#[derive(Clone, Debug, PartialEq)]
pub struct Adding {
    pub kind: Kind,
    /// Normalised, as [`detect`] and [`of_kind`] give it.
    pub value: String,
    /// What is said of this one alone.
    pub own: Option<Box<Details>>,
}

/// Which part of a large paste one line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The first indicator of this line in the whole action, from 1.
    pub from: u32,
    /// How many the whole action has.
    pub of: u32,
}

/// Put indicators on the list, all with the same details.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddIndicators {
    pub indicators: Vec<Adding>,
    pub with: Details,
    pub part: Option<Part>,
}

/// One value of an addition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    pub id: NounId,
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Box<Details>>,
}

/// Indicators were put on the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorsAdded {
    pub indicators: Vec<Added>,
    /// What holds for all of them.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub with: Details,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// Change what is said of an indicator. Only what is `Some` changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EditIndicator {
    pub indicator: Option<NounId>,
    pub kind: Option<Kind>,
    pub tlp: Option<Tlp>,
    pub confidence: Option<Confidence>,
    /// UTC.
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
    /// An empty text takes it away.
    pub source: Option<String>,
    pub note: Option<String>,
    pub tags_added: Vec<String>,
    pub tags_removed: Vec<String>,
}

/// What is said of an indicator was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorEdited {
    pub indicator: NounId,
    /// For people.
    pub value: String,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Change<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Change<Option<Tlp>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Change<Option<Confidence>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Change<Option<DateTime<Utc>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Change<Option<DateTime<Utc>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Change<Vec<String>>>,
}

/// An indicator named in an event, with its value for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub id: NounId,
    pub value: String,
}

/// What an indicator can be tied to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ties {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<NounId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<LineId>,
    /// Numbers of other incidents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<String>,
}

impl Ties {
    pub fn is_empty(&self) -> bool {
        self.components.is_empty() && self.entries.is_empty() && self.incidents.is_empty()
    }
}

/// Tie indicators to components, entries or other incidents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkIndicators {
    pub indicators: Vec<NounId>,
    pub to: Ties,
}

/// Indicators were tied to something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorLinked {
    pub indicators: Vec<Named>,
    #[serde(default, skip_serializing_if = "Ties::is_empty")]
    pub to: Ties,
    /// The names of the components, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Take indicators out of use with a reason, or up again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetireIndicators {
    pub indicators: Vec<NounId>,
    pub to: Use,
    pub reason: Option<String>,
}

/// Whether an indicator is worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    InUse,
    Retired,
}

/// Indicators were taken out of use, or up again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorRetired {
    pub indicators: Vec<Named>,
    pub to: Use,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Everything one can ask of the indicators.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Add(AddIndicators),
    Edit(EditIndicator),
    Link(LinkIndicators),
    Retire(RetireIndicators),
}

#[cfg(test)]
pub(super) mod tests {
    /// The reviewed list of types, with its rules and their tests.
    pub(super) fn file() -> serde_json::Value {
        serde_json::from_str(include_str!("../../../assets/indicators.json")).unwrap()
    }
}
