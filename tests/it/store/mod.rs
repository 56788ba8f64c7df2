//! The store: what is acknowledged stays, what is damaged is found, who writes at once does not meet.
//!
//! The faults to survive, and what shows it. By day a smaller run of the same seeds; `CASEBOOK_NIGHTLY=1 cargo test`
//! runs what stands under "by night", `CASEBOOK_SEED=N` begins with another seed. A run that fails names its seed and
//! its case; a fault that was found has a test of its own in `found.rs`.
//!
//! | | what happens | test | by day | by night |
//! |---|---|---|---|---|
//! | T1 | killed while appending | `kill::t1_…` | 2,000 kills | the same |
//! | | killed while founding, importing, sealing | `stops::…` | 20 kills each | 700 each |
//! | T2 | a journal cut anywhere | `damage::t2_…` | every byte of 40 lines | the same |
//! | T3 | a bit flipped | `damage::t3_…` | every bit of 40 lines | the same |
//! | T4 | a call on the disk fails | `calls::t4_…` | some 30 calls of one script of 200 acts | every call × 4 errors × once and for good × whole and half writes, 2 seeds |
//! | | the same while a bundle is taken in | `stops::t4_…` | every call × 3 | the same |
//! | T5 | a power cut | `cut::t5_…` | 2 seeds × 120 disks | 4 seeds × 20,000 disks |
//! | T7 | a small disk is full, and free again | `full::t7_…` | 100 times, one way | 100 times, every way the system allows |
//! | T8 | eight processes write, two read | `many::t8_…` | 8 × 1,000 events | the same |
//! | T9 | lines in any order, twice, in any file | `many::t9_…` | 10,000 | the same |
//! | T10 | clocks that are wrong | `many::t10_…` | 200 lines of five clocks | the same |
//! | T14 | one case for each way of tampering | `tamper::…`, `verify::…` | every case | the same |
//! | T15 | journals of earlier releases | `golden::t15_…` | every release | the same |
//! | T16 | any bytes for a line or a bundle | unit tests of `store/written.rs`; `crate::bundle` | 256 cases a law | the same |
//! | T17 | umask, groups, links, files of others | `rights::t17_…` | every case | the same |

mod append;
mod archive;
mod caches;
mod calls;
mod cut;
mod damage;
mod found;
mod founding;
mod full;
mod golden;
mod kill;
mod many;
mod office;
mod ram;
mod rights;
pub(crate) mod saving;
mod seen;
mod settings;
mod shared;
mod stops;
mod sync;
mod tamper;
mod verify;

use std::path::PathBuf;

use casebook::incident::event::Event;
use casebook::incident::line::{Draft, Line};
use casebook::model::entry::Logged;
use casebook::store::{Address, Created, Host, Pen, Salts, Series, Setup, Store, StoreError, Together};
use chrono::{DateTime, Duration, Utc};
use tempfile::TempDir;
use uuid::Uuid;

/// A store in a folder of its own that goes with the test.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        // A disk in memory where there is one: these tests are about bytes and order, not about the platter.
        let quick = std::path::Path::new("/dev/shm");
        let folder = if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() };
        Self { folder: folder.unwrap() }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub(crate) fn setup(&self, seed: u8) -> Setup {
        let host = Host {
            host: "jump01".into(),
            user: "ana".into(),
            version: "0.1.0".into(),
            machine: "machine-a".into(),
        };
        Setup { root: self.root(), state: Some(self.folder.path().join("state")), host, seed: [seed; 32] }
    }

    /// A process of its own on the same machine, as far as the store can tell.
    pub(crate) fn store(&self, seed: u8) -> Store {
        Store::open(self.setup(seed))
    }
}

/// Whole seconds after the hour at which every test begins.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-21T22:00:00Z").unwrap().to_utc() + Duration::seconds(seconds)
}

pub(crate) fn note(text: &str) -> Draft {
    let logged = Logged { text: text.to_owned(), ..Logged::default() };
    Draft {
        by: "ana".into(),
        who: None,
        happened: None,
        ex: None,
        now_set: false,
        over: Vec::new(),
        event: Event::from(logged),
    }
}

pub(crate) fn text(line: &Line) -> &str {
    match &line.event {
        Event::Logged(logged) => &logged.text,
        other => other.kind(),
    }
}

pub(crate) fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(text).collect()
}

pub(crate) fn id(n: u8) -> Uuid {
    Uuid::from_bytes([0, 0, 0, 0, 0, n, 0x70, 0, 0x80, 0, 0, 0, 0x7f, 0x3a, 0x91, n])
}

/// An incident whose first line is a note saying `opened`.
pub(crate) fn create(store: &Store, n: u8) -> Created {
    let first = |_: &_| Ok::<_, StoreError>(vec![note("opened")]);
    store.create(Series::Inc, id(n), at(0), first).unwrap()
}

/// Whether the runs of nightly size are asked for: `CASEBOOK_NIGHTLY=1`.
pub(crate) fn is_nightly() -> bool {
    std::env::var_os("CASEBOOK_NIGHTLY").is_some_and(|said| said != "0")
}

/// Seeds from 1 to so many, or to so many at night; `CASEBOOK_SEED` names another first one.
pub(crate) fn nightly(by_day: u8, by_night: u8) -> impl Iterator<Item = u8> {
    let first: u8 = std::env::var("CASEBOOK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    first..first.saturating_add(if is_nightly() { by_night } else { by_day })
}

/// Numbers from a seed, the same every time.
pub(crate) struct Dice(Salts);

impl Dice {
    pub(crate) fn new(seed: u8) -> Self {
        Self(Salts::new([seed; 32]))
    }

    /// The one of so many throws with this seed.
    pub(crate) fn of(seed: u8, throw: u64) -> Self {
        let mut bytes = [seed; 32];
        bytes[..8].copy_from_slice(&throw.to_le_bytes());
        Self(Salts::new(bytes))
    }

    /// A number from 0 to below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let bytes = self.0.draw();
        usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap()) % n as u64).unwrap()
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// This very test in a process of its own, with a word that tells it to be the child.
pub(crate) fn again(test: &str, word: &str) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env("CASEBOOK_TEST_CHILD", word);
    command
}

/// The word a parent gave, if this process is a child.
pub(crate) fn child_word() -> Option<String> {
    std::env::var("CASEBOOK_TEST_CHILD").ok()
}

pub(crate) fn append(pen: &mut Pen, seconds: i64, words: &str) -> Line {
    pen.append(&[note(words)], Together::Apart, at(seconds)).unwrap().lines.remove(0)
}

/// The segments of an incident by name.
pub(crate) fn segments(address: &Address) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(address.folder.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}
