//! `link` and `unlink`: other incidents that belong to this one.

use clap::Args;

use super::lookup::{self, Offered, relations};
use super::when::When;
use super::{Act, Change, Context, Said, Verb};
use crate::model::link::Relation;
use crate::model::refusal::Refusal;

/// A link to an incident that is still words.
#[derive(Clone, Debug)]
pub struct Linking {
    /// Its number, the tail of it, or unique words of its title.
    pub other: String,
    pub relation: Relation,
    pub reason: Option<String>,
}

#[derive(Args)]
pub(super) struct LinkThem {
    /// The other incident: number, its tail, id prefix, or unique words of the title; without it, what belongs
    /// to this one: links, links from elsewhere, shared indicators
    #[arg(value_name = "REF")]
    other: Vec<String>,
    /// How this one belongs to it
    #[arg(long, value_name = "WORD", value_parser = Offered(relations), default_value = "related")]
    relation: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for LinkThem {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        if self.other.is_empty() {
            return Ok(Said::plain(Act::Links));
        }
        let relation = lookup::relation(&self.relation)?;
        let linking = Linking { other: self.other.join(" "), relation, reason: self.reason };
        self.when.says(Act::Link(linking), context)
    }
}

#[derive(Args)]
pub(super) struct Unlink {
    /// The other incident: its number, the tail of it, or words of its title
    #[arg(value_name = "REF", required = true)]
    other: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Unlink {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let change = Change::Unlink { other: self.other.join(" "), reason: self.reason };
        self.when.says(Act::Change(change), context)
    }
}
