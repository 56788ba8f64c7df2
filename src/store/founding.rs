//! Many incidents at once: written beside their places, forced to the disk as one, then put there.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use super::Store;
use super::adopt::Keep;
use super::chain::{Chain, Together};
use super::error::StoreError;
use super::files::{Files, write_all};
use super::index::Entry;
use super::journal::{Opened, ROLL, opening, segment_name};
use super::locate::{self, Address};
use super::number::{Format, Number, Series};
use super::row::Row;
use super::staged::Stage;
use super::writer::{Host, Memory, Salts};
use super::written::Written;
use crate::incident::Incident;
use crate::incident::line::{Draft, Line, WriterId};
use crate::model::id::NounId;

/// Incidents that are being founded. Until [`Founding::settle`] there are none; stopped before, nothing is left.
///
/// All of them have one writer, which is of this founding alone and never writes again.
pub struct Founding<'s> {
    store: &'s Store,
    /// Before the folder it fills: it rests when that is taken away.
    hand: Hand,
    stage: Option<Stage>,
    format: Format,
    /// Held so long that nobody else gives a number.
    _lock: Option<Box<dyn Send>>,
    series: Series,
    year: i32,
    /// Names in the hundreds that were looked into.
    taken: HashMap<PathBuf, HashSet<String>>,
    last: Option<Number>,
    writer: WriterId,
    salts: Salts,
    made: Vec<Made>,
}

/// The journal of an incident: its folder, and the name and the bytes of each segment.
type Pages = (PathBuf, Vec<(String, Vec<u8>)>);

/// So many incidents wait for the disk at most.
const WAITING: usize = 32;

/// Whoever takes journals, and how that ended.
type Taking = (SyncSender<Pages>, JoinHandle<Result<(), StoreError>>);

/// Writes journals beside whoever makes them: the disk and the judging take their time together.
#[derive(Default)]
struct Hand(Option<Taking>);

impl Hand {
    /// Takes the journal of an incident.
    ///
    /// # Errors
    /// Where the disk failed, for this incident or one before it.
    fn give(&mut self, files: &Arc<dyn Files>, pages: Pages) -> Result<(), StoreError> {
        if self.0.is_none() {
            let (files, (give, take)) = (Arc::clone(files), sync_channel::<Pages>(WAITING));
            let work = move || take.iter().try_for_each(|pages| put(&*files, &pages));
            self.0 = Builder::new().spawn(work).ok().map(|thread| (give, thread));
        }
        // Where there is no thread to be had, it is done here.
        let Some((give, _)) = &self.0 else { return put(&**files, &pages) };
        match give.send(pages) {
            Ok(()) => Ok(()),
            // It takes nothing more after a failure.
            Err(_) => self.rest(),
        }
    }

    /// Waits until all is written.
    fn rest(&mut self) -> Result<(), StoreError> {
        let Some((give, thread)) = self.0.take() else { return Ok(()) };
        drop(give);
        match thread.join() {
            Ok(done) => done,
            Err(fault) => std::panic::resume_unwind(fault),
        }
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        // Nobody asks any more how it went.
        if let Some((give, thread)) = self.0.take() {
            drop(give);
            let _ = thread.join();
        }
    }
}

/// Writes the journal of an incident, not forced to the disk yet.
fn put(files: &dyn Files, (journal, segments): &Pages) -> Result<(), StoreError> {
    files.create_folder(journal).map_err(StoreError::io("make the folder", journal))?;
    for (name, bytes) in segments {
        let path = journal.join(name);
        let write = || write_all(&mut *files.create(&path)?, bytes);
        write().map_err(StoreError::io("write", &path))?;
    }
    Ok(())
}

/// An incident that waits beside its place.
struct Made {
    number: Number,
    id: Uuid,
    segments: Vec<(String, u64)>,
    row: Row,
}

/// A new incident's journal, before it is on any disk.
#[derive(Debug)]
pub struct Sheet {
    number: Number,
    chain: Chain,
    host: Host,
    salts: Salts,
    segments: Vec<Vec<u8>>,
}

