//! The board's own acts: moving about, opening, looking at other visits and other times, settling tasks.

mod look;

use super::act::Action;
use super::app::{App, Focus, Tone};
use super::case::Case;
use super::form::Ask;
use super::input::Input;
use super::list::{Cursor, Filter};
use super::modal::Modal;
use super::msg::Effect;
use super::{answer, give, page, screens};
use crate::incident::command::Command;
use crate::incident::people::role_of;
use crate::model::entry::Entry;
use crate::model::id::NounId;
use crate::model::ledger::approval::About;
use crate::model::refusal::Refusal;
use crate::model::task::{SetTask, State, Task};
use crate::model::time;

pub use look::{
    as_of, line_at_hand, next_waiting, next_zone, other_visit, select_entry, select_task, show_as_of, visit,
};

type Done = Result<Vec<Effect>, Refusal>;

/// One step in a row of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Before,
    After,
}

/// The task an act is about.
///
/// # Errors
/// Refuses when no task is selected.
pub fn task(app: &App) -> Result<&Task, Refusal> {
    let way = match app.focus {
        Focus::Tasks => None,
        Focus::Incidents => Some("Tab"),
        Focus::Log => Some("Shift-Tab"),
        Focus::On(_) => Some("1"),
    };
    if let Some(way) = way {
        return Err(Refusal::refused(format!("Tasks are in the checklist; {way} goes there.")));
    }
    let selected = app.case.as_ref().and_then(Case::task);
    selected
        .ok_or_else(|| Refusal::refused("No task is selected.").hint("a adds one; j and k choose a task."))
}

/// The id of the task an act is about.
///
/// # Errors
/// Refuses when no task is selected.
pub fn task_id(app: &App) -> Result<NounId, Refusal> {
    Ok(task(app)?.id().clone())
}

/// The entry an act is about.
///
/// # Errors
/// Refuses when the log is empty.
pub fn entry(app: &App) -> Result<&Entry, Refusal> {
    let selected = app.case.as_ref().and_then(|case| case.entry(case.log.at));
    selected.ok_or_else(|| Refusal::refused("The log is empty."))
}

/// What `!` is about: the selected task if it wants an approval, else the move into this visit.
pub fn approvable(app: &App) -> Option<NounId> {
    let task = task(app).ok()?;
    let wants = task.what.needs_authorisation || task.what.act.as_deref() == Some("approval");
    wants.then(|| task.id().clone())
}

/// What an approval is about: the task, else the last move that went without one, else the last move.
pub fn about(app: &App, task: Option<NounId>) -> Option<About> {
    if let Some(task) = task {
        return Some(About::Task(task));
    }
    let incident = app.incident()?;
    let abouts =
        incident.visits().rev().filter(|visit| visit.needs_authorisation && visit.approval.is_none());
    abouts.map(|visit| About::Visit(visit.id.clone())).find(|about| incident.approval_of(about).is_none())
}

/// Whether there is something to open again.
///
/// # Errors
/// Refuses for a task that is open.
pub fn reopenable(task: &Task) -> Result<(), Refusal> {
    match task.state() {
        State::Open => Err(Refusal::refused(format!("{:?} is open already.", task.what.title))),
        _ => Ok(()),
    }
}

/// Moves the cursor of the pane in hand.
pub fn walk(app: &mut App, action: Action) {
    if let Focus::On(screen) = app.focus {
        return screens::walk(app, screen, action);
    }
    let room = app.room(app.focus);
    let (cursor, total) = match (app.focus, &mut app.case) {
        (Focus::Incidents, _) => (&mut app.incidents.cursor, app.incidents.shown.len()),
        (Focus::Tasks, Some(case)) => {
            let total = case.task_rows().len();
            (&mut case.tasks, total)
        }
        (Focus::Log, Some(case)) => {
            let total = case.log_len();
            (&mut case.log, total)
        }
        (Focus::Tasks | Focus::Log, None) | (Focus::On(_), _) => return,
    };
    step(cursor, action, total, room);
    if app.focus == Focus::Log
        && let Some(case) = app.case.as_mut().filter(|case| case.log.at == 0)
    {
        case.look();
    }
}

