//! What a remote lacks, sent: one delivery after another, each of them whole.

use super::exchange::{Exchange, IN};
use super::fault::SyncFault;
use super::ledger::Notice;
use super::marker::Marker;
use super::plan::{DELIVERY, Plan, Terms};

impl Exchange<'_> {
    /// Sends what the remote lacks. `false`: somebody else's delivery came first.
    pub(super) fn send(&mut self) -> Result<bool, SyncFault> {
        loop {
            let terms = Terms { only: &self.remote.only, evidence: self.means.evidence, most: DELIVERY };
            let plan = self.store.plan(&self.ledger, &terms)?;
            (self.tally.large, self.tally.restricted) = (plan.large, plan.restricted);
            self.ledger.notices.retain(|notice| !matches!(notice, Notice::Unsent { .. }));
            for notice in plan.notices.clone() {
                self.note(notice);
            }
            if plan.out.is_empty() {
                return Ok(true);
            }
            if !self.deliver(&plan)? {
                return Ok(false);
            }
            self.ledger.keep(&self.git.folder);
        }
    }

    /// What the remote is to say when another incident is shared with it.
    fn marker_with_more(&self) -> Result<Option<String>, SyncFault> {
        if self.remote.is_whole() {
            return Ok(None);
        }
        let Some(mut said) = Marker::of(&self.git, &mut self.git.objects()?, IN)? else { return Ok(None) };
        let before = said.only.len();
        let new = self.remote.only.iter().filter(|id| !said.only.contains(id)).copied().collect::<Vec<_>>();
        said.only.extend(new);
        if said.only.len() == before {
            return Ok(None);
        }
        let tip = self.git.here("look at it", &["rev-parse", &format!("{IN}casebook")], b"")?.text();
        said.make(&self.git, Some(&tip)).map(Some)
    }

    /// Makes the commits of one delivery and pushes them, all or none.
    fn deliver(&mut self, plan: &Plan) -> Result<bool, SyncFault> {
        let fresh = || self.store.fresh_id().simple().to_string()[..8].to_owned();
        let branches = plan.by_branch(&mut self.ledger, fresh);
        let tips = self.tips()?;
        let commits = super::commit::make(&self.git, &branches, &tips, self.means)?;
        let mut specs: Vec<String> =
            commits.iter().map(|(branch, commit)| format!("{commit}:refs/heads/{}", branch.name())).collect();
        if !self.git.ask(&["rev-parse", "--quiet", "--verify", &format!("{IN}casebook")])?.done {
            let marker = Marker::for_remote(self.remote).make(&self.git, None)?;
            specs.insert(0, format!("{marker}:refs/heads/casebook"));
        } else if let Some(marker) = self.marker_with_more()? {
            specs.insert(0, format!("{marker}:refs/heads/casebook"));
        }
        if !self.push(&specs)? {
            return Ok(false);
        }
        let mut orders = String::new();
        for (branch, commit) in &commits {
            orders.push_str(&format!("update {IN}{} {commit}\n", branch.name()));
            self.ledger.tips.insert(branch.name().to_owned(), commit.clone());
        }
        self.git.here("take down what was sent", &["update-ref", "--stdin"], orders.as_bytes())?;
        for out in &plan.out {
            let end = out.piece.at + out.bytes.len() as u64;
            self.ledger.cover(&out.piece.file(), out.piece.at, end);
        }
        self.tally.sends(plan);
        Ok(true)
    }

    /// Pushes commits to branches, all or none. `false`: somebody else's delivery came first.
    fn push(&mut self, specs: &[String]) -> Result<bool, SyncFault> {
        let atomic = ["push", "--quiet", "--porcelain", "--no-verify", "--atomic", &self.remote.address];
        let mut args: Vec<&str> = atomic.to_vec();
        args.extend(specs.iter().map(String::as_str));
        let mut answer = self.git.afar(self.remote, &args)?;
        if answer.as_ref().is_some_and(|answer| answer.said.contains("does not support --atomic")) {
            args.retain(|arg| *arg != "--atomic");
            answer = self.git.afar(self.remote, &args)?;
        }
        let answer = answer.ok_or_else(|| self.too_slow())?;
        self.tally.pushes += 1;
        if answer.done {
            return Ok(true);
        }
        let said = format!("{}\n{}", answer.said, answer.text());
        if came_second(&said) { Ok(false) } else { Err(SyncFault::of(&self.remote.shown(), "push", &said)) }
    }
}

/// Whether a push was turned down only because another one had come first.
fn came_second(said: &str) -> bool {
    [
        "non-fast-forward",
        "fetch first",
        "stale info",
        "failed to update ref",
        "cannot lock ref",
        "incorrect old value",
    ]
    .iter()
    .any(|words| said.contains(words))
}
