//! The name of a journal line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a journal line: SHA-256 of its bytes before `,"id":"`, written as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LineId(pub [u8; 32]);

impl LineId {
    /// The `prev` of a writer's first line.
    pub const ZERO: Self = Self([0; 32]);

    /// Stands for the `k`-th line, from 0, of an act that is not written yet; writing it puts the name there.
    pub fn awaited(k: u32) -> Self {
        let mut bytes = [0; 32];
        // Never [`LineId::ZERO`].
        bytes[..4].copy_from_slice(&[0xFF; 4]);
        bytes[28..].copy_from_slice(&k.to_be_bytes());
        Self(bytes)
    }

    /// Which line of the act at hand it stands for; `None`: it is a name.
    pub fn awaits(&self) -> Option<u32> {
        let last: [u8; 4] = self.0[28..].try_into().ok()?;
        let k = u32::from_be_bytes(last);
        (*self == Self::awaited(k)).then_some(k)
    }

    /// Reads 64 lower-case hex digits. `None`: they are others.
    pub fn read(hex: &[u8; 64]) -> Option<Self> {
        let (mut bytes, mut wrong) = ([0; 32], 0);
        for (four, eight) in bytes.as_chunks_mut().0.iter_mut().zip(hex.as_chunks().0) {
            let (value, flaw) = eight_digits(*eight);
            *four = value;
            wrong |= flaw;
        }
        (wrong == 0).then_some(Self(bytes))
    }

    /// Its 64 hex digits.
    pub fn digits(&self) -> [u8; 64] {
        let mut text = [0; 64];
        for (eight, four) in text.as_chunks_mut().0.iter_mut().zip(self.0.as_chunks().0) {
            *eight = digits_of(*four);
        }
        text
    }

    /// The first `digits` hex digits, for people.
    pub fn short(&self, digits: usize) -> String {
        let mut hex = self.to_string();
        hex.truncate(digits);
        hex
    }
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineId({})", self.short(8))
    }
}

/// Not 64 lower-case hex digits.
#[derive(Debug, thiserror::Error)]
#[error("an id is 64 lower-case hex digits")]
pub struct NotAnId;

/// The bytes that eight lower-case hex digits spell; behind them 0, or anything else where they are others. Ids are
/// read by the hundred thousand, so all eight are worked on in one word.
pub(crate) fn eight_digits(hex: [u8; 8]) -> ([u8; 4], u64) {
    let digits = u64::from_le_bytes(hex);
    // A letter has bit 6, and its last four bits count from 1.
    let values = (digits & each(0x0F)) + (digits >> 6 & each(1)) * 9;
    let wrong = (spelled(values) ^ digits) | (values & each(0xF0));
    // Two neighbours make a byte, which then stands in every other place.
    let pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF;
    let halves = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF;
    let [a, b, c, d, ..] = (halves | halves >> 16).to_le_bytes();
    ([a, b, c, d], wrong)
}

/// The eight lower-case hex digits of four bytes.
pub(crate) fn digits_of(bytes: [u8; 4]) -> [u8; 8] {
    let halves = u64::from(u32::from_le_bytes(bytes));
    // Each byte gets two places: its upper half is the first digit.
    let pairs = (halves | halves << 16) & 0x0000_FFFF_0000_FFFF;
    let pairs = (pairs | pairs << 8) & 0x00FF_00FF_00FF_00FF;
    spelled(pairs >> 4 & each(0x0F) | pairs << 8 & each(0x0F)).to_le_bytes()
}

/// A word with the same byte in each place.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Eight values below 16 as digits.
fn spelled(values: u64) -> u64 {
    let letters = (values + each(6)) >> 4 & each(1);
    values + each(b'0') + letters * u64::from(b'a' - b'0' - 10)
}

/// The value of each byte as a lower-case hex digit; 255 for one that is none.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// Reads a UUID of lower-case hex digits with its four dashes.
pub(crate) fn uuid(text: &str) -> Option<[u8; 16]> {
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let (mut id, mut wrong, mut at) = ([0; 16], 0, 0);
    for (k, byte) in id.iter_mut().enumerate() {
        if matches!(k, 4 | 6 | 8 | 10) {
            wrong |= bytes[at] ^ b'-';
            at += 1;
        }
        let (high, low) = (DIGITS[usize::from(bytes[at])], DIGITS[usize::from(bytes[at + 1])]);
        // Of a digit only the lower four bits are set.
        wrong |= (high | low) & 0xF0;
        *byte = high << 4 | low & 15;
        at += 2;
    }
    (wrong == 0).then_some(id)
}

/// Whether all of it is lower-case hex digits.
pub(crate) fn is_hex(text: &[u8]) -> bool {
    text.iter().fold(0, |wrong, byte| wrong | DIGITS[usize::from(*byte)]) < 16
}

impl FromStr for LineId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.as_bytes().try_into().ok().and_then(Self::read).ok_or(NotAnId)
    }
}

impl Serialize for LineId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for LineId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = LineId;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 lower-case hex digits")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<LineId, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn a_line_id_reads_back_what_it_writes() {
        let id = LineId(Sha256::digest(b"line").into());
        assert_eq!(id.to_string().parse::<LineId>().unwrap(), id);
        assert_eq!(id.to_string(), crate::hex(&id.0));
        assert!(id.to_string().to_uppercase().parse::<LineId>().is_err());
        // Every byte, in every place that a word of the processor has.
        for (byte, place) in (0..=u8::MAX).flat_map(|byte| (0..8).map(move |place| (byte, place))) {
            let mut hex = id.digits();
            hex[place] = byte;
            let value = char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
            let read = LineId::read(&hex).map(|read| read.digits());
            assert_eq!(read, value.map(|_| hex), "{byte:#x} at {place}");
        }
    }
}
