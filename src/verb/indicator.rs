//! `indicator`: addresses, names, hashes and the like that tell where the actor was.

use clap::{Args, Subcommand};

use super::lookup::{Offered, confidences, indicator_types, tlps};
use super::when::{When, fact};
use super::{Act, Change, Context, Indicating, IndicatorList, Paste, PasteFrom, Said, Verb};
use crate::model::indicator::{Adding, Confidence, Details, EditIndicator, Kind, Use, Why, detect, of_kind};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::Tlp;

#[derive(Args)]
pub(super) struct Indicator {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Every indicator, retired ones last
    List(ListThem),
    /// Everything that is known of one
    Show(ShowOne),
    /// Put one or several on the list, as they are or defanged
    Add(Add),
    /// Take what looks like an indicator out of any text: mail, log, CSV, chat
    Paste(PasteText),
    /// Change what is said of one
    Edit(Edit),
    /// Tie one or several to components, entries or other incidents
    Link(Link),
    /// Take one or several out of use
    Retire(Retire),
    /// Take retired ones up again
    Restore(Retire),
}

#[derive(Args)]
struct ListThem {
    /// Only of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(indicator_types), hide_possible_values = true)]
    kind: Option<String>,
    /// Only retired ones
    #[arg(long)]
    retired: bool,
    /// Only those with these words in value, note, source or tags
    #[arg(long, value_name = "WORDS")]
    find: Option<String>,
    /// Say in which other incidents each occurs
    #[arg(long)]
    elsewhere: bool,
}

#[derive(Args)]
struct ShowOne {
    /// Which indicator: its value, id prefix, or a unique part of its value
    #[arg(value_name = "VALUE")]
    indicator: String,
}

/// What is judged of indicators, now or later.
#[derive(Args)]
struct Judged {
    /// Who may be told
    #[arg(long, value_name = "LEVEL", value_parser = Offered(tlps))]
    tlp: Option<String>,
    /// How sure it is that it belongs to the actor
    #[arg(long, value_name = "LEVEL", value_parser = Offered(confidences))]
    confidence: Option<String>,
    /// When it was first seen at work
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    first: Option<String>,
    /// When it was last seen at work
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    last: Option<String>,
}

impl Judged {
    /// As the details of an addition, with nothing else in them.
    fn details(&self, context: &Context<'_>) -> Result<Details, Refusal> {
        let time = |words: &Option<String>| -> Result<_, Refusal> {
            Ok(words.as_deref().map(|words| fact(words, context)).transpose()?.map(|at| at.utc()))
        };
        Ok(Details {
            tlp: self.tlp.as_deref().map(Tlp::parse).transpose()?,
            confidence: self.confidence.as_deref().map(Confidence::parse).transpose()?,
            first: time(&self.first)?,
            last: time(&self.last)?,
            ..Details::default()
        })
    }
}

/// What is said of indicators as they are added.
#[derive(Args)]
struct With {
    #[command(flatten)]
    judged: Judged,
    /// Where it comes from
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// What it is, in a sentence
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Tag; may be given several times
    #[arg(long = "tag", value_name = "NAME")]
    tags: Vec<String>,
    /// Component it was seen on; may be given several times
    #[arg(long = "component", value_name = "NAME")]
    components: Vec<String>,
}

