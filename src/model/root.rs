//! The Merkle root over the ids of a record's lines, in order (RFC 6962, section 2.1), kept up line by line.

use std::fmt;

use casebook_bytes::{leaf, node};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::LineId;

/// The root of a growing list: only the roots of its whole subtrees are kept, the largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    count: u64,
    peaks: Vec<LineId>,
}

/// What two people compare on the phone to know that they see the same record: the first 64 bits of its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadCode([u8; 8]);

impl Root {
    /// Takes in the id of the next line.
    pub fn add(&mut self, id: LineId) {
        let mut hash = leaf(id);
        // Two subtrees of a size become one, as a carry does in counting.
        for _ in 0..self.count.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            hash = node(left, hash);
        }
        self.peaks.push(hash);
        self.count += 1;
    }

    /// How many lines there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The root; of nothing, the SHA-256 of nothing.
    pub fn hash(&self) -> LineId {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return LineId(Sha256::digest([]).into()) };
        peaks.fold(last, |right, left| node(left, right))
    }

    /// What is read out.
    pub fn head_code(&self) -> HeadCode {
        HeadCode::of(self.hash())
    }
}

impl HeadCode {
    /// The code of a root.
    pub fn of(root: LineId) -> Self {
        let mut code = [0; 8];
        code.copy_from_slice(&root.0[..8]);
        Self(code)
    }

    /// Reads a code as people type it, with dashes, spaces or neither. `None`: it is none.
    pub fn parse(words: &str) -> Option<Self> {
        let digits: String = words.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let whole = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u64::from_str_radix(&digits, 16).ok().filter(|_| whole)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for HeadCode {
    /// `7f3a-91c2-08de-b5a4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i] = self.0;
        write!(f, "{a:02x}{b:02x}-{c:02x}{d:02x}-{e:02x}{g:02x}-{h:02x}{i:02x}")
    }
}

/// What leads from one of the ids to the root: at each step the other side (RFC 6962, section 2.1.1).
pub fn path(ids: &[LineId], at: usize) -> Vec<LineId> {
    if ids.len() < 2 {
        return Vec::new();
    }
    let split = ids.len().next_power_of_two() / 2;
    let (left, right) = ids.split_at(split);
    let (mut path, other) =
        if at < split { (path(left, at), right) } else { (path(right, at - split), left) };
    path.push(root_of(other));
    path
}

/// The root that a path leads to from an id at a place among so many. `None`: a path of another length.
pub fn led_to(id: LineId, at: u64, count: u64, path: &[LineId]) -> Option<LineId> {
    if at >= count {
        return None;
    }
    if count == 1 {
        return path.is_empty().then(|| leaf(id));
    }
    let (other, rest) = path.split_last()?;
    let split = count.checked_next_power_of_two()? / 2;
    Some(if at < split {
        node(led_to(id, at, split, rest)?, *other)
    } else {
        node(*other, led_to(id, at - split, count - split, rest)?)
    })
}

fn root_of(ids: &[LineId]) -> LineId {
    let mut root = Root::default();
    ids.iter().for_each(|id| root.add(*id));
    root.hash()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 6962's own definition: split at the largest power of two below the count.
    fn defined(ids: &[LineId]) -> LineId {
        match ids {
            [] => LineId(Sha256::digest([]).into()),
            [one] => leaf(*one),
            many => {
                let split = many.len().next_power_of_two() / 2;
                node(defined(&many[..split]), defined(&many[split..]))
            }
        }
    }

    proptest! {
        #[test]
        fn the_root_kept_up_line_by_line_is_the_one_of_the_definition(ids in proptest::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let ids: Vec<LineId> = ids.into_iter().map(LineId).collect();
            let mut root = Root::default();
            for (n, id) in (0..).zip(&ids) {
                prop_assert_eq!((root.count(), root.hash()), (n, defined(&ids[..n as usize])));
                root.add(*id);
            }
            prop_assert_eq!(root.hash(), defined(&ids));
        }
    }

    proptest! {
        #[test]
        fn a_path_leads_to_the_root_and_no_other_id_or_place_does(ids in proptest::collection::vec(any::<[u8; 32]>(), 1..70), at in 0usize..70, other in any::<[u8; 32]>()) {
            let ids: Vec<LineId> = ids.into_iter().map(LineId).collect();
            let (at, count) = (at % ids.len(), ids.len() as u64);
            let (path, root) = (path(&ids, at), defined(&ids));
            prop_assert_eq!(led_to(ids[at], at as u64, count, &path), Some(root));
            prop_assert_ne!(led_to(LineId(other), at as u64, count, &path), Some(root));
            prop_assert_ne!(led_to(ids[at], at as u64 + 1, count, &path), Some(root));
            prop_assert_eq!(led_to(ids[at], count, count, &path), None);
        }
    }

    #[test]
    fn a_head_code_is_the_first_sixteen_digits_of_the_root_in_fours() {
        let root = Root::default();
        assert!(root.hash().to_string().starts_with("e3b0c44298fc1c14"));
        assert_eq!(root.head_code().to_string(), "e3b0-c442-98fc-1c14");
        for typed in ["e3b0-c442-98fc-1c14", "E3B0 C442 98FC 1C14", "e3b0c44298fc1c14"] {
            assert_eq!(HeadCode::parse(typed), Some(root.head_code()), "{typed}");
        }
        for typed in ["", "e3b0", "e3b0-c442-98fc-1c14-00", "+3b0-c442-98fc-1c14"] {
            assert_eq!(HeadCode::parse(typed), None, "{typed}");
        }
    }
}
