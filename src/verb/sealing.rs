//! `verify`, `seal`, `proof`: what shows that a record was not altered.

use std::path::PathBuf;

use clap::Args;

use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;
use crate::model::root::HeadCode;
use crate::model::text::quoted;

/// What is held against what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verifying {
    /// The journals against themselves and their seals.
    Record { quick: bool, all: bool },
    /// The record against a head code somebody wrote down.
    Against(HeadCode),
    /// A file that `proof` wrote against itself.
    Proof(PathBuf),
}

#[derive(Args)]
pub(super) struct Verify {
    /// Number, its tail, id prefix, or unique words of the title; without it the one at hand
    #[arg(value_name = "INCIDENT")]
    incident: Vec<String>,
    /// Ids, prev, n and seen by position only
    #[arg(long)]
    quick: bool,
    /// Every incident of the store
    #[arg(long, conflicts_with = "incident")]
    all: bool,
    /// Whether the record once had this head code, and up to which line
    #[arg(long, value_name = "HEADCODE", conflicts_with_all = ["all", "quick"])]
    against: Option<String>,
    /// A file that casebook proof wrote; no store is needed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["all", "quick", "against", "incident"])]
    proof: Option<PathBuf>,
}

impl Verb for Verify {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let what = match (self.against, self.proof) {
            (Some(code), _) => Verifying::Against(HeadCode::parse(&code).ok_or_else(|| {
                Refusal::misused(format!("{} is no head code.", quoted(&code)))
                    .hint("It has 16 digits, such as 7f3a-91c2-08de-b5a4.")
            })?),
            (None, Some(file)) => Verifying::Proof(file),
            (None, None) => Verifying::Record { quick: self.quick, all: self.all },
        };
        let incident = (!self.incident.is_empty()).then(|| self.incident.join(" "));
        Ok(Said::of(Act::Verify(what), incident))
    }
}

#[derive(Args)]
pub(super) struct Seal {}

impl Verb for Seal {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Seal))
    }
}

#[derive(Args)]
pub(super) struct Proof {
    /// Which entry: its id prefix or unique words of its text
    #[arg(value_name = "REF")]
    entry: String,
    /// Write it into this file, which must not exist yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

impl Verb for Proof {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Proof { entry: self.entry, output: self.output }))
    }
}
