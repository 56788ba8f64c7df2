//! Taking an act back: an event of its own that restores what stood before and strikes what was made.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Incident;
use super::setting::Back;
use crate::model::desk::Desk;
use crate::model::entry::{Entry, Kind};
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::register::Register;

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
    /// The same for the other lines of an action that needed several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

/// A line that is taken back with the one that was named, and the values that hold again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Also {
    pub line: LineId,
    #[serde(rename = "to")]
    pub back: Vec<Back>,
}

impl Incident {
    /// The acts of `by`, newest first, also those that cannot be taken back.
    fn acts<'a>(&'a self, by: &'a str) -> impl Iterator<Item = &'a Entry> + 'a {
        self.entries.iter().rev().filter(move |entry| {
            entry.by == by
                && entry.undone_by.is_none()
                && !matches!(entry.kind, Kind::Undo | Kind::Opened | Kind::Inject | Kind::Drill)
                && !self.said_in_drill(entry.id)
        })
    }

    /// Whether undo has nothing to say about an act of this sort: rights, words that are gone, what is not known here.
    fn stays_done(&self, entry: &Entry) -> bool {
        entry.kind == Kind::Unknown || self.of_expunging(entry.id) || self.closings.contains(&entry.id)
    }

    /// The acts `by` could take back, newest first.
    pub fn undoable<'a>(&'a self, by: &'a str) -> impl Iterator<Item = &'a Entry> + 'a {
        self.acts(by).filter(|entry| !self.stays_done(entry))
    }

    /// The last act of `by`, if it can be taken back: undo takes no older one in its place.
    pub fn last_undoable<'a>(&'a self, by: &'a str) -> Option<&'a Entry> {
        self.acts(by).next().filter(|entry| !self.stays_done(entry))
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
        let Some(id) = target else {
            let last = self.acts(&desk.by).next().ok_or_else(|| {
                Refusal::refused(format!("{} has nothing to take back in {}.", desk.by, self.number))
                    .hint("Name an entry to take back: casebook undo REF.")
            })?;
            let judged = self.decide_undo(Some(last.id), desk);
            return if self.stays_done(last) { judged.map_err(not_the_last) } else { judged };
        };
        let entry = self.entry_of(id).ok_or_else(|| Refusal::refused("No entry has that id."))?;
        if entry.undone_by.is_some() {
            return Ok(None);
        }
        if self.closings.contains(&entry.id) {
            return Err(Refusal::refused(
                "Who may read it is a matter of rights, which undo does not change.",
            )
            .hint("casebook restrict --end gives it back to all readers of the store."));
        }
        if let Some(refusal) = self.not_taken_back(entry.id) {
            return Err(refusal);
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
        let played = matches!(entry.kind, Kind::Inject | Kind::Drill) || self.said_in_drill(entry.id);
        if played {
            return Err(Refusal::refused(
                "What was played in a drill is not taken back; the first answer stands.",
            )
            .hint("Say what changed in the log: casebook log \"…\""));
        }
        let together = self.together(entry.id);
        if let Some(item) = together.iter().find_map(|line| self.firm(*line)) {
            return Err(Refusal::refused(format!(
                "What was taken into custody, handed over or checked is not taken back: {}.",
                item.label()
            ))
            .hint(format!(
                "Correct it: casebook evidence edit {number} …; a mistaken item: casebook evidence withdraw {number} --reason \"…\"",
                number = item.label()
            )));
        }
        let refused = together.iter().filter_map(|line| self.entry_of(*line));
        let said = |entry| self.handed_over(entry).or_else(|| self.told_already(entry));
        if let Some(refusal) = refused.filter_map(said).next() {
            return Err(refusal);
        }
        if let Some(notice) = self.notices.iter().find(|n| n.sends.iter().any(|line| together.contains(line)))
        {
            return Err(Refusal::refused(format!(
                "{} was sent, and what was sent is not taken back.",
                notice.label()
            ))
            .hint(format!(
                "casebook notice sent {} --ref NUMBER corrects what is known about it.",
                notice.label()
            )));
        }
        let back_of = |line: &LineId| self.backs.get(line).cloned().unwrap_or_default();
        let others = together.iter().filter(|line| **line != entry.id);
        let also: Vec<Also> = others
            .map(|line| Also { line: *line, back: back_of(line) })
            .filter(|also| !also.back.is_empty())
            .collect();
        let back = back_of(&entry.id);
        let stands_on = |line: &LineId| self.stands_on(*line, &back_of(line), &together);
        if let Some(later) = together.iter().find_map(stands_on) {
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
            also,
        }))
    }

    /// The lines of the action this one belongs to, which is itself unless it was a batch.
    pub(super) fn together(&self, line: LineId) -> BTreeSet<LineId> {
        let Some(first) = self.entry_of(line).and_then(|entry| entry.batch.as_ref()).map(|batch| batch.0)
        else {
            return BTreeSet::from([line]);
        };
        let same =
            |entry: &&Entry| entry.id == first || entry.batch.as_ref().is_some_and(|batch| batch.0 == first);
        self.entries.iter().filter(same).map(|entry| entry.id).collect()
    }

    /// The later act that would be left hanging if `line` were taken back together with its batch.
    fn stands_on(&self, line: LineId, back: &[Back], together: &BTreeSet<LineId>) -> Option<&Entry> {
        // A field it wrote has been written again since.
        for field in back {
            let heads = self.heads_of(&field.wrote);
            if !heads.contains(&line) {
                let mut later = heads.into_iter().rev().filter(|head| !together.contains(head));
                if let Some(entry) = later.find_map(|head| self.entry_of(head)) {
                    return Some(entry);
                }
            }
        }
        // A task or component it made has been worked on since.
        let made_tasks = self.tasks.iter().filter(|task| task.line == line);
        let worked = made_tasks
            .flat_map(|task| task.progress.heads().chain(task.assignee.heads()).chain(task.due.heads()));
        let made_components = self.components.iter().filter(|component| component.line == line);
        let said = self.indicators.standing_on(&line).into_iter();
        let staged = made_components.flat_map(|component| {
            let said = component.details.values().flat_map(Register::heads);
            component.stage.heads().chain(said).chain(component.steps().map(|step| step.line))
        });
        let made_items = self.evidence.iter().filter(|item| item.line == line);
        let edited = made_items.flat_map(|item| {
            item.taken.iter().map(|taken| taken.line).chain(item.details.values().flat_map(Register::heads))
        });
        let made_actions = self.improvements.iter().filter(|action| action.line == line);
        let improved = made_actions
            .flat_map(|action| action.state.heads().chain(action.owner.heads()).chain(action.due.heads()));
        let made_notices = self.notices.iter().filter(|notice| notice.line == line);
        let sent = made_notices.flat_map(|notice| notice.standing.heads().chain(notice.started.heads()));
        worked
            .chain(staged)
            .chain(edited)
            .chain(said)
            .chain(sent)
            .chain(self.ledger_worked(line))
            .chain(improved)
            .chain(self.told_of_people(line))
            .filter(|head| !together.contains(head))
            .find_map(|head| self.entry_of(head))
    }

    /// Puts back the values the target replaced and strikes what it made.
    pub(super) fn take_back(&mut self, by: LineId, undone: &Undone) {
        let target = undone.target;
        for also in undone.also.iter().rev() {
            also.back.iter().for_each(|field| self.put_back(also.line, field));
        }
        for field in &undone.back {
            self.put_back(target, field);
        }
        let gone = self.together(target);
        let struck = self.entries.iter_mut().rev().filter(|entry| gone.contains(&entry.id));
        struck.take(gone.len()).for_each(|entry| entry.undone_by = Some(by));
        for visit in self.visits.iter_mut().filter(|visit| gone.contains(&visit.line)) {
            visit.undone = true;
        }
        self.tasks.iter_mut().filter(|task| gone.contains(&task.line)).for_each(|task| task.undone = true);
        self.signals.iter_mut().filter(|signal| gone.contains(&signal.line)).for_each(|s| s.undone = true);
        self.approvals
            .iter_mut()
            .filter(|granted| gone.contains(&granted.line))
            .for_each(|g| g.undone = true);
        self.strike_ledger(|line| gone.contains(line));
        self.notices.iter_mut().filter(|n| gone.contains(&n.line)).for_each(|n| n.undone = true);
        self.evidence.iter_mut().filter(|item| gone.contains(&item.line)).for_each(|e| e.undone = true);
        self.indicators.strike(|line| gone.contains(line));
        self.lessons.iter_mut().filter(|it| gone.contains(&it.line)).for_each(|it| it.undone = true);
        self.improvements.iter_mut().filter(|it| gone.contains(&it.line)).for_each(|it| it.undone = true);
        for component in &mut self.components {
            component.undone |= gone.contains(&component.line);
            let steps = component.history.iter_mut().filter(|step| gone.contains(&step.line));
            steps.for_each(|step| step.undone = true);
        }
        self.roster.iter_mut().filter(|p| gone.contains(&p.line)).for_each(|p| p.undone = true);
        self.handovers.iter_mut().filter(|h| gone.contains(&h.line)).for_each(|h| h.undone = true);
        self.types
            .iter_mut()
            .chain(&mut self.refs)
            .filter(|tag| gone.contains(&tag.line))
            .for_each(|t| t.undone = true);
        let corrects =
            |line: &LineId| self.entry_of(*line).is_some_and(|entry| entry.kind == Kind::Correction);
        let corrects = gone.iter().any(corrects);
        for entry in self.entries.iter_mut().filter(|_| corrects) {
            entry.corrections.iter_mut().filter(|c| gone.contains(&c.line)).for_each(|c| c.undone = true);
            entry.markings.iter_mut().filter(|m| gone.contains(&m.line)).for_each(|m| m.undone = true);
        }
        self.reveal(&gone);
    }
}

/// Of the last act, which was not named: an older one is taken back where somebody names it.
fn not_the_last(why: Refusal) -> Refusal {
    let (first, rest) = why.message.split_at(why.message.chars().next().map_or(0, char::len_utf8));
    let hint =
        why.hint.map(|hint| format!("{} ", hint.trim_end_matches('.').to_owned() + ".")).unwrap_or_default();
    Refusal::refused(format!("The last act cannot be taken back: {}{rest}", first.to_lowercase()))
        .hint(format!("{hint}An older act: casebook undo REF"))
}

/// The beginning of a text, on one line.
fn short(text: &str) -> String {
    let mut short: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
