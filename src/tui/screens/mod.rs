//! The screens beside the board: what stands in their lists, and what their keys do. One file a screen.
//!
//! A screen is a [`Face`]: one row of [`FACES`] here, and one row of `view::screens::LOOKS`, which draws it.
//! To build one:
//!
//! 1. `screens/<noun>.rs` gives a `pub const FACE: Face`. `rows` lists the things as [`Key`]s in the chosen
//!    order, asking `keep` about each, so that the filter is applied once and in one place; headings are
//!    [`Key::Section`]s. Rows are listed anew only when the record, the filter or the order changed; drawing
//!    looks up the few things in sight. `offers` gives the command a key comes down to, to be judged and never
//!    given, so that the footer can dim it; `perform` does it, mostly by [`App::open_question`].
//! 2. Its keys: a [`Scope`], rows in `KEYMAP`, variants of `Action` (with its line in `Action::writes`).
//!    `Open`, `Add`, `Assign`, `Due` and every act bound in the screen's own scope come to its `offers` and
//!    `perform`; moving, marking, filtering, copying and ordering are done here for all screens.
//! 3. Its questions: [`Question`] rows, each a form with its fields and its answer. Fields are found by
//!    `Slot::Of("name")`; `Slot::When` and `Slot::Who` go into the envelope by themselves.
//! 4. `view/screens/<noun>.rs` gives a `Look`: columns, the cells of a row, the words above the list and the
//!    ones about the selected row.

pub mod components;
pub mod decisions;
pub mod evidence;
pub mod indicators;
pub mod notices;
pub mod people;
mod shown;
pub mod timeline;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::act::Action;
use super::app::{App, Focus};
use super::board;
use super::case::Case;
use super::form::{Field, Form};
use super::give::Envelope;
use super::keymap::{KEYMAP, Scope};
use super::list::holds;
use super::msg::Effect;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::id::{LineId, NounId};
use crate::model::refusal::Refusal;

pub use shown::Shown;

/// What doing an act comes to.
pub type Done = Result<Vec<Effect>, Refusal>;

/// A screen beside the board. Its digit never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Screen {
    Timeline = 2,
    Components,
    Indicators,
    Evidence,
    People,
    Notices,
    Decisions,
}

impl Screen {
    /// How many there can be: the digits 2 to 9.
    pub const MOST: usize = 8;

    /// The key that opens it.
    pub fn digit(self) -> u8 {
        self as u8
    }

    /// Its row in [`FACES`].
    pub fn face(self) -> &'static Face {
        FACES.iter().find(|face| face.screen == self).expect("a screen is made from its face's row only")
    }
}

