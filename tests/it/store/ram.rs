//! A disk in memory that fails when told to, and knows what was forced to it and what a power cut may take.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use casebook::store::{Files, Item, Segment};

/// Stands for a file or folder for ever, whatever it is called.
pub(crate) type Node = usize;

/// What was done to the disk.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Made(Thing),
    Named {
        folder: Node,
        name: String,
        node: Node,
    },
    Unnamed {
        folder: Node,
        name: String,
        node: Node,
    },
    Moved {
        from: (Node, String),
        to: (Node, String),
        node: Node,
    },
    Wrote {
        node: Node,
        at: usize,
        bytes: Arc<[u8]>,
    },
    Synced(Node),
    /// A sync failed: what it should have forced may come through, or never.
    Doubted(Node),
    SyncedFolder(Node),
    SyncedAll,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    File(Vec<u8>),
    Folder(BTreeMap<String, Node>),
}

/// Files and folders; the first is the folder in which all others are.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    things: Vec<Thing>,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { things: vec![Thing::Folder(BTreeMap::new())] }
    }

    pub(crate) fn names(&mut self, folder: Node) -> &mut BTreeMap<String, Node> {
        match &mut self.things[folder] {
            Thing::Folder(names) => names,
            Thing::File(_) => panic!("a file is no folder"),
        }
    }

    pub(crate) fn bytes(&mut self, file: Node) -> &mut Vec<u8> {
        match &mut self.things[file] {
            Thing::File(bytes) => bytes,
            Thing::Folder(_) => panic!("a folder is no file"),
        }
    }

    /// Does an act as whoever looks at the running system sees it.
    pub(crate) fn apply(&mut self, act: &Act) {
        match act {
            Act::Made(thing) => self.things.push(thing.clone()),
            Act::Named { folder, name, node } => drop(self.names(*folder).insert(name.clone(), *node)),
            Act::Unnamed { folder, name, node } => {
                if self.names(*folder).get(name) == Some(node) {
                    self.names(*folder).remove(name);
                }
            }
            Act::Moved { from, to, node } => {
                if self.names(from.0).get(&from.1) == Some(node) {
                    self.names(from.0).remove(&from.1);
                }
                self.names(to.0).insert(to.1.clone(), *node);
            }
            Act::Wrote { node, at, bytes } => {
                let file = self.bytes(*node);
                file.resize(file.len().max(at + bytes.len()), 0);
                file[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Act::Synced(_) | Act::Doubted(_) | Act::SyncedFolder(_) | Act::SyncedAll => {}
        }
    }
}

/// A call on the disk that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Call {
    Open,
    Create,
    Read,
    Size,
    Changed,
    Write,
    Sync,
    Overwrite,
    Replace,
    Rename,
    Remove,
    List,
    MakeFolder,
    SyncFolder,
    Flush,
    Lock,
}

/// How long a failure lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    Once,
    /// Until the disk is healed.
    On,
}

/// How a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writes {
    Nothing,
    /// One half comes through; the next call says why not the other.
    Half,
}

/// The failure that is planned: which call, with which error of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) call: usize,
    pub(crate) error: i32,
    pub(crate) lasts: Lasts,
    pub(crate) writes: Writes,
}

#[derive(Debug)]
struct Inside {
    tree: Tree,
    acts: Vec<Act>,
    calls: Vec<Call>,
    plan: Option<Plan>,
    /// Calls that all fail; a write brings half of its bytes through.
    refused: Option<Call>,
    /// The next call fails as well: it has the rest of a write.
    rest: bool,
    doubted: HashSet<Node>,
    /// Files are written, and whoever writes them has not come to forcing them to the disk.
    pending: bool,
    broken: Vec<String>,
}

/// A disk in memory, mounted at a folder. Copies of this value are the same disk.
#[derive(Clone, Debug)]
pub(crate) struct Ram {
    base: PathBuf,
    inside: Arc<Mutex<Inside>>,
}

fn missing<T>() -> io::Result<T> {
    Err(io::ErrorKind::NotFound.into())
}

impl Ram {
    pub(crate) fn new(base: &Path, tree: Tree) -> Self {
        let inside = Inside {
            tree,
            acts: Vec::new(),
            calls: Vec::new(),
            plan: None,
            refused: None,
            rest: false,
            doubted: HashSet::new(),
            pending: false,
            broken: Vec::new(),
        };
        Self { base: base.to_owned(), inside: Arc::new(Mutex::new(inside)) }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub(crate) fn fail(&self, plan: Option<Plan>) {
        let mut inside = self.inside();
        (inside.plan, inside.rest) = (plan, false);
    }

    /// All calls of a kind fail with an I/O error, or none does.
    pub(crate) fn refuse(&self, kind: Option<Call>) {
        self.inside().refused = kind;
    }

    /// Whether what is written from now on waits to be forced to the disk.
    pub(crate) fn pend(&self, pending: bool) {
        self.inside().pending = pending;
    }

    /// All calls so far, those that failed, too.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.inside().calls.clone()
    }

