//! Copies of the store that this machine knows of: backups it made, and what git keeps for syncing.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Store;
use super::expunge::stub_of;
use super::index::place_name;
use super::locate::Address;
use super::reading::{Mark, pieces, segments};
use crate::model::id::LineId;

/// So many places are remembered, the latest.
const MOST: usize = 200;

/// A backup that was made from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// Its folder or its file, as a whole path.
    pub path: PathBuf,
    /// When it was made last (UTC).
    pub at: DateTime<Utc>,
}

impl BackedUp {
    /// Whether it is one file, which no later backup can touch.
    pub fn is_file(&self) -> bool {
        self.path.is_file()
    }
}

impl Store {
    fn backups_file(&self) -> Option<PathBuf> {
        Some(self.state.as_ref()?.join(format!("backups-{}.json", place_name(&self.root))))
    }

    /// The backups that were made from here and are still where they were put, the latest last.
    pub fn backups(&self) -> Vec<BackedUp> {
        let mut all = self.noted();
        all.retain(|known| known.path.symlink_metadata().is_ok());
        all
    }

    fn noted(&self) -> Vec<BackedUp> {
        let Some(path) = self.backups_file() else { return Vec::new() };
        let bytes = self.files.read(&path, 0).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Notes where a backup was made, so that whoever takes words away for good is told. Where it cannot be kept, nothing
    /// is lost but that.
    pub fn note_backup(&self, path: &Path, at: DateTime<Utc>) {
        let Some(file) = self.backups_file() else { return };
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut all = self.noted();
        all.retain(|known| known.path != path);
        all.push(BackedUp { path, at });
        let rest = all.split_off(all.len().saturating_sub(MOST));
        if let Some(folder) = file.parent()
            && self.files.create_folder(folder).is_ok()
            && let Ok(text) = serde_json::to_vec(&rest)
        {
            let _ = self.files.replace(&file, &text);
        }
    }

    /// Whether the folder of a backup still has one of these lines with its words, or one of these files of the vault.
    pub fn backup_keeps(&self, backup: &Path, address: &Address, lines: &[LineId], files: &[String]) -> bool {
        let folder = backup.join(self.place_in(&address.folder));
        let copy = Address { folder: folder.clone(), ..address.clone() };
        if files.iter().any(|file| self.files.size(&self.vault(&copy).path(file)).is_ok()) {
            return true;
        }
        let journal = folder.join("journal");
        let mut keeps = false;
        for name in segments(&*self.files, &journal, &mut Vec::new()).unwrap_or_default() {
            let bytes = self.files.read(&journal.join(name), 0).unwrap_or_default();
            pieces(&bytes, &Mark::default(), |piece| {
                let Ok(envelope) = &piece.what else { return };
                keeps |= lines.contains(&envelope.id()) && stub_of(piece.bytes).is_none();
            });
        }
        keeps
    }

    /// The repositories in which git keeps what was exchanged with others, under this person's state.
    pub fn sync_copies(&self) -> Vec<PathBuf> {
        let Some(state) = &self.state else { return Vec::new() };
        let folder = state.join("sync").join(place_name(&self.root));
        let names = self.files.list(&folder).unwrap_or_default().into_iter();
        let git = names.filter(|(name, _)| name.ends_with(".git") && name != "look.git");
        git.map(|(name, _)| folder.join(name)).collect()
    }
}
