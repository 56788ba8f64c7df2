//! The incident chosen in this terminal session: remembered in the state folder until the session ends.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::shell::Shell;
use crate::store::Address;

/// Choices of sessions that are this old are forgotten.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What tells this terminal session from others; `None` where the system knows no sessions.
#[cfg(target_os = "linux")]
fn key() -> Option<String> {
    let me = Process::read("self")?;
    // In a container entered from outside the leader is out of sight and its number reads 0; then the first
    // process in sight, the one by which one came in, stands for the session.
    let mut first = match me.session {
        0 => me,
        leader => Process::read(&leader.to_string()).unwrap_or(Process { pid: leader, began: 0, ..me }),
    };
    while first.session == 0 && first.parent != 0 {
        first = Process::read(&first.parent.to_string())?;
    }
    // Numbers of processes come again; with the moment the process began they do not.
    Some(format!("{}-{}", first.pid, first.began))
}

/// What the system says of a process.
#[cfg(target_os = "linux")]
struct Process {
    pid: u32,
    parent: u32,
    session: u32,
    /// Clock ticks since the machine started.
    began: u64,
}

#[cfg(target_os = "linux")]
impl Process {
    fn read(which: &str) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{which}/stat")).ok()?;
        let pid = stat.split(' ').next()?.parse().ok()?;
        // The name stands in parentheses and may hold spaces and parentheses itself.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let field = |at: usize| fields.get(at).copied();
        Some(Self {
            pid,
            parent: field(1)?.parse().ok()?,
            session: field(3)?.parse().ok()?,
            began: field(19)?.parse().ok()?,
        })
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn key() -> Option<String> {
    Some(rustix::process::getsid(None).ok()?.as_raw_nonzero().to_string())
}

#[cfg(not(unix))]
fn key() -> Option<String> {
    let session = ["WT_SESSION", "TERM_SESSION_ID"].into_iter().find_map(super::around::variable)?;
    Some(session.chars().filter(char::is_ascii_alphanumeric).take(40).collect())
}

fn folder(shell: &Shell) -> Option<PathBuf> {
    Some(shell.store.state()?.join("sessions"))
}

/// What is kept: the choice, with the store it was made in.
#[derive(serde::Serialize, serde::Deserialize)]
struct Choice {
    store: PathBuf,
    incident: Address,
}

fn read(path: &Path, store: &Path) -> Option<Address> {
    let choices: Vec<Choice> = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    choices.into_iter().find(|choice| choice.store == store).map(|choice| choice.incident)
}

/// The incident this terminal works on, if it is still there.
pub(super) fn chosen(shell: &Shell) -> Option<Address> {
    let path = folder(shell)?.join(key()?);
    read(&path, shell.store.root()).filter(|address| address.folder.is_dir())
}

/// Remembers the incident for this terminal. What cannot be remembered is asked for again.
pub(super) fn choose(shell: &Shell, address: &Address) -> Option<()> {
    let folder = folder(shell)?;
    let path = folder.join(key()?);
    let store = shell.store.root().to_owned();
    let mut choices: Vec<Choice> =
        std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    choices.retain(|choice| choice.store != store);
    choices.push(Choice { store, incident: address.clone() });
    private_folder(&folder).ok()?;
    forget_old(&folder);
    write_private(&path, &serde_json::to_vec(&choices).ok()?).ok()
}

/// Nobody else's business, whatever the umask says.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(path)?, bytes)
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn forget_old(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > KEPT) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
