//! Time: the earliest minute at which each inject and action can come, and which injects come to everybody.

use std::collections::BTreeMap;

use chrono::Duration;

use super::Told;
use super::place::Path;
use super::rules::needs;
use crate::drill::condition::{Atom, Condition};
use crate::drill::scenario::{Action, Expected, InjectKind, Moment, Scenario, Weight};

/// Minutes by id of inject or action.
type Minutes<'a> = BTreeMap<&'a str, u32>;

pub(super) fn check(scenario: &Scenario, told: &mut Told) {
    let reach = Reach::of(scenario);
    let sure = sure(scenario);
    let end = scenario.clock.end_min;
    for (i, inject) in scenario.injects.iter().enumerate() {
        let path = Path::of("injects").at(i);
        let earliest = reach.earliest.get(inject.id.as_str());
        if earliest.is_none_or(|minute| *minute >= end) {
            told.fault(
                &path,
                unreached(earliest, end, "it cannot come before the end"),
                waits(inject.when.as_ref()),
            );
        } else if !inject.branch && inject.kind != InjectKind::Control {
            let comes = sure.get(inject.id.as_str());
            if comes.is_none_or(|minute| *minute >= end) {
                let fix = "Add an alternative such as {\"minute\": 90} below any, or say branch: true.";
                told.fault(
                    &path.key("when"),
                    "it is no branch, and there is no minute at which it comes to everybody",
                    fix,
                );
            }
        }
        let here = scenario.clock.start + Duration::minutes(inject.at_min.into());
        if inject.jump_to.is_some_and(|jump| jump <= here) {
            let fix = format!("Jump to a moment after {}, or take the jump out.", here.to_rfc3339());
            told.fault(&path.key("jump_to"), "the jump does not lie ahead of its own time", fix);
        }
    }
    for (i, action) in scenario.actions.iter().enumerate() {
        let path = Path::of("actions").at(i);
        let earliest = reach.earliest.get(action.id().as_str());
        if earliest.is_none_or(|minute| *minute > end) {
            let what = unreached(earliest, end, "it cannot be matched before the end");
            told.fault(&path.key("match"), what, waits(Some(action.matches())));
        }
        if let Action::Expected(action) = action {
            check_window(action, &path, &reach, end, told);
        }
    }
    let earliest = reach.early(&scenario.end);
    if earliest.is_none_or(|minute| minute > end) {
        let what = unreached(earliest.as_ref(), end, "the end cannot hold before end_min");
        told.fault(&Path::of("end"), what, waits(Some(&scenario.end)));
    }
}

fn unreached(earliest: Option<&u32>, end: u32, what: &str) -> String {
    match earliest {
        Some(minute) => format!("{what}: minute {minute} of {end} at the earliest"),
        None => format!("{what}: it waits for something that never comes"),
    }
}

fn waits(condition: Option<&Condition>) -> String {
    match condition {
        Some(condition) => format!("It waits until {condition}; make that possible in time."),
        None => "Let it come earlier, or the drill end later.".to_owned(),
    }
}

fn check_window(action: &Expected, path: &Path, reach: &Reach<'_>, end: u32, told: &mut Told) {
    let opens = |from: &Moment| match from {
        Moment::Start => Some(0),
        Moment::Inject(id) => reach.earliest.get(id.as_str()).copied(),
        Moment::Action(_) => None,
    };
    let open = action.window.from.iter().filter_map(opens).min().unwrap_or(end);
    if open.saturating_add(action.window.target_min) > end {
        let what = format!(
            "it opens at minute {open} at the earliest, and its target {} lies after the end",
            action.window.target_min
        );
        told.fault(&path.key("window"), what, "Let it open earlier, or ask for it sooner.");
    }
    let reply = |atom: &Atom| matches!(atom, Atom::Reply { .. });
    if action.level == Weight::Critical && open > 0 && needs(&action.matches, &reply) {
        let what = "it is critical, and cannot be done without one reply";
        told.fault(&path.key("match"), what, "Let the record satisfy it too, in an any beside the reply.");
    }
}

/// The earliest minutes, for somebody who does everything, right or wrong, at once.
struct Reach<'a> {
    scenario: &'a Scenario,
    earliest: Minutes<'a>,
}

