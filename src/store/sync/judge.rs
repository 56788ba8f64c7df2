//! Whether lines that came may be believed: each is held against its id, its incident, its writer and the line before it.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::super::expunge::{Declared, stub_of};
use super::super::journal::{Opened, Torn, tail};
use super::super::line::{Envelope, holds};
use super::super::reading::{Mark, pieces};
use crate::incident::line::Clock;
use crate::model::id::LineId;

/// Why bytes are not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum No {
    /// They are not what they should be, and never will be.
    Refused(String),
    /// Something has to come before them.
    Waits(String),
}

/// What is known of an incident's lines: by writer, the number of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(HashMap<String, HashMap<LineId, u64>>);

impl Known {
    pub(super) fn add(&mut self, writer: &str, id: LineId, n: u64) {
        match self.0.get_mut(writer) {
            Some(lines) => lines.insert(id, n),
            None => self.0.entry(writer.to_owned()).or_default().insert(id, n),
        };
    }

    pub(super) fn has(&self, writer: &str, id: LineId) -> bool {
        self.0.get(writer).is_some_and(|lines| lines.contains_key(&id))
    }

    /// Whether there is a line of this number with another id.
    pub(super) fn has_other(&self, writer: &str, n: u64, id: LineId) -> bool {
        self.0.get(writer).is_some_and(|lines| lines.iter().any(|(other, m)| *m == n && *other != id))
    }

    /// Takes in all lines of a segment.
    pub(super) fn learn(&mut self, bytes: &[u8]) {
        pieces(bytes, &Mark::default(), |piece| {
            if let Ok(envelope) = &piece.what {
                self.add(envelope.writer, envelope.id(), envelope.n);
            }
        });
    }
}

/// A line that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Good {
    pub(super) writer: String,
    pub(super) n: u64,
    pub(super) id: LineId,
    pub(super) clock: Clock,
    pub(super) recorded: Option<chrono::DateTime<chrono::Utc>>,
    pub(super) by: String,
}

/// What bytes are held against.
pub(super) struct Judge<'a> {
    pub(super) inc: Uuid,
    /// Whose the segment is by its name.
    pub(super) writer: &'a str,
    /// Its name.
    pub(super) segment: &'a str,
    /// Lines that are here, of this writer at least.
    pub(super) known: &'a Known,
    /// What is declared as taken away for good.
    pub(super) gone: &'a Declared,
    /// Bytes that are no line, and that an opening declares.
    pub(super) torn: &'a HashSet<(String, u64, String)>,
    /// The opening of the segment says that it holds lines of others.
    pub(super) lends: bool,
}

