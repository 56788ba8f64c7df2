//! The incident that is open on the screens: its state, what is selected in it, what is new.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::list::{Cursor, holds};
use super::screens::timeline::View;
use super::screens::{Screen, Shown};
use crate::incident::Incident;
use crate::incident::replay::Replay;
use crate::model::entry::Entry;
use crate::model::id::{LineId, NounId};
use crate::model::task::Task;
use crate::model::visit::Visit;

/// The open incident.
#[derive(Debug, Default)]
pub struct Case {
    pub incident: Incident,
    /// The record as it stood when an entry was written: shown instead, and nothing can be written.
    pub as_of: Option<AsOf>,
    /// The visit whose checklist is shown; `None`: the current one.
    pub visit: Option<NounId>,
    pub tasks: Cursor,
    pub log: Cursor,
    /// Entries the filter leaves, as places in `entries`, newest first; `None`: all of them.
    pub log_shown: Option<Vec<u32>>,
    pub task_filter: String,
    pub log_filter: String,
    /// Own lines that are applied here and not yet on the disk.
    pub unsaved: BTreeSet<LineId>,
    /// The last entry I had seen; newer ones stand above the divider "new since you looked".
    pub looked: Option<LineId>,
    /// Contested fields with a word of mine that I was told of.
    pub disputes: BTreeSet<String>,
    /// Rows marked with Space.
    pub marked: BTreeSet<NounId>,
    /// The task and the entry under the cursors, which follow them when rows come and go.
    on: (Option<NounId>, Option<LineId>),
    /// The lists of the screens beside the board.
    lists: [Shown; Screen::MOST],
    /// The first line of the document below the list of documents.
    pub preview: usize,
    /// What the picture of the timeline shows.
    pub time: View,
    /// My seat, if it is a drill.
    pub seat: super::drill::Seat,
    /// What the store says of damaged or unfinished lines, a sentence each. The faults that a check finds name them, too.
    pub damage: Vec<String>,
}

/// A look at the record as it stood.
#[derive(Debug)]
pub struct AsOf {
    pub then: Then,
    /// When the selected entry was written down (UTC).
    pub at: DateTime<Utc>,
    /// Entries that had happened by then and were written down only later.
    pub later: usize,
    /// Where the cursors stood before the look.
    pub cursors: (Cursor, Cursor),
}

/// The record as it stood.
#[derive(Debug)]
pub enum Then {
    /// At one moment.
    Once(Box<Incident>),
    /// With one entry after the other.
    Replay(Box<Replay>),
}

impl AsOf {
    /// The incident as the record had it then.
    pub fn incident(&self) -> &Incident {
        match &self.then {
            Then::Once(incident) => incident,
            Then::Replay(replay) => replay.incident(),
        }
    }
}

impl Case {
    /// An incident as it is shown first: cursors on top, everything seen.
    pub fn of(incident: Incident) -> Self {
        let looked = incident.entries.last().map(|entry| entry.id);
        Self { incident, looked, ..Self::default() }
    }

    /// The list of a screen.
    pub fn list(&self, screen: Screen) -> &Shown {
        &self.lists[usize::from(screen.digit()) - 2]
    }

    /// The list of a screen, to move in.
    pub fn list_mut(&mut self, screen: Screen) -> &mut Shown {
        &mut self.lists[usize::from(screen.digit()) - 2]
    }

    /// What the screens show: the incident, or the record as it stood.
    pub fn shown(&self) -> &Incident {
        self.as_of.as_ref().map_or(&self.incident, AsOf::incident)
    }

    /// The journal that is being stepped through.
    pub fn replay(&self) -> Option<&Replay> {
        match &self.as_of.as_ref()?.then {
            Then::Once(_) => None,
            Then::Replay(replay) => Some(replay),
        }
    }

    /// The visit whose checklist is shown.
    pub fn visit(&self) -> Option<&Visit> {
        let incident = self.shown();
        match &self.visit {
            Some(id) => incident.visits().find(|visit| visit.id == *id),
            None => incident.visit(),
        }
    }

