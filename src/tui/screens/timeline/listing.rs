//! The rows of the timeline while it lies open: what comes in finds its place among those that stand, and nothing
//! else is looked through.

use chrono::{DateTime, Utc};

use super::{Told, by, entry};
use crate::incident::Incident;
use crate::incident::timeline::{By, Gap, tells};
use crate::model::entry::Kind;
use crate::model::id::LineId;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::screens::{Key, Screen};

/// More entries than this at once are listed with all the others anew.
const AT_ONCE: usize = 256;

/// How far the whole record was listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    entries: usize,
    last: LineId,
    order: usize,
}

impl Listed {
    /// The listing that was just made; `None`: it holds less than the whole record, or more.
    pub fn of(case: &Case) -> Option<Self> {
        let shown = case.list(Screen::Timeline);
        let whole = shown.filter.trim().is_empty() && case.as_of.is_none();
        let last = case.incident.entries.last().filter(|_| whole)?.id;
        Some(Self { entries: case.incident.entries.len(), last, order: shown.order })
    }

    /// Whether the record only went on since then. What corrects, marks, hides or takes back changes rows that
    /// stand; so does a line that came late and found its place among older ones.
    fn only_more(self, case: &Case, now: Listed) -> bool {
        let entries = &case.incident.entries;
        let new = entries.get(self.entries..).unwrap_or_default();
        let same = self.entries.checked_sub(1).and_then(|last| entries.get(last));
        let adds = |kind: Kind| !matches!(kind, Kind::Correction | Kind::Undo | Kind::Unknown);
        self.order == now.order
            && same.is_some_and(|entry| entry.id == self.last)
            && new.len() <= AT_ONCE
            && new.iter().all(|entry| adds(entry.kind))
    }
}

/// Puts what came since the last listing in its place. `false`: it has to be listed anew.
pub fn catch_up(app: &mut App) -> bool {
    let room = app.room(app.focus);
    let Some(case) = &mut app.case else { return false };
    let (Some(was), Some(now)) = (case.time.listed, Listed::of(case)) else { return false };
    if !was.only_more(case, now) || case.list(Screen::Timeline).keys.is_empty() {
        return false;
    }
    let mut keys = std::mem::take(&mut case.list_mut(Screen::Timeline).keys);
    case.time.told.go_on(&case.incident, was.entries);
    put_in(&mut keys, &case.incident, was.entries, by(now.order), case.time.told.least());
    case.time.listed = Some(now);
    let shown = case.list_mut(Screen::Timeline);
    let at = shown.on.as_ref().and_then(|on| keys.iter().position(|key| key == on));
    shown.keys = keys;
    shown.cursor.go(at.unwrap_or(shown.cursor.at), shown.keys.len(), room);
    shown.off_heading(true, room);
    true
}

/// Puts the entries from this place of the log on among the rows of those before it, which are never none.
fn put_in(keys: &mut Vec<Key>, incident: &Incident, from: usize, by: By, least: chrono::TimeDelta) {
    // The longer the whole, the longer a gap has to be.
    keys.retain(|key| !matches!(key, Key::Gap(from, to) if Gap::between(*from, *to, least).is_none()));
    for new in incident.entries[from..].iter().filter(|entry| tells(entry)) {
        let time = |key: &Key| match key {
            Key::Gap(_, to) => Some(*to),
            key => entry(incident, key).map(|entry| by.of(entry)),
        };
        let at = by.of(new);
        let place = keys.partition_point(|key| time(key).is_some_and(|time| time <= at));
        if by == By::Recorded {
            keys.insert(place, Key::Line(new.id));
            continue;
        }
        let happened = |row: Option<usize>| -> Option<DateTime<Utc>> {
            keys.get(row?).and_then(|key| entry(incident, key)).map(|entry| entry.happened)
        };
        let before = happened(place.checked_sub(1));
        let split = usize::from(matches!(keys.get(place), Some(Key::Gap(..))));
        let after = happened(Some(place + split));
        let gap = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| {
            let gap = Gap::between(from?, to?, least)?;
            Some(Key::Gap(gap.from, gap.to))
        };
        let rows = [gap(before, Some(at)), Some(Key::Line(new.id)), gap(Some(at), after)];
        keys.splice(place..place + split, rows.into_iter().flatten());
    }
}

impl Told {
    /// The shortest gap worth a word.
    fn least(&self) -> chrono::TimeDelta {
        Gap::least(self.ends.map_or_else(Default::default, |(first, last)| last - first))
    }

    /// Takes up the entries from this place of the log on, which only add to it.
    fn go_on(&mut self, incident: &Incident, from: usize) {
        if incident.noticed() != self.noticed {
            *self = Told::of(incident);
            return;
        }
        for entry in incident.entries[from..].iter().filter(|entry| tells(entry)) {
            let deeds = &mut self.deeds[super::side(entry)];
            let place = deeds.partition_point(|have| *have <= entry.happened);
            deeds.insert(place, entry.happened);
            self.unsaid += usize::from(entry.happened < self.noticed && entry.lane().is_none());
        }
        self.conclude();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::entry::{Entry, LogKind};
    use crate::model::lane::Lane;
    use crate::model::triage::Signal;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_298_400 + minute * 60, 0).unwrap()
    }

    /// An entry, whether it is an act of correcting, and whose deed it tells.
    fn one(n: usize, (happened, recorded, what): (i64, i64, u8)) -> Entry {
        let lane = [None, Some(Lane::Actor), Some(Lane::Us)][usize::from(what % 3)];
        Entry {
            id: LineId([u8::try_from(n).unwrap(); 32]),
            kind: if what > 7 { Kind::Handover } else { LogKind::Observation.kind() },
            happened: at(happened),
            recorded: at(recorded),
            lane,
            ..Entry::default()
        }
    }

    proptest! {
        #[test]
        fn rows_put_in_one_after_the_other_are_the_rows_listed_anew(
            times in prop::collection::vec((-900i64..6000, -900i64..6000, 0u8..10), 2..40),
            split in any::<prop::sample::Index>(),
            order in 0usize..2,
        ) {
            let entries: Vec<Entry> = times.iter().enumerate().map(|(n, it)| one(n, *it)).collect();
            let known = 1 + split.index(entries.len() - 1);
            let incident = |entries: &[Entry]| {
                let mut incident = Incident::default();
                let (line, text) = (LineId([255; 32]), "alarm".into());
                let signal = Signal { line, text, source: None, at: at(30), undone: false };
                (incident.opened, incident.signals, incident.entries) = (at(0), vec![signal], entries.to_vec());
                incident
            };
            let (before, now) = (incident(&entries[..known]), incident(&entries));
            let mut keys = super::super::in_order(&before, by(order), &|_| true);
            let mut told = Told::of(&before);
            told.go_on(&now, known);
            put_in(&mut keys, &now, known, by(order), told.least());
            prop_assert_eq!(keys, super::super::in_order(&now, by(order), &|_| true));
            prop_assert_eq!(told, Told::of(&now));
        }
    }
}
