//! The list cache: one row per change appended to a file on this machine, the last of an incident wins.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casebook_bytes::{LastLines, PlainRow, summed};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::StoreError;
use super::files::{Files, write_all};
use super::kept;
use super::line::hex;
use super::locate::{Address, Found, address, hundreds, in_hundred};
use super::number::Number;
use super::reading::segments;
use super::record::Record;
use super::row::{Closed, Row};
use super::shared;

/// How closely a list looks at the incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Believe the cache for every incident it knows: two levels of folders are read, nothing else.
    Cached,
    /// Compare names and sizes of all journals with the cache, and fold what has changed.
    Checked,
}

/// A line of the cache: the row, and the journals it was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Year, hundred and name of the folder. It stands first, so that it is found without parsing.
    at: String,
    /// [`Files::changed`] of the journal folder.
    changed: i64,
    files: Vec<(String, u64)>,
    #[serde(with = "super::kept")]
    row: Row,
}

impl Entry {
    /// Of an incident that has just been put into its place.
    pub(super) fn new(folder: &Path, files: Vec<(String, u64)>, row: Row) -> Self {
        Self { at: at(folder), changed: 0, files, row }
    }

    fn files(&self) -> impl Iterator<Item = (&str, u64)> + Clone {
        self.files.iter().map(|(name, size)| (name.as_str(), *size))
    }
}

/// What some hundreds hold.
#[derive(Default)]
struct Part {
    rows: Vec<(Number, Address, Row)>,
    /// Entries for the cache.
    fresh: Vec<Entry>,
    /// Incidents whose older rows are not to stay: they may not be read any more, or words of them were expunged.
    lost: Vec<Uuid>,
}

/// More than this many threads do not make a list quicker; so many hundreds are not worth another one.
const MOST_THREADS: usize = 4;
const ALONE: usize = 4;

const AT: &str = "{\"at\":\"";

/// The cache of one store.
#[derive(Debug)]
pub(super) struct Index {
    files: Arc<dyn Files>,
    root: PathBuf,
    /// None without a state folder.
    path: Option<PathBuf>,
}

/// A short name for a store on this machine: copies of one store are told apart by their place, which has one spelling.
pub(super) fn place_name(root: &Path) -> String {
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    hex(&Sha256::digest(root.as_os_str().as_encoded_bytes())[..8])
}

/// What the list caches of all stores begin with.
const NAME: &str = "index-";

/// The name of the list cache of a store.
pub(super) fn name(root: &Path) -> String {
    format!("{NAME}{}.jsonl", place_name(root))
}

impl Index {
    pub(super) fn new(files: Arc<dyn Files>, root: &Path, state: Option<&Path>) -> Self {
        let path = state.map(|state| state.join(name(root)));
        Self { files, root: root.to_owned(), path }
    }

    /// What stands in the cache.
    fn bytes(&self) -> Vec<u8> {
        self.path.as_ref().and_then(|path| self.files.read(path, 0).ok()).unwrap_or_default()
    }

    /// Whether the cache has every incident as its journals are now. No row is made, so that a list that is shown already
    /// is not in memory twice.
    pub(super) fn is_current(&self) -> bool {
        let bytes = self.bytes();
        let Ok(text) = std::str::from_utf8(&bytes) else { return false };
        let known = LastLines::of(text);
        if !known.are_whole {
            return false;
        }
        let still = |line: &str, found: &Found| match PlainRow::read(line) {
            Some(plain) => plain.changed != 0 && self.still(plain.changed, plain.files(), found),
            None => read(line).is_some_and(|entry| {
                entry.row.shut.is_none()
                    && entry.changed != 0
                    && self.still(entry.changed, entry.files(), found)
            }),
        };
        let as_known = |found: &Found| known.get(&at(&found.folder)).is_some_and(|line| still(line, found));
        let all_known =
            |hundred: &PathBuf| in_hundred(&*self.files, hundred).is_ok_and(|here| here.iter().all(as_known));
        hundreds(&*self.files, &self.root).is_ok_and(|hundreds| hundreds.iter().all(all_known))
    }

