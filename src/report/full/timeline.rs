//! What happened, in order, with every correction and everything taken back in sight.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::attack::{self, ATTRIBUTION, RELEASE};
use crate::model::entry::{Entry, Kind};
use crate::model::lane::Lane;

/// Everything that was recorded, by the time it happened.
#[derive(Debug, Serialize)]
pub struct Timeline<'a> {
    /// The earliest deed of the attacker on record (UTC), where it lies before they were noticed.
    pub first_deed: Option<DateTime<Utc>>,
    /// When they were noticed (UTC).
    pub noticed: DateTime<Utc>,
    pub rows: Vec<Row<'a>>,
}

/// A line of the log.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    /// The first eight digits of the line's id.
    pub id: String,
    pub kind: &'static str,
    /// The words that hold now.
    pub text: &'a str,
    /// UTC.
    pub happened: DateTime<Utc>,
    /// When it was written down (UTC).
    pub written: DateTime<Utc>,
    pub late_ms: i64,
    /// Who did it.
    pub by: &'a str,
    /// Who wrote it down, where that was somebody else.
    pub written_by: Option<&'a str>,
    /// `actor` or `us`; `null`: nobody said.
    pub lane: Option<&'static str>,
    /// The number of a deed of the attacker, as the picture has it.
    pub deed: Option<usize>,
    /// A way back, or a claim withdrawn.
    pub back: bool,
    pub components: &'a [String],
    /// ATT&CK techniques with their names.
    pub techniques: Vec<String>,
    /// Where it is known from.
    pub source: Option<&'a str>,
    /// Earlier words, with who put others in their place.
    pub was: Vec<Was<'a>>,
    pub taken_back: Option<Seam<'a>>,
}

/// Words that hold no longer.
#[derive(Debug, Serialize)]
pub struct Was<'a> {
    pub text: &'a str,
    /// Who corrected them, and when.
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// Techniques on record, with the line that must stand where they are named.
#[derive(Debug, Serialize)]
pub struct Techniques {
    pub release: &'static str,
    pub attribution: &'static str,
    pub rows: Vec<TechniqueRow>,
}

/// A technique, and how often the record shows it.
#[derive(Debug, Serialize)]
pub struct TechniqueRow {
    pub name: String,
    /// Why the attacker does it, in the order of the matrix.
    pub tactics: Vec<&'static str>,
    pub entries: usize,
    /// When it was first at work (UTC).
    pub first: DateTime<Utc>,
}

impl<'a> Telling<'a> {
    pub(super) fn timeline(&self) -> Timeline<'a> {
        let mut entries: Vec<&Entry> = self.incident.entries.iter().filter(|entry| told(entry)).collect();
        entries.sort_by_key(|entry| entry.happened);
        let mut rows: Vec<Row<'a>> = entries.into_iter().map(|entry| self.row(entry)).collect();
        let theirs =
            rows.iter_mut().filter(|row| row.lane == Some(Lane::Actor.word()) && row.taken_back.is_none());
        for (n, row) in (1..).zip(theirs) {
            row.deed = Some(n);
        }
        Timeline {
            first_deed: self.incident.dwell().map(|dwell| dwell.from),
            noticed: self.incident.noticed(),
            rows,
        }
    }

    fn row(&self, entry: &'a Entry) -> Row<'a> {
        Row {
            id: entry.id.short(8),
            kind: entry.kind.word(),
            text: entry.shown(),
            happened: entry.happened,
            written: entry.written(),
            late_ms: entry.late_ms(),
            by: entry.actor(),
            written_by: entry.who.as_ref().map(|_| entry.by.as_str()),
            lane: entry.lane().map(Lane::word),
            deed: None,
            back: entry.back,
            components: entry.components_beside(),
            techniques: entry.techniques().map(attack::shown).collect(),
            source: entry.source(),
            was: self.was(entry),
            taken_back: entry.undone_by.map(|line| {
                self.taken_back_by(line).unwrap_or(Seam { by: entry.actor(), at: entry.written() })
            }),
        }
    }

    /// The words of an entry that hold no longer, the first ones first.
    fn was(&self, entry: &'a Entry) -> Vec<Was<'a>> {
        let mut was = Vec::new();
        let mut holds = entry.text.as_str();
        for correction in &entry.corrections {
            let by = if correction.undone {
                self.seam(correction.line)
            } else {
                self.taken_back_by(correction.line)
            };
            let Some(Seam { by, at }) = by else { continue };
            let gone = if correction.undone {
                correction.text.as_str()
            } else {
                std::mem::replace(&mut holds, &correction.text)
            };
            was.push(Was { text: gone, by, at });
        }
        was
    }

    pub(super) fn techniques(&self) -> Techniques {
        let mut seen: BTreeMap<&str, (usize, DateTime<Utc>)> = BTreeMap::new();
        for entry in self.incident.entries.iter().filter(|entry| told(entry) && entry.undone_by.is_none()) {
            for technique in entry.techniques() {
                let (count, first) = seen.entry(technique).or_insert((0, entry.happened));
                *count += 1;
                *first = entry.happened.min(*first);
            }
        }
        let row = |(id, (entries, first)): (&str, (usize, DateTime<Utc>))| {
            let current = attack::attack().technique(attack::attack().current(id));
            let tactics =
                current.map(|technique| technique.tactics.iter().map(|tactic| tactic.name).collect());
            TechniqueRow { name: attack::shown(id), tactics: tactics.unwrap_or_default(), entries, first }
        };
        let mut rows: Vec<TechniqueRow> = seen.into_iter().map(row).collect();
        rows.sort_by_key(|row| row.first);
        Techniques { release: RELEASE, attribution: ATTRIBUTION, rows }
    }
}

/// Corrections and undoing are seams of what they are about, not rows of their own.
fn told(entry: &Entry) -> bool {
    !matches!(entry.kind, Kind::Undo | Kind::Correction)
}
