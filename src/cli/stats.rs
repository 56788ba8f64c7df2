//! `stats`: how long until what, how often back, how well kept; of one incident, or over many.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::failure::Failure;
use super::leave::{give, released};
use super::look::heading;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::release::Holds;
use crate::metrics::define::GROUND_RULES;
use crate::metrics::over::{Brief, Cut, Over, Summary, Wanted};
use crate::metrics::{
    self, Alarm, DEFINITIONS, Definition, Margin, Measure, Metrics, Origin, Timed, Value, VisitTime, words,
};
use crate::model::playbook::GENERIC;
use crate::model::refusal::{Refusal, quoted};
use crate::model::text::nearest;
use crate::model::time::{self, span};
use crate::report::figures;
use crate::store::{Row, Series};
use crate::verb::{Figures, Played, Said, Stats};

/// A store of more incidents than this says how far it is read.
const LONG: usize = 2_000;

/// Which measures the tables by severity and by type show first, where not all find room.
const FIRST: [Measure; 8] = [
    Measure::Acknowledge,
    Measure::Classify,
    Measure::ContainFinal,
    Measure::Close,
    Measure::Recover,
    Measure::Dwell,
    Measure::Eradicate,
    Measure::ContainFirst,
];

/// `stats`.
pub(super) fn stats(shell: &Shell, stats: &Stats, said: &Said) -> Result<Out, Failure> {
    let format = if shell.json { Figures::Json } else { stats.format };
    if said.incident.is_some() {
        stats.of_one()?;
        return of_one(shell, stats, format, said);
    }
    stats.of_many()?;
    match &stats.wanted.kind {
        Some(typed) => {
            let wanted = Wanted { kind: Some(known_type(shell, typed)?), ..stats.wanted.clone() };
            of_many(shell, &Stats { wanted, ..stats.clone() }, format)
        }
        None => of_many(shell, stats, format),
    }
}

/// The id of an incident type there is: one that has a playbook, or that an incident of the store bears.
fn known_type(shell: &Shell, typed: &str) -> Result<String, Failure> {
    let wanted = typed.trim().to_lowercase().replace([' ', '_'], "-");
    let playbooks = shell.playbooks();
    let mut all: BTreeSet<String> = playbooks.all().map(|playbook| playbook.id.clone()).collect();
    all.remove(GENERIC);
    if !all.contains(&wanted) {
        all.extend(read(shell, |_| true)?.into_iter().flat_map(|brief| brief.types));
    }
    if all.contains(&wanted) {
        return Ok(wanted);
    }
    let near = nearest(&wanted, all.iter().map(String::as_str));
    let near = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    Err(Refusal::misused(format!("{} is no incident type.{near}", quoted(typed)))
        .hint(format!("One of: {}.", all.join(", ")))
        .into())
}

/// `stats --define`.
pub(super) fn definitions(shell: &Shell) -> Result<Out, Failure> {
    if shell.json {
        let document = serde_json::json!({ "definitions": DEFINITIONS, "rules": GROUND_RULES });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    for one in DEFINITIONS {
        let unit = Line::default()
            .tone(Tone::Strong, one.name)
            .tone(Tone::Dim, format!("  {}, {}", one.id, one.unit.word()));
        out.line(unit);
        out.line(Line::of(format!("  {}", one.meaning)));
        if let Some(source) = one.source {
            out.line(Line::of("  ").tone(Tone::Dim, format!("After {source}.")));
        }
    }
    out.gap();
    for rule in GROUND_RULES {
        out.line(Line::of(*rule));
    }
    Ok(out)
}

fn json(shell: &Shell, document: &impl Serialize) -> Result<Vec<u8>, Failure> {
    Out::json(shell, document).map(|out| out.render().into_bytes())
}

fn of_one(shell: &Shell, stats: &Stats, format: Figures, said: &Said) -> Result<Out, Failure> {
    let released = released(shell, said, &stats.leave, Holds::Incident)?;
    let measured = metrics::of(&released.incident, shell.now);
    let output = stats.leave.output.as_deref();
    let bytes = match format {
        Figures::Text if output.is_none() => return Ok(one(shell, &released.incident, &measured)),
        Figures::Text => one(shell, &released.incident, &measured).plain().render().into_bytes(),
        Figures::Csv => figures::of_one(&measured),
        Figures::Json => {
            let (marking, as_of) = (marking(measured.set.origin), shell.now);
            json(shell, &OneDocument { marking, as_of, incident: &measured, definitions: DEFINITIONS })?
        }
    };
    give(shell, &measured.number, bytes, output)
}

/// What is played or made up says so.
fn marking(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::Real => None,
        Origin::Drill => Some("EXERCISE EXERCISE EXERCISE"),
        Origin::Demo => Some("DEMO"),
    }
}

