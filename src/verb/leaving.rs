//! What leaves: on which terms, and into which file; `export`.

use std::path::PathBuf;

use clap::Args;

use super::lookup::{Offered, tlps};
use super::when::fact;
use super::{Act, Context, Said, Verb};
use crate::incident::release::{Names, Release};
use crate::model::refusal::Refusal;
use crate::model::taxonomy::Tlp;

/// On which terms something leaves, and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leave {
    pub terms: Release,
    /// `None`: standard output.
    pub output: Option<PathBuf>,
}

/// The options of every verb whose answer is meant for somebody else.
#[derive(Args)]
pub(super) struct Leaving {
    /// Write it into this file, which must not exist yet
    #[arg(short, long, value_name = "FILE", help_heading = "What leaves")]
    output: Option<PathBuf>,
    /// For readers of this label: nothing of a closer one goes out
    #[arg(
        long,
        value_name = "LABEL",
        value_parser = Offered(tlps),
        hide_possible_values = true,
        help_heading = "What leaves"
    )]
    tlp: Option<String>,
    /// Replace people, hosts and addresses, each by the same name everywhere
    #[arg(long, help_heading = "What leaves")]
    anonymise: bool,
    /// The record as it stood then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "What leaves")]
    as_of: Option<String>,
}

impl Leaving {
    pub(super) fn says(self, context: &Context<'_>) -> Result<Leave, Refusal> {
        let as_of = self.as_of.as_deref().map(|words| fact(words, context)).transpose()?;
        Ok(Leave {
            terms: Release {
                limit: self.tlp.as_deref().map(Tlp::parse).transpose()?,
                names: if self.anonymise { Names::Replaced } else { Names::Real },
                as_of: as_of.map(|at| at.utc()),
            },
            output: self.output,
        })
    }
}

#[derive(Args)]
pub(super) struct Export {
    /// In which format; without it, the formats there are
    #[arg(value_name = "FORMAT")]
    format: Option<String>,
    #[command(flatten)]
    leaving: Leaving,
    /// Encrypt a bundle to this age key; once for each reader
    #[arg(long, value_name = "KEY", help_heading = "What leaves")]
    recipient: Vec<String>,
}

impl Verb for Export {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(match self.format {
            None => Act::Formats,
            Some(format) => {
                Act::Export { format, leave: self.leaving.says(context)?, recipients: self.recipient }
            }
        }))
    }
}
