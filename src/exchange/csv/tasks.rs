//! The checklist as a table, and back.

use std::ops::ControlFlow;

use super::components::says_yes;
use super::mark;
use super::row::Row;
use super::write::{Table, instant};
use crate::exchange::Moment;
use crate::exchange::intake::{Act, Piece, Reading, Sink, moment};
use crate::incident::command::{AddTask, Command};
use crate::incident::release::Released;
use crate::model::refusal::Refusal;
use crate::model::task::State;
use crate::model::text::quoted;
use crate::model::time::Happened;
use crate::verb::{Change, Ticking};

/// Its columns, before those of [`mark`].
pub const COLUMNS: [&str; 15] = [
    "task",
    "phase",
    "visit",
    "state",
    "required",
    "role",
    "assignee",
    "due",
    "reason",
    "text",
    "why",
    "since",
    "by",
    "playbook_id",
    "task_id",
];

/// One row a task, visit by visit in the order of the checklist.
///
/// # Errors
/// None that can happen.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let incident = &released.incident;
    let mut table = Table::new(&[&COLUMNS[..], &mark::COLUMNS].concat());
    for visit in incident.visits() {
        for task in incident.checklist(&visit.id) {
            let progress = task.progress.get();
            let words = |words: Option<&str>| words.unwrap_or_default().to_owned();
            let mut cells = vec![
                task.what.title.clone(),
                task.phase.id().to_owned(),
                visit.n.to_string(),
                task.state().word().to_owned(),
                if task.what.required { "yes" } else { "" }.to_owned(),
                task.what.role.clone(),
                words(task.assignee()),
                task.due().map(instant).unwrap_or_default(),
                words(progress.and_then(|progress| progress.reason.as_deref())),
                task.what.text.clone(),
                task.what.why.clone(),
                progress.map(|progress| instant(progress.at)).unwrap_or_default(),
                words(progress.map(|progress| progress.by.as_str())),
                words(task.what.playbook_id.as_deref()),
                task.id().to_string(),
            ];
            cells.extend(mark::cells(released));
            table.row(&cells);
        }
    }
    table.end()
}

/// The state of this word on screens or on disk.
pub fn state(words: &str) -> Option<State> {
    let wanted = words.trim().to_lowercase().replace(['-', '_'], " ");
    [State::Open, State::InProgress, State::Blocked, State::Done, State::NotApplicable, State::Waived]
        .into_iter()
        .find(|state| state.word() == wanted)
}

/// A task with how far it is.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    pub add: AddTask,
    pub state: State,
    pub reason: Option<String>,
    /// Since when, and by whom.
    pub at: Option<Happened>,
    pub who: Option<String>,
}

impl Listed {
    /// Puts it on the checklist, unless a task of this name is there, and then on to its state.
    pub fn take(self, row: &Row<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let title = self.add.title.clone();
        let (assignee, due) = (self.add.assignee.clone(), self.add.due);
        let act = |change: Change| Act {
            who: self.who.clone(),
            at: self.at.clone(),
            ..Act::new(row.place.clone(), change)
        };
        sink(Piece::Act(Box::new(act(Command::AddTask(self.add).into()))))?;
        if assignee.is_some() {
            sink(Piece::Act(Box::new(act(Change::Assign { task: title.clone(), to: assignee }))))?;
        }
        if due.is_some() {
            sink(Piece::Act(Box::new(act(Change::Due { task: title.clone(), to: due }))))?;
        }
        if self.state == State::Open {
            return ControlFlow::Continue(());
        }
        let tick = Ticking { task: title, to: self.state, reason: self.reason };
        sink(Piece::Act(Box::new(act(Change::Tick(tick)))))
    }
}

/// Puts the task of a row on the checklist.
pub fn take(row: &Row<'_>, reading: &Reading<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(title) = row.get("task") else {
        return sink(row.refused("task", "there is no title"));
    };
    let word = row.get("state").unwrap_or("open");
    let Some(state) = state(word) else {
        return sink(row.refused("state", format!("there is no state {}", quoted(word))));
    };
    let due = match row.get("due").map(moment::due).transpose() {
        Ok(due) => due,
        Err(why) => return sink(row.refused("due", why)),
    };
    let at = match row.get("since").map(|words| moment::read(words, reading)).transpose() {
        Ok(at) => at,
        Err(why) => return sink(row.refused("since", why)),
    };
    let words = |name: &str| row.get(name).map(str::to_owned);
    let add = AddTask {
        title: title.to_owned(),
        text: words("text"),
        role: words("role"),
        required: row.get("required").is_some_and(says_yes),
        assignee: words("assignee"),
        due,
    };
    Listed { add, state, reason: words("reason"), at, who: words("by") }.take(row, sink)
}
