//! A damaged line that can be put right from itself, because its own id proves what it was.

use crate::model::id::LineId;

use super::super::line::{Envelope, hash, holds};

/// Longer lines are not searched for a flipped bit: the search grows with the square of the length.
const SEARCHED: usize = 8 << 10;

/// The line as it was, if the bytes differ from it by a single bit, by NULs or carriage returns that were put in, or by
/// the digit of its version.
pub(super) fn line(bytes: &[u8]) -> Option<Vec<u8>> {
    let whole = |bytes: &[u8]| Envelope::read(bytes).is_ok_and(|envelope| holds(bytes, envelope.id()));
    let plain: Vec<u8> = bytes.iter().copied().filter(|byte| !matches!(byte, 0 | b'\r')).collect();
    if plain.len() < bytes.len() && whole(&plain) {
        return Some(plain);
    }
    if SEARCHED < bytes.len() {
        return None;
    }
    if let Some(other) = id_hit(bytes).filter(|bytes| whole(bytes)) {
        return Some(other);
    }
    let mut bytes = bytes.to_vec();
    let wanted = claimed(&bytes);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            // Where the id can be read, only bytes that hash to it are looked at more closely.
            if wanted.is_none_or(|id| hash(&bytes) == id) && whole(&bytes) {
                return Some(bytes);
            }
            bytes[at] ^= 1 << bit;
        }
    }
    None
}

/// The id at the end of a line.
fn claimed(bytes: &[u8]) -> Option<LineId> {
    let hex = bytes.strip_suffix(b"\"}")?;
    let (front, hex) = hex.split_at(hex.len().checked_sub(64)?);
    if !front.ends_with(b",\"id\":\"") {
        return None;
    }
    std::str::from_utf8(hex).ok()?.parse().ok()
}

/// A line whose id lost one bit: what its bytes hash to differs from it in a single letter by a single bit, which
/// nobody can bring about who changes the words.
fn id_hit(bytes: &[u8]) -> Option<Vec<u8>> {
    let hash = hash(bytes).to_string();
    let at = bytes.len().checked_sub(64 + 2)?;
    let there = &bytes[at..at + 64];
    let bits: u32 = there.iter().zip(hash.bytes()).map(|(a, b)| (a ^ b).count_ones()).sum();
    (bits == 1).then(|| [&bytes[..at], hash.as_bytes(), b"\"}"].concat())
}
