//! Reading a bundle: its list of contents first, then each entry held against it.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use super::frames::{Counted, Unpacked};
use super::whole::is_of_a_store;
use super::{
    FILES_MOST, FORMAT, Fault, JOURNALS_MOST, MANIFEST, MANIFEST_MOST, Manifest, PADDING_MOST, Packed, bad,
    no,
};
use crate::store::Part;

/// Whoever takes in what a bundle holds.
pub trait Taker {
    /// What it says to what it does not want.
    type No: From<Fault>;
    /// The list of contents, which holds together: places, sizes and limits were looked at.
    ///
    /// # Errors
    /// Ends the reading.
    fn manifest(&mut self, manifest: &Manifest) -> Result<(), Self::No>;
    /// The next file, which stands in the list; exactly its bytes are read.
    ///
    /// # Errors
    /// Ends the reading.
    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn Read) -> Result<(), Self::No>;
}

/// Reads a bundle to its end, as zstd or unpacked as a plain tar, in bounded memory.
///
/// # Errors
/// A file that is none, is cut short, or holds what its list does not name; and what `taker` refuses.
pub fn read<T: Taker>(from: impl BufRead, taker: &mut T) -> Result<(), T::No> {
    unpacked(from, |from| entries(from, taker))
}

/// Lets `work` read what a file holds, as zstd or unpacked.
pub(super) fn unpacked<E: From<Fault>>(
    from: impl BufRead,
    work: impl FnOnce(&mut dyn Read) -> Result<(), E>,
) -> Result<(), E> {
    let mut from = Counted { from, bytes: 0 };
    let start = from.fill_buf().map_err(Fault::Unread)?;
    if start.starts_with(b"age-encryption.org/") || start.starts_with(b"-----BEGIN AGE") {
        return Err(Fault::Encrypted.into());
    }
    if start.is_empty() {
        return Err(no("the file is empty").into());
    }
    if start.starts_with(&ZSTD) {
        return work(&mut Unpacked::new(from));
    }
    work(&mut from)
}

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fn entries<T: Taker>(from: &mut dyn Read, taker: &mut T) -> Result<(), T::No> {
    let mut archive = tar::Archive::new(&mut *from);
    let mut contents: Option<Contents> = None;
    let unread = |error: io::Error| no(format!("it is no bundle, or it is cut short: {error}"));
    for (n, entry) in (1_usize..).zip(archive.entries().map_err(unread)?.raw(true)) {
        let mut entry = entry.map_err(unread)?;
        if n > FILES_MOST * 2 {
            return Err(no(format!("it has more than {} entries", FILES_MOST * 2)).into());
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(known) = &mut contents else {
            let read = first(&path, &mut entry)?;
            taker.manifest(&read.manifest)?;
            contents = Some(read);
            continue;
        };
        let kind = entry.header().entry_type();
        if kind.is_dir() && path.trim_end_matches('/').starts_with(known.folder.trim_end_matches('/')) {
            continue;
        }
        let (part, packed) = known.expect(n, &path, kind, entry.size())?;
        taker.file(&part, &packed, &mut entry)?;
    }
    let contents = contents.ok_or_else(|| no("it holds nothing; a bundle begins with MANIFEST.json"))?;
    if let Some(missing) = contents.files.keys().next() {
        let more = contents.files.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return Err(no(format!("it ends too early: {missing}{more} did not come")).into());
    }
    padding(from).map_err(Into::into)
}

/// What follows the end of an archive is nothing.
pub(super) fn padding(from: &mut dyn Read) -> Result<(), Fault> {
    let mut buffer = [0; 8192];
    let mut read = 0;
    loop {
        let n = from.read(&mut buffer).map_err(Fault::Unread)?;
        read += n as u64;
        match n {
            0 => return Ok(()),
            n if read > PADDING_MOST || buffer[..n].iter().any(|byte| *byte != 0) => {
                return Err(no("something follows the end of the archive"));
            }
            _ => {}
        }
    }
}

/// What is still to come.
struct Contents {
    manifest: Manifest,
    folder: String,
    files: BTreeMap<String, (Part, Packed)>,
}

/// Reads the first entry, which is the list of contents.
fn first<R: Read>(path: &str, entry: &mut tar::Entry<'_, R>) -> Result<Contents, Fault> {
    let folder = path.strip_suffix(MANIFEST).filter(|_| entry.header().entry_type().is_file());
    let Some(folder) = folder else {
        return Err(no(format!("it begins with {}, and a bundle begins with {MANIFEST}", shown(path))));
    };
    if entry.size() > MANIFEST_MOST {
        return Err(bad(MANIFEST, format!("{} bytes is over the limit of {MANIFEST_MOST}", entry.size())));
    }
    let mut text = Vec::new();
    entry.read_to_end(&mut text).map_err(Fault::Unread)?;
    if is_of_a_store(&text) {
        return Err(no(
            "it is the backup of a whole store: tar --zstd -xf FILE unpacks it, and the folder that comes \
                       out of it is a store",
        ));
    }
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| bad(MANIFEST, error.to_string()))?;
    if manifest.format != FORMAT {
        let why =
            format!("it is of the format {}, and this casebook reads {FORMAT}", shown(&manifest.format));
        return Err(bad(MANIFEST, why));
    }
    if folder != format!("{}/", manifest.folder()) {
        return Err(bad(shown(path), format!("the folder of this incident is called {}", manifest.folder())));
    }
    let files = holds_together(&manifest)?;
    Ok(Contents { folder: folder.to_owned(), manifest, files })
}

