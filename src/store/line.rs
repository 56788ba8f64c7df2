//! A line of a journal as bytes: written once in a fixed order of fields, read strictly, never rewritten.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::scan::{Scan, unescaped};
use crate::incident::event::Event;
use crate::incident::line::{Batch, Clock, Line, WriterId};
use crate::model::id::LineId;
use crate::model::time::{Happened, stamp};

/// The longest line, in bytes without its newline: 1 MiB.
pub const LIMIT: usize = 1 << 20;
/// Heads of other writers that one line may name.
pub(super) const SEEN_LIMIT: usize = 32;
/// How every line of this format begins.
pub(crate) const START: &str = "{\"v\":1,\"inc\":\"";
/// The kind of a segment's first line, which stands outside the chain with `n` 0.
pub(super) const SEGMENT_OPENED: &str = "segment-opened";

/// Why bytes are not a line of this format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("not valid UTF-8")]
    NotText,
    #[error("not JSON at byte {at}")]
    NotJson { at: usize },
    #[error("{literal} expected at byte {at}")]
    Expected { literal: &'static str, at: usize },
    #[error("the field “{key}” stands twice")]
    Twice { key: String },
    #[error("the field “{field}” does not read")]
    Field { field: &'static str },
    #[error("the field “{key}” stands out of order")]
    OutOfOrder { key: String },
    #[error("{bytes} bytes is over the limit of {LIMIT}")]
    TooLong { bytes: usize },
    #[error("written in the newer line format {version}")]
    Newer { version: String },
    #[error("it belongs to another incident")]
    Stranger,
}

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

/// The fields of a line where they stand in its bytes. Strings keep their escapes.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    pub inc: &'a str,
    pub writer: &'a str,
    pub n: u64,
    pub clock: Clock,
    recorded: &'a str,
    by: &'a str,
    who: Option<&'a str>,
    happened: Option<&'a str>,
    ex: Option<u32>,
    pub now_set: bool,
    batch: Option<&'a str>,
    over: Option<&'a str>,
    pub kind: &'a str,
    /// The JSON of the event.
    pub data: &'a str,
    /// Fields this version does not know, as they stand between `data` and `seen`.
    pub extra: &'a str,
    /// Whether a reader that does not know the kind must not write behind it.
    pub crit: bool,
    seen: &'a str,
    prev: &'a str,
    id: &'a str,
}

/// Fields of the envelope, which cannot stand among the unknown ones.
const OURS: [&str; 18] = [
    "v", "inc", "writer", "n", "clock", "recorded", "by", "who", "happened", "ex", "now", "batch", "over",
    "kind", "data", "salt", "prev", "id",
];

