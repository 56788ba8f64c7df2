//! Lessons and improvement actions under the ledger: their rows, what is known of them, and their acts.

use chrono::{DateTime, Utc};

use super::super::{Done, Keep, Key, Shown};
use super::learning;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::id::{LineId, NounId};
use crate::model::lesson::{self, Improvement, Lesson, SetImprovement, State};
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::pick;

/// The headings, in the order of the screen.
pub const LESSONS: &str = "Lessons";
pub const ACTIONS: &str = "Improvement actions";

/// What was learned, or what follows from it.
#[derive(Clone, Copy)]
pub enum Learned<'a> {
    Lesson(&'a Lesson),
    Action(&'a Improvement),
}

impl Learned<'_> {
    /// Its words.
    pub fn text(&self) -> &str {
        match self {
            Learned::Lesson(lesson) => &lesson.text,
            Learned::Action(action) => &action.title,
        }
    }

    /// `L-1`, `A-3`.
    pub fn number(&self, incident: &Incident) -> String {
        match self {
            Learned::Lesson(lesson) => incident.lesson_number(lesson),
            Learned::Action(action) => incident.action_number(action),
        }
    }

    pub(super) fn newest(&self) -> LineId {
        match self {
            Learned::Lesson(lesson) => lesson.line,
            Learned::Action(action) => action.state.heads().last().unwrap_or(action.line),
        }
    }
}

/// Whether an action is open after its due time.
pub fn overdue(action: &Improvement, now: DateTime<Utc>) -> bool {
    action.open() && action.due().is_some_and(|due| due < now)
}

/// The lesson or action of a row.
pub fn learned<'a>(incident: &'a Incident, key: &Key) -> Option<Learned<'a>> {
    let id = key.noun()?;
    let lesson = incident.lesson(id).map(Learned::Lesson);
    lesson.or_else(|| incident.improvement(id).map(Learned::Action))
}

/// The lesson or action under the cursor.
pub(super) fn under(app: &App) -> Option<Learned<'_>> {
    learned(app.incident()?, app.shown().and_then(Shown::key)?)
}

pub(super) fn rows(incident: &Incident, now: DateTime<Utc>, order: usize, keep: Keep<'_>, to: &mut Vec<Key>) {
    let lessons = incident.lessons().filter(|lesson| {
        let said = [&lesson.cause, &lesson.finding, &lesson.category].map(|it| it.as_deref().unwrap_or(""));
        keep(&[&lesson.text, &lesson.number, said[0], said[1], said[2], &lesson.by])
    });
    let lessons: Vec<&NounId> = lessons.map(|lesson| &lesson.id).collect();
    section(LESSONS, lessons, incident.lessons().next().is_none(), keep, to);
    let mut actions: Vec<&Improvement> = incident
        .improvements()
        .filter(|it| {
            let owner = it.owner().unwrap_or_default();
            keep(&[&it.title, &it.number, it.state().word(), owner, &it.by])
        })
        .collect();
    if order == 0 {
        let far = DateTime::<Utc>::MAX_UTC;
        actions.sort_by_key(|it| (!overdue(it, now), !it.open(), it.due().unwrap_or(far)));
    }
    let actions = actions.into_iter().map(|action| &action.id).collect();
    section(ACTIONS, actions, incident.improvements().next().is_none(), keep, to);
}

fn section(words: &'static str, kept: Vec<&NounId>, bare: bool, keep: Keep<'_>, to: &mut Vec<Key>) {
    to.push(Key::Section(words));
    if bare && keep(&[words]) {
        to.push(Key::Nothing(words));
    }
    to.extend(kept.into_iter().cloned().map(Key::Noun));
}

/// The form that adds to a section; `None`: it is a section of the ledger.
pub(super) fn adding(section: Option<&str>) -> Option<&'static str> {
    match section? {
        LESSONS => Some(learning::LESSON.name),
        ACTIONS => Some(learning::IMPROVE.name),
        _ => None,
    }
}

/// The action an act is about.
fn action_of<'a>(learned: Learned<'a>) -> Result<&'a Improvement, Refusal> {
    match learned {
        Learned::Action(action) => Ok(action),
        Learned::Lesson(lesson) => Err(Refusal::refused(format!(
            "{} is a lesson: its improvement actions have an owner, a due time and a state.",
            lesson.number
        ))
        .hint("a under Improvement actions agrees on one.")),
    }
}

pub(super) fn set(action: &Improvement, to: State, reason: Option<String>, shows: Option<String>) -> Command {
    let set = SetImprovement { improvement: action.id.clone(), to, reason, evidence: shows };
    Command::Lesson(lesson::Command::Set(set))
}

