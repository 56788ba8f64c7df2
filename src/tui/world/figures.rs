//! The measures of all incidents, read beside the loop.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};

use super::{Arrival, World, sentence};
use crate::tui::msg::Msg;
use crate::tui::stats::Figures;

impl World {
    /// Measures every incident as it stands at `wall` (UTC), in a thread of its own; a reading before it gives up.
    pub fn figures(&mut self, wall: DateTime<Utc>) {
        let mine = self.stop_figures();
        let (store, to, readings) = (Arc::clone(&self.store), self.to.clone(), Arc::clone(&self.readings));
        self.start(move || {
            let read = store.figures(
                wall,
                |_| true,
                |read, of| {
                    if readings.load(Ordering::Relaxed) != mine {
                        return ControlFlow::Break(());
                    }
                    _ = to.send(Arrival::Progress(Msg::Figures(Figures::Reading(read, of))));
                    ControlFlow::Continue(())
                },
            );
            Arrival::Said(Msg::Figures(match read {
                Ok(briefs) => Figures::Read(briefs),
                Err(error) => Figures::Failed(sentence(&error)),
            }))
        });
    }

    /// Nobody waits for them any more. Returns the number of the next reading.
    pub fn stop_figures(&mut self) -> usize {
        self.readings.fetch_add(1, Ordering::Relaxed) + 1
    }
}