impl<'a> Envelope<'a> {
    /// Reads a line without its newline. The hash is not looked at; `holds` does that.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Flaw> {
        if bytes.len() > LIMIT {
            return Err(Flaw::TooLong { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Flaw::NotText)?;
        let scan = &mut Scan::new(text);
        start(scan)?;
        let inc = scan.rest_of_string()?;
        scan.expect(",\"writer\":\"")?;
        let writer = scan.rest_of_string()?;
        scan.expect(",\"n\":")?;
        let n = u64::try_from(scan.integer()?).map_err(|_| Flaw::Field { field: "n" })?;
        let clock = clock(scan)?;
        scan.expect(",\"recorded\":\"")?;
        let recorded = scan.rest_of_string()?;
        scan.expect(",\"by\":\"")?;
        let by = scan.rest_of_string()?;
        let who = scan.eat(",\"who\":\"").then(|| scan.rest_of_string()).transpose()?;
        let happened = scan.eat(",\"happened\":").then(|| scan.value()).transpose()?;
        let ex = scan.eat(",\"ex\":").then(|| scan.integer()).transpose()?;
        let ex = ex.map(u32::try_from).transpose().map_err(|_| Flaw::Field { field: "ex" })?;
        let now_set = scan.eat(",\"now\":\"set\"");
        let batch = scan.eat(",\"batch\":").then(|| scan.value()).transpose()?;
        let over = scan.eat(",\"over\":").then(|| scan.value()).transpose()?;
        scan.expect(",\"kind\":\"")?;
        let kind = scan.rest_of_string()?;
        scan.expect(",\"data\":")?;
        let data = scan.value()?;
        let (extra, crit) = extra(scan, text)?;
        let seen = scan.value()?;
        scan.expect(",\"salt\":\"")?;
        scan.hex(32)?;
        scan.expect(",\"prev\":\"")?;
        let prev = scan.hex(64)?;
        scan.expect(",\"id\":\"")?;
        let id = scan.hex(64)?;
        scan.expect("}")?;
        if !scan.at_end() {
            return Err(Flaw::NotJson { at: scan.at() });
        }
        Ok(Self {
            inc,
            writer,
            n,
            clock,
            recorded,
            by,
            who,
            happened,
            ex,
            now_set,
            batch,
            over,
            kind,
            data,
            extra,
            crit,
            seen,
            prev,
            id,
        })
    }

    /// The name the line gives itself.
    pub fn id(&self) -> LineId {
        self.id.parse().unwrap_or_default()
    }

    /// The name of this writer's line before.
    pub fn prev(&self) -> LineId {
        self.prev.parse().unwrap_or_default()
    }

    pub fn writer(&self) -> WriterId {
        WriterId(self.writer.to_owned())
    }

    pub fn head(&self) -> Head {
        Head { writer: self.writer(), n: self.n, id: self.id() }
    }

    /// Heads of other writers that this one had read.
    pub fn seen(&self) -> Result<Vec<Head>, Flaw> {
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

fn start(scan: &mut Scan<'_>) -> Result<(), Flaw> {
    scan.expect("{\"v\":")?;
    let version = scan.integer()?;
    if version != 1 {
        return Err(Flaw::Newer { version: version.to_string() });
    }
    scan.expect(",\"inc\":\"")
}

fn clock(scan: &mut Scan<'_>) -> Result<Clock, Flaw> {
    scan.expect(",\"clock\":[")?;
    let wall = scan.integer()?;
    scan.expect(",")?;
    let counter = u32::try_from(scan.integer()?).map_err(|_| Flaw::Field { field: "clock" })?;
    scan.expect("]")?;
    Ok(Clock(wall, counter))
}

/// The unknown fields up to and with the key of `seen`.
fn extra<'a>(scan: &mut Scan<'a>, text: &'a str) -> Result<(&'a str, bool), Flaw> {
    let start = scan.at();
    let (mut crit, mut keys) = (false, Vec::new());
    loop {
        let end = scan.at();
        scan.expect(",\"")?;
        let key = unescaped(scan.rest_of_string()?);
        scan.expect(":")?;
        if key == "seen" {
            return match super::scan::twice(&mut keys) {
                Some(key) => Err(Flaw::Twice { key }),
                None => Ok((&text[start..end], crit)),
            };
        }
        if OURS.contains(&&*key) {
            return Err(Flaw::OutOfOrder { key: key.into_owned() });
        }
        let value = scan.value()?;
        crit |= key == "crit" && value == "true";
        keys.push(key);
    }
}

/// Bytes at the end of a line from `,"id":"` on.
const ID_FIELD: usize = ",\"id\":\"".len() + 64 + "\"}".len();

/// What the bytes of a line hash to: SHA-256 of all before `,"id":"`.
pub(super) fn hash(bytes: &[u8]) -> LineId {
    LineId(Sha256::digest(&bytes[..bytes.len().saturating_sub(ID_FIELD)]).into())
}

/// Whether a line of this format lost nothing but its version: with that put back its id holds.
pub(super) fn hit_in_version(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.iter().position(|byte| *byte == b',').map(|at| &bytes[at..]) else { return false };
    let whole = [b"{\"v\":1".as_slice(), rest].concat();
    Envelope::read(&whole).is_ok_and(|envelope| holds(&whole, envelope.id()))
}

/// The id of the incident a line says it belongs to, as it stands there.
pub(super) fn incident_in(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(START.as_bytes())?.get(..36)
}

/// Whether the id at the end of a line is the hash of what stands before it.
pub(super) fn holds(bytes: &[u8], id: LineId) -> bool {
    hash(bytes) == id
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
