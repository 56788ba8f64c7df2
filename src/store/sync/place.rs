//! Pieces that came, put into the incident they belong to: bytes that are here already, bytes that go on, the other side
//! of a fork, or nothing at all.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::super::Store;
use super::super::consent::alike;
use super::super::error::StoreError;
use super::super::expunge::{Declared, blanked, declared};
use super::super::line::{Envelope, LIMIT};
use super::super::part::Part;
use super::super::pen::last_line;
use super::super::reading::{Mark, pieces, segments};
use super::judge::{Good, Judge, Known, No, declared_torn, lends};
use super::ledger::is_ours;
use super::piece::{is_fork, writer_of};
use super::put::Parts;
use crate::model::id::LineId;

/// What became of the bytes of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// They are here, to this byte of the segment they are called after.
    Same { to: u64 },
    /// They go on from what was here.
    On { to: u64, good: Vec<Good> },
    /// They are another side: our bytes differ from this one on, and theirs are in a file of their own.
    Apart { from: Option<u64>, file: String, good: Vec<Good> },
}

/// An incident that is being added to. Nothing is written before its [`Parts`] are put.
pub(super) struct Place<'s> {
    store: &'s Store,
    pub(super) folder: PathBuf,
    pub(super) inc: Uuid,
    /// It is in this store already.
    here: bool,
    /// Segments that are here, with their sizes.
    pub(super) sizes: BTreeMap<String, u64>,
    /// What is to be added to each, from its end on.
    pub(super) added: BTreeMap<String, Vec<u8>>,
    pub(super) known: Known,
    /// Writers whose lines on the disk are in `known`.
    read: BTreeSet<String>,
    /// What is declared as gone, by what is here and by what comes.
    gone: Declared,
    /// What of it is gone from this disk.
    carried: Declared,
    torn: HashSet<(String, u64, String)>,
    /// Evidence and seals that are new.
    pub(super) files: BTreeMap<Part, Vec<u8>>,
}

