//! T5: the power goes, and of what was not forced to the disk anything may be there and anything may not.

use std::collections::{BTreeMap, HashSet};

use casebook::store::Class;

use super::office::{Office, Stands, Told, hold};
use super::ram::{Act, Lasts, Node, Plan, Ram, Tree, Writes};
use super::*;

/// Images of one seed, by night and by day.
const IMAGES: usize = 20_000;
const FEW: usize = 120;
const STEPS: usize = 45;
/// A disk writes no less than this at once, in bytes.
const PAGE: usize = 4096;
const EIO: i32 = 5;

/// What is on the disk for certain: nothing but what was forced to it.
pub(crate) fn durable(acts: &[Act]) -> Tree {
    Cut::after(acts).tree
}

/// A disk at the moment of a cut.
struct Cut<'a> {
    /// What is there for certain.
    tree: Tree,
    /// Names that may have changed, in the order in which they did.
    names: Vec<&'a Act>,
    /// Writes that may be there: to a file whose sync failed, they are never certain.
    writes: Vec<(Write<'a>, Trust)>,
}

#[derive(Clone, Copy)]
struct Write<'a> {
    node: Node,
    at: usize,
    bytes: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// The next sync makes it certain.
    Waits,
    /// A sync of it failed.
    Lost,
}

impl<'a> Cut<'a> {
    fn after(acts: &'a [Act]) -> Self {
        let mut cut = Self { tree: Tree::new(), names: Vec::new(), writes: Vec::new() };
        for act in acts {
            cut.take(act);
        }
        cut
    }

    fn take(&mut self, act: &'a Act) {
        match act {
            Act::Made(thing) => self.tree.apply(&Act::Made(thing.clone())),
            Act::Named { .. } | Act::Unnamed { .. } | Act::Moved { .. } => self.names.push(act),
            Act::Wrote { node, at, bytes } => {
                self.writes.push((Write { node: *node, at: *at, bytes }, Trust::Waits));
            }
            Act::Synced(node) => self.force(|write| write.node == *node),
            Act::Doubted(node) => {
                let of = self.writes.iter_mut().filter(|(write, _)| write.node == *node);
                of.for_each(|(_, trust)| *trust = Trust::Lost);
            }
            Act::SyncedFolder(folder) => self.name(|act| in_folder(act, *folder)),
            Act::SyncedAll => {
                self.force(|_| true);
                self.name(|_| true);
            }
        }
    }

    /// Writes that wait are certain from now on.
    fn force(&mut self, which: impl Fn(&Write<'_>) -> bool) {
        let tree = &mut self.tree;
        self.writes.retain(|(write, trust)| {
            let now = *trust == Trust::Waits && which(write);
            if now {
                tree.apply(&Act::Wrote { node: write.node, at: write.at, bytes: write.bytes.into() });
            }
            !now
        });
    }

    /// Names that wait are certain from now on.
    fn name(&mut self, which: impl Fn(&Act) -> bool) {
        let tree = &mut self.tree;
        self.names.retain(|act| {
            let now = which(act);
            if now {
                tree.apply(act);
            }
            !now
        });
    }
}

/// Whether a sync of this folder forces the act to the disk.
fn in_folder(act: &Act, of: Node) -> bool {
    match act {
        Act::Named { folder, .. } | Act::Unnamed { folder, .. } => *folder == of,
        Act::Moved { from, to, .. } => from.0 == of || to.0 == of,
        _ => false,
    }
}

/// How the writes to a file came through that were not forced to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// As in one long write that was cut: right up to a byte, and nothing behind it.
    UpTo,
    /// Right up to a byte, and zeros behind it.
    Zeros,
    /// Some pages of them, in any order; zeros for the others.
    Pages,
}

impl Cut<'_> {
    /// One of the disks that the cut may leave, and whether in some file later bytes are there without earlier ones.
    fn image(mut self, dice: &mut Dice) -> (Tree, bool) {
        let names = dice.below(4);
        let first = dice.below(self.names.len() + 1);
        for (k, act) in self.names.iter().enumerate() {
            let there = match names {
                0 => false,
                1 => true,
                2 => k < first,
                _ => dice.below(2) == 0,
            };
            if there {
                self.tree.apply(act);
            }
        }
        let mut by_file: BTreeMap<Node, Vec<Write<'_>>> = BTreeMap::new();
        for (write, _) in &self.writes {
            by_file.entry(write.node).or_default().push(*write);
        }
        let came = [Came::UpTo, Came::UpTo, Came::Zeros, Came::Zeros, Came::Pages][dice.below(5)];
        let all = dice.below(4);
        let mut holes = false;
        for (node, writes) in by_file {
            let there = match all {
                0 => continue,
                1 => Came::UpTo,
                _ => came,
            };
            holes |= came_through(self.tree.bytes(node), &writes, there, all == 1, dice);
        }
        (self.tree, holes)
    }
}

