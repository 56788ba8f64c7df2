//! Several machines through a bare repository: what one writes all have, whatever the network, the remote and other
//! machines do in between.

mod barred;
mod bombs;
mod clone;
mod consent;
mod forged;
#[cfg(unix)]
mod kept;
mod notes;
mod remote;
mod signed;
mod stick;
#[cfg(unix)]
mod upkeep;
mod week;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use casebook::incident::Incident;
use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::model::restriction::{Readers, Restricted};
use casebook::store::sync::{Config, Exchanged, Means, Notice, Remote, SyncFault};
use casebook::store::{Address, Class, Depth, Host, Number, Series, Setup, Store, StoreError, Together};
use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::{at, id, note};

/// Machines that share a remote, all in a folder that goes with the test.
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    pub(crate) fn new() -> Self {
        let quick = Path::new("/dev/shm");
        let folder = if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() };
        Self { folder: folder.unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn hub(&self) -> PathBuf {
        self.path("hub.git")
    }

    /// A machine that has a store, and syncs it with the hub.
    pub(crate) fn machine(&self, name: &str) -> Machine {
        let machine = Machine::new(&self.path(name), name, 0);
        machine.set(&self.hub());
        machine
    }
}

/// Runs git with nobody's settings.
pub(crate) fn git(folder: &Path, args: &[&str], input: &[u8]) -> String {
    use std::io::Write;
    let mut command = Command::new("git");
    command.args(args).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    for (key, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "m"),
        ("GIT_AUTHOR_EMAIL", "m@m"),
        ("GIT_COMMITTER_NAME", "m"),
        ("GIT_COMMITTER_EMAIL", "m@m"),
    ] {
        command.env(key, value);
    }
    command.env("GIT_DIR", folder);
    let (stdin, stdout) = (std::process::Stdio::piped(), std::process::Stdio::piped());
    let mut child = command.stdin(stdin).stdout(stdout).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// One machine, one person, one store.
pub(crate) struct Machine {
    pub(crate) root: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) name: String,
    pub(crate) store: Store,
    pub(crate) now: DateTime<Utc>,
}

impl Machine {
    pub(crate) fn new(folder: &Path, name: &str, seed: u8) -> Self {
        let (root, state) = (folder.join("store"), folder.join("state"));
        let host = Host {
            host: name.into(),
            user: name.into(),
            version: "0.1.0".into(),
            machine: "one image for all".into(),
        };
        let mut seeds = [seed; 32];
        seeds[..name.len().min(16)].copy_from_slice(&name.as_bytes()[..name.len().min(16)]);
        let setup = Setup { root: root.clone(), state: Some(state.clone()), host, seed: seeds };
        Self { store: Store::open(setup), root, state, name: name.to_owned(), now: at(0) }
    }

    /// The same machine after its program was started again.
    pub(crate) fn again(self, seed: u8) -> Self {
        let folder = self.root.parent().unwrap().to_owned();
        let (name, now) = (self.name.clone(), self.now);
        drop(self);
        Self { now, ..Self::new(&folder, &name, seed) }
    }

    pub(crate) fn means(&self) -> Means {
        Means { config: Config::Nobody, limit: Duration::from_secs(60), ..Means::plain(self.now) }
    }

    pub(crate) fn set(&self, hub: &Path) {
        let remote = Remote::read(hub.to_str().unwrap()).unwrap();
        self.store.sync_set(remote, &self.means()).unwrap();
    }

    pub(crate) fn try_sync(&self) -> Result<Exchanged, SyncFault> {
        self.store.exchange(&self.store.remotes().unwrap()[0], &self.means())
    }

    pub(crate) fn sync(&self) -> Exchanged {
        self.try_sync().unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }

    /// Opens an incident with a note of these words.
    pub(crate) fn open(&mut self, n: u8, words: &str) -> Address {
        self.now += chrono::Duration::seconds(1);
        let first = |_: &Number| Ok::<_, StoreError>(vec![self.note(words)]);
        self.store.create(Series::Inc, id(n), self.now, first).unwrap().address
    }

    fn note(&self, words: &str) -> Draft {
        Draft { by: self.name.clone(), ..note(words) }
    }

