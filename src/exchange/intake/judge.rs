//! What was read is judged as the record will stand: each act against the incident with the earlier ones of
//! the same file in it. Nothing is written here, and one bad row never costs a good one.

use std::collections::{BTreeMap, HashSet};
use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Act, Piece, Place, Read, Reading};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::{Clock, Draft, Line, WriterId};
use crate::model::desk::Desk;
use crate::model::entry::{Entry, Kind};
use crate::model::id::{LineId, NounId};
use crate::model::indicator::PER_LINE;
use crate::model::refusal::Refusal;
use crate::model::task::{State, Task};
use crate::model::text::{self, thousands};

/// The most one import takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// New acts.
    pub acts: usize,
    /// Bytes of the record.
    pub text: usize,
}

/// 100,000 new acts and 256 MiB of text come from one file.
pub const MOST: Most = Most { acts: 100_000, text: 256 << 20 };
/// Of what was refused, so many are kept with their reasons; the rest is counted.
pub const KEPT: usize = 1_000;
/// At most so many remarks.
const REMARKS: usize = 50;
/// Indicators of one line of the record take at most so many bytes, half of what a line may hold.
const LINE: usize = 512 << 10;
/// Other clocks differ a little.
const SKEW: TimeDelta = TimeDelta::minutes(2);

/// A row, or a value of it, that was not taken, and the rows after it with the same fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub row: u64,
    /// The last row of the run.
    pub to: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub why: String,
    /// The rest of the row was taken, or is here already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rest_taken: bool,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row == self.to {
            true => write!(f, "row {}", self.row)?,
            false => write!(f, "rows {} to {}", self.row, self.to)?,
        }
        self.column.as_ref().map_or(Ok(()), |column| write!(f, ", {column}"))
    }
}

/// What a file would bring.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// To be written as one act, in this order.
    pub drafts: Vec<Draft>,
    /// Rows that bring something new.
    pub new: usize,
    /// Rows of which everything is here already.
    pub here: usize,
    /// Faults, counted.
    pub faults: usize,
    /// Of them, values of rows that were taken without them.
    pub values: usize,
    /// The first of them ([`KEPT`]), in the order of the file.
    pub refused: Vec<Refused>,
    pub remarks: Vec<String>,
    /// What is new, in words: how many entries, indicators, components.
    pub brings: BTreeMap<&'static str, usize>,
}

impl Judged {
    /// Whether nothing of it could be taken, though there was something.
    pub fn nothing_taken(&self) -> bool {
        self.new == 0 && self.here == 0
    }

    /// `412 new entries, 3 here already`; `412 new (400 entries, 12 indicators), 3 here already, 2 refused`.
    pub fn sentence(&self) -> String {
        let one = |n: usize, what: &str| match n {
            1 => format!("1 {what}"),
            n => format!("{} {}", thousands(n), plural(what)),
        };
        let brings: Vec<String> = self.brings.iter().map(|(what, count)| one(*count, what)).collect();
        // One thing from each row needs to be counted once only.
        let mut words = match self.brings.iter().next() {
            Some((what, count)) if brings.len() == 1 && *count == self.new => {
                one(*count, &format!("new {what}"))
            }
            Some(_) => format!("{} new ({})", thousands(self.new), brings.join(", ")),
            None => format!("{} new", thousands(self.new)),
        };
        if self.here > 0 {
            words.push_str(&format!(", {} here already", thousands(self.here)));
        }
        if self.faults > self.values {
            words.push_str(&format!(", {} refused", thousands(self.faults - self.values)));
        }
        if self.values > 0 {
            words.push_str(&format!(", {} left out", one(self.values, "value")));
        }
        words
    }

    /// The faults that are counted only.
    pub fn more_faults(&self) -> usize {
        let told: u64 = self.refused.iter().map(|it| it.to - it.row + 1).sum();
        self.faults.saturating_sub(usize::try_from(told).unwrap_or(usize::MAX))
    }
}

fn plural(what: &str) -> String {
    match what.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{what}s"),
    }
}

