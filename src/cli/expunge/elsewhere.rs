//! Where words that have to be gone stand besides, and what to do about each place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::Wanted;
use crate::incident::Incident;
use crate::model::id::LineId;
use crate::model::text::counted;
use crate::store::{Address, BackedUp};

/// Where else the same words stand.
pub(super) struct Elsewhere {
    /// Other lines of this incident, with their kind.
    pub(super) lines: Vec<(LineId, String)>,
    /// Drafts, texts of an editor, copies in quarantine, seal notes.
    pub(super) files: Vec<PathBuf>,
    /// Other incidents, and how many of their lines.
    pub(super) incidents: Vec<(String, usize)>,
    /// Backups that were made from here and have the lines, or may have them.
    pub(super) backups: Vec<BackedUp>,
    /// What git keeps for syncing.
    pub(super) git: Vec<PathBuf>,
    /// Others who wrote in the incident: what they type lies in their own accounts.
    pub(super) others: Vec<String>,
}

impl Elsewhere {
    /// Looks for the words in the other lines, beside the journals, in the other incidents of the store, and in the copies
    /// of it that this machine knows of.
    pub(super) fn of(
        shell: &Shell,
        address: &Address,
        incident: &Incident,
        wanted: &Wanted,
    ) -> Result<Self, Failure> {
        let store = &shell.store;
        let mut lines = store.where_said(address, &wanted.words)?;
        lines.retain(|(id, _)| !wanted.lines.iter().any(|(known, _)| known == id));
        let mut incidents = Vec::new();
        for other in store.addresses()?.into_iter().filter(|other| other.folder != address.folder) {
            let said = store.where_said(&other, &wanted.words).map_or(0, |lines| lines.len());
            if said > 0 {
                incidents.push((other.number, said));
            }
        }
        let ids: Vec<LineId> = wanted.lines.iter().map(|(id, _)| *id).collect();
        let first = ids.iter().filter_map(|id| incident.entry_of(*id)).map(|entry| entry.recorded).min();
        let mut backups = store.backups();
        backups.retain(|known| match known.is_file() {
            // One that was made before the words were written down does not have them.
            true => !wanted.files.is_empty() || first.is_none_or(|first| known.at >= first),
            false => store.backup_keeps(&known.path, address, &ids, &wanted.files),
        });
        let others: BTreeSet<_> =
            incident.entries.iter().map(|entry| entry.by.clone()).filter(|by| *by != shell.by).collect();
        Ok(Self {
            lines,
            files: store.files_with(address, &wanted.words),
            incidents,
            backups,
            git: store.sync_copies(),
            others: others.into_iter().collect(),
        })
    }

    /// One line a place, with what to do.
    pub(super) fn tell(&self, out: &mut Out) {
        let mut say = |words: &str, rest: String| {
            out.line(Line::of("  ").tone(Tone::Warn, words).put(rest));
        };
        const SAME: &str = "the same words stand in";
        for (number, lines) in &self.incidents {
            let lines = counted(*lines as u64, "line");
            say(
                SAME,
                format!(" {lines} of {number}: casebook find WORDS -i {number}, then expunge them there"),
            );
        }
        for path in &self.files {
            say(SAME, format!(" {}: {}", path.display(), cure(path)));
        }
        for (id, kind) in &self.lines {
            say(SAME, format!(" {} ({kind}): casebook expunge {0} …", id.short(8)));
        }
        for kept in &self.backups {
            let path = kept.path.display();
            match kept.is_file() {
                true => say(
                    "a backup may hold them:",
                    format!(" {path}: take it away, and make another: casebook backup FILE.tar.zst"),
                ),
                false => say(
                    "a backup holds them:",
                    format!(" {path}: casebook backup {path} takes them out there, too"),
                ),
            }
        }
        for path in &self.git {
            say(
                "git keeps what was exchanged:",
                format!(
                    " {}: sync, let the owner of the remote make a new, empty one, sync set it everywhere; then take away \
                     the old one and this folder",
                    path.display()
                ),
            );
        }
        if !self.others.is_empty() {
            let names = self.others.join(", ");
            say(
                "drafts of others:",
                format!(" what {names} typed and did not record lies in their own accounts: ask them"),
            );
        }
    }
}

/// What to do about a file that has the words.
fn cure(path: &Path) -> &'static str {
    match path.parent().and_then(Path::file_name).and_then(|folder| folder.to_str()) {
        Some("drafts") => "a draft: open it on the screens and empty it",
        Some("seals") => "a seal note: take it and its .sig away by hand, then casebook seal",
        _ => "take it away by hand",
    }
}