/// The measures of one incident, for scripts.
#[derive(Serialize)]
struct OneDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    marking: Option<&'static str>,
    as_of: DateTime<Utc>,
    incident: &'a Metrics,
    definitions: &'static [Definition],
}

/// The measures over many, for scripts.
#[derive(Serialize)]
struct ManyDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    marking: Option<&'static str>,
    as_of: DateTime<Utc>,
    since: Option<DateTime<Utc>>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    severity: Option<u8>,
    sets: &'a [Over],
    definitions: &'static [Definition],
    rules: &'static [&'static str],
}

fn one(shell: &Shell, incident: &crate::incident::Incident, measured: &Metrics) -> Out {
    let mut out = Out::new(shell);
    out.line(heading(incident));
    out.texts(2, measured.times.iter().map(|timed| timed_row(shell, timed)).collect());
    if measured.closings.reopened > 0 {
        let words =
            format!("  closed {} ×, reopened {} ×", measured.closings.times, measured.closings.reopened);
        out.line(Line::default().tone(Tone::Warn, words));
    }
    out.gap();
    out.line(Line::default().tone(Tone::Strong, "Time in phases"));
    out.texts(2, measured.phases.iter().map(|phase| phase_row(measured, phase)).collect());
    if !measured.notices.is_empty() {
        out.gap();
        out.line(Line::default().tone(Tone::Strong, "Notices"));
        let row = |notice: &metrics::NoticeMargin| {
            let tone = match notice.margin {
                Margin::After { .. } | Margin::Overdue { .. } => Tone::Bad,
                Margin::Before { .. } => Tone::Good,
                Margin::NoLimit | Margin::Owed | Margin::NotOwed => Tone::Plain,
            };
            vec![
                Line::default().tone(Tone::Strong, &notice.number),
                Line::default().tone(tone, words::margin(notice.margin)),
                Line::of(&notice.name),
            ]
        };
        out.texts(2, measured.notices.iter().map(row).collect());
    }
    out.gap();
    out.texts(0, labelled(words::of_one(measured)));
    for back in &measured.rework.backs {
        let why = [back.category.as_deref(), back.reason.as_deref()];
        let why = why.into_iter().flatten().collect::<Vec<_>>().join(": ");
        let at = time::when(back.at, shell.now, &shell.zone);
        out.line(Line::of(format!("  {at}  {} → {}  {why}", back.from, back.to)));
    }
    out
}

fn timed_row(shell: &Shell, timed: &Timed) -> Vec<Line> {
    let name = Line::of(timed.measure.name());
    match &timed.value {
        Value::Known { ms, from, to } => {
            let at = |at| time::when(at, shell.now, &shell.zone);
            let facts = format!("{} {} → {} {}", from.fact, at(from.at), to.fact, at(to.at));
            vec![name, Line::default().tone(Tone::Strong, span(*ms)), Line::default().tone(Tone::Dim, facts)]
        }
        Value::Absent { why } => vec![name, Line::of("–"), Line::default().tone(Tone::Dim, why)],
    }
}