/// Moves a cursor through `total` rows, `room` of them in sight.
pub fn step(cursor: &mut Cursor, action: Action, total: usize, room: usize) {
    let (at, last) = (cursor.at, total.saturating_sub(1));
    let to = match action {
        Action::Down => at + 1,
        Action::Up => at.saturating_sub(1),
        Action::Top => 0,
        Action::Bottom => last,
        Action::PageDown => at + room,
        Action::PageUp => at.saturating_sub(room),
        Action::HalfDown => at + room / 2,
        Action::HalfUp => at.saturating_sub(room / 2),
        _ => at,
    };
    cursor.go(to, total, room);
}

/// Marks the selected task, or takes the mark away, and goes on to the next.
pub fn mark(app: &mut App) {
    if let Focus::On(screen) = app.focus {
        return screens::mark(app, screen);
    }
    if let Ok(id) = task_id(app)
        && let Some(case) = &mut app.case
        && !case.marked.remove(&id)
    {
        case.marked.insert(id);
    }
    walk(app, Action::Down);
}

/// Gives the keys to the next or previous pane.
pub fn pane(app: &mut App, to: Step) -> Done {
    if app.case.is_none() {
        app.focus = Focus::Incidents;
        return Err(Refusal::refused("No incident is open.").hint("Enter opens the selected one."));
    }
    if let Focus::On(screen) = app.focus {
        screens::section(app, screen, to);
        return Ok(Vec::new());
    }
    let count = Focus::ALL.len();
    let at = Focus::ALL.iter().position(|focus| *focus == app.focus).unwrap_or(0);
    let next = if to == Step::After { at + 1 } else { at + count - 1 } % count;
    if app.focus == Focus::Log
        && let Some(case) = &mut app.case
    {
        case.look();
    }
    app.focus = Focus::ALL[next];
    Ok(Vec::new())
}

/// Opens what is selected: an incident, a task's act or its card, an entry in full.
pub fn open(app: &mut App) -> Done {
    match app.focus {
        Focus::Incidents => {
            let row = app.incidents.selected().ok_or_else(|| {
                Refusal::refused("There is no incident here.")
                    .hint("a opens a new one; f changes the filter.")
            })?;
            if row.restricted {
                return Err(Refusal::refused(format!("{} may not be read by you.", row.number)));
            }
            let id = row.id;
            Ok(open_incident(app, id))
        }
        Focus::Tasks => {
            let task = task(app)?;
            let (act, settled) = (task.what.act.clone(), task.settled());
            // Many images may be needed for it, so x ticks it by hand all the same.
            if act.as_deref() == Some("evidence") && !settled {
                return app.perform(Action::AddEvidence);
            }
            match act.filter(|_| !settled).and_then(|act| ask_of(app, &act)) {
                Some(ask) => {
                    app.offers(Action::Done)?;
                    app.open_form(ask)
                }
                None => page::task_card(app),
            }
        }
        Focus::Log => page::entry_card(app),
        Focus::On(_) => Ok(Vec::new()),
    }
}

/// Shows an incident; one that is open already only gets the keys.
pub fn open_incident(app: &mut App, id: uuid::Uuid) -> Vec<Effect> {
    (app.focus, app.going) = (Focus::Tasks, None);
    if app.case.as_ref().is_some_and(|case| case.incident.id == id) {
        return Vec::new();
    }
    vec![Effect::Open(id)]
}

/// The question behind a task that is an act. `None`: nothing here does it, so the task is ticked by hand.
fn ask_of(app: &App, act: &str) -> Option<Ask> {
    let incident = app.incident()?;
    match act {
        "signal" => Some(Ask::Signal),
        "ack" => Some(Ask::Acknowledge),
        "determine" => Some(Ask::Determine),
        "classify" if incident.severity().is_none() => Some(Ask::Severity),
        "classify" => Some(Ask::Head),
        "posture" => Some(Ask::Posture),
        "approval" => Some(Ask::Approval(task_id(app).ok())),
        "improvement" => Some(Ask::Of(&screens::decisions::IMPROVE, String::new())),
        _ => None,
    }
}

