//! A pen: one writer in one incident. It knows where its chain ends without reading the incident's history.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::chain::{Chain, SKEW_MS, Together};
use super::consent::{agree, decline};
use super::error::StoreError;
use super::files::{Files, Held};
use super::glance::head_of;
use super::journal::{Journal, segment_of};
use super::line::{Envelope, Head};
use super::reading::segments;
use super::recall::recall;
use super::watch::on_network;
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
    /// The journals of the others.
    others: Others,
}

/// The last segment of each other writer, looked at before every line but those of a burst.
#[derive(Debug, Default)]
struct Others {
    /// The names in the folder when these were chosen.
    names: Vec<String>,
    /// When these last changed, as [`Files::changed`] says it; 0 where that is not known.
    changed: i64,
    /// Whether another machine's new names may be seen late unless they are read, as far as that can be told; `None`: not
    /// looked yet.
    remote: Option<bool>,
    last: Vec<Other>,
    /// When they were last looked at, by the clock of the lines.
    looked: Option<DateTime<Utc>>,
}

/// The last segment of another writer.
#[derive(Debug)]
struct Other {
    name: String,
    path: PathBuf,
    held: Held,
    /// How long it was when its last line was read.
    size: u64,
}

/// Entries of one burst share a look at the others (milliseconds): nobody who wrote them can have read what came in between.
const BURST: TimeDelta = TimeDelta::milliseconds(20);
/// So many files of others stay open between two looks.
const HELD: usize = 64;

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
                    let (files, pending, others) = (desk.files, Vec::new(), Others::default());
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
        self.others = Others::default();
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
                let lines = self.pending.drain(..).skip(first).map(|written| *written.line).collect();
                Ok(Appended { lines, skew_ms: self.skew(now) })
            }
            Err(unsaved) => {
                self.pending.drain(..unsaved.saved);
                Err(unsaved.error)
            }
        }
    }

    /// Gives drafts their place, after a look at the last line of every other journal, where the last one is not still good.
    pub(super) fn prepare(
        &mut self,
        drafts: &[Draft],
        together: Together,
        now: DateTime<Utc>,
    ) -> Result<Vec<Written>, StoreError> {
        if !(is_just_before(self.others.looked, now) && drafts.iter().all(stands_alone)) {
            match self.look_around() {
                Ok(()) => self.others.looked = Some(now),
                // A disk that is gone for the moment; the write will tell.
                Err(StoreError::Io { .. }) => {}
                Err(other) => return Err(other),
            }
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
        let files = &*self.files;
        let same = self.others.look(files, &self.folder.join("journal"), &self.lease.id.0)?;
        for (at, other) in self.others.last.iter_mut().enumerate() {
            // What was opened under a name still has it, as nothing in the folder has changed.
            if same && at < HELD && other.size > 0 {
                let news =
                    files.read_held(&mut other.held, &other.path, other.size, WINDOW).unwrap_or_default();
                let met = if (news.len() as u64) < WINDOW { last_in(&news, &other.path)? } else { None };
                if let Some((head, clock)) = &met {
                    self.chain.meet(head, *clock);
                    other.size += news.len() as u64;
                }
                if news.is_empty() || met.is_some() {
                    continue;
                }
            }
            let size = match at < HELD {
                true => files.size_held(&mut other.held, &other.path),
                false => files.size(&other.path),
            };
            let Ok(size) = size else { continue };
            if size != other.size {
                // What came since then is mostly one line.
                let first = size.checked_sub(other.size).map_or(WINDOW, |grown| grown.min(WINDOW));
                if let Some((head, clock)) = last_line_of(files, &mut other.held, &other.path, (size, first))?
                {
                    self.chain.meet(&head, clock);
                }
                other.size = size;
            }
        }
        Ok(())
    }
}

/// Whether a look is still good. A clock that stands still or went back says nothing about that.
pub(super) fn is_just_before(look: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    look.is_some_and(|look| look < now && now - look < BURST)
}

/// Whether it rests on no other line: an entry, whatever the others have written.
fn stands_alone(draft: &Draft) -> bool {
    draft.over.is_empty() && matches!(draft.event, Event::Logged(_))
}

impl Others {
    /// Reads the names in the folder and chooses by them. `true`: nothing in it has changed since the last time.
    fn look(&mut self, files: &dyn Files, journal: &Path, own: &str) -> Result<bool, StoreError> {
        // Whoever looks only once need not know when that was.
        let again = !self.names.is_empty()
            && !*self.remote.get_or_insert_with(|| !cfg!(target_os = "linux") || on_network(journal));
        let changed = if again { files.changed(journal).unwrap_or(0) } else { 0 };
        if changed != 0 && changed == self.changed {
            return Ok(true);
        }
        let names = segments(files, journal, &mut Vec::new())?;
        if names != self.names {
            self.choose(names, journal, own);
        }
        self.changed = changed;
        Ok(false)
    }

    /// The last segment of each writer but one; of those that were looked at it stays known how far.
    fn choose(&mut self, names: Vec<String>, journal: &Path, own: &str) {
        let mut last: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
        for name in &names {
            if let Some((writer, number)) = segment_of(name)
                && writer != own
            {
                let known = last.entry(writer).or_insert((number, name));
                *known = (*known).max((number, name));
            }
        }
        let mut before = std::mem::take(&mut self.last);
        self.last = last
            .into_values()
            .map(|(_, name)| match before.iter().position(|other| other.name == name) {
                Some(at) => before.swap_remove(at),
                None => {
                    Other { name: name.to_owned(), path: journal.join(name), held: Held::default(), size: 0 }
                }
            })
            .collect();
        self.names = names;
    }
}

/// Bytes at the end of a segment in which its last line is looked for first.
const WINDOW: u64 = 4096;

/// The last whole line of a segment that ends at or before `size`, looked for from the end.
pub(super) fn last_line(
    files: &dyn Files,
    path: &Path,
    size: u64,
) -> Result<Option<(Head, Clock)>, StoreError> {
    last_line_of(files, &mut Held::default(), path, (size, WINDOW))
}

/// The same of a segment that is held; first it is looked for in so many bytes.
fn last_line_of(
    files: &dyn Files,
    held: &mut Held,
    path: &Path,
    (size, first): (u64, u64),
) -> Result<Option<(Head, Clock)>, StoreError> {
    let mut window = first;
    loop {
        let from = size.saturating_sub(window);
        // A journal one may not read is met by nobody; the append itself does not depend on it.
        let Ok(bytes) = files.read_held(held, path, from, size - from) else { return Ok(None) };
        let met = last_in(&bytes, path)?;
        if met.is_some() || from == 0 {
            return Ok(met);
        }
        // The first piece of a window may be the end of a longer line, which does not read.
        window *= 8;
    }
}

/// The last whole line in these bytes of a segment.
fn last_in(bytes: &[u8], path: &Path) -> Result<Option<(Head, Clock)>, StoreError> {
    for line in bytes.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        // Before every line of ours that of each other writer is looked at: its hash says more than its fields, and sooner.
        if let Some(met) = head_of(line) {
            return Ok(Some(met));
        }
        match Envelope::read(line) {
            Ok(envelope) => return Ok(Some((envelope.head(), envelope.clock))),
            Err(super::line::Flaw::Newer { version }) if !super::line::hit_in_version(line) => {
                let found = format!("line format {version}");
                return Err(StoreError::Newer { path: path.to_owned(), found });
            }
            Err(_) => {}
        }
    }
    Ok(None)
}
