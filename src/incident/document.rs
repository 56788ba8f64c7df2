//! The incident as scripts read it: the document of `show --json` and of `incident.json`'s `state`.
//! Additions are fine; renames are not.

mod component;
mod entry;
mod ledger;
mod notice;
mod people;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Incident;
use super::contested::Contested;
use super::drill::DrillDocument;
pub use super::evidence::EvidenceDocument;
use super::gates::Debt;
use super::link::LinkDocument;
use crate::model::entry::Entry;
use crate::model::id::{LineId, NounId};
use crate::model::indicator::{Confidence, Retirement};
use crate::model::ledger::Sort;
use crate::model::ledger::approval::{About, Approval};
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;
use crate::model::severity::Severity;
use crate::model::task::{NewTask, State};
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::Acknowledgement;
use crate::model::visit::{Ending, GateShown};

pub use component::{ComponentDocument, StepDocument};
pub use entry::{ENTRIES, Entries, EntryDocument};
pub use ledger::{ApprovalDocument, ItemDocument, Ledger};
pub use notice::NoticeDocument;
pub use people::{HandoverDocument, PersonDocument, SitrepDocument};

/// The folded state, for scripts. Times are RFC 3339 in UTC.
#[derive(Serialize)]
pub struct Document<'a> {
    pub number: &'a str,
    pub id: uuid::Uuid,
    pub title: &'a str,
    pub summary: Option<&'a str>,
    pub types: Vec<&'a str>,
    pub refs: Vec<&'a str>,
    pub status: &'static str,
    pub phase: Phase,
    pub cycle: u32,
    pub visits: Vec<VisitDocument<'a>>,
    pub severity: Option<&'a Severity>,
    pub tlp: Option<Tlp>,
    pub lead: Option<&'a str>,
    pub source: Option<&'a str>,
    pub determination: Option<&'a str>,
    pub posture: Option<Posture>,
    pub acknowledged: Option<&'a Acknowledgement>,
    pub hold: Option<&'a str>,
    pub ending: Option<&'a Ending>,
    pub opened: DateTime<Utc>,
    pub opened_by: &'a str,
    pub updated: DateTime<Utc>,
    pub signals: Vec<SignalDocument<'a>>,
    pub tasks: Vec<TaskDocument<'a>>,
    pub components: Vec<ComponentDocument<'a>>,
    pub entries: Vec<EntryDocument<'a>>,
    pub indicators: Vec<IndicatorDocument<'a>>,
    pub evidence: Vec<EvidenceDocument<'a>>,
    pub roster: Vec<PersonDocument<'a>>,
    pub handovers: Vec<HandoverDocument<'a>>,
    pub sitreps: Vec<SitrepDocument<'a>>,
    pub notices: Vec<NoticeDocument<'a>>,
    pub ledger: Ledger<'a>,
    pub links: Vec<LinkDocument<'a>>,
    /// What is played, in a drill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drill: Option<DrillDocument<'a>>,
    pub debts: Vec<Debt>,
    pub contested: Vec<Contested>,
}

#[derive(Serialize)]
pub struct SignalDocument<'a> {
    pub text: &'a str,
    pub source: Option<&'a str>,
    pub at: DateTime<Utc>,
    pub undone: bool,
}

#[derive(Serialize)]
pub struct VisitDocument<'a> {
    pub id: &'a NounId,
    pub phase: Phase,
    pub n: u32,
    pub entered: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
    pub by: &'a str,
    pub reason: Option<&'a str>,
    pub category: Option<&'a str>,
    pub way: Option<Way>,
    pub from: Option<Phase>,
    pub gates: &'a [GateShown],
    pub approval: Option<&'a Approval>,
    pub undone: bool,
}

#[derive(Serialize)]
pub struct TaskDocument<'a> {
    #[serde(flatten)]
    pub what: &'a NewTask,
    pub phase: Phase,
    pub visit: &'a NounId,
    pub state: State,
    pub by: Option<&'a str>,
    pub at: Option<DateTime<Utc>>,
    pub reason: Option<&'a str>,
    pub holds_from: Option<u32>,
    pub assignee: Option<&'a str>,
    pub due: Option<DateTime<Utc>>,
    pub approved_by: Option<&'a Approval>,
    pub own: bool,
    pub undone: bool,
}

#[derive(Serialize)]
pub struct IndicatorDocument<'a> {
    pub id: &'a NounId,
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The real value.
    pub value: &'a str,
    pub tlp: Option<Tlp>,
    pub confidence: Option<Confidence>,
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
    pub source: Option<&'a str>,
    pub note: Option<&'a str>,
    pub tags: Vec<String>,
    pub components: Vec<NounId>,
    pub entries: Vec<LineId>,
    /// Numbers of other incidents it was tied to by hand.
    pub incidents: Vec<String>,
    pub retired: Option<&'a Retirement>,
    pub added: DateTime<Utc>,
    pub by: &'a str,
    /// The earlier indicator that is the same, where two people added it at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<&'a NounId>,
    pub undone: bool,
}

