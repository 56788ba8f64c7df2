//! From which fact to which fact: the measures of time of one incident.

use super::sweep::{Bad, Leavings, Sweep, UNCONTAINED, UNERADICATED, UNRESTORED};
use super::{Closings, Measure, Point, Value, count};
use crate::incident::Incident;
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;

/// What a measure comes to.
pub(super) fn of(incident: &Incident, measure: Measure) -> Value {
    let noticed = noticed(incident);
    match measure {
        Measure::Dwell => dwell(incident, noticed),
        Measure::Acknowledge => acknowledge(incident, noticed),
        Measure::Classify => classify(incident, noticed),
        Measure::ContainFirst => {
            let sweep = Sweep::of(incident, UNCONTAINED);
            match sweep.none() {
                true => Leavings::of(incident, Phase::Containment).first(noticed),
                false => sweep.first(noticed, "contained"),
            }
        }
        Measure::ContainFinal => last(incident, noticed, (UNCONTAINED, "contained", Phase::Containment)),
        Measure::Eradicate => last(incident, noticed, (UNERADICATED, "clean", Phase::Eradication)),
        Measure::Recover => last(incident, noticed, (UNRESTORED, "restored", Phase::Recovery)),
        Measure::Close => close(incident, noticed),
    }
}

/// When it was noticed, and by which fact.
fn noticed(incident: &Incident) -> Point {
    let at = incident.noticed();
    let signal = incident.signals.iter().any(|signal| !signal.undone && signal.at == at);
    Point { fact: if signal { "first signal" } else { "opened" }.to_owned(), at }
}

fn dwell(incident: &Incident, noticed: Point) -> Value {
    let Some(earliest) = incident.earliest() else {
        return Value::absent("no deed of the actor is on record");
    };
    let from = Point { fact: "earliest deed of the actor".to_owned(), at: earliest.happened };
    if from.at >= noticed.at {
        return Value::absent("no deed of the actor from before it was noticed is on record");
    }
    Value::between(from, noticed)
}

fn acknowledge(incident: &Incident, noticed: Point) -> Value {
    match incident.acknowledged.get().and_then(Option::as_ref) {
        Some(taken) => {
            Value::between(noticed, Point { fact: format!("taken by {}", taken.by), at: taken.at })
        }
        None => Value::absent("nobody has acknowledged it"),
    }
}

fn classify(incident: &Incident, noticed: Point) -> Value {
    match incident.determined_as() {
        Some(("suspected", _)) => Value::absent("only suspected so far"),
        Some((word, at)) => Value::between(noticed, Point { fact: format!("determined {word}"), at }),
        None => Value::absent("it was not determined what it is"),
    }
}

fn last(incident: &Incident, noticed: Point, (bad, verb, phase): (Bad, &str, Phase)) -> Value {
    let sweep = Sweep::of(incident, bad);
    match sweep.none() {
        true => Leavings::of(incident, phase).last(noticed),
        false => sweep.last(noticed, verb),
    }
}

fn close(incident: &Incident, noticed: Point) -> Value {
    let closings = closings(incident);
    match closings.last.filter(|_| closings.closed) {
        Some(at) if closings.times > 1 => {
            let fact = format!("closed for the last time of {}", closings.times);
            Value::between(noticed, Point { fact, at })
        }
        Some(at) => Value::between(noticed, Point { fact: "closed".to_owned(), at }),
        None if closings.times > 0 => Value::absent("reopened and not closed again"),
        None => Value::absent("not closed"),
    }
}

/// How often it was closed and opened again.
pub(super) fn closings(incident: &Incident) -> Closings {
    let closed_at = || incident.visits().filter(|visit| visit.way.is_some_and(Way::closes));
    Closings {
        closed: incident.closed(),
        times: count(closed_at().count()),
        reopened: count(incident.visits().filter(|visit| visit.way == Some(Way::Reopen)).count()),
        first: closed_at().next().map(|visit| visit.entered),
        last: closed_at().next_back().map(|visit| visit.entered),
    }
}