impl Judge<'_> {
    /// Judges bytes that begin at this byte of the segment, after this line of its writer.
    ///
    /// # Errors
    /// The first thing that is not right; then nothing of them is taken.
    pub(super) fn judge(
        &self,
        bytes: &[u8],
        at: u64,
        mut last: Option<(u64, LineId)>,
    ) -> Result<Vec<Good>, No> {
        let mut good = Vec::new();
        let (mut lends, mut wrong, mut here) = (self.lends, None, HashSet::new());
        let inc = self.inc.to_string();
        pieces(bytes, &Mark { bytes: at, ..Mark::default() }, |piece| {
            if wrong.is_some() {
                return;
            }
            let envelope = match &piece.what {
                Ok(envelope) if piece.ended => envelope,
                _ => {
                    wrong = self.no_line(piece.at, piece.bytes).err();
                    return;
                }
            };
            let judged = self.line(envelope, piece.bytes, &inc).and_then(|()| {
                if envelope.opens_segment() {
                    lends |= lent(envelope);
                }
                self.follows(envelope, lends, &mut last, &here)
            });
            match judged {
                Ok(()) => {
                    here.insert(envelope.id());
                    good.push(said(envelope));
                }
                Err(no) => wrong = Some(no),
            }
        });
        match wrong {
            Some(no) => Err(no),
            None => Ok(good),
        }
    }

    /// Bytes that are no line: a torn tail or damage that an opening declares word for word.
    fn no_line(&self, at: u64, bytes: &[u8]) -> Result<(), No> {
        let torn = tail(std::path::Path::new(self.segment), at, bytes);
        match self.torn.contains(&(torn.file, torn.at, torn.sha256)) {
            true => Ok(()),
            false => Err(No::Refused(format!("{} bytes from byte {at} on are no line", bytes.len()))),
        }
    }

    /// A line by itself.
    fn line(&self, envelope: &Envelope<'_>, bytes: &[u8], inc: &str) -> Result<(), No> {
        let n = envelope.n;
        if envelope.inc != inc {
            return Err(No::Refused(format!("line {n} is of another incident")));
        }
        if !holds(bytes, envelope.id()) {
            let stub = stub_of(bytes).is_some();
            return match stub && self.gone.lines.contains_key(&envelope.id()) {
                true => Ok(()),
                false if stub => {
                    Err(No::Waits(format!("nobody says yet who took the words of line {n} away")))
                }
                false => {
                    Err(No::Refused(format!("the bytes of line {n} are not those its id was made from")))
                }
            };
        }
        envelope.reads().map_err(|flaw| No::Refused(format!("line {n}: {flaw}")))
    }

    /// A line by the one before it.
    fn follows(
        &self,
        envelope: &Envelope<'_>,
        lends: bool,
        last: &mut Option<(u64, LineId)>,
        here: &HashSet<LineId>,
    ) -> Result<(), No> {
        let (n, id, prev) = (envelope.n, envelope.id(), envelope.prev());
        if envelope.writer != self.writer {
            return match lends && n > 0 {
                true => Ok(()),
                false => {
                    Err(No::Refused(format!("line {n} is of another writer, {}", shown(envelope.writer))))
                }
            };
        }
        let there = |id: LineId| here.contains(&id) || self.known.has(self.writer, id);
        if n == 0 {
            return match prev == LineId::ZERO || there(prev) || last.is_some_and(|last| last.1 == prev) {
                true => Ok(()),
                false => Err(No::Waits(format!("it follows a line of {} that has not come", self.writer))),
            };
        }
        let follows = match *last {
            Some((before, id)) if prev == id && n == before + 1 => true,
            _ if n == 1 => prev == LineId::ZERO,
            _ => there(prev) || there(id),
        };
        if !follows && !lends {
            return Err(No::Waits(format!(
                "it follows line {} of {}, which has not come",
                n - 1,
                self.writer
            )));
        }
        *last = Some((n, id));
        Ok(())
    }
}

fn said(envelope: &Envelope<'_>) -> Good {
    Good {
        writer: envelope.writer.to_owned(),
        n: envelope.n,
        id: envelope.id(),
        clock: envelope.clock,
        recorded: envelope.recorded().ok(),
        by: envelope.by().into_owned(),
    }
}

/// A word of a line that nobody vouches for, as it may be shown.
fn shown(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Whether an opening says that its segment holds lines of others.
fn lent(envelope: &Envelope<'_>) -> bool {
    serde_json::from_str::<Opened>(envelope.data).is_ok_and(|opened| opened.repair.is_some())
}

/// Whether the first line of a segment says that it holds lines of others.
pub(super) fn lends(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Envelope::read(first).is_ok_and(|envelope| envelope.opens_segment() && lent(&envelope))
}

/// What the openings in these bytes declare as no line: file, byte and SHA-256.
pub(super) fn declared_torn(bytes: &[u8], into: &mut HashSet<(String, u64, String)>) {
    pieces(bytes, &Mark::default(), |piece| {
        let Ok(envelope) = &piece.what else { return };
        if !envelope.opens_segment() || !holds(piece.bytes, envelope.id()) {
            return;
        }
        let Ok(said) = serde_json::from_str::<Opened>(envelope.data) else { return };
        for Torn { file, at, sha256, .. } in said.torn.into_iter().chain(said.damaged) {
            into.insert((file, at, sha256));
        }
    });
}
