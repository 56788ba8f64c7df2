//! Hiding words in every view and output: judged, and done to whatever repeats them.

use std::collections::BTreeSet;

use super::Incident;
use crate::model::entry::Entry;
use crate::model::id::LineId;
use crate::model::redaction::{Redact, Redacted};
use crate::model::refusal::Refusal;
use crate::model::text;
use crate::model::triage::Signal;

impl Incident {
    /// Judges hiding the words of an entry.
    ///
    /// # Errors
    /// Refuses what is not in somebody's own words, and a missing reason.
    pub(super) fn redact(&self, redact: &Redact) -> Result<Option<Redacted>, Refusal> {
        let entry = self.entry_of(redact.entry).ok_or_else(|| {
            Refusal::refused("No entry has that id.").hint("casebook activity shows the ids.")
        })?;
        let counted = self.ledger.iter().any(|item| item.line == redact.entry);
        if !entry.kind.written() || counted {
            return Err(Refusal::refused(format!(
                "Only entries and signals in somebody's own words are redacted; this line is of the kind {}.",
                entry.kind.word()
            ))
            .hint("Correct it where it stands, or retire the indicator and withdraw the evidence item."));
        }
        if entry.redacted.is_some() {
            return Ok(None);
        }
        let reason = text::reason(&redact.reason)?;
        Ok(Some(Redacted { target: redact.entry, reason }))
    }

    /// Hides the words of an entry wherever they stand: in its corrections, in what took it back, in the signal.
    pub(super) fn hide(&mut self, line: LineId, redacted: &Redacted) {
        for place in self.repeating(redacted.target) {
            self.cover(place, line, &redacted.reason);
        }
    }

    /// Hides the words of one entry and keeps them.
    fn cover(&mut self, place: LineId, line: LineId, reason: &str) {
        let hidden = self.entry_mut(place).and_then(|entry| entry.hide(line, reason));
        self.redactions.extend(hidden.map(|hidden| (place, hidden)));
    }

    /// The entry and every other that repeats its words.
    pub(super) fn repeating(&self, entry: LineId) -> Vec<LineId> {
        let Some(found) = self.entry_of(entry) else { return Vec::new() };
        let corrections = found.corrections.iter().map(|correction| correction.line);
        std::iter::once(entry).chain(corrections).chain(found.undone_by).collect()
    }

    /// Brings back what one of these lines hid.
    pub(super) fn reveal(&mut self, gone: &BTreeSet<LineId>) {
        let hidden = self.redactions.extract_if(.., |_, redaction| gone.contains(&redaction.line));
        let hidden: Vec<_> = hidden.collect();
        for (place, redaction) in hidden {
            if let Some(entry) = self.entry_mut(place) {
                entry.reveal(redaction);
            }
        }
    }

    /// Hides what is hidden in a later state of the same record.
    pub(super) fn hide_as_in(&mut self, later: &Incident) {
        for (place, redaction) in &later.redactions {
            self.cover(*place, redaction.line, &redaction.reason);
        }
    }

    /// The words of a signal, as its entry may show them.
    pub fn signal_words<'a>(&'a self, signal: &'a Signal) -> &'a str {
        let hidden = self.entry_of(signal.line).filter(|entry| entry.redacted.is_some());
        hidden.map_or(&signal.text, Entry::shown)
    }
}
