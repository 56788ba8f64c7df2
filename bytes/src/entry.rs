//! A plain entry of a log as JSON: what most of a snapshot is, written and read without a general way for it.

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};

use crate::here::Here;
use crate::id::LineId;
use crate::scan::plain;
use crate::stamp::stamp;

/// An entry of which nothing was said but its words, who wrote them, and when.
#[derive(Debug, PartialEq)]
pub struct PlainEntry<'a> {
    pub id: LineId,
    /// A word without a sign that JSON escapes.
    pub kind: &'a str,
    pub text: &'a str,
    pub happened: DateTime<Utc>,
    pub recorded: DateTime<Utc>,
    pub by: &'a str,
    pub who: &'a str,
}

impl<'a> PlainEntry<'a> {
    /// The entry this text begins with, and what stands behind it. `None`: it begins with something else, or with an
    /// entry in whose words something is escaped.
    #[inline(never)]
    pub fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let mut here = Here::new(text);
        here.eat("{\"id\":")?;
        let id = here.id()?;
        here.eat(",\"kind\":")?;
        let kind = here.word()?;
        here.eat(",\"text\":")?;
        let text = here.word()?;
        here.eat(",\"happened\":")?;
        let said = here.word()?;
        let happened = stamp(said)?;
        here.eat(",\"recorded\":")?;
        // Most are written down when they happen.
        let recorded =
            Some(here.word()?).filter(|recorded| *recorded != said).map_or(Some(happened), stamp)?;
        here.eat(",\"by\":")?;
        let by = here.word()?;
        here.eat(",\"who\":")?;
        let who = here.word()?;
        here.eat("}")?;
        Some((Self { id, kind, text, happened, recorded, by, who }, here.rest()))
    }

    /// Writes it as serde writes a struct of these fields in this order.
    #[inline(never)]
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":\"");
        out.extend_from_slice(&self.id.digits());
        out.extend_from_slice(b"\",\"kind\":\"");
        out.extend_from_slice(self.kind.as_bytes());
        out.extend_from_slice(b"\",\"text\":");
        string(out, self.text);
        out.extend_from_slice(b",\"happened\":");
        let from = out.len();
        instant(out, self.happened);
        let to = out.len();
        out.extend_from_slice(b",\"recorded\":");
        // Most are written down when they happen.
        if self.recorded == self.happened {
            out.extend_from_within(from..to);
        } else {
            instant(out, self.recorded);
        }
        out.extend_from_slice(b",\"by\":");
        string(out, self.by);
        out.extend_from_slice(b",\"who\":");
        string(out, self.who);
        out.push(b'}');
    }
}

/// The kind and the text of a log entry with nothing else in it, and nothing in its text that JSON escapes, as the
/// record writes most entries. `None`: it is another, or written in another way.
#[inline(never)]
pub fn plain_log(data: &str) -> Option<(&str, &str)> {
    let rest = data.strip_prefix("{\"kind\":\"")?;
    let (kind, rest) = rest.split_at_checked(memchr::memchr(b'"', rest.as_bytes())?)?;
    let rest = &rest[1..];
    let text = rest.strip_prefix(",\"text\":\"")?.strip_suffix("\"}")?;
    let bytes = text.as_bytes();
    let mut tail = &bytes[plain(bytes)..];
    while let Some((byte, rest)) = tail.split_first() {
        if matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            return None;
        }
        tail = &rest[plain(rest)..];
    }
    Some((kind, text))
}

/// Writes the same of an entry as it stands in its line, `recorded` to the millisecond and nothing in it escaped.
/// `None`: it is written in another way.
#[inline(never)]
pub fn tell_log(
    out: &mut Vec<u8>,
    id: LineId,
    (kind, text): (&str, &str),
    (recorded, by): (&str, &str),
) -> Option<DateTime<Utc>> {
    let at = stamp(recorded).filter(|_| recorded.len() == MILLIS.len() && recorded.as_bytes()[19] == b'.')?;
    let instant = recorded.strip_suffix(".000Z").unwrap_or(&recorded[..MILLIS.len() - 1]);
    if memchr::memchr(b'\\', by.as_bytes()).is_some() {
        return None;
    }
    out.extend_from_slice(b"{\"id\":\"");
    out.extend_from_slice(&id.digits());
    out.extend_from_slice(b"\",\"kind\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"text\":\"");
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(b"\",\"happened\":\"");
    out.extend_from_slice(instant.as_bytes());
    out.extend_from_slice(b"Z\",\"recorded\":\"");
    out.extend_from_slice(instant.as_bytes());
    out.extend_from_slice(b"Z\",\"by\":\"");
    out.extend_from_slice(by.as_bytes());
    out.extend_from_slice(b"\",\"who\":\"");
    out.extend_from_slice(by.as_bytes());
    out.extend_from_slice(b"\"}");
    Some(at)
}

/// As long as an instant in a line.
const MILLIS: &str = "2026-11-21T22:15:03.123Z";

/// A JSON string, escaped as serde escapes it.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        at += plain(&bytes[at..]);
        let Some(byte) = bytes.get(at) else { break };
        let short = match byte {
            b'"' | b'\\' => Some(*byte),
            0x08 => Some(b'b'),
            0x09 => Some(b't'),
            0x0a => Some(b'n'),
            0x0c => Some(b'f'),
            0x0d => Some(b'r'),
            0..=0x1f => None,
            _ => {
                at += 1;
                continue;
            }
        };
        out.extend_from_slice(&bytes[from..at]);
        match short {
            Some(letter) => out.extend_from_slice(&[b'\\', letter]),
            None => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        }
        at += 1;
        from = at;
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

