//! What is kept elsewhere, or taken away for good: `archive`, `backup`, `expunge`, `restrict`.

use std::path::PathBuf;

use clap::Args;

use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;
use crate::model::restriction::Readers;

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

/// Words and files that have to be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expunging {
    /// Entries by their ids or words, evidence by its numbers.
    pub refs: Vec<String>,
    pub reason: String,
    /// The second person.
    pub with: String,
    pub how: How,
}

/// Whether something is done or only told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    #[default]
    Do,
    DryRun,
}

#[derive(Args)]
pub(super) struct Expunge {
    /// Entries: id prefix or unique words, quoted; E-003: the file of that evidence item
    #[arg(value_name = "REF", required = true)]
    refs: Vec<String>,
    /// Why: the law, or what it opens
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The second person, who is not you
    #[arg(long, value_name = "NAME/ROLE")]
    with: String,
    /// Tell what would go, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl Verb for Expunge {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let how = if self.dry_run { How::DryRun } else { How::Do };
        let Self { refs, reason, with, .. } = self;
        Ok(Said::plain(Act::Expunge(Box::new(Expunging { refs, reason, with, how }))))
    }
}

#[derive(Args)]
pub(super) struct Restrict {
    /// The group that may read it, by name or number
    #[arg(value_name = "GROUP", required_unless_present_any = ["only_me", "end"], conflicts_with_all = ["only_me", "end"])]
    group: Option<String>,
    /// Nobody but the owner of its folder
    #[arg(long, conflicts_with = "end")]
    only_me: bool,
    /// Whoever may read the store may read it again
    #[arg(long)]
    end: bool,
}

impl Verb for Restrict {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let readers = match self.group {
            Some(group) => Readers::Group(group),
            None if self.only_me => Readers::Nobody,
            None => Readers::Store,
        };
        Ok(Said::plain(Act::Restrict(readers)))
    }
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
