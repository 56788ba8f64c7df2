//! T5: the power goes, and of what was not forced to the disk anything may be there and anything may not.

use super::ram::{Act, Node, Tree};

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
