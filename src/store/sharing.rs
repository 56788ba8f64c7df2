//! Who else may open the store: nobody, or one group of this machine.

use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

use super::Store;
use super::error::StoreError;
#[cfg(unix)]
use super::files::Files;
use super::locate::Address;
use crate::model::restriction::Readers;

/// The rights an incident that came has now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rights {
    /// Whoever may read the store may read it: its record says nothing else.
    #[default]
    OfStore,
    /// Those its record speaks of.
    AsSaid(Readers),
    /// Only its owner's: its record speaks of this group, which is not here or not this person's.
    OfOwner(String),
    /// Whoever may read the store may read it, though its record says otherwise; and why.
    Open(String),
}

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

    /// The group that may open the store, by name or number. `None`: nobody but its owner.
    pub fn shared_with(&self) -> Option<String> {
        use std::os::unix::fs::MetadataExt;
        let root = std::fs::metadata(&self.root).ok().filter(|root| root.mode() & 0o2020 == 0o2020)?;
        Some(group_name(root.gid()).unwrap_or_else(|| root.gid().to_string()))
    }

    /// Gives the folder of an incident the rights by which only these may read it. `false`: it has them already.
    ///
    /// # Errors
    /// A group this machine does not have; files that are somebody else's.
    pub fn restrict(&self, address: &Address, readers: &Readers) -> Result<bool, StoreError> {
        use std::fs::{Permissions, set_permissions, symlink_metadata};
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

        let above = address.folder.parent().unwrap_or(&self.root);
        let of_store = symlink_metadata(above).map_err(StoreError::io("read the rights of", above))?;
        let (group, open) = match readers {
            Readers::Nobody => (None, false),
            Readers::Store => (Some(of_store.gid()), of_store.mode() & 0o2020 == 0o2020),
            Readers::Group(group) => {
                let why = format!("this machine has no group “{group}”");
                let bad = || StoreError::BadSetting { key: "restrict".into(), why };
                (Some(group_number(group).ok_or_else(bad)?), true)
            }
        };
        let mut changed = false;
        for path in all_in(&*self.files, &address.folder)? {
            let mut set = || {
                let about = symlink_metadata(&path)?;
                if about.is_symlink() {
                    return Ok(());
                }
                let mode = match (about.is_dir(), about.mode() & 0o200, open) {
                    (true, _, true) => 0o2770,
                    (true, _, false) => 0o700,
                    (false, 0, true) => 0o440,
                    (false, 0, false) => 0o400,
                    (false, _, true) => 0o660,
                    (false, _, false) => 0o600,
                };
                if let Some(group) = group.filter(|group| *group != about.gid()) {
                    chown(&path, None, Some(group))?;
                    changed = true;
                }
                if about.mode() & 0o7777 != mode {
                    set_permissions(&path, Permissions::from_mode(mode))?;
                    changed = true;
                }
                Ok(())
            };
            set().map_err(StoreError::io("change the rights of", &path))?;
        }
        self.index().forget(&address.folder, address.id);
        Ok(changed)
    }

    /// Gives the folder of an incident that came the rights its record speaks of.
    pub(super) fn close_as_said(&self, address: &Address, readers: Option<&Readers>) -> Rights {
        let Some(readers) = readers else { return Rights::OfStore };
        let Err(error) = self.restrict(address, readers) else {
            return Rights::AsSaid(readers.clone());
        };
        let group = match (readers, &error) {
            (Readers::Group(group), StoreError::BadSetting { .. }) => group.clone(),
            (Readers::Group(group), StoreError::Io { source, .. })
                if source.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                group.clone()
            }
            _ => return Rights::Open(error.to_string()),
        };
        // A group that is not here, or is not this person's: nobody else reads it until somebody decides.
        if self.closed_to_some(&address.folder) {
            return Rights::OfOwner(group);
        }
        match self.restrict(address, &Readers::Nobody) {
            Ok(_) => Rights::OfOwner(group),
            Err(error) => Rights::Open(error.to_string()),
        }
    }

    /// Gives the copy of an incident's folder the rights of the folder, where those are not the store's.
    pub(super) fn close_alike(&self, folder: &Path, copy: &Address) -> Result<(), StoreError> {
        use std::os::unix::fs::MetadataExt;
        if !self.closed_to_some(folder) {
            return Ok(());
        }
        let rights =
            std::fs::symlink_metadata(folder).map_err(StoreError::io("read the rights of", folder))?;
        let group = rights.mode() & 0o2020 == 0o2020;
        let readers = if group { Readers::Group(rights.gid().to_string()) } else { Readers::Nobody };
        match self.restrict(copy, &readers) {
            Err(_) if group => self.restrict(copy, &Readers::Nobody),
            done => done,
        }
        .map(|_| ())
    }

    /// Whether other people may read an incident than may read the store.
    pub(super) fn closed_to_some(&self, folder: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let rights =
            |path: &Path| std::fs::symlink_metadata(path).map(|it| (it.gid(), it.mode() & 0o7777)).ok();
        folder.join("journal").is_dir() && rights(folder) != folder.parent().and_then(rights)
    }

    /// The store's folder and all that is in it, folders before what they hold; restricted incidents are left out.
    pub(super) fn everything(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut all = all_in(&*self.files, &self.root)?;
        let shut: Vec<PathBuf> = all.iter().filter(|path| self.closed_to_some(path)).cloned().collect();
        all.retain(|path| !shut.iter().any(|shut| path.starts_with(shut)));
        all.retain(|path| !super::archive::is_of_restricted(&*self.files, path));
        Ok(all)
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

/// A folder and all that is in it, folders before what they hold. Folders of incidents below it that this person may
/// not read are left out.
#[cfg(unix)]
fn all_in(files: &dyn Files, folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        next += 1;
        if path.is_dir() && !path.is_symlink() {
            let names = match files.list(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied && is_incident(&path) => {
                    next -= 1;
                    paths.remove(next);
                    continue;
                }
                names => names.map_err(StoreError::io("read the folder", &path))?,
            };
            paths.extend(names.into_iter().map(|(name, _)| path.join(name)));
        }
    }
    Ok(paths)
}

