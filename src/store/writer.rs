//! Who owns a journal: a writer id leased by a lock on a side file, and what it remembers of each incident.

use std::collections::{BTreeMap, HashSet};
use std::fs::TryLockError;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use casebook_bytes::Writing;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::files::{Disk, Files, careful, fit_file};
use super::lock::Locked;
use crate::incident::line::{Clock, WriterId};
use crate::model::id::{LineId, NounId};

/// The machine and person this process runs for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The network name of the machine.
    pub host: String,
    /// The user of the operating system.
    pub user: String,
    /// The version of casebook.
    pub version: String,
    /// What tells this machine from a copy of its disk in another one.
    pub machine: String,
}

impl Host {
    /// This machine, as its own system describes it.
    pub fn here() -> Self {
        let host = host_name();
        let machine = std::fs::read_to_string("/etc/machine-id")
            .map(|id| id.trim().to_owned())
            .ok()
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| host.clone());
        Self { user: user_name(), version: env!("CARGO_PKG_VERSION").into(), machine, host }
    }
}

#[cfg(unix)]
fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "this machine".into())
}

/// The account's name: by its number, which an environment variable cannot pretend.
#[cfg(unix)]
fn user_name() -> String {
    let uid = rustix::process::getuid().as_raw().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.to_owned())
    });
    named.or_else(|| std::env::var("USER").ok()).unwrap_or(uid)
}

#[cfg(not(unix))]
fn user_name() -> String {
    std::env::var("USERNAME").unwrap_or_else(|_| "unknown".into())
}

/// Salts, writer ids and store ids out of one seed from the operating system. A test brings a fixed seed.
#[derive(Clone, Debug)]
pub struct Salts {
    seed: [u8; 32],
    next: u64,
}

impl Salts {
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, next: 0 }
    }

    /// Sixteen bytes nobody can guess who does not know the seed.
    pub fn draw(&mut self) -> [u8; 16] {
        self.next += 1;
        let hash = Sha256::new().chain_update(self.seed).chain_update(self.next.to_le_bytes()).finalize();
        let mut salt = [0; 16];
        salt.copy_from_slice(&hash[..16]);
        salt
    }

    /// A source of its own, for another thread.
    #[must_use]
    pub fn split(&mut self) -> Self {
        let (a, b) = (self.draw(), self.draw());
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(&a);
        seed[16..].copy_from_slice(&b);
        Self::new(seed)
    }
}

/// What a writer last wrote in an incident.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Memory {
    /// The segment it writes to, from 1; 0 before the first.
    pub segment: u32,
    /// Bytes in that segment up to the last acknowledged line.
    pub bytes: u64,
    pub n: u64,
    pub id: LineId,
    pub clock: Clock,
    /// The head of each other writer that a line of ours has named.
    #[serde(default)]
    pub named: BTreeMap<WriterId, LineId>,
    /// Openings of own segments that no line has named yet, as `(n, id)` heads with n 0.
    #[serde(default)]
    pub openings: Vec<LineId>,
    /// Whether a sync of that segment failed: it is never written or synced again.
    #[serde(default)]
    pub broken: bool,
    /// The incident's folder: a copy of the store is another place. Empty: not known.
    #[serde(default)]
    pub at: String,
}

/// What the folder of a new incident is called until it is whole.
pub(super) const STAGE: &str = ".new-";

impl Memory {
    /// How a folder is remembered.
    pub(super) fn at(folder: &Path) -> String {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        folder.to_str().unwrap_or_default().to_owned()
    }

    /// The folder it is of. A stop between a new folder's move and this memory leaves the name it had before.
    pub(super) fn place(&self) -> Option<PathBuf> {
        let at = Path::new(&self.at);
        let name = at.file_name()?.to_str()?;
        match name.strip_prefix(STAGE) {
            Some(name) if !at.exists() => Some(at.with_file_name(name)),
            _ => Some(at.to_owned()),
        }
    }

    /// Whether it is of this very folder, by whatever path that is reached.
    pub(super) fn is_of(&self, folder: &Path) -> bool {
        self.place().is_none_or(|place| {
            let real = |path: &Path| std::fs::canonicalize(path).ok();
            Self::at(&place) == Self::at(folder) || real(&place).is_some_and(|at| Some(at) == real(folder))
        })
    }

