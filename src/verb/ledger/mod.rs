//! `decide`, `assume`, `approve`, `measure`, `timer`, `declare`: the ledger.

pub(super) mod approve;
pub(super) mod assume;
pub(super) mod decide;
pub(super) mod declare;
pub(super) mod measure;
pub(super) mod timer;

use clap::Args;

use super::refs;
use super::when::{When, due};
use super::{Act, Change, Context, Said};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::ledger::approval::{About, Approve, RefuseApproval, RequestApproval};
use crate::model::ledger::measure::PutMeasure;
use crate::model::ledger::{self, Looked, SetTimes, Settle, Sort, State};
use crate::model::refusal::Refusal;
use crate::model::time::Happened;

/// A change of the ledger as it was worded.
#[derive(Clone, Debug)]
pub enum LedgerChange {
    Put { put: PutMeasure, components: Vec<String> },
    Settle { line: Line, to: State, reason: Option<String> },
    SetTimes { line: Line, set: SetTimes },
    Give { line: Line, to: Option<String> },
    Request { abouts: Abouts, request: RequestApproval },
    Grant { abouts: Abouts, approve: Approve },
    Refuse { abouts: Abouts, refuse: RefuseApproval },
}

/// A line of the ledger in words: its number, the beginning of its id, or words of its text.
#[derive(Clone, Debug)]
pub struct Line {
    pub sort: Sort,
    pub words: String,
}

/// What an approval is about, in words: tasks, a request, or a matter of its own; nothing: the last move.
#[derive(Clone, Debug, Default)]
pub struct Abouts {
    pub named: Option<String>,
    pub also: Vec<String>,
    pub matter: Option<String>,
}

/// Which lines of the ledger to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    pub sort: Sort,
    /// Settled ones too.
    pub all: bool,
}

impl LedgerChange {
    /// The command it is in this incident.
    pub(super) fn command(&self, incident: &Incident) -> Result<Command, Refusal> {
        let id = |line: &Line| refs::ledger(incident, line.sort, &line.words).map(|item| item.id.clone());
        let command = match self {
            LedgerChange::Put { put, components } => {
                let named = |words: &String| refs::component(incident, words).map(|one| one.id.clone());
                let components = components.iter().map(named).collect::<Result<_, _>>()?;
                ledger::Command::Put(PutMeasure { components, ..put.clone() })
            }
            LedgerChange::Settle { line, to, reason } => {
                ledger::Command::Settle(Settle { item: id(line)?, to: *to, reason: reason.clone() })
            }
            LedgerChange::SetTimes { line, set } => {
                ledger::Command::SetTimes(SetTimes { item: Some(id(line)?), ..set.clone() })
            }
            LedgerChange::Give { line, to } => ledger::Command::Give { item: id(line)?, to: to.clone() },
            LedgerChange::Request { abouts, request } => {
                let (about, _) = abouts.of(incident)?;
                ledger::Command::Request(RequestApproval { about, ..request.clone() })
            }
            LedgerChange::Grant { abouts, approve } => {
                let (mut about, answers) = abouts.of(incident)?;
                let first =
                    if about.is_empty() { super::change::owing(incident) } else { Some(about.remove(0)) };
                let approve = Approve { about: first, also: about, answers, ..approve.clone() };
                return Ok(Command::Approve(Box::new(approve)));
            }
            LedgerChange::Refuse { abouts, refuse } => {
                let (about, answers) = abouts.of(incident)?;
                ledger::Command::Refuse(RefuseApproval { about, answers, ..refuse.clone() })
            }
        };
        Ok(Command::Ledger(Box::new(command)))
    }
}

impl Abouts {
    /// What is meant, and the request where one was named.
    fn of(&self, incident: &Incident) -> Result<(Vec<About>, Option<crate::model::id::NounId>), Refusal> {
        // `R-4` and `R-4·k7` name a request and never a task.
        if let Some(words) = self.named.as_ref().filter(|words| is_request(words)) {
            let item = refs::ledger(incident, Sort::Approval, words)?;
            let about = item.request().map(|request| request.about.clone()).unwrap_or_default();
            return Ok((about, Some(item.id.clone())));
        }
        let mut abouts = Vec::new();
        for words in self.named.iter().chain(&self.also) {
            let task = refs::task(incident, words).map_err(|refusal| match refusal.hint {
                Some(hint) => {
                    Refusal { hint: Some(format!("{hint} For anything else: --matter \"…\".")), ..refusal }
                }
                None => refusal,
            })?;
            abouts.push(About::Task(task.id().clone()));
        }
        abouts.extend(self.matter.iter().map(|words| About::Matter(words.clone())));
        Ok((abouts, None))
    }
}

