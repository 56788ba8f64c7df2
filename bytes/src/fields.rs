//! One line of a journal, read strictly: its fields in their fixed order, nothing copied.

use crate::id::LineId;
use crate::scan::{Scan, twice, unescaped};

/// The longest line, in bytes without its newline: 1 MiB.
pub const LIMIT: usize = 1 << 20;
/// How every line of this format begins.
pub const START: &str = "{\"v\":1,\"inc\":\"";

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

/// The fields of a line where they stand in its bytes. Strings keep their escapes.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    pub inc: &'a str,
    pub writer: &'a str,
    /// Position in the writer's chain, from 1; 0 opens a segment.
    pub n: u64,
    /// Wall milliseconds since 1970 (UTC), then a counter on ties.
    pub clock: (i64, u32),
    pub recorded: &'a str,
    pub by: &'a str,
    pub who: Option<&'a str>,
    /// The JSON of a moment.
    pub happened: Option<&'a str>,
    /// Exercise minute, in a drill.
    pub ex: Option<u32>,
    pub now_set: bool,
    /// The JSON of the act it is a part of.
    pub batch: Option<&'a str>,
    /// The JSON of the ids it replaces.
    pub over: Option<&'a str>,
    pub kind: &'a str,
    /// The JSON of the event.
    pub data: &'a str,
    /// Fields this version does not know, as they stand between `data` and `seen`.
    pub extra: &'a str,
    /// Whether a reader that does not know the kind must not write behind it.
    pub crit: bool,
    /// The JSON of the heads it has seen.
    pub seen: &'a str,
    /// The name of this writer's line before.
    pub prev: LineId,
    /// The name the line gives itself.
    pub id: LineId,
}

/// Fields of the envelope, which cannot stand among the unknown ones.
const OURS: [&str; 18] = [
    "v", "inc", "writer", "n", "clock", "recorded", "by", "who", "happened", "ex", "now", "batch", "over",
    "kind", "data", "salt", "prev", "id",
];

impl<'a> Fields<'a> {
    /// Reads a line without its newline. The hash is not looked at; [`crate::holds`] does that.
    ///
    /// # Errors
    /// What is not written as casebook writes lines is none.
    #[inline(never)]
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
        let prev = scan.id()?;
        scan.expect(",\"id\":\"")?;
        let id = scan.id()?;
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
}

fn start(scan: &mut Scan<'_>) -> Result<(), Flaw> {
    scan.expect("{\"v\":")?;
    let version = scan.integer()?;
    if version != 1 {
        return Err(Flaw::Newer { version: version.to_string() });
    }
    scan.expect(",\"inc\":\"")
}

fn clock(scan: &mut Scan<'_>) -> Result<(i64, u32), Flaw> {
    scan.expect(",\"clock\":[")?;
    let wall = scan.integer()?;
    scan.expect(",")?;
    let counter = u32::try_from(scan.integer()?).map_err(|_| Flaw::Field { field: "clock" })?;
    scan.expect("]")?;
    Ok((wall, counter))
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
            return match twice(&mut keys) {
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