fn phase_row(measured: &Metrics, phase: &metrics::PhaseTime) -> Vec<Line> {
    let visits: Vec<&VisitTime> = measured.visits.iter().filter(|visit| visit.phase == phase.phase).collect();
    let words = |visit: &&VisitTime| {
        let back = if visit.back() { ", came back" } else { "" };
        let now = if visit.left.is_none() { ", under way" } else { "" };
        format!("visit {} {}{back}{now}", visit.n, span(visit.ms))
    };
    let words: Vec<String> = visits.iter().map(words).collect();
    vec![
        Line::of(phase.phase.name()),
        Line::default().tone(Tone::Strong, span(phase.ms)),
        Line::default().tone(Tone::Dim, words.join("; ")),
    ]
}

fn labelled(rows: Vec<words::Row>) -> Vec<Vec<Line>> {
    rows.into_iter()
        .map(|(label, words)| vec![Line::default().tone(Tone::Strong, label), Line::of(words)])
        .collect()
}

fn of_many(shell: &Shell, stats: &Stats, format: Figures) -> Result<Out, Failure> {
    let drills = |row: &Row| row.series() == Series::Ex;
    let played = stats.which == Played::Drills;
    // The list knows when, what and how severe: only those are read.
    let takes = |row: &Row| stats.wanted.takes(row.opened, &row.types, row.severity);
    let briefs = read(shell, |row| drills(row) == played && takes(row))?;
    let sets = Over::sets(&briefs);
    let output = stats.leave.output.as_deref();
    // A file of nothing but the demo, or of drills, is marked by the number of one of them.
    let real = briefs.iter().any(|brief| brief.set.origin == Origin::Real);
    let origin = briefs.first().filter(|_| !real).map_or(Origin::Real, |brief| brief.set.origin);
    let bytes = match format {
        Figures::Text if output.is_none() => return Ok(many(shell, stats, &sets)),
        Figures::Text => many(shell, stats, &sets).plain().render().into_bytes(),
        Figures::Csv => figures::of_many(&briefs),
        Figures::Json => {
            let document = ManyDocument {
                marking: marking(origin),
                as_of: shell.wall,
                since: stats.wanted.since,
                kind: stats.wanted.kind.as_deref(),
                severity: stats.wanted.severity,
                sets: &sets,
                definitions: DEFINITIONS,
                rules: GROUND_RULES,
            };
            json(shell, &document)?
        }
    };
    let number = briefs.first().filter(|_| !real).map_or("", |brief| &brief.number);
    give(shell, number, bytes, output)
}

/// The figures of the incidents that are wanted; how far it is stands on a terminal where it takes long.
fn read(shell: &Shell, wanted: impl Fn(&Row) -> bool) -> Result<Vec<Brief>, Failure> {
    let shown = std::io::stderr().is_terminal();
    let mut told = false;
    let briefs = shell.store.figures(shell.wall, wanted, |read, of| {
        if shown && of > LONG {
            eprint!("\rread {read} of {of}");
            told = true;
        }
        ControlFlow::Continue(())
    })?;
    if told {
        eprint!("\r{}\r", " ".repeat(30));
    }
    Ok(briefs)
}

fn many(shell: &Shell, stats: &Stats, sets: &[Over]) -> Out {
    let mut out = Out::new(shell);
    if stats.which == Played::Drills {
        out.line(Line::default().tone(Tone::Warn, "EXERCISE EXERCISE EXERCISE"));
    }
    if sets.is_empty() {
        out.line(Line::of(format!("Nothing to measure{}.", narrowed(shell, &stats.wanted))));
        if stats.wanted != Wanted::default() {
            out.line(Line::default().tone(Tone::Dim, "Leave --since, --type or --severity out to see more."));
        }
        return out;
    }
    for over in sets {
        out.gap();
        set(&mut out, shell, over, &stats.wanted);
    }
    out.gap();
    out.line(Line::default().tone(
        Tone::Dim,
        "Median and p90 by nearest rank, of the n incidents of which the record tells; stats --define says what each means.",
    ));
    out
}

