//! `assume`: what the work rests on until it is known.

use clap::{Args, Subcommand};

use super::super::when::When;
use super::super::{Context, Said, Verb};
use super::{Again, Plain, Reasoned, Which, due_of, says_plainly, with_due};
use crate::model::ledger::assumption;
use crate::model::ledger::{Command, Sort, State};
use crate::model::refusal::Refusal;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::verb) struct Assume {
    #[command(subcommand)]
    what: Option<What>,
    /// What is taken to be so
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// What would show it to be wrong
    #[arg(long, value_name = "TEXT")]
    refuted_by: Option<String>,
    /// When it must have been checked: +2h, tomorrow 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    check: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Subcommand)]
enum What {
    /// Assumptions nobody has checked, those due first
    List(Which),
    /// It turned out to be so
    Confirm(Plain),
    /// It turned out wrong, with --reason
    Refute(Reasoned),
    /// Nobody needs it any more, with --reason
    Drop(Reasoned),
    /// Looked at: still open, and gets another time
    Check(Again),
    /// Open again, with --reason
    Reopen(Reasoned),
}

impl Verb for Assume {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            Some(What::List(which)) => return Ok(which.list(Sort::Assumption)),
            Some(What::Confirm(it)) => return it.settle(Sort::Assumption, State::Confirmed, context),
            Some(What::Refute(it)) => return it.settle(Sort::Assumption, State::Refuted, context),
            Some(What::Drop(it)) => return it.settle(Sort::Assumption, State::Dropped, context),
            Some(What::Check(it)) => return it.looks(Sort::Assumption, context),
            Some(What::Reopen(it)) => return it.settle(Sort::Assumption, State::Open, context),
            None => {}
        }
        let check = due_of(self.check.as_ref(), context)?;
        let assume = assumption::Assume {
            text: self.text.join(" "),
            refuted_by: self.refuted_by,
            check: check.as_ref().map(|at| at.utc()),
        };
        Ok(with_due(says_plainly(Command::Assume(assume), self.when, context)?, check))
    }
}
