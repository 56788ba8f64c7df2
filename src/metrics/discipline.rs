//! How well the record was kept: evidence and its custody, and how soon things were written down.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::over::nearest_rank;
use super::{Share, count};
use crate::incident::Incident;
use crate::incident::timeline::tells;
use crate::model::component::{Component, Stage};
use crate::model::entry::{Entry, Kind};
use crate::model::evidence::EvidenceItem;
use crate::model::lane::Lane;

/// Written down within this time counts as at once.
const AT_ONCE_MS: i64 = 5 * 60_000;

/// How well evidence was kept. Shares are absent where there is nothing to be a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Items in custody.
    pub items: u32,
    pub hashed: Option<Share>,
    pub before_change: Option<Share>,
    pub in_order: Option<Share>,
    pub custody_gaps: u32,
    /// Asked for and not come, of all that were asked for.
    pub not_come: Option<Share>,
    /// Those of them whose time has come.
    pub overdue: u32,
}

pub(super) fn evidence(incident: &Incident, now: DateTime<Utc>) -> Evidence {
    let held: Vec<&EvidenceItem> = incident.evidence().filter(|item| item.held()).collect();
    let asked = incident.evidence().filter(|item| item.asked && item.withdrawn().is_none()).count();
    let late = |item: &&EvidenceItem| item.due().is_some_and(|due| due <= now);
    Evidence {
        items: count(held.len()),
        hashed: share(held.iter().filter(|item| !item.paper()).map(|item| item.sha256().is_some())),
        before_change: share(incident.components().filter_map(|component| kept_first(component, &held))),
        in_order: share(incident.components().flat_map(|component| in_order(component, &held))),
        custody_gaps: count(held.iter().filter(|item| item.gap()).count()),
        not_come: (asked > 0)
            .then(|| Share { part: count(incident.awaited_evidence().count()), of: count(asked) }),
        overdue: count(incident.awaited_evidence().filter(late).count()),
    }
}

/// How many of these are so; `None`: there are none.
fn share(all: impl Iterator<Item = bool>) -> Option<Share> {
    let (part, of) = all.fold((0, 0), |(part, of), is| (part + usize::from(is), of + 1));
    (of > 0).then(|| Share { part: count(part), of: count(of) })
}

/// Whether memory or disk of a component was acquired before it was changed. `None`: it was not changed, it has
/// no memory, or the times are not known.
fn kept_first(component: &Component, held: &[&EvidenceItem]) -> Option<bool> {
    let changes = |stage: Stage| {
        matches!(
            stage,
            Stage::Eradicating | Stage::Eradicated | Stage::Restoring | Stage::Restored | Stage::Retired
        )
    };
    let steps = component.history.iter().filter(|step| !step.undone && changes(step.to));
    let changed = steps.map(|step| step.at).min().filter(|_| component.live())?;
    let mut of =
        held.iter().filter(|item| item.volatility() <= 4 && item.components().contains(&component.id));
    let times: Option<Vec<DateTime<Utc>>> = of.by_ref().map(|item| item.acquired()).collect();
    Some(times?.into_iter().any(|at| at <= changed))
}

/// Of the items of a component that have a less volatile neighbour, whether each was taken no later.
fn in_order(component: &Component, held: &[&EvidenceItem]) -> Vec<bool> {
    let of = held.iter().filter(|item| item.components().contains(&component.id));
    let known: Vec<(u8, DateTime<Utc>)> =
        of.filter_map(|item| Some((item.volatility(), item.acquired()?))).collect();
    let judged = |(volatility, at): &(u8, DateTime<Utc>)| {
        let mut later = known.iter().filter(|(other, _)| other > volatility).peekable();
        later.peek()?;
        Some(later.all(|(_, then)| at <= then))
    };
    known.iter().filter_map(judged).collect()
}

/// How soon things were written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Latency {
    pub n: u32,
    pub median_ms: i64,
    pub p90_ms: i64,
    /// Within five minutes.
    pub at_once: Share,
}

pub(super) fn latency(incident: &Incident) -> Option<Latency> {
    let noticed = incident.noticed();
    let ours = |entry: &&Entry| {
        tells(entry)
            && entry.said_lane() != Some(Lane::Actor)
            && !matches!(entry.kind, Kind::Inject | Kind::Drill | Kind::Unknown)
            && entry.happened >= noticed
    };
    let mut late: Vec<i64> = incident.entries.iter().filter(ours).map(Entry::late_ms).collect();
    late.sort_unstable();
    Some(Latency {
        n: count(late.len()),
        median_ms: nearest_rank(&late, 50)?,
        p90_ms: nearest_rank(&late, 90)?,
        at_once: share(late.iter().map(|ms| *ms <= AT_ONCE_MS))?,
    })
}
