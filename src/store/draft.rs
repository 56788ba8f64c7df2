//! What is being typed, kept on this machine after every batch of input, and found again after a stop.

use std::path::PathBuf;
use std::sync::PoisonError;

use uuid::Uuid;

use super::Store;
use super::error::StoreError;

/// Where a draft belongs: an incident, or one that is not open yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    New,
    Of(Uuid),
}

/// A draft of a process that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub slot: Slot,
    /// The words, in the shape the screen gave them.
    pub text: String,
    path: PathBuf,
}

impl Slot {
    fn name(self, writer: &str) -> String {
        match self {
            Slot::New => format!("new.{writer}"),
            Slot::Of(id) => format!("{id}.{writer}"),
        }
    }

    fn read(name: &str) -> Option<(Self, &str)> {
        let (slot, writer) = name.split_once('.')?;
        let slot = if slot == "new" { Slot::New } else { Slot::Of(Uuid::try_parse(slot).ok()?) };
        Some((slot, writer))
    }
}

impl Store {
    fn draft_folder(&self) -> Option<PathBuf> {
        Some(self.state.as_ref()?.join("drafts"))
    }

    /// Keeps what is being typed. Empty text takes the draft away. Without a state folder there is nowhere
    /// to keep it.
    pub fn keep_draft(&self, slot: Slot, text: &str) -> Result<(), StoreError> {
        let Some(folder) = self.draft_folder() else { return Ok(()) };
        let path = folder.join(slot.name(&self.seat()));
        if text.is_empty() {
            return match self.files.remove(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(StoreError::io("take away the draft", &path)(error))
                }
                _ => Ok(()),
            };
        }
        self.files.create_folder(&folder).map_err(StoreError::io("make the folder", &folder))?;
        self.files.replace(&path, text.as_bytes()).map_err(StoreError::io("keep the draft", &path))
    }

    /// Drafts that no living process is typing: of this one from before, and of those that are gone.
    pub fn drafts(&self) -> Vec<Kept> {
        let Some(folder) = self.draft_folder() else { return Vec::new() };
        let Ok(names) = self.files.list(&folder) else { return Vec::new() };
        let leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Kept> = names
            .into_iter()
            .filter_map(|(name, _)| {
                let (slot, writer) = Slot::read(&name)?;
                if leases.alive_elsewhere(writer) {
                    return None;
                }
                let path = folder.join(&name);
                let text = String::from_utf8(self.files.read(&path, 0).ok()?).ok()?;
                Some(Kept { slot, text, path })
            })
            .collect();
        found.sort_by(|a, b| (a.slot, &a.path).cmp(&(b.slot, &b.path)));
        found
    }

    /// Takes a found draft away, once its words are in a form again or were declined.
    pub fn drop_draft(&self, kept: &Kept) -> Result<(), StoreError> {
        self.files.remove(&kept.path).map_err(StoreError::io("take away the draft", &kept.path))
    }
}
