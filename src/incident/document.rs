//! The incident as scripts read it: the document of `show --json` and of `incident.json`'s `state`.
//! Additions are fine; renames are not.

mod notice;
mod people;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Incident;
use super::contested::Contested;
use super::drill::DrillDocument;
pub use super::evidence::EvidenceDocument;
use super::gates::Debt;
use super::lesson::{ImprovementDocument, LessonDocument};
use super::link::LinkDocument;
use super::places::Places;
use crate::model::component::{Facts, Seen, Stage, Step};
use crate::model::entry::{Correction, Entry, Kind};
use crate::model::id::{LineId, NounId};
use crate::model::indicator::{Confidence, Retirement};
use crate::model::lane::{Lane, Marking};
use crate::model::ledger::approval::{About, Approval, Terms};
use crate::model::ledger::{Item, Review, Sort, What};
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;
use crate::model::severity::Severity;
use crate::model::task::{NewTask, State};
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::time::{Happened, quickly};
use crate::model::triage::Acknowledgement;
use crate::model::visit::{Ending, GateShown};

pub use notice::NoticeDocument;
pub use people::{HandoverDocument, PersonDocument};

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
    pub notices: Vec<NoticeDocument<'a>>,
    pub ledger: Ledger<'a>,
    pub links: Vec<LinkDocument<'a>>,
    /// What is played, in a drill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drill: Option<DrillDocument<'a>>,
    pub debts: Vec<Debt>,
    pub contested: Vec<Contested>,
}

/// Decisions, approvals and what must be taken back.
#[derive(Serialize)]
pub struct Ledger<'a> {
    pub decisions: Vec<ItemDocument<'a>>,
    pub assumptions: Vec<ItemDocument<'a>>,
    pub approvals: Vec<ApprovalDocument<'a>>,
    /// Approvals that somebody was asked for.
    pub requests: Vec<ItemDocument<'a>>,
    pub measures: Vec<ItemDocument<'a>>,
    pub timers: Vec<ItemDocument<'a>>,
    pub declarations: Vec<ItemDocument<'a>>,
    pub lessons: Vec<LessonDocument<'a>>,
    pub improvements: Vec<ImprovementDocument<'a>>,
}

#[derive(Serialize)]
pub struct ApprovalDocument<'a> {
    pub id: &'a NounId,
    pub about: &'a About,
    #[serde(skip_serializing_if = "<[About]>::is_empty")]
    pub also: &'a [About],
    pub what: &'a str,
    #[serde(flatten)]
    pub approval: &'a Approval,
    #[serde(flatten)]
    pub terms: &'a Terms,
    pub undone: bool,
}

/// A line of the ledger.
#[derive(Serialize)]
pub struct ItemDocument<'a> {
    pub id: &'a NounId,
    pub number: &'a str,
    pub text: &'a str,
    pub made: DateTime<Utc>,
    pub by: &'a str,
    /// How it stands, in the word of its noun: `in place`, `asked`, `refuted`.
    pub state: &'static str,
    pub since: DateTime<Utc>,
    pub settled_by: Option<&'a str>,
    pub reason: Option<&'a str>,
    /// When it must be looked at again.
    pub due: Option<DateTime<Utc>>,
    pub owner: Option<&'a str>,
    /// When a measure is to be taken down.
    pub removal: Option<DateTime<Utc>>,
    pub reviews: &'a [Review],
    #[serde(flatten)]
    pub what: &'a What,
    pub undone: bool,
}

