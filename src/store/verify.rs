//! Whether the bytes of an incident are as their writers left them, and what that does and does not prove.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Store;
use super::error::{StoreError, plain};
use super::files::{Files, met_a_link};
use super::glance::Glance;
use super::journal::{Opened, Torn, segment_of, tail};
use super::line::{Envelope, holds};
use super::locate::Address;
use super::reading::{Damage, Mark, Tail, pieces, segments};
use super::runs::Runs;
use super::writer::Memory;
use crate::model::id::LineId;

/// How much of each line is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Ids, `prev`, `n` and `seen`, found by their position.
    Quick,
    /// Also the order of fields, duplicate keys, every value of the envelope, `now`.
    Full,
}

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
            | Self::Shorter { .. } => Class::Broken,
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
}

impl Verdict {
    /// The worst of its findings; its number is the exit code.
    pub fn class(&self) -> Class {
        self.findings.iter().map(Finding::class).max().unwrap_or(Class::Clean)
    }

    /// What it proves.
    pub fn proves(&self) -> &'static str {
        match self.class() {
            Class::Clean | Class::Declared => {
                "proved: every line hashes to its id and follows the lines it names; no seal anchors them to a \
                 moment yet"
            }
            Class::Broken => "proved: something was altered or is missing; the lines not named above hold",
            Class::Unreadable => "proved only for what could be read",
        }
    }

    /// What no verification of an incident's own files can prove.
    pub fn proves_not(&self) -> &'static str {
        "not proved: that the statements are true, that a clock was right, or that nobody who may write here \
         cut the end of a journal or wrote all of it anew"
    }
}

impl Store {
    /// Checks the journals of an incident.
    pub fn verify(&self, address: &Address, depth: Depth) -> Verdict {
        let mut check = Check { depth, ..Check::new(&*self.files, &address.folder) };
        check.all();
        self.compare_memories(address, &mut check);
        check.verdict()
    }

    /// A journal that is shorter than what its writer remembers on this machine has lost its end.
    fn compare_memories(&self, address: &Address, check: &mut Check<'_>) {
        let Some(writers) = self.state.as_ref().map(|state| state.join("writers")) else { return };
        for (writer, _) in self.files.list(&writers).unwrap_or_default() {
            let memory = writers.join(&writer).join(address.id.to_string());
            let Some(memory) = Memory::read(&*self.files, &memory).filter(|memory| memory.n > 0) else {
                continue;
            };
            let file = super::journal::segment_name(
                &crate::incident::line::WriterId(writer.clone()),
                memory.segment,
            );
            let found = self.files.size(&check.journal.join(&file)).unwrap_or(0);
            if found < memory.bytes {
                check.findings.push(Finding::Shorter { writer, file, remembers: memory.bytes, found });
            }
        }
    }
}

/// A verification under way.
struct Check<'f> {
    files: &'f dyn Files,
    journal: PathBuf,
    depth: Depth,
    findings: Vec<Finding>,
    chains: HashMap<String, Runs>,
    openings: HashMap<String, HashSet<LineId>>,
    /// `prev` of openings and heads in `seen`, looked up when everything has been read.
    owed: Vec<Owed>,
    torn: Vec<Torn>,
    tails: Vec<(Tail, Torn)>,
    now_set: u64,
    crit: BTreeMap<String, ()>,
    lines: u64,
    bytes: u64,
}

/// Something a line says of another.
struct Owed {
    spot: Spot,
    writer: String,
    n: u64,
    id: LineId,
    what: Says,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Prev,
    OpeningPrev,
    Seen,
}

impl<'f> Check<'f> {
    fn new(files: &'f dyn Files, folder: &Path) -> Self {
        Self {
            files,
            journal: folder.join("journal"),
            depth: Depth::Full,
            findings: Vec::new(),
            chains: HashMap::new(),
            openings: HashMap::new(),
            owed: Vec::new(),
            torn: Vec::new(),
            tails: Vec::new(),
            now_set: 0,
            crit: BTreeMap::new(),
            lines: 0,
            bytes: 0,
        }
    }

    fn all(&mut self) {
        let mut strange = Vec::new();
        let names = match segments(self.files, &self.journal, &mut strange) {
            Ok(names) => names,
            Err(error) => {
                let why = if let StoreError::Io { source, .. } = &error {
                    plain(source)
                } else {
                    error.to_string()
                };
                self.findings.push(Finding::Unreadable { file: "journal".into(), why });
                return;
            }
        };
        let unreadable = |damage: Damage| Finding::Unreadable { file: damage.file, why: damage.why };
        self.findings.extend(strange.into_iter().map(unreadable));
        for name in names {
            match self.files.read(&self.journal.join(&name), 0) {
                Ok(bytes) => self.segment(&name, &bytes),
                Err(error) => {
                    let why = if met_a_link(&error) { "it is a symbolic link".into() } else { plain(&error) };
                    self.findings.push(Finding::Unreadable { file: name, why });
                }
            }
        }
    }

    fn segment(&mut self, name: &str, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let (mut at, mut line, mut rest) = (0_u64, 0_u64, bytes);
        while !rest.is_empty() {
            let length = std::io::BufRead::skip_until(&mut &*rest, b'\n').unwrap_or(rest.len());
            let (slice, after) = rest.split_at(length);
            rest = after;
            line += 1;
            let bytes = slice.strip_suffix(b"\n").unwrap_or(slice);
            let quick = if self.depth == Depth::Quick { Glance::read(bytes) } else { None };
            match quick {
                Some(glance) => self.line(name, line, bytes, &glance),
                None => self.slowly(name, slice, at, line),
            }
            at += length as u64;
        }
    }

