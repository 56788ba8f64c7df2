//! Where things are: the store, the state that stays on this machine, the person's own settings.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::error::StoreError;

fn ours() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "casebook")
}

/// The store: what was said (`--store`, `CASEBOOK_STORE`), else the data folder of this person.
pub fn store(said: Option<&Path>) -> Result<PathBuf, StoreError> {
    match said.filter(|path| !path.as_os_str().is_empty()) {
        Some(path) => Ok(path.to_owned()),
        None => ours().map(|dirs| dirs.data_dir().to_owned()).ok_or(StoreError::NoHome),
    }
}

/// The state folder: what was said (`CASEBOOK_STATE`), else the system's place for state. It must be on a
/// local disk and is never synced. `None`: there is no home; a fresh writer per process does without.
pub fn state(said: Option<&Path>) -> Option<PathBuf> {
    let said = said.filter(|path| !path.as_os_str().is_empty()).map(Path::to_owned);
    said.or_else(|| ours().map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned()))
}

/// The folder of settings, own playbooks, regimes and scenarios.
pub fn config() -> Result<PathBuf, StoreError> {
    ours().map(|dirs| dirs.config_dir().to_owned()).ok_or(StoreError::NoHome)
}
