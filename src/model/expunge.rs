//! Words that have to be gone: taken out of the journal by law or because they open doors, with a second person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::id::LineId;

/// The most lines and files that one act takes away.
pub const MOST: usize = 1_000;

/// Take the words of lines away for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expunge {
    /// The lines, each once.
    pub targets: Vec<LineId>,
    /// Evidence files, by their SHA-256 (64 hex digits).
    pub files: Vec<String>,
    /// Why (500 characters).
    pub reason: String,
    /// Who agreed: the second person, with a role if one was named.
    pub with: String,
    /// What is left of each line when its words are gone: 64 hex digits, by which an edit of it is found.
    pub left: BTreeMap<LineId, String>,
}

/// The words of lines were taken away for good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expunged {
    pub targets: Vec<LineId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    pub reason: String,
    /// The second person.
    pub with: String,
    /// SHA-256 over what is left of each target, in their order; nothing in lines of a casebook that did not say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// The numbers that stand on papers and were given by the targets: they are not given again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<String>,
    /// What was said of it here. No line holds that: whoever reads one in a store adds it.
    #[serde(skip)]
    pub here: Here,
}

/// What somebody of this store said of what another declared as gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// Lines and files that were declined, which are none of its targets and files any more.
    pub declined: Option<(Vec<LineId>, usize)>,
    /// Those that somebody agreed to take from this disk.
    pub lines: Vec<LineId>,
    pub files: usize,
}

/// Keep the words that somebody elsewhere declared as gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineExpunge {
    /// The line that declares it.
    pub target: LineId,
    /// Why (500 characters).
    pub reason: String,
}

/// Somebody declined what another declared as gone. In the store where it was written the words are shown again; other
/// stores decide for themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpungeDeclined {
    pub target: LineId,
    pub reason: String,
}

/// What stands in the place of a line whose words were taken away: the beginning of the id of the line that says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    pub expunged: String,
}

/// Who took words away, with whom and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expunging {
    /// The line that says so.
    pub line: LineId,
    pub by: String,
    pub with: String,
    pub reason: String,
}

impl Expunging {
    /// What is shown in the place of the words.
    pub fn shown(&self) -> String {
        format!("[expunged by {} with {}: {}]", self.by, self.with, self.reason)
    }
}

impl Entry {
    /// Puts who took the words away in their place; nothing of them is kept.
    pub fn expunge(&mut self, said: &Expunging) {
        self.text = said.shown();
        self.redacted = Some(said.line);
        self.source = None;
        self.corrections.clear();
        self.components.clear();
    }
}