/// A row of a screen's list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A heading, with what it counts: the cursor passes over it and Tab goes to the next.
    Section(&'static str),
    Noun(NounId),
    Line(LineId),
    /// A stretch of time of which nothing is known (UTC): the cursor passes over it.
    Gap(DateTime<Utc>, DateTime<Utc>),
    /// Stands in for a section with nothing in it, so that the cursor can go there and add to it.
    Nothing(&'static str),
    /// What is not in the record yet, by the word that names it: a candidate.
    Word(String),
}

impl Key {
    /// Whether the cursor passes over it: it is no thing.
    pub fn passed_over(&self) -> bool {
        matches!(self, Key::Section(_) | Key::Gap(..))
    }

    /// The noun of the row, if it is one.
    pub fn noun(&self) -> Option<&NounId> {
        match self {
            Key::Noun(id) => Some(id),
            Key::Section(_) | Key::Line(_) | Key::Gap(..) | Key::Nothing(_) | Key::Word(_) => None,
        }
    }
}

/// Whether the filter keeps a thing that is called by these words.
pub type Keep<'a> = &'a dyn Fn(&[&str]) -> bool;

/// What a screen is: its words, its list, its acts. See the module's text for how to build one.
pub struct Face {
    pub screen: Screen,
    /// On its tab: in full, and where there is little room.
    pub word: &'static str,
    pub short: &'static str,
    pub scope: Scope,
    /// The number behind the word of its tab; 0 is not shown.
    pub count: fn(&Incident) -> usize,
    /// The orders `r` goes through, in words; empty: there is only one.
    pub orders: &'static [&'static str],
    /// The things of its list: in the order of this number, as far as `keep` keeps them.
    pub rows: fn(&App, &Case, usize, Keep<'_>) -> Vec<Key>,
    /// The words of a row as they are copied, with their real values.
    pub words: fn(&Incident, &Key) -> Option<String>,
    /// The line of the record a row stands on, for the look at the record as of then.
    pub line: fn(&Incident, &Key) -> Option<LineId>,
    /// The acts of its own that the footer names first.
    pub acts: &'static [Action],
    /// The command an act comes down to, with words in place of those that will be asked for: judged, never
    /// given. `None`: the act only opens a question that has an answer everywhere.
    pub offers: fn(&App, Action) -> Result<Option<Command>, Refusal>,
    /// Does an act.
    pub perform: fn(&mut App, Action) -> Done,
    pub questions: &'static [Question],
}

/// Every screen beside the board, in the order of its tabs. A tab appears when its screen is built.
pub const FACES: &[Face] = &[
    timeline::FACE,
    components::FACE,
    indicators::FACE,
    evidence::FACE,
    people::FACE,
    notices::FACE,
    decisions::FACE,
];

/// A question of a screen: its form and what becomes of the answer.
pub struct Question {
    /// The name its words are kept under while they are not on record: one word, once in casebook.
    pub name: &'static str,
    /// What it is a draft of, in words: `a measure`.
    pub spoken: &'static str,
    /// Title of the form. `about` is what the question was opened with: an id, or nothing.
    pub title: fn(&App, &str) -> Result<String, Refusal>,
    /// What one should know while answering, a sentence each.
    pub about: fn(&App, &str) -> Vec<String>,
    pub fields: fn(&App, &str) -> Result<Vec<Field>, Refusal>,
    /// Reads the answer and gives it; who and when are in the envelope already.
    pub answer: fn(&mut App, &Form, &str, Envelope) -> Done,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Question {}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The question of this name.
pub fn question(name: &str) -> Option<&'static Question> {
    FACES.iter().flat_map(|face| face.questions).find(|question| question.name == name)
}

/// Which of the things a filter keeps: those that hold every one of its words somewhere.
fn keeps(filter: &str) -> impl Fn(&[&str]) -> bool + use<> {
    let words: Vec<String> = filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
    move |things: &[&str]| words.iter().all(|word| things.iter().any(|thing| holds(thing, word)))
}

impl App {
    /// The screen that is open; `None` is the board.
    pub fn screen(&self) -> Option<Screen> {
        match self.focus {
            Focus::On(screen) => Some(screen),
            Focus::Incidents | Focus::Tasks | Focus::Log => None,
        }
    }

    /// The list of the screen that is open.
    pub fn shown(&self) -> Option<&Shown> {
        Some(self.case.as_ref()?.list(self.screen()?))
    }

    /// The row an act is about.
    ///
    /// # Errors
    /// Refuses when there is none.
    pub fn row(&self) -> Result<&Key, Refusal> {
        let none = || Refusal::refused("Nothing is selected here.").hint("a adds to this list.");
        self.shown().and_then(Shown::key).ok_or_else(none)
    }

    /// The noun an act is about.
    ///
    /// # Errors
    /// Refuses when there is none.
    pub fn noun(&self) -> Result<&NounId, Refusal> {
        self.row()?.noun().ok_or_else(|| Refusal::refused("This row is not in the record yet."))
    }

    /// The nouns an act is about: the marked ones, else the one under the cursor.
    pub fn nouns(&self) -> Vec<NounId> {
        let keys = self.shown().map(Shown::in_hand).unwrap_or_default();
        keys.into_iter().filter_map(Key::noun).cloned().collect()
    }

    /// Opens a question of a screen, about a thing or about nothing.
    ///
    /// # Errors
    /// Refuses a question about a thing that is gone.
    pub fn open_question(&mut self, name: &'static str, about: &str) -> Done {
        let question =
            question(name).ok_or_else(|| Refusal::misused(format!("There is no form {name:?}.")))?;
        self.open_form(super::form::Ask::Of(question, about.to_owned()))
    }
}

/// Whether an act belongs to the list of the screen that is open, and not to casebook as a whole.
pub fn own(app: &App, action: Action) -> Option<&'static Face> {
    let face = app.screen()?.face();
    let here = |scope| scope == face.scope || (scope == Scope::Picture && face.scope == Scope::Timeline);
    let bound = || KEYMAP.iter().any(|binding| here(binding.scope) && binding.action == action);
    let shared = matches!(action, Action::Open | Action::Add | Action::Assign | Action::Due);
    (action != Action::Order && (shared || bound())).then_some(face)
}

/// Opens the screen of a digit; 1 is the board.
///
/// # Errors
/// Refuses while no incident is open.
pub fn open_digit(app: &mut App, digit: u8) -> Done {
    if digit == 1 {
        app.focus = app.pane;
        return board::home(app);
    }
    let face = FACES.iter().find(|face| face.screen.digit() == digit);
    let face = face.ok_or_else(|| Refusal::refused(format!("There is no screen {digit}.")))?;
    open(app, face.screen)
}

/// Opens a screen.
///
/// # Errors
/// Refuses while no incident is open.
pub fn open(app: &mut App, screen: Screen) -> Done {
    if app.case.is_none() {
        return Err(Refusal::refused("No incident is open.").hint("Enter opens the selected one."));
    }
    if app.screen().is_none() {
        app.pane = app.focus;
    }
    app.focus = Focus::On(screen);
    relist(app);
    Ok(if screen == Screen::Indicators { indicators::ask_elsewhere(app) } else { Vec::new() })
}

/// Opens the screen before or after this one; the board is one of them.
///
/// # Errors
/// Refuses while no incident is open.
pub fn beside(app: &mut App, to: board::Step) -> Done {
    let digits: Vec<u8> = std::iter::once(1).chain(FACES.iter().map(|face| face.screen.digit())).collect();
    let here = app.screen().map_or(1, Screen::digit);
    let at = digits.iter().position(|digit| *digit == here).unwrap_or(0);
    let next = match to {
        board::Step::After => at + 1,
        board::Step::Before => at + digits.len() - 1,
    };
    open_digit(app, digits[next % digits.len()])
}

/// Lists the things of the open screen anew; the cursor stays on the thing it stood on.
pub fn relist(app: &mut App) {
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
    let room = app.room(app.focus);
    let Some(shown) = app.case.as_mut().map(|case| case.list_mut(screen)) else { return };
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
    app.say(super::app::Tone::Told, said);
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
    } else if screen == Screen::Indicators && matches!(app.pasting, super::paste::Pasting::Table(_)) {
        super::paste::drop_table(app);
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
