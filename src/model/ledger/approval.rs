//! Who was asked, who said yes and who said no to what: name, role, way, time and words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::id::{LineId, NounId};
use super::super::refusal::Refusal;
use super::super::time::{self, Zone};

/// Somebody who may say yes or no.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    /// What it says on the door: "Head of IT".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The role in this incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl Person {
    /// Whether somebody else's name is meant to be this person.
    pub fn is(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }
}

impl std::fmt::Display for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        match (&self.title, &self.role) {
            (Some(title), Some(role)) => write!(f, " ({title}, {role})"),
            (Some(word), None) | (None, Some(word)) => write!(f, " ({word})"),
            (None, None) => Ok(()),
        }
    }
}

/// A yes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// What else was said with a yes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// What it says on the door: "Head of IT".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The exact words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Under what condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Until when it holds (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
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

/// Reads `NAME/ROLE` as a person.
///
/// # Errors
/// Refuses an empty name.
pub fn person(words: &str) -> Result<Person, Refusal> {
    read(words, DateTime::UNIX_EPOCH).map(|read| Person { name: read.name, title: None, role: read.role })
}

impl Terms {
    /// Whether the yes still holds at `now`.
    pub fn hold(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// `until 14:00`, and from then on `until 14:00, lapsed 0:12 ago`; `None`: it holds without an end.
    pub fn until_words(&self, now: DateTime<Utc>, zone: &Zone) -> Option<String> {
        let until = self.until?;
        let when = time::when(until, now, zone);
        Some(match self.hold(now) {
            true => format!("until {when}"),
            false => format!("until {when}, lapsed {} ago", time::span((now - until).num_milliseconds())),
        })
    }
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
    /// Anything else, in words.
    Matter(String),
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
    #[serde(flatten)]
    pub terms: Terms,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
    /// What else it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<About>,
    /// The requests it answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<NounId>,
}

/// Record who approved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Approve {
    /// `None`: the move into the current visit.
    pub about: Option<About>,
    /// What else it covers.
    pub also: Vec<About>,
    pub approval: Approval,
    pub terms: Terms,
    /// The request it answers; `None`: those this person was asked about the same.
    pub answers: Option<NounId>,
}

/// An approval in the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Granted {
    pub id: NounId,
    pub about: About,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<About>,
    /// For people: the task's title or the move.
    #[serde(default)]
    pub what: String,
    /// The requests it answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<NounId>,
    #[serde(flatten)]
    pub approval: Approval,
    #[serde(flatten)]
    pub terms: Terms,
    pub line: LineId,
    pub undone: bool,
}

impl Granted {
    /// All it is about.
    pub fn abouts(&self) -> impl Iterator<Item = &About> {
        std::iter::once(&self.about).chain(&self.also)
    }

    /// Whether it covers this.
    pub fn covers(&self, about: &About) -> bool {
        self.about == *about || self.also.contains(about)
    }
}

/// What only an approval has that somebody was asked for. Its words say what it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub about: Vec<About>,
    /// Who was asked.
    pub of: Person,
    /// How they were asked: phone, mail, in person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// The exact words of the question, or of the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// Ask for an approval: several people may each have to give theirs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestApproval {
    pub about: Vec<About>,
    pub of: Vec<Person>,
    pub how: Option<String>,
    pub words: Option<String>,
    /// When the answer is needed (UTC).
    pub until: Option<DateTime<Utc>>,
}

/// One of the people asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub id: NounId,
    pub number: String,
    pub of: Person,
}

/// Somebody was asked for an approval, or several people were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRequested {
    pub requests: Vec<Asked>,
    pub about: Vec<About>,
    /// For people: what it is about.
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// When the answer is needed (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// Record who said no.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RefuseApproval {
    /// The request that is refused; `None`: what this person was asked about the same, or nothing was asked.
    pub answers: Option<NounId>,
    pub about: Vec<About>,
    pub by: Person,
    pub how: Option<String>,
    pub reason: Option<String>,
}

/// Somebody said no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRefused {
    pub id: NounId,
    pub number: String,
    /// The requests it answers; none: nobody had put the question on record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<NounId>,
    pub about: Vec<About>,
    /// For people: what it is about.
    pub what: String,
    pub by: Person,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    pub reason: String,
}
