//! What tells where the attacker was.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::indicator;

/// An indicator.
#[derive(Debug, Serialize)]
pub struct IndicatorRow<'a> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The real value.
    pub value: &'a str,
    /// The value as people may read it, defanged.
    pub shown: String,
    /// Its own label; `null`: the incident's.
    pub tlp: Option<&'static str>,
    pub confidence: Option<&'static str>,
    /// First and last seen at work (UTC).
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
    pub source: Option<&'a str>,
    pub note: Option<&'a str>,
    pub tags: Vec<String>,
    pub components: Vec<&'a str>,
    /// Why it is no longer used, by whom, since when (UTC).
    pub retired: Option<&'a str>,
    pub retired_by: Option<&'a str>,
    pub retired_at: Option<DateTime<Utc>>,
    pub added: DateTime<Utc>,
    pub by: &'a str,
    pub taken_back: Option<Seam<'a>>,
}

impl<'a> Telling<'a> {
    pub(super) fn indicators(&self) -> Vec<IndicatorRow<'a>> {
        let all = &self.incident.indicators;
        let mut ties = all.all_ties();
        let own = all.all().iter().filter(|item| all.twin(item).is_none());
        own.map(|item| {
            let tied = ties.remove(&item.id).unwrap_or_default();
            let name = |id| self.incident.component(id).map(|component| component.name.as_str());
            let addition = all.addition(item);
            let retired = all.retired(item);
            IndicatorRow {
                kind: all.kind(item),
                value: &item.value,
                shown: indicator::shown(all.kind(item), &item.value),
                tlp: all.tlp(item).map(|tlp| tlp.label()),
                confidence: all.confidence(item).map(|confidence| confidence.id()),
                first: all.first(item),
                last: all.last(item),
                source: all.source(item),
                note: all.note(item),
                tags: all.tags(item),
                components: tied.components.iter().filter_map(name).collect(),
                retired: retired.map(|it| it.reason.as_str()),
                retired_by: retired.map(|it| it.by.as_str()),
                retired_at: retired.map(|it| it.at),
                added: addition.at,
                by: &addition.by,
                taken_back: self.seam_if(addition.undone, addition.line),
            }
        })
        .collect()
    }
}
