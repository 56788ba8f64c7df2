//! Who may read an incident: everybody of its store, one group of this machine, or its owner alone.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::text;

/// Who may read an incident beside its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever may read the store.
    Store,
    /// A group of this machine, by name or number.
    Group(String),
    /// Nobody.
    Nobody,
}

/// The rights of the incident's folder were changed on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restricted {
    /// The group that may read it; `None` with `ended` unset: its owner alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whoever may read the store may read it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

impl Restricted {
    /// To these readers.
    ///
    /// # Errors
    /// Refuses a group without a name.
    pub fn to(readers: &Readers) -> Result<Self, Refusal> {
        Ok(match readers {
            Readers::Store => Self { group: None, ended: true },
            Readers::Group(group) => Self { group: Some(text::name(group)?), ended: false },
            Readers::Nobody => Self { group: None, ended: false },
        })
    }

    /// What the log says.
    pub fn words(&self) -> String {
        match (&self.group, self.ended) {
            (_, true) => "no longer restricted".to_owned(),
            (Some(group), false) => format!("restricted to the group {group}"),
            (None, false) => "restricted to the owner of its folder".to_owned(),
        }
    }
}
