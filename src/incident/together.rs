//! Several commands that are one act: each judged against what stands, and no number given twice among them.

use std::collections::BTreeSet;

use super::Incident;
use super::command::Command;
use super::event::Event;
use super::line::Draft;
use crate::model::desk::Desk;
use crate::model::refusal::Refusal;

impl Incident {
    /// Judges commands that are one act; nothing for those that are so already. Each needs a desk with ids of
    /// its own, by its place in the act.
    ///
    /// # Errors
    /// The first refusal; then nothing of the act is done.
    pub fn decide_all<'a>(
        &self,
        commands: &[Command],
        mut desk: impl FnMut(u32) -> Desk<'a>,
    ) -> Result<Vec<Draft>, Refusal> {
        let mut drafts = Vec::with_capacity(commands.len());
        for (k, command) in (0..).zip(commands) {
            drafts.extend(self.decide(command, &desk(k))?);
        }
        number_apart(&mut drafts);
        Ok(drafts)
    }
}

/// Moves a number on that an earlier part of the act took: every command saw the same last number.
fn number_apart(drafts: &mut [Draft]) {
    let mut taken = BTreeSet::new();
    for draft in drafts {
        for number in given(&mut draft.event) {
            while taken.contains(number) {
                *number = after(number);
            }
            taken.insert(number.clone());
        }
    }
}

/// `E-004` after `E-003`, `N-10` after `N-9`.
fn after(number: &str) -> String {
    let (letter, digits) = number.rsplit_once('-').unwrap_or(("", number));
    let next = digits.parse::<u32>().unwrap_or(0).saturating_add(1);
    format!("{letter}-{next:0width$}", width = digits.len())
}

/// The numbers for papers that an event gives.
fn given(event: &mut Event) -> Vec<&mut String> {
    match event {
        Event::DecisionTaken(it) => vec![&mut it.number],
        Event::AssumptionMade(it) => vec![&mut it.number],
        Event::ApprovalRequested(it) => it.requests.iter_mut().map(|one| &mut one.number).collect(),
        Event::ApprovalRefused(it) if it.answers.is_empty() => vec![&mut it.number],
        Event::MeasurePut(it) => vec![&mut it.0.number],
        Event::TimerSet(it) => vec![&mut it.number],
        Event::EvidenceRequested(it) => vec![&mut it.number],
        Event::EvidenceAdded(it) => vec![&mut it.number],
        Event::NoticeStarted(it) => vec![&mut it.number],
        Event::NoticeAdded(it) => vec![&mut it.number],
        Event::NoticeSent(it) => it.next.iter_mut().map(|next| &mut next.number).collect(),
        Event::LessonRecorded(it) => vec![&mut it.number],
        Event::ImprovementAdded(it) => vec![&mut it.number],
        _ => Vec::new(),
    }
}
