//! Judgement of what belongs to the incident as a whole: its head, its triage, its lists.

use super::Incident;
use super::command::{AddTask, Stay};
use crate::model::desk::Desk;
use crate::model::entry::{Correct, Corrected};
use crate::model::head::{Change, Edit, Edited, SetSeverity, SeveritySet};
use crate::model::lane::{EntryMarked, MarkEntry};
use crate::model::lifecycle::lifecycle;
use crate::model::playbook::GENERIC;
use crate::model::refusal::Refusal;
use crate::model::severity::{Assessment, Override, Severity};
use crate::model::task::{NewTask, TaskAdded};
use crate::model::taxonomy::{Determination, Posture, TAXONOMY};
use crate::model::text;
use crate::model::triage::{Acknowledged, Determine, Determined, PostureSet, SetPosture};
use crate::model::visit::{HoldSet, Stayed};

impl Incident {
    pub(super) fn edit(&self, edit: &Edit, desk: &Desk<'_>) -> Result<Option<Edited>, Refusal> {
        fn change<T: PartialEq + Clone>(from: T, to: T, contested: bool) -> Option<Change<T>> {
            (from != to || contested).then_some(Change { from, to })
        }
        let mut edited = Edited::default();
        if let Some(to) = &edit.title {
            let to = text::title(to)?;
            edited.title = change(self.title().to_owned(), to, self.title.contested().is_some());
        }
        if let Some(to) = &edit.summary {
            let to = Some(text::body(to)?);
            edited.summary =
                change(self.summary.get().cloned().flatten(), to, self.summary.contested().is_some());
        }
        if let Some(to) = edit.tlp {
            edited.tlp = change(self.tlp(), Some(to), self.tlp.contested().is_some());
        }
        if let Some(to) = &edit.lead {
            let to = if to.trim().is_empty() { None } else { Some(text::name(to)?) };
            edited.lead = change(self.lead().map(str::to_owned), to, self.lead.contested().is_some());
        }
        if let Some(to) = &edit.source {
            let to = Some(source(to)?);
            edited.source =
                change(self.source.get().cloned().flatten(), to, self.source.contested().is_some());
        }
        for word in &edit.refs {
            let word = text::name(word)?;
            if !self.refs().any(|have| have == word) && !edited.refs_added.contains(&word) {
                edited.refs_added.push(word);
            }
        }
        let added = known_types(&edit.types, desk)?;
        edited.types_added = added.into_iter().filter(|word| !self.has_type(word)).collect();
        let here = self.place.get();
        // The playbooks are not read for a title.
        let steps = match &edited.types_added[..] {
            [] => Vec::new(),
            types => desk.playbooks.steps(types, self.phase()),
        };
        for (k, step) in (1..).zip(steps) {
            let have = here.is_some_and(|place| {
                self.checklist(&place.visit).any(|task| task.what.playbook_id.as_deref() == Some(&step.id))
            });
            if !have {
                edited.tasks.push(NewTask::from_step(desk.id(k), step));
            }
        }
        if edited.changes_nothing() {
            return Ok(None);
        }
        edited.ticks = self.classified_by(edited.types_added.len(), false, edited.tlp.is_some());
        Ok(Some(edited))
    }

    pub(super) fn set_severity(&self, set: &SetSeverity) -> Result<Option<SeveritySet>, Refusal> {
        let confirmed = self.determination.get().and_then(Option::as_deref) == Some("confirmed");
        let before = self.severity();
        let assessed = set.impact.clone().map(|impact| Assessment::of(impact, confirmed));
        let to = match (set.level, assessed) {
            (Some(level), assessed) => {
                let reason = reason(set.reason.as_deref())?.ok_or_else(|| {
                    Refusal::refused("A severity set by hand needs a reason.")
                        .hint(format!("casebook severity {} --reason \"…\"; without a level, give the impact: casebook severity --functional high …", level.number()))
                })?;
                let assessed = assessed.or_else(|| before.and_then(|severity| severity.assessed.clone()));
                Severity::overridden(Override { level, reason }, assessed)
            }
            (None, Some(assessed)) => Severity::assessed(assessed),
            (None, None) => {
                return Err(Refusal::misused("A severity is a level from 1 to 5, or answers on the impact.")
                    .hint("casebook severity 2 --reason \"…\", or casebook severity --functional high --information suspected --recoverability regular"));
            }
        };
        if before == Some(&to) && self.severity.contested().is_none() {
            return Ok(None);
        }
        Ok(Some(SeveritySet { from: before.cloned(), to, ticks: self.classified_by(0, true, false) }))
    }

    pub(super) fn acknowledge(&self, desk: &Desk<'_>) -> Option<Acknowledged> {
        let from = self.acknowledged.get().and_then(Option::as_ref).map(|ack| ack.by.clone());
        let to = desk.actor().to_owned();
        (from.as_ref() != Some(&to) || self.acknowledged.contested().is_some()).then(|| Acknowledged {
            from,
            to,
            ticks: self.ticked_by("ack"),
        })
    }

    pub(super) fn determine(&self, determine: &Determine) -> Result<Option<Determined>, Refusal> {
        let to = Determination::parse(&determine.to)?.id().to_owned();
        let from = self.determination.get().cloned().flatten();
        if from.as_ref() == Some(&to) && self.determination.contested().is_none() {
            return Ok(None);
        }
        let reason = reason(determine.reason.as_deref())?;
        Ok(Some(Determined { from, to, reason, ticks: self.ticked_by("determine") }))
    }

