//! A call of git, run to its end: for a bounded time, and into a bounded room on the disk.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::fault::SyncFault;

/// What a call said when it ended.
pub(super) struct Answer {
    pub(super) done: bool,
    pub(super) out: Vec<u8>,
    pub(super) said: String,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).trim_end().to_owned()
    }
}

/// How a call ended.
pub(super) enum Ended {
    ByItself(Answer),
    /// It took too long and was stopped.
    TooSlow,
    /// It brought more than there was room for, and was stopped.
    TooMuch,
}

impl Ended {
    /// What it said, where it was not stopped.
    pub(super) fn answer(self) -> Option<Answer> {
        match self {
            Self::ByItself(answer) => Some(answer),
            Self::TooSlow | Self::TooMuch => None,
        }
    }
}

/// Where a fetch puts what comes, and how much of that there may be. git has no such limit of its own for who fetches; it
/// writes what comes into one pack, which is looked at while it grows.
#[derive(Debug)]
pub(super) struct Room {
    packs: PathBuf,
    /// So many bytes may lie there.
    most: u64,
}

impl Room {
    /// Of the bare repository in this folder: so many bytes more than lie there now.
    pub(super) fn of(folder: &Path, most: u64) -> Self {
        let packs = folder.join("objects").join("pack");
        let most = size(&packs).saturating_add(most);
        Self { packs, most }
    }

    fn is_over(&self) -> bool {
        size(&self.packs) > self.most
    }

    /// Takes away what a call that was stopped had begun. Whoever syncs holds the right to, so nobody else writes there.
    pub(super) fn clear(&self) {
        for entry in std::fs::read_dir(&self.packs).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("tmp_") {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// The bytes of the files in a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
}

/// The most that is kept of what a call says.
const MOST_SAID: u64 = 64 << 20;
/// How often the room is looked at while a call runs.
const LOOK: Duration = Duration::from_millis(50);

/// Runs a call to its end, or stops it: after `limit`, or where it brings more than there is `room` for.
pub(super) fn run(
    mut command: Command,
    input: &[u8],
    limit: Duration,
    room: Option<&Room>,
) -> Result<Ended, SyncFault> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = started(&mut command)?;

    let (tell, heard) = mpsc::channel();
    for (pipe, which) in [
        (child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>), 0),
        (child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>), 1),
    ] {
        let (tell, Some(pipe)) = (tell.clone(), pipe) else { continue };
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.take(MOST_SAID).read_to_end(&mut bytes);
            let _ = tell.send((which, bytes));
        });
    }
    if let Some(mut pipe) = child.stdin.take() {
        // One that ended early says why on its other pipe.
        let _ = pipe.write_all(input);
    }
    let (mut said, mut open, until) = ([Vec::new(), Vec::new()], 2, Instant::now() + limit);
    while open > 0 {
        let left = until.saturating_duration_since(Instant::now());
        let wait = if room.is_some() { left.min(LOOK) } else { left };
        match heard.recv_timeout(wait) {
            Ok((which, bytes)) => {
                said[which] = bytes;
                open -= 1;
            }
            Err(RecvTimeoutError::Timeout) if !left.is_zero() => {
                if let Some(room) = room.filter(|room| room.is_over()) {
                    stop(&mut child);
                    room.clear();
                    return Ok(Ended::TooMuch);
                }
            }
            Err(_) => {
                stop(&mut child);
                return Ok(Ended::TooSlow);
            }
        }
    }
    let done = child.wait().is_ok_and(|status| status.success());
    let [out, err] = said;
    Ok(Ended::ByItself(Answer { done, out, said: String::from_utf8_lossy(&err).into_owned() }))
}

pub(super) fn started(command: &mut Command) -> Result<Child, SyncFault> {
    command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => SyncFault::NoGit,
        _ => SyncFault::Git { what: "be started", said: error.to_string() },
    })
}

/// Stops a call with all it has started.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
    }
    let _ = child.kill();
    let _ = child.wait();
}
