//! What can lie on top of the board. The last one has the keys.

use super::act::Action;
use super::form::Form;
use super::input::Input;
use super::intake::Intake;
use super::list::{Cursor, Filter};
use super::markdown::Block;
use super::note::Note;
use super::phase_dialog::PhaseDialog;
use super::screens::Key;
use super::stats::Stats;
use crate::incident::setting::Setting;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::query::{Place, Rank};

/// A thing on top of the board.
#[derive(Debug)]
pub enum Modal {
    /// Takes the place of the last two lines.
    Note(Note),
    /// `:`, in the last line.
    Command(CommandLine),
    /// `f`, in the last line; the list in sight narrows.
    Filter(Filter),
    Form(Form),
    Phase(Box<PhaseDialog>),
    /// `Ctrl-P`, `/`, `U`: a list that narrows.
    Pick(Pick),
    /// Every act of the thing selected with its key.
    Card(Card),
    /// A file of another program on its way in.
    Intake(Box<Intake>),
    /// A text to read: help, the answer of a `:` line, the full words of an entry.
    Page(Page),
    /// The report, to read.
    Document(Document),
    /// The measures of the open incident and of all.
    Stats(Box<Stats>),
    /// A document of the Report screen, made anew with every picture.
    Reading(Reading),
    /// Leaving would lose something; what, a sentence each.
    Quit(Vec<String>),
}

impl Modal {
    /// Whether it is only read: no words are typed into it.
    pub fn only_read(&self) -> bool {
        matches!(
            self,
            Modal::Card(_)
                | Modal::Intake(_)
                | Modal::Page(_)
                | Modal::Document(_)
                | Modal::Reading(_)
                | Modal::Stats(_)
                | Modal::Quit(_)
        )
    }
}

/// The `:` line.
#[derive(Clone, Debug)]
pub struct CommandLine {
    pub input: Input,
    /// How the word in hand could go on, best first; each is the whole word.
    pub offers: Vec<String>,
    /// The offer in hand, once Tab was pressed.
    pub at: Option<usize>,
    /// Which of the lines given before it shows, once ↑ was pressed.
    pub past: Option<usize>,
    pub wrong: Option<Refusal>,
}

/// What choosing a row of a list does.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// Do what the key does.
    Act(Action),
    /// Open the screen of a digit.
    Screen(u8),
    /// Put these words on the `:` line.
    Words(String),
    /// Open an incident.
    Incident(uuid::Uuid),
    /// Go to a record of an incident, which is opened first where it is not.
    Record(uuid::Uuid, Place),
    /// Choose a scenario to play.
    Drills,
    /// Read the briefing of a scenario, by its id.
    Scenario(String),
    /// Take this act back.
    Undo(LineId),
    /// Rule for this side of a contested field.
    Rule(Box<Setting>),
}

/// A row of a list to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The key or number in front; may be empty.
    pub key: String,
    pub text: String,
    /// Dim, behind: when, by whom, or why it cannot be chosen now.
    pub note: String,
    pub chosen: Chosen,
    /// Why choosing it would be refused.
    pub refused: Option<Refusal>,
}

/// Which list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickOf {
    /// The scenarios of drills.
    Drills,
    Palette,
    /// In this incident; Tab goes to all.
    Find,
    FindAll,
    /// Open improvement actions of all incidents.
    Readiness,
    /// My acts, newest first.
    Undo,
    /// My last act; Enter takes it back.
    UndoLast,
}

/// Which part of a list an item stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The list's own.
    Own,
    /// Records of all incidents, as they are found.
    Records,
}

/// A list that narrows as one types.
#[derive(Debug)]
pub struct Pick {
    pub of: PickOf,
    pub input: Input,
    pub items: Vec<Item>,
    /// The items that match, best first, as places in `items`.
    pub shown: Vec<u32>,
    /// Where each of `shown` belongs in the order, for what is found later: what comes of a search stands in
    /// the palette behind its acts, and by how well it fits.
    pub order: Vec<(Part, Rank)>,
    pub cursor: Cursor,
    /// The heading, where it tells more than which list it is.
    pub head: Option<String>,
    /// How far a search through all incidents is: looked through, of how many.
    pub searched: Option<(usize, usize)>,
}

/// What a card is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOf {
    /// The open incident as a whole.
    Head,
    Thing,
    /// A contested field, its sides numbered.
    Ruling,
}

/// A thing with everything that can be done to it.
#[derive(Debug)]
pub struct Card {
    pub of: CardOf,
    pub title: String,
    /// The facts of the thing: label and words.
    pub facts: Vec<(String, String)>,
    pub items: Vec<Item>,
    pub cursor: Cursor,
}

/// A document that lies open.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its row on the Report screen.
    pub of: Key,
    /// The first line in sight.
    pub top: usize,
}

/// A text to read.
#[derive(Clone, Debug)]
pub struct Page {
    pub title: String,
    pub lines: Vec<String>,
    /// The first line in sight.
    pub top: usize,
}

/// A document of headings, paragraphs and tables, to read.
#[derive(Clone, Debug)]
pub struct Document {
    pub title: String,
    pub blocks: Vec<Block>,
    /// The first part in sight.
    pub top: usize,
}