    /// The rows of the checklist pane: the visit's tasks, required before recommended; below them, while
    /// the current visit is shown, the open tasks of visits that were left, each step once.
    pub fn task_rows(&self) -> Vec<&Task> {
        let incident = self.shown();
        let Some(visit) = self.visit() else { return Vec::new() };
        let mut rows: Vec<&Task> = incident.checklist(&visit.id).collect();
        rows.sort_by_key(|task| !task.what.required);
        if self.visit.is_none() {
            // A step that stands anew on a later checklist is done there; its older task would only repeat it.
            let mut later: BTreeSet<&str> =
                rows.iter().filter_map(|task| task.what.playbook_id.as_deref()).collect();
            let mut left: Vec<&Task> = incident.left_open().collect();
            left.reverse();
            left.retain(|task| task.what.playbook_id.as_deref().is_none_or(|step| later.insert(step)));
            left.reverse();
            rows.extend(left);
        }
        if !self.task_filter.is_empty() {
            let words = self.task_filter.to_lowercase();
            rows.retain(|task| words.split_whitespace().all(|w| task.what.title.to_lowercase().contains(w)));
        }
        rows
    }

    /// The task under the cursor.
    pub fn task(&self) -> Option<&Task> {
        self.task_rows().get(self.tasks.at).copied()
    }

    /// How many entries the log pane holds.
    pub fn log_len(&self) -> usize {
        self.log_shown.as_ref().map_or(self.shown().entries.len(), Vec::len)
    }

    /// The entry at a place of the log pane; 0 is the newest.
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        let entries = &self.shown().entries;
        match &self.log_shown {
            Some(shown) => entries.get(*shown.get(at)? as usize),
            None => entries.get(entries.len().checked_sub(at + 1)?),
        }
    }

    /// How many entries are newer than the divider "new since you looked".
    pub fn unseen(&self) -> usize {
        let Some(looked) = self.looked else { return 0 };
        self.shown().entries.iter().rev().take_while(|entry| entry.id != looked).count()
    }

    /// Everything in the log has been seen.
    pub fn look(&mut self) {
        self.looked = self.incident.entries.last().map(|entry| entry.id);
    }

    /// Remembers what the cursors stand on.
    pub fn remember(&mut self) {
        let task = self.task().map(|task| task.id().clone());
        self.on = (task, self.entry(self.log.at).map(|entry| entry.id));
    }

    /// Lines were applied: the cursors stay on what they stood on. A log that nobody walks in
    /// (`watching`) goes on showing its newest entry.
    pub fn follow(&mut self, rooms: (usize, usize), watching: bool) {
        if self.as_of.is_some() {
            return;
        }
        self.refilter_log();
        let rows = self.task_rows();
        let total = rows.len();
        // A task that is gone went with its checklist; the new one is begun at its top.
        let at = rows.iter().position(|task| Some(task.id()) == self.on.0.as_ref()).unwrap_or(0);
        self.tasks.go(at, total, rooms.0);
        let total = self.log_len();
        if watching && self.log.at == 0 {
            return;
        }
        let found = (0..total).find(|at| self.entry(*at).map(|entry| entry.id) == self.on.1);
        if let Some(at) = found {
            // The rows in sight stay where they are, too.
            self.log.top += if self.log.top > 0 { at.saturating_sub(self.log.at) } else { 0 };
            self.log.go(at, total, rooms.1);
        }
    }

    /// Ends the look at another time.
    pub fn back_to_now(&mut self) {
        if let Some(as_of) = self.as_of.take() {
            (self.tasks, self.log) = as_of.cursors;
            self.refilter_log();
        }
    }

    /// Finds again which entries the filter leaves.
    pub fn refilter_log(&mut self) {
        let words = self.log_filter.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            self.log_shown = None;
            return;
        }
        let keeps = |entry: &Entry| {
            let named = |word: &&str| {
                holds(entry.shown(), word) || holds(entry.actor(), word) || holds(entry.kind.word(), word)
            };
            words.iter().all(named)
        };
        let entries = (0u32..).zip(&self.shown().entries);
        let mut shown: Vec<u32> = entries.filter(|(_, entry)| keeps(entry)).map(|(at, _)| at).collect();
        shown.reverse();
        self.log_shown = Some(shown);
    }
}