/// Puts into a file what came through. `true`: zeros stand before bytes that did.
fn came_through(file: &mut Vec<u8>, writes: &[Write<'_>], came: Came, whole: bool, dice: &mut Dice) -> bool {
    let mut after = file.clone();
    for write in writes {
        after.resize(after.len().max(write.at + write.bytes.len()), 0);
        after[write.at..write.at + write.bytes.len()].copy_from_slice(write.bytes);
    }
    let from = writes.iter().map(|write| write.at).min().unwrap_or(0);
    let to = from + dice.below(after.len() - from + 1);
    match came {
        _ if whole => *file = after,
        Came::UpTo => {
            file.truncate(file.len().max(to));
            file.resize(file.len().max(to), 0);
            file[from..to].copy_from_slice(&after[from..to]);
        }
        Came::Zeros => {
            let end = to + dice.below(after.len() - to + 1);
            file.resize(file.len().max(end), 0);
            file[from..to].copy_from_slice(&after[from..to]);
        }
        Came::Pages => {
            let before = std::mem::replace(file, after);
            let mut hole = false;
            for page in (from / PAGE..file.len().div_ceil(PAGE)).rev() {
                if dice.below(2) == 0 {
                    let end = ((page + 1) * PAGE).min(file.len());
                    let start = (page * PAGE).max(from);
                    for (byte, at) in file[start..end].iter_mut().zip(start..) {
                        *byte = before.get(at).copied().unwrap_or(0);
                    }
                    hole |= end < file.len();
                }
            }
            return hole;
        }
    }
    false
}

/// What was told by the time so many acts were done.
struct Moment {
    acts: usize,
    told: Told,
}

/// A run whose power can be cut at any of its acts. By the seed, one sync of it fails as well.
struct Run {
    bench: Bench,
    acts: Vec<Act>,
    moments: Vec<Moment>,
    words: HashSet<String>,
    /// The lock files of the writers; each image begins with them.
    locks: Vec<(PathBuf, Vec<u8>)>,
}

impl Run {
    fn new(seed: u8) -> Self {
        let bench = Bench::new();
        let ram = Ram::new(bench.folder.path(), Tree::new());
        let mut office = Office::new(&bench, &ram, seed);
        let mut dice = Dice::new(seed);
        let mut moments = Vec::new();
        let fails = if seed.is_multiple_of(2) { dice.below(STEPS) } else { STEPS };
        for step in 0..STEPS {
            if step == fails {
                let call = ram.calls().len() + dice.below(12);
                ram.fail(Some(Plan { call, error: EIO, lasts: Lasts::Once, writes: Writes::Half }));
            }
            office.work(1);
            moments.push(Moment { acts: ram.acts().len(), told: office.told.clone() });
        }
        office.settle();
        moments.push(Moment { acts: ram.acts().len(), told: office.told.clone() });
        let (_, words) = office.cut();
        let writers = bench.folder.path().join("state/writers");
        let names = std::fs::read_dir(writers).unwrap().map(|entry| entry.unwrap().path());
        let locks = names.filter(|path| path.is_file());
        let locks = locks.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
        Self { bench, acts: ram.acts(), moments, words, locks }
    }

    /// Cuts the power somewhere, looks at what is left, and works on.
    fn image(&self, dice: &mut Dice) -> bool {
        let cut = dice.below(self.acts.len() + 1);
        let (tree, holes) = Cut::after(&self.acts[..cut]).image(dice);
        let told = self.moments.iter().rev().find(|moment| moment.acts <= cut);
        let told = told.map_or_else(Told::default, |moment| moment.told.clone());
        let state = self.bench.folder.path().join("state");
        let _ = std::fs::remove_dir_all(&state);
        // The state folder may be gone as well: then nobody remembers anything.
        if dice.below(8) > 0 {
            std::fs::create_dir_all(state.join("writers")).unwrap();
            self.locks.iter().for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
        }
        // Later bytes without earlier ones look like somebody's deed, and nobody can tell that they are not.
        hold(
            &self.bench,
            (Stands::AfterACut, tree),
            &told,
            &self.words,
            if holes { Class::Broken } else { Class::Declared },
        );
        holes
    }
}

/// All images of one seed; says which one it was before it fails.
fn images(seed: u8, images: usize, worker: usize, workers: usize) -> usize {
    let run = Run::new(seed);
    let mut holes = 0;
    for image in (worker..images).step_by(workers) {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            run.image(&mut Dice::of(seed, u64::try_from(image).unwrap()))
        }));
        match caught {
            Ok(hole) => holes += usize::from(hole),
            Err(panic) => {
                eprintln!("seed {seed}, image {image}");
                std::panic::resume_unwind(panic)
            }
        }
    }
    holes
}

#[test]
fn t5_whatever_a_power_cut_leaves_saved_lines_are_there_and_work_goes_on() {
    let count = if is_nightly() { IMAGES } else { FEW };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    for seed in nightly(2, 4) {
        let holes: usize = std::thread::scope(|scope| {
            let work = |worker| scope.spawn(move || images(seed, count, worker, workers));
            let started: Vec<_> = (0..workers).map(work).collect();
            started.into_iter().map(|worker| worker.join().unwrap()).sum()
        });
        println!("T5 seed {seed}: {count} images, {holes} of them with later bytes before earlier ones");
    }
}
