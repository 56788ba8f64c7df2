//! The list of a screen as it stands in front of somebody: its rows, the cursor, the filter, the marks.

use std::collections::BTreeSet;

use super::Key;
use crate::tui::list::Cursor;

/// A screen's list as it stands in front of somebody.
#[derive(Debug, Default)]
pub struct Shown {
    /// The rows, headings among them.
    pub keys: Vec<Key>,
    pub cursor: Cursor,
    pub filter: String,
    /// Which of the face's orders.
    pub order: usize,
    /// Rows marked with Space.
    pub marked: BTreeSet<Key>,
    /// The row under the cursor, which follows it when rows come and go.
    pub(super) on: Option<Key>,
}

impl Shown {
    /// The row under the cursor.
    pub fn key(&self) -> Option<&Key> {
        self.keys.get(self.cursor.at).filter(|key| !key.passed_over())
    }

    /// The rows an act is about: all that are marked, if the one under the cursor is among them; else that one.
    pub fn in_hand(&self) -> Vec<&Key> {
        match self.key() {
            Some(key) if self.marked.contains(key) => {
                self.keys.iter().filter(|key| self.marked.contains(key)).collect()
            }
            key => key.into_iter().collect(),
        }
    }

    /// The heading the cursor stands under.
    pub fn section(&self) -> Option<&'static str> {
        self.keys.iter().take(self.cursor.at + 1).rev().find_map(|key| match key {
            Key::Section(words) => Some(*words),
            _ => None,
        })
    }

    /// How many things of the record there are; where there are none, how many could be: candidates are no
    /// things yet.
    pub fn len(&self) -> usize {
        let recorded = self.keys.iter().filter(|key| matches!(key, Key::Noun(_) | Key::Line(_))).count();
        let candidates = self.keys.iter().filter(|key| matches!(key, Key::Word(_))).count();
        if recorded > 0 { recorded } else { candidates }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn heading(&self, at: usize) -> bool {
        self.keys.get(at).is_some_and(Key::passed_over)
    }

    /// Leaves a heading in the direction one came from, else in the other.
    pub(super) fn off_heading(&mut self, down: bool, room: usize) {
        let total = self.keys.len();
        let at = self.cursor.at;
        if self.heading(at) {
            let after = (at + 1..total).find(|at| !self.heading(*at));
            let before = (0..at).rev().find(|at| !self.heading(*at));
            let to = if down { after.or(before) } else { before.or(after) };
            self.cursor.go(to.unwrap_or(at), total, room);
        }
        // The first heading stays in sight above the first row.
        if self.cursor.at <= 1 {
            self.cursor.top = 0;
        }
        self.on = self.key().cloned();
    }

    /// Puts the cursor on a row, if it is there.
    pub fn select(&mut self, key: &Key, room: usize) -> bool {
        let at = self.keys.iter().position(|have| have == key);
        if let Some(at) = at {
            self.cursor.go(at, self.keys.len(), room);
            self.on = Some(key.clone());
        }
        at.is_some()
    }
}
