//! The verbs that look and change nothing: lists, one incident, and casebook itself.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;

use super::lookup::{self, Offered, phases, severities};
use super::tree::Shell;
use super::when::fact;
use super::{Act, Context, List, Over, Said, Verb, Which};
use crate::model::refusal::Refusal;
use crate::model::severity::Level;
use crate::model::time::{Sense, Zone, read};

#[derive(Args)]
pub(super) struct ListThem {
    /// Every incident and drill, open and closed
    #[arg(long, group = "which")]
    all: bool,
    /// Closed ones
    #[arg(long, group = "which")]
    closed: bool,
    /// Drills
    #[arg(long, group = "which")]
    drills: bool,
    /// Only in this phase
    #[arg(long, value_name = "PHASE", value_parser = Offered(phases), hide_possible_values = true)]
    phase: Option<String>,
    /// Only of this severity
    #[arg(long, value_name = "LEVEL", value_parser = Offered(severities), hide_possible_values = true)]
    severity: Option<String>,
    /// Only with all these words in any of their records, and where they are
    #[arg(long, value_name = "WORDS")]
    find: Option<String>,
}

impl Verb for ListThem {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let which = match (self.all, self.closed, self.drills) {
            (true, ..) => Which::All,
            (_, true, _) => Which::Closed,
            (_, _, true) => Which::Drills,
            _ => Which::Open,
        };
        Ok(Said::plain(Act::List(List {
            which,
            phase: self.phase.as_deref().map(lookup::phase).transpose()?,
            severity: self.severity.as_deref().map(Level::parse).transpose()?,
            find: self.find,
        })))
    }
}

#[derive(Args)]
pub(super) struct FindThem {
    /// Words that shall all be in one record: any case, any order, defanged or not
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// In every incident and drill, open and closed
    #[arg(long)]
    all: bool,
}

impl Verb for FindThem {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let over = if self.all { Over::All } else { Over::Here };
        Ok(Said::plain(Act::Find { words: self.words.join(" "), over }))
    }
}

/// The incident a looking verb is about, as its own argument.
#[derive(Args)]
struct About {
    /// Number, its tail, id prefix, or unique words of the title; without it the one at hand
    #[arg(value_name = "INCIDENT")]
    incident: Vec<String>,
}

impl About {
    fn named(self) -> Option<String> {
        (!self.incident.is_empty()).then(|| self.incident.join(" "))
    }
}

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    about: About,
    /// The record as it stood then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    as_of: Option<String>,
}

impl Verb for Show {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let as_of = self.as_of.as_deref().map(|words| fact(words, context)).transpose()?;
        Ok(Said::of(Act::Show { as_of: as_of.map(|at| at.utc()) }, self.about.named()))
    }
}

#[derive(Args)]
pub(super) struct Replay {
    #[command(flatten)]
    about: About,
    /// What was known then: 04:00, or with the day; without a day the last such time of the record
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

impl Verb for Replay {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::of(Act::Replay { at: self.at }, self.about.named()))
    }
}

/// The moment (UTC) that words name in a record whose last line in sight is of `last`: a time of day without
/// its day is the last one before.
///
/// # Errors
/// Refuses words that are no time.
pub fn moment_of_record(words: &str, last: DateTime<Utc>, zone: &Zone) -> Result<DateTime<Utc>, Refusal> {
    read(words, last, zone, Sense::Fact).map(|moment| moment.utc())
}

#[derive(Args)]
pub(super) struct Follow {
    #[command(flatten)]
    about: About,
}

impl Verb for Follow {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::of(Act::Follow, self.about.named()))
    }
}

#[derive(Args)]
pub(super) struct CatchUp {
    /// In every incident
    #[arg(long)]
    all: bool,
    /// Since then, instead of since you left the screens
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    #[command(flatten)]
    about: About,
}

impl Verb for CatchUp {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let since = self.since.as_deref().map(|words| fact(words, context)).transpose()?;
        let over = if self.all { Over::All } else { Over::Here };
        Ok(Said::of(Act::CatchUp { since: since.map(|at| at.utc()), over }, self.about.named()))
    }
}

#[derive(Args)]
pub(super) struct Next {
    #[command(flatten)]
    about: About,
}

impl Verb for Next {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::of(Act::Next, self.about.named()))
    }
}

#[derive(Args)]
pub(super) struct Config {
    /// Setting to show or to set; without it all of them
    #[arg(value_name = "KEY")]
    key: Option<String>,
    /// Its new value. clipboard.clear: seconds after which the screens clear what they copied, or never; they leave it
    /// alone once you were in another window, an editor, or pasted something else
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: Option<String>,
}

impl Verb for Config {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Config { key: self.key, value: self.value }))
    }
}

#[derive(Args)]
pub(super) struct Completions {
    /// Which shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

impl Verb for Completions {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Completions(self.shell)))
    }
}

#[derive(Args)]
pub(super) struct Install {
    /// Below this folder's share/, as for everybody on this machine: /usr/local
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl Verb for Install {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Install { prefix: self.prefix, dry_run: self.dry_run }))
    }
}

/// Declares the verbs that take no words of their own.
macro_rules! bare {
    ($($name:ident => $act:expr),+ $(,)?) => {
        $(#[derive(Args)]
        pub(super) struct $name {}

        impl Verb for $name {
            fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
                Ok(Said::plain($act))
            }
        })+
    };
}

bare! { Demo => Act::Demo, Mine => Act::Mine, Keys => Act::Keys, Man => Act::Man, Licences => Act::Licences }
