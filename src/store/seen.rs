//! What a person has seen of each incident, kept on this machine: what came since they were last here.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::index::place_name;
use super::locate::Address;
use super::reading::{Cursor, read};
use super::record::Record;
use super::row::Row;
use crate::incident::Incident;
use crate::incident::line::Line;
use crate::model::id::LineId;

/// The name space of the files' names, which come of people's names.
const PEOPLE: Uuid = Uuid::from_u128(0x6d1f_3b52_0c8e_5a41_9f0e_7a52_11c6_d203);

/// An incident as somebody had it before them when they left it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sight {
    /// When they left it (UTC).
    pub at: DateTime<Utc>,
    /// The newest entry then.
    pub last: Option<LineId>,
    /// How far its journals were read.
    cursor: Cursor,
}

/// What one person has seen of the incidents of a store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// When they last left the screens (UTC); `None`: they never were here, and nothing is news to them.
    #[serde(default)]
    pub left: Option<DateTime<Utc>>,
    /// How many entries each incident had when its row was no news any more.
    #[serde(default)]
    listed: HashMap<Uuid, u32>,
    /// The incidents they had open.
    #[serde(default)]
    opened: HashMap<Uuid, Sight>,
}

impl Seen {
    /// Whether others wrote something into the incident of a row since it was no news.
    pub fn misses(&self, id: Uuid, entries: u32, last_by: Option<&str>, me: &str) -> bool {
        let known = || self.listed.get(&id).copied().unwrap_or(0);
        self.left.is_some() && last_by != Some(me) && entries > known()
    }

    /// Whether there are more entries in it than when its row was no news, whoever wrote last: who counts them finds out
    /// whose they are.
    pub fn grew(&self, row: &Row) -> bool {
        self.left.is_some() && row.entries > self.listed.get(&row.id).copied().unwrap_or(0)
    }

    /// A row is no news any more at so many entries.
    pub fn list(&mut self, id: Uuid, entries: u32) {
        let known = self.listed.entry(id).or_default();
        *known = entries.max(*known);
    }

    /// What was before somebody at that moment is what they have seen, also where more came before they left.
    pub fn attended(&mut self, id: Uuid, attended: Attended) {
        self.opened.insert(id, attended.sight);
        self.list(id, attended.entries);
    }

    /// An incident, whose state may have been taken out of its record, was before somebody until now.
    pub fn look(&mut self, record: &Record, incident: &Incident, at: DateTime<Utc>) {
        self.attended(record.address.id, Attended::of(record, incident, at));
    }

    /// The incident as it was left; `None`: it was never open.
    pub fn sight(&self, id: Uuid) -> Option<&Sight> {
        self.opened.get(&id)
    }

    /// Takes in what another screen of the same person kept: the later look at each holds.
    fn join(&mut self, other: Self) {
        self.left = self.left.max(other.left);
        for (id, entries) in other.listed {
            self.list(id, entries);
        }
        for (id, sight) in other.opened {
            let ours = self.opened.get(&id).is_some_and(|ours| ours.at >= sight.at);
            if !ours {
                self.opened.insert(id, sight);
            }
        }
    }
}

/// An incident as it was before somebody when they last did something.
#[derive(Clone, Debug, PartialEq)]
pub struct Attended {
    sight: Sight,
    entries: u32,
}

impl Attended {
    /// An incident, whose state may have been taken out of its record, is before somebody now.
    pub fn of(record: &Record, incident: &Incident, at: DateTime<Utc>) -> Self {
        let last = incident.entries.last().map(|entry| entry.id);
        let sight = Sight { at, last, cursor: record.cursor.clone() };
        Self { sight, entries: u32::try_from(incident.entries.len()).unwrap_or(u32::MAX) }
    }
}

impl Store {
    /// The file of a person's memory. Without a state folder there is nowhere to remember.
    fn seen_at(&self, person: &str) -> Option<PathBuf> {
        let of = Uuid::new_v5(&PEOPLE, person.as_bytes()).simple();
        Some(self.state.as_ref()?.join(format!("seen-{}-{of}.json", place_name(&self.root))))
    }

    /// What this person has seen. What cannot be read is nothing: it is a convenience, never part of the record.
    pub fn seen(&self, person: &str) -> Seen {
        let read = self.seen_at(person).and_then(|path| self.files.read(&path, 0).ok());
        read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Keeps what this person has seen, with what another screen of theirs kept meanwhile.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_seen(&self, person: &str, seen: &Seen) -> Result<(), StoreError> {
        let Some(path) = self.seen_at(person) else { return Ok(()) };
        let mut seen = seen.clone();
        seen.join(self.seen(person));
        let bytes = serde_json::to_vec(&seen).expect("plain numbers and names");
        if let Some(folder) = &self.state {
            self.files.create_folder(folder).map_err(StoreError::io("make the folder", folder))?;
        }
        self.files.replace(&path, &bytes).map_err(StoreError::io("write", &path))
    }

    /// The lines that came into an incident since it was left, in their total order: also those that were written
    /// before and came late from elsewhere.
    ///
    /// # Errors
    /// The journals cannot be read.
    pub fn came_since(&self, address: &Address, sight: &Sight) -> Result<Vec<Line>, StoreError> {
        let mut cursor = sight.cursor.clone();
        let journal = address.folder.join("journal");
        Ok(read(&*self.files, &journal, &mut Some(address.id.to_string()), &mut cursor)?.lines)
    }
}
