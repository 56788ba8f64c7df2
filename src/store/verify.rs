//! Whether the bytes of an incident are as their writers left them, and what that does and does not prove.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Store;
use super::error::{StoreError, plain};
use super::files::{Files, met_a_link};
use super::finding::{Finding, Spot, Verdict};
use super::glance::Glance;
use super::journal::{Opened, Torn, tail};
use super::line::{Envelope, Head, holds};
use super::locate::Address;
use super::reading::{Damage, Mark, Tail, pieces, segments};
use super::runs::Runs;
use super::seal::Found as FoundSeal;
use super::writer::Memory;
use crate::incident::line::{Line, WriterId};
use crate::incident::seal::{Holds, Seal};
use crate::model::id::LineId;

/// How much of each line is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Ids, `prev`, `n` and `seen`, found by their position.
    Quick,
    /// Also the order of fields, duplicate keys, every value of the envelope, `now`.
    Full,
}

impl Store {
    /// Checks the journals of an incident.
    pub fn verify(&self, address: &Address, depth: Depth) -> Verdict {
        let mut check = Check { depth, ..Check::new(&*self.files, &address.folder) };
        // Before the journals: what a writer remembers by now is in them when they are read.
        let memories = self.memories(address);
        check.all();
        self.compare(memories, &mut check);
        let seals = self.hold_against(address, &mut check);
        Verdict { seals, ..check.verdict() }
    }

    /// The seals that hold. By their heads, each of which a whole chain leads up to; in full also by the root, which
    /// tells what was put in between.
    fn hold_against(&self, address: &Address, check: &mut Check<'_>) -> Vec<FoundSeal> {
        let found = self.seals(address);
        let full = check.depth == Depth::Full && !found.is_empty();
        let lines = if full { self.lines(address).ok() } else { None };
        let mut hold = Vec::new();
        for found in found {
            let why = match &found.seal {
                None => Some("it does not read as a seal".to_owned()),
                Some(seal) => broken(seal, check, lines.as_deref()),
            };
            match why {
                Some(why) => check.findings.push(Finding::SealBroken { file: found.file, why }),
                None => hold.push(found),
            }
        }
        hold
    }

    /// What writers of this machine remember of an incident in this place; a copy elsewhere is another's.
    fn memories(&self, address: &Address) -> Vec<(String, Memory)> {
        let Some(writers) = self.state.as_ref().map(|state| state.join("writers")) else { return Vec::new() };
        let of = |writer: String| {
            let path = writers.join(&writer).join(address.id.to_string());
            let memory = Memory::read(&*self.files, &path)?;
            (memory.n > 0 && memory.is_of(&address.folder)).then_some((writer, memory))
        };
        let writers = self.files.list(&writers).unwrap_or_default();
        writers.into_iter().filter_map(|(writer, _)| of(writer)).collect()
    }

    /// Incident folders of this store in which this machine has written, and which are there no more.
    pub fn gone(&self) -> Vec<Gone> {
        let Some(writers) = self.state.as_ref().map(|state| state.join("writers")) else { return Vec::new() };
        let root = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        let mut gone: BTreeMap<PathBuf, u64> = BTreeMap::new();
        for (writer, _) in self.files.list(&writers).unwrap_or_default() {
            let folder = writers.join(&writer);
            for (incident, _) in self.files.list(&folder).unwrap_or_default() {
                let memory = Memory::read(&*self.files, &folder.join(incident));
                let Some(memory) = memory.filter(|memory| memory.n > 0) else { continue };
                let Some(place) = memory.place().filter(|place| place.starts_with(&root)) else { continue };
                if self.stub(&place).is_none()
                    && self
                        .files
                        .list(&place)
                        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
                {
                    *gone.entry(place).or_default() += memory.n;
                }
            }
        }
        gone.into_iter().map(|(folder, lines)| Gone { folder, lines }).collect()
    }

    /// A journal that does not hold what its writer remembers on this machine has lost its end, or was
    /// written anew.
    fn compare(&self, memories: Vec<(String, Memory)>, check: &mut Check<'_>) {
        for (writer, memory) in memories {
            let file = super::journal::segment_name(
                &crate::incident::line::WriterId(writer.clone()),
                memory.segment,
            );
            let found = self.files.size(&check.journal.join(&file)).unwrap_or(0);
            if found < memory.bytes {
                check.findings.push(Finding::Shorter { writer, file, remembers: memory.bytes, found });
            } else if !check.chains.get(&writer).is_some_and(|chain| chain.has(memory.n, memory.id)) {
                check.findings.push(Finding::Rewritten { writer, n: memory.n });
            }
        }
    }
}

