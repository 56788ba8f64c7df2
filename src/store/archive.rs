//! What stays of an incident that was moved out: a stub that keeps its number, and says where it went.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Store;
use super::consent::{self, Consents};
use super::error::StoreError;
use super::files::{Files, Item, put_whole};
use super::line::hex;
use super::locate::{Address, Found, folder_name, hundreds, parse};
use super::lock::Locked;
use super::measure::{Watcher, measure};
use super::number::Number;
use super::part::FOLDERS;
use crate::incident::Incident;
use crate::model::evidence::Measured;

/// How the name of a stub goes on after the name of the folder.
const STUB: &str = ".archived.json";
/// Moved aside, and not yet held against the archive once more.
const OUT: &str = ".out-";
/// Held against it: only to be taken away.
const GONE: &str = ".gone-";
const FORMAT: &str = "casebook-archived/1";

/// An incident that was packed, read again and moved out of the store. While its folder is still there, the
/// archive is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Which shape the stub has.
    pub format: String,
    pub number: String,
    pub id: Uuid,
    /// `None`: it is encrypted or restricted, and its title is nobody's business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When and by whom (UTC).
    pub at: DateTime<Utc>,
    pub by: String,
    /// Where the file was put, as a whole path, with its bytes and SHA-256 (64 hex digits).
    pub file: PathBuf,
    pub bytes: u64,
    pub sha256: String,
    /// Whether only the holder of a key can read it.
    pub encrypted: bool,
    /// Whether only some might read the incident: then its stub is its owner's alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// Head code of the record, and how many lines that is.
    pub head: String,
    pub lines: u64,
    /// See [`Store::contents`].
    pub contents: String,
    /// What somebody of this store agreed to take away: no archive carries it, so that it comes from nobody else.
    #[serde(default, skip_serializing_if = "Consents::is_empty")]
    pub agreed: Consents,
    /// Lines that were not sent when it was moved out, by whom it syncs with, as that is shown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unsent: BTreeMap<String, u64>,
}

impl Archived {
    /// Of a record that was packed; where and how is filled in by whoever packed it.
    pub fn new(address: &Address, at: DateTime<Utc>, by: &str) -> Self {
        Self {
            format: FORMAT.into(),
            number: address.number.clone(),
            id: address.id,
            title: None,
            at,
            by: by.to_owned(),
            file: PathBuf::new(),
            bytes: 0,
            sha256: String::new(),
            encrypted: false,
            restricted: false,
            head: String::new(),
            lines: 0,
            contents: String::new(),
            agreed: Consents::default(),
            unsent: BTreeMap::new(),
        }
    }

    fn read(files: &dyn Files, path: &Path) -> Option<Self> {
        let stub: Self = serde_json::from_slice(&files.read(path, 0).ok()?).ok()?;
        (stub.format == FORMAT).then_some(stub)
    }
}

/// What is left of a move that was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// Nothing was.
    None,
    /// The move was finished now.
    Finished,
    /// What had been moved aside was not what the archive holds: it is in its place again.
    PutBack,
}

/// The stub of an incident's folder.
pub(super) fn stub_path(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!("{name}{STUB}"))
}

/// Whether a file is the stub of an incident that not everybody might read.
#[cfg(unix)]
pub(super) fn is_of_restricted(files: &dyn Files, path: &Path) -> bool {
    let stub = path.to_str().is_some_and(|path| path.ends_with(STUB));
    stub && Archived::read(files, path).is_none_or(|stub| stub.restricted)
}

/// Takes a file from the group of a shared store.
fn own(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    let _ = path;
    Ok(())
}

/// Where a folder lies while it is moved out.
fn aside(root: &Path, folder: &Path, word: &str) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    root.join("incidents").join(format!("{word}{name}"))
}

/// The stubs in one hundred, by the folders they stand for.
pub(super) fn stubs(files: &dyn Files, hundred: &Path) -> Vec<Found> {
    let names = files.list(hundred).unwrap_or_default();
    let names = names.into_iter().filter(|(_, item)| *item == Item::File);
    let found = names.filter_map(|(name, _)| {
        let name = name.strip_suffix(STUB)?;
        let (number, tail) = parse(name)?;
        Some(Found { number, tail: tail.to_owned(), folder: hundred.join(name) })
    });
    found.collect()
}

/// One hash over parts: their paths, bytes and hashes, in the order of the inventory.
pub fn contents<'a>(parts: impl Iterator<Item = (&'a str, u64, &'a str)>) -> String {
    let mut sum = Sha256::new();
    for (path, bytes, sha256) in parts {
        sum.update(format!("{path} {bytes} {sha256}\n"));
    }
    hex(&sum.finalize())
}

