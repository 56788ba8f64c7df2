//! What a SITREP and a handover say of an incident, statement by statement.

mod since;
mod work;

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use unicode_width::UnicodeWidthStr as _;

use super::lines::{COLUMNS, Row, Section, Style, begun, clause, loosened, plain, tight};
use super::{Clock, Tense};
use crate::incident::Incident;
use crate::incident::ledger::declared;
use crate::model::component::{Component, Stage};
use crate::model::entry::{Entry, Kind};
use crate::model::id::LineId;
use crate::model::ledger::Sort;
use crate::model::lifecycle::Way;
use crate::model::notice::{Hardness, Notice, NoticeState};
use crate::model::phase::Phase;
use crate::model::severity::Severity;
use crate::model::time::{self, Zone};
use crate::store::Series;

/// An incident as it is told at one moment, and from where in its log on things are new.
pub(super) struct Phrases<'a> {
    pub(super) incident: &'a Incident,
    pub(super) clock: &'a Clock,
    pub(super) told: Told<'a>,
}

/// What is new to whom it is told.
#[derive(Clone, Copy)]
pub(super) enum Told<'a> {
    /// What stands behind this place in the log; `None`: everything.
    Behind(Option<usize>),
    /// These lines.
    Only(&'a HashSet<LineId>),
}

