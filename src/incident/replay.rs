//! Stepping through a journal: the incident as the record had it after each of its entries, forward and back.
//!
//! Forward, lines are applied. Back, the state before is taken up from a mark and the lines behind it are
//! applied again. A mark holds the state without its log, which would make every mark as large as the record:
//! the log is shortened in place, and what later lines did to older entries is put back.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::event::Event;
use super::line::Line;
use super::redaction::Veil;
use super::{Entry, Incident};

/// How many marks are kept along a journal.
const MARKS: usize = 16;

/// Fewer lines than this between two marks are not worth one.
const APART: usize = 512;

/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

/// An entry one can stop at.
#[derive(Clone, Copy, Debug)]
struct Stop {
    /// How many lines the record had with it.
    lines: usize,
    /// When the record had it (UTC, in a drill by the clock of its story), which is never before it had the
    /// entry before: a clock that was behind does not turn the order round.
    at: DateTime<Utc>,
}

impl Stop {
    fn minute(self) -> i64 {
        self.at.timestamp_millis().div_euclid(MINUTE)
    }
}

/// The state at a place of the journal, without its log.
#[derive(Debug)]
struct Mark {
    incident: Incident,
    /// How many entries the log had.
    entries: usize,
}

/// What an entry was before a line changed it.
#[derive(Debug)]
struct Was {
    /// The place of that line in the journal.
    line: usize,
    /// The place of the entry in the log.
    entry: usize,
    what: Entry,
}

/// Where to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    First,
    Last,
    Next,
    Before,
    /// The next minute at which something was recorded, with everything of it.
    NextMinute,
    /// The minute before this one at which something was recorded, with everything of it.
    MinuteBefore,
}

/// A journal being stepped through. It stands at an entry, the first one at first.
#[derive(Debug)]
pub struct Replay {
    id: Uuid,
    lines: Vec<Line>,
    stops: Vec<Stop>,
    marks: Vec<Mark>,
    /// Lines between two marks.
    every: usize,
    changed: Vec<Was>,
    /// Words that are hidden now are hidden wherever it stands, as are those that are gone.
    veil: Veil,
    incident: Incident,
    /// Lines applied.
    at: usize,
    /// The stop it stands at.
    stop: usize,
}

impl Replay {
    /// Takes up a journal, whose lines stand in order, each once. `None`: nothing is in it.
    pub fn of(id: Uuid, lines: Vec<Line>) -> Option<Self> {
        let every = lines.len().div_ceil(MARKS).max(APART);
        let incident = Incident::knowing(id, &lines);
        let (stops, marks, changed) = (Vec::new(), Vec::new(), Vec::new());
        let veil = Incident::veil(id, &lines);
        let mut replay = Self { id, lines, stops, marks, every, changed, veil, incident, at: 0, stop: 0 };
        replay.forward(replay.lines.len());
        (!replay.stops.is_empty()).then(|| {
            replay.go(0);
            replay
        })
    }

    /// The incident this is the journal of.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The incident as the record had it with the entry it stands at.
    pub fn incident(&self) -> &Incident {
        &self.incident
    }

    /// The entry it stands at: the newest there was.
    pub fn entry(&self) -> Option<&Entry> {
        self.incident.entries.last()
    }

    /// Which entry that is, from 0.
    pub fn stop(&self) -> usize {
        self.stop
    }

    /// How many entries there are.
    pub fn stops(&self) -> usize {
        self.stops.len()
    }

    /// When the record had an entry, from 0 (UTC, in a drill by the clock of its story).
    pub fn known(&self, stop: usize) -> Option<DateTime<Utc>> {
        self.stops.get(stop).map(|stop| stop.at)
    }

    /// When the record had the entry it stands at.
    pub fn moment(&self) -> DateTime<Utc> {
        self.stops[self.stop].at
    }

    /// The last entry that was in the record at a moment. `None`: nothing was.
    pub fn stop_at(&self, moment: DateTime<Utc>) -> Option<usize> {
        self.stops.partition_point(|stop| stop.at <= moment).checked_sub(1)
    }

    /// Where a step leads from here; `None`: there is nothing that way.
    pub fn to(&self, step: Step) -> Option<usize> {
        let here = self.stops[self.stop].minute();
        let last = self.stops.len() - 1;
        let to = match step {
            Step::First => 0,
            Step::Last => last,
            Step::Next => self.stop + 1,
            Step::Before => self.stop.checked_sub(1)?,
            Step::MinuteBefore => self.stops.partition_point(|stop| stop.minute() < here).checked_sub(1)?,
            Step::NextMinute => {
                let next = self.stops.partition_point(|stop| stop.minute() <= here);
                let minute = self.stops.get(next)?.minute();
                self.stops.partition_point(|stop| stop.minute() <= minute) - 1
            }
        };
        (to <= last && to != self.stop).then_some(to)
    }

    /// Goes to an entry, from 0; to the last one where there are not so many.
    pub fn go(&mut self, stop: usize) {
        self.stop = stop.min(self.stops.len() - 1);
        let lines = self.stops[self.stop].lines;
        if lines < self.at {
            self.back(lines);
        }
        self.forward(lines);
    }

    fn forward(&mut self, lines: usize) {
        while self.at < lines {
            if self.at == self.marks.len() * self.every {
                self.mark();
            }
            self.remember();
            self.incident.apply_under(&self.veil, &self.lines[self.at]);
            self.at += 1;
            self.stop_here();
        }
    }

    /// Notes an entry that was met for the first time. Lines that say again what had come make none.
    fn stop_here(&mut self) {
        if self.incident.entries.len() > self.stops.len()
            && let Some(entry) = self.incident.entries.last()
        {
            let before = self.stops.last().map_or(entry.written(), |stop| stop.at);
            self.stops.push(Stop { lines: self.at, at: entry.written().max(before) });
        }
    }

