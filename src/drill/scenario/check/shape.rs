//! The shape of a scenario: what `scenario.schema.json` asks, word for word, and every fault at once.
//!
//! The schema that ships is the one place where keys, lengths and patterns stand. This reads the part of
//! JSON Schema (draft 2020-12) that it uses; a test holds it to the judgement of a full validator.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::place::Path;
use crate::model::text::nearest;

/// `assets/schemas/scenario.schema.json`, which is also what editors read.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../assets/schemas/scenario.schema.json"))
        .expect("the schema is compiled in, and a test parses it")
});

/// Every pattern of the schema, compiled once.
static PATTERNS: LazyLock<BTreeMap<&'static str, Regex>> = LazyLock::new(|| {
    let (mut patterns, mut open) = (BTreeMap::new(), vec![&*SCHEMA]);
    while let Some(value) = open.pop() {
        if let Some(pattern) = value["pattern"].as_str() {
            let regex = Regex::new(pattern).expect("the schema's patterns are compiled in a test");
            patterns.insert(pattern, regex);
        }
        open.extend(value.as_object().into_iter().flat_map(Map::values));
        open.extend(value.as_array().into_iter().flatten());
    }
    patterns
});

/// How deep conditions may stand in each other.
pub(super) const DEPTH: usize = 8;

/// What hears of a fault: the place, what is wrong, the fix.
pub(super) type Tell<'a> = dyn FnMut(&Path, String, String) + 'a;

/// Tells every fault of the file's shape.
pub(super) fn faults(file: &Value, tell: &mut Tell<'_>) {
    walk(&SCHEMA, file, &Path::default(), tell);
}

/// Follows the schema into the value.
fn walk(schema: &Value, value: &Value, path: &Path, tell: &mut Tell<'_>) {
    let schema = resolved(schema);
    if let Some(wanted) = schema["type"].as_str()
        && !is(wanted, value)
    {
        let words = format!("{} stands here where {} is wanted", what(value), article(wanted));
        return tell(path, words, write(schema));
    }
    if let Some(list) = schema["enum"].as_array()
        && !list.contains(value)
    {
        let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        tell(
            path,
            format!("{} is none of the words there are", short(value)),
            format!("Write one of {}.", words.join(", ")),
        );
    }
    if let Some(only) = schema.get("const")
        && only != value
    {
        tell(path, format!("{} stands here, and only {only} can", short(value)), format!("Write {only}."));
    }
    match value {
        Value::String(text) => text_fits(schema, text, path, tell),
        Value::Number(_) => number_fits(schema, value, path, tell),
        Value::Array(list) => list_fits(schema, list, path, tell),
        Value::Object(object) => object_fits(schema, object, path, tell),
        Value::Null | Value::Bool(_) => {}
    }
    one_of(schema, value, path, tell);
    if let Some(condition) = schema.get("if") {
        let branch = if fits(condition, value) { "then" } else { "else" };
        schema.get(branch).into_iter().for_each(|schema| walk(schema, value, path, tell));
    }
}

/// The schema itself, or the one it points at.
fn resolved(schema: &Value) -> &Value {
    let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.and_then(|pointer| SCHEMA.pointer(pointer)).unwrap_or(schema)
}

fn fits(schema: &Value, value: &Value) -> bool {
    let mut fits = true;
    walk(schema, value, &Path::default(), &mut |_, _, _| fits = false);
    fits
}

fn text_fits(schema: &Value, text: &str, path: &Path, tell: &mut Tell<'_>) {
    let length = text.chars().count() as u64;
    let (least, most) = (schema["minLength"].as_u64().unwrap_or(0), schema["maxLength"].as_u64());
    if length < least {
        let fix = format!("Say more: {}.", described(schema));
        tell(path, format!("{length} characters are too few; {least} is the least"), fix);
    } else if let Some(most) = most.filter(|most| length > *most) {
        let fix = format!("Shorten it by {}.", length - most);
        tell(path, format!("{length} characters are too many; {most} is the most"), fix);
    }
    if let Some(pattern) = schema["pattern"].as_str()
        && PATTERNS.get(pattern).is_some_and(|regex| !regex.is_match(text))
    {
        tell(path, format!("{} is no {}", short(&Value::from(text)), named(schema)), write(schema));
    }
}

