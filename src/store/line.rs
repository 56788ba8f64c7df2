//! A line of a journal as bytes: written once in a fixed order of fields, read strictly, never rewritten.

use std::fmt;

use casebook_bytes::{Fields, unescaped};
pub use casebook_bytes::{Flaw, LIMIT};
pub(crate) use casebook_bytes::{START, hash, hex, holds, incident_in, is_of};
use chrono::{DateTime, Utc};

use crate::incident::event::Event;
use crate::incident::line::{Batch, Clock, Line, WriterId};
use crate::model::id::LineId;
use crate::model::time::{Happened, stamp};

/// Heads of other writers that one line may name.
pub(super) const SEEN_LIMIT: usize = 32;
/// The kind of a segment's first line, which stands outside the chain with `n` 0.
pub(super) const SEGMENT_OPENED: &str = "segment-opened";

/// The last line of a writer that somebody has read: `writer/n/id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head {
    pub writer: WriterId,
    pub n: u64,
    pub id: LineId,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.writer, self.n, self.id)
    }
}

impl Head {
    /// Reads `writer/n/id`.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let writer = WriterId(parts.next()?.to_owned());
        let n = parts.next()?.parse().ok()?;
        Some(Self { writer, n, id: parts.next()?.parse().ok()? })
    }
}

/// A line: its fields as they stand in its bytes, and what they say.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    fields: Fields<'a>,
    pub clock: Clock,
}

impl<'a> std::ops::Deref for Envelope<'a> {
    type Target = Fields<'a>;

    fn deref(&self) -> &Fields<'a> {
        &self.fields
    }
}

impl<'a> Envelope<'a> {
    /// Reads a line without its newline. The hash is not looked at; `holds` does that.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let fields = Fields::read(bytes)?;
        Ok(Self { clock: Clock(fields.clock.0, fields.clock.1), fields })
    }

    /// The name the line gives itself.
    pub fn id(&self) -> LineId {
        self.fields.id
    }

    /// The name of this writer's line before.
    pub fn prev(&self) -> LineId {
        self.fields.prev
    }

    pub fn writer(&self) -> WriterId {
        WriterId(self.writer.to_owned())
    }

    pub fn head(&self) -> Head {
        Head { writer: self.writer(), n: self.n, id: self.id() }
    }

    /// Heads of other writers that this one had read.
    pub fn seen(&self) -> Result<Vec<Head>, Flaw> {
        if self.seen == "[]" {
            return Ok(Vec::new());
        }
        let wrong = Flaw::Field { field: "seen" };
        let texts: Vec<std::borrow::Cow<'_, str>> =
            serde_json::from_str(self.seen).map_err(|_| wrong.clone())?;
        texts.iter().map(|text| Head::read(text).ok_or_else(|| wrong.clone())).collect()
    }

    /// Whether this is a segment's first line, which no fold reads.
    pub fn opens_segment(&self) -> bool {
        self.n == 0
    }

    pub fn recorded(&self) -> Result<DateTime<Utc>, Flaw> {
        if let Some(at) = stamp(self.recorded) {
            return Ok(at);
        }
        let at = DateTime::parse_from_rfc3339(self.recorded);
        at.map(|at| at.to_utc()).map_err(|_| Flaw::Field { field: "recorded" })
    }

    /// Who wrote it down.
    pub(super) fn by(&self) -> std::borrow::Cow<'_, str> {
        unescaped(self.by)
    }

    /// Whether the fields of the envelope read; the event is not looked at.
    pub(super) fn reads(&self) -> Result<(), Flaw> {
        self.recorded()?;
        self.happened()?;
        self.batch()?;
        self.over().map(|_| ())
    }

    fn happened(&self) -> Result<Option<Happened>, Flaw> {
        self.happened.map(|at| field(at, "happened")).transpose()
    }

    fn batch(&self) -> Result<Option<Batch>, Flaw> {
        self.batch.map(|batch| field(batch, "batch")).transpose()
    }

    fn over(&self) -> Result<Vec<LineId>, Flaw> {
        Ok(self.over.map(|over| field(over, "over")).transpose()?.unwrap_or_default())
    }

    /// The line as the fold reads it.
    pub fn line(&self) -> Result<Line, Flaw> {
        let kind = unescaped(self.kind);
        Ok(Line {
            id: self.id(),
            writer: self.writer(),
            n: self.n,
            clock: self.clock,
            recorded: self.recorded()?,
            by: unescaped(self.by).into_owned(),
            who: self.who.map(|who| unescaped(who).into_owned()),
            happened: self.happened()?,
            ex: self.ex,
            now_set: self.now_set,
            batch: self.batch()?,
            over: self.over()?,
            event: Event::read(&kind, self.data, self.crit),
        })
    }
}

fn field<'t, T: serde::Deserialize<'t>>(text: &'t str, field: &'static str) -> Result<T, Flaw> {
    serde_json::from_str(text).map_err(|_| Flaw::Field { field })
}

/// Whether a line of this format lost nothing but its version: with that put back its id holds.
pub(super) fn hit_in_version(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.iter().position(|byte| *byte == b',').map(|at| &bytes[at..]) else { return false };
    let whole = [b"{\"v\":1".as_slice(), rest].concat();
    Envelope::read(&whole).is_ok_and(|envelope| holds(&whole, envelope.id()))
}
