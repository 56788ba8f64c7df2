//! Names that never change: of a noun (ten characters) and of a journal line (its SHA-256).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use casebook_bytes::LineId;

/// The lasting name of a task, visit, component … : ten characters of Crockford base 32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NounId(pub String);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl NounId {
    /// The `k`-th id out of a seed; the same seed and `k` give the same id.
    pub fn derive(seed: &[u8; 16], k: u32) -> Self {
        let hash = Sha256::new().chain_update(seed).chain_update(k.to_le_bytes()).finalize();
        Self(hash.iter().take(10).map(|byte| ALPHABET[usize::from(byte & 31)] as char).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A number on paper, which two people may have given at the same time: then with the first two letters of
    /// the id, `E-003·k7`.
    pub fn tell_apart(&self, number: &str, twin: bool) -> String {
        if !twin {
            return number.to_owned();
        }
        let letters: String = self.0.chars().take(2).collect();
        format!("{number}·{letters}")
    }

    /// The first four characters, for people. A journal may hold an id that is shorter, or none of ours.
    pub fn short(&self) -> &str {
        self.0.char_indices().nth(4).map_or(&self.0, |(end, _)| &self.0[..end])
    }
}

impl fmt::Display for NounId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_of_a_noun_is_cut_between_letters_whatever_a_journal_holds() {
        for (id, short) in [("k7m2q9x4ab", "k7m2"), ("k7", "k7"), ("", ""), ("ü漢字語ab", "ü漢字語")]
        {
            assert_eq!(NounId(id.into()).short(), short);
        }
    }

    #[test]
    fn ids_of_one_seed_differ_and_repeat() {
        let seed = [7; 16];
        assert_eq!(NounId::derive(&seed, 1), NounId::derive(&seed, 1));
        assert_ne!(NounId::derive(&seed, 1), NounId::derive(&seed, 2));
        assert_eq!(NounId::derive(&seed, 1).as_str().len(), 10);
    }
}
