//! When the last of several components came to a good state, and whether it stayed so.

use chrono::{DateTime, Utc};

use super::{Point, Value};
use crate::incident::Incident;
use crate::model::component::{Component, Stage};
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;

/// The moments at which nothing was left to do, of work that is done component by component.
pub(super) struct Sweep {
    /// Those at which the last one became good, in order.
    clear: Vec<Point>,
    /// The names of those that are not good now.
    left: Vec<String>,
    /// Whether there ever was one.
    any: bool,
}

/// What is still to be done: in a stage, and with a component as it stands now.
#[derive(Clone, Copy)]
pub(super) struct Bad {
    stage: fn(Stage) -> bool,
    now: fn(&Component) -> bool,
}

/// Not contained, not clean, not back in use.
pub(super) const UNCONTAINED: Bad = Bad { stage: Stage::uncontained, now: Component::uncontained };
pub(super) const UNERADICATED: Bad = Bad { stage: Stage::uneradicated, now: Component::uneradicated };
pub(super) const UNRESTORED: Bad = Bad { stage: Stage::unrestored, now: Component::unrestored };

/// Whether a component is held in a stage, or further.
fn holds(stage: Stage) -> bool {
    !stage.out() && !stage.uncontained() && stage != Stage::Suspected
}

/// A step of a component as the sweep sees it: when, of which, to where.
struct Step<'a> {
    at: DateTime<Utc>,
    of: usize,
    component: &'a Component,
    to: Stage,
}

impl Sweep {
    /// Over the affected components of an incident; `bad`: whether there is still something to do in a stage, and
    /// with a component as it stands now.
    pub(super) fn of(incident: &Incident, bad: Bad) -> Self {
        let mut steps: Vec<Step<'_>> = Vec::new();
        for (of, component) in incident.components().enumerate() {
            let held = component.history.iter().filter(|step| !step.undone && step.moved());
            steps.extend(held.map(|step| Step { at: step.at, of, component, to: step.to }));
        }
        // What happened at the same moment stands in the order of its lines.
        steps.sort_by_key(|step| step.at);
        let mut now = vec![false; incident.components().count()];
        let mut held = now.clone();
        let (mut clear, mut count, mut any) = (Vec::new(), 0usize, false);
        for together in steps.chunk_by(|one, two| one.at == two.at) {
            let before = count;
            let mut last = None;
            for step in together {
                // What was held once and is suspected again is not held either.
                held[step.of] = !step.to.out() && (held[step.of] || holds(step.to));
                let is = (bad.stage)(step.to) || (step.to == Stage::Suspected && held[step.of]);
                count =
                    if is { count + usize::from(!now[step.of]) } else { count - usize::from(now[step.of]) };
                if now[step.of] && !is {
                    last = Some(step);
                }
                now[step.of] = is;
            }
            any |= count > 0;
            if let Some(step) = last.filter(|_| before > 0 && count == 0) {
                let fact = format!("{} {}", step.component.name, step.to.id());
                clear.push(Point { fact, at: step.at });
            }
        }
        let left = incident.components().filter(|component| (bad.now)(component));
        Self { clear, left: left.map(|component| component.name.clone()).collect(), any }
    }

    /// Whether no component was ever affected.
    pub(super) fn none(&self) -> bool {
        !self.any && self.left.is_empty()
    }

    /// From when it was noticed to the first time; `verb`: `contained`.
    pub(super) fn first(self, from: Point, verb: &str) -> Value {
        match self.clear.into_iter().next() {
            Some(point) => Value::between(from, point),
            None => Value::absent(not_yet(&self.left, verb)),
        }
    }

    /// From when it was noticed to the last time, which has held since.
    pub(super) fn last(self, from: Point, verb: &str) -> Value {
        match self.clear.into_iter().next_back() {
            Some(point) if self.left.is_empty() => Value::between(from, point),
            _ => Value::absent(not_yet(&self.left, verb)),
        }
    }
}

/// `not contained yet: FS02, svc-backup`.
fn not_yet(left: &[String], verb: &str) -> String {
    match left.len() {
        0 => format!("the order of the stages does not tell when all were {verb}"),
        1..=4 => format!("not {verb} yet: {}", left.join(", ")),
        n => format!("not {verb} yet: {} and {} more", left[..4].join(", "), n - 4),
    }
}

/// The moments a phase was left onward, for an incident without an affected component.
pub(super) struct Leavings {
    phase: Phase,
    at: Vec<Point>,
    visited: bool,
    /// Whether it stands past the phase, or is closed.
    past: bool,
}

impl Leavings {
    pub(super) fn of(incident: &Incident, phase: Phase) -> Self {
        let visits: Vec<_> = incident.visits().collect();
        let onward = visits
            .windows(2)
            .filter(|pair| pair[0].phase == phase && matches!(pair[1].way, Some(Way::Forward | Way::Skip)));
        let point = |pair: &[&crate::model::visit::Visit]| Point {
            fact: format!("{} left for {}", phase, pair[1].phase),
            at: pair[1].entered,
        };
        Self {
            phase,
            at: onward.map(point).collect(),
            visited: visits.iter().any(|visit| visit.phase == phase),
            past: incident.closed() || incident.phase() > phase,
        }
    }

    pub(super) fn first(self, from: Point) -> Value {
        let why = self.why();
        self.at.into_iter().next().map_or_else(|| Value::absent(why), |point| Value::between(from, point))
    }

    pub(super) fn last(self, from: Point) -> Value {
        let why = self.why();
        let past = self.past;
        let last = self.at.into_iter().next_back().filter(|_| past);
        last.map_or_else(|| Value::absent(why), |point| Value::between(from, point))
    }

    fn why(&self) -> String {
        let phase = self.phase;
        match self.visited {
            true => format!("no component was affected on record, and {phase} was not left onward"),
            false => format!("no component was affected on record, and {phase} was not visited"),
        }
    }
}
