//! Lists to choose from: what was found, the palette, my acts to take back, readiness, the card of a thing.

use crossterm::event::KeyEvent;

use super::act::Action;
use super::app::{App, Focus};
use super::input::Input;
use super::keymap::{self, KEYMAP, Scope};
use super::list::Cursor;
use super::modal::{Card, CardOf, Chosen, Item, Modal, Part, Pick, PickOf};
use super::msg::Effect;
use super::screens;
use super::{board, command_line, drill, find, give};
use crate::control::Asked;
use crate::incident::command::Command;
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::query::{Rank, Words, best};
use crate::readiness::{Readiness, overdue};
use crate::verb::{Over, VERBS};

type Done = Result<Vec<Effect>, Refusal>;

/// Opens find over this incident, or over all where none is open.
///
/// # Errors
/// None; the type is that of every act.
pub fn open_find(app: &mut App) -> Done {
    let of = if app.case.is_some() { PickOf::Find } else { PickOf::FindAll };
    open(app, of);
    Ok(Vec::new())
}

/// Opens find with words already typed.
///
/// # Errors
/// Refuses to look through the open incident where none is open.
pub fn find_words(app: &mut App, words: &str, over: Over) -> Done {
    if over == Over::Here && app.case.is_none() {
        return Err(
            Refusal::refused("No incident is open.").hint("find WORDS --all looks through all of them.")
        );
    }
    open(app, if over == Over::All { PickOf::FindAll } else { PickOf::Find });
    if let Some(Modal::Pick(pick)) = app.modals.last_mut() {
        pick.input = Input::line(words);
    }
    refresh(app);
    Ok(search(app))
}

/// Opens the palette: every act of this place and every verb.
///
/// # Errors
/// None; the type is that of every act.
pub fn open_palette(app: &mut App) -> Done {
    open(app, PickOf::Palette);
    Ok(Vec::new())
}

/// Opens my acts, newest first.
///
/// # Errors
/// Refuses when there are none.
pub fn open_undo(app: &mut App) -> Done {
    open(app, PickOf::Undo);
    Ok(Vec::new())
}

/// Opens the list of scenarios that can be played.
///
/// # Errors
/// None; the type is that of every act.
pub fn open_drills(app: &mut App) -> Done {
    open(app, PickOf::Drills);
    Ok(Vec::new())
}

/// Asks whether to take back my last act: Enter does it.
///
/// # Errors
/// Refuses when there is none.
pub fn undo_last(app: &mut App) -> Done {
    open(app, PickOf::UndoLast);
    Ok(Vec::new())
}

/// Opens readiness: the open improvement actions of all incidents, the earliest due first.
///
/// # Errors
/// None; the type is that of every act.
pub fn open_readiness(app: &mut App) -> Done {
    open(app, PickOf::Readiness);
    Ok(Vec::new())
}

/// The figures of readiness, in a line.
fn figures(app: &App) -> String {
    let ready = readiness(app);
    let mut said = vec![format!("{} open", ready.open.len())];
    said.extend((ready.overdue > 0).then(|| format!("{} OVERDUE", ready.overdue)));
    said.extend((ready.unowned > 0).then(|| format!("{} without owner or due date", ready.unowned)));
    said.push(match ready.done_on_time() {
        Some(share) => format!("done on time {} of {} ({} %)", share.part, share.of, share.percent()),
        None => "none was due yet".to_owned(),
    });
    said.join(", ")
}

fn readiness(app: &App) -> Readiness {
    let rows = app.incidents.rows.iter();
    Readiness::of(rows.map(|row| (row.id, &*row.number, &*row.title, &row.actions)), app.now)
}

fn ready(app: &App) -> Vec<Item> {
    let zone = app.zone();
    let items = readiness(app).open.into_iter().map(|it| {
        let due = match it.due {
            None => "no due date".to_owned(),
            Some(at) if overdue(it.due, app.now) => {
                format!("OVERDUE since {}", time::when(at, app.now, &zone))
            }
            Some(at) => format!("due {}", time::when(at, app.now, &zone)),
        };
        Item {
            key: format!("{} {}", it.incident_number, it.number),
            text: it.title,
            note: format!("{due}, {}", it.owner.as_deref().unwrap_or("no owner")),
            chosen: Chosen::Incident(it.incident),
            refused: None,
        }
    });
    items.collect()
}

/// The palette looks through the records of all incidents once so many letters are typed.
const PALETTE: usize = 2;

/// The search that the list on top asks for now.
pub(super) fn search(app: &mut App) -> Vec<Effect> {
    let of = app.incidents.rows.len();
    let Some(Modal::Pick(pick)) = app.modals.last_mut() else { return Vec::new() };
    let least = match pick.of {
        PickOf::FindAll => 1,
        PickOf::Palette => PALETTE,
        _ => return Vec::new(),
    };
    let mut words = pick.input.value();
    if words.trim().chars().nth(least - 1).is_none() {
        words.clear();
    }
    pick.searched = (of > 0 && !words.is_empty()).then_some((0, of));
    vec![Effect::Search(words)]
}

