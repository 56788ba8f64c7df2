//! Measures in words, the same for the shell, the screens and the documents.

use super::over::{Cut, Summary};
use super::{Improved, Margin, Metrics, Share};
use crate::model::time::span;

/// A label and what stands beside it.
pub type Row = (&'static str, String);

/// `3 of 4 (75 %)`.
pub fn share(share: Share) -> String {
    format!("{} of {} ({} %)", share.part, share.of, share.percent())
}

/// `1 item`, `2 items`.
fn some(n: u32, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// `1 of 4 moves (25 %)`.
fn moves(rate: Share) -> String {
    format!("{} of {} ({} %)", rate.part, some(rate.of, "move"), rate.percent())
}

/// How a notice stands to its limit: `0:40 before its limit`.
pub fn margin(margin: Margin) -> String {
    match margin {
        Margin::Before { ms } => format!("sent {} before its limit", span(ms)),
        Margin::After { ms } => format!("sent LATE, {} after its limit", span(ms)),
        Margin::NoLimit => "sent; no limit is on record".to_owned(),
        Margin::Owed => "owed, not sent yet".to_owned(),
        Margin::Overdue { ms } => format!("OVERDUE for {}", span(ms)),
        Margin::NotOwed => "not owed".to_owned(),
    }
}

/// What of one incident is counted and not timed.
pub fn of_one(metrics: &Metrics) -> Vec<Row> {
    let rework = &metrics.rework;
    let backs = match rework.rate() {
        Some(rate) => moves(rate),
        None => "it was not moved".to_owned(),
    };
    let withdrawn = some(rework.withdrawn, "claim");
    let reopened =
        if rework.reopened > 0 { format!("; reopened {} ×", rework.reopened) } else { String::new() };
    let items = &metrics.evidence;
    let log = metrics.log.map_or_else(
        || "nothing was written since it was noticed".to_owned(),
        |log| {
            format!(
                "median {}, p90 {}, within 5 min {}",
                span(log.median_ms),
                span(log.p90_ms),
                share(log.at_once)
            )
        },
    );
    vec![
        ("moves back", format!("{backs}; {withdrawn} withdrawn{reopened}")),
        (
            "evidence",
            evidence(
                items.items,
                [items.hashed, items.before_change, items.in_order, items.not_come],
                items.custody_gaps,
            ),
        ),
        ("log latency", log),
        ("improvements", improvements(metrics.improvements)),
    ]
}

/// What over many incidents is counted and not timed.
pub fn of_many(cut: &Cut) -> Vec<Row> {
    let items = &cut.evidence;
    vec![
        ("notices", notices(cut)),
        ("moves back", backs(cut)),
        (
            "evidence",
            evidence(
                items.items,
                [items.hashed, items.before_change, items.in_order, items.not_come],
                items.custody_gaps,
            ),
        ),
        ("log latency", latency(cut)),
        ("improvements", improvements(cut.improvements)),
    ]
}

fn median(summary: &Summary, of: &str) -> Option<String> {
    Some(format!("{} {of} (median of {})", span(summary.median_ms?), summary.n))
}

fn notices(cut: &Cut) -> String {
    let all = &cut.notices.notices;
    let mut parts = Vec::new();
    parts.extend(all.in_time().map(|in_time| format!("in time {}", share(in_time))));
    parts.extend(median(&cut.notices.margin_before, "before the limit"));
    parts.extend(median(&cut.notices.margin_after, "LATE"));
    parts.extend((all.overdue > 0).then(|| format!("{} OVERDUE", all.overdue)));
    parts.extend((all.owed > 0).then(|| format!("{} owed", all.owed)));
    parts.extend((all.no_limit > 0).then(|| format!("{} sent without a limit", all.no_limit)));
    if parts.is_empty() { "none on record".to_owned() } else { parts.join(", ") }
}

fn backs(cut: &Cut) -> String {
    let rework = &cut.rework;
    let Some(rate) = rework.rate() else { return "no incident was moved".to_owned() };
    let mut parts = vec![format!("{}, in {}", moves(rate), some(rework.incidents, "incident"))];
    let reasons = rework.reasons.iter().map(|reason| format!("{} {}", reason.category, reason.n));
    parts.extend(Some(reasons.collect::<Vec<_>>().join(", ")).filter(|words| !words.is_empty()));
    parts.push(format!("{} withdrawn", some(rework.withdrawn, "claim")));
    parts.extend((rework.reopened > 0).then(|| format!("reopened {} ×", rework.reopened)));
    parts.join("; ")
}

fn evidence(items: u32, shares: [Option<Share>; 4], gaps: u32) -> String {
    let [hashed, before, order, not_come] = shares;
    if items == 0 && not_come.is_none() {
        return "none on record".to_owned();
    }
    let mut parts = vec![some(items, "item")];
    let named = [
        ("with hash", hashed),
        ("kept before change", before),
        ("in order of volatility", order),
        ("requested and not come", not_come),
    ];
    parts.extend(named.into_iter().filter_map(|(name, it)| Some(format!("{name} {}", share(it?)))));
    parts.push(some(gaps, "custody gap"));
    parts.join(", ")
}

fn latency(cut: &Cut) -> String {
    let summary = &cut.log.summary;
    match (summary.median_ms, summary.p90_ms, cut.log.at_once) {
        (Some(median), Some(p90), Some(at_once)) => format!(
            "median {}, p90 {} (of the medians of {}), within 5 min {}",
            span(median),
            span(p90),
            summary.n,
            share(at_once)
        ),
        _ => "nothing was written".to_owned(),
    }
}

fn improvements(all: Improved) -> String {
    let mut parts = Vec::new();
    parts.extend(all.share().map(|it| format!("in time {}", share(it))));
    let named = [
        (all.late, "late"),
        (all.overdue, "OVERDUE"),
        (all.open - all.overdue, "open"),
        (all.undated, "done without a due time"),
        (all.dropped, "dropped"),
    ];
    parts.extend(named.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")));
    if parts.is_empty() { "none on record".to_owned() } else { parts.join(", ") }
}
