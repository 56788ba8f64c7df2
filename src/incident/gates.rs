//! What a move warns of: each gate looks at the live facts across the nouns. Gates tell; they never block.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Incident;
use super::approvals::{Lack, lack_words};
use crate::model::component::{Component, Stage};
use crate::model::evidence::EvidenceItem;
use crate::model::ledger::approval::About;
use crate::model::lifecycle::{Gate, Level, lifecycle};
use crate::model::task::{State, Task};

/// The debt a move or a done task leaves behind when it wanted an approval and had none.
pub const AUTHORISATION_OWED: &str = "authorisation-owed";
/// The debt of cutting before understanding.
pub const ANALYSIS_OWED: &str = "analysis-owed";
/// The debt of returning to business before removing the cause.
pub const ERADICATION_OWED: &str = "eradication-owed";

/// A gate that has something to say, with what is open.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    pub gate: Gate,
    pub level: Level,
    /// What the gate watches, one sentence.
    pub message: String,
    /// What is open right now, with names.
    pub fact: String,
}

/// Something still owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Debt {
    pub id: String,
    /// For people.
    pub shown: String,
}

impl Incident {
    /// The gates of this list that have something to say at `now`.
    pub fn findings(&self, gates: &[Gate], now: DateTime<Utc>) -> Vec<Finding> {
        gates
            .iter()
            .filter_map(|gate| {
                let text = lifecycle().gate(*gate)?;
                let fact = self.fact(*gate, now)?;
                Some(Finding { gate: *gate, level: text.level, message: text.message.clone(), fact })
            })
            .collect()
    }

    /// What is open at a gate; `None` = nothing.
    fn fact(&self, gate: Gate, now: DateTime<Utc>) -> Option<String> {
        match gate {
            Gate::NoSignal => self.signals.iter().all(|s| s.undone).then(|| "no signal recorded".to_owned()),
            Gate::NoOwner => self
                .acknowledged
                .get()
                .is_none_or(Option::is_none)
                .then(|| "nobody has acknowledged".to_owned()),
            Gate::NoLead => self.lead().is_none().then(|| "no lead named".to_owned()),
            Gate::Unclassified => self.unclassified(),
            Gate::Unconfirmed => {
                let said = self.determination.get().and_then(Option::as_deref).unwrap_or("nothing");
                matches!(said, "nothing" | "suspected").then(|| format!("determined so far: {said}"))
            }
            Gate::EmptyScope => {
                self.components().next().is_none().then(|| "no component is listed".to_owned())
            }
            Gate::VolatileEvidence => self.named(|c| {
                c.live() && !c.stage().out() && c.stage() != Stage::Suspected && !self.kept(c, 1..=3)
            }),
            Gate::PostureUnset => {
                self.posture.get().is_none_or(Option::is_none).then(|| "watch or cut: not chosen".to_owned())
            }
            Gate::UncontainedComponents => self.named(|c| c.uncontained()),
            Gate::UneradicatedComponents => self.named(|c| c.uneradicated()),
            Gate::UnrestoredComponents => self.named(|c| c.unrestored()),
            Gate::EvidenceBeforeChange => self.without_image(),
            Gate::ScopeUnstable => {
                let began = self.visit()?.entered;
                self.named(|c| c.added > began)
            }
            Gate::ApprovalMissing => self.approvals_missing(now),
            Gate::ClocksOpen => joined(self.notices().filter(|notice| notice.running(now)).map(|notice| {
                match notice.overdue(now) {
                    true => format!("{} (OVERDUE)", notice.name),
                    false => notice.name.clone(),
                }
            })),
            Gate::RequiredTasksOpen => {
                let here = &self.place.get()?.visit;
                let open = self.checklist(here).filter(|task| task.what.required && !task.settled()).count();
                (open > 0)
                    .then(|| format!("{open} required {} open", if open == 1 { "task" } else { "tasks" }))
            }
            Gate::CustodyGaps => {
                joined(self.evidence.iter().filter(|item| item.gap()).map(EvidenceItem::label))
            }
            Gate::ActionsUnowned => joined(
                self.improvements
                    .iter()
                    .filter(|action| action.open() && !action.owned())
                    .map(|action| format!("{} {}", self.action_number(action), action.title)),
            ),
            Gate::DispositionMissing => Some("no disposition given".to_owned()),
            Gate::LegalHold => self.answered(gate).then(|| "a legal hold is active".to_owned()),
            Gate::ContainmentUnverified => self.containment_unverified(),
            Gate::CauseUnknown
            | Gate::SecretsNotRotated
            | Gate::RestoreSourceUnverified
            | Gate::MonitoringOpen
            | Gate::ReportMissing => (!self.answered(gate)).then(|| self.unanswered(gate)),
            Gate::Authorisation => None,
        }
    }

    /// Containment nobody has seen hold. A component that was seen to hold answers for itself; the task of
    /// looking answers for all that were contained before it was settled.
    fn containment_unverified(&self) -> Option<String> {
        let gate = Gate::ContainmentUnverified;
        let answer = lifecycle().gate(gate).and_then(|text| text.answered_by_task.as_deref());
        let looked = self
            .living_tasks()
            .filter(|task| task.what.playbook_id.as_deref() == answer && task.settled())
            .filter_map(|task| task.progress.get().map(|progress| progress.at))
            .max();
        let held = || self.components().filter(|component| component.stage() == Stage::Contained);
        let unseen =
            |c: &&Component| c.known().seen.is_none() && looked.is_none_or(|looked| c.since() > looked);
        let unseen = joined(held().filter(unseen).map(|component| component.name.clone()));
        match unseen {
            Some(names) => Some(format!("nobody has seen it hold: {names}")),
            None if looked.is_some() || held().next().is_some() => None,
            None => Some(self.unanswered(gate)),
        }
    }

