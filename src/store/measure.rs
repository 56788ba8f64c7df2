//! A file read to its end: hashed as it streams by, watched, and stopped when told to.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::files::{Files, careful};
use super::line::hex;
use crate::model::evidence::Measured;

/// Bytes that are read, hashed and written at once.
pub(super) const STEP: usize = 1 << 20;

/// How far a file is read. A copy is read twice: while it is made, and once more to see that it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub of: u64,
}

/// Told after every step; breaks to stop, and then nothing is left behind.
pub type Watcher<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Hashes a file where it lies. Memory is bounded however long it is; its name is never trusted.
///
/// # Errors
/// Refuses what is no plain file, and what cannot be read; stops when told to.
pub fn measure(path: &Path, watch: Watcher<'_>) -> Result<Measured, StoreError> {
    let mut source = Source::open(path)?;
    let size = source.size;
    let read = source.stream(|_| Ok(()), &mut |done| watch(Progress { done, of: size }))?;
    let changed = source.changed(&read);
    Ok(Measured { sha256: read.sha256, size: read.size, vault: false, changed })
}

/// What was read.
pub(super) struct Bytes {
    pub(super) sha256: String,
    /// Bytes that were read.
    pub(super) size: u64,
}

/// A file that is read as evidence.
pub(super) struct Source {
    path: PathBuf,
    file: File,
    /// Bytes it had when it was opened.
    pub(super) size: u64,
    modified: Option<std::time::SystemTime>,
}

impl Source {
    /// Opens a plain file, and nothing else.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let about = fs::symlink_metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::NoFile { path: path.to_owned() },
            _ => StoreError::io("read", path)(error),
        })?;
        let unfit = |what| Err(StoreError::NotAFile { path: path.to_owned(), what });
        if about.is_symlink() {
            return unfit("a symbolic link");
        }
        if about.is_dir() {
            return unfit("a folder");
        }
        if !about.is_file() {
            return unfit("a device, pipe or socket");
        }
        let file = careful().read(true).open(path).map_err(StoreError::io("read", path))?;
        let about = file.metadata().map_err(StoreError::io("read", path))?;
        if !about.is_file() {
            return unfit("a device, pipe or socket");
        }
        Ok(Self { path: path.to_owned(), file, size: about.len(), modified: about.modified().ok() })
    }

    /// Reads as much as there was when it was opened: a log that grows on is read to an end.
    pub(super) fn stream(
        &mut self,
        take: impl FnMut(&[u8]) -> Result<(), StoreError>,
        watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Bytes, StoreError> {
        hash(&mut self.file, &self.path, self.size, take, watch)
    }

    /// Whether it was written to since it was opened.
    pub(super) fn changed(&self, read: &Bytes) -> bool {
        let now = self.file.metadata().ok();
        let same = now.is_some_and(|now| now.len() == self.size && now.modified().ok() == self.modified);
        !same || read.size != self.size
    }
}

/// Hashes a file of the store's own.
pub(super) fn again(
    files: &dyn Files,
    path: &Path,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Bytes, StoreError> {
    let (mut sum, mut size) = (Sha256::new(), 0);
    loop {
        let bytes = files.read_some(path, size, STEP as u64).map_err(StoreError::io("read", path))?;
        if bytes.is_empty() {
            return Ok(Bytes { sha256: hex(&sum.finalize()), size });
        }
        sum.update(&bytes);
        size += bytes.len() as u64;
        if watch(size).is_break() {
            return Err(StoreError::Stopped { path: path.to_owned() });
        }
    }
}

/// Hashes at most `most` bytes of an open file, and hands them on.
pub(super) fn hash(
    file: &mut File,
    path: &Path,
    most: u64,
    mut take: impl FnMut(&[u8]) -> Result<(), StoreError>,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Bytes, StoreError> {
    let mut sum = Sha256::new();
    let mut buffer = vec![0; STEP];
    let mut file = file.take(most);
    let mut size = 0;
    loop {
        let n = match file.read(&mut buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(StoreError::io("read", path)(error)),
        };
        if n == 0 {
            return Ok(Bytes { sha256: hex(&sum.finalize()), size });
        }
        sum.update(&buffer[..n]);
        take(&buffer[..n])?;
        size += n as u64;
        if watch(size).is_break() {
            return Err(StoreError::Stopped { path: path.to_owned() });
        }
    }
}
