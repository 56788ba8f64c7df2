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
    /// Those in a script that sets no blanks between words, which begin anywhere; the longest first.
    unspaced: Vec<(Vec<char>, String)>,
}

impl OtherWords {
    pub(super) fn is_empty(&self) -> bool {
        self.by_first.is_empty() && self.unspaced.is_empty()
    }

    /// From here on `to` stands in place of `from`, unless something does already.
    pub(super) fn put(&mut self, from: &str, to: String) {
        let lower = key(from);
        let first = first_word(&lower);
        let known = match lower.first() {
            // A single sign is a word of its own more often than a name.
            Some(c) if unspaced(*c) && lower.len() > 1 => &mut self.unspaced,
            _ if first.is_empty() => return,
            _ => self.by_first.entry(first).or_default(),
        };
        if known.iter().all(|(have, _)| *have != lower) {
            let at = known.partition_point(|(have, _)| have.len() >= lower.len());
            known.insert(at, (lower, to));
        }
    }

    /// From here on `to` stands in place of `from`, whatever did before.
    pub(super) fn instead(&mut self, from: &str, to: &str) {
        let lower = key(from);
        self.unspaced.retain(|(have, _)| *have != lower);
        if let Some(known) = self.by_first.get_mut(&first_word(&lower)) {
            known.retain(|(have, _)| *have != lower);
        }
        self.put(from, to.to_owned());
    }

    /// What stands in place of exactly this.
    pub(super) fn of(&self, from: &str) -> Option<&str> {
        let lower = key(from);
        let known = self.by_first.get(&first_word(&lower)).into_iter().flatten().chain(&self.unspaced);
        known.into_iter().find(|(have, _)| *have == lower).map(|(_, to)| to.as_str())
    }

    /// The text with the other words.
    pub(super) fn in_text(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        // One character each, so that places are the same in both.
        let lower: Vec<char> = chars.iter().map(|c| low(*c)).collect();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < chars.len() {
            let before = at.checked_sub(1).map(|at| chars[at]);
            let found = match Seam::between(before, Some(chars[at])) {
                _ if !chars[at].is_alphanumeric() => None,
                _ if unspaced(chars[at]) => self.anywhere(&lower[at..]),
                seam => self.at(seam, &lower[at..], &chars[at..]),
            };
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

    /// The longest that stands at the beginning behind such a seam, with its length in characters.
    fn at(&self, before: Seam, lower: &[char], chars: &[char]) -> Option<(usize, &str)> {
        if before == Seam::None {
            return None;
        }
        let run = lower.iter().take_while(|c| c.is_alphanumeric() && !unspaced(**c)).count();
        let mut ends = (1..=run)
            .rev()
            .filter(|end| Seam::between(Some(chars[end - 1]), chars.get(*end).copied()) != Seam::None);
        ends.find_map(|end| {
            let known = self.by_first.get(&lower[..end].iter().collect::<String>())?;
            known.iter().find_map(|(have, to)| {
                let length = begins(lower, have)?;
                let after = Seam::between(Some(chars[length - 1]), chars.get(length).copied());
                let fits = match before.min(after) {
                    Seam::None => false,
                    Seam::Glued => have.len() >= GLUED && have.iter().any(|c| c.is_alphabetic()),
                    Seam::Word => true,
                };
                fits.then_some((length, to.as_str()))
            })
        })
    }

    /// The longest of those that begin anywhere, with its length in characters.
    fn anywhere(&self, lower: &[char]) -> Option<(usize, &str)> {
        self.unspaced.iter().find_map(|(have, to)| Some((begins(lower, have)?, to.as_str())))
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

/// A name of fewer characters is not looked for within a word.
const GLUED: usize = 4;

/// What stands between two characters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    /// They are of one word.
    None,
    /// Two words are written as one: `hostFS02and`.
    Glued,
    /// One word ends here, or the other begins.
    Word,
}

impl Seam {
    fn between(one: Option<char>, two: Option<char>) -> Self {
        let (Some(one), Some(two)) = (one, two) else { return Seam::Word };
        if !one.is_alphanumeric() || !two.is_alphanumeric() || unspaced(one) || unspaced(two) {
            return Seam::Word;
        }
        let glued = (one.is_lowercase() && two.is_uppercase()) || (one.is_numeric() && two.is_alphabetic());
        if glued { Seam::Glued } else { Seam::None }
    }
}

/// Whether a letter is of a script in which no blank says where a word ends.
fn unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3005 | 0x3040..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F
        | 0x20000..=0x3FFFF)
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
    lower.iter().take_while(|c| c.is_alphanumeric() && !unspaced(**c)).collect()
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

    #[test]
    fn names_are_found_where_no_blank_stands_around_them() {
        let mut other = OtherWords::default();
        for (from, to) in [
            ("田中", "Person-1"),
            ("FS02", "server-1"),
            ("ana", "Person-2"),
            ("김철수", "Person-3"),
            ("Mira", "Person-4"),
            ("10.0.0.1", "198.18.0.1"),
        ] {
            other.put(from, to.to_owned());
        }
        for (text, wanted) in [
            ("昨日田中がFS02を再起動した", "昨日Person-1がserver-1を再起動した"),
            ("김철수가 봤다, anaも", "Person-3가 봤다, Person-2も"),
            ("hostFS02and FS02s", "hostserver-1and server-1s"),
            ("FS021 is another one", "FS021 is another one"),
            ("calledMira, Mirabelle, anaBerg", "calledPerson-4, Mirabelle, anaBerg"),
            ("x10.0.0.1y and 110.0.0.1", "x10.0.0.1y and 110.0.0.1"),
        ] {
            assert_eq!(other.in_text(text), wanted);
        }
        assert_eq!((other.of("田中"), other.of("田")), (Some("Person-1"), None));
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
