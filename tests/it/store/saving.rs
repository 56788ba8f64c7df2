//! NOT SAVED: what a full, read-only or vanished disk does to facts that were given.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use casebook::store::{Class, Depth, Disk, Files, Item, Saved, Saver, Segment};

use super::*;

/// A disk whose writes or syncs fail with an error of the system while one is set.
#[derive(Debug, Default)]
pub(crate) struct Failing {
    /// The error's number; 0 for none.
    pub(crate) write: AtomicI32,
    pub(crate) sync: AtomicI32,
    /// Bytes of a failing write that come through all the same.
    pub(crate) through: AtomicUsize,
    /// Syncs that were tried.
    pub(crate) syncs: AtomicUsize,
    /// The segment that was opened or made last.
    pub(crate) last: Mutex<Option<PathBuf>>,
}

impl Failing {
    fn segment(self: &Arc<Self>, path: &Path, inner: Box<dyn Segment>) -> Box<dyn Segment> {
        if path.parent().is_some_and(|folder| folder.ends_with("journal")) {
            *self.last.lock().unwrap() = Some(path.to_owned());
        }
        Box::new(FailingSegment { disk: Arc::clone(self), inner })
    }
}

#[derive(Debug)]
struct FailingSegment {
    disk: Arc<Failing>,
    inner: Box<dyn Segment>,
}

fn fails(number: &AtomicI32) -> io::Result<()> {
    match number.load(Ordering::SeqCst) {
        0 => Ok(()),
        number => Err(io::Error::from_raw_os_error(number)),
    }
}

impl Segment for FailingSegment {
    fn size(&self) -> io::Result<u64> {
        self.inner.size()
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if fails(&self.disk.write).is_err() {
            let through = self.disk.through.swap(0, Ordering::SeqCst).min(bytes.len());
            if through > 0 {
                return self.inner.write(&bytes[..through]);
            }
        }
        fails(&self.disk.write)?;
        self.inner.write(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.disk.syncs.fetch_add(1, Ordering::SeqCst);
        fails(&self.disk.sync)?;
        self.inner.sync()
    }
    fn hold(&self) -> io::Result<()> {
        self.inner.hold()
    }
    fn protect(&mut self) -> io::Result<()> {
        self.inner.protect()
    }
}

/// Shares one failing disk with the test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(pub(crate) Arc<Failing>);

impl Files for Shared {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        Ok(self.0.segment(path, Disk.open(path)?))
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        Ok(self.0.segment(path, Disk.create(path)?))
    }
    fn read_some(&self, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>> {
        Disk.read_some(path, from, most)
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        Disk.size(path)
    }
    fn changed(&self, folder: &Path) -> io::Result<i64> {
        Disk.changed(folder)
    }
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fails(&self.0.write)?;
        Disk.overwrite(path, bytes)
    }
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fails(&self.0.write)?;
        Disk.replace(path, bytes)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename_new(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(String, Item)>> {
        Disk.list(path)
    }
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fails(&self.0.write)?;
        Disk.create_folder(path)
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        Disk.sync_folder(path)
    }
    fn force(&self, path: &Path) -> io::Result<()> {
        Disk.force(path)
    }
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        Disk.lock(path)
    }
}

const ENOSPC: i32 = 28;
const EIO: i32 = 5;
const EROFS: i32 = 30;

fn saver(bench: &Bench) -> (Shared, Store, Address, Saver) {
    let shared = Shared::default();
    let store = Store::with(bench.setup(1), Arc::new(shared.clone()));
    let Created { address, pen, .. } = create(&store, 1);
    (shared, store, address, Saver::new(pen))
}

fn give(saver: &mut Saver, seconds: i64, words: &str) -> Line {
    saver.submit(&[note(words)], Together::Apart, at(seconds)).unwrap().remove(0)
}

#[test]
fn a_full_disk_keeps_facts_waiting_and_says_so_until_they_are_saved() {
    let bench = Bench::new();
    let (disk, store, address, mut saver) = saver(&bench);
    disk.0.write.store(ENOSPC, Ordering::SeqCst);
    disk.0.through.store(100, Ordering::SeqCst);
    let given: Vec<Line> = (1..4).map(|k| give(&mut saver, k, &format!("fact {k}"))).collect();
    assert_eq!(saver.saved(), Saved::Writing { changes: 3 });
    assert!(saver.flush(at(4)).is_empty());
    assert_eq!(saver.saved(), Saved::Not { changes: 3, why: "disk full".into() });
    assert_eq!(saver.next_try(), Some(at(6)));
    assert!(saver.work(at(5)).is_none(), "two seconds are not over");
    // Tried again and again while the disk stays full: no heap of empty segments.
    for k in 3..40 {
        assert!(saver.flush(at(2 * k)).is_empty());
    }
    assert!(segments(&address).len() <= 3);
    disk.0.write.store(0, Ordering::SeqCst);
    let saved = saver.flush(at(100));
    assert_eq!(saved, given.iter().map(|line| line.id).collect::<Vec<_>>());
    assert_eq!(saver.saved(), Saved::All { at: Some(at(100)) });
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "fact 1", "fact 2", "fact 3"]);
    let verdict = store.verify(&address, Depth::Full);
    assert_eq!(verdict.class(), Class::Declared, "the torn write is declared: {verdict:?}");
    assert!(
        !address.folder.join("quarantine").exists(),
        "there was no room for a copy, and nothing was lost"
    );
}

