//! The store: a folder of incidents, each the fold of append-only journals.
//!
//! What [`Pen::append`] has returned is on the disk; what is on the disk is never changed or dropped.

mod adopt;
mod archive;
mod backup;
mod beside;
mod chain;
mod check;
pub mod child;
mod consent;
mod copies;
mod doctor;
mod draft;
pub mod dumps;
mod error;
mod expunge;
mod faulty;
mod figures;
mod files;
mod finding;
#[cfg(target_os = "linux")]
mod folder;
mod founding;
mod gather;
mod glance;
mod here;
mod inclusion;
mod index;
mod journal;
mod kept;
mod line;
mod locate;
mod lock;
mod measure;
mod misnamed;
mod number;
pub mod outgoing;
mod part;
mod pen;
pub mod places;
mod proof;
mod reading;
mod recall;
mod record;
mod remains;
mod row;
mod runs;
mod said;
mod saver;
mod seal;
mod search;
mod seen;
pub mod settings;
mod shared;
mod sharing;
pub mod sizes;
mod snapshot;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod spare;
mod spelling;
mod staged;
pub mod sync;
mod told;
mod vault;
mod verify;
mod watch;
mod writer;
mod written;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

pub use adopt::{Adopted, Adopting, Keep, SEGMENT_MOST};
pub use archive::{Archived, Leftover, Turn, contents};
pub use backup::{Backed, Loose};
pub use beside::patient;
pub use chain::{SKEW_MS, Together};
pub use consent::Waiting;
pub use copies::BackedUp;
pub use doctor::{Ailment, Cure, Examined, Repair, Round, Source};
pub use draft::{Kept, Slot};
pub use error::StoreError;
pub use expunge::Touched;
pub use files::{Disk, Files, Held, Item, Segment};
pub use finding::{Class, Finding, Left, Spot, Verdict};
pub use founding::{Founding, Sheet};
pub use here::{Here, Presence};
pub use inclusion::Inclusion;
pub use index::Look;
pub use journal::{Opened, ROLL, Torn};
pub use line::{Envelope, Flaw, Head, LIMIT};
pub use locate::{Address, restricted};
pub use measure::{Progress, Watcher, measure};
pub use number::{FORMAT, Number, Series};
pub use part::{Inventory, Part};
pub use pen::{Appended, Pen};
pub use proof::{Proof, Proven};
pub use reading::{Damage, Tail};
pub use record::{News, Record};
pub use row::{Closed, Row};
pub use saver::{Done, RETRY_SECONDS, Saved, Saver, Work};
pub use seal::{Found as FoundSeal, Sealed, Signature, Signing};
pub use search::{Hit, Search};
pub use seen::{Attended, Seen, Sight};
pub use shared::{Elsewhere, Other, Print};
pub use sharing::Rights;
pub use snapshot::{LOG_REWRITES, READ_ABOVE};
pub use staged::Bench;
pub use vault::Vault;
pub use verify::{Depth, Gone};
pub use watch::{POLL, Watch, on_network};
pub use writer::{Host, Salts};

use crate::incident::line::{Draft, Line};
use number::Format;

/// What a store needs from outside.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The folder of the store; see [`places::store`].
    pub root: PathBuf,
    /// The local state folder; see [`places::state`]. Without one every process is a writer of its own.
    pub state: Option<PathBuf>,
    pub host: Host,
    /// Randomness of the operating system for salts and ids; a test brings a fixed one.
    pub seed: [u8; 32],
}

/// A folder of incidents. Cheap to make: nothing is read or written before it is needed.
#[derive(Debug)]
pub struct Store {
    files: Arc<dyn Files>,
    root: PathBuf,
    state: Option<PathBuf>,
    host: Host,
    leases: Arc<Mutex<writer::Leases>>,
    salts: Mutex<Salts>,
}

/// A new incident: on the disk, with the pen that opened it.
#[derive(Debug)]
pub struct Created {
    pub address: Address,
    pub pen: Pen,
    pub lines: Vec<Line>,
}

