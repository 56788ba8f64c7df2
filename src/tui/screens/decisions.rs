//! Decisions: the ledger in sections, what was learned under it, what is due first, and the acts that settle it.

pub mod learned;
mod learning;
mod questions;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::id::{LineId, NounId};
use crate::model::ledger::{self, Item, SetTimes, Settle, Sort, State};
use crate::model::refusal::Refusal;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::give::{self, Envelope};
use crate::tui::keymap::Scope;
use crate::tui::{page, pick};

pub use learning::IMPROVE;
pub use questions::{ASSUME, DECIDE, MEASURE, TIMER};

pub const FACE: Face = Face {
    screen: Screen::Decisions,
    word: "Decisions",
    short: "Decisions",
    scope: Scope::Decisions,
    count: |incident| {
        let actions = incident.improvements().filter(|action| action.open()).count();
        incident.ledger().filter(|item| item.open()).count() + actions
    },
    orders: &["due first", "as written"],
    rows,
    words: |incident, key| {
        let learned = || learned::learned(incident, key).map(|learned| learned.text().to_owned());
        item(incident, key).map(|item| item.text.clone()).or_else(learned)
    },
    line: |incident, key| {
        let learned = || learned::learned(incident, key).map(|learned| learned.newest());
        item(incident, key).map(newest).or_else(learned)
    },
    acts: &[Action::Settle, Action::Withdraw, Action::Reopen],
    offers,
    perform,
    questions: questions::ALL,
};

/// The sections, in the order of the screen.
pub const SECTIONS: [(&str, Sort); 6] = [
    ("Temporary measures", Sort::Measure),
    ("Timers", Sort::Timer),
    ("Approvals", Sort::Approval),
    ("Decisions", Sort::Decision),
    ("Assumptions", Sort::Assumption),
    ("Declared", Sort::Declaration),
];

/// The noun of a section.
pub fn sort_of(section: &str) -> Option<Sort> {
    SECTIONS.iter().find(|(words, _)| *words == section).map(|(_, sort)| *sort)
}

/// The line of the ledger of a row.
pub fn item<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Item> {
    incident.ledger_item(key.noun()?)
}

fn newest(item: &Item) -> LineId {
    item.stand.heads().last().unwrap_or(item.line)
}

fn rows(app: &App, case: &Case, order: usize, keep: Keep<'_>) -> Vec<Key> {
    let incident = case.shown();
    let now = case.as_of.as_ref().map_or(app.now, |as_of| as_of.at);
    let far = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    let mut keys = Vec::new();
    for (words, sort) in SECTIONS {
        keys.push(Key::Section(words));
        let kept = |item: &&Item| {
            let number = item.label();
            let owner = item.owner().unwrap_or_default();
            keep(&[&item.text, &number, item.state_word(), owner, &item.by])
        };
        let mut items: Vec<&Item> = incident.ledger_of(sort).filter(kept).collect();
        if order == 0 {
            items.sort_by_key(|item| (!item.overdue(now), !item.open(), item.next_time().unwrap_or(far)));
        }
        if items.is_empty() && incident.ledger_of(sort).next().is_none() && keep(&[words]) {
            keys.push(Key::Nothing(words));
        }
        keys.extend(items.into_iter().map(|item| Key::Noun(item.id.clone())));
    }
    learned::rows(incident, now, order, keep, &mut keys);
    keys
}

/// The lines of the ledger an act is about.
fn in_hand(app: &App) -> Vec<&Item> {
    let Some(incident) = app.incident() else { return Vec::new() };
    app.nouns().iter().filter_map(|id| incident.ledger_item(id)).collect()
}

/// The line of the ledger under the cursor.
///
/// # Errors
/// Refuses where there is none.
fn selected(app: &App) -> Result<&Item, Refusal> {
    let nothing = || Refusal::refused("Nothing is selected here.").hint("a adds to this section.");
    if let Some(Key::Nothing(_)) = app.shown().and_then(super::Shown::key) {
        return Err(nothing());
    }
    let id = app.noun()?;
    app.incident().and_then(|incident| incident.ledger_item(id)).ok_or_else(nothing)
}

fn by_id<'a>(app: &'a App, id: &str) -> Result<&'a Item, Refusal> {
    let known = app.incident().and_then(|incident| incident.ledger_item(&NounId(id.to_owned())));
    known.filter(|item| !item.undone).ok_or_else(|| Refusal::refused("That line of the ledger is gone."))
}

/// How `x` settles a noun with one press; `None`: it asks for words.
fn settled(sort: Sort) -> Option<State> {
    match sort {
        Sort::Decision | Sort::Assumption => Some(State::Confirmed),
        Sort::Measure => Some(State::Removed),
        Sort::Approval | Sort::Timer | Sort::Declaration => None,
    }
}

