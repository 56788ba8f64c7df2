//! Reading files for evidence beside the loop: in a thread, told about as it goes, stopped when asked.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Arrival, World, sentence};
use crate::store::{self, Progress, StoreError, Vault};
use crate::tui::hashing::HashedFiles;
use crate::tui::msg::Msg;
use crate::verb::{Place, Read, Wanted};

/// The least time between two words on how far it is.
const STEP: Duration = Duration::from_millis(100);

/// The thread that reads, and the way to stop it.
#[derive(Default)]
pub(super) struct Reading {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl World {
    /// Reads files for an act on the open incident beside the loop.
    pub fn hash(&mut self, wanted: Vec<Wanted>) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        let vault = self.store.vault(&address);
        let stop = Arc::new(AtomicBool::new(false));
        let to = self.to.clone();
        self.busy += 1;
        let asked = Arc::clone(&stop);
        let read = move || {
            let result = all(&wanted, &vault, &asked, &to);
            _ = to.send(Arrival::Said(Msg::Hashed(result)));
        };
        self.reading = Reading { stop, thread: Some(std::thread::spawn(read)) };
    }

    /// Asks the reading to end.
    pub fn stop_hashing(&mut self) {
        self.reading.stop.store(true, Ordering::Relaxed);
    }

    /// Ends the reading and waits until it has taken its half copy away.
    pub fn end_hashing(&mut self) {
        self.stop_hashing();
        if let Some(thread) = self.reading.thread.take() {
            // It ends within one step of reading; a panic there is told by the loop's own end.
            let _ = thread.join();
        }
    }
}

fn all(
    wanted: &[Wanted],
    vault: &Vault,
    stop: &AtomicBool,
    to: &Sender<Arrival>,
) -> Result<HashedFiles, String> {
    let mut files = HashedFiles { read: Vec::new(), unread: Vec::new() };
    for wanted in wanted {
        let mut told = Instant::now();
        let mut watch = |Progress { done, of }: Progress| {
            if told.elapsed() >= STEP {
                told = Instant::now();
                _ = to.send(Arrival::Progress(Msg::Hashing(wanted.label.clone(), done, of)));
            }
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        match one(wanted, vault, &mut watch) {
            Ok(read) => files.read.push(Some(read)),
            Err(error) if wanted.must || matches!(error, StoreError::Stopped { .. }) => {
                return Err(said(&error));
            }
            Err(error) => {
                files.read.push(None);
                files.unread.push(format!("{} was not hashed again: {}", wanted.label, said(&error)));
            }
        }
    }
    match files.read.iter().all(Option::is_none) && wanted.iter().all(|wanted| wanted.only_checked) {
        true => Err(files.unread.join(" ")),
        false => Ok(files),
    }
}

fn one(wanted: &Wanted, vault: &Vault, watch: store::Watcher<'_>) -> Result<Read, StoreError> {
    match &wanted.place {
        Place::Vault(hash) => Ok(Read { measured: vault.measure(hash, watch)?, of: "vault".to_owned() }),
        Place::Path(path) => {
            let path = whole(path);
            let measured = if wanted.copy { vault.keep(&path, watch) } else { store::measure(&path, watch) }?;
            Ok(Read { measured, of: path.to_string_lossy().into_owned() })
        }
    }
}

/// With a capital, as it is said by itself.
fn said(error: &StoreError) -> String {
    let words = sentence(error);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The whole path: `~` is the home folder, as in a shell.
pub(super) fn whole(path: &Path) -> PathBuf {
    let home = path
        .strip_prefix("~")
        .ok()
        .and_then(|rest| Some(PathBuf::from(std::env::var_os("HOME")?).join(rest)));
    let path = home.unwrap_or_else(|| path.to_owned());
    std::path::absolute(&path).unwrap_or(path)
}
