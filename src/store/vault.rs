//! The vault: copies of evidence files, kept by their hash and never written again.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::files::{Files, Segment, careful, write_all};
use super::line::hex;
use super::measure::{Progress, Source, Watcher, again, measure};
use crate::model::evidence::Measured;

/// The beginning of the name of a copy that is being made.
const PART: &str = ".part-";

/// The vault of one incident: `vault/ab/abcd…`, by SHA-256.
#[derive(Clone, Debug)]
pub struct Vault {
    files: Arc<dyn Files>,
    folder: PathBuf,
}

impl Vault {
    pub(super) fn of(files: Arc<dyn Files>, incident: &Path) -> Self {
        Self { files, folder: incident.join("vault") }
    }

    /// Where the copy with this hash lies, if there is one. What a journal says may be no hash at all: only
    /// hex digits become a path.
    pub fn path(&self, sha256: &str) -> PathBuf {
        let digits: String = sha256.chars().filter(char::is_ascii_hexdigit).collect();
        self.folder.join(digits.get(..2).unwrap_or("00")).join(digits)
    }

    /// Hashes a copy again.
    ///
    /// # Errors
    /// A copy that is not there, is a symbolic link, or cannot be read.
    pub fn measure(&self, sha256: &str, watch: Watcher<'_>) -> Result<Measured, StoreError> {
        let path = self.path(sha256);
        no_link(&self.folder)?;
        no_link(path.parent().unwrap_or(&self.folder))?;
        Ok(Measured { vault: true, ..measure(&path, watch)? })
    }

    /// Copies a file into the vault: written beside, synced, read again, and only then named by its hash.
    /// A copy that is there already is looked at and left as it is.
    ///
    /// # Errors
    /// As [`measure`]; and where the disk fails, or a copy of that name holds other bytes.
    pub fn keep(&self, path: &Path, watch: Watcher<'_>) -> Result<Measured, StoreError> {
        let mut source = Source::open(path)?;
        self.take_in(|part, copy| self.fill(&mut source, (part, copy), watch))
    }

    /// Keeps a text of our own, such as the scenario of a drill, like a file.
    ///
    /// # Errors
    /// Where the disk fails, or a copy of that name holds other bytes.
    pub fn put(&self, text: &[u8]) -> Result<Measured, StoreError> {
        self.take_in(|part, copy| {
            write_all(copy, text).map_err(StoreError::io("write", part))?;
            copy.sync().map_err(StoreError::io("sync", part))?;
            copy.protect().map_err(StoreError::io("write-protect", part))?;
            let sha256 = hex(&Sha256::digest(text));
            Ok(Measured { sha256, size: text.len() as u64, vault: true, changed: false })
        })
    }

    /// Reads a copy whole, and sees that it is the one it is called after. `None`: there is none, or another.
    pub fn text(&self, sha256: &str) -> Option<String> {
        let path = self.path(sha256);
        no_link(&path).ok()?;
        let bytes = fs::read(path).ok()?;
        (hex(&Sha256::digest(&bytes)) == sha256).then(|| String::from_utf8(bytes).ok())?
    }

    /// Fills a new copy and gives it its name.
    fn take_in(
        &self,
        fill: impl FnOnce(&Path, &mut dyn Segment) -> Result<Measured, StoreError>,
    ) -> Result<Measured, StoreError> {
        self.make_folder(&self.folder)?;
        self.sweep();
        let (part, mut copy) = self.part()?;
        let made = fill(&part, &mut *copy);
        let kept = made.and_then(|measured| self.name(&part, &measured).map(|()| measured));
        if kept.is_err() {
            let _ = self.files.remove(&part);
        }
        kept
    }

    /// A new file beside the copies, locked while it is filled.
    fn part(&self) -> Result<(PathBuf, Box<dyn Segment>), StoreError> {
        static TURN: AtomicU64 = AtomicU64::new(0);
        let turn = TURN.fetch_add(1, Ordering::Relaxed);
        let part = self.folder.join(format!("{PART}{}-{turn}", std::process::id()));
        let file = self.files.create(&part).map_err(StoreError::io("make", &part))?;
        // Best effort: a lock says that somebody lives; without one the part is only swept too early by
        // a second copy, which then fails and says so.
        let _ = file.hold();
        Ok((part, file))
    }