/// Whether a folder is called as one of an incident.
#[cfg(unix)]
fn is_incident(folder: &Path) -> bool {
    folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| super::locate::parse(name).is_some())
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

#[cfg(unix)]
fn group_name(number: u32) -> Option<String> {
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let mut fields = groups.lines().map(|line| line.split(':'));
    fields.find_map(|mut line| {
        let name = line.next()?;
        (line.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    })
}

#[cfg(not(unix))]
impl Store {
    /// Groups are set by the folder's own rights here.
    pub fn share(&self, _: &str) -> Result<(), StoreError> {
        let why = "on this system, share the store's folder by its own rights".into();
        Err(StoreError::BadSetting { key: "store.shared".into(), why })
    }

    /// Nothing is known of others here.
    pub fn shared_with(&self) -> Option<String> {
        None
    }

    /// Rights are the folder's own here.
    pub fn restrict(&self, _: &Address, _: &Readers) -> Result<bool, StoreError> {
        let why = "on this system, restrict the incident's folder by its own rights".into();
        Err(StoreError::BadSetting { key: "restrict".into(), why })
    }

    /// Rights are the folder's own here.
    pub(super) fn close_as_said(&self, _: &Address, readers: Option<&Readers>) -> Rights {
        match readers {
            None => Rights::OfStore,
            Some(_) => Rights::Open("on this system, restrict its folder by its own rights".into()),
        }
    }

    /// Rights are the folder's own here.
    pub(super) fn close_alike(&self, _: &Path, _: &Address) -> Result<(), StoreError> {
        Ok(())
    }

    /// Nothing is known of others here.
    pub(super) fn closed_to_some(&self, _: &Path) -> bool {
        false
    }

    /// Nothing is known of others here.
    pub fn open_to_others(&self) -> Option<String> {
        None
    }
}
