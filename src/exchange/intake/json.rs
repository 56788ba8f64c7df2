//! The objects of a JSON text, one after another in bounded memory: one alone, a list of them, or one a line.

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use crate::model::refusal::Refusal;

/// Reads the objects of a text and hands each on with its place from 1; one that is no JSON, or longer than
/// `most` bytes, as why it is not taken. An object nested deeper than 128 is none.
///
/// # Errors
/// A file that can no longer be read, and a text that does not begin as JSON does.
pub fn objects(
    text: &mut dyn BufRead,
    most: usize,
    each: &mut dyn FnMut(u64, Result<Value, String>) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let mut split = Split { most, ..Split::default() };
    loop {
        let chunk = text.fill_buf().map_err(|error| {
            Refusal::refused(format!("The file cannot be read on: {error}.")).hint("Nothing of it was taken.")
        })?;
        let length = chunk.len();
        for byte in chunk {
            match split.take(*byte) {
                Taken::More => {}
                Taken::Whole(object) => {
                    split.count += 1;
                    if each(split.count, object).is_break() {
                        return Ok(());
                    }
                }
                Taken::NoJson => {
                    return Err(Refusal::refused("This is no JSON: it begins neither with { nor with [.")
                        .hint("casebook import names the formats there are."));
                }
            }
        }
        if length == 0 {
            break;
        }
        text.consume(length);
    }
    if split.depth > 0 {
        let _ = each(split.count + 1, Err("the file ends in the middle of it".to_owned()));
    }
    Ok(())
}

/// What a byte came to.
enum Taken {
    More,
    Whole(Result<Value, String>),
    NoJson,
}

/// Tells one object from the next, byte by byte.
#[derive(Default)]
struct Split {
    most: usize,
    count: u64,
    held: Vec<u8>,
    /// Bytes of the object at hand, held or not.
    length: usize,
    depth: u32,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Split {
    fn take(&mut self, byte: u8) -> Taken {
        if self.depth == 0 {
            match byte {
                b'{' => {}
                b' ' | b'\t' | b'\r' | b'\n' => return Taken::More,
                // The list around them, and what stands between two.
                b'[' | b',' | b']' => {
                    self.begun = true;
                    return Taken::More;
                }
                _ if !self.begun => return Taken::NoJson,
                // Something that is no object: it goes until the next one begins.
                _ => return Taken::More,
            }
            self.begun = true;
        }
        self.length += 1;
        if self.length <= self.most {
            self.held.push(byte);
        }
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Taken::More;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        if self.depth > 0 {
            return Taken::More;
        }
        let (held, length) = (std::mem::take(&mut self.held), std::mem::take(&mut self.length));
        Taken::Whole(match length > self.most {
            true => Err(format!("it has {length} bytes; the limit is {}", self.most)),
            false => serde_json::from_slice(&held).map_err(|error| format!("it is no JSON: {error}")),
        })
    }
}

/// The text at a path (`victim.victim_id`), trimmed; `None`: there is none, or it is blank.
pub fn text<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    at(value, path)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// What stands at a path; keys that hold a dot are not reached.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// The list at a path, or what stands there as the only one of it.
pub fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    match at(value, path) {
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// The texts of a list.
pub fn texts<'v>(value: &'v Value, path: &str) -> Vec<&'v str> {
    let texts = list(value, path).iter().filter_map(Value::as_str);
    texts.map(str::trim).filter(|text| !text.is_empty()).collect()
}

/// A whole number, also one that is written as a text.
pub fn number(value: &Value, path: &str) -> Option<i64> {
    match at(value, path)? {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().filter(|n| n.abs() < 9e15).map(|n| n as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Vec<Result<Value, String>> {
        let mut all = Vec::new();
        let _ = objects(&mut text.as_bytes(), 100, &mut |_, object| {
            all.push(object);
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn one_alone_a_list_and_one_a_line_are_the_same_objects() {
        let (a, b) = (json!({"a": "}]{\\\" ["}), json!({"b": [1, {"c": {}}]}));
        for text in
            [format!("[{a},\n{b}]"), format!("{a}\n{b}\n"), format!(" {a} {b}"), format!("[{a}, 7, {b}]")]
        {
            assert_eq!(read(&text), [Ok(a.clone()), Ok(b.clone())], "{text}");
        }
        assert_eq!(read(&a.to_string()), [Ok(a)]);
    }

    #[test]
    fn a_bad_one_costs_no_good_one() {
        let good = json!({"a": 1});
        let long = json!({"a": "x".repeat(200)});
        let all = read(&format!("{good}\n{{\"a\":}}\n{long}\n{good}\n{{\"cut\": "));
        assert_eq!(all.len(), 5);
        assert!(all[0].is_ok() && all[3].is_ok());
        assert!(all[1].as_ref().unwrap_err().contains("no JSON"));
        assert!(all[2].as_ref().unwrap_err().contains("the limit is 100"));
        assert!(all[4].as_ref().unwrap_err().contains("ends in the middle"));
        let mut hundred = |_: u64, _: Result<Value, String>| ControlFlow::Continue(());
        assert!(objects(&mut "date,text\n".as_bytes(), 100, &mut hundred).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", marks in "[\\[\\]{}\",:a \\\\\n]*") {
            let _ = read(&text);
            let _ = read(&marks);
        }
    }
}