/// Settles the selected task. One that is done stays so; it only says by whom. One that is an act is done by
/// doing the act: taking ownership needs no words, the others ask for theirs.
pub fn done(app: &mut App) -> Done {
    let act = task(app)?.what.act.clone();
    let alone = answer::marked(app, task(app)?.id()).len() == 1;
    if let Some(ask) = act.filter(|_| alone).and_then(|act| ask_of(app, &act))
        && !task(app)?.settled()
    {
        return match ask {
            Ask::Acknowledge => give::give(app, &Command::Acknowledge),
            ask => app.open_form(ask),
        };
    }
    let task = task(app)?;
    if let Some(progress) = task.progress.get().filter(|progress| progress.state.settled()) {
        let at = time::when(progress.at, app.now, &app.zone());
        let held = progress.holds_from.map(|visit| format!(", holds from visit {visit}")).unwrap_or_default();
        let said = format!("{} by {}, {at}{held}. o opens it again.", progress.state.word(), progress.by);
        app.say(Tone::Told, said);
        return Ok(Vec::new());
    }
    let done = |task| Command::SetTask(SetTask { task, to: State::Done, reason: None, holds_from: None });
    let all: Vec<Command> = answer::marked(app, task.id()).into_iter().map(done).collect();
    let given = give::give_all(app, &all, &give::Envelope::default())?;
    if let Some(case) = &mut app.case {
        case.marked.clear();
    }
    Ok(given)
}

/// Takes the selected task; asks first where somebody else has it.
pub fn take(app: &mut App) -> Done {
    let task = task(app)?;
    let id = task.id().clone();
    // What is given to a role is nobody's until somebody takes it.
    let named = task.assignee().filter(|who| role_of(who).is_none());
    let mine = |who: &str| app.incident().is_some_and(|incident| incident.same_person(who, &app.me.name));
    let other = named.is_some_and(|who| !mine(who));
    if other || task.settled() {
        let ask = if task.settled() { Ask::Reopen(id) } else { Ask::Take(id) };
        return app.open_form(ask);
    }
    let set = SetTask { task: id, to: State::InProgress, reason: None, holds_from: None };
    give::give(app, &Command::SetTask(set))
}

/// Opens the filter line of the list in sight, with the filter that is on.
pub fn open_filter(app: &mut App) -> Done {
    let words = match (app.focus, &app.case) {
        (Focus::Incidents, _) | (_, None) => app.incidents.filter.clone(),
        (Focus::Tasks, Some(case)) => case.task_filter.clone(),
        (Focus::Log, Some(case)) => case.log_filter.clone(),
        (Focus::On(screen), Some(case)) => case.list(screen).filter.clone(),
    };
    let input = Input::line(&words);
    app.modals.push(Modal::Filter(Filter { input, before: words }));
    Ok(Vec::new())
}

/// Filters the list in sight.
pub fn filter(app: &mut App, words: &str) {
    if let Focus::On(screen) = app.focus {
        return screens::filter(app, screen, words);
    }
    match (app.focus, &mut app.case) {
        (Focus::Incidents, _) | (_, None) => app.incidents.narrow(words),
        (Focus::Tasks, Some(case)) => {
            words.clone_into(&mut case.task_filter);
            case.tasks = Cursor::default();
        }
        (Focus::Log, Some(case)) => {
            words.clone_into(&mut case.log_filter);
            case.log = Cursor::default();
            case.refilter_log();
        }
        (Focus::On(_), _) => {}
    }
}

/// One step back: from another time, another visit, marks, a filter, another screen; it never leaves the board.
pub fn back(app: &mut App) -> Done {
    let screen = app.screen();
    if let Some(case) = &mut app.case {
        if case.as_of.is_some() {
            case.back_to_now();
            screens::relist(app);
            return Ok(Vec::new());
        }
        if let Some(screen) = screen {
            return screens::back(app, screen);
        }
        if case.visit.take().is_some() {
            case.tasks = Cursor::default();
            return Ok(Vec::new());
        }
        if !case.marked.is_empty() {
            case.marked.clear();
            return Ok(Vec::new());
        }
    }
    filter(app, "");
    Ok(Vec::new())
}

/// The board as it is now: the current visit, no look at another time; a replay goes on there.
pub fn home(app: &mut App) -> Done {
    if let Some(case) = &mut app.case {
        if case.replay().is_none() {
            case.back_to_now();
        }
        case.visit = None;
    }
    Ok(Vec::new())
}
