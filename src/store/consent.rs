//! Yes, said here: what a line of the journal declares as gone is hidden wherever that line arrives, and its words are
//! taken from a disk only where the line was written or where somebody of that store agrees.
//!
//! One line of one writer would else take away everybody's words in every store that it reaches, and nobody could bring
//! them back. What was agreed to stands beside the journal and stays in this store.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Store;
use super::error::StoreError;
use super::expunge::{Declared, EXPUNGED, Touched, declared, stub, stub_of};
use super::files::{Files, put_whole};
use super::line::holds;
use super::locate::Address;
use super::reading::{Mark, pieces, segments};
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::expunge::{Expunged, Here};
use crate::model::id::LineId;

const FILE: &str = ".expunged.json";
/// Whose lock whoever writes it holds, and whoever writes over lines.
const LOCK: &str = ".expunged.lock";

/// What somebody of this store agreed to take away: lines, and evidence files by their SHA-256.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consents {
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    lines: BTreeSet<LineId>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    files: BTreeSet<String>,
    /// Lines that declare what somebody of this store declined: they hide nothing here, but what is agreed to.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    declined: BTreeSet<LineId>,
    /// The numbers that lines gave which were taken away, as they read here before: whoever declared them as gone may
    /// have named none, or others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    numbers: BTreeMap<LineId, BTreeSet<String>>,
}

/// An expungement to which nobody here agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The line that declares it.
    pub line: LineId,
    /// Who did it, and the second person.
    pub by: String,
    pub with: String,
    pub reason: String,
    /// The lines whose words stand on this disk until somebody here agrees.
    pub lines: Vec<LineId>,
    /// The lines whose words are gone here already.
    pub wordless: Vec<LineId>,
    /// The evidence files that are still here, by their SHA-256.
    pub files: Vec<String>,
}

impl Waiting {
    /// Whether nothing would be taken from this disk.
    pub fn takes_nothing(&self) -> bool {
        self.lines.is_empty() && self.files.is_empty()
    }
}

/// Where what was agreed to stands.
fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// What was agreed to, as far as it reads: of what does not, nothing is taken from the disk.
fn read(files: &dyn Files, folder: &Path) -> Consents {
    let bytes = files.read(&path(folder), 0).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The same, and never less than was agreed to: what is to be written anew is read whole or not written.
///
/// # Errors
/// A file that cannot be read, or does not read.
pub(super) fn whole(files: &dyn Files, folder: &Path) -> Result<Consents, StoreError> {
    let path = path(folder);
    match files.read(&path, 0) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::BadFile { path, why: error.to_string() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Consents::default()),
        Err(error) => Err(StoreError::io("read", &path)(error)),
    }
}

/// Takes down that these may be taken from this disk. A line that declares it need not be there yet.
pub(super) fn agree(files: &dyn Files, folder: &Path, said: &Expunged) -> Result<(), StoreError> {
    let lines = said.targets.iter().copied().collect();
    let agreed = said.files.iter().cloned().collect();
    add(files, folder, &Consents { lines, files: agreed, ..Consents::default() }).map(|_| ())
}

/// Takes down that what this line declares as gone stays here, and is shown.
pub(super) fn decline(files: &dyn Files, folder: &Path, line: LineId) -> Result<(), StoreError> {
    let declined = BTreeSet::from([line]);
    add(files, folder, &Consents { declined, ..Consents::default() }).map(|_| ())
}

/// Takes out of lines that declare what is gone what this store declined, and adds what it agreed to and which numbers
/// it knows of.
pub(super) fn as_agreed(files: &dyn Files, folder: &Path, lines: &mut [Line]) {
    let mut consents = None;
    for line in lines {
        let Event::Expunged(said) = &mut line.event else { continue };
        let consents = consents.get_or_insert_with(|| read(files, folder));
        let (lines, kept) = said.targets.iter().partition(|target| consents.lines.contains(target));
        let (files, rest): (Vec<_>, Vec<_>) =
            said.files.iter().cloned().partition(|file| consents.files.contains(file));
        said.here = Here { lines, files: files.len(), declined: None };
        if consents.declined.contains(&line.id) {
            said.here.declined = Some((kept, rest.len()));
            said.targets.clone_from(&said.here.lines);
            said.files = files;
        }
        let gave = said.targets.iter().filter_map(|target| consents.numbers.get(target));
        said.numbers.extend(gave.flatten().cloned());
    }
}

/// Alone with what was agreed to, and with writing over lines, until the answer is dropped.
///
/// # Errors
/// Where the disk fails.
pub(super) fn alone(files: &dyn Files, folder: &Path) -> Result<Box<dyn Send>, StoreError> {
    let path = folder.join(LOCK);
    files.lock(&path).map_err(StoreError::io("lock", &path))
}

