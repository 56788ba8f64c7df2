//! The stores that are measured: made by the store itself, only without waiting for the disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use casebook::incident::command::Command;
use casebook::incident::line::Draft;
use casebook::incident::{Incident, decide};
use casebook::model::desk::Desk;
use casebook::model::entry::{LogKind, Logged};
use casebook::model::head::Open;
use casebook::model::notice::duties::Duties;
use casebook::model::playbook::Playbooks;
use casebook::store::{
    Address, Disk, Files, Host, Item, Look, Number, Pen, Segment, Series, Setup, Store, StoreError, Together,
};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// The first moment of every made store. All times are so many seconds after it.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    let start = DateTime::from_timestamp(1_767_225_600, 0).expect("the first moment of 2026");
    start + Duration::seconds(seconds)
}

/// A wall clock that runs, where it matters that it does.
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let passed = i64::try_from(self.0.elapsed().as_micros()).unwrap_or(i64::MAX);
        at(2_000_000) + Duration::microseconds(passed)
    }
}

/// Where a store and its state are.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    pub(crate) state: PathBuf,
}

impl Place {
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        Self { root: folder.join(name), state: folder.join(format!("{name}-state")) }
    }

    pub(crate) fn setup(&self, seed: u8) -> Setup {
        // The machine of the real program, so that it goes on with the writers of the made store.
        let host = Host { user: "ana".into(), ..Host::here() };
        Setup { root: self.root.clone(), state: Some(self.state.clone()), host, seed: [seed; 32] }
    }

    /// A process's view of it, as far as the store can tell.
    pub(crate) fn store(&self, seed: u8) -> Store {
        Store::open(self.setup(seed))
    }

    /// The only incident of a store that has one.
    pub(crate) fn only(&self) -> Address {
        self.store(1).locate("1", 2026).expect("the store was just made")
    }

    /// Files of the first incident's journal, in order.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let folder = self.only().folder.join("journal");
        let names = std::fs::read_dir(folder).expect("the journal was just made");
        let mut paths: Vec<PathBuf> = names.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        paths
    }
}

/// The disk without its waiting.
#[derive(Debug)]
pub(crate) struct Unsynced;

#[derive(Debug)]
pub(crate) struct UnsyncedSegment(Box<dyn Segment>);

impl Segment for UnsyncedSegment {
    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn hold(&self) -> io::Result<()> {
        self.0.hold()
    }
    fn protect(&mut self) -> io::Result<()> {
        self.0.protect()
    }
}

impl Files for Unsynced {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        Ok(Box::new(UnsyncedSegment(Disk.open(path)?)))
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        Ok(Box::new(UnsyncedSegment(Disk.create(path)?)))
    }
    fn read_some(&self, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>> {
        Disk.read_some(path, from, most)
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        Disk.size(path)
    }
    fn changed(&self, folder: &Path) -> io::Result<i64> {
        Disk.changed(folder)
    }
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        Disk.overwrite(path, bytes)
    }
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        Disk.replace(path, bytes)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename_new(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(String, Item)>> {
        Disk.list(path)
    }
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        Disk.create_folder(path)
    }
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn force(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        Disk.lock(path)
    }
}

/// A note of about 150 characters.
pub(crate) fn note(k: usize) -> Draft {
    entry(
        k,
        LogKind::Note,
        format!(
            "note {k}: checked the mailbox rules and reset the session tokens of user{} on host-{:04}. Escalated to the \
             identity team; follow-up due in four hours.",
            k % 313,
            k % 997
        ),
    )
}

fn entry(k: usize, kind: LogKind, text: String) -> Draft {
    let playbooks = Playbooks::default();
    let logged = Logged { kind, text, ..Logged::default() };
    decide::log(&logged, &desk(k, 60, &playbooks)).expect("a short plain text")
}

