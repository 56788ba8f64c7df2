//! The list of all incidents: read, searched, and kept in step with the open one.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use super::rows::size_of;
use super::{Arrival, World, listed, sentence};
use crate::query::Words;
use crate::store::{Address, Look, News, Search, Store, StoreError};
use crate::tui::app::App;
use crate::tui::list::{Incidents, Row};
use crate::tui::msg::Msg;

/// A search through all incidents stops after so many of them; more letters narrow it.
const FOUND: usize = 200;

impl World {
    /// Reads the list: what the cache believes at once, then what the journals say.
    pub fn list(&mut self, look: Look, shown: &Incidents) {
        if self.listing {
            self.list_again = true;
            return;
        }
        self.listing = true;
        self.looked |= look == Look::Checked;
        let (store, shown) = (Arc::clone(&self.store), Shown::of(shown));
        self.start(move || shown.read(&store, look));
    }

    /// Holds the list that came out of the cache against the journals, once.
    fn look(&mut self, shown: &Incidents) {
        (self.listing, self.looked) = (true, true);
        let (store, loading, shown) = (Arc::clone(&self.store), shown.loading, Shown::of(shown));
        self.start(move || match !loading && store.is_listed() {
            true => Arrival::Listed(Ok(None)),
            false => shown.read(&store, Look::Checked),
        });
    }

    /// Looks for words through all incidents, in a thread of its own; the search before it gives up.
    pub fn search(&mut self, words: String) {
        let mine = self.searches.fetch_add(1, Ordering::Relaxed) + 1;
        let wanted = Words::read(&words);
        if wanted.is_empty() {
            return;
        }
        let (store, to, searches) = (Arc::clone(&self.store), self.to.clone(), Arc::clone(&self.searches));
        self.start(move || {
            let (mut found, mut count) = (Vec::new(), 0);
            let done = store.search(
                &wanted,
                Look::Cached,
                |_| true,
                |news| {
                    if searches.load(Ordering::Relaxed) != mine || count >= FOUND {
                        return ControlFlow::Break(());
                    }
                    match news {
                        Search::Found(hit) => {
                            found.push(*hit);
                            count += 1;
                        }
                        Search::At(at, of) => {
                            let message = Msg::Searched(words.clone(), std::mem::take(&mut found), (at, of));
                            _ = to.send(Arrival::Progress(message));
                        }
                    }
                    ControlFlow::Continue(())
                },
            );
            Arrival::Said(match done {
                Ok(()) => Msg::Searched(words, found, (0, 0)),
                Err(error) => Msg::Failed(sentence(&error)),
            })
        });
    }

    /// The list came. It is read again where more has changed meanwhile, and looked at once where it was the cache alone.
    pub fn has_listed(&mut self, shown: &Incidents) {
        self.listing = false;
        if std::mem::take(&mut self.list_again) {
            self.list(Look::Checked, shown);
        } else if !self.looked {
            self.look(shown);
        }
    }

    /// Puts the open incident into `incident.json` and the list cache.
    pub fn publish(&mut self, app: &mut App) {
        let (Some(record), Some(case)) = (&mut self.record, &mut app.case) else { return };
        let waits = self.savers.get(&record.address.id).is_some_and(|saver| saver.unsaved().next().is_some());
        if !self.unpublished || waits || record.address.id != case.incident.id {
            return;
        }
        self.unpublished = false;
        let known = self.index.as_ref().is_none_or(|(path, size)| size_of(path) == *size);
        std::mem::swap(&mut record.incident, &mut case.incident);
        // A snapshot holds what was read from the disk; our own lines are read back first. Whatever stands in
        // the way of reading is said when the file system wakes us.
        let read = record.catch_up();
        if read.is_ok() {
            self.store.publish(record);
        }
        std::mem::swap(&mut record.incident, &mut case.incident);
        if matches!(read, Ok(News::Lines(_) | News::Late)) {
            self.replay(app);
            app.follow();
        }
        if let Some((path, size)) = self.index.as_mut().filter(|_| known) {
            *size = size_of(path);
        }
    }

    /// The list cache has changed: reads the list, unless the change was our own.
    pub fn index_changed(&mut self, path: &Path, shown: &Incidents) {
        let size = size_of(path);
        let known = self.index.as_ref().is_some_and(|(known, have)| known == path && *have == size);
        if !known {
            self.index = Some((path.to_owned(), size));
            self.list(Look::Cached, shown);
        }
    }
}

/// The rows on the screen when the list began to be read anew. Where they changed meanwhile, they are nowhere any more.
struct Shown(Weak<Vec<Row>>);

impl Shown {
    fn of(incidents: &Incidents) -> Self {
        // Before the first list no rows are something else than none.
        Self(if incidents.loading { Weak::new() } else { Arc::downgrade(&incidents.rows) })
    }

    /// Reads the list; one that is on the screen as it is comes as none: it keeps nobody's key waiting.
    fn read(&self, store: &Store, look: Look) -> Arrival {
        let read = || {
            let rows = store.list(look)?;
            let faulty = store.faulty();
            let row = |(address, row): (Address, crate::store::Row)| Row {
                faulty: faulty.contains_key(&address.id),
                ..listed(&address, row)
            };
            let rows: Vec<Row> = rows.into_iter().map(row).collect();
            let same = self.0.upgrade().is_some_and(|shown| *shown == rows);
            Ok((!same).then_some(rows))
        };
        Arrival::Listed(read().map_err(|error: StoreError| sentence(&error)))
    }
}
