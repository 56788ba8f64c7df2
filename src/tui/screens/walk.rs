//! The list of the open screen in somebody's hands: listed anew, walked through, marked, filtered, ordered.

use std::collections::BTreeSet;

use super::{Done, Key, Screen, indicators, open, report, timeline};
use crate::model::refusal::Refusal;
use crate::tui::act::Action;
use crate::tui::app::{App, Focus, Tone};
use crate::tui::board;
use crate::tui::list::holds;
use crate::tui::paste::{self, Pasting};

/// Which of the things a filter keeps: those that hold every one of its words somewhere.
fn keeps(filter: &str) -> impl Fn(&[&str]) -> bool + use<> {
    let words: Vec<String> = filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
    move |things: &[&str]| words.iter().all(|word| things.iter().any(|thing| holds(thing, word)))
}

/// Lists the things of the open screen anew; the cursor stays on the thing it stood on.
pub fn relist(app: &mut App) {
    if app.screen() == Some(Screen::Timeline) && timeline::catch_up(app) {
        return;
    }
    let (Some(screen), Some(case)) = (app.screen(), &app.case) else { return };
    let shown = case.list(screen);
    let keep = keeps(&shown.filter);
    let mut keys = (screen.face().rows)(app, case, shown.order, &keep);
    let told = (screen == Screen::Timeline).then(|| timeline::Told::of(case.shown()));
    // A heading stands above something.
    let bare: Vec<bool> =
        (0..keys.len()).map(|at| matches!(keys.get(at + 1), None | Some(Key::Section(_)))).collect();
    let mut bare = bare.into_iter();
    keys.retain(|key| !(bare.next() == Some(true) && matches!(key, Key::Section(_))));
    let room = app.room(app.focus);
    let Some(case) = &mut app.case else { return };
    if let Some(told) = told {
        case.time.told = told;
        case.time.listed = timeline::Listed::of(case);
    }
    let shown = case.list_mut(screen);
    let at = shown.on.as_ref().and_then(|on| keys.iter().position(|key| key == on));
    shown.keys = keys;
    shown.cursor.go(at.unwrap_or(shown.cursor.at), shown.keys.len(), room);
    shown.off_heading(true, room);
    let keys = &shown.keys;
    if !shown.marked.is_empty() {
        let alive: BTreeSet<&Key> = keys.iter().collect();
        shown.marked.retain(|key| alive.contains(key));
    }
}

/// Moves the cursor of the open screen's list.
pub fn walk(app: &mut App, screen: Screen, action: Action) {
    if screen == Screen::Report && report::scroll(app, action) {
        return;
    }
    let room = app.room(app.focus);
    let Some(case) = &mut app.case else { return };
    case.preview = 0;
    let shown = case.list_mut(screen);
    let down = !matches!(action, Action::Up | Action::PageUp | Action::HalfUp);
    board::step(&mut shown.cursor, action, shown.keys.len(), room);
    shown.off_heading(down, room);
}

/// Puts the cursor on a row of the open screen's list.
pub fn go(app: &mut App, screen: Screen, at: usize) {
    let room = app.room(app.focus);
    let Some(shown) = app.case.as_mut().map(|case| case.list_mut(screen)) else { return };
    shown.cursor.go(at, shown.keys.len(), room);
    shown.off_heading(true, room);
}

/// Opens a screen with the cursor on a thing, whatever the filter hides.
pub fn select(app: &mut App, screen: Screen, key: &Key) {
    let room = app.room(Focus::On(screen));
    if open(app, screen).is_err() {
        return;
    }
    let found = |app: &mut App| app.case.as_mut().is_some_and(|case| case.list_mut(screen).select(key, room));
    if !found(app) {
        filter(app, screen, "");
        found(app);
    }
}

/// Goes to the first row of the next or previous section.
pub fn section(app: &mut App, screen: Screen, to: board::Step) {
    if screen == Screen::Timeline {
        timeline::switch(app);
        return;
    }
    let room = app.room(app.focus);
    let Some(shown) = app.case.as_mut().map(|case| case.list_mut(screen)) else { return };
    let heads: Vec<usize> = (0..shown.keys.len()).filter(|at| shown.heading(*at)).collect();
    let Some(last) = heads.len().checked_sub(1) else { return };
    let here = heads.iter().rposition(|at| *at <= shown.cursor.at).unwrap_or(0);
    let next = match to {
        board::Step::After if here == last => 0,
        board::Step::After => here + 1,
        board::Step::Before if here == 0 => last,
        board::Step::Before => here - 1,
    };
    shown.cursor.go(heads[next], shown.keys.len(), room);
    shown.off_heading(true, room);
}

/// Marks the row under the cursor, or takes the mark away, and goes on to the next.
pub fn mark(app: &mut App, screen: Screen) {
    if screen == Screen::Report {
        report::scroll(app, Action::Mark);
        return;
    }
    if screen == Screen::Indicators && indicators::toggle(app) {
        walk(app, screen, Action::Down);
        return;
    }
    if let Some(shown) = app.case.as_mut().map(|case| case.list_mut(screen))
        && let Some(key) = shown.key().cloned()
        && !shown.marked.remove(&key)
    {
        shown.marked.insert(key);
    }
    walk(app, screen, Action::Down);
}

/// Filters the list of a screen.
pub fn filter(app: &mut App, screen: Screen, words: &str) {
    if let Some(shown) = app.case.as_mut().map(|case| case.list_mut(screen)) {
        words.clone_into(&mut shown.filter);
    }
    relist(app);
}

/// Takes the next order of the list.
///
/// # Errors
/// Refuses where there is only one.
pub fn order(app: &mut App) -> Done {
    let only_one = || Refusal::refused("This list has one order only.");
    let screen = app.screen().ok_or_else(only_one)?;
    let orders = screen.face().orders;
    if orders.len() < 2 {
        return Err(only_one());
    }
    let Some(shown) = app.case.as_mut().map(|case| case.list_mut(screen)) else { return Ok(Vec::new()) };
    shown.order = (shown.order + 1) % orders.len();
    let said = format!("Order: {}.", orders[shown.order]);
    relist(app);
    app.say(Tone::Told, said);
    Ok(Vec::new())
}

/// One step back: marks, then the filter, then the board.
pub fn back(app: &mut App, screen: Screen) -> Done {
    let Some(case) = &mut app.case else { return Ok(Vec::new()) };
    if std::mem::take(&mut case.time.held) {
        return Ok(Vec::new());
    }
    let shown = case.list_mut(screen);
    if !shown.marked.is_empty() {
        shown.marked.clear();
    } else if !shown.filter.is_empty() {
        filter(app, screen, "");
    } else if screen == Screen::Indicators && matches!(app.pasting, Pasting::Table(_)) {
        paste::drop_table(app);
    } else {
        app.focus = app.pane;
    }
    Ok(Vec::new())
}

/// An act is done: the marks it was about go.
pub fn unmark(app: &mut App) {
    if let Some(screen) = app.screen()
        && let Some(case) = &mut app.case
    {
        case.list_mut(screen).marked.clear();
    }
}
