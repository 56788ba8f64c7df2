//! What is kept elsewhere, or taken away for good: `archive`, `backup`, `expunge`, `restrict`.

use std::path::PathBuf;

use clap::Args;

use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;

/// An incident that is to be moved out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archiving {
    /// `None`: named after the incident, in the current folder.
    pub output: Option<PathBuf>,
    /// To whom it is encrypted: public age keys.
    pub recipients: Vec<String>,
    pub guard: Guard,
}

/// Whether an act that is usually a mistake is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    #[default]
    Refuse,
    /// `--anyway`.
    Pass,
}

#[derive(Args)]
pub(super) struct Backup {
    /// A new folder, or one that holds an earlier backup of this store
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

impl Verb for Backup {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Backup(self.folder)))
    }
}

#[derive(Args)]
pub(super) struct Archive {
    /// Number, its tail, id prefix, or unique words of the title
    #[arg(value_name = "INCIDENT", required = true)]
    incident: Vec<String>,
    /// Into this file, which must not exist yet; else INCIDENT.tar.zst in this folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Encrypt it to this age key; once for each reader
    #[arg(long, value_name = "KEY")]
    age_recipient: Vec<String>,
    /// Although it is not closed, or the record has faults
    #[arg(long)]
    anyway: bool,
}

impl Verb for Archive {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let archiving = Archiving {
            output: self.output,
            recipients: self.age_recipient,
            guard: if self.anyway { Guard::Pass } else { Guard::Refuse },
        };
        Ok(Said::of(Act::Archive(archiving), Some(self.incident.join(" "))))
    }
}
