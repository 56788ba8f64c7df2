//! The names in a folder, asked for in the kernel's own way: every note looks through some, and the list through hundreds.

use std::io;
use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags, RawDir, open};
use rustix::io::Errno;

use super::files::{Item, a_link};

/// Bytes of names that are asked for at once: those of a hundred incidents.
const AT_ONCE: usize = 8 << 10;

/// The names in a folder that is no link, in no order. One that is not text is none of ours.
pub(super) fn list(path: &Path) -> io::Result<Vec<(String, Item)>> {
    let how = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let folder = match open(path, how, Mode::empty()) {
        Err(Errno::NOTDIR) if path.is_symlink() => return Err(a_link()),
        folder => folder?,
    };
    let mut buffer = [const { MaybeUninit::uninit() }; AT_ONCE];
    let (mut entries, mut names) = (RawDir::new(folder, &mut buffer), Vec::new());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name != "." && name != ".." {
            let item = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => item_of(std::fs::symlink_metadata(path.join(name))?.file_type()),
                FileType::Symlink => Item::Link,
                FileType::Directory => Item::Folder,
                FileType::RegularFile => Item::File,
                _ => Item::Other,
            };
            names.push((name.to_owned(), item));
        }
    }
    Ok(names)
}

fn item_of(file: std::fs::FileType) -> Item {
    match () {
        () if file.is_symlink() => Item::Link,
        () if file.is_dir() => Item::Folder,
        () if file.is_file() => Item::File,
        () => Item::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn all_names_of_a_folder_come_with_what_they_are_and_a_link_to_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, link) = (folder.path().join("inside"), folder.path().join("link"));
        std::fs::create_dir(&inside).unwrap();
        let mut there = BTreeMap::new();
        for k in 0..300 {
            let name = format!("{k} {}", "é".repeat(k % 90));
            std::fs::write(inside.join(&name), "").unwrap();
            there.insert(name, Item::File);
        }
        std::fs::create_dir(inside.join("sub")).unwrap();
        symlink("sub", inside.join("to")).unwrap();
        there.extend([("sub".to_owned(), Item::Folder), ("to".to_owned(), Item::Link)]);
        assert_eq!(list(&inside).unwrap().into_iter().collect::<BTreeMap<_, _>>(), there);
        symlink(&inside, &link).unwrap();
        assert!(crate::store::files::met_a_link(&list(&link).unwrap_err()));
        assert_eq!(list(&inside.join("0 ")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
        assert_eq!(list(&inside.join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
