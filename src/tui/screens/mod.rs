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
pub mod control;
pub mod decisions;
pub mod drill;
pub mod evidence;
pub mod indicators;
pub mod notices;
pub mod people;
mod question;
pub mod report;
mod shown;
pub mod timeline;
mod walk;

use chrono::{DateTime, Utc};

use super::act::Action;
use super::app::{App, Focus};
use super::board;
use super::case::Case;
use super::keymap::{KEYMAP, Scope};
use super::msg::Effect;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::id::{LineId, NounId};
use crate::model::refusal::Refusal;

pub use question::{Question, question};
pub use shown::Shown;
pub use walk::{back, filter, go, mark, order, relist, section, select, unmark, walk};

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
    Report,
    /// Has no digit: `0` leads there when nothing waits.
    Drill = 10,
    /// Has no digit: `drill control` leads there, and only where it was opened for a facilitator.
    Control,
}

impl Screen {
    /// How many there can be: the digits 2 to 9, and the two of a drill.
    pub const MOST: usize = 10;

    /// The key that opens it.
    pub fn digit(self) -> u8 {
        self as u8
    }

    /// The key that opens it, as tabs and lists write it.
    pub fn key(self) -> String {
        match self {
            Screen::Drill => "0".to_owned(),
            Screen::Control => String::new(),
            screen => screen.digit().to_string(),
        }
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
    report::FACE,
    drill::FACE,
    control::FACE,
];

impl App {
    /// The screens that are there for the open incident: one that is no drill has no drill pane.
    pub fn faces(&self) -> impl Iterator<Item = &'static Face> + use<> {
        let (drill, control) = (self.drill().is_some(), self.facilitates());
        FACES.iter().filter(move |face| match face.screen {
            Screen::Drill => drill,
            Screen::Control => control,
            _ => true,
        })
    }

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
}

/// Whether an act belongs to the list of the screen that is open, and not to casebook as a whole.
pub fn own(app: &App, action: Action) -> Option<&'static Face> {
    let face = app.screen()?.face();
    let inner = |scope| match scope {
        Scope::Picture => face.scope == Scope::Timeline,
        Scope::DrillMessage => face.scope == Scope::Drill,
        _ => false,
    };
    let here = |scope| scope == face.scope || inner(scope);
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
    if screen == Screen::Drill && app.drill().is_none() {
        return Err(Refusal::refused("This incident is no drill.").hint(":drill start begins one."));
    }
    if screen == Screen::Control && !app.facilitates() {
        return control::begin(app);
    }
    if app.screen().is_none() {
        app.pane = app.focus;
    }
    app.focus = Focus::On(screen);
    relist(app);
    drill::look(app);
    Ok(if screen == Screen::Indicators { indicators::ask_elsewhere(app) } else { Vec::new() })
}

/// Opens the screen before or after this one; the board is one of them.
///
/// # Errors
/// Refuses while no incident is open.
pub fn beside(app: &mut App, to: board::Step) -> Done {
    let digits: Vec<u8> = std::iter::once(1).chain(app.faces().map(|face| face.screen.digit())).collect();
    let here = app.screen().map_or(1, Screen::digit);
    let at = digits.iter().position(|digit| *digit == here).unwrap_or(0);
    let next = match to {
        board::Step::After => at + 1,
        board::Step::Before => at + digits.len() - 1,
    };
    open_digit(app, digits[next % digits.len()])
}