pub(crate) fn desk(k: usize, seconds: i64, playbooks: &Playbooks) -> Desk<'_> {
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&(k as u64).to_le_bytes());
    let by = format!("analyst{}", k % 12);
    let now = at(seconds);
    Desk {
        now,
        now_set: false,
        by,
        role: None,
        who: None,
        happened: None,
        ex: None,
        seed,
        playbooks,
        carried: &[],
        duties: Duties::plain(),
    }
}

/// Gives commands to an incident: judged, written as one act, and applied.
pub(crate) fn give(
    pen: &mut Pen,
    incident: &mut Incident,
    k: usize,
    commands: &[Command],
) -> Result<(), StoreError> {
    let playbooks = Playbooks::default();
    let mut drafts: Vec<Draft> = Vec::new();
    for (nth, command) in commands.iter().enumerate() {
        let desk = desk(k * 1000 + nth, 200_000 + i64::try_from(k).unwrap_or(0), &playbooks);
        let draft = incident.decide(command, &desk);
        drafts.extend(draft.map_err(|refusal| StoreError::Unwritable { why: refusal.to_string() })?);
    }
    for line in pen.append(&drafts, Together::Batch, at(200_000))?.lines {
        incident.apply(&line);
    }
    Ok(())
}

fn id(k: usize) -> Uuid {
    // The random end differs in its last eight digits, which name the folder.
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + k as u128 * 0x9e37)
}

/// Opens the `k`-th incident of a made store, with the generic checklist of Detection that every incident has.
fn open(store: &Store, k: usize, drafts: &[Draft]) -> Result<Address, StoreError> {
    let playbooks = Playbooks::default();
    let kinds = ["phishing", "malware", "account-compromise", "data-breach"];
    let command = Open {
        title: format!("Suspicious sign-in from host-{:04} by user{}", k % 997, k % 313),
        types: playbooks.get(kinds[k % kinds.len()]).map(|found| found.id.clone()).into_iter().collect(),
        refs: vec![format!("TICKET-{k:05}")],
        lead: Some(format!("analyst{}", k % 12)),
        ..Open::default()
    };
    let now = 60 * i64::try_from(k).unwrap_or(0);
    let first = |number: &Number| {
        let opened = decide::open(&command, &number.to_string(), &desk(k, now, &playbooks));
        let opened = opened.map_err(|refusal| StoreError::Unwritable { why: refusal.to_string() })?;
        Ok::<_, StoreError>(std::iter::once(opened).chain(drafts.iter().cloned()).collect())
    };
    let created = store.create(Series::Inc, id(k), at(now), first)?;
    Ok(created.address)
}

/// A store of so many incidents with three notes, an action and an observation each, and its list cache.
pub(crate) fn wide(place: &Place, count: usize) -> Result<(), StoreError> {
    let store = Store::with(place.setup(7), Arc::new(Unsynced));
    for k in 0..count {
        let mut drafts: Vec<Draft> = (0..3).map(|n| note(3 * k + n)).collect();
        drafts.push(entry(k, LogKind::Action, format!("blocked 10.{}.7.{} at the proxy", k % 255, k % 13)));
        drafts.push(entry(
            k,
            LogKind::Observation,
            format!("10.{}.7.{} seen in the proxy log", k % 255, k % 13),
        ));
        let address = open(&store, k, &drafts)?;
        store.publish(&store.read(&address)?);
    }
    store.list(Look::Checked).map(|_| ())
}

/// A store with one incident of so many notes.
pub(crate) fn long(place: &Place, count: usize) -> Result<Address, StoreError> {
    let store = Store::with(place.setup(7), Arc::new(Unsynced));
    let address = open(&store, 0, &[])?;
    let mut pen = store.pen(&address)?;
    let mut k = 0;
    while k < count {
        let group: Vec<Draft> = (k..count.min(k + 1000)).map(note).collect();
        pen.append(&group, Together::Apart, at(60 + i64::try_from(k).unwrap_or(0)))?;
        k += group.len();
    }
    Ok(address)
}
