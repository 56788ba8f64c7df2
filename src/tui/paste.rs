//! A paste on the screens: read beside the loop, shown as a table, recorded when somebody says so.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::app::{App, Tone};
use super::msg::Effect;
use super::screens::indicators::{HERE, LEFT, NEW};
use super::screens::{Keep, Key, Screen};
use crate::model::indicator::Adding;
use crate::model::indicator::paste::{Refused, Row, Understood};
use crate::model::text::thousands;
use crate::model::time::Zone;
use crate::store::Elsewhere;

/// Where a paste stands.
#[derive(Debug, Default)]
pub enum Pasting {
    #[default]
    Nothing,
    /// It is being read: bytes done, of how many.
    Reading { done: usize, of: usize },
    /// What was understood waits to be recorded.
    Table(Box<Table>),
}

/// What reading a paste needs; it is done in a thread.
#[derive(Debug)]
pub struct Order {
    /// The incident it is for.
    pub incident: Uuid,
    pub text: String,
    pub now: DateTime<Utc>,
    pub zone: Zone,
    pub own: Vec<String>,
}

/// What was understood of a paste, and what is taken of it.
#[derive(Debug)]
pub struct Table {
    pub understood: Understood,
    pub elsewhere: Elsewhere,
    /// For each row, whether it is on the list already.
    pub here: Vec<bool>,
    out: BTreeSet<usize>,
    also: BTreeSet<usize>,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Row(usize),
    Left(usize),
}

impl Place {
    pub fn of(key: &Key) -> Option<Self> {
        let Key::Word(word) = key else { return None };
        let (sort, at) = word.split_once(' ')?;
        let at = at.parse().ok()?;
        Some(if sort == "left" { Place::Left(at) } else { Place::Row(at) })
    }
}

impl Table {
    /// The rows of the table, under headings.
    pub fn keys(&self, keep: Keep<'_>) -> Vec<Key> {
        let rows = |here: bool| {
            let all = self.understood.rows.iter().enumerate();
            let fits = move |(at, row): &(usize, &Row)| {
                self.here[*at] == here && keep(&[&row.value, &row.kind.defang(&row.value), row.kind.id()])
            };
            all.filter(fits).map(|(at, _)| Key::Word(format!("row {at}")))
        };
        let left = self.understood.refused.iter().enumerate();
        let left = left.filter(|(_, refused)| keep(&[&refused.words, &refused.why.words()]));
        [Key::Section(NEW)]
            .into_iter()
            .chain(rows(false))
            .chain([Key::Section(HERE)])
            .chain(rows(true))
            .chain([Key::Section(LEFT)])
            .chain(left.map(|(at, _)| Key::Word(format!("left {at}"))))
            .collect()
    }

    pub fn row(&self, place: Place) -> Option<&Row> {
        match place {
            Place::Row(at) => self.understood.rows.get(at),
            Place::Left(_) => None,
        }
    }

    pub fn left(&self, place: Place) -> Option<&Refused> {
        match place {
            Place::Left(at) => self.understood.refused.get(at),
            Place::Row(_) => None,
        }
    }

    /// Whether a row will be recorded.
    pub fn takes(&self, place: Place) -> bool {
        match place {
            Place::Row(at) => !self.here.get(at).copied().unwrap_or(true) && !self.out.contains(&at),
            Place::Left(at) => self.also.contains(&at),
        }
    }

    /// Takes a row out, or in again; what is unsound cannot be taken.
    pub fn toggle(&mut self, place: Place) {
        match place {
            Place::Row(at) if !self.out.remove(&at) => _ = self.out.insert(at),
            Place::Left(at) if !self.also.remove(&at) && self.understood.refused[at].found.is_some() => {
                self.also.insert(at);
            }
            _ => {}
        }
    }

    /// How many rows will be recorded.
    pub fn taken(&self) -> usize {
        (0..self.understood.rows.len()).filter(|at| self.takes(Place::Row(*at))).count() + self.also.len()
    }

    /// The values to record.
    pub fn adding(&self) -> Vec<Adding> {
        let rows = self.understood.rows.iter().enumerate().filter(|(at, _)| self.takes(Place::Row(*at)));
        let rows =
            rows.map(|(_, row)| Adding { kind: row.kind, value: row.value.clone(), own: row.own.clone() });
        let also = self.also.iter().filter_map(|at| self.understood.refused[*at].found.clone());
        rows.chain(also.map(|(kind, value)| Adding { kind, value, own: None })).collect()
    }
}

/// Reads a paste beside the loop.
pub fn begin(app: &mut App, text: String) -> Vec<Effect> {
    let Some(incident) = app.incident().map(|incident| incident.id) else { return Vec::new() };
    app.pasting = Pasting::Reading { done: 0, of: text.len() };
    let order = Order { incident, text, now: app.now, zone: app.zone(), own: app.own_domains.clone() };
    let opened = super::screens::open(app, Screen::Indicators).unwrap_or_default();
    opened.into_iter().chain([Effect::Understand(Box::new(order))]).collect()
}

/// How far the reading is.
pub fn progress(app: &mut App, done: usize) {
    if let Pasting::Reading { done: so_far, .. } = &mut app.pasting {
        *so_far = done;
    }
}

/// A paste was read.
pub fn came(app: &mut App, incident: Uuid, understood: Understood, elsewhere: Elsewhere) {
    let Some(open) = app.incident().filter(|open| open.id == incident) else {
        app.pasting = Pasting::Nothing;
        return;
    };
    if understood.rows.is_empty() && understood.refused.is_empty() {
        app.pasting = Pasting::Nothing;
        app.say(Tone::Told, "Nothing in the paste looks like an indicator; nothing was recorded.");
        return;
    }
    let here = understood.rows.iter().map(|row| open.indicators.find(row.kind.id(), &row.value).is_some());
    let here: Vec<bool> = here.collect();
    let table = Table { here, understood, elsewhere, out: BTreeSet::new(), also: BTreeSet::new() };
    let taken = thousands(table.taken());
    app.pasting = Pasting::Table(Box::new(table));
    super::screens::relist(app);
    app.say(
        Tone::Told,
        format!("{taken} understood. Space takes a row out, Enter or P records the rest, Esc drops it."),
    );
}

/// Lets the table go; nothing of it was recorded.
pub fn drop_table(app: &mut App) {
    app.pasting = Pasting::Nothing;
    super::screens::relist(app);
    app.say(Tone::Told, "The paste was dropped; nothing was recorded.");
}

/// In which other incidents the values of the open one occur, as far as that is known.
pub fn elsewhere(app: &App) -> Option<&Elsewhere> {
    let (incident, elsewhere) = app.elsewhere.as_ref()?;
    app.incident().filter(|open| open.id == *incident).map(|_| elsewhere)
}
