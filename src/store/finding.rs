//! What `verify` has to say, and how bad it is.

use super::journal::segment_of;
use super::reading::{Damage, Tail};
use super::seal::Found as FoundSeal;

/// How bad it is; the exit code of `verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Clean = 0,
    /// Declared or unfinished only: nothing was altered.
    Declared = 1,
    /// Bytes are not as they were written, or lines are missing.
    Broken = 2,
    /// Something could not be read, so nothing is known of it.
    Unreadable = 3,
}

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub file: String,
    /// From 1.
    pub line: u64,
}

/// Something `verify` has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// `CASEBOOK_NOW` set the clock of so many lines.
    NowSet { lines: u64 },
    /// The beginning of a line, declared by its writer.
    Torn(Tail),
    /// The beginning of a line, not declared: somebody is writing, or was stopped and has not come back.
    Unfinished(Tail),
    /// Two lines of one writer with the same number: the writer was cloned.
    Fork { writer: String, n: u64 },
    /// A line of a kind that must be known to write here.
    Critical { kind: String },
    /// The id is not the hash of the line.
    Altered(Spot),
    /// Bytes that are no line.
    Damaged(Damage),
    /// The line names a line before it that is not there.
    NoPrev { spot: Spot, writer: String, n: u64 },
    /// The line names another writer's line that nobody has.
    NotThere { spot: Spot, head: String },
    /// What was declared as torn is not what stands there now.
    TornAltered { file: String, at: u64 },
    /// A writer of this machine remembers more than its journal holds.
    Shorter { writer: String, file: String, remembers: u64, found: u64 },
    /// A writer of this machine remembers a line that its journal holds no more: it was written anew.
    Rewritten { writer: String, n: u64 },
    /// A seal names a line that is not there, or another root than the lines it covers have.
    SealBroken { file: String, why: String },
    /// A file or folder that could not be read.
    Unreadable { file: String, why: String },
}

impl Finding {
    pub fn class(&self) -> Class {
        match self {
            Self::NowSet { .. }
            | Self::Torn(_)
            | Self::Unfinished(_)
            | Self::Fork { .. }
            | Self::Critical { .. } => Class::Declared,
            Self::Altered(_)
            | Self::Damaged(_)
            | Self::NoPrev { .. }
            | Self::NotThere { .. }
            | Self::TornAltered { .. }
            | Self::Shorter { .. }
            | Self::Rewritten { .. }
            | Self::SealBroken { .. } => Class::Broken,
            Self::Unreadable { .. } => Class::Unreadable,
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NowSet { lines } => write!(f, "CASEBOOK_NOW set the clock of {lines} lines"),
            Self::Torn(tail) => {
                write!(
                    f,
                    "{} byte {}: {} bytes torn off, declared by their writer",
                    tail.file, tail.at, tail.bytes
                )
            }
            Self::Unfinished(tail) => {
                let writer = segment_of(&tail.file).map_or(tail.file.as_str(), |(writer, _)| writer);
                write!(
                    f,
                    "unfinished tail of {writer}, {} bytes ({} byte {})",
                    tail.bytes, tail.file, tail.at
                )
            }
            Self::Fork { writer, n } => {
                write!(f, "{writer} has two lines {n}: the writer was copied, both sides are kept")
            }
            Self::Critical { kind } => write!(f, "a “{kind}” line asks for a newer casebook to write here"),
            Self::Altered(spot) => {
                write!(f, "{} line {}: the bytes are not those its id was made from", spot.file, spot.line)
            }
            Self::Damaged(damage) => write!(
                f,
                "{} line {}, byte {}: {} bytes are no line: {}",
                damage.file, damage.line, damage.at, damage.bytes, damage.why
            ),
            Self::NoPrev { spot, writer, n } => {
                let (file, line) = (&spot.file, spot.line);
                write!(f, "{file} line {line}: line {n} of {writer} follows one that is not there")
            }
            Self::NotThere { spot, head } => {
                write!(f, "{} line {}: it has seen {head}, which nobody has", spot.file, spot.line)
            }
            Self::TornAltered { file, at } => {
                write!(f, "{file} byte {at}: what was declared as torn is not what stands there")
            }
            Self::Shorter { writer, file, remembers, found } => {
                write!(f, "{file}: {writer} of this machine wrote {remembers} bytes, {found} are there")
            }
            Self::Rewritten { writer, n } => {
                write!(f, "line {n} of {writer} is not the one that was written on this machine")
            }
            Self::SealBroken { file, why } => write!(f, "seal {file} does not hold: {why}"),
            Self::Unreadable { file, why } => write!(f, "{file} could not be read: {why}"),
        }
    }
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub findings: Vec<Finding>,
    /// Lines in chains, without openings of segments.
    pub lines: u64,
    pub writers: usize,
    pub bytes: u64,
    /// The seals that hold, the oldest first.
    pub seals: Vec<FoundSeal>,
}

impl Verdict {
    /// The worst of its findings; its number is the exit code.
    pub fn class(&self) -> Class {
        self.findings.iter().map(Finding::class).max().unwrap_or(Class::Clean)
    }

    /// What it proves.
    pub fn proves(&self) -> String {
        let hashes = "proved: every line hashes to its id and follows the lines it names";
        match self.class() {
            Class::Clean | Class::Declared => {
                match self.seals.iter().rev().find_map(|found| found.seal.as_ref()) {
                    None => format!("{hashes}; no seal anchors them to a moment yet"),
                    Some(seal) => format!(
                        "{hashes}; the first {} are those sealed with head {} by {} at {}, for whoever keeps that head or its \
                     signature outside this store",
                        seal.count,
                        seal.head_code(),
                        seal.by,
                        seal.at.format("%Y-%m-%d %H:%M:%SZ"),
                    ),
                }
            }
            Class::Broken => {
                "proved: something was altered or is missing; the lines not named above hold".to_owned()
            }
            Class::Unreadable => "proved only for what could be read".to_owned(),
        }
    }

    /// What no verification of an incident's own files can prove.
    pub fn proves_not(&self) -> &'static str {
        "not proved: that the statements are true, that a clock was right, or that nobody who may write here \
         cut the end of a journal or wrote all of it anew"
    }
}
