//! Hiding words in every view and output: judged, done to whatever repeats them, and kept from whoever looks.
//!
//! This is the one door. An entry, its corrections and what took it back show the mark by themselves. What was
//! said or told beside the log (a signal, a handover, a SITREP) is given out by the questions below, and a record
//! that is looked back at is veiled by what is hidden now.

use std::collections::{BTreeMap, BTreeSet};

use super::Incident;
use super::event::Event;
use super::line::Line;
use crate::model::entry::{Entry, Kind};
use crate::model::handover::Handover;
use crate::model::id::LineId;
use crate::model::redaction::{Letters, Redact, Redacted, Redaction, Words};
use crate::model::refusal::Refusal;
use crate::model::sitrep::Sitrep;
use crate::model::text;
use crate::model::triage::Signal;

/// What stands in place of a told text that quotes hidden words.
const QUOTES: &str = "[left out: it quotes words that are redacted]";

/// What is hidden of a record now, for looking back at it as it was before.
pub(super) type Veil = BTreeMap<LineId, Redaction>;

impl Incident {
    /// Judges hiding the words of an entry.
    ///
    /// # Errors
    /// Refuses what is not in somebody's own words, and a missing reason.
    pub(super) fn redact(&self, redact: &Redact) -> Result<Option<Redacted>, Refusal> {
        let entry = self.entry_of(redact.entry).ok_or_else(|| {
            Refusal::refused("No entry has that id.").hint("casebook activity shows the ids.")
        })?;
        if !self.redactable(entry) {
            return Err(Refusal::refused(format!(
                "Only entries, signals, SITREPs and handovers in somebody's own words are redacted; this line is of the kind {}.",
                entry.kind.word()
            ))
            .hint("Correct it where it stands, or retire the indicator and withdraw the evidence item."));
        }
        let hidden = |place: &LineId| match (self.redactions.get(place), self.entry_of(*place)) {
            (Some(kept), Some(entry)) => entry.hidden_by(kept),
            _ => false,
        };
        if self.repeating(redact.entry).iter().all(hidden) {
            return Ok(None);
        }
        let reason = text::reason(&redact.reason)?;
        Ok(Some(Redacted { target: redact.entry, reason }))
    }

    /// Whether an entry is in somebody's own words, which stand nowhere else than where they can be hidden.
    pub fn redactable(&self, entry: &Entry) -> bool {
        match entry.kind {
            Kind::Handover => true,
            // What settles, times or gives a decision is of its kind, too, and stands in the ledger.
            Kind::Decision => !self.backs.contains_key(&entry.id) && !self.counted(entry.id),
            kind => kind.written() && !self.said_in_drill(entry.id),
        }
    }

    /// Whether a line made something in the ledger.
    fn counted(&self, line: LineId) -> bool {
        self.ledger
            .iter()
            .any(|item| item.line == line || item.reviews.iter().any(|review| review.line == line))
    }

    /// Hides the words of an entry wherever they stand: in its corrections, in what took it back.
    pub(super) fn hide(&mut self, line: LineId, redacted: &Redacted) {
        for place in self.repeating(redacted.target) {
            self.cover(place, (line, &redacted.reason), |_| true);
        }
    }

    /// Hides the words of one entry, and what the lines said of it that are named, and keeps them.
    fn cover(&mut self, place: LineId, by: (LineId, &str), which: impl Fn(LineId) -> bool) {
        let Some(at) = self.place_of(place) else { return };
        self.entries[at].hide(self.redactions.entry(place).or_default(), by, which);
        self.say_gone(place);
    }

    /// What is gone says so, whether or not it was hidden as well.
    fn say_gone(&mut self, place: LineId) {
        let Some(said) = self.expungings.get(&place) else { return };
        let (text, line) = (said.shown(), said.line);
        if let Some(entry) = self.entry_mut(place) {
            (entry.text, entry.redacted) = (text, Some(line));
        }
    }

    /// The entry and every other that repeats its words.
    pub(super) fn repeating(&self, entry: LineId) -> Vec<LineId> {
        let Some(found) = self.entry_of(entry) else { return Vec::new() };
        let corrections = found.corrections.iter().map(|it| it.line);
        // Also those whose source is hidden by now: they are hidden with it.
        let hidden = |line: LineId| self.redactions.get(&entry).is_some_and(|kept| kept.has(line));
        let marked = found.markings.iter().filter(|it| it.source.is_some() || hidden(it.line));
        let mut places: Vec<LineId> =
            std::iter::once(entry).chain(corrections).chain(marked.map(|it| it.line)).collect();
        let undone = places.iter().filter_map(|place| self.entry_of(*place)?.undone_by).collect::<Vec<_>>();
        places.extend(undone);
        places
    }

    /// Brings back what one of these lines hid and no other hides.
    pub(super) fn reveal(&mut self, gone: &BTreeSet<LineId>) {
        let hides = |kept: &Redaction| kept.by().any(|(line, _)| gone.contains(&line));
        let hidden: Vec<_> = self.redactions.extract_if(.., |_, kept| hides(kept)).collect();
        for (place, kept) in hidden {
            let left = self.entry_mut(place).and_then(|entry| entry.reveal(kept, gone));
            self.redactions.extend(left.map(|left| (place, left)));
            self.say_gone(place);
        }
    }

