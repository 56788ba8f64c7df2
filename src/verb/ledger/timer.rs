//! `timer`: who or what is expected back, and when to ask.

use clap::{Args, Subcommand};

use super::super::when::{When, due};
use super::super::{Context, Said, Verb};
use super::{LedgerChange, Line};
use super::{Reasoned, Which, says, says_plainly, with_due};
use crate::model::ledger::timer::SetTimer;
use crate::model::ledger::{Command, SetTimes, Sort, State};
use crate::model::refusal::Refusal;

#[derive(Args)]
pub(in crate::verb) struct Timer {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Timers that run, the next to ring first
    List(Which),
    /// Set one
    Add(Add),
    /// The result came
    Done(Done),
    /// Not waited for any more, with --reason
    Cancel(Reasoned),
    /// It rings later, or earlier
    Move(Move),
}

/// When it rings.
#[derive(Args)]
struct Ring {
    /// How long from now: 10m, 1h30m
    #[arg(long = "in", value_name = "SPAN", conflicts_with = "at")]
    span: Option<String>,
    /// At what time: 14:30, tomorrow 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Who set it, if somebody else
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

#[derive(Args)]
struct Add {
    /// Who or what is expected, and with what
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    #[command(flatten)]
    ring: Ring,
}

#[derive(Args)]
struct Done {
    /// Which: its number, the beginning of its id, or words of it in quotes
    #[arg(value_name = "REF")]
    which: String,
    /// What came of it
    #[arg(value_name = "TEXT")]
    result: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Move {
    /// Which: its number, the beginning of its id, or words of it in quotes
    #[arg(value_name = "REF")]
    which: String,
    #[command(flatten)]
    ring: Ring,
}

impl Ring {
    fn time(&self, context: &Context<'_>) -> Result<crate::model::time::Happened, Refusal> {
        match (&self.span, &self.at) {
            (Some(span), _) => due(&format!("+{}", span.trim().trim_start_matches('+')), context),
            (None, Some(at)) => due(at, context),
            (None, None) => {
                Err(Refusal::misused("A timer needs to know when it rings.")
                    .hint("Add --in 10m, or --at 14:30."))
            }
        }
    }

    fn when(self) -> When {
        When { at: None, who: self.who }
    }
}

impl Verb for Timer {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            None => Ok(Which { all: false }.list(Sort::Timer)),
            Some(What::List(which)) => Ok(which.list(Sort::Timer)),
            Some(What::Add(it)) => {
                let rings = it.ring.time(context)?;
                let set = SetTimer { text: it.text.join(" "), due: rings.utc() };
                let said = says_plainly(Command::SetTimer(set), it.ring.when(), context)?;
                Ok(with_due(said, Some(rings)))
            }
            Some(What::Done(it)) => {
                let reason = (!it.result.is_empty()).then(|| it.result.join(" "));
                let line = Line { sort: Sort::Timer, words: it.which };
                says(LedgerChange::Settle { line, to: State::Done, reason }, it.when, context)
            }
            Some(What::Cancel(it)) => it.settle(Sort::Timer, State::Cancelled, context),
            Some(What::Move(it)) => {
                let rings = it.ring.time(context)?;
                let set = SetTimes { due: Some(Some(rings.utc())), ..SetTimes::default() };
                let line = Line { sort: Sort::Timer, words: it.which };
                let said = says(LedgerChange::SetTimes { line, set }, it.ring.when(), context)?;
                Ok(with_due(said, Some(rings)))
            }
        }
    }
}
