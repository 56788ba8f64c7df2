//! `doctor`: what is wrong with the store and the machine, and what can be put right by adding.

use std::path::PathBuf;

use clap::Args;

use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;

/// What is looked at, and whether anything is put right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doctoring {
    pub what: Treating,
    /// Where else lines and evidence may be: rescue files, copies of the store, backups, bundles.
    pub from: Vec<PathBuf>,
}

/// What is done beside looking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Treating {
    #[default]
    Look,
    /// What can be put right by adding is.
    Repair,
    /// What helps somebody else to understand it, without a word of the record, goes into this file.
    Support(PathBuf),
}

#[derive(Args)]
pub(super) struct Doctor {
    /// Only this one: number, its tail, id prefix, or unique words of the title
    #[arg(value_name = "INCIDENT")]
    incident: Vec<String>,
    /// Put right what can be put right by adding; without it nothing is written
    #[arg(long)]
    repair: bool,
    /// Only look: what happens anyway without --repair
    #[arg(long, conflicts_with = "repair")]
    dry_run: bool,
    /// Where missing lines may be: a rescue file, a copy of the store, a backup, a bundle
    #[arg(long, value_name = "PATH")]
    from: Vec<PathBuf>,
    /// Write what helps to understand a fault, without a word of the record, into this new file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["repair", "incident"])]
    support: Option<PathBuf>,
}

impl Verb for Doctor {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let what = match self.support {
            Some(file) => Treating::Support(file),
            None if self.repair => Treating::Repair,
            None => Treating::Look,
        };
        let incident = (!self.incident.is_empty()).then(|| self.incident.join(" "));
        Ok(Said::of(Act::Doctor(Doctoring { what, from: self.from }), incident))
    }
}
