//! What a sidecar repository needs now and then: locks that a power cut left behind are cleared, and small packs become
//! larger ones. Done under the right to sync, so no other exchange of this account is at it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::LIMIT;
use super::git::Git;

/// So many packs, or loose objects in one of the 256 folders of them, are put together. Each exchange adds one pack.
const PACKS: usize = 40;
const LOOSE: usize = 12;
/// How deep references lie: `refs/kept/w-…/…`.
const DEPTH: usize = 6;

impl Git {
    /// Clears the locks that no git holds any more: older than any call may take.
    pub(super) fn clear_locks(&self) {
        let old = LIMIT.saturating_mul(2);
        clear(&self.folder, old, false, 0);
        clear(&self.folder.join("refs"), old, true, 0);
        clear(&self.folder.join("objects").join("info"), old, false, 0);
        // Nobody else fetches into it: what a fetch that was killed had begun is nobody's.
        self.room(0).clear();
    }

    /// Puts packs together, the smaller ones first, so that over many exchanges each byte is written a few times
    /// (`git-repack(1)`, geometric). Nothing depends on it: what goes wrong is tried again another time.
    pub(super) fn tidy(&self) {
        let objects = self.folder.join("objects");
        let packs = names(&objects.join("pack")).filter(|name| name.ends_with(".pack")).count();
        // One folder of loose objects tells of all: their names are hashes.
        let loose = names(&objects.join("17")).count();
        if packs < PACKS && loose < LOOSE {
            return;
        }
        let _ = self.ask(&["repack", "--quiet", "-d", "-l", "--geometric=2"]);
        let _ = self.ask(&["pack-refs", "--all"]);
    }
}

fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
}

/// Takes away lock files older than this.
fn clear(folder: &Path, old: Duration, below: bool, depth: usize) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, Ok(about)) = (entry.path(), entry.metadata()) else { continue };
        if about.is_dir() && below && depth < DEPTH {
            clear(&path, old, below, depth + 1);
        }
        let age = about.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        if about.is_file()
            && path.extension().is_some_and(|ending| ending == "lock")
            && age.is_some_and(|age| age > old)
        {
            let _ = std::fs::remove_file(&path);
        }
    }
}
