//! What one remote is known to hold, and what was noticed about it: a cache beside the repository. Without it everything
//! is looked at once more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::consent::Waiting;
use super::super::files::{Disk, Files, careful};
use super::super::locate::Address;
use super::piece::Branch;

/// Something that was noticed and that people should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Notice {
    /// A branch does not go on from what it was: somebody wrote the remote anew.
    Rewritten { branch: String },
    /// A branch is an earlier one of itself: an old copy of the remote was put back.
    SetBack { branch: String },
    /// A branch that was there is gone.
    Vanished { branch: String },
    /// Another machine wrote under a writer id of this one, which is out of use here from now on.
    Cloned { writer: String },
    /// A line in the name of a writer of this machine came, which this machine did not write, and not on its own branch.
    Foreign { writer: String, n: u64, branch: String },
    /// Bytes that are not what they should be were left where they are.
    Refused { branch: String, path: String, why: String },
    /// So many more of a branch were refused than are told one by one.
    Refusals { branch: String, more: u64 },
    /// Something cannot be taken in before something else comes.
    Waiting { path: String, why: String },
    /// A branch whose signature is not what it should be; nothing of it was taken in.
    Distrusted { branch: String, why: String },
    /// What came for an incident could not be put on the disk; it is tried again with the next exchange.
    Untaken { path: String, why: String },
    /// An incident whose record says that not everybody may read it, and whose folder could not be closed.
    Open { path: String, why: String },
    /// Words that were expunged elsewhere are hidden, and stand on this disk until somebody here agrees.
    Expunged { path: String, line: String, by: String, with: String, lines: usize, files: usize },
    /// An incident whose number is far beyond those of this store; none here follows it.
    Number { path: String },
    /// A file of this store that cannot be sent as it is.
    Unsent { path: String, why: String },
}

impl Notice {
    /// Whether it is an alarm: somebody should look, now.
    pub fn is_alarm(&self) -> bool {
        !matches!(self, Self::Waiting { .. } | Self::Unsent { .. })
    }

    /// In a sentence without its full stop.
    pub fn words(&self) -> String {
        match self {
            Self::Rewritten { branch } => format!(
                "the remote was rewritten: {branch} does not go on from what was there; nothing here is lost, and what it lacks \
                 is sent again"
            ),
            Self::SetBack { branch } => format!(
                "the remote was set back: {branch} is an earlier one of itself; nothing here is lost, and what it lacks is sent \
                 again"
            ),
            Self::Vanished { branch } => {
                format!(
                    "{branch} is gone from the remote; nothing here is lost, and what it held is sent again"
                )
            }
            Self::Cloned { writer } => format!(
                "another machine writes as {writer}, too: this one was copied; from now on it writes under another id, and the \
                 lines of both are kept"
            ),
            Self::Foreign { writer, n, branch } => format!(
                "{branch} brought a line {n} of {writer}, which is a writer of this machine and did not write it here: this \
                 machine was copied, or somebody writes in its name; it is kept beside ours, and casebook verify names it"
            ),
            Self::Refused { branch, path, why } => format!("refused {path} of {branch}: {why}"),
            Self::Refusals { branch, more } => {
                format!("refused {more} more of {branch}: somebody fills it with what no casebook would send")
            }
            Self::Waiting { path, why } => format!("{path} waits: {why}"),
            Self::Distrusted { branch, why } => format!("nothing of {branch} was taken in: {why}"),
            Self::Untaken { path, why } => format!(
                "what came for {path} could not be put on the disk: {why}; nothing of it is lost: it is tried again with the \
                 next casebook sync"
            ),
            Self::Open { path, why } => format!(
                "{path} is restricted by its record, and everybody who reads this store can read it: {why}; casebook restrict \
                 closes it"
            ),
            Self::Expunged { path, line, by, with, lines, files } => {
                let counted = |n: &usize, what: &str| {
                    if *n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
                };
                let (lines, files) = (counted(lines, "line"), counted(files, "file"));
                format!(
                    "{by} with {with} expunged {lines} and {files} of {path}: hidden here, and on this disk until somebody \
                     agrees; casebook expunge --carry-out {line} -i {path} does, --dry-run shows them"
                )
            }
            Self::Number { path } => {
                format!(
                    "{path} has a number far beyond those of this store: it is kept, and no number here follows it"
                )
            }
            Self::Unsent { path, why } => format!("{path} stays here: {why}"),
        }
    }
}

impl Waiting {
    /// As it is told.
    pub(super) fn notice(&self, address: &Address) -> Notice {
        let plain = |name: &str| name.chars().filter(|c| !c.is_control()).take(60).collect();
        Notice::Expunged {
            path: address.number.clone(),
            line: self.line.short(8).to_string(),
            by: plain(&self.by),
            with: plain(&self.with),
            lines: self.lines.len(),
            files: self.files.len(),
        }
    }
}

/// What is known of another writer by its branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Peer {
    /// Who its last line says wrote it.
    pub by: String,
    /// When its last line says it was written.
    pub recorded: Option<DateTime<Utc>>,
    /// When that line was taken in, by the clock of this machine.
    pub taken: Option<DateTime<Utc>>,
    /// Lines that were taken in from it.
    pub lines: u64,
    /// How far its clock stands from others at least, in milliseconds: ahead where a line of it came before the time it
    /// tells; negative where it had read lines that were later than its own time.
    pub skew_ms: i64,
    /// Who signed its last delivery, where that is known.
    pub signer: Option<String>,
}

