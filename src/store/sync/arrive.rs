//! What came: the commits of each branch that were not looked at yet, and the pieces they bring.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::fault::SyncFault;
use super::git::Objects;
use super::ledger::{Ledger, Notice};
use super::piece::{Branch, Piece};

/// A piece on its way in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrived {
    pub(super) piece: Piece,
    pub(super) branch: Branch,
    /// Git's name for its bytes.
    pub(super) blob: String,
}

/// What all branches bring.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// By the name of the incident's folder.
    pub(super) incidents: BTreeMap<String, Vec<Arrived>>,
    /// What is out of place in them.
    pub(super) notices: Vec<Notice>,
    pub(super) commits: usize,
}

/// The most commits of one branch that are walked at once.
const MOST_COMMITS: usize = 1_000_000;
/// The most pieces one commit may bring.
const MOST_PIECES: usize = 200_000;

/// The commits of a branch from the one that was looked at last, which is left out, the oldest first.
enum Way {
    /// It goes on from there.
    On(Vec<String>),
    /// It does not: all of its commits.
    Anew(Vec<String>),
}

/// Walks back from a tip.
fn way(objects: &mut Objects, tip: &str, known: Option<&String>) -> Result<Way, SyncFault> {
    let mut commits = Vec::new();
    let mut at = Some(tip.to_owned());
    while let Some(id) = at.take() {
        if known == Some(&id) {
            commits.reverse();
            return Ok(Way::On(commits));
        }
        let Some(commit) = objects.commit(&id)? else { break };
        commits.push(id);
        if commits.len() >= MOST_COMMITS {
            break;
        }
        at = commit.parents.into_iter().next();
    }
    commits.reverse();
    Ok(if known.is_none() { Way::On(commits) } else { Way::Anew(commits) })
}

/// Whether a commit is among those before another.
fn leads_to(objects: &mut Objects, early: &str, late: &str) -> Result<bool, SyncFault> {
    Ok(matches!(way(objects, late, Some(&early.to_owned()))?, Way::On(_)))
}

/// What happened to the branches since they were looked at last. Where one does not go on from what it was, everything is
/// looked at from the beginning.
pub(super) fn changed(
    objects: &mut Objects,
    tips: &BTreeMap<Branch, String>,
    ledger: &Ledger,
) -> Result<Vec<Notice>, SyncFault> {
    let mut notices = Vec::new();
    for (name, known) in &ledger.tips {
        let Some(branch) = Branch::read(name) else { continue };
        let shown = branch.name().to_owned();
        match tips.get(&branch) {
            None => notices.push(Notice::Vanished { branch: shown }),
            Some(tip) if tip == known || leads_to(objects, known, tip)? => {}
            Some(tip) if leads_to(objects, tip, known)? => notices.push(Notice::SetBack { branch: shown }),
            Some(_) => notices.push(Notice::Rewritten { branch: shown }),
        }
    }
    Ok(notices)
}

/// The pieces of all branches that were not looked at yet, and all of the incidents that wait or are behind.
pub(super) fn arrivals(
    objects: &mut Objects,
    tips: &BTreeMap<Branch, String>,
    ledger: &Ledger,
    distrusted: &HashSet<Branch>,
    behind: &BTreeSet<String>,
) -> Result<Arrivals, SyncFault> {
    let mut all = Arrivals::default();
    let fresh = tips.iter().any(|(branch, tip)| ledger.tips.get(branch.name()) != Some(tip));
    let waiting: HashSet<&String> = ledger.waiting.iter().filter(|_| fresh).chain(behind).collect();
    for (branch, tip) in tips.iter().filter(|(branch, _)| !distrusted.contains(branch)) {
        let known = ledger.tips.get(branch.name());
        if known == Some(tip) && waiting.is_empty() {
            continue;
        }
        let new = match way(objects, tip, known)? {
            Way::On(commits) | Way::Anew(commits) => commits,
        };
        let older = match (known, waiting.is_empty()) {
            (Some(known), false) => match way(objects, known, None)? {
                Way::On(commits) | Way::Anew(commits) => commits,
            },
            _ => Vec::new(),
        };
        all.commits += new.len();
        for (commit, all_of_it) in
            older.iter().map(|commit| (commit, false)).chain(new.iter().map(|commit| (commit, true)))
        {
            pieces_of(objects, branch, commit, |folder| all_of_it || waiting.contains(folder), &mut all)?;
        }
    }
    Ok(all)
}

fn pieces_of(
    objects: &mut Objects,
    branch: &Branch,
    commit: &str,
    wanted: impl Fn(&String) -> bool,
    all: &mut Arrivals,
) -> Result<(), SyncFault> {
    let Some(commit) = objects.commit(commit)? else { return Ok(()) };
    for (path, blob) in objects.files(&commit.tree, MOST_PIECES)? {
        match Piece::read(&path) {
            Some(piece) => {
                let folder = piece.folder();
                if wanted(&folder) {
                    let arrived = Arrived { piece, branch: branch.clone(), blob };
                    all.incidents.entry(folder).or_default().push(arrived);
                }
            }
            None => all.notices.push(Notice::Refused {
                branch: branch.name().to_owned(),
                path: path.chars().filter(|c| !c.is_control()).take(120).collect(),
                why: "it is no piece of an incident".into(),
            }),
        }
    }
    Ok(())
}
