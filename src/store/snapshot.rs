//! `incident.json`: the folded state for people, for `jq` and for quick opening. A cache, never the truth.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use casebook_bytes::{Same, Sum};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::files::Files;
use super::locate::Address;
use super::number::FORMAT;
use super::reading::Cursor;
use super::record::{Order, Record};
use crate::incident::{FOLD, Incident};

/// It is read for opening only when the incident has more lines than this; below, the journal is as fast.
pub const READ_ABOVE: usize = 5_000;
/// Bytes of journal that may hold that many lines: with less, `incident.json` is not looked at.
pub(super) const WORTH_A_LOOK: u64 = 1 << 20;
/// `log` makes it where there is none while the journals are no longer than this, in bytes: 64 KiB.
pub const LOG_WRITES: u64 = 64 << 10;
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
    xxh64: String,
    /// How long the state is, so that nobody has to walk through it to find its end. 0: an older casebook wrote it.
    #[serde(default)]
    bytes: usize,
}

const STATE: &str = ",\"state\":";
const MEMORY: &str = ",\"memory\":";
const END: &str = "}\n";

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

/// So much of it is read for what stands before the state. One that is longer is read whole.
const HEAD_MOST: u64 = 64 << 10;

impl Head {
    /// How far into a segment it goes, in bytes.
    pub(super) fn reaches(&self, name: &str) -> u64 {
        self.cursor.0.get(name).map_or(0, |mark| mark.bytes)
    }

    /// Whether the file with this head is what would be written of an incident with so many lines. It is read piece by
    /// piece beside what is written, and neither is ever there as a whole.
    pub(super) fn is_said_by(
        &self,
        files: &dyn Files,
        folder: &Path,
        lines: (usize, Option<&Order>),
        incident: &Incident,
    ) -> bool {
        if lines != (self.lines, self.last.as_ref()) {
            return false;
        }
        let path = path(folder);
        let Ok(piece) = files.read_some(&path, 0, PIECE) else { return false };
        let Some((head, at)) = begins(&piece) else { return false };
        // Somebody may have put another in its place.
        if head != *self {
            return false;
        }
        let around = at as u64 + self.bytes as u64 + MEMORY.len() as u64 + END.len() as u64;
        let Some(memory) = files.size(&path).ok().and_then(|size| size.checked_sub(around)) else {
            return false;
        };
        let mut stands =
            Stands { files, path, at: piece.len() as u64, piece, met: at, count: 0, sum: Sum::default() };
        let place = place(&self.cursor, self.last.as_ref());
        stands.sum.part(place.len() as u64);
        stands.sum.takes(&place);
        stands.sum.part(self.bytes as u64);
        incident.tell(|piece| stands.takes(piece))
            && stands.count == self.bytes as u64
            && stands.steps_over(MEMORY.as_bytes())
            && {
                stands.sum.part(memory);
                serde_json::to_writer(&mut stands, incident).is_ok()
            }
            && stands.count == self.bytes as u64 + memory
            && stands.steps_over(END.as_bytes())
            && stands.at_end()
            && stands.sum.digits() == self.xxh64
    }
}

/// So much of it is in memory at a time, in bytes.
const PIECE: u64 = 256 << 10;

/// A file that is held against what is written, piece by piece.
struct Stands<'f> {
    files: &'f dyn Files,
    path: PathBuf,
    /// How far into the file what was read of it goes.
    at: u64,
    /// What was read last, and how much of it was met.
    piece: Vec<u8>,
    met: usize,
    /// How many bytes were taken, and their sum.
    count: u64,
    sum: Sum,
}

impl Stands<'_> {
    /// Steps over these bytes, if they stand here. `false`: others do, or none.
    fn steps_over(&mut self, mut text: &[u8]) -> bool {
        loop {
            let here = &self.piece[self.met..];
            let (front, back) = text.split_at(text.len().min(here.len()));
            if !here.starts_with(front) {
                return false;
            }
            self.met += front.len();
            if back.is_empty() {
                return true;
            }
            text = back;
            if !self.reads_on() {
                return false;
            }
        }
    }

    /// Takes the next bytes of what is written. `false`: others stand there.
    fn takes(&mut self, text: &[u8]) -> bool {
        self.count += text.len() as u64;
        self.sum.takes(text);
        self.steps_over(text)
    }

    fn reads_on(&mut self) -> bool {
        self.met = 0;
        self.piece = self.files.read_some(&self.path, self.at, PIECE).unwrap_or_default();
        self.at += self.piece.len() as u64;
        !self.piece.is_empty()
    }

    fn at_end(&mut self) -> bool {
        self.met == self.piece.len() && !self.reads_on()
    }
}

impl std::io::Write for Stands<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.takes(bytes) { Ok(bytes.len()) } else { Err(std::io::ErrorKind::InvalidData.into()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What stands before the state, and where that begins, of a file that begins so.
fn begins(bytes: &[u8]) -> Option<(Head, usize)> {
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
    let Ok(bytes) = files.read(&path(&address.folder), 0) else { return false };
    // Checked as text once, so that no string in it has to be again.
    let Ok(text) = std::str::from_utf8(&bytes) else { return false };
    let Some((head, rest)) = Head::read(text) else { return false };
    if !head.current() || head.lines <= READ_ABOVE || !reaches(files, &journal, &head.cursor) {
        return false;
    }
    let Some((state, memory)) = head.parts(rest) else { return false };
    let Some(incident) = Incident::from_snapshot(state, memory) else { return false };
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
