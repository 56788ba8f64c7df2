//! Words that nobody shall see any more: hidden in every view and every output, kept in the journal, brought back
//! by undo.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::id::LineId;

/// Hide the words of an entry, of its corrections, and of what it told beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redact {
    pub entry: LineId,
    /// Why; it stands in place of the words (500 characters).
    pub reason: String,
}

/// The words of an entry were hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redacted {
    pub target: LineId,
    pub reason: String,
}

/// Words that were said or told beside the log. They are given out by the incident only, which knows whether
/// they are hidden.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(String);

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<&str> for Words {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl Words {
    /// The words, or what stands in their place.
    pub fn unless<'a>(&'a self, hidden: Option<&'a str>) -> &'a str {
        hidden.unwrap_or(&self.0)
    }

    /// Whether they are these.
    pub fn are(&self, words: &str) -> bool {
        self.0 == words
    }
}

/// What is hidden of one entry, and which lines hide it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// The lines that hide it, each with its reason; never none.
    by: BTreeMap<LineId, String>,
    text: String,
    /// Where it was known from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Box<str>>,
    /// The words of its corrections, by their lines.
    corrections: Vec<(LineId, String)>,
    /// Where marks said it was known from, by their lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marked: Vec<(LineId, String)>,
}

impl Redaction {
    /// The lines that hide it, each with its reason.
    pub fn by(&self) -> impl Iterator<Item = (LineId, &str)> {
        self.by.iter().map(|(line, reason)| (*line, reason.as_str()))
    }

    /// Whether it hides what a line said of the entry: a correction, or where it is known from.
    pub fn has(&self, line: LineId) -> bool {
        self.corrections.iter().chain(&self.marked).any(|(hidden, _)| *hidden == line)
    }

    /// Whether a text shows some of the hidden words. A text that was made of the record shows them from their
    /// beginning on, however it breaks lines, defangs and cuts short.
    pub fn quoted_in(&self, text: &Letters) -> bool {
        let said =
            self.text.split('"').chain(std::iter::once(self.text.as_str())).chain(self.source.as_deref());
        let later = self.corrections.iter().chain(&self.marked).map(|(_, words)| words.as_str());
        said.chain(later).filter(|words| !words.trim().is_empty()).any(|words| text.show(words))
    }
}

/// Letters that a text has to share with the beginning of hidden words to be taken for a quotation.
const ALIKE: usize = 10;

/// The letters and digits of a text, however they are set.
pub struct Letters(String);

impl Letters {
    pub fn of(text: &str) -> Self {
        let letters: String =
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Self(letters.replace("hxxp", "http"))
    }

    fn show(&self, words: &str) -> bool {
        let letters = Letters::of(words).0;
        let end = letters.char_indices().nth(ALIKE).map_or(letters.len(), |(at, _)| at);
        self.0.contains(&letters[..end])
    }
}

impl Entry {
    /// Whether a line hides all of its words that were said so far.
    pub fn hidden_by(&self, kept: &Redaction) -> bool {
        let corrections = self.corrections.iter().map(|it| it.line);
        let marked = self.markings.iter().filter(|it| it.source.is_some()).map(|it| it.line);
        corrections.chain(marked).all(|line| kept.has(line))
    }

    /// Puts a mark in place of the words: its own, and what those lines said of it that are named. `kept` is what
    /// is hidden of it already; it takes up the rest.
    pub fn hide(&mut self, kept: &mut Redaction, by: (LineId, &str), which: impl Fn(LineId) -> bool) {
        if kept.by.is_empty() {
            kept.text = std::mem::take(&mut self.text);
            kept.source = self.source.take();
        }
        for correction in self.corrections.iter_mut().filter(|it| which(it.line)) {
            if !kept.has(correction.line) {
                kept.corrections.push((correction.line, std::mem::take(&mut correction.text)));
            }
        }
        for marking in self.markings.iter_mut().filter(|it| which(it.line)) {
            kept.marked.extend(marking.source.take().map(|source| (marking.line, source)));
        }
        kept.by.insert(by.0, by.1.to_owned());
        self.stand_in(kept);
    }

    /// Puts hidden words back where no other line hides them. `None`: nothing of it is hidden any more.
    pub fn reveal(&mut self, mut kept: Redaction, gone: &BTreeSet<LineId>) -> Option<Redaction> {
        kept.by.retain(|line, _| !gone.contains(line));
        if !kept.by.is_empty() {
            self.stand_in(&kept);
            return Some(kept);
        }
        self.redacted = None;
        self.text = kept.text;
        self.source = kept.source;
        for (line, text) in kept.corrections {
            if let Some(correction) = self.corrections.iter_mut().find(|it| it.line == line) {
                correction.text = text;
            }
        }
        for (line, source) in kept.marked {
            if let Some(marking) = self.markings.iter_mut().find(|it| it.line == line) {
                marking.source = Some(source);
            }
        }
        None
    }

    /// Writes the mark: the reason of the line that hides the words.
    fn stand_in(&mut self, kept: &Redaction) {
        let Some((line, reason)) = kept.by.last_key_value() else { return };
        let mark = format!("[redacted: {reason}]");
        self.redacted = Some(*line);
        for correction in self.corrections.iter_mut().filter(|it| kept.has(it.line)) {
            correction.text.clone_from(&mark);
        }
        self.text = mark;
    }
}