impl Store {
    /// A store on the disks of this machine, by whatever spelling of its path.
    pub fn open(setup: Setup) -> Self {
        let root = spelling::real(&setup.root);
        if root.as_os_str() != setup.root.as_os_str()
            && let Some(state) = &setup.state
        {
            spelling::gather(state, &setup.root, &root);
        }
        Self::with(Setup { root, ..setup }, Arc::new(Disk))
    }

    /// A store on any file system, such as one of a test that fails.
    pub fn with(setup: Setup, files: Arc<dyn Files>) -> Self {
        let mut salts = Salts::new(setup.seed);
        let leases = writer::Leases::new(setup.state.as_deref(), &setup.host.machine, salts.split());
        Self {
            files,
            root: setup.root,
            state: setup.state,
            host: setup.host,
            leases: Arc::new(Mutex::new(leases)),
            salts: Mutex::new(salts),
        }
    }

    /// The store's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The local state folder.
    pub fn state(&self) -> Option<&Path> {
        self.state.as_deref()
    }

    /// Whether there is a store yet. A newer format, or something else in its place, is an error.
    pub fn exists(&self) -> Result<bool, StoreError> {
        Ok(Format::read(&*self.files, &self.root)?.is_some())
    }

    fn salts(&self) -> Salts {
        self.salts.lock().unwrap_or_else(PoisonError::into_inner).split()
    }

    fn desk(&self) -> pen::Desk {
        pen::Desk {
            files: Arc::clone(&self.files),
            host: self.host.clone(),
            leases: Arc::clone(&self.leases),
            salts: self.salts(),
        }
    }

    /// Opens a new incident: gives it the next number of its series and writes its first lines.
    /// `first` turns the number into them, and may still decline; then nothing is written and the number
    /// is not used up.
    pub fn create<E: From<StoreError>>(
        &self,
        series: Series,
        id: Uuid,
        now: DateTime<Utc>,
        first: impl FnOnce(&Number) -> Result<Vec<Draft>, E>,
    ) -> Result<Created, E> {
        let new_store = uuid::Builder::from_random_bytes(self.salts().draw()).into_uuid();
        let (number, drafts) =
            Format::next(&*self.files, &self.root, series, now.year(), new_store, |number| first(&number))?;
        Ok(self.found(number, id, now, &drafts)?)
    }

    /// Makes the folder of a new incident beside its place and moves it there when it is whole.
    fn found(
        &self,
        number: Number,
        id: Uuid,
        now: DateTime<Utc>,
        drafts: &[Draft],
    ) -> Result<Created, StoreError> {
        let hundred = self.root.join("incidents").join(number.hundred());
        self.lasting(&hundred)?;
        let name = locate::folder_name(&number, id);
        let (stage, folder) = (hundred.join(format!("{}{name}", writer::STAGE)), hundred.join(&name));
        let journal = stage.join("journal");
        self.files.create_folder(&journal).map_err(StoreError::io("make the folder", &journal))?;
        let mut pen = Pen::take(self.desk(), stage.clone(), id)?;
        let lines = pen.append(drafts, Together::Apart, now)?.lines;
        let sync =
            |path: &Path| self.files.sync_folder(path).map_err(StoreError::io("sync the folder", path));
        sync(&stage)?;
        self.files.rename(&stage, &folder).map_err(StoreError::io("make the folder", &folder))?;
        sync(&hundred)?;
        pen.moved(&folder);
        Ok(Created { address: Address { id, number: number.to_string(), folder }, pen, lines })
    }

    /// Makes the folder of a hundred. As long as no incident is in it, its name may not be on the disk yet.
    fn lasting(&self, hundred: &Path) -> Result<(), StoreError> {
        if !locate::in_hundred(&*self.files, hundred)?.is_empty() {
            return Ok(());
        }
        self.files.create_folder(hundred).map_err(StoreError::io("make the folder", hundred))?;
        for folder in hundred.ancestors().skip(1).take(3) {
            self.files.sync_folder(folder).map_err(StoreError::io("sync the folder", folder))?;
        }
        Ok(())
    }

