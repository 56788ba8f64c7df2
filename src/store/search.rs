//! Looking for words through every incident of the store, newest first, with what was found as it is found.

use std::ops::ControlFlow;

use super::error::StoreError;
use super::locate::Address;
use super::reading::segments;
use super::row::Row;
use super::shared::shared_out;
use super::{Look, Store};
use crate::query::{self, Among, Match, NEAR, Rank, Reach, Words, guess};

/// How many records of an incident a hit names.
const NAMED: usize = 5;
/// So many incidents are looked through at once, and then it is told what was found in them.
const AT_ONCE: usize = 256;

/// An incident that has the words.
#[derive(Clone, Debug)]
pub struct Hit {
    pub address: Address,
    pub row: Row,
    /// The records that fit best, best first; never none.
    pub matches: Vec<Match>,
    /// How many records have them.
    pub count: usize,
}

impl Hit {
    /// How well its best record fits.
    pub fn rank(&self) -> Option<Rank> {
        self.matches.first().map(|found| found.rank)
    }
}

/// What a search tells while it goes on.
#[derive(Debug)]
pub enum Search {
    Found(Box<Hit>),
    /// So many incidents were looked through, of so many.
    At(usize, usize),
}

impl Store {
    /// Looks through the incidents that `wanted` keeps, newest first. Only those whose journals could have the
    /// words are folded. Where few have them as they were typed, and none whole, all are looked through
    /// again for what is near. `tell` may stop it. An incident that cannot be read is passed over; the list says why.
    ///
    /// # Errors
    /// Those of listing the store.
    pub fn search(
        &self,
        words: &Words,
        look: Look,
        wanted: impl Fn(&Row) -> bool,
        mut tell: impl FnMut(Search) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut rows = self.list(look)?;
        rows.retain(|(_, row)| row.shut.is_none() && wanted(row));
        let (mut count, mut best) = (0, None);
        let mut typed = |news| {
            if let Search::Found(hit) = &news {
                count += hit.count;
                best = best.into_iter().chain(hit.rank()).min();
            }
            tell(news)
        };
        if words.is_empty()
            || self.pass(&rows, words, Reach::Typed, &mut typed).is_break()
            || !guess(count, best)
        {
            return Ok(());
        }
        let mut near: Vec<Box<Hit>> = Vec::new();
        let done = self.pass(&rows, words, Reach::Near, &mut |news| match news {
            Search::Found(hit) => {
                near.push(hit);
                // What is near is nearly everywhere for a short word: only the best are kept.
                near.sort_by_key(|hit| hit.rank());
                near.truncate(NEAR);
                ControlFlow::Continue(())
            }
            at @ Search::At(..) => tell(at),
        });
        if done.is_continue() {
            let _ = near.into_iter().map(Search::Found).try_for_each(tell);
        }
        Ok(())
    }

    /// Looks once through all of them.
    fn pass(
        &self,
        rows: &[(Address, Row)],
        words: &Words,
        reach: Reach,
        tell: &mut impl FnMut(Search) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for from in (0..rows.len()).step_by(AT_ONCE) {
            let some: Vec<usize> = (from..rows.len().min(from + AT_ONCE)).collect();
            let look = |at: &usize| self.look_into(&rows[*at], words, reach);
            for hit in shared_out(&some, look).into_iter().flatten() {
                tell(Search::Found(Box::new(hit)))?;
            }
            tell(Search::At(from + some.len(), rows.len()))?;
        }
        ControlFlow::Continue(())
    }

    /// What one incident has.
    fn look_into(&self, (address, row): &(Address, Row), words: &Words, reach: Reach) -> Option<Hit> {
        if reach == Reach::Typed && !self.could_have(address, words) {
            return None;
        }
        let record = self.read(address).ok()?;
        let (found, count) = query::records(&record.incident, words, (Among::Written, reach), NAMED);
        (count > 0).then(|| {
            let matches = found.iter().map(Match::of).collect();
            Hit { address: address.clone(), row: row.clone(), matches, count }
        })
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
