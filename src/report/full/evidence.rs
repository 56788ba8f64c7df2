//! What was kept, its hashes and whose hands it went through.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::evidence::{self, Check, EvidenceItem, Integrity, Passed};

/// An evidence item.
#[derive(Debug, Serialize)]
pub struct EvidenceRow<'a> {
    pub number: String,
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// Order of volatility, 1 (memory) to 7 (archive).
    pub volatility: u8,
    /// `requested`, `held`, `withdrawn`.
    pub state: &'static str,
    pub components: Vec<&'a str>,
    /// Bytes, and in words.
    pub size: Option<u64>,
    pub size_words: Option<String>,
    pub sha256: Option<&'a str>,
    /// What hashing it again came to.
    pub integrity: Option<&'static str>,
    /// The source changed while it was read.
    pub source_changed: bool,
    pub holder: Option<&'a str>,
    pub acquired: Option<DateTime<Utc>>,
    pub acquired_by: Option<&'a str>,
    pub origin: Option<&'a str>,
    pub source: Option<&'a str>,
    pub place: Option<&'a str>,
    pub tool: Option<&'a str>,
    pub kept: Option<&'a str>,
    pub seal: Option<&'a str>,
    pub note: Option<&'a str>,
    /// When what was asked for is expected (UTC).
    pub due: Option<DateTime<Utc>>,
    /// Why it was withdrawn, by whom, when (UTC).
    pub withdrawn: Option<&'a str>,
    pub withdrawn_by: Option<&'a str>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub custody: Vec<CustodyRow<'a>>,
    pub checks: Vec<CheckRow<'a>>,
    pub taken_back: Option<Seam<'a>>,
}

/// It went from one pair of hands to another.
#[derive(Debug, Serialize)]
pub struct CustodyRow<'a> {
    pub at: DateTime<Utc>,
    pub from: Option<&'a str>,
    pub to: &'a str,
    pub reason: &'a str,
    pub place: Option<&'a str>,
    /// Whether it was still the same; `null`: nobody looked.
    pub matches: Option<bool>,
}

/// Somebody hashed it again.
#[derive(Debug, Serialize)]
pub struct CheckRow<'a> {
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub matches: bool,
    pub found: &'a str,
}

impl<'a> Telling<'a> {
    pub(super) fn evidence(&self) -> Vec<EvidenceRow<'a>> {
        self.incident.evidence.iter().map(|item| self.item_of_evidence(item)).collect()
    }

    fn item_of_evidence(&self, item: &'a EvidenceItem) -> EvidenceRow<'a> {
        let name = |id| self.incident.component(id).map(|component| component.name.as_str());
        let withdrawn = item.withdrawn();
        EvidenceRow {
            number: item.label(),
            name: item.name(),
            kind: item.kind(),
            volatility: item.volatility(),
            state: match item.standing() {
                evidence::Standing::Requested => "requested",
                evidence::Standing::Held => "held",
                evidence::Standing::Withdrawn => "withdrawn",
            },
            components: item.components().iter().filter_map(name).collect(),
            size: item.size(),
            size_words: item.size().map(evidence::bytes),
            sha256: item.sha256(),
            integrity: item.integrity().map(Integrity::word),
            source_changed: item.taken.as_ref().is_some_and(|taken| taken.changed),
            holder: item.holder(),
            acquired: item.acquired(),
            acquired_by: item.acquired_by(),
            origin: item.origin(),
            source: item.source(),
            place: item.place(),
            tool: item.tool(),
            kept: item.kept(),
            seal: item.seal(),
            note: item.note(),
            due: item.due(),
            withdrawn: withdrawn.map(|it| it.reason.as_str()),
            withdrawn_by: withdrawn.map(|it| it.by.as_str()),
            withdrawn_at: withdrawn.map(|it| it.at),
            custody: item.custody.iter().map(passed).collect(),
            checks: item.checks.iter().map(check).collect(),
            taken_back: self.seam_if(item.undone, item.line),
        }
    }
}

fn passed(passed: &Passed) -> CustodyRow<'_> {
    CustodyRow {
        at: passed.at,
        from: passed.from.as_deref(),
        to: &passed.to,
        reason: &passed.reason,
        place: passed.place.as_deref(),
        matches: passed.matches,
    }
}

fn check(check: &Check) -> CheckRow<'_> {
    CheckRow { at: check.at, by: &check.by, matches: check.matches, found: &check.found }
}