/// Places, sizes and limits of the files a list names.
fn holds_together(manifest: &Manifest) -> Result<BTreeMap<String, (Part, Packed)>, Fault> {
    if manifest.files.len() > FILES_MOST {
        return Err(bad(
            MANIFEST,
            format!("it names {} files; the limit is {FILES_MOST}", manifest.files.len()),
        ));
    }
    let mut files = BTreeMap::new();
    let (mut all, mut journals) = (0_u64, 0_u64);
    for packed in &manifest.files {
        let Some(part) = Part::read(&packed.path) else {
            return Err(bad(
                MANIFEST,
                format!("it names {}; no part of an incident lies there", shown(&packed.path)),
            ));
        };
        all = all.saturating_add(packed.bytes);
        if part.segment().is_some() {
            journals = journals.saturating_add(packed.bytes);
        }
        if files.insert(packed.path.clone(), (part, packed.clone())).is_some() {
            return Err(bad(MANIFEST, format!("it names {} twice", packed.path)));
        }
    }
    if all != manifest.bytes {
        return Err(bad(
            MANIFEST,
            format!("its files add up to {all} bytes, and it says {}", manifest.bytes),
        ));
    }
    if journals > JOURNALS_MOST {
        return Err(bad(
            MANIFEST,
            format!("{journals} bytes of journals is over the limit of {JOURNALS_MOST}"),
        ));
    }
    Ok(files)
}

impl Contents {
    /// Takes an entry off the list, or says what is wrong with it.
    fn expect(
        &mut self,
        n: usize,
        path: &str,
        kind: tar::EntryType,
        bytes: u64,
    ) -> Result<(Part, Packed), Fault> {
        let named = || format!("entry {n}, {}", shown(path));
        if !kind.is_file() {
            let what = match kind {
                tar::EntryType::Symlink => "a symbolic link",
                tar::EntryType::Link => "a hard link",
                tar::EntryType::Char | tar::EntryType::Block | tar::EntryType::Fifo => "a device or a pipe",
                tar::EntryType::Directory => "a folder outside of the incident's",
                _ => "no plain file",
            };
            return Err(bad(named(), format!("it is {what}; a bundle holds plain files")));
        }
        let inner = path.strip_prefix(&self.folder);
        let Some((part, packed)) = inner.and_then(|inner| self.files.remove(inner)) else {
            let outside = path.starts_with('/') || path.split('/').any(|step| step == "..");
            let twice = inner.is_some_and(|inner| self.manifest.files.iter().any(|it| it.path == inner));
            return Err(bad(
                named(),
                match () {
                    () if outside => "it leads out of the incident's folder",
                    () if twice => "it comes a second time",
                    () => "MANIFEST.json does not name it",
                },
            ));
        };
        if bytes != packed.bytes {
            return Err(bad(
                named(),
                format!("it has {bytes} bytes, and MANIFEST.json says {}", packed.bytes),
            ));
        }
        Ok((part, packed))
    }
}

/// A name out of a foreign file, short and on one line.
pub(super) fn shown(name: &str) -> String {
    let plain: String = name.chars().take(80).flat_map(char::escape_debug).collect();
    format!("“{plain}”")
}
