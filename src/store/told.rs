//! `incident.json` read beside what would be written: piece by piece, so that neither is ever there as a whole; and
//! beside the lines of a journal, so that the words of most entries are not even copied.

use std::path::PathBuf;

use casebook_bytes::{Sum, same};

use super::files::{Files, Held};
use super::locate::Address;
use super::snapshot::{END, Head, MEMORY, begins, path};
use crate::incident::Incident;
use crate::incident::document::{ENTRIES, Entries};

/// So much of it is read at a time, in bytes: little enough to stay near the processor.
const PIECE: u64 = 64 << 10;

/// A file that is held against what is written, piece by piece.
pub(super) struct Stands<'f> {
    files: &'f dyn Files,
    path: PathBuf,
    held: Held,
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
        let (path, mut held) = (path(&address.folder), Held::default());
        let size = files.size_held(&mut held, &path).ok()?;
        let piece = files.read_held(&mut held, &path, 0, PIECE).ok()?;
        let (found, met) = begins(&piece).filter(|(found, _)| found == head)?;
        let state = found.bytes as u64;
        let around = met as u64 + state + MEMORY.len() as u64 + END.len() as u64;
        let memory = size.checked_sub(around)?;
        let mut sum = Sum::default();
        let place = found.place();
        sum.part(place.len() as u64);
        sum.takes(&place);
        sum.part(state);
        let (at, said) = (piece.len() as u64, found.xxh64);
        Some(Self { files, path, held, at, piece, met, count: 0, sum, state, memory, said })
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
        let more = self.files.read_held(&mut self.held, &self.path, self.at, PIECE).unwrap_or_default();
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
            if !same(&here[..front.len()], front) {
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
    fn takes_here(&mut self, bytes: usize) -> &[u8] {
        let here = &self.piece[self.met..][..bytes];
        self.count += bytes as u64;
        self.sum.takes(here);
        self.met += bytes;
        here
    }

    /// Takes all that was read of the next so many bytes. Empty: the file ends before.
    fn takes_some(&mut self, most: u64) -> &[u8] {
        if self.met == self.piece.len() && !self.reads_on() {
            return &[];
        }
        let here = self.piece.len() - self.met;
        self.takes_here(usize::try_from(most).map_or(here, |most| here.min(most)))
    }

    /// Reads state and memory back. `None`: they do not read, or are not as they were written.
    pub(super) fn reads(mut self) -> Option<Incident> {
        let mut entries = Entries::default();
        while self.count < self.state {
            let piece = self.takes_some(self.state - self.count);
            if piece.is_empty() || !entries.takes(piece) {
                return None;
            }
        }
        self.sum.part(self.memory);
        let mut memory = self.steps_over(MEMORY.as_bytes()).then(Vec::new)?;
        while (memory.len() as u64) < self.memory {
            let piece = self.takes_some(self.memory - memory.len() as u64);
            memory.extend_from_slice(Some(piece).filter(|piece| !piece.is_empty())?);
        }
        let whole = self.is_over().then_some(memory)?;
        Incident::with_entries(entries, &whole)
    }

    /// Whether the file ends here, and is as it was written.
    fn is_over(&mut self) -> bool {
        self.steps_over(END.as_bytes())
            && self.met == self.piece.len()
            && !self.reads_on()
            && self.sum.digits() == self.said
    }

    /// Whether the state ends here, and what stands behind it is the memory of this incident and nothing else.
    pub(super) fn ends(mut self, incident: &Incident) -> bool {
        let Ok(memory) = serde_json::to_vec(incident) else { return false };
        let length = memory.len() as u64;
        self.sum.part(length);
        (self.count, self.memory) == (self.state, length)
            && self.steps_over(MEMORY.as_bytes())
            && self.takes(&memory)
            && self.is_over()
    }
}

/// The entries of `incident.json`, met one by one in the order of the lines they came from.
pub(super) struct Told<'f> {
    stands: Stands<'f>,
    /// The state up to its entries.
    front: Vec<u8>,
    /// How many entries were met.
    entries: usize,
    /// What stands of those that say more than their line, until all lines are known.
    open: Vec<Vec<u8>>,
}

impl<'f> Told<'f> {
    /// At the first entry. `None`: there are none, or not where they are looked for.
    pub(super) fn at_entries(head: &Head, files: &'f dyn Files, address: &Address) -> Option<Self> {
        let mut stands = Stands::at_state(head, files, address)?;
        let mut from = 0;
        let end = loop {
            if let Some(at) = casebook_bytes::find(&stands.piece[stands.met + from..], ENTRIES.as_bytes()) {
                break from + at + ENTRIES.len();
            }
            from = (stands.piece.len() - stands.met).saturating_sub(ENTRIES.len());
            if !stands.reads_on() {
                return None;
            }
        };
        let front = stands.takes_here(end).to_vec();
        Some(Self { stands, front, entries: 0, open: Vec::new() })
    }

    /// What stands before the next entry.
    fn comma(&self) -> &'static [u8] {
        &b","[..usize::from(self.entries > 0)]
    }

    /// Steps over the next entry, if it stands there in these words.
    pub(super) fn says(&mut self, text: &[u8]) -> bool {
        let comma = self.comma();
        let all = comma.len() + text.len();
        if !self.stands.reaches(all) {
            return false;
        }
        let (before, here) = self.stands.piece[self.stands.met..][..all].split_at(comma.len());
        let same = before == comma && same(here, text);
        if same {
            self.stands.takes_here(all);
            self.entries += 1;
        }
        same
    }

    /// Keeps what stands of the next entry until all lines are known. `false`: none does.
    pub(super) fn sets_aside(&mut self) -> bool {
        if !self.stands.takes(self.comma()) {
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
        self.open.push(self.stands.takes_here(end).to_vec());
        self.entries += 1;
        true
    }

    /// Whether all of it is what would be written of this incident, which has the entries that were set aside and none
    /// of the others.
    pub(super) fn ends(mut self, incident: &Incident) -> bool {
        let mut text = Vec::new();
        let mut entries = incident.entries.iter().zip(&self.open);
        let same = entries.all(|(entry, stands)| {
            text.clear();
            Incident::tell_entry(entry, &mut text);
            text == *stands
        });
        let (front, back) = incident.tell_around();
        same && incident.entries.len() == self.open.len()
            && self.front == front.as_bytes()
            && self.stands.takes(back.as_bytes())
            && self.stands.ends(incident)
    }
}