#[test]
fn a_file_whose_sync_failed_is_never_written_or_synced_again() {
    let bench = Bench::new();
    let (disk, store, address, mut saver) = saver(&bench);
    let first = &segments(&address)[0];
    disk.0.sync.store(EIO, Ordering::SeqCst);
    let line = give(&mut saver, 1, "not sure");
    assert!(saver.flush(at(1)).is_empty());
    let size = std::fs::metadata(first).unwrap().len();
    disk.0.sync.store(0, Ordering::SeqCst);
    give(&mut saver, 2, "next");
    let saved = saver.flush(at(4));
    assert_eq!(saved.len(), 2);
    assert_eq!(std::fs::metadata(first).unwrap().len(), size);
    assert_eq!(segments(&address).len(), 2);
    // The line stands in both segments, byte for byte, and is one line.
    let both: usize = segments(&address)
        .iter()
        .map(|path| {
            std::fs::read_to_string(path).unwrap().matches(&format!("\"id\":\"{}\"", line.id)).count()
        })
        .sum();
    assert_eq!(both, 2);
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "not sure", "next"]);
    assert_eq!(store.verify(&address, Depth::Full).class(), Class::Clean);
}

#[test]
fn a_process_that_died_after_a_failed_sync_hands_the_doubt_to_the_next() {
    let bench = Bench::new();
    let (disk, store, address, mut saver) = saver(&bench);
    disk.0.sync.store(EIO, Ordering::SeqCst);
    give(&mut saver, 1, "in doubt");
    saver.flush(at(1));
    drop((saver, store));
    let store = bench.store(2);
    append(&mut store.pen(&address).unwrap(), 5, "after");
    assert_eq!(segments(&address).len(), 2, "the doubtful segment is left alone");
    let second = std::fs::read_to_string(&segments(&address)[1]).unwrap();
    assert!(second.contains("in doubt"), "and its line is written again where it can be synced");
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "in doubt", "after"]);
    assert_eq!(store.verify(&address, Depth::Full).class(), Class::Clean);
}

#[test]
fn what_waits_can_be_sent_to_another_place() {
    let bench = Bench::new();
    let (disk, _store, _address, mut saver) = saver(&bench);
    disk.0.write.store(EROFS, Ordering::SeqCst);
    let line = give(&mut saver, 1, "keep me");
    saver.flush(at(1));
    assert_eq!(saver.saved(), Saved::Not { changes: 1, why: "the disk is read-only".into() });
    disk.0.write.store(0, Ordering::SeqCst);
    let path = saver.rescue(&bench.folder.path().join("usb")).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(name, format!("rescue-{}-{}.jsonl", id(1), saver.writer()));
    assert!(std::fs::read_to_string(path).unwrap().contains(&line.id.to_string()));
}

#[test]
fn a_fact_given_while_another_is_being_written_goes_with_the_next_batch() {
    let bench = Bench::new();
    let (disk, store, address, mut saver) = saver(&bench);
    give(&mut saver, 1, "one");
    let work = saver.work(at(1)).unwrap();
    give(&mut saver, 2, "two");
    give(&mut saver, 3, "three");
    assert!(saver.work(at(3)).is_none(), "the journal is with the other thread");
    let done = std::thread::spawn(move || work.run()).join().unwrap();
    assert_eq!(saver.done(done, at(4)).len(), 1);
    let before = disk.0.syncs.load(Ordering::SeqCst);
    assert_eq!(saver.flush(at(5)).len(), 2);
    assert_eq!(disk.0.syncs.load(Ordering::SeqCst) - before, 1, "two facts, one sync");
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "one", "two", "three"]);
}

#[test]
fn a_log_costs_one_sync() {
    let bench = Bench::new();
    let (disk, store, address, saver) = saver(&bench);
    drop(saver);
    let before = disk.0.syncs.load(Ordering::SeqCst);
    append(&mut store.pen(&address).unwrap(), 1, "beacon");
    store.publish_after_log(&address, store.read_ahead(&address));
    assert_eq!(disk.0.syncs.load(Ordering::SeqCst) - before, 1);
}
