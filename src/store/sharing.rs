//! Who else may open the store: nobody, or one group of this machine.

use std::path::PathBuf;

use super::Store;
use super::error::StoreError;

#[cfg(unix)]
impl Store {
    /// Opens the store to a group, given by name or number: files become 0660, folders 2770, and what is
    /// made later follows its folder.
    pub fn share(&self, group: &str) -> Result<(), StoreError> {
        use std::fs::{Permissions, set_permissions, symlink_metadata};
        use std::os::unix::fs::{PermissionsExt, chown};

        let bad = |why: String| StoreError::BadSetting { key: "store.shared".into(), why };
        let number =
            group_number(group).ok_or_else(|| bad(format!("this machine has no group “{group}”")))?;
        for path in self.everything()? {
            let share = || {
                let about = symlink_metadata(&path)?;
                if about.is_symlink() {
                    return Ok(());
                }
                chown(&path, None, Some(number))?;
                // A vault file stays one that nobody writes.
                let mode = match about.permissions().mode() & 0o200 {
                    _ if about.is_dir() => 0o2770,
                    0 => 0o440,
                    _ => 0o660,
                };
                set_permissions(&path, Permissions::from_mode(mode))
            };
            share().map_err(StoreError::io("share", &path))?;
        }
        Ok(())
    }

    /// The store's folder and all that is in it, folders before what they hold.
    pub(super) fn everything(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut paths = vec![self.root.clone()];
        let mut next = 0;
        while let Some(path) = paths.get(next).cloned() {
            next += 1;
            if path.is_dir() && !path.is_symlink() {
                let names = self.files.list(&path).map_err(StoreError::io("read the folder", &path))?;
                paths.extend(names.into_iter().map(|(name, _)| path.join(name)));
            }
        }
        Ok(paths)
    }

    /// A warning, if people who are neither the owner nor in the group can read the store.
    pub fn open_to_others(&self) -> Option<String> {
        use std::os::unix::fs::MetadataExt;
        let mode = std::fs::metadata(&self.root).ok()?.mode();
        (mode & 0o007 != 0).then(|| {
            let root = self.root.display();
            format!("everybody on this machine can look into {root}; close it with: chmod o= {root}")
        })
    }
}

#[cfg(unix)]
fn group_number(group: &str) -> Option<u32> {
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let named = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == group).then(|| fields.nth(1)?.parse().ok())?
    });
    named.or_else(|| group.parse().ok())
}

#[cfg(not(unix))]
impl Store {
    /// Groups are set by the folder's own rights here.
    pub fn share(&self, _: &str) -> Result<(), StoreError> {
        let why = "on this system, share the store's folder by its own rights".into();
        Err(StoreError::BadSetting { key: "store.shared".into(), why })
    }

    /// Nothing is known of others here.
    pub fn open_to_others(&self) -> Option<String> {
        None
    }
}
