//! `incident.json`: the folded state for people, for `jq` and for quick opening. A cache, never the truth.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::files::Files;
use super::line::hex;
use super::locate::Address;
use super::number::FORMAT;
use super::reading::Cursor;
use super::record::{Order, Record};
use crate::incident::{FOLD, Incident};

/// It is read for opening only when the incident has more lines than this; below, the journal is as fast.
pub const READ_ABOVE: usize = 5_000;
/// Bytes of journal that may hold that many lines: with less, `incident.json` is not looked at.
const WORTH_A_LOOK: u64 = 1 << 20;
/// `log` rewrites it while it is no longer than this, in bytes: 64 KiB; where there is none, while the journals are not.
pub const LOG_REWRITES: u64 = 64 << 10;
/// In long incidents it may lag by this many lines before a command rewrites it.
const MAY_LAG: usize = 500;

#[derive(Deserialize)]
struct Kept<'a> {
    format: &'a str,
    fold: u32,
    lines: usize,
    cursor: Cursor,
    last: Option<Order>,
    sum: &'a str,
    #[serde(borrow)]
    state: &'a RawValue,
    #[serde(borrow)]
    memory: &'a RawValue,
}

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("incident.json")
}

/// How long the journals of an incident are together, in bytes.
pub(super) fn journal_bytes(files: &dyn Files, folder: &Path) -> u64 {
    let journal = folder.join("journal");
    let names = super::reading::segments(files, &journal, &mut Vec::new()).unwrap_or_default();
    names.iter().filter_map(|name| files.size(&journal.join(name)).ok()).sum()
}

/// What ties cursor, state and memory to each other.
fn sum(cursor: &Cursor, last: Option<&Order>, state: &str, memory: &str) -> String {
    let place = serde_json::to_vec(&(cursor, last)).expect("names, numbers and hex strings");
    hex(&Sha256::new().chain_update(place).chain_update(state).chain_update(memory).finalize())
}

/// Reads it for opening, if that is worth it and it is valid; what was appended since comes by
/// [`Record::catch_up`].
pub(super) fn open(files: &dyn Files, address: &Address, record: &mut Record) -> bool {
    let journal = address.folder.join("journal");
    if journal_bytes(files, &address.folder) < WORTH_A_LOOK {
        return false;
    }
    let Ok(bytes) = files.read(&path(&address.folder), 0) else { return false };
    // Checked as text once, so that no string in it has to be again.
    let Ok(text) = std::str::from_utf8(&bytes) else { return false };
    let Ok(kept) = serde_json::from_str::<Kept<'_>>(text) else { return false };
    let valid = kept.format == FORMAT
        && kept.fold == FOLD
        && kept.lines > READ_ABOVE
        && kept.sum == sum(&kept.cursor, kept.last.as_ref(), kept.state.get(), kept.memory.get())
        && reaches(files, &journal, &kept.cursor);
    if !valid {
        return false;
    }
    let Some(incident) = Incident::from_snapshot(kept.state, kept.memory) else { return false };
    record.incident = incident;
    record.lines = kept.lines;
    record.kept = kept.lines;
    record.cursor = kept.cursor;
    record.last = kept.last;
    true
}

/// Whether each journal is at least as long as the cursor says. The first line behind it is checked when
/// it is read.
fn reaches(files: &dyn Files, journal: &Path, cursor: &Cursor) -> bool {
    cursor.0.iter().all(|(name, mark)| files.size(&journal.join(name)).is_ok_and(|size| size >= mark.bytes))
}

/// Writes it beside its place and moves it there, without a sync. A record with damage in it keeps none, so that
/// the damage is met again at every opening.
pub(super) fn write(files: &dyn Files, record: &Record) -> Result<(), StoreError> {
    let lags = record.lines > READ_ABOVE && record.kept > 0 && record.lines - record.kept < MAY_LAG;
    if !record.whole() || lags {
        return Ok(());
    }
    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).expect("the state is plain data")
    }
    let (state, memory) = (json(&record.incident.document()), json(&record.incident));
    // The shape of `Kept`, put together without another walk over the two long texts.
    let text = format!(
        "{{\"format\":\"{FORMAT}\",\"fold\":{FOLD},\"lines\":{},\"cursor\":{},\"last\":{},\"sum\":\"{}\",\
         \"state\":{state},\"memory\":{memory}}}\n",
        record.lines,
        json(&record.cursor),
        json(&record.last),
        sum(&record.cursor, record.last.as_ref(), &state, &memory),
    );
    let path = path(&record.address.folder);
    files.refresh(&path, text.as_bytes()).map_err(StoreError::io("write", &path))
}

/// What `incident.json` says beside the journals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// There is none, or one of another version, which nobody reads.
    Nothing,
    /// What the journals say, as far as they went when it was written.
    TheSame,
    Another,
    /// Its sum does not fit: nobody believes it.
    Unreadable,
}

/// Holds `incident.json` against the journals. `incident`: folded from all their lines.
pub(super) fn says(files: &std::sync::Arc<dyn Files>, address: &Address, incident: &Incident) -> Says {
    let Ok(bytes) = files.read(&path(&address.folder), 0) else { return Says::Nothing };
    let kept = std::str::from_utf8(&bytes).ok().and_then(|text| serde_json::from_str::<Kept<'_>>(text).ok());
    let Some(kept) = kept else { return Says::Unreadable };
    if kept.format != FORMAT || kept.fold != FOLD {
        return Says::Nothing;
    }
    if kept.sum != sum(&kept.cursor, kept.last.as_ref(), kept.state.get(), kept.memory.get()) {
        return Says::Unreadable;
    }
    let Some(of_then) = Incident::from_snapshot(kept.state, kept.memory) else { return Says::Unreadable };
    let shown = serde_json::to_string(&of_then.document()).expect("the state is plain data");
    let mut record = Record::empty(std::sync::Arc::clone(files), address.clone());
    record.incident = of_then;
    record.lines = kept.lines;
    record.cursor = kept.cursor;
    record.last = kept.last;
    let same = record.catch_up().is_ok() && record.incident == *incident && shown == kept.state.get();
    if same { Says::TheSame } else { Says::Another }
}
