//! What `verify` has to say, and how bad it is.

use super::journal::segment_of;
use super::reading::{Damage, Tail};
use super::seal::Found as FoundSeal;
use super::verify::Depth;
use crate::model::text::counted;

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

/// What holds the author and the times of a line whose words are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// The line that declares it, by a hash.
    Held,
    /// Nothing: the line that declares it was written before such lines said so.
    Unknown,
}

/// Something `verify` has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its words were taken away, and a line of the journal that is whole says so.
    Expunged { spot: Spot, by: String, left: Left },
    /// So many lines and files are declared as gone, and somebody was stopped before they were.
    NotExpunged { lines: usize, files: usize },
    /// An expungement that came from elsewhere, and that nobody here has agreed to: its words are hidden, and still stand.
    Waiting { line: String, by: String, with: String, lines: usize, files: usize },
    /// So many entries of somebody were written by a clock that stood behind what their journal had read by then, by so
    /// many seconds at most: that clock was behind, or another's ahead. No fault: the order of lines holds.
    Skew { by: String, entries: u64, behind: u32 },
    /// The file that says what somebody here agreed to take away does not read.
    Agreed { why: String },
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
    /// A line whose bytes were changed, and which is whole in another segment.
    Mended(Spot),
    /// Damaged bytes that a repair has named and copied to `quarantine/`.
    SetAside { spot: Spot, at: u64, bytes: u64 },
    /// A journal is shorter than its writer remembers, and its last line is whole in another segment.
    Shortened { file: String, remembers: u64, found: u64 },
    /// A segment holds lines of another writer than the one it is called after.
    Misnamed { file: String, writer: String },
    /// The cache that people and other programs read does not say what the journals say.
    Cache { why: String },
    /// The id is not the hash of the line.
    Altered(Spot),
    /// Its words were taken away as declared, and what was left of it, its author or its times, was edited since.
    RemainsAltered { spot: Spot, by: String },
    /// The same of a line that came here so, and nobody of this store agreed to it.
    Wordless { spot: Spot, by: String, left: Left },
    /// Of a line without words, two lines that declare it as gone say different things of what is left.
    Disputed { spot: Spot, says: String, denies: String },
    /// Bytes that are no line.
    Damaged(Damage),
    /// The id is the hash of the line, and the line is none of this format: no casebook wrote it.
    Malformed { spot: Spot, why: String },
    /// Its clock does not go forward from the line before it: no casebook wrote it.
    ClockBack(Spot),
    /// Lines of another incident, which no reader takes in.
    Stranger { spot: Spot, lines: u64 },
    /// There is not one line.
    Empty,
    /// An evidence file was taken out of the vault, and a line of the journal says so.
    FileExpunged { number: String },
    /// An evidence file of the vault is missing, or does not hold the bytes it was taken in with.
    Evidence { number: String, why: String },
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
    /// A seal over a line that was altered: the fault is told by itself, and this goes with it.
    SealOver { file: String, why: String },
    /// A file or folder that could not be read.
    Unreadable { file: String, why: String },
}

impl Finding {
    pub fn class(&self) -> Class {
        match self {
            Self::Skew { .. } => Class::Clean,
            Self::NowSet { .. }
            | Self::Agreed { .. }
            | Self::Expunged { .. }
            | Self::Wordless { .. }
            | Self::Disputed { .. }
            | Self::NotExpunged { .. }
            | Self::Waiting { .. }
            | Self::FileExpunged { .. }
            | Self::Torn(_)
            | Self::Unfinished(_)
            | Self::Fork { .. }
            | Self::Critical { .. }
            | Self::Mended(_)
            | Self::SetAside { .. }
            | Self::Shortened { .. }
            | Self::Misnamed { .. }
            | Self::Cache { .. } => Class::Declared,
            Self::Altered(_)
            | Self::RemainsAltered { .. }
            | Self::Malformed { .. }
            | Self::ClockBack(_)
            | Self::Stranger { .. }
            | Self::Empty
            | Self::Evidence { .. }
            | Self::Damaged(_)
            | Self::NoPrev { .. }
            | Self::NotThere { .. }
            | Self::TornAltered { .. }
            | Self::Shorter { .. }
            | Self::Rewritten { .. }
            | Self::SealOver { .. }
            | Self::SealBroken { .. } => Class::Broken,
            Self::Unreadable { .. } => Class::Unreadable,
        }
    }
}

