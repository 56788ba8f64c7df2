//! The one grammar: words become an [`Act`], in the shell, on the `:` line, in drills and in imports.
//!
//! Pure: the moment, the zone and the incident are passed in. [`typed`] reads an argument list and builds
//! only the verb that was typed; [`parse_line`] reads one line as people type it, where only double quotes
//! quote and a trailing TEXT takes the rest of the line.

mod about;
mod change;
mod component;
mod doctoring;
mod drill;
mod evidence;
mod head;
mod import;
mod indicating;
mod indicator;
mod keeping;
mod leaving;
mod ledger;
mod lesson;
mod line;
mod link;
mod lookup;
mod misuse;
mod notice;
mod people;
mod place;
mod record;
pub mod refs;
mod report;
mod ruling;
mod sealing;
mod sitrep;
mod stats;
mod sync;
mod task;
mod tree;
mod triage;
mod when;

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::model::component::Stage;
use crate::model::entry::{Kind, Logged};
use crate::model::head::Open;
use crate::model::lane::Lane;
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::restriction::Readers;
use crate::model::severity::Level;
use crate::model::time::{Happened, Zone};
use crate::model::triage::RecordSignal;

pub use about::moment_of_record;
pub use change::{Change, Closing, Going, Lasting, Reopening, Staging, Ticking};
pub use doctoring::{Doctoring, Treating};
pub use drill::{Controlling, Drilling, Mark, Playing};
pub use evidence::{EvidenceAct, Place, Read, Wanted, What as EvidenceWhat};
pub use import::{Assumed, Importing, Taking};
pub use indicating::{Indicating, IndicatorList, Paste, PasteFrom, named};
pub use keeping::{Archiving, Backing, CarryingOut, Expunging, Guard, How};
pub use leaving::Leave;
pub use ledger::{Abouts, LedgerChange, Line, Listing};
pub use lesson::Learning;
pub use line::parse_line;
pub use link::Linking;
pub use notice::{NoticeChange, NoticeLook, minutes as round_of};
pub use people::Peopling;
pub use report::Form;
pub use sealing::Verifying;
pub use sitrep::{Copy, Sitrepping};
pub use stats::{Figures, Played, Stats};
pub use sync::{Seen, Syncing};
pub use tree::{Colour, Globals, Group, Halt, Shell, Spec, Typed, VERBS, help_of, spec, tree, typed};

/// What reading a line needs from outside: the moment, and the zone of times that name none.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub now: DateTime<Utc>,
    pub zone: &'a Zone,
}

/// A line understood: the act, and what its options say about it.
#[derive(Clone, Debug)]
pub struct Said {
    pub act: Act,
    /// `-i`: the incident it is about, where that is not the one at hand.
    pub incident: Option<String>,
    /// `--at`: when it happened.
    pub at: Option<Happened>,
    /// `--who`: who did it, where that is somebody else.
    pub who: Option<String>,
    /// A due time among its words, as it was read.
    pub due: Option<Happened>,
}

