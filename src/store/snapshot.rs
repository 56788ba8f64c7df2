//! `incident.json`: the folded state for people, for `jq` and for quick opening. A cache, never the truth.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use casebook_bytes::Same;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::files::Files;
use super::locate::Address;
use super::number::FORMAT;
use super::reading::Cursor;
use super::record::{Order, Record};
use super::told::Stands;
use crate::incident::{FOLD, Incident};

/// It is read for opening only when the incident has more lines than this; below, the journal is as fast.
pub const READ_ABOVE: usize = 5_000;
/// Bytes of journal that may hold that many lines: with less, `incident.json` is not looked at.
pub(super) const WORTH_A_LOOK: u64 = 1 << 20;
/// `log` rewrites it while it is no longer than this, in bytes: 64 KiB; where there is none, while the journals are not.
pub const LOG_REWRITES: u64 = 64 << 10;
/// In long incidents it may lag by this many lines before a command rewrites it.
const MAY_LAG: usize = 500;

/// What stands before the state.
#[derive(PartialEq, Deserialize)]
pub(super) struct Head {
    format: String,
    fold: u32,
    lines: usize,
    cursor: Cursor,
    last: Option<Order>,
    /// Missing where an older casebook wrote it, which made another sum.
    #[serde(default)]
    pub(super) xxh64: String,
    /// How long the state is, so that nobody has to walk through it to find its end. 0: an older casebook wrote it.
    #[serde(default)]
    pub(super) bytes: usize,
}

const STATE: &str = ",\"state\":";
pub(super) const MEMORY: &str = ",\"memory\":";
pub(super) const END: &str = "}\n";

impl Head {
    /// Takes the text apart. `None`: it is not as it is written here.
    fn read(text: &str) -> Option<(Self, &str)> {
        let (head, rest) = text.split_once(STATE)?;
        Some((serde_json::from_str(&format!("{head}}}")).ok()?, rest))
    }

    /// Whether this version reads it.
    fn current(&self) -> bool {
        self.format == FORMAT && self.fold == FOLD && self.bytes > 0 && !self.xxh64.is_empty()
    }

    /// The state and the memory behind it. `None`: the sum does not fit.
    fn parts<'a>(&self, rest: &'a str) -> Option<(&'a str, &'a str)> {
        let (state, rest) = rest.split_at_checked(self.bytes)?;
        let memory = rest.strip_prefix(MEMORY)?.strip_suffix(END)?;
        (self.xxh64 == sum(&self.cursor, self.last.as_ref(), state, memory)).then_some((state, memory))
    }
}

/// So much of it is read for what stands before the state: the cursors of over four hundred segments. With more of them
/// the journals are folded.
const HEAD_MOST: u64 = 64 << 10;

impl Head {
    /// How far into a segment it goes, in bytes.
    pub(super) fn reaches(&self, name: &str) -> u64 {
        self.cursor.0.get(name).map_or(0, |mark| mark.bytes)
    }

    /// Whether it knows so many lines, and this as the last of them.
    pub(super) fn knows(&self, lines: usize, last: Option<&Order>) -> bool {
        (lines, last) == (self.lines, self.last.as_ref())
    }

    /// Whether the file with this head is what would be written of this incident.
    pub(super) fn is_said_by(&self, files: &dyn Files, address: &Address, incident: &Incident) -> bool {
        let Some(mut stands) = Stands::at_state(self, files, address) else { return false };
        incident.tell(|piece| stands.takes(piece)) && stands.ends(incident)
    }

    /// Cursor and last line as they stand in the sum.
    pub(super) fn place(&self) -> Vec<u8> {
        place(&self.cursor, self.last.as_ref())
    }
}

/// What stands before the state, and where that begins, of a file that begins so.
pub(super) fn begins(bytes: &[u8]) -> Option<(Head, usize)> {
    // What was read may end within a letter, behind what is looked for.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let (head, rest) = Head::read(text)?;
    Some((head, text.len() - rest.len()))
}

/// What stands before the state in an incident's folder, where this version reads it. `None`: there is none.
///
/// # Errors
/// What is there does not begin as it is written here.
pub(super) fn head(files: &dyn Files, folder: &Path) -> Result<Option<Head>, Says> {
    let Ok(bytes) = files.read_some(&path(folder), 0, HEAD_MOST) else { return Ok(None) };
    match begins(&bytes) {
        Some((head, _)) => Ok(Some(head).filter(Head::current)),
        None => Err(Says::Unreadable),
    }
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
    casebook_bytes::sum(&[&place(cursor, last), state.as_bytes(), memory.as_bytes()])
}

