//! What goes over every byte of a record: a line written, a line read strictly, its name, its hash, a sum, a comparison.
//!
//! It knows no incident. It is a crate of its own for one reason: the compiler makes this code as quick as it can,
//! and all the rest of casebook as small as it can (see the profiles in `Cargo.toml`). What would be made
//! small with whoever calls it is never put into them.

mod entry;
mod fields;
mod hash;
mod here;
mod id;
mod links;
mod number;
mod row;
mod scan;
mod stamp;
mod sum;
mod word;
mod writing;

pub use entry::{PlainEntry, plain_log, tell_log};
pub use fields::{Fields, Flaw, LIMIT, START};
pub use hash::{hash, hex, holds, incident_in, is_of, leaf, node};
pub use id::{LineId, NotAnId};
pub use links::{Ends, Links};
pub use number::{number, spell};
pub use row::{LastLines, PlainRow};
pub use scan::unescaped;
pub use stamp::{quickly, stamp};
pub use sum::{Same, Sum, sum, summed, unsummed};
pub use word::{Stands, Word, looks_defanged};
pub use writing::Writing;

/// Whether every letter of a text takes one byte and one column, and nothing in it steers a terminal.
pub fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| plain & (0x20..0x7F).contains(&byte))
}

/// Whether these are the same bytes. The C library of a static program compares them one by one.
#[inline(never)]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let ((ones, a), (others, b)) = (one.as_chunks::<16>(), other.as_chunks::<16>());
    one.len() == other.len()
        && ones.iter().zip(others).all(|(one, other)| one == other)
        && a.iter().zip(b).all(|(one, other)| one == other)
}

/// Where these bytes stand in others for the first time.
pub fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

/// How long the first line of these bytes is, with its newline if it has one.
pub fn line_length(bytes: &[u8]) -> usize {
    memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::same;

    proptest! {
        #[test]
        fn bytes_are_the_same_where_none_differs(one in "[ab]{0,40}", other in "[ab]{0,40}", at in any::<prop::sample::Index>()) {
            prop_assert_eq!(same(one.as_bytes(), other.as_bytes()), one == other);
            prop_assert!(same(one.as_bytes(), one.as_bytes()));
            let mut hit = one.clone().into_bytes();
            if !hit.is_empty() {
                let at = at.index(hit.len());
                hit[at] ^= 1;
                prop_assert!(!same(one.as_bytes(), &hit));
            }
        }
    }
}