/// Reads a file and judges it. `name` is what the record says it is from; `desk` gives a desk with ids of its
/// own for each command. `met` is told how many rows were met, and may end it.
///
/// # Errors
/// A file that is not of the format at all, and one that holds more than [`MOST`]; then
/// nothing of it is taken.
pub fn judge<'a>(
    read: Read,
    file: (&mut dyn BufRead, &Reading<'_>),
    into: (&Incident, &str),
    desk: impl FnMut(u32) -> Desk<'a>,
    met: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Judged, Refusal> {
    judge_within(MOST, read, file, into, desk, met)
}

/// [`judge`] with other limits.
pub(super) fn judge_within<'a>(
    most: Most,
    read: Read,
    (file, reading): (&mut dyn BufRead, &Reading<'_>),
    (incident, name): (&Incident, &str),
    desk: impl FnMut(u32) -> Desk<'a>,
    met: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Judged, Refusal> {
    let mut judging = Judging::new(most, incident, name, reading.now, desk);
    read(file, reading, &mut |piece| {
        judging.take(piece)?;
        met(judging.row)
    })?;
    judging.end()
}

/// What tells an entry from all others: its kind, when it happened, its words and who did it.
type Key = [u8; 16];

fn key(kind: Kind, at: Option<DateTime<Utc>>, words: &str, who: Option<&str>) -> Key {
    let mut hash = Sha256::new().chain_update(kind.word());
    // Other programs keep microseconds.
    hash.update(at.map_or(i64::MIN, |at| at.timestamp_micros()).to_le_bytes());
    for part in [words, who.unwrap_or("\0")] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}

/// What a row came to.
#[derive(Clone, Default)]
struct Row {
    new: bool,
    here: bool,
    /// Where a value of it, or the row itself, could not be taken, and why; the first of them ([`KEPT`]).
    refused: Vec<(Place, String)>,
    faults: usize,
}

struct Judging<'n, D> {
    most: Most,
    /// The incident as it would stand.
    trial: Incident,
    desk: D,
    desks: u32,
    now: DateTime<Utc>,
    name: &'n str,
    keys: HashSet<Key>,
    /// The nouns this file has brought.
    ours: HashSet<NounId>,
    /// For each line of the trial, which draft it became.
    drafted: Vec<u32>,
    indicator_bytes: usize,
    bytes: usize,
    acts: usize,
    row: u64,
    of_row: Row,
    halt: Option<Refusal>,
    judged: Judged,
}

impl<'a, 'n, D: FnMut(u32) -> Desk<'a>> Judging<'n, D> {
    fn new(most: Most, incident: &Incident, name: &'n str, now: DateTime<Utc>, desk: D) -> Self {
        let mut keys = HashSet::new();
        for entry in incident.entries.iter().filter(|entry| entry.kind.written()) {
            if entry.undone_by.is_none() {
                add_keys(&mut keys, entry);
            }
        }
        Self {
            most,
            trial: incident.clone(),
            desk,
            desks: 0,
            now,
            name,
            keys,
            ours: HashSet::new(),
            drafted: Vec::new(),
            indicator_bytes: 0,
            bytes: 0,
            acts: 0,
            row: 0,
            of_row: Row::default(),
            halt: None,
            judged: Judged::default(),
        }
    }

    fn take(&mut self, piece: Piece) -> ControlFlow<()> {
        match piece {
            Piece::Act(act) => {
                self.at_row(act.place.row);
                match self.act(&act) {
                    Ok(true) => self.of_row.new = true,
                    Ok(false) => self.of_row.here = true,
                    Err(refusal) => self.refuse(&act.place, said(&refusal)),
                }
            }
            Piece::Incident(arriving) => {
                self.refuse(
                    &arriving.place,
                    "it is an incident of its own, and belongs in a record of its own".into(),
                );
            }
            Piece::Refused { place, why } => self.refuse(&place, why),
            Piece::Remark(words) => {
                let words = text::visible(&words).into_owned();
                let all = &mut self.judged.remarks;
                if all.len() < REMARKS && !all.contains(&words) {
                    all.push(words);
                }
            }
        }
        if self.acts > self.most.acts || self.bytes > self.most.text {
            let what = match self.acts > self.most.acts {
                true => format!("{} acts", thousands(self.most.acts)),
                false => format!("{} MiB of text", self.most.text >> 20),
            };
            self.halt = Some(
                Refusal::refused(format!(
                    "By row {} the file brings more than {what}, the most one import takes; nothing was recorded.",
                    thousands(usize::try_from(self.row).unwrap_or(usize::MAX))
                ))
                .hint("Filter it where it comes from to what matters for the incident, or import it in parts."),
            );
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// The pieces of a row come together; a new row settles the one before.
    fn at_row(&mut self, row: u64) {
        if row != self.row {
            self.settle();
            self.row = row;
        }
    }

    fn settle(&mut self) {
        let row = std::mem::take(&mut self.of_row);
        if row.new {
            self.judged.new += 1;
        } else if row.here {
            self.judged.here += 1;
        }
        let rest_taken = row.new || row.here;
        self.judged.faults += row.faults;
        self.judged.values += if rest_taken { row.faults } else { 0 };
        for (place, why) in row.refused {
            self.tell(place, why, rest_taken);
        }
    }

    fn tell(&mut self, place: Place, why: String, rest_taken: bool) {
        let refused = &mut self.judged.refused;
        if let Some(last) = refused.last_mut()
            && last.why == why
            && last.column == place.column
            && last.rest_taken == rest_taken
            && last.to + 1 == place.row
        {
            last.to = place.row;
        } else if refused.len() < KEPT {
            refused.push(Refused { row: place.row, to: place.row, column: place.column, why, rest_taken });
        }
    }

    fn refuse(&mut self, place: &Place, why: String) {
        self.at_row(place.row);
        self.of_row.faults += 1;
        if self.of_row.refused.len() < KEPT {
            // Both may quote the file.
            let column = place.column.as_deref().map(|column| text::visible(column).into_owned());
            let why = text::visible(&why).into_owned();
            self.of_row.refused.push((Place { row: place.row, column }, why));
        }
    }

    /// Judges an act; `false`: it is here already.
    fn act(&mut self, act: &Act) -> Result<bool, Refusal> {
        if let Some(at) = &act.at
            && at.utc() > self.now + SKEW
        {
            let at = at.at.to_rfc3339();
            return Err(Refusal::refused(format!(
                "{at} is still ahead, and a fact cannot have happened yet."
            )));
        }
        let who = act.who.as_deref().map(text::name).transpose()?;
        let commands = act.change.commands(&self.trial)?;
        let (first, desk) = (self.desks, &mut self.desk);
        let drafts = self.trial.decide_all(&commands, |k| Desk {
            who: who.clone(),
            happened: act.at.clone(),
            ..desk(first.wrapping_add(k))
        })?;
        self.desks = first.wrapping_add(u32::try_from(commands.len()).unwrap_or(u32::MAX));
        let mut new = false;
        for mut draft in drafts {
            if self.is_here(&draft, act) {
                continue;
            }
            new = true;
            if let Event::Logged(logged) = &mut draft.event
                && logged.source.is_none()
                && !self.name.is_empty()
            {
                logged.source = Some(text::name(&clipped(self.name))?);
            }
            self.keep(draft);
        }
        Ok(new)
    }

    /// What [`Incident::decide`] takes a second time, because people may say a thing twice: a file may not.
    fn is_here(&mut self, draft: &Draft, act: &Act) -> bool {
        let (kind, words) = match &draft.event {
            Event::Logged(logged) => (logged.kind.kind(), logged.text.as_str()),
            Event::SignalRecorded(signal) => (Kind::Signal, signal.text.as_str()),
            Event::TaskAdded(added) => {
                let same = |task: &Task| !task.undone && task.what.title == added.task.title;
                return self.trial.tasks.iter().any(same);
            }
            // An import adds; it does not overrule what somebody said here.
            Event::TaskChanged(it) => return it.from != State::Open && !self.ours.contains(&it.task),
            Event::TaskAssigned(it) => return it.from.is_some() && !self.ours.contains(&it.task),
            Event::TaskDueSet(it) => return it.from.is_some() && !self.ours.contains(&it.task),
            Event::ComponentStaged(it) => return !self.ours.contains(&it.component),
            Event::StageNoted(it) => return !self.ours.contains(&it.component),
            Event::ComponentEdited(it) => return !self.ours.contains(&it.component),
            Event::IndicatorRetired(it) => {
                return it.indicators.iter().all(|named| !self.ours.contains(&named.id));
            }
            Event::EvidenceRequested(asked) => {
                return self.trial.evidence.iter().any(|item| !item.undone && item.name() == asked.what.name);
            }
            Event::EvidenceAdded(added) => {
                let same = |have: &str| added.how.sha256.as_deref() == Some(have);
                return self.trial.evidence.iter().filter(|item| !item.undone).any(|item| {
                    let hash = item.taken.as_ref().and_then(|taken| taken.sha256.as_deref());
                    match (hash, &added.how.sha256) {
                        (Some(have), Some(_)) => same(have),
                        (None, None) => item.name() == added.what.name,
                        _ => false,
                    }
                });
            }
            _ => return false,
        };
        let at = act.at.as_ref().map(crate::model::time::Happened::utc);
        let actor = draft.who.as_deref().unwrap_or(&draft.by);
        let who = act.who.is_some().then_some(actor);
        if self.keys.contains(&key(kind, at, words, who)) {
            return true;
        }
        for (at, who) in [(at, Some(actor)), (at, None), (None, Some(actor)), (None, None)] {
            self.keys.insert(key(kind, at, words, who));
        }
        false
    }

    /// The trial goes on with it, and so will the record.
    fn keep(&mut self, draft: Draft) {
        match &draft.event {
            Event::TaskAdded(added) => _ = self.ours.insert(added.task.id.clone()),
            Event::ComponentAdded(added) => _ = self.ours.insert(added.id.clone()),
            Event::IndicatorsAdded(added) => {
                self.ours.extend(added.indicators.iter().map(|one| one.id.clone()))
            }
            _ => {}
        }
        let (what, count) = brought(&draft.event);
        *self.judged.brings.entry(what).or_default() += count;
        self.acts += count;
        let size = draft.event.data().len();
        self.bytes += size;
        let k = u32::try_from(self.drafted.len()).unwrap_or(u32::MAX);
        self.trial.apply(&line(LineId::awaited(k), k, self.now, &draft));
        if self.joined(&draft, size) {
            self.drafted.push(u32::try_from(self.judged.drafts.len() - 1).unwrap_or(u32::MAX));
            return;
        }
        self.indicator_bytes = size;
        self.drafted.push(u32::try_from(self.judged.drafts.len()).unwrap_or(u32::MAX));
        self.judged.drafts.push(draft);
    }

    /// Indicators that were added by the same person at the same time stand on one line of the record.
    fn joined(&mut self, draft: &Draft, size: usize) -> bool {
        let Some(last) = self.judged.drafts.last_mut() else { return false };
        if (&last.who, &last.happened) != (&draft.who, &draft.happened) {
            return false;
        }
        let (Event::IndicatorsAdded(all), Event::IndicatorsAdded(more)) = (&mut last.event, &draft.event)
        else {
            return false;
        };
        let fits =
            all.indicators.len() + more.indicators.len() <= PER_LINE && self.indicator_bytes + size <= LINE;
        if !fits || all.with != more.with || all.part.is_some() || more.part.is_some() {
            return false;
        }
        all.indicators.extend(more.indicators.iter().cloned());
        self.indicator_bytes += size;
        true
    }

    fn end(mut self) -> Result<Judged, Refusal> {
        self.settle();
        if let Some(refusal) = self.halt {
            return Err(refusal);
        }
        for draft in &mut self.judged.drafts {
            for id in &mut draft.over {
                if let Some(to) = id.awaits().and_then(|k| self.drafted.get(usize::try_from(k).ok()?)) {
                    *id = LineId::awaited(*to);
                }
            }
        }
        Ok(self.judged)
    }
}

fn add_keys(keys: &mut HashSet<Key>, entry: &Entry) {
    for words in [entry.text.as_str(), entry.shown()] {
        for at in [Some(entry.happened), None] {
            for who in [Some(entry.actor()), None] {
                keys.insert(key(entry.kind, at, words, who));
            }
        }
    }
}

/// What an event brings, as one is called, and how many.
fn brought(event: &Event) -> (&'static str, usize) {
    match event {
        Event::Logged(_) | Event::SignalRecorded(_) => ("entry", 1),
        Event::IndicatorsAdded(added) => ("indicator", added.indicators.len()),
        Event::ComponentAdded(_) => ("component", 1),
        Event::TaskAdded(_) => ("task", 1),
        Event::EvidenceAdded(_) | Event::EvidenceRequested(_) => ("evidence item", 1),
        _ => ("change", 1),
    }
}

/// A line of the trial: it has its place behind all others, and no name of its own.
fn line(id: LineId, k: u32, now: DateTime<Utc>, draft: &Draft) -> Line {
    Line {
        id,
        writer: WriterId(String::new()),
        n: u64::from(k) + 1,
        clock: Clock(i64::MAX, k),
        recorded: now,
        by: draft.by.clone(),
        who: draft.who.clone(),
        happened: draft.happened.clone(),
        ex: draft.ex,
        now_set: draft.now_set,
        batch: None,
        over: draft.over.clone(),
        event: draft.event.clone(),
    }
}

/// The name of a file as far as the source of an entry holds it.
fn clipped(name: &str) -> String {
    let most = text::NAME.most;
    match name.char_indices().nth(most) {
        None => name.to_owned(),
        Some(_) => name.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// A refusal as the reason of a row.
fn said(refusal: &Refusal) -> String {
    let message = refusal.message.trim_end_matches('.');
    match &refusal.hint {
        Some(hint) => format!("{message}; {}", hint.trim_end_matches('.')),
        None => message.to_owned(),
    }
}