impl Incident {
    /// The document for scripts.
    pub fn document(&self) -> Document<'_> {
        self.document_of(&self.entries)
    }

    /// The same with these entries of its log.
    fn document_of<'a>(&'a self, entries: &'a [Entry]) -> Document<'a> {
        Document {
            number: &self.number,
            id: self.id,
            title: self.title(),
            summary: self.summary.get().and_then(Option::as_deref),
            types: self.types().collect(),
            refs: self.refs().collect(),
            status: self.status(),
            phase: self.phase(),
            cycle: self.place.get().map_or(1, |place| place.cycle),
            visits: self.visits.iter().map(VisitDocument::of).collect(),
            severity: self.severity(),
            tlp: self.tlp(),
            lead: self.lead(),
            source: self.source.get().and_then(Option::as_deref),
            determination: self.determination.get().and_then(Option::as_deref),
            posture: self.posture.get().copied().flatten(),
            acknowledged: self.acknowledged.get().and_then(Option::as_ref),
            hold: self.hold.get().and_then(Option::as_deref),
            ending: self.place.get().and_then(|place| place.ending.as_ref()),
            opened: self.opened,
            opened_by: &self.opened_by,
            updated: self.updated,
            signals: self.signal_documents(),
            tasks: self.task_documents(),
            components: self.component_documents(),
            entries: entries.iter().map(EntryDocument::of).collect(),
            indicators: self.indicator_documents(),
            evidence: self.evidence.iter().map(|item| EvidenceDocument::of(item, self)).collect(),
            roster: self.person_documents(),
            handovers: self.handover_documents(),
            sitreps: self.sitrep_documents(),
            notices: self.notices.iter().map(NoticeDocument::of).collect(),
            ledger: Ledger {
                decisions: self.item_documents(Sort::Decision),
                assumptions: self.item_documents(Sort::Assumption),
                approvals: self.approval_documents(),
                requests: self.item_documents(Sort::Approval),
                measures: self.item_documents(Sort::Measure),
                timers: self.item_documents(Sort::Timer),
                declarations: self.item_documents(Sort::Declaration),
                lessons: self.lesson_documents(),
                improvements: self.improvement_documents(),
            },
            links: self.link_documents(),
            drill: self.drill.as_deref().map(DrillDocument::of),
            debts: self.debts(),
            contested: self.contested(),
        }
    }

    fn signal_documents(&self) -> Vec<SignalDocument<'_>> {
        self.signals
            .iter()
            .map(|signal| SignalDocument {
                text: self.signal_words(signal),
                source: self.signal_source(signal),
                at: signal.at,
                undone: signal.undone,
            })
            .collect()
    }

    fn task_documents(&self) -> Vec<TaskDocument<'_>> {
        self.tasks
            .iter()
            .map(|task| {
                let progress = task.progress.get();
                TaskDocument {
                    what: &task.what,
                    phase: task.phase,
                    visit: &task.visit,
                    state: task.state(),
                    by: progress.map(|progress| progress.by.as_str()),
                    at: progress.map(|progress| progress.at),
                    reason: progress.and_then(|progress| progress.reason.as_deref()),
                    holds_from: progress.and_then(|progress| progress.holds_from),
                    assignee: task.assignee(),
                    due: task.due(),
                    approved_by: self
                        .approval_of(&About::Task(task.what.id.clone()))
                        .map(|granted| &granted.approval),
                    own: task.own,
                    undone: task.undone,
                }
            })
            .collect()
    }

    /// The indicators for scripts, also those taken back.
    pub fn indicator_documents(&self) -> Vec<IndicatorDocument<'_>> {
        let all = &self.indicators;
        let mut ties = all.all_ties();
        all.all()
            .iter()
            .map(|item| {
                let tied = ties.remove(&item.id).unwrap_or_default();
                let addition = all.addition(item);
                IndicatorDocument {
                    id: &item.id,
                    kind: all.kind(item),
                    value: &item.value,
                    tlp: all.tlp(item),
                    confidence: all.confidence(item),
                    first: all.first(item),
                    last: all.last(item),
                    source: all.source(item),
                    note: all.note(item),
                    tags: all.tags(item),
                    components: tied.components,
                    entries: tied.entries,
                    incidents: tied.incidents,
                    retired: all.retired(item),
                    added: addition.at,
                    by: &addition.by,
                    same_as: all.twin(item).map(|twin| &twin.id),
                    undone: addition.undone,
                }
            })
            .collect()
    }
}

impl<'a> VisitDocument<'a> {
    pub fn of(visit: &'a crate::model::visit::Visit) -> Self {
        Self {
            id: &visit.id,
            phase: visit.phase,
            n: visit.n,
            entered: visit.entered,
            left: visit.left,
            by: &visit.by,
            reason: visit.reason.as_deref(),
            category: visit.category.as_deref(),
            way: visit.way,
            from: visit.from,
            gates: &visit.gates,
            approval: visit.approval.as_ref(),
            undone: visit.undone,
        }
    }
}