impl<'s> Place<'s> {
    /// Begins with an incident that is here, or will be. `coming`: all bytes of journals that came for it.
    pub(super) fn new<'b>(
        store: &'s Store,
        folder: &Path,
        inc: Uuid,
        coming: impl Iterator<Item = &'b [u8]>,
    ) -> Result<Self, StoreError> {
        let journal = folder.join("journal");
        let here = store.files.list(&journal).is_ok();
        let (mut sizes, mut torn) = (BTreeMap::new(), HashSet::new());
        let (mut gone, mut carried) = (Declared::default(), Declared::default());
        if here {
            for name in segments(&*store.files, &journal, &mut Vec::new())? {
                let path = journal.join(&name);
                let size = store.files.size(&path).map_err(StoreError::io("read", &path))?;
                sizes.insert(name, size);
            }
            gone = store.declared(folder)?;
            carried = store.carried_out(folder)?;
        }
        for bytes in coming {
            declared(bytes, &mut gone);
            declared_torn(bytes, &mut torn);
        }
        Ok(Self {
            store,
            folder: folder.to_owned(),
            inc,
            here,
            sizes,
            added: BTreeMap::new(),
            known: Known::default(),
            read: BTreeSet::new(),
            gone,
            carried,
            torn,
            files: BTreeMap::new(),
        })
    }

    fn path(&self, segment: &str) -> PathBuf {
        self.folder.join("journal").join(segment)
    }

    fn on_disk(&self, segment: &str) -> u64 {
        self.sizes.get(segment).copied().unwrap_or(0)
    }

    /// How long a segment is after what was offered.
    pub(super) fn length(&self, segment: &str) -> u64 {
        self.on_disk(segment) + self.added.get(segment).map_or(0, |added| added.len() as u64)
    }

    /// Bytes of a segment as it will be.
    fn bytes(&self, segment: &str, from: u64, to: u64) -> Result<Vec<u8>, StoreError> {
        let (disk, path) = (self.on_disk(segment), self.path(segment));
        let mut bytes = Vec::new();
        if from < disk {
            let read = self.store.files.read_some(&path, from, to.min(disk) - from);
            bytes = read.map_err(StoreError::io("read", &path))?;
        }
        if to > disk
            && let Some(added) = self.added.get(segment)
        {
            let at =
                |byte: u64| usize::try_from(byte.saturating_sub(disk)).unwrap_or(usize::MAX).min(added.len());
            bytes.extend_from_slice(&added[at(from)..at(to)]);
        }
        Ok(bytes)
    }

    /// The last line of a segment as it will be.
    pub(super) fn last(&self, segment: &str) -> Result<Option<(u64, LineId)>, StoreError> {
        if let Some(added) = self.added.get(segment) {
            let mut last = None;
            pieces(added, &Mark::default(), |piece| {
                last = piece.what.ok().map(|envelope| (envelope.n, envelope.id())).or(last);
            });
            if last.is_some() {
                return Ok(last);
            }
        }
        match self.on_disk(segment) {
            0 => Ok(None),
            size => {
                let found = last_line(&*self.store.files, &self.path(segment), size)?;
                Ok(found.map(|(head, _)| (head.n, head.id)))
            }
        }
    }

    /// Learns all lines of a writer that are on the disk.
    pub(super) fn learn(&mut self, writer: &str) -> Result<(), StoreError> {
        if !self.read.insert(writer.to_owned()) {
            return Ok(());
        }
        for segment in self.sizes.keys().filter(|segment| writer_of(segment) == writer) {
            let path = self.path(segment);
            let bytes = self.store.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            self.known.learn(&bytes);
        }
        Ok(())
    }

    /// What the openings of a writer that are on the disk declare as torn.
    fn learn_torn(&mut self, writer: &str) -> Result<(), StoreError> {
        for segment in self.sizes.keys().filter(|segment| writer_of(segment) == writer) {
            let path = self.path(segment);
            let bytes = self.store.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            declared_torn(&bytes, &mut self.torn);
        }
        Ok(())
    }

    /// Whether a line with that number of a writer is here with another id.
    pub(super) fn forks(&self, good: &Good) -> bool {
        self.known.has_other(&good.writer, good.n, good.id)
    }

    /// Whether all lines of these bytes are here already, in their place or as the other side of a fork.
    pub(super) fn has(&mut self, segment: &str, at: u64, bytes: &[u8]) -> Result<bool, StoreError> {
        let end = at + bytes.len() as u64;
        if end <= self.length(segment)
            && alike(&self.bytes(segment, at, end)?, &self.gone) == alike(bytes, &self.gone)
        {
            return Ok(true);
        }
        self.learn(writer_of(segment))?;
        let mut all = true;
        pieces(bytes, &Mark::default(), |piece| {
            let known = |line: &Envelope<'_>| self.known.has(line.writer, line.id());
            all &= piece.what.as_ref().is_ok_and(|line| known(line) || line.opens_segment());
        });
        Ok(all)
    }

    /// Judges the bytes of a piece and keeps them for writing.
    ///
    /// # Errors
    /// Inside: why they are not taken in. Outside: the disk's.
    pub(super) fn offer(
        &mut self,
        segment: &str,
        at: u64,
        bytes: &[u8],
    ) -> Result<Result<Put, No>, StoreError> {
        let theirs = alike(bytes, &self.gone);
        let mut bytes = bytes.to_vec();
        blanked(&mut bytes, &self.carried);
        let (length, end) = (self.length(segment), at + bytes.len() as u64);
        if at < length {
            let to = end.min(length);
            let ours = alike(&self.bytes(segment, at, to)?, &self.gone);
            let shared = usize::try_from(to - at).unwrap_or(usize::MAX);
            if ours == theirs[..shared] {
                return match end <= length {
                    true => Ok(Ok(Put::Same { to: end })),
                    false => self.go_on(segment, length, &bytes[shared..]),
                };
            }
            // Where the line begins in which they differ.
            let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
            let line = bytes[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            return self.fork(segment, Some(at + line as u64), &bytes);
        }
        if at > length {
            return match self.goes_on_a_fork(segment, &bytes)? {
                true => self.fork(segment, None, &bytes),
                false => Ok(Err(No::Waits(format!("bytes {length} to {at} before it have not come")))),
            };
        }
        self.go_on(segment, at, &bytes)
    }

    /// Where the line begins in whose middle a segment ends; its end, where it ends with a whole line.
    fn broken_off(&self, segment: &str, end: u64) -> Result<u64, StoreError> {
        let from = end.saturating_sub(LIMIT as u64 + 1);
        let bytes = self.bytes(segment, from, end)?;
        Ok(match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => from + last as u64 + 1,
            // Nothing in front of it is a line: it is looked at as it comes.
            None if from > 0 => end,
            None => 0,
        })
    }

    /// Bytes that begin where the segment ends. Where that is in the middle of a line, since the power went while it was
    /// written here, they go on from there, and the line is judged as a whole.
    fn go_on(&mut self, segment: &str, at: u64, bytes: &[u8]) -> Result<Result<Put, No>, StoreError> {
        let begin = self.broken_off(segment, at)?;
        if begin == at {
            return self.go_on_whole(segment, (at, at), bytes);
        }
        let mut whole = self.bytes(segment, begin, at)?;
        whole.extend_from_slice(bytes);
        self.go_on_whole(segment, (begin, at), &whole)
    }

    /// Bytes that begin with a line at `begin`, and are new from `at` on.
    fn go_on_whole(
        &mut self,
        segment: &str,
        (begin, at): (u64, u64),
        bytes: &[u8],
    ) -> Result<Result<Put, No>, StoreError> {
        let writer = writer_of(segment);
        let ours = self.here && is_ours(self.store.state.as_deref(), writer);
        if !is_fork(segment) && (ours || self.goes_on_a_fork(segment, bytes)?) {
            // A journal of this machine is only ever written by its own writer.
            return self.fork(segment, None, bytes);
        }
        let good = match self.judged(segment, begin, bytes)? {
            Ok(good) => good,
            Err(no) => return Ok(Err(no)),
        };
        let new = usize::try_from(at - begin).unwrap_or(usize::MAX).min(bytes.len());
        self.add(segment, &bytes[new..], &good);
        Ok(Ok(Put::On { to: begin + bytes.len() as u64, good }))
    }

    pub(super) fn judged(
        &mut self,
        segment: &str,
        at: u64,
        bytes: &[u8],
    ) -> Result<Result<Vec<Good>, No>, StoreError> {
        let writer = writer_of(segment).to_owned();
        let last = self.last(segment)?;
        let lending = match at {
            0 => lends(bytes),
            _ => lends(&self.bytes(segment, 0, 1 << 20)?),
        };
        let judge = |place: &Self| {
            let Self { inc, known, gone, torn, .. } = place;
            Judge { inc: *inc, writer: &writer, segment, known, gone, torn, lends: lending }
                .judge(bytes, at, last)
        };
        match judge(self) {
            Ok(good) => Ok(Ok(good)),
            // Only now all lines of the writer are read.
            Err(_) => {
                self.learn(&writer)?;
                self.learn_torn(&writer)?;
                Ok(judge(self))
            }
        }
    }

    pub(super) fn add(&mut self, segment: &str, bytes: &[u8], good: &[Good]) {
        for good in good {
            self.known.add(&good.writer, good.id, good.n);
        }
        match self.added.get_mut(segment) {
            Some(added) => added.extend_from_slice(bytes),
            None => {
                self.added.insert(segment.to_owned(), bytes.to_vec());
            }
        }
    }

    /// Whether anything is to be written.
    pub(super) fn is_new(&self) -> bool {
        !self.added.is_empty() || !self.files.is_empty()
    }

    /// Whether the incident is in this store already.
    pub(super) fn is_here(&self) -> bool {
        self.here
    }

    /// Whether it has lines, here or among what is to be added.
    pub(super) fn has_lines(&self) -> bool {
        self.here || !self.added.is_empty()
    }

    /// Whether an evidence file is one that was taken away here for good.
    pub(super) fn is_gone(&self, hash: &str) -> bool {
        self.carried.files.contains(hash)
    }

    /// What is to be put on the disk.
    pub(super) fn parts(self) -> Parts {
        let segments = self.added.into_iter().map(|(name, bytes)| {
            let from = self.sizes.get(&name).copied();
            (name, from, bytes)
        });
        let expunges = !self.carried.lines.is_empty() || !self.carried.files.is_empty();
        Parts { here: self.here, segments: segments.collect(), files: self.files, expunges }
    }
}
