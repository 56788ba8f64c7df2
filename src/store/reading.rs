//! Reading journals: whole lines in their total order, damage stepped over and named, tails left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::{StoreError, plain};
use super::files::{Files, Item, met_a_link};
use super::journal::Opened;
use super::line::{Envelope, Flaw, LIMIT, START, holds};
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::id::LineId;

/// Bytes of a journal that could not be read; all other lines could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Name of the segment in `journal/`.
    pub file: String,
    /// Line in that file, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Where the bytes begin, and how many they are.
    pub at: u64,
    pub bytes: u64,
    pub why: String,
}

/// The beginning of a line at the end of a segment: somebody is writing it, or was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    pub file: String,
    pub at: u64,
    pub bytes: u64,
}

/// How far a segment has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Bytes up to the end of the last whole line.
    pub bytes: u64,
    /// Lines in those bytes.
    pub lines: u64,
    /// Name of the last whole line.
    pub last: LineId,
}

/// How far each segment of an incident has been read, by file name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Cursor(pub BTreeMap<String, Mark>);

/// What stands behind a cursor.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// In total order, each once. Segment openings are not among them.
    pub lines: Vec<Line>,
    pub damage: Vec<Damage>,
    pub tails: Vec<Tail>,
    /// The kind of a line that says: do not write without knowing me.
    pub crit: Option<String>,
    /// The first lines behind a mark name the line before it; this is `false` when one does not.
    pub joins: bool,
    /// Damage that repairs have named: neither a line nor damage any more.
    pub set_aside: BTreeSet<(String, u64)>,
}

/// A stretch of a segment: a line, or bytes that are none.
pub(super) struct Piece<'a> {
    pub at: u64,
    /// Line number, from 1.
    pub line: u64,
    pub bytes: &'a [u8],
    pub what: Result<Envelope<'a>, Flaw>,
    /// Whether it is the beginning of a line at the end of the segment.
    pub tail: bool,
    /// Whether it is followed by a newline.
    pub ended: bool,
}

/// Walks the bytes of a segment from `mark` on. Lines that damage has glued together are told apart again.
pub(super) fn pieces<'a>(bytes: &'a [u8], mark: &Mark, mut found: impl FnMut(Piece<'a>)) {
    let (mut at, mut line, mut rest) = (mark.bytes, mark.lines, bytes);
    while !rest.is_empty() {
        let length = casebook_bytes::line_length(rest);
        let (slice, after) = rest.split_at(length);
        rest = after;
        let ended = slice.last() == Some(&b'\n');
        let bytes = if ended { &slice[..length - 1] } else { slice };
        // The newline of a line that was counted before it had one.
        if !(bytes.is_empty() && ended && at == mark.bytes && at > 0) {
            line += 1;
            piece(bytes, at, line, ended, &mut found);
        }
        at += length as u64;
    }
}

fn piece<'a>(bytes: &'a [u8], at: u64, line: u64, ended: bool, found: &mut impl FnMut(Piece<'a>)) {
    match Envelope::read(bytes) {
        Ok(envelope) => found(Piece { at, line, bytes, what: Ok(envelope), tail: false, ended }),
        Err(flaw) => {
            let mut from = 0;
            for (start, end) in hidden(bytes) {
                if start > from {
                    let lost = &bytes[from..start];
                    let what = Err(flaw.clone());
                    found(Piece { at: at + from as u64, line, bytes: lost, what, tail: false, ended: true });
                }
                let (at, bytes) = (at + start as u64, &bytes[start..end]);
                found(Piece { at, line, bytes, what: Envelope::read(bytes), tail: false, ended: true });
                from = end;
            }
            if from < bytes.len() || bytes.is_empty() {
                // A stop in the middle of a write leaves a beginning, and a power cut zeros where the rest should be.
                let lost = &bytes[from..];
                let written = lost.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                let tail =
                    !ended && lost[..written].starts_with(&START.as_bytes()[..written.min(START.len())]);
                found(Piece { at: at + from as u64, line, bytes: lost, what: Err(flaw), tail, ended });
            }
        }
    }
}

/// Whole lines inside bytes that are no line: a newline between two was hit, or junk stands around one.
/// Only lines whose hash holds are believed.
fn hidden(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut next = beginning(bytes, 0);
    while let Some(start) = next {
        next = beginning(bytes, start + 1);
        // No line is longer than the limit, however much junk stands behind it.
        let most = next.unwrap_or(bytes.len()).min(start + LIMIT);
        let end = bytes[start..most].windows(2).rposition(|two| two == b"\"}").map(|at| start + at + 2);
        if let Some(end) = end {
            let whole = Envelope::read(&bytes[start..end]).is_ok_and(|e| holds(&bytes[start..end], e.id()));
            if whole {
                lines.push((start, end));
            }
        }
    }
    lines
}

/// Where the next line could begin, from a byte on. What lies between may be hundreds of megabytes without one.
fn beginning(bytes: &[u8], mut from: usize) -> Option<usize> {
    let (brace, rest) = START.as_bytes().split_first()?;
    loop {
        let mut left = bytes.get(from..)?;
        from += io::BufRead::skip_until(&mut left, *brace).unwrap_or(0);
        if left.is_empty() {
            return None;
        }
        if left.starts_with(rest) {
            return Some(from - 1);
        }
    }
}

