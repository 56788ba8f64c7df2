//! `demo`: five incidents in a store that is thrown away, or kept with `--store`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
    let thrown_away = Throwaway(kept.is_none().then(folder));
    let root = match (&kept, &thrown_away.0) {
        (Some(root), _) => root.clone(),
        (None, Some(folder)) => folder.join("store"),
        (None, None) => return Err(Failure::could_not("There is no folder for the demo.")),
    };
    let state = match &thrown_away.0 {
        Some(folder) => Some(folder.join("state")),
        None => shell.store.state().map(Path::to_owned),
    };
    shell.store = Store::open(Setup { root, state, host: Host::here(), seed: around::seed() });
    tell(&shell)?;
    shell.demo = true;
    if shell.unnamed {
        shell.by = demo::LEAD.to_owned();
    }
    let code = match handed.screens.filter(|_| !shell.json && on_a_terminal()) {
        Some(screens) => screens(shell),
        None => {
            let out = look::list::list(&shell, &List { which: Which::All, ..List::default() })?;
            if kept.is_none() {
                note("This demo is gone again; casebook demo --store DIR keeps one.");
            }
            out.print()
        }
    };
    drop(thrown_away);
    Ok(code)
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

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("casebook-demo-{}", around::incident_id().simple()))
}

/// The folder of a demo that nobody asked to keep; it goes with this value.
struct Throwaway(Option<PathBuf>);

impl Drop for Throwaway {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