/// What is known of one remote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ledger {
    /// Up to which commit each branch was looked at.
    pub(super) tips: BTreeMap<String, String>,
    /// So many bytes of each file, from its first on, the remote has as they are here.
    pub(super) covered: BTreeMap<String, u64>,
    /// From which byte on a file is another here than on the remote; the rest goes there under the name of a fork.
    pub(super) apart: BTreeMap<String, u64>,
    /// The branch on which this store carries what is nobody's own.
    pub(super) carrier: Option<String>,
    /// Writers of this machine that somebody else is, too.
    pub(super) cloned: Vec<String>,
    /// Who signed the last delivery of a carrier's branch.
    pub(super) signers: BTreeMap<String, String>,
    /// Which branch of its own each writer is at, where it is not the first.
    pub(super) turns: BTreeMap<String, u32>,
    /// Branches that hold what git does not take, and when they were looked at last.
    pub(super) odd: BTreeMap<String, DateTime<Utc>>,
    /// Incidents of which something waits.
    pub(super) waiting: Vec<String>,
    /// Incidents that something was passed over of: they were archived here, or the disk said no. Once they can be taken in,
    /// all that ever came for them is looked at again.
    pub(super) missed: BTreeSet<String>,
    pub(super) notices: Vec<Notice>,
    pub(super) peers: BTreeMap<String, Peer>,
    /// When everything was last exchanged.
    pub(super) exchanged: Option<DateTime<Utc>>,
    /// Why the last try came to nothing.
    pub(super) failed: Option<String>,
}

/// Notices that are kept at most, and refusals of one branch that are told one by one.
const MOST_NOTICES: usize = 200;
const MOST_REFUSED: usize = 10;

impl Ledger {
    fn path(sidecar: &Path) -> PathBuf {
        sidecar.with_extension("json")
    }

    pub(super) fn read(sidecar: &Path) -> Self {
        let bytes = Disk.read(&Self::path(sidecar), 0).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Keeps it. What cannot be kept is found out again.
    pub(super) fn keep(&self, sidecar: &Path) {
        if let Ok(text) = serde_json::to_vec(self) {
            let _ = Disk.replace(&Self::path(sidecar), &text);
        }
    }

    /// Takes down what was noticed, once.
    pub(super) fn note(&mut self, notice: Notice) -> bool {
        if self.notices.contains(&notice) {
            return false;
        }
        if let Notice::Refused { branch, .. } = &notice {
            let of = |it: &&Notice| matches!(it, Notice::Refused { branch: of, .. } if of == branch);
            if self.notices.iter().filter(of).count() >= MOST_REFUSED {
                self.refuse_more(branch);
                return false;
            }
        }
        if self.notices.len() >= MOST_NOTICES {
            // What comes by the thousand does not push out what is said once.
            let many = |it: &Notice| {
                matches!(it, Notice::Refused { .. } | Notice::Refusals { .. }) || !it.is_alarm()
            };
            let at = self.notices.iter().position(many).unwrap_or(0);
            self.notices.remove(at);
        }
        self.notices.push(notice);
        true
    }

    /// Counts one more that was refused of a branch of which enough was told.
    fn refuse_more(&mut self, branch: &str) {
        let known = self.notices.iter_mut().find_map(|it| match it {
            Notice::Refusals { branch: of, more } if of == branch => Some(more),
            _ => None,
        });
        match known {
            Some(more) => *more += 1,
            None => self.notices.push(Notice::Refusals { branch: branch.to_owned(), more: 1 }),
        }
    }

    /// The remote has so many more bytes of a file, if they join what it has.
    pub(super) fn cover(&mut self, file: &str, at: u64, end: u64) {
        let known = self.covered.entry(file.to_owned()).or_default();
        if at <= *known && end > *known {
            *known = end;
        }
    }

    /// Forgets what the remote has: it is looked at from the beginning.
    pub(super) fn look_again(&mut self) {
        self.tips.clear();
        self.covered.clear();
        self.apart.clear();
    }

    /// The branch on which this store carries what is nobody's own.
    pub(super) fn carrier(&mut self, fresh: impl FnOnce() -> String) -> Option<Branch> {
        let name = self.carrier.get_or_insert_with(|| format!("c-{}", fresh()));
        Branch::read(name)
    }
}

/// Whether a writer id belongs to this account: it has a lease, in use or retired.
pub(super) fn is_ours(state: Option<&Path>, writer: &str) -> bool {
    let Some(writers) = state.map(|state| state.join("writers")) else { return false };
    ["lock", "retired"].iter().any(|ending| writers.join(format!("{writer}.{ending}")).exists())
}

/// Takes a writer id of this account out of use. Whoever writes with it now finishes under it.
pub(super) fn retire(state: Option<&Path>, writer: &str) {
    let Some(writers) = state.map(|state| state.join("writers")) else { return };
    let lock = writers.join(format!("{writer}.lock"));
    // Gone meanwhile is as good: somebody else retired it.
    let _ = careful()
        .read(true)
        .open(&lock)
        .map(|_| std::fs::rename(&lock, writers.join(format!("{writer}.retired"))));
}
