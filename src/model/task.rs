//! A task of a visit's checklist: what is to be done, how far it is, and who has it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::id::{LineId, NounId};
use super::phase::Phase;
use super::playbook::{Requirement, Step};
use super::refusal::Refusal;
use super::register::{Careful, Register};

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    #[default]
    Open,
    InProgress,
    Blocked,
    Done,
    NotApplicable,
    Waived,
}

impl State {
    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::InProgress => "in progress",
            State::Blocked => "blocked",
            State::Done => "done",
            State::NotApplicable => "not applicable",
            State::Waived => "waived",
        }
    }

    /// Whether nothing is left to do.
    pub fn settled(self) -> bool {
        matches!(self, State::Done | State::NotApplicable | State::Waived)
    }
}

/// Where a task stands, since when, by whom and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub state: State,
    pub by: String,
    /// When it came to stand so (UTC).
    pub at: DateTime<Utc>,
    /// Why it was waived, is blocked or was opened again; what came of it when done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The earlier visit's tick that still holds: its phase visit number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_from: Option<u32>,
}

impl Careful for Progress {
    // Work that may not have been done must be looked at: the less settled side is shown.
    fn care(&self) -> i32 {
        match self.state {
            State::Open => 5,
            State::Blocked => 4,
            State::InProgress => 3,
            State::NotApplicable | State::Waived => 2,
            State::Done => 1,
        }
    }
}

/// A task as an event carries it: everything copied, so that later playbooks change nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    pub id: NounId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playbook_id: Option<String>,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_authorisation: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// The improvement action of another time that it takes over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Where a task comes from that takes over an improvement action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The incident the action was agreed in.
    pub incident: uuid::Uuid,
    /// For people: `INC-2026-0007`, `A-3`.
    pub number: String,
    pub action: String,
    pub id: NounId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.number, self.action)
    }
}

impl NewTask {
    /// The task a playbook's step becomes.
    pub fn from_step(id: NounId, step: &Step) -> Self {
        Self {
            id,
            playbook_id: Some(step.id.clone()),
            title: step.title.clone(),
            text: step.text.clone(),
            why: step.why.clone(),
            role: step.role.clone(),
            required: step.requirement == Requirement::Required,
            needs_authorisation: step.needs_authorisation,
            act: step.act.clone(),
            origin: None,
        }
    }
}

/// A task of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    #[serde(flatten)]
    pub what: NewTask,
    pub phase: Phase,
    /// The visit whose checklist it is on.
    pub visit: NounId,
    /// The line that made it.
    pub line: LineId,
    /// Whether somebody added it by hand.
    pub own: bool,
    /// Taken back with the act that made it.
    pub undone: bool,
    pub progress: Register<Progress>,
    pub assignee: Register<Option<String>>,
    /// When it is due (UTC).
    pub due: Register<Option<DateTime<Utc>>>,
}

impl Careful for DateTime<Utc> {
    // The earlier due time is the careful one.
    fn care(&self) -> i32 {
        i32::try_from(-self.timestamp() / 60).unwrap_or(0)
    }
}

impl Task {
    pub fn id(&self) -> &NounId {
        &self.what.id
    }

    pub fn state(&self) -> State {
        self.progress.get().map_or(State::Open, |progress| progress.state)
    }

    pub fn settled(&self) -> bool {
        self.state().settled()
    }

    pub fn assignee(&self) -> Option<&str> {
        self.assignee.get().and_then(Option::as_deref)
    }

    pub fn due(&self) -> Option<DateTime<Utc>> {
        self.due.get().copied().flatten()
    }

    /// Whether one of its values is contested.
    pub fn contested(&self) -> bool {
        self.progress.contested().is_some()
            || self.assignee.contested().is_some()
            || self.due.contested().is_some()
    }
}

/// Bring a task to a state. Giving it twice changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct SetTask {
    pub task: NounId,
    pub to: State,
    /// Required for waived, not applicable, blocked and for opening a settled task again; for done: what came of it.
    pub reason: Option<String>,
    /// The tick of this earlier visit (its number) still holds.
    pub holds_from: Option<u32>,
}

/// A task came to stand elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskChanged {
    pub task: NounId,
    /// For people: the task's title.
    pub title: String,
    pub from: State,
    pub to: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_from: Option<u32>,
}

/// Somebody added a task of their own to the current visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskAdded {
    pub visit: NounId,
    pub phase: Phase,
    pub task: NewTask,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
}

/// A task was given to somebody, or to nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskAssigned {
    pub task: NounId,
    pub title: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// A task got a due time, or lost it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskDueSet {
    pub task: NounId,
    pub title: String,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

impl Task {
    /// Judges a change of state.
    ///
    /// # Errors
    /// Refuses a waiver, a block or a reopening without a reason.
    pub fn decide_set(&self, command: &SetTask, desk: &Desk<'_>) -> Result<Option<TaskChanged>, Refusal> {
        let from = self.state();
        let mine = self.assignee() == Some(desk.actor());
        let nothing_new = from == command.to
            && command.reason.is_none()
            && self.progress.contested().is_none()
            && (command.to != State::InProgress || mine);
        if nothing_new {
            return Ok(None);
        }
        let reopening = from.settled() && !command.to.settled();
        let needs_reason =
            reopening || matches!(command.to, State::Waived | State::NotApplicable | State::Blocked);
        if needs_reason && command.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            let what = match command.to {
                State::Waived => "A waived task needs a reason",
                State::NotApplicable => "A task that does not apply needs a reason",
                State::Blocked => "A blocked task needs a word on what it waits for",
                State::Open | State::InProgress | State::Done => {
                    "Opening a settled task again needs a reason"
                }
            };
            return Err(Refusal::refused(format!("{what}: {:?}.", self.what.title))
                .hint("Add --reason \"…\" and give the command again."));
        }
        Ok(Some(TaskChanged {
            task: self.id().clone(),
            title: self.what.title.clone(),
            from,
            to: command.to,
            reason: command.reason.clone(),
            holds_from: command.holds_from,
        }))
    }

    /// Judges giving the task to somebody (`None`: to nobody).
    pub fn decide_assign(&self, to: Option<String>) -> Option<TaskAssigned> {
        let from = self.assignee().map(str::to_owned);
        (from != to || self.assignee.contested().is_some()).then(|| TaskAssigned {
            task: self.id().clone(),
            title: self.what.title.clone(),
            from,
            to,
        })
    }

    /// Judges a due time (`None`: no due time).
    pub fn decide_due(&self, to: Option<DateTime<Utc>>) -> Option<TaskDueSet> {
        let from = self.due();
        (from != to || self.due.contested().is_some()).then(|| TaskDueSet {
            task: self.id().clone(),
            title: self.what.title.clone(),
            from,
            to,
        })
    }
}
