//! One exchange with a remote: fetch, take in, send. Stopped anywhere, the next one goes on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::super::Store;
use super::Means;
use super::arrive::arrivals;
use super::call::Room;
use super::fault::{SyncFault, spoken};
use super::git::Git;
use super::ledger::{Ledger, Notice};
use super::marker::Marker;
use super::remote::Remote;
use super::take::Desk;
use super::tally::Tally;

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
/// Where what the remote has is kept.
pub(super) const IN: &str = "refs/in/";

/// An exchange under way.
pub(super) struct Exchange<'a> {
    pub(super) store: &'a Store,
    pub(super) remote: &'a Remote,
    pub(super) means: &'a Means,
    pub(super) git: Git,
    /// For all that this exchange brings, however often it has to begin anew.
    pub(super) room: Room,
    pub(super) ledger: Ledger,
    pub(super) tally: Tally,
    pub(super) noticed: Vec<Notice>,
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
        let (ledger, room) = (Ledger::read(&git.folder), git.room(means.receive));
        Ok(Self { store, remote, means, git, room, ledger, tally: Tally::default(), noticed: Vec::new() })
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

    pub(super) fn note(&mut self, notice: Notice) {
        if self.ledger.note(notice.clone()) {
            self.noticed.push(notice);
        }
    }

    fn go(&mut self) -> Result<(), SyncFault> {
        for _ in 0..ROUNDS {
            let too_much = match self.fetch() {
                Ok(()) => None,
                Err(fault @ SyncFault::TooMuch { .. }) => Some(fault),
                Err(fault) => return Err(fault),
            };
            self.receive()?;
            self.ledger.keep(&self.git.folder);
            // Whoever sends too much keeps nobody's own lines here.
            let sent = self.send()?;
            match too_much {
                Some(fault) => return Err(fault),
                None if sent => return Ok(()),
                None => {}
            }
            self.tally.again += 1;
        }
        Err(SyncFault::Contended { remote: self.remote.shown(), times: ROUNDS })
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
}