    /// Reads a memory file; `None` if there is none, it does not read, or it is part old and part new, as a power cut
    /// may leave a file that is written in place.
    pub(super) fn read(files: &dyn Files, path: &Path) -> Option<Self> {
        let bytes = files.read(path, 0).ok()?;
        // What stands behind the sum is left over from a longer memory.
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let (text, said) = (lines.next()?, lines.next()?);
        if said != sum(text) {
            return None;
        }
        serde_json::from_slice(text).ok()
    }

    /// Writes it in place. It may fail: then the writer is retired at the next start, and nothing is lost.
    pub(super) fn write(&self, files: &dyn Files, path: &Path) -> std::io::Result<()> {
        files.overwrite(path, &self.text())
    }

    /// What stands in its file.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = Writing::object();
        text.number("segment", self.segment.into());
        text.number("bytes", self.bytes);
        text.number("n", self.n);
        text.id("id", self.id);
        text.clock("clock", (self.clock.0, self.clock.1));
        text.map("named", self.named.iter().map(|(writer, id)| (writer.0.as_str(), *id)));
        text.ids("openings", self.openings.iter().copied());
        text.json("broken", if self.broken { "true" } else { "false" });
        text.text("at", &self.at);
        let mut text = text.end();
        let sum = sum(&text);
        for part in [b"\n".as_slice(), &sum, b"\n"] {
            text.extend_from_slice(part);
        }
        text
    }
}

/// What tells a memory from a mixture of two.
fn sum(text: &[u8]) -> Vec<u8> {
    super::line::hex(&Sha256::digest(text)[..8]).into_bytes()
}

/// The right to write as one writer, held until this value is dropped.
#[derive(Debug)]
pub(super) struct Lease {
    pub id: WriterId,
    /// Where its memories are; none without a state folder.
    folder: Option<PathBuf>,
    /// Incidents with a pen of this process.
    busy: Mutex<HashSet<Uuid>>,
    _lock: Option<Locked>,
}

impl Lease {
    /// Where this writer keeps what it last wrote in an incident.
    pub(super) fn memory(&self, inc: Uuid) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(inc.to_string()))
    }

    fn knows(&self, inc: Uuid) -> bool {
        self.memory(inc).is_some_and(|path| path.exists())
    }

    /// Takes the one pen this lease has for an incident.
    fn take(&self, inc: Uuid) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(inc)
    }

    pub(super) fn give_back(&self, inc: Uuid) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&inc);
    }
}

/// The leases of this process.
#[derive(Debug)]
pub(super) struct Leases {
    /// `<state>/writers`; none if there is no state folder that can be written.
    folder: Option<PathBuf>,
    machine: String,
    held: Vec<Arc<Lease>>,
    salts: Salts,
}

/// What a lease file says.
#[derive(Serialize, Deserialize)]
struct Note {
    machine: String,
}

impl Leases {
    pub(super) fn new(state: Option<&Path>, machine: &str, salts: Salts) -> Self {
        let folder = state.map(|state| state.join("writers"));
        Self { folder, machine: machine.to_owned(), held: Vec::new(), salts }
    }

    /// A writer for an incident: one that has written there, else any idle one, else a new one.
    pub(super) fn lease(&mut self, inc: Uuid) -> Arc<Lease> {
        if let Some(lease) = self.held.iter().find(|lease| lease.knows(inc) && lease.take(inc)) {
            return Arc::clone(lease);
        }
        // Without a folder that can be written there is a fresh writer per process.
        self.folder = self.folder.take().filter(|folder| Disk.create_folder(folder).is_ok());
        let idle = self.idle();
        let known = idle
            .iter()
            .find(|id| self.folder.as_ref().is_some_and(|f| f.join(id).join(inc.to_string()).exists()));
        if let Some(lease) = known.and_then(|id| self.lock(id)) {
            return self.hold(lease, inc);
        }
        if let Some(lease) = self.held.iter().find(|lease| lease.take(inc)) {
            return Arc::clone(lease);
        }
        let lease = idle.iter().find_map(|id| self.lock(id)).unwrap_or_else(|| self.mint());
        self.hold(lease, inc)
    }

    /// A writer id of this process, whatever it writes.
    pub(super) fn seat(&mut self) -> String {
        match self.held.first() {
            Some(lease) => lease.id.0.clone(),
            None => self.lease(Uuid::nil()).id.0.clone(),
        }
    }

    fn hold(&mut self, lease: Lease, inc: Uuid) -> Arc<Lease> {
        lease.take(inc);
        let lease = Arc::new(lease);
        self.held.push(Arc::clone(&lease));
        lease
    }