impl Finding {
    /// The worst first, and what follows from another behind it.
    pub(super) fn order(&self) -> (std::cmp::Reverse<Class>, bool) {
        (std::cmp::Reverse(self.class()), matches!(self, Self::SealOver { .. }))
    }

    /// Whether it is a fault of the record by itself, and not what follows from another one.
    pub fn is_fault(&self) -> bool {
        self.class() >= Class::Broken && !matches!(self, Self::SealOver { .. })
    }

    /// Whether it is about ids, `prev` and `n`: what the shell check of the README looks at.
    pub fn is_of_the_chain(&self) -> bool {
        matches!(
            self,
            Self::Altered(_)
                | Self::Damaged(_)
                | Self::Mended(_)
                | Self::SetAside { .. }
                | Self::NoPrev { .. }
                | Self::Empty
        )
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NowSet { lines } => {
                write!(f, "CASEBOOK_NOW set the clock of {}", counted(*lines, "line"))
            }
            Self::Mended(Spot { file, line }) => {
                write!(f, "{file} line {line}: its bytes were changed; the line is whole in another file")
            }
            Self::SetAside { spot, at, bytes } => {
                let (file, line) = (&spot.file, spot.line);
                let bytes = counted(*bytes, "damaged byte");
                write!(f, "{file} line {line}, byte {at}: {bytes}, declared by a repair")
            }
            Self::Shortened { file, remembers, found } => write!(
                f,
                "{file}: {remembers} bytes were written on this machine, {found} are there; the lines are there all the \
                 same"
            ),
            Self::Misnamed { file, writer } => {
                write!(f, "{file} holds lines of another writer, {writer}; none is lost by that")
            }
            Self::Agreed { why } => {
                write!(
                    f,
                    ".expunged.json, which says what somebody here agreed to take away, does not read: {why}"
                )
            }
            Self::Cache { why } => write!(f, "incident.json {why}; the journals are the record"),
            Self::Malformed { spot, why } => {
                let (file, line) = (&spot.file, spot.line);
                write!(f, "{file} line {line}: its id holds, and no casebook wrote it so: {why}")
            }
            Self::ClockBack(Spot { file, line }) => {
                write!(
                    f,
                    "{file} line {line}: its clock is not after the line before, and no casebook wrote it so"
                )
            }
            Self::Stranger { spot, lines } => {
                let (file, line) = (&spot.file, spot.line);
                write!(
                    f,
                    "{file} line {line}: {} of another incident, which no reader takes in",
                    counted(*lines, "line")
                )
            }
            Self::Empty => f.write_str("the journals hold no line, and an incident begins with one"),
            Self::FileExpunged { number } => {
                write!(f, "evidence {number}: its copy in the vault was expunged, as the journal declares")
            }
            Self::Evidence { number, why } => write!(f, "evidence {number}: {why}"),
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
            Self::RemainsAltered { spot, by } => write!(
                f,
                "{} line {}: its words were expunged, and what is left of it is not what line {by} says was left",
                spot.file, spot.line
            ),
            Self::Disputed { spot, says, denies } => write!(
                f,
                "{} line {}: its words were expunged, and what is left of it is disputed: it is what line {says} says was \
                 left, and line {denies} says something else",
                spot.file, spot.line
            ),
            Self::Wordless { spot, by, .. } => write!(
                f,
                "{} line {}: it came here without its words, which line {by} declares as gone; nobody here agreed to that",
                spot.file, spot.line
            ),
            Self::Expunged { spot, by, .. } => {
                write!(f, "{} line {}: its words were expunged, as line {by} declares", spot.file, spot.line)
            }
            Self::NotExpunged { lines, files } => {
                let (lines, files) = (counted(*lines as u64, "line"), counted(*files as u64, "file"));
                write!(
                    f,
                    "expunging was stopped: {lines} and {files} that are declared as gone are still here"
                )
            }
            Self::Waiting { line, by, with, lines, files } => {
                let (lines, files) = (counted(*lines as u64, "line"), counted(*files as u64, "file"));
                let (by, with) = (plain(by), plain(with));
                write!(
                    f,
                    "{by} with {with} expunged {lines} and {files} elsewhere, as line {line} declares: hidden, and still on \
                     this disk until somebody here agrees"
                )
            }
            Self::Altered(spot) => {
                write!(f, "{} line {}: the bytes are not those its id was made from", spot.file, spot.line)
            }
            Self::Damaged(Damage { file, line, bytes: 0, .. }) => {
                write!(f, "{file} line {line} is blank, and no casebook wrote it so")
            }
            Self::Damaged(Damage { file, line, at, bytes, why }) => {
                let are = if *bytes == 1 { "1 byte is" } else { &format!("{bytes} bytes are") };
                write!(f, "{file} line {line}, byte {at}: {are} no line: {why}")
            }
            Self::NoPrev { spot, writer, n: 0 } => {
                let (file, line) = (&spot.file, spot.line);
                write!(f, "{file} line {line}: this opening of {writer} follows a line that is not there")
            }
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
            Self::SealOver { file, why } => {
                write!(f, "and so seal {file}, which is over it, does not hold either: {why}")
            }
            Self::Skew { by, entries, behind } => {
                let entries = if *entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
                let (by, span) = (plain(by), crate::model::time::roughly(i64::from(*behind) * 1000));
                write!(
                    f,
                    "clocks: {entries} of {by} up to {span} behind what had been read by then: that clock was behind, or \
                     another's ahead; the order of the lines holds"
                )
            }
            Self::Unreadable { file, why } => write!(f, "{file} could not be read: {why}"),
        }
    }
}

