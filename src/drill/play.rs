//! A play: the journal of a drill replayed by its scenario, and what falls due next.
//!
//! **What happened comes from lines alone.** Deliveries, silence, replies, answers, hints and the end are as
//! the journal has them, a facilitator's early sends and withheld messages among them. The replay goes through
//! every whole exercise minute and every line; after each it latches the expected actions in the order of the
//! file until nothing changes, then the harmful ones. So the same lines give the same play on any machine,
//! whatever the pace, the pauses and the pieces they were read in.
//!
//! **What is to come** is played ahead on a copy: [`Play::due`].

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use uuid::Uuid;

pub use super::ahead::Due;
use super::judge::View;
use super::record::{Nth, Record};
use super::scenario::{Action, Inject, InjectId, Reply, Scenario};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::drill::{Drill, Ending, HintTaken, QuestionAnswered};
use crate::model::id::LineId;

/// A message that reached the players.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    /// After which line entries were made since it came.
    pub nth: Nth,
    /// Exercise minute and story time (UTC).
    pub minute: u32,
    pub story: DateTime<Utc>,
}

/// That an action was matched: once, and it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// Exercise minute.
    pub minute: u32,
    /// The line that did it; `None`: time did.
    pub line: Option<LineId>,
}

/// How far a play has come.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    pub minute: u32,
    /// In the order of the scenario's injects.
    pub injects: Vec<Option<Delivery>>,
    /// In the order of the scenario's actions.
    actions: Vec<Option<Matched>>,
    /// The minute each gauge was stopped, in the order of the file.
    pub stopped: Vec<Option<u32>>,
    pub ended: Option<(u32, Ending)>,
}

impl Course {
    fn new(scenario: &Scenario) -> Self {
        Self {
            minute: 0,
            injects: vec![None; scenario.injects.len()],
            actions: vec![None; scenario.actions.len()],
            stopped: vec![None; scenario.gauges.len()],
            ended: None,
        }
    }

    /// When an inject came; `None`: it has not.
    pub(super) fn delivered(&self, scenario: &Scenario, id: &InjectId) -> Option<Delivery> {
        self.injects[scenario.injects.iter().position(|inject| inject.id == *id)?]
    }

    /// When an action was matched; `None`: it has not been.
    pub(super) fn matched(&self, scenario: &Scenario, id: &str) -> Option<Matched> {
        self.actions[scenario.actions.iter().position(|action| *action.id() == *id)?]
    }
}

/// What may have changed since actions were tested last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// The minute alone: only conditions that speak of time can hold anew.
    Minute,
    Anything(Option<LineId>),
}

/// The journal of a drill replayed by its scenario.
#[derive(Clone, Debug)]
pub struct Play {
    scenario: Arc<Scenario>,
    rules: Arc<Rules>,
    record: Record,
    course: Course,
    hints: Vec<(HintTaken, u32)>,
}

/// What is known of a scenario's conditions before play.
#[derive(Debug)]
pub(super) struct Rules {
    /// Which actions can come to hold by time alone.
    timed: Vec<bool>,
    gauges: Vec<bool>,
}

impl Rules {
    fn of(scenario: &Scenario) -> Self {
        use super::condition::{Atom, Condition};
        let timed = |condition: &Condition| {
            condition.atoms().iter().any(|atom| matches!(atom, Atom::Minute { .. } | Atom::Elapsed { .. }))
        };
        Self {
            timed: scenario.actions.iter().map(|action| timed(action.matches())).collect(),
            gauges: scenario.gauges.iter().map(|gauge| gauge.stop.as_ref().is_some_and(timed)).collect(),
        }
    }
}

impl Play {
    /// Replays the lines of a drill, which stand in order, each once.
    pub fn of(scenario: impl Into<Arc<Scenario>>, id: Uuid, lines: &[Line]) -> Self {
        let scenario = scenario.into();
        let mut play = Self {
            rules: Arc::new(Rules::of(&scenario)),
            record: Record::new(&scenario, id),
            course: Course::new(&scenario),
            hints: Vec::new(),
            scenario,
        };
        play.go_on(lines);
        play
    }

    /// Takes further lines, which stand in order after all it has. Where a line turned up that belongs between
    /// those it has, play [`Play::of`] anew.
    pub fn go_on(&mut self, lines: &[Line]) {
        lines.iter().for_each(|line| self.take(line));
    }

    fn take(&mut self, line: &Line) {
        if self.course.ended.is_some() {
            // What was done after ENDEX counts for nothing; what the facilitator says of the play is heard.
            if matches!(line.event, Event::ControlNoted(_)) {
                self.record.apply(&self.scenario, line, self.course.minute);
            }
            return;
        }
        let minute = line.ex.unwrap_or(0).min(self.scenario.clock.end_min);
        while self.course.minute < minute {
            self.course.minute += 1;
            self.latch(Changed::Minute);
        }
        self.record.apply(&self.scenario, line, self.course.minute);
        if let Event::InjectDelivered(inject) = &line.event {
            self.receive(line.id, &inject.inject);
        }
        let known = self.drill().map_or(0, |drill| drill.hints.len());
        if let (Event::HintTaken(hint), true) = (&line.event, known > self.hints.len()) {
            self.hints.push((hint.clone(), self.course.minute));
        }
        if let Event::DrillEnded(ended) = &line.event {
            self.course.ended = Some((self.course.minute, ended.why));
        }
        self.latch(Changed::Anything(Some(line.id)));
    }