impl<'a> Reach<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        let mut reach = Self { scenario, earliest: BTreeMap::new() };
        // Each round settles at least one more, or nothing changes any more.
        for _ in 0..=scenario.injects.len() + scenario.actions.len() {
            let before = reach.earliest.clone();
            for inject in &scenario.injects {
                let minute = inject.when.as_ref().map_or(Some(0), |when| reach.early(when));
                reach.note(inject.id.as_str(), minute.map(|minute| minute.max(inject.at_min)));
            }
            for action in &scenario.actions {
                let minute = reach.early(action.matches());
                reach.note(action.id().as_str(), minute);
            }
            if reach.earliest == before {
                break;
            }
        }
        reach
    }

    fn note(&mut self, id: &'a str, minute: Option<u32>) {
        if let Some(minute) = minute {
            self.earliest.insert(id, minute);
        }
    }

    /// The earliest minute at which it can hold; `None`: never, as far as is known.
    fn early(&self, condition: &Condition) -> Option<u32> {
        match condition {
            Condition::All { all } => {
                all.iter().map(|part| self.early(part)).try_fold(0, |most, part| Some(most.max(part?)))
            }
            Condition::Any { any } => any.iter().filter_map(|part| self.early(part)).min(),
            Condition::Not { .. } => Some(0),
            Condition::Atom(atom) => self.early_atom(atom),
        }
    }

    fn early_atom(&self, atom: &Atom) -> Option<u32> {
        let at = |id: &str| self.earliest.get(id).copied();
        let since = atom.since().map_or(Some(0), |since| at(since.as_str()))?;
        let own = match atom {
            Atom::Clock { trigger: Some(inject), .. }
            | Atom::Inject { inject }
            | Atom::Reply { reply: inject, .. } => at(inject.as_str())?,
            Atom::Component { component, .. } | Atom::Evidence { component: Some(component), .. } => {
                self.shown(component.as_str())?
            }
            Atom::Action { action } => at(action.as_str())?,
            Atom::Elapsed { elapsed: Moment::Start, min } => *min,
            Atom::Elapsed { elapsed: Moment::Inject(id), min } => at(id.as_str())?.saturating_add(*min),
            Atom::Elapsed { elapsed: Moment::Action(id), min } => at(id.as_str())?.saturating_add(*min),
            Atom::Minute { minute } => *minute,
            _ => 0,
        };
        Some(own.max(since))
    }

    /// When a component can first be known: from the start, or with the first inject that reveals it.
    fn shown(&self, component: &str) -> Option<u32> {
        if self.scenario.case.components.iter().any(|id| *id == component) {
            return Some(0);
        }
        let reveals =
            self.scenario.injects.iter().filter(|inject| inject.reveals.iter().any(|id| *id == component));
        reveals.filter_map(|inject| self.earliest.get(inject.id.as_str()).copied()).min()
    }
}

/// The injects that come whatever the players do, with the minute at which they have come at the latest.
fn sure(scenario: &Scenario) -> Minutes<'_> {
    let mut sure = Minutes::new();
    for _ in 0..=scenario.injects.len() {
        for inject in &scenario.injects {
            let minute = inject.when.as_ref().map_or(Some(0), |when| comes(when, &sure));
            if let Some(minute) = minute {
                sure.insert(inject.id.as_str(), minute.max(inject.at_min));
            }
        }
    }
    sure
}

/// The minute at which time alone has made it hold.
fn comes(condition: &Condition, sure: &Minutes<'_>) -> Option<u32> {
    match condition {
        Condition::All { all } => {
            all.iter().map(|part| comes(part, sure)).try_fold(0, |most, part| Some(most.max(part?)))
        }
        Condition::Any { any } => any.iter().filter_map(|part| comes(part, sure)).min(),
        Condition::Atom(Atom::Minute { minute }) => Some(*minute),
        Condition::Atom(Atom::Inject { inject }) => sure.get(inject.as_str()).copied(),
        Condition::Atom(Atom::Elapsed { elapsed: Moment::Inject(id), min }) => {
            sure.get(id.as_str()).map(|minute| minute.saturating_add(*min))
        }
        Condition::Atom(_) | Condition::Not { .. } => None,
    }
}
