//! Measures over incidents: median and p90 with n, of all, by severity and by type.
//!
//! Nearest rank: the p-th percentile of n values is the one at place ⌈p·n/100⌉ of the sorted list, so that every
//! figure was measured in some incident. n says of how many; with n = 1 it says nothing about the next one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::rework::NO_CATEGORY;
use super::{Improved, Margin, Measure, Metrics, Reason, Set, Share, count};
use crate::model::phase::Phase;

/// The value at the p-th percentile of sorted ones, by nearest rank; `None`: there are none.
pub fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let place = (sorted.len() * percent.clamp(1, 100)).div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied()
}

/// What comparing needs of one incident: small enough to keep of ten thousand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    pub number: String,
    pub set: Set,
    pub severity: Option<u8>,
    pub types: Vec<String>,
    /// UTC.
    pub opened: DateTime<Utc>,
    pub closed: bool,
    /// In the order of [`Measure::ALL`], milliseconds.
    pub times: [Option<i64>; Measure::ALL.len()],
    /// How often each phase was visited and how long all visits lasted (ms), in the order of the phases.
    pub phases: [(u32, i64); Phase::ALL.len()],
    pub notices: Notices,
    /// Margins of what was sent in time (ms).
    pub before: Vec<i64>,
    /// Of what was sent late (ms).
    pub after: Vec<i64>,
    pub backs: u32,
    pub moves: u32,
    pub withdrawn: u32,
    pub reopened: u32,
    /// The categories of the moves back, one each.
    pub reasons: Vec<String>,
    pub evidence: super::Evidence,
    /// Median log latency (ms), and what was written down at once.
    pub log: Option<(i64, Share)>,
    pub improvements: Improved,
}

impl Brief {
    /// Of what was measured.
    pub fn of(metrics: &Metrics) -> Self {
        let margins = || metrics.notices.iter().map(|notice| notice.margin);
        let no_category = || NO_CATEGORY.to_owned();
        let backs = &metrics.rework.backs;
        Self {
            number: metrics.number.clone(),
            set: metrics.set,
            severity: metrics.severity,
            types: metrics.types.clone(),
            opened: metrics.opened,
            closed: metrics.closings.closed,
            times: Measure::ALL.map(|measure| metrics.time(measure).ms()),
            phases: Phase::ALL.map(|phase| {
                let of = metrics.phases.iter().find(|time| time.phase == phase);
                of.map_or((0, 0), |time| (time.visits, time.ms))
            }),
            notices: Notices::of(margins()),
            before: margins()
                .filter_map(|it| if let Margin::Before { ms } = it { Some(ms) } else { None })
                .collect(),
            after: margins()
                .filter_map(|it| if let Margin::After { ms } = it { Some(ms) } else { None })
                .collect(),
            backs: count(backs.len()),
            moves: metrics.rework.moves,
            withdrawn: metrics.rework.withdrawn,
            reopened: metrics.rework.reopened,
            reasons: backs.iter().map(|back| back.category.clone().unwrap_or_else(no_category)).collect(),
            evidence: metrics.evidence,
            log: metrics.log.map(|log| (log.median_ms, log.at_once)),
            improvements: metrics.improvements,
        }
    }
}

/// A measure of time over incidents. Milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Of how many it could be told.
    pub n: u32,
    pub median_ms: Option<i64>,
    pub p90_ms: Option<i64>,
    /// All of them, sorted.
    #[serde(skip)]
    pub values: Vec<i64>,
}

impl Summary {
    fn of(values: impl Iterator<Item = i64>) -> Self {
        let mut values: Vec<i64> = values.collect();
        values.sort_unstable();
        Self {
            n: count(values.len()),
            median_ms: nearest_rank(&values, 50),
            p90_ms: nearest_rank(&values, 90),
            values,
        }
    }
}

/// A measure with what it came to over incidents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summed {
    pub measure: Measure,
    #[serde(flatten)]
    pub summary: Summary,
}

/// The time in a phase over incidents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseSummary {
    pub phase: Phase,
    /// Visits of all of them; n counts the incidents that were there.
    pub visits: u32,
    #[serde(flatten)]
    pub summary: Summary,
}

/// How notices were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notices {
    pub before: u32,
    pub after: u32,
    /// Sent without a limit on record.
    pub no_limit: u32,
    pub owed: u32,
    pub overdue: u32,
    pub not_owed: u32,
}