/// Names of the segments in a journal folder, in order; links and strange things become damage.
pub(super) fn segments(
    files: &dyn Files,
    journal: &Path,
    damage: &mut Vec<Damage>,
) -> Result<Vec<String>, StoreError> {
    let listed = files.list(journal).map_err(StoreError::io("read the folder", journal))?;
    let mut names = Vec::with_capacity(listed.len());
    for (name, item) in listed {
        match item {
            _ if !name.ends_with(".jsonl") || name.starts_with('.') => {}
            Item::File => names.push(name),
            Item::Link => damage.push(whole_file(name, "it is a symbolic link, which is not followed")),
            Item::Folder | Item::Other => damage.push(whole_file(name, "it is not a plain file")),
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The places of the damage that an opening names.
fn set_aside(opening: &Envelope<'_>) -> Vec<(String, u64)> {
    if !opening.data.contains("\"damaged\":") {
        return Vec::new();
    }
    let said = serde_json::from_str::<Opened>(opening.data).map(|opened| opened.damaged);
    said.unwrap_or_default().into_iter().map(|torn| (torn.file, torn.at)).collect()
}

pub(super) fn whole_file(file: String, why: impl Into<String>) -> Damage {
    Damage { file, line: 0, at: 0, bytes: 0, why: why.into() }
}

/// Reads what stands behind `cursor` in the segments of `journal` and moves the cursor on.
/// `inc` is the incident's id as its lines spell it; lines of another are damage.
pub(super) fn read(
    files: &dyn Files,
    journal: &Path,
    inc: &mut Option<String>,
    cursor: &mut Cursor,
) -> Result<Reading, StoreError> {
    read_part(files, journal, inc, cursor, None)
}

/// The same, no further than another cursor.
pub(super) fn read_part(
    files: &dyn Files,
    journal: &Path,
    inc: &mut Option<String>,
    cursor: &mut Cursor,
    end: Option<&Cursor>,
) -> Result<Reading, StoreError> {
    let before = cursor.clone();
    let reading = read_once(files, journal, inc, cursor, (end, BTreeSet::new()))?;
    if reading.set_aside.is_empty() {
        return Ok(reading);
    }
    *cursor = before;
    read_once(files, journal, inc, cursor, (end, reading.set_aside))
}

fn read_once(
    files: &dyn Files,
    journal: &Path,
    inc: &mut Option<String>,
    cursor: &mut Cursor,
    (end, set_aside): (Option<&Cursor>, BTreeSet<(String, u64)>),
) -> Result<Reading, StoreError> {
    let mut reading = Reading { joins: true, set_aside, ..Reading::default() };
    for name in segments(files, journal, &mut reading.damage)? {
        let most = match end.map(|end| end.0.get(&name)) {
            None => u64::MAX,
            Some(Some(mark)) => mark.bytes,
            Some(None) => continue,
        };
        let mark = cursor.0.entry(name.clone()).or_default();
        match files.read_some(&journal.join(&name), mark.bytes, most - mark.bytes.min(most)) {
            Ok(bytes) => reading.take(&name, &bytes, mark, inc),
            Err(error) if met_a_link(&error) => {
                reading.damage.push(whole_file(name, "it is a symbolic link, which is not followed"));
            }
            Err(error) => reading.damage.push(whole_file(name, plain(&error))),
        }
    }
    reading.lines.sort_by(|a, b| a.order().cmp(&b.order()));
    reading.lines.dedup_by(|a, b| a.id == b.id);
    super::consent::as_agreed(files, journal.parent().unwrap_or(journal), &mut reading.lines);
    Ok(reading)
}

impl Reading {
    fn take(&mut self, name: &str, bytes: &[u8], mark: &mut Mark, inc: &mut Option<String>) {
        let before = mark.clone();
        let mut first = true;
        pieces(bytes, &before, |piece| {
            let (at, bytes) = (piece.at, piece.bytes.len() as u64);
            // What holds stays, whoever names it damaged.
            let lost = |what: &Result<Envelope<'_>, Flaw>| {
                !what.as_ref().is_ok_and(|envelope| holds(piece.bytes, envelope.id()))
            };
            if !self.set_aside.is_empty()
                && self.set_aside.contains(&(name.to_owned(), at))
                && lost(&piece.what)
            {
                let end = at + bytes + u64::from(piece.ended);
                *mark = Mark { bytes: end, lines: piece.line, last: mark.last };
                return;
            }
            let read = piece.what.and_then(|envelope| {
                if *inc.get_or_insert_with(|| envelope.inc.to_owned()) != envelope.inc {
                    return Err(Flaw::Stranger);
                }
                if envelope.opens_segment() {
                    self.set_aside.extend(set_aside(&envelope));
                    return Ok((envelope.id(), first && envelope.prev() != before.last));
                }
                let line = envelope.line()?;
                if let Event::Unknown { kind, crit: true, .. } = &line.event {
                    self.crit.get_or_insert_with(|| kind.clone());
                }
                let id = line.id;
                self.lines.push(line);
                Ok((id, first && envelope.prev() != before.last))
            });
            match read {
                Ok((id, strange)) => {
                    self.joins &= !(strange && before.lines > 0);
                    first = false;
                    *mark = Mark { bytes: at + bytes + u64::from(piece.ended), lines: piece.line, last: id };
                }
                Err(_) if piece.tail => self.tails.push(Tail { file: name.to_owned(), at, bytes }),
                Err(flaw) => self.damage.push(Damage {
                    file: name.to_owned(),
                    line: piece.line,
                    at,
                    bytes,
                    why: flaw.to_string(),
                }),
            }
        });
    }
}
