//! Deliveries as commits: the tree of each holds exactly the pieces it brings, and its parent is the one before.

use std::collections::BTreeMap;

use super::Means;
use super::fault::SyncFault;
use super::git::Git;
use super::piece::Branch;
use super::plan::Outgoing;
use super::sign;
use crate::model::text::counted;

const STAGE: &str = "refs/stage/";

/// Makes a commit for each branch, on top of what the remote has of it.
pub(super) fn make(
    git: &Git,
    branches: &BTreeMap<Branch, Vec<&Outgoing>>,
    tips: &BTreeMap<Branch, String>,
    means: &Means,
) -> Result<BTreeMap<Branch, String>, SyncFault> {
    let mut stream = Vec::new();
    for (branch, pieces) in branches {
        commit(&mut stream, branch, pieces, tips.get(branch), means);
    }
    stream.extend_from_slice(b"done\n");
    git.here("keep what is to be sent", &["fast-import", "--quiet", "--done", "--force"], &stream)?;
    let listed = git.here(
        "list what is to be sent",
        &["for-each-ref", "--format=%(objectname) %(refname)", STAGE],
        b"",
    )?;
    let (text, mut made, mut orders) = (listed.text(), BTreeMap::new(), String::new());
    for line in text.lines() {
        let Some((id, name)) = line.split_once(' ') else { continue };
        orders.push_str(&format!("delete {name}\n"));
        let Some(branch) = name.strip_prefix(STAGE).and_then(Branch::read) else { continue };
        if branches.contains_key(&branch) {
            let id = match &means.key {
                Some(key) => sign::commit(git, id, key, tips.get(&branch), means)?,
                None => id.to_owned(),
            };
            made.insert(branch, id);
        }
    }
    git.here("tidy up", &["update-ref", "--stdin"], orders.as_bytes())?;
    Ok(made)
}

fn commit(stream: &mut Vec<u8>, branch: &Branch, pieces: &[&Outgoing], tip: Option<&String>, means: &Means) {
    let lines: u64 = pieces.iter().map(|out| out.lines).sum();
    let message = format!("{} in {}\n", counted(lines, "line"), counted(pieces.len() as u64, "piece"));
    let name = branch.name();
    let head = format!(
        "commit {STAGE}{name}\ncommitter {name} <{name}@casebook> {} +0000\ndata {}\n{message}",
        means.now.timestamp(),
        message.len()
    );
    stream.extend_from_slice(head.as_bytes());
    if let Some(tip) = tip {
        stream.extend_from_slice(format!("from {tip}\n").as_bytes());
    }
    stream.extend_from_slice(b"deleteall\n");
    for out in pieces {
        let head = format!("M 100644 inline {}\ndata {}\n", out.piece, out.bytes.len());
        stream.extend_from_slice(head.as_bytes());
        stream.extend_from_slice(&out.bytes);
        stream.push(b'\n');
    }
    stream.push(b'\n');
}
