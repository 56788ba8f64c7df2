//! What the record says of how an incident was handled: how long until what, how often back, how well kept.
//!
//! [`of`] measures one incident; [`over`] compares many. Every measure is defined once, in [`define`], from
//! which fact to which fact. What cannot be told from the record is absent and says why; it is never 0. What was
//! taken back does not count. Of a drill all times are those of its story.

pub mod define;
mod discipline;
mod notify;
pub mod over;
mod phases;
mod rework;
mod spans;
mod sweep;
#[cfg(test)]
mod tests;
pub mod words;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::incident::Incident;
use crate::readiness::Actions;

pub use define::{DEFINITIONS, Definition, Measure, Unit, definition};
pub use discipline::{Evidence, Latency};
pub use notify::{Margin, NoticeMargin};
pub use phases::{PhaseTime, VisitTime};
pub use rework::{BackMove, Reason, Rework};

pub use crate::readiness::Share;

/// A fact of the record and when it was (UTC).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// In the words of the record: `first signal`, `FS02 contained`.
    pub fact: String,
    pub at: DateTime<Utc>,
}

/// What a measure came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Known {
        /// Never negative.
        ms: i64,
        from: Point,
        to: Point,
    },
    Absent {
        /// One clause, without a period: `no deed of the actor is on record`.
        why: String,
    },
}

impl Value {
    /// From one fact to another; absent where the record has them the other way round.
    fn between(from: Point, to: Point) -> Value {
        match (to.at - from.at).num_milliseconds() {
            ms @ 0.. => Value::Known { ms, from, to },
            _ => Value::absent(format!("on record as before it was noticed: {}", to.fact)),
        }
    }

    fn absent(why: impl Into<String>) -> Value {
        Value::Absent { why: why.into() }
    }

    /// Milliseconds, where it could be told.
    pub fn ms(&self) -> Option<i64> {
        match self {
            Value::Known { ms, .. } => Some(*ms),
            Value::Absent { .. } => None,
        }
    }
}

/// A measure of time with what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timed {
    pub measure: Measure,
    #[serde(flatten)]
    pub value: Value,
}

/// Whether an incident was real, played, or of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    Real,
    Drill,
    Demo,
}

impl Origin {
    fn of(incident: &Incident) -> Self {
        // The demo is known by its numbers; nothing else in the record tells it from the real thing.
        match incident.number.split('-').next() {
            _ if incident.is_drill() => Origin::Drill,
            Some("EX") => Origin::Drill,
            Some("DEMO") => Origin::Demo,
            _ => Origin::Real,
        }
    }
}

/// Whether something adverse happened at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alarm {
    Incident,
    /// Determined a false positive, or closed by dismissal.
    False,
}

/// What is compared with what: real incidents, drills and the demo apart, and false alarms apart from each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Set {
    pub origin: Origin,
    pub alarm: Alarm,
}

impl Set {
    pub const ALL: [Set; 6] = [
        Set { origin: Origin::Real, alarm: Alarm::Incident },
        Set { origin: Origin::Real, alarm: Alarm::False },
        Set { origin: Origin::Drill, alarm: Alarm::Incident },
        Set { origin: Origin::Drill, alarm: Alarm::False },
        Set { origin: Origin::Demo, alarm: Alarm::Incident },
        Set { origin: Origin::Demo, alarm: Alarm::False },
    ];

    /// To which an incident belongs.
    pub fn of(incident: &Incident) -> Self {
        let said = incident.determination.get().and_then(Option::as_deref);
        let last = incident.visits().next_back().and_then(|visit| visit.way);
        let dismissed = incident.closed() && last == Some(crate::model::lifecycle::Way::Dismiss);
        let alarm = if said == Some("false-positive") || dismissed { Alarm::False } else { Alarm::Incident };
        Self { origin: Origin::of(incident), alarm }
    }