impl Store {
    /// Begins to found incidents of a series; with [`Keep::Nothing`] only the numbers they would have are given.
    ///
    /// # Errors
    /// A store of a newer format, a disk that cannot be written.
    pub fn found_many(
        &self,
        series: Series,
        now: DateTime<Utc>,
        keep: Keep,
    ) -> Result<Founding<'_>, StoreError> {
        let mut salts = self.salts();
        let new_store = uuid::Builder::from_random_bytes(salts.draw()).into_uuid();
        let (format, lock, stage) = match keep {
            Keep::Nothing => (Format::read_or_new(&*self.files, &self.root, new_store)?, None, None),
            Keep::All => {
                let (format, lock) = Format::held(&*self.files, &self.root, new_store)?;
                (format, Some(lock), Some(Stage::new(self)?))
            }
        };
        Ok(Founding {
            store: self,
            hand: Hand::default(),
            stage,
            format,
            _lock: lock,
            series,
            year: now.year(),
            taken: HashMap::new(),
            last: None,
            writer: WriterId(format!("w-{}", &NounId::derive(&salts.draw(), 0).0[..8])),
            salts,
            made: Vec::new(),
        })
    }
}

impl Founding<'_> {
    /// How many are kept so far.
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// The number the next one has. Asked again before one is kept, it is the same.
    ///
    /// # Errors
    /// A folder that cannot be read, a series whose last number was given.
    pub fn number(&mut self) -> Result<Number, StoreError> {
        let mut number = self.last.unwrap_or_else(|| self.format.last(self.series, self.year));
        loop {
            number = number.next().ok_or_else(|| Format::full(&self.store.root, self.series))?;
            let hundred = self.store.root.join("incidents").join(number.hundred());
            let names = match self.taken.entry(hundred) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(unknown) => {
                    let found = locate::in_hundred(&*self.store.files, unknown.key())?;
                    let gone = super::archive::stubs(&*self.store.files, unknown.key());
                    let names = found.into_iter().chain(gone).map(|found| found.number.to_string());
                    unknown.insert(names.collect())
                }
            };
            if !names.contains(&number.to_string()) {
                return Ok(number);
            }
        }
    }

    /// A sheet for a new incident.
    pub fn sheet(&mut self, number: Number, id: Uuid) -> Sheet {
        Sheet {
            number,
            chain: Chain::new(id, self.writer.clone(), &Memory::default(), self.salts.split()),
            host: self.store.host.clone(),
            salts: self.salts.split(),
            segments: Vec::new(),
        }
    }

    /// Keeps what a sheet holds; `incident` is folded from it.
    ///
    /// # Errors
    /// Where the disk failed, for this incident or for one that was kept before it.
    pub fn keep(&mut self, sheet: Sheet, incident: &Incident) -> Result<(), StoreError> {
        let Sheet { number, chain, segments, .. } = sheet;
        let named = (1..).zip(segments).map(|(n, bytes)| (segment_name(&self.writer, n), bytes));
        let named: Vec<(String, Vec<u8>)> = named.collect();
        let sizes = named.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect();
        if let Some(stage) = &self.stage {
            let journal = stage.folder.join(locate::folder_name(&number, chain.inc)).join("journal");
            self.hand.give(&self.store.files, (journal, named))?;
        }
        self.last = Some(number);
        self.made.push(Made { number, id: chain.inc, segments: sizes, row: Row::of(incident) });
        Ok(())
    }

    /// Forces everything to the disk, uses the numbers up, and puts each incident into its place. Stopped in
    /// between, whole incidents are there or none; what is not in its place is swept by the next founding.
    ///
    /// # Errors
    /// Where the disk fails; incidents that were put into their place before are whole.
    pub fn settle(mut self) -> Result<Vec<Address>, StoreError> {
        self.hand.rest()?;
        let Some(stage) = self.stage.take().filter(|_| !self.made.is_empty()) else { return Ok(Vec::new()) };
        let (store, files) = (self.store, &*self.store.files);
        let incidents = store.root.join("incidents");
        let hundreds: BTreeSet<PathBuf> =
            self.made.iter().map(|made| incidents.join(made.number.hundred())).collect();
        for hundred in &hundreds {
            files.create_folder(hundred).map_err(StoreError::io("make the folder", hundred))?;
        }
        // Also the names of the hundreds last before anything is in them.
        if files.flush(&stage.folder).is_err() {
            self.one_by_one(&stage.folder)?;
            sync(files, hundreds.iter().flat_map(|hundred| hundred.ancestors().skip(1).take(3)))?;
        }
        if let Some(last) = self.last {
            self.format.give(files, &store.root, last)?;
        }
        let mut settled = Vec::with_capacity(self.made.len());
        let mut entries = Vec::with_capacity(self.made.len());
        for made in self.made.drain(..) {
            let name = locate::folder_name(&made.number, made.id);
            let folder = incidents.join(made.number.hundred()).join(&name);
            files
                .rename(&stage.folder.join(&name), &folder)
                .map_err(StoreError::io("make the folder", &folder))?;
            entries.push(Entry::new(&folder, made.segments, made.row));
            settled.push(Address { id: made.id, number: made.number.to_string(), folder });
        }
        // Which of them a power cut would leave is open until here; each of them is whole.
        sync(files, hundreds.iter().map(PathBuf::as_path))?;
        store.index().note_all(&entries);
        Ok(settled)
    }

    /// Where the system cannot force a whole disk, each file and folder is.
    fn one_by_one(&self, stage: &Path) -> Result<(), StoreError> {
        let files = &*self.store.files;
        for made in &self.made {
            let folder = stage.join(locate::folder_name(&made.number, made.id));
            let journal = folder.join("journal");
            for (name, _) in &made.segments {
                let path = journal.join(name);
                files.open(&path).and_then(|mut file| file.sync()).map_err(StoreError::io("sync", &path))?;
            }
            for folder in [&journal, &folder] {
                files.sync_folder(folder).map_err(StoreError::io("sync the folder", folder))?;
            }
        }
        files.sync_folder(stage).map_err(StoreError::io("sync the folder", stage))
    }
}

