//! One exchange with a remote: fetch, take in, send. Stopped anywhere, the next one goes on.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::super::Store;
use super::super::files::{Disk, Files};
use super::arrive::{arrivals, changed};
use super::fault::{SyncFault, spoken};
use super::git::{Git, Objects};
use super::ledger::{Ledger, Notice};
use super::marker::Marker;
use super::piece::Branch;
use super::plan::{DELIVERY, Plan, Terms, own_writers};
use super::remote::Remote;
use super::sign;
use super::take::Desk;
use super::tally::Tally;
use super::{Means, Trust};

/// What an exchange with one remote came to.
#[derive(Clone, Debug)]
pub struct Exchanged {
    pub remote: Remote,
    pub tally: Tally,
    /// What was noticed in this exchange.
    pub noticed: Vec<Notice>,
}

/// How often the same is tried when somebody else's delivery came first.
const ROUNDS: usize = 5;
/// Where what the remote has is kept, and what it had before it was written anew.
pub(super) const IN: &str = "refs/in/";
const KEPT: &str = "refs/kept/";

/// An exchange under way.
pub(super) struct Exchange<'a> {
    store: &'a Store,
    remote: &'a Remote,
    means: &'a Means,
    git: Git,
    ledger: Ledger,
    tally: Tally,
    noticed: Vec<Notice>,
}

impl Store {
    /// Exchanges with a remote: takes in what others sent, then sends what it lacks. Everything that was taken in is on the
    /// disk of this store when this returns, also where it returns an error.
    ///
    /// # Errors
    /// Why it could not be done, or not to its end; nothing is lost by that.
    pub fn exchange(&self, remote: &Remote, means: &Means) -> Result<Exchanged, SyncFault> {
        let _turn = self.sync_turn()?;
        let mut exchange = Exchange::begin(self, remote, means)?;
        let done = exchange.go();
        let exchanged = exchange.end(&done);
        done.map(|()| exchanged)
    }

    /// The repository of a remote in the state folder.
    pub(super) fn sidecar(&self, remote: &Remote) -> Result<PathBuf, SyncFault> {
        Ok(self.sync_folder()?.join(format!("{}.git", remote.key())))
    }
}

impl<'a> Exchange<'a> {
    fn begin(store: &'a Store, remote: &'a Remote, means: &'a Means) -> Result<Self, SyncFault> {
        Self::at(store, remote, means, store.sidecar(remote)?)
    }

    /// With its repository in this folder.
    pub(super) fn at(
        store: &'a Store,
        remote: &'a Remote,
        means: &'a Means,
        folder: PathBuf,
    ) -> Result<Self, SyncFault> {
        let git = Git::new(&means.program, means.config, folder, means.limit);
        git.there()?;
        git.begin()?;
        git.clear_locks();
        let ledger = Ledger::read(&git.folder);
        Ok(Self { store, remote, means, git, ledger, tally: Tally::default(), noticed: Vec::new() })
    }

    /// Takes down how it ended.
    pub(super) fn end(mut self, done: &Result<(), SyncFault>) -> Exchanged {
        match done {
            Ok(()) => {
                (self.ledger.exchanged, self.ledger.failed) = (Some(self.means.now), None);
                self.git.tidy();
            }
            Err(fault) => self.ledger.failed = Some(fault.to_string()),
        }
        self.ledger.keep(&self.git.folder);
        Exchanged { remote: self.remote.clone(), tally: self.tally, noticed: self.noticed }
    }

    /// Takes in a file that was carried: what came by one before has nothing to do with it.
    pub(super) fn carried(&mut self, file: &Path) -> Result<(), SyncFault> {
        self.ledger.look_again();
        self.ledger.notices.clear();
        let spec = format!("+{IN}*:{IN}*");
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", &self.remote.address, &spec];
        let answer = self.git.ask(&args)?;
        let no = |why: String| SyncFault::NoBundle { file: file.to_owned(), why };
        if !answer.done {
            return Err(no(spoken(&answer.said)));
        }
        if self.tips()?.is_empty() {
            return Err(no("there is nothing of an incident in it".into()));
        }
        self.receive()
    }

    fn note(&mut self, notice: Notice) {
        if self.ledger.note(notice.clone()) {
            self.noticed.push(notice);
        }
    }

    fn go(&mut self) -> Result<(), SyncFault> {
        for _ in 0..ROUNDS {
            self.fetch()?;
            self.receive()?;
            self.ledger.keep(&self.git.folder);
            if self.send()? {
                return Ok(());
            }
            self.tally.again += 1;
        }
        Err(SyncFault::Contended { remote: self.remote.shown(), times: ROUNDS })
    }

