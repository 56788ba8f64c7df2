//! Setting up whom a store syncs with, and how things stand without asking anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::Store;
use super::super::archive::Archived;
use super::super::files::{Disk, Files};
use super::super::locate::Address;
use super::Means;
use super::call::Ended;
use super::fault::SyncFault;
use super::git::Git;
use super::ledger::{Ledger, Notice, Peer};
use super::marker::Marker;
use super::plan::Terms;
use super::remote::Remote;
use crate::model::evidence::bytes as in_words;

/// What a remote was found to be when it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUp {
    /// A repository was made in a folder that was not there, or empty.
    Made,
    /// It was there.
    Found,
    /// It was set before.
    Before,
}

/// How things stand with one remote, as far as this machine knows.
#[derive(Clone, Debug)]
pub struct Standing {
    pub remote: Remote,
    /// Whole lines it does not have yet.
    pub unsent_lines: u64,
    /// Incidents something is to be sent of, by the names of their folders.
    pub unsent: Vec<String>,
    /// There is more to send than was counted.
    pub more: bool,
    /// Incidents that were archived with lines that were not sent: their numbers, and so many lines.
    pub archived: Vec<(String, u64)>,
    /// Evidence that is too large to be sent: files and bytes.
    pub large: (u64, u64),
    /// Incidents that stay here because not everybody may read them.
    pub restricted: u64,
    pub exchanged: Option<DateTime<Utc>>,
    /// Why the last try came to nothing.
    pub failed: Option<String>,
    pub notices: Vec<Notice>,
    /// Other writers by their ids.
    pub peers: BTreeMap<String, Peer>,
}

/// The most that the branch which says what a remote is may bring: 64 MiB.
const MARKER: u64 = 64 << 20;
/// Bytes that are looked at to count what is unsent: 64 MiB.
const COUNTED: u64 = 64 << 20;

impl Store {
    /// Sets the remote for the whole store, or for the incidents it is for where its own branch says so. A folder that is
    /// not there, or empty, becomes a repository.
    ///
    /// # Errors
    /// What is no place to sync with, cannot be reached, or holds something else.
    pub fn sync_set(&self, remote: Remote, means: &Means) -> Result<(Remote, SetUp), SyncFault> {
        let _turn = self.sync_turn()?;
        let mut remote = remote;
        let (made, said) = self.prepared(&remote, means)?;
        if remote.is_whole() {
            remote.only = said.map(|marker| marker.only).unwrap_or_default();
        }
        let mut all = self.remotes()?;
        let before = all.contains(&remote);
        all.retain(|other| other.address != remote.address && !(remote.is_whole() && other.is_whole()));
        all.push(remote.clone());
        self.keep_remotes(all)?;
        if !before && !remote.is_whole() {
            // What came for another incident, and was not wanted then, is looked at once more.
            let sidecar = self.sidecar(&remote)?;
            let mut ledger = Ledger::read(&sidecar);
            ledger.look_again();
            ledger.keep(&sidecar);
        }
        Ok((remote, if before { SetUp::Before } else { made }))
    }

    /// Shares one incident with a further remote, alone. Given again, another one goes there, too.
    ///
    /// # Errors
    /// As [`Store::sync_set`]; and a remote whole stores go to.
    pub fn sync_share(
        &self,
        incident: Uuid,
        remote: Remote,
        means: &Means,
    ) -> Result<(Remote, SetUp), SyncFault> {
        let mut remote = remote;
        let known = self.remotes()?.into_iter().find(|other| other.address == remote.address);
        if known.as_ref().is_some_and(Remote::is_whole) {
            let why = "the whole store goes there".to_owned();
            return Err(SyncFault::NoRemote { what: remote.shown(), why });
        }
        remote.only = known.map(|known| known.only).unwrap_or_default();
        if !remote.only.contains(&incident) {
            remote.only.push(incident);
        }
        self.sync_set(remote, means)
    }

    /// Forgets a remote; what was exchanged stays. Answers with whom it was.
    ///
    /// # Errors
    /// [`SyncFault::NotSet`] where there is none of this address.
    pub fn sync_unset(&self, remote: Option<&Remote>) -> Result<Remote, SyncFault> {
        let _turn = self.sync_turn()?;
        let mut all = self.remotes()?;
        let at = all.iter().position(|other| match remote {
            Some(remote) => other.address == remote.address,
            None => other.is_whole() || all.len() == 1,
        });
        let gone = all.remove(at.ok_or(SyncFault::NotSet)?);
        self.keep_remotes(all)?;
        Ok(gone)
    }

