//! `lesson` and `improve`: what was learned, and the actions that follow from it, of this incident and of all.

use clap::{Args, Subcommand};

use super::lookup::{self, Offered, categories_of_lessons, phases};
use super::when::{When, due};
use super::{Act, Change, Context, Said, Verb};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::lesson::{self, AddImprovement, Effect, RecordLesson, SetImprovement, State};
use crate::model::refusal::Refusal;

use super::refs;

/// A change of lessons or actions as it was worded.
#[derive(Clone, Debug)]
pub enum Learning {
    Record(RecordLesson),
    Add {
        /// The lesson it follows from, in words.
        lesson: Option<String>,
        add: AddImprovement,
    },
    Set {
        action: String,
        to: State,
        reason: Option<String>,
        evidence: Option<String>,
    },
    Owner {
        action: String,
        to: Option<String>,
    },
    Due {
        action: String,
        /// UTC.
        to: Option<chrono::DateTime<chrono::Utc>>,
    },
}

impl Learning {
    /// The command it is in this incident.
    ///
    /// # Errors
    /// Unknown and ambiguous references are refused with what to type.
    pub fn command(&self, incident: &Incident) -> Result<Command, Refusal> {
        let action = |words: &String| refs::improvement(incident, words).map(|action| action.id.clone());
        Ok(Command::Lesson(match self {
            Learning::Record(record) => lesson::Command::Record(record.clone()),
            Learning::Add { lesson, add } => {
                let of = |words: &String| refs::lesson(incident, words).map(|lesson| lesson.id.clone());
                let lesson = lesson.as_ref().map(of).transpose()?;
                lesson::Command::Add(AddImprovement { lesson, ..add.clone() })
            }
            Learning::Set { action: words, to, reason, evidence } => lesson::Command::Set(SetImprovement {
                improvement: action(words)?,
                to: *to,
                reason: reason.clone(),
                evidence: evidence.clone(),
            }),
            Learning::Owner { action: words, to } => {
                lesson::Command::Assign { improvement: action(words)?, to: to.clone() }
            }
            Learning::Due { action: words, to } => {
                lesson::Command::Due { improvement: action(words)?, to: *to }
            }
        }))
    }
}

#[derive(Args)]
pub(super) struct Lesson {
    #[command(subcommand)]
    what: Option<AboutLessons>,
}

#[derive(Subcommand)]
enum AboutLessons {
    /// Every lesson of the incident, with its actions
    List,
    /// Record what was learned
    Add(Learn),
}

#[derive(Args)]
struct Learn {
    /// What happened
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// What it shows
    #[arg(long, value_name = "TEXT")]
    finding: Option<String>,
    /// Why it came to that
    #[arg(long, value_name = "TEXT")]
    cause: Option<String>,
    /// What it is about: people, process, technology, communication, supplier, preparation, or another word
    #[arg(long, value_name = "WORD", value_parser = Offered(categories_of_lessons), hide_possible_values = true)]
    category: Option<String>,
    /// It helped: keep it
    #[arg(long, conflicts_with = "hindered")]
    helped: bool,
    /// It stood in the way: change it
    #[arg(long)]
    hindered: bool,
    /// The phase it is about
    #[arg(long, value_name = "PHASE", value_parser = Offered(phases), hide_possible_values = true)]
    phase: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Lesson {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let Some(AboutLessons::Add(it)) = self.what else { return Ok(Said::plain(Act::Lessons)) };
        let effect = match (it.helped, it.hindered) {
            (true, _) => Some(Effect::Helped),
            (_, true) => Some(Effect::Hindered),
            _ => None,
        };
        let record = RecordLesson {
            text: it.text.join(" "),
            finding: it.finding,
            cause: it.cause,
            category: it.category,
            effect,
            phase: it.phase.as_deref().map(lookup::phase).transpose()?,
        };
        it.when.says(Act::Change(Change::Learn(Box::new(Learning::Record(record)))), context)
    }
}

#[derive(Args)]
pub(super) struct Improve {
    #[command(subcommand)]
    what: Option<AboutActions>,
}

#[derive(Subcommand)]
enum AboutActions {
    /// Open actions of all incidents, overdue first, and the share done on time; -i: every action of one
    List,
    /// Agree on an action
    Add(Agree),
    /// It is done
    Done(Settle),
    /// It is not followed, with --reason
    Drop(Settle),
    /// Open it again, with --reason
    Reopen(Settle),
    /// Who sees to it
    Owner(Give),
    /// Until when
    Due(Until),
}

#[derive(Args)]
struct Agree {
    /// What shall be better, in a few words
    #[arg(value_name = "TEXT", required = true)]
    title: Vec<String>,
    /// The lesson it follows from: L-1
    #[arg(long, value_name = "REF")]
    lesson: Option<String>,
    /// Who sees to it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Until when: +14d, 2026-12-01, tomorrow 17:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    due: Option<String>,
    /// What will show that it worked
    #[arg(long = "measure", alias = "success", value_name = "TEXT")]
    success: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Settle {
    /// Which action: A-3, 3, its id prefix, or unique words of its title
    #[arg(value_name = "REF", required = true)]
    action: Vec<String>,
    /// What shows it: a ticket, a test, a document
    #[arg(long, value_name = "TEXT")]
    evidence: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Give {
    /// Which action: A-3, 3, its id prefix, or words of its title in quotes
    #[arg(value_name = "REF")]
    action: String,
    /// Who sees to it
    #[arg(value_name = "NAME", required_unless_present = "nobody")]
    name: Option<String>,
    /// Take it from whoever has it
    #[arg(long, conflicts_with = "name")]
    nobody: bool,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Until {
    /// Which action: A-3, 3, its id prefix, or words of its title in quotes
    #[arg(value_name = "REF")]
    action: String,
    /// When: 2026-12-01, tomorrow 17:00
    #[arg(value_name = "TIME", required_unless_present = "none")]
    time: Vec<String>,
    /// No due time
    #[arg(long, conflicts_with = "time")]
    none: bool,
    #[command(flatten)]
    when: When,
}

impl Verb for Improve {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let mut until = None;
        let (learning, when) = match self.what {
            None | Some(AboutActions::List) => return Ok(Said::plain(Act::Improvements)),
            Some(AboutActions::Add(it)) => {
                until = it.due.as_deref().map(|words| due(words, context)).transpose()?;
                let add = AddImprovement {
                    title: it.title.join(" "),
                    lesson: None,
                    success: it.success,
                    owner: it.owner,
                    due: until.as_ref().map(|until| until.utc()),
                };
                (Learning::Add { lesson: it.lesson, add }, it.when)
            }
            Some(AboutActions::Done(it)) => it.to(State::Done),
            Some(AboutActions::Drop(it)) => it.to(State::Dropped),
            Some(AboutActions::Reopen(it)) => it.to(State::Open),
            Some(AboutActions::Owner(it)) => (Learning::Owner { action: it.action, to: it.name }, it.when),
            Some(AboutActions::Due(it)) => {
                if !it.none {
                    until = Some(due(&it.time.join(" "), context)?);
                }
                let to = until.as_ref().map(|until| until.utc());
                (Learning::Due { action: it.action, to }, it.when)
            }
        };
        let said = when.says(Act::Change(Change::Learn(Box::new(learning))), context)?;
        Ok(Said { due: until, ..said })
    }
}

impl Settle {
    fn to(self, to: State) -> (Learning, When) {
        let set =
            Learning::Set { action: self.action.join(" "), to, reason: self.reason, evidence: self.evidence };
        (set, self.when)
    }
}