fn narrowed(shell: &Shell, wanted: &Wanted) -> String {
    let since = wanted.since.map(|at| format!(", opened since {}", time::when(at, shell.wall, &shell.zone)));
    let kind = wanted.kind.as_ref().map(|kind| format!(", of type {kind}"));
    let severity = wanted.severity.map(|level| format!(", of SEV{level}"));
    [since, kind, severity].into_iter().flatten().collect()
}

fn set(out: &mut Out, shell: &Shell, over: &Over, wanted: &Wanted) {
    let all = &over.all;
    let word = match (all.n, over.set.word().strip_suffix('s')) {
        (1, Some(one)) => one,
        _ => over.set.word(),
    };
    let head = Line::default().tone(Tone::Strong, format!("{} {word}", all.n)).put(format!(
        ", {} closed{}",
        all.closed,
        narrowed(shell, wanted)
    ));
    out.line(head);
    if all.n == 1 {
        out.line(Line::default().tone(Tone::Warn, "n = 1 says nothing about the next one"));
    }
    let heads =
        |words: &[&str]| words.iter().map(|word| Line::default().tone(Tone::Dim, word)).collect::<Vec<_>>();
    // Of false alarms only how soon they were known as such is asked.
    let alarm = over.set.alarm == Alarm::False;
    let told = all.times.iter().filter(|timed| !alarm || timed.summary.n > 0);
    let mut rows = vec![heads(&["", "n", "median", "p90"])];
    rows.extend(told.map(|timed| summed(timed.measure.name(), &timed.summary)));
    out.table(2, rows);
    if alarm {
        return;
    }
    out.gap();
    out.line(Line::default().tone(Tone::Strong, "Time in phases"));
    let mut rows = vec![heads(&["", "n", "median", "p90", "visits"])];
    let visited = all.phases.iter().filter(|phase| phase.visits > 0);
    rows.extend(visited.map(|phase| {
        let mut row = summed(phase.phase.name(), &phase.summary);
        row.push(Line::of(phase.visits.to_string()));
        row
    }));
    out.table(2, rows);
    out.gap();
    out.texts(0, labelled(words::of_many(all)));
    cuts(out, shell, "By severity", &over.by_severity);
    cuts(out, shell, "By type", &over.by_type);
}

fn summed(name: &str, summary: &Summary) -> Vec<Line> {
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), span);
    vec![
        Line::of(name),
        Line::of(summary.n.to_string()),
        Line::default().tone(Tone::Strong, ms(summary.median_ms)),
        Line::of(ms(summary.p90_ms)),
    ]
}

/// Medians beside one another, as many as find room whole.
fn cuts(out: &mut Out, shell: &Shell, title: &str, cuts: &[Cut]) {
    if cuts.len() < 2 {
        return;
    }
    let cell = |cut: &Cut, measure: Measure| {
        let summary = cut.time(measure);
        summary.median_ms.map_or_else(|| "–".to_owned(), |ms| format!("{} ({})", span(ms), summary.n))
    };
    let mut columns: Vec<Vec<String>> = vec![
        std::iter::once(String::new()).chain(cuts.iter().map(|cut| cut.name.clone())).collect(),
        std::iter::once("n".to_owned()).chain(cuts.iter().map(|cut| cut.n.to_string())).collect(),
    ];
    columns.extend(FIRST.map(|measure| {
        let head = std::iter::once(measure.name().to_owned());
        head.chain(cuts.iter().map(|cut| cell(cut, measure))).collect()
    }));
    let mut room = shell.columns.unwrap_or(usize::MAX);
    columns.retain(|column| {
        let wide = 2 + column.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
        let fits = wide <= room;
        room = if fits { room - wide } else { 0 };
        fits
    });
    out.gap();
    out.line(Line::default().tone(Tone::Strong, title).tone(Tone::Dim, "  medians, of how many"));
    let row = |at: usize| {
        let tone = if at == 0 { Tone::Dim } else { Tone::Plain };
        columns.iter().map(|column| Line::default().tone(tone, &column[at])).collect::<Vec<_>>()
    };
    out.table(2, (0..=cuts.len()).map(row).collect());
}
