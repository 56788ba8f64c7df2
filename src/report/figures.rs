//! Measures as comma-separated values: of one incident one line a measure, of many one line an incident.
//!
//! Times are RFC 3339 in UTC, spans whole milliseconds. What could not be told is empty, and of one incident says
//! why; nothing is 0 that was not measured.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::metrics::over::Brief;
use crate::metrics::{Margin, Measure, Metrics, Share, Value, words};
use crate::model::phase::Phase;

/// The columns of one incident's measures.
const OF_ONE: [&str; 10] =
    ["incident", "measure", "of", "ms", "part", "whole", "from_fact", "from", "to_fact", "to"];

/// One line a measure; the last column says why one is absent.
pub fn of_one(metrics: &Metrics) -> Vec<u8> {
    let mut table = Table::new(&[&OF_ONE[..], &["why"]].concat());
    for timed in &metrics.times {
        let id = timed.measure.id();
        match &timed.value {
            Value::Known { ms, from, to } => {
                let (begin, end) = (time(from.at), time(to.at));
                table.row([
                    &metrics.number,
                    id,
                    "",
                    &ms.to_string(),
                    "",
                    "",
                    &from.fact,
                    &begin,
                    &to.fact,
                    &end,
                    "",
                ]);
            }
            Value::Absent { why } => table.row([&metrics.number, id, "", "", "", "", "", "", "", "", why]),
        }
    }
    for notice in &metrics.notices {
        let ms = match notice.margin {
            Margin::Before { ms } | Margin::After { ms } | Margin::Overdue { ms } => ms.to_string(),
            Margin::NoLimit | Margin::Owed | Margin::NotOwed => String::new(),
        };
        let [sent, limit] = [notice.sent, notice.limit].map(|at| at.map(time).unwrap_or_default());
        let why = words::margin(notice.margin);
        let facts = if sent.is_empty() { ["", "limit"] } else { ["sent", "limit"] };
        table.row([
            &metrics.number,
            "notify",
            &notice.number,
            &ms,
            "",
            "",
            facts[0],
            &sent,
            facts[1],
            &limit,
            &why,
        ]);
    }
    for visit in &metrics.visits {
        let of = format!("{} {}", visit.phase.id(), visit.n);
        let left = visit.left.map(time).unwrap_or_default();
        let entered = time(visit.entered);
        let ms = visit.ms.to_string();
        let end = if left.is_empty() { "now" } else { "left" };
        table.row([&metrics.number, "phase-time", &of, &ms, "", "", "entered", &entered, end, &left, ""]);
    }
    for (id, share) in shares(metrics) {
        let (part, whole) = split(share);
        let why = if share.is_none() { "nothing to be a part of" } else { "" };
        table.row([&metrics.number, id, "", "", &part, &whole, "", "", "", "", why]);
    }
    for (id, n) in [("withdrawn", metrics.rework.withdrawn), ("custody-gaps", metrics.evidence.custody_gaps)]
    {
        table.row([&metrics.number, id, "", "", &n.to_string(), "", "", "", "", "", ""]);
    }
    if let Some(log) = metrics.log {
        for (of, ms) in [("median", log.median_ms), ("p90", log.p90_ms)] {
            table.row([&metrics.number, "log-latency", of, &ms.to_string(), "", "", "", "", "", "", ""]);
        }
        let (part, whole) = split(Some(log.at_once));
        table.row([&metrics.number, "log-latency", "within 5 min", "", &part, &whole, "", "", "", "", ""]);
    }
    table.done()
}

fn shares(metrics: &Metrics) -> [(&'static str, Option<Share>); 6] {
    let evidence = &metrics.evidence;
    [
        ("rework", metrics.rework.rate()),
        ("evidence-hash", evidence.hashed),
        ("evidence-before-change", evidence.before_change),
        ("evidence-order", evidence.in_order),
        ("evidence-requested", evidence.not_come),
        ("improvement-closure", metrics.improvements.share()),
    ]
}

/// One line an incident, in the order they are given.
pub fn of_many(briefs: &[Brief]) -> Vec<u8> {
    let mut head: Vec<String> =
        ["incident", "set", "severity", "types", "opened", "closed"].map(str::to_owned).into();
    head.extend(Measure::ALL.map(|measure| format!("{}_ms", measure.id().replace('-', "_"))));
    for phase in Phase::ALL {
        let id = phase.id().replace('-', "_");
        head.extend([format!("{id}_visits"), format!("{id}_ms")]);
    }
    let rest = [
        "moves",
        "moves_back",
        "claims_withdrawn",
        "reopened",
        "notices_in_time",
        "notices_late",
        "notices_overdue",
        "notices_owed",
        "evidence_items",
        "evidence_hashed",
        "evidence_hashable",
        "custody_gaps",
        "evidence_not_come",
        "evidence_asked_for",
        "log_median_ms",
        "log_at_once",
        "log_entries",
        "improvements_in_time",
        "improvements_late",
        "improvements_open",
        "improvements_overdue",
    ];
    head.extend(rest.map(str::to_owned));
    let mut table = Table::new(&head);
    briefs.iter().for_each(|brief| table.row(cells(brief)));
    table.done()
}

fn cells(brief: &Brief) -> Vec<String> {
    let ms = |ms: Option<i64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
    let mut cells = vec![
        brief.number.clone(),
        brief.set.word().to_owned(),
        brief.severity.map(|level| level.to_string()).unwrap_or_default(),
        brief.types.join(" "),
        time(brief.opened),
        if brief.closed { "yes" } else { "no" }.to_owned(),
    ];
    cells.extend(brief.times.map(ms));
    for (visits, spent) in brief.phases {
        cells.extend([visits.to_string(), ms((visits > 0).then_some(spent))]);
    }
    let (evidence, improved, notices) = (&brief.evidence, &brief.improvements, &brief.notices);
    cells.extend([brief.moves, brief.backs, brief.withdrawn, brief.reopened].map(|n| n.to_string()));
    cells.extend([notices.before, notices.after, notices.overdue, notices.owed].map(|n| n.to_string()));
    cells.push(evidence.items.to_string());
    cells.extend(<[String; 2]>::from(split(evidence.hashed)));
    cells.push(evidence.custody_gaps.to_string());
    cells.extend(<[String; 2]>::from(split(evidence.not_come)));
    cells.push(ms(brief.log.map(|(median, _)| median)));
    cells.extend(<[String; 2]>::from(split(brief.log.map(|(_, at_once)| at_once))));
    cells.extend([improved.on_time, improved.late, improved.open, improved.overdue].map(|n| n.to_string()));
    cells
}

fn split(share: Option<Share>) -> (String, String) {
    share.map_or_else(Default::default, |share| (share.part.to_string(), share.of.to_string()))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Rows of one width, quoted where they must be.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(head: &[impl AsRef<str>]) -> Self {
        let mut table = Table(csv::Writer::from_writer(Vec::new()));
        table.row(head.iter().map(AsRef::as_ref));
        table
    }

    fn row<'a, S: AsRef<str> + 'a>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells: Vec<S> = cells.into_iter().collect();
        let written = self.0.write_record(cells.iter().map(|cell| cell.as_ref().as_bytes()));
        written.expect("memory takes every row of the one width");
    }

    fn done(self) -> Vec<u8> {
        self.0.into_inner().expect("memory needs no flushing")
    }
}
