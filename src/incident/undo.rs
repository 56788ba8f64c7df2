//! Taking an act back: an event of its own that restores what stood before and strikes what was made.

use serde::{Deserialize, Serialize};

use super::Incident;
use super::setting::Back;
use crate::model::desk::Desk;
use crate::model::entry::{Entry, Kind};
use crate::model::id::LineId;
use crate::model::refusal::Refusal;

/// An act was taken back. It stays in the record, struck through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undone {
    pub target: LineId,
    /// For people: what the act was, in the words of the log.
    pub kind: String,
    pub from: String,
    /// The values that hold again.
    #[serde(default, rename = "to", skip_serializing_if = "Vec::is_empty")]
    pub back: Vec<Back>,
}

impl Incident {
    /// The acts `by` could take back, newest first.
    pub fn undoable<'a>(&'a self, by: &'a str) -> impl Iterator<Item = &'a Entry> + 'a {
        self.entries.iter().rev().filter(move |entry| {
            entry.by == by
                && entry.undone_by.is_none()
                && !matches!(entry.kind, Kind::Undo | Kind::Opened | Kind::Unknown)
        })
    }

    /// Judges taking back one act: the one named, else the last of mine.
    ///
    /// # Errors
    /// Refuses when there is none, when it was taken back already, or when a later act stands on it.
    pub(super) fn decide_undo(
        &self,
        target: Option<LineId>,
        desk: &Desk<'_>,
    ) -> Result<Option<Undone>, Refusal> {
        let entry = match target {
            Some(id) => self.entry_of(id).ok_or_else(|| Refusal::refused("No entry has that id."))?,
            None => self.undoable(&desk.by).next().ok_or_else(|| {
                Refusal::refused(format!("{} has nothing to take back in {}.", desk.by, self.number))
                    .hint("Name an entry to take back: casebook undo REF.")
            })?,
        };
        if entry.undone_by.is_some() {
            return Ok(None);
        }
        if matches!(entry.kind, Kind::Undo | Kind::Opened | Kind::Unknown) {
            let what = match entry.kind {
                Kind::Opened => {
                    "The opening of an incident cannot be taken back; close it with a disposition instead."
                }
                Kind::Undo => "Taking back is not taken back itself; do the act again.",
                _ => "This entry was written by a newer casebook; take it back there.",
            };
            return Err(Refusal::refused(what));
        }
        let back = self.backs.get(&entry.id).cloned().unwrap_or_default();
        if let Some(later) = self.stands_on(entry.id, &back) {
            return Err(Refusal::refused(format!(
                "A later act stands on it: {} {:?} by {}.",
                later.kind.word(),
                short(later.shown()),
                later.by
            ))
            .hint(format!("Take that one back first: casebook undo {}", later.id.short(10))));
        }
        Ok(Some(Undone {
            target: entry.id,
            kind: entry.kind.word().to_owned(),
            from: short(entry.shown()),
            back,
        }))
    }

    /// The later act that would be left hanging if `line` were taken back.
    fn stands_on(&self, line: LineId, back: &[Back]) -> Option<&Entry> {
        // A field it wrote has been written again since.
        for field in back {
            let heads = self.heads_of(&field.wrote);
            if !heads.contains(&line) {
                return heads.into_iter().rev().find_map(|head| self.entry_of(head));
            }
        }
        // A task or component it made has been worked on since.
        let made_tasks = self.tasks.iter().filter(|task| task.line == line);
        let worked = made_tasks
            .flat_map(|task| task.progress.heads().chain(task.assignee.heads()).chain(task.due.heads()));
        let made_components = self.components.iter().filter(|component| component.line == line);
        let staged = made_components.flat_map(|component| component.stage.heads());
        worked.chain(staged).filter(|head| *head != line).find_map(|head| self.entry_of(head))
    }

    /// Puts back the values the target replaced and strikes what it made.
    pub(super) fn take_back(&mut self, by: LineId, undone: &Undone) {
        let target = undone.target;
        for field in &undone.back {
            self.put_back(target, field);
        }
        let first = self.entry_of(target).and_then(|entry| entry.batch.as_ref()).map(|batch| batch.0);
        for entry in self.entries.iter_mut().rev() {
            let whole_batch = first.is_some() && entry.batch.as_ref().map(|batch| batch.0) == first;
            if entry.id == target || whole_batch || Some(entry.id) == first {
                entry.undone_by = Some(by);
                if first.is_none() {
                    break;
                }
            }
        }
        for visit in self.visits.iter_mut().filter(|visit| visit.line == target) {
            visit.undone = true;
        }
        for side in self.place.sides() {
            for visit in self.visits.iter_mut().filter(|visit| visit.id == side.value.visit) {
                visit.left = None;
            }
        }
        self.tasks.iter_mut().filter(|task| task.line == target).for_each(|task| task.undone = true);
        self.signals.iter_mut().filter(|signal| signal.line == target).for_each(|s| s.undone = true);
        self.approvals.iter_mut().filter(|granted| granted.line == target).for_each(|g| g.undone = true);
        self.components.iter_mut().filter(|c| c.line == target).for_each(|c| c.undone = true);
        self.types
            .iter_mut()
            .chain(&mut self.refs)
            .filter(|tag| tag.line == target)
            .for_each(|t| t.undone = true);
        let corrects = self.entry_of(target).is_some_and(|entry| entry.kind == Kind::Correction);
        for entry in self.entries.iter_mut().filter(|_| corrects) {
            entry.corrections.iter_mut().filter(|c| c.line == target).for_each(|c| c.undone = true);
        }
    }
}

/// The beginning of a text, on one line.
fn short(text: &str) -> String {
    let mut short: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
