//! The board's own acts: moving about, opening, looking at other visits and other times, settling tasks.

use super::act::Action;
use super::app::{App, Focus, ShownZone, Tone, Waiting};
use super::case::{AsOf, Case};
use super::form::Ask;
use super::input::Input;
use super::list::{Cursor, Filter};
use super::modal::Modal;
use super::msg::Effect;
use super::{answer, give, page};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::entry::Entry;
use crate::model::id::NounId;
use crate::model::ledger::approval::About;
use crate::model::refusal::Refusal;
use crate::model::task::{SetTask, State, Task};
use crate::model::time;

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
    let selected = app.case.as_ref().filter(|_| app.focus == Focus::Tasks).and_then(Case::task);
    selected.ok_or_else(|| {
        Refusal::refused("No task is selected.").hint("Tab leads to the checklist; j and k choose a task.")
    })
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
        (Focus::Tasks | Focus::Log, None) => return,
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
            match act.filter(|_| !settled).and_then(|act| ask_of(app, &act)) {
                Some(ask) => {
                    app.offers(Action::Done)?;
                    app.open_form(ask)
                }
                None => page::task_card(app),
            }
        }
        Focus::Log => page::entry_card(app),
    }
}

/// Shows an incident; one that is open already only gets the keys.
pub fn open_incident(app: &mut App, id: uuid::Uuid) -> Vec<Effect> {
    app.focus = Focus::Tasks;
    if app.case.as_ref().is_some_and(|case| case.incident.id == id) {
        return Vec::new();
    }
    app.opening = Some(id);
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
    let other = task.assignee().is_some_and(|who| who != app.me.name);
    if other || task.settled() {
        let ask = if task.settled() { Ask::Reopen(id) } else { Ask::Take(id) };
        return app.open_form(ask);
    }
    let set = SetTask { task: id, to: State::InProgress, reason: None, holds_from: None };
    give::give(app, &Command::SetTask(set))
}

/// The visit before or after the one whose checklist is shown; `None` is the current one.
///
/// # Errors
/// Refuses at both ends.
pub fn other_visit(case: &Case, to: Step) -> Result<Option<NounId>, Refusal> {
    let visits: Vec<&NounId> = case.shown().visits().map(|visit| &visit.id).collect();
    let here = case.visit().map(|visit| &visit.id);
    let at = visits.iter().position(|id| Some(*id) == here).unwrap_or(0);
    let wanted = match to {
        Step::Before => at.checked_sub(1),
        Step::After => Some(at + 1).filter(|at| *at < visits.len()),
    };
    let id = wanted.map(|at| visits[at].clone()).ok_or_else(|| {
        Refusal::refused(match to {
            Step::Before => "There was no visit before this one.",
            Step::After => "There is no later visit.",
        })
    })?;
    let current = case.shown().visit().is_some_and(|visit| visit.id == id);
    Ok((!current).then_some(id))
}

/// Shows the checklist of the visit before or after.
pub fn visit(app: &mut App, to: Step) -> Done {
    if let Some(case) = &mut app.case {
        case.visit = other_visit(case, to)?;
        case.tasks = Cursor::default();
        app.focus = Focus::Tasks;
    }
    Ok(Vec::new())
}

/// Shows the record as it stood when the selected entry was written; again: now.
pub fn as_of(app: &mut App) -> Done {
    let Some(case) = &mut app.case else { return Ok(Vec::new()) };
    if case.as_of.is_some() {
        case.back_to_now();
        return Ok(Vec::new());
    }
    let at = case.entry(case.log.at).map(|entry| entry.recorded);
    Ok(at.map(Effect::AsOf).into_iter().collect())
}

/// The record as it stood is here.
pub fn show_as_of(app: &mut App, at: chrono::DateTime<chrono::Utc>, incident: Incident) {
    let Some(case) = app.case.as_mut().filter(|case| case.incident.id == incident.id) else { return };
    let later = case.incident.entries.iter().filter(|e| e.happened <= at && e.recorded > at).count();
    case.as_of = Some(AsOf { incident, at, later, cursors: (case.tasks, case.log) });
    (case.tasks, case.log, case.visit) = (Cursor::default(), Cursor::default(), None);
    case.refilter_log();
}