/// Cursor and last line as they stand in the sum.
fn place(cursor: &Cursor, last: Option<&Order>) -> Vec<u8> {
    serde_json::to_vec(&(cursor, last)).expect("names, numbers and hex strings")
}

/// Reads it for opening, if that is worth it and it is valid; what was appended since comes by
/// [`Record::catch_up`].
pub(super) fn open(files: &dyn Files, address: &Address, record: &mut Record) -> bool {
    let journal = address.folder.join("journal");
    if journal_bytes(files, &address.folder) < WORTH_A_LOOK {
        return false;
    }
    let Ok(Some(head)) = head(files, &address.folder) else { return false };
    if head.lines <= READ_ABOVE || !reaches(files, &journal, &head.cursor) {
        return false;
    }
    let Some(incident) = Stands::at_state(&head, files, address).and_then(Stands::reads) else {
        return false;
    };
    record.incident = incident;
    record.lines = head.lines;
    record.kept = head.lines;
    record.cursor = head.cursor;
    record.last = head.last;
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
    let (state, memory) = (told(&record.incident), json(&record.incident));
    // As `Head` reads it, put together without another walk over the two long texts.
    let text = format!(
        "{{\"format\":\"{FORMAT}\",\"fold\":{FOLD},\"lines\":{},\"cursor\":{},\"last\":{},\"xxh64\":\"{}\",\
         \"bytes\":{}{STATE}{state}{MEMORY}{memory}}}\n",
        record.lines,
        json(&record.cursor),
        json(&record.last),
        sum(&record.cursor, record.last.as_ref(), &state, &memory),
        state.len(),
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

/// The state, as the document for scripts has it.
fn told(incident: &Incident) -> String {
    let mut text = Vec::new();
    incident.tell(|piece| {
        text.extend_from_slice(piece);
        true
    });
    String::from_utf8(text).expect("JSON is text")
}

/// Whether the state is told in this text.
fn is_told(incident: &Incident, text: &str) -> bool {
    let mut same = Same::new(text);
    incident.tell(|piece| same.takes(piece)) && same.at_end()
}

/// A text that is held against what is written, and what is written never made.
struct Held<'a>(Same<'a>);

impl std::io::Write for Held<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.0.takes(bytes) { Ok(()) } else { Err(std::io::ErrorKind::InvalidData.into()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether a value is written as this text.
fn is_written(value: &impl Serialize, text: &str) -> bool {
    let mut held = Held(Same::new(text));
    serde_json::to_writer(&mut held, value).is_ok() && held.0.at_end()
}

/// Holds `incident.json` against the journals, and reads them on the way: the record of all lines comes back.
///
/// # Errors
/// The journals cannot be read.
pub(super) fn says(files: &Arc<dyn Files>, address: &Address) -> Result<(Record, Says), StoreError> {
    let empty = || Record::empty(Arc::clone(files), address.clone());
    let from_nothing = |says| {
        let mut record = empty();
        record.catch_up().map(|_| (record, says))
    };
    let Ok(bytes) = files.read(&path(&address.folder), 0) else { return from_nothing(Says::Nothing) };
    let read = std::str::from_utf8(&bytes).ok().and_then(Head::read);
    let Some((head, rest)) = read else { return from_nothing(Says::Unreadable) };
    if !head.current() {
        return from_nothing(Says::Nothing);
    }
    let Some((state, memory)) = head.parts(rest) else { return from_nothing(Says::Unreadable) };
    // Folded as far as the lines went when it was written, and then to the end: each is read once.
    let mut record = empty();
    record.read_up_to(&head.cursor)?;
    let then = &record.incident;
    let as_then = (record.lines, &record.last) == (head.lines, &head.last);
    if as_then && is_told(then, state) && is_written(then, memory) {
        record.catch_up()?;
        return Ok((record, Says::TheSame));
    }
    // The same lines may lie in other files by now, and the same words may be written in other ways.
    let (record, _) = from_nothing(Says::Another)?;
    let Some(then) = Incident::from_snapshot(state, memory) else { return Ok((record, Says::Unreadable)) };
    let shown = is_told(&then, state);
    let mut kept = empty();
    (kept.incident, kept.lines, kept.cursor, kept.last) = (then, head.lines, head.cursor, head.last);
    let same = kept.catch_up().is_ok() && kept.incident == record.incident && shown;
    Ok((record, if same { Says::TheSame } else { Says::Another }))
}