    pub(super) fn set_posture(&self, set: &SetPosture) -> Result<Option<PostureSet>, Refusal> {
        let from: Option<Posture> = self.posture.get().copied().flatten();
        if from == Some(set.to) && self.posture.contested().is_none() {
            return Ok(None);
        }
        let reason = reason(set.reason.as_deref())?;
        Ok(Some(PostureSet { from, to: set.to, reason, ticks: self.ticked_by("posture") }))
    }

    pub(super) fn correct(&self, correct: &Correct) -> Result<Option<Corrected>, Refusal> {
        let entry = self.entry_of(correct.entry).ok_or_else(|| {
            Refusal::refused("No entry has that id.").hint("casebook activity shows the ids.")
        })?;
        if !entry.kind.written() {
            return Err(Refusal::refused(format!(
                "Only words that somebody wrote are corrected; this is a {} line.",
                entry.kind.word()
            ))
            .hint("Take it back with casebook undo, or do the act again."));
        }
        let to = text::body(&correct.text)?;
        let from = entry.shown().to_owned();
        Ok((from != to).then_some(Corrected { target: correct.entry, from, to }))
    }

    pub(super) fn mark_entry(&self, mark: &MarkEntry) -> Result<Option<EntryMarked>, Refusal> {
        let entry = self.entry_of(mark.entry).ok_or_else(|| {
            Refusal::refused("No entry has that id.").hint("casebook activity shows the ids.")
        })?;
        if !entry.kind.written() {
            return Err(Refusal::refused(format!(
                "Only what somebody wrote has a lane, a source and techniques; this is a {} line.",
                entry.kind.word()
            ))
            .hint("Record what is known as an entry: casebook log TEXT --actor --technique T1486."));
        }
        mark.marks.decide(entry)
    }

    pub(super) fn stay(&self, stay: &Stay) -> Result<Stayed, Refusal> {
        let reason = reason(Some(&stay.reason))?.ok_or_else(|| {
            Refusal::refused("Staying after looking at a way back is recorded with its reason.")
                .hint("Say in a sentence why the incident stays here.")
        })?;
        let known = |word: &&String| !lifecycle().reason_categories.contains(*word);
        if let Some(word) = stay.category.as_ref().filter(known) {
            return Err(Refusal::misused(format!("{word:?} is no reason category."))
                .hint(format!("One of: {}.", lifecycle().reason_categories.join(", "))));
        }
        Ok(Stayed {
            phase: self.phase(),
            reason,
            category: stay.category.clone(),
            component: stay.component.clone(),
        })
    }

    pub(super) fn set_hold(&self, to: Option<&str>) -> Result<Option<HoldSet>, Refusal> {
        let from = self.hold.get().cloned().flatten();
        let to = match to {
            Some(words) => Some(reason(Some(words))?.ok_or_else(|| {
                Refusal::refused("Putting an incident on hold needs a word on what it waits for.")
                    .hint("casebook hold --reason \"waiting for the provider\"")
            })?),
            None => None,
        };
        Ok((from != to || self.hold.contested().is_some()).then_some(HoldSet { from, to }))
    }

    pub(super) fn add_task(&self, add: &AddTask, desk: &Desk<'_>) -> Result<TaskAdded, Refusal> {
        let place = self.place.get().ok_or_else(|| {
            Refusal::refused(
                "The opening line of this incident is missing, so there is no checklist to add to.",
            )
            .hint("casebook verify names the damage.")
        })?;
        Ok(TaskAdded {
            visit: place.visit.clone(),
            phase: place.phase,
            task: NewTask {
                id: desk.id(0),
                playbook_id: None,
                title: text::title(&add.title)?,
                text: add.text.as_deref().map(text::body).transpose()?.unwrap_or_default(),
                why: String::new(),
                role: add.role.as_deref().map(text::name).transpose()?.unwrap_or_default(),
                required: add.required,
                needs_authorisation: false,
                act: None,
                origin: None,
            },
            assignee: add.assignee.as_deref().map(|to| self.assignee_meant(to)).transpose()?,
            due: add.due,
        })
    }
}

/// A reason as it goes on record; blank words are none.
pub(super) fn reason(words: Option<&str>) -> Result<Option<String>, Refusal> {
    match words.map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) => text::reason(words).map(Some),
        None => Ok(None),
    }
}

pub(super) fn source(words: &str) -> Result<String, Refusal> {
    Ok(TAXONOMY.source(words)?.id.clone())
}

/// The types as words, each once; `generic` always applies and is not named.
pub(super) fn known_types(words: &[String], desk: &Desk<'_>) -> Result<Vec<String>, Refusal> {
    let mut types: Vec<String> = Vec::new();
    for word in words {
        let word = word.trim().to_lowercase();
        if desk.playbooks.get(&word).is_none() {
            let all: Vec<&str> = desk
                .playbooks
                .all()
                .map(|playbook| playbook.id.as_str())
                .filter(|id| *id != GENERIC)
                .collect();
            return Err(Refusal::misused(format!("{} is no incident type.", text::quoted(&word)))
                .hint(format!("One of: {}.", all.join(", "))));
        }
        if word != GENERIC && !types.contains(&word) {
            types.push(word);
        }
    }
    Ok(types)
}