impl Notices {
    fn of(margins: impl Iterator<Item = Margin>) -> Self {
        let mut notices = Notices::default();
        for margin in margins {
            let of = match margin {
                Margin::Before { .. } => &mut notices.before,
                Margin::After { .. } => &mut notices.after,
                Margin::NoLimit => &mut notices.no_limit,
                Margin::Owed => &mut notices.owed,
                Margin::Overdue { .. } => &mut notices.overdue,
                Margin::NotOwed => &mut notices.not_owed,
            };
            *of += 1;
        }
        notices
    }

    /// Sent in time, of those that were sent with a limit or are overdue; `None`: there is none.
    pub fn in_time(self) -> Option<Share> {
        let of = self.before + self.after + self.overdue;
        (of > 0).then_some(Share { part: self.before, of })
    }

    fn add(&mut self, other: Notices) {
        self.before += other.before;
        self.after += other.after;
        self.no_limit += other.no_limit;
        self.owed += other.owed;
        self.overdue += other.overdue;
        self.not_owed += other.not_owed;
    }
}

/// Notices over incidents, with the margins of those that were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NoticeSummary {
    #[serde(flatten)]
    pub notices: Notices,
    /// How long before their limits.
    pub margin_before: Summary,
    /// How long after them.
    pub margin_after: Summary,
}

/// Rework over incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReworkSummary {
    pub backs: u32,
    pub moves: u32,
    /// Incidents that went back at least once.
    pub incidents: u32,
    pub withdrawn: u32,
    pub reopened: u32,
    /// The most frequent category first.
    pub reasons: Vec<Reason>,
}

impl ReworkSummary {
    /// Moves back of all moves; `None`: there was none.
    pub fn rate(&self) -> Option<Share> {
        (self.moves > 0).then_some(Share { part: self.backs, of: self.moves })
    }
}

/// Evidence discipline over incidents: shares of all their items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EvidenceSummary {
    pub items: u32,
    pub hashed: Option<Share>,
    pub before_change: Option<Share>,
    pub in_order: Option<Share>,
    pub custody_gaps: u32,
    pub not_come: Option<Share>,
}

/// Log latency over incidents: of the medians of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LatencySummary {
    #[serde(flatten)]
    pub summary: Summary,
    /// Entries of all of them that were written down within five minutes.
    pub at_once: Option<Share>,
}

/// Some incidents, compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// `all`, `SEV1`, `ransomware`.
    pub name: String,
    pub n: u32,
    pub closed: u32,
    /// In the order of [`Measure::ALL`].
    pub times: Vec<Summed>,
    /// All seven, in their order.
    pub phases: Vec<PhaseSummary>,
    pub notices: NoticeSummary,
    pub rework: ReworkSummary,
    pub evidence: EvidenceSummary,
    pub log: LatencySummary,
    pub improvements: Improved,
}

impl Cut {
    /// What these incidents come to together. Their order does not matter.
    pub fn of(name: impl Into<String>, all: &[&Brief]) -> Self {
        let every = Measure::ALL.into_iter().enumerate();
        let phases = Phase::ALL.into_iter().enumerate();
        let mut improvements = Improved::default();
        all.iter().for_each(|brief| improvements.add(brief.improvements));
        Self {
            name: name.into(),
            n: count(all.len()),
            closed: count(all.iter().filter(|brief| brief.closed).count()),
            times: every
                .map(|(at, measure)| Summed {
                    measure,
                    summary: Summary::of(all.iter().filter_map(|brief| brief.times[at])),
                })
                .collect(),
            phases: phases
                .map(|(at, phase)| PhaseSummary {
                    phase,
                    visits: all.iter().map(|brief| brief.phases[at].0).sum(),
                    summary: Summary::of(
                        all.iter().map(|brief| brief.phases[at]).filter(|(n, _)| *n > 0).map(|(_, ms)| ms),
                    ),
                })
                .collect(),
            notices: notices(all),
            rework: rework(all),
            evidence: evidence(all),
            log: log(all),
            improvements,
        }
    }

    /// What one measure came to.
    pub fn time(&self, measure: Measure) -> &Summary {
        let at = Measure::ALL.iter().position(|one| *one == measure).unwrap_or(0);
        &self.times[at].summary
    }
}

fn notices(all: &[&Brief]) -> NoticeSummary {
    let mut notices = Notices::default();
    all.iter().for_each(|brief| notices.add(brief.notices));
    NoticeSummary {
        notices,
        margin_before: Summary::of(all.iter().flat_map(|brief| brief.before.iter().copied())),
        margin_after: Summary::of(all.iter().flat_map(|brief| brief.after.iter().copied())),
    }
}

