//! Facts on their way to the disk: given their place, written beside the loop, tried again, rescued.

use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rows::listed_incident;
use super::{Arrival, World, sentence};
use crate::incident::line::Draft;
use crate::model::id::LineId;
use crate::store::{Done, Saved, Saver, Together};
use crate::tui::app::App;
use crate::tui::msg::Msg;

/// Up to so many lines, `incident.json` follows every save; longer incidents are published when left.
const SMALL: usize = 500;

impl World {
    /// Gives facts their place and applies them; they are written beside the loop.
    pub fn write(&mut self, app: &mut App, drafts: &[Draft]) -> Result<Vec<LineId>, String> {
        let (Some(record), Some(case)) = (&mut self.record, &mut app.case) else {
            return Err("No incident is open.".to_owned());
        };
        let id = record.address.id;
        if let Entry::Vacant(free) = self.savers.entry(id) {
            let pen = self.store.pen(&record.address).map_err(|error| sentence(&error))?;
            free.insert(Saver::new(pen));
        }
        let saver = self.savers.get_mut(&id).expect("it was put there above");
        // Several facts of one act are taken back as one.
        let together = if drafts.len() > 1 { Together::Batch } else { Together::Apart };
        let lines = saver.submit(drafts, together, app.wall).map_err(|error| sentence(&error))?;
        std::mem::swap(&mut record.incident, &mut case.incident);
        record.apply(&lines);
        std::mem::swap(&mut record.incident, &mut case.incident);
        self.mine.extend(lines.iter().filter(|_| case.seat.play.is_some()).cloned());
        if let Some(play) = &mut case.seat.play {
            play.go_on(&lines);
        }
        self.unpublished = true;
        self.owe_seal(app, &lines);
        self.save(app.wall);
        Ok(lines.iter().map(|line| line.id).collect())
    }

    /// Sends out what waits to be written, if nothing is on its way and no pause is on.
    pub fn save(&mut self, now: DateTime<Utc>) {
        let works: Vec<_> =
            self.savers.iter_mut().filter_map(|(id, saver)| Some((*id, saver.work(now)?))).collect();
        for (id, work) in works {
            self.start(move || Arrival::Written(id, Box::new(work.run())));
        }
    }

    /// Takes what became of lines: the message for the footer, and the row of the list.
    pub fn written(&mut self, app: &mut App, id: Uuid, done: Done) -> Vec<Msg> {
        let Some(saver) = self.savers.get_mut(&id) else { return Vec::new() };
        let saved = saver.done(done, app.wall);
        let mut messages = Vec::new();
        if !saved.is_empty() {
            messages.push(Msg::Saved(saved));
        }
        messages.extend(self.trouble());
        let open = self.record.as_ref().is_some_and(|record| record.address.id == id);
        if open && let Some(case) = &app.case {
            messages.push(Msg::Relisted(vec![listed_incident(&case.incident)]));
            if self.record.as_ref().is_some_and(|record| record.lines() <= SMALL) {
                self.publish(app);
            }
        }
        self.save(app.wall);
        self.seal_if_due(id);
        messages
    }

    /// What is not saved, over all incidents.
    fn trouble(&self) -> Option<Msg> {
        let mut waiting = 0;
        let mut reason = None;
        for saver in self.savers.values() {
            if let Saved::Not { changes, why } = saver.saved() {
                waiting += changes;
                reason = Some(why);
            }
        }
        reason.map(|why| Msg::NotSaved { waiting, why })
    }

    /// When the next try to save is due.
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        self.savers.values().filter_map(Saver::next_try).min()
    }

    /// Whether lines are on their way to the disk, also those that nobody typed, such as what fell due in a drill.
    pub fn is_writing(&self) -> bool {
        self.savers.values().any(Saver::is_writing)
    }

    /// Writes what still waits, here and now; returns how many lines could not be.
    pub fn flush(&mut self, now: DateTime<Utc>) -> usize {
        self.savers
            .values_mut()
            .map(|saver| {
                saver.flush(now);
                saver.unsaved().count()
            })
            .sum()
    }

    /// Puts lines that the store does not take somewhere else, where `doctor` finds them; returns where.
    pub fn rescue(&self) -> Vec<PathBuf> {
        let elsewhere = [self.store.state().map(Path::to_owned), Some(std::env::temp_dir())];
        let unsaved = self.savers.values().filter(|saver| saver.unsaved().next().is_some());
        unsaved
            .filter_map(|saver| elsewhere.iter().flatten().find_map(|folder| saver.rescue(folder).ok()))
            .collect()
    }
}
