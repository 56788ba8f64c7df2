//! The world behind the screens: the store, the threads that save and read, and what wakes us.

mod hash;
mod paste;
mod rows;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use chrono::{DateTime, Datelike, Utc};
use crossterm::event::Event;
use uuid::Uuid;

use super::app::App;
use super::case::Case;
use super::give::Envelope;
use super::list::Row;
use super::msg::Msg;
use crate::incident::decide;
use crate::incident::line::Draft;
use crate::model::head::Open;
use crate::model::id::LineId;
use crate::query::Words;
use crate::store::settings::SettingsFile;
use crate::store::{
    Done, Here, Kept, Look, News, Presence, Record, Saved, Saver, Search, Series, Slot, Store, StoreError,
    Together, Watch,
};

use rows::{by_id, damaged, listed_incident, size_of};
pub use rows::{listed, sentence};

/// Up to so many lines, `incident.json` follows every save; longer incidents are published when left.
const SMALL: usize = 500;

/// A search through all incidents stops after so many of them; more letters narrow it.
const FOUND: usize = 200;

/// Something that reached the loop.
pub enum Arrival {
    /// What one read of the terminal brought.
    Input(Vec<Event>),
    /// A path of the store changed.
    Woke(PathBuf),
    /// A message of finished work.
    Said(Msg),
    /// How far work is that goes on.
    Progress(Msg),
    /// An incident was read.
    Read(Box<Record>, Opening),
    /// What became of lines that were being written.
    Written(Uuid, Box<Done>),
    /// The list was read anew.
    Listed(Vec<Row>),
    /// The system asks us to end, or the terminal is gone.
    Gone,
    /// The system asks us to stop until we are woken.
    Stop,
}

/// Why an incident was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Asked,
    Created,
}

/// The store and everything that goes on in it for these screens.
pub struct World {
    pub store: Arc<Store>,
    pub settings: Option<SettingsFile>,
    /// The series new incidents are numbered in.
    pub series: Series,
    to: Sender<Arrival>,
    /// The open incident's journals; its state is in the app.
    record: Option<Record>,
    savers: BTreeMap<Uuid, Saver>,
    watch: Watch,
    here: Option<Here>,
    /// Drafts of processes that are gone, until their words are on record or typed again.
    found: Vec<Kept>,
    /// Work that is under way in threads.
    pub busy: usize,
    /// Whether the open incident has lines that `incident.json` and the list do not have from us.
    unpublished: bool,
    /// The thread that reads files for evidence.
    reading: hash::Reading,
    /// Counts searches: one that is not the last gives up.
    searches: Arc<AtomicUsize>,
    listing: bool,
    list_again: bool,
    /// The list cache and its size as far as we know what is in it.
    index: Option<(PathBuf, u64)>,
}

impl World {
    pub fn new(store: Store, settings: Option<SettingsFile>, series: Series, to: Sender<Arrival>) -> Self {
        let wake = to.clone();
        Self {
            store: Arc::new(store),
            settings,
            series,
            to,
            record: None,
            savers: BTreeMap::new(),
            watch: Watch::new(move |path| _ = wake.send(Arrival::Woke(path.to_owned()))),
            here: None,
            found: Vec::new(),
            busy: 0,
            unpublished: false,
            reading: hash::Reading::default(),
            searches: Arc::default(),
            listing: false,
            list_again: false,
            index: None,
        }
    }

    /// Runs work beside the loop.
    fn start(&mut self, work: impl FnOnce() -> Arrival + Send + 'static) {
        let to = self.to.clone();
        self.busy += 1;
        thread::spawn(move || _ = to.send(work()));
    }

    /// Reads the list: what the cache believes at once, then what the journals say.
    pub fn list(&mut self, look: Look) {
        if self.listing {
            self.list_again = true;
            return;
        }
        self.listing = true;
        let store = Arc::clone(&self.store);
        self.start(move || match store.list(look) {
            Ok(rows) => {
                Arrival::Listed(rows.into_iter().map(|(address, row)| listed(&address, row)).collect())
            }
            Err(error) => Arrival::Said(Msg::Failed(sentence(&error))),
        });
    }

