//! An event without its words: what it did stays, and what somebody typed is replaced by a mark.
//!
//! One line of one writer would else take back everybody's acts by declaring their words as gone. A field is words if
//! it takes any other words in their place; one that does not (a time, a phase, a hash) is structure, as are ids,
//! numbers on papers and words of the program's own lists.

use std::collections::BTreeSet;

use serde_json::Value;

use super::event::Event;
use crate::model::taxonomy::has_word;
use crate::model::{indicator, lesson, time};

/// Fields that would take any words, and hold the ids, numbers, hashes and times by which lines are tied together.
const TIES: &[&str] = &[
    "about",
    "act",
    "action",
    "answers",
    "clock",
    "component",
    "expected",
    "field",
    "found",
    "handover",
    "id",
    "improvement",
    "indicator",
    "inject",
    "instead_of",
    "item",
    "lesson",
    "notice",
    "number",
    "option",
    "person",
    "picks",
    "playbook_id",
    "question",
    "regime",
    "sha256",
    "task",
    "ticks",
    "visit",
];

/// Fields that take words of a list, and others.
const LISTED: &[&str] =
    &["category", "from", "kind", "role", "roles", "to", "type", "types", "types_added", "zone"];

/// Whether a value stands in one of the program's own lists. The fields of those take other words, too.
pub(crate) fn is_listed(value: &str) -> bool {
    has_word(value)
        || indicator::Kind::of(value).is_some()
        || lesson::CATEGORIES.contains(&value)
        || time::Zone::parse(value).is_ok()
}

/// Names of fields, from the outermost on, and places in short lists: what stands there is of one type everywhere.
type Path = Vec<String>;

/// Longer lists hold values of one type; shorter ones may be pairs of different ones.
const SHORT: usize = 3;

/// The event with `mark` in the place of its words. `names`: people who stand everywhere, and are no secret of a line.
/// `None`: nothing of it can be kept apart from its words.
pub(super) fn muted(event: &Event, mark: &str, names: &BTreeSet<String>) -> Option<Event> {
    if let Event::Unknown { kind, crit, .. } = event {
        return Some(Event::Unknown { kind: kind.clone(), data: String::new(), crit: *crit });
    }
    let data: Value = serde_json::from_str(&event.data()).ok()?;
    let reads = |data: &Value| {
        let read = Event::read(event.kind(), &data.to_string(), false);
        (!matches!(read, Event::Unknown { .. })).then_some(read)
    };
    let mut words = Words { names, mark, found: BTreeSet::new(), only: None };
    let mut all = data.clone();
    words.walk(&mut all, &mut Path::new(), false);
    let found = std::mem::take(&mut words.found);
    // Nearly always all of them are words, or each alone.
    if let Some(read) = reads(&all) {
        return Some(read);
    }
    let mut muted = data;
    for path in found {
        let mut tried = muted.clone();
        words.only = Some(path);
        words.walk(&mut tried, &mut Path::new(), false);
        if reads(&tried).is_some() {
            muted = tried;
        }
    }
    reads(&muted)
}

/// A walk over the words of an event.
struct Words<'a> {
    names: &'a BTreeSet<String>,
    mark: &'a str,
    /// Where words may stand.
    found: BTreeSet<Path>,
    /// Where they are replaced; `None`: everywhere.
    only: Option<Path>,
}

impl Words<'_> {
    /// `tied`: the value is the id of what a field belongs to.
    fn walk(&mut self, value: &mut Value, path: &mut Path, tied: bool) {
        match value {
            Value::String(text) if !tied && self.may_be_words(text, path) => {
                self.found.insert(path.clone());
                if self.only.as_ref().is_none_or(|only| only == path) {
                    self.mark.clone_into(text);
                }
            }
            // Half of a technique would be another one.
            Value::Array(all) if path.last().is_some_and(|name| name.starts_with("techniques")) => {
                all.clear()
            }
            Value::Array(all) => {
                let short = all.len() <= SHORT;
                // A field of a noun is written as its id and the value.
                let pair = path.last().is_some_and(|name| name.starts_with("to:"));
                for (at, one) in all.iter_mut().enumerate() {
                    path.push(if short { at.to_string() } else { String::new() });
                    self.walk(one, path, pair && at == 0);
                    path.pop();
                }
            }
            Value::Object(fields) => {
                // Where one of several is told by its name, another type stands beside each name.
                let tag =
                    ["field", "detail", "part", "fact"].into_iter().find_map(|tag| fields.get(tag)?.as_str());
                let tag = tag.map(str::to_owned);
                for (name, one) in fields.iter_mut() {
                    let tagged = tag.as_ref().map(|tag| format!("{name}:{tag}"));
                    path.push(tagged.unwrap_or_else(|| name.clone()));
                    self.walk(one, path, false);
                    path.pop();
                }
                // Two indicators stay two, and neither is taken for an address by whoever reads an export.
                if let Some(Value::String(id)) = fields.get("id").cloned()
                    && fields.get("value").is_some_and(|value| value == self.mark)
                {
                    fields.insert("value".into(), format!("{} {id}", self.mark).into());
                    fields.insert("type".into(), "other".into());
                }
            }
            _ => {}
        }
    }

    fn may_be_words(&self, text: &str, path: &Path) -> bool {
        let named = path.iter().rev().find(|step| !step.is_empty() && step.parse::<usize>().is_err());
        let name = named.map_or("", |name| name.split(':').next().unwrap_or_default());
        let tie = TIES.contains(&name) || name == "components" && is_id(text);
        let listed = LISTED.contains(&name) && is_listed(text);
        !tie && !listed && !text.is_empty() && !self.names.contains(text)
    }
}

/// Whether it looks like the id of a noun.
fn is_id(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() && !b"ilou".contains(&byte);
    text.len() == 10 && text.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: &str = include_str!("../../tests/it/store/golden/samples.txt");

    #[test]
    fn of_every_kind_of_event_what_it_did_is_kept_and_what_somebody_typed_is_not() {
        let mut all = String::new();
        for line in SAMPLES.lines() {
            let (kind, data) = line.split_once(' ').unwrap();
            let event = Event::read(kind, data, false);
            let muted = muted(&event, "#", &BTreeSet::from(["ana".to_owned()])).unwrap();
            assert_eq!(muted.kind(), kind);
            all += &format!("{kind} {}\n", muted.data());
        }
        insta::assert_snapshot!(all);
    }
}