/// The next of UTC, the incidents' zone and the zone of this machine, as far as they are known and differ.
pub fn next_zone(app: &mut App) -> Done {
    let order = [ShownZone::Utc, ShownZone::Incident, ShownZone::Here];
    let at = order.iter().position(|zone| *zone == app.zone).unwrap_or(0);
    let before = app.zone();
    for k in 1..=order.len() {
        app.zone = order[(at + k) % order.len()];
        if app.zone() != before {
            break;
        }
    }
    if app.zone() == before {
        app.zone = order[at];
        return Err(Refusal::refused(format!("All times here are in {before}, and no other zone is known."))
            .hint("casebook config zone Europe/Berlin sets one."));
    }
    let said = format!("Times are shown in {}.", app.zone());
    app.say(Tone::Told, said);
    Ok(Vec::new())
}

/// Goes to what waits for me, one after the other.
pub fn next_waiting(app: &mut App) -> Done {
    let waiting = app.waiting();
    let Some(next) = waiting.get(app.waited % waiting.len().max(1)).cloned() else {
        app.say(Tone::Told, "Nothing waits for you.");
        return Ok(Vec::new());
    };
    app.waited += 1;
    let (k, n) = ((app.waited - 1) % waiting.len() + 1, waiting.len());
    match next {
        Waiting::Draft(key) => app.reopen_draft(&key),
        Waiting::Owed(what) => {
            let owing = app.incident().and_then(|incident| {
                let owed = |task: &&Task| task.settled() && incident.unapproved(task);
                incident.tasks.iter().filter(|task| !task.undone).find(owed).map(|task| task.id().clone())
            });
            if let Some(id) = owing {
                select_task(app, &id);
            }
            app.say(Tone::Told, format!("{k} of {n}: {what}. ! records who approved."));
            Ok(Vec::new())
        }
        Waiting::Contested(field) => {
            let sides = app.incident().and_then(|incident| {
                incident.contested().into_iter().find(|contested| contested.field == field)
            });
            let sides = sides.map_or_else(String::new, |contested| {
                let said: Vec<String> =
                    contested.sides.iter().map(|(by, what)| format!("{by}: {what}")).collect();
                said.join("; ")
            });
            app.say(
                Tone::Told,
                format!("{k} of {n}: {field} is contested ({sides}). Setting it again rules."),
            );
            Ok(Vec::new())
        }
    }
}

/// Puts the cursor on a task, in whichever visit's checklist it is.
pub fn select_task(app: &mut App, id: &NounId) {
    let room = app.room(Focus::Tasks);
    let Some(case) = &mut app.case else { return };
    let here = |case: &Case| case.task_rows().iter().position(|task| task.id() == id);
    if here(case).is_none() {
        case.task_filter.clear();
        case.visit = None;
    }
    if here(case).is_none() {
        case.visit = case.shown().task(id).map(|task| task.visit.clone());
    }
    if let Some(at) = here(case) {
        let total = case.task_rows().len();
        case.tasks.go(at, total, room);
        app.focus = Focus::Tasks;
    }
}

/// Puts the cursor on an entry of the log.
pub fn select_entry(app: &mut App, id: crate::model::id::LineId) {
    let room = app.room(Focus::Log);
    let Some(case) = &mut app.case else { return };
    if (0..case.log_len()).all(|at| case.entry(at).is_none_or(|entry| entry.id != id)) {
        case.log_filter.clear();
        case.refilter_log();
    }
    let total = case.log_len();
    if let Some(at) = (0..total).find(|at| case.entry(*at).is_some_and(|entry| entry.id == id)) {
        case.log.go(at, total, room);
        app.focus = Focus::Log;
    }
}

/// Opens the filter line of the list in sight, with the filter that is on.
pub fn open_filter(app: &mut App) -> Done {
    let words = match (app.focus, &app.case) {
        (Focus::Incidents, _) | (_, None) => app.incidents.filter.clone(),
        (Focus::Tasks, Some(case)) => case.task_filter.clone(),
        (Focus::Log, Some(case)) => case.log_filter.clone(),
    };
    let input = Input::line(&words);
    app.modals.push(Modal::Filter(Filter { input, before: words }));
    Ok(Vec::new())
}

/// Filters the list in sight.
pub fn filter(app: &mut App, words: &str) {
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
    }
}

/// One step back on the board: from another time, another visit, marks, a filter; it never leaves.
pub fn back(app: &mut App) -> Done {
    if let Some(case) = &mut app.case {
        if case.as_of.is_some() {
            case.back_to_now();
            return Ok(Vec::new());
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

/// The board as it is now: the current visit, no look at another time.
pub fn home(app: &mut App) -> Done {
    if let Some(case) = &mut app.case {
        case.back_to_now();
        case.visit = None;
    }
    Ok(Vec::new())
}
