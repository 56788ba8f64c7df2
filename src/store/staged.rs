//! What is not whole yet lies beside the incidents: one folder, locked while somebody lives who fills it.

use std::fs;
use std::path::{Path, PathBuf};

use super::Store;
use super::error::StoreError;
use super::files::careful;
use super::line::hex;

/// How the name of such a folder begins; no list of incidents looks into it.
const BESIDE: &str = ".in-";
const LOCK: &str = ".lock";

/// A folder on the disk of the store that goes when this value does.
pub(super) struct Stage {
    pub(super) folder: PathBuf,
    lock: PathBuf,
    _held: Box<dyn Send>,
}

impl Stage {
    /// A new one. What a killed process left behind is taken away first.
    pub(super) fn new(store: &Store) -> Result<Self, StoreError> {
        let incidents = store.root.join("incidents");
        let made =
            |path: &Path| store.files.create_folder(path).map_err(StoreError::io("make the folder", path));
        made(&incidents)?;
        sweep(&incidents);
        let name = format!("{BESIDE}{}", hex(&store.salts().draw()[..8]));
        let (folder, lock) = (incidents.join(&name), incidents.join(format!("{name}{LOCK}")));
        // The lock stands before the folder does and goes after it: whoever sweeps never meets one without.
        let held = store.files.lock(&lock).map_err(StoreError::io("lock", &lock))?;
        let stage = Self { folder, lock, _held: held };
        made(&stage.folder)?;
        Ok(stage)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What cannot be taken away now is swept by the next one.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(&self.lock);
    }
}

/// Takes away what nobody fills any more.
fn sweep(incidents: &Path) {
    let Ok(names) = fs::read_dir(incidents) else { return };
    let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    for name in names.filter(|name| name.starts_with(BESIDE)) {
        // A lock without a folder is of somebody who was stopped between the two.
        let name = name.strip_suffix(LOCK).unwrap_or(&name);
        let (folder, lock) = (incidents.join(name), incidents.join(format!("{name}{LOCK}")));
        let free = match careful().read(true).write(true).open(&lock) {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if free {
            let _ = fs::remove_dir_all(&folder);
            let _ = fs::remove_file(&lock);
        }
    }
}
