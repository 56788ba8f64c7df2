//! The program `git`, as far as sync needs it: plumbing on a bare repository of its own, asked without a prompt, with
//! none of its hooks and housekeeping, for a bounded time.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use super::super::child::{Task, child};
use super::super::error::StoreError;
use super::super::files::{Disk, Files};
use super::call::{Answer, Ended, Room, run, started};
use super::fault::{SyncFault, spoken};
use super::remote::Remote;

/// Whose settings git goes by, for proxies, certificates and kept passwords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Config {
    /// The person's own and the machine's.
    #[default]
    Person,
    /// Nobody's: a test says all there is to say.
    Nobody,
}

/// Settings that hold whatever anybody's files say.
const ALWAYS: [&str; 17] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "receive.autogc=false",
    "fetch.fsckObjects=true",
    // What comes stays one pack, whose growth is watched, also with a git that would take few objects apart.
    "fetch.unpackLimit=1",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "push.gpgSign=false",
    "push.followTags=false",
    "push.recurseSubmodules=no",
    "commit.gpgSign=false",
    "protocol.ext.allow=never",
    "advice.pushUpdateRejected=false",
    "color.ui=false",
];

/// Settings that hold for the other end, where that is a folder: its own hooks and commands are somebody else's, and would
/// run as this person.
const THERE: [&str; 6] = [
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=true",
    "core.fsmonitor=false",
    "receive.autogc=false",
    "receive.denyCurrentBranch=refuse",
    "maintenance.auto=false",
];

/// The repository, and how git is called on it.
#[derive(Clone, Debug)]
pub(super) struct Git {
    program: String,
    config: Config,
    /// The bare repository.
    pub(super) folder: PathBuf,
    /// How long a call that speaks to a remote may take.
    pub(super) limit: Duration,
}

/// How long a call may take that only works on this disk.
const LOCAL: Duration = Duration::from_secs(600);

impl Git {
    pub(super) fn new(program: &str, config: Config, folder: PathBuf, limit: Duration) -> Self {
        Self { program: program.to_owned(), config, folder, limit }
    }

    /// The same on another repository.
    pub(super) fn at(&self, folder: &Path) -> Self {
        Self { folder: folder.to_owned(), ..self.clone() }
    }

    fn command(&self) -> Command {
        let mut command = child(&self.program, Task::Carry);
        if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=15");
        }
        if self.config == Config::Nobody {
            command
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .env("HOME", &self.folder);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS", "false")
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_DIR", &self.folder);
        for setting in ALWAYS {
            command.args(["-c", setting]);
        }
        // A key on the terminal is for the screens, not for git.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    /// Whether there is a git.
    pub(super) fn there(&self) -> Result<(), SyncFault> {
        match self.call(&["--version"], b"", LOCAL)? {
            Some(answer) if answer.done => Ok(()),
            _ => Err(SyncFault::NoGit),
        }
    }

    /// Makes the repository, if it is not there.
    pub(super) fn begin(&self) -> Result<(), SyncFault> {
        if self.folder.join("HEAD").exists() {
            return Ok(());
        }
        Disk.create_folder(&self.folder).map_err(StoreError::io("make the folder", &self.folder))?;
        let path = self.folder.to_string_lossy().into_owned();
        self.here("make its repository", &["init", "--quiet", "--bare", "--template=", &path], b"")?;
        Ok(())
    }

    /// A call that makes a commit of this date (`seconds zone`).
    pub(super) fn dated(&self, args: &[&str], date: &str) -> Result<Answer, SyncFault> {
        let mut command = self.command();
        command.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date).args(args);
        let answer = run(command, b"", LOCAL, None)?.answer();
        answer.ok_or(SyncFault::Git { what: "make a commit", said: "it took too long".into() })
    }

