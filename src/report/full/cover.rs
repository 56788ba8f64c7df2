//! The cover, and what the head code proves.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Telling;
use crate::incident::release::{Names, Released};

/// What stands on the first page.
#[derive(Debug, Serialize)]
pub struct Cover<'a> {
    pub number: &'a str,
    pub title: &'a str,
    /// As FIRST spells it: `TLP:AMBER+STRICT`.
    pub tlp: &'static str,
    /// What the label allows.
    pub tlp_means: &'static str,
    pub head_code: String,
    /// `open`, `on-hold`, `closed`.
    pub status: &'static str,
    pub phase: &'static str,
    pub visit: u32,
    /// `SEV1`; `null`: not set.
    pub severity: Option<&'static str>,
    pub severity_name: Option<&'a str>,
    pub determination: Option<&'a str>,
    pub types: Vec<&'a str>,
    pub refs: Vec<&'a str>,
    pub lead: Option<&'a str>,
    pub opened: DateTime<Utc>,
    pub opened_by: &'a str,
    pub closed: Option<DateTime<Utc>>,
    /// How it ended: one of the lifecycle's dispositions.
    pub disposition: Option<&'a str>,
    /// The record as it stood at this moment (UTC).
    pub as_of: DateTime<Utc>,
    /// Whether that moment was asked for, and is not simply the moment of the report.
    pub as_of_asked: bool,
    /// People, hosts and addresses bear other names, each the same one everywhere.
    pub names_replaced: bool,
    /// Indicators of a closer label than the document's that were left out.
    pub held_back: usize,
}

/// What the head code is of, what it proves and what not.
#[derive(Debug, Serialize)]
pub struct Integrity {
    pub head_code: String,
    /// The whole root: 64 hex digits (RFC 6962, section 2.1, SHA-256 over the ids of all lines in order).
    pub root: String,
    pub lines: u64,
    /// When the last of them was written down (UTC).
    pub updated: DateTime<Utc>,
    /// What somebody with the record types to compare.
    pub check: String,
    pub proves: Vec<&'static str>,
    pub proves_not: Vec<&'static str>,
}

const PROVES: [&str; 3] = [
    "Whoever holds the record and finds the same code holds the same lines, in the same order, none added, \
     changed or left out.",
    "A code that was read out, printed or mailed at some time shows that those lines are unchanged since then.",
    "Corrections and acts taken back are lines of their own: what was first said is still under this code.",
];

const PROVES_NOT: [&str; 4] = [
    "It does not show that what people wrote is true or complete.",
    "It does not show that the clock of the machine was right; both times of an entry are what it said.",
    "It does not show who sat at the keyboard: names are what was given, unless the record is sealed with keys.",
    "It says nothing of lines that were never written into this record.",
];

impl<'a> Telling<'a> {
    pub(super) fn cover(&self, released: &Released) -> Cover<'a> {
        let incident = self.incident;
        let severity = incident.severity().map(|severity| severity.level);
        Cover {
            number: &incident.number,
            title: incident.title(),
            tlp: released.label().label(),
            tlp_means: released.label().meaning(),
            head_code: released.root.head_code().to_string(),
            status: incident.status(),
            phase: incident.phase().name(),
            visit: incident.visit().map_or(1, |visit| visit.n),
            severity: severity.map(|level| level.label()),
            severity_name: severity.map(|level| level.terms().name.as_str()),
            determination: incident.determination.get().and_then(Option::as_deref),
            types: incident.types().collect(),
            refs: incident.refs().collect(),
            lead: incident.lead(),
            opened: incident.opened,
            opened_by: &incident.opened_by,
            closed: self.closed(),
            disposition: incident
                .place
                .get()
                .and_then(|place| place.ending.as_ref())
                .map(|end| end.disposition.as_str()),
            as_of: self.now,
            as_of_asked: released.terms.as_of.is_some(),
            names_replaced: released.terms.names == Names::Replaced,
            held_back: released.held_back,
        }
    }

    pub(super) fn integrity(&self, released: &Released) -> Integrity {
        Integrity {
            head_code: released.root.head_code().to_string(),
            root: released.root.hash().to_string(),
            lines: released.root.count(),
            updated: self.incident.updated,
            check: format!(
                "casebook verify {} --against {}",
                self.incident.number,
                released.root.head_code()
            ),
            proves: PROVES.to_vec(),
            proves_not: PROVES_NOT.to_vec(),
        }
    }
}
