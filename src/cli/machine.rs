//! What a tired responder has to know of the machine: places, disk, clock, terminal, programs.

use std::io::IsTerminal;
use std::path::Path;

use serde::Serialize;

use super::around;
use super::shell::Shell;
use crate::store::settings::SettingsFile;
use crate::store::{Closed, Look, places};

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sign {
    pub name: &'static str,
    pub says: String,
    /// Nothing has to be done about it.
    pub fine: bool,
}

fn sign(name: &'static str, says: impl Into<String>, fine: Option<()>) -> Sign {
    Sign { name, says: says.into(), fine: fine.is_some() }
}

const FINE: Option<()> = Some(());
const LOOK: Option<()> = None;

/// Everything, in the order in which it is told.
pub(super) fn signs(shell: &Shell) -> Vec<Sign> {
    let version = format!(
        "casebook {} on {} {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let mut signs = vec![sign("program", version, FINE), place("store", shell.store.root())];
    signs.push(match shell.store.state() {
        Some(state) => place("state", state),
        None => sign("state", "no place for it: every program is a writer of its own", LOOK),
    });
    signs.extend(disk(shell));
    signs.push(clock(shell));
    signs.push(terminal(shell));
    signs.push(settings());
    signs.extend(programs());
    signs
}

/// A place, and whether it can be written, locked and trusted to be local.
fn place(name: &'static str, path: &Path) -> Sign {
    let shown = path.display();
    let Ok(about) = std::fs::metadata(path) else {
        return sign(name, format!("{shown}, not there yet"), FINE);
    };
    if !about.is_dir() {
        return sign(name, format!("{shown} is no folder"), LOOK);
    }
    if crate::store::on_network(path) {
        let says = match name {
            "state" => format!(
                "{shown} lies on a network: leases are not safe there; set CASEBOOK_STATE to a local folder"
            ),
            _ => format!("{shown} lies on a network: others are looked for twice a second"),
        };
        return sign(name, says, if name == "state" { LOOK } else { FINE });
    }
    match locks(path) {
        Ok(()) => sign(name, format!("{shown}, local, locks work"), FINE),
        Err(why) => sign(name, format!("{shown}: {why}"), LOOK),
    }
}

/// Whether a file can be made here, and a lock on it keeps another out.
fn locks(folder: &Path) -> Result<(), String> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let no = |error: std::io::Error| format!("it cannot be written: {error}");
    let tried = || -> Result<(), String> {
        let open =
            || std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let (one, two) = (open().map_err(no)?, open().map_err(no)?);
        one.try_lock().map_err(|error| format!("locks do not work there: {error}"))?;
        match two.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => Ok(()),
            _ => Err("locks do not work there: two programs could write as one".to_owned()),
        }
    };
    let tried = tried();
    let _ = std::fs::remove_file(&path);
    tried
}

/// So little is told of as a fault: 256 MiB.
const LITTLE: u64 = 256 << 20;

#[cfg(unix)]
fn disk(shell: &Shell) -> Option<Sign> {
    let root = shell.store.root();
    let there = root.ancestors().find(|path| path.exists())?;
    let about = rustix::fs::statvfs(there).ok()?;
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    let fine = (LITTLE < free).then_some(());
    Some(sign("disk", format!("{} MiB free", free >> 20), fine))
}

#[cfg(not(unix))]
fn disk(_: &Shell) -> Option<Sign> {
    None
}

/// The clock against the newest line, and how many incidents there are.
fn clock(shell: &Shell) -> Sign {
    let rows = match shell.store.list(Look::Cached) {
        Ok(rows) => rows,
        Err(error) => return sign("clock", format!("the store cannot be listed: {error}"), LOOK),
    };
    let restricted = rows.iter().filter(|(_, row)| row.shut == Some(Closed::Restricted)).count();
    let restricted = match restricted {
        0 => String::new(),
        n => format!("; {n} may not be read by you"),
    };
    let incidents = crate::model::text::counted(rows.len(), "incident");
    let newest = rows.iter().filter(|(_, row)| row.shut.is_none()).map(|(_, row)| row.updated).max();
    match newest.filter(|newest| shell.wall + chrono::Duration::minutes(5) < *newest) {
        None => sign("clock", format!("not behind the newest line of {incidents}{restricted}"), FINE),
        Some(newest) => {
            let minutes = (newest - shell.wall).num_minutes();
            sign(
                "clock",
                format!("{minutes} minutes behind the newest line: look at the time of this machine"),
                LOOK,
            )
        }
    }
}

fn terminal(shell: &Shell) -> Sign {
    if !std::io::stdout().is_terminal() {
        return sign("terminal", "none: the answer goes into a file or a pipe", FINE);
    }
    let size = crossterm::terminal::size().unwrap_or((0, 0));
    let colours = if shell.colours { "colours" } else { "no colours" };
    let letters = if shell.ascii { "plain letters" } else { "UTF-8" };
    let fine = (size.0 >= 80 && size.1 >= 24).then_some(());
    sign("terminal", format!("{} by {}, {colours}, {letters}", size.0, size.1), fine)
}

fn settings() -> Sign {
    let Ok(config) = places::config() else { return sign("settings", "no home folder for them", LOOK) };
    match SettingsFile::read(&config) {
        Ok(file) if file.unknown.is_empty() => sign("settings", "fine", FINE),
        Ok(file) => sign(
            "settings",
            format!("known to no setting of this version: {}", file.unknown.join(", ")),
            LOOK,
        ),
        Err(error) => sign("settings", error.to_string(), LOOK),
    }
}

/// Programs that some verbs ask for help.
fn programs() -> Vec<Sign> {
    let path = around::variable("PATH").unwrap_or_default();
    let found = |name: &str| {
        std::env::split_paths(&path).any(|folder| {
            let file = folder.join(name);
            file.is_file() || file.with_extension("exe").is_file()
        })
    };
    let (here, not): (Vec<&str>, Vec<&str>) =
        ["ssh-keygen", "age", "git"].into_iter().partition(|name| found(name));
    let mut signs = Vec::new();
    if !here.is_empty() {
        signs.push(sign("programs", format!("{} found", here.join(", ")), FINE));
    }
    if !not.is_empty() {
        signs.push(sign(
            "missing",
            format!("{}: only what asks for it cannot be done", not.join(", ")),
            FINE,
        ));
    }
    signs
}