    /// Writes a note into an incident, wherever it lies here.
    pub(crate) fn log(&mut self, n: u8, words: &str) -> String {
        self.now += chrono::Duration::seconds(1);
        let address = self.address(n);
        let mut pen = self.store.pen(&address).unwrap();
        let lines = pen.append(&[self.note(words)], Together::Apart, self.now).unwrap().lines;
        lines[0].id.to_string()
    }

    pub(crate) fn address(&self, n: u8) -> Address {
        let all = self.store.addresses().unwrap();
        all.into_iter()
            .find(|address| address.id == id(n))
            .unwrap_or_else(|| panic!("{}: no incident {n}", self.name))
    }

    pub(crate) fn has(&self, n: u8) -> bool {
        self.store.addresses().unwrap().iter().any(|address| address.id == id(n))
    }

    /// The ids of all lines of an incident in their order.
    pub(crate) fn ids(&self, n: u8) -> Vec<String> {
        let lines = self.store.lines(&self.address(n)).unwrap();
        lines.iter().map(|line| line.id.to_string()).collect()
    }

    /// All incidents as they are folded.
    pub(crate) fn state_of_all(&self) -> BTreeMap<String, Incident> {
        let all = self.store.addresses().unwrap();
        let fold = |address: &Address| {
            let lines = self.store.lines(address).unwrap();
            (format!("{} {}", address.number, address.id), Incident::fold(address.id, &lines))
        };
        all.iter().map(fold).collect()
    }

    /// The worst that verify says of any incident, with its words.
    pub(crate) fn verified(&self) -> (Class, Vec<String>) {
        let all = self.store.addresses().unwrap();
        let verdicts: Vec<_> = all.iter().map(|address| self.store.verify(address, Depth::Full)).collect();
        let words = verdicts.iter().flat_map(|it| &it.findings).map(ToString::to_string).collect();
        (verdicts.iter().map(|it| it.class()).max().unwrap_or(Class::Clean), words)
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.store.sync_standing(10 << 20).unwrap().remove(0).notices
    }

    /// Whole lines the hub does not have.
    pub(crate) fn unsent(&self) -> u64 {
        self.store.sync_standing(10 << 20).unwrap().remove(0).unsent_lines
    }
}

/// Exchanges until nobody has anything more for the others.
pub(crate) fn settle(machines: &[&Machine]) {
    for _ in 0..3 {
        machines.iter().for_each(|machine| drop(machine.sync()));
    }
}

/// All have the same incidents in the same state.
pub(crate) fn assert_equal(machines: &[&Machine]) {
    for other in &machines[1..] {
        let (a, b) = (machines[0].state_of_all(), other.state_of_all());
        assert_eq!(
            a.keys().collect::<Vec<_>>(),
            b.keys().collect::<Vec<_>>(),
            "{} {}",
            machines[0].name,
            other.name
        );
        assert!(a == b, "{} and {} differ", machines[0].name, other.name);
    }
}

/// All see the same, while some of them still have words on the disk that are gone elsewhere.
pub(crate) fn assert_seen_alike(machines: &[&Machine]) {
    let seen = |machine: &Machine| -> Vec<String> {
        let documents = machine.state_of_all().into_values().map(|it| serde_json::to_string(&it.document()));
        documents.map(Result::unwrap).collect()
    };
    for other in &machines[1..] {
        assert_eq!(seen(machines[0]), seen(other), "{} {}", machines[0].name, other.name);
    }
}

/// The files of the record of all incidents, with their bytes.
pub(crate) fn files(machine: &Machine) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for address in machine.store.addresses().unwrap() {
        for (part, bytes) in machine.store.inventory(&address).unwrap().parts {
            let path = address.folder.join(part.path());
            let read = std::fs::read(&path).unwrap();
            assert_eq!(read.len() as u64, bytes);
            let name = path.strip_prefix(&machine.root).unwrap().display().to_string();
            all.insert(name, read);
        }
    }
    all
}

