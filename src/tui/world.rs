//! The world behind the screens: the store, the threads that save and read, and what wakes us.

mod drafts;
mod drill;
mod figures;
mod hash;
mod intake;
mod leave;
mod list;
mod paste;
mod rows;
mod saving;
mod sealing;
pub mod seen;
mod syncing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
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
use crate::incident::line::Line;
use crate::incident::replay::Replay;
use crate::model::head::Open;
use crate::store::settings::SettingsFile;
use crate::store::{
    Address, Attended, Done, Here, Kept, News, Presence, Record, Saved, Saver, Series, Store, StoreError,
    Watch,
};

use rows::{by_id, damaged};
pub use rows::{listed, listed_incident, sentence};

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
    /// What was read for the wish of this number, or why it cannot be.
    Read(u64, Result<Wished, String>),
    /// What is wrong with the bytes of an incident, a sentence each.
    Checked(Uuid, Vec<String>),
    /// What became of lines that were being written.
    Written(Uuid, Box<Done>),
    /// Many facts were recorded beside the loop, and the incident read with them.
    TookIn(Uuid, Box<intake::Taken>),
    /// The list was read anew, or why it cannot be; `None`: it is as it was.
    Listed(Result<Option<Vec<Row>>, String>),
    /// The system asks us to end, or the terminal is gone.
    Gone,
    /// The system asks us to stop until we are woken.
    Stop,
}

