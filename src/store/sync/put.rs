//! What was found good, put on the disk: evidence and seals before the lines that speak of them.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::super::Store;
use super::super::adopt::{Keep, readers};
use super::super::error::StoreError;
use super::super::expunge::holds_words;
use super::super::files::{beside, write_all};
use super::super::line::hex;
use super::super::locate::Address;
use super::super::number::Number;
use super::super::part::Part;
use super::super::sharing::Rights;

/// How the kind of a line stands in it that says who may read the incident.
const RESTRICTED: &[u8] = br#""kind":"restricted""#;

/// How the kind of a line stands in it that says what is gone.
pub(super) const EXPUNGED: &[u8] = br#""kind":"expunged""#;

/// What is to be put on the disk.
pub(super) struct Parts {
    /// The incident is in this store already.
    pub(super) here: bool,
    /// Name, the size it has if it is here, what is added.
    pub(super) segments: Vec<(String, Option<u64>, Vec<u8>)>,
    pub(super) files: BTreeMap<Part, Vec<u8>>,
    /// Some of its lines or files are to be gone from this disk.
    pub(super) expunges: bool,
}

impl Parts {
    /// Whether a line of them has these words.
    fn have(&self, words: &[u8]) -> bool {
        self.segments.iter().any(|(_, _, bytes)| holds_words(bytes, words))
    }

    /// Whether a line of them declares what is gone.
    pub(super) fn declare(&self) -> bool {
        self.have(EXPUNGED)
    }
}

impl Store {
    /// Puts what was found good into this store. `again`: it failed before, perhaps behind the last line.
    pub(super) fn put(
        &self,
        address: &Address,
        number: Number,
        parts: Parts,
        again: bool,
    ) -> Result<Rights, StoreError> {
        if !parts.here {
            return self.put_new(address, number, parts);
        }
        let (expunges, restricts) = (parts.expunges || again, again || parts.have(RESTRICTED));
        self.put_on(&address.folder, parts)?;
        if expunges {
            self.finish_expunging(address)?;
        }
        // Who may read it is said by its record, as with an import.
        match restricts {
            true => Ok(self.close_as_said(address, readers(self, address)?.as_ref())),
            false => Ok(Rights::OfStore),
        }
    }

    /// An incident that was not here.
    fn put_new(&self, address: &Address, number: Number, parts: Parts) -> Result<Rights, StoreError> {
        let mut adopting = self.adopt(number, address.id, Keep::All)?;
        let segments = parts
            .segments
            .into_iter()
            .filter_map(|(name, _, bytes)| Some((Part::read(&format!("journal/{name}"))?, bytes)));
        for (part, bytes) in segments.chain(parts.files) {
            let sum = hex(&Sha256::digest(&bytes));
            adopting.take(&part, bytes.len() as u64, &sum, &mut bytes.as_slice())?;
        }
        Ok(adopting.ready()?.settle()?.rights)
    }

    /// More of an incident that is here.
    fn put_on(&self, folder: &Path, parts: Parts) -> Result<(), StoreError> {
        for (part, bytes) in parts.files {
            self.put_file(folder, &part, &bytes)?;
        }
        let journal = folder.join("journal");
        let mut new = false;
        for (name, from, bytes) in parts.segments {
            let path = journal.join(&name);
            let append = || {
                let mut file = match from {
                    Some(_) => self.files.open(&path)?,
                    None => self.files.create(&path)?,
                };
                if file.size()? != from.unwrap_or(0) {
                    return Err(std::io::Error::other(
                        "somebody wrote to it meanwhile; give the command again",
                    ));
                }
                write_all(&mut *file, &bytes)?;
                file.sync()
            };
            append().map_err(StoreError::io("write", &path))?;
            new |= from.is_none();
        }
        if new {
            self.files.sync_folder(&journal).map_err(StoreError::io("sync the folder", &journal))?;
        }
        Ok(())
    }

    /// A file that nobody adds to, whole.
    fn put_file(&self, folder: &Path, part: &Part, bytes: &[u8]) -> Result<(), StoreError> {
        let path = folder.join(part.path());
        let above = path.parent().unwrap_or(folder);
        self.files.create_folder(above).map_err(StoreError::io("make the folder", above))?;
        let write = || {
            let stage = beside(&path);
            let _ = self.files.remove(&stage);
            let mut file = self.files.create(&stage)?;
            write_all(&mut *file, bytes)?;
            if part.evidence().is_some() {
                file.protect()?;
            }
            file.sync()?;
            self.files.rename_new(&stage, &path)?;
            above
                .ancestors()
                .take_while(|path| path.starts_with(folder))
                .try_for_each(|path| self.files.sync_folder(path))
        };
        write().map_err(StoreError::io("write", &path))
    }
}