/// What one line can ask for.
#[derive(Clone, Debug)]
pub enum Act {
    Open(Box<Open>),
    /// Entries and signals need no history.
    Log(Log),
    Signal(RecordSignal),
    /// A change that is judged against the incident as it stands.
    Change(Change),
    Use,
    List(List),
    /// Look for words in the records.
    Find {
        words: String,
        over: Over,
    },
    Mine,
    Next,
    /// What others did since I was last here, or since a moment (UTC).
    CatchUp {
        since: Option<DateTime<Utc>>,
        over: Over,
    },
    Show {
        /// The record as it stood then (UTC).
        as_of: Option<DateTime<Utc>>,
    },
    Phase,
    Severity,
    Tasks {
        all: bool,
    },
    /// The lessons of the incident.
    Lessons,
    /// The improvement actions: of all incidents, or of the one named.
    Improvements,
    /// What belongs to the incident.
    Links,
    /// A link to another incident, which is still words.
    Link(Linking),
    Indicators(IndicatorList),
    /// One indicator, by the words that name it.
    Indicator(String),
    Paste(Box<Paste>),
    Evidence {
        /// Only what was asked for and has not come.
        requested: bool,
    },
    /// One item, in words.
    EvidenceItem(String),
    Components(Components),
    /// One component with everything known of it.
    Component(String),
    /// The roster, or the one person named.
    People(Option<String>),
    /// What a handover would tell now.
    Handover(Leave),
    /// The handovers there were, and the one that waits.
    Handovers,
    Notices(NoticeLook),
    Ledger(Listing),
    Activity(Activity),
    Timeline(Timeline),
    /// Step through the journal.
    Replay {
        /// From what was in the record then; the words as they were typed, for the record says of which day.
        at: Option<String>,
    },
    Follow,
    /// The SITREP: looked at, or given.
    Sitrep(Box<Sitrepping>),
    /// In the format of another program.
    Export {
        format: String,
        leave: Leave,
        /// To whom it is encrypted: public age keys.
        recipients: Vec<String>,
    },
    /// A file of another program is taken in.
    Import(Box<Importing>),
    /// As a document for others.
    Report {
        /// `None`: as the ending of the file says, else Markdown.
        form: Option<Form>,
        leave: Leave,
    },
    /// The formats of other programs that are written and read.
    Formats,
    /// How long until what, of one incident or over many.
    Stats(Box<Stats>),
    /// What each measure means.
    Definitions,
    Verify(Verifying),
    /// What is wrong with the store and the machine.
    Doctor(Doctoring),
    /// A note over every line so far.
    Seal,
    /// What shows somebody one entry and that it is in the record, and none of the others.
    Proof {
        entry: String,
        output: PathBuf,
    },
    /// Who may read the incident.
    Restrict(Readers),
    /// Words that have to be gone.
    Expunge(Box<Expunging>),
    /// What others expunged elsewhere.
    CarryOut(CarryingOut),
    /// The whole store, into a folder or one file.
    Backup(Backing),
    /// Packed into a file, and moved out.
    Archive(Archiving),
    /// Exchange with other stores.
    Sync(Syncing),
    Keys,
    Demo,
    Drill(Drilling),
    Config {
        key: Option<String>,
        value: Option<String>,
    },
    Completions(Shell),
    Man,
    /// Completions, manual page and notices where shells and `man` find them.
    Install {
        /// `None`: for this person alone.
        prefix: Option<PathBuf>,
        dry_run: bool,
    },
    /// Whose work is in the program, and on which terms.
    Licences,
}

/// An entry to record, or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    pub text: Text,
    /// What is said about it, or about each, beside the text.
    pub about: Logged,
}

impl Log {
    /// The entry with its text.
    pub fn entry(&self, text: String) -> Logged {
        Logged { text, ..self.about.clone() }
    }
}

/// Where an entry's words are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    Given(String),
    /// Standard input as one entry.
    Whole,
    /// Standard input, one entry a line.
    Lines,
}

/// Which incidents to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    pub which: Which,
    pub phase: Option<Phase>,
    pub severity: Option<Level>,
    pub find: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Open,
    Closed,
    Drills,
    All,
}

/// Whether something is about the incident at hand or about all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    #[default]
    Here,
    /// Open and closed ones, and drills.
    All,
}

/// Which components to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Components {
    /// Only what is affected and not held.
    pub uncontained: bool,
    pub stage: Option<Stage>,
    /// Words of name, note, owner, tags or verdict.
    pub find: Option<String>,
}

/// Which entries to show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// Happened or written down since then (UTC).
    pub since: Option<DateTime<Utc>>,
    pub kind: Option<Kind>,
}

/// Which part of a timeline to show, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    pub format: Format,
    pub lane: Option<Lane>,
    /// The record as it stood then (UTC).
    pub as_of: Option<DateTime<Utc>>,
}

/// How a timeline is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Lines to read
    #[default]
    Text,
    /// Comma-separated values with a heading line
    Csv,
    /// One JSON document a line
    Jsonl,
}

/// A verb's own reading of what clap took apart.
trait Verb: clap::Args {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal>;
}

impl Said {
    /// An act that is about no moment and no person.
    pub fn plain(act: Act) -> Self {
        Self { act, incident: None, at: None, who: None, due: None }
    }

    /// An act about the incident that its own argument names.
    fn of(act: Act, incident: Option<String>) -> Self {
        Self { incident, ..Self::plain(act) }
    }
}
