//! The figures somebody asks for first.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Telling, lasted};
use crate::metrics::{Measure, Metrics};
use crate::model::component::Stage;
use crate::model::lifecycle::Way;
use crate::model::text::thousands;

/// A figure with what it is of. Spans are hours and minutes.
#[derive(Debug, PartialEq, Serialize)]
pub struct Figure {
    pub name: &'static str,
    pub value: String,
    /// What it counts from and to, or of how many.
    pub note: String,
    /// `bad` where it is nothing to be glad of; the words say it too.
    pub tone: &'static str,
}

impl Telling<'_> {
    pub(super) fn figures(&self, metrics: &Metrics) -> Vec<Figure> {
        let timed =
            |name, measure, note: &str| Some(figure(name, lasted(metrics.time(measure).ms()?), note, ""));
        let mut all: Vec<Figure> = [
            timed("Attacker unseen for", Measure::Dwell, "at least, up to when it was noticed"),
            timed("Taken into hand after", Measure::Acknowledge, "from when it was noticed"),
            self.uncontained().or_else(|| {
                timed(
                    "Contained after",
                    Measure::ContainFinal,
                    "from when it was noticed, the last component",
                )
            }),
            self.lasted(),
        ]
        .into_iter()
        .flatten()
        .collect();
        all.extend(self.counts());
        all
    }

    /// How much is not held, and since when.
    fn uncontained(&self) -> Option<Figure> {
        let open: Vec<DateTime<Utc>> =
            self.incident.components().filter_map(|component| component.uncontained_since()).collect();
        let since = open.iter().min()?;
        let note = format!("for {} at the longest", lasted((self.now - *since).num_milliseconds()));
        let s = if open.len() == 1 { "component" } else { "components" };
        Some(figure("Not contained", format!("{} {s}", thousands(open.len())), note, "bad"))
    }

    fn lasted(&self) -> Option<Figure> {
        let ms = (self.end() - self.incident.opened).num_milliseconds();
        let name = if self.closed().is_some() { "Closed after" } else { "Open for" };
        Some(figure(name, lasted(ms), "since it was opened", ""))
    }

    fn counts(&self) -> Vec<Figure> {
        let incident = self.incident;
        let back =
            incident.visits().filter(|visit| matches!(visit.way, Some(Way::Back | Way::Reopen))).count();
        let affected = incident.components().filter(|c| !matches!(c.stage(), Stage::Cleared)).count();
        let critical = incident.components().filter(|c| c.critical()).count();
        let held = incident.evidence.iter().filter(|item| item.held()).count();
        let hashed = incident.evidence.iter().filter(|item| item.held() && item.sha256().is_some()).count();
        let asked = incident.awaited_evidence().count();
        let sent: Vec<i64> = incident.notices().filter_map(|notice| notice.margin_ms()).collect();
        let late = sent.iter().filter(|ms| **ms < 0).count()
            + incident.notices().filter(|notice| notice.overdue(self.now)).count();
        let owed = incident.notices().filter(|notice| notice.owed()).count();
        vec![
            figure("Components", thousands(affected), format!("{critical} of them critical"), ""),
            figure("Ways back", thousands(back), "from a later phase to an earlier one", ""),
            figure(
                "Evidence items",
                thousands(held),
                format!("{hashed} with a hash; {asked} asked for and not here"),
                "",
            ),
            figure("Indicators", thousands(incident.indicators.iter().count()), "in use or retired", ""),
            figure(
                "Notices",
                format!("{} sent, {owed} owed", sent.len()),
                format!("{late} late"),
                if late > 0 { "bad" } else { "" },
            ),
            figure(
                "Entries of the log",
                thousands(incident.entries.len()),
                "acts and corrections among them",
                "",
            ),
        ]
    }
}

fn figure(
    name: &'static str,
    value: impl Into<String>,
    note: impl Into<String>,
    tone: &'static str,
) -> Figure {
    Figure { name, value: value.into(), note: note.into(), tone }
}
