//! An incident: the nouns together, and the fold that makes it from its journal.

pub mod agenda;
mod approvals;
pub mod command;
pub mod component;
pub mod contested;
pub mod decide;
pub mod document;
pub mod drill;
pub mod event;
pub mod evidence;
mod expunge;
pub mod find;
pub mod gates;
mod handover;
mod indicator;
mod judge;
pub mod ledger;
pub mod lesson;
pub mod line;
pub mod link;
mod make;
pub mod moves;
mod muted;
pub mod notice;
pub mod people;
mod places;
mod redaction;
pub mod release;
pub mod replay;
pub mod ruling;
pub mod seal;
pub mod setting;
mod sitrep;
#[cfg(test)]
pub(crate) mod tests;
pub mod timeline;
mod together;
pub mod undo;
mod words;

pub(crate) use muted::is_listed;

pub use approvals::Lack;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::component::Component;
use crate::model::drill::Drill;
use crate::model::entry::Entry;
use crate::model::evidence::EvidenceItem;
use crate::model::expunge::Expunging;
use crate::model::handover::Handover;
use crate::model::head::Tag;
use crate::model::id::{LineId, NounId};
use crate::model::indicator::Indicators;
use crate::model::ledger::Item;
use crate::model::ledger::approval::{About, Granted};
use crate::model::lesson::{Improvement, Lesson};
use crate::model::link::Link;
use crate::model::notice::Notice;
use crate::model::phase::Phase;
use crate::model::redaction::Redaction;
use crate::model::register::Register;
use crate::model::restriction::Restricted;
use crate::model::root::Root;
use crate::model::roster::Person;
use crate::model::severity::Severity;
use crate::model::sitrep::Sitrep;
use crate::model::task::Task;
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::{Acknowledgement, Signal};
use crate::model::visit::{Place, Visit};
use event::Event;
use expunge::Declaring;
use line::Line;
use places::Places;
use setting::Back;

/// Raised whenever the same lines fold to another state; older snapshots are then built anew.
pub const FOLD: u32 = 4;

