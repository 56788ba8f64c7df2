//! What the list shows of an incident, without opening it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::locate::Found;
use super::number::Series;
use crate::incident::Incident;
use crate::model::id::LineId;
use crate::model::link::Relation;
use crate::model::phase::Phase;
use crate::model::taxonomy::Tlp;
use crate::model::time::quickly;
use crate::readiness::Actions;

/// Why a row has only a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closed {
    /// The folder may not be read by this person.
    Restricted,
    /// Nothing in it can be read, and why.
    Unreadable(String),
}

/// One incident in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: Uuid,
    /// `INC-2026-0007`.
    pub number: String,
    pub title: String,
    /// `open`, `on hold`, `closed` …, as [`Incident::status`] says it.
    pub status: String,
    /// Whether it is closed or dismissed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    pub phase: Phase,
    /// Which visit to that phase, from 1, and since when.
    pub visit: u32,
    #[serde(deserialize_with = "quickly")]
    pub entered: DateTime<Utc>,
    /// 1 to 5; none until it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    #[serde(deserialize_with = "quickly")]
    pub opened: DateTime<Utc>,
    /// When the last line was written down, and which it was: what a reader has seen is compared with it.
    #[serde(deserialize_with = "quickly")]
    pub updated: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LineId>,
    /// Who wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Entries in the activity log.
    pub entries: u32,
    /// Tasks of the current visit: settled, and all.
    pub settled: u32,
    pub tasks: u32,
    /// Components that are not contained.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub uncontained: u32,
    /// Debts and contested fields that wait for somebody.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub debts: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub contested: u32,
    /// When the next thing falls due: a task, a notice, a timer, a review, an answer, evidence, an action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// Other incidents it is linked with, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(Uuid, Relation)>,
    /// Improvement actions: the open ones, and how the others ended.
    #[serde(default, skip_serializing_if = "Actions::none")]
    pub actions: Actions,
    /// Nothing but the number is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut: Option<Closed>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Row {
    /// The row of an incident.
    pub fn of(incident: &Incident) -> Self {
        let visit = incident.visit();
        let tasks = visit.map_or_else(Vec::new, |visit| incident.checklist(&visit.id).collect());
        Self {
            id: incident.id,
            number: incident.number.clone(),
            title: incident.title().to_owned(),
            status: incident.status().to_owned(),
            closed: incident.closed(),
            phase: incident.phase(),
            visit: visit.map_or(1, |visit| visit.n),
            entered: visit.map_or(incident.opened, |visit| visit.entered),
            severity: incident.severity().map(|severity| severity.level.number()),
            tlp: incident.tlp(),
            types: incident.types().map(str::to_owned).collect(),
            refs: incident.refs().map(str::to_owned).collect(),
            lead: incident.lead().map(str::to_owned),
            opened: incident.opened,
            updated: incident.updated,
            last: incident.entries.last().map(|entry| entry.id),
            by: incident.entries.last().map(|entry| entry.by.clone()),
            entries: count(incident.entries.len()),
            settled: count(tasks.iter().filter(|task| task.settled()).count()),
            tasks: count(tasks.len()),
            uncontained: count(incident.components().filter(|c| c.uncontained()).count()),
            debts: count(incident.debts().len()),
            contested: count(incident.contested().len()),
            due: incident.next_due(),
            links: incident.links().map(|(link, tie)| (link.incident, tie.relation)).collect(),
            actions: Actions::of(incident),
            shut: None,
        }
    }

    /// The row of an incident of which only the folder's name is known.
    pub(super) fn shut(found: &Found, why: Closed) -> Self {
        let mut incident = Incident::fold(Uuid::nil(), []);
        incident.number = found.number.to_string();
        Self { title: String::new(), shut: Some(why), ..Self::of(&incident) }
    }

    /// Real, drill or demo.
    pub fn series(&self) -> Series {
        if self.number.starts_with("INC-") {
            return Series::Inc;
        }
        self.number.parse::<super::Number>().map_or(Series::Inc, |number| number.series)
    }

    /// Whether every word stands somewhere in the row, whatever its case.
    pub fn has(&self, words: &str) -> bool {
        let text = self.spoken().to_lowercase();
        words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }

    /// The words of its head: number, title, lead, types, tickets.
    pub fn spoken(&self) -> String {
        let mut text = format!("{} {} {}", self.number, self.title, self.lead.as_deref().unwrap_or_default());
        for word in self.types.iter().chain(&self.refs) {
            text.push(' ');
            text.push_str(word);
        }
        text
    }
}
