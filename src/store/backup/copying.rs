//! A backup under way: what is new of each incident is copied, and read again.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::Backed;
use crate::store::Store;
use crate::store::consent;
use crate::store::error::StoreError;
use crate::store::expunge::{Planned, Touched};
use crate::store::files::{Files, beside, put_whole, write_all};
use crate::store::locate::Address;
use crate::store::measure::{Progress, STEP, Watcher};
use crate::store::part::Part;

/// How a file of the store stands to the one of the backup.
enum Stands {
    /// So many bytes of it are there, and are the same.
    Begun(u64),
    Same,
    /// These lines of it have words that were expunged here; but for them so many bytes of it are there.
    Told(Vec<Planned>, u64),
    /// Why the backup's is kept as it is.
    Other(String),
}

/// A backup under way.
pub(super) struct Copying<'a> {
    pub(super) store: &'a Store,
    pub(super) backed: Backed,
    pub(super) watch: Watcher<'a>,
    pub(super) done: u64,
}

impl Copying<'_> {
    pub(super) fn files(&self) -> &dyn Files {
        &*self.store.files
    }

    /// Copies what is new of one incident.
    pub(super) fn incident(&mut self, address: &Address, hundred: &Path) -> Result<(), StoreError> {
        // What has to be gone is gone before a copy is made of it.
        let named = self.store.named(address).unwrap_or_else(|_| address.clone());
        self.store.finish_expunging(&named)?;
        let faults = self.store.faults(&named).into_iter();
        self.backed.faults.extend(faults.map(|fault| format!("{}: {fault}", address.number)));
        let inventory = self.store.whole_inventory(address)?;
        let folder = hundred.join(address.folder.file_name().unwrap_or_default());
        // Closed before anything is in it, and again when all is.
        self.files().create_folder(&folder).map_err(StoreError::io("make the folder", &folder))?;
        let copy = Address { folder: folder.clone(), ..address.clone() };
        self.store.close_alike(&address.folder, &copy)?;
        // What whoever was here before was stopped in.
        let mut gone = Touched::default();
        self.store.finish_plan(&folder, &mut gone)?;
        // Evidence before the lines that speak of it.
        for (part, bytes) in inventory.parts.iter().rev() {
            let from = address.folder.join(part.path());
            let to = folder.join(part.path());
            let above = to.parent().unwrap_or(&folder).to_owned();
            self.files().create_folder(&above).map_err(StoreError::io("make the folder", &above))?;
            let quiet = self.backed.not.len();
            self.held_against_its_name(&named, part, (&from, &to))?;
            let told = self.backed.not.len() > quiet;
            let stands = match self.stands(part, &from, &to, *bytes)? {
                Stands::Told(planned, there) => {
                    self.take_out(&folder, &planned, &mut gone)?;
                    if there < *bytes { Stands::Begun(there) } else { Stands::Same }
                }
                other => other,
            };
            match stands {
                Stands::Same | Stands::Told(..) => self.backed.same += 1,
                Stands::Other(_) if told => {}
                Stands::Other(why) => {
                    let what = format!("{} {}: {why}; the backup keeps its own", address.number, part.path());
                    self.backed.not.push(what);
                }
                Stands::Begun(have) => {
                    self.copy((&from, &to), have, *bytes)?;
                    if part.evidence().is_some() {
                        let file = self.files().open(&to);
                        file.and_then(|mut file| file.protect())
                            .map_err(StoreError::io("write-protect", &to))?;
                    }
                    self.backed.files += 1;
                    self.backed.bytes += bytes - have;
                }
            }
        }
        self.agreed(address, &copy);
        self.forget(address, &copy, &inventory, gone)?;
        self.store.close_alike(&address.folder, &copy)?;
        for folder in [&folder, hundred] {
            self.files().sync_folder(folder).map_err(StoreError::io("sync the folder", folder))?;
        }
        Ok(())
    }

    /// What was agreed to here goes with it, and what the backup knows of that stays.
    fn agreed(&mut self, address: &Address, copy: &Address) {
        let read = consent::whole(self.files(), &address.folder);
        match read.and_then(|agreed| consent::add(self.files(), &copy.folder, &agreed)) {
            Ok(0) => {}
            Ok(bytes) => {
                self.backed.files += 1;
                self.backed.bytes += bytes;
            }
            Err(error) => self.backed.not.push(format!("{}: {error}", address.number)),
        }
    }

    /// A file that may be replaced: it is no record.
    pub(super) fn small(&mut self, from: &Path, to: &Path) -> Result<(), StoreError> {
        let bytes = self.files().read(from, 0).map_err(StoreError::io("read", from))?;
        if self.files().read(to, 0).is_ok_and(|there| there == bytes) {
            self.backed.same += 1;
            return Ok(());
        }
        let above = to.parent().unwrap_or(to);
        self.files().create_folder(above).map_err(StoreError::io("make the folder", above))?;
        put_whole(self.files(), to, &bytes).map_err(StoreError::io("write", to))?;
        self.backed.files += 1;
        self.backed.bytes += bytes.len() as u64;
        Ok(())
    }

    /// How a file stands to the one of the backup. Evidence is named after its hash, and believed by its size.
    fn stands(&mut self, part: &Part, from: &Path, to: &Path, bytes: u64) -> Result<Stands, StoreError> {
        let there = match self.files().size(to) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Stands::Begun(0)),
            Err(error) => return Err(StoreError::io("read", to)(error)),
        };
        if part.evidence().is_some() && there == bytes {
            return Ok(Stands::Same);
        }
        if let Some(at) = self.differ((from, to), 0, there.min(bytes))? {
            let planned = match part.segment() {
                Some(segment) if there <= bytes => self.expunged_since(segment, (from, to), there)?,
                _ => None,
            };
            return Ok(match planned {
                Some(planned) => Stands::Told(planned, there),
                None => Stands::Other(format!("its bytes are others there, from byte {at} on")),
            });
        }
        Ok(match there.cmp(&bytes) {
            std::cmp::Ordering::Equal => Stands::Same,
            std::cmp::Ordering::Greater => {
                Stands::Other(format!("it has {bytes} bytes here, and {there} were there before"))
            }
            std::cmp::Ordering::Less if part.segment().is_some() => Stands::Begun(there),
            std::cmp::Ordering::Less => Stands::Other(format!("it has {bytes} bytes here, {there} there")),
        })
    }

    /// Where two files begin to differ between two bytes.
    fn differ(&mut self, (a, b): (&Path, &Path), from: u64, to: u64) -> Result<Option<u64>, StoreError> {
        let mut at = from;
        while at < to {
            let step = (STEP as u64).min(to - at);
            let ours = self.files().read_some(a, at, step).map_err(StoreError::io("read", a))?;
            let theirs = self.files().read_some(b, at, step).map_err(StoreError::io("read", b))?;
            if ours != theirs || ours.is_empty() {
                let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
                return Ok(Some(at + same as u64));
            }
            at += ours.len() as u64;
            self.went(ours.len() as u64, a)?;
        }
        Ok(None)
    }

    fn went(&mut self, bytes: u64, path: &Path) -> Result<(), StoreError> {
        self.done += bytes;
        match (self.watch)(Progress { done: self.done, of: self.done }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(StoreError::Stopped { path: path.to_owned() }),
        }
    }

    /// Copies the bytes from `have` on, and reads them again.
    fn copy(&mut self, (from, to): (&Path, &Path), have: u64, bytes: u64) -> Result<(), StoreError> {
        let target = if have == 0 { beside(to) } else { to.to_owned() };
        let written = |error| StoreError::io("write", to)(error);
        if have == 0 {
            let _ = self.files().remove(&target);
        }
        let new = have == 0;
        let file = if new { self.files().create(&target) } else { self.files().open(&target) };
        let mut file = file.map_err(written)?;
        let mut at = have;
        while at < bytes {
            let step = (STEP as u64).min(bytes - at);
            let read = self.files().read_some(from, at, step).map_err(StoreError::io("read", from))?;
            if read.is_empty() {
                return Err(written(io::Error::other("the file here became shorter while it was copied")));
            }
            write_all(&mut *file, &read).map_err(written)?;
            at += read.len() as u64;
            self.went(read.len() as u64, from)?;
        }
        file.sync().map_err(written)?;
        drop(file);
        if let Some(at) = self.differ((from, &target), have, bytes)? {
            let why = format!("read again, it differs from byte {at} on: look at that disk");
            return Err(StoreError::NotABackup { path: to.to_owned(), why });
        }
        if new {
            self.files().rename_new(&target, to).map_err(written)?;
        }
        let above = to.parent().unwrap_or(to);
        self.files().sync_folder(above).map_err(StoreError::io("sync the folder", above))
    }
}
