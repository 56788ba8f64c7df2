//! Everything that can reach the screens, and everything they can ask of the world.

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEventKind};
use uuid::Uuid;

use super::act::Action;
use super::app::Focus;
use super::case::Case;
use super::catch_up::Wish;
use super::give::Envelope;
use super::hashing::HashedFiles;
use super::list::Row;
use super::stats::Figures;
use crate::incident::Incident;
use crate::incident::line::Draft;
use crate::incident::replay::Replay;
use crate::model::head::Open;
use crate::model::id::LineId;
use crate::report::catch_up::News;
use crate::store::Hit;
use crate::verb::Wanted;

/// Something that happened outside.
#[derive(Debug)]
pub enum Msg {
    /// The time (UTC). Comes before everything that is judged by it.
    Tick(DateTime<Utc>),
    Key(KeyEvent),
    /// Pasted, with brackets or as many characters in one read.
    Paste(String),
    /// Many characters of one read that are no keys: a paste without brackets.
    Burst(String),
    /// What the mouse did, and on what.
    Mouse(MouseEventKind, Option<Target>),
    /// Columns and rows.
    Resize(u16, u16),
    /// All incidents, newest number first.
    Listed(Vec<Row>),
    /// Rows that are new or changed.
    Relisted(Vec<Row>),
    /// The incident asked for was read.
    Opened(Box<Case>),
    /// What was asked for is not shown: why.
    NotRead(String),
    /// A new incident is on the disk.
    Created(Box<Case>),
    /// Own lines were applied to the open incident and wait for the disk.
    Applied(Vec<LineId>),
    /// Lines of others were applied to the open incident: how many.
    Arrived(usize),
    /// These lines are on the disk.
    Saved(Vec<LineId>),
    /// Lines wait: how many and why.
    NotSaved {
        waiting: usize,
        why: String,
    },
    /// The open incident as the record had it at a moment (UTC).
    AsOf(DateTime<Utc>, Box<Incident>),
    /// What came into an incident since I was last here, and what it was looked up for.
    CaughtUp(Uuid, Box<News>, Wish),
    /// The journal of the open incident, to step through, from a moment on (UTC).
    Replayed(Box<Replay>, Option<DateTime<Utc>>),
    /// Drafts that were left behind: of which incident (`None`: a new one), the words.
    Drafts(Vec<(Option<Uuid>, String)>),
    /// The text came back from the editor.
    Edited(Result<String, String>),
    /// How far a file is read for evidence: its name, bytes read, bytes to read.
    Hashing(String, u64, u64),
    /// The files for an act on evidence were read, or why not.
    Hashed(Result<HashedFiles, String>),
    /// So many bytes of a paste were read.
    Understanding(usize),
    /// A paste for this incident was read, and looked up in the others.
    Understood(Uuid, Box<crate::model::indicator::paste::Understood>, crate::store::Elsewhere),
    /// In which other incidents the values of this one occur.
    Elsewhere(Uuid, crate::store::Elsewhere),
    /// The measures of all incidents, or how far they are.
    Figures(Figures),
    /// A word of the reading of a file that is taken in, by the number of the reading.
    Intake(u64, super::intake::News),
    /// Who has the open incident on a screen, me included.
    Here(Vec<String>),
    /// A search through all incidents, by its words: what it found now, and how far it is.
    Searched(String, Vec<Hit>, (usize, usize)),
    /// A document has left, or why it did not.
    Left(Result<super::leaving::Left, String>),
    /// A seal was made; what to say of it where somebody asked for it.
    Sealed(Option<String>),
    /// An exchange with other stores has ended.
    Synced(super::syncing::Synced, super::syncing::Wanted),
    /// Something could not be done: one sentence.
    Failed(String),
    /// The system asks to end: leave at once, drafts are on the disk.
    Terminate,
}

/// What lies under a cell of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A pane, beside its rows.
    Pane(Focus),
    /// A row of a pane, from 0.
    Row(Focus, usize),
    /// A key in the footer.
    Key(Action),
    /// A row of the list, dialog or card on top, from 0.
    Choice(usize),
    /// A field of the form on top, from 0.
    Field(usize),
}

/// Something to be done outside. Performed in order, before the next picture.
#[derive(Debug)]
pub enum Effect {
    /// Read the incident and answer with [`Msg::Opened`].
    Open(Uuid),
    /// Give the new incident a number and write its first line.
    Create(Box<Open>, Envelope, [u8; 16]),
    /// Give these facts their place in the open incident and save them.
    Write(Vec<Draft>),
    /// Record many facts beside the loop, as one act.
    TakeIn(Vec<Draft>),
    /// Lay an artefact of a drill out as a file, in place of one laid there before.
    LayOut(std::path::PathBuf, String),
    /// Write a new file with this text, where somebody said.
    WriteFile(std::path::PathBuf, String),
    /// Make a document on its terms beside the loop, and answer with [`Msg::Left`].
    Leave(Box<super::leaving::Leaving>),
    /// Open a drill: number, first lines, a copy of its scenario.
    StartDrill(Box<super::drill::start::Starting>),
    /// Give a fact of exercise control its place in the open drill: nobody here did it.
    Control(Box<Draft>),
    /// Keep what is being typed (`None`: nothing is).
    SaveDraft {
        incident: Option<Uuid>,
        text: Option<String>,
    },
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Exchange with other stores beside the loop, and answer with [`Msg::Synced`].
    Sync,
    /// Seal the open incident as it is on the disk, and answer with [`Msg::Sealed`].
    Seal,
    /// Let the user's editor change a text.
    Editor(String),
    /// Look for words through all incidents and answer with [`Msg::Searched`]; empty: stop looking.
    Search(String),
    /// Fold the open incident as it stood at a moment (UTC).
    AsOf(DateTime<Utc>),
    /// Look up what came into the open incident since I was last here.
    CatchUp(Wish),
    /// Take up the journal of the open incident to step through it, from a moment on (UTC).
    Replay(Option<DateTime<Utc>>),
    /// Read these files beside the loop and answer with [`Msg::Hashed`].
    Hash(Vec<Wanted>),
    /// Let the reading end; no half copy is left.
    StopHashing,
    /// Read a paste beside the loop and answer with [`Msg::Understood`].
    Understand(Box<super::paste::Order>),
    /// Read a file of another program beside the loop and answer with [`Msg::Intake`].
    Intake(Box<super::intake::Order>),
    /// Let that reading end.
    StopIntake,
    /// Look up beside the loop in which other incidents values occur.
    Elsewhere(Uuid, Vec<(String, String)>),
    /// Measure all incidents beside the loop and answer with [`Msg::Figures`].
    Figures,
    /// Let the measuring end.
    StopFigures,
    /// Keep name, role and zone in the settings.
    SaveSettings,
    /// Set one setting.
    Config(String, String),
    /// Open the demo in place of this store.
    Demo,
    /// Turn the mouse on or off, as the settings say.
    Mouse,
    /// Stop like any program of the shell.
    Suspend,
    /// Draw every cell again.
    Redraw,
    /// Ring.
    Bell,
    Quit,
}