    /// Takes away what copies that were killed left behind.
    fn sweep(&self) {
        let names = self.files.list(&self.folder).unwrap_or_default();
        for (name, _) in names.iter().filter(|(name, _)| name.starts_with(PART)) {
            let path = self.folder.join(name);
            if careful().read(true).open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                let _ = self.files.remove(&path);
            }
        }
    }

    fn fill(
        &self,
        source: &mut Source,
        (part, copy): (&Path, &mut dyn Segment),
        watch: Watcher<'_>,
    ) -> Result<Measured, StoreError> {
        let of = source.size.saturating_mul(2);
        let read = source
            .stream(|bytes| write_all(copy, bytes).map_err(StoreError::io("write", part)), &mut |done| {
                watch(Progress { done, of })
            })?;
        let changed = source.changed(&read);
        copy.sync().map_err(StoreError::io("sync", part))?;
        let again = again(&*self.files, part, &mut |done| {
            watch(Progress { done: done.saturating_add(read.size), of })
        })?;
        if again.sha256 != read.sha256 || again.size != read.size {
            return Err(StoreError::Altered { path: part.to_owned() });
        }
        copy.protect().map_err(StoreError::io("write-protect", part))?;
        Ok(Measured { sha256: read.sha256, size: read.size, vault: true, changed })
    }

    /// Gives a finished copy its name, unless there is one of that name already.
    fn name(&self, part: &Path, measured: &Measured) -> Result<(), StoreError> {
        let path = self.path(&measured.sha256);
        let folder = path.parent().unwrap_or(&self.folder).to_owned();
        self.make_folder(&folder)?;
        match self.files.rename_new(part, &path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let there = again(&*self.files, &path, &mut |_| ControlFlow::Continue(()))?;
                if there.sha256 != measured.sha256 {
                    return Err(StoreError::Altered { path });
                }
                self.files.remove(part).map_err(StoreError::io("take away", part))?;
            }
            Err(error) => return Err(StoreError::io("make", &path)(error)),
        }
        // The incident's folder as well: whoever made the vault may have failed before its name was on the disk.
        for folder in folder.ancestors().take(3) {
            self.files.sync_folder(folder).map_err(StoreError::io("sync the folder", folder))?;
        }
        Ok(())
    }

    fn make_folder(&self, path: &Path) -> Result<(), StoreError> {
        no_link(path)?;
        self.files.create_folder(path).map_err(StoreError::io("make the folder", path))
    }
}