    fn receive(&mut self, line: LineId, id: &str) {
        let Some(at) = self.scenario.injects.iter().position(|inject| inject.id == *id) else { return };
        let message = self.record.incident.drill.as_ref().and_then(|drill| drill.message(id));
        if let (None, Some(message)) = (self.course.injects[at], message) {
            self.course.injects[at] =
                Some(Delivery { nth: self.record.nth(line), minute: self.course.minute, story: message.at });
        }
    }

    fn latch(&mut self, changed: Changed) {
        latch(&self.scenario, &self.rules, &self.record, &mut self.course, changed);
    }
}

/// Steps 1 and 2 of the loop: expected actions in the order of the file until nothing changes, then harmful
/// ones; again, should one of these have made another expected one hold. Then the gauges.
pub(super) fn latch(
    scenario: &Scenario,
    rules: &Rules,
    record: &Record,
    course: &mut Course,
    changed: Changed,
) {
    let mut anything = changed != Changed::Minute;
    let line = if let Changed::Anything(line) = changed { line } else { None };
    let pass = |course: &mut Course, expected: bool, anything: &mut bool| {
        let mut latched = false;
        for (at, action) in scenario.actions.iter().enumerate() {
            let now = matches!(action, Action::Expected(_)) == expected
                && course.actions[at].is_none()
                && (*anything || rules.timed[at])
                && View { scenario, record, course, later: 0 }.holds(action.matches());
            if now {
                course.actions[at] = Some(Matched { minute: course.minute, line });
                (latched, *anything) = (true, true);
            }
        }
        latched
    };
    loop {
        while pass(course, true, &mut anything) {}
        if !pass(course, false, &mut anything) {
            break;
        }
    }
    for (at, gauge) in scenario.gauges.iter().enumerate() {
        let Some(stop) = &gauge.stop else { continue };
        let may = course.stopped[at].is_none() && (anything || rules.gauges[at]);
        if may && (View { scenario, record, course, later: 0 }).holds(stop) {
            course.stopped[at] = Some(course.minute);
        }
    }
}

/// What a play tells of itself.
impl Play {
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The incident as it stood with the last line that counts.
    pub fn incident(&self) -> &Incident {
        &self.record.incident
    }

    /// `None`: there is no opening line, or it is not one of a drill.
    pub fn drill(&self) -> Option<&Drill> {
        self.record.incident.drill.as_deref()
    }

    /// The exercise minute of the last line that counts.
    pub fn minute(&self) -> u32 {
        self.course.minute
    }

    /// Whether ENDEX has come. Before it nothing of the key may be shown to players.
    pub fn ended(&self) -> bool {
        self.course.ended.is_some()
    }

    /// ENDEX: the exercise minute, and why.
    pub fn ending(&self) -> Option<(u32, Ending)> {
        self.course.ended
    }

    /// The exercise minute at which an action was matched.
    pub fn matched(&self, action: &str) -> Option<u32> {
        self.match_of(action).map(|matched| matched.minute)
    }

    /// When an action was matched, and by which line.
    pub fn match_of(&self, action: &str) -> Option<Matched> {
        self.course.matched(&self.scenario, action)
    }

    /// The exercise minute at which an inject of the scenario came.
    pub fn delivered(&self, inject: &str) -> Option<u32> {
        self.course.delivered(&self.scenario, &InjectId::new(inject)).map(|delivery| delivery.minute)
    }

    /// What the scenario thinks of the reply that stands: its key, for the debrief or a coached player.
    pub fn verdict(&self, inject: &str) -> Option<&Reply> {
        let (_, said) = self.drill()?.message(inject)?.reply.as_ref()?;
        self.scenario.inject(inject)?.reply(&said.option)
    }

    /// The answer to a question that stands.
    pub fn answer(&self, question: &str) -> Option<&QuestionAnswered> {
        self.drill()?.answers.get(question)
    }

    /// The hints that were taken, with the exercise minute.
    pub fn hints_taken(&self) -> &[(HintTaken, u32)] {
        &self.hints
    }

    /// A moment of the story in the zone of the scenario.
    pub fn zoned(&self, story: DateTime<Utc>) -> DateTime<FixedOffset> {
        story.with_timezone(self.scenario.clock.start.offset())
    }

    /// The same, but every action is tested in every minute: what the shorter way must agree with.
    #[cfg(test)]
    pub(super) fn tested_always(scenario: &Arc<Scenario>, id: Uuid, lines: &[Line]) -> Self {
        let mut play = Play::of(scenario.clone(), id, &[]);
        let Rules { timed, gauges } = &*play.rules;
        play.rules = Arc::new(Rules { timed: vec![true; timed.len()], gauges: vec![true; gauges.len()] });
        play.go_on(lines);
        play
    }

    /// Whether a condition of the scenario holds at the last line.
    #[cfg(test)]
    pub(super) fn holds(&self, condition: &super::condition::Condition) -> bool {
        let (scenario, record, course) = (&*self.scenario, &self.record, &self.course);
        View { scenario, record, course, later: 0 }.holds(condition)
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    pub(super) fn course(&self) -> &Course {
        &self.course
    }

    pub(super) fn withheld(&self, inject: &Inject) -> bool {
        self.drill().is_some_and(|drill| drill.withheld.iter().any(|it| inject.id == it.inject.as_str()))
    }

    pub(super) fn postponed(&self) -> u32 {
        self.drill().map_or(0, |drill| drill.postponed)
    }
}
