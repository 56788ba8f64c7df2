//! The bell: once when a notice is about to fall due, once when it is overdue, once when a timer rings.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::app::{App, Tone};
use super::msg::Effect;
use crate::model::id::NounId;
use crate::model::notice::Hardness;
use crate::store::settings::{Bell as Heard, NoticeSettings};

/// What a ring is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ring {
    Soon,
    Overdue,
}

/// When the bell rings, and for what it has rung: for each due time of each notice at most twice.
#[derive(Clone, Debug)]
pub struct Bell {
    /// Whether it is heard; what it would say is shown all the same.
    pub heard: bool,
    /// How long before a notice is due it rings the first time; never longer than half of its time.
    pub warn: TimeDelta,
    rung: BTreeSet<(NounId, DateTime<Utc>, Ring)>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { heard: true, warn: TimeDelta::hours(1), rung: BTreeSet::new() }
    }
}

/// What the open incident would ring for now: a notice, its due time, and the words.
fn due(app: &App) -> Vec<(NounId, DateTime<Utc>, Ring, String)> {
    let Some(case) = &app.case else { return Vec::new() };
    let mut rings = Vec::new();
    for notice in case.incident.notices() {
        let Some(limit) = notice.limit().filter(|limit| limit.hard == Hardness::Due) else { continue };
        let began = notice.started.get().map_or(limit.at, |started| started.at);
        let warn = app.bell.warn.min((limit.at - began) / 2);
        let named = format!("{} {}", notice.label(), notice.name);
        let ring = if limit.at <= app.now {
            (Ring::Overdue, format!("OVERDUE: {named}."))
        } else if limit.at - app.now <= warn {
            let left = crate::model::time::span((limit.at - app.now).num_milliseconds());
            (Ring::Soon, format!("Due in {left}: {named}."))
        } else {
            continue;
        };
        rings.push((notice.id.clone(), limit.at, ring.0, ring.1));
    }
    for timer in case.incident.timers() {
        if let Some(at) = timer.due().filter(|at| *at <= app.now) {
            let words = format!("{} {} rings. 0 goes there.", timer.label(), timer.text);
            rings.push((timer.id.clone(), at, Ring::Overdue, words));
        }
    }
    rings
}

/// An incident was opened: what rang before is not rung again, its picture says it.
pub fn listen(app: &mut App) {
    let rung: Vec<_> = due(app).into_iter().map(|(id, at, ring, _)| (id, at, ring)).collect();
    app.bell.rung.extend(rung);
}

/// Rings for what has fallen due since the last time.
pub fn ring(app: &mut App) -> Vec<Effect> {
    let mut said = None;
    for (id, at, ring, words) in due(app) {
        if app.bell.rung.insert((id, at, ring)) {
            said = Some(words);
        }
    }
    let Some(mut words) = said else { return Vec::new() };
    // What is made up alarms nobody as if it were real.
    let exercise = app.drill().is_some();
    if exercise {
        words.insert_str(0, "EXERCISE: ");
    }
    // An answer that stands there is not written over.
    if app.said.is_none() {
        app.say(Tone::Refused, words);
    }
    if app.bell.heard && !exercise { vec![Effect::Bell] } else { Vec::new() }
}

impl App {
    /// Takes what the settings say about notices.
    pub fn take_notices(&mut self, settings: &NoticeSettings) {
        self.bell.heard = settings.bell == Heard::On;
        self.bell.warn = TimeDelta::minutes(settings.warn.into());
        let duties = Arc::make_mut(&mut self.duties);
        duties.regions.clone_from(&settings.regions);
        duties.sectors.clone_from(&settings.sectors);
        duties.holidays.clone_from(&settings.holidays);
        super::screens::relist(self);
    }
}
