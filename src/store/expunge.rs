//! Lines whose words have to be gone: overwritten in place by a stub of the same length that keeps the chain whole.
//!
//! The event that declares it is on the disk before a byte is touched. What is about to be written stands in a plan
//! beside the journal until it was forced to the disk, so that a stop in the middle of a line is finished later.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Store;
use super::consent::alone;
use super::draft::Slot;
use super::error::StoreError;
use super::files::put_whole;
use super::line::{Envelope, holds};
use super::locate::Address;
use super::reading::{Mark, pieces, segments};
use crate::model::expunge::{Expunged, Stub};
use crate::model::id::LineId;

/// The kind of a line without words.
pub(super) const STUB: &str = "stub";
/// The kind of the line that declares it.
pub(super) const EXPUNGED: &str = "expunged";
/// How the inside of a stub begins after the quote of `kind`.
const FRONT: &str = "stub\",\"data\":{\"expunged\":\"";
const BACK: &str = "\"}";
/// So many digits of the declaring line's id stand in a stub at least.
const LEAST: usize = 8;
pub(super) const SALT: usize = 32;
const NO_SALT: &str = "00000000000000000000000000000000";
pub(super) const PLAN: &str = ".expunging.json";

/// What taking words away touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Lines that are stubs now and were not.
    pub lines: usize,
    /// Segments they stood in.
    pub segments: BTreeSet<String>,
    /// Other files that were taken away: evidence, drafts, copies in quarantine, caches.
    pub files: Vec<PathBuf>,
}

impl Touched {
    /// For people.
    pub fn words(&self) -> String {
        let counted =
            |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
        format!("{}, {}", counted(self.lines, "line"), counted(self.files.len(), "other file"))
    }
}

/// A line that is about to be written over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Planned {
    pub segment: String,
    pub at: u64,
    pub id: LineId,
    /// The stub.
    pub line: String,
}

/// The stub of a line: the same length, envelope, `prev` and `id`, and none of its words, nor the salt with which
/// they could be guessed. `None`: it reads as no line, stays whatever is declared of it, or is too short to say who took
/// its words.
pub(super) fn stub(bytes: &[u8], by: LineId) -> Option<Vec<u8>> {
    let envelope = Envelope::read(bytes).ok()?;
    if envelope.line().is_ok_and(|line| line.event.stays()) {
        return None;
    }
    let offset = |part: &str| (part.as_ptr() as usize).checked_sub(bytes.as_ptr() as usize);
    let (kind, data) = (offset(envelope.kind)?, offset(envelope.data)?);
    let end = seen_at(bytes).filter(|seen| *seen >= data + envelope.data.len())?;
    let (front, back) = (bytes.get(..kind)?, bytes.get(end..)?);
    let room = (end - kind).checked_sub(FRONT.len() + BACK.len())?;
    if room < LEAST {
        return None;
    }
    let digits = room.min(64);
    let mut line = front.to_vec();
    line.extend_from_slice(FRONT.as_bytes());
    line.extend_from_slice(&by.to_string().as_bytes()[..digits]);
    line.push(b'"');
    line.resize(line.len() + room - digits, b' ');
    line.push(b'}');
    let salt = bytes.len().checked_sub(TAIL + SALT)? - end;
    line.extend_from_slice(&back[..salt]);
    line.extend_from_slice(NO_SALT.as_bytes());
    line.extend_from_slice(&back[salt + SALT..]);
    let read = Envelope::read(&line).ok()?;
    let same = line.len() == bytes.len() && read.id() == envelope.id() && read.prev() == envelope.prev();
    same.then_some(line)
}

/// `","prev":"<64>","id":"<64>"}`
pub(super) const TAIL: usize = "\",\"prev\":\"".len() + 64 + "\",\"id\":\"".len() + 64 + 2;

/// Where `,"seen":` begins: its heads hold no brackets.
pub(super) fn seen_at(bytes: &[u8]) -> Option<usize> {
    let front = bytes.get(..bytes.len().checked_sub(TAIL + SALT + ",\"salt\":\"".len())?)?;
    let inside = front.strip_suffix(b"]")?;
    let start = inside.iter().rposition(|byte| *byte == b'[')?;
    inside[..start].ends_with(b",\"seen\":").then(|| start - ",\"seen\":".len())
}

/// The beginning of the declaring line's id, if these bytes are exactly a stub and nothing else.
pub(super) fn stub_of(bytes: &[u8]) -> Option<String> {
    let envelope = Envelope::read(bytes).ok()?;
    if envelope.kind != STUB {
        return None;
    }
    let Stub { expunged } = serde_json::from_str(envelope.data).ok()?;
    let hex = expunged.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let padded = envelope.data.strip_prefix(&format!("{{\"expunged\":\"{expunged}\""))?.strip_suffix('}')?;
    let exact = hex
        && (LEAST..=64).contains(&expunged.len())
        && padded.bytes().all(|byte| byte == b' ')
        && bytes.len() > TAIL + SALT
        && bytes[bytes.len() - TAIL - SALT..].starts_with(NO_SALT.as_bytes())
        && seen_at(bytes)
            == Some(envelope.data.as_ptr() as usize - bytes.as_ptr() as usize + envelope.data.len());
    exact.then_some(expunged)
}

