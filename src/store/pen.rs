//! A pen: one writer in one incident. It knows where its chain ends without reading the incident's history.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::chain::{Chain, SKEW_MS, Together};
use super::consent::{agree, decline};
use super::error::StoreError;
use super::files::Files;
use super::journal::{Journal, segment_of};
use super::line::{Envelope, Head};
use super::reading::segments;
use super::recall::recall;
use super::writer::{Host, Lease, Leases, Salts};
use super::written::Written;
use crate::incident::event::Event;
use crate::incident::line::{Clock, Draft, Line};

/// What a pen needs of the store.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub files: Arc<dyn Files>,
    pub host: Host,
    pub leases: Arc<Mutex<Leases>>,
    pub salts: Salts,
}

/// Writes facts into one incident. Dropping it gives its writer id back.
#[derive(Debug)]
pub struct Pen {
    files: Arc<dyn Files>,
    folder: PathBuf,
    lease: Arc<Lease>,
    pub(super) chain: Chain,
    /// Away while a thread writes with it.
    pub(super) journal: Option<Journal>,
    /// Prepared and not acknowledged yet.
    pub(super) pending: Vec<Written>,
    /// The last line of each other journal, by file name, with the size it was read at.
    others: BTreeMap<String, (u64, Option<(Head, Clock)>)>,
}

/// What an append did.
#[derive(Clone, Debug)]
pub struct Appended {
    /// On the disk, in the order they were given.
    pub lines: Vec<Line>,
    /// How far this machine's clock is from what the incident has seen, in milliseconds, if that is far:
    /// negative when ours is behind.
    pub skew_ms: Option<i64>,
}

impl Drop for Pen {
    fn drop(&mut self) {
        self.lease.give_back(self.chain.inc);
    }
}

impl Pen {
    /// Takes a writer for the incident in `folder`: catches up where it was killed, retires an id whose
    /// memory and journal do not agree.
    pub(super) fn take(mut desk: Desk, folder: PathBuf, inc: Uuid) -> Result<Self, StoreError> {
        // Retired leases stay locked until a good one is found, so that none is met twice.
        let mut retired = Vec::new();
        loop {
            let mut leases = desk.leases.lock().unwrap_or_else(PoisonError::into_inner);
            let lease = leases.lease(inc);
            drop(leases);
            match recall(&mut desk, &folder, &lease, inc)? {
                Some((start, end)) => {
                    let chain = Chain::new(inc, lease.id.clone(), &end, desk.salts.split());
                    let journal = Some(Journal::new(start));
                    let (files, pending, others) = (desk.files, Vec::new(), BTreeMap::new());
                    return Ok(Self { files, folder, lease, chain, journal, pending, others });
                }
                None => {
                    desk.leases.lock().unwrap_or_else(PoisonError::into_inner).retire(&lease);
                    retired.push(lease);
                }
            }
        }
    }

    /// The writer's id.
    pub fn writer(&self) -> &str {
        &self.lease.id.0
    }

    /// The incident it writes in.
    pub fn incident(&self) -> Uuid {
        self.chain.inc
    }

    pub(super) fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// The incident's folder got its lasting name.
    pub(super) fn moved(&mut self, folder: &Path) {
        self.folder = folder.to_owned();
        if let Some(journal) = &mut self.journal {
            journal.moved(folder);
        }
    }

    /// Appends facts: when this returns, they are on the disk.
    pub fn append(
        &mut self,
        drafts: &[Draft],
        together: Together,
        now: DateTime<Utc>,
    ) -> Result<Appended, StoreError> {
        let mut lines = self.prepare(drafts, together, now)?;
        // A line that has its place keeps it: what an earlier error left unsaved goes first, as it is.
        let first = self.pending.len();
        self.pending.append(&mut lines);
        let journal = self.journal.as_mut().expect("only a saver lends it away, and a saver does not append");
        let mut openings = Vec::new();
        let written = journal.write(&self.pending, now, &mut openings);
        for head in &openings {
            self.chain.opened(head);
        }
        match written {
            Ok(()) => {
                let lines = self.pending.drain(..).skip(first).map(|written| written.line).collect();
                Ok(Appended { lines, skew_ms: self.skew(now) })
            }
            Err(unsaved) => {
                self.pending.drain(..unsaved.saved);
                Err(unsaved.error)
            }
        }
    }

