//! Who is here: one file per open screen, held by a lock as long as the screen is open.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::files::{careful, fit_file};

/// Somebody with a screen open on this store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The name they work under.
    pub by: String,
    pub host: String,
    pub since: DateTime<Utc>,
    /// The incident in front of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Uuid>,
}

/// Being here. Dropping it, or the end of the process, is leaving.
#[derive(Debug)]
pub struct Here {
    path: PathBuf,
    /// Holds the lock.
    file: File,
}

impl Here {
    /// Says what is in front of this person now.
    pub fn say(&mut self, presence: &Presence) -> Result<(), StoreError> {
        let text = serde_json::to_vec(presence).expect("plain strings");
        let mut write = || {
            self.file.rewind()?;
            self.file.set_len(0)?;
            self.file.write_all(&text)
        };
        write().map_err(StoreError::io("write", &self.path))
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Store {
    fn here_folder(&self) -> PathBuf {
        self.root.join("here")
    }

    /// Says that a screen is open: once in a process; what it shows is said by [`Here::say`].
    pub fn arrive(&self, presence: &Presence) -> Result<Here, StoreError> {
        let folder = self.here_folder();
        self.files.create_folder(&folder).map_err(StoreError::io("make the folder", &folder))?;
        let seat = self.seat();
        let (path, beside) = (folder.join(&seat), folder.join(format!(".{seat}")));
        let arrive = || {
            let _ = std::fs::remove_file(&beside);
            let mut file = careful().read(true).write(true).create_new(true).open(&beside)?;
            fit_file(&file, &beside)?;
            // Locked before it has its name: nobody can take it for one that was left behind.
            file.lock()?;
            file.write_all(&serde_json::to_vec(presence).expect("plain strings"))?;
            std::fs::rename(&beside, &path)?;
            Ok(file)
        };
        let lock = arrive().map_err(StoreError::io("write", &path))?;
        Ok(Here { path, file: lock })
    }

    /// Everybody else who is here. Files that a killed screen left behind are taken away.
    pub fn present(&self) -> Vec<Presence> {
        let folder = self.here_folder();
        let seat = self.seat();
        let Ok(names) = self.files.list(&folder) else { return Vec::new() };
        let mut present: Vec<Presence> = names
            .into_iter()
            .filter(|(name, _)| !name.starts_with('.') && *name != seat)
            .filter_map(|(name, _)| {
                let path = folder.join(name);
                let mut file = careful().read(true).open(&path).ok()?;
                if file.try_lock_shared().is_ok() {
                    let _ = std::fs::remove_file(&path);
                    return None;
                }
                let mut text = String::new();
                file.read_to_string(&mut text).ok()?;
                serde_json::from_str(&text).ok()
            })
            .collect();
        present.sort_by(|a, b| (a.since, &a.by).cmp(&(b.since, &b.by)));
        present
    }

    /// Files of screens that were killed: nobody holds their lock.
    pub(super) fn left_here(&self) -> Vec<PathBuf> {
        let folder = self.here_folder();
        let names = self.files.list(&folder).unwrap_or_default().into_iter();
        let paths = names.filter(|(name, _)| !name.starts_with('.')).map(|(name, _)| folder.join(name));
        let free = |path: &PathBuf| {
            let file = careful().read(true).open(path);
            file.is_ok_and(|file| file.try_lock_shared().is_ok())
        };
        paths.filter(free).collect()
    }
}
