//! Branches of a remote: which are ours, which are not believed, and which are left for a fresh one.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::super::files::{Disk, Files};
use super::Trust;
use super::arrive::changed;
use super::barred::own_writers;
use super::exchange::Exchange;
use super::fault::SyncFault;
use super::git::Objects;
use super::ledger::Notice;
use super::piece::Branch;
use super::sign;

/// Where what a remote had before it was written anew is kept.
const KEPT: &str = "refs/kept/";

impl Exchange<'_> {
    /// Branches that do not go on from what they were: the alarm is raised, and everything is looked at once more.
    pub(super) fn look_at_branches(
        &mut self,
        objects: &mut Objects,
        tips: &BTreeMap<Branch, String>,
    ) -> Result<(), SyncFault> {
        let notices = changed(objects, tips, &self.ledger)?;
        if notices.is_empty() {
            return Ok(());
        }
        for notice in notices {
            if let Notice::Rewritten { branch } | Notice::SetBack { branch } | Notice::Vanished { branch } =
                &notice
            {
                let known = self.ledger.tips.get(branch).cloned().unwrap_or_default();
                let kept = format!("{KEPT}{branch}/{}", known.get(..12).unwrap_or("0"));
                self.git.ask(&["update-ref", &kept, &known])?;
            }
            if let Notice::Rewritten { branch } = &notice
                && let Some(branch) = Branch::read(branch)
            {
                self.begin_anew(&branch);
            }
            self.note(notice);
        }
        self.ledger.look_again();
        Ok(())
    }

    /// A branch of ours that somebody wrote anew is left to them; what is ours goes to a fresh one.
    /// `false`: it was left before.
    pub(super) fn begin_anew(&mut self, branch: &Branch) -> bool {
        match branch.writer() {
            Some(writer) => {
                let turn = self.ledger.turns.entry(writer.to_owned()).or_insert(1);
                let before = *turn;
                *turn = before.max(branch.turn() + 1);
                *turn != before
            }
            None if self.ledger.carrier.as_deref() == Some(branch.name()) => {
                self.ledger.carrier = None;
                true
            }
            None => false,
        }
    }

    /// Whether this store pushes to a branch.
    pub(super) fn is_own(&self, branch: &Branch) -> bool {
        match branch.writer() {
            Some(writer) => own_writers(self.store.state.as_deref()).contains(writer),
            None => self.ledger.carrier.as_deref() == Some(branch.name()),
        }
    }

    /// Where deliveries are signed, none is put on top of what somebody else pushed to a branch of ours: it would vouch
    /// for that, too. What stands on a branch that is not believed is sent once more, on a fresh one.
    pub(super) fn leave(&mut self, tips: &BTreeMap<Branch, String>, distrusted: &HashSet<Branch>) {
        if self.means.key.is_none() {
            return;
        }
        let mut again = false;
        for (branch, tip) in tips {
            let known = self.ledger.tips.get(branch.name()) == Some(tip);
            // Without a list and a public key of ours, nothing is known of it.
            let unsure =
                self.means.signers.is_none() && !known && !self.git.folder.join("own-signer").exists();
            if (unsure || distrusted.contains(branch)) && self.is_own(branch) {
                let left = self.begin_anew(branch);
                again |= left && distrusted.contains(branch);
            }
        }
        if again {
            self.ledger.look_again();
        }
    }

    /// A list of signers in which our own key stands alone, where there is no list: what is on our own branches is ours.
    fn own_key(&self) -> Option<PathBuf> {
        let key = self.means.key.as_ref()?;
        let public = |path: &Path| {
            let text = std::fs::read_to_string(path).ok()?;
            text.lines()
                .next()
                .filter(|line| line.contains("ssh-") || line.contains("ecdsa-"))
                .map(str::to_owned)
        };
        let mut beside = key.clone().into_os_string();
        beside.push(".pub");
        let line = public(Path::new(&beside)).or_else(|| public(key))?;
        let list = self.git.folder.join("own-signer");
        Disk.replace(&list, format!("ours {line}\n").as_bytes()).ok()?;
        Some(list)
    }

    /// Branches of which nothing is believed, by who signed them.
    pub(super) fn distrusted(
        &mut self,
        tips: &BTreeMap<Branch, String>,
    ) -> Result<HashSet<Branch>, SyncFault> {
        let mut none = HashSet::new();
        let listed = self.means.signers.is_some();
        let Some(signers) = self.means.signers.clone().or_else(|| self.own_key()) else { return Ok(none) };
        for (branch, tip) in tips {
            if self.ledger.tips.get(branch.name()) == Some(tip) || !listed && !self.is_own(branch) {
                continue;
            }
            let signed = sign::of(&self.git, tip, &signers)?;
            let before = match branch.writer() {
                Some(writer) => self.ledger.peers.get(writer).and_then(|peer| peer.signer.clone()),
                None => self.ledger.signers.get(branch.name()).cloned(),
            };
            // Of ours, everything is signed as long as we sign.
            let strict = self.means.trust == Trust::Signed || self.means.key.is_some() && self.is_own(branch);
            match signed.judged(before.as_deref(), strict) {
                Ok(signer) => {
                    match (branch.writer(), signer.filter(|_| listed)) {
                        (Some(writer), Some(signer)) => {
                            self.ledger.peers.entry(writer.to_owned()).or_default().signer = Some(signer);
                        }
                        (None, Some(signer)) => {
                            self.ledger.signers.insert(branch.name().to_owned(), signer);
                        }
                        (_, None) => {}
                    }
                    let name = branch.name().to_owned();
                    self.ledger.notices.retain(
                        |notice| !matches!(notice, Notice::Distrusted { branch, .. } if *branch == name),
                    );
                }
                Err(why) => {
                    none.insert(branch.clone());
                    self.note(Notice::Distrusted { branch: branch.name().to_owned(), why });
                }
            }
        }
        Ok(none)
    }
}