#[derive(Args)]
struct Add {
    /// The value; several are one act, and a value with blanks goes in quotes
    #[arg(value_name = "VALUE", required = true)]
    values: Vec<String>,
    /// What it is, where the value does not tell
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(indicator_types), hide_possible_values = true)]
    kind: Option<String>,
    #[command(flatten)]
    with: With,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct PasteText {
    /// The file to read; "-" is standard input
    #[arg(value_name = "FILE")]
    from: String,
    /// Show what was understood and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave this value out; may be given several times
    #[arg(long = "without", value_name = "VALUE")]
    without: Vec<String>,
    #[command(flatten)]
    with: With,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Edit {
    /// Which indicator: its value, id prefix, or a unique part of its value
    #[arg(value_name = "VALUE")]
    indicator: String,
    /// What it is
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(indicator_types), hide_possible_values = true)]
    kind: Option<String>,
    #[command(flatten)]
    judged: Judged,
    /// Where it comes from; "" takes it away
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// What it is, in a sentence; "" takes it away
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Add a tag; may be given several times
    #[arg(long = "tag", value_name = "NAME")]
    tags: Vec<String>,
    /// Take a tag away; may be given several times
    #[arg(long = "untag", value_name = "NAME")]
    untags: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Link {
    /// Which indicators: value, id prefix, or a unique part of the value
    #[arg(value_name = "VALUE", required = true)]
    indicators: Vec<String>,
    /// Component it was seen on; may be given several times
    #[arg(long = "component", value_name = "NAME")]
    components: Vec<String>,
    /// Entry of the log it belongs to; may be given several times
    #[arg(long = "entry", value_name = "REF")]
    entries: Vec<String>,
    /// Number of another incident; may be given several times
    #[arg(long = "to", value_name = "INCIDENT")]
    incidents: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Retire {
    /// Which indicators: value, id prefix, or a unique part of the value
    #[arg(value_name = "VALUE", required = true)]
    indicators: Vec<String>,
    /// Why it is taken out of use, or taken up again
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Indicator {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let list = || IndicatorList::default();
        match self.what {
            None => Ok(Said::plain(Act::Indicators(list()))),
            Some(What::List(it)) => {
                let kind = it.kind.as_deref().map(Kind::parse).transpose()?.flatten();
                let (retired, find, elsewhere) = (it.retired, it.find, it.elsewhere);
                Ok(Said::plain(Act::Indicators(IndicatorList { kind, retired, find, elsewhere })))
            }
            Some(What::Show(it)) => Ok(Said::plain(Act::Indicator(it.indicator))),
            Some(What::Add(it)) => it.say(context),
            Some(What::Paste(it)) => {
                let from = match it.from.as_str() {
                    "-" => PasteFrom::Input,
                    path => PasteFrom::File(path.into()),
                };
                let without = it.without.iter().map(|value| one(value, None).map(|one| one.value));
                let paste = Paste {
                    from,
                    dry_run: it.dry_run,
                    without: without.collect::<Result<_, _>>()?,
                    components: it.with.components.clone(),
                    with: it.with.details(context)?,
                };
                it.when.says(Act::Paste(Box::new(paste)), context)
            }
            Some(What::Edit(it)) => it.say(context),
            Some(What::Link(it)) => it.when.says(
                Act::Change(Change::Indicator(Indicating::Link {
                    indicators: it.indicators,
                    components: it.components,
                    entries: it.entries,
                    incidents: it.incidents,
                })),
                context,
            ),
            Some(What::Retire(it)) => it.say(Use::Retired, context),
            Some(What::Restore(it)) => it.say(Use::InUse, context),
        }
    }
}

impl Retire {
    fn say(self, to: Use, context: &Context<'_>) -> Result<Said, Refusal> {
        let retire = Indicating::Retire { indicators: self.indicators, to, reason: self.reason };
        self.when.says(Act::Change(Change::Indicator(retire)), context)
    }
}

impl Add {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let kind = self.kind.as_deref().map(Kind::parse).transpose()?.flatten();
        let indicators = self.values.iter().map(|value| one(value, kind)).collect::<Result<_, _>>()?;
        let with = self.with.details(context)?;
        let components = self.with.components;
        self.when
            .says(Act::Change(Change::Indicator(Indicating::Add { indicators, with, components })), context)
    }
}

/// One value as it was typed.
fn one(typed: &str, kind: Option<Kind>) -> Result<Adding, Refusal> {
    let found = kind.map_or_else(|| detect(typed), |kind| of_kind(kind, typed)).map_err(|why| {
        let hint = match (&why, kind) {
            (Why::NoType | Why::Scheme | Why::Host, None) => {
                "Say what it is with --type, such as --type account or --type other."
            }
            (Why::TooLong, _) => "Keep it as a file, and name that in an entry.",
            _ => "Look at it again, or say what else it is with --type.",
        };
        Refusal::misused(format!("{} is no indicator: {}.", quoted(typed), why.words())).hint(hint)
    })?;
    Ok(Adding { kind: found.kind, value: found.value, own: None })
}

impl With {
    fn details(&self, context: &Context<'_>) -> Result<Details, Refusal> {
        Ok(Details {
            source: self.source.clone(),
            note: self.note.clone(),
            tags: self.tags.clone(),
            ..self.judged.details(context)?
        })
    }
}

impl Edit {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let judged = self.judged.details(context)?;
        let to = EditIndicator {
            indicator: None,
            kind: self.kind.as_deref().map(Kind::parse).transpose()?.flatten(),
            tlp: judged.tlp,
            confidence: judged.confidence,
            first: judged.first,
            last: judged.last,
            source: self.source,
            note: self.note,
            tags_added: self.tags,
            tags_removed: self.untags,
        };
        if to == EditIndicator::default() {
            return Err(Refusal::misused("Nothing was said that could change.")
                .hint("Add what shall be, such as --confidence high or --tlp red."));
        }
        let edit = Indicating::Edit { indicator: self.indicator, to: Box::new(to) };
        self.when.says(Act::Change(Change::Indicator(edit)), context)
    }
}
