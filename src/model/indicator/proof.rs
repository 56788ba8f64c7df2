//! Values that carry a proof of themselves: wallet addresses and account numbers with their checksums.

use sha2::{Digest, Sha256};

use super::why::Why;

/// A Bitcoin address whose checksum holds.
///
/// # Errors
/// It does not.
pub(super) fn btc(value: &str) -> Result<String, Why> {
    let good = if value.starts_with("bc1") { bech32(value) } else { base58check(value) };
    if good { Ok(value.to_owned()) } else { Err(Why::Checksum) }
}

/// Base58Check: the last four of 25 bytes are the beginning of the double SHA-256 of the others.
fn base58check(value: &str) -> bool {
    const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0u8; 25];
    for letter in value.bytes() {
        let Some(digit) = LETTERS.iter().position(|known| *known == letter) else { return false };
        let mut carry = digit;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = (carry & 255) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let (body, sum) = bytes.split_at(21);
    Sha256::digest(Sha256::digest(body))[..4] == *sum
}

/// Bech32 (BIP 173) and Bech32m (BIP 350).
fn bech32(value: &str) -> bool {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const STEPS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let mut sum = 1u32;
    let mut step = |five: u32| {
        let top = sum >> 25;
        sum = (sum & 0x1ff_ffff) << 5 ^ five;
        for (bit, poly) in STEPS.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= poly;
            }
        }
    };
    for five in [3, 3, 0, 2, 3] {
        step(five);
    }
    for letter in value.bytes().skip(3) {
        let Some(five) = LETTERS.iter().position(|known| *known == letter) else { return false };
        step(five as u32);
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

/// ISO 13616: moved around and read as a number, the remainder by 97 is 1.
pub(super) fn iban(value: &str) -> Result<String, Why> {
    let value = value.replace(' ', "");
    let (head, tail) = value.split_at(4);
    let remainder = tail.bytes().chain(head.bytes()).fold(0u32, |sum, b| match b {
        b'0'..=b'9' => (sum * 10 + u32::from(b - b'0')) % 97,
        _ => (sum * 100 + u32::from(b - b'A') + 10) % 97,
    });
    if remainder == 1 { Ok(value) } else { Err(Why::Checksum) }
}
