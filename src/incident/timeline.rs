//! What happened, in order: the deeds of both sides, where nothing is known, which clocks disagree, and for how
//! long the attacker was there at least.

use chrono::{DateTime, TimeDelta, Utc};

use super::Incident;
use crate::model::entry::{Entry, Kind};
use crate::model::lane::Lane;

/// The shortest time of which it is worth saying that nothing is known, and its part of the whole timeline:
/// a night in two months is no gap.
const GAP: (TimeDelta, i32) = (TimeDelta::hours(4), 20);
/// A fact may lie this far ahead of the clock it was written by: watches differ.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// By which of its two times an entry finds its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum By {
    /// When it happened.
    #[default]
    Happened,
    /// When it was written down.
    Recorded,
}

impl By {
    /// The time of an entry (UTC).
    pub fn of(self, entry: &Entry) -> DateTime<Utc> {
        match self {
            By::Happened => entry.happened,
            By::Recorded => entry.written(),
        }
    }
}

/// A stretch of time of which nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Gap {
    /// The shortest gap worth a word on a timeline that is so long.
    pub fn least(whole: TimeDelta) -> TimeDelta {
        GAP.0.max(whole / GAP.1)
    }

    /// The gap between two things that happened one after the other, if it is no shorter than `least`.
    pub fn between(from: DateTime<Utc>, to: DateTime<Utc>, least: TimeDelta) -> Option<Gap> {
        (to - from >= least).then_some(Gap { from, to })
    }

    /// Milliseconds.
    pub fn ms(self) -> i64 {
        (self.to - self.from).num_milliseconds()
    }
}

/// Two clocks that disagree about an entry. Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skew {
    /// It was written down so long before it happened.
    Before(i64),
    /// The clock of its writer stood so far behind what was in the record already.
    Behind(i64),
}

impl Skew {
    /// What disagrees about an entry.
    pub fn of(entry: &Entry) -> Option<Skew> {
        let early = entry.happened - entry.written();
        if early > AHEAD {
            return Some(Skew::Before(early.num_milliseconds()));
        }
        (entry.behind > 0).then(|| Skew::Behind(i64::from(entry.behind) * 1000))
    }
}

/// For how long the attacker was there unseen, at least: more may come to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dwell {
    /// The earliest deed of the attacker that is evidenced.
    pub from: DateTime<Utc>,
    /// When they were noticed.
    pub to: DateTime<Utc>,
}

impl Dwell {
    /// Milliseconds.
    pub fn ms(self) -> i64 {
        (self.to - self.from).num_milliseconds()
    }
}

/// Whether an entry tells something that happened: it was not taken back, and is no act of correcting.
pub fn tells(entry: &Entry) -> bool {
    entry.undone_by.is_none() && !matches!(entry.kind, Kind::Undo | Kind::Correction)
}

