//! The replay on the screens: the record as it stood with one entry, then with the next one or the one before.

use chrono::{DateTime, Utc};

use super::act::Action;
use super::app::{App, Focus};
use super::case::{AsOf, Then};
use super::msg::Effect;
use super::{command_line, screens};
use crate::incident::replay::{Replay, Step};
use crate::model::entry::Entry;
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::verb;

type Done = Result<Vec<Effect>, Refusal>;

/// The step a key makes; `None`: it is no key of the replay, or it asks where to.
fn step(action: Action) -> Option<Step> {
    Some(match action {
        Action::NextEntry => Step::Next,
        Action::EntryBefore => Step::Before,
        Action::NextMinute => Step::NextMinute,
        Action::MinuteBefore => Step::MinuteBefore,
        Action::FirstEntry => Step::First,
        Action::LastEntry => Step::Last,
        _ => return None,
    })
}

/// Where a key leads in the replay; `None`: it is no key of the replay.
///
/// # Errors
/// Refuses where there is nothing that way.
pub fn offers(app: &App, action: Action) -> Option<Result<usize, Refusal>> {
    let step = step(action)?;
    let Some(replay) = app.replay() else {
        return Some(Err(Refusal::refused("No record is replayed here.").hint(":replay begins one.")));
    };
    Some(replay.to(step).ok_or_else(|| {
        Refusal::refused(match step {
            Step::First | Step::Before | Step::MinuteBefore => "This is the first of the record.",
            Step::Last | Step::Next | Step::NextMinute => "This is the last of the record.",
        })
        .hint("Esc returns to now; g goes to a time.")
    }))
}

/// Does a step, or asks for the time to go to.
///
/// # Errors
/// As [`offers`].
pub fn perform(app: &mut App, action: Action) -> Done {
    match offers(app, action) {
        Some(to) => go(app, to?),
        None => return command_line::open(app, "replay --at "),
    }
    Ok(Vec::new())
}

/// Begins to replay the open incident, or goes to the time named where it is being replayed.
///
/// # Errors
/// Refuses words that are no time, and times before the record.
pub fn begin(app: &mut App, words: Option<&str>) -> Done {
    let Some(case) = &app.case else {
        return Err(Refusal::refused("No incident is open.").hint("Enter opens the selected one."));
    };
    let zone = app.zone();
    // A time without its day is of the day in sight; without a replay it is the last such time of the record.
    let last = match app.replay() {
        Some(replay) => zone.last_second(zone.date(replay.moment())),
        None => case.incident.entries.last().map_or(app.now, |entry| entry.written()),
    };
    let moment = words.map(|words| verb::moment_of_record(words, last, &zone)).transpose()?;
    match (app.replay(), moment) {
        (None, _) => Ok(vec![Effect::Replay(moment)]),
        (Some(_), None) => Ok(Vec::new()),
        (Some(replay), Some(moment)) => {
            let stop = stop_at(app, replay, moment)?;
            go(app, stop);
            Ok(Vec::new())
        }
    }
}

/// The journal of the open incident is here.
///
/// # Errors
/// Refuses a time before the record; the replay begins at its first entry then.
pub fn show(app: &mut App, replay: Replay, moment: Option<DateTime<Utc>>) -> Done {
    let stop = moment.map_or(Ok(0), |moment| stop_at(app, &replay, moment));
    let Some(case) = app.case.as_mut().filter(|case| case.incident.id == replay.id()) else {
        return Ok(Vec::new());
    };
    let cursors = case.as_of.take().map_or((case.tasks, case.log), |as_of| as_of.cursors);
    let at = replay.moment();
    case.as_of = Some(AsOf { then: Then::Replay(Box::new(replay)), at, later: 0, cursors });
    if app.focus == Focus::Incidents {
        app.focus = Focus::Log;
    }
    go(app, *stop.as_ref().unwrap_or(&0));
    stop.map(|_| Vec::new())
}

fn stop_at(app: &App, replay: &Replay, moment: DateTime<Utc>) -> Result<usize, Refusal> {
    replay.stop_at(moment).ok_or_else(|| {
        let when = |at| time::when(at, app.now, &app.zone());
        let first = replay.known(0).map(when).unwrap_or_default();
        Refusal::refused(format!("Nothing was in the record {}.", when(moment)))
            .hint(format!("Its first entry was written {first}."))
    })
}

/// Shows the record as it stood with an entry, from 0.
fn go(app: &mut App, stop: usize) {
    let room = app.room(Focus::Tasks);
    let Some(case) = &mut app.case else { return };
    let Some(AsOf { then: Then::Replay(replay), at, later, .. }) = &mut case.as_of else { return };
    replay.go(stop);
    *at = replay.moment();
    let moment = *at;
    let unwritten = |entry: &&Entry| entry.happened <= moment && entry.written() > moment;
    *later = case.incident.entries.iter().filter(unwritten).count();
    (case.visit, case.log) = (None, super::list::Cursor::default());
    let total = case.task_rows().len();
    case.tasks.go(case.tasks.at, total, room);
    case.refilter_log();
    screens::relist(app);
}

impl App {
    /// The journal that is being stepped through.
    pub fn replay(&self) -> Option<&Replay> {
        self.case.as_ref()?.replay()
    }
}
