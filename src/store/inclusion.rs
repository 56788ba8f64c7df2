//! Proof of one line to somebody who may not see the others: its bytes, and the path from its id to the root.

use serde::{Deserialize, Serialize};

use super::Store;
use super::error::StoreError;
use super::line::{Envelope, holds};
use super::locate::Address;
use super::reading::{Mark, pieces, segments};
use crate::incident::seal::Seal;
use crate::model::id::LineId;
use crate::model::root::{HeadCode, led_to, path};

/// The format of the document.
const FORMAT: &str = "casebook proof/1";

/// One line and what shows that it is in a record of that root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inclusion {
    format: String,
    /// `INC-2026-0007`, for people.
    pub number: String,
    /// The line as it stands in the journal, without its newline.
    pub line: String,
    /// Its place in the order of the record, from 0, among so many.
    pub at: u64,
    pub count: u64,
    /// From the leaf up: at each step the other side (RFC 6962, section 2.1.1).
    pub path: Vec<LineId>,
    pub root: LineId,
    /// The note that seals this root, if there is one: whose word it is that the root is the record's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

impl Store {
    /// Proof of a line of an incident as it stands. `None`: no journal has it whole.
    ///
    /// # Errors
    /// Where the journals cannot be read.
    pub fn prove(&self, address: &Address, id: LineId) -> Result<Option<Inclusion>, StoreError> {
        let ids: Vec<LineId> = self.lines(address)?.iter().map(|line| line.id).collect();
        let Some(at) = ids.iter().position(|other| *other == id) else { return Ok(None) };
        let Some(line) = self.bytes_of(address, id)? else { return Ok(None) };
        let (path, count) = (path(&ids, at), ids.len() as u64);
        let root = led_to(id, at as u64, count, &path).unwrap_or_default();
        let mut sealed = self.seals(address).into_iter().filter_map(|found| found.seal);
        let seal = sealed.rfind(|seal| seal.root == root).map(|seal| seal.text());
        let number = address.number.clone();
        Ok(Some(Inclusion {
            format: FORMAT.to_owned(),
            number,
            line,
            at: at as u64,
            count,
            path,
            root,
            seal,
        }))
    }

    /// The bytes of a line.
    fn bytes_of(&self, address: &Address, id: LineId) -> Result<Option<String>, StoreError> {
        let journal = address.folder.join("journal");
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            let file = journal.join(&name);
            let bytes = self.files.read(&file, 0).map_err(StoreError::io("read", &file))?;
            let mut found = None;
            pieces(&bytes, &Mark::default(), |piece| {
                if piece.what.is_ok_and(|envelope| envelope.id() == id) {
                    found = std::str::from_utf8(piece.bytes).ok().map(str::to_owned);
                }
            });
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

impl Inclusion {
    /// Holds it against itself: the code of the root that this line is in.
    ///
    /// # Errors
    /// What does not fit, in one sentence.
    pub fn check(&self) -> Result<HeadCode, String> {
        if self.format != FORMAT {
            return Err(format!("it is a “{}”, not a “{FORMAT}”", self.format));
        }
        let line = self.line.as_bytes();
        let envelope = Envelope::read(line).map_err(|flaw| format!("the line does not read: {flaw}"))?;
        if !holds(line, envelope.id()) {
            return Err("the line's bytes are not those its id was made from".to_owned());
        }
        match led_to(envelope.id(), self.at, self.count, &self.path) {
            Some(root) if root == self.root => Ok(HeadCode::of(root)),
            _ => Err("the path does not lead from the line to the root".to_owned()),
        }
    }

    /// The seal that came with it, if that is one of the same root.
    pub fn sealed(&self) -> Option<Seal> {
        Seal::parse(self.seal.as_deref()?).filter(|seal| seal.root == self.root && seal.count == self.count)
    }

    /// The kind of the line and its data, word for word.
    pub fn says(&self) -> Option<(&str, &str)> {
        let envelope = Envelope::read(self.line.as_bytes()).ok()?;
        Some((envelope.kind, envelope.data))
    }
}
