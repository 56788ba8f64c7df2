//! Indicators: what tells where the actor was, retired ones last; and the table of a paste until it is recorded.

mod questions;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::entry::{Entry, Kind as EntryKind};
use crate::model::id::LineId;
use crate::model::indicator::paste::Around;
use crate::model::indicator::{
    self, AddIndicators, Adding, EditIndicator, Indicator, Kind, RetireIndicators, Use, shown,
};
use crate::model::refusal::Refusal;
use crate::model::text::defang;
use crate::model::time;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::keymap::Scope;
use crate::tui::msg::Effect;
use crate::tui::paste::{self, Pasting, Place};
use crate::tui::pick;

/// The heading above what a paste brings.
pub const NEW: &str = "Understood, not recorded yet";
/// The heading above what a paste brings that is here already.
pub const HERE: &str = "Already here";
/// The heading above what looked like an indicator and was left out.
pub const LEFT: &str = "Left out";
/// The heading above what is not worked with any more.
pub const RETIRED: &str = "Retired";

pub const FACE: Face = Face {
    screen: Screen::Indicators,
    word: "Indicators",
    short: "Ind",
    scope: Scope::Indicators,
    count: |incident| incident.indicators.iter().count(),
    orders: &["newest first"],
    rows,
    words: |incident, key| item(incident, key).map(|item| item.value.clone()),
    line: |incident, key| item(incident, key).map(|item| incident.indicators.addition(item).line),
    acts: &[Action::RetireIndicator, Action::LinkIndicator, Action::EditIndicator],
    offers,
    perform,
    questions: questions::ALL,
};

/// The indicator of a row.
pub fn item<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Indicator> {
    incident.indicators.get(key.noun()?)
}

fn rows(app: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    if let Pasting::Table(table) = &app.pasting {
        return table.keys(keep);
    }
    let incident = case.shown();
    let all = &incident.indicators;
    let mut keys = Vec::with_capacity(all.len());
    let mut retired = vec![Key::Section(RETIRED)];
    for item in all.iter().rev() {
        let kind = all.kind(item);
        let harmless = shown(kind, &item.value);
        let words = [all.note(item), all.source(item)].map(Option::unwrap_or_default);
        if !keep(&[&item.value, &harmless, kind, words[0], words[1]]) {
            continue;
        }
        let key = Key::Noun(item.id.clone());
        if all.retired(item).is_some() { retired.push(key) } else { keys.push(key) }
    }
    keys.append(&mut retired);
    keys
}

/// Adding a value, judged and never given.
pub fn probe_add() -> Command {
    let value = "…".to_owned();
    let indicators = vec![Adding { kind: Kind::Other, value, own: None }];
    Command::Indicator(indicator::Command::Add(AddIndicators { indicators, ..AddIndicators::default() }))
}

/// What stands in the last entry I wrote and is not on the list yet: type and real value. Indicators taken from
/// it since do not hide it, so that `i` takes one after the other.
pub fn offered(app: &App) -> Vec<(Kind, String)> {
    let Some(incident) = app.incident() else { return Vec::new() };
    let mine = |entry: &&Entry| entry.by == app.me.name && entry.undone_by.is_none();
    let taken = |entry: &&Entry| entry.kind == EntryKind::Indicator;
    let last = incident.entries.iter().rev().take_while(mine).find(|entry| !taken(entry));
    let Some(entry) = last.filter(|entry| entry.kind.written()) else { return Vec::new() };
    let zone = app.zone();
    let around = Around { now: app.now, zone: &zone, own: &app.own_domains };
    let rows = crate::model::indicator::paste::offered(entry.shown(), around).into_iter();
    rows.map(|row| (row.kind, row.value))
        .filter(|(kind, value)| incident.indicators.find(kind.id(), value).is_none())
        .collect()
}

/// Opens the question for a new indicator; what my last entry offers stands in it.
///
/// # Errors
/// Refuses while no incident is open.
pub fn add(app: &mut App) -> Done {
    app.open_question(questions::ADD, "")
}

/// Opens the paste box; with a table in front of somebody, the question whether to record it.
///
/// # Errors
/// Refuses while no incident is open.
pub fn paste(app: &mut App) -> Done {
    match &app.pasting {
        Pasting::Reading { .. } => Err(Refusal::refused("The last paste is still being read.")),
        Pasting::Table(_) if app.screen() == Some(Screen::Indicators) => {
            app.open_question(questions::RECORD, "")
        }
        Pasting::Table(_) => super::open(app, Screen::Indicators),
        Pasting::Nothing => app.open_question(questions::PASTE, ""),
    }
}

/// In which other incidents the values of this one occur, asked beside the loop.
pub fn ask_elsewhere(app: &App) -> Vec<Effect> {
    let Some(incident) = app.incident() else { return Vec::new() };
    let all = &incident.indicators;
    let values: Vec<(String, String)> =
        all.iter().map(|item| (all.kind(item).to_owned(), item.value.clone())).collect();
    if values.is_empty() { Vec::new() } else { vec![Effect::Elsewhere(incident.id, values)] }
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    if matches!(action, Action::Add) {
        return Ok(Some(probe_add()));
    }
    if matches!(action, Action::Open | Action::Assign | Action::Due) || matches!(app.row(), Ok(Key::Word(_)))
    {
        return Ok(None);
    }
    let item = selected(app)?;
    let id = item.id.clone();
    Ok(Some(Command::Indicator(match action {
        Action::RetireIndicator => indicator::Command::Retire(RetireIndicators {
            indicators: vec![id],
            to: if retired(app, item) { Use::InUse } else { Use::Retired },
            reason: Some("…".to_owned()),
        }),
        Action::EditIndicator => indicator::Command::Edit(EditIndicator {
            indicator: Some(id),
            note: Some("…".to_owned()),
            ..EditIndicator::default()
        }),
        _ => return Ok(None),
    })))
}