    /// What classification still lacks: type, severity or TLP.
    pub(crate) fn unclassified(&self) -> Option<String> {
        let missing = [
            ("type", self.types().next().is_none()),
            ("severity", self.severity().is_none()),
            ("TLP", self.tlp().is_none()),
        ];
        let missing: Vec<&str> = missing.iter().filter(|(_, lacks)| *lacks).map(|(what, _)| *what).collect();
        (!missing.is_empty()).then(|| format!("not set: {}", missing.join(", ")))
    }

    /// Whether the task that answers a gate is settled in any visit. A legal hold is active once its
    /// task is done; waiving it means there is none.
    fn answered(&self, gate: Gate) -> bool {
        let answer = lifecycle().gate(gate).and_then(|text| text.answered_by_task.as_deref());
        let settles = |task: &Task| match gate {
            Gate::LegalHold => task.state() == State::Done,
            _ => task.settled(),
        };
        self.living_tasks().any(|task| task.what.playbook_id.as_deref() == answer && settles(task))
    }

    fn unanswered(&self, gate: Gate) -> String {
        let answer = lifecycle().gate(gate).and_then(|text| text.answered_by_task.as_deref());
        let asked = self.living_tasks().find(|task| task.what.playbook_id.as_deref() == answer);
        match asked {
            Some(task) => format!("open: {:?}", task.what.title),
            None => "no visit has answered it".to_owned(),
        }
    }

    /// Tasks of visits that were not taken back.
    fn living_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| !task.undone)
    }

    fn approvals_missing(&self, now: DateTime<Utc>) -> Option<String> {
        joined(
            self.living_tasks()
                .filter(|task| task.what.needs_authorisation)
                .filter(|task| task.state() == State::Done || task.due().is_some_and(|due| due <= now))
                .filter_map(|task| {
                    let title = format!("{:?}", task.what.title);
                    Some(match self.lacks_approval(task, now)? {
                        Lack::Unasked => title,
                        lack => format!("{title} ({})", lack_words(&lack, now)),
                    })
                }),
        )
    }

    /// Whether a task that wants an approval has none at `now`, or not from everybody who was asked.
    pub fn unapproved(&self, task: &Task, now: DateTime<Utc>) -> bool {
        self.lacks_approval(task, now).is_some()
    }

    /// Whether a done task owes an approval: it had none, or only one that had lapsed when it was done.
    pub fn owes_approval(&self, task: &Task) -> bool {
        let done = task.progress.get().filter(|progress| progress.state == State::Done);
        done.is_some_and(|progress| self.unapproved(task, progress.at))
    }

    /// The task of the earlier visit whose tick this one holds.
    pub(super) fn held_from(&self, task: &Task) -> Option<&Task> {
        let n = task.progress.get()?.holds_from?;
        let visit = self.visits().find(|visit| visit.phase == task.phase && visit.n == n)?;
        self.checklist(&visit.id).find(|old| old.what.playbook_id == task.what.playbook_id)
    }

    /// Live components that are about to be changed and of which nothing volatile was kept, by name.
    pub fn without_image(&self) -> Option<String> {
        self.named(|c| c.live() && c.uneradicated() && !self.kept(c, 1..=4))
    }

    fn named(&self, which: impl Fn(&Component) -> bool) -> Option<String> {
        joined(self.components().filter(|component| which(component)).map(|component| component.name.clone()))
    }

    /// Whether something of these volatilities was kept of a component.
    pub(super) fn kept(&self, component: &Component, volatility: std::ops::RangeInclusive<u8>) -> bool {
        self.evidence.iter().any(|item| {
            item.held()
                && volatility.contains(&item.volatility())
                && item.components().contains(&component.id)
        })
    }

    /// What is still owed, in the order of the lifecycle.
    pub fn debts(&self) -> Vec<Debt> {
        let raised = |debt: &str| self.visits().any(|visit| visit.debts.iter().any(|owed| owed == debt));
        let mut debts = Vec::new();
        let mut owe = |id: &str, shown: String| debts.push(Debt { id: id.to_owned(), shown });
        let analysed = self.visits().any(|visit| visit.phase == crate::model::phase::Phase::Analysis);
        let analysis_paid = analysed
            && self.types().next().is_some()
            && self.severity().is_some()
            && self.components().next().is_some();
        if raised(ANALYSIS_OWED) && !analysis_paid {
            owe(ANALYSIS_OWED, "Analysis is owed".to_owned());
        }
        if raised(ERADICATION_OWED)
            && let Some(names) = self.named(|c| c.uneradicated())
        {
            owe(ERADICATION_OWED, format!("Eradication is owed: {names}"));
        }
        for visit in self.visits().filter(|visit| visit.debts.iter().any(|owed| owed == AUTHORISATION_OWED)) {
            if self.approval_of(&About::Visit(visit.id.clone())).is_none() {
                owe(AUTHORISATION_OWED, format!("Authorisation is owed: {}, visit {}", visit.phase, visit.n));
            }
        }
        for task in self.living_tasks().filter(|task| self.owes_approval(task)) {
            owe(AUTHORISATION_OWED, format!("Authorisation is owed: {:?}", task.what.title));
        }
        debts
    }
}

/// At most four names, then how many more.
fn joined(names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    match names.len() {
        0 => None,
        1..=4 => Some(names.join(", ")),
        n => Some(format!("{} and {} more", names[..4].join(", "), n - 4)),
    }
}
