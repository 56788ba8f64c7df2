//! Long texts: whether one is as it was written, and whether it is what would be written.

use std::hash::Hasher;

use twox_hash::XxHash64;

use crate::id::eight_digits;

/// Tells that a cache is as it was written (XXH64). Against chance only, as any sum without a key is: whoever
/// writes another text writes its sum beside it.
///
/// The parts are told apart by their lengths. Sixteen hex digits.
pub fn sum(parts: &[&[u8]]) -> String {
    let mut sum = Sum::default();
    for part in parts {
        sum.part(part.len() as u64);
        sum.takes(part);
    }
    sum.digits()
}

/// The same sum of parts that come in pieces.
pub struct Sum(XxHash64);

impl Default for Sum {
    fn default() -> Self {
        Self(XxHash64::with_seed(0))
    }
}

impl Sum {
    /// The next part, which has so many bytes, begins.
    pub fn part(&mut self, bytes: u64) {
        self.0.write(&bytes.to_le_bytes());
    }

    /// Takes the next piece of the part at hand.
    pub fn takes(&mut self, piece: &[u8]) {
        self.0.write(piece);
    }

    /// Sixteen hex digits.
    pub fn digits(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// What stands before the sum at the end of a cached line.
const FIELD: &str = ",\"xxh64\":\"";
/// `,"xxh64":"<16>"}`
const SUMMED: usize = FIELD.len() + 16 + "\"}".len();

/// Closes an object of JSON on a line of its own: with the sum of all that stands before, in the place of its last
/// brace.
pub fn summed(line: &mut Vec<u8>) {
    line.pop();
    let digits = sum(&[line]);
    for piece in [FIELD, &digits, "\"}"] {
        line.extend_from_slice(piece.as_bytes());
    }
}

/// What stands before the sum of a line that was closed with [`summed`]. `None`: it is not as it was written.
pub fn unsummed(line: &str) -> Option<&str> {
    let (front, end) = line.split_at_checked(line.len().checked_sub(SUMMED)?)?;
    let [high, low] = end.strip_prefix(FIELD)?.strip_suffix("\"}")?.as_bytes().as_chunks().0 else {
        return None;
    };
    let ((high, wrong), (low, amiss)) = (eight_digits(*high), eight_digits(*low));
    let mut sum = Sum::default();
    sum.part(front.len() as u64);
    sum.takes(front.as_bytes());
    let said = (u64::from(u32::from_be_bytes(high)) << 32) | u64::from(u32::from_be_bytes(low));
    (wrong == 0 && amiss == 0 && said == sum.0.finish()).then_some(front)
}

/// A text that is held against what is written, piece by piece.
pub struct Same<'a>(&'a [u8]);

impl<'a> Same<'a> {
    pub fn new(text: &'a str) -> Self {
        Self(text.as_bytes())
    }

    /// Takes the next piece. `false`: another stands there.
    pub fn takes(&mut self, piece: &[u8]) -> bool {
        let same = self.0.get(..piece.len()).is_some_and(|here| crate::same(here, piece));
        if same {
            self.0 = &self.0[piece.len()..];
        }
        same
    }

    /// Whether all of the text was met.
    pub fn at_end(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_byte_changes_and_none_moves_to_the_next_part_unnoticed(
            a in proptest::collection::vec(any::<u8>(), 0..99),
            b in proptest::collection::vec(any::<u8>(), 1..99),
            at in any::<prop::sample::Index>(),
            bit in 0u32..8,
        ) {
            let was = sum(&[&a, &b]);
            let mut other = b.clone();
            other[at.index(b.len())] ^= 1 << bit;
            prop_assert_ne!(&sum(&[&a, &other]), &was);
            let longer = [a.as_slice(), &b[..1]].concat();
            prop_assert_ne!(&sum(&[&longer, &b[1..]]), &was);
            let mut pieces = Sum::default();
            pieces.part(a.len() as u64);
            pieces.takes(&a);
            pieces.part(b.len() as u64);
            let (front, back) = b.split_at(at.index(b.len()));
            pieces.takes(front);
            pieces.takes(back);
            prop_assert_eq!(pieces.digits(), was);
        }

        #[test]
        fn a_cached_line_is_told_from_every_other(words in "[ -~é]{0,30}", at in any::<prop::sample::Index>(), with in "[ -~]{0,2}") {
            let object = format!("{{\"words\":{words:?}}}");
            let mut line = object.clone().into_bytes();
            summed(&mut line);
            let line = String::from_utf8(line).unwrap();
            prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&line).is_ok() || object.contains("\\"), "{}", line);
            prop_assert_eq!(unsummed(&line), object.strip_suffix('}'));
            prop_assert_eq!(unsummed(&object), None);
            let at = at.index(line.len());
            if line.is_char_boundary(at) && line.is_char_boundary(at + 1) {
                let other = format!("{}{with}{}", &line[..at], &line[at + 1..]);
                prop_assert_eq!(unsummed(&other).is_some(), other == line, "{}", other);
            }
        }

        #[test]
        fn a_text_is_the_same_as_its_pieces_in_order_and_as_no_others(text in "[ab]{0,9}", other in "[ab]{0,9}", at in any::<prop::sample::Index>()) {
            let at = at.index(other.len() + 1);
            let mut same = Same::new(&text);
            let met = same.takes(&other.as_bytes()[..at]) && same.takes(&other.as_bytes()[at..]) && same.at_end();
            prop_assert_eq!(met, text == other);
        }
    }

    #[test]
    fn the_sum_is_the_one_that_others_call_xxh64() {
        // `xxhsum -H64` of eight zeros.
        assert_eq!(sum(&[b""]), "34c96acdcadb1bbb");
    }
}
