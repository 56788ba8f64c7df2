//! `incident.json` read beside what would be written: piece by piece, so that neither is ever there as a whole; and
//! beside the lines of a journal, so that the words of most entries are not even copied.

use std::path::PathBuf;

use casebook_bytes::Sum;

use super::files::Files;
use super::locate::Address;
use super::snapshot::{END, Head, MEMORY, begins, path};
use crate::incident::Incident;

/// So much of it is read at a time, in bytes.
const PIECE: u64 = 256 << 10;

/// A file that is held against what is written, piece by piece.
pub(super) struct Stands<'f> {
    files: &'f dyn Files,
    path: PathBuf,
    /// How far into the file what was read of it goes.
    at: u64,
    /// What was read and is not met yet, and how much of it is.
    piece: Vec<u8>,
    met: usize,
    /// How many bytes were taken, and their sum.
    count: u64,
    sum: Sum,
    /// How long state and memory are, and their sum, as they say of themselves.
    state: u64,
    memory: u64,
    said: String,
}

impl<'f> Stands<'f> {
    /// At the state of the file with this head. `None`: somebody has put another in its place.
    pub(super) fn at_state(head: &Head, files: &'f dyn Files, address: &Address) -> Option<Self> {
        let path = path(&address.folder);
        let piece = files.read_some(&path, 0, PIECE).ok()?;
        let (found, met) = begins(&piece).filter(|(found, _)| found == head)?;
        let state = found.bytes as u64;
        let around = met as u64 + state + MEMORY.len() as u64 + END.len() as u64;
        let memory = files.size(&path).ok()?.checked_sub(around)?;
        let mut sum = Sum::default();
        let place = found.place();
        sum.part(place.len() as u64);
        sum.takes(&place);
        sum.part(state);
        let (at, said) = (piece.len() as u64, found.xxh64);
        Some(Self { files, path, at, piece, met, count: 0, sum, state, memory, said })
    }

    /// Reads so much that this many bytes are there to be met. `false`: the file ends before.
    fn reaches(&mut self, bytes: usize) -> bool {
        while self.piece.len() - self.met < bytes {
            if !self.reads_on() {
                return false;
            }
        }
        true
    }

    fn reads_on(&mut self) -> bool {
        let more = self.files.read_some(&self.path, self.at, PIECE).unwrap_or_default();
        self.at += more.len() as u64;
        self.piece.drain(..self.met);
        self.met = 0;
        self.piece.extend_from_slice(&more);
        !more.is_empty()
    }

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
    pub(super) fn takes(&mut self, text: &[u8]) -> bool {
        self.count += text.len() as u64;
        self.sum.takes(text);
        self.steps_over(text)
    }

    /// Takes so many bytes as they stand.
    fn takes_here(&mut self, bytes: usize) -> Vec<u8> {
        let here = self.piece[self.met..self.met + bytes].to_vec();
        self.count += bytes as u64;
        self.sum.takes(&here);
        self.met += bytes;
        here
    }

    /// Whether the state ends here, and what stands behind it is the memory of this incident and nothing else.
    pub(super) fn ends(mut self, incident: &Incident) -> bool {
        let Ok(memory) = serde_json::to_vec(incident) else { return false };
        let length = memory.len() as u64;
        self.sum.part(length);
        (self.count, self.memory) == (self.state, length)
            && self.steps_over(MEMORY.as_bytes())
            && self.takes(&memory)
            && self.steps_over(END.as_bytes())
            && self.met == self.piece.len()
            && !self.reads_on()
            && self.sum.digits() == self.said
    }
}

/// How the entries of the log begin in the state.
const ENTRIES: &[u8] = b"\"entries\":[";

/// The entries of `incident.json`, met one by one in the order of the lines they came from.
pub(super) struct Told<'f> {
    stands: Stands<'f>,
    /// The state up to its entries.
    front: Vec<u8>,
    /// Entries that say more than their line, by their place: what stands there.
    open: Vec<(usize, Vec<u8>)>,
}

impl<'f> Told<'f> {
    /// At the first entry. `None`: there are none, or not where they are looked for.
    pub(super) fn at_entries(head: &Head, files: &'f dyn Files, address: &Address) -> Option<Self> {
        let mut stands = Stands::at_state(head, files, address)?;
        let mut from = 0;
        let end = loop {
            if let Some(at) = casebook_bytes::find(&stands.piece[stands.met + from..], ENTRIES) {
                break from + at + ENTRIES.len();
            }
            from = (stands.piece.len() - stands.met).saturating_sub(ENTRIES.len());
            if !stands.reads_on() {
                return None;
            }
        };
        let front = stands.takes_here(end);
        Some(Self { stands, front, open: Vec::new() })
    }

    /// Steps over the entry at this place, if it stands there in these words.
    pub(super) fn says(&mut self, at: usize, text: &[u8]) -> bool {
        let comma = usize::from(at > 0);
        let all = comma + text.len();
        if !self.stands.reaches(all) {
            return false;
        }
        let here = &self.stands.piece[self.stands.met..][..all];
        let same = here[..comma] == b","[..comma] && here[comma..] == *text;
        same && self.stands.takes(&b","[..comma]) && self.stands.takes(text)
    }

    /// Keeps what stands at this place until all lines are known. `false`: no entry does.
    pub(super) fn sets_aside(&mut self, at: usize) -> bool {
        if !self.stands.takes(&b","[..usize::from(at > 0)]) {
            return false;
        }
        let (mut depth, mut quoted, mut escaped, mut end) = (0_usize, false, false, 0);
        loop {
            if !self.stands.reaches(end + 1) {
                return false;
            }
            let byte = self.stands.piece[self.stands.met + end];
            end += 1;
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' if !quoted => depth += 1,
                b'}' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let text = self.stands.takes_here(end);
        self.open.push((at, text));
        true
    }

    /// Whether all of it is what would be written of this incident, whose entries were met here: those that were told
    /// have no words, and are what they were.
    pub(super) fn ends(mut self, incident: &Incident) -> bool {
        let mut open = self.open.iter().peekable();
        let mut text = Vec::new();
        let entries = incident.entries.iter().enumerate().all(|(at, entry)| {
            match open.next_if(|(place, _)| *place == at) {
                None => entry.plain() && entry.text.is_empty() && entry.by.is_empty(),
                Some((_, stands)) => {
                    text.clear();
                    Incident::tell_entry(entry, &mut text);
                    text == *stands
                }
            }
        });
        let all = entries && open.next().is_none();
        let (front, back) = incident.tell_around();
        all && self.front == front.as_bytes()
            && self.stands.takes(back.as_bytes())
            && self.stands.ends(incident)
    }
}
