//! `decide`: what was decided, instead of what, and when to look at it again.

use clap::{Args, Subcommand};

use super::super::when::When;
use super::super::{Context, Said, Verb};
use super::{Again, Plain, Reasoned, Which, due_of, says_plainly, with_due};
use crate::model::ledger::approval;
use crate::model::ledger::decision::{self, Decision};
use crate::model::ledger::{Command, Sort, State};
use crate::model::refusal::Refusal;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::verb) struct Decide {
    #[command(subcommand)]
    what: Option<What>,
    /// What was decided
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// What was considered and not chosen; may be given several times
    #[arg(long = "alternative", value_name = "TEXT")]
    alternatives: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Who approved it
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    /// When to look at it again: +2h, tomorrow 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    revisit: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Subcommand)]
enum What {
    /// Decisions that stand, those to look at again first
    List(Which),
    /// Looked at again and kept for good
    Confirm(Plain),
    /// Looked at again: it stands, and gets another time
    Revisit(Again),
    /// Taken back, with --reason
    Withdraw(Reasoned),
    /// It stands again, with --reason
    Reopen(Reasoned),
}

impl Verb for Decide {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            Some(What::List(which)) => return Ok(which.list(Sort::Decision)),
            Some(What::Confirm(it)) => return it.settle(Sort::Decision, State::Confirmed, context),
            Some(What::Revisit(it)) => return it.looks(Sort::Decision, context),
            Some(What::Withdraw(it)) => return it.settle(Sort::Decision, State::Withdrawn, context),
            Some(What::Reopen(it)) => return it.settle(Sort::Decision, State::Open, context),
            None => {}
        }
        let revisit = due_of(self.revisit.as_ref(), context)?;
        let decide = decision::Decide {
            text: self.text.join(" "),
            decision: Decision {
                alternatives: self.alternatives,
                why: self.why,
                approved_by: self.approved_by.as_deref().map(approval::person).transpose()?,
            },
            revisit: revisit.as_ref().map(|at| at.utc()),
        };
        Ok(with_due(says_plainly(Command::Decide(decide), self.when, context)?, revisit))
    }
}
