//! What I have seen of each incident: looked up when one opens, remembered when it is left.

use std::sync::Arc;

use super::{Arrival, World, sentence};
use crate::report::catch_up::News;
use crate::tui::app::App;
use crate::tui::catch_up::Wish;
use crate::tui::msg::Msg;

impl World {
    /// Looks up the lines that came into the open incident since I left it, beside the loop.
    pub fn came_since(&mut self, app: &App, wish: Wish) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        let Some(sight) = app.seen.sight(address.id).cloned() else { return };
        let store = Arc::clone(&self.store);
        self.start(move || match store.came_since(&address, &sight) {
            Ok(lines) => {
                let lines = lines.into_iter().map(|line| line.id).collect();
                Arrival::Said(Msg::CaughtUp(address.id, Box::new(News { since: sight.at, lines }), wish))
            }
            Err(error) => Arrival::Said(Msg::Failed(sentence(&error))),
        });
    }

    /// The open incident is left: from here on all is new to me.
    pub(super) fn look_back(&self, app: &mut App) {
        if let (Some(record), Some(case)) = (&self.record, &app.case)
            && record.address.id == case.incident.id
        {
            app.seen.look(record, &case.incident, app.wall);
        }
    }

    /// Remembers at the end what I have seen; rows that are still marked as new stay so.
    pub fn remember(&self, app: &mut App) {
        self.look_back(app);
        let seen = app.incidents.rows.iter().filter(|row| !app.incidents.unread.contains(&row.id));
        for row in seen {
            app.seen.list(row.id, row.entries);
        }
        app.seen.left = Some(app.wall);
        // It is a convenience: who leaves is not kept for it.
        let _ = self.store.keep_seen(&app.me.name, &app.seen);
    }
}
