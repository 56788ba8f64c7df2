//! The play behind a drill's screens: made from its journal and the copy of its scenario in the vault. And the
//! sign of life that lets a drill go on at the same minute after its screens were killed.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{World, sentence};
use crate::control::{self, At, ControlError};
use crate::drill::play::Play;
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::id::LineId;
use crate::store::{Record, Series};
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::drill;
use crate::tui::drill::start::Starting;

/// A running drill gives a sign of life at least this often.
const BEAT: TimeDelta = TimeDelta::seconds(20);
/// And at most this often, however fast its clock goes.
const RARELY: TimeDelta = TimeDelta::seconds(1);

impl World {
    /// Makes the play of a drill that is opened.
    pub(super) fn seat(&mut self, app: &App, case: &mut Case, record: &Record) {
        self.mine.clear();
        self.beaten = None;
        let Some(drill) = case.incident.drill.as_deref() else { return };
        let scenario = control::scenario(&self.store, &record.address, &drill.exercise, []);
        let lines = self.store.lines(&record.address);
        match (scenario, lines) {
            (Ok(scenario), Ok(lines)) => {
                case.seat.died = self.died(app, case, &lines);
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

    /// Opens a drill: its number is given and STARTEX is on the disk when this returns.
    pub fn start_drill(&mut self, app: &mut App, starting: &Starting) -> Result<Record, String> {
        if self.series == Series::Demo {
            return Err("The demo has no drills of its own; start casebook without it.".to_owned());
        }
        let at = At { wall: app.wall, now_set: app.now_set, playbooks: &app.playbooks };
        let id = self.new_id(app, starting.seed);
        let who = (id, starting.seed, app.me.name.as_str());
        let started =
            control::start(&self.store, &starting.text, &starting.scenario, &starting.asked, who, &at);
        started.map_err(|error| match error {
            ControlError::Store(error) => sentence(&error),
            error => error.to_string(),
        })
    }

    /// Nobody is left who looks at the open drill: its clock stands.
    pub fn leave_drill(&mut self, app: &mut App) {
        let open = self.record.as_ref().map(|record| record.address.id);
        if open.is_none() || open != app.case.as_ref().map(|case| case.incident.id) {
            return;
        }
        app.here = self.present(app);
        // Another screen of the same person counts, too.
        if self.store.present().iter().any(|other| other.incident == open) {
            return;
        }
        let Some(draft) = drill::leave(app) else { return };
        // What cannot be written now is found by the sign of life when the drill is opened again.
        if self.write(app, &[draft]).is_ok() {
            self.forget_beat();
        }
    }

    fn beat_file(&self, id: Uuid) -> Option<PathBuf> {
        Some(self.store.state()?.join(format!("drill-{id}")))
    }

    /// When the next sign of life is due (UTC, wall).
    pub fn next_beat(&self, app: &App) -> Option<DateTime<Utc>> {
        running(app)?;
        Some(self.beaten.map_or(app.wall, |(at, _)| at + BEAT))
    }

    /// Gives a sign of life: a running drill is on these screens.
    pub fn beat(&mut self, app: &App) {
        let Some((id, minute)) = running(app) else {
            // As soon as it goes on, it says so: a kill right after leaves a trace too.
            self.beaten = None;
            return;
        };
        let due = self.beaten.is_none_or(|(at, last)| {
            let since = app.wall - at;
            since >= BEAT || (last != minute && since >= RARELY)
        });
        let Some(file) = self.beat_file(id).filter(|_| due) else { return };
        self.beaten = Some((app.wall, minute));
        // Without it the drill only goes on running after a kill.
        let _ = fs::write(file, app.wall.to_rfc3339());
    }

    fn forget_beat(&mut self) {
        let Some(id) = self.record.as_ref().map(|record| record.address.id) else { return };
        if let Some(file) = self.beat_file(id) {
            // One that stays is older than the pause, and means nothing then.
            let _ = fs::remove_file(file);
        }
    }

    /// The last sign of life of a drill whose screens were killed while its clock ran. `None`: somebody is there,
    /// it stands, or it goes on without screens.
    fn died(&self, app: &App, case: &Case, lines: &[Line]) -> Option<DateTime<Utc>> {
        let drill = case.drill().filter(|drill| drill.ended.is_none() && drill.clock.stands.is_none())?;
        let id = case.incident.id;
        if app.now_set || self.store.present().iter().any(|other| other.incident == Some(id)) {
            return None;
        }
        let beat = fs::read_to_string(self.beat_file(id)?).ok()?;
        let beat = DateTime::parse_from_rfc3339(beat.trim()).ok()?.to_utc();
        let began = |line: &&Line| matches!(line.event, Event::Opened(_) | Event::DrillResumed(_));
        let began = lines.iter().rev().find(began)?.recorded;
        // Older than the last start of the clock: that was another sitting, and the shell plays since.
        let last = lines.last()?.recorded;
        let sign = beat.max(last);
        let gone = drill.clock.minute(app.wall) > drill.clock.minute(sign);
        (beat >= began && gone).then_some(sign)
    }
}

/// The open drill and its exercise minute, if its clock runs.
fn running(app: &App) -> Option<(Uuid, u32)> {
    let drill = app.drill().filter(|_| !app.now_set)?;
    let runs = drill.ended.is_none() && drill.clock.stands.is_none();
    runs.then(|| (app.case.as_ref().map(|case| case.incident.id), drill.clock.minute(app.wall)))
        .and_then(|(id, minute)| Some((id?, minute)))
}
