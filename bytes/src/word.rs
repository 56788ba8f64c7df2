//! Words in a text: where one stands whatever its case, and whether an address in it may be written harmless.

use memchr::{memchr_iter, memchr2, memchr3};

/// How a word stands in a text, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    /// As a word of its own.
    Whole,
    /// At the beginning of a word.
    Start,
    Inside,
}

/// A word that is looked for in small letters; only its ASCII letters stand for both cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    text: String,
    /// The place in it of the byte that texts have least of, and that byte in both cases.
    rare: usize,
    cases: (u8, u8),
    /// Whether it begins with a letter or a digit.
    begins: bool,
}

/// What texts have most of, the most first; marks are rarer than all of these.
const COMMON: &[u8] = b" etaoinsrhldcumfpgwyb0123456789-.vkxjqz";

impl Word {
    pub fn new(text: String) -> Self {
        let rank = |byte: &u8| COMMON.iter().position(|common| common == byte).unwrap_or(COMMON.len());
        let rare = text.bytes().enumerate().max_by_key(|(_, byte)| rank(byte));
        let (rare, byte) = rare.unwrap_or_default();
        let cases = (byte.to_ascii_lowercase(), byte.to_ascii_uppercase());
        let begins = text.chars().next().is_some_and(char::is_alphanumeric);
        Self { text, rare, cases, begins }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its next place in some bytes from `from` on. A word without a letter stands nowhere.
    pub fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        let word = self.text.as_bytes();
        // Where its rare byte can be, so that all of it has room.
        let end = (text.len() + 1).checked_sub(word.len() - self.rare.min(word.len()))?;
        let within = text.get(..end).filter(|_| !word.is_empty())?;
        let mut at = from.checked_add(self.rare)?;
        loop {
            at += memchr2(self.cases.0, self.cases.1, within.get(at..)?)?;
            let start = at - self.rare;
            if text[start..start + word.len()].eq_ignore_ascii_case(word) {
                return Some(start);
            }
            at += 1;
        }
    }

    /// The best way in which it stands in a text.
    pub fn stands(&self, text: &str) -> Option<Stands> {
        let mut best = None;
        let mut from = 0;
        while let Some(at) = self.next(text.as_bytes(), from) {
            let end = at + self.text.len();
            let before = self.begins && text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let after = text[end..].chars().next().is_some_and(char::is_alphanumeric);
            let way = match (before, after) {
                (false, false) => return Some(Stands::Whole),
                (false, true) => Stands::Start,
                (true, _) => Stands::Inside,
            };
            best = Some(best.map_or(way, |best: Stands| best.min(way)));
            from = end;
        }
        best
    }
}

/// Whether something in a text looks as if it was defanged: a bracket of any kind, or `hxxp` and its like.
pub fn looks_defanged(text: &[u8]) -> bool {
    let scheme = |at: usize| matches!(text.get(at + 1..), Some([b'x', b'p' | b'P', ..]));
    memchr3(b'[', b'(', b'{', text).is_some() || memchr_iter(b'x', text).any(scheme)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_is_found_where_a_look_at_every_place_finds_it(
            text in "[abzABZ .é]{0,30}", word in "[abz.é]{0,4}", from in 0usize..40,
        ) {
            let bytes = text.as_bytes();
            let here = |at: &usize| bytes[*at..].get(..word.len()).is_some_and(|there| there.eq_ignore_ascii_case(word.as_bytes()));
            let expected = (from..bytes.len()).find(here).filter(|_| !word.is_empty());
            prop_assert_eq!(Word::new(word.clone()).next(bytes, from), expected);
        }

        #[test]
        fn a_text_that_looks_defanged_has_a_bracket_or_a_scheme_of_that_kind(text in "[hxpP :/({\\[a]{0,12}") {
            let looks = ["(", "{", "[", "xxp", "xxP"].iter().any(|sign| text.contains(sign));
            prop_assert_eq!(looks_defanged(text.as_bytes()), looks);
        }
    }
}