    /// A call that works on this disk and must succeed.
    pub(super) fn here(&self, what: &'static str, args: &[&str], input: &[u8]) -> Result<Answer, SyncFault> {
        let answer =
            self.call(args, input, LOCAL)?.ok_or(SyncFault::Git { what, said: "it took too long".into() })?;
        match answer.done {
            true => Ok(answer),
            false => Err(SyncFault::Git { what, said: spoken(&answer.said) }),
        }
    }

    /// A call that works on this disk and may say no.
    pub(super) fn ask(&self, args: &[&str]) -> Result<Answer, SyncFault> {
        self.call(args, b"", LOCAL)?.ok_or(SyncFault::Git { what: "answer", said: "it took too long".into() })
    }

    /// A call that speaks to a remote; `None`: it took too long and was stopped. Where the remote is a folder, git is the
    /// other end, too, and runs nothing that stands in it.
    pub(super) fn afar(&self, remote: &Remote, args: &[&str]) -> Result<Option<Answer>, SyncFault> {
        Ok(self.afar_into(remote, args, None)?.answer())
    }

    /// The same, stopped once it brings more than there is room for.
    pub(super) fn afar_into(
        &self,
        remote: &Remote,
        args: &[&str],
        room: Option<&Room>,
    ) -> Result<Ended, SyncFault> {
        let (Some(_), Some((verb, rest))) = (remote.folder(), args.split_first()) else {
            return run(self.with(args), b"", self.limit, room);
        };
        let end = if *verb == "push" { "receive-pack" } else { "upload-pack" };
        let program = self.program.replace('\'', r"'\''");
        let settings: Vec<String> = THERE.iter().map(|setting| format!("-c {setting}")).collect();
        let there = format!("--{end}='{program}' {} {end}", settings.join(" "));
        let args: Vec<&str> = [*verb, &there].into_iter().chain(rest.iter().copied()).collect();
        run(self.with(&args), b"", self.limit, room)
    }

    fn call(&self, args: &[&str], input: &[u8], limit: Duration) -> Result<Option<Answer>, SyncFault> {
        Ok(run(self.with(args), input, limit, None)?.answer())
    }

    fn with(&self, args: &[&str]) -> Command {
        let mut command = self.command();
        command.args(args);
        command
    }

    /// Room for so many bytes more of what comes.
    pub(super) fn room(&self, most: u64) -> Room {
        Room::of(&self.folder, most)
    }

    /// Opens a conversation about objects.
    pub(super) fn objects(&self) -> Result<Objects, SyncFault> {
        let mut command = self.command();
        command
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = started(&mut command)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Objects { child, to: Some(to), from: BufReader::new(from) }),
            _ => Err(SyncFault::Git { what: "read objects", said: "it has no pipes".into() }),
        }
    }
}

/// `git cat-file --batch`: one process that answers for all objects.
pub(super) struct Objects {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Drop for Objects {
    fn drop(&mut self) {
        self.to = None;
        let _ = self.child.wait();
    }
}

/// A commit, as far as deliveries have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) tree: String,
    pub(super) parents: Vec<String>,
    pub(super) signed: bool,
}

/// The largest commit and the largest tree that are read, in bytes.
const COMMIT: u64 = 1 << 20;
const TREE: u64 = 32 << 20;
/// So many entries of trees are looked at for each file that may be found: trees that hold trees come to an end.
const ENTRIES: usize = 4;

