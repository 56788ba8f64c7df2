//! `measure`: temporary measures, and taking them down again.

use clap::{Args, Subcommand};

use super::super::lookup::{self, Offered};
use super::super::when::When;
use super::super::{Context, Said, Verb};
use super::{Again, Hand, LedgerChange, Line, Plain, Reasoned, Which, due_of, says, with_due};
use crate::model::ledger::measure::PutMeasure;
use crate::model::ledger::{SetTimes, Sort, State};
use crate::model::refusal::Refusal;

#[derive(Args)]
pub(in crate::verb) struct Measure {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Measures in place, those over review first
    List(Which),
    /// Put one in place
    Add(Add),
    /// Taken down again
    Removed(Plain),
    /// It stays for good, with --reason
    Permanent(Reasoned),
    /// Looked at: still needed, and gets another time
    Review(Again),
    /// When it is to be taken down
    Plan(Plan),
    /// Give it to somebody
    Assign(Hand),
    /// It is in place again, with --reason
    Reopen(Reasoned),
}

#[derive(Args)]
struct Add {
    /// What was put in place
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// What sort of measure
    #[arg(long, value_name = "KIND", value_parser = Offered(lookup::measure_kinds), default_value = "other")]
    kind: String,
    /// Component it holds; may be given several times
    #[arg(long = "component", value_name = "NAME")]
    components: Vec<String>,
    /// Device or place it is in, where that is no component
    #[arg(long, value_name = "NAME")]
    place: Option<String>,
    /// Who sees to it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// When to look at it again: +4h, tomorrow 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    review: Option<String>,
    /// When it is to be taken down
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    remove: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Plan {
    /// Which: its number, the beginning of its id, or words of it in quotes
    #[arg(value_name = "REF")]
    which: String,
    /// When it is to be taken down; none: no plan
    #[arg(value_name = "TIME", allow_hyphen_values = true)]
    remove: String,
    #[command(flatten)]
    when: When,
}

impl Verb for Measure {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            None => Ok(Which { all: false }.list(Sort::Measure)),
            Some(What::List(which)) => Ok(which.list(Sort::Measure)),
            Some(What::Add(it)) => it.put(context),
            Some(What::Removed(it)) => it.settle(Sort::Measure, State::Removed, context),
            Some(What::Permanent(it)) => it.settle(Sort::Measure, State::Permanent, context),
            Some(What::Review(it)) => it.looks(Sort::Measure, context),
            Some(What::Plan(it)) => it.plan(context),
            Some(What::Assign(it)) => it.give(Sort::Measure, context),
            Some(What::Reopen(it)) => it.settle(Sort::Measure, State::Open, context),
        }
    }
}

impl Add {
    fn put(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let (review, remove) =
            (due_of(self.review.as_ref(), context)?, due_of(self.remove.as_ref(), context)?);
        let put = PutMeasure {
            text: self.text.join(" "),
            kind: lookup::measure_kind(&self.kind)?,
            components: Vec::new(),
            place: self.place,
            owner: self.owner,
            review: review.as_ref().map(|at| at.utc()),
            remove: remove.as_ref().map(|at| at.utc()),
        };
        let change = LedgerChange::Put { put, components: self.components };
        Ok(with_due(says(change, self.when, context)?, review.or(remove)))
    }
}

impl Plan {
    fn plan(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let typed = (self.remove != "none").then_some(&self.remove);
        let remove = due_of(typed, context)?;
        let set = SetTimes { removal: Some(remove.as_ref().map(|at| at.utc())), ..SetTimes::default() };
        let line = Line { sort: Sort::Measure, words: self.which };
        Ok(with_due(says(LedgerChange::SetTimes { line, set }, self.when, context)?, remove))
    }
}