fn number_fits(schema: &Value, value: &Value, path: &Path, tell: &mut Tell<'_>) {
    let number = value.as_f64().unwrap_or_default();
    if let Some(least) = schema["minimum"].as_f64().filter(|least| number < *least) {
        tell(path, format!("{value} is too small; {least} is the least"), write(schema));
    }
    if let Some(most) = schema["maximum"].as_f64().filter(|most| number > *most) {
        tell(path, format!("{value} is too large; {most} is the most"), write(schema));
    }
}

fn list_fits(schema: &Value, list: &[Value], path: &Path, tell: &mut Tell<'_>) {
    let length = list.len() as u64;
    let (least, most) = (schema["minItems"].as_u64().unwrap_or(0), schema["maxItems"].as_u64());
    if length < least {
        let fix = format!("Add {} more: {}.", least - length, described(schema));
        tell(path, format!("{} too few; {least} is the least", entries(length)), fix);
    } else if let Some(most) = most.filter(|most| length > *most) {
        // A list out of all bounds is not looked at any closer.
        return tell(
            path,
            format!("{} too many; {most} is the most", entries(length)),
            format!("Take {} out.", length - most),
        );
    }
    let first = schema["prefixItems"].as_array().map(Vec::as_slice).unwrap_or_default();
    if schema["items"] == Value::Bool(false) && list.len() > first.len() {
        let fix = format!("Take {} out.", list.len() - first.len());
        tell(path, format!("{} too many; {} is the most", entries(length), first.len()), fix);
    }
    for (i, item) in list.iter().enumerate() {
        if let Some(schema) = first.get(i).or_else(|| schema.get("items").filter(|items| items.is_object())) {
            walk(schema, item, &path.at(i), tell);
        }
        if schema["uniqueItems"] == Value::Bool(true) && list[..i].contains(item) {
            tell(
                &path.at(i),
                format!("{} stands twice in the list", short(item)),
                "Take one out.".to_owned(),
            );
        }
    }
}

fn object_fits(schema: &Value, object: &Map<String, Value>, path: &Path, tell: &mut Tell<'_>) {
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let missing = |key: &str| {
        let fix = match properties.get(key).map(described) {
            Some(meaning) if !meaning.is_empty() => format!("Add `{key}`: {meaning}."),
            _ => format!("Add `{key}`."),
        };
        (format!("`{key}` is missing"), fix)
    };
    for key in words(&schema["required"]).filter(|key| !object.contains_key(*key)) {
        let (what, fix) = missing(key);
        tell(path, what, fix);
    }
    for (key, also) in schema["dependentRequired"].as_object().into_iter().flatten() {
        for other in words(also).filter(|other| object.contains_key(key) && !object.contains_key(*other)) {
            let (_, fix) = missing(other);
            tell(path, format!("there is `{key}`, and no `{other}`"), fix);
        }
    }
    for (key, value) in object {
        match properties.get(key) {
            Some(schema) => walk(schema, value, &path.key(key), tell),
            None if schema["additionalProperties"] == Value::Bool(false) => {
                let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                let fix = match nearest(key, known.iter().copied()) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("Take it out, or write one of {}.", known.join(", ")),
                };
                tell(&path.key(key), format!("there is no key `{key}` here"), fix);
            }
            None => {}
        }
    }
}

fn entries(length: u64) -> String {
    if length == 1 { "1 entry is".to_owned() } else { format!("{length} entries are") }
}

