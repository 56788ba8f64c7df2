//! What lines and trees of lines hash to.

use sha2::{Digest, Sha256};

use crate::fields::START;
use crate::id::LineId;
use crate::same;

/// Bytes at the end of a line from `,"id":"` on.
const ID_FIELD: usize = ",\"id\":\"".len() + 64 + "\"}".len();

/// What the bytes of a line hash to: SHA-256 of all before `,"id":"`.
pub fn hash(bytes: &[u8]) -> LineId {
    LineId(Sha256::digest(&bytes[..bytes.len().saturating_sub(ID_FIELD)]).into())
}

/// Whether the id at the end of a line is the hash of what stands before it.
pub fn holds(bytes: &[u8], id: LineId) -> bool {
    hash(bytes) == id
}

/// The id of the incident a line says it belongs to, as it stands there.
pub fn incident_in(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(START.as_bytes())?.get(..36)
}

/// Whether a line says it belongs to the incident whose id is spelled so.
#[inline(never)]
pub fn is_of(bytes: &[u8], incident: &[u8; 36]) -> bool {
    incident_in(bytes).is_some_and(|said| same(said, incident))
}

/// The hash of a leaf of a Merkle tree (RFC 6962, section 2.1).
pub fn leaf(id: LineId) -> LineId {
    let mut bytes = [0; 33];
    bytes[1..].copy_from_slice(&id.0);
    LineId(Sha256::digest(bytes).into())
}

/// The hash of what stands above two others (RFC 6962, section 2.1).
pub fn node(left: LineId, right: LineId) -> LineId {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    LineId(Sha256::digest(bytes).into())
}

/// Two lower-case hex digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]].map(char::from);
    bytes.iter().flat_map(digits).collect()
}