/// Adds what was agreed to in this store and comes back: of an archive by its stub, into a backup of this store.
/// Answers with how many bytes were written.
///
/// # Errors
/// Those of reading what was agreed to, and where the disk fails.
pub(super) fn add(files: &dyn Files, folder: &Path, more: &Consents) -> Result<u64, StoreError> {
    if whole(files, folder)?.with(more).is_none() {
        return Ok(0);
    }
    // Somebody else may have agreed since: it is read once more when nobody can write.
    let _alone = alone(files, folder)?;
    let Some(consents) = whole(files, folder)?.with(more) else { return Ok(0) };
    let (path, text) = (path(folder), serde_json::to_vec(&consents).expect("plain strings"));
    put_whole(files, &path, &text).map_err(StoreError::io("write", &path))?;
    Ok(text.len() as u64)
}

/// The bytes with a stub in the place of every declared line, those that are stubs too, and all of them made alike.
pub(super) fn alike(bytes: &[u8], declared: &Declared) -> Vec<u8> {
    let mut all = bytes.to_vec();
    if declared.lines.is_empty() {
        return all;
    }
    pieces(bytes, &Mark::default(), |piece| {
        let Ok(envelope) = &piece.what else { return };
        let Some(by) = declared.lines.get(&envelope.id()).and_then(|by| by.first()) else { return };
        let at = usize::try_from(piece.at).unwrap_or(usize::MAX);
        if let Some(line) = stub(piece.bytes, *by)
            && let Some(place) = at.checked_add(line.len()).and_then(|end| all.get_mut(at..end))
        {
            place.copy_from_slice(&line);
        }
    });
    all
}

/// Declared lines that stand somewhere as stubs, and those that stand somewhere with their words.
#[derive(Default)]
struct Standing {
    stubs: BTreeSet<LineId>,
    whole: BTreeSet<LineId>,
}

impl Consents {
    /// These and more. `None`: that is nothing new.
    fn with(mut self, more: &Self) -> Option<Self> {
        let before = self.clone();
        self.lines.extend(more.lines.iter().copied());
        self.files.extend(more.files.iter().cloned());
        self.declined.extend(more.declined.iter().copied());
        for (line, numbers) in &more.numbers {
            self.numbers.entry(*line).or_default().extend(numbers.iter().cloned());
        }
        (self != before).then_some(self)
    }

    /// Whether nobody agreed to anything.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.files.is_empty() && self.declined.is_empty()
    }
}

impl Store {
    /// The file in which stands what was agreed to, and its bytes, as far as there is one: every backup of this store has
    /// it, also where it does not read, which `verify` says.
    pub fn agreed(&self, address: &Address) -> Option<(PathBuf, Vec<u8>)> {
        let path = path(&address.folder);
        let bytes = self.files.read(&path, 0).ok()?;
        let empty = serde_json::from_slice(&bytes).is_ok_and(|read: Consents| read.is_empty());
        (!empty).then_some((path, bytes))
    }

    /// What is declared as gone and is to be gone from this disk: what somebody agreed to here, and lines that came
    /// without their words.
    pub(super) fn carried_out(&self, folder: &Path) -> Result<Declared, StoreError> {
        let mut all = self.declared(folder)?;
        if all.lines.is_empty() && all.files.is_empty() {
            return Ok(all);
        }
        let consents = read(&*self.files, folder);
        let stand = self.standing(folder, &all)?;
        let wordless = |id: &LineId| stand.stubs.contains(id) && !stand.whole.contains(id);
        all.lines.retain(|id, _| consents.lines.contains(id) || wordless(id));
        all.files.retain(|file| consents.files.contains(file));
        Ok(all)
    }

