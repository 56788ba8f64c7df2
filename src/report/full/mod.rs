//! The report of an incident: what a board, a regulator or a court gets to read. A document first (plain
//! structures, which are the JSON form), then paper: Markdown or one self-contained page of HTML.
//!
//! The document is format `casebook-report`, version 1: additions are fine, renames are not. Every field is
//! always there, `null` where nothing is known. Times are RFC 3339 in UTC, spans are milliseconds; only the
//! sentences of `summary` and `figures` name times for people, in `zone`.

mod components;
mod cover;
mod csf;
mod evidence;
mod figures;
mod indicators;
mod learned;
mod ledger;
mod measures;
mod notices;
mod paper;
mod phases;
mod picture;
mod scale;
mod summary;
#[cfg(test)]
mod tests;
mod timeline;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::incident::Incident;
use crate::incident::contested::Contested;
use crate::incident::release::Released;
use crate::model::id::LineId;
use crate::model::ledger::Sort;
use crate::model::time::Zone;

pub use components::{ComponentRow, StepRow};
pub use cover::{Cover, Integrity};
pub use csf::Category;
pub use evidence::{CheckRow, CustodyRow, EvidenceRow};
pub use figures::Figure;
pub use indicators::IndicatorRow;
pub use learned::{ActionRow, Cause, LessonRow, LinkRow, PersonRow};
pub use ledger::{ApprovalRow, ItemRow};
pub use measures::{CountRow, Measures, TimeRow};
pub use notices::NoticeRow;
pub use paper::{BUILT_IN, Fault, Papers};
pub use phases::{GateRow, Phases, Stay, Total};
pub use summary::Summary;
pub use timeline::{Row, Techniques, Timeline, Was};

/// What stands at the top and the bottom of everything that leaves the demo.
pub const DEMO: &str = "DEMO";

/// The report as a document.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// `casebook-report`.
    pub format: &'static str,
    pub version: u32,
    /// `EXERCISE EXERCISE EXERCISE` or `DEMO`, and that the record has faults; `null`: it is real, and has none.
    pub mark: Option<String>,
    /// What a check found wrong with the record, a sentence each.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub faults: &'a [String],
    /// When the document was made, and the moment its durations run to (UTC).
    pub made: DateTime<Utc>,
    /// The zone in which sentences name times.
    pub zone: String,
    pub cover: Cover<'a>,
    pub summary: Summary,
    pub figures: Vec<Figure>,
    pub timeline: Timeline<'a>,
    pub phases: Phases<'a>,
    pub components: Vec<ComponentRow<'a>>,
    pub indicators: Vec<IndicatorRow<'a>>,
    pub evidence: Vec<EvidenceRow<'a>>,
    pub decisions: Vec<ItemRow<'a>>,
    pub assumptions: Vec<ItemRow<'a>>,
    pub approvals: Vec<ApprovalRow<'a>>,
    /// Approvals that somebody was asked for.
    pub requests: Vec<ItemRow<'a>>,
    pub measures: Vec<ItemRow<'a>>,
    pub timers: Vec<ItemRow<'a>>,
    pub declarations: Vec<ItemRow<'a>>,
    pub notices: Vec<NoticeRow<'a>>,
    /// How long until what, as `casebook stats` has it.
    pub metrics: Measures,
    pub causes: Vec<Cause<'a>>,
    pub lessons: Vec<LessonRow<'a>>,
    pub improvements: Vec<ActionRow<'a>>,
    pub csf: Vec<Category>,
    pub techniques: Techniques,
    pub people: Vec<PersonRow<'a>>,
    pub links: Vec<LinkRow<'a>>,
    /// What several people said without knowing of each other, and nobody has ruled on.
    pub contested: Vec<Contested>,
    pub integrity: Integrity,
    /// Tables that were cut for paper; none in JSON.
    pub cut: Vec<Cut>,
}

/// A table of which paper shows a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    pub table: &'static str,
    pub shown: usize,
    pub of: usize,
}

/// Who took something back, and when that was written down (UTC).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seam<'a> {
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// The incident as it is told at one moment.
#[derive(Clone, Copy)]
struct Telling<'a> {
    incident: &'a Incident,
    now: DateTime<Utc>,
    zone: &'a Zone,
}

