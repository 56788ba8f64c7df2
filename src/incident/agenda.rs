//! Everything of an incident that falls due at a time, whatever noun it is of: one list for `next`, for the
//! list of incidents and for what waits.

use chrono::{DateTime, Utc};

use super::Incident;
use crate::model::component::{Component, Stage};
use crate::model::evidence::EvidenceItem;
use crate::model::ledger::approval::Granted;
use crate::model::ledger::{Item, Sort, State};
use crate::model::lesson::Improvement;
use crate::model::notice::{Hardness, Notice};
use crate::model::sitrep::Sitrep;
use crate::model::task::Task;

/// What falls due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Thing<'a> {
    Task(&'a Task),
    /// One that is owed; the law may only have a target for it.
    Notice(&'a Notice, Hardness),
    /// What was asked for and has not come.
    Evidence(&'a EvidenceItem),
    /// A timer, a review, a revisit, a check, an answer.
    Ledger(&'a Item),
    /// A yes that ends.
    Approval(&'a Granted),
    /// An accepted risk that is looked at again.
    Risk(&'a Component),
    Action(&'a Improvement),
    /// The SITREP that was promised with this one.
    Sitrep(&'a Sitrep),
}

/// Something that falls due, and when (UTC).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Due<'a> {
    pub at: DateTime<Utc>,
    pub what: Thing<'a>,
}

impl Due<'_> {
    /// What its time is the time of: `due`, `rings`, `review` …
    pub fn word(&self) -> &'static str {
        match self.what {
            Thing::Task(_) | Thing::Action(_) | Thing::Notice(_, Hardness::Due) | Thing::Sitrep(_) => "due",
            Thing::Notice(_, Hardness::Target) => "target",
            Thing::Evidence(_) => "expected",
            Thing::Ledger(item) if item.removal() == Some(self.at) && item.due() != Some(self.at) => "remove",
            Thing::Ledger(item) => item.sort().due_word(),
            Thing::Approval(_) => "ends",
            Thing::Risk(_) => "look again",
        }
    }

    /// The noun, as documents name it.
    pub fn noun(&self) -> &'static str {
        match self.what {
            Thing::Task(_) => "task",
            Thing::Notice(..) => "notice",
            Thing::Evidence(_) => "evidence",
            Thing::Ledger(item) => item.sort().word(),
            Thing::Approval(_) => "granted",
            Thing::Risk(_) => "component",
            Thing::Action(_) => "improvement",
            Thing::Sitrep(_) => "sitrep",
        }
    }

    /// Whether its time has come at `now`. A target that is past is no breach.
    pub fn overdue(&self, now: DateTime<Utc>) -> bool {
        self.at <= now && !matches!(self.what, Thing::Notice(_, Hardness::Target))
    }
}

impl Incident {
    /// What falls due here and was not settled, the earliest first.
    pub fn agenda(&self) -> Vec<Due<'_>> {
        let due = |at: Option<DateTime<Utc>>, what| at.map(|at| Due { at, what });
        let tasks = self.tasks.iter().filter(|task| !task.settled() && !task.undone);
        let asks =
            |item: &&Item| item.open() || (item.sort() == Sort::Decision && item.state() == State::Confirmed);
        let ends = |one: &&Granted| !one.undone && self.goes_on(one) && self.stands_last(one);
        let accepted = |one: &&Component| one.stage() == Stage::RiskAccepted;
        let mut all: Vec<Due<'_>> = tasks
            .filter_map(|task| due(task.due(), Thing::Task(task)))
            .chain(self.notices().filter_map(|notice| {
                let limit = notice.limit()?;
                due(Some(limit.at), Thing::Notice(notice, limit.hard))
            }))
            .chain(self.awaited_evidence().filter_map(|item| due(item.due(), Thing::Evidence(item))))
            .chain(self.ledger().filter(asks).filter_map(|item| due(item.next_time(), Thing::Ledger(item))))
            .chain(
                self.approvals
                    .iter()
                    .filter(ends)
                    .filter_map(|one| due(one.terms.until, Thing::Approval(one))),
            )
            .chain(
                self.components().filter(accepted).filter_map(|one| due(one.known().until, Thing::Risk(one))),
            )
            .chain(
                self.improvements()
                    .filter(|action| action.open())
                    .filter_map(|action| due(action.due(), Thing::Action(action))),
            )
            .chain(self.last_sitrep().and_then(|last| due(self.sitrep_promised(), Thing::Sitrep(last))))
            .collect();
        all.sort_by_key(|due| due.at);
        all
    }

    /// When the next of these falls due (UTC); targets of notices are left out, they bind nobody.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let binds = |due: &&Due<'_>| !matches!(due.what, Thing::Notice(_, Hardness::Target));
        self.agenda().iter().find(binds).map(|due| due.at)
    }
}