/// Whether this is the number of a request.
fn is_request(words: &str) -> bool {
    let number = words.trim().to_lowercase();
    number.strip_prefix("r-").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// What an act of the ledger says.
fn says(change: LedgerChange, when: When, context: &Context<'_>) -> Result<Said, Refusal> {
    when.says(Act::Change(Change::Ledger(Box::new(change))), context)
}

/// The same for what names nothing of the incident.
fn says_plainly(command: ledger::Command, when: When, context: &Context<'_>) -> Result<Said, Refusal> {
    when.says(Act::Change(Change::Plain(Command::Ledger(Box::new(command)))), context)
}

/// A time something falls due, as it was typed.
fn due_of(words: Option<&String>, context: &Context<'_>) -> Result<Option<Happened>, Refusal> {
    words.map(|words| due(words, context)).transpose()
}

/// With the due time said back.
fn with_due(said: Said, due: Option<Happened>) -> Said {
    Said { due, ..said }
}

/// Lists of the ledger.
#[derive(Args)]
struct Which {
    /// Settled ones too
    #[arg(long)]
    all: bool,
}

impl Which {
    fn list(&self, sort: Sort) -> Said {
        Said::plain(Act::Ledger(Listing { sort, all: self.all }))
    }
}

/// A line of the ledger that comes to stand otherwise without a reason being asked for.
#[derive(Args)]
struct Plain {
    /// Which: its number, the beginning of its id, or words of it
    #[arg(value_name = "REF", required = true)]
    which: Vec<String>,
    /// What was seen, or what came of it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

/// A line of the ledger that comes to stand otherwise with a reason.
#[derive(Args)]
struct Reasoned {
    /// Which: its number, the beginning of its id, or words of it
    #[arg(value_name = "REF", required = true)]
    which: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Plain {
    fn settle(self, sort: Sort, to: State, context: &Context<'_>) -> Result<Said, Refusal> {
        let line = Line { sort, words: self.which.join(" ") };
        says(LedgerChange::Settle { line, to, reason: self.reason }, self.when, context)
    }
}

impl Reasoned {
    fn settle(self, sort: Sort, to: State, context: &Context<'_>) -> Result<Said, Refusal> {
        let line = Line { sort, words: self.which.join(" ") };
        says(LedgerChange::Settle { line, to, reason: self.reason }, self.when, context)
    }
}

/// A line of the ledger that was looked at again and stays.
#[derive(Args)]
struct Again {
    /// Which: its number, the beginning of its id, or words of it
    #[arg(value_name = "REF", required = true)]
    which: Vec<String>,
    /// When to look at it next: +2h, tomorrow 09:00; none: not again
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    next: Option<String>,
    /// What was seen
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Again {
    fn looks(self, sort: Sort, context: &Context<'_>) -> Result<Said, Refusal> {
        let never = self.next.as_deref() == Some("none");
        let next = due_of(self.next.as_ref().filter(|_| !never), context)?;
        let to = if never { Some(None) } else { next.as_ref().map(|next| Some(next.utc())) };
        let set = SetTimes { due: to, looked: Looked::Yes(self.note), ..SetTimes::default() };
        let line = Line { sort, words: self.which.join(" ") };
        Ok(with_due(says(LedgerChange::SetTimes { line, set }, self.when, context)?, next))
    }
}

/// A line of the ledger that is given to somebody.
#[derive(Args)]
struct Hand {
    /// Which: its number, the beginning of its id, or words of it in quotes
    #[arg(value_name = "REF")]
    which: String,
    /// Who sees to it; - for nobody
    #[arg(value_name = "NAME", allow_hyphen_values = true)]
    to: String,
    #[command(flatten)]
    when: When,
}

impl Hand {
    fn give(self, sort: Sort, context: &Context<'_>) -> Result<Said, Refusal> {
        let line = Line { sort, words: self.which };
        let to = (self.to != "-").then_some(self.to);
        says(LedgerChange::Give { line, to }, self.when, context)
    }
}
