//! Everything that can have happened to an incident: one enum over the nouns' events.

use serde::Serialize;

use super::ruling::Ruled;
use super::undo::Undone;
use crate::model::component::{ComponentAdded, ComponentEdited, ComponentStaged, StageNoted};
use crate::model::drill::{
    ControlNoted, DrillEnded, DrillPaced, DrillPaused, DrillResumed, DrillSkipped, HintTaken,
    InjectDelivered, InjectUnanswered, InjectWithheld, InjectsPostponed, QuestionAnswered, ReplyGiven,
};
use crate::model::entry::{Corrected, LogKind, Logged};
use crate::model::evidence::{
    CustodyPassed, EvidenceAdded, EvidenceEdited, EvidenceReceived, EvidenceRequested, EvidenceVerified,
    EvidenceWithdrawn,
};
use crate::model::expunge::{ExpungeDeclined, Expunged, Stub};
use crate::model::handover::{HandoverAccepted, HandoverDeclined, HandoverOffered};
use crate::model::head::{Edited, Opened, SeveritySet};
use crate::model::id::LineId;
use crate::model::indicator::{IndicatorEdited, IndicatorLinked, IndicatorRetired, IndicatorsAdded};
use crate::model::lane::EntryMarked;
use crate::model::ledger::approval::{ApprovalGranted, ApprovalRefused, ApprovalRequested};
use crate::model::ledger::assumption::AssumptionMade;
use crate::model::ledger::decision::DecisionTaken;
use crate::model::ledger::declaration::DeclarationMade;
use crate::model::ledger::measure::MeasurePut;
use crate::model::ledger::timer::TimerSet;
use crate::model::ledger::{LedgerGiven, LedgerSettled, LedgerTimed};
use crate::model::lesson::{ImprovementAdded, ImprovementChanged, LessonRecorded};
use crate::model::link::{IncidentLinked, IncidentUnlinked};
use crate::model::notice::{NoticeAdded, NoticeClosed, NoticeFactChanged, NoticeSent, NoticeStarted};
use crate::model::redaction::Redacted;
use crate::model::restriction::Restricted;
use crate::model::roster::{PersonAdded, PersonEdited, PersonLeft, ShiftSet};
use crate::model::sitrep::SitrepGiven;
use crate::model::task::{TaskAdded, TaskAssigned, TaskChanged, TaskDueSet};
use crate::model::triage::{Acknowledged, Determined, PostureSet, SignalRecorded};
use crate::model::visit::{HoldSet, PhaseEntered, PlaceRuled, Stayed};

/// Declares the events: their variant, their name on disk, the type of their data.
macro_rules! events {
    ($($variant:ident = $kind:literal),+ $(,)?) => {
        /// A fact, in the past tense. The name on disk and the JSON of its data never change.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($variant($variant),)+
            /// Written by a newer casebook: kept byte for byte and shown raw.
            Unknown { kind: String, data: String, crit: bool },
        }

        $(impl From<$variant> for Event {
            fn from(event: $variant) -> Self {
                Event::$variant(event)
            }
        })+

        impl Event {
            /// The name on disk.
            pub fn kind(&self) -> &str {
                match self {
                    $(Event::$variant(_) => $kind,)+
                    Event::Unknown { kind, .. } => kind,
                }
            }

            /// The JSON of `data`.
            pub fn data(&self) -> String {
                match self {
                    $(Event::$variant(event) => json(event),)+
                    Event::Unknown { data, .. } => data.clone(),
                }
            }

            /// Reads an event. A kind this version does not know, or data it cannot read, is kept raw.
            pub fn read(kind: &str, data: &str, crit: bool) -> Self {
                if let Some(logged) = plainly_logged(kind, data) {
                    return Event::Logged(logged);
                }
                let known = match kind {
                    $($kind => serde_json::from_str(data).ok().map(Event::$variant),)+
                    _ => None,
                };
                known.unwrap_or_else(|| Event::Unknown {
                    kind: kind.to_owned(),
                    data: data.to_owned(),
                    crit,
                })
            }
        }
    };
}