/// What somebody asked to see. What is typed meanwhile is meant for it.
pub enum Wished {
    Incident(Box<Record>),
    /// The open incident as it was, or as it came to be.
    Told(Msg),
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
    /// Seals to be made once the lines they are about are on the disk.
    seals_due: BTreeMap<Uuid, sealing::Sealing>,
    /// When the next exchange with other stores is due.
    sync_due: syncing::Due,
    watch: Watch,
    here: Option<Here>,
    /// Drafts of processes that are gone, until their words are on record or typed again.
    found: Vec<Kept>,
    /// Work that is under way in threads.
    pub busy: usize,
    /// The wish that is being read for, by its number.
    wished: Option<u64>,
    /// Counts the wishes.
    wishes: u64,
    /// Lines of this process for the open drill: they may be on their way to the disk.
    mine: Vec<Line>,
    /// When the open drill was last seen to be alive (UTC, wall), and at which exercise minute.
    beaten: Option<(DateTime<Utc>, u32)>,
    /// When I last did something here (UTC); `None`: nothing yet.
    acted: Option<DateTime<Utc>>,
    /// The open incident as it was before me then.
    attended: Option<(Uuid, Attended)>,
    /// Whether the open incident has lines that `incident.json` and the list do not have from us.
    unpublished: bool,
    /// The thread that reads files for evidence.
    reading: hash::Reading,
    /// Counts searches: one that is not the last gives up.
    searches: Arc<AtomicUsize>,
    /// Counts measurings of all incidents: one that is not the last gives up.
    readings: Arc<AtomicUsize>,
    /// Counts readings of files that are taken in: one that is not the last gives up.
    intakes: Arc<AtomicUsize>,
    /// The incident into which many facts are being recorded beside the loop: it is read when they are.
    taking_in: Option<Uuid>,
    listing: bool,
    list_again: bool,
    /// Whether the journals of all incidents were looked at: the cache knows nothing of what others wrote meanwhile.
    looked: bool,
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
            seals_due: BTreeMap::new(),
            sync_due: syncing::Due::default(),
            watch: Watch::new(move |path| _ = wake.send(Arrival::Woke(path.to_owned()))),
            here: None,
            found: Vec::new(),
            busy: 0,
            wished: None,
            wishes: 0,
            mine: Vec::new(),
            beaten: None,
            acted: None,
            attended: None,
            unpublished: false,
            reading: hash::Reading::default(),
            searches: Arc::default(),
            readings: Arc::default(),
            intakes: Arc::default(),
            taking_in: None,
            listing: false,
            list_again: false,
            looked: false,
            index: None,
        }
    }

    /// Runs work beside the loop.
    fn start(&mut self, work: impl FnOnce() -> Arrival + Send + 'static) {
        let to = self.to.clone();
        self.busy += 1;
        thread::spawn(move || _ = to.send(work()));
    }

    /// Reads an incident beside the loop.
    pub fn open(&mut self, number: String, id: Uuid, now: DateTime<Utc>) {
        self.open_found(move |store| store.locate(&number, now.year()).or_else(|_| by_id(store, id)));
    }

    /// Finds an incident by what somebody called it, and reads it.
    pub fn open_named(&mut self, reference: String, now: DateTime<Utc>) {
        self.open_found(move |store| store.locate(&reference, now.year()));
    }

    fn open_found(&mut self, find: impl FnOnce(&Store) -> Result<Address, StoreError> + Send + 'static) {
        self.wish(move |store| {
            let read = find(store).and_then(|address| store.read(&address));
            read.map(|record| Wished::Incident(Box::new(record))).map_err(|error| sentence(&error))
        });
    }

    /// Reads something that somebody waits for.
    fn wish(&mut self, read: impl FnOnce(&Store) -> Result<Wished, String> + Send + 'static) {
        let store = Arc::clone(&self.store);
        self.wishes += 1;
        let wish = self.wishes;
        self.wished = Some(wish);
        self.start(move || Arrival::Read(wish, read(&store)));
    }

    /// Whether this is the wish that is waited for; it is so once.
    pub fn has_read(&mut self, wish: u64) -> bool {
        self.wished.take_if(|wished| *wished == wish).is_some()
    }

    /// Whether something is being read that somebody asked to see.
    pub fn is_reading(&self) -> bool {
        self.wished.is_some()
    }

    /// Waits for it no more: what was read is shown to nobody.
    pub fn wait_no_more(&mut self) {
        self.wished = None;
    }

    /// Takes an incident that was read: from now on its journals wake us.
    pub fn show(&mut self, app: &mut App, mut record: Record) -> Case {
        let id = record.address.id;
        if self.record.as_ref().is_some_and(|open| open.address.id != id) {
            self.leave_drill(app);
        }
        self.publish(app);
        self.look_back(app);
        let mut case = Case::of(std::mem::take(&mut record.incident));
        case.damage = damaged(&record);
        self.seat(app, &mut case, &record);
        let root = self.store.root().to_owned();
        let journal = record.address.folder.join("journal");
        let hundred = record.address.folder.parent().map(Path::to_owned);
        self.record = Some(record);
        self.savers.retain(|of, saver| *of == id || !matches!(saver.saved(), Saved::All { .. }));
        let mut folders = vec![journal, root.join("here"), root.join("incidents")];
        folders.extend(hundred);
        folders.extend(self.store.state().map(Path::to_owned));
        // Whoever is the first here makes the folder in which the others will be seen to come.
        self.arrive(app, id);
        folders.retain(|folder| folder.is_dir());
        self.watch.only(&folders);
        self.check();
        case
    }

    /// Holds the bytes of the open incident against their ids, beside the loop: no frame waits for it.
    fn check(&self) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        let (store, to) = (Arc::clone(&self.store), self.to.clone());
        thread::spawn(move || {
            let faults = store.faults(&address);
            let _ = to.send(Arrival::Checked(address.id, faults));
        });
    }

    /// Takes what the check found, if that incident is still open. `false`: all is as it was before.
    pub fn checked(&mut self, app: &mut App, id: Uuid, faults: Vec<String>) -> bool {
        let open = self.record.as_ref().is_some_and(|record| record.address.id == id);
        let mut changed = app.incidents.check(id, !faults.is_empty());
        if let Some(case) = app.case.as_mut().filter(|case| open && case.incident.faults != faults) {
            changed = true;
            case.incident.faults = faults;
        }
        changed
    }

    /// Says who is here and what is in front of them. A store that cannot be written has nobody in it.
    fn arrive(&mut self, app: &App, incident: Uuid) {
        let presence = Presence {
            by: app.me.name.clone(),
            host: String::new(),
            since: app.wall,
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

    /// An id for what is opened now.
    fn new_id(&self, app: &App, seed: [u8; 16]) -> Uuid {
        let millis = u64::try_from(app.wall.timestamp_millis()).unwrap_or(0);
        let mut tail = [0; 10];
        tail.copy_from_slice(&seed[..10]);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
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
        let id = self.new_id(app, seed);
        enum Stopped {
            Refused(String),
            Store(StoreError),
        }
        impl From<StoreError> for Stopped {
            fn from(error: StoreError) -> Self {
                Stopped::Store(error)
            }
        }
        let created = self.store.create(self.series, id, app.wall, |number| {
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

    /// Reads what others appended to the open incident.
    pub fn catch_up(&mut self, app: &mut App) -> Option<Msg> {
        if self.taking_in.is_some_and(|id| self.record.as_ref().is_some_and(|it| it.address.id == id)) {
            return None;
        }
        let (record, case) = (self.record.as_mut()?, app.case.as_mut()?);
        let before = case.incident.entries.len();
        let faults = std::mem::take(&mut case.incident.faults);
        std::mem::swap(&mut record.incident, &mut case.incident);
        let news = record.catch_up();
        std::mem::swap(&mut record.incident, &mut case.incident);
        case.incident.faults = faults;
        case.damage = damaged(record);
        if matches!(news, Ok(News::Lines(_) | News::Late)) {
            self.replay(app);
        }
        let case = app.case.as_ref()?;
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
        self.wish(move |store| {
            let lines = store.lines(&address).map_err(|error| sentence(&error))?;
            let incident = crate::incident::Incident::as_of(address.id, &lines, at);
            Ok(Wished::Told(Msg::AsOf(at, Box::new(incident))))
        });
    }

    /// Takes up the journal of the open incident, beside the loop.
    pub fn take_up_journal(&mut self, at: Option<DateTime<Utc>>) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        self.wish(move |store| {
            let lines = store.lines(&address).map_err(|error| sentence(&error))?;
            let nothing = || format!("Nothing is in the record of {}.", address.number);
            let replay = Replay::of(address.id, lines).ok_or_else(nothing)?;
            Ok(Wished::Told(Msg::Replayed(Box::new(replay), at)))
        });
    }
}