    /// What people call it.
    pub fn word(self) -> &'static str {
        match (self.origin, self.alarm) {
            (Origin::Real, Alarm::Incident) => "incidents",
            (Origin::Real, Alarm::False) => "false alarms",
            (Origin::Drill, Alarm::Incident) => "drills",
            (Origin::Drill, Alarm::False) => "drills of false alarms",
            (Origin::Demo, Alarm::Incident) => "demo incidents",
            (Origin::Demo, Alarm::False) => "demo false alarms",
        }
    }
}

/// How often an incident was closed, and what the measures therefore tell of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Closings {
    pub closed: bool,
    /// How often it was closed. `close` is measured to the last one.
    pub times: u32,
    pub reopened: u32,
    /// When it was closed for the first time, and for the last (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<DateTime<Utc>>,
}

/// How the improvement actions that follow from an incident stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Improved {
    /// Done by their due time.
    pub on_time: u32,
    pub late: u32,
    /// Done without ever having had a due time.
    pub undated: u32,
    pub open: u32,
    /// Those of the open ones whose due time has come.
    pub overdue: u32,
    pub dropped: u32,
}

impl Improved {
    fn of(incident: &Incident, now: DateTime<Utc>) -> Self {
        let actions = Actions::of(incident);
        Self {
            on_time: actions.on_time,
            late: actions.late,
            undated: actions.undated,
            open: count(actions.open.len()),
            overdue: count(
                actions.open.iter().filter(|open| crate::readiness::overdue(open.due, now)).count(),
            ),
            dropped: actions.dropped,
        }
    }

    /// The share done on time, of those that were due; `None`: none was due yet.
    pub fn share(self) -> Option<Share> {
        let of = self.on_time + self.late + self.overdue;
        (of > 0).then_some(Share { part: self.on_time, of })
    }

    fn add(&mut self, other: Improved) {
        self.on_time += other.on_time;
        self.late += other.late;
        self.undated += other.undated;
        self.open += other.open;
        self.overdue += other.overdue;
        self.dropped += other.dropped;
    }
}

/// Everything measured of one incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metrics {
    pub number: String,
    pub title: String,
    pub set: Set,
    /// 1 to 5; `None`: not set.
    pub severity: Option<u8>,
    pub types: Vec<String>,
    /// When it was opened (UTC).
    pub opened: DateTime<Utc>,
    pub closings: Closings,
    /// In the order of [`Measure::ALL`], each once.
    pub times: Vec<Timed>,
    pub notices: Vec<NoticeMargin>,
    /// In order; the visits a closing begins are not among them.
    pub visits: Vec<VisitTime>,
    /// Those phases that were visited, in their order.
    pub phases: Vec<PhaseTime>,
    pub rework: Rework,
    pub evidence: Evidence,
    /// `None`: nothing was written of what happened since it was noticed.
    pub log: Option<Latency>,
    pub improvements: Improved,
}

impl Metrics {
    /// What one measure came to.
    pub fn time(&self, measure: Measure) -> &Value {
        let at = Measure::ALL.iter().position(|one| *one == measure).unwrap_or(0);
        &self.times[at].value
    }
}

/// Measures an incident as it stands at `now` (UTC; of a drill the time of its story).
pub fn of(incident: &Incident, now: DateTime<Utc>) -> Metrics {
    let visits = phases::visits(incident, now);
    Metrics {
        number: incident.number.clone(),
        title: incident.title().to_owned(),
        set: Set::of(incident),
        severity: incident.severity().map(|severity| severity.level.number()),
        types: incident.types().map(str::to_owned).collect(),
        opened: incident.opened,
        closings: spans::closings(incident),
        times: Measure::ALL.map(|measure| Timed { measure, value: spans::of(incident, measure) }).into(),
        notices: notify::margins(incident, now),
        phases: phases::by_phase(&visits),
        visits,
        rework: rework::of(incident),
        evidence: discipline::evidence(incident, now),
        log: discipline::latency(incident),
        improvements: Improved::of(incident, now),
    }
}

/// The time by which an incident is measured, when the clock on the wall shows this (UTC): in a drill that of its
/// story.
pub fn now_of(incident: &Incident, wall: DateTime<Utc>) -> DateTime<Utc> {
    incident.drill.as_deref().map_or(wall, |drill| drill.clock.story(wall))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