    /// Looks for words through all incidents, in a thread of its own; the search before it gives up.
    pub fn search(&mut self, words: String) {
        let mine = self.searches.fetch_add(1, Ordering::Relaxed) + 1;
        let wanted = Words::read(&words);
        if wanted.is_empty() {
            return;
        }
        let (store, to, searches) = (Arc::clone(&self.store), self.to.clone(), Arc::clone(&self.searches));
        self.start(move || {
            let (mut found, mut count) = (Vec::new(), 0);
            let done = store.search(
                &wanted,
                |row| row.shut.is_none(),
                |news| {
                    if searches.load(Ordering::Relaxed) != mine || count >= FOUND {
                        return ControlFlow::Break(());
                    }
                    match news {
                        Search::Found(hit) => {
                            found.push(*hit);
                            count += 1;
                        }
                        Search::At(at, of) => {
                            let message = Msg::Searched(words.clone(), std::mem::take(&mut found), (at, of));
                            _ = to.send(Arrival::Progress(message));
                        }
                    }
                    ControlFlow::Continue(())
                },
            );
            Arrival::Said(match done {
                Ok(()) => Msg::Searched(words, found, (0, 0)),
                Err(error) => Msg::Failed(sentence(&error)),
            })
        });
    }

    /// The list came; whether to read it again because more has changed meanwhile.
    pub fn has_listed(&mut self) {
        self.listing = false;
        if std::mem::take(&mut self.list_again) {
            self.list(Look::Checked);
        }
    }

    /// Finds the drafts of those who are gone; returns the incident of the first.
    pub fn find_drafts(&mut self) -> Option<Uuid> {
        self.found = self.store.drafts();
        self.found.iter().find_map(|kept| match kept.slot {
            Slot::Of(id) => Some(id),
            Slot::New => None,
        })
    }

    /// The drafts of an incident, or of a new one.
    pub fn drafts_of(&self, incident: Option<Uuid>) -> Vec<(Option<Uuid>, String)> {
        let slot = incident.map_or(Slot::New, Slot::Of);
        let mine = self.found.iter().filter(|kept| kept.slot == slot);
        mine.map(|kept| (incident, kept.text.clone())).collect()
    }

    /// Keeps what is being typed. Once nothing is left of it, what was found goes, too.
    pub fn keep_draft(&mut self, incident: Option<Uuid>, text: Option<&str>) -> Option<Msg> {
        let slot = incident.map_or(Slot::New, Slot::Of);
        let kept = self.store.keep_draft(slot, text.unwrap_or_default());
        if text.is_none() {
            for old in self.found.extract_if(.., |kept| kept.slot == slot) {
                // Somebody else may have taken it away first.
                let _ = self.store.drop_draft(&old);
            }
        }
        let why =
            kept.err().map(|error| format!("What you type cannot be kept as a draft: {}", sentence(&error)));
        why.map(Msg::Failed)
    }

    /// Reads an incident beside the loop.
    pub fn open(&mut self, number: String, id: Uuid, now: DateTime<Utc>) {
        let store = Arc::clone(&self.store);
        self.start(move || {
            let address = store.locate(&number, now.year()).or_else(|_| by_id(&store, id));
            match address.and_then(|address| store.read(&address)) {
                Ok(record) => Arrival::Read(Box::new(record), Opening::Asked),
                Err(error) => Arrival::Said(Msg::NotOpened(sentence(&error))),
            }
        });
    }

    /// Finds an incident by what somebody called it, and reads it.
    pub fn open_named(&mut self, reference: String, now: DateTime<Utc>) {
        let store = Arc::clone(&self.store);
        self.start(move || {
            match store.locate(&reference, now.year()).and_then(|address| store.read(&address)) {
                Ok(record) => Arrival::Read(Box::new(record), Opening::Asked),
                Err(error) => Arrival::Said(Msg::NotOpened(sentence(&error))),
            }
        });
    }

    /// Takes an incident that was read: from now on its journals wake us.
    pub fn show(&mut self, app: &mut App, mut record: Record) -> Case {
        self.publish(app);
        let id = record.address.id;
        let mut case = Case::of(std::mem::take(&mut record.incident));
        case.damage = damaged(&record);
        let root = self.store.root().to_owned();
        let journal = record.address.folder.join("journal");
        let hundred = record.address.folder.parent().map(Path::to_owned);
        self.record = Some(record);
        self.savers.retain(|of, saver| *of == id || !matches!(saver.saved(), Saved::All { .. }));
        let mut folders = vec![journal, root.join("here"), root.join("incidents")];
        folders.extend(hundred);
        folders.extend(self.store.state().map(Path::to_owned));
        folders.retain(|folder| folder.is_dir());
        self.arrive(app, id);
        self.watch.only(&folders);
        case
    }