impl<'a> ItemDocument<'a> {
    pub fn of(item: &'a Item) -> Self {
        let stand = item.stand.get();
        let settled = stand.filter(|_| !item.open());
        Self {
            id: &item.id,
            number: &item.number,
            text: &item.text,
            made: item.made,
            by: &item.by,
            state: item.state_word(),
            since: stand.map_or(item.made, |stand| stand.at),
            settled_by: settled.map(|stand| stand.by.as_str()),
            reason: settled.and_then(|stand| stand.reason.as_deref()),
            due: item.due(),
            owner: item.owner(),
            removal: item.removal(),
            reviews: &item.reviews,
            what: &item.what,
            undone: item.undone,
        }
    }
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
pub struct ComponentDocument<'a> {
    pub id: &'a NounId,
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub stage: &'static str,
    pub since: DateTime<Utc>,
    /// Since when it is not contained, through every stage of that.
    pub uncontained_since: Option<DateTime<Utc>>,
    pub added: DateTime<Utc>,
    /// The phase in which it was found, where that was past Containment.
    pub found_in: Option<Phase>,
    pub owner: Option<&'a str>,
    pub critical: bool,
    pub tags: &'a [String],
    pub note: Option<&'a str>,
    pub verdict: Option<&'a str>,
    /// Who looked and saw its present stage hold.
    pub seen: Option<Seen>,
    /// Every step, with those that were taken back.
    pub history: Vec<StepDocument<'a>>,
    pub undone: bool,
}

/// A step of a component from stage to stage; one that ends where it began says more of the same stage.
#[derive(Serialize)]
pub struct StepDocument<'a> {
    pub from: Option<&'static str>,
    pub to: &'static str,
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub back: bool,
    pub reason: Option<&'a str>,
    #[serde(flatten)]
    pub facts: &'a Facts,
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

/// A line of the activity log, for scripts. A snapshot reads it back as an [`Entry`].
#[derive(Serialize, Deserialize)]
pub struct EntryDocument<'a> {
    pub id: LineId,
    pub kind: Kind,
    /// The text that holds now.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    #[serde(deserialize_with = "quickly")]
    pub happened: DateTime<Utc>,
    #[serde(deserialize_with = "quickly")]
    pub recorded: DateTime<Utc>,
    #[serde(borrow)]
    pub by: Cow<'a, str>,
    /// Who did it.
    #[serde(borrow)]
    pub who: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Cow<'a, Happened>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<LineId>,
    /// The words as first written, where they were corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "<[Correction]>::is_empty")]
    pub corrections: Cow<'a, [Correction]>,
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub components: Cow<'a, [String]>,
    /// All of them, as they were recorded.
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub techniques: Cow<'a, [String]>,
    /// Whose deed somebody said it tells: `actor` or `us`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// Where it is known from.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Cow<'a, str>>,
    /// What was said about it later, and what had been said first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Box<Marked<'a>>>,
    /// Seconds by which the writer's clock stood behind its journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_behind: Option<u32>,
    /// Exercise minute, and when it was written down by the clock of the story, in a drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ex: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub now_set: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<(LineId, u32, u32)>,
}

/// What was said first about an entry's place on the timeline, and what later.
#[derive(Serialize, Deserialize)]
pub struct Marked<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub techniques: Cow<'a, [String]>,
    pub later: Cow<'a, [Marking]>,
}

impl Incident {
    /// The document for scripts.
    pub fn document(&self) -> Document<'_> {
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
            entries: self.entries.iter().map(EntryDocument::of).collect(),
            indicators: self.indicator_documents(),
            evidence: self.evidence.iter().map(|item| EvidenceDocument::of(item, self)).collect(),
            roster: self.person_documents(),
            handovers: self.handover_documents(),
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
                text: &signal.text,
                source: signal.source.as_deref(),
                at: signal.at,
                undone: signal.undone,
            })
            .collect()
    }

    fn approval_documents(&self) -> Vec<ApprovalDocument<'_>> {
        self.approvals
            .iter()
            .map(|granted| ApprovalDocument {
                id: &granted.id,
                about: &granted.about,
                also: &granted.also,
                what: &granted.what,
                approval: &granted.approval,
                terms: &granted.terms,
                undone: granted.undone,
            })
            .collect()
    }

    fn item_documents(&self, sort: Sort) -> Vec<ItemDocument<'_>> {
        self.ledger.iter().filter(|item| item.sort() == sort).map(ItemDocument::of).collect()
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

    fn component_documents(&self) -> Vec<ComponentDocument<'_>> {
        self.components
            .iter()
            .map(|component| ComponentDocument {
                id: &component.id,
                name: &component.name,
                kind: &component.kind,
                stage: component.stage().id(),
                since: component.since(),
                uncontained_since: component.uncontained_since(),
                added: component.added,
                found_in: component.found_in,
                owner: component.owner(),
                critical: component.critical(),
                tags: component.tags(),
                note: component.note(),
                verdict: component.verdict(),
                seen: component.known().seen,
                history: component.history.iter().map(StepDocument::of).collect(),
                undone: component.undone,
            })
            .collect()
    }
}

