//! `evidence add`, `receive`, `transfer`, `verify` …: files are read first, then the act is judged and recorded.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::{Failure, note};
use super::shell::Shell;
use super::{change, choose};
use crate::incident::Incident;
use crate::model::evidence::bytes;
use crate::store::{self, Progress, Vault};
use crate::verb::{Change, EvidenceAct, EvidenceWhat, Place, Read, Said, Wanted};

/// Reads the files an act wants, records it, and answers. A hash that does not match is recorded like one
/// that does, and the exit code is 1.
pub(super) fn evidence(shell: &mut Shell, act: &EvidenceAct, said: &Said) -> Result<ExitCode, Failure> {
    let address = choose::incident(shell, said)?;
    let incident = shell.read(&address)?.incident;
    let wanted = act.wanted(&incident)?;
    if !wanted.is_empty() {
        allowed(shell, act, said, &incident, wanted.len())?;
    }
    let vault = shell.store.vault(&address);
    let stop = Stop::listen();
    let mut read = Vec::new();
    let mut unread = false;
    for wanted in &wanted {
        match self::read(wanted, &vault, &stop) {
            Ok(one) => read.push(Some(one)),
            Err(error @ store::StoreError::Stopped { .. }) => return Err(error.into()),
            Err(error) if wanted.must => return Err(error.into()),
            Err(error) => {
                unread = true;
                note(&format!("{} was not hashed again: {}", wanted.label, Failure::from(error)));
                read.push(None);
            }
        }
    }
    drop(stop);
    let differs = |(wanted, read): (&Wanted, &Option<Read>)| match (&wanted.expected, read) {
        (Some(expected), Some(read)) => *expected != read.measured.sha256,
        _ => false,
    };
    let mismatch = wanted.iter().zip(&read).any(differs);
    tell(&incident, act, &read);
    let checks = wanted.iter().any(|wanted| wanted.only_checked);
    if unread && checks && read.iter().all(Option::is_none) {
        return Err(Failure::could_not("None of it could be hashed again; nothing was recorded.")
            .hint("Name the file where it lies now: casebook evidence verify REF --file PATH"));
    }
    let act = act.clone().with(read);
    let printed = change::change(shell, &Change::Evidence(Box::new(act.clone())), said)?.print();
    if mismatch {
        note(
            "MISMATCH: these are not the bytes that were taken. Leave both as they are, tell the lead, and log who had access.",
        );
    }
    let failed = mismatch || (unread && checks);
    Ok(if printed == ExitCode::SUCCESS && failed { ExitCode::from(1) } else { printed })
}

/// Judges the act before a file of any length is read for it.
fn allowed(
    shell: &Shell,
    act: &EvidenceAct,
    said: &Said,
    incident: &Incident,
    files: usize,
) -> Result<(), Failure> {
    let playbooks = shell.playbooks();
    for command in Change::Evidence(Box::new(act.as_if_read(files)?)).commands(incident)? {
        incident.decide(&command, &shell.desk(said, &playbooks))?;
    }
    Ok(())
}

/// What the person would not see from the answer alone.
fn tell(incident: &Incident, act: &EvidenceAct, read: &[Option<Read>]) {
    if !matches!(act.what, EvidenceWhat::Add { .. } | EvidenceWhat::Receive { .. }) {
        return;
    }
    let Some(Some(read)) = read.first() else { return };
    let same = incident.evidence().find(|item| {
        item.held() && item.size() != Some(0) && item.sha256() == Some(read.measured.sha256.as_str())
    });
    if let Some(item) = same {
        note(&format!("{} \"{}\" has these very bytes already.", item.label(), item.name()));
    } else if read.measured.changed && read.measured.vault {
        note("The file was written to while it was read: the copy in the vault is exactly what was read.");
    }
}

fn read(wanted: &Wanted, vault: &Vault, stop: &Stop) -> Result<Read, store::StoreError> {
    let mut bar = Bar::new(&wanted.label);
    let mut watch = |progress: Progress| {
        bar.show(progress);
        if stop.asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (measured, of) = match &wanted.place {
        Place::Vault(hash) => (vault.measure(hash, &mut watch)?, "vault".to_owned()),
        Place::Path(path) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            let read =
                if wanted.copy { vault.keep(&whole, &mut watch) } else { store::measure(&whole, &mut watch) };
            (read?, shown(&whole))
        }
    };
    Ok(Read { measured, of })
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// How far a long file is read: a line on the terminal that goes when it is done.
pub(super) struct Bar<'a> {
    label: &'a str,
    shown: Option<u64>,
    terminal: bool,
}

impl<'a> Bar<'a> {
    pub(super) fn new(label: &'a str) -> Self {
        Self { label, shown: None, terminal: std::io::stderr().is_terminal() }
    }

    pub(super) fn show(&mut self, Progress { done, of }: Progress) {
        let percent = (u128::from(done) * 100 / u128::from(of.max(1))).min(100) as u64;
        if !self.terminal || self.shown == Some(percent) {
            return;
        }
        self.shown = Some(percent);
        let label = super::out::short(self.label, 40);
        let (done, of) = (bytes(done), bytes(of));
        let _ = write!(std::io::stderr(), "\r\u{1b}[K{label}  {percent} %  {done} of {of}");
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// Ctrl-C while a file is read: the reading ends, and no half copy is left.
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    #[cfg(unix)]
    listening: Vec<signal_hook::SigId>,
}

impl Stop {
    #[cfg(unix)]
    pub(super) fn listen() -> Self {
        let asked = Arc::new(AtomicBool::new(false));
        let register = |signal| signal_hook::flag::register(signal, Arc::clone(&asked)).ok();
        let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
        let listening = signals.into_iter().filter_map(register).collect();
        Self { asked, listening }
    }

    #[cfg(not(unix))]
    pub(super) fn listen() -> Self {
        Self { asked: Arc::default() }
    }

    pub(super) fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
impl Drop for Stop {
    fn drop(&mut self) {
        for id in self.listening.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