    /// Looks at a remote, or makes it in a folder: whether it may be used, and what its own branch says.
    fn prepared(&self, remote: &Remote, means: &Means) -> Result<(SetUp, Option<Marker>), SyncFault> {
        let scratch = self.sync_folder()?.join("look.git");
        let git = Git::new(&means.program, means.config, scratch, means.limit);
        git.there()?;
        if let Some(folder) = remote.folder() {
            let refused = |why: &str| SyncFault::NoRemote { what: remote.shown(), why: why.to_owned() };
            let there = real(folder);
            let inside = |of: &Path| {
                std::path::absolute(of)
                    .is_ok_and(|of| folder.starts_with(&of) || there.starts_with(real(&of)))
            };
            if inside(&self.root) || self.state.as_ref().is_some_and(|state| inside(state)) {
                return Err(refused("it lies inside the store or its state"));
            }
            let names = Disk.list(folder);
            let free = match &names {
                Ok(names) => names.is_empty(),
                Err(error) => error.kind() == std::io::ErrorKind::NotFound,
            };
            if free {
                if folder.parent().is_none_or(|above| !above.is_dir()) {
                    return Err(refused("the folder it is to be made in is not there"));
                }
                make(&git, folder, remote)?;
                return Ok((SetUp::Made, None));
            }
        }
        let answer = git.afar(remote, &["ls-remote", "--quiet", "--heads", &remote.address])?;
        let Some(answer) = answer else {
            return Err(SyncFault::TooSlow { remote: remote.shown(), seconds: means.limit.as_secs() });
        };
        if !answer.done {
            return Err(SyncFault::of(&remote.shown(), "look at it", &answer.said));
        }
        let text = answer.text();
        let names: Vec<&str> =
            text.lines().filter_map(|line| Some(line.split_once("refs/heads/")?.1)).collect();
        if names.is_empty() {
            return Ok((SetUp::Found, None));
        }
        if !names.contains(&"casebook") {
            let shown: Vec<String> = names
                .iter()
                .take(3)
                .map(|name| name.chars().filter(|c| !c.is_control()).take(40).collect())
                .collect();
            let why = format!("its branches are {}", shown.join(", "));
            return Err(SyncFault::Foreign { remote: remote.shown(), why });
        }
        let marker = self.marker(&git, remote)?;
        Ok((SetUp::Found, marker))
    }

    /// What the remote's own branch says; it may be used as what it is used for.
    fn marker(&self, git: &Git, remote: &Remote) -> Result<Option<Marker>, SyncFault> {
        git.begin()?;
        let spec = "+refs/heads/casebook:refs/look/casebook";
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", &remote.address, spec];
        let read = match git.afar_into(remote, &args, Some(&git.room(MARKER)))? {
            Ended::TooSlow => {
                Err(SyncFault::TooSlow { remote: remote.shown(), seconds: git.limit.as_secs() })
            }
            Ended::TooMuch => Err(SyncFault::Foreign {
                remote: remote.shown(),
                why: format!("its branch casebook is longer than {}", in_words(MARKER)),
            }),
            Ended::ByItself(answer) if !answer.done => {
                Err(SyncFault::of(&remote.shown(), "look at it", &answer.said))
            }
            Ended::ByItself(_) => Marker::of(git, &mut git.objects()?, "refs/look/"),
        };
        let _ = std::fs::remove_dir_all(&git.folder);
        let marker = read?.ok_or_else(|| SyncFault::Foreign {
            remote: remote.shown(),
            why: "its branch casebook is none of casebook sync".into(),
        })?;
        if !remote.only.is_empty() || marker.only.is_empty() {
            marker.fits(remote)?;
        }
        Ok(Some(marker))
    }