/// Forces the names in folders to the disk, each once.
fn sync<'a>(files: &dyn Files, folders: impl Iterator<Item = &'a Path>) -> Result<(), StoreError> {
    let folders: BTreeSet<&Path> = folders.collect();
    folders
        .into_iter()
        .try_for_each(|folder| files.sync_folder(folder).map_err(StoreError::io("sync the folder", folder)))
}

impl Sheet {
    /// The incident it is of.
    pub fn incident(&self) -> Uuid {
        self.chain.inc
    }

    /// Writes facts down, each an action of its own.
    ///
    /// # Errors
    /// Refuses a fact that does not fit on a line.
    pub fn write(&mut self, drafts: &[Draft], now: DateTime<Utc>) -> Result<Vec<Line>, StoreError> {
        if self.segments.last().is_none_or(|segment| segment.len() as u64 >= ROLL) {
            let said = Opened {
                host: self.host.host.clone(),
                user: self.host.user.clone(),
                version: self.host.version.clone(),
                torn: Vec::new(),
                repair: None,
                damaged: Vec::new(),
            };
            let (writer, end) = (self.chain.writer.clone(), self.chain.end());
            let opened =
                opening(&said, (self.chain.inc, &writer), (self.chain.clock, end), self.salts.draw(), now)?;
            self.chain.opened(&opened.head());
            self.segments.push(Vec::new());
            self.put(&opened);
        }
        let written = self.chain.prepare(drafts, Together::Apart, now)?;
        for one in &written {
            self.put(one);
        }
        Ok(written.into_iter().map(|written| *written.line).collect())
    }

    fn put(&mut self, written: &Written) {
        if let Some(segment) = self.segments.last_mut() {
            segment.extend_from_slice(&written.bytes);
            segment.push(b'\n');
        }
    }
}
