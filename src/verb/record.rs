//! `log`, `correct`, `undo`, `activity` and `timeline`: the record, written and read.

use clap::Args;

use super::lookup::{self, Offered, kinds, lanes, log_kinds};
use super::when::{When, fact};
use super::{Act, Activity, Change, Context, Format, Log, Said, Text, Timeline, Verb};
use crate::model::entry::{LogKind, Logged};
use crate::model::lane::{Lane, Marks};
use crate::model::refusal::{Refusal, quoted};
use crate::model::time::{Place, split_at_time};

#[derive(Args)]
pub(super) struct LogEntry {
    /// What to record; "@14:02" at its start is --at, "-" reads standard input as one entry
    #[arg(value_name = "TEXT", required_unless_present = "lines")]
    text: Vec<String>,
    /// What kind of entry it is
    #[arg(long, value_name = "KIND", value_parser = Offered(log_kinds))]
    kind: Option<String>,
    /// Component it is about; may be given several times
    #[arg(long = "component", value_name = "NAME")]
    components: Vec<String>,
    #[command(flatten)]
    place: PlaceIn,
    /// Read standard input, one entry a line
    #[arg(long)]
    lines: bool,
    #[command(flatten)]
    when: When,
}

impl Verb for LogEntry {
    fn say(mut self, context: &Context<'_>) -> Result<Said, Refusal> {
        let given = self.text.join(" ");
        let text = match (given.as_str(), self.lines) {
            ("" | "-", true) => Text::Lines,
            ("-", false) => Text::Whole,
            (_, true) => {
                return Err(Refusal::misused(
                    "--lines reads the entries from standard input, and a text was given too.",
                )
                .hint("Give one of them: casebook log --lines < FILE, or casebook log TEXT."));
            }
            (_, false) => Text::Given(take_time(given, &mut self.when)?),
        };
        let kind = self.kind.as_deref().map(lookup::log_kind).transpose()?.unwrap_or(LogKind::Note);
        let Marks { lane, source, techniques } = self.place.marks()?;
        let about =
            Logged { kind, components: self.components, techniques, lane, source, ..Logged::default() };
        let log = Log { text, about };
        self.when.says(Act::Log(log), context)
    }
}

/// `log` with nothing but the words of its text.
pub(super) fn log(text: Vec<String>, context: &Context<'_>) -> Result<Said, Refusal> {
    let place = PlaceIn { actor: false, lane: None, source: None, techniques: Vec::new() };
    let when = When::default();
    LogEntry { text, kind: None, components: Vec::new(), place, lines: false, when }.say(context)
}

/// Where an entry stands on the timeline.
#[derive(Args)]
struct PlaceIn {
    /// What the attacker did, like --lane actor
    #[arg(long, conflicts_with = "lane", help_heading = "Timeline")]
    actor: bool,
    /// Whose deed it tells: actor or us
    #[arg(
        long,
        value_name = "LANE",
        value_parser = Offered(lanes),
        hide_possible_values = true,
        help_heading = "Timeline"
    )]
    lane: Option<String>,
    /// Where it is known from, such as a log or a person
    #[arg(long, value_name = "NAME", help_heading = "Timeline")]
    source: Option<String>,
    /// ATT&CK technique, such as T1059; may be given several times
    #[arg(long = "technique", value_name = "ID", help_heading = "Timeline")]
    techniques: Vec<String>,
}

impl PlaceIn {
    fn marks(self) -> Result<Marks, Refusal> {
        let lane = match self.actor {
            true => Some(Lane::Actor),
            false => self.lane.as_deref().map(Lane::parse).transpose()?,
        };
        Ok(Marks { lane, source: self.source, techniques: self.techniques })
    }
}

/// Takes the `@14:02` at the start of a text for `--at`.
fn take_time(text: String, when: &mut When) -> Result<String, Refusal> {
    if text.trim() == "@" {
        return Err(Refusal::misused("\"@\" is neither a time nor a text.")
            .hint("Say when and what: casebook log \"@14:02 …\""));
    }
    let Some(found) = split_at_time(&text, Place::Start) else { return Ok(text) };
    if when.at.is_some() {
        return Err(Refusal::misused(format!("The time is said twice: --at and @{}.", found.words))
            .hint("Say it once."));
    }
    if found.rest.trim().is_empty() {
        return Err(Refusal::misused(format!("{} is a time without a text.", quoted(text.trim())))
            .hint(format!("Say what happened then: casebook log \"@{} …\"", found.words)));
    }
    when.at = Some(found.words.to_owned());
    Ok(found.rest.to_owned())
}

#[derive(Args)]
pub(super) struct Correct {
    /// Which entry: its id prefix, unique words of its text, or "last" for the last one somebody wrote
    #[arg(value_name = "REF")]
    entry: String,
    /// The words that hold from now on; the old ones stay readable
    #[arg(value_name = "TEXT", required_unless_present_any = ["actor", "lane", "source", "techniques"])]
    text: Vec<String>,
    #[command(flatten)]
    place: PlaceIn,
    #[command(flatten)]
    when: When,
}

impl Verb for Correct {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let text = (!self.text.is_empty()).then(|| self.text.join(" "));
        let change = Change::Correct { entry: self.entry, text, marks: self.place.marks()? };
        self.when.says(Act::Change(change), context)
    }
}

#[derive(Args)]
pub(super) struct Redact {
    /// Which entry: its id prefix, unique words of its text, or "last" for the last one somebody wrote
    #[arg(value_name = "REF")]
    entry: String,
    /// Why; it stands in place of the words
    #[arg(long, value_name = "TEXT", required_unless_present = "end")]
    reason: Option<String>,
    /// Bring the words back
    #[arg(long, conflicts_with = "reason")]
    end: bool,
    #[command(flatten)]
    when: When,
}

impl Verb for Redact {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let change = match (self.reason, self.end) {
            (Some(reason), false) => Change::Redact { entry: self.entry, reason },
            _ => Change::Reveal(self.entry),
        };
        self.when.says(Act::Change(change), context)
    }
}

#[derive(Args)]
pub(super) struct Undo {
    /// Which entry: its id prefix or unique words of its text; without it my last act
    #[arg(value_name = "REF")]
    entry: Vec<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Undo {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let entry = (!self.entry.is_empty()).then(|| self.entry.join(" "));
        self.when.says(Act::Change(Change::Undo(entry)), context)
    }
}

#[derive(Args)]
pub(super) struct ShowActivity {
    /// Only what happened or was written down since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only entries of this kind
    #[arg(long, value_name = "KIND", value_parser = Offered(kinds), hide_possible_values = true)]
    kind: Option<String>,
}

impl Verb for ShowActivity {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let since = self.since.as_deref().map(|words| fact(words, context)).transpose()?;
        let kind = self.kind.as_deref().map(lookup::kind).transpose()?;
        Ok(Said::plain(Act::Activity(Activity { since: since.map(|since| since.utc()), kind })))
    }
}

#[derive(Args)]
pub(super) struct ShowTimeline {
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Only what this side did: actor or us
    #[arg(long, value_name = "LANE", value_parser = Offered(lanes), hide_possible_values = true)]
    lane: Option<String>,
    /// As far as it was in the record then, and beside it what was written later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    as_of: Option<String>,
}

impl Verb for ShowTimeline {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let as_of = self.as_of.as_deref().map(|words| fact(words, context)).transpose()?;
        let lane = self.lane.as_deref().map(Lane::parse).transpose()?;
        let timeline = Timeline { format: self.format, lane, as_of: as_of.map(|at| at.utc()) };
        Ok(Said::plain(Act::Timeline(timeline)))
    }
}