    pub(crate) fn acts(&self) -> Vec<Act> {
        self.inside().acts.clone()
    }

    /// The program was killed. Where the disk takes nothing, nobody can know later which sync had failed.
    pub(crate) fn killed(&self) {
        let mut inside = self.inside();
        if inside.plan.is_some_and(|plan| plan.lasts == Lasts::On) {
            inside.doubted.clear();
        }
    }

    /// What was done that is never to be done, such as a sync after one that failed.
    pub(crate) fn broken(&self) -> Vec<String> {
        self.inside().broken.clone()
    }
}

impl Inside {
    /// A call begins: whether it fails by plan.
    fn call(&mut self, call: Call) -> io::Result<()> {
        let at = self.calls.len();
        self.calls.push(call);
        if self.refused == Some(call) {
            return Err(io::Error::from_raw_os_error(5));
        }
        let Some(plan) = self.plan else { return Ok(()) };
        let rest = std::mem::take(&mut self.rest);
        let hit = at == plan.call || rest || (plan.lasts == Lasts::On && at > plan.call);
        if hit { Err(io::Error::from_raw_os_error(plan.error)) } else { Ok(()) }
    }

    fn act(&mut self, act: Act) {
        self.tree.apply(&act);
        self.acts.push(act);
    }

    fn walk<'p>(&mut self, parts: impl Iterator<Item = &'p str>) -> io::Result<Node> {
        let mut at = 0;
        for part in parts {
            let Thing::Folder(names) = &self.tree.things[at] else { return missing() };
            let Some(next) = names.get(part) else { return missing() };
            at = *next;
        }
        Ok(at)
    }

    fn made(&mut self, folder: Node, name: &str, thing: Thing) -> Node {
        self.act(Act::Made(thing));
        let node = self.tree.things.len() - 1;
        self.act(Act::Named { folder, name: name.to_owned(), node });
        node
    }

    fn write(&mut self, node: Node, at: usize, bytes: &[u8]) -> io::Result<usize> {
        if self.doubted.contains(&node) {
            self.broken.push(format!("file {node} was written to after its sync had failed"));
        }
        let half = self.plan.is_some_and(|plan| plan.writes == Writes::Half && plan.call == self.calls.len());
        if half && bytes.len() > 1 {
            self.calls.push(Call::Write);
            self.rest = true;
            self.put(node, at, &bytes[..bytes.len() / 2]);
            return Ok(bytes.len() / 2);
        }
        if let Err(error) = self.call(Call::Write) {
            if self.refused.is_some() {
                self.put(node, at, &bytes[..bytes.len() / 2]);
            }
            return Err(error);
        }
        self.put(node, at, bytes);
        Ok(bytes.len())
    }

    fn put(&mut self, node: Node, at: usize, bytes: &[u8]) {
        self.act(Act::Wrote { node, at, bytes: bytes.into() });
    }
}

fn parts<'p>(base: &Path, path: &'p Path) -> io::Result<Vec<&'p str>> {
    let inner = path.strip_prefix(base).map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
    let part = |part: Component<'p>| part.as_os_str().to_str().unwrap();
    Ok(inner.components().map(part).collect())
}

impl Ram {
    fn find(&self, inside: &mut Inside, path: &Path) -> io::Result<Node> {
        inside.walk(parts(&self.base, path)?.into_iter())
    }

    /// The folder a path lies in, and its name there.
    fn place<'p>(&self, inside: &mut Inside, path: &'p Path) -> io::Result<(Node, &'p str)> {
        let mut parts = parts(&self.base, path)?;
        let Some(name) = parts.pop() else { return missing() };
        Ok((inside.walk(parts.into_iter())?, name))
    }

    fn file(&self, inside: &mut Inside, path: &Path) -> io::Result<Node> {
        let node = self.find(inside, path)?;
        match inside.tree.things[node] {
            Thing::File(_) => Ok(node),
            Thing::Folder(_) => Err(io::Error::other("it is not a plain file")),
        }
    }

    fn folders(&self, inside: &mut Inside, path: &Path) -> io::Result<()> {
        let mut at = 0;
        for part in parts(&self.base, path)? {
            let Thing::Folder(names) = &inside.tree.things[at] else {
                return Err(io::ErrorKind::AlreadyExists.into());
            };
            at = match names.get(part) {
                Some(next) => *next,
                None => inside.made(at, part, Thing::Folder(BTreeMap::new())),
            };
        }
        Ok(())
    }

    fn renamed(&self, from: &Path, to: &Path, free: bool) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::Rename)?;
        let node = self.find(&mut inside, from)?;
        let (old, name) = self.place(&mut inside, from)?;
        let (new, new_name) = self.place(&mut inside, to)?;
        if free && inside.tree.names(new).contains_key(new_name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        inside.act(Act::Moved { from: (old, name.into()), to: (new, new_name.into()), node });
        Ok(())
    }
}

#[derive(Debug)]
struct Open {
    disk: Ram,
    node: Node,
}