impl<'a> Telling<'a> {
    /// `22 Nov 2026 10:18`.
    fn when(&self, at: DateTime<Utc>) -> String {
        self.zone.at(at).format("%-d %b %Y %H:%M").to_string()
    }

    fn since(&self, at: DateTime<Utc>) -> String {
        lasted((self.now - at).num_milliseconds())
    }

    /// Who took a line back, and when.
    fn seam(&self, line: LineId) -> Option<Seam<'a>> {
        self.taken_back_by(self.incident.entry_of(line)?.undone_by?)
    }

    /// Of something that was taken back; where the line that did it is not told here, whoever wrote last.
    fn seam_if(&self, undone: bool, line: LineId) -> Option<Seam<'a>> {
        undone.then(|| {
            self.seam(line).unwrap_or(Seam { by: &self.incident.opened_by, at: self.incident.updated })
        })
    }

    fn taken_back_by(&self, line: LineId) -> Option<Seam<'a>> {
        let entry = self.incident.entry_of(line)?;
        Some(Seam { by: entry.actor(), at: entry.written() })
    }

    /// When it was closed (UTC): by the move into the visit it stands in.
    fn closed(&self) -> Option<DateTime<Utc>> {
        self.incident.closed().then(|| self.incident.visit().map(|visit| visit.entered)).flatten()
    }

    /// Until when an open span runs: the closing, else now.
    fn end(&self) -> DateTime<Utc> {
        self.closed().unwrap_or(self.now)
    }
}

impl<'a> Report<'a> {
    /// The document of an incident as it may leave, its open spans running to `now` (or to the moment the
    /// record is asked for).
    pub fn of(released: &'a Released, now: DateTime<Utc>, zone: &'a Zone) -> Self {
        let incident = &released.incident;
        let moment = released.terms.as_of.map_or(now, |as_of| as_of.min(now));
        let telling = Telling { incident, now: moment, zone };
        let metrics = crate::metrics::of(incident, moment);
        Self {
            format: "casebook-report",
            version: 1,
            mark: marked(incident),
            faults: &incident.faults,
            made: now,
            zone: zone.name(),
            cover: telling.cover(released),
            summary: telling.summary(),
            figures: telling.figures(&metrics),
            timeline: telling.timeline(),
            phases: telling.phases(),
            components: telling.components(),
            indicators: telling.indicators(),
            evidence: telling.evidence(),
            decisions: telling.items(Sort::Decision),
            assumptions: telling.items(Sort::Assumption),
            approvals: telling.approvals(),
            requests: telling.items(Sort::Approval),
            measures: telling.items(Sort::Measure),
            timers: telling.items(Sort::Timer),
            declarations: telling.items(Sort::Declaration),
            notices: telling.notices(),
            metrics: telling.measures(&metrics),
            causes: telling.causes(),
            lessons: telling.lessons(),
            improvements: telling.improvements(),
            csf: telling.csf(),
            techniques: telling.techniques(),
            people: telling.people(),
            links: telling.links(),
            contested: incident.contested(),
            integrity: telling.integrity(released),
            cut: Vec::new(),
        }
    }
}

/// How long, in words that need no legend: `12 min`, `2 h 38 min`, from three days on `3 d 4 h`. Milliseconds,
/// rounded down; a negative span reads like a positive one.
fn lasted(ms: i64) -> String {
    let minutes = ms.unsigned_abs() / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours @ 1..72, minutes) => format!("{hours} h {minutes:02} min"),
        (hours, _) => format!("{} d {} h", hours / 24, hours % 24),
    }
}

/// What stands on every page.
fn marked(incident: &Incident) -> Option<String> {
    let all: Vec<String> = mark(incident).map(str::to_owned).into_iter().chain(incident.doubt()).collect();
    (!all.is_empty()).then(|| all.join("  "))
}

/// What a drill and the demo say on every page.
fn mark(incident: &Incident) -> Option<&'static str> {
    if incident.is_drill() {
        Some(super::debrief::EXERCISE)
    } else {
        incident.number.starts_with("DEMO").then_some(DEMO)
    }
}