    /// Brings here what the remote has. A stop in the middle leaves everything as it was.
    fn fetch(&mut self) -> Result<(), SyncFault> {
        let specs = ["w-*", "c-*", "casebook*"].map(|name| format!("+refs/heads/{name}:{IN}{name}"));
        let mut args =
            vec!["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", &self.remote.address];
        args.extend(specs.iter().map(String::as_str));
        match self.git.afar(self.remote, &args)? {
            None => {
                Err(SyncFault::TooSlow { remote: self.remote.shown(), seconds: self.means.limit.as_secs() })
            }
            Some(answer) if answer.done => Ok(()),
            Some(answer) if is_odd(&answer.said) => self.fetch_one_by_one(),
            Some(answer) => Err(SyncFault::of(&self.remote.shown(), "fetch", &answer.said)),
        }
    }

    /// Something in the remote is nothing that git takes: each branch is fetched by itself, and one that cannot be is told.
    fn fetch_one_by_one(&mut self) -> Result<(), SyncFault> {
        let slow = || SyncFault::TooSlow { remote: self.remote.shown(), seconds: self.means.limit.as_secs() };
        let list = ["ls-remote", "--quiet", "--heads", &self.remote.address];
        let listed = self.git.afar(self.remote, &list)?.ok_or_else(slow)?;
        if !listed.done {
            return Err(SyncFault::of(&self.remote.shown(), "look at it", &listed.said));
        }
        let (mut odd, mut fetched) = (Vec::new(), 0);
        let text = listed.text();
        let names = text.lines().filter_map(|line| line.split_once("refs/heads/").map(|(_, name)| name));
        for name in names.filter(|name| *name == "casebook" || Branch::read(name).is_some()).take(BRANCHES) {
            let spec = format!("+refs/heads/{name}:{IN}{name}");
            let args =
                ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", &self.remote.address, &spec];
            let answer = self.git.afar(self.remote, &args)?.ok_or_else(slow)?;
            match answer.done {
                true => fetched += 1,
                false if is_odd(&answer.said) => odd.push((name.to_owned(), spoken(&answer.said))),
                false => return Err(SyncFault::of(&self.remote.shown(), "fetch", &answer.said)),
            }
        }
        if fetched == 0 {
            let why = "nothing in it is what git takes".to_owned();
            return Err(SyncFault::Foreign { remote: self.remote.shown(), why });
        }
        for (name, why) in odd {
            // One of ours that nobody can fetch any more is left, and what was on it goes to a fresh one.
            if let Some(branch) = Branch::read(&name)
                && self.is_own(&branch)
                && self.begin_anew(&branch)
            {
                self.git.ask(&["update-ref", "-d", &format!("{IN}{name}")])?;
                self.ledger.look_again();
            }
            self.note(Notice::Distrusted { branch: name, why });
        }
        Ok(())
    }

    /// The branches as they were fetched, with the commits they point to.
    fn tips(&self) -> Result<BTreeMap<Branch, String>, SyncFault> {
        let answer = self.git.here(
            "list branches",
            &["for-each-ref", "--format=%(objectname) %(refname)", IN],
            b"",
        )?;
        let text = answer.text();
        let of = |line: &str| {
            let (id, name) = line.split_once(' ')?;
            Some((Branch::read(name.strip_prefix(IN)?)?, id.to_owned()))
        };
        Ok(text.lines().filter_map(of).collect())
    }

    /// Takes in what was fetched and not looked at yet.
    fn receive(&mut self) -> Result<(), SyncFault> {
        let tips = self.tips()?;
        let mut objects = self.git.objects()?;
        let marker = Marker::of(&self.git, &mut objects, IN)?;
        match (&marker, tips.is_empty()) {
            (Some(marker), _) => marker.fits(self.remote)?,
            (None, true) => self.nothing_else()?,
            (None, false) => {
                let why = "it has branches as a casebook makes them, and not the one that says so".to_owned();
                return Err(SyncFault::Foreign { remote: self.remote.shown(), why });
            }
        }
        self.look_at_branches(&mut objects, &tips)?;
        let distrusted = self.distrusted(&tips)?;
        self.leave(&tips, &distrusted);
        let behind = self.store.behind(&self.ledger);
        let all = arrivals(&mut objects, &tips, &self.ledger, &distrusted, &behind)?;
        if !all.incidents.is_empty() {
            self.ledger.notices.retain(|notice| !matches!(notice, Notice::Waiting { .. }));
            self.ledger.waiting.clear();
        }
        // Said anew as long as it is so.
        self.ledger.notices.retain(|notice| !matches!(notice, Notice::Untaken { .. }));
        let before = self.ledger.notices.clone();
        for notice in all.notices {
            self.ledger.note(notice);
        }
        let more = self.shared_too(marker.as_ref())?;
        let only: Vec<Uuid> = self.remote.only.iter().chain(&more).copied().collect();
        let desk = Desk { only: &only, now: self.means.now };
        for (_, arrived) in all.incidents {
            self.store.take(&mut objects, arrived, &desk, (&mut self.ledger, &mut self.tally))?;
        }
        let fresh = self.ledger.notices.iter().filter(|notice| !before.contains(notice));
        let fresh: Vec<Notice> = fresh.filter(|notice| !self.noticed.contains(notice)).cloned().collect();
        self.noticed.extend(fresh);
        for (branch, tip) in tips {
            if !distrusted.contains(&branch) {
                self.ledger.tips.insert(branch.name().to_owned(), tip);
            }
        }
        self.joins(&more)
    }

