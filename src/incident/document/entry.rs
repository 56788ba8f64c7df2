//! Entries of the log for scripts, and reading them back from a snapshot.

use std::borrow::Cow;

use casebook_bytes::PlainEntry;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::Incident;
use super::super::places::Places;
use crate::model::entry::{Correction, Entry, Kind};
use crate::model::id::LineId;
use crate::model::lane::{Lane, Marking};
use crate::model::time::{Happened, quickly};

/// A line of the activity log, for scripts. A snapshot reads it back as an [`Entry`].
#[derive(Serialize, Deserialize)]
pub struct EntryDocument<'a> {
    pub id: LineId,
    pub kind: Kind,
    /// The text that holds now.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    #[serde(deserialize_with = "quickly")]
    pub happened: DateTime<Utc>,
    #[serde(deserialize_with = "quickly")]
    pub recorded: DateTime<Utc>,
    #[serde(borrow)]
    pub by: Cow<'a, str>,
    /// Who did it.
    #[serde(borrow)]
    pub who: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Cow<'a, Happened>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<LineId>,
    /// The words as first written, where they were corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "<[Correction]>::is_empty")]
    pub corrections: Cow<'a, [Correction]>,
    /// Its words are hidden by this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<LineId>,
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub components: Cow<'a, [String]>,
    /// All of them, as they were recorded.
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub techniques: Cow<'a, [String]>,
    /// Whose deed somebody said it tells: `actor` or `us`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// Where it is known from.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Cow<'a, str>>,
    /// What was said about it later, and what had been said first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Box<Marked<'a>>>,
    /// Seconds by which the writer's clock stood behind its journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_behind: Option<u32>,
    /// Exercise minute, and when it was written down by the clock of the story, in a drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ex: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub now_set: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<(LineId, u32, u32)>,
}

/// What was said first about an entry's place on the timeline, and what later.
#[derive(Serialize, Deserialize)]
pub struct Marked<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub techniques: Cow<'a, [String]>,
    pub later: Cow<'a, [Marking]>,
}

impl<'a> Marked<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self {
            lane: entry.lane,
            source: entry.source.as_deref().map(Cow::Borrowed),
            techniques: entry.techniques.as_slice().into(),
            later: entry.markings.as_slice().into(),
        }
    }
}

impl<'a> EntryDocument<'a> {
    pub fn of(entry: &'a Entry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            text: entry.shown().into(),
            happened: entry.happened,
            recorded: entry.recorded,
            by: entry.by.as_str().into(),
            who: entry.actor().into(),
            said: entry.said.as_deref().map(Cow::Borrowed),
            back: entry.back,
            undone_by: entry.undone_by,
            first: (!entry.corrections.is_empty()).then(|| entry.text.as_str().into()),
            corrections: entry.corrections.as_slice().into(),
            redacted: entry.redacted,
            components: entry.components.as_slice().into(),
            techniques: match entry.markings.is_empty() {
                true => entry.techniques.as_slice().into(),
                false => entry.techniques().map(str::to_owned).collect(),
            },
            lane: entry.said_lane(),
            source: entry.source().map(Cow::Borrowed),
            marked: (!entry.markings.is_empty()).then(|| Box::new(Marked::of(entry))),
            clock_behind: (entry.behind > 0).then_some(entry.behind),
            ex: entry.ex,
            story: entry.story,
            now_set: entry.now_set,
            batch: entry.batch.as_deref().copied(),
        }
    }

    /// Writes an entry as JSON. Most are plain, and go past the general writer.
    fn write(entry: &'a Entry, out: &mut Vec<u8>) {
        if !entry.plain() {
            let json = serde_json::to_vec(&Self::of(entry)).expect("an entry is plain strings and numbers");
            return out.extend_from_slice(&json);
        }
        let plain = PlainEntry {
            id: entry.id,
            kind: entry.kind.word(),
            text: &entry.text,
            happened: entry.happened,
            recorded: entry.recorded,
            by: &entry.by,
            who: entry.actor(),
        };
        plain.write(out);
    }

    fn into_entry(self) -> Entry {
        let first = self.marked.map(|marked| *marked).unwrap_or(Marked {
            lane: self.lane,
            source: self.source,
            techniques: self.techniques,
            later: Cow::Borrowed(&[]),
        });
        Entry {
            id: self.id,
            kind: self.kind,
            text: self.first.unwrap_or(self.text).into_owned(),
            happened: self.happened,
            recorded: self.recorded,
            who: (self.who != self.by).then(|| self.who.into_owned()),
            by: self.by.into_owned(),
            said: self.said.map(|said| Box::new(said.into_owned())),
            back: self.back,
            now_set: self.now_set,
            undone_by: self.undone_by,
            corrections: self.corrections.into_owned(),
            redacted: self.redacted,
            components: self.components.into_owned(),
            techniques: first.techniques.into_owned(),
            lane: first.lane,
            source: first.source.map(|source| Box::from(&*source)),
            markings: first.later.into_owned(),
            behind: self.clock_behind.unwrap_or(0),
            ex: self.ex,
            story: self.story,
            batch: self.batch.map(Box::new),
        }
    }
}