/// Whether a line that declares what is gone is the one a stub names.
pub(super) fn names(line: LineId, beginning: &str) -> bool {
    line.to_string().starts_with(beginning)
}

/// What lines declare as gone, in the bytes of a segment.
pub(super) fn declared(bytes: &[u8], into: &mut Declared) {
    if !holds_words(bytes, b"\"kind\":\"expunged\"") {
        return;
    }
    pieces(bytes, &Mark::default(), |piece| {
        let Ok(envelope) = piece.what else { return };
        if envelope.kind == EXPUNGED
            && holds(piece.bytes, envelope.id())
            && let Ok(said) = serde_json::from_str::<Expunged>(envelope.data)
        {
            for (target, left) in said.targets.iter().zip(&said.left) {
                into.left.entry(*target).or_default().insert(envelope.id(), left.clone());
            }
            for target in said.targets {
                into.lines.entry(target).or_default().insert(envelope.id());
            }
            into.files.extend(said.files);
        }
    });
}

/// What is declared as gone: lines with those that say so, and evidence files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub lines: BTreeMap<LineId, BTreeSet<LineId>>,
    pub files: BTreeSet<String>,
    /// What was left of such lines, by each that says it.
    pub left: BTreeMap<LineId, BTreeMap<LineId, String>>,
}

pub(super) fn holds_words(bytes: &[u8], words: &[u8]) -> bool {
    casebook_bytes::find(bytes, words).is_some()
}

/// Puts stubs in the place of declared lines; the bytes keep their length. Answers with where, and which.
pub(super) fn blanked(bytes: &mut [u8], declared: &Declared) -> Vec<(usize, LineId)> {
    if declared.lines.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    pieces(bytes, &Mark::default(), |piece| {
        let Ok(envelope) = piece.what else { return };
        let Some(by) = declared.lines.get(&envelope.id()).and_then(|by| by.first()) else { return };
        if stub_of(piece.bytes).is_none()
            && let Some(line) = stub(piece.bytes, *by)
        {
            found.push((usize::try_from(piece.at).unwrap_or(usize::MAX), envelope.id(), line));
        }
    });
    for (at, _, line) in &found {
        if let Some(place) = bytes.get_mut(*at..at + line.len()) {
            place.copy_from_slice(line);
        }
    }
    found.into_iter().map(|(at, id, _)| (at, id)).collect()
}

/// What every stub holds.
pub(super) const A_STUB: &[u8] = b"\"kind\":\"stub\"";

/// Where the bytes that come have a stub, and ours the line itself, or the other way round, ours stand: words are taken
/// away where somebody agreed, and do not come back.
pub(super) fn keep_ours(ours: &[u8], theirs: &mut [u8]) {
    let mut found = Vec::new();
    if !holds_words(theirs, A_STUB) && !holds_words(ours, A_STUB) {
        return;
    }
    pieces(theirs, &Mark::default(), |piece| {
        let Ok(envelope) = &piece.what else { return };
        let at = usize::try_from(piece.at).unwrap_or(usize::MAX);
        let here = ours.get(at..at.saturating_add(piece.bytes.len()));
        if let Some(here) = here
            && (stub_of(piece.bytes).is_some() || stub_of(here).is_some())
            && Envelope::read(here).is_ok_and(|here| here.id() == envelope.id())
        {
            found.push((at, here));
        }
    });
    for (at, here) in found {
        theirs[at..at + here.len()].copy_from_slice(here);
    }
}

