//! What I have seen of each incident: looked up when one opens, remembered when it is left.

use std::sync::Arc;

use super::{Arrival, Wished, World, sentence};
use crate::report::catch_up::News;
use crate::store::{Attended, Store};
use crate::tui::app::App;
use crate::tui::catch_up::Wish;
use crate::tui::msg::Msg;

/// How the screens ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Somebody left.
    Left,
    /// The terminal went away, or somebody ended the process from outside.
    Cut,
}

impl World {
    /// Looks up the lines that came into the open incident since I left it, beside the loop.
    pub fn came_since(&mut self, app: &App, wish: Wish) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        let Some(sight) = app.seen.sight(address.id).cloned() else { return };
        let read = move |store: &Store| {
            let lines = store.came_since(&address, &sight).map_err(|error| sentence(&error))?;
            let lines = lines.into_iter().map(|line| line.id).collect();
            Ok(Msg::CaughtUp(address.id, Box::new(News { since: sight.at, lines }), wish))
        };
        match wish {
            Wish::Show => self.wish(move |store| read(store).map(Wished::Told)),
            Wish::Greet => {
                let store = Arc::clone(&self.store);
                self.start(move || Arrival::Said(read(&store).unwrap_or_else(Msg::Failed)));
            }
        }
    }

    /// The open incident is left: from here on all is new to me.
    pub(super) fn look_back(&self, app: &mut App) {
        if let (Some(record), Some(case)) = (&self.record, &app.case)
            && record.address.id == case.incident.id
        {
            app.seen.look(record, &case.incident, app.wall);
        }
    }

    /// I did something: what is before me now I have seen.
    pub fn attend(&mut self, app: &App) {
        self.acted = Some(app.wall);
        let (Some(record), Some(case)) = (&self.record, &app.case) else { return self.attended = None };
        let id = record.address.id;
        if id == case.incident.id {
            self.attended = Some((id, Attended::of(record, &case.incident, app.wall)));
        }
    }

    /// Remembers at the end what I have seen; rows that are still marked as new stay so. Where the terminal went away under
    /// the screens, nobody has read what came after the last key.
    pub fn remember(&mut self, app: &mut App, ending: Ending) {
        let open = self.record.as_ref().map(|record| record.address.id);
        let attended = self.attended.take().filter(|(id, _)| Some(*id) == open);
        match ending {
            Ending::Left => {
                self.look_back(app);
                app.seen.left = Some(app.wall);
            }
            Ending::Cut => {
                if let Some((id, attended)) = attended {
                    app.seen.attended(id, attended);
                }
                app.seen.left = self.acted.or(app.seen.left);
            }
        }
        let looked_at = |id| ending == Ending::Left || Some(id) != open;
        let seen = app.incidents.rows.iter().filter(|row| !app.incidents.unread.contains(&row.id));
        let seen = seen.filter(|row| looked_at(row.id));
        for row in seen {
            app.seen.list(row.id, row.entries);
        }
        // It is a convenience: who leaves is not kept for it.
        let _ = self.store.keep_seen(&app.me.name, &app.seen);
    }
}