fn open_only(action: &Improvement) -> Result<(), Refusal> {
    if action.open() {
        return Ok(());
    }
    Err(Refusal::refused(format!("{} is {} already.", action.number, action.state().word()))
        .hint("o opens it again, with a reason."))
}

pub(super) fn offers(app: &App, act: Action, learned: Learned<'_>) -> Result<Option<Command>, Refusal> {
    let words = || Some("…".to_owned());
    Ok(match act {
        Action::Settle => {
            let action = action_of(learned)?;
            open_only(action)?;
            Some(set(action, State::Done, None, words()))
        }
        Action::Withdraw => {
            let action = action_of(learned)?;
            open_only(action)?;
            Some(set(action, State::Dropped, words(), None))
        }
        Action::Reopen => {
            let action = action_of(learned)?;
            if action.open() {
                return Err(Refusal::refused(format!("{} is open.", action.number)));
            }
            Some(set(action, State::Open, words(), None))
        }
        Action::Assign => {
            let improvement = action_of(learned)?.id.clone();
            Some(Command::Lesson(lesson::Command::Assign { improvement, to: words() }))
        }
        Action::Due => {
            let improvement = action_of(learned)?.id.clone();
            Some(Command::Lesson(lesson::Command::Due { improvement, to: Some(app.now) }))
        }
        _ => None,
    })
}

/// Does an act to the lesson or action under the cursor; `None`: it is about something else.
pub(super) fn perform(app: &mut App, act: Action) -> Option<Done> {
    let found = under(app)?;
    let question = match act {
        Action::Open => return Some(card(app)),
        Action::Settle => learning::DONE,
        Action::Withdraw => learning::DROP,
        Action::Reopen => learning::AGAIN,
        Action::Assign => learning::OWNER,
        Action::Due => learning::DUE,
        _ => return None,
    };
    let id = match action_of(found) {
        Ok(action) => action.id.to_string(),
        Err(refusal) => return Some(Err(refusal)),
    };
    Some(app.open_question(question.name, &id))
}

/// All that is known of a lesson or an action.
pub fn facts(app: &App, incident: &Incident, learned: Learned<'_>) -> Vec<(String, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let said = |words: &Option<String>| words.clone().unwrap_or_default();
    let facts = match learned {
        Learned::Lesson(it) => {
            let follows = incident.improvements().filter(|action| action.lesson.as_ref() == Some(&it.id));
            let follows: Vec<String> = follows
                .map(|one| format!("{} {}, {}", incident.action_number(one), one.title, one.state().word()))
                .collect();
            vec![
                ("By", format!("{} {}", it.by, at(it.at))),
                ("Cause", said(&it.cause)),
                ("Finding", said(&it.finding)),
                ("About", said(&it.category)),
                ("Effect", it.effect.map(|effect| effect.word().to_owned()).unwrap_or_default()),
                ("Phase", it.phase.map(|phase| phase.name().to_owned()).unwrap_or_default()),
                ("Actions", follows.join("; ")),
            ]
        }
        Learned::Action(it) => {
            let from = it.lesson.as_ref().and_then(|id| incident.lesson(id));
            let from = from.map(|one| format!("{} {}", incident.lesson_number(one), one.text));
            let stand = it.state.get().filter(|stand| stand.state != State::Open);
            let now = stand.map(|stand| format!("{}, {} {}", stand.state.word(), stand.by, at(stand.at)));
            vec![
                ("By", format!("{} {}", it.by, at(it.added))),
                ("Now", now.unwrap_or_default()),
                ("Reason", stand.map(|stand| said(&stand.reason)).unwrap_or_default()),
                ("Shown by", stand.map(|stand| said(&stand.evidence)).unwrap_or_default()),
                ("Due", it.due().map(at).unwrap_or_default()),
                ("Owner", it.owner().unwrap_or_default().to_owned()),
                ("Lesson", from.unwrap_or_default()),
                ("Measure", said(&it.success)),
            ]
        }
    };
    let said = facts.into_iter().filter(|(_, words)| !words.is_empty());
    said.map(|(label, words)| (label.to_owned(), words)).collect()
}

/// Opens the card of a lesson or an action: all of it, and the acts on it with their keys.
fn card(app: &mut App) -> Done {
    let (Some(found), Some(incident)) = (under(app), app.incident()) else { return Ok(Vec::new()) };
    let facts = facts(app, incident, found);
    let title = format!("{} {}", found.number(incident), found.text());
    let acts: &[Action] = match found {
        Learned::Lesson(_) => &[Action::Copy],
        Learned::Action(_) => {
            &[Action::Settle, Action::Withdraw, Action::Reopen, Action::Assign, Action::Due, Action::Copy]
        }
    };
    pick::open_card(app, title, facts, acts.iter().copied())
}