// The commonest first: it is looked for in this order.
events! {
    Logged = "logged",
    Opened = "opened",
    Edited = "edited",
    SeveritySet = "severity-set",
    SignalRecorded = "signal-recorded",
    Acknowledged = "acknowledged",
    Determined = "determined",
    PostureSet = "posture-set",
    PhaseEntered = "phase-entered",
    PlaceRuled = "place-ruled",
    Stayed = "stayed",
    Ruled = "ruled",
    HoldSet = "hold-set",
    TaskAdded = "task-added",
    TaskChanged = "task-changed",
    TaskAssigned = "task-assigned",
    TaskDueSet = "task-due-set",
    ApprovalGranted = "approval-granted",
    ApprovalRequested = "approval-requested",
    ApprovalRefused = "approval-refused",
    DecisionTaken = "decision-taken",
    AssumptionMade = "assumption-made",
    MeasurePut = "measure-put",
    TimerSet = "timer-set",
    DeclarationMade = "declaration-made",
    LedgerSettled = "ledger-settled",
    LedgerTimed = "ledger-timed",
    LedgerGiven = "ledger-given",
    ComponentAdded = "component-added",
    ComponentStaged = "component-staged",
    EvidenceRequested = "evidence-requested",
    EvidenceAdded = "evidence-added",
    EvidenceReceived = "evidence-received",
    CustodyPassed = "custody-passed",
    EvidenceVerified = "evidence-verified",
    EvidenceEdited = "evidence-edited",
    EvidenceWithdrawn = "evidence-withdrawn",
    IndicatorsAdded = "indicators-added",
    IndicatorEdited = "indicator-edited",
    IndicatorLinked = "indicator-linked",
    IndicatorRetired = "indicator-retired",
    IncidentLinked = "incident-linked",
    IncidentUnlinked = "incident-unlinked",
    LessonRecorded = "lesson-recorded",
    ImprovementAdded = "improvement-added",
    ImprovementChanged = "improvement-changed",
    StageNoted = "stage-noted",
    ComponentEdited = "component-edited",
    PersonAdded = "person-added",
    PersonEdited = "person-edited",
    ShiftSet = "shift-set",
    PersonLeft = "person-left",
    HandoverOffered = "handover-offered",
    HandoverAccepted = "handover-accepted",
    HandoverDeclined = "handover-declined",
    SitrepGiven = "sitrep-given",
    NoticeStarted = "notice-started",
    NoticeAdded = "notice-added",
    NoticeSent = "notice-sent",
    NoticeClosed = "notice-closed",
    NoticeFactChanged = "notice-fact-changed",
    Corrected = "corrected",
    Redacted = "redacted",
    Expunged = "expunged",
    ExpungeDeclined = "expunge-declined",
    Stub = "stub",
    Restricted = "restricted",
    EntryMarked = "entry-marked",
    DrillPaused = "drill-paused",
    DrillResumed = "drill-resumed",
    DrillPaced = "drill-paced",
    DrillSkipped = "drill-skipped",
    InjectDelivered = "inject-delivered",
    InjectUnanswered = "inject-unanswered",
    InjectWithheld = "inject-withheld",
    InjectsPostponed = "injects-postponed",
    ReplyGiven = "reply-given",
    QuestionAnswered = "question-answered",
    HintTaken = "hint-taken",
    ControlNoted = "control-noted",
    DrillEnded = "drill-ended",
    Undone = "undone",
}

impl Event {
    /// The entries of the log that it changes, as far as it names them.
    pub fn targets(&self) -> Vec<LineId> {
        match self {
            Event::Corrected(corrected) => vec![corrected.target],
            Event::EntryMarked(marked) => vec![marked.target],
            Event::Redacted(redacted) => vec![redacted.target],
            Event::Expunged(expunged) => expunged.targets.clone(),
            Event::Undone(undone) => {
                std::iter::once(undone.target).chain(undone.also.iter().map(|also| also.line)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The kind and the text of what most lines are: an entry with nothing else in it.
    pub fn plain_log(&self) -> Option<(&'static str, &str)> {
        let Event::Logged(Logged { kind, text, components, techniques, lane: None, source: None }) = self
        else {
            return None;
        };
        (components.is_empty() && techniques.is_empty()).then(|| (kind.word(), text.as_str()))
    }
}

/// What most lines are, read without a general parser.
fn plainly_logged(kind: &str, data: &str) -> Option<Logged> {
    let (word, text) = casebook_bytes::plain_log(data).filter(|_| kind == "logged")?;
    let kind = LogKind::ALL.into_iter().find(|kind| kind.word() == word)?;
    Some(Logged { kind, text: text.to_owned(), ..Logged::default() })
}

fn json(event: &impl Serialize) -> String {
    serde_json::to_string(event).expect("an event is plain structs, strings and numbers")
}
