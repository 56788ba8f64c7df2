//! The exchange with other stores, beside the loop: now and then while a screen is open, and when somebody asks.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::{Arrival, World};
use crate::store::Store;
use crate::store::settings::{SealSettings, SyncSettings};
use crate::store::sync::{Config, LIMIT, Means, SyncFault};
use crate::tui::app::App;
use crate::tui::msg::Msg;
use crate::tui::syncing::{Came, Synced, Wanted};

/// When the next exchange is due, and whether one is under way.
#[derive(Debug, Default)]
pub(super) struct Due {
    at: Option<DateTime<Utc>>,
    running: bool,
}

impl World {
    fn sync_settings(&self) -> (SealSettings, SyncSettings) {
        let settings = self.settings.as_ref().map(|file| file.settings.clone()).unwrap_or_default();
        (settings.seal, settings.sync)
    }

    /// Finds out whether the store syncs with anybody; then the first exchange is due at once.
    pub fn begin_sync(&mut self, app: &mut App) {
        app.syncing.set = self.store.remotes().is_ok_and(|remotes| !remotes.is_empty());
        let by_itself = app.syncing.set && self.sync_settings().1.every > 0;
        self.sync_due = Due { at: by_itself.then_some(app.wall), running: false };
    }

    /// When the next exchange is due (UTC).
    pub fn next_sync(&self) -> Option<DateTime<Utc>> {
        self.sync_due.at.filter(|_| !self.sync_due.running)
    }

    /// Begins an exchange that is due, or that somebody asked for.
    pub fn sync(&mut self, app: &App, wanted: Wanted) {
        let due = self.next_sync().is_some_and(|at| at <= app.wall);
        if self.sync_due.running || (wanted == Wanted::ByItself && !due) {
            return;
        }
        let (seal, sync) = self.sync_settings();
        self.sync_due.running = true;
        if wanted == Wanted::ByItself {
            let every = Duration::seconds(i64::from(sync.every));
            self.sync_due.at = Some(app.wall + every);
        }
        let means = Means {
            config: Config::Person,
            limit: LIMIT,
            evidence: sync.evidence,
            receive: sync.receive,
            key: seal.key,
            signers: seal.signers,
            trust: sync.trust,
            ..Means::plain(app.wall)
        };
        let store = Arc::clone(&self.store);
        self.start(move || Arrival::Said(Msg::Synced(exchange(&store, &means), wanted)));
    }

    /// It has ended. What would cost as much with every try is not tried again by itself before one has come to its end.
    pub fn synced(&mut self, synced: &Synced, now: DateTime<Utc>) {
        self.sync_due.running = false;
        match synced.came {
            Came::Halted(_) => self.sync_due.at = None,
            Came::Done(..) if self.sync_due.at.is_none() => {
                let every = self.sync_settings().1.every;
                self.sync_due.at = (every > 0).then(|| now + Duration::seconds(i64::from(every)));
            }
            _ => {}
        }
    }
}

/// Exchanges with all remotes; the worst of what came of it is told.
fn exchange(store: &Store, means: &Means) -> Synced {
    let (mut received, mut sent, mut alarms, mut wrong) = (0, 0, Vec::new(), None);
    let remotes = store.remotes();
    if remotes.as_ref().is_ok_and(Vec::is_empty) {
        wrong = Some(SyncFault::NotSet);
    }
    for remote in remotes.unwrap_or_default() {
        match store.exchange(&remote, means) {
            Ok(done) => {
                received += done.tally.lines_in;
                sent += done.tally.lines_out;
                alarms.extend(done.noticed.iter().filter(|it| it.is_alarm()).map(|it| it.words()));
            }
            Err(fault) if wrong.as_ref().is_none_or(SyncFault::is_offline) => wrong = Some(fault),
            Err(_) => {}
        }
    }
    let standing = store.sync_standing(means.evidence).unwrap_or_default();
    let said = |fault: &SyncFault| {
        let hint = fault.hint().map(|hint| format!(" {hint}.")).unwrap_or_default();
        format!("Not synced: {fault}.{hint}")
    };
    Synced {
        unsent: standing.iter().map(|one| one.unsent_lines).max().unwrap_or(0),
        archived: standing
            .iter()
            .map(|one| one.archived.iter().map(|(_, lines)| lines).sum())
            .max()
            .unwrap_or(0),
        exchanged: standing.iter().filter_map(|one| one.exchanged).min(),
        alarms,
        came: match wrong {
            None => Came::Done(received, sent),
            Some(fault) if fault.is_offline() => Came::Offline(said(&fault)),
            Some(fault @ SyncFault::TooMuch { .. }) => Came::Halted(said(&fault)),
            Some(fault) => Came::Fault(said(&fault)),
        },
    }
}
