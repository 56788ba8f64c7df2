//! Where in a scenario file something stands: the path of keys, the ids on the way, the line.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One step into a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    At(usize),
}

/// The way to a value: `injects[4].replies[1].text`. The empty one is the whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn of(key: &str) -> Self {
        Self::default().key(key)
    }

    #[must_use]
    pub(super) fn key(&self, key: &str) -> Self {
        self.step(Step::Key(key.to_owned()))
    }

    #[must_use]
    pub(super) fn at(&self, index: usize) -> Self {
        self.step(Step::At(index))
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The steps of a path as the reader of types names it, `injects[4].when`; a key with a dot in it is
    /// taken for two.
    pub(super) fn read(words: &str) -> Self {
        let mut steps = Vec::new();
        for part in words.split('.').filter(|part| !part.is_empty() && *part != "?") {
            let (key, rest) = part.split_once('[').unwrap_or((part, ""));
            if !key.is_empty() {
                steps.push(Step::Key(key.to_owned()));
            }
            let indexes = rest.split(['[', ']']).filter_map(|index| index.parse().ok());
            steps.extend(indexes.map(Step::At));
        }
        Self(steps)
    }

    /// How many conditions stand around the place.
    pub(super) fn conditions(&self) -> usize {
        let inner =
            |step: &&Step| matches!(step, Step::Key(key) if ["all", "any", "not"].contains(&key.as_str()));
        self.0.iter().filter(inner).count()
    }

    fn words(&self) -> String {
        let mut words = String::new();
        for step in &self.0 {
            match step {
                Step::Key(key) if words.is_empty() => words.push_str(key),
                Step::Key(key) => words.push_str(&format!(".{key}")),
                Step::At(index) => words.push_str(&format!("[{index}]")),
            }
        }
        if words.is_empty() { "the file".to_owned() } else { words }
    }

    /// The ids and names of what stands around the place, from the outside in: `I5 b`.
    fn ids(&self, file: &Value) -> Option<String> {
        let (mut value, mut ids) = (file, Vec::new());
        for step in &self.0 {
            let inner = match step {
                Step::Key(key) => value.get(key),
                Step::At(index) => value.get(index),
            };
            let Some(inner) = inner else { break };
            value = inner;
            let id = ["id", "name"].iter().find_map(|key| value.get(key)?.as_str());
            ids.extend(id.filter(|_| matches!(step, Step::At(_))));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The line it begins on, from 1; of what holds it, where it is not there itself.
    fn line(&self, text: &str) -> Option<usize> {
        let mut rest: &RawValue = serde_json::from_str(text).ok()?;
        for step in &self.0 {
            let inner = match step {
                Step::Key(key) => {
                    let keys: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(rest.get()).ok();
                    keys.and_then(|keys| keys.get(key.as_str()).copied())
                }
                Step::At(index) => {
                    let list: Option<Vec<&RawValue>> = serde_json::from_str(rest.get()).ok();
                    list.and_then(|list| list.get(*index).copied())
                }
            };
            match inner {
                Some(inner) => rest = inner,
                None => break,
            }
        }
        let before = (rest.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        Some(text.get(..before)?.bytes().filter(|byte| *byte == b'\n').count() + 1)
    }

    /// As people look for it in the file.
    pub(super) fn place(&self, file: &Value, text: &str) -> Place {
        Place { path: self.words(), of: self.ids(file), line: self.line(text) }
    }
}

/// Where to look in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Keys and indexes from 0: `injects[4].replies[1]`.
    pub path: String,
    /// The ids of what stands around it: `I5 b`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// From 1; of what holds the place, where something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.of.as_ref().map_or(Ok(()), |of| write!(f, " ({of})"))?;
        self.line.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "{\n \"id\": \"x\",\n \"injects\": [\n  {\"id\": \"I1\"},\n  {\"id\": \"I2\", \"replies\": [\n   {\"id\": \"a\"},\n   {\"id\": \"b\", \"text\": 3}]}]\n}";

    #[test]
    fn a_place_is_said_with_its_ids_and_its_line() {
        let file: Value = serde_json::from_str(FILE).unwrap();
        for (path, said) in [
            (Path::default(), "the file, line 1"),
            (Path::of("id"), "id, line 2"),
            (Path::of("injects").at(0), "injects[0] (I1), line 4"),
            (
                Path::of("injects").at(1).key("replies").at(1).key("text"),
                "injects[1].replies[1].text (I2 b), line 7",
            ),
            // What is not there is looked for where it should be.
            (Path::of("injects").at(1).key("from"), "injects[1].from (I2), line 5"),
            (Path::of("injects").at(7), "injects[7], line 3"),
        ] {
            assert_eq!(path.place(&file, FILE).to_string(), said);
            assert!(path == Path::default() || Path::read(&path.words()) == path);
        }
    }
}
