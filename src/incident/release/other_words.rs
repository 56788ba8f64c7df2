//! Other words in place of some, wherever they stand in a text as whole words, in any case.

use std::collections::HashMap;

use serde_json::Value;

/// Fields that hold words of a fixed list or ids, never a name.
const FIXED: [&str; 21] = [
    "id",
    "type",
    "kind",
    "stage",
    "state",
    "way",
    "phase",
    "of",
    "level",
    "tlp",
    "disposition",
    "category",
    "act",
    "playbook_id",
    "visit",
    "target",
    "sort",
    "regime",
    "clock",
    "duty",
    "number",
];

/// What stands in place of what.
#[derive(Clone, Debug, Default)]
pub(super) struct OtherWords {
    /// By the first word, in lower case; the longest first.
    by_first: HashMap<String, Vec<(Vec<char>, String)>>,
}

impl OtherWords {
    pub(super) fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// From here on `to` stands in place of `from`, unless something does already.
    pub(super) fn put(&mut self, from: &str, to: String) {
        let lower = key(from);
        let first = first_word(&lower);
        if first.is_empty() {
            return;
        }
        let known = self.by_first.entry(first).or_default();
        if known.iter().all(|(have, _)| *have != lower) {
            let at = known.partition_point(|(have, _)| have.len() >= lower.len());
            known.insert(at, (lower, to));
        }
    }

    /// From here on `to` stands in place of `from`, whatever did before.
    pub(super) fn instead(&mut self, from: &str, to: &str) {
        let lower = key(from);
        if let Some(known) = self.by_first.get_mut(&first_word(&lower)) {
            known.retain(|(have, _)| *have != lower);
        }
        self.put(from, to.to_owned());
    }

    /// What stands in place of exactly this.
    pub(super) fn of(&self, from: &str) -> Option<&str> {
        let lower = key(from);
        let known = self.by_first.get(&first_word(&lower))?;
        known.iter().find(|(have, _)| *have == lower).map(|(_, to)| to.as_str())
    }

    /// The text with the other words.
    pub(super) fn in_text(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        // One character each, so that places are the same in both.
        let lower: Vec<char> = chars.iter().map(|c| low(*c)).collect();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < chars.len() {
            let begins = lower[at].is_alphanumeric() && (at == 0 || !lower[at - 1].is_alphanumeric());
            let found = if begins { self.at(&lower[at..]) } else { None };
            match found {
                Some((length, to)) => {
                    out.push_str(to);
                    at += length;
                }
                None => {
                    out.push(chars[at]);
                    at += 1;
                }
            }
        }
        out
    }

    /// The longest that stands at the beginning, with its length in characters.
    fn at(&self, lower: &[char]) -> Option<(usize, &str)> {
        let known = self.by_first.get(&first_word(lower))?;
        let whole = |have: &[char]| {
            let length = begins(lower, have)?;
            lower.get(length).is_none_or(|next| !next.is_alphanumeric()).then_some(length)
        };
        known.iter().find_map(|(have, to)| Some((whole(have)?, to.as_str())))
    }

    /// The same in every text of a document; ids and words of fixed lists stay.
    pub(super) fn in_document(&self, document: &mut Value) {
        match document {
            Value::String(text) => *text = self.in_text(text),
            Value::Array(many) => many.iter_mut().for_each(|one| self.in_document(one)),
            Value::Object(fields) => {
                for (field, value) in fields.iter_mut() {
                    // `type` may be a field with a before and an after; a text below a fixed word stays, too.
                    if !FIXED.contains(&field.as_str()) || matches!(value, Value::Object(_)) && field == "of"
                    {
                        self.in_document(value);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Ways in which people write the signs of an address so that nobody clicks it.
const DOTS: [&str; 7] = ["[.]", "(.)", "{.}", "[dot]", "(dot)", "。", "."];
const ATS: [&str; 7] = ["[@]", "(@)", "[at]", "(at)", " [at] ", " (at) ", "@"];
const SLASHES: [&str; 2] = ["/", "\\"];

/// How many characters of the text say what is looked for; an address may be written so that nobody clicks it.
fn begins(text: &[char], have: &[char]) -> Option<usize> {
    let mut at = 0;
    for c in have {
        let ways: &[&str] = match c {
            '.' => &DOTS,
            '@' => &ATS,
            '/' | '\\' => &SLASHES,
            _ if text.get(at) == Some(c) => {
                at += 1;
                continue;
            }
            _ => return None,
        };
        let said = |way: &&&str| way.chars().enumerate().all(|(k, c)| text.get(at + k) == Some(&c));
        at += ways.iter().find(said)?.chars().count();
    }
    Some(at)
}

/// A letter in lower case, where that is one letter; so that places are the same in both.
fn low(c: char) -> char {
    let mut lower = c.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(c)
}

/// How a name is looked for: in lower case, from its first letter or digit on.
fn key(name: &str) -> Vec<char> {
    let name = name.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
    name.chars().map(low).collect()
}

/// The letters and digits a text begins with.
fn first_word(lower: &[char]) -> String {
    lower.iter().take_while(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_replaced_in_any_case_the_longest_first() {
        let mut other = OtherWords::default();
        for (from, to) in
            [("ana", "Person-1"), ("Ana Berg", "Person-2"), ("10.0.0.1", "198.18.0.1"), ("FS-02", "server-1")]
        {
            other.put(from, to.to_owned());
        }
        for (text, wanted) in [
            ("ANA called ana berg, banana.", "Person-1 called Person-2, banana."),
            ("10.0.0.12 is not 10.0.0.1:443", "10.0.0.12 is not 198.18.0.1:443"),
            ("fs-02\\share on FS-021", "server-1\\share on FS-021"),
            ("İstanbul ana", "İstanbul Person-1"),
            ("10[.]0(.)0[dot]1 is it", "198.18.0.1 is it"),
        ] {
            assert_eq!(other.in_text(text), wanted);
        }
        assert_eq!(other.of("ANA"), Some("Person-1"));
    }

    proptest::proptest! {
        #[test]
        fn a_text_without_them_stays_as_it_is(text in "\\PC{0,80}") {
            let mut other = OtherWords::default();
            other.put("qzxqzx", "x".to_owned());
            if !text.to_lowercase().contains("qzxqzx") {
                proptest::prop_assert_eq!(other.in_text(&text), text);
            }
        }
    }
}