impl<'a> StepDocument<'a> {
    fn of(step: &'a Step) -> Self {
        Self {
            from: step.from.map(Stage::id),
            to: step.to.id(),
            at: step.at,
            by: &step.by,
            back: step.back(),
            reason: step.reason.as_deref(),
            facts: &step.facts,
            undone: step.undone,
        }
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

impl<'a> Marked<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self {
            lane: entry.lane,
            source: entry.source.as_deref().map(Cow::Borrowed),
            techniques: entry.techniques.as_slice().into(),
            later: entry.markings.as_slice().into(),
        }
    }
}

impl<'a> EntryDocument<'a> {
    pub fn of(entry: &'a Entry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            text: entry.shown().into(),
            happened: entry.happened,
            recorded: entry.recorded,
            by: entry.by.as_str().into(),
            who: entry.actor().into(),
            said: entry.said.as_deref().map(Cow::Borrowed),
            back: entry.back,
            undone_by: entry.undone_by,
            first: (!entry.corrections.is_empty()).then(|| entry.text.as_str().into()),
            corrections: entry.corrections.as_slice().into(),
            components: entry.components.as_slice().into(),
            techniques: match entry.markings.is_empty() {
                true => entry.techniques.as_slice().into(),
                false => entry.techniques().map(str::to_owned).collect(),
            },
            lane: entry.said_lane(),
            source: entry.source().map(Cow::Borrowed),
            marked: (!entry.markings.is_empty()).then(|| Box::new(Marked::of(entry))),
            clock_behind: (entry.behind > 0).then_some(entry.behind),
            ex: entry.ex,
            story: entry.story,
            now_set: entry.now_set,
            batch: entry.batch.as_deref().copied(),
        }
    }

    fn into_entry(self) -> Entry {
        let first = self.marked.map(|marked| *marked).unwrap_or(Marked {
            lane: self.lane,
            source: self.source,
            techniques: self.techniques,
            later: Cow::Borrowed(&[]),
        });
        Entry {
            id: self.id,
            kind: self.kind,
            text: self.first.unwrap_or(self.text).into_owned(),
            happened: self.happened,
            recorded: self.recorded,
            who: (self.who != self.by).then(|| self.who.into_owned()),
            by: self.by.into_owned(),
            said: self.said.map(|said| Box::new(said.into_owned())),
            back: self.back,
            now_set: self.now_set,
            undone_by: self.undone_by,
            corrections: self.corrections.into_owned(),
            components: self.components.into_owned(),
            techniques: first.techniques.into_owned(),
            lane: first.lane,
            source: first.source.map(|source| Box::from(&*source)),
            markings: first.later.into_owned(),
            behind: self.clock_behind.unwrap_or(0),
            ex: self.ex,
            story: self.story,
            batch: self.batch.map(Box::new),
        }
    }
}

impl Incident {
    /// Reads a snapshot back: the document's entries and the rest of the state, which is this value's
    /// own serialisation without its entries. `None` if either does not read.
    pub fn from_snapshot(state: &RawValue, memory: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Entries {
            #[serde(deserialize_with = "entries")]
            entries: Vec<Entry>,
        }
        let incident: Incident = serde_json::from_str(memory.get()).ok()?;
        let Entries { entries } = serde_json::from_str(state.get()).ok()?;
        let places = Places::of_all(entries.iter().map(|entry| entry.id));
        Some(Incident { entries, places, ..incident })
    }
}

/// Reads entries one by one: a hundred thousand of them do not stand in memory in both shapes.
fn entries<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry>, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<Entry>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the entries of the log")
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Entry>, A::Error> {
            let mut entries = Vec::new();
            while let Some(document) = seq.next_element::<EntryDocument<'de>>()? {
                entries.push(document.into_entry());
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_seq(Visitor)
}
