//! What came since it was last told: what was done, decided, found.

use super::super::lines::{MOST, Row, Section, Style, clause, plain};
use super::Phrases;
use crate::incident::Incident;
use crate::model::entry::{Entry, Kind};
use crate::model::id::LineId;
use crate::model::indicator;
use crate::model::ledger::{Sort, State as Stood};
use crate::model::task::State;

/// Something that was done, and the line that says so.
type Done = (LineId, String);

impl Phrases<'_> {
    /// What was done since, the newest first: acts, ticks, evidence, measures, indicators.
    pub(in super::super) fn done(&self) -> Section {
        let incident = self.incident;
        let mut done: Vec<Done> = Vec::new();
        let acts = self.recent().filter(|entry| entry.kind == Kind::Action);
        done.extend(acts.map(|entry| (entry.id, clause(entry.shown()))));
        done.extend(self.ticked());
        let kept = incident.evidence().filter(|item| item.held() && self.fresh(item.line));
        done.extend(
            kept.map(|item| (item.line, format!("{} taken ({})", clause(item.name()), item.label()))),
        );
        let put = incident.measures_in_place().filter(|item| self.fresh(item.line));
        done.extend(put.map(|item| (item.line, clause(&item.text))));
        done.extend(self.found());
        let place = |done: &Done| incident.place_in_log(done.0);
        done.sort_by_key(|done| std::cmp::Reverse(place(done)));
        done.dedup_by(|a, b| a.1 == b.1);
        Section::of("DONE", Style::Flow, done, |(_, words)| Row::of(words))
    }

    /// Tasks that were done since; what holds from an earlier visit was done then.
    fn ticked(&self) -> impl Iterator<Item = Done> {
        let done = self.incident.tasks.iter().filter(|task| !task.undone && task.state() == State::Done);
        done.filter_map(|task| {
            let side = task.progress.holds()?;
            let here = side.value.holds_from.is_none() && self.fresh(side.line);
            here.then(|| (side.line, clause(&task.what.title)))
        })
    }

    /// Indicators that were added since, those of one line together.
    fn found(&self) -> Vec<Done> {
        let list = &self.incident.indicators;
        let mut found: Vec<(LineId, String, usize)> = Vec::new();
        for item in list.iter().rev().filter(|item| self.fresh(list.addition(item).line)) {
            let line = list.addition(item).line;
            if let Some((.., more)) = found.iter_mut().find(|(of, ..)| *of == line) {
                *more += 1;
            } else if found.len() < MOST {
                let note = list.note(item).map(|note| format!(" ({})", clause(note)));
                let value = plain(&indicator::shown(list.kind(item), &item.value));
                found.push((line, format!("Found {value}{}", note.unwrap_or_default()), 0));
            }
        }
        let words = |(line, words, more): (LineId, String, usize)| match more {
            0 => (line, words),
            more => (line, format!("{words} and {more} more indicators")),
        };
        found.into_iter().map(words).collect()
    }

    /// What was decided since and stands, the newest first.
    pub(in super::super) fn decided(&self) -> Section {
        let incident = self.incident;
        let stands = |state| matches!(state, Stood::Open | Stood::Confirmed);
        let taken =
            incident.ledger_of(Sort::Decision).filter(|item| stands(item.state()) && self.fresh(item.line));
        let mut all: Vec<Done> = taken
            .map(|item| {
                let by = format!("{} {}", plain(&item.by), self.when(item.made));
                (item.line, format!("{} ({})", clause(&item.text), super::super::lines::tight(&by)))
            })
            .collect();
        let logged = self.recent().filter(|entry| entry.kind == Kind::Decision && logged(incident, entry));
        all.extend(logged.map(|entry| {
            let by = format!("{} {}", plain(entry.actor()), self.when(entry.happened));
            (entry.id, format!("{} ({})", clause(entry.shown()), super::super::lines::tight(&by)))
        }));
        all.sort_by_key(|(line, _)| std::cmp::Reverse(incident.place_in_log(*line)));
        Section::of("DECIDED", Style::List, all, |(_, words)| Row::of(words))
    }

    /// What happened since, the newest last, and how much was written.
    pub(in super::super) fn happened(&self) -> Section {
        let telling = |kind: Kind| {
            matches!(
                kind,
                Kind::Phase
                    | Kind::Severity
                    | Kind::Determination
                    | Kind::Posture
                    | Kind::Hold
                    | Kind::Communication
                    | Kind::Approval
                    | Kind::Handover
            )
        };
        let written = self.recent().count();
        let all: Vec<&Entry> = self.recent().filter(|entry| telling(entry.kind)).collect();
        let left = all.len().saturating_sub(ENTRIES);
        let words = if written == 1 { "1 entry".to_owned() } else { format!("{written} entries") };
        let head = match left {
            0 => words,
            _ => format!("{words}; the last of those that tell most:"),
        };
        let rows = all[left..].iter().map(|entry| {
            let (at, who) = (self.when(entry.happened), plain(entry.actor()));
            Row::of(format!("{at} {who} {}: {}", entry.kind.word(), clause(entry.shown())))
        });
        Section::new("SINCE", Style::List, std::iter::once(Row::of(head)).chain(rows).collect())
    }
}

/// Entries that are told one by one.
const ENTRIES: usize = 11;

/// Whether somebody only wrote it; the ledger has the others.
fn logged(incident: &Incident, entry: &Entry) -> bool {
    let mut ledger = incident.ledger_of(Sort::Decision).chain(incident.ledger_of(Sort::Declaration));
    entry.kind.written() && !ledger.any(|item| item.line == entry.id)
}
