//! The ids a scenario gives its parts. They are unique inside one file and stand in journals as plain words.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        // Maps keyed by the id are asked with the word that stands in a journal.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

ids! {
    /// `I1` to `I99`.
    InjectId
    /// `A1` to `A99`, and `H1` to `H99` for harmful ones.
    ActionId
    /// `Q0` to `Q9`.
    QuestionId
    /// `O0` to `O9`.
    ObjectiveId
    /// A component by its id in the file, which is not its name: `web01`.
    ComponentId
    /// A reply or an option of a question: `a` to `f`.
    OptionId
    /// A gauge: `enrol`.
    GaugeId
}

/// A point of play that time is counted from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Moment {
    /// STARTEX, minute 0: the word `start`.
    Start,
    /// When this inject was delivered.
    Inject(InjectId),
    /// When this action was matched.
    Action(ActionId),
}

impl From<String> for Moment {
    fn from(word: String) -> Self {
        match word.as_bytes().first() {
            _ if word == "start" => Moment::Start,
            Some(b'I') => Moment::Inject(InjectId(word)),
            _ => Moment::Action(ActionId(word)),
        }
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Start => f.pad("start"),
            Moment::Inject(id) => id.fmt(f),
            Moment::Action(id) => id.fmt(f),
        }
    }
}