    /// A pen for an incident. No history is read: the head comes from the writer's memory, the heads of the
    /// others from the last line of their journals.
    ///
    /// # Errors
    /// A store of a newer format is not written. Any other fault of `FORMAT.json` is no reason to lose a fact.
    pub fn pen(&self, address: &Address) -> Result<Pen, StoreError> {
        Format::refuse_newer(&*self.files, &self.root)?;
        Pen::take(self.desk(), address.folder.clone(), address.id)
            .map_err(|error| locate::restricted(error, &address.number))
    }

    /// Reads an incident.
    pub fn read(&self, address: &Address) -> Result<Record, StoreError> {
        Record::open(Arc::clone(&self.files), address.clone())
            .map_err(|error| locate::restricted(error, &address.number))
    }

    /// Puts a record that was folded anyway into `incident.json` and the list cache. Neither is the truth:
    /// what cannot be written is built anew when it is needed.
    pub fn publish(&self, record: &Record) {
        let _ = snapshot::write(&*self.files, record);
        self.index().note(record);
    }

    /// What [`Store::publish_after_log`] goes on from. `log` waits for no history: this is read beside it while the disk
    /// takes the entry. `None`: `incident.json` is longer than [`LOG_REWRITES`], or where there is none the journals are.
    pub fn read_ahead(&self, address: &Address) -> Option<Record> {
        let short = match self.files.size(&snapshot::path(&address.folder)) {
            Ok(size) => size <= LOG_REWRITES,
            Err(error) => {
                error.kind() == std::io::ErrorKind::NotFound
                    && snapshot::journal_bytes(&*self.files, &address.folder) <= LOG_REWRITES
            }
        };
        short.then(|| self.read(address).ok()).flatten()
    }

    /// Publishes after an append that folded nothing (`log`, `signal`), from what was read ahead. Without that
    /// `incident.json` stays, and the list is told that the row is outdated: it folds it when it is next asked for.
    pub fn publish_after_log(&self, address: &Address, ahead: Option<Record>) {
        let record = ahead.and_then(|mut record| record.catch_up().is_ok().then_some(record));
        match record {
            Some(record) => self.publish(&record),
            None => self.index().outdated(&address.folder),
        }
    }

    /// All incidents with what the list shows of them, newest number first.
    pub fn list(&self, look: Look) -> Result<Vec<(Address, Row)>, StoreError> {
        self.index().list(look)
    }

    /// Whether the list of the cache is what the journals say.
    pub fn is_listed(&self) -> bool {
        self.index().is_current()
    }

    /// Every incident there is, newest number first, by its folder and its own lines: no cache is believed.
    ///
    /// # Errors
    /// A folder of the store that cannot be read.
    pub fn addresses(&self) -> Result<Vec<Address>, StoreError> {
        let mut all = Vec::new();
        for hundred in locate::hundreds(&*self.files, &self.root)? {
            all.extend(locate::in_hundred(&*self.files, &hundred)?);
        }
        all.sort_by_key(|found| {
            (std::cmp::Reverse((found.number.year, found.number.n)), found.number.series)
        });
        let nobody = |found: &locate::Found| Address {
            id: Uuid::nil(),
            number: found.number.to_string(),
            folder: found.folder.clone(),
        };
        // One that cannot be read is verified all the same, and says so.
        let of =
            |found: &locate::Found| locate::address(&*self.files, found).unwrap_or_else(|_| nobody(found));
        Ok(all.iter().map(of).collect())
    }

    /// The address with the id that its lines say.
    fn named(&self, address: &Address) -> Result<Address, StoreError> {
        let name = address.folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (number, tail) = locate::parse(name).ok_or_else(|| StoreError::NotFound {
            reference: address.number.clone(),
            store: self.root.clone(),
        })?;
        let found = locate::Found { number, tail: tail.to_owned(), folder: address.folder.clone() };
        locate::address(&*self.files, &found)
    }

    /// Whether the folder of an incident is closed to this person: it is restricted to others.
    pub fn closed(&self, address: &Address) -> bool {
        let journal = address.folder.join("journal");
        let list = self.files.list(&journal).map_err(StoreError::io("read the folder", &journal));
        let told = list.map_err(|error| locate::restricted(error, &address.number));
        matches!(told, Err(StoreError::Restricted { .. }))
    }