/// How `w` settles a noun, with a reason; the first is the usual one.
fn withdrawn(sort: Sort) -> &'static [State] {
    match sort {
        Sort::Decision => &[State::Withdrawn],
        Sort::Assumption => &[State::Refuted, State::Dropped],
        Sort::Approval => &[State::Refused, State::Withdrawn],
        Sort::Measure => &[State::Permanent],
        Sort::Timer => &[State::Cancelled],
        Sort::Declaration => &[State::StoodDown],
    }
}

fn settle(item: &Item, to: State, reason: Option<String>) -> Command {
    let settle = Settle { item: item.id.clone(), to, reason };
    Command::Ledger(Box::new(ledger::Command::Settle(settle)))
}

fn open_only(item: &Item) -> Result<(), Refusal> {
    if item.open() {
        return Ok(());
    }
    Err(Refusal::refused(format!("{} is {} already.", item.label(), item.state_word()))
        .hint("o opens it again, with a reason."))
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    if let Some(learned) = learned::under(app) {
        return learned::offers(app, action, learned);
    }
    let words = || Some("…".to_owned());
    Ok(match action {
        Action::Settle => {
            let item = selected(app)?;
            open_only(item)?;
            settled(item.sort()).map(|to| settle(item, to, None))
        }
        Action::Withdraw => {
            let item = selected(app)?;
            if item.state() != State::Confirmed {
                open_only(item)?;
            }
            match item.sort() {
                Sort::Approval => None,
                sort => Some(settle(item, withdrawn(sort)[0], words())),
            }
        }
        Action::Reopen => {
            let item = selected(app)?;
            if item.open() {
                return Err(Refusal::refused(format!("{} is {}.", item.label(), item.state_word())));
            }
            Some(settle(item, State::Open, words()))
        }
        Action::Assign => {
            let give = ledger::Command::Give { item: selected(app)?.id.clone(), to: words() };
            Some(Command::Ledger(Box::new(give)))
        }
        Action::Due => {
            let item = selected(app)?.id.clone();
            let set = SetTimes {
                item: Some(item),
                due: Some(Some(app.now + chrono::TimeDelta::minutes(1))),
                ..SetTimes::default()
            };
            Some(Command::Ledger(Box::new(ledger::Command::SetTimes(set))))
        }
        _ => None,
    })
}

fn perform(app: &mut App, action: Action) -> Done {
    if let Some(done) = learned::perform(app, action) {
        return done;
    }
    match action {
        Action::Open => match app.shown().and_then(super::Shown::key) {
            Some(Key::Nothing(section)) => {
                let section = *section;
                add(app, Some(section))
            }
            _ => card(app),
        },
        Action::Add => {
            let section = app.shown().and_then(super::Shown::section);
            add(app, section)
        }
        Action::Settle => {
            let item = selected(app)?;
            let (id, sort) = (item.id.to_string(), item.sort());
            match settled(sort) {
                Some(to) => {
                    let same = in_hand(app).into_iter().filter(|item| item.sort() == sort && item.open());
                    let commands: Vec<Command> = same.map(|item| settle(item, to, None)).collect();
                    let done = give::give_all(app, &commands, &Envelope::default());
                    super::unmark(app);
                    done
                }
                None => app.open_question(questions::settling(sort), &id),
            }
        }
        Action::Withdraw => {
            let id = selected(app)?.id.to_string();
            app.open_question(questions::WITHDRAW.name, &id)
        }
        Action::Reopen => {
            let id = selected(app)?.id.to_string();
            app.open_question(questions::AGAIN.name, &id)
        }
        Action::Assign => {
            let id = selected(app)?.id.to_string();
            app.open_question(questions::OWNER.name, &id)
        }
        Action::Due => {
            let id = selected(app)?.id.to_string();
            app.open_question(questions::TIMES.name, &id)
        }
        _ => Ok(Vec::new()),
    }
}

/// Adds to a section.
fn add(app: &mut App, section: Option<&str>) -> Done {
    let sort = section.and_then(sort_of).unwrap_or(Sort::Decision);
    app.open_question(learned::adding(section).unwrap_or(questions::adding(sort)), "")
}

/// Opens the card of the selected line: all of it, and every act with its key.
fn card(app: &mut App) -> Done {
    let facts = page::ledger_facts(app, selected(app)?);
    let item = selected(app)?;
    let title = format!("{} {}", item.label(), item.text);
    let acts = [Action::Settle, Action::Withdraw, Action::Reopen, Action::Assign, Action::Due, Action::Copy];
    pick::open_card(app, title, facts, acts)
}
