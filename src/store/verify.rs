//! Whether the bytes of an incident are as their writers left them, and what that does and does not prove.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Store;
use super::check::Check;
use super::consent::Waiting;
use super::error::StoreError;
use super::finding::{Finding, Verdict};
use super::gather::Gathering;
use super::locate::Address;
use super::seal::Found as FoundSeal;
use super::spelling;
use super::writer::Memory;
use crate::incident::line::{Line, WriterId};
use crate::incident::seal::{Holds, Seal};
use crate::model::text::counted;

/// How much of each line is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Ids, `prev`, `n` and `seen`, found by their position.
    Quick,
    /// Also the order of fields, duplicate keys, every value of the envelope, `now`.
    Full,
}

impl Depth {
    /// What a verification of this depth looked at.
    pub fn looks_at(self) -> &'static str {
        match self {
            Self::Quick => {
                "the bytes of every line against its id, which line it follows and which it has seen; the heads of seals"
            }
            Self::Full => {
                "every byte of the journals, each field of a line, seals and their signatures, evidence copies, \
                 incident.json"
            }
        }
    }

    /// What it did not look at, though it lies in the incident's folder.
    pub fn leaves_out(self) -> Option<&'static str> {
        match self {
            Self::Quick => Some(
                "evidence copies, signatures, roots of seals, the order and the values of fields, times that were \
                 chosen, incident.json; without --quick they are",
            ),
            Self::Full => None,
        }
    }
}

impl Store {
    /// Checks the journals of an incident.
    pub fn verify(&self, address: &Address, depth: Depth) -> Verdict {
        self.verify_and_gather(address, depth, None).0
    }

    /// The same, and hands back what was gathered on the way.
    pub(super) fn verify_and_gather<'s>(
        &'s self,
        address: &Address,
        depth: Depth,
        gathering: Option<Gathering<'s>>,
    ) -> (Verdict, Option<Gathering<'s>>) {
        // Before the journals: what a writer remembers by now is in them when they are read.
        let memories = self.memories(address);
        let mut check = Check::new(&*self.files, &address.folder).of(address.id, depth);
        check.gathering = gathering;
        check.all();
        let gathered = check.gathering.take();
        self.compare(memories, &mut check);
        let seals = self.hold_against(address, &mut check);
        if check.declares()
            && let (lines, files) = self.unexpunged(address)
            && lines + files > 0
        {
            check.findings.push(Finding::NotExpunged { lines, files });
        }
        if let Err(error) = super::consent::whole(&*self.files, &address.folder) {
            let why = match error {
                StoreError::BadFile { why, .. } => why,
                other => other.to_string(),
            };
            check.findings.push(Finding::Agreed { why });
        }
        if check.declares() {
            let waits = |one: Waiting| Finding::Waiting {
                line: one.line.short(8).to_string(),
                lines: one.lines.len(),
                files: one.files.len(),
                by: one.by,
                with: one.with,
            };
            check.findings.extend(self.waiting(address).into_iter().map(waits));
            check.wordless = self.came_without_words(&address.folder);
        }
        (Verdict { seals, ..check.verdict() }, gathered)
    }

    /// All segments read, and one more that is not there yet.
    pub(super) fn checked(&self, address: &Address, depth: Depth, more: Option<(&str, &[u8])>) -> Check<'_> {
        let mut check = Check::new(&*self.files, &address.folder).of(address.id, depth);
        check.all();
        if let Some((name, bytes)) = more {
            check.findings.retain(|finding| *finding != Finding::Empty);
            check.segment(name, bytes, u64::MAX);
        }
        check
    }

    /// What would be said if that segment were there. Seals are held against by their heads.
    pub(super) fn verdict_with(&self, address: &Address, more: Option<(&str, &[u8])>) -> Verdict {
        let memories = self.memories(address);
        let mut check = self.checked(address, Depth::Full, more);
        self.compare(memories, &mut check);
        check.depth = Depth::Quick;
        let seals = self.hold_against(address, &mut check);
        check.depth = Depth::Full;
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
                None => Some(Broken::ByItself("it does not read as a seal".to_owned())),
                Some(seal) => misplaced(address, &found, seal)
                    .map(Broken::ByItself)
                    .or_else(|| broken(seal, check, lines.as_deref())),
            };
            match why {
                Some(Broken::ByItself(why)) => {
                    check.findings.push(Finding::SealBroken { file: found.file, why });
                }
                Some(Broken::Under(why)) => check.findings.push(Finding::SealOver { file: found.file, why }),
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
        let mut gone: BTreeMap<PathBuf, u64> = BTreeMap::new();
        for (writer, _) in self.files.list(&writers).unwrap_or_default() {
            let folder = writers.join(&writer);
            for (incident, _) in self.files.list(&folder).unwrap_or_default() {
                let memory = Memory::read(&*self.files, &folder.join(incident));
                let Some(memory) = memory.filter(|memory| memory.n > 0) else { continue };
                // By the name its store has now, however it was called when somebody wrote there.
                let place = memory.place().map(|place| spelling::real(&place));
                let Some(place) = place.filter(|place| place.starts_with(&self.root)) else { continue };
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
            let there = check.has(&writer, memory.n, memory.id);
            if found < memory.bytes {
                check.findings.push(match there {
                    true => Finding::Shortened { file, remembers: memory.bytes, found },
                    false => Finding::Shorter { writer, file, remembers: memory.bytes, found },
                });
            } else if !there && !check.knows(&writer, memory.n, memory.id) {
                check.findings.push(Finding::Rewritten { writer, n: memory.n });
            }
        }
    }
}

/// Why a seal cannot be one of this incident, if it cannot.
fn misplaced(address: &Address, found: &FoundSeal, seal: &Seal) -> Option<String> {
    if seal.incident != address.id {
        return Some(format!("it is of another incident, {}", seal.number));
    }
    (found.file != seal.file_name()).then(|| "what it says is not what its name says".to_owned())
}

/// Why a seal does not hold.
enum Broken {
    ByItself(String),
    /// A line it covers was altered, which is told by itself.
    Under(String),
}

/// Why a seal does not hold, if it does not.
fn broken(seal: &Seal, check: &Check<'_>, lines: Option<&[Line]>) -> Option<Broken> {
    let gone = |writer: &WriterId, n: u64| format!("line {n} of {writer}, which it names, is not there");
    let altered = seal.heads.iter().find_map(|(writer, n, _)| {
        check
            .altered_up_to(&writer.0, *n)
            .map(|n| format!("line {n} of {writer}, which it covers, was altered"))
    });
    if let Some(why) = altered {
        return Some(Broken::Under(why));
    }
    if let Some((writer, n, _)) = seal.heads.iter().find(|(writer, n, id)| !check.has(&writer.0, *n, *id)) {
        return Some(Broken::ByItself(gone(writer, *n)));
    }
    let whole = |line: &&Line| check.has(&line.writer.0, line.n, line.id);
    match lines.map(|lines| seal.holds(lines.iter().filter(whole))) {
        None | Some(Holds::Whole) => None,
        Some(Holds::Missing { writer, n }) => Some(Broken::ByItself(gone(&writer, n))),
        Some(Holds::Another { count }) => Some(Broken::ByItself(format!(
            "it covers {} with another root than the {count} that are there",
            counted(seal.count, "line")
        ))),
    }
}

/// An incident folder that is there no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub folder: PathBuf,
    /// How many lines this machine had written there.
    pub lines: u64,
}
