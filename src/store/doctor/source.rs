//! Where else lines and evidence of an incident may be: a rescue file, a copy of the store, a bundle.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::Store;
use super::super::adopt::{Adopted, Keep};
use super::super::beside::patient;
use super::super::error::StoreError;
use super::super::files::Item;
use super::super::line::incident_in;
use super::super::locate::{self, Address};

/// The most bytes that are read of one file: 64 MiB.
const MOST: u64 = 64 << 20;

/// A place with journals.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// For people.
    pub name: String,
    /// Lines that were kept there because this store could not take them: both sides of a fork are wanted.
    pub rescue: bool,
    /// The bytes of its journals.
    pub segments: Vec<Vec<u8>>,
    /// An incident's folder with evidence copies.
    pub folder: Option<PathBuf>,
    /// Evidence that was met there whole and not copied, by SHA-256: a repair would take it.
    pub evidence: BTreeSet<String>,
}

impl Store {
    /// Brings an incident back whose folder is not there any more, out of its folder in a copy of the store: taken in
    /// like a bundle, held against itself. `None`: the path has no such folder.
    ///
    /// # Errors
    /// What cannot be read, and a record that does not hold together.
    pub fn bring_back(&self, gone: &Path, path: &Path) -> Result<Option<Adopted>, StoreError> {
        let name = gone.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((number, tail)) = locate::parse(name) else { return Ok(None) };
        let inside = gone.strip_prefix(&self.root).map(|inside| path.join(inside)).unwrap_or_default();
        let there = [path.to_owned(), path.join(name), inside];
        let named = |folder: &&PathBuf| folder.file_name().is_some_and(|there| there == name);
        let journal = |folder: &&PathBuf| self.files.list(&folder.join("journal")).is_ok();
        let Some(folder) = there.iter().filter(named).find(journal) else { return Ok(None) };
        let found = locate::Found { number, tail: tail.to_owned(), folder: folder.clone() };
        let copy = locate::address(&*self.files, &found)?;
        let mut adopting = self.adopt(found.number, copy.id, Keep::All)?;
        for (part, bytes) in self.inventory(&copy)?.parts {
            let measured = super::super::measure(&folder.join(part.path()), &mut patient())?;
            let mut from = self.open_part(&copy, &part, bytes)?;
            adopting.take(&part, bytes, &measured.sha256, &mut from)?;
        }
        adopting.ready()?.settle().map(Some)
    }

    /// Rescue files of an incident in some folders.
    pub fn rescues(&self, address: &Address, folders: &[PathBuf]) -> Vec<Source> {
        let start = format!("rescue-{}-", address.id);
        let mut found = Vec::new();
        for folder in folders {
            for (name, item) in self.files.list(folder).unwrap_or_default() {
                if item == Item::File && name.starts_with(&start) && name.ends_with(".jsonl") {
                    found.extend(self.file(&folder.join(name), true).ok());
                }
            }
        }
        found
    }

    /// An incident of which no line can be read here, under the id that some source has for its folder.
    pub fn named_by(&self, address: Address, sources: &[Source]) -> Address {
        if !address.id.is_nil() {
            return address;
        }
        let name = address.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let lines =
            sources.iter().flat_map(|source| &source.segments).flat_map(|bytes| bytes.split(|b| *b == b'\n'));
        let ids =
            lines.filter_map(|line| std::str::from_utf8(incident_in(line)?).ok()?.parse::<uuid::Uuid>().ok());
        let fits = |id: &uuid::Uuid| name.ends_with(&id.simple().to_string()[24..]);
        let id = ids.into_iter().find(fits).unwrap_or_default();
        Address { id, ..address }
    }

    /// What a path holds of an incident: one file of lines, an incident's folder, or a store.
    ///
    /// # Errors
    /// A path that cannot be read.
    pub fn sources(&self, path: &Path, address: &Address) -> Result<Vec<Source>, StoreError> {
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            return Ok(vec![self.file(path, name.starts_with("rescue-"))?]);
        }
        self.files.list(path).map_err(StoreError::io("read the folder", path))?;
        let name = address.folder.file_name().unwrap_or_default();
        let hundred = address.folder.parent().unwrap_or(Path::new("."));
        let above = hundred.parent().and_then(Path::file_name).unwrap_or_default();
        let inside =
            path.join("incidents").join(above).join(hundred.file_name().unwrap_or_default()).join(name);
        let folders = [path.to_owned(), path.join(name), inside];
        let mut found: Vec<Source> =
            folders.iter().filter_map(|folder| self.incident_folder(folder)).collect();
        found.extend(self.rescues(address, &[path.to_owned()]));
        Ok(found)
    }

    fn incident_folder(&self, folder: &Path) -> Option<Source> {
        let journal = folder.join("journal");
        let names = self.files.list(&journal).ok()?;
        let read = |(name, item): (String, Item)| {
            let plain = item == Item::File && name.ends_with(".jsonl");
            plain.then(|| self.files.read_some(&journal.join(name), 0, MOST).ok())?
        };
        let segments = names.into_iter().filter_map(read).collect();
        Some(Source {
            name: folder.display().to_string(),
            rescue: false,
            segments,
            folder: Some(folder.to_owned()),
            evidence: BTreeSet::new(),
        })
    }

    fn file(&self, path: &Path, rescue: bool) -> Result<Source, StoreError> {
        let bytes = self.files.read_some(path, 0, MOST).map_err(StoreError::io("read", path))?;
        Ok(Source { name: path.display().to_string(), rescue, segments: vec![bytes], ..Source::default() })
    }
}
