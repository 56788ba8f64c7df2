//! What is kept elsewhere, or taken away for good: `archive`, `backup`, `expunge`, `restrict`.

use std::path::PathBuf;

use clap::Args;

use super::change::Change;
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

/// Whether something is done, asked about first where somebody is there to answer, or only told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    #[default]
    Ask,
    Do,
    DryRun,
}

/// What others expunged elsewhere, and waits here for a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarryingOut {
    /// The lines that declare it, by their ids; none: tell what waits.
    pub refs: Vec<String>,
    pub how: How,
}

#[derive(Args)]
pub(super) struct Expunge {
    /// Entries: id prefix or unique words, quoted; E-003: the file of that evidence item
    #[arg(value_name = "REF", required_unless_present = "carry_out")]
    refs: Vec<String>,
    /// Why: the law, or what it opens
    #[arg(long, value_name = "TEXT", required_unless_present = "carry_out")]
    reason: Option<String>,
    /// The second person, who is not you, and their role: their own on the roster, where none is named
    #[arg(long, value_name = "NAME/ROLE", required_unless_present_any = ["carry_out", "decline"])]
    with: Option<String>,
    /// What others expunged: take it from this disk, too; REF is the id of their line; without REF, what waits
    #[arg(long, conflicts_with_all = ["reason", "with"])]
    carry_out: bool,
    /// What others expunged: keep it, and show its words again in this store; REF is the id of their line
    #[arg(long, conflicts_with_all = ["carry_out", "with", "dry_run", "yes"])]
    decline: bool,
    /// Tell what would go, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do it without asking; off a terminal nothing goes without it
    #[arg(long)]
    yes: bool,
}

impl Verb for Expunge {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let how = match (self.dry_run, self.yes) {
            (true, _) => How::DryRun,
            (false, true) => How::Do,
            (false, false) => How::Ask,
        };
        let Self { refs, reason, with, .. } = self;
        if self.carry_out {
            return Ok(Said::plain(Act::CarryOut(CarryingOut { refs, how })));
        }
        if self.decline {
            let [line] = &refs[..] else {
                return Err(Refusal::misused("One expunge is declined at a time.")
                    .hint("Name the id of its line: casebook expunge --decline REF --reason \"…\""));
            };
            let (line, reason) = (line.clone(), reason.unwrap_or_default());
            return Ok(Said::plain(Act::Change(Change::Decline { line, reason })));
        }
        let (reason, with) = (reason.unwrap_or_default(), with.unwrap_or_default());
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

/// Where the whole store goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backing {
    /// A new folder, or one that holds an earlier backup.
    Folder(PathBuf),
    /// One new file, encrypted to these public age keys if there are any.
    File { path: PathBuf, recipients: Vec<String> },
}

#[derive(Args)]
pub(super) struct Backup {
    /// A folder: a new one, or one that holds an earlier backup; FILE.tar.zst: all of it in one new file
    #[arg(value_name = "FOLDER|FILE.tar.zst")]
    to: PathBuf,
    /// Encrypt the file to this age key; once for each reader
    #[arg(long, value_name = "KEY")]
    age_recipient: Vec<String>,
}

/// Endings of packed files that are not written here.
const OTHER_FILES: [&str; 7] = [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".zip", ".zst"];

impl Verb for Backup {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let name = self.to.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let (path, recipients) = (self.to, self.age_recipient);
        let shown = path.display().to_string();
        if name.ends_with(".tar.zst") || name.ends_with(".age") {
            if name.ends_with(".age") && recipients.is_empty() {
                return Err(Refusal::misused("Nothing says to whom the backup is encrypted.")
                    .hint("--age-recipient age1…, once for each reader; or leave .age out of the name."));
            }
            return Ok(Said::plain(Act::Backup(Backing::File { path, recipients })));
        }
        if OTHER_FILES.iter().any(|ending| name.ends_with(ending)) {
            return Err(Refusal::misused(
                "A backup in one file is a .tar.zst; another ending names a folder.",
            )
            .hint(format!("casebook backup {}.tar.zst", stem(&shown, &name))));
        }
        if !recipients.is_empty() {
            return Err(Refusal::misused("Only a backup in one file is encrypted, and that names a folder.")
                .hint(format!("casebook backup {shown}.tar.zst.age --age-recipient age1…")));
        }
        Ok(Said::plain(Act::Backup(Backing::Folder(path))))
    }
}

/// A path without the ending of a packed file.
fn stem<'a>(path: &'a str, name: &str) -> &'a str {
    let ending = OTHER_FILES.iter().filter(|ending| name.ends_with(*ending)).map(|ending| ending.len()).max();
    &path[..path.len() - ending.unwrap_or(0)]
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