    /// Ids with a lease file, in order; others may hold them.
    fn idle(&self) -> Vec<String> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let Ok(names) = std::fs::read_dir(folder) else { return Vec::new() };
        let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut ids: Vec<String> =
            names.filter_map(|name| name.strip_suffix(".lock").map(str::to_owned)).collect();
        ids.retain(|id| !self.held.iter().any(|lease| lease.id.0 == *id));
        ids.sort_unstable();
        ids
    }

    /// Locks the lease file of `id`, if nobody holds it and it was made on this machine.
    fn lock(&self, id: &str) -> Option<Lease> {
        let folder = self.folder.as_ref()?;
        let path = folder.join(format!("{id}.lock"));
        let mut file = Locked::alone(careful().read(true).write(true).open(&path).ok()?).ok()?;
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        let note: Note = serde_json::from_str(&text).ok()?;
        // Retired between our open and our lock: the name is gone.
        if note.machine != self.machine || !path.exists() {
            return None;
        }
        Some(lease(WriterId(id.to_owned()), Some(folder.join(id)), Some(file)))
    }

    /// A new writer: eight characters of Crockford base 32.
    fn mint(&mut self) -> Lease {
        loop {
            let id = format!("w-{}", &NounId::derive(&self.salts.draw(), 0).0[..8]);
            let Some(folder) = self.folder.clone() else { return lease(WriterId(id), None, None) };
            match self.make(&folder, &id) {
                Ok(file) => return lease(WriterId(id.clone()), Some(folder.join(id)), Some(file)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                // The state folder cannot be written: a fresh writer for this process, without memory.
                Err(_) => return lease(WriterId(id), None, None),
            }
        }
    }

    fn make(&self, folder: &Path, id: &str) -> std::io::Result<Locked> {
        let path = folder.join(format!("{id}.lock"));
        let file = careful().write(true).create_new(true).open(&path)?;
        fit_file(&file, &path)?;
        let mut file = Locked::wait(file)?;
        let note = Note { machine: self.machine.clone() };
        file.write_all(&serde_json::to_vec(&note).expect("one string"))?;
        Disk.create_folder(&folder.join(id))?;
        Ok(file)
    }

    /// Puts a writer id out of use for ever: its memory and its journal do not agree.
    pub(super) fn retire(&mut self, lease: &Arc<Lease>) {
        self.held.retain(|held| !Arc::ptr_eq(held, lease));
        if let Some(folder) = &self.folder {
            let from = folder.join(format!("{}.lock", lease.id));
            let _ = std::fs::rename(from, folder.join(format!("{}.retired", lease.id)));
        }
    }

    /// Lease files that were made on another machine and that nobody holds: they came with a copy of its disk, and are
    /// never used here. Those of this machine wait for the next process.
    pub(super) fn of_other_machines(&self) -> Vec<PathBuf> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let names =
            std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let other = |path: &PathBuf| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let note = serde_json::from_str::<Note>(&text);
            let free =
                || careful().read(true).write(true).open(path).is_ok_and(|file| Locked::alone(file).is_ok());
            path.extension().is_some_and(|end| end == "lock")
                && note.is_ok_and(|note| note.machine != self.machine)
                && free()
        };
        names.filter(other).collect()
    }

    /// Whether another living process holds the lease of `writer`.
    pub(super) fn alive_elsewhere(&self, writer: &str) -> bool {
        let Some(folder) = &self.folder else { return false };
        if self.held.iter().any(|lease| lease.id.0 == writer) {
            return false;
        }
        let open = careful().read(true).open(folder.join(format!("{writer}.lock")));
        open.is_ok_and(|file| matches!(Locked::beside(file), Err(TryLockError::WouldBlock)))
    }
}

fn lease(id: WriterId, folder: Option<PathBuf>, lock: Option<Locked>) -> Lease {
    Lease { id, folder, busy: Mutex::default(), _lock: lock }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files::Disk;

    #[test]
    fn a_memory_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory");
        let id = |k: u8| LineId([k; 32]);
        let named = |k: u8| (WriterId(format!("w-0000000{k}")), id(k));
        for memory in [
            Memory::default(),
            Memory {
                segment: 2,
                bytes: 4_194_000,
                n: u64::MAX,
                id: id(9),
                clock: Clock(-1, 7),
                named: [named(1), named(2)].into(),
                openings: vec![id(3), id(4)],
                broken: true,
                at: "/srv/\"a\" \\ b".to_owned(),
            },
        ] {
            memory.write(&Disk, &path).unwrap();
            assert_eq!(Memory::read(&Disk, &path), Some(memory));
            std::fs::remove_file(&path).unwrap();
        }
    }
}
