//! The whole store copied to another folder, which is a store itself: only what is new is written, and read again.

mod copying;
mod evidence;
mod gone;

use std::io;
use std::path::{Path, PathBuf};

use super::Store;
use super::archive::{Turn, stub_path, stubs, turn};
use super::error::StoreError;
use super::files::{careful, put_whole};
use super::journal::segment_of;
use super::line::{Envelope, LIMIT, holds};
use super::locate::{Address, hundreds, in_hundred};
use super::measure::Watcher;
use super::number::Format;
use super::part::{Inventory, Part};
use copying::Copying;

/// What a backup holds now, and what it took to get there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backed {
    /// Incidents of the store that are in it.
    pub incidents: usize,
    /// Files that were written or grew, and the bytes that came.
    pub files: usize,
    pub bytes: u64,
    /// Files that were there as they are.
    pub same: usize,
    /// Incidents that only the backup has: archived or lost here. They stay.
    pub only_there: Vec<String>,
    /// What was expunged here and is now gone from it, too, a sentence each.
    pub expunged: Vec<String>,
    /// What is altered or missing in the records here, and is so in the backup, a sentence each.
    pub faults: Vec<String>,
    /// What is not in it as it is here, and why, a sentence each.
    pub not: Vec<String>,
}

/// A file of the store that is no incident's, by its place in it, with `/` between the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loose {
    pub path: String,
    pub contents: Vec<u8>,
}

impl Store {
    /// The id of this store.
    ///
    /// # Errors
    /// Where there is no store yet, or it cannot be read.
    pub fn name(&self) -> Result<uuid::Uuid, StoreError> {
        let none = || StoreError::NotABackup {
            path: self.root.clone(),
            why: "there is no store yet to copy".to_owned(),
        };
        Ok(Format::read(&*self.files, &self.root)?.ok_or_else(none)?.store)
    }

