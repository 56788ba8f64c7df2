//! What a remote has, brought here: all at once, or branch by branch where one of them is nothing that git takes.

use std::collections::BTreeMap;

use super::exchange::{Exchange, IN};
use super::fault::{SyncFault, spoken};
use super::ledger::Notice;
use super::piece::Branch;

impl Exchange<'_> {
    /// Brings here what the remote has. A stop in the middle leaves everything as it was.
    pub(super) fn fetch(&mut self) -> Result<(), SyncFault> {
        let specs = ["w-*", "c-*", "casebook*"].map(|name| format!("+refs/heads/{name}:{IN}{name}"));
        let mut args =
            vec!["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", &self.remote.address];
        args.extend(specs.iter().map(String::as_str));
        match self.git.afar(self.remote, &args)? {
            None => Err(self.too_slow()),
            Some(answer) if answer.done => Ok(()),
            Some(answer) if is_odd(&answer.said) => self.fetch_one_by_one(),
            Some(answer) => Err(SyncFault::of(&self.remote.shown(), "fetch", &answer.said)),
        }
    }

    /// Something in the remote is nothing that git takes: each branch is fetched by itself, and one that cannot be is told.
    fn fetch_one_by_one(&mut self) -> Result<(), SyncFault> {
        let (mut odd, mut fetched) = (Vec::new(), 0);
        let names = self.heads()?.into_iter();
        for name in names.filter(|name| name == "casebook" || Branch::read(name).is_some()).take(BRANCHES) {
            let spec = format!("+refs/heads/{name}:{IN}{name}");
            let args =
                ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", &self.remote.address, &spec];
            let answer = self.git.afar(self.remote, &args)?.ok_or_else(|| self.too_slow())?;
            match answer.done {
                true => fetched += 1,
                false if is_odd(&answer.said) => odd.push((name, spoken(&answer.said))),
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

/// Whether git did not take the objects themselves.
fn is_odd(said: &str) -> bool {
    ["fsck error", "invalid index-pack output", "index-pack failed", "unpack-objects failed", "fsck"]
        .iter()
        .any(|words| said.contains(words))
}