    /// All incidents, newest number first.
    pub(super) fn list(&self, look: Look) -> Result<Vec<(Address, Row)>, StoreError> {
        let bytes = self.bytes();
        // Checked as text once, so that no string in it has to be again.
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(&bytes),
        };
        let mut known = LastLines::of(&text);
        if !known.are_whole {
            self.drop_all();
            known = LastLines::of("");
        }
        let hundreds = hundreds(&*self.files, &self.root)?;
        // Asking the disk about twenty thousand names is waiting, most of it: it is shared out.
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let share = hundreds.len().div_ceil(threads).max(ALONE);
        let parts: Vec<_> = std::thread::scope(|scope| {
            let mut shares = hundreds.chunks(share);
            let first = shares.next().unwrap_or_default();
            let work = |share| self.part(share, &known, look);
            let start = |share| {
                let started = std::thread::Builder::new().spawn_scoped(scope, move || work(share));
                started.map_err(|_| share)
            };
            let others: Vec<_> = shares.map(start).collect();
            let first = work(first);
            // A share for which there is no thread to be had is done here.
            let others = others.into_iter().map(|other| match other {
                Ok(thread) => thread.join().expect("reading rows does not panic"),
                Err(share) => work(share),
            });
            std::iter::once(first).chain(others).collect()
        });
        let mut all = Part::default();
        for part in parts {
            let part = part?;
            if all.rows.is_empty() {
                all.rows = part.rows;
                all.rows.reserve_exact(known.incidents().saturating_sub(all.rows.len()));
            } else {
                all.rows.extend(part.rows);
            }
            all.fresh.extend(part.fresh);
            all.lost.extend(part.lost);
        }
        let Part { mut rows, fresh, lost } = all;
        rows.sort_by_key(|(number, ..)| order(number));
        if !lost.is_empty() {
            // What was noted while it might be read goes as a whole: a newer row would leave the older one behind it.
            self.compact(&known, &fresh);
            if let Some(path) = &self.path {
                // A print of an address can be guessed back.
                let begins: Vec<String> = lost.into_iter().map(shared::begins).collect();
                drop_lines(&*self.files, &path.with_file_name(shared::name(&self.root)), &begins);
            }
        } else if known.count + fresh.len() > rows.len() + rows.len() / 4 + 200 {
            self.compact(&known, &fresh);
        } else {
            self.append(&fresh);
        }
        Ok(rows.into_iter().map(|(_, address, row)| (address, row)).collect())
    }

    /// The rows of some hundreds, in order, and those of them that the cache does not have as they are now.
    fn part(&self, hundreds: &[PathBuf], known: &LastLines<'_>, look: Look) -> Result<Part, StoreError> {
        let Part { mut rows, mut fresh, mut lost } = Part::default();
        rows.reserve_exact(known.incidents().min(100 * hundreds.len()));
        let shared = self.shared();
        for hundred in hundreds {
            let mut here = in_hundred(&*self.files, hundred)?;
            // The key of an incident is that of its hundred and its name.
            let mut key = parts(hundred, 2);
            key.push('/');
            let begins = key.len();
            // The rows are much longer than the names: they come in order, so that none has to be moved.
            here.sort_by_key(|found| order(&found.number));
            for found in here {
                key.truncate(begins);
                key.push_str(found.folder.file_name().and_then(|name| name.to_str()).unwrap_or_default());
                let line = known.get(&key);
                if let Some(row) = line.and_then(|line| self.usual(line, &found, (look, shared))) {
                    let address = Address { id: row.id, number: row.number.clone(), folder: found.folder };
                    rows.push((found.number, address, row));
                    continue;
                }
                let cached = line.and_then(read);
                let was = cached.as_ref().filter(|entry| entry.row.shut.is_none()).map(|entry| entry.row.id);
                let entry = match cached {
                    Some(entry)
                        if look == Look::Cached
                            && !(shared && self.changed_hands(entry.row.shut.as_ref(), &found)) =>
                    {
                        entry
                    }
                    Some(mut entry)
                        if entry.row.shut.is_none() && self.still(entry.changed, entry.files(), &found) =>
                    {
                        // Too fresh to be told by its folder's time when it was made, and not any more.
                        let changed = if entry.changed == 0 { self.changed(&found) } else { 0 };
                        if changed != 0 {
                            entry.changed = changed;
                            fresh.push(entry.clone());
                        }
                        entry
                    }
                    _ => {
                        let (entry, expunged) = self.build(&found);
                        // Rights and damage can change without a change of any size.
                        // A title that was cached while it might be read is not told any more, nor are words that
                        // somebody with other caches took away since.
                        let shut = entry.row.shut == Some(Closed::Restricted);
                        lost.extend(was.filter(|_| shut || expunged));
                        if entry.row.shut.is_none() || (shut && was.is_some()) {
                            fresh.push(entry.clone());
                        }
                        entry
                    }
                };
                // The folder keeps the number, also where the line that says it cannot be read.
                let (id, number) = (entry.row.id, found.number.text());
                let row = Row { number: number.clone(), ..entry.row };
                rows.push((found.number, Address { id, number, folder: found.folder }, row));
            }
        }
        Ok(Part { rows, fresh, lost })
    }

    /// The row that a usual line of the cache says, where it is believed: nothing but it has to be made of the line.
    fn usual(&self, line: &str, found: &Found, (look, shared): (Look, bool)) -> Option<Row> {
        let plain = PlainRow::read(line)?;
        let believed = match look {
            Look::Cached => !(shared && self.changed_hands(None, found)),
            // One that was too fresh to be told by its folder's time may not be any more, and is taken down so.
            Look::Checked => plain.changed != 0 && self.still(plain.changed, plain.files(), found),
        };
        if believed { kept::usual(&plain, found.number.text()) } else { None }
    }

    /// Whether somebody else may write in this store: then what may be read of it can become less. Nobody asks the
    /// disk about every incident of a store that is this person's alone.
    #[cfg(unix)]
    fn shared(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let mine = rustix::process::geteuid().as_raw();
        std::fs::metadata(&self.root).is_ok_and(|root| root.uid() != mine || root.mode() & 0o077 != 0)
    }

    #[cfg(not(unix))]
    fn shared(&self) -> bool {
        true
    }

    /// Whether an incident may be read that might not be when its row was made, or the other way round.
    fn changed_hands(&self, shut: Option<&Closed>, found: &Found) -> bool {
        let journal = found.folder.join("journal");
        let denied = |error: std::io::Error| error.kind() == std::io::ErrorKind::PermissionDenied;
        let closed = self.files.changed(&journal).is_err_and(denied);
        closed != (shut == Some(&Closed::Restricted))
    }

    fn changed(&self, found: &Found) -> i64 {
        self.files.changed(&found.folder.join("journal")).unwrap_or(0)
    }

    /// Whether the journals are as they were when the row was made: the time of their folder, names and sizes.
    fn still<'e>(
        &self,
        then: i64,
        mut files: impl Iterator<Item = (&'e str, u64)> + Clone,
        found: &Found,
    ) -> bool {
        let mut journal = found.folder.join("journal");
        let same_names = match self.files.changed(&journal) {
            Ok(changed) if changed != 0 && changed == then => true,
            Ok(_) => segments(&*self.files, &journal, &mut Vec::new())
                .is_ok_and(|names| names.iter().map(String::as_str).eq(files.clone().map(|(name, _)| name))),
            Err(_) => false,
        };
        same_names
            && files.all(|(name, size)| {
                journal.push(name);
                let same = self.files.size(&journal).is_ok_and(|now| now == size);
                journal.pop();
                same
            })
    }

    /// Folds an incident for its row, and says whether words of it were expunged.
    fn build(&self, found: &Found) -> (Entry, bool) {
        // Names and sizes before the read: a line that comes in between makes the row old, never wrong.
        let journal = found.folder.join("journal");
        let changed = self.files.changed(&journal).unwrap_or(0);
        let names = segments(&*self.files, &journal, &mut Vec::new()).unwrap_or_default();
        let sizes = names.into_iter().filter_map(|name| {
            let size = self.files.size(&journal.join(&name)).ok()?;
            Some((name, size))
        });
        let files = sizes.collect();
        let row = address(&*self.files, found)
            .and_then(|address| Record::open(Arc::clone(&self.files), address))
            .map(|record| (Row::of(&record.incident), record.incident.declaring().next().is_some()));
        let at = at(&found.folder);
        match row {
            Ok((row, expunged)) => (Entry { at, changed, files, row }, expunged),
            Err(error) => {
                let why = match error {
                    StoreError::Restricted { .. } => Closed::Restricted,
                    other => Closed::Unreadable(other.to_string()),
                };
                (Entry { at, changed: 0, files: Vec::new(), row: Row::shut(found, why) }, false)
            }
        }
    }

    /// Takes down the row of a record that was read anyway.
    pub(super) fn note(&self, record: &Record) {
        let journal = record.address.folder.join("journal");
        let mut changed = self.files.changed(&journal).unwrap_or(0);
        let read = &record.cursor.0;
        if !segments(&*self.files, &journal, &mut Vec::new()).is_ok_and(|names| names.iter().eq(read.keys()))
        {
            changed = 0;
        }
        let files = read.iter().map(|(name, mark)| (name.clone(), mark.bytes)).collect();
        let (at, row) = (at(&record.address.folder), Row::of(&record.incident));
        self.append(&[Entry { at, changed, files, row }]);
    }

    /// Takes down the rows of incidents that are new.
    pub(super) fn note_all(&self, entries: &[Entry]) {
        self.append(entries);
    }

    /// Takes down that the row of an incident is older than its journals: whoever lists next folds it, and a screen
    /// that watches the cache looks again. Nothing is read for it.
    pub(super) fn outdated(&self, folder: &Path) {
        let mut line = Vec::new();
        cache_line(&mut line, &serde_json::json!({ "at": at(folder) }));
        self.put(&line);
    }

    fn append(&self, entries: &[Entry]) {
        if !entries.is_empty() {
            self.put(&lines_of(entries.iter()));
        }
    }

    /// A cache that cannot be written is slow, not wrong.
    fn put(&self, text: &[u8]) {
        let Some(path) = &self.path else { return };
        let file = self.files.open(path).or_else(|_| {
            path.parent().map_or(Ok(()), |folder| self.files.create_folder(folder))?;
            self.files.create(path)
        });
        let _ = file.and_then(|mut file| write_all(&mut *file, text));
    }

    /// Takes what is kept of an incident out of the caches of this machine: it is not there any more, not for all, or words
    /// of it are gone. Also out of those of a place where its store no longer is.
    pub(super) fn forget(&self, folder: &Path, id: Uuid) {
        let Some(own) = &self.path else { return };
        let begins = [format!("{AT}{}\"", at(folder)), shared::begins(id)];
        let names = own.parent().and_then(|state| self.files.list(state).ok()).unwrap_or_default();
        let names = names.iter().map(|(name, _)| name.as_str());
        for name in names.chain(own.file_name().and_then(|name| name.to_str())) {
            let path = own.with_file_name(name);
            match name.strip_prefix('.') {
                Some(name) if is_cache(name) => {
                    // Somebody was stopped before it had its name. One who is not yet there has a cache less.
                    let _ = self.files.remove(&path);
                }
                None if is_cache(name) => drop_lines(&*self.files, &path, &begins),
                _ => {}
            }
        }
    }

    /// Takes away what cannot be believed. What was kept of an incident that may not be read any more, or of words that
    /// are gone, is not left behind in it.
    fn drop_all(&self) {
        let Some(path) = &self.path else { return };
        for path in [path, &path.with_file_name(shared::name(&self.root))] {
            let _ = self.files.remove(path);
        }
    }

    fn compact(&self, known: &LastLines<'_>, fresh: &[Entry]) {
        let Some(path) = &self.path else { return };
        let mut entries: HashMap<String, Entry> = HashMap::new();
        let old = known.iter().filter_map(read);
        for entry in old.chain(fresh.iter().cloned()) {
            entries.insert(entry.at.clone(), entry);
        }
        let incidents = self.root.join("incidents");
        entries.retain(|at, _| incidents.join(at).is_dir());
        let _ = self.files.replace(path, &lines_of(entries.values()));
    }
}

