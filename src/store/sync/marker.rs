//! The branch `casebook` of a remote: it says to people and programs what the remote is, and which incidents it is for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fault::SyncFault;
use super::git::{Git, Objects};
use super::remote::Remote;

/// How branches and pieces are laid out.
const FORMAT: &str = "casebook-sync/1";
const FILE: &str = "casebook-sync.json";
/// The most that it says, in bytes.
const SAID: u64 = 16 << 20;
const README: &str = "This repository carries incidents between stores of casebook (casebook sync).\n\
\n\
Nothing is ever changed in it or taken away. A branch w-… holds what one writer wrote, a branch c-… what a store\n\
carries for others. Each commit is a delivery: its tree holds what it brings and nothing else, journals as pieces\n\
called after the byte at which they begin. Do not push to it by hand, do not force, do not rewrite it: every store\n\
would notice. To read the incidents: casebook sync set THIS-ADDRESS.\n";

/// What the branch says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    format: String,
    /// The incidents it is for; none named: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) only: Vec<Uuid>,
}

impl Marker {
    pub(super) fn for_remote(remote: &Remote) -> Self {
        Self { format: FORMAT.into(), only: remote.only.clone() }
    }

    /// As it was fetched. `None`: the remote has none.
    pub(super) fn of(git: &Git, objects: &mut Objects, refs: &str) -> Result<Option<Self>, SyncFault> {
        let id = git.ask(&["rev-parse", "--quiet", "--verify", &format!("{refs}casebook")])?;
        if !id.done {
            return Ok(None);
        }
        let Some(commit) = objects.commit(&id.text())? else { return Ok(None) };
        let files = objects.files(&commit.tree, 100)?;
        let Some((_, blob)) = files.iter().find(|(path, _)| path == FILE) else { return Ok(None) };
        let Some((_, bytes)) = objects.read(blob, SAID)? else { return Ok(None) };
        Ok(serde_json::from_slice(&bytes).ok())
    }

    /// Whether this casebook may use it as what it is used for.
    ///
    /// # Errors
    /// It is of a newer format, or for other incidents.
    pub(super) fn fits(&self, remote: &Remote) -> Result<(), SyncFault> {
        let foreign = |why: String| Err(SyncFault::Foreign { remote: remote.shown(), why });
        if self.format != FORMAT {
            let format: String = self.format.chars().filter(|c| !c.is_control()).take(40).collect();
            return foreign(format!("it is laid out as {format}, and this casebook knows {FORMAT}"));
        }
        match (self.only.is_empty(), remote.only.is_empty()) {
            (true, false) => foreign("whole stores go there, and one incident was to be shared alone".into()),
            (false, true) => {
                foreign("it is for single incidents, and the whole store was to go there".into())
            }
            _ => Ok(()),
        }
    }

    /// Makes the commit; the same content makes the same commit everywhere.
    pub(super) fn make(&self, git: &Git, before: Option<&str>) -> Result<String, SyncFault> {
        let text = serde_json::to_string_pretty(self).expect("a word and ids") + "\n";
        let put = |bytes: &str| {
            Ok::<_, SyncFault>(
                git.here("keep a file", &["hash-object", "-w", "--stdin"], bytes.as_bytes())?.text(),
            )
        };
        let (said, readme) = (put(&text)?, put(README)?);
        let tree = format!("100644 blob {readme}\tREADME\n100644 blob {said}\t{FILE}\n");
        let tree = git.here("keep a folder", &["mktree"], tree.as_bytes())?.text();
        let mut args = vec![
            "-c",
            "user.name=casebook",
            "-c",
            "user.email=casebook@casebook",
            "commit-tree",
            "-m",
            "casebook sync",
            &tree,
        ];
        args.extend(before.iter().flat_map(|before| ["-p", before]));
        let answer = git.dated(&args, "1795219200 +0000")?;
        match answer.done {
            true => Ok(answer.text()),
            false => Err(SyncFault::Git { what: "make a commit", said: super::fault::spoken(&answer.said) }),
        }
    }
}
