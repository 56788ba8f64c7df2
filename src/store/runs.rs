//! The lines of one writer as runs that follow each other; one run, where nothing is amiss.

use crate::model::id::LineId;

/// Consecutive lines, each naming the one before.
#[derive(Debug)]
struct Run {
    first: u64,
    ids: Vec<LineId>,
}

impl Run {
    fn next(&self) -> u64 {
        self.first + self.ids.len() as u64
    }

    fn get(&self, n: u64) -> Option<LineId> {
        let at = usize::try_from(n.checked_sub(self.first)?).ok()?;
        self.ids.get(at).copied()
    }
}

/// How a line goes with those that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It follows one of them, or is the first.
    Joined,
    /// It is one of them, written again into a later segment.
    Known,
    /// What it follows is to be looked up when all are known.
    Apart,
}

/// All lines of a writer.
#[derive(Debug, Default)]
pub(super) struct Runs(Vec<Run>);

impl Runs {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a line.
    pub(super) fn push(&mut self, n: u64, id: LineId, prev: LineId) -> Pushed {
        let follows = |run: &&mut Run| run.next() == n && run.ids.last() == Some(&prev);
        if let Some(run) = self.0.iter_mut().rev().find(follows) {
            run.ids.push(id);
            return Pushed::Joined;
        }
        if self.has(n, id) {
            return Pushed::Known;
        }
        self.0.push(Run { first: n, ids: vec![id] });
        if n == 1 && prev == LineId::ZERO { Pushed::Joined } else { Pushed::Apart }
    }

    pub(super) fn has(&self, n: u64, id: LineId) -> bool {
        self.0.iter().any(|run| run.get(n) == Some(id))
    }

    pub(super) fn has_number(&self, n: u64) -> bool {
        self.0.iter().any(|run| run.get(n).is_some())
    }

    /// Whether this is the last line of one of its runs.
    pub(super) fn end_with(&self, id: LineId) -> bool {
        self.0.iter().any(|run| run.ids.last() == Some(&id))
    }

    pub(super) fn has_anywhere(&self, id: LineId) -> bool {
        self.0.iter().any(|run| run.ids.contains(&id))
    }

    /// Numbers at which two different lines stand: where each fork begins.
    pub(super) fn forks(&self) -> Vec<u64> {
        let mut forks: Vec<u64> = Vec::new();
        for (k, run) in self.0.iter().enumerate() {
            for other in &self.0[..k] {
                let (from, to) = (run.first.max(other.first), run.next().min(other.next()));
                forks.extend((from..to).find(|n| run.get(*n) != other.get(*n)));
            }
        }
        forks.sort_unstable();
        forks.dedup();
        forks
    }
}
