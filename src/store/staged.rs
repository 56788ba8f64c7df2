//! What is not whole yet lies beside the incidents: one folder, locked while somebody lives who fills it.

use std::fs;
use std::path::{Path, PathBuf};

use super::Store;
use super::error::StoreError;
use super::files::careful;
use super::line::hex;
use super::locate::Address;
use super::sharing::Rights;
use crate::model::restriction::Readers;

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
        stage.close().map_err(StoreError::io("close", &stage.folder))?;
        Ok(stage)
    }

    /// Nobody else looks in: what comes may be restricted, and nothing is known of that yet.
    #[cfg(unix)]
    fn close(&self) -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        match fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700)) {
            // The folder of a store in memory.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    #[cfg(not(unix))]
    fn close(&self) -> std::io::Result<()> {
        Ok(())
    }

    /// Gives an incident that is whole the rights it will have in its place.
    ///
    /// # Errors
    /// Where its record says that not everybody may read it, and that cannot be brought about.
    pub(super) fn open(
        &self,
        store: &Store,
        lies: &Address,
        readers: Option<Readers>,
    ) -> Result<Rights, StoreError> {
        let rights = store.close_as_said(lies, readers.as_ref());
        match &rights {
            Rights::OfStore => self.as_store(store, lies)?,
            // Where a system has no rights of groups, whoever brought it is told.
            Rights::Open(why) if cfg!(unix) => {
                let what = format!("{}, which is restricted,", lies.number);
                return Err(StoreError::NotTaken { what, why: why.clone() });
            }
            _ => {}
        }
        Ok(rights)
    }

    /// The rights of a new folder of the store, for all that is in it.
    #[cfg(unix)]
    fn as_store(&self, store: &Store, lies: &Address) -> Result<(), StoreError> {
        use std::os::unix::fs::PermissionsExt;
        let above = self.folder.parent().unwrap_or(&self.folder);
        let Ok(rights) = fs::metadata(above) else { return Ok(()) };
        let shared = rights.permissions().mode() & 0o2020 == 0o2020;
        if shared {
            store.restrict(lies, &Readers::Store)?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn as_store(&self, _: &Store, _: &Address) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A closed folder on the disk of the store for what is taken out of a file; it goes when this value does.
pub struct Bench(Stage);

impl Bench {
    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }
}

impl Store {
    /// A folder of that sort.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn bench(&self) -> Result<Bench, StoreError> {
        Stage::new(self).map(Bench)
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
