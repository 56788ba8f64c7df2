//! Whose deed an entry tells on the timeline, where it is known from, and which techniques it shows.

use serde::{Deserialize, Serialize};

use super::attack::attack;
use super::entry::Entry;
use super::head::Change;
use super::id::LineId;
use super::refusal::{Refusal, quoted};
use super::text;

/// The two sides of a timeline. Somebody says which; it is never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// What the attacker did.
    Actor,
    /// What we did.
    Us,
}

impl Lane {
    pub const ALL: [Lane; 2] = [Lane::Actor, Lane::Us];

    /// The word on disk, on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Lane::Actor => "actor",
            Lane::Us => "us",
        }
    }

    /// Reads a lane: its word, or what people call it.
    ///
    /// # Errors
    /// Refuses any other word.
    pub fn parse(words: &str) -> Result<Lane, Refusal> {
        match words.trim().to_lowercase().as_str() {
            "actor" | "attacker" | "them" => Ok(Lane::Actor),
            "us" | "responder" | "ours" | "we" => Ok(Lane::Us),
            _ => Err(Refusal::misused(format!("{} is no lane of the timeline.", quoted(words)))
                .hint("Type actor (what the attacker did) or us (what we did).")),
        }
    }
}

/// Say whose deed an entry tells, where it is known from, which techniques it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkEntry {
    pub entry: LineId,
    pub marks: Marks,
}

/// What shall be said about an entry; nothing said leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    pub lane: Option<Lane>,
    /// Where it is known from, such as a log or a person (80 characters).
    pub source: Option<String>,
    /// Techniques it shows beside those it has, by id or words of the name.
    pub techniques: Vec<String>,
}

impl Marks {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// It was said whose deed an entry tells, where it is known from, which techniques it shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryMarked {
    pub target: LineId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Change<Option<Lane>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Change<Option<String>>>,
    /// ATT&CK technique ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques_added: Vec<String>,
}

/// What a line said about an entry after it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marking {
    /// The line that says it.
    pub line: LineId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
}

impl Marking {
    /// What the event of a line says.
    pub fn of(line: LineId, marked: &EntryMarked) -> Self {
        Self {
            line,
            lane: marked.lane.as_ref().and_then(|change| change.to),
            source: marked.source.as_ref().and_then(|change| change.to.clone()),
            techniques: marked.techniques_added.clone(),
            undone: false,
        }
    }
}

impl Marks {
    /// What changes of an entry; `None` where it is so already.
    ///
    /// # Errors
    /// Refuses a source that is too long and what is no technique of ATT&CK.
    pub fn decide(&self, entry: &Entry) -> Result<Option<EntryMarked>, Refusal> {
        let lane = self.lane.filter(|to| entry.said_lane() != Some(*to));
        let source = self.source.as_deref().map(text::name).transpose()?;
        let source = source.filter(|to| entry.source() != Some(to));
        let mut techniques_added: Vec<String> = Vec::new();
        for words in &self.techniques {
            let id = attack().resolve(words)?;
            // An old id and the one that stands for it are one technique.
            let same = |have: &str| have == id || attack().current(have) == attack().current(&id);
            if !entry.techniques().any(same) && !techniques_added.iter().any(|added| same(added)) {
                techniques_added.push(id);
            }
        }
        let marked = EntryMarked {
            target: entry.id,
            lane: lane.map(|to| Change { from: entry.said_lane(), to: Some(to) }),
            source: source.map(|to| Change { from: entry.source().map(str::to_owned), to: Some(to) }),
            techniques_added,
        };
        let nothing = marked.lane.is_none() && marked.source.is_none() && marked.techniques_added.is_empty();
        Ok((!nothing).then_some(marked))
    }
}
