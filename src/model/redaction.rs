//! Words that nobody shall see any more: hidden in every view and every output, kept in the journal, brought back
//! by undo.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::id::LineId;

/// Hide the words of an entry and of its corrections.
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

/// The words that one line hides of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// The line that hides them.
    pub line: LineId,
    pub reason: String,
    text: String,
    /// Where it was known from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Box<str>>,
    /// The words of its corrections, by their lines.
    corrections: Vec<(LineId, String)>,
}

impl Entry {
    /// Puts the reason in place of the words and gives them away. `None`: they are hidden already.
    pub fn hide(&mut self, line: LineId, reason: &str) -> Option<Redaction> {
        if self.redacted.is_some() {
            return None;
        }
        self.redacted = Some(line);
        let shown = format!("[redacted: {reason}]");
        let text = std::mem::replace(&mut self.text, shown.clone());
        let source = self.source.take();
        let corrections = self
            .corrections
            .iter_mut()
            .map(|correction| (correction.line, std::mem::replace(&mut correction.text, shown.clone())))
            .collect();
        Some(Redaction { line, reason: reason.to_owned(), text, source, corrections })
    }

    /// Puts hidden words back.
    pub fn reveal(&mut self, redaction: Redaction) {
        self.redacted = None;
        self.text = redaction.text;
        self.source = redaction.source;
        for (line, text) in redaction.corrections {
            if let Some(correction) = self.corrections.iter_mut().find(|correction| correction.line == line) {
                correction.text = text;
            }
        }
    }
}
