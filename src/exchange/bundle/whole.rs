//! A whole store in one file: the same tar in zstd, which plain `tar` unpacks into a folder that is a store.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::pack::{Packer, listed};
use super::read::{padding, shown, unpacked};
use super::{Fault, MANIFEST, Packed, bad, no};

/// The format this version writes.
pub const WHOLE: &str = "casebook-backup/1";

/// The list of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    pub format: String,
    /// Whose backup it is: the id in its `FORMAT.json`.
    pub store: Uuid,
    /// When and by whom it was packed (RFC 3339, UTC), and with what.
    pub packed: String,
    pub by: String,
    pub with: String,
    /// All files together.
    pub bytes: u64,
    /// Files of the store that are no incident's: `FORMAT.json`, stubs of archived incidents.
    pub files: Vec<Packed>,
    pub incidents: Vec<Stored>,
    /// Incidents that are not in it, and why, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
}

/// An incident of a packed store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub number: String,
    /// Its folder in the store, with `/` between the steps.
    pub folder: String,
    /// Lines of the record, and the head code it was sealed with. `None`: it could not be sealed.
    pub lines: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_code: Option<String>,
    /// Its files, by their places in the store.
    pub files: Vec<Packed>,
    /// What was altered or missing before it was packed, as `casebook verify` says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// Whether a list of contents is that of a whole store.
pub(super) fn is_of_a_store(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    serde_json::from_slice::<Head>(text).is_ok_and(|head| head.format.starts_with("casebook-backup/"))
}

impl Whole {
    /// The folder all of it unpacks into: `casebook-7f3a91c2`.
    pub fn folder(&self) -> String {
        format!("casebook-{}", &self.store.simple().to_string()[24..])
    }

    /// All files in the order in which they are packed.
    pub fn all(&self) -> impl Iterator<Item = &Packed> {
        self.files.iter().chain(self.incidents.iter().flat_map(|incident| &incident.files))
    }

    /// Packs it. `open` gives the bytes of a file by its place.
    ///
    /// # Errors
    /// Those of reading and writing; a file that has fewer bytes than the list says.
    pub fn pack<R: Read>(
        &self,
        to: &mut dyn Write,
        time: u64,
        mut open: impl FnMut(&Packed) -> io::Result<R>,
    ) -> io::Result<()> {
        let mut packer = Packer::begin(to, self.folder(), self, time)?;
        packer.folder("")?;
        for file in &self.files {
            packer.add(file, &mut open(file)?)?;
        }
        for incident in &self.incidents {
            packer.folder(&incident.folder)?;
            for file in &incident.files {
                packer.add(file, &mut open(file)?)?;
            }
        }
        packer.finish().map(|_| ())
    }

    /// Reads a packed file to its end: it has to hold this list, then every file of it in its order with the bytes
    /// that were hashed, and nothing else.
    ///
    /// # Errors
    /// The first difference. `went` is told how many bytes were read, and ends it where it says no.
    pub fn compare<E: From<Fault>>(
        &self,
        from: impl BufRead,
        mut went: impl FnMut(u64) -> Result<(), E>,
    ) -> Result<(), E> {
        unpacked(from, |from| self.hold_against(from, &mut went))
    }

    fn hold_against<E: From<Fault>>(
        &self,
        from: &mut dyn Read,
        went: &mut dyn FnMut(u64) -> Result<(), E>,
    ) -> Result<(), E> {
        let unread = |error: io::Error| no(format!("it is cut short or damaged: {error}"));
        let folder = self.folder();
        let mut wanted = self.all();
        let mut archive = tar::Archive::new(&mut *from);
        let mut first = true;
        for entry in archive.entries().map_err(unread)?.raw(true) {
            let mut entry = entry.map_err(unread)?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let inner = path.strip_prefix(&folder).and_then(|path| path.strip_prefix('/'));
            if entry.header().entry_type().is_dir() && path.starts_with(&folder) {
                continue;
            }
            if std::mem::take(&mut first) {
                let ours = listed(self).map_err(unread)?;
                let mut theirs = Vec::with_capacity(ours.len());
                entry.by_ref().take(ours.len() as u64 + 1).read_to_end(&mut theirs).map_err(unread)?;
                if inner != Some(MANIFEST) || ours != theirs {
                    return Err(bad(MANIFEST, "it is another than the one that was packed").into());
                }
                continue;
            }
            let Some(packed) = wanted.next().filter(|packed| inner == Some(packed.path.as_str())) else {
                return Err(bad(shown(&path), "the list does not name it here").into());
            };
            let mut sum = Summing { sum: Sha256::new(), bytes: 0 };
            let mut buffer = vec![0; 1 << 16];
            loop {
                let n = entry.read(&mut buffer).map_err(unread)?;
                if n == 0 {
                    break;
                }
                sum.sum.update(&buffer[..n]);
                sum.bytes += n as u64;
                went(n as u64)?;
            }
            if !sum.fits(packed) {
                return Err(bad(&packed.path, "its bytes are not those of the store").into());
            }
        }
        if let Some(missing) = wanted.next() {
            return Err(bad(&missing.path, "it did not come").into());
        }
        padding(from).map_err(Into::into)
    }
}

struct Summing {
    sum: Sha256,
    bytes: u64,
}

impl Summing {
    fn fits(self, packed: &Packed) -> bool {
        let sha256: String = self.sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        (self.bytes, &sha256) == (packed.bytes, &packed.sha256)
    }
}