/// `false-positive` as people say it.
pub(super) fn words_of(id: &str) -> String {
    id.replace('-', " ")
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Phrases<'_> {
    pub(super) fn when(&self, at: DateTime<Utc>) -> String {
        tight(&time::when(at, self.clock.now, &self.clock.zone))
    }

    /// How long since then.
    pub(super) fn lasted(&self, since: DateTime<Utc>) -> String {
        tight(&time::span((self.clock.now - since).num_milliseconds()))
    }

    /// `22 h 43 m left`, `0:12 over`.
    pub(super) fn left(&self, at: DateTime<Utc>) -> String {
        let word = if at <= self.clock.now { "over" } else { "left" };
        tight(&format!("{} {word}", self.lasted(at)))
    }

    /// `14:06 UTC`, `15:06 +01:00`.
    pub(super) fn with_zone(&self, at: DateTime<Utc>) -> String {
        let zone = match self.clock.zone.at(at).offset().local_minus_utc() {
            0 => "UTC".to_owned(),
            _ => self.clock.zone.at(at).format("%:z").to_string(),
        };
        tight(&format!("{} {zone}", self.when(at)))
    }

    /// `21 Nov 2026 14:06 UTC (15:06 +01:00)   lead ana   since SITREP 3, 13:20 UTC`; what is beside it is left out
    /// where there is no room for it.
    pub(super) fn dated(&self, what: &str, since: DateTime<Utc>) -> String {
        let (now, zone) = (self.clock.now, &self.clock.zone);
        let date = tight(&zone.at(now).format("%-d %b %Y").to_string());
        let when = format!("{date} {}", self.with_zone(now));
        let since = format!("since {what}, {}", self.with_zone(since));
        let lead = match self.incident.lead() {
            Some(lead) => format!("lead {}", plain(lead)),
            None => "nobody leads".to_owned(),
        };
        let other = |beside: &&Zone| beside.at(now).offset() != zone.at(now).offset();
        let beside = self.clock.beside.as_ref().filter(other).map(|beside| {
            let clock = Clock { zone: beside.clone(), ..self.clock.clone() };
            format!(" ({})", Phrases { clock: &clock, ..*self }.with_zone(now))
        });
        let all = [format!("{when}{}", beside.unwrap_or_default()), lead.clone(), since.clone()].join("   ");
        if all.width() <= COLUMNS {
            return loosened(&all);
        }
        let room = COLUMNS.saturating_sub(when.width() + since.width() + 6);
        loosened(&[when, begun(&lead, room), since].join("   "))
    }

    /// What must stand above all else, a row each: that the record has faults; that it is not real, or not now.
    pub(super) fn banner(&self) -> Option<String> {
        let real = banner(self.incident).map(str::to_owned);
        let then = (self.clock.tense == Tense::Then)
            .then(|| format!("AS OF {}: what was in the record then", self.with_zone(self.clock.now)));
        let words: Vec<String> = real.into_iter().chain(then).collect();
        let words = (!words.is_empty()).then(|| loosened(&words.join("   ")));
        // A row of its own: who reads only the first has read that it is doubtful.
        let all: Vec<String> = self.incident.doubt().into_iter().chain(words).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }

    /// Whether a line was written after what was told last.
    pub(super) fn fresh(&self, line: LineId) -> bool {
        match self.told {
            Told::Behind(None) => true,
            Told::Behind(Some(told)) => self.incident.place_in_log(line).is_some_and(|at| at > told),
            Told::Only(lines) => lines.contains(&line),
        }
    }

    /// The entries written after what was told last, oldest first.
    pub(super) fn recent(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        let from = match self.told {
            Told::Behind(told) => told.map_or(0, |told| told + 1).min(self.incident.entries.len()),
            Told::Only(_) => 0,
        };
        let told = self.told;
        let new = move |entry: &&Entry| match told {
            Told::Behind(_) => true,
            Told::Only(lines) => lines.contains(&entry.id),
        };
        self.incident.entries[from..].iter().filter(new).filter(|entry| entry.undone_by.is_none())
    }

    /// What it is, how bad, how far: three or four sentences to begin with.
    pub(super) fn in_short(&self) -> Section {
        let incident = self.incident;
        let types: Vec<String> = incident.types().map(words_of).collect();
        let what = if types.is_empty() { "no type yet".to_owned() } else { types.join(", ") };
        let judged = incident.determination.get().and_then(Option::as_deref);
        let judged = judged.map_or_else(|| "not determined".to_owned(), words_of);
        let severity = incident.severity().map_or("severity not set", |severity| severity.level.label());
        let mut rows = vec![Row::of(format!("{}, {judged}, {severity}", capital(&what)))];
        rows.push(Row::of(self.contained()));
        let named: Vec<&str> =
            incident.declared().into_iter().filter_map(declared).map(|it| it.name()).collect();
        if !named.is_empty() {
            rows.push(Row::of(format!("Declared: {}", named.join(", "))));
        }
        if let Some(visit) = incident.visit()
            && let (Some(way @ (Way::Back | Way::Reopen)), Some(from)) = (visit.way, visit.from)
        {
            let at = self.when(visit.entered);
            let why = visit.reason.as_deref().map(|why| format!(": {}", clause(why))).unwrap_or_default();
            rows.push(Row::of(match way {
                Way::Reopen => format!("At {at} it was reopened in {}{why}", visit.phase),
                _ => format!("At {at} we went back from {from} to {}{why}", visit.phase),
            }));
        }
        let summary = incident.summary.get().and_then(Option::as_deref);
        rows.extend(summary.map(|summary| Row::of(plain(summary))));
        Section::new("IN SHORT", Style::Prose, rows)
    }

    fn contained(&self) -> String {
        let known = self.incident.components().filter(|component| !component.stage().out()).count();
        let open = self.incident.components().filter(|component| component.uncontained()).count();
        let suspected =
            self.incident.components().filter(|component| component.stage() == Stage::Suspected).count();
        match (open, known) {
            (0, _) if suspected > 0 => {
                format!("{suspected} of {known} components only suspected, not examined")
            }
            (_, 0) => "No component is listed as affected".to_owned(),
            (0, 1) => "The one component is not known to be uncontained".to_owned(),
            (0, n) => format!("None of {n} components is known to be uncontained"),
            (open, 1) => format!("NOT contained: {open} component"),
            (open, n) => format!("NOT contained: {open} of {n} components"),
        }
    }

    /// Where we are and for how long, and how much of the checklist is done.
    pub(super) fn phase(&self) -> Section {
        let incident = self.incident;
        let mut rows = Vec::new();
        let ending = incident.place.get().and_then(|place| place.ending.as_ref());
        match (incident.visit(), ending) {
            (Some(visit), Some(ending)) => {
                let at = self.when(visit.entered);
                rows.push(Row::of(format!("CLOSED {at}, {}", words_of(&ending.disposition))));
                let open = (visit.entered - incident.opened).num_milliseconds();
                rows.push(Row::of(format!("It was open for {}", tight(&time::span(open)))));
            }
            (Some(visit), None) => {
                let lasted = tight(&time::span(visit.lasted_ms(self.clock.now)));
                rows.push(Row::of(format!("{}, visit {}, for {lasted}", visit.phase, visit.n)));
                rows.push(Row::of(format!("Open {}", self.lasted(incident.opened))));
                let required: Vec<_> =
                    incident.checklist(&visit.id).filter(|task| task.what.required).collect();
                let done = required.iter().filter(|task| task.settled()).count();
                if !required.is_empty() {
                    rows.push(Row::of(format!("{done} of {} required done", required.len())));
                }
            }
            (None, _) => {}
        }
        if let Some(what) = incident.hold.get().and_then(Option::as_deref) {
            rows.insert(0, Row::of(format!("ON HOLD, waits for {}", clause(what))));
        }
        let open = incident.components().any(|component| component.uncontained());
        if incident.phase() > Phase::Containment && open && ending.is_none() {
            rows.push(Row::of(format!("{} runs ahead of what is not contained", incident.phase())));
        }
        Section::new("PHASE", Style::Prose, rows)
    }

    /// How bad, since when, what it was, and why.
    pub(super) fn severity(&self) -> Section {
        let mut rows = Vec::new();
        if let (Some(severity), Some(side)) = (self.incident.severity(), self.incident.severity.holds()) {
            let said = self.incident.entry_of(side.line);
            let since = said.map_or(self.incident.opened, |entry| entry.happened);
            let was = self.incident.severity_before().map(|(was, _)| was.level.label());
            let was = was.filter(|was| *was != severity.level.label());
            let was = was.map(|was| format!(", was {was}")).unwrap_or_default();
            let level = severity.level.label();
            let why = why(severity).map(|why| format!(": {why}")).unwrap_or_default();
            rows.push(Row::of(format!("{level} since {}{was}{why}", self.when(since))));
        }
        if let Some(sides) = self.incident.severity.contested() {
            let each = sides.iter().map(|side| {
                let level = side.value.as_ref().map_or("SEV?", |severity| severity.level.label());
                format!("{} {level}", plain(&side.by))
            });
            rows.push(Row::of(format!("CONTESTED: {}", each.collect::<Vec<_>>().join(", "))));
        }
        Section::new("SEVERITY", Style::Prose, rows)
    }

    /// What is known to be affected and not held, the longest first; then what is only suspected.
    pub(super) fn open(&self) -> Section {
        let mut open: Vec<&Component> = self.incident.components().filter(|c| c.uncontained()).collect();
        open.sort_by_cached_key(|component| component.uncontained_since());
        let newest = self.newest_words(&open[..open.len().min(super::lines::MOST)]);
        let suspected: Vec<&Component> = self
            .incident
            .components()
            .filter(|component| component.stage() == Stage::Suspected && !component.uncontained())
            .collect();
        let first = Section::of("OPEN", Style::List, open, |component| self.uncontained(component, &newest));
        first.and(Section::of("OPEN", Style::List, suspected, |component| {
            let head = format!(" suspected since {}", self.when(component.since()));
            let note = component.note().map(clause).unwrap_or_default();
            Row::named(plain(&component.name), head).and(note)
        }))
    }

    fn uncontained(&self, component: &Component, newest: &BTreeMap<usize, &Entry>) -> Row {
        let since = component.uncontained_since().unwrap_or_else(|| component.since());
        let again = if component.stage() == Stage::Suspected { ", suspected again" } else { "" };
        let row = Row::named(plain(&component.name), format!(" since {}{again}", self.when(since)));
        let known = component.known();
        let row = match (known.how.as_deref(), known.done, known.asked) {
            (Some(how), Some(done), _) => row.and(format!("{} {}", clause(how), self.when(done))),
            (Some(how), None, Some(asked)) => {
                row.and(format!("{} asked {}, not done", clause(how), self.when(asked)))
            }
            (Some(how), None, None) => row.and(clause(how)),
            (None, _, _) if component.stage() == Stage::Confirmed => row.and("containment not begun"),
            (None, _, _) => row,
        };
        let place = self.incident.components.iter().position(|other| other.id == component.id);
        let words = place.and_then(|at| newest.get(&at));
        let row = match words {
            Some(entry) => row.and(format!("{} {}", self.when(entry.happened), clause(entry.shown()))),
            None => row,
        };
        let why = component.stage.get().and_then(|staged| staged.reason.as_deref());
        row.and(why.map(clause).unwrap_or_default())
    }

    /// The newest words of somebody about each of these since it is open, by its place among the components.
    fn newest_words<'a>(&'a self, open: &[&Component]) -> BTreeMap<usize, &'a Entry> {
        let mut wanted: Vec<(usize, &Component)> = open
            .iter()
            .filter_map(|component| {
                let at = self.incident.components.iter().position(|other| other.id == component.id)?;
                Some((at, *component))
            })
            .collect();
        let mut found = BTreeMap::new();
        let earliest = open.iter().filter_map(|component| component.uncontained_since()).min();
        for entry in self.incident.entries.iter().rev() {
            if wanted.is_empty() || earliest.is_some_and(|earliest| entry.written() < earliest) {
                break;
            }
            let telling = matches!(entry.kind, Kind::Note | Kind::Observation | Kind::Action);
            if !telling || entry.undone_by.is_some() {
                continue;
            }
            wanted.retain(|(at, component)| {
                let about = entry.components.iter().any(|name| component.called(name));
                if about && component.uncontained_since().is_some_and(|since| entry.happened >= since) {
                    found.insert(*at, entry);
                    return false;
                }
                true
            });
        }
        found
    }

    /// What is held or further, what nobody has seen to hold first.
    pub(super) fn held(&self) -> Section {
        let mut held: Vec<&Component> = self
            .incident
            .components()
            .filter(|component| !component.uncontained() && component.stage() != Stage::Suspected)
            .collect();
        held.sort_by_cached_key(|c| (c.stage() != Stage::Contained || c.known().seen.is_some(), c.stage()));
        Section::of("HELD", Style::Flow, held, |component| {
            let (name, since) = (plain(&component.name), self.when(component.since()));
            let known = component.known();
            let done = known.done.map_or(since.clone(), |done| self.when(done));
            let how = known.how.as_deref().map(clause);
            let said = match component.stage() {
                Stage::Contained => {
                    let how = how.unwrap_or_else(|| "contained".to_owned());
                    let seen = known.seen.as_ref().map(|seen| self.when(seen.at));
                    let seen = seen
                        .map_or_else(|| "not yet seen to hold".to_owned(), |at| format!("seen to hold {at}"));
                    format!("{how} {done}, {seen}")
                }
                Stage::Eradicating => "being cleaned".to_owned(),
                Stage::Eradicated => format!("clean {since}"),
                Stage::Restoring => "being restored".to_owned(),
                Stage::Restored => format!("back {since}"),
                Stage::Cleared => format!("cleared {since}"),
                Stage::Retired => format!("retired {since}"),
                Stage::RiskAccepted => {
                    let until = known.until.map(|until| format!(" until {}", self.when(until)));
                    format!("left as it is{}, risk accepted", until.unwrap_or_default())
                }
                stage => format!("{} {since}", stage.id()),
            };
            Row::named(name, format!(" {said}"))
        })
    }

    /// What somebody outside waits for and by when, what was sent since, and whom we wait for.
    pub(super) fn clocks(&self) -> Section {
        let mut owed: Vec<&Notice> = self.incident.notices().filter(|notice| notice.owed()).collect();
        owed.sort_by_key(|notice| notice.limit().map_or(DateTime::<Utc>::MAX_UTC, |limit| limit.at));
        let sent: Vec<&Notice> = self
            .incident
            .notices()
            .filter(|notice| notice.state() == NoticeState::Sent)
            .filter(|notice| notice.standing.holds().is_some_and(|side| self.fresh(side.line)))
            .collect();
        let owed = Section::of("CLOCKS", Style::List, owed, |notice| self.owed(notice));
        owed.and(Section::of("CLOCKS", Style::List, sent, |notice| {
            let recipient = plain(&notice.recipient);
            let Some(standing) = notice.standing.get() else { return Row::named(recipient, " told") };
            let head = format!(" told {} by {}", self.when(standing.at), plain(&standing.by));
            let reference = standing.reference.as_deref().map(|it| format!(", ref {}", plain(it)));
            Row::named(recipient, format!("{head}{}", reference.unwrap_or_default()))
        }))
    }

    fn owed(&self, notice: &Notice) -> Row {
        let name = clause(&notice.name);
        let from = notice.started.get().map(|it| format!("{} {}", it.from(), self.when(it.at)));
        let row = match notice.limit() {
            None => Row::named(name, ": owed without delay"),
            Some(limit) => {
                let over = limit.at <= self.clock.now;
                let word = match (limit.hard, over) {
                    (Hardness::Due, true) => "OVERDUE, due",
                    (Hardness::Due, false) => "due",
                    (Hardness::Target, _) => "target",
                };
                Row::named(name, format!(": {word} {}, {}", self.when(limit.at), self.left(limit.at)))
            }
        };
        row.and(from.unwrap_or_default())
    }

    /// Timers that run, the next one first.
    pub(super) fn timers(&self) -> Section {
        Section::of("TIMERS", Style::List, self.incident.timers(), |timer| {
            let due = timer.due().map(|due| {
                let word = if due <= self.clock.now { "RANG" } else { "rings" };
                format!("{word} {}, {}", self.when(due), self.left(due))
            });
            Row::named(clause(&timer.text), format!(": {}", due.unwrap_or_default())).and(plain(&timer.by))
        })
    }

    /// How many temporary measures must be taken back, and when the first of them is looked at.
    pub(super) fn in_place(&self) -> Section {
        let all: Vec<_> = self.incident.measures_in_place().collect();
        let next = all.iter().filter_map(|item| item.next_time()).min();
        let late = all.iter().filter(|item| item.overdue(self.clock.now)).count();
        let mut text = match all.len() {
            0 => return Section::new("IN PLACE", Style::Prose, Vec::new()),
            1 => "1 temporary measure to be taken back".to_owned(),
            n => format!("{n} temporary measures to be taken back"),
        };
        if let Some(next) = next {
            text.push_str(&format!("; first review {}", self.when(next)));
        }
        if late > 0 {
            text.push_str(&format!(", {late} OVERDUE"));
        }
        Section::new("IN PLACE", Style::Prose, vec![Row::of(text)])
    }

    /// When the next SITREP is promised.
    pub(super) fn promised(&self) -> Section {
        let rows = self.incident.sitrep_promised().map(|at| {
            let number = crate::model::sitrep::label(self.incident.next_sitrep_number());
            let to = self.incident.last_sitrep().map(|last| plain(&last.to)).unwrap_or_default();
            Row::of(format!("{number} to {to}: {}, {}", self.with_zone(at), self.left(at)))
        });
        Section::new("UPDATE", Style::Prose, rows.into_iter().collect())
    }

    /// What is assumed and what several people say differently.
    pub(super) fn unknown(&self) -> Section {
        let mut assumed: Vec<_> =
            self.incident.ledger_of(Sort::Assumption).filter(|item| item.open()).collect();
        assumed.sort_by_key(|item| item.due().unwrap_or(DateTime::<Utc>::MAX_UTC));
        let first = Section::of("UNKNOWN", Style::Flow, assumed, |item| {
            let due = item.due().map(|due| match due <= self.clock.now {
                true => format!(" (OVERDUE, check was {})", self.when(due)),
                false => format!(" (check {})", self.when(due)),
            });
            Row::of(format!("Assumed: {}{}", clause(&item.text), due.unwrap_or_default()))
        });
        let contested = self.incident.contested();
        first.and(Section::of("UNKNOWN", Style::Flow, contested, |field| {
            let sides =
                field.sides.iter().map(|side| format!("{} says {}", plain(&side.by), clause(&side.says)));
            Row::of(format!("Contested, {}: {}", plain(&field.field), sides.collect::<Vec<_>>().join("; ")))
        }))
    }
}

/// Why it is as bad as that: somebody's reason, else the answers it was scored from.
fn why(severity: &Severity) -> Option<String> {
    if let Some(by) = &severity.overridden {
        return Some(clause(&by.reason));
    }
    let impact = &severity.assessed.as_ref()?.impact;
    let modifiers = impact.modifiers.iter().map(|modifier| words_of(modifier.id()));
    let answers = [
        format!("functions {}", impact.functional.id()),
        format!("information {}", words_of(impact.information.id())),
        format!("recovery {}", words_of(impact.recoverability.id())),
    ];
    Some(answers.into_iter().chain(modifiers).collect::<Vec<_>>().join(", "))
}

/// The word that must stand on what is not real.
fn banner(incident: &Incident) -> Option<&'static str> {
    if incident.is_drill() {
        return Some("EXERCISE EXERCISE EXERCISE");
    }
    incident.number.starts_with(Series::Demo.word()).then_some("DEMO  made up, none of it has happened")
}