#[test]
fn what_one_writes_the_other_has_and_journals_are_the_same_byte_for_byte() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let first = ana.sync();
    assert_eq!((first.tally.lines_out, first.tally.pushes), (1, 1));
    let came = bo.sync();
    assert_eq!((came.tally.lines_in, came.tally.opened.len()), (1, 1));
    bo.log(1, "shares of FS02 gone");
    ana.log(1, "isolated FS02");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(ana.ids(1).len(), 3);
    assert_eq!(files(&ana), files(&bo));
    for machine in [&ana, &bo] {
        assert_eq!(machine.verified(), (Class::Clean, Vec::new()));
        assert_eq!((machine.unsent(), machine.notices()), (0, Vec::new()));
    }
    // Nothing to say is nothing sent.
    let quiet = ana.sync();
    assert_eq!((quiet.tally.pushes, quiet.tally.lines_in), (0, 0));
}

#[test]
fn offline_is_normal_and_unsent_lines_are_counted_until_they_are_sent() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    ana.sync();
    let away = office.path("away.git");
    std::fs::rename(office.hub(), &away).unwrap();
    for words in ["one", "two", "three"] {
        ana.log(1, words);
        let fault = ana.try_sync().unwrap_err();
        assert!(matches!(fault, SyncFault::Missing { .. }), "{fault}");
    }
    assert_eq!(ana.unsent(), 3);
    std::fs::rename(&away, office.hub()).unwrap();
    assert_eq!(ana.sync().tally.lines_out, 3);
    assert_eq!(ana.unsent(), 0);
    bo.sync();
    assert_equal(&[&ana, &bo]);
}

#[test]
fn clocks_that_disagree_are_a_note_of_verify_and_no_fault() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.now += chrono::Duration::hours(2);
    ana.open(1, "by a clock that is ahead");
    ana.sync();
    bo.sync();
    for words in ["by the right clock", "and once more"] {
        bo.log(1, words);
    }
    settle(&[&ana, &bo]);
    for machine in [&ana, &bo] {
        let verdict = machine.store.verify_all(&machine.address(1), None);
        let words: Vec<String> = verdict.findings.iter().map(ToString::to_string).collect();
        assert_eq!((verdict.class(), words.len()), (Class::Clean, 1), "{words:?}");
        assert!(
            words[0].starts_with("clocks: 2 entries of bo up to 119 min behind")
                || words[0].starts_with("clocks: 2 entries of bo up to 2 h behind"),
            "{words:?}"
        );
        assert!(
            verdict.proves(Depth::Full).starts_with("proved: every line hashes"),
            "a note changes nothing"
        );
    }
}

#[test]
fn numbers_follow_and_two_incidents_of_one_number_are_both_kept() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "on the first machine");
    bo.open(2, "on the second, under the same number");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(ana.address(1).number, ana.address(2).number);
    ana.open(3, "the next");
    assert_eq!(ana.address(3).number, "INC-2026-0002");
    settle(&[&ana, &bo]);
    assert_eq!(bo.open(4, "and the next").number, "INC-2026-0003");
}

#[test]
fn lines_that_nobody_here_wrote_are_carried() {
    let office = Office::new();
    // A store that a stick brought, from somebody who never syncs.
    let mut eve = Machine::new(&office.path("eve"), "eve", 0);
    eve.open(1, "from a stick");
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(2, "here");
    copy(&eve.root.join("incidents"), &ana.root.join("incidents"));
    ana.log(1, "seen here, too");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(bo.ids(1).len(), 2);
    assert_eq!(bo.verified().0, Class::Clean);
}

