//! With whom a store syncs: one remote for the whole of it, and one for each set of incidents that is shared alone.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::Store;
use super::super::error::StoreError;
use super::super::files::{Disk, Files, careful, put_whole};
use super::super::index::place_name;
use super::super::line::hex;
use super::fault::SyncFault;

/// A place that others reach, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// As git takes it: a whole path, `ssh://…`, `host:path`, `https://…`.
    pub address: String,
    /// The incidents that go there and come from there; none named: all that may be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Uuid>,
}

impl Remote {
    /// Reads what a person typed. A folder becomes a whole path.
    ///
    /// # Errors
    /// What git could not reach, or would read as something else than a place.
    pub fn read(typed: &str) -> Result<Self, SyncFault> {
        let typed = typed.trim();
        let refused =
            |why: &str| SyncFault::NoRemote { what: format!("“{}”", masked(typed)), why: why.to_owned() };
        if typed.is_empty() {
            return Err(refused("it names nothing"));
        }
        if typed.starts_with('-') {
            return Err(refused("it begins like an option"));
        }
        if typed.chars().any(char::is_control) || typed.len() > 2000 {
            return Err(refused("it is no address"));
        }
        if has_password(typed) {
            return Err(refused(
                "it holds a password, which everybody on this machine could read while git runs; leave it out, and let git keep it (git help credentials)",
            ));
        }
        let address = match scheme(typed) {
            Some("ssh" | "https" | "http" | "git") => typed.to_owned(),
            Some("file") => return Self::read(typed.trim_start_matches("file://")),
            Some(_) => return Err(refused("git is not asked to go there")),
            None if is_host(typed) => typed.to_owned(),
            None => {
                let path = std::path::absolute(typed).map_err(|error| refused(&error.to_string()))?;
                path.to_str().ok_or_else(|| refused("its name is no text"))?.to_owned()
            }
        };
        Ok(Self { address, only: Vec::new() })
    }

    /// The folder it is, if it is one of this machine's.
    pub fn folder(&self) -> Option<&Path> {
        let path = Path::new(&self.address);
        path.is_absolute().then_some(path)
    }

    /// As it may be shown: without the password.
    pub fn shown(&self) -> String {
        masked(&self.address)
    }

    /// Whether the whole store goes there.
    pub fn is_whole(&self) -> bool {
        self.only.is_empty()
    }

    /// What its own files in the state folder are called after.
    pub(super) fn key(&self) -> String {
        hex(&Sha256::digest(self.address.as_bytes())[..6])
    }
}

/// `https` of `https://…`; `ext` of `ext::…`, which no one means.
fn scheme(typed: &str) -> Option<&str> {
    if let Some((scheme, _)) = typed.split_once("://") {
        return Some(scheme);
    }
    typed.split_once("::").map(|(scheme, _)| scheme)
}

/// `host:path`, as ssh is spelled; a folder that has a colon in its name is spelled `./a:b`.
fn is_host(typed: &str) -> bool {
    let Some((host, _)) = typed.split_once(':') else { return false };
    !(host.contains('/') || cfg!(windows) && host.len() == 1)
}

/// Whether `https://name:password@…` is spelled: git would be given it on its command line.
fn has_password(typed: &str) -> bool {
    let place = typed.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    place.and_then(|place| place.rsplit_once('@')).is_some_and(|(who, _)| who.contains(':'))
}

/// An address without the password in it.
fn masked(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (place, path) = rest.split_once('/').map_or((rest, None), |(place, path)| (place, Some(path)));
    let Some((who, host)) = place.rsplit_once('@') else { return address.to_owned() };
    let who = who.split_once(':').map_or(who.to_owned(), |(name, _)| format!("{name}:…"));
    let path = path.map(|path| format!("/{path}")).unwrap_or_default();
    format!("{scheme}://{who}@{host}{path}")
}

/// All remotes of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remotes {
    pub(super) remotes: Vec<Remote>,
}

/// The right to sync a store from this account, until this value is dropped.
pub(super) struct Turn {
    held: std::fs::File,
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Not only closed: a program that is just being started by another thread has it open, too.
        let _ = self.held.unlock();
    }
}

impl Store {
    /// Where everything of sync lies: beside the store, on this machine.
    pub(super) fn sync_folder(&self) -> Result<PathBuf, SyncFault> {
        let state = self.state.as_ref().ok_or(SyncFault::NoState)?;
        Ok(state.join("sync").join(place_name(&self.root)))
    }

    /// With whom this store syncs; the one for the whole of it first.
    ///
    /// # Errors
    /// A file that does not read.
    pub fn remotes(&self) -> Result<Vec<Remote>, SyncFault> {
        let Ok(folder) = self.sync_folder() else { return Ok(Vec::new()) };
        let path = folder.join("remotes.json");
        let bytes = match Disk.read(&path, 0) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::io("read", &path)(error).into()),
        };
        let read = serde_json::from_slice::<Remotes>(&bytes);
        let mut all = read.map_err(|error| StoreError::BadFile { path, why: error.to_string() })?.remotes;
        all.sort_by_key(|remote| !remote.is_whole());
        Ok(all)
    }

    pub(super) fn keep_remotes(&self, remotes: Vec<Remote>) -> Result<(), SyncFault> {
        let folder = self.sync_folder()?;
        Disk.create_folder(&folder).map_err(StoreError::io("make the folder", &folder))?;
        let path = folder.join("remotes.json");
        let mut text = serde_json::to_vec_pretty(&Remotes { remotes }).expect("plain strings and ids");
        text.push(b'\n');
        put_whole(&Disk, &path, &text).map_err(StoreError::io("write", &path))?;
        Ok(())
    }

    /// Takes the one right to sync this store from this account.
    ///
    /// # Errors
    /// [`SyncFault::Busy`] where another process has it.
    pub(super) fn sync_turn(&self) -> Result<Turn, SyncFault> {
        let folder = self.sync_folder()?;
        Disk.create_folder(&folder).map_err(StoreError::io("make the folder", &folder))?;
        let path = folder.join("lock");
        let mut options = careful();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(StoreError::io("lock", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Turn { held: file }),
            Err(_) => Err(SyncFault::Busy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_hosts_and_addresses_are_told_apart_and_nothing_else_is_reached() {
        for (typed, address) in [
            ("/srv/casebook.git", "/srv/casebook.git"),
            ("file:///srv/casebook.git", "/srv/casebook.git"),
            ("vault:casebook.git", "vault:casebook.git"),
            ("ana@vault:/srv/casebook.git", "ana@vault:/srv/casebook.git"),
            ("ssh://vault/srv/casebook.git", "ssh://vault/srv/casebook.git"),
            ("https://git.example/casebook.git", "https://git.example/casebook.git"),
        ] {
            assert_eq!(Remote::read(typed).unwrap().address, address);
        }
        assert!(Remote::read("./a:b").unwrap().folder().is_some());
        for typed in ["", "--upload-pack=x", "ext::sh -c true", "ftp://x/y", "a\nb"] {
            assert!(Remote::read(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_neither_taken_nor_shown() {
        for typed in ["https://ana:secret@git.example/casebook.git", "ssh://ana:secret@vault:22/casebook.git"]
        {
            let refused = Remote::read(typed).unwrap_err().to_string();
            assert!(refused.contains("ana:…@") && !refused.contains("secret"), "{refused}");
            assert!(refused.contains("git help credentials"), "{refused}");
        }
        for typed in ["https://ana@git.example/casebook.git", "ssh://vault:2222/srv/ana@home:1/casebook.git"]
        {
            assert_eq!(Remote::read(typed).unwrap().address, typed);
        }
    }
}