    /// Says who is here and what is in front of them. A store that cannot be written has nobody in it.
    fn arrive(&mut self, app: &App, incident: Uuid) {
        let presence = Presence {
            by: app.me.name.clone(),
            host: String::new(),
            since: app.now,
            incident: Some(incident),
        };
        match &mut self.here {
            Some(here) => _ = here.say(&presence),
            None => self.here = self.store.arrive(&presence).ok(),
        }
    }

    /// Who has the open incident on a screen, me first.
    pub fn present(&self, app: &App) -> Vec<String> {
        let Some(open) = self.record.as_ref().map(|record| record.address.id) else { return Vec::new() };
        let others = self.store.present().into_iter().filter(|who| who.incident == Some(open));
        let mut names: Vec<String> =
            std::iter::once(app.me.name.clone()).chain(others.map(|who| who.by)).collect();
        names.dedup();
        names
    }

    /// Opens a new incident: its number is given and its first line is on the disk when this returns.
    pub fn create(
        &mut self,
        app: &App,
        open: &Open,
        envelope: &Envelope,
        seed: [u8; 16],
    ) -> Result<Record, String> {
        let mut desk = app.desk(seed);
        desk.who.clone_from(&envelope.who);
        desk.happened.clone_from(&envelope.happened);
        let millis = u64::try_from(app.now.timestamp_millis()).unwrap_or(0);
        let mut tail = [0; 10];
        tail.copy_from_slice(&seed[..10]);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid();
        enum Stopped {
            Refused(String),
            Store(StoreError),
        }
        impl From<StoreError> for Stopped {
            fn from(error: StoreError) -> Self {
                Stopped::Store(error)
            }
        }
        let created = self.store.create(self.series, id, app.now, |number| {
            decide::open(open, &number.to_string(), &desk)
                .map(|draft| vec![draft])
                .map_err(|refusal| Stopped::Refused(refusal.message))
        });
        let created = created.map_err(|stopped| match stopped {
            Stopped::Refused(why) => why,
            Stopped::Store(error) => sentence(&error),
        })?;
        self.savers.insert(id, Saver::new(created.pen));
        let record = self.store.read(&created.address).map_err(|error| sentence(&error))?;
        self.store.publish(&record);
        Ok(record)
    }

    /// Gives facts their place and applies them; they are written beside the loop.
    pub fn write(&mut self, app: &mut App, drafts: &[Draft]) -> Result<Vec<LineId>, String> {
        let (Some(record), Some(case)) = (&mut self.record, &mut app.case) else {
            return Err("No incident is open.".to_owned());
        };
        let id = record.address.id;
        if let std::collections::btree_map::Entry::Vacant(free) = self.savers.entry(id) {
            let pen = self.store.pen(&record.address).map_err(|error| sentence(&error))?;
            free.insert(Saver::new(pen));
        }
        let saver = self.savers.get_mut(&id).expect("it was put there above");
        // Several facts of one act are taken back as one.
        let together = if drafts.len() > 1 { Together::Batch } else { Together::Apart };
        let lines = saver.submit(drafts, together, app.now).map_err(|error| sentence(&error))?;
        std::mem::swap(&mut record.incident, &mut case.incident);
        record.apply(&lines);
        std::mem::swap(&mut record.incident, &mut case.incident);
        self.unpublished = true;
        self.save(app.now);
        Ok(lines.iter().map(|line| line.id).collect())
    }

    /// Sends out what waits to be written, if nothing is on its way and no pause is on.
    pub fn save(&mut self, now: DateTime<Utc>) {
        let works: Vec<_> =
            self.savers.iter_mut().filter_map(|(id, saver)| Some((*id, saver.work(now)?))).collect();
        for (id, work) in works {
            self.start(move || Arrival::Written(id, Box::new(work.run())));
        }
    }

    /// Takes what became of lines: the message for the footer, and the row of the list.
    pub fn written(&mut self, app: &mut App, id: Uuid, done: Done) -> Vec<Msg> {
        let Some(saver) = self.savers.get_mut(&id) else { return Vec::new() };
        let saved = saver.done(done, app.now);
        let mut messages = Vec::new();
        if !saved.is_empty() {
            messages.push(Msg::Saved(saved));
        }
        messages.extend(self.trouble());
        let open = self.record.as_ref().is_some_and(|record| record.address.id == id);
        if open && let Some(case) = &app.case {
            messages.push(Msg::Relisted(vec![listed_incident(&case.incident)]));
            if self.record.as_ref().is_some_and(|record| record.lines() <= SMALL) {
                self.publish(app);
            }
        }
        self.save(app.now);
        messages
    }

