//! What a stub keeps of its line, author and times too, and the hash by which an edit of it is found.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::Store;
use super::error::StoreError;
use super::expunge::{SALT, TAIL, seen_at};
use super::line::{Envelope, hex};
use super::locate::Address;
use super::reading::{Mark, pieces, segments};
use crate::model::id::LineId;

/// SHA-256 over what a line and its stub have in common: their length, all before the kind, and all behind the
/// data but for the salt. `None`: these bytes can have no stub.
pub(super) fn remains(bytes: &[u8]) -> Option<String> {
    let envelope = Envelope::read(bytes).ok()?;
    let kind = (envelope.kind.as_ptr() as usize).checked_sub(bytes.as_ptr() as usize)?;
    let behind = seen_at(bytes).filter(|behind| *behind >= kind)?;
    let salt = bytes.len().checked_sub(TAIL + SALT)?;
    let mut sum = Sha256::new();
    sum.update(format!("{}\n", bytes.len()));
    for part in [bytes.get(..kind)?, b"\n", bytes.get(behind..salt)?, b"\n", bytes.get(salt + SALT..)?] {
        sum.update(part);
    }
    Some(hex(&sum.finalize()))
}

impl Store {
    /// What the event that takes away the words of these lines says of what is left of each: 64 hex digits.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn remains(
        &self,
        address: &Address,
        lines: &[LineId],
    ) -> Result<BTreeMap<LineId, String>, StoreError> {
        let journal = address.folder.join("journal");
        let mut found = BTreeMap::new();
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            let path = journal.join(Path::new(&name));
            let bytes = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            pieces(&bytes, &Mark::default(), |piece| {
                let Ok(envelope) = &piece.what else { return };
                if lines.contains(&envelope.id())
                    && let Some(sum) = remains(piece.bytes)
                {
                    found.insert(envelope.id(), sum);
                }
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::expunge::stub;
    use super::*;

    /// A line as it is written, with what is told of it.
    fn line(by: &str, text: &str) -> String {
        format!(
            "{{\"v\":1,\"inc\":\"01a2042d-37a4-77a5-8c9c-ee33f0cf863a\",\"writer\":\"w-30mzdt45\",\"n\":2,\
             \"clock\":[1795269900000,1],\"recorded\":\"2026-11-21T14:05:00.000Z\",\"by\":\"{by}\",\"kind\":\"logged\",\
             \"data\":{{\"kind\":\"note\",\"text\":\"{text}\"}},\"seen\":[],\"salt\":\"{}\",\"prev\":\"{}\",\"id\":\"{}\"}}",
            "5a".repeat(16),
            "1".repeat(64),
            "2".repeat(64)
        )
    }

    #[test]
    fn a_line_and_its_stub_leave_the_same_and_any_edit_of_the_stub_leaves_something_else() {
        let whole = line("ana", "the password of the mail account is Sommer2026, and more");
        let left = remains(whole.as_bytes()).unwrap();
        let blank = stub(whole.as_bytes(), LineId([7; 32])).unwrap();
        assert_eq!(remains(&blank).as_ref(), Some(&left));
        let blank = String::from_utf8(blank).unwrap();
        for (from, to) in [
            ("\"by\":\"ana\"", "\"by\":\"eve\""),
            ("14:05:00", "14:06:00"),
            ("[1795269900000,1]", "[1795269900000,2]"),
            ("\"n\":2", "\"n\":3"),
            ("\"seen\":[]", "\"seen\":[\"w-30mzdt46/1/ab\"]"),
        ] {
            let edited = blank.replace(from, to);
            assert_ne!(edited, blank);
            assert_ne!(remains(edited.as_bytes()).as_ref(), Some(&left), "{from}");
        }
    }
}