impl Store {
    /// What the journals of an incident declare as gone.
    pub(super) fn declared(&self, folder: &Path) -> Result<Declared, StoreError> {
        let journal = folder.join("journal");
        let mut all = Declared::default();
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            let path = journal.join(&name);
            let bytes = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            declared(&bytes, &mut all);
        }
        Ok(all)
    }

    /// Takes away what the journals declare as gone and somebody here agreed to, and what still
    /// repeats it on this machine: lines, evidence files, drafts, copies in quarantine, caches. Giving it again finishes
    /// what was stopped, and is harmless.
    ///
    /// # Errors
    /// Where the disk fails; what was declared stays declared.
    pub fn finish_expunging(&self, address: &Address) -> Result<Touched, StoreError> {
        let mut touched = Touched::default();
        let journal = address.folder.join("journal");
        let plan = journal.with_file_name(PLAN);
        if self.left_over(address, &self.carried_out(&address.folder)?) == (0, 0) {
            return Ok(touched);
        }
        // There is one plan: whoever else carries something out waits.
        let _alone = alone(&*self.files, &address.folder)?;
        self.finish_plan(&address.folder, &mut touched)?;
        let declared = self.carried_out(&address.folder)?;
        if !declared.lines.is_empty() {
            let mut planned = Vec::new();
            for name in segments(&*self.files, &journal, &mut Vec::new())? {
                let path = journal.join(&name);
                let mut bytes = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
                let old = bytes.clone();
                for (at, id) in blanked(&mut bytes, &declared) {
                    let length = old[at..].iter().position(|byte| *byte == b'\n').unwrap_or(old.len() - at);
                    let line = String::from_utf8_lossy(&bytes[at..at + length]).into_owned();
                    planned.push(Planned { segment: name.clone(), at: at as u64, id, line });
                }
            }
            if !planned.is_empty() {
                let text = serde_json::to_vec(&planned).expect("plain strings and numbers");
                put_whole(&*self.files, &plan, &text).map_err(StoreError::io("write", &plan))?;
                self.write_over(&journal, &planned, &mut touched)?;
            }
        }
        self.purge(address, &declared, &mut touched)?;
        // As long as the plan is there, whoever is stopped finds everything again that is to go.
        if self.files.size(&plan).is_ok() {
            self.files.remove(&plan).map_err(StoreError::io("take away", &plan))?;
        }
        Ok(touched)
    }

    /// Writes over what stands in the plan of somebody who was stopped. The plan stays.
    pub(super) fn finish_plan(&self, folder: &Path, touched: &mut Touched) -> Result<(), StoreError> {
        if let Ok(bytes) = self.files.read(&folder.join(PLAN), 0)
            && let Ok(planned) = serde_json::from_slice::<Vec<Planned>>(&bytes)
        {
            self.write_over(&folder.join("journal"), &planned, touched)?;
        }
        Ok(())
    }

    /// What is to be gone from this disk and still stands here, because somebody was stopped: lines, and evidence files. Nothing
    /// is written.
    pub fn unexpunged(&self, address: &Address) -> (usize, usize) {
        self.carried_out(&address.folder).map_or((0, 0), |declared| self.left_over(address, &declared))
    }

    fn left_over(&self, address: &Address, declared: &Declared) -> (usize, usize) {
        let journal = address.folder.join("journal");
        let mut lines = 0;
        let names = match declared.lines.is_empty() {
            true => Vec::new(),
            false => segments(&*self.files, &journal, &mut Vec::new()).unwrap_or_default(),
        };
        for name in names {
            let mut bytes = self.files.read(&journal.join(name), 0).unwrap_or_default();
            lines += blanked(&mut bytes, declared).len();
        }
        let there = |file: &&String| self.files.size(&self.vault(address).path(file)).is_ok();
        // What lies in caches, drafts and quarantine goes at the end, and the plan after it.
        let rest = usize::from(self.files.size(&address.folder.join(PLAN)).is_ok() && lines == 0);
        (lines, declared.files.iter().filter(there).count() + rest)
    }

    /// Writes planned lines over the ones that end in the same id.
    pub(super) fn write_over(
        &self,
        journal: &Path,
        planned: &[Planned],
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        for line in planned {
            let path = journal.join(&line.segment);
            let bytes = line.line.as_bytes();
            let there = self.files.read_some(&path, line.at, bytes.len() as u64);
            let there = there.map_err(StoreError::io("read", &path))?;
            let end = format!("\"id\":\"{}\"}}", line.id);
            let fits =
                there.len() == bytes.len() && there.ends_with(end.as_bytes()) && stub_of(bytes).is_some();
            if !fits {
                continue;
            }
            touched.segments.insert(line.segment.clone());
            if there != bytes {
                self.files.write_over(&path, line.at, bytes).map_err(StoreError::io("write", &path))?;
                touched.lines += 1;
            }
        }
        Ok(())
    }

    /// Takes away what repeats words that are gone.
    fn purge(&self, address: &Address, declared: &Declared, touched: &mut Touched) -> Result<(), StoreError> {
        let mut gone = Vec::new();
        for file in &declared.files {
            gone.push(self.vault(address).path(file));
        }
        if !touched.segments.is_empty() {
            let snapshot = super::snapshot::path(&address.folder);
            gone.push(snapshot.with_file_name(".incident.json.spare"));
            gone.push(snapshot);
            let quarantine = address.folder.join("quarantine");
            let names = self.files.list(&quarantine).unwrap_or_default();
            for (name, _) in names {
                let path = quarantine.join(name);
                let bytes = self.files.read(&path, 0).unwrap_or_default();
                let of = |segment: &String| {
                    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(segment.as_str()))
                };
                let named = declared.lines.keys().any(|id| holds_words(&bytes, id.to_string().as_bytes()));
                if named || touched.segments.iter().any(of) {
                    gone.push(path);
                }
            }
            self.index().forget(&address.folder, address.id);
            let drafts = self.drafts().into_iter().filter(|kept| kept.slot == Slot::Of(address.id));
            for kept in drafts {
                self.drop_draft(&kept)?;
                touched.files.push(PathBuf::from("a draft of this incident"));
            }
        }
        for path in gone {
            match self.files.remove(&path) {
                // The spare is half of the cache, which is named.
                Ok(()) if path.extension().is_some_and(|ending| ending == "spare") => {}
                Ok(()) => touched.files.push(path),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io("take away", &path)(error)),
            }
        }
        Ok(())
    }
}
