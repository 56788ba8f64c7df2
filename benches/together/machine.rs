//! The machines that exchange: stores of one person each, and the repository they share.

use std::path::{Path, PathBuf};
use std::time::Duration;

use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::model::entry::Logged;
use casebook::store::sync::{Config, Exchanged, Means, Remote, SyncFault};
use casebook::store::{Host, Number, Series, Setup, Store, StoreError, Together};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;

/// The folder of everything, and where the repository is.
pub(crate) struct Office {
    folder: TempDir,
    hub: String,
}

impl Office {
    pub(crate) fn new(hub: Option<String>) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder can be made");
        let hub = hub.unwrap_or_else(|| folder.path().join("hub.git").display().to_string());
        Self { folder, hub }
    }

    /// Bytes of the repository; 0 where it is elsewhere.
    pub(crate) fn hub_bytes(&self) -> u64 {
        size(&self.folder.path().join("hub.git"))
    }
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(about) if about.is_dir() => size(&entry.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}

/// One machine, one person, one store.
pub(crate) struct Machine {
    store: Store,
    name: String,
    now: DateTime<Utc>,
}

impl Machine {
    /// The k-th of them, which syncs with the office's repository.
    pub(crate) fn new(office: &Office, k: usize) -> Self {
        let name = format!("m{k}");
        let folder: PathBuf = office.folder.path().join(&name);
        let host = Host {
            host: name.clone(),
            user: name.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            machine: name.clone(),
        };
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&k.to_le_bytes());
        let setup = Setup { root: folder.join("store"), state: Some(folder.join("state")), host, seed };
        let now = DateTime::from_timestamp(1_767_225_600, 0).expect("the first moment of 2026");
        let machine = Self { store: Store::open(setup), name, now };
        let remote = Remote::read(&office.hub).expect("an address");
        machine.store.sync_set(remote, &machine.means()).expect("a repository that can be reached");
        machine
    }

    fn means(&self) -> Means {
        Means { config: Config::Nobody, limit: Duration::from_secs(300), ..Means::plain(self.now) }
    }

    fn note(&self, turn: usize) -> Draft {
        let text = format!(
            "{turn}: {}, saw the third service account log on to the file server outside its hours; the session was \
             ended and its memory is kept as evidence for the morning.",
            self.name
        );
        Draft {
            by: self.name.clone(),
            who: None,
            happened: None,
            ex: None,
            now_set: false,
            over: Vec::new(),
            event: Event::from(Logged { text, ..Logged::default() }),
        }
    }

    /// Opens the n-th incident, with a note.
    pub(crate) fn open(&mut self, n: usize) {
        self.now += TimeDelta::seconds(1);
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | n as u128);
        let first = |_: &Number| Ok::<_, StoreError>(vec![self.note(0)]);
        self.store.create(Series::Inc, id, self.now, first).expect("a store that can be written");
    }

    /// Adds notes to the first incident, one by one.
    pub(crate) fn log(&mut self, notes: usize, turn: usize) {
        let address = self.store.addresses().expect("a store that can be read").remove(0);
        let mut pen = self.store.pen(&address).expect("an incident that can be written");
        for _ in 0..notes {
            self.now += TimeDelta::seconds(1);
            pen.append(&[self.note(turn)], Together::Batch, self.now).expect("a line that can be written");
        }
    }

    pub(crate) fn try_sync(&mut self) -> Result<Exchanged, SyncFault> {
        self.now += TimeDelta::seconds(1);
        let remotes = self.store.remotes().expect("its settings can be read");
        self.store.exchange(&remotes[0], &self.means())
    }

    pub(crate) fn sync(&mut self) -> Exchanged {
        self.try_sync().unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }

    pub(crate) fn incidents(&self) -> usize {
        self.store.addresses().expect("a store that can be read").len()
    }

    /// Lines of the first incident.
    pub(crate) fn lines(&self) -> usize {
        let address = self.store.addresses().expect("a store that can be read").remove(0);
        self.store.lines(&address).expect("an incident that can be read").len()
    }

    /// What its lines come to; the same for two who have the same ones.
    pub(crate) fn root(&self) -> String {
        let address = self.store.addresses().expect("a store that can be read").remove(0);
        let mut ids: Vec<String> = self
            .store
            .lines(&address)
            .expect("an incident that can be read")
            .iter()
            .map(|line| line.id.to_string())
            .collect();
        ids.sort();
        ids.concat()
    }
}
