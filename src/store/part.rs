//! What an incident consists of on the disk, file by file: the record itself, without caches.

use std::io::Read;

use super::Store;
use super::error::StoreError;
use super::files::{Item, careful};
use super::locate::Address;

/// The folders that hold the record, in the order in which it is handed on: journals first.
pub(super) const FOLDERS: [&str; 4] = ["journal", "seals", "quarantine", "vault"];
/// The longest name of a file in them, in bytes.
const LONGEST: usize = 100;
/// How often the sizes of journals that grow are looked at before they are taken as they are.
const LOOKS: usize = 50;

/// A file of the record by its place in the incident's folder: `journal/w-….0001.jsonl`, `vault/ab/abcd…`.
/// There is no other way to make one, so no part leads out of the folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(String);

impl Part {
    /// Reads a place; `None`: nothing of an incident lies there.
    pub fn read(path: &str) -> Option<Self> {
        let (folder, name) = path.split_once('/')?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let named = |name: &str| {
            !name.is_empty() && name.len() <= LONGEST && !name.starts_with('.') && name.bytes().all(plain)
        };
        let fits = match folder {
            "journal" => named(name) && name.ends_with(".jsonl"),
            "seals" | "quarantine" => named(name),
            "vault" => name.split_once('/').is_some_and(|(two, hash)| {
                let hex = hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
                hash.len() == 64 && hex && hash.starts_with(two) && two.len() == 2
            }),
            _ => false,
        };
        fits.then(|| Self(path.to_owned()))
    }

    /// Its place, with `/` between folders.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// The name of the segment, if it is one.
    pub fn segment(&self) -> Option<&str> {
        self.0.strip_prefix("journal/")
    }

    /// The hash an evidence file is called after, if it is one.
    pub fn evidence(&self) -> Option<&str> {
        self.0.strip_prefix("vault/").and_then(|rest| rest.get(3..))
    }

    /// The path of the seal note that this is, or that this signs.
    pub fn note(&self) -> Option<&str> {
        let note = self.0.strip_suffix(".sig").unwrap_or(&self.0);
        (note.starts_with("seals/") && note.ends_with(".seal")).then_some(note)
    }
}

/// What an incident consists of at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Each with its bytes; what is appended later is not counted.
    pub parts: Vec<(Part, u64)>,
    /// Names in these folders that are none of the record's.
    pub strange: Vec<String>,
}

impl Store {
    /// Everything an incident consists of. Journals that others write are met at a moment at which none of them
    /// was longer.
    ///
    /// # Errors
    /// A folder that cannot be read, and a symbolic link in the place of a part.
    pub fn inventory(&self, address: &Address) -> Result<Inventory, StoreError> {
        let mut inventory = Inventory::default();
        for folder in FOLDERS {
            self.listed(address, folder, &mut inventory)?;
        }
        let journals: Vec<usize> =
            (0..inventory.parts.len()).filter(|at| inventory.parts[*at].0.segment().is_some()).collect();
        for _ in 0..LOOKS {
            let mut grown = false;
            for at in &journals {
                let (part, size) = &mut inventory.parts[*at];
                let path = address.folder.join(part.path());
                let now = self.files.size(&path).map_err(StoreError::io("read", &path))?;
                grown |= std::mem::replace(size, now) != now;
            }
            if !grown {
                break;
            }
        }
        Ok(inventory)
    }

    fn listed(&self, address: &Address, folder: &str, into: &mut Inventory) -> Result<(), StoreError> {
        let path = address.folder.join(folder);
        let mut names = match self.files.list(&path) {
            Ok(names) => names,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && folder != "journal" => {
                return Ok(());
            }
            Err(error) => return Err(StoreError::io("read the folder", &path)(error)),
        };
        names.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (name, item) in names {
            let (inner, path) = (format!("{folder}/{name}"), path.join(&name));
            let part = Part::read(&inner);
            match item {
                Item::Folder if folder == "vault" && name.len() == 2 => self.listed(address, &inner, into)?,
                Item::File if part.is_some() => {
                    let size = self.files.size(&path).map_err(StoreError::io("read", &path))?;
                    into.parts.extend(part.map(|part| (part, size)));
                }
                Item::Link if part.is_some() => return Err(StoreError::Link { path }),
                // A copy that somebody is making, or was stopped in.
                _ if name.starts_with('.') => {}
                _ => into.strange.push(inner),
            }
        }
        Ok(())
    }

    /// A part's bytes, so many of them.
    ///
    /// # Errors
    /// A file that cannot be opened, or is a symbolic link.
    pub fn open_part(
        &self,
        address: &Address,
        part: &Part,
        bytes: u64,
    ) -> Result<impl Read + use<>, StoreError> {
        let path = address.folder.join(part.path());
        let file = careful().read(true).open(&path).map_err(StoreError::io("read", &path))?;
        Ok(file.take(bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_lies_in_one_of_four_folders_and_nowhere_else() {
        let hash = "ab".repeat(32);
        for path in ["journal/w-k7m2q9x4.0001.jsonl", "seals/1.sig", "quarantine/w-a.0001.jsonl.12"] {
            assert!(Part::read(path).is_some(), "{path}");
        }
        assert_eq!(Part::read(&format!("vault/ab/{hash}")).unwrap().evidence(), Some(hash.as_str()));
        for path in [
            "incident.json",
            "journal/",
            "journal/a",
            "journal/.a.jsonl",
            "journal/../a.jsonl",
            "/journal/a.jsonl",
            "journal/a/b.jsonl",
            "journal\\a.jsonl",
            "journal/a\0.jsonl",
            "vault/cd/abab",
            "vault/ab/../x",
            "../journal/a.jsonl",
            "seals/..",
            "here/a",
            "quarantine/ä",
            "journal/a .jsonl",
        ] {
            assert!(Part::read(path).is_none(), "{path}");
        }
        assert!(Part::read(&format!("vault/cd/{hash}")).is_none());
    }

    proptest! {
        #[test]
        fn no_words_make_a_part_that_leads_elsewhere(path in ".*", name in "[./a-z]{0,12}") {
            for path in [path.clone(), format!("journal/{name}.jsonl"), format!("seals/{name}")] {
                if let Some(part) = Part::read(&path) {
                    let parts: Vec<_> = std::path::Path::new(part.path()).components().collect();
                    prop_assert!(parts.iter().all(|c| matches!(c, std::path::Component::Normal(_))));
                    prop_assert!(FOLDERS.contains(&parts[0].as_os_str().to_str().unwrap()));
                }
            }
        }
    }
}
