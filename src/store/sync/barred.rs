//! Incidents that stay here where whole stores are sent: their folders or their records say that not everybody may read them.

use std::collections::HashSet;
use std::path::Path;

use super::super::Store;
use super::super::expunge::holds_words;
use super::super::line::holds;
use super::super::reading::{Mark, pieces, segments};
use super::super::record::id_of;
use super::super::writer::Memory;
use super::piece::{is_fork, writer_of};
use crate::incident::line::Clock;
use crate::model::restriction::Restricted;

/// Whether the record bars an incident from leaving with the whole store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barred {
    No,
    Yes,
    /// Somebody's line ends it, and nobody said so here.
    EndedElsewhere,
}

/// Writer ids of this account.
pub(super) fn own_writers(state: Option<&Path>) -> HashSet<String> {
    let names = state.and_then(|state| std::fs::read_dir(state.join("writers")).ok());
    let names = names.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let of = |name: String| {
        let id = name.strip_suffix(".lock").or_else(|| name.strip_suffix(".retired"))?;
        Some(id.to_owned())
    };
    names.filter_map(of).collect()
}

impl Store {
    /// Whether an incident stays here where whole stores are sent.
    pub fn stays(&self, folder: &Path) -> bool {
        let journal = folder.join("journal");
        closed_by_rights(folder)
            || segments(&*self.files, &journal, &mut Vec::new())
                .is_ok_and(|names| self.barred(folder, &journal, &names) != Barred::No)
    }

    /// Whether the record bars an incident from leaving. Anybody's line closes it; only a line that this account wrote
    /// here, and remembers, opens it again: what comes by sync decides nothing about who reads this store.
    pub(super) fn barred(&self, folder: &Path, journal: &Path, names: &[String]) -> Barred {
        let (mut closed, mut ended): (Option<Clock>, Option<(Clock, bool)>) = (None, None);
        let own = own_writers(self.state.as_deref());
        for name in names {
            let bytes = self.files.read(&journal.join(name), 0).unwrap_or_default();
            if !holds_words(&bytes, br#""kind":"restricted""#) {
                continue;
            }
            let writer = writer_of(name);
            let ours = own.contains(writer) && !is_fork(name);
            let known = ours.then(|| self.memory_of(folder, writer)).flatten();
            pieces(&bytes, &Mark::default(), |piece| {
                let Ok(envelope) = &piece.what else { return };
                if envelope.kind != "restricted" || !holds(piece.bytes, envelope.id()) {
                    return;
                }
                let Ok(to) = serde_json::from_str::<Restricted>(envelope.data) else { return };
                if !to.ended {
                    closed = closed.max(Some(envelope.clock));
                    return;
                }
                let ours =
                    envelope.writer == writer && known.as_ref().is_some_and(|memory| envelope.n <= memory.n);
                // The last of ours before the last of anybody's.
                let later = ended.is_none_or(|(clock, of_us)| (of_us, clock) <= (ours, envelope.clock));
                if later {
                    ended = Some((envelope.clock, ours));
                }
            });
        }
        match (closed, ended) {
            (None, _) => Barred::No,
            (Some(closed), Some((clock, true))) if clock >= closed => Barred::No,
            (Some(closed), Some((clock, false))) if clock >= closed => Barred::EndedElsewhere,
            _ => Barred::Yes,
        }
    }

    /// What a writer of this account remembers of an incident in this place.
    pub(super) fn memory_of(&self, folder: &Path, writer: &str) -> Option<Memory> {
        let inc = id_of(&*self.files, folder, folder.file_name()?.to_str()?.rsplit('-').next()?).ok()??;
        let memory = self.state.as_ref()?.join("writers").join(writer).join(inc.to_string());
        Memory::read(&*self.files, &memory).filter(|memory| memory.is_of(folder))
    }
}

/// Whether fewer people may read a folder than the one it lies in.
#[cfg(unix)]
pub(super) fn closed_by_rights(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let about = |path: &Path| std::fs::metadata(path).map(|it| (it.gid(), it.mode() & 0o077)).ok();
    let (Some((group, mode)), Some((of_store, above))) = (about(folder), folder.parent().and_then(about))
    else {
        return false;
    };
    above & !mode != 0 || (above & 0o070 != 0 && group != of_store)
}

#[cfg(not(unix))]
pub(super) fn closed_by_rights(_: &Path) -> bool {
    false
}
