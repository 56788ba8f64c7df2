//! JSON that is being written: a line of the record, or what is written beside each line.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::entry::string;
use crate::fields::START;
use crate::id::LineId;

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

    /// The start of a line of an incident, by its id as it is written.
    pub fn line(incident: &str) -> Self {
        let mut line = Self::from(START);
        line.0.extend_from_slice(incident.as_bytes());
        line.0.push(b'"');
        line
    }

    fn from(start: &str) -> Self {
        let mut bytes = Vec::with_capacity(MOST);
        bytes.extend_from_slice(start.as_bytes());
        Self(bytes)
    }

    /// A field whose value is JSON already.
    pub fn json(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// A field that is a number, or anything else that serde writes without fail.
    pub fn value(&mut self, name: &str, value: &impl Serialize) {
        self.name(name);
        serde_json::to_writer(&mut self.0, value)
            .expect("plain strings, numbers and structs always serialise");
    }

    /// A field that is a text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        string(&mut self.0, value);
    }

    /// A field that is the name of a line.
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
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_what_serde_would_write(
            text in ".*", n: u64, ids in proptest::collection::vec(any::<[u8; 32]>(), 0..4),
            named in proptest::collection::btree_map(".*", any::<[u8; 32]>(), 0..4),
        ) {
            let mut object = Writing::object();
            object.text("text", &text);
            object.value("n", &n);
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
            prop_assert_eq!(read, json!({"text": text, "n": n, "json": [1, 2], "ids": ids, "texts": texts, "named": named}));
        }
    }
}
