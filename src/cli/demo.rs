//! `demo`: five incidents in a store that is thrown away, or kept with `--store`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use super::around;
use super::failure::{Failure, note};
use super::look;
use super::shell::Shell;
use super::{Handed, on_a_terminal};
use crate::demo;
use crate::model::refusal::Refusal;
use crate::store::{Host, Look, Series, Setup, Store};
use crate::verb::{List, Which};

/// Tells the demo and opens the screens on it; without a terminal it prints the list.
pub(super) fn demo(mut shell: Shell, kept: Option<PathBuf>, handed: Handed) -> Result<ExitCode, Failure> {
    let away = Throwaway::new();
    shell.store = match &kept {
        Some(root) => {
            let state = shell.store.state().map(Path::to_owned);
            Store::open(Setup { root: root.clone(), state, host: Host::here(), seed: around::seed() })
        }
        None => away.store(),
    };
    tell(&shell)?;
    shell.demo = true;
    if shell.unnamed {
        shell.by = demo::LEAD.to_owned();
    }
    match handed.screens.filter(|_| !shell.json && on_a_terminal()) {
        Some(screens) => Ok(screens(shell)),
        None => {
            let out = look::list::list(&shell, &List { which: Which::All, ..List::default() })?;
            if kept.is_none() {
                note("This demo is gone again; casebook demo --store DIR keeps one.");
            }
            Ok(out.print())
        }
    }
}

/// Tells the demo into an empty store; one that has it already is left as it is.
fn tell(shell: &Shell) -> Result<(), Failure> {
    let there = shell.store.list(Look::Checked)?;
    if there.iter().any(|(_, row)| row.series() != Series::Demo) {
        return Err(Refusal::misused(format!(
            "{} holds incidents of its own, and the demo is not mixed with them.",
            shell.store.root().display()
        ))
        .hint("casebook demo --store DIR takes another folder; casebook demo alone takes one that is thrown away.")
        .into());
    }
    if there.is_empty() {
        let mut seed = [0; 16];
        seed.copy_from_slice(&around::seed()[..16]);
        demo::tell(&shell.store, shell.now, seed).map_err(|error| match error {
            demo::DemoError::Store(error) => Failure::from(error),
            script @ demo::DemoError::Script { .. } => Failure::could_not(script.to_string()),
        })?;
    }
    Ok(())
}

/// A folder for a demo that nobody asked to keep; what is in it goes with this value.
#[derive(Debug)]
pub struct Throwaway(PathBuf);

impl Throwaway {
    /// A folder nobody has; it is made when something is written into it.
    #[expect(clippy::new_without_default, reason = "every one is another folder")]
    pub fn new() -> Self {
        // In memory where the system has such a place: nothing here outlives the program, and the hundred
        // facts of the demo need not wait for a platter.
        let memory = [around::folder("XDG_RUNTIME_DIR"), Some("/dev/shm".into())];
        let place = memory.into_iter().flatten().find(|folder| writable(folder));
        let name = format!("casebook-demo-{}", around::incident_id().simple());
        Self(place.unwrap_or_else(std::env::temp_dir).join(name))
    }

    /// The store in it.
    pub fn store(&self) -> Store {
        let state = Some(self.0.join("state"));
        Store::open(Setup { root: self.0.join("store"), state, host: Host::here(), seed: around::seed() })
    }
}

/// Whether a folder can be made there.
fn writable(folder: &Path) -> bool {
    let probe = folder.join(format!("casebook-{}", around::incident_id().simple()));
    std::fs::create_dir(&probe).and_then(|()| std::fs::remove_dir(&probe)).is_ok()
}

/// Tells the demo into a store and gives it back, for the first start of the screens.
///
/// # Errors
/// One sentence, where the store cannot be written.
pub fn told(store: Store, now: DateTime<Utc>) -> Result<Store, String> {
    let mut seed = [0; 16];
    seed.copy_from_slice(&around::seed()[..16]);
    demo::tell(&store, now, seed).map_err(|error| error.to_string())?;
    Ok(store)
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