/// Why a seal does not hold, if it does not.
fn broken(seal: &Seal, check: &Check<'_>, lines: Option<&[Line]>) -> Option<String> {
    let gone = |writer: &WriterId, n: u64| format!("line {n} of {writer}, which it names, is not there");
    let holds = |writer: &WriterId, n, id| check.chains.get(&writer.0).is_some_and(|chain| chain.has(n, id));
    if let Some((writer, n, _)) = seal.heads.iter().find(|(writer, n, id)| !holds(writer, *n, *id)) {
        return Some(gone(writer, *n));
    }
    match lines.map(|lines| seal.holds(lines)) {
        None | Some(Holds::Whole) => None,
        Some(Holds::Missing { writer, n }) => Some(gone(&writer, n)),
        Some(Holds::Another { count }) => {
            Some(format!("it covers {} lines with another root than the {count} that are there", seal.count))
        }
    }
}

/// An incident folder that is there no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub folder: PathBuf,
    /// How many lines this machine had written there.
    pub lines: u64,
}

/// A verification under way.
pub(super) struct Check<'f> {
    files: &'f dyn Files,
    journal: PathBuf,
    depth: Depth,
    /// Whether the bytes at hand came after the verification began: what they have seen may stand in a
    /// journal that was read before it was there.
    fresh: bool,
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
    pub(super) fn new(files: &'f dyn Files, folder: &Path) -> Self {
        Self {
            files,
            journal: folder.join("journal"),
            depth: Depth::Full,
            fresh: false,
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
        let sizes = self.sizes();
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
                Ok(bytes) => self.segment(&name, &bytes, sizes.get(&name).copied().unwrap_or(0)),
                Err(error) => {
                    let why = if met_a_link(&error) { "it is a symbolic link".into() } else { plain(&error) };
                    self.findings.push(Finding::Unreadable { file: name, why });
                }
            }
        }
    }

    /// How long each segment is as the verification begins. All that those bytes name is there by then.
    fn sizes(&self) -> HashMap<String, u64> {
        let names = segments(self.files, &self.journal, &mut Vec::new()).unwrap_or_default();
        let size = |name: String| Some((self.files.size(&self.journal.join(&name)).ok()?, name));
        names.into_iter().filter_map(size).map(|(size, name)| (name, size)).collect()
    }

    /// Takes in a segment, of which so many bytes were there when the verification began.
    pub(super) fn segment(&mut self, name: &str, bytes: &[u8], known: u64) {
        self.bytes += bytes.len() as u64;
        let (mut at, mut line, mut rest) = (0_u64, 0_u64, bytes);
        while !rest.is_empty() {
            let length = std::io::BufRead::skip_until(&mut &*rest, b'\n').unwrap_or(rest.len());
            let (slice, after) = rest.split_at(length);
            rest = after;
            line += 1;
            self.fresh = at + length as u64 > known;
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
        if let Err(flaw) = envelope.reads().and(seen.as_ref().map(|_| ()).map_err(Clone::clone)) {
            let damage =
                Damage { file: name.into(), line, at, bytes: bytes.len() as u64, why: flaw.to_string() };
            self.findings.push(Finding::Damaged(damage));
        }
        for head in seen.unwrap_or_default() {
            self.has_seen(spot(), head);
        }
        let (id, prev) = (envelope.id(), envelope.prev());
        let glance =
            Glance { writer: envelope.writer, n: envelope.n, id, prev, seen: None, data: envelope.data };
        self.line(name, line, bytes, &glance);
    }

    fn has_seen(&mut self, spot: Spot, head: Head) {
        if !self.fresh {
            let (writer, n, id) = (head.writer.0, head.n, head.id);
            self.owed.push(Owed { spot, writer, n, id, what: Says::Seen });
        }
    }

    fn line(&mut self, name: &str, line: u64, bytes: &[u8], glance: &Glance<'_>) {
        let spot = || Spot { file: name.to_owned(), line };
        if !holds(bytes, glance.id) {
            self.findings.push(Finding::Altered(spot()));
        }
        for head in glance.heads() {
            match head {
                Some(head) => self.has_seen(spot(), head),
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
    pub(super) fn verdict(mut self) -> Verdict {
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
        Verdict {
            findings: self.findings,
            lines: self.lines,
            writers: self.chains.len(),
            bytes: self.bytes,
            seals: Vec::new(),
        }
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
