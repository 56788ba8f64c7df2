//! JSON that is being written: a line of the record, or what is written beside each line.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::entry::{millis, string};
use crate::fields::START;
use crate::id::{LineId, digits_of};

/// Bytes most of them fit into.
const MOST: usize = 1024;

/// A JSON object, its fields in the order they are given.
#[derive(Debug)]
pub struct Writing(Vec<u8>);

impl Writing {
    /// One without a field yet.
    pub fn object() -> Self {
        Self::from("{")
    }

    /// The start of a line of an incident, by the bytes of its id.
    #[inline(never)]
    pub fn line(incident: &[u8; 16]) -> Self {
        let mut line = Self::from(START);
        let [a, b, c, d] = [0, 1, 2, 3].map(|k| digits_of(incident.as_chunks().0[k]));
        for (part, dash) in
            [(&a[..], "-"), (&b[..4], "-"), (&b[4..], "-"), (&c[..4], "-"), (&c[4..], ""), (&d[..], "\"")]
        {
            line.0.extend_from_slice(part);
            line.0.extend_from_slice(dash.as_bytes());
        }
        line
    }

    fn from(start: &str) -> Self {
        let mut bytes = Vec::with_capacity(MOST);
        bytes.extend_from_slice(start.as_bytes());
        Self(bytes)
    }

    /// A field whose value is JSON already.
    #[inline(never)]
    pub fn json(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// A field that is a number.
    #[inline(never)]
    pub fn number(&mut self, name: &str, value: u64) {
        self.value(name, &value);
    }

    /// A field that is a reading of a clock: milliseconds, and a counter.
    #[inline(never)]
    pub fn clock(&mut self, name: &str, reading: (i64, u32)) {
        self.value(name, &reading);
    }

    /// A field that is an instant, to the millisecond.
    #[inline(never)]
    pub fn instant(&mut self, name: &str, at: DateTime<Utc>) {
        self.name(name);
        millis(&mut self.0, at);
    }

    /// A field of sixteen bytes in hex digits.
    #[inline(never)]
    pub fn hex(&mut self, name: &str, bytes: &[u8; 16]) {
        self.name(name);
        self.0.push(b'"');
        bytes.as_chunks().0.iter().for_each(|four| self.0.extend_from_slice(&digits_of(*four)));
        self.0.push(b'"');
    }

    /// A field that is a log entry with nothing in it but its kind, a word without a sign that JSON escapes, and its text.
    #[inline(never)]
    pub fn log(&mut self, name: &str, (kind, text): (&str, &str)) {
        self.name(name);
        self.0.extend_from_slice(b"{\"kind\":\"");
        self.0.extend_from_slice(kind.as_bytes());
        self.0.extend_from_slice(b"\",\"text\":");
        string(&mut self.0, text);
        self.0.push(b'}');
    }

    /// A field that is anything else serde writes without fail.
    pub fn value(&mut self, name: &str, value: &impl Serialize) {
        self.name(name);
        serde_json::to_writer(&mut self.0, value)
            .expect("plain strings, numbers and structs always serialise");
    }

    /// A field that is a text.
    #[inline(never)]
    pub fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        string(&mut self.0, value);
    }

    /// A field that is the name of a line.
    #[inline(never)]
    pub fn id(&mut self, name: &str, value: LineId) {
        self.name(name);
        self.digits(value);
    }

    /// A field that is a list of texts.
    pub fn texts(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.list(name, values, |writing, value| string(&mut writing.0, &value));
    }

    /// A field that is a list of names of lines.
    pub fn ids(&mut self, name: &str, values: impl IntoIterator<Item = LineId>) {
        self.list(name, values, Self::digits);
    }

    fn list<T>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.name(name);
        let start = self.0.len();
        for value in values {
            self.0.push(b',');
            write(self, value);
        }
        match self.0.get_mut(start) {
            Some(comma) => *comma = b'[',
            None => self.0.push(b'['),
        }
        self.0.push(b']');
    }

    /// A field that is an object of names of lines.
    pub fn map<'a>(&mut self, name: &str, values: impl IntoIterator<Item = (&'a str, LineId)>) {
        self.name(name);
        self.0.push(b'{');
        for (key, value) in values {
            self.next();
            string(&mut self.0, key);
            self.0.push(b':');
            self.digits(value);
        }
        self.0.push(b'}');
    }

    /// The whole object.
    pub fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }

    /// The whole line, without a newline: its name is the hash of all before it.
    pub fn named(mut self) -> Vec<u8> {
        let id = LineId(Sha256::digest(&self.0).into());
        self.id("id", id);
        self.end()
    }

    fn digits(&mut self, id: LineId) {
        self.0.push(b'"');
        self.0.extend_from_slice(&id.digits());
        self.0.push(b'"');
    }

    /// The name of a field is ours: nothing in it is escaped.
    fn name(&mut self, name: &str) {
        self.next();
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    /// What stands before a field that is not the first.
    fn next(&mut self) {
        if self.0.last() != Some(&b'{') {
            self.0.push(b',');
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_what_serde_would_write(
            text in "(?s).*", n: u64, wall: i64, tie: u32, salt: [u8; 16],
            seconds in -70_000_000_000i64..260_000_000_000, nanos in 0u32..2_000_000_000,
            ids in proptest::collection::vec(any::<[u8; 32]>(), 0..4),
            named in proptest::collection::btree_map(".*", any::<[u8; 32]>(), 0..4),
        ) {
            // A leap second is only one at the end of a minute.
            let seconds = if nanos < 1_000_000_000 { seconds } else { seconds.div_euclid(60) * 60 + 59 };
            let at = DateTime::from_timestamp(seconds, nanos).unwrap();
            let mut object = Writing::object();
            object.text("text", &text);
            object.number("n", n);
            object.clock("clock", (wall, tie));
            object.instant("at", at);
            object.hex("salt", &salt);
            object.log("log", ("note", &text));
            object.value("pair", &(n, tie));
            object.json("json", "[1,2]");
            object.ids("ids", ids.iter().copied().map(LineId));
            object.texts("texts", ids.iter().map(|_| text.clone()));
            object.map("named", named.iter().map(|(name, id)| (name.as_str(), LineId(*id))));
            let read: serde_json::Value = serde_json::from_slice(&object.end()).unwrap();
            let hex = |id: &[u8; 32]| LineId(*id).to_string();
            let named: serde_json::Map<String, serde_json::Value> =
                named.iter().map(|(name, id)| (name.clone(), hex(id).into())).collect();
            let ids: Vec<String> = ids.iter().map(hex).collect();
            let texts: Vec<&str> = ids.iter().map(|_| text.as_str()).collect();
            prop_assert_eq!(read, json!({
                "text": text, "n": n, "clock": (wall, tie), "at": at.to_rfc3339_opts(SecondsFormat::Millis, true),
                "salt": crate::hex(&salt), "log": {"kind": "note", "text": text}, "pair": (n, tie),
                "json": [1, 2], "ids": ids, "texts": texts, "named": named,
            }));
        }

        #[test]
        fn a_line_begins_with_its_incident_as_every_uuid_is_written(id: [u8; 16]) {
            let hex = crate::hex(&id);
            let uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
            let line = String::from_utf8(Writing::line(&id).end()).unwrap();
            prop_assert_eq!(line, format!("{START}{uuid}\"}}"));
        }
    }
}