/// Everything the journal says about one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    pub id: Uuid,
    /// `INC-2026-0007`.
    pub number: String,
    /// When it was opened (UTC, happened time) and by whom.
    pub opened: DateTime<Utc>,
    pub opened_by: String,
    pub title: Register<String>,
    pub summary: Register<Option<String>>,
    pub types: Vec<Tag>,
    pub refs: Vec<Tag>,
    pub tlp: Register<Option<Tlp>>,
    pub lead: Register<Option<String>>,
    /// How it was noticed.
    pub source: Register<Option<String>>,
    pub severity: Register<Option<Severity>>,
    pub determination: Register<Option<String>>,
    pub posture: Register<Option<Posture>>,
    pub acknowledged: Register<Option<Acknowledgement>>,
    /// What the incident waits for, when it is on hold.
    pub hold: Register<Option<String>>,
    pub place: Register<Place>,
    pub visits: Vec<Visit>,
    pub tasks: Vec<Task>,
    /// Two people added the same playbook at once: the second instance is the first.
    aliases: BTreeMap<NounId, NounId>,
    pub signals: Vec<Signal>,
    pub components: Vec<Component>,
    #[serde(default)]
    pub indicators: Indicators,
    /// Where each of them stands in that list.
    component_at: BTreeMap<NounId, usize>,
    /// Where each evidence item stands, so that a screen of thousands finds its rows at once.
    #[serde(skip)]
    evidence_at: BTreeMap<NounId, usize>,
    pub approvals: Vec<Granted>,
    /// Decisions, assumptions, requests, measures, timers, declarations.
    pub ledger: Vec<Item>,
    pub evidence: Vec<EvidenceItem>,
    pub notices: Vec<Notice>,
    pub lessons: Vec<Lesson>,
    /// Everybody who was ever on the roster.
    pub roster: Vec<Person>,
    pub handovers: Vec<Handover>,
    /// What was told to whom, and when the next is promised.
    #[serde(default)]
    pub sitreps: Vec<Sitrep>,
    pub improvements: Vec<Improvement>,
    /// Links to other incidents, taken away ones too.
    pub links: Vec<Link>,
    /// What a drill is beside its incident; `None`: it is real.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Box<Drill>>,
    /// The activity log, in the order of its lines. Kept beside the rest in a snapshot, not in it.
    #[serde(skip)]
    pub entries: Vec<Entry>,
    /// Where each of them stands: a list asks for every row it shows.
    #[serde(skip)]
    places: Places,
    /// When the acts that start clocks happened (UTC), by their lines.
    moments: BTreeMap<LineId, DateTime<Utc>>,
    /// What taking a line back would put back.
    backs: BTreeMap<LineId, Vec<Back>>,
    /// A newer casebook wrote something this one must understand to write safely.
    pub read_only: bool,
    /// Words that are hidden, by the entry they are of.
    #[serde(default)]
    redactions: BTreeMap<LineId, Redaction>,
    /// Lines whose words were taken away for good, and evidence files, by their SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    expungings: BTreeMap<LineId, Expunging>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    expunged_files: BTreeMap<String, Expunging>,
    /// Numbers that stood on what was taken away.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    gone_numbers: BTreeSet<String>,
    /// Lines that declare others as gone, with those; and lines that decline.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    declaring: BTreeMap<LineId, Declaring>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    declining: BTreeSet<LineId>,
    /// Lines whose words are gone from this disk.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    stubs: BTreeSet<LineId>,
    /// Lines that stay whatever others declare of them ([`Event::stays`]).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    staying: BTreeSet<LineId>,
    /// Lines that changed who may read it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    closings: BTreeSet<LineId>,
    /// What the last of them says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    readers: Option<Restricted>,
    /// When the last line was written down (UTC).
    pub updated: DateTime<Utc>,
    /// Over the ids of all its lines.
    #[serde(default)]
    pub root: Root,
    /// What a check found wrong with the bytes it was folded from, a sentence each: no line says so of itself.
    #[serde(skip)]
    pub faults: Vec<String>,
}

impl Incident {
    /// What has to stand on everything that tells of a record with faults.
    pub fn doubt(&self) -> Option<String> {
        let (has, explains) = match self.faults.len() {
            0 => return None,
            1 => ("A FAULT".to_owned(), "explains it"),
            n => (format!("{n} FAULTS"), "explains them"),
        };
        Some(format!("THE RECORD HAS {has}: casebook doctor -i {} {explains}", self.number))
    }

