//! Everything one can ask of an incident: one enum over the nouns' commands.

use chrono::{DateTime, Utc};

use super::moves::Go;
use super::setting::Setting;
use crate::model::component::{AddComponent, EditComponent, StageComponent};
use crate::model::drill;
use crate::model::entry::{Correct, Logged};
use crate::model::evidence;
use crate::model::expunge::{DeclineExpunge, Expunge};
use crate::model::head::{Edit, SetSeverity};
use crate::model::id::{LineId, NounId};
use crate::model::indicator;
use crate::model::lane::MarkEntry;
use crate::model::ledger;
use crate::model::ledger::approval::Approve;
use crate::model::lesson;
use crate::model::link;
use crate::model::notice;
use crate::model::redaction::Redact;
use crate::model::restriction::Readers;
use crate::model::task::SetTask;
use crate::model::triage::{Determine, RecordSignal, SetPosture};
use crate::model::{handover, roster, sitrep};

/// Add a task of one's own to the current visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddTask {
    pub title: String,
    pub text: Option<String>,
    pub role: Option<String>,
    pub required: bool,
    pub assignee: Option<String>,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
}

/// Stay in the phase although a way back was considered; the reason is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stay {
    pub reason: String,
    pub category: Option<String>,
    pub component: Option<String>,
}

/// A command says what shall be; giving it twice is harmless.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Edit(Edit),
    SetSeverity(SetSeverity),
    RecordSignal(RecordSignal),
    /// Take ownership: whoever gives the command, or the one named.
    Acknowledge,
    Determine(Determine),
    SetPosture(SetPosture),
    Log(Logged),
    Correct(Correct),
    Redact(Redact),
    Expunge(Expunge),
    DeclineExpunge(DeclineExpunge),
    /// Who may read it, by the rights of its folder.
    Restrict(Readers),
    /// Rule for one side of a contested field: the field with the value that shall hold.
    Rule(Box<Setting>),
    MarkEntry(MarkEntry),
    Go(Go),
    Stay(Stay),
    /// Wait for an outside party (`Some(for what)`), or go on (`None`).
    Hold(Option<String>),
    AddTask(AddTask),
    SetTask(SetTask),
    AssignTask {
        task: NounId,
        to: Option<String>,
    },
    SetDue {
        task: NounId,
        to: Option<DateTime<Utc>>,
    },
    Approve(Box<Approve>),
    Ledger(Box<ledger::Command>),
    AddComponent(AddComponent),
    /// Bring a component to a stage, or say more of the one it stands at.
    StageComponent(StageComponent),
    Evidence(evidence::Command),
    Indicator(indicator::Command),
    Lesson(lesson::Command),
    EditComponent(EditComponent),
    People(roster::Command),
    Handover(handover::Command),
    Sitrep(sitrep::Command),
    Notice(notice::Command),
    Link(link::Command),
    Drill(Box<drill::Command>),
    /// Take back the act named, else my last one.
    Undo(Option<LineId>),
}
