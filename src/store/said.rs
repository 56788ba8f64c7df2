//! Where words stand that have to be gone: in other lines, by the values of fields too, and in files beside them.

use std::path::PathBuf;

use super::Store;
use super::error::StoreError;
use super::expunge::{STUB, holds_words};
use super::line::Envelope;
use super::locate::Address;
use super::reading::{Mark, pieces, segments};
use crate::incident::is_listed;
use crate::model::id::LineId;

/// Shorter texts are not looked for: they stand everywhere.
const WORDS: usize = 6;

impl Store {
    /// Every line of an incident that can be read, segment by segment.
    fn each_line(&self, address: &Address, mut take: impl FnMut(&Envelope<'_>)) -> Result<(), StoreError> {
        let journal = address.folder.join("journal");
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            let path = journal.join(&name);
            let bytes = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            pieces(&bytes, &Mark::default(), |piece| {
                if let Ok(envelope) = &piece.what {
                    take(envelope);
                }
            });
        }
        Ok(())
    }

    /// The lines of an incident in which words still stand: the id and the kind of each.
    pub fn where_said(
        &self,
        address: &Address,
        words: &[String],
    ) -> Result<Vec<(LineId, String)>, StoreError> {
        let mut found = Vec::new();
        self.each_line(address, |envelope| {
            if words.iter().any(|words| envelope.data.contains(words.as_str())) {
                found.push((envelope.id(), envelope.kind.to_owned()));
            }
        })?;
        Ok(found)
    }

    /// The words in the fields of lines: what stands in them is seldom what is shown of them. Ids, times, hashes and
    /// words of closed lists are no words of anybody's.
    pub fn values_of(&self, address: &Address, lines: &[LineId]) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        self.each_line(address, |envelope| {
            if envelope.kind != STUB
                && lines.contains(&envelope.id())
                && let Ok(data) = serde_json::from_str(envelope.data)
            {
                values(&data, &mut found);
            }
        })?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Files of this person and this incident that are no journals and hold words: drafts, also those that somebody is
    /// typing just now, texts an editor left behind, copies in quarantine, seal notes, lines that were rescued.
    pub fn files_with(&self, address: &Address, words: &[String]) -> Vec<PathBuf> {
        let mut folders = vec![address.folder.join("quarantine"), address.folder.join("seals")];
        if let Some(state) = &self.state {
            folders.push(state.join("drafts"));
            let names = self.files.list(state).unwrap_or_default().into_iter();
            folders.extend(
                names.filter(|(name, _)| name.starts_with("editing-")).map(|(name, _)| state.join(name)),
            );
        }
        let within = |folder: &PathBuf| {
            let names = self.files.list(folder).unwrap_or_default();
            names.into_iter().map(|(name, _)| folder.join(name)).collect::<Vec<_>>()
        };
        let mut paths: Vec<PathBuf> = folders.iter().flat_map(within).collect();
        // Lines that had no room are kept where they had some.
        paths.extend(within(&self.root).into_iter().filter(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rescue-"))
        }));
        paths.retain(|path| {
            let bytes = self.files.read(path, 0).unwrap_or_default();
            let plain = |words: &String| words.replace("\\\"", "\"").replace("\\n", "\n");
            let there = |words: &String| {
                holds_words(&bytes, words.as_bytes()) || holds_words(&bytes, plain(words).as_bytes())
            };
            words.iter().any(there)
        });
        paths
    }
}

/// Fields whose values are, by their types, ids, times, hashes or words of closed lists: nobody can type one.
const NO_WORDS: &[&str] = &[
    "id",
    "kind",
    "state",
    "stage",
    "phase",
    "visit",
    "task",
    "sha256",
    "at",
    "lane",
    "line",
    "target",
    "targets",
    "playbook_id",
    "way",
    "over",
    "seen",
    "level",
    "tlp",
    "pap",
];

/// Fields that take words of a list, and others.
const LISTED: &[&str] = &["type", "role", "roles", "category", "zone"];

/// The texts in a document that somebody wrote, as they stand in JSON.
fn values(document: &serde_json::Value, into: &mut Vec<String>) {
    match document {
        serde_json::Value::String(text) if text.trim().chars().count() >= WORDS => {
            let json = serde_json::to_string(text.trim()).unwrap_or_default();
            into.push(json[1..json.len() - 1].to_owned());
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| values(one, into)),
        serde_json::Value::Object(fields) => {
            let words = fields.iter().filter(|(name, value)| {
                let listed = || LISTED.contains(&name.as_str()) && value.as_str().is_some_and(is_listed);
                !NO_WORDS.contains(&name.as_str()) && !listed()
            });
            words.for_each(|(_, value)| values(value, into));
        }
        _ => {}
    }
}