impl Incident {
    /// The places of the entries that tell something, in the order of one of their times; what has the same
    /// time stands as it was written.
    pub fn timeline(&self, by: By) -> Vec<usize> {
        let telling = self.entries.iter().enumerate().filter(|(_, entry)| tells(entry));
        let mut order: Vec<(DateTime<Utc>, usize)> = telling.map(|(at, entry)| (by.of(entry), at)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// The earliest deed of the attacker that somebody put on record.
    pub fn earliest(&self) -> Option<&Entry> {
        let theirs =
            self.entries.iter().filter(|entry| entry.said_lane() == Some(Lane::Actor) && tells(entry));
        theirs.min_by_key(|entry| entry.happened)
    }

    /// When it was noticed: by the first signal, else when the incident was opened.
    pub fn noticed(&self) -> DateTime<Utc> {
        let signals = self.signals.iter().filter(|signal| !signal.undone).map(|signal| signal.at);
        signals.min().map_or(self.opened, |at| at.min(self.opened))
    }

    /// For how long the attacker was there before they were noticed, at least. `None`: no deed from before
    /// that is on record.
    pub fn dwell(&self) -> Option<Dwell> {
        let dwell = Dwell { from: self.earliest()?.happened, to: self.noticed() };
        (dwell.from < dwell.to).then_some(dwell)
    }

    /// Notes, observations and signals from before it was noticed of which nobody said whose deed they tell.
    pub fn unsaid(&self) -> impl Iterator<Item = &Entry> {
        let noticed = self.noticed();
        self.entries
            .iter()
            .filter(move |entry| entry.happened < noticed && entry.lane().is_none() && tells(entry))
    }

    /// What had happened by a moment and was written down only after it.
    pub fn written_later(&self, than: DateTime<Utc>) -> Vec<&Entry> {
        let late = |entry: &&Entry| entry.happened <= than && entry.written() > than && tells(entry);
        let mut late: Vec<&Entry> = self.entries.iter().filter(late).collect();
        late.sort_by_key(|entry| entry.happened);
        late
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::entry::LogKind;
    use crate::model::id::LineId;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_298_400 + minute * 60, 0).unwrap()
    }

    fn entry(n: u8, happened: i64, recorded: i64) -> Entry {
        Entry {
            id: LineId([n; 32]),
            kind: LogKind::Observation.kind(),
            happened: at(happened),
            recorded: at(recorded),
            ..Entry::default()
        }
    }

    fn incident(entries: Vec<Entry>) -> Incident {
        Incident { opened: at(0), entries, ..Incident::default() }
    }

    #[test]
    fn the_attacker_was_there_at_least_since_their_first_deed_that_somebody_named() {
        let theirs = |n, happened| Entry { lane: Some(Lane::Actor), ..entry(n, happened, 9) };
        let mut told = incident(vec![entry(1, -900, 5), theirs(2, -600), theirs(3, -300)]);
        assert_eq!(told.dwell().unwrap().ms(), 600 * 60_000);
        assert_eq!(told.unsaid().count(), 1, "the earlier observation waits for somebody to say whose it is");
        told.entries[1].undone_by = Some(LineId([9; 32]));
        assert_eq!(told.dwell().unwrap().from, at(-300));
        told.entries[2].lane = Some(Lane::Us);
        assert_eq!(told.dwell(), None);
    }

    #[test]
    fn what_was_written_before_it_happened_shows_a_wrong_clock() {
        assert_eq!(Skew::of(&entry(1, 60, 0)), Some(Skew::Before(3_600_000)));
        assert_eq!(Skew::of(&entry(1, 2, 0)), None);
        assert_eq!(Skew::of(&Entry { behind: 600, ..entry(1, 0, 0) }), Some(Skew::Behind(600_000)));
    }

    #[test]
    fn nothing_known_for_four_hours_is_a_gap_and_in_a_long_case_a_twentieth_of_it() {
        let gap = |minutes, whole| Gap::between(at(0), at(minutes), Gap::least(whole));
        assert_eq!(gap(239, TimeDelta::hours(10)), None);
        assert_eq!(gap(240, TimeDelta::hours(10)).unwrap().ms(), 4 * 3_600_000);
        assert_eq!(gap(23 * 60, TimeDelta::days(20)), None);
        assert_eq!(gap(24 * 60, TimeDelta::days(20)).unwrap().to, at(24 * 60));
    }

    proptest! {
        #[test]
        fn a_timeline_holds_every_entry_once_and_its_times_never_fall(
            times in prop::collection::vec((-500i64..500, -500i64..500), 0..60),
            by in prop::sample::select(vec![By::Happened, By::Recorded]),
        ) {
            let entries = (0..).zip(&times).map(|(n, (happened, recorded))| entry(n, *happened, *recorded));
            let told = incident(entries.collect());
            let order = told.timeline(by);
            prop_assert!(order.windows(2).all(|pair| by.of(&told.entries[pair[0]]) <= by.of(&told.entries[pair[1]])));
            let mut all = order;
            all.sort_unstable();
            prop_assert_eq!(all, (0..times.len()).collect::<Vec<_>>());
        }

        #[test]
        fn then_and_later_together_are_all_that_had_happened(
            times in prop::collection::vec((-500i64..500, -500i64..500), 0..60), moment in -500i64..500,
        ) {
            let entries: Vec<Entry> =
                (0..).zip(&times).map(|(n, (happened, recorded))| entry(n, *happened, *recorded)).collect();
            let had = entries.iter().filter(|entry| entry.happened <= at(moment));
            let known = had.clone().filter(|entry| entry.written() <= at(moment)).count();
            let all = had.count();
            prop_assert_eq!(known + incident(entries).written_later(at(moment)).len(), all);
        }
    }
}
