//! Who said yes to what: name, role, way, time and words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::id::NounId;
use super::super::refusal::Refusal;

/// A yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// How it was given: `own authority`, `phone`, `mail` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// When it was given (UTC).
    pub at: DateTime<Utc>,
}

/// Reads `NAME/ROLE`, as the command line takes an approver.
///
/// # Errors
/// Refuses an empty name.
pub fn read(words: &str, at: DateTime<Utc>) -> Result<Approval, Refusal> {
    let (name, role) = match words.split_once('/') {
        Some((name, role)) => (name.trim(), Some(role.trim()).filter(|role| !role.is_empty())),
        None => (words.trim(), None),
    };
    if name.is_empty() {
        return Err(Refusal::misused("An approval needs the name of the person who gave it.")
            .hint("Write it as NAME/ROLE, for example \"Mira/CISO\"."));
    }
    Ok(Approval { name: name.to_owned(), role: role.map(str::to_owned), how: None, at })
}

impl std::fmt::Display for Approval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        if let Some(role) = &self.role {
            write!(f, " ({role})")?;
        }
        if let Some(how) = &self.how {
            write!(f, ", {how}")?;
        }
        Ok(())
    }
}

/// What an approval is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    Task(NounId),
    /// The move that began this visit.
    Visit(NounId),
}

/// Somebody approved something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalGranted {
    pub id: NounId,
    pub about: About,
    /// For people: the task's title or the move.
    pub what: String,
    #[serde(flatten)]
    pub approval: Approval,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// Record who approved.
#[derive(Clone, Debug, PartialEq)]
pub struct Approve {
    /// `None`: the move into the current visit.
    pub about: Option<About>,
    pub approval: Approval,
}

/// An approval in the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Granted {
    pub id: NounId,
    pub about: About,
    #[serde(flatten)]
    pub approval: Approval,
    pub line: super::super::id::LineId,
    pub undone: bool,
}