    fn standing(&self, folder: &Path, declared: &Declared) -> Result<Standing, StoreError> {
        let (journal, mut found) = (folder.join("journal"), Standing::default());
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            let path = journal.join(&name);
            let bytes = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            pieces(&bytes, &Mark::default(), |piece| {
                let Ok(envelope) = &piece.what else { return };
                let Some(by) = declared.lines.get(&envelope.id()).and_then(|by| by.first()) else { return };
                if stub_of(piece.bytes).is_some() {
                    found.stubs.insert(envelope.id());
                } else if stub(piece.bytes, *by).is_some() {
                    found.whole.insert(envelope.id());
                }
            });
        }
        Ok(found)
    }

    /// Lines that came without their words, which others declare as gone and of which nobody here said anything.
    pub(super) fn came_without_words(&self, folder: &Path) -> BTreeSet<LineId> {
        let (Ok(all), Ok(consents)) = (self.declared(folder), whole(&*self.files, folder)) else {
            return BTreeSet::new();
        };
        let Standing { stubs, whole } = self.standing(folder, &all).unwrap_or_default();
        stubs.into_iter().filter(|id| !whole.contains(id) && !consents.lines.contains(id)).collect()
    }

    /// Expungements that wait for somebody here to agree or to decline, in the order of the lines that declare them.
    pub fn waiting(&self, address: &Address) -> Vec<Waiting> {
        let declined = read(&*self.files, &address.folder).declined;
        let mut all = self.not_carried_out(address);
        all.retain(|one| !declined.contains(&one.line) && !one.takes_nothing());
        all
    }

    /// Those, what somebody here declined, and what stands here without its words already: to all of it somebody may
    /// still agree.
    pub fn not_carried_out(&self, address: &Address) -> Vec<Waiting> {
        let folder = &address.folder;
        let Ok(all) = self.declared(folder) else { return Vec::new() };
        if all.lines.is_empty() && all.files.is_empty() {
            return Vec::new();
        }
        let consents = read(&*self.files, folder);
        let Ok(stand) = self.standing(folder, &all) else { return Vec::new() };
        let mut waiting = self.expungements(folder);
        for one in waiting.values_mut() {
            one.lines.retain(|id| !consents.lines.contains(id));
            one.wordless = one.lines.extract_if(.., |id| !stand.whole.contains(id)).collect();
            one.wordless.retain(|id| stand.stubs.contains(id));
            let here = |file: &String| self.files.size(&self.vault(address).path(file)).is_ok();
            one.files.retain(|file| !consents.files.contains(file) && here(file));
        }
        waiting.into_values().filter(|one| !one.takes_nothing() || !one.wordless.is_empty()).collect()
    }

    /// What waits, with the caches that may still say what is hidden by now taken away: they are made anew.
    pub(super) fn hidden(&self, address: &Address) -> Vec<Waiting> {
        let waiting = self.waiting(address);
        if !waiting.is_empty() {
            self.forget(address);
        }
        waiting
    }

    /// Takes the caches of an incident away.
    fn forget(&self, address: &Address) {
        let snapshot = super::snapshot::path(&address.folder);
        let _ = self.files.remove(&snapshot.with_file_name(".incident.json.spare"));
        let _ = self.files.remove(&snapshot);
        self.index().forget(&address.folder, address.id);
    }

    /// Every expungement that the journals declare, with all that it names.
    fn expungements(&self, folder: &Path) -> BTreeMap<LineId, Waiting> {
        let (journal, mut found) = (folder.join("journal"), BTreeMap::new());
        for name in segments(&*self.files, &journal, &mut Vec::new()).unwrap_or_default() {
            let bytes = self.files.read(&journal.join(name), 0).unwrap_or_default();
            let mut any = Declared::default();
            declared(&bytes, &mut any);
            if any == Declared::default() {
                continue;
            }
            pieces(&bytes, &Mark::default(), |piece| {
                let Ok(envelope) = &piece.what else { return };
                if envelope.kind == EXPUNGED
                    && holds(piece.bytes, envelope.id())
                    && let Ok(said) = serde_json::from_str::<Expunged>(envelope.data)
                {
                    found.insert(
                        envelope.id(),
                        Waiting {
                            line: envelope.id(),
                            by: envelope.by().into_owned(),
                            with: said.with,
                            reason: said.reason,
                            lines: said.targets,
                            wordless: Vec::new(),
                            files: said.files,
                        },
                    );
                }
            });
        }
        found
    }

    /// Agrees, for this store: the words are taken from its disk.
    ///
    /// # Errors
    /// Refuses what a line declares falsely; and where the disk fails: what was agreed to is finished later.
    pub fn carry_out(&self, address: &Address, which: &[Waiting]) -> Result<Touched, StoreError> {
        let lines: Vec<LineId> = which.iter().flat_map(|one| one.lines.iter().copied()).collect();
        // A false word of what is left would make the stubs look edited for ever.
        let (left, told) = (self.remains(address, &lines)?, self.declared(&address.folder)?.left);
        let untrue = |line: &LineId| {
            told.get(line).is_some_and(|told| told.values().all(|told| left.get(line) != Some(told)))
        };
        if let Some(one) = which.iter().find(|one| one.lines.iter().any(untrue)) {
            return Err(StoreError::Untrue { line: one.line.short(8).to_string() });
        }
        let incident = self.read(address)?.incident;
        let gave = |line: &LineId| {
            let numbers = BTreeSet::from_iter(incident.numbers_of(&[*line]));
            (!numbers.is_empty()).then_some((*line, numbers))
        };
        let wordless = which.iter().flat_map(|one| one.wordless.iter().copied());
        let agreed = Consents {
            numbers: lines.iter().filter_map(gave).collect(),
            lines: lines.iter().copied().chain(wordless).collect(),
            files: which.iter().flat_map(|one| one.files.iter().cloned()).collect(),
            ..Consents::default()
        };
        add(&*self.files, &address.folder, &agreed)?;
        // Before it, too: whoever is stopped in between leaves no cache that knows less than what was agreed to.
        self.forget(address);
        let touched = self.finish_expunging(address)?;
        self.forget(address);
        Ok(touched)
    }
}