    /// What is not saved, over all incidents.
    fn trouble(&self) -> Option<Msg> {
        let mut waiting = 0;
        let mut reason = None;
        for saver in self.savers.values() {
            if let Saved::Not { changes, why } = saver.saved() {
                waiting += changes;
                reason = Some(why);
            }
        }
        reason.map(|why| Msg::NotSaved { waiting, why })
    }

    /// When the next try to save is due.
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        self.savers.values().filter_map(Saver::next_try).min()
    }

    /// Reads what others appended to the open incident.
    pub fn catch_up(&mut self, app: &mut App) -> Option<Msg> {
        let (record, case) = (self.record.as_mut()?, app.case.as_mut()?);
        let before = case.incident.entries.len();
        std::mem::swap(&mut record.incident, &mut case.incident);
        let news = record.catch_up();
        std::mem::swap(&mut record.incident, &mut case.incident);
        case.damage = damaged(record);
        match news {
            Ok(News::Nothing) => None,
            Ok(News::Lines(lines)) => Some(Msg::Arrived(lines)),
            Ok(News::Late) => Some(Msg::Arrived(case.incident.entries.len().saturating_sub(before))),
            Err(error) => Some(Msg::Failed(sentence(&error))),
        }
    }

    /// Folds the open incident as the record had it at a moment, beside the loop.
    pub fn as_of(&mut self, at: DateTime<Utc>) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        let store = Arc::clone(&self.store);
        self.start(move || match store.lines(&address) {
            Ok(lines) => {
                let then = lines.iter().filter(|line| line.recorded <= at);
                let incident = crate::incident::Incident::fold(address.id, then);
                Arrival::Said(Msg::AsOf(at, Box::new(incident)))
            }
            Err(error) => Arrival::Said(Msg::Failed(sentence(&error))),
        });
    }

    /// Puts the open incident into `incident.json` and the list cache.
    pub fn publish(&mut self, app: &mut App) {
        let (Some(record), Some(case)) = (&mut self.record, &mut app.case) else { return };
        let waits = self.savers.get(&record.address.id).is_some_and(|saver| saver.unsaved().next().is_some());
        if !self.unpublished || waits || record.address.id != case.incident.id {
            return;
        }
        self.unpublished = false;
        let known = self.index.as_ref().is_none_or(|(path, size)| size_of(path) == *size);
        std::mem::swap(&mut record.incident, &mut case.incident);
        // A snapshot holds what was read from the disk; our own lines are read back first. Whatever stands in
        // the way of reading is said when the file system wakes us.
        let read = record.catch_up();
        if read.is_ok() {
            self.store.publish(record);
        }
        std::mem::swap(&mut record.incident, &mut case.incident);
        if matches!(read, Ok(News::Lines(_) | News::Late)) {
            app.follow();
        }
        if let Some((path, size)) = self.index.as_mut().filter(|_| known) {
            *size = size_of(path);
        }
    }

    /// The list cache has changed: reads the list, unless the change was our own.
    pub fn index_changed(&mut self, path: &Path) {
        let size = size_of(path);
        let known = self.index.as_ref().is_some_and(|(known, have)| known == path && *have == size);
        if !known {
            self.index = Some((path.to_owned(), size));
            self.list(Look::Cached);
        }
    }

    /// Writes what still waits, here and now; returns how many lines could not be.
    pub fn flush(&mut self, now: DateTime<Utc>) -> usize {
        self.savers
            .values_mut()
            .map(|saver| {
                saver.flush(now);
                saver.unsaved().count()
            })
            .sum()
    }

    /// Puts lines that the store does not take somewhere else, where `doctor` finds them; returns where.
    pub fn rescue(&self) -> Vec<PathBuf> {
        let elsewhere = [self.store.state().map(Path::to_owned), Some(std::env::temp_dir())];
        let unsaved = self.savers.values().filter(|saver| saver.unsaved().next().is_some());
        unsaved
            .filter_map(|saver| elsewhere.iter().flatten().find_map(|folder| saver.rescue(folder).ok()))
            .collect()
    }
}