fn is_cache(name: &str) -> bool {
    [NAME, shared::NAME].iter().any(|of| name.starts_with(of))
}

/// Takes lines that begin so out of a cache.
pub(super) fn drop_lines(files: &dyn Files, path: &Path, begins: &[String]) {
    let Ok(bytes) = files.read(path, 0) else { return };
    let text = String::from_utf8_lossy(&bytes);
    let of = |line: &&str| !begins.iter().any(|begins| line.starts_with(begins));
    let kept: Vec<&str> = text.split_inclusive('\n').filter(of).collect();
    let kept = kept.concat();
    if kept.len() < text.len() {
        let _ = files.replace(path, kept.as_bytes());
    }
}

/// Adds a line of a cache, which ends with its sum.
pub(super) fn cache_line(text: &mut Vec<u8>, object: &impl Serialize) {
    let mut line = serde_json::to_vec(object).expect("ids, words and numbers always serialise");
    summed(&mut line);
    text.extend(line);
    text.push(b'\n');
}

fn lines_of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<u8> {
    let mut text = Vec::new();
    for entry in entries {
        cache_line(&mut text, entry);
    }
    text
}

/// Of a line as [`LastLines::get`] has it. One that is torn is no line, nor is one that only says that the row is outdated:
/// the incident is folded instead.
fn read(line: &str) -> Option<Entry> {
    serde_json::from_str(&format!("{line}}}")).ok()
}

/// Newest number first; of two series with the same number, in the order of the series.
fn order(number: &Number) -> impl Ord + use<> {
    (Reverse(number.year), Reverse(number.n), number.series)
}

/// `2026/00/INC-2026-0007-7f3a91c2`, whatever the separator of the system.
fn at(folder: &Path) -> String {
    parts(folder, 3)
}

/// The last parts of a path, so many of them.
fn parts(folder: &Path, count: usize) -> String {
    let mut parts: Vec<&str> = folder.iter().rev().take(count).filter_map(|part| part.to_str()).collect();
    parts.reverse();
    parts.join("/")
}
