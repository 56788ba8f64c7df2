//! The few things the store asks of a file system, so that a test can let any one of them fail.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::lock::Locked;

/// A journal segment open for appending. It is never truncated and never written anywhere but at its end.
pub trait Segment: Send + fmt::Debug {
    /// Bytes in the file now.
    fn size(&self) -> io::Result<u64>;
    /// Appends a prefix of `bytes` and says how long it was, as `write(2)` does.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Forces what was written to the disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Says by a lock that somebody lives who fills it, as long as this value is there.
    fn hold(&self) -> io::Result<()>;
    /// Takes the right to write it from everybody: 0400, or 0440 where a group works in the folder.
    fn protect(&mut self) -> io::Result<()>;
}

/// Whether an item of a folder is a file, a folder or something the store does not touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    File,
    Folder,
    Link,
    Other,
}

/// A file that is looked at, or written over, again and again: where the system lets it, it stays open in between.
#[derive(Debug, Default)]
pub struct Held(Option<(File, Place)>);

/// What tells a file from every other while it is open: its disk and its number there.
#[cfg(unix)]
type Place = (u64, u64);
#[cfg(not(unix))]
type Place = ();

/// A file system, as far as the store needs one. No call follows a symbolic link in the last part of a path.
pub trait Files: Send + Sync + fmt::Debug {
    /// Opens an existing file for appending.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Segment>>;
    /// Makes a file that must not exist yet, for appending.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Segment>>;
    /// At most `most` bytes from byte `from` on; nothing if the file is shorter.
    fn read_some(&self, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>>;
    /// Everything from byte `from` to the end.
    fn read(&self, path: &Path, from: u64) -> io::Result<Vec<u8>> {
        self.read_some(path, from, u64::MAX)
    }
    /// All of a file in the place of what `bytes` held. For one file after the other: memory that is new costs more
    /// than reading into it.
    fn read_over(&self, path: &Path, bytes: &mut Vec<u8>) -> io::Result<()> {
        *bytes = self.read(path, 0)?;
        Ok(())
    }
    /// Bytes in a file.
    fn size(&self, path: &Path) -> io::Result<u64>;
    /// Bytes in a file that is held.
    fn size_held(&self, _held: &mut Held, path: &Path) -> io::Result<u64> {
        self.size(path)
    }
    /// The same as [`Files::read_some`] of a file that is held.
    fn read_held(&self, _held: &mut Held, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>> {
        self.read_some(path, from, most)
    }
    /// The same as [`Files::overwrite`] of a file that is held.
    fn overwrite_held(&self, _held: &mut Held, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.overwrite(path, bytes)
    }
    /// The same, whatever has its name by now; an error where none is held.
    fn write_held(&self, _held: &Held, _bytes: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// When the names in a folder last changed, in nanoseconds since 1970 by the clock of its disk; 0 while
    /// that is so fresh that another change might not show.
    fn changed(&self, folder: &Path) -> io::Result<i64>;
    /// Writes `bytes` over the start of a file in place, making it if needed; no sync, no truncation.
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Puts `bytes` in the place of a file by a temporary neighbour and a rename; no sync.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// The same for a cache that is rewritten with every note; quicker where the system helps.
    fn refresh(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.replace(path, bytes)
    }
    /// Moves a file or folder within one file system.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// The same to a name that must be free.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes a file away. Only caches, drafts and presence are ever taken away.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Writes over bytes in the middle of a file and forces that to the disk: only words that have to be gone are
    /// ever written over.
    fn write_over(&self, path: &Path, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = careful().write(true).open(path)?;
        if only_a_file(&file)? < at + bytes.len() as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        file.sync_all()
    }
    /// Takes an empty folder away.
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
    /// Names in a folder, in no order.
    fn list(&self, path: &Path) -> io::Result<Vec<(String, Item)>>;
    /// Makes a folder with its parents. One that is there already is left as it is.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Forces the entries of a folder to the disk.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Forces what a file holds to the disk, whoever wrote it.
    fn force(&self, path: &Path) -> io::Result<()>;
    /// Forces everything on the disk of a folder to it, whoever wrote it.
    ///
    /// # Errors
    /// Where the system has no such call; and where the disk fails.
    fn flush(&self, _folder: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Waits for the one lock of a file, made empty if it is not there. Dropping the answer gives it back.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>>;
}

/// Writes all of `bytes`, however short the single writes are.
pub(crate) fn write_all(segment: &mut dyn Segment, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match segment.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes a folder with its parents and forces their names to the disk, so that what is put into it lasts. For one
/// that may be there without its name being certain: whoever made it may have been stopped.
pub(crate) fn lasting_folder(files: &dyn Files, path: &Path) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let missing = path.ancestors().take_while(|folder| {
        files.changed(folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    });
    let above = missing.count().max(1);
    files.create_folder(&path)?;
    for folder in path.ancestors().skip(1).take(above) {
        match files.sync_folder(folder) {
            // A folder of somebody else's, which one may pass through and not read.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            done => done?,
        }
    }
    Ok(())
}

/// The name under which a file is written until it is whole.
pub(crate) fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".part-{}", path.file_name().unwrap_or_default().to_string_lossy()))
}

/// Puts a small file in the place of another, whole or not at all, forced to the disk.
pub(crate) fn put_whole(files: &dyn Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    let _ = files.remove(&beside);
    let put = || {
        let mut file = files.create(&beside)?;
        write_all(&mut *file, bytes)?;
        file.sync()?;
        files.rename(&beside, path)?;
        files.sync_folder(path.parent().unwrap_or(Path::new(".")))
    };
    let put = put();
    if put.is_err() {
        let _ = files.remove(&beside);
    }
    put
}

/// The file system of this machine. Files are 0600 in folders of 0700; in a folder that a group may write
/// (`2770`), new files and folders are open to that group as well, whatever the umask says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

/// Tells the temporary files of this process apart.
static TURN: AtomicU64 = AtomicU64::new(0);

#[derive(Debug)]
struct OnDisk(File);

impl Segment for OnDisk {
    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn hold(&self) -> io::Result<()> {
        Ok(self.0.try_lock()?)
    }

    #[cfg(unix)]
    fn protect(&mut self) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let mode = self.0.metadata()?.mode() & 0o440;
        self.0.set_permissions(fs::Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    fn protect(&mut self) -> io::Result<()> {
        let mut rights = self.0.metadata()?.permissions();
        rights.set_readonly(true);
        self.0.set_permissions(rights)
    }
}

impl Files for Disk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        let file = careful().append(true).open(path)?;
        only_a_file(&file)?;
        Ok(Box::new(OnDisk(file)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        let file = careful().append(true).create_new(true).open(path)?;
        fit_file(&file, path)?;
        Ok(Box::new(OnDisk(file)))
    }

    fn read_some(&self, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>> {
        let mut file = careful().read(true).open(path)?;
        let size = only_a_file(&file)?;
        if size <= from {
            return Ok(Vec::new());
        }
        if from > 0 {
            file.seek(SeekFrom::Start(from))?;
        }
        let most = most.min(size - from);
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or(0));
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn size(&self, path: &Path) -> io::Result<u64> {
        let about = fs::symlink_metadata(path)?;
        if about.is_symlink() { Err(a_link()) } else { Ok(about.len()) }
    }

    fn changed(&self, folder: &Path) -> io::Result<i64> {
        let changed = fs::symlink_metadata(folder)?.modified()?;
        let since = changed.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        // File systems keep time in ticks of some milliseconds; where it falls on a second, maybe in ticks of two.
        let tick = if since.subsec_nanos() == 0 { 2_500 } else { 50 };
        if changed.elapsed().is_ok_and(|age| age < std::time::Duration::from_millis(tick)) {
            return Ok(0);
        }
        Ok(i64::try_from(since.as_nanos()).unwrap_or(0))
    }

    #[cfg(unix)]
    fn size_held(&self, held: &mut Held, path: &Path) -> io::Result<u64> {
        if let Some((_, size)) = held.still(path) {
            return Ok(size);
        }
        let file = careful().read(true).open(path)?;
        let size = only_a_file(&file)?;
        held.keep(file)?;
        Ok(size)
    }

    fn read_over(&self, path: &Path, bytes: &mut Vec<u8>) -> io::Result<()> {
        let file = careful().read(true).open(path)?;
        let size = only_a_file(&file)?;
        bytes.clear();
        bytes.reserve_exact(usize::try_from(size).unwrap_or(0));
        // No more than was there when it was opened, as in every other read.
        file.take(size).read_to_end(bytes).map(drop)
    }

    #[cfg(unix)]
    fn read_held(&self, held: &mut Held, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>> {
        use std::os::unix::fs::FileExt;
        let Some((file, _)) = &held.0 else { return self.read_some(path, from, most) };
        let mut bytes = vec![0; usize::try_from(most).map_err(io::Error::other)?];
        let mut met = 0;
        while met < bytes.len() {
            match file.read_at(&mut bytes[met..], from + met as u64) {
                Ok(0) => break,
                Ok(count) => met += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(met);
        Ok(bytes)
    }

    #[cfg(unix)]
    fn overwrite_held(&self, held: &mut Held, path: &Path, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::FileExt;
        if let Some((file, _)) = held.still(path) {
            return file.write_all_at(bytes, 0);
        }
        let file = to_overwrite(path)?;
        file.write_all_at(bytes, 0)?;
        held.keep(file)
    }

    #[cfg(unix)]
    fn write_held(&self, held: &Held, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::FileExt;
        let (file, _) = held.0.as_ref().ok_or(io::ErrorKind::NotFound)?;
        file.write_all_at(bytes, 0)
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        to_overwrite(path)?.write_all(bytes)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
        // Two processes, or two threads of one, that write the same cache stay apart.
        let turn = TURN.fetch_add(1, Ordering::Relaxed);
        let beside = path.with_file_name(format!(".{name}.{}.{turn}", std::process::id()));
        let written = (|| {
            let _ = fs::remove_file(&beside);
            let mut file = careful().write(true).create_new(true).open(&beside)?;
            fit_file(&file, &beside)?;
            file.write_all(bytes)?;
            drop(file);
            fs::rename(&beside, path)
        })();
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn refresh(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if super::spare::rewrite(path, bytes) { Ok(()) } else { self.replace(path, bytes) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            use rustix::io::Errno;
            match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
                // Some file systems know no such rename.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                done => return Ok(done?),
            }
        }
        if fs::symlink_metadata(to).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    #[cfg(target_os = "linux")]
    fn list(&self, path: &Path) -> io::Result<Vec<(String, Item)>> {
        super::folder::list(path)
    }

    #[cfg(not(target_os = "linux"))]
    fn list(&self, path: &Path) -> io::Result<Vec<(String, Item)>> {
        let mut names = Vec::new();
        if fs::symlink_metadata(path)?.is_symlink() {
            return Err(a_link());
        }
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            // A name that is not text is none of ours.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            let item = if kind.is_symlink() {
                Item::Link
            } else if kind.is_dir() {
                Item::Folder
            } else if kind.is_file() {
                Item::File
            } else {
                Item::Other
            };
            names.push((name, item));
        }
        Ok(names)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        create_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        // Windows has no such call and needs none: a rename there is in the journal of the file system.
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    fn force(&self, path: &Path) -> io::Result<()> {
        // Windows forces only what may be written.
        let file = if cfg!(unix) { File::open(path)? } else { OpenOptions::new().append(true).open(path)? };
        file.sync_data()
    }

    #[cfg(target_os = "linux")]
    fn flush(&self, folder: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        loop {
            let new = !path.exists();
            let file = careful().read(true).write(true).create(true).truncate(false).open(path)?;
            if new {
                fit_file(&file, path)?;
            }
            let file = Locked::wait(file)?;
            // Whoever held it may have put a new file in its place.
            if still_there(&file, path) {
                return Ok(Box::new(file));
            }
        }
    }
}

#[cfg(unix)]
pub(super) fn still_there(file: &File, path: &Path) -> bool {
    let (held, named) = (file.metadata(), fs::symlink_metadata(path));
    held.is_ok_and(|held| named.is_ok_and(|named| place_of(&held) == place_of(&named)))
}

#[cfg(not(unix))]
fn still_there(_: &File, path: &Path) -> bool {
    path.exists()
}

/// What `O_NOFOLLOW` answers at a symbolic link.
pub(super) fn a_link() -> io::Error {
    if cfg!(unix) { io::Error::from_raw_os_error(ELOOP) } else { io::Error::other("a symbolic link") }
}

#[cfg(unix)]
const ELOOP: i32 = rustix::io::Errno::LOOP.raw_os_error();
#[cfg(not(unix))]
const ELOOP: i32 = i32::MIN;

/// Whether an error says that a symbolic link stood in the way.
pub(crate) fn met_a_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ELOOP)
}

#[cfg(unix)]
impl Held {
    /// The file and how long it is, as long as it has this name: one that was put in its place is another, also where
    /// the file lives on under another name.
    fn still(&self, path: &Path) -> Option<(&File, u64)> {
        let (file, place) = self.0.as_ref()?;
        let about = fs::symlink_metadata(path).ok().filter(|about| place_of(about) == *place)?;
        Some((file, about.len()))
    }

    fn keep(&mut self, file: File) -> io::Result<()> {
        let place = place_of(&file.metadata()?);
        self.0 = Some((file, place));
        Ok(())
    }
}

#[cfg(unix)]
fn place_of(about: &fs::Metadata) -> Place {
    use std::os::unix::fs::MetadataExt;
    (about.dev(), about.ino())
}

/// A file that is written over in place, made if it is not there.
fn to_overwrite(path: &Path) -> io::Result<File> {
    match careful().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = careful().write(true).create_new(true).open(path)?;
            fit_file(&file, path)?;
            Ok(file)
        }
        opened => opened,
    }
}

fn only_a_file(file: &File) -> io::Result<u64> {
    let about = file.metadata()?;
    if about.is_file() { Ok(about.len()) } else { Err(io::Error::other("it is not a plain file")) }
}

#[cfg(unix)]
pub(crate) fn careful() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    // NONBLOCK: a pipe put in the place of a file must not hang the program.
    options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    options
}

#[cfg(not(unix))]
pub(crate) fn careful() -> OpenOptions {
    OpenOptions::new()
}

/// Whether a folder belongs to a group that works in it. Places such as /tmp, open to everybody, do not.
#[cfg(unix)]
fn is_shared(mode: u32) -> bool {
    mode & 0o2020 == 0o2020 && mode & 0o002 == 0
}

/// Gives a new file the rights its folder calls for, whatever the umask took away.
#[cfg(unix)]
pub(crate) fn fit_file(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = path.parent().and_then(|folder| fs::metadata(folder).ok());
    let want = if folder.is_some_and(|folder| is_shared(folder.mode())) { 0o660 } else { 0o600 };
    if file.metadata()?.mode() & 0o777 != want {
        file.set_permissions(fs::Permissions::from_mode(want))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn fit_file(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn create_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    if path.is_dir() {
        return Ok(());
    }
    let Some(parent) = path.parent() else { return Err(io::ErrorKind::NotFound.into()) };
    if !parent.as_os_str().is_empty() {
        create_folder(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => return Ok(()),
        Err(error) => return Err(error),
    }
    let above = fs::metadata(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?.mode();
    let want = if is_shared(above) { 0o2770 } else { 0o700 };
    if fs::metadata(path)?.mode() & 0o7777 != want {
        fs::set_permissions(path, fs::Permissions::from_mode(want))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