    /// Folds lines that stand in order, each once.
    pub fn fold<'a>(id: Uuid, lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let lines: Vec<&Line> = lines.into_iter().collect();
        Self::fold_knowing(id, lines.iter().copied(), lines.iter().copied())
    }

    /// Folds lines, knowing of what others have taken away.
    fn fold_knowing<'a>(
        id: Uuid,
        lines: impl IntoIterator<Item = &'a Line>,
        all: impl IntoIterator<Item = &'a Line>,
    ) -> Self {
        let mut incident = Self::knowing(id, all);
        for line in lines {
            incident.apply(line);
        }
        incident
    }

    /// An incident without a line yet, which knows of what lines to come have taken away.
    fn knowing<'a>(id: Uuid, all: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut incident = Incident { id, ..Incident::default() };
        incident.know_expunged(all);
        incident
    }

    /// The incident as the record had it at a moment (UTC): only lines written down until then, in a drill by
    /// the clock of its story. Words that are hidden now are hidden there, too.
    pub fn as_of(id: Uuid, lines: &[Line], moment: DateTime<Utc>) -> Self {
        let played = |line: &Line| matches!(&line.event, Event::Opened(opened) if opened.drill.is_some());
        if !lines.iter().any(played) {
            let mut then = Self::fold_knowing(id, lines.iter().filter(|line| line.recorded <= moment), lines);
            then.hide_as_in(&Self::veil(id, lines));
            return then;
        }
        let whole = Self::fold(id, lines);
        let written = |line: &&Line| whole.entry_of(line.id).map_or(line.recorded, Entry::written);
        let mut then = Self::fold_knowing(id, lines.iter().filter(|line| written(line) <= moment), lines);
        then.hide_as_in(&whole.redactions);
        then
    }

    /// Obeys one line that nobody else needs: what somebody wrote is moved into the log and not copied.
    pub fn obey(&mut self, mut line: Line) {
        let gone = self.expungings.contains_key(&line.id);
        let Event::Logged(logged) = &mut line.event else { return self.apply(&line) };
        if gone {
            return self.apply(&line);
        }
        // Nothing but its entry holds these two.
        let (text, by, at) = (mem::take(&mut logged.text), mem::take(&mut line.by), self.entries.len());
        self.apply(&line);
        if let Some(entry) = self.entries.get_mut(at) {
            (entry.text, entry.by) = (text, by);
        }
    }

    /// Obeys a line of which nothing was said but words, who wrote them, and when; whoever gives it has its entry, and
    /// looks whether a later line changes that ([`Event::targets`]). `false`: it may be more than that here, and nothing
    /// was done.
    pub fn obey_told(&mut self, id: LineId, recorded: DateTime<Utc>) -> bool {
        if self.drill.is_some() || self.expungings.contains_key(&id) {
            return false;
        }
        self.updated = self.updated.max(recorded);
        self.root.add(id);
        true
    }

    /// Obeys one line. Total: whatever the journal says has happened.
    pub fn apply(&mut self, line: &Line) {
        self.know_expunged([line]);
        let blank = self.without_words(line);
        let line = blank.as_ref().unwrap_or(line);
        self.make(line);
        let told = self.play(line) && !drill::hidden(&line.event);
        if matches!(line.event, Event::Opened(_) | Event::Determined(_) | Event::SeveritySet(_)) {
            self.moments.insert(line.id, line.at());
        }
        let moves = matches!(line.event, Event::PhaseEntered(_) | Event::PlaceRuled(_) | Event::Undone(_));
        let stood = if moves { self.stays() } else { Vec::new() };
        let mut backs = Vec::new();
        for setting in self.settings(&line.event, line.actor(), line.at()) {
            let wrote = setting.clone();
            let tied = matches!(&line.event, Event::SignalRecorded(signal) if signal.ticks.is_empty());
            let over = if tied { self.heads_of(&setting) } else { Vec::new() };
            let over = if tied { &over } else { &line.over };
            backs.extend(self.put(line.id, line.actor(), over, setting).map(|was| Back { wrote, was }));
        }
        if !backs.is_empty() && !matches!(line.event, Event::Opened(_)) {
            self.backs.insert(line.id, backs);
        }
        if let Event::Undone(undone) = &line.event {
            self.take_back(line.id, undone);
        }
        if moves {
            self.leave(&stood, line.at());
        }
        if told {
            let mut entry = self.entry(line);
            self.say_expunged(line, &mut entry);
            self.places.add(line.id, self.entries.len());
            self.entries.push(entry);
        }
        if matches!(line.event, Event::Stub(_)) {
            self.stubs.insert(line.id);
        }
        if line.event.stays() {
            self.staying.insert(line.id);
        }
        if let Event::Restricted(to) = &line.event {
            self.closings.insert(line.id);
            self.readers = Some(to.clone());
        }
        if let Event::Expunged(expunged) = &line.event {
            self.declaring.insert(line.id, Declaring::of(expunged, &self.stubs));
            self.show_expunged(expunged);
        }
        if let Event::ExpungeDeclined(_) = &line.event {
            self.declining.insert(line.id);
        }
        self.updated = self.updated.max(line.recorded);
        self.root.add(line.id);
    }
}

/// Questions people and screens ask.
impl Incident {
    pub fn title(&self) -> &str {
        self.title.get().map_or("(no title: the opening line is missing)", String::as_str)
    }

    pub fn phase(&self) -> Phase {
        self.place.get().map_or(Phase::Detection, |place| place.phase)
    }

