//! One store, by however many spellings its path is called: `/s`, `/s/`, `/l/../s`, a relative path, a symlink.
//!
//! What this machine keeps of a store lies under a name made of its path. Were a second spelling a second name, words
//! that are expunged through the one would stay in the caches of the other.

use std::path::{Path, PathBuf};

use super::index::place_name;
use super::shared;

/// The path of a store as everything kept of it is named by: from the root, without links and ways back. What is not
/// there yet is taken as it is called.
pub(super) fn real(path: &Path) -> PathBuf {
    let Ok(whole) = std::path::absolute(path) else { return path.to_owned() };
    // Without the separators at its end.
    let whole: PathBuf = whole.components().collect();
    if plain(&whole) { whole } else { followed(&whole) }
}

/// Whether a path is known to hold no link and no way back: one question to the system, where it can be asked.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn plain(path: &Path) -> bool {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
    use rustix::io::Errno;
    if path.components().any(|part| part == std::path::Component::ParentDir) {
        return false;
    }
    // Asked for as a folder, which it never is, the file opens nothing that would have to be closed again.
    let how = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened =
        rustix::fs::openat2(CWD, path.join("FORMAT.json"), how, Mode::empty(), ResolveFlags::NO_SYMLINKS);
    match opened {
        Ok(_) => true,
        Err(error) => [Errno::NOTDIR, Errno::NOENT].contains(&error),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn plain(_: &Path) -> bool {
    cfg!(not(unix))
}

/// A path with its links followed, as far as it is there. What is not there has no links: `..` takes back the part
/// before it.
fn followed(path: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => _ = real.pop(),
            part => real.push(part),
        }
        if let Ok(there) = std::fs::canonicalize(&real) {
            real = there;
        }
    }
    real
}

/// Earlier releases kept what they knew of a store under the spelling by which it was called: caches of it go, what
/// cannot be made anew moves to where it is looked for.
pub(super) fn gather(state: &Path, spelled: &Path, real: &Path) {
    let (old, new) = (place_name(spelled), place_name(real));
    if old == new {
        return;
    }
    for path in [shared::name(spelled), super::index::name(spelled)] {
        let _ = std::fs::remove_file(state.join(path));
    }
    for (before, behind) in [("sync/", ""), ("backups-", ".json")] {
        let at = |place: &str| state.join(format!("{before}{place}{behind}"));
        if !at(&new).exists() {
            let _ = std::fs::rename(at(&old), at(&new));
        }
    }
}