#[test]
fn evidence_and_seals_travel_and_what_is_large_stays_and_is_said_to() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    let address = ana.open(1, "with evidence");
    let small = office.path("small");
    std::fs::write(&small, b"a small file").unwrap();
    let large = office.path("large");
    std::fs::write(&large, vec![7; 5000]).unwrap();
    let vault = ana.store.vault(&address);
    let mut go_on = |_| std::ops::ControlFlow::Continue(());
    let kept = vault.keep(&small, &mut go_on).unwrap();
    let left = vault.keep(&large, &mut go_on).unwrap();
    let sealed = ana.store.seal(&address, ana.now, "ana", "test").unwrap();
    let means = Means { evidence: 1000, ..ana.means() };
    let sent = ana.store.exchange(&ana.store.remotes().unwrap()[0], &means).unwrap();
    assert_eq!(sent.tally.large, (1, 5000));
    bo.sync();
    let there = bo.address(1);
    assert_eq!(std::fs::read(bo.store.vault(&there).path(&kept.sha256)).unwrap(), b"a small file");
    assert!(!bo.store.vault(&there).path(&left.sha256).exists());
    assert!(there.folder.join("seals").join(sealed.path.file_name().unwrap()).exists());
    assert_eq!(bo.verified().0, Class::Clean);
    // Set higher, it goes.
    ana.sync();
    bo.sync();
    assert!(bo.store.vault(&there).path(&left.sha256).exists());
}

#[test]
fn one_incident_is_shared_alone() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "ours alone");
    ana.open(2, "of both organisations");
    let joint = office.path("joint.git");
    let remote = Remote::read(joint.to_str().unwrap()).unwrap();
    ana.store.sync_share(id(2), remote.clone(), &ana.means()).unwrap();
    for remote in ana.store.remotes().unwrap() {
        ana.store.exchange(&remote, &ana.means()).unwrap();
    }
    let mut other = Machine::new(&office.path("other"), "other", 0);
    other.open(3, "theirs alone");
    // The remote says what it is for: nothing else of theirs goes there.
    other.set(&joint);
    other.sync();
    assert!(other.has(2) && !other.has(1));
    other.log(2, "seen from the other side");
    other.sync();
    ana.store.exchange(&ana.store.remotes().unwrap()[1], &ana.means()).unwrap();
    assert_eq!(ana.ids(2), other.ids(2));
    assert!(!ana.has(3));
    let branches = git(&joint, &["for-each-ref", "--format=%(refname:short)"], b"");
    for branch in branches.lines().filter(|name| *name != "casebook") {
        let names = git(&joint, &["log", "--format=", "--name-only", branch], b"");
        assert!(names.lines().all(|name| name.contains("INC-2026-0002")), "{names}");
    }
    // Where whole stores go, nothing is shared alone.
    let hub = Remote::read(office.hub().to_str().unwrap()).unwrap();
    assert!(ana.store.sync_share(id(2), hub, &ana.means()).is_err());
}

#[test]
fn restricted_incidents_and_the_demo_stay_unless_they_are_shared_by_name() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    let (open, shut) = (ana.open(1, "for all"), ana.open(2, "for few"));
    let restricted = |ended| {
        let readers = if ended { Readers::Store } else { Readers::Nobody };
        let event = Event::Restricted(Restricted::to(&readers).unwrap());
        Draft { event, ..note("") }
    };
    let mut pen = ana.store.pen(&shut).unwrap();
    pen.append(&[restricted(false)], Together::Apart, ana.now).unwrap();
    let first = |_: &Number| Ok::<_, StoreError>(vec![note("made up")]);
    ana.store.create(Series::Demo, id(3), ana.now, first).unwrap();
    let first = |_: &Number| Ok::<_, StoreError>(vec![note("played")]);
    ana.store.create(Series::Ex, id(4), ana.now, first).unwrap();
    assert_eq!(ana.sync().tally.restricted, 1);
    bo.sync();
    assert!(bo.has(1) && !bo.has(2) && !bo.has(3) && bo.has(4));
    assert_eq!(bo.ids(1), ana.ids(1));
    let _ = open;
    let joint = Remote::read(office.path("few.git").to_str().unwrap()).unwrap();
    ana.store.sync_share(id(2), joint.clone(), &ana.means()).unwrap();
    let few = ana.store.remotes().unwrap().into_iter().find(|remote| !remote.is_whole()).unwrap();
    assert_eq!(ana.store.exchange(&few, &ana.means()).unwrap().tally.lines_out, 2);
    pen.append(&[restricted(true)], Together::Apart, ana.now).unwrap();
    ana.sync();
    bo.sync();
    assert_eq!(bo.ids(2), ana.ids(2));
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &there);
        } else if !there.exists() {
            std::fs::copy(entry.path(), there).unwrap();
        }
    }
}