    /// A slice that is read in full: because that was asked for, or because its fields are not in their place.
    fn slowly(&mut self, name: &str, slice: &[u8], at: u64, line: u64) {
        pieces(slice, &Mark::default(), |piece| match piece.what {
            Ok(envelope) => self.envelope(name, line, at + piece.at, piece.bytes, &envelope),
            Err(_) if piece.tail => {
                let bytes = piece.bytes.len() as u64;
                let found = Tail { file: name.to_owned(), at: at + piece.at, bytes };
                self.tails.push((found, tail(Path::new(name), at + piece.at, piece.bytes)));
            }
            Err(flaw) => self.findings.push(Finding::Damaged(Damage {
                file: name.to_owned(),
                line,
                at: at + piece.at,
                bytes: piece.bytes.len() as u64,
                why: flaw.to_string(),
            })),
        });
    }

    fn envelope(&mut self, name: &str, line: u64, at: u64, bytes: &[u8], envelope: &Envelope<'_>) {
        let spot = || Spot { file: name.to_owned(), line };
        self.now_set += u64::from(envelope.now_set);
        if envelope.crit {
            self.crit.insert(envelope.kind.to_owned(), ());
        }
        let seen = envelope.seen();
        let reads = if envelope.opens_segment() { Ok(()) } else { envelope.line().map(|_| ()) };
        if let Err(flaw) = reads.and(seen.as_ref().map(|_| ()).map_err(Clone::clone)) {
            let damage =
                Damage { file: name.into(), line, at, bytes: bytes.len() as u64, why: flaw.to_string() };
            self.findings.push(Finding::Damaged(damage));
        }
        for head in seen.unwrap_or_default() {
            let (writer, n, id) = (head.writer.0, head.n, head.id);
            self.owed.push(Owed { spot: spot(), writer, n, id, what: Says::Seen });
        }
        let (id, prev) = (envelope.id(), envelope.prev());
        let glance =
            Glance { writer: envelope.writer, n: envelope.n, id, prev, seen: None, data: envelope.data };
        self.line(name, line, bytes, &glance);
    }

    fn line(&mut self, name: &str, line: u64, bytes: &[u8], glance: &Glance<'_>) {
        let spot = || Spot { file: name.to_owned(), line };
        if !holds(bytes, glance.id) {
            self.findings.push(Finding::Altered(spot()));
        }
        for head in glance.heads() {
            match head {
                Some(head) => {
                    let (writer, n, id) = (head.writer.0, head.n, head.id);
                    self.owed.push(Owed { spot: spot(), writer, n, id, what: Says::Seen });
                }
                None => self.findings.push(Finding::Altered(spot())),
            }
        }
        let owes =
            |what, n| Owed { spot: spot(), writer: glance.writer.to_owned(), n, id: glance.prev, what };
        if glance.n == 0 {
            self.openings.entry(glance.writer.to_owned()).or_default().insert(glance.id);
            if glance.prev != LineId::ZERO {
                self.owed.push(owes(Says::OpeningPrev, 0));
            }
            let said = serde_json::from_str(glance.data).map(|opened: Opened| opened.torn);
            self.torn.extend(said.unwrap_or_default());
            return;
        }
        self.lines += 1;
        let chain = match self.chains.get_mut(glance.writer) {
            Some(chain) => chain,
            None => self.chains.entry(glance.writer.to_owned()).or_default(),
        };
        if !chain.push(glance.n, glance.id, glance.prev) {
            self.owed.push(owes(Says::Prev, glance.n));
        }
    }

    /// Looks up what lines have said of each other, now that all are known.
    fn verdict(mut self) -> Verdict {
        for owed in std::mem::take(&mut self.owed) {
            self.settle(owed);
        }
        for (writer, chain) in &self.chains {
            let forks = chain.forks().into_iter();
            self.findings.extend(forks.map(|n| Finding::Fork { writer: writer.clone(), n }));
        }
        self.settle_torn();
        if self.now_set > 0 {
            self.findings.push(Finding::NowSet { lines: self.now_set });
        }
        self.findings.extend(self.crit.into_keys().map(|kind| Finding::Critical { kind }));
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.class()));
        Verdict { findings: self.findings, lines: self.lines, writers: self.chains.len(), bytes: self.bytes }
    }

    fn settle(&mut self, owed: Owed) {
        let Owed { spot, writer, n, id, what } = owed;
        let chain = self.chains.get(&writer);
        let has = |n: u64| chain.is_some_and(|chain| chain.has(n, id));
        let opening = || self.openings.get(&writer).is_some_and(|ids| ids.contains(&id));
        let there = match what {
            Says::Seen if n == 0 => opening(),
            Says::Seen => has(n),
            Says::Prev if n == 1 => id == LineId::ZERO,
            Says::Prev => has(n - 1),
            Says::OpeningPrev => chain.is_some_and(|chain| chain.has_anywhere(id)),
        };
        if !there {
            self.findings.push(match what {
                Says::Seen => Finding::NotThere { spot, head: format!("{writer}/{n}/{}", id.short(8)) },
                Says::Prev | Says::OpeningPrev => Finding::NoPrev { spot, writer, n },
            });
        }
    }

    fn settle_torn(&mut self) {
        let tails = std::mem::take(&mut self.tails);
        for (found, torn) in &tails {
            let declared = self.torn.contains(torn);
            let found = found.clone();
            self.findings.push(if declared { Finding::Torn(found) } else { Finding::Unfinished(found) });
        }
        let mut declared = std::mem::take(&mut self.torn);
        declared.dedup();
        for torn in declared {
            if !tails.iter().any(|(_, found)| *found == torn) {
                self.findings.push(Finding::TornAltered { file: torn.file, at: torn.at });
            }
        }
    }
}