/// How the entries begin in the document: the first list of that name in it is theirs.
pub const ENTRIES: &str = "\"entries\":[";

impl Incident {
    /// Gives the JSON of the document to `put`, piece by piece, and never has all of it in memory. Stops where that
    /// answers `false`, and then answers `false`.
    pub fn tell(&self, mut put: impl FnMut(&[u8]) -> bool) -> bool {
        let (front, back) = self.tell_around();
        if !put(front.as_bytes()) {
            return false;
        }
        let mut text = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            text.clear();
            if at > 0 {
                text.push(b',');
            }
            Self::tell_entry(entry, &mut text);
            if !put(&text) {
                return false;
            }
        }
        put(back.as_bytes())
    }

    /// What stands before the entries in that JSON, up to their bracket, and what stands behind them, from theirs on.
    pub fn tell_around(&self) -> (String, String) {
        let mut front = serde_json::to_string(&self.document_of(&[])).expect("the state is plain data");
        let at = front.find(ENTRIES).expect("the document has a list of entries") + ENTRIES.len();
        let back = front.split_off(at);
        (front, back)
    }

    /// The JSON of an entry in it.
    pub fn tell_entry(entry: &Entry, out: &mut Vec<u8>) {
        EntryDocument::write(entry, out);
    }

    /// Reads a snapshot back: the document's entries and the rest of the state, which is this value's
    /// own serialisation without its entries. `None` if either does not read.
    pub fn from_snapshot(state: &str, memory: &str) -> Option<Self> {
        let mut entries = Entries::default();
        entries.takes(state.as_bytes()).then(|| Self::with_entries(entries, memory.as_bytes()))?
    }

    /// The same of entries that were read before. `None`: they are not all there.
    pub fn with_entries(entries: Entries, memory: &[u8]) -> Option<Self> {
        let incident: Incident = serde_json::from_slice(memory).ok()?;
        let entries = Some(entries.all).filter(|_| entries.stage == Stage::Behind)?;
        let places = Places::of_all(entries.iter().map(|entry| entry.id));
        let mut incident = Incident { entries, places, ..incident };
        incident.place_evidence();
        Some(incident)
    }
}

/// The entries of a document, read as it comes, piece by piece: neither its text nor a hundred thousand of them in two
/// shapes are ever there as a whole.
#[derive(Debug, Default)]
pub struct Entries {
    /// What came and is not read yet: the beginning of an entry, mostly.
    text: Vec<u8>,
    stage: Stage,
    all: Vec<Entry>,
}

/// How far a document was read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Before,
    Within,
    /// Behind the entries; nothing else is read.
    Behind,
}

impl Entries {
    /// Takes the next piece. `false`: an entry does not read.
    pub fn takes(&mut self, piece: &[u8]) -> bool {
        if self.stage == Stage::Behind {
            return true;
        }
        self.text.extend_from_slice(piece);
        let Some(left) = self.reads() else { return false };
        self.text.drain(..self.text.len() - left);
        true
    }

    /// Reads what is whole of the text, and says how many bytes are left. `None`: an entry does not read.
    fn reads(&mut self) -> Option<usize> {
        let mut bytes = self.text.as_slice();
        if self.stage == Stage::Before {
            let Some(at) = casebook_bytes::find(bytes, ENTRIES.as_bytes()) else {
                return Some(bytes.len().min(ENTRIES.len()));
            };
            bytes = &bytes[at + ENTRIES.len()..];
            self.stage = Stage::Within;
        }
        // The end of a piece may be within a letter.
        let mut text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        let cut = bytes.len() - text.len();
        loop {
            let next = match (text.as_bytes().first(), self.all.is_empty()) {
                (Some(b']'), _) => {
                    self.stage = Stage::Behind;
                    return Some(0);
                }
                (Some(b','), false) => &text[1..],
                (Some(_), true) => text,
                (Some(_), false) => return None,
                (None, _) => return Some(cut),
            };
            match plain(next).map_or_else(|| any(next), |entry| Ok(Some(entry))) {
                Ok(Some((entry, rest))) => {
                    self.all.push(entry);
                    text = rest;
                }
                Ok(None) => return Some(text.len() + cut),
                Err(error) if error.is_eof() => return Some(text.len() + cut),
                Err(_) => return None,
            }
        }
    }
}

/// A plain entry at the beginning of a text, and what stands behind it. Most are plain, and go past the general reader.
fn plain(text: &str) -> Option<(Entry, &str)> {
    let (plain, rest) = PlainEntry::read(text)?;
    let entry = Entry {
        id: plain.id,
        kind: Kind::read(plain.kind)?,
        text: plain.text.to_owned(),
        happened: plain.happened,
        recorded: plain.recorded,
        by: plain.by.to_owned(),
        who: (plain.who != plain.by).then(|| plain.who.to_owned()),
        ..Entry::default()
    };
    Some((entry, rest))
}

/// Any entry at the beginning of a text, and what stands behind it. `None`: there is no text.
fn any(text: &str) -> serde_json::Result<Option<(Entry, &str)>> {
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<EntryDocument<'_>>();
    let Some(document) = documents.next() else { return Ok(None) };
    let entry = document?.into_entry();
    Ok(Some((entry, &text[documents.byte_offset()..])))
}