fn rework(all: &[&Brief]) -> ReworkSummary {
    let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
    for category in all.iter().flat_map(|brief| &brief.reasons) {
        *reasons.entry(category).or_default() += 1;
    }
    let mut reasons: Vec<Reason> =
        reasons.into_iter().map(|(category, n)| Reason { category: category.to_owned(), n }).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.n));
    let sum = |of: fn(&Brief) -> u32| all.iter().map(|brief| of(brief)).sum();
    ReworkSummary {
        backs: sum(|brief| brief.backs),
        moves: sum(|brief| brief.moves),
        incidents: sum(|brief| u32::from(brief.backs > 0)),
        withdrawn: sum(|brief| brief.withdrawn),
        reopened: sum(|brief| brief.reopened),
        reasons,
    }
}

/// Shares put together; `None`: there is none.
fn together(shares: impl Iterator<Item = Share>) -> Option<Share> {
    shares.reduce(|one, two| Share { part: one.part + two.part, of: one.of + two.of })
}

fn evidence(all: &[&Brief]) -> EvidenceSummary {
    let share = |of: fn(&super::Evidence) -> Option<Share>| {
        together(all.iter().filter_map(|brief| of(&brief.evidence)))
    };
    EvidenceSummary {
        items: all.iter().map(|brief| brief.evidence.items).sum(),
        hashed: share(|it| it.hashed),
        before_change: share(|it| it.before_change),
        in_order: share(|it| it.in_order),
        custody_gaps: all.iter().map(|brief| brief.evidence.custody_gaps).sum(),
        not_come: share(|it| it.not_come),
    }
}

fn log(all: &[&Brief]) -> LatencySummary {
    let logs = || all.iter().filter_map(|brief| brief.log);
    LatencySummary {
        summary: Summary::of(logs().map(|(median, _)| median)),
        at_once: together(logs().map(|(_, at_once)| at_once)),
    }
}

/// Which incidents are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Opened at or after this (UTC).
    pub since: Option<DateTime<Utc>>,
    /// Of this type.
    pub kind: Option<String>,
    /// 1 to 5.
    pub severity: Option<u8>,
}

impl Wanted {
    /// Whether an incident that was opened then (UTC), of these types and severity, is among them.
    pub fn takes(&self, opened: DateTime<Utc>, types: &[String], severity: Option<u8>) -> bool {
        self.since.is_none_or(|since| since <= opened)
            && self.kind.as_ref().is_none_or(|kind| types.contains(kind))
            && self.severity.is_none_or(|wanted| severity == Some(wanted))
    }
}

/// One set of incidents, whole and cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Over {
    pub set: Set,
    pub all: Cut,
    /// SEV1 first; what has no severity last. They add up to all.
    pub by_severity: Vec<Cut>,
    /// In the order of the alphabet; what has no type last. An incident of two types is in both.
    pub by_type: Vec<Cut>,
}

impl Over {
    /// The incidents of one set among these.
    pub fn of(set: Set, briefs: &[Brief]) -> Self {
        let all: Vec<&Brief> = briefs.iter().filter(|brief| brief.set == set).collect();
        let severities = (1..=5).map(Some).chain([None]).filter_map(|level: Option<u8>| {
            let of: Vec<&Brief> = all.iter().copied().filter(|brief| brief.severity == level).collect();
            let name = level.map_or_else(|| "SEV?".to_owned(), |level| format!("SEV{level}"));
            (!of.is_empty()).then(|| Cut::of(name, &of))
        });
        let mut types: BTreeMap<(bool, &str), Vec<&Brief>> = BTreeMap::new();
        for brief in &all {
            for kind in &brief.types {
                let of = types.entry((false, kind)).or_default();
                if of.last().is_none_or(|last| !std::ptr::eq(*last, *brief)) {
                    of.push(brief);
                }
            }
            if brief.types.is_empty() {
                types.entry((true, "no type")).or_default().push(brief);
            }
        }
        Self {
            set,
            by_severity: severities.collect(),
            by_type: types.into_iter().map(|((_, name), of)| Cut::of(name, &of)).collect(),
            all: Cut::of("all", &all),
        }
    }

    /// Every set that has an incident among these, in the order of [`Set::ALL`].
    pub fn sets(briefs: &[Brief]) -> Vec<Over> {
        let has = |set: &Set| briefs.iter().any(|brief| brief.set == *set);
        Set::ALL.into_iter().filter(has).map(|set| Over::of(set, briefs)).collect()
    }
}
