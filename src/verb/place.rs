//! `phase`, `close`, `reopen` and `hold`: where the incident goes.

use clap::Args;

use super::change::{Closing, Going, Reopening};
use super::lookup::{self, Offered, categories, dispositions, phases};
use super::when::When;
use super::{Act, Change, Context, Said, Verb};
use crate::incident::command::Command;
use crate::incident::moves::Accept;
use crate::model::ledger::approval::{self, Approval};
use crate::model::lifecycle::{Gate, lifecycle};
use crate::model::refusal::{Refusal, quoted};

#[derive(Args)]
pub(super) struct GoTo {
    /// Where to: preparation, detection, analysis, containment, eradication, recovery, lessons-learned;
    /// without it, where we are and where we may go
    #[arg(value_name = "TO", value_parser = Offered(phases), hide_possible_values = true)]
    to: Option<String>,
    /// Why; a way back asks for it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// What sort of reason it is
    #[arg(long, value_name = "WORD", value_parser = Offered(categories))]
    category: Option<String>,
    /// Component a way back is about
    #[arg(long, value_name = "NAME")]
    component: Option<String>,
    /// Stay in the phase for that component alone; the reason is recorded
    #[arg(long, conflicts_with_all = ["to", "accept", "approved_by", "holds", "disposition", "of"])]
    stay: bool,
    /// Who accepts what a gate says, and why; without GATE= every strong gate of the move, each of which the answer names
    #[arg(long, value_name = "[GATE=]NAME: WHY")]
    accept: Vec<String>,
    /// Who approved the move
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    /// Task of an earlier visit whose tick still holds; may be given several times
    #[arg(long, value_name = "REF")]
    holds: Vec<String>,
    /// How it ended, for a move that closes
    #[arg(long, value_name = "WORD", value_parser = Offered(dispositions))]
    disposition: Option<String>,
    /// The incident this one is a duplicate of
    #[arg(long, value_name = "INCIDENT")]
    of: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for GoTo {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        if self.stay {
            let stay = crate::incident::command::Stay {
                reason: self.reason.unwrap_or_default(),
                category: self.category,
                component: self.component,
            };
            return self.when.says(Act::Change(Change::Plain(Command::Stay(stay))), context);
        }
        let Some(to) = &self.to else {
            if self.reason.is_some() || !self.accept.is_empty() || self.approved_by.is_some() {
                return Err(Refusal::misused("The phase to go to is missing.")
                    .hint(format!("Type one of {}.", phases().join(", "))));
            }
            return Ok(Said::plain(Act::Phase));
        };
        let going = Going {
            to: lookup::phase(to)?,
            reason: self.reason,
            category: self.category,
            component: self.component,
            accepts: self.accept.iter().map(|words| accept(words)).collect::<Result<_, _>>()?,
            approval: approver(self.approved_by.as_deref(), &self.when, context)?,
            holds: self.holds,
            disposition: self.disposition,
            of: self.of,
        };
        self.when.says(Act::Change(Change::Go(going)), context)
    }
}

/// Reads `GATE=NAME: WHY`, or `NAME: WHY` for every strong gate of the move.
fn accept(words: &str) -> Result<Accept, Refusal> {
    let (gate, rest) = match words.split_once('=') {
        Some((word, rest)) if !word.contains(':') => {
            let word = word.trim();
            let gate = Gate::read(word).ok_or_else(|| {
                let all: Vec<String> = lifecycle().gates.iter().map(|text| text.id.id()).collect();
                Refusal::misused(format!("There is no gate {}.", quoted(word))).hint(format!(
                    "casebook phase shows the gates of each move; there are {}.",
                    all.join(", ")
                ))
            })?;
            (Some(gate), rest)
        }
        _ => (None, words),
    };
    let (name, why) = rest.split_once(':').ok_or_else(|| {
        Refusal::misused(format!("An acceptance says who and why, and {} does not.", quoted(words)))
            .hint("Write it as --accept \"NAME: why\", or --accept GATE=\"NAME: why\" for one gate.")
    })?;
    Ok(Accept { gate, name: name.trim().to_owned(), why: why.trim().to_owned() })
}

/// Reads `NAME/ROLE`, as of the moment the act happened.
pub(super) fn approver(
    words: Option<&str>,
    when: &When,
    context: &Context<'_>,
) -> Result<Option<Approval>, Refusal> {
    let at = match &when.at {
        Some(words) => super::when::fact(words, context)?.utc(),
        None => context.now,
    };
    words.map(|words| approval::read(words, at)).transpose()
}

#[derive(Args)]
pub(super) struct Close {
    /// How it ended
    #[arg(long, value_name = "WORD", value_parser = Offered(dispositions))]
    disposition: Option<String>,
    /// The incident this one is a duplicate of
    #[arg(long, value_name = "INCIDENT")]
    of: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who accepts what a gate says, and why; without GATE= every strong gate of the move, each of which the answer names
    #[arg(long, value_name = "[GATE=]NAME: WHY")]
    accept: Vec<String>,
    /// Who approved it
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Close {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let closing = Closing {
            disposition: self.disposition,
            of: self.of,
            reason: self.reason,
            accepts: self.accept.iter().map(|words| accept(words)).collect::<Result<_, _>>()?,
            approval: approver(self.approved_by.as_deref(), &self.when, context)?,
        };
        self.when.says(Act::Change(Change::Close(closing)), context)
    }
}

#[derive(Args)]
pub(super) struct Reopen {
    /// The phase it goes on in
    #[arg(long, value_name = "PHASE", value_parser = Offered(phases), hide_possible_values = true)]
    to: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// What sort of reason it is
    #[arg(long, value_name = "WORD", value_parser = Offered(categories))]
    category: Option<String>,
    /// Who approved it
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    /// Who accepts what a gate says, and why; without GATE= every strong gate of the move, each of which the answer names
    #[arg(long, value_name = "[GATE=]NAME: WHY")]
    accept: Vec<String>,
    /// Task of an earlier visit whose tick still holds; may be given several times
    #[arg(long, value_name = "REF")]
    holds: Vec<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Reopen {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let reopening = Reopening {
            to: lookup::phase(&self.to)?,
            reason: self.reason,
            category: self.category,
            accepts: self.accept.iter().map(|words| accept(words)).collect::<Result<_, _>>()?,
            approval: approver(self.approved_by.as_deref(), &self.when, context)?,
            holds: self.holds,
        };
        self.when.says(Act::Change(Change::Reopen(reopening)), context)
    }
}

#[derive(Args)]
pub(super) struct Hold {
    /// What it waits for
    #[arg(value_name = "TEXT", conflicts_with_all = ["end", "reason"])]
    text: Vec<String>,
    /// What it waits for, as an option
    #[arg(long, value_name = "TEXT", hide = true)]
    reason: Option<String>,
    /// It goes on
    #[arg(long, conflicts_with = "reason")]
    end: bool,
    #[command(flatten)]
    when: When,
}

impl Verb for Hold {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let to = (!self.end).then(|| self.reason.unwrap_or_else(|| self.text.join(" ")));
        self.when.says(Act::Change(Change::Plain(Command::Hold(to))), context)
    }
}
