//! `declare`: a major incident, the hand-over to disaster recovery, and standing down again.

use clap::{Args, Subcommand};

use super::super::when::When;
use super::super::{Context, Said, Verb};
use super::{Reasoned, Which, says_plainly};
use crate::model::ledger::declaration::{self, Declared};
use crate::model::ledger::{Command, Sort, State};
use crate::model::refusal::Refusal;

#[derive(Args)]
pub(in crate::verb) struct Declare {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// What is declared and in force
    List(Which),
    /// A major incident, with --reason
    Major(Words),
    /// Recovery goes over to the disaster recovery plan, with --reason
    DisasterRecovery(Words),
    /// One of them is over, with --reason
    StandDown(Reasoned),
}

#[derive(Args)]
struct Words {
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Number elsewhere, or the plan that is followed
    #[arg(long = "reference", visible_alias = "plan", value_name = "TEXT")]
    reference: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Declare {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let (what, words) = match self.what {
            None => return Ok(Which { all: false }.list(Sort::Declaration)),
            Some(What::List(which)) => return Ok(which.list(Sort::Declaration)),
            Some(What::StandDown(it)) => return it.settle(Sort::Declaration, State::StoodDown, context),
            Some(What::Major(words)) => (Declared::Major, words),
            Some(What::DisasterRecovery(words)) => (Declared::DisasterRecovery, words),
        };
        let reason = words.reason.unwrap_or_default();
        let declare = declaration::Declare { what, reason, reference: words.reference };
        says_plainly(Command::Declare(declare), words.when, context)
    }
}
