//! What a remote has, brought here: all at once, or branch by branch where one of them is nothing that git takes or a flood.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::call::{Answer, Ended};
use super::exchange::{Exchange, IN};
use super::fault::{SyncFault, spoken};
use super::ledger::Notice;
use super::piece::Branch;
use crate::model::evidence::bytes as in_words;

impl Exchange<'_> {
    /// Brings here what the remote has. A stop in the middle leaves everything as it was.
    pub(super) fn fetch(&mut self) -> Result<(), SyncFault> {
        let mut specs =
            ["w-*", "c-*", "casebook*"].map(|name| format!("+refs/heads/{name}:{IN}{name}")).to_vec();
        // Without those that git did not take before, all the others come at once.
        specs.extend(self.ledger.odd.keys().map(|name| format!("^refs/heads/{name}")));
        match self.fetched(&["--prune"], &specs)? {
            Some(answer) if answer.done => self.look_at_odd(),
            Some(answer) if !is_odd(&answer.said) && !answer.said.contains("invalid refspec") => {
                Err(SyncFault::of(&self.remote.shown(), "fetch", &answer.said))
            }
            Some(_) | None => self.fetch_one_by_one(),
        }
    }

    /// One fetch; `None`: there was no room for what it brought.
    fn fetched(&self, options: &[&str], specs: &[String]) -> Result<Option<Answer>, SyncFault> {
        let mut args = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
        args.extend(options);
        args.push(&self.remote.address);
        args.extend(specs.iter().map(String::as_str));
        match self.git.afar_into(self.remote, &args, Some(&self.room))? {
            Ended::ByItself(answer) => Ok(Some(answer)),
            Ended::TooSlow => Err(self.too_slow()),
            Ended::TooMuch => Ok(None),
        }
    }

    /// Something in the remote is nothing that git takes, or too much: each branch is fetched by itself, the one that says
    /// what the remote is first, then those that came before; one that cannot be is told.
    fn fetch_one_by_one(&mut self) -> Result<(), SyncFault> {
        let waits = self.odd(|due| !due);
        let names = self.heads()?.into_iter();
        let names = names.filter(|name| name == "casebook" || Branch::read(name).is_some());
        let mut names: Vec<String> = names.filter(|name| !waits.contains(name)).take(BRANCHES).collect();
        names.sort_by_key(|name| (name != "casebook", !self.ledger.tips.contains_key(name)));
        if self.fetch_each(names)? == 0 {
            let why = "nothing in it is what git takes".to_owned();
            return Err(SyncFault::Foreign { remote: self.remote.shown(), why });
        }
        Ok(())
    }

    /// Branches that git did not take are tried once more now and then: whoever owns the remote may have mended them.
    fn look_at_odd(&mut self) -> Result<(), SyncFault> {
        match self.fetch_each(self.odd(|due| due)) {
            // All the others came.
            Err(SyncFault::TooMuch { .. }) => Ok(()),
            looked => looked.map(drop),
        }
    }

    /// Branches that git did not take, by whether they are to be tried again.
    fn odd(&self, which: impl Fn(bool) -> bool) -> Vec<String> {
        let due = |at: &DateTime<Utc>| (self.means.now - *at).abs() >= ODD_AGAIN;
        let odd = self.ledger.odd.iter().filter(|(_, at)| which(due(at)));
        odd.map(|(name, _)| name.clone()).collect()
    }

    /// Fetches branches one by one; answers with how many came.
    fn fetch_each(&mut self, names: Vec<String>) -> Result<usize, SyncFault> {
        let (mut came, mut floods, mut left) = (0, 0, false);
        let most = self.means.receive;
        let too_much = SyncFault::TooMuch { remote: self.remote.shown(), most };
        for name in names {
            let room = self.room.left();
            let Some(answer) = self.fetched(&[], &[format!("+refs/heads/{name}:{IN}{name}")])? else {
                // What a flood sent was sent, though nothing of it is kept.
                floods += 1;
                if floods > FLOODS {
                    return Err(too_much);
                }
                // Where others took the room before it, the next exchange goes on from there; what is little comes now.
                if room <= most / 2 {
                    left = true;
                } else {
                    let why = format!("it brings more than {}; it is tried again in an hour", in_words(room));
                    self.is_odd(name, why)?;
                }
                continue;
            };
            if answer.done {
                came += 1;
                self.ledger.odd.remove(&name);
            } else if is_odd(&answer.said) {
                self.is_odd(name, spoken(&answer.said))?;
            } else if answer.said.contains("couldn't find remote ref") {
                self.ledger.odd.remove(&name);
            } else {
                return Err(SyncFault::of(&self.remote.shown(), "fetch", &answer.said));
            }
        }
        if left { Err(too_much) } else { Ok(came) }
    }

    /// A branch holds what git does not take.
    fn is_odd(&mut self, name: String, why: String) -> Result<(), SyncFault> {
        self.ledger.odd.insert(name.clone(), self.means.now);
        // One of ours that nobody can fetch any more is left, and what was on it goes to a fresh one.
        if let Some(branch) = Branch::read(&name)
            && self.is_own(&branch)
            && self.begin_anew(&branch)
        {
            self.git.ask(&["update-ref", "-d", &format!("{IN}{name}")])?;
            self.ledger.look_again();
        }
        self.note(Notice::Distrusted { branch: name, why });
        Ok(())
    }

    /// The branches as they were fetched, with the commits they point to.
    pub(super) fn tips(&self) -> Result<BTreeMap<Branch, String>, SyncFault> {
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

    /// A remote without a casebook in it has nothing else in it either.
    pub(super) fn nothing_else(&self) -> Result<(), SyncFault> {
        let names = self.heads()?.into_iter();
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

    /// The names of all branches of the remote.
    fn heads(&self) -> Result<Vec<String>, SyncFault> {
        let list = ["ls-remote", "--quiet", "--heads", &self.remote.address];
        let answer = self.git.afar(self.remote, &list)?.ok_or_else(|| self.too_slow())?;
        if !answer.done {
            return Err(SyncFault::of(&self.remote.shown(), "look at it", &answer.said));
        }
        let text = answer.text();
        let names = text.lines().filter_map(|line| line.split_once("refs/heads/"));
        Ok(names.map(|(_, name)| name.to_owned()).collect())
    }

    pub(super) fn too_slow(&self) -> SyncFault {
        SyncFault::TooSlow { remote: self.remote.shown(), seconds: self.means.limit.as_secs() }
    }
}

/// The most branches that are fetched one by one.
const BRANCHES: usize = 10_000;
/// So many branches that bring too much are left in one exchange.
const FLOODS: usize = 3;
/// When a branch that git did not take is tried again.
const ODD_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Whether git did not take the objects themselves.
fn is_odd(said: &str) -> bool {
    ["fsck error", "invalid index-pack output", "index-pack failed", "unpack-objects failed", "fsck"]
        .iter()
        .any(|words| said.contains(words))
}