    /// `FORMAT.json`, and the stubs of archived incidents.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn loose(&self) -> Result<Vec<Loose>, StoreError> {
        let mut paths = vec![self.root.join("FORMAT.json")];
        for hundred in hundreds(&*self.files, &self.root)? {
            paths.extend(stubs(&*self.files, &hundred).into_iter().map(|stub| stub_path(&stub.folder)));
        }
        let read = |path: PathBuf| {
            let contents = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            Ok(Loose { path: self.place_in(&path), contents })
        };
        paths.into_iter().map(read).collect()
    }

    /// A path in the store, from its root on, with `/` between the steps.
    pub fn place_in(&self, path: &Path) -> String {
        let inner = path.strip_prefix(&self.root).unwrap_or(path);
        let steps: Vec<_> = inner.iter().map(|step| step.to_string_lossy()).collect();
        steps.join("/")
    }

    /// The bytes of a file by its place in the store; links are not followed.
    ///
    /// # Errors
    /// Those of opening.
    pub fn open_place(&self, place: &str) -> io::Result<impl io::Read + use<>> {
        careful().read(true).open(self.root.join(place))
    }

    /// Everything an incident consists of, journals up to their last whole line.
    ///
    /// # Errors
    /// Those of [`Store::inventory`].
    pub fn whole_inventory(&self, address: &Address) -> Result<Inventory, StoreError> {
        let mut inventory = self.inventory(address)?;
        let last = |at: usize| last_of_writer(&inventory.parts[at].0, &inventory.parts);
        for at in (0..inventory.parts.len()).filter(|at| last(*at)).collect::<Vec<_>>() {
            let (part, bytes) = &inventory.parts[at];
            let whole = self.whole_lines(&address.folder.join(part.path()), *bytes)?;
            inventory.parts[at].1 = whole;
        }
        Ok(inventory)
    }

    /// Bytes up to the end of the last whole line.
    fn whole_lines(&self, path: &Path, bytes: u64) -> Result<u64, StoreError> {
        let from = bytes.saturating_sub(LIMIT as u64 + 1);
        let end = self.files.read_some(path, from, bytes - from).map_err(StoreError::io("read", path))?;
        let after = end.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let tail = &end[after..];
        // A complete line counts without its newline.
        if tail.is_empty() || Envelope::read(tail).is_ok_and(|line| holds(tail, line.id())) {
            return Ok(bytes);
        }
        Ok(from + after as u64)
    }

    /// Copies the store into a folder: a new one, or one that holds an earlier backup of this store. Nothing in it
    /// is ever taken away or written over. Journals are copied up to their last whole line.
    ///
    /// # Errors
    /// A folder in the store, one that holds something else, and a disk that fails. What was copied before stays,
    /// and the next backup goes on from there.
    pub fn backup(&self, to: &Path, watch: Watcher<'_>) -> Result<Backed, StoreError> {
        let (to, _turn) = self.fit_for_backup(to)?;
        let mut copying = Copying { store: self, backed: Backed::default(), watch, done: 0 };
        let mut names = Vec::new();
        for hundred in hundreds(&*self.files, &self.root)? {
            let there = to.join(hundred.strip_prefix(&self.root).unwrap_or(&hundred));
            for found in in_hundred(&*self.files, &hundred)? {
                let number = found.number.to_string();
                names.push(found.folder.clone());
                // The id plays no part here: what is copied is the folder.
                let address = Address { id: uuid::Uuid::nil(), number, folder: found.folder };
                let copied = copying.incident(&address, &there);
                match copied.map_err(|error| super::locate::restricted(error, &address.number)) {
                    Ok(()) => copying.backed.incidents += 1,
                    Err(error @ (StoreError::Stopped { .. } | StoreError::NotABackup { .. })) => {
                        return Err(error);
                    }
                    Err(error) if full(&error) => return Err(error),
                    Err(error) => copying.backed.not.push(format!("{}: {error}", address.number)),
                }
            }
            for stub in stubs(&*self.files, &hundred) {
                let stub = stub_path(&stub.folder);
                copying.small(&stub, &there.join(stub.file_name().unwrap_or_default()))?;
            }
        }
        let mut backed = copying.backed;
        for hundred in hundreds(&*self.files, &to)? {
            let here = self.root.join(hundred.strip_prefix(&to).unwrap_or(&hundred));
            let found = in_hundred(&*self.files, &hundred)?.into_iter();
            let only = found
                .filter(|found| !names.contains(&here.join(found.folder.file_name().unwrap_or_default())));
            backed.only_there.extend(only.map(|found| found.number.to_string()));
        }
        self.copy_format(&to)?;
        Ok(backed)
    }

    /// Whether a path lies in the store, or the store in it, wherever links lead.
    ///
    /// # Errors
    /// What cannot be looked at.
    pub fn overlaps(&self, path: &Path) -> Result<bool, StoreError> {
        let root = whole(&self.root).map_err(StoreError::io("open", &self.root))?;
        let path = whole(path).map_err(StoreError::io("open", path))?;
        Ok(path.starts_with(&root) || root.starts_with(&path))
    }

    /// The folder of a backup, made if it is new, with the name of this store in it; and the right to write there.
    fn fit_for_backup(&self, to: &Path) -> Result<(PathBuf, Turn), StoreError> {
        let no = |why: &str| StoreError::NotABackup { path: to.to_owned(), why: why.to_owned() };
        let Some(ours) = Format::read(&*self.files, &self.root)? else {
            return Err(no("there is no store yet to copy"));
        };
        if self.overlaps(to)? {
            return Err(no("a backup lies outside the store"));
        }
        let to = whole(to).map_err(StoreError::io("open", to))?;
        if to.metadata().is_ok_and(|about| !about.is_dir()) {
            return Err(no("it is a file, and a file of a backup ends in .tar.zst"));
        }
        self.files.create_folder(&to).map_err(StoreError::io("make the folder", &to))?;
        let Some(turn) = turn(&to) else {
            return Err(no("another backup is being written there just now"));
        };
        let names = self.files.list(&to).map_err(StoreError::io("read the folder", &to))?;
        if !names.is_empty() {
            return match Format::read(&*self.files, &to) {
                Ok(Some(theirs)) if theirs.store == ours.store => Ok((to, turn)),
                Ok(Some(_)) => Err(no("it holds another store")),
                _ => Err(no("it is not empty, and what it holds is no backup")),
            };
        }
        self.copy_format(&to)?;
        Ok((to, turn))
    }

    /// `FORMAT.json` as it is now: the highest numbers go with it.
    fn copy_format(&self, to: &Path) -> Result<(), StoreError> {
        let from = self.root.join("FORMAT.json");
        let bytes = self.files.read(&from, 0).map_err(StoreError::io("read", &from))?;
        let path = to.join("FORMAT.json");
        put_whole(&*self.files, &path, &bytes).map_err(StoreError::io("write", &path))
    }
}

/// A path without links, as far as it is there.
fn whole(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let there = path.ancestors().find(|path| path.exists()).unwrap_or(&path).to_owned();
    let rest = path.strip_prefix(&there).unwrap_or(Path::new(""));
    let there = std::fs::canonicalize(&there)?;
    // A file that something empty is joined to ends in a slash, and is none any more.
    Ok(if rest.as_os_str().is_empty() { there } else { there.join(rest) })
}

/// Whether the disk has no room: nothing else would go, either.
fn full(error: &StoreError) -> bool {
    use io::ErrorKind as K;
    matches!(error, StoreError::Io { source, .. }
        if matches!(source.kind(), K::StorageFull | K::QuotaExceeded | K::ReadOnlyFilesystem | K::FileTooLarge))
}

/// Whether a part is the segment that its writer may still append to.
fn last_of_writer(part: &Part, parts: &[(Part, u64)]) -> bool {
    let Some((writer, number)) = part.segment().and_then(segment_of) else { return false };
    !parts
        .iter()
        .filter_map(|(other, _)| segment_of(other.segment()?))
        .any(|(w, n)| w == writer && n > number)
}