    /// Incidents that the remote says it is for, too, and that are not here: another one was shared. One that is here goes
    /// nowhere because a remote says so.
    fn shared_too(&self, marker: Option<&Marker>) -> Result<Vec<Uuid>, SyncFault> {
        let said = marker.map(|marker| marker.only.clone()).unwrap_or_default();
        let new: Vec<Uuid> = said.into_iter().filter(|id| !self.remote.only.contains(id)).collect();
        if self.remote.is_whole() || new.is_empty() {
            return Ok(Vec::new());
        }
        let here: HashSet<Uuid> = self.store.addresses()?.into_iter().map(|address| address.id).collect();
        Ok(new.into_iter().filter(|id| !here.contains(id)).collect())
    }

    /// What came by being shared is one of those that go there, too.
    fn joins(&self, more: &[Uuid]) -> Result<(), SyncFault> {
        if more.is_empty() {
            return Ok(());
        }
        let here: HashSet<Uuid> = self.store.addresses()?.into_iter().map(|address| address.id).collect();
        let came: Vec<Uuid> = more.iter().filter(|id| here.contains(id)).copied().collect();
        let mut all = self.store.remotes()?;
        if let Some(known) = all.iter_mut().find(|known| known.address == self.remote.address) {
            known.only.extend(came.iter().filter(|id| !self.remote.only.contains(id)));
            known.only.dedup();
        }
        if came.is_empty() { Ok(()) } else { self.store.keep_remotes(all) }
    }

    /// A remote without a casebook in it has nothing else in it either.
    fn nothing_else(&self) -> Result<(), SyncFault> {
        let Some(answer) =
            self.git.afar(self.remote, &["ls-remote", "--quiet", "--heads", &self.remote.address])?
        else {
            return Err(SyncFault::TooSlow {
                remote: self.remote.shown(),
                seconds: self.means.limit.as_secs(),
            });
        };
        if !answer.done {
            return Err(SyncFault::of(&self.remote.shown(), "look at it", &answer.said));
        }
        let text = answer.text();
        let names = text.lines().filter_map(|line| line.split_once("refs/heads/").map(|(_, name)| name));
        let names: Vec<String> =
            names.map(|name| name.chars().filter(|c| !c.is_control()).take(40).collect()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let shown: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
        let more = if names.len() > 3 { " …" } else { "" };
        let why = format!("its branches are {}{more}", shown.join(", "));
        Err(SyncFault::Foreign { remote: self.remote.shown(), why })
    }

    /// Branches that do not go on from what they were: the alarm is raised, and everything is looked at once more.
    fn look_at_branches(
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
    fn begin_anew(&mut self, branch: &Branch) -> bool {
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
    fn is_own(&self, branch: &Branch) -> bool {
        match branch.writer() {
            Some(writer) => own_writers(self.store.state.as_deref()).contains(writer),
            None => self.ledger.carrier.as_deref() == Some(branch.name()),
        }
    }

    /// Where deliveries are signed, none is put on top of what somebody else pushed to a branch of ours: it would vouch
    /// for that, too. What stands on a branch that is not believed is sent once more, on a fresh one.
    fn leave(&mut self, tips: &BTreeMap<Branch, String>, distrusted: &HashSet<Branch>) {
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
    fn distrusted(&mut self, tips: &BTreeMap<Branch, String>) -> Result<HashSet<Branch>, SyncFault> {
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

    /// Sends what the remote lacks. `false`: somebody else's delivery came first.
    fn send(&mut self) -> Result<bool, SyncFault> {
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
        let atomic = ["push", "--quiet", "--porcelain", "--no-verify", "--atomic", &self.remote.address];
        let mut args: Vec<&str> = atomic.to_vec();
        args.extend(specs.iter().map(String::as_str));
        let mut answer = self.git.afar(self.remote, &args)?;
        if answer.as_ref().is_some_and(|answer| answer.said.contains("does not support --atomic")) {
            args.retain(|arg| *arg != "--atomic");
            answer = self.git.afar(self.remote, &args)?;
        }
        let Some(answer) = answer else {
            return Err(SyncFault::TooSlow {
                remote: self.remote.shown(),
                seconds: self.means.limit.as_secs(),
            });
        };
        self.tally.pushes += 1;
        if !answer.done {
            let said = format!("{}\n{}", answer.said, answer.text());
            return if came_second(&said) {
                Ok(false)
            } else {
                Err(SyncFault::of(&self.remote.shown(), "push", &said))
            };
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
}

/// The most branches that are fetched one by one.
const BRANCHES: usize = 10_000;

/// Whether git did not take the objects themselves.
fn is_odd(said: &str) -> bool {
    ["fsck error", "invalid index-pack output", "index-pack failed", "unpack-objects failed", "fsck"]
        .iter()
        .any(|words| said.contains(words))
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