/// `oneOf` and `anyOf`. The branches of a condition exclude each other by their keys, so only the one that
/// was meant is followed: a deep condition is read once, however wrong it is.
fn one_of(schema: &Value, value: &Value, path: &Path, tell: &mut Tell<'_>) {
    if let Some(any) = schema["anyOf"].as_array()
        && !any.iter().any(|branch| fits(branch, value))
    {
        let kinds: Vec<String> = any.iter().map(|branch| write(resolved(branch))).collect();
        tell(path, format!("{} is nothing that can stand here", short(value)), kinds.join(" Or: "));
    }
    let Some(one) = schema["oneOf"].as_array() else { return };
    let bare = |branch: &Value| {
        branch.as_object().is_some_and(|keys| keys.len() == 1 && keys.contains_key("required"))
    };
    if one.iter().all(bare) {
        return exactly_one(one, value, path, tell);
    }
    let Some(object) = value.as_object() else {
        return tell(
            path,
            format!("{} stands here where a condition is wanted", what(value)),
            CONDITION.to_owned(),
        );
    };
    if path.conditions() > DEPTH {
        let words = format!("conditions stand more than {DEPTH} deep in each other");
        return tell(path, words, "Say it with fewer of all, any and not.".to_owned());
    }
    let known = |branch: &&Value| words(&branch["required"]).any(|key| object.contains_key(key));
    let meant = one.iter().map(resolved).filter(known).min_by_key(|branch| strangeness(branch, object));
    if let Some(branch) = meant {
        return walk(branch, value, path, tell);
    }
    let first: Vec<&str> =
        one.iter().filter_map(|branch| words(&resolved(branch)["required"]).next()).collect();
    let keys: Vec<String> = object.keys().map(|key| format!("`{key}`")).collect();
    let what =
        if keys.is_empty() { "it is empty".to_owned() } else { format!("there is no {}", keys.join(", ")) };
    tell(path, format!("this is no condition: {what}"), format!("Write one of {}.", first.join(", ")));
}

const CONDITION: &str = "Write a condition, such as {\"minute\": 30}.";

/// Several keys of which one must be there, and no other.
fn exactly_one(branches: &[Value], value: &Value, path: &Path, tell: &mut Tell<'_>) {
    let keys: Vec<&str> = branches.iter().flat_map(|branch| words(&branch["required"])).collect();
    let there = keys.iter().filter(|key| value.get(**key).is_some()).count();
    if there != 1 {
        let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let what = if there == 0 { "none of them is there" } else { "more than one is there" };
        tell(path, format!("exactly one of {keys} is wanted, and {what}"), format!("Write one of {keys}."));
    }
}

/// How far an object is from what a branch asks: keys missing and keys unknown.
fn strangeness(branch: &Value, object: &Map<String, Value>) -> usize {
    let missing = words(&branch["required"]).filter(|key| !object.contains_key(*key)).count();
    let unknown = object.keys().filter(|key| branch["properties"].get(key.as_str()).is_none()).count();
    missing + unknown
}

fn words(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn is(wanted: &str, value: &Value) -> bool {
    match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => true,
    }
}

fn article(wanted: &str) -> &'static str {
    match wanted {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        _ => "a number",
    }
}

fn what(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a point",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value as a complaint quotes it.
fn short(value: &Value) -> String {
    let words = value.to_string();
    match words.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// What the schema calls the thing, as a noun in a sentence: `inject id`.
fn named(schema: &Value) -> String {
    let described = schema["description"].as_str().unwrap_or("text of this form");
    let end = described.find([',', ';', '.']).unwrap_or(described.len());
    let (first, rest) = described[..end].split_at(usize::from(end > 0));
    // An abbreviation keeps its capitals.
    let first = if rest.starts_with(char::is_uppercase) { first.to_owned() } else { first.to_lowercase() };
    first + rest
}

fn described(schema: &Value) -> String {
    let words = schema["description"].as_str().or_else(|| resolved(schema)["description"].as_str());
    words.unwrap_or_default().trim_end_matches('.').to_owned()
}

/// What to write instead.
fn write(schema: &Value) -> String {
    let meaning = described(schema);
    let example = schema["examples"].get(0).map(|example| format!(", such as {example}")).unwrap_or_default();
    if let Some(only) = schema.get("const") {
        return format!("Write {only}.");
    }
    match meaning.as_str() {
        "" => format!("Write {}{example}.", article(schema["type"].as_str().unwrap_or_default())),
        meaning => format!("Write this: {meaning}{example}."),
    }
}