fn open(app: &mut App, of: PickOf) {
    let head = (of == PickOf::Readiness).then(|| format!("Readiness: {}", figures(app)));
    let pick = Pick {
        of,
        input: Input::line(""),
        items: Vec::new(),
        shown: Vec::new(),
        order: Vec::new(),
        cursor: Cursor::default(),
        head,
        searched: None,
    };
    app.modals.push(Modal::Pick(pick));
    refresh(app);
}

/// Fills the list on top anew for what is typed.
pub fn refresh(app: &mut App) {
    let Some(Modal::Pick(pick)) = app.modals.last() else { return };
    let (of, words) = (pick.of, pick.input.value());
    let all = |items: Vec<Item>| {
        let shown = 0..u32::try_from(items.len()).unwrap_or(u32::MAX);
        (items, shown.collect::<Vec<u32>>())
    };
    let narrowed = |items: Vec<Item>| {
        let texts = items.iter().map(|item| item.text.as_str());
        let (ranks, shown): (Vec<Rank>, Vec<u32>) =
            best(&Words::read(&words), texts, items.len()).into_iter().unzip();
        (items, shown, ranks)
    };
    let (items, shown, ranks) = match of {
        PickOf::Find => {
            let (items, shown) = all(find::here(app, &words));
            (items, shown, Vec::new())
        }
        PickOf::FindAll => {
            let (items, ranks) = find::everywhere(app, &words);
            let (items, shown) = all(items);
            (items, shown, ranks)
        }
        PickOf::Palette => narrowed(palette(app)),
        PickOf::Drills => narrowed(drill::start::rows(app)),
        PickOf::Readiness => narrowed(ready(app)),
        PickOf::Undo => narrowed(acts(app, 100)),
        PickOf::UndoLast => narrowed(acts(app, 1)),
    };
    let order = ranks.into_iter().map(|rank| (Part::Own, rank)).collect();
    if let Some(Modal::Pick(pick)) = app.modals.last_mut() {
        (pick.items, pick.shown, pick.order, pick.searched) = (items, shown, order, None);
        pick.cursor = Cursor::default();
    }
}

fn palette(app: &App) -> Vec<Item> {
    let here = match app.screen() {
        Some(_) => app.scopes(),
        None => vec![Scope::Everywhere, Scope::Lists, Scope::Board, Scope::BoardTasks, Scope::BoardLog],
    };
    let bound = KEYMAP.iter().filter(|b| here.contains(&b.scope) && !b.word.is_empty());
    let acts =
        bound.filter(|b| !matches!(b.action, Action::Palette | Action::Down | Action::Back)).map(|b| {
            let refused = app.offers(b.action).err();
            Item {
                key: b.keys.first().copied().unwrap_or_default().to_owned(),
                text: b.help.to_owned(),
                note: refused.as_ref().map_or(b.word.to_owned(), |refusal| refusal.message.clone()),
                chosen: Chosen::Act(b.action),
                refused,
            }
        });
    let verbs = VERBS.iter().map(|verb| Item {
        key: ":".to_owned(),
        text: format!("{}: {}", verb.name, verb.about),
        note: String::new(),
        chosen: Chosen::Words(format!("{} ", verb.name)),
        refused: None,
    });
    let board = Item {
        key: "1".to_owned(),
        text: "Board: checklist and activity".to_owned(),
        note: "screen".to_owned(),
        chosen: Chosen::Screen(1),
        refused: None,
    };
    let screens = app.faces().map(|face| Item {
        key: face.screen.key(),
        text: face.word.to_owned(),
        note: "screen".to_owned(),
        chosen: Chosen::Screen(face.screen.digit()),
        refused: None,
    });
    let play = Item {
        key: ":".to_owned(),
        text: "Start a drill: a made-up incident to practise on".to_owned(),
        note: "exercise".to_owned(),
        chosen: Chosen::Drills,
        refused: None,
    };
    acts.chain([board]).chain(screens).chain([play]).chain(verbs).collect()
}

/// My acts, newest first; the ones a later act stands on say so.
fn acts(app: &App, most: usize) -> Vec<Item> {
    let Some(incident) = app.incident() else { return Vec::new() };
    let zone = app.zone();
    let desk = app.desk([0; 16]);
    let mine = incident.undoable(&app.me.name).take(most);
    mine.map(|entry| {
        let refused = incident.decide(&Command::Undo(Some(entry.id)), &desk).err();
        let at = time::when(entry.written(), app.now, &zone);
        Item {
            key: entry.kind.word().to_owned(),
            text: first_line(entry.shown()),
            note: refused.as_ref().map_or(at, |refusal| refusal.message.clone()),
            chosen: Chosen::Undo(entry.id),
            refused,
        }
    })
    .collect()
}

pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Takes a key of a list that narrows.
///
/// # Errors
/// What choosing a row refuses.
pub fn key(app: &mut App, key: KeyEvent, name: &str) -> Done {
    let room = usize::from(app.size.1 / 2).max(1);
    let Some(Modal::Pick(pick)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    match name {
        "Enter" => {
            let item = pick.shown.get(pick.cursor.at).and_then(|at| pick.items.get(*at as usize));
            return match item.cloned() {
                Some(item) => choose(app, item),
                None if pick.searched.is_some() => {
                    let wait = "All incidents are still being looked through.";
                    Err(Refusal::refused(wait).hint("Enter again opens what is found."))
                }
                None => Err(Refusal::refused("Nothing matches what is typed.").hint("Backspace widens it.")),
            };
        }
        "Tab" => {
            pick.of = match pick.of {
                PickOf::Find => PickOf::FindAll,
                PickOf::FindAll if app.case.is_some() => PickOf::Find,
                of => of,
            };
            refresh(app);
            return Ok(search(app));
        }
        "↓" | "↑" | "PgDn" | "PgUp" => {
            if let Some(binding) = keymap::find(&[Scope::Lists], name) {
                board::step(&mut pick.cursor, binding.action, pick.shown.len(), room);
            }
        }
        _ => {
            let before = pick.input.value();
            pick.input.key(key);
            if pick.input.value() != before {
                refresh(app);
                return Ok(search(app));
            }
        }
    }
    Ok(Vec::new())
}

/// Does what a row stands for.
fn choose(app: &mut App, item: Item) -> Done {
    if let Some(refusal) = item.refused {
        return Err(refusal);
    }
    app.modals.pop();
    match item.chosen {
        Chosen::Act(action) => app.perform(action),
        Chosen::Screen(digit) => screens::open_digit(app, digit),
        Chosen::Words(words) => command_line::open(app, &words),
        Chosen::Incident(id) => Ok(board::open_incident(app, id)),
        Chosen::Drills => open_drills(app),
        Chosen::Scenario(id) => drill::start::brief(app, &id, &Asked::default()),
        Chosen::Undo(line) => give::give(app, &Command::Undo(Some(line))),
        Chosen::Rule(side) => give::give(app, &Command::Rule(side)),
        Chosen::Record(incident, place) => find::go(app, incident, place),
    }
}

/// Takes a key of a card: its rows, or any key of the thing it shows.
///
/// # Errors
/// What the act refuses.
pub fn card_key(app: &mut App, name: &str) -> Done {
    let Some(Modal::Card(card)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    let total = card.items.len();
    let walk = keymap::find(&[Scope::Lists], name).map(|binding| binding.action);
    match (name, walk) {
        ("Esc" | "Ctrl-C" | "q", _) => _ = app.modals.pop(),
        (key, _) if card.of == CardOf::Ruling && card.items.iter().any(|item| item.key == key) => {
            let item = card.items.iter().find(|item| item.key == key).cloned();
            return item.map_or(Ok(Vec::new()), |item| choose(app, item));
        }
        ("Enter", _) => {
            let item = card.items.get(card.cursor.at).cloned();
            return item.map_or(Ok(Vec::new()), |item| choose(app, item));
        }
        (_, Some(action @ (Action::Down | Action::Up | Action::Top | Action::Bottom))) => {
            board::step(&mut card.cursor, action, total, total);
        }
        _ => {
            if let Some(binding) = app.binding(name) {
                app.modals.pop();
                return app.perform(binding.action);
            }
        }
    }
    Ok(Vec::new())
}

/// Opens the card of a thing: what is known of it, and these of its acts that have a key here.
///
/// # Errors
/// None; the type is that of every act.
pub fn open_card(
    app: &mut App,
    title: String,
    facts: Vec<(String, String)>,
    acts: impl IntoIterator<Item = Action>,
) -> Done {
    let items = acts.into_iter().filter_map(|action| act(app, action)).collect();
    app.modals.push(Modal::Card(Card { of: CardOf::Thing, title, facts, items, cursor: Cursor::default() }));
    Ok(Vec::new())
}

/// The row of a card for an act, with why it cannot be done now.
pub(super) fn act(app: &App, action: Action) -> Option<Item> {
    let scopes = match app.focus {
        Focus::Tasks => [Scope::BoardTasks, Scope::Lists, Scope::Everywhere],
        Focus::Log | Focus::Incidents => [Scope::BoardLog, Scope::Lists, Scope::Everywhere],
        Focus::On(screen) => [screen.face().scope, Scope::Lists, Scope::Everywhere],
    };
    let binding =
        scopes.iter().find_map(|scope| KEYMAP.iter().find(|b| b.scope == *scope && b.action == action))?;
    let refused = app.offers(action).err();
    Some(Item {
        key: binding.keys.first().copied().unwrap_or_default().to_owned(),
        text: binding.help.to_owned(),
        note: refused.as_ref().map_or(String::new(), |refusal| refusal.message.clone()),
        chosen: Chosen::Act(action),
        refused,
    })
}
