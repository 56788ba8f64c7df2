//! Addresses that were written harmless: found by the real one, in a text and in the bytes of a journal.

use casebook_bytes::{Word, looks_defanged};

use crate::model::text::refang;

/// Letters and marks that may stand between two parts of an address that was made harmless: `[dot]`, `[:]//`.
const BETWEEN: usize = 8;

/// The real text behind one in which something is defanged; `None`: nothing looks so.
pub(super) fn real(text: &str) -> Option<String> {
    if !looks_defanged(text.as_bytes()) {
        return None;
    }
    let looks = |word: &str| word.contains(['[', '(', '{']) || word.contains("xx");
    let words = text.split(' ').map(|word| if looks(word) { refang(word) } else { word.to_owned() });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// Whether an address could stand in some bytes in a defanged form: its parts, with a few marks between them.
pub(super) fn could_stand_in(bytes: &[u8], address: &str) -> bool {
    let mut parts = address.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    // The scheme is what is spelled in most ways.
    let first = match address.split_once("://") {
        Some(_) => parts.nth(1),
        None => parts.next(),
    };
    let Some(first) = first else { return false };
    let parts: Vec<&str> = parts.collect();
    if parts.is_empty() {
        return false;
    }
    let first = Word::new(first.to_owned());
    let mut from = 0;
    while let Some(at) = first.next(bytes, from) {
        let mut end = at + first.text().len();
        let follows = |part: &&str| {
            let begins = |at: &usize| {
                bytes
                    .get(*at..at + part.len())
                    .is_some_and(|there| there.eq_ignore_ascii_case(part.as_bytes()))
            };
            let found = (end..=end + BETWEEN).find(begins);
            end = found.map_or(end, |at| at + part.len());
            found.is_some()
        };
        if parts.iter().all(follows) {
            return true;
        }
        from = at + 1;
    }
    false
}
