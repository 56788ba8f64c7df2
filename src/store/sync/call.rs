//! A call of git, run to its end: for a bounded time, and into a bounded room on the disk.

use std::cell::Cell;
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

/// Where fetches put what comes, and how much of that there may be still. git has no such limit of its own for who fetches;
/// it writes what comes into one pack, which is looked at while it grows.
#[derive(Debug)]
pub(super) struct Room {
    packs: PathBuf,
    left: Cell<u64>,
}

impl Room {
    /// Of the bare repository in this folder: so many bytes may come, in however many fetches.
    pub(super) fn of(folder: &Path, most: u64) -> Self {
        Self { packs: folder.join("objects").join("pack"), left: Cell::new(most) }
    }

    /// How much may come still.
    pub(super) fn left(&self) -> u64 {
        self.left.get()
    }

    /// How much lies there.
    fn filled(&self) -> u64 {
        size(&self.packs)
    }

    /// Whether more has come since so much lay there than may.
    fn is_over(&self, before: u64) -> bool {
        self.filled().saturating_sub(before) > self.left.get()
    }

    /// What has come since then is no room any more.
    fn spend(&self, before: u64) {
        self.left.set(self.left.get().saturating_sub(self.filled().saturating_sub(before)));
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

/// Runs a call to its end, or stops it: after `limit`, or where it brings more than there is `room` for. One that does not
/// read its input is stopped like any other.
pub(super) fn run(
    mut command: Command,
    input: &[u8],
    limit: Duration,
    room: Option<&Room>,
) -> Result<Ended, SyncFault> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let before = room.map_or(0, Room::filled);
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
        let input = input.to_vec();
        // One that ended early says why on its other pipe.
        std::thread::spawn(move || pipe.write_all(&input));
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
                if let Some(room) = room.filter(|room| room.is_over(before)) {
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
    if let Some(room) = room {
        room.spend(before);
    }
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_reads_nothing_of_what_it_is_given_is_stopped_in_time() {
        let mut command = Command::new("sh");
        command.args(["-c", "exec tail -f /dev/null"]);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let ended = run(command, &vec![0; 4 << 20], Duration::from_millis(100), None).unwrap();
        assert!(matches!(ended, Ended::TooSlow));
    }

    #[test]
    fn what_comes_in_several_calls_shares_one_room() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("objects/pack")).unwrap();
        let bring = |bytes: usize, room| {
            let mut command = Command::new("sh");
            let script = "head -c $0 /dev/zero > objects/pack/$0-$$; echo there";
            command.args(["-c", script, &bytes.to_string()]).current_dir(folder.path());
            run(command, b"", Duration::from_secs(60), room).unwrap()
        };
        let room = Room::of(folder.path(), 5_000);
        for left in [2_000, 0] {
            assert!(matches!(bring(if left == 0 { 2_000 } else { 3_000 }, Some(&room)), Ended::ByItself(_)));
            assert_eq!(room.left.get(), left);
            // What this side writes there itself takes none of it.
            bring(70_000, None);
        }
    }
}