fn retired(app: &App, item: &Indicator) -> bool {
    app.incident().is_some_and(|incident| incident.indicators.retired(item).is_some())
}

fn selected(app: &App) -> Result<&Indicator, Refusal> {
    let gone = || Refusal::refused("That indicator is gone.");
    item(app.incident().ok_or_else(gone)?, app.row()?).ok_or_else(gone)
}

fn perform(app: &mut App, action: Action) -> Done {
    let ids = |app: &App| {
        selected(app)?;
        Ok::<_, Refusal>(app.nouns().iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    };
    if matches!(app.row(), Ok(Key::Word(_))) && matches!(action, Action::Open) {
        return app.open_question(questions::RECORD, "");
    }
    match action {
        Action::Add => add(app),
        Action::Open => card(app),
        Action::RetireIndicator => {
            let again = selected(app).is_ok_and(|item| retired(app, item));
            let question = if again { questions::RESTORE } else { questions::RETIRE };
            ids(app).and_then(|ids| app.open_question(question, &ids))
        }
        Action::LinkIndicator => ids(app).and_then(|ids| app.open_question(questions::LINK, &ids)),
        Action::EditIndicator => {
            let id = selected(app)?.id.to_string();
            app.open_question(questions::EDIT, &id)
        }
        Action::Assign | Action::Due => Err(Refusal::refused("An indicator has no owner and is never due.")
            .hint("o changes what is said of it.")),
        _ => Ok(Vec::new()),
    }
}

/// Takes the row of a paste under the cursor out of it, or in again. `false`: there is no paste.
pub fn toggle(app: &mut App) -> bool {
    let place = app.row().ok().and_then(Place::of);
    match (&mut app.pasting, place) {
        (Pasting::Table(table), Some(place)) => {
            table.toggle(place);
            true
        }
        (Pasting::Table(_), None) => true,
        _ => false,
    }
}

/// Opens the card of an indicator: everything known of it, every act with its key.
fn card(app: &mut App) -> Done {
    let item = selected(app)?;
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let title = shown(incident.indicators.kind(item), &item.value);
    let facts = facts(app, incident, item).into_iter().map(|(label, words)| (label.to_owned(), words));
    let facts = facts.collect();
    let acts = [
        Action::EditIndicator,
        Action::LinkIndicator,
        Action::RetireIndicator,
        Action::Copy,
        Action::CopyReal,
    ];
    pick::open_card(app, title, facts, acts)
}

/// When it was seen at work, in words.
pub fn seen(app: &App, incident: &Incident, item: &Indicator) -> String {
    let zone = app.zone();
    let when = |at| time::when(at, app.now, &zone);
    match (incident.indicators.first(item), incident.indicators.last(item)) {
        (Some(first), Some(last)) if first == last => when(first),
        (Some(first), Some(last)) => format!("{} to {}", when(first), when(last)),
        (Some(first), None) => format!("since {}", when(first)),
        (None, Some(last)) => format!("until {}", when(last)),
        (None, None) => String::new(),
    }
}

/// The names of the components it was seen on.
pub fn components(incident: &Incident, item: &Indicator) -> String {
    let ties = incident.indicators.ties(item);
    let names = ties.components.iter().filter_map(|id| incident.component(id));
    names.map(|component| component.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is known of an indicator: label and words.
pub fn facts(app: &App, incident: &Incident, item: &Indicator) -> Vec<(&'static str, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let all = &incident.indicators;
    let kind = all.kind(item);
    let addition = all.addition(item);
    let entries: Vec<String> = all
        .ties(item)
        .entries
        .iter()
        .filter_map(|id: &LineId| incident.entry_of(*id))
        .map(|entry| format!("{} {}", at(entry.happened), defang(entry.shown())))
        .collect();
    let facts = [
        ("Type", Some(Kind::of(kind).map_or_else(|| kind.to_owned(), |kind| kind.name().to_owned()))),
        ("TLP", all.tlp(item).map(|tlp| tlp.label().to_owned())),
        ("Confidence", all.confidence(item).map(|confidence| confidence.id().to_owned())),
        ("Seen", Some(seen(app, incident, item))),
        ("Source", all.source(item).map(|words| defang(words).into_owned())),
        ("Note", all.note(item).map(|words| defang(words).into_owned())),
        ("Tags", Some(all.tags(item).join(", "))),
        ("On", Some(components(incident, item))),
        ("Entries", Some(entries.join("; "))),
        ("Tied to", Some(all.ties(item).incidents.join(", "))),
        ("Also in", paste::elsewhere(app).map(|other| other.numbers(kind, &item.value, 20))),
        ("Retired", all.retired(item).map(|it| format!("{} by {}: {}", at(it.at), it.by, it.reason))),
        ("Added", Some(format!("{} by {}", at(addition.at), addition.by))),
    ];
    facts
        .into_iter()
        .filter_map(|(label, words)| Some((label, words.filter(|words| !words.is_empty())?)))
        .collect()
}