    /// The evidence files of an incident that lies in this folder.
    fn vault_of(&self, folder: &Path) -> Vault {
        Vault::of(Arc::clone(&self.files), folder)
    }

    /// The evidence files of an incident.
    pub fn vault(&self, address: &Address) -> Vault {
        Vault::of(Arc::clone(&self.files), &address.folder)
    }

    fn chosen_at(&self, session: &str) -> Option<PathBuf> {
        let mut name = line::hex(session.as_bytes());
        name.truncate(120);
        let place = index::place_name(&self.root);
        self.state.as_ref().map(|state| state.join("chosen").join(format!("{place}.{name}")))
    }

    /// Keeps the incident that `use` or `new` chose in a terminal session.
    pub fn choose(&self, session: &str, address: &Address) -> Result<(), StoreError> {
        let Some(path) = self.chosen_at(session) else { return Ok(()) };
        let folder = path.parent().unwrap_or(Path::new("."));
        self.files.create_folder(folder).map_err(StoreError::io("make the folder", folder))?;
        let text = serde_json::to_vec(address).expect("an id, a number and a path");
        self.files.replace(&path, &text).map_err(StoreError::io("write", &path))
    }

    /// The incident chosen in a terminal session, if it is still there. One small file is read.
    pub fn chosen(&self, session: &str) -> Option<Address> {
        let bytes = self.files.read(&self.chosen_at(session)?, 0).ok()?;
        let address: Address = serde_json::from_slice(&bytes).ok()?;
        self.files.changed(&address.folder).is_ok().then_some(address)
    }

    /// The writer id under which this process keeps drafts and is here.
    pub fn seat(&self) -> String {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner).seat()
    }

    fn index(&self) -> index::Index {
        index::Index::new(Arc::clone(&self.files), &self.root, self.state.as_deref())
    }

    /// All lines of an incident in their total order.
    pub fn lines(&self, address: &Address) -> Result<Vec<Line>, StoreError> {
        Ok(record::all_lines(&*self.files, address)?.lines)
    }

    /// The incident a reference means: its number or the tail of it (`7` is looked for in `year` first), the
    /// beginning of its id, or words of its title.
    pub fn locate(&self, reference: &str, year: i32) -> Result<Address, StoreError> {
        let reference = reference.trim();
        let mut candidates = Vec::new();
        let number = locate::Wanted::read(reference);
        if let Some(number) = &number {
            match &number.find(&*self.files, &self.root, year)?[..] {
                [] => {}
                [one] => return locate::address(&*self.files, one),
                many => candidates = many.iter().map(locate::Found::apart).collect(),
            }
        }
        if candidates.is_empty() && !reference.is_empty() {
            let mut all = self.list(Look::Checked)?;
            if all.iter().any(|(address, _)| locate::begins(address, reference)) {
                all.retain(|(address, _)| locate::begins(address, reference));
            } else {
                // A number that nobody has is no word of a title.
                all.retain(|(_, row)| number.is_none() && row.has(reference));
            }
            match &all[..] {
                [] => {}
                [(address, _)] => return Ok(address.clone()),
                many => candidates = many.iter().map(|(address, _)| address.number.clone()).collect(),
            }
        }
        if let Some(number) = number.as_ref().filter(|_| candidates.is_empty())
            && let Some(found) = number.archived(&*self.files, &self.root)?
        {
            let stub = self
                .stub_there(&found)
                .map_err(|error| locate::restricted(error, &found.number.to_string()))?;
            let on = stub.at.format("%Y-%m-%d").to_string();
            let Archived { number, file, encrypted, .. } = stub;
            return Err(StoreError::Archived { number, on, file, encrypted });
        }
        let reference = reference.to_owned();
        Err(if candidates.is_empty() {
            StoreError::NotFound { reference, store: self.root.clone() }
        } else {
            StoreError::Ambiguous { reference, candidates }
        })
    }
}