    /// How things stand with every remote. Nobody is asked.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub fn sync_standing(&self, evidence: u64) -> Result<Vec<Standing>, SyncFault> {
        let (mut all, remotes) = (Vec::new(), self.remotes()?);
        let archived = if remotes.is_empty() { Vec::new() } else { self.archived()? };
        for remote in remotes {
            let mut ledger = Ledger::read(&self.sidecar(&remote)?);
            self.forget_agreed(&mut ledger);
            let terms = Terms { only: &remote.only, evidence, most: COUNTED };
            let plan = self.plan(&ledger, &terms)?;
            let own = super::barred::own_writers(self.state.as_deref());
            let peers = ledger.peers.into_iter().filter(|(writer, _)| !own.contains(writer));
            all.push(Standing {
                unsent_lines: plan.lines,
                unsent: plan.incidents.into_iter().collect(),
                more: plan.more,
                archived: archived_unsent(&archived, &remote),
                large: plan.large,
                restricted: plan.restricted,
                exchanged: ledger.exchanged,
                failed: ledger.failed,
                notices: ledger.notices,
                peers: peers.collect(),
                remote,
            });
        }
        Ok(all)
    }

    /// What was agreed to meanwhile waits no more.
    fn forget_agreed(&self, ledger: &mut Ledger) {
        if !ledger.notices.iter().any(|notice| matches!(notice, Notice::Expunged { .. })) {
            return;
        }
        let all = self.addresses().unwrap_or_default();
        let waits: BTreeSet<(String, String)> = all
            .iter()
            .filter(|address| {
                ledger
                    .notices
                    .iter()
                    .any(|notice| matches!(notice, Notice::Expunged { path, .. } if *path == address.number))
            })
            .flat_map(|address| self.waiting(address).into_iter().map(|one| (address.number.clone(), one)))
            .map(|(number, one)| (number, one.line.short(8).to_string()))
            .collect();
        ledger.notices.retain(|notice| match notice {
            Notice::Expunged { path, line, .. } => waits.contains(&(path.clone(), line.clone())),
            _ => true,
        });
    }

    /// Whole lines of one incident that a remote it goes to does not have yet, where there are some. Nobody is asked.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub fn unsent_of(&self, address: &Address) -> Result<Vec<(Remote, u64)>, SyncFault> {
        let mut all = Vec::new();
        for remote in self.remotes()? {
            let goes = match remote.is_whole() {
                true => !self.stays(&address.folder),
                false => remote.only.contains(&address.id),
            };
            if !goes {
                continue;
            }
            let ledger = Ledger::read(&self.sidecar(&remote)?);
            let terms = Terms { only: &[address.id], evidence: 0, most: COUNTED };
            let lines = self.plan(&ledger, &terms)?.lines;
            if lines > 0 {
                all.push((remote, lines));
            }
        }
        Ok(all)
    }

    /// Takes down that what was noticed so far has been seen.
    ///
    /// # Errors
    /// Another process that syncs just now.
    pub fn sync_seen(&self) -> Result<(), SyncFault> {
        let _turn = self.sync_turn()?;
        for remote in self.remotes()? {
            let sidecar = self.sidecar(&remote)?;
            let mut ledger = Ledger::read(&sidecar);
            ledger.notices.clear();
            ledger.keep(&sidecar);
        }
        Ok(())
    }
}

/// What was moved out of the store and had lines that this remote does not have.
fn archived_unsent(archived: &[Archived], remote: &Remote) -> Vec<(String, u64)> {
    let shown = remote.shown();
    let of = |stub: &Archived| Some((stub.number.clone(), *stub.unsent.get(&shown)?));
    archived.iter().filter_map(of).collect()
}

/// Where a folder lies when every link on the way is followed; what is not there yet is taken as it is spelled.
fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|above| Some((above, std::fs::canonicalize(above).ok()?)));
    match there {
        Some((above, real)) => real.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
        None => path.to_owned(),
    }
}

/// Makes an empty repository in a folder, which nobody can rewrite by a push.
fn make(git: &Git, folder: &Path, remote: &Remote) -> Result<(), SyncFault> {
    let path = folder.to_string_lossy().into_owned();
    let what = "make the repository";
    let shared = folder.parent().is_some_and(shared_by_a_group);
    let mut args = vec!["init", "--quiet", "--bare", "--template=", "--initial-branch=casebook"];
    if shared {
        args.push("--shared=group");
    }
    args.push(&path);
    let made = git.ask(&args)?;
    if !made.done {
        return Err(SyncFault::of(&remote.shown(), what, &made.said));
    }
    let made = git.at(folder);
    for (key, value) in [
        ("receive.denyNonFastForwards", "true"),
        ("receive.denyDeletes", "true"),
        ("receive.fsckObjects", "true"),
        ("gc.auto", "0"),
    ] {
        made.here(what, &["config", key, value], b"")?;
    }
    Ok(())
}

/// Whether a group works in a folder, so that what is made in it is for the group, too.
#[cfg(unix)]
fn shared_by_a_group(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(folder).is_ok_and(|about| about.mode() & 0o2020 == 0o2020)
}

#[cfg(not(unix))]
fn shared_by_a_group(_: &Path) -> bool {
    false
}