    /// Keeps the state as it is here.
    fn mark(&mut self) {
        let entries = std::mem::take(&mut self.incident.entries);
        let places = std::mem::take(&mut self.incident.places);
        self.marks.push(Mark { incident: self.incident.clone(), entries: entries.len() });
        (self.incident.entries, self.incident.places) = (entries, places);
    }

    /// Keeps the entries that the next line changes.
    fn remember(&mut self) {
        let line = self.at;
        for entry in changes(&self.incident, &self.lines[line].event) {
            self.changed.push(Was { line, entry, what: self.incident.entries[entry].clone() });
        }
    }

    /// Takes up the last mark that does not stand behind so many lines.
    fn back(&mut self, lines: usize) {
        let mark = &self.marks[(lines / self.every).min(self.marks.len() - 1)];
        let line = (lines / self.every).min(self.marks.len() - 1) * self.every;
        let mut entries = std::mem::take(&mut self.incident.entries);
        let mut places = std::mem::take(&mut self.incident.places);
        while self.changed.last().is_some_and(|was| was.line >= line) {
            let Some(was) = self.changed.pop() else { break };
            entries[was.entry] = was.what;
        }
        for (at, entry) in entries.iter().enumerate().skip(mark.entries) {
            places.remove(entry.id, at);
        }
        entries.truncate(mark.entries);
        self.incident = Incident { entries, places, ..mark.incident.clone() };
        self.at = line;
    }
}

/// The places in the log of the entries a line will change, beside adding its own.
fn changes(incident: &Incident, event: &Event) -> Vec<usize> {
    match event {
        Event::Redacted(redacted) => {
            incident.repeating(redacted.target).into_iter().filter_map(|id| incident.place_of(id)).collect()
        }
        Event::Undone(undone) => {
            let gone = incident.together(undone.target);
            let changed = |entry: &Entry| {
                let corrected = entry.corrections.iter().any(|it| gone.contains(&it.line));
                let marked = entry.markings.iter().any(|it| gone.contains(&it.line));
                let hidden = incident.hides(&gone, entry.id);
                corrected || marked || hidden || gone.contains(&entry.id)
            };
            let entries = incident.entries.iter().enumerate();
            entries.filter(|(_, entry)| changed(entry)).map(|(at, _)| at).collect()
        }
        _ => event.targets().into_iter().filter_map(|id| incident.place_of(id)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::incident::command::Command;
    use crate::incident::tests::{Person, at, opened};
    use crate::model::entry::{Correct, Logged};
    use crate::model::id::LineId;

    fn note(ana: &mut Person, text: &str, minute: i64) -> LineId {
        let logged = Logged { text: text.into(), ..Logged::default() };
        ana.give(&Command::Log(logged), at(minute)).unwrap();
        ana.lines.last().unwrap().id
    }

    #[test]
    fn a_minute_is_stepped_over_with_everything_in_it() {
        let mut ana = opened();
        for (text, minute) in [("one", 1), ("two", 1), ("three", 4)] {
            note(&mut ana, text, minute);
        }
        let mut replay = Replay::of(ana.incident.id, ana.lines.clone()).unwrap();
        assert_eq!((replay.stop(), replay.stops()), (0, 4));
        let mut to = |step| {
            let stop = replay.to(step)?;
            replay.go(stop);
            Some(replay.entry()?.text.clone())
        };
        assert_eq!(to(Step::NextMinute).as_deref(), Some("two"));
        assert_eq!(to(Step::NextMinute).as_deref(), Some("three"));
        assert_eq!(to(Step::NextMinute), None);
        assert_eq!(to(Step::MinuteBefore).as_deref(), Some("two"));
        assert_eq!(to(Step::Before).as_deref(), Some("one"));
        assert_eq!(replay.stop_at(at(3)), Some(2));
        assert_eq!(replay.stop_at(at(-1)), None);
    }

    #[test]
    fn what_was_corrected_or_taken_back_later_stands_as_it_was_before() {
        let mut ana = opened();
        let wrong = note(&mut ana, "FS01 is clean", 1);
        ana.give(&Command::Correct(Correct { entry: wrong, text: "FS01 is not clean".into() }), at(2))
            .unwrap();
        ana.give(&Command::Undo(None), at(3)).unwrap();
        let mut replay = Replay::of(ana.incident.id, ana.lines.clone()).unwrap();
        let mut told = |stop| {
            replay.go(stop);
            replay.incident().entries[1].shown().to_owned()
        };
        let (wrong, right) = ("FS01 is clean", "FS01 is not clean");
        assert_eq!([told(3), told(2), told(1), told(2), told(3)], [wrong, right, wrong, right, wrong]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn every_place_is_the_fold_of_the_lines_up_to_it(
            steps in crate::incident::tests::steps(),
            every in 1usize..9,
            walk in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        ) {
            let lines = crate::incident::tests::everything(&crate::incident::tests::work(&steps));
            let id = crate::incident::tests::ID;
            let mut replay = Replay::of(id, lines.clone()).unwrap();
            replay.close_marks(every);
            for stop in walk {
                replay.go(stop.index(replay.stops()));
                let mut then = Incident::fold_knowing(id, &lines[..replay.at], &lines);
                then.hide_as_in(&Incident::veil(id, &lines));
                prop_assert_eq!(replay.incident(), &then);
            }
        }
    }

    impl Replay {
        /// Begins again with marks so many lines apart.
        fn close_marks(&mut self, every: usize) {
            (self.every, self.at) = (every, 0);
            (self.marks, self.changed) = (Vec::new(), Vec::new());
            self.incident = Incident::knowing(self.id, &self.lines);
            self.forward(self.lines.len());
        }
    }
}