impl Objects {
    /// The sort and bytes of an object; `None`: it is not here, or larger than `most` bytes.
    pub(super) fn read(&mut self, id: &str, most: u64) -> Result<Option<(String, Vec<u8>)>, SyncFault> {
        let broken = |error: std::io::Error| SyncFault::Git { what: "read objects", said: error.to_string() };
        let to = self.to.as_mut().ok_or_else(|| broken(std::io::ErrorKind::BrokenPipe.into()))?;
        to.write_all(format!("{id}\n").as_bytes()).and_then(|()| to.flush()).map_err(broken)?;
        let mut line = String::new();
        self.from.read_line(&mut line).map_err(broken)?;
        let mut words = line.split_whitespace();
        let (_, sort, size) = (words.next(), words.next(), words.next());
        let (Some(sort), Some(size)) = (sort, size.and_then(|size| size.parse::<u64>().ok())) else {
            // "… missing"; an end of the conversation says nothing at all.
            return if line.is_empty() {
                Err(broken(std::io::ErrorKind::UnexpectedEof.into()))
            } else {
                Ok(None)
            };
        };
        let sort = sort.to_owned();
        if size > most {
            std::io::copy(&mut (&mut self.from).take(size + 1), &mut std::io::sink()).map_err(broken)?;
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
        self.from.read_exact(&mut bytes).map_err(broken)?;
        self.from.read_exact(&mut [0]).map_err(broken)?;
        Ok(Some((sort, bytes)))
    }

    /// A commit; `None`: there is none of this id.
    pub(super) fn commit(&mut self, id: &str) -> Result<Option<Commit>, SyncFault> {
        let Some((_, bytes)) = self.read(id, COMMIT)?.filter(|(sort, _)| sort == "commit") else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&bytes);
        let head = text.split("\n\n").next().unwrap_or_default();
        let of = |key: &str| {
            let found = head.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned);
            found.collect::<Vec<_>>()
        };
        let Some(tree) = of("tree ").pop() else { return Ok(None) };
        Ok(Some(Commit {
            tree,
            parents: of("parent "),
            signed: head.lines().any(|line| line.starts_with("gpgsig")),
        }))
    }

    /// The files of a tree by their whole paths, with the ids of their bytes. `most`: so many at most.
    pub(super) fn files(&mut self, tree: &str, most: usize) -> Result<Vec<(String, String)>, SyncFault> {
        let mut walk = Walk { most, left: most.saturating_mul(ENTRIES), ..Walk::default() };
        self.walk(tree, "", 0, &mut walk)?;
        Ok(walk.found)
    }

    fn walk(&mut self, tree: &str, above: &str, depth: usize, walk: &mut Walk) -> Result<(), SyncFault> {
        let entries = match walk.trees.get(tree) {
            Some(entries) => Rc::clone(entries),
            None => {
                let read = self.read(tree, TREE)?.filter(|(sort, _)| sort == "tree");
                let entries = read.map(|(_, bytes)| entries(&bytes, tree.len() / 2)).unwrap_or_default();
                Rc::clone(walk.trees.entry(tree.to_owned()).or_insert(Rc::new(entries)))
            }
        };
        for (mode, name, id) in &*entries {
            if walk.left == 0 {
                return Ok(());
            }
            walk.left -= 1;
            let path = format!("{above}{name}");
            match mode.as_str() {
                "40000" if depth < 6 => self.walk(id, &format!("{path}/"), depth + 1, walk)?,
                _ if walk.found.len() < walk.most => walk.found.push((path, id.clone())),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A name in a tree: mode, name, id.
type Entry = (String, String, String);

/// A walk through a tree, which comes to an end: a tree may hold another a thousand times.
#[derive(Default)]
struct Walk {
    /// So many files are found at most, and so many entries looked at still.
    most: usize,
    left: usize,
    found: Vec<(String, String)>,
    /// Trees that were read.
    trees: HashMap<String, Rc<Vec<Entry>>>,
}

/// The entries of a tree object, whose ids have so many bytes.
fn entries(mut bytes: &[u8], id: usize) -> Vec<Entry> {
    let mut all = Vec::new();
    while let Some(end) = bytes.iter().position(|byte| *byte == 0) {
        let (head, rest) = bytes.split_at(end);
        let Some(hash) = rest.get(1..=id) else { break };
        let head = String::from_utf8_lossy(head);
        if let Some((mode, name)) = head.split_once(' ') {
            all.push((mode.to_owned(), name.to_owned(), super::super::line::hex(hash)));
        }
        bytes = &rest[id + 1..];
    }
    all
}