/// Somebody's name as it may be shown.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
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

    /// Takes in what else was found. A seal whose signature does not fit is none that holds.
    pub fn add(&mut self, findings: Vec<Finding>) {
        for finding in &findings {
            if let Finding::SealBroken { file, .. } = finding {
                self.seals.retain(|seal| seal.file != *file);
            }
        }
        self.findings.extend(findings);
        self.findings.sort_by_key(Finding::order);
    }

    /// What it proves, looked at so closely.
    pub fn proves(&self, depth: Depth) -> String {
        let held = |finding: &Finding| match finding {
            Finding::Expunged { left, .. } | Finding::Wordless { left, .. } => Some(*left),
            Finding::Disputed { .. } => Some(Left::Unknown),
            _ => None,
        };
        // What is left of a line without words, its author and its times too, is held by what declares it, or by nothing.
        let hashes = match self.findings.iter().filter_map(held).max() {
            None => "proved: every line hashes to its id and follows the lines it names",
            Some(Left::Held) => {
                "proved: every line but the expunged ones hashes to its id, and all follow the lines they name; of the \
                 expunged ones everything but the words"
            }
            Some(Left::Unknown) => {
                "proved: every line but the expunged ones hashes to its id, and all follow the lines they name; of the \
                 expunged ones only their place and id"
            }
        };
        match self.class() {
            Class::Clean | Class::Declared => {
                match self.seals.iter().rev().find_map(|found| found.seal.as_ref()) {
                    None => format!("{hashes}; no seal anchors them to a moment yet"),
                    Some(seal) if depth == Depth::Quick => format!(
                        "{hashes}; what was sealed with head {} by {} at {} is still led up to, for whoever keeps that \
                         head; whether a line was put in between, only its root tells",
                        seal.head_code(),
                        seal.by,
                        seal.at.format("%Y-%m-%d %H:%M:%SZ"),
                    ),
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
         cut the end of a journal, took a seal away or wrote all of it anew"
    }
}
