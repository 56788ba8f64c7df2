//! `drill`: exercises, from the list of scenarios to the debrief.

mod play;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;

pub use play::{Controlling, Mark, Playing};

/// What is asked of drills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drilling {
    /// The scenarios there are.
    List,
    /// Every fault of a scenario file.
    Check {
        file: PathBuf,
    },
    Play(Playing),
}

#[derive(Args)]
pub(super) struct Drill {
    #[command(subcommand)]
    what: Option<AboutDrills>,
}

#[derive(Subcommand)]
enum AboutDrills {
    /// The scenarios there are, the easiest first
    List,
    /// Name every fault of a scenario file, with its place and the fix
    Check(CheckFile),
    #[command(flatten)]
    Play(play::Play),
}

#[derive(Args)]
struct CheckFile {
    /// The scenario, a JSON file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Verb for Drill {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Drill(match self.what {
            None | Some(AboutDrills::List) => Drilling::List,
            Some(AboutDrills::Check(CheckFile { file })) => Drilling::Check { file },
            Some(AboutDrills::Play(play)) => Drilling::Play(play.says()?),
        })))
    }
}
