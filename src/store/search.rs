//! Looking for words through every incident of the store, newest first, with what was found as it is found.

use std::ops::ControlFlow;

use super::error::StoreError;
use super::locate::Address;
use super::reading::segments;
use super::row::Row;
use super::{Look, Store};
use crate::query::{Match, Words, matches};

/// How many records of an incident a hit names.
const NAMED: usize = 5;
/// Progress is told after so many incidents.
const EVERY: usize = 250;

/// An incident that has the words.
#[derive(Clone, Debug)]
pub struct Hit {
    pub address: Address,
    pub row: Row,
    /// The first records that have them; none where only the head or its numbers do.
    pub matches: Vec<Match>,
    /// How many records have them.
    pub count: usize,
}

/// What a search tells while it goes on.
#[derive(Debug)]
pub enum Search {
    Found(Box<Hit>),
    /// So many incidents were looked through, of so many.
    At(usize, usize),
}

impl Store {
    /// Looks through the incidents that `wanted` keeps. Only those whose journals could have the words are
    /// folded. `tell` may stop it. An incident that cannot be read is passed over; the list says why.
    ///
    /// # Errors
    /// Those of listing the store.
    pub fn search(
        &self,
        words: &Words,
        wanted: impl Fn(&Row) -> bool,
        mut tell: impl FnMut(Search) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut rows = self.list(Look::Checked)?;
        rows.retain(|(_, row)| wanted(row));
        let of = rows.len();
        for (at, (address, row)) in (0..).zip(rows) {
            if at % EVERY == EVERY - 1 && tell(Search::At(at, of)).is_break() {
                return Ok(());
            }
            let (found, count) = match self.could_have(&address, words) {
                true => self.read(&address).map_or((Vec::new(), 0), |it| matches(&it.incident, words, NAMED)),
                false => (Vec::new(), 0),
            };
            if count > 0 || (!words.is_empty() && row.shut.is_none() && words.in_text(&row.spoken())) {
                let hit = Box::new(Hit { address, row, matches: found, count });
                if tell(Search::Found(hit)).is_break() {
                    return Ok(());
                }
            }
        }
        let _ = tell(Search::At(of, of));
        Ok(())
    }

    /// Whether the journals of an incident could have all the words: their bytes are looked at.
    fn could_have(&self, address: &Address, words: &Words) -> bool {
        let journal = address.folder.join("journal");
        let names = segments(&*self.files, &journal, &mut Vec::new()).unwrap_or_default();
        // The words of one record stand in one line, and those of corrected ones in several: all together.
        let mut all = Vec::new();
        for name in names {
            all.extend(self.files.read(&journal.join(name), 0).unwrap_or_default());
        }
        words.could_stand_in(&all)
    }
}