impl Segment for Open {
    fn size(&self) -> io::Result<u64> {
        let mut inside = self.disk.inside();
        inside.call(Call::Size)?;
        Ok(inside.tree.bytes(self.node).len() as u64)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inside = self.disk.inside();
        let at = inside.tree.bytes(self.node).len();
        inside.write(self.node, at, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut inside = self.disk.inside();
        if inside.pending {
            return Ok(());
        }
        if inside.doubted.contains(&self.node) {
            inside.broken.push(format!("file {} was synced after its sync had failed", self.node));
        }
        if let Err(error) = inside.call(Call::Sync) {
            inside.doubted.insert(self.node);
            inside.act(Act::Doubted(self.node));
            return Err(error);
        }
        inside.act(Act::Synced(self.node));
        Ok(())
    }

    fn hold(&self) -> io::Result<()> {
        Ok(())
    }

    fn protect(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Files for Ram {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        let mut inside = self.inside();
        inside.call(Call::Open)?;
        let node = self.file(&mut inside, path)?;
        Ok(Box::new(Open { disk: self.clone(), node }))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Segment>> {
        let mut inside = self.inside();
        inside.call(Call::Create)?;
        let (folder, name) = self.place(&mut inside, path)?;
        if inside.tree.names(folder).contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let node = inside.made(folder, name, Thing::File(Vec::new()));
        Ok(Box::new(Open { disk: self.clone(), node }))
    }

    fn read_some(&self, path: &Path, from: u64, most: u64) -> io::Result<Vec<u8>> {
        let mut inside = self.inside();
        inside.call(Call::Read)?;
        let node = self.file(&mut inside, path)?;
        let bytes = inside.tree.bytes(node);
        let from = usize::try_from(from).unwrap().min(bytes.len());
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len() - from);
        Ok(bytes[from..from + most].to_vec())
    }

    fn size(&self, path: &Path) -> io::Result<u64> {
        let mut inside = self.inside();
        inside.call(Call::Size)?;
        let node = self.find(&mut inside, path)?;
        match &inside.tree.things[node] {
            Thing::File(bytes) => Ok(bytes.len() as u64),
            Thing::Folder(_) => Ok(4096),
        }
    }

    fn changed(&self, folder: &Path) -> io::Result<i64> {
        let mut inside = self.inside();
        inside.call(Call::Changed)?;
        // Too fresh to tell, always: no run depends on the clock.
        self.find(&mut inside, folder).map(|_| 0)
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::Overwrite)?;
        // The folder of a writer's memories is made on the real disk, beside its lock.
        self.folders(&mut inside, path.parent().unwrap_or(path))?;
        let (folder, name) = self.place(&mut inside, path)?;
        let known = inside.tree.names(folder).get(name).copied();
        let node = known.unwrap_or_else(|| inside.made(folder, name, Thing::File(Vec::new())));
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = inside.write(node, bytes.len() - rest.len(), rest)?;
            rest = &rest[written..];
        }
        Ok(())
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::Replace)?;
        let (folder, name) = self.place(&mut inside, path)?;
        let beside = format!(".{name}.1");
        let node = inside.made(folder, &beside, Thing::File(Vec::new()));
        inside.put(node, 0, bytes);
        inside.act(Act::Moved { from: (folder, beside), to: (folder, name.into()), node });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.renamed(from, to, false)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.renamed(from, to, true)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::Remove)?;
        let node = self.file(&mut inside, path)?;
        let (folder, name) = self.place(&mut inside, path)?;
        inside.act(Act::Unnamed { folder, name: name.into(), node });
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(String, Item)>> {
        let mut inside = self.inside();
        inside.call(Call::List)?;
        let node = self.find(&mut inside, path)?;
        let Thing::Folder(names) = &inside.tree.things[node] else { return missing() };
        let item = |node: Node| match inside.tree.things[node] {
            Thing::File(_) => Item::File,
            Thing::Folder(_) => Item::Folder,
        };
        Ok(names.iter().map(|(name, node)| (name.clone(), item(*node))).collect())
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::MakeFolder)?;
        self.folders(&mut inside, path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::SyncFolder)?;
        let node = self.find(&mut inside, path)?;
        inside.act(Act::SyncedFolder(node));
        Ok(())
    }

    fn force(&self, path: &Path) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::Sync)?;
        let node = self.find(&mut inside, path)?;
        // The system says "done" of pages that it gave up before.
        if !inside.doubted.contains(&node) {
            inside.act(Act::Synced(node));
        }
        Ok(())
    }

    fn flush(&self, _: &Path) -> io::Result<()> {
        let mut inside = self.inside();
        inside.call(Call::Flush)?;
        inside.act(Act::SyncedAll);
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        let mut inside = self.inside();
        inside.call(Call::Lock)?;
        let (folder, name) = self.place(&mut inside, path)?;
        if !inside.tree.names(folder).contains_key(name) {
            inside.made(folder, name, Thing::File(Vec::new()));
        }
        // One process at a time works on such a disk.
        Ok(Box::new(()))
    }
}