/// An instant as chrono gives it to serde: as many decimals, in threes, as it has.
fn instant(out: &mut Vec<u8>, at: DateTime<Utc>) {
    if seconds(out, at).is_none() {
        let text = serde_json::to_vec(&at).unwrap_or_default();
        return out.extend_from_slice(&text);
    }
    let nanos = at.timestamp_subsec_nanos();
    if nanos > 0 {
        out.push(b'.');
        match nanos {
            _ if nanos.is_multiple_of(1_000_000) => number(out, nanos / 1_000_000, 3),
            _ if nanos.is_multiple_of(1_000) => number(out, nanos / 1_000, 6),
            _ => number(out, nanos, 9),
        }
    }
    out.extend_from_slice(b"Z\"");
}

/// An instant to the millisecond, as every line says when it was recorded.
pub(crate) fn millis(out: &mut Vec<u8>, at: DateTime<Utc>) {
    if seconds(out, at).is_none() {
        return string(out, &at.to_rfc3339_opts(SecondsFormat::Millis, true));
    }
    out.push(b'.');
    number(out, at.timestamp_subsec_millis(), 3);
    out.extend_from_slice(b"Z\"");
}

/// An instant up to its second. `None`, and nothing is written: its year has a sign, or it is a leap second.
fn seconds(out: &mut Vec<u8>, at: DateTime<Utc>) -> Option<()> {
    // Taken apart as it stands: in UTC there is no offset to add for each part.
    let naive = at.naive_utc();
    let (date, time) = (naive.date(), naive.time());
    let year = date.year();
    if !(0..=9999).contains(&year) || time.nanosecond() >= 1_000_000_000 {
        return None;
    }
    let [c, y] = [year.unsigned_abs() / 100, year.unsigned_abs() % 100].map(two);
    let [m, d] = [date.month(), date.day()].map(two);
    let [h, i, s] = [time.hour(), time.minute(), time.second()].map(two);
    out.extend_from_slice(&[
        b'"', c[0], c[1], y[0], y[1], b'-', m[0], m[1], b'-', d[0], d[1], b'T', h[0], h[1], b':', i[0], i[1],
        b':', s[0], s[1],
    ]);
    Some(())
}

/// A number below a hundred in two digits.
fn two(value: u32) -> [u8; 2] {
    [value / 10, value % 10].map(|digit| b'0' + u8::try_from(digit % 10).unwrap_or(0))
}

/// A number in so many digits.
fn number(out: &mut Vec<u8>, value: u32, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + u8::try_from(value / 10u32.pow(place) % 10).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Read {
        kind: String,
        text: String,
    }

    #[derive(Serialize)]
    struct Written<'a> {
        id: LineId,
        kind: &'a str,
        text: &'a str,
        happened: DateTime<Utc>,
        recorded: DateTime<Utc>,
        by: &'a str,
        who: &'a str,
    }

    proptest! {
        /// Whatever is read here serde reads as the same; and nothing that needs no escape is left to it.
        #[test]
        fn a_plain_log_entry_reads_as_serde_reads_it(text in "[a-cé\u{7f}\\\\\"\u{1f}\u{0},:{}]{0,40}", cut in 0usize..3) {
            let data = format!("{{\"kind\":\"note\",\"text\":\"{text}\"}}");
            let data = &data[..data.len() - cut];
            let read = plain_log(data).map(|(kind, text)| Read { kind: kind.into(), text: text.into() });
            let serde = serde_json::from_str::<Read>(data).ok();
            prop_assert!(read.is_none() || read == serde, "{}", data);
            prop_assert!(read.is_some() || serde.is_none() || data.contains('\\'), "{}", data);
        }

        #[test]
        fn it_is_written_as_serde_writes_it(
            text in "(?s).{0,60}",
            by in "[a-z\\\\\"\u{0}-\u{1f}\u{7f}é]{0,20}",
            seconds in -70_000_000_000i64..260_000_000_000,
            nanos in prop_oneof![Just(0u32), 0u32..2_000_000_000, (0u32..1000).prop_map(|ms| ms * 1_000_000), (0u32..1_000_000).prop_map(|us| us * 1_000)],
            id in any::<[u8; 32]>(),
        ) {
            // A leap second is only one at the end of a minute.
            let at = |seconds: i64| DateTime::from_timestamp(if nanos < 1_000_000_000 { seconds } else { seconds.div_euclid(60) * 60 + 59 }, nanos).unwrap();
            let (happened, recorded, id) = (at(seconds), at(-seconds), LineId(id));
            let (text, by) = (text.as_str(), by.as_str());
            let mut out = Vec::new();
            PlainEntry { id, kind: "note", text, happened, recorded, by, who: text }.write(&mut out);
            let serde = serde_json::to_string(&Written { id, kind: "note", text, happened, recorded, by, who: text }).unwrap();
            let written = String::from_utf8(out).unwrap();
            prop_assert_eq!(&written, &serde);
            let behind = format!("{written},");
            match PlainEntry::read(&behind) {
                Some(read) => prop_assert_eq!(read, (PlainEntry { id, kind: "note", text, happened, recorded, by, who: text }, ",")),
                // A leap second and an odd year are left to serde, too.
                None => prop_assert!(serde.contains('\\') || nanos >= 1_000_000_000 || serde.contains("\"+") || serde.contains("\"-")),
            }
        }
    }
}