/// The right to archive one incident, or to write a backup into a folder, held until it is dropped or the process ends.
#[derive(Debug)]
pub struct Turn(#[allow(dead_code, reason = "it holds the lock")] Option<Locked>);

/// The right to a folder. `None`: somebody else is at it.
pub(super) fn turn(folder: &Path) -> Option<Turn> {
    // Where a folder cannot be locked, whoever writes there still writes nothing over.
    let Ok(folder) = std::fs::File::open(folder) else { return Some(Turn(None)) };
    match Locked::alone(folder) {
        Err(std::fs::TryLockError::WouldBlock) => None,
        Ok(folder) => Some(Turn(Some(folder))),
        Err(std::fs::TryLockError::Error(_)) => Some(Turn(None)),
    }
}

impl Store {
    /// The right to archive this incident. `None`: somebody else is at it.
    pub fn turn(&self, address: &Address) -> Option<Turn> {
        turn(&address.folder)
    }

    /// The incidents that were moved out, the newest number first.
    ///
    /// # Errors
    /// A folder of the store that cannot be read.
    pub fn archived(&self) -> Result<Vec<Archived>, StoreError> {
        let mut all = Vec::new();
        for hundred in hundreds(&*self.files, &self.root)? {
            let mut here = stubs(&*self.files, &hundred);
            here.retain(|found| self.files.list(&found.folder).is_err());
            here.sort_by_key(|found| std::cmp::Reverse(found.number));
            all.extend(
                here.iter().filter_map(|found| Archived::read(&*self.files, &stub_path(&found.folder))),
            );
        }
        Ok(all)
    }

    /// The stub beside an incident's folder, whether the folder is there or not.
    pub fn stub(&self, folder: &Path) -> Option<Archived> {
        Archived::read(&*self.files, &stub_path(folder))
    }

    /// The stub that was found.
    pub(super) fn stub_there(&self, found: &Found) -> Result<Archived, StoreError> {
        let path = stub_path(&found.folder);
        self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
        let bad = || StoreError::BadFile { path: path.clone(), why: "it is no stub of an archive".into() };
        Archived::read(&*self.files, &path).ok_or_else(bad)
    }

    /// Where an incident that was moved out would stand.
    ///
    /// # Errors
    /// A stub whose number is none.
    pub fn place_of(&self, stub: &Archived) -> Result<PathBuf, StoreError> {
        let number: Number = stub.number.parse().map_err(|_| StoreError::BadFile {
            path: stub.file.clone(),
            why: format!("“{}” is no number", stub.number),
        })?;
        let hundred = self.root.join("incidents").join(number.hundred());
        Ok(hundred.join(folder_name(&number, stub.id)))
    }

    /// What lies in an incident's folder and is neither part of the record nor a cache of it.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn strange(&self, address: &Address) -> Result<Vec<String>, StoreError> {
        let mut strange = self.inventory(address)?.strange;
        let names = self.files.list(&address.folder);
        let names = names.map_err(StoreError::io("read the folder", &address.folder))?;
        let ours = |name: &str| name == "incident.json" || name.starts_with('.') || FOLDERS.contains(&name);
        strange.extend(names.into_iter().map(|(name, _)| name).filter(|name| !ours(name)));
        Ok(strange)
    }

    /// One hash over the names, sizes and hashes of all parts of an incident: two of the same contents are the
    /// same record.
    ///
    /// # Errors
    /// What cannot be read; [`StoreError::Stopped`] where `watch` says so.
    pub fn contents(&self, address: &Address, watch: Watcher<'_>) -> Result<String, StoreError> {
        let mut parts = Vec::new();
        for (part, _) in self.inventory(address)?.parts {
            let measured = measure(&address.folder.join(part.path()), watch)?;
            parts.push((part.path().to_owned(), measured.size, measured.sha256));
        }
        Ok(contents(parts.iter().map(|(path, bytes, sha256)| (path.as_str(), *bytes, sha256.as_str()))))
    }

    /// Puts the stub beside the folder. From here on the archive is under way; nothing else has changed.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn leave_stub(&self, address: &Address, archived: &Archived) -> Result<(), StoreError> {
        let path = stub_path(&address.folder);
        let agreed = consent::whole(&*self.files, &address.folder)?;
        let archived = &Archived { agreed, ..archived.clone() };
        let mut text = serde_json::to_vec(archived).expect("plain strings, numbers and a path of text");
        text.push(b'\n');
        put_whole(&*self.files, &path, &text).map_err(StoreError::io("write", &path))?;
        match archived.restricted {
            // It has no title, so nobody reads one in between.
            true => own(&path).map_err(StoreError::io("change the rights of", &path)),
            false => Ok(()),
        }
    }

    /// Whether not everybody may read an incident who may read the store, by its record or its folder.
    pub fn restricted(&self, address: &Address, incident: &Incident) -> bool {
        incident.readers().is_some() || self.closed_to_some(&address.folder)
    }

    /// Moves the folder of an incident out of the store, which its stub says is packed in a file. It is held
    /// against the stub once more when nobody can find it any longer.
    ///
    /// # Errors
    /// Where the disk fails; and where somebody wrote meanwhile: then it stays in its place.
    pub fn move_out(
        &self,
        address: &Address,
        archived: &Archived,
        watch: Watcher<'_>,
    ) -> Result<(), StoreError> {
        let out = aside(&self.root, &address.folder, OUT);
        self.shift(&address.folder, &out)?;
        match self.settle_out(&address.folder, archived, watch)? {
            Leftover::PutBack => Err(StoreError::NotArchived {
                number: address.number.clone(),
                why: "somebody wrote in it while it was packed, or its file is not the one that was packed"
                    .into(),
            }),
            _ => Ok(()),
        }
    }

    /// Finishes a move of this folder that was stopped, if one was.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn finish_move(
        &self,
        folder: &Path,
        archived: &Archived,
        watch: Watcher<'_>,
    ) -> Result<Leftover, StoreError> {
        let there = |word| self.files.list(&aside(&self.root, folder, word)).is_ok();
        if there(OUT) {
            return self.settle_out(folder, archived, watch);
        }
        if there(GONE) {
            self.clear(&aside(&self.root, folder, GONE))?;
            return Ok(Leftover::Finished);
        }
        Ok(Leftover::None)
    }

    /// What lies aside is taken away if it is what was packed, else put back.
    fn settle_out(
        &self,
        folder: &Path,
        archived: &Archived,
        watch: Watcher<'_>,
    ) -> Result<Leftover, StoreError> {
        let (out, gone) = (aside(&self.root, folder, OUT), aside(&self.root, folder, GONE));
        let lies = Address { id: archived.id, number: archived.number.clone(), folder: out.clone() };
        match self.contents(&lies, watch) {
            Ok(contents) if contents == archived.contents => {}
            same => {
                self.shift(&out, folder)?;
                return same.map(|_| Leftover::PutBack);
            }
        }
        // The last look before nothing but the file is left.
        let whole = |file: Measured| (file.size, &file.sha256) == (archived.bytes, &archived.sha256);
        if !measure(&archived.file, watch).is_ok_and(whole) {
            self.shift(&out, folder)?;
            return Ok(Leftover::PutBack);
        }
        if self.files.list(&gone).is_ok() {
            self.clear(&gone)?;
        }
        self.shift(&out, &gone)?;
        self.clear(&gone)?;
        self.index().forget(folder, archived.id);
        Ok(Leftover::Finished)
    }

    /// Moves a folder within the store, and forces both ends to the disk.
    fn shift(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        self.files.rename(from, to).map_err(StoreError::io("move", from))?;
        for end in [from, to] {
            let above = end.parent().unwrap_or(end);
            self.files.sync_folder(above).map_err(StoreError::io("sync the folder", above))?;
        }
        Ok(())
    }

    /// Takes a folder away with all that is in it.
    fn clear(&self, folder: &Path) -> Result<(), StoreError> {
        for (name, item) in self.files.list(folder).map_err(StoreError::io("read the folder", folder))? {
            let path = folder.join(name);
            match item {
                Item::Folder => self.clear(&path)?,
                Item::File | Item::Link | Item::Other => {
                    self.files.remove(&path).map_err(StoreError::io("take away", &path))?;
                }
            }
        }
        self.files.remove_folder(folder).map_err(StoreError::io("take away", folder))
    }

    /// Takes away the stub of an incident that is back.
    pub(super) fn drop_stub(&self, folder: &Path) {
        let _ = self.files.remove(&stub_path(folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_of_a_stub_is_pinned() {
        let address = Address { id: Uuid::nil(), number: "INC-2026-0007".into(), folder: PathBuf::new() };
        let at = DateTime::parse_from_rfc3339("2026-11-22T10:00:00Z").unwrap().to_utc();
        let stub = Archived {
            title: Some("Lost stick".into()),
            file: "/b/INC-2026-0007.tar.zst".into(),
            head: "7f3a-91c2-08de-b5a4".into(),
            ..Archived::new(&address, at, "ana")
        };
        assert_eq!(
            serde_json::to_string(&stub).unwrap(),
            concat!(
                r#"{"format":"casebook-archived/1","number":"INC-2026-0007","#,
                r#""id":"00000000-0000-0000-0000-000000000000","title":"Lost stick","at":"2026-11-22T10:00:00Z","#,
                r#""by":"ana","file":"/b/INC-2026-0007.tar.zst","bytes":0,"sha256":"","encrypted":false,"#,
                r#""head":"7f3a-91c2-08de-b5a4","lines":0,"contents":""}"#,
            )
        );
    }
}
