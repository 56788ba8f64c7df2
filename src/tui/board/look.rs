//! Looking about: other visits, other times, other zones, what waits, and finding a thing again.

use chrono::{DateTime, Utc};

use super::{Done, Step};
use crate::incident::Incident;
use crate::model::id::{LineId, NounId};
use crate::model::ledger::approval::About;
use crate::model::refusal::Refusal;
use crate::model::task::Task;
use crate::tui::app::{App, Focus, ShownZone, Tone, Waiting};
use crate::tui::case::{AsOf, Case, Then};
use crate::tui::list::Cursor;
use crate::tui::msg::Effect;
use crate::tui::{ruling, screens};

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
    let line = line_at_hand(app);
    let Some(case) = &mut app.case else { return Ok(Vec::new()) };
    if case.as_of.is_some() {
        case.back_to_now();
        screens::relist(app);
        return Ok(Vec::new());
    }
    let at = line.and_then(|line| case.incident.entry_of(line)).map(|entry| entry.written());
    Ok(at.map(Effect::AsOf).into_iter().collect())
}

/// The line of the record that the selected row stands on: of an entry, of what was last said of a task, of
/// the row of a screen.
pub fn line_at_hand(app: &App) -> Option<LineId> {
    let case = app.case.as_ref()?;
    match app.focus {
        Focus::On(screen) => (screen.face().line)(case.shown(), app.shown()?.key()?),
        Focus::Tasks => {
            let task = case.task()?;
            let heads = task.progress.heads().chain(task.assignee.heads()).chain(task.due.heads());
            let last =
                heads.filter_map(|line| case.shown().entry_of(line)).max_by_key(|entry| entry.written());
            last.map(|entry| entry.id).or(Some(task.line))
        }
        Focus::Log | Focus::Incidents => case.entry(case.log.at).map(|entry| entry.id),
    }
}

/// The record as it stood is here.
pub fn show_as_of(app: &mut App, at: DateTime<Utc>, incident: Incident) {
    let Some(case) = app.case.as_mut().filter(|case| case.incident.id == incident.id) else { return };
    let later = case.incident.entries.iter().filter(|e| e.happened <= at && e.written() > at).count();
    let then = Then::Once(Box::new(incident));
    case.as_of = Some(AsOf { then, at, later, cursors: (case.tasks, case.log) });
    (case.tasks, case.log, case.visit) = (Cursor::default(), Cursor::default(), None);
    case.refilter_log();
    screens::relist(app);
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
    // What came since goes before what was looked at; once all was, it begins anew.
    if waiting.iter().all(|one| app.waited.contains(one)) {
        app.waited.clear();
    }
    let Some(at) = waiting.iter().position(|one| !app.waited.contains(one)) else {
        if app.drill().is_some() && app.screen() != Some(screens::Screen::Drill) {
            return screens::open(app, screens::Screen::Drill);
        }
        if screens::drill::after::debrief(app).is_ok() {
            return screens::drill::after::read(app);
        }
        app.say(Tone::Told, "Nothing waits for you.");
        return Ok(Vec::new());
    };
    let next = waiting[at].clone();
    app.waited.push(next.clone());
    let (k, n) = (at + 1, waiting.len());
    match next {
        Waiting::Offered => super::super::screens::people::hand_over(app),
        Waiting::Message(line) => {
            screens::drill::go_to(app, line);
            Ok(Vec::new())
        }
        Waiting::Draft(key) => app.reopen_draft(&key),
        Waiting::Ledger(id) => {
            let said = app.incident().and_then(|incident| incident.ledger_item(&id)).map(|item| {
                format!("{k} of {n}: {} {} ({}). x settles it.", item.label(), item.text, item.state_word())
            });
            screens::select(app, screens::Screen::Decisions, &screens::Key::Noun(id));
            app.say(Tone::Told, said.unwrap_or_default());
            Ok(Vec::new())
        }
        Waiting::Notice(id) => {
            let said = app.incident().and_then(|i| i.notice(&id)).map(|it| (it.label(), it.name.clone()));
            Ok(overdue(app, screens::Screen::Notices, id, said, (k, n), "x records that it was sent"))
        }
        Waiting::Evidence(id) => {
            let said = app.incident().and_then(|i| i.evidence_item(&id));
            let said = said.map(|it| (it.label(), it.name().to_owned()));
            Ok(overdue(app, screens::Screen::Evidence, id, said, (k, n), "x receives it"))
        }
        Waiting::Sitrep => screens::report::read(app, screens::report::Paper::Sitrep),
        Waiting::Action(id) => {
            let said = app.incident().and_then(|i| Some((i, i.improvement(&id)?)));
            let said = said.map(|(i, it)| (i.action_number(it), it.title.clone()));
            Ok(overdue(app, screens::Screen::Decisions, id, said, (k, n), "x says what came of it"))
        }
        Waiting::Lapsed(id) => {
            let found = app.incident().and_then(|i| i.approvals.iter().find(|one| one.id == id)).cloned();
            let Some(granted) = found else { return Ok(Vec::new()) };
            if let About::Task(task) = &granted.about {
                select_task(app, task);
            }
            let until = granted.terms.until_words(app.now, &app.zone()).unwrap_or_default();
            let said =
                format!("{k} of {n}: {}, approved by {} {until}.", granted.what, granted.approval.name);
            app.say(Tone::Told, format!("{said} ! records a new one."));
            Ok(Vec::new())
        }
        Waiting::Owed(what) => {
            let owing = app.incident().and_then(|incident| {
                let owed = |task: &&Task| incident.owes_approval(task);
                incident.tasks.iter().filter(|task| !task.undone).find(owed).map(|task| task.id().clone())
            });
            if let Some(id) = owing {
                select_task(app, &id);
            }
            app.say(Tone::Told, format!("{k} of {n}: {what}. ! records who approved."));
            Ok(Vec::new())
        }
        Waiting::Contested(field) => {
            ruling::open(app, &field);
            Ok(Vec::new())
        }
    }
}

/// Goes to what is overdue on its screen and says what settles it.
fn overdue(
    app: &mut App,
    screen: screens::Screen,
    id: NounId,
    said: Option<(String, String)>,
    (k, n): (usize, usize),
    what: &str,
) -> Vec<Effect> {
    let (number, name) = said.unwrap_or_default();
    screens::select(app, screen, &screens::Key::Noun(id));
    app.say(Tone::Told, format!("{k} of {n}: {number} {name} is OVERDUE. {what}."));
    Vec::new()
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
pub fn select_entry(app: &mut App, id: LineId) {
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
