//! The play behind a drill's screens: made from its journal and the copy of its scenario in the vault.

use std::collections::HashSet;

use super::World;
use crate::control;
use crate::drill::play::Play;
use crate::model::id::LineId;
use crate::store::Record;
use crate::tui::app::App;
use crate::tui::case::Case;

impl World {
    /// Makes the play of a drill that is opened.
    pub(super) fn seat(&mut self, case: &mut Case, record: &Record) {
        self.mine.clear();
        let Some(drill) = case.incident.drill.as_deref() else { return };
        let scenario = control::scenario(&self.store, &record.address, &drill.exercise, []);
        let lines = self.store.lines(&record.address);
        match (scenario, lines) {
            (Ok(scenario), Ok(lines)) => {
                case.seat.play = Some(Play::of(scenario, record.address.id, &lines));
            }
            (Err(why), _) => case.seat.lost = Some(why.to_string()),
            (_, Err(why)) => case.seat.lost = Some(why.to_string()),
        }
    }

    /// Makes the play anew: somebody else's lines may belong between those it has. Mine that are on their way
    /// to the disk stand behind all others, as they will there.
    pub(super) fn replay(&mut self, app: &mut App) {
        let (Some(record), Some(case)) = (&self.record, &mut app.case) else { return };
        let Some(play) = &mut case.seat.play else { return };
        // What cannot be read now is read with the next line; the catching up has said why.
        let Ok(mut lines) = self.store.lines(&record.address) else { return };
        let known: HashSet<LineId> = lines.iter().map(|line| line.id).collect();
        self.mine.retain(|line| !known.contains(&line.id));
        lines.extend(self.mine.iter().cloned());
        *play = Play::of(play.scenario().clone(), record.address.id, &lines);
    }
}