    /// Gives drafts their place, after a look at the last line of every other journal.
    pub(super) fn prepare(
        &mut self,
        drafts: &[Draft],
        together: Together,
        now: DateTime<Utc>,
    ) -> Result<Vec<Written>, StoreError> {
        match self.look_around() {
            // A disk that is gone for the moment; the write will tell.
            Ok(()) | Err(StoreError::Io { .. }) => {}
            Err(other) => return Err(other),
        }
        // Where it is written, somebody agreed: it is carried out here, and elsewhere when they do.
        for draft in drafts {
            if let Event::Expunged(said) = &draft.event {
                agree(&*self.files, &self.folder, said)?;
            }
            if let Event::ExpungeDeclined(said) = &draft.event {
                decline(&*self.files, &self.folder, said.target)?;
            }
        }
        if let Some(journal) = &mut self.journal
            && let Some(opening) = journal.ready(now)?
        {
            self.chain.opened(&opening);
        }
        self.chain.prepare(drafts, together, now)
    }

    /// How far the wall clock stands from the incident's own, if that is far.
    fn skew(&self, now: DateTime<Utc>) -> Option<i64> {
        // A hostile line may carry any clock.
        let skew = now.timestamp_millis().saturating_sub(self.chain.clock.0);
        (skew.unsigned_abs() > SKEW_MS.unsigned_abs()).then_some(skew)
    }

    /// Reads the last line of each journal of another writer that has grown.
    fn look_around(&mut self) -> Result<(), StoreError> {
        let journal = self.folder.join("journal");
        let mut last: BTreeMap<String, (u32, String)> = BTreeMap::new();
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            if let Some((writer, number)) = segment_of(&name)
                && writer != self.lease.id.0
            {
                let (writer, entry) = (writer.to_owned(), (number, name.clone()));
                let known = last.entry(writer).or_insert_with(|| entry.clone());
                if known.0 < number {
                    *known = entry;
                }
            }
        }
        for (_, name) in last.into_values() {
            let path = journal.join(&name);
            let Ok(size) = self.files.size(&path) else { continue };
            let known = self.others.get(&name).filter(|known| known.0 == size);
            if known.is_none() {
                let head = last_line(&*self.files, &path, size)?;
                if let Some((head, clock)) = &head {
                    self.chain.meet(head, *clock);
                }
                self.others.insert(name, (size, head));
            }
        }
        Ok(())
    }
}

/// The last whole line of a segment that ends at or before `size`, looked for from the end.
pub(super) fn last_line(
    files: &dyn Files,
    path: &Path,
    size: u64,
) -> Result<Option<(Head, Clock)>, StoreError> {
    let mut window = 4096;
    loop {
        let from = size.saturating_sub(window);
        // A journal one may not read is met by nobody; the append itself does not depend on it.
        let Ok(bytes) = files.read_some(path, from, size - from) else { return Ok(None) };
        for line in bytes.rsplit(|byte| *byte == b'\n') {
            // The first piece of a window may be the end of a longer line: it does not read, and the
            // window grows.
            match Envelope::read(line) {
                Ok(envelope) => return Ok(Some((envelope.head(), envelope.clock))),
                Err(super::line::Flaw::Newer { version }) if !super::line::hit_in_version(line) => {
                    let found = format!("line format {version}");
                    return Err(StoreError::Newer { path: path.to_owned(), found });
                }
                Err(_) => {}
            }
        }
        if from == 0 {
            return Ok(None);
        }
        window *= 8;
    }
}
