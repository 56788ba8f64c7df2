//! Where each entry stands in the log, found by its id without looking through the others.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::id::LineId;

/// Places by the first eight bytes of an id. Ids are SHA-256, so that these are as good as any hash of them;
/// whoever asks looks whether the entry there is the one that was meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Places(HashMap<u64, u32, BuildHasherDefault<AsItIs>>);

impl Places {
    pub(super) fn of_all(ids: impl ExactSizeIterator<Item = LineId>) -> Self {
        let mut places = Places(HashMap::with_capacity_and_hasher(ids.len(), BuildHasherDefault::default()));
        ids.enumerate().for_each(|(at, id)| places.add(id, at));
        places
    }

    pub(super) fn add(&mut self, id: LineId, at: usize) {
        // Beyond four thousand million entries they are looked for one by one.
        if let Ok(at) = u32::try_from(at) {
            self.0.insert(start(id), at);
        }
    }

    /// Forgets an entry that stands no longer where it was.
    pub(super) fn remove(&mut self, id: LineId, at: usize) {
        if self.of(id) == Some(at) {
            self.0.remove(&start(id));
        }
    }

    /// Where the entry most likely stands.
    pub(super) fn of(&self, id: LineId) -> Option<usize> {
        self.0.get(&start(id)).map(|at| *at as usize)
    }
}

fn start(id: LineId) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&id.0[..8]);
    u64::from_le_bytes(bytes)
}

/// Takes a number for its own hash.
#[derive(Clone, Debug, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