    /// Whether one of these lines hides words of an entry.
    pub(super) fn hides(&self, gone: &BTreeSet<LineId>, entry: LineId) -> bool {
        self.redactions.get(&entry).is_some_and(|kept| kept.by().any(|(line, _)| gone.contains(&line)))
    }

    /// The lines that hide the words of an entry.
    pub fn redactions_of(&self, entry: LineId) -> impl Iterator<Item = LineId> {
        self.redactions.get(&entry).into_iter().flat_map(Redaction::by).map(|(line, _)| line)
    }
}

/// A look back.
impl Incident {
    /// What is hidden now in the record of these lines, which stand in order.
    pub(super) fn veil(id: uuid::Uuid, lines: &[Line]) -> Veil {
        match lines.iter().any(|line| matches!(line.event, Event::Redacted(_))) {
            true => Self::fold(id, lines).redactions,
            false => Veil::new(),
        }
    }

    /// Hides what is hidden in a later state of the same record.
    pub(super) fn hide_as_in(&mut self, veil: &Veil) {
        veil.keys().for_each(|place| self.veiled(veil, *place));
    }

    /// Hides in one entry what is hidden of it later.
    fn veiled(&mut self, veil: &Veil, place: LineId) {
        let Some(later) = veil.get(&place) else { return };
        for by in later.by() {
            self.cover(place, by, |line| later.has(line));
        }
    }

    /// Obeys a line, and hides of what it says what is hidden later.
    pub(super) fn apply_under(&mut self, veil: &Veil, line: &Line) {
        self.apply(line);
        if veil.is_empty() {
            return;
        }
        let target = match &line.event {
            Event::Corrected(it) => Some(it.target),
            Event::EntryMarked(it) => Some(it.target),
            _ => None,
        };
        for place in target.into_iter().chain([line.id]) {
            self.veiled(veil, place);
        }
    }
}

/// The words that stand beside the log, as anybody may see them.
impl Incident {
    /// What stands in place of the words of a line, if they are hidden.
    fn mark(&self, line: LineId) -> Option<&str> {
        self.entry_of(line).filter(|entry| entry.redacted.is_some()).map(|entry| entry.text.as_str())
    }

    /// The words of a signal.
    pub fn signal_words<'a>(&'a self, signal: &'a Signal) -> &'a str {
        let hidden = self.entry_of(signal.line).filter(|entry| entry.redacted.is_some());
        signal.text.unless(hidden.map(Entry::shown))
    }

    /// Where a signal came from; `None` where that is hidden, too.
    pub fn signal_source<'a>(&self, signal: &'a Signal) -> Option<&'a str> {
        signal.source.as_deref().filter(|_| self.mark(signal.line).is_none())
    }

    /// What was told with a SITREP.
    pub fn sitrep_told<'a>(&'a self, sitrep: &'a Sitrep) -> &'a str {
        self.told(sitrep.line, &sitrep.told)
    }

    /// What the one who gave a SITREP thought of it.
    pub fn sitrep_judgement<'a>(&'a self, sitrep: &'a Sitrep) -> Option<&'a str> {
        sitrep.judgement.as_ref().map(|words| words.unless(self.mark(sitrep.line)))
    }

    /// What was told with a handover.
    pub fn handover_told<'a>(&'a self, handover: &'a Handover) -> &'a str {
        self.told(handover.line, &handover.told)
    }

    /// The note of whoever offered a handover.
    pub fn handover_note<'a>(&'a self, handover: &'a Handover) -> Option<&'a str> {
        handover.note.as_ref().map(|words| words.unless(self.mark(handover.line)))
    }

    /// The words of whoever answered a handover.
    pub fn answer_words<'a>(&'a self, handover: &'a Handover) -> Option<&'a str> {
        let side = handover.answer.holds()?;
        side.value.words.as_ref().map(|words| words.unless(self.mark(side.line)))
    }

    /// A text that was made of the record, unless it is hidden or quotes what is.
    fn told<'a>(&'a self, line: LineId, words: &'a Words) -> &'a str {
        let hidden = self.mark(line).or_else(|| self.quotes(words.unless(None)).then_some(QUOTES));
        words.unless(hidden)
    }

    /// Whether a text that was made of the record quotes hidden words.
    fn quotes(&self, told: &str) -> bool {
        if self.redactions.is_empty() {
            return false;
        }
        let letters = Letters::of(told);
        self.redactions.values().any(|kept| kept.quoted_in(&letters))
    }

    /// Whether the text that was told with a line quotes words that are hidden.
    pub fn quotes_hidden(&self, line: LineId) -> bool {
        let sitreps = self.sitreps.iter().filter(|it| it.line == line).map(|it| &it.told);
        let handovers = self.handovers.iter().filter(|it| it.line == line).map(|it| &it.told);
        sitreps.chain(handovers).any(|told| self.quotes(told.unless(None)))
    }
}
