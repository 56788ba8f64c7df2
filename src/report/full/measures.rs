//! The measures of the incident, as [`crate::metrics`] defines them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Telling;
use crate::metrics::{Metrics, Timed, Value, definition, words};

/// What the record says of how the incident was handled.
#[derive(Debug, Serialize)]
pub struct Measures {
    pub times: Vec<TimeRow>,
    /// What is counted and not timed, in words.
    pub counts: Vec<CountRow>,
}

/// How long it took from one fact to another.
#[derive(Debug, Serialize)]
pub struct TimeRow {
    pub id: &'static str,
    pub name: &'static str,
    /// What it measures, and where the idea is from.
    pub meaning: &'static str,
    pub source: Option<&'static str>,
    /// `null`: the record does not tell; then `why` says why.
    pub ms: Option<i64>,
    pub from: Option<String>,
    pub from_at: Option<DateTime<Utc>>,
    pub to: Option<String>,
    pub to_at: Option<DateTime<Utc>>,
    pub why: Option<String>,
}

/// Something counted.
#[derive(Debug, Serialize)]
pub struct CountRow {
    pub name: &'static str,
    pub value: String,
}

impl Telling<'_> {
    pub(super) fn measures(&self, metrics: &Metrics) -> Measures {
        let counts = words::of_one(metrics).into_iter().map(|(name, value)| CountRow { name, value });
        Measures { times: metrics.times.iter().map(time).collect(), counts: counts.collect() }
    }
}

fn time(timed: &Timed) -> TimeRow {
    let id = timed.measure.id();
    let row = TimeRow {
        id,
        name: timed.measure.name(),
        meaning: definition(id).map_or("", |definition| definition.meaning),
        source: definition(id).and_then(|definition| definition.source),
        ms: None,
        from: None,
        from_at: None,
        to: None,
        to_at: None,
        why: None,
    };
    match timed.value.clone() {
        Value::Known { ms, from, to } => TimeRow {
            ms: Some(ms),
            from: Some(from.fact),
            from_at: Some(from.at),
            to: Some(to.fact),
            to_at: Some(to.at),
            ..row
        },
        Value::Absent { why } => TimeRow { why: Some(why), ..row },
    }
}
