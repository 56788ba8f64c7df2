//! Rewriting a cache often and cheaply: the file and a spare neighbour take turns.
//!
//! A rename over a file frees the old one's blocks, and on some disks that takes longer than the sync of a
//! note. Here the new bytes go into the spare, and then the two change places in one step. A reader sees one
//! version or the other; only one that takes longer than two rewrites could see both, so this is for caches
//! that carry a sum.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::files::{careful, fit_file, still_there};
use super::lock::Locked;

/// Whether the bytes are in their place now. `false`: somebody else is at it, or this file system cannot.
pub(super) fn rewrite(path: &Path, bytes: &[u8]) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let spare = path.with_file_name(format!(".{name}.spare"));
    put(path, &spare, bytes).unwrap_or(false)
}

fn put(path: &Path, spare: &Path, bytes: &[u8]) -> io::Result<bool> {
    let file = careful().write(true).create(true).truncate(false).open(spare)?;
    let Ok(mut file) = Locked::alone(file) else { return Ok(false) };
    // Somebody came while the two files changed places.
    if !still_there(&file, spare) {
        return Ok(false);
    }
    let before = file.metadata()?.len();
    if before == 0 {
        fit_file(&file, spare)?;
    }
    file.write_all(bytes)?;
    if before > bytes.len() as u64 {
        File::set_len(&file, bytes.len() as u64)?;
    }
    match renameat_with(CWD, spare, CWD, path, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        // The first time there is nothing to change places with.
        Err(_) if !path.exists() => std::fs::rename(spare, path).map(|()| true),
        Err(_) => std::fs::remove_file(spare).map(|()| false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_and_its_spare_take_turns_and_a_shorter_text_leaves_no_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.json");
        for text in ["one, and long", "two", "three, and longer than all", "4", ""] {
            assert!(rewrite(&path, text.as_bytes()));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_spare_that_is_being_written_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.json");
        assert!(rewrite(&path, b"one") && rewrite(&path, b"two"));
        let held = File::open(folder.path().join(".cache.json.spare")).unwrap();
        held.lock().unwrap();
        assert!(!rewrite(&path, b"three"));
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
    }

    #[test]
    fn a_link_in_the_place_of_the_spare_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("cache.json"), folder.path().join("victim"));
        std::fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join(".cache.json.spare")).unwrap();
        assert!(!rewrite(&path, b"one"));
        assert_eq!(std::fs::read(&victim).unwrap(), b"mine");
    }
}