fn no_link(path: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => Err(StoreError::Link { path: path.to_owned() }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::io::Write;

    use super::super::files::Disk;
    use super::super::measure::STEP;
    use super::*;

    fn on() -> impl FnMut(Progress) -> ControlFlow<()> {
        |_| ControlFlow::Continue(())
    }

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).map_or(Vec::new(), |all| {
            all.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
        })
    }

    #[test]
    fn known_files_have_the_hashes_of_fips_180() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("liar-e3b0c442.bin");
        for (bytes, sha256) in [
            (Vec::new(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (b"abc".to_vec(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (vec![b'a'; 1_000_000], "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ] {
            fs::write(&path, &bytes).unwrap();
            let measured = measure(&path, &mut on()).unwrap();
            let size = bytes.len() as u64;
            assert_eq!(measured, Measured { sha256: sha256.into(), size, vault: false, changed: false });
            let vault = Vault::of(Arc::new(Disk), place.path());
            assert_eq!(vault.keep(&path, &mut on()).unwrap().sha256, sha256);
            assert_eq!(fs::read(vault.path(sha256)).unwrap(), bytes);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_is_for_reading_only_and_is_made_once() {
        use std::os::unix::fs::MetadataExt;
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        fs::write(&path, b"abc").unwrap();
        let vault = Vault::of(Arc::new(Disk), place.path());
        let hash = vault.keep(&path, &mut on()).unwrap().sha256;
        let first = fs::metadata(vault.path(&hash)).unwrap();
        assert_eq!(first.mode() & 0o777, 0o400);
        vault.keep(&path, &mut on()).unwrap();
        assert_eq!(fs::metadata(vault.path(&hash)).unwrap().ino(), first.ino(), "never written over");
        assert_eq!(names(&place.path().join("vault")), ["ba"], "nothing is left beside");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_is_refused_by_name() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::write(at("file"), b"abc").unwrap();
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        let vault = Vault::of(Arc::new(Disk), place.path());
        for (name, what) in
            [("link", "symbolic link"), ("folder", "a folder"), ("socket", "device, pipe or socket")]
        {
            for error in [measure(&at(name), &mut on()), vault.keep(&at(name), &mut on())] {
                let error = error.unwrap_err();
                assert!(error.to_string().contains(what), "{error}");
                assert!(error.hint().is_some());
            }
        }
        assert!(measure(&at("nowhere"), &mut on()).unwrap_err().to_string().contains("there is no file"));
        // A vault that is a link to somewhere else is none.
        std::os::unix::fs::symlink(at("folder"), at("vault")).unwrap();
        assert!(matches!(vault.keep(&at("file"), &mut on()), Err(StoreError::Link { .. })));
        assert!(names(&at("folder")).is_empty());
    }

    #[test]
    fn stopped_halfway_it_leaves_nothing_and_what_a_killed_one_left_is_swept() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("big");
        fs::write(&path, vec![7; 5 * STEP]).unwrap();
        let vault = Vault::of(Arc::new(Disk), place.path());
        for stop_at in [1, 4, 6, 9] {
            let mut steps = 0;
            let stopped = vault.keep(&path, &mut |progress| {
                steps += 1;
                assert!(progress.done <= progress.of);
                if steps == stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert!(matches!(stopped, Err(StoreError::Stopped { .. })));
            assert!(names(&place.path().join("vault")).is_empty());
        }
        fs::write(place.path().join("vault/.part-1-0"), b"half").unwrap();
        let kept = vault.keep(&path, &mut on()).unwrap();
        assert_eq!(names(&place.path().join("vault")), [&kept.sha256[..2]]);
    }

    #[test]
    fn a_file_that_is_written_to_while_it_is_read_is_found_out() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("log");
        fs::write(&path, vec![7; 3 * STEP]).unwrap();
        let mut grown = false;
        let mut grow = |_: Progress| {
            if !std::mem::replace(&mut grown, true) {
                fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"more").unwrap();
            }
            ControlFlow::Continue(())
        };
        let vault = Vault::of(Arc::new(Disk), place.path());
        let kept = vault.keep(&path, &mut grow).unwrap();
        assert!(kept.changed);
        assert_eq!(kept.size, 3 * STEP as u64, "what was read is what was there");
        assert_eq!(vault.measure(&kept.sha256, &mut on()).unwrap().sha256, kept.sha256);
        assert!(!measure(&path, &mut on()).unwrap().changed);
    }

    #[test]
    fn a_copy_with_other_bytes_under_its_name_is_never_taken_for_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        fs::write(&path, b"abc").unwrap();
        let vault = Vault::of(Arc::new(Disk), place.path());
        let hash = measure(&path, &mut on()).unwrap().sha256;
        fs::create_dir_all(vault.path(&hash).parent().unwrap()).unwrap();
        fs::write(vault.path(&hash), b"abd").unwrap();
        assert!(matches!(vault.keep(&path, &mut on()), Err(StoreError::Altered { .. })));
        assert_eq!(fs::read(vault.path(&hash)).unwrap(), b"abd", "it is not written over");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_byte_flipped_in_a_copy_is_found(
            bytes in proptest::collection::vec(any::<u8>(), 1..4000), at: prop::sample::Index, bit in 0u8..8,
        ) {
            let place = tempfile::tempdir().unwrap();
            let path = place.path().join("a");
            fs::write(&path, &bytes).unwrap();
            let vault = Vault::of(Arc::new(Disk), place.path());
            let kept = vault.keep(&path, &mut on()).unwrap();
            prop_assert_eq!(&vault.measure(&kept.sha256, &mut on()).unwrap().sha256, &kept.sha256);
            let copy = vault.path(&kept.sha256);
            let mut altered = bytes.clone();
            altered[at.index(bytes.len())] ^= 1 << bit;
            fs::remove_file(&copy).unwrap();
            fs::write(&copy, &altered).unwrap();
            prop_assert_ne!(&vault.measure(&kept.sha256, &mut on()).unwrap().sha256, &kept.sha256);
        }
    }
}