    /// Where it stands; `None` only when the opening line is missing.
    pub fn visit(&self) -> Option<&Visit> {
        let place = self.place.get()?;
        self.visits.iter().find(|visit| visit.id == place.visit)
    }

    pub fn closed(&self) -> bool {
        self.place.get().is_some_and(|place| place.ending.is_some())
    }

    /// `open`, `on-hold` or `closed`.
    pub fn status(&self) -> &'static str {
        if self.closed() {
            "closed"
        } else if self.hold.get().is_some_and(Option::is_some) {
            "on-hold"
        } else {
            "open"
        }
    }

    pub fn tlp(&self) -> Option<Tlp> {
        self.tlp.get().copied().flatten()
    }

    pub fn severity(&self) -> Option<&Severity> {
        self.severity.get().and_then(Option::as_ref)
    }

    pub fn lead(&self) -> Option<&str> {
        self.lead.get().and_then(Option::as_deref)
    }

    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().filter(|tag| !tag.undone).map(|tag| tag.word.as_str())
    }

    pub fn has_type(&self, word: &str) -> bool {
        self.types().any(|have| have == word)
    }

    pub fn refs(&self) -> impl Iterator<Item = &str> {
        self.refs.iter().filter(|tag| !tag.undone).map(|tag| tag.word.as_str())
    }

    /// Visits that were not taken back, in order.
    pub fn visits(&self) -> impl DoubleEndedIterator<Item = &Visit> {
        self.visits.iter().filter(|visit| !visit.undone)
    }

    /// The tasks of a visit that were not taken back: required first, as its checklist shows them.
    pub fn checklist<'a>(&'a self, visit: &'a NounId) -> impl Iterator<Item = &'a Task> + 'a {
        self.tasks.iter().filter(move |task| !task.undone && task.visit == *visit)
    }

    /// Open tasks of visits that were left: they stay in sight.
    pub fn left_open(&self) -> impl Iterator<Item = &Task> {
        let here = self.place.get().map(|place| place.visit.clone());
        let alive = |id: &NounId| self.visits().any(|visit| visit.id == *id);
        self.tasks.iter().filter(move |task| {
            !task.undone && !task.settled() && Some(&task.visit) != here.as_ref() && alive(&task.visit)
        })
    }

    pub fn task(&self, id: &NounId) -> Option<&Task> {
        let id = self.aliases.get(id).unwrap_or(id);
        self.tasks.iter().find(|task| task.what.id == *id)
    }

    pub fn component(&self, id: &NounId) -> Option<&Component> {
        self.components.get(*self.component_at.get(id)?)
    }

    /// Components that were not taken back.
    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|component| !component.undone)
    }

    pub fn entry_of(&self, id: LineId) -> Option<&Entry> {
        match self.places.of(id).and_then(|at| self.entries.get(at)).filter(|entry| entry.id == id) {
            Some(entry) => Some(entry),
            None => self.entries.iter().rfind(|entry| entry.id == id),
        }
    }

    /// The approval of a task, if there is one that was not taken back.
    pub fn approval_of(&self, about: &About) -> Option<&Granted> {
        self.approvals.iter().rfind(|granted| !granted.undone && granted.covers(about))
    }

    fn task_mut(&mut self, id: &NounId) -> Option<&mut Task> {
        let id = self.aliases.get(id).unwrap_or(id);
        self.tasks.iter_mut().find(|task| task.what.id == *id)
    }

    fn component_mut(&mut self, id: &NounId) -> Option<&mut Component> {
        self.components.get_mut(*self.component_at.get(id)?)
    }

    /// Where an entry stands in the log.
    fn place_of(&self, id: LineId) -> Option<usize> {
        let at = self.places.of(id).filter(|at| self.entries.get(*at).is_some_and(|entry| entry.id == id));
        at.or_else(|| self.entries.iter().rposition(|entry| entry.id == id))
    }

    fn entry_mut(&mut self, id: LineId) -> Option<&mut Entry> {
        let at = self.place_of(id)?;
        self.entries.get_mut(at)
    }
}
