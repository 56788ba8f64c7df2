//! `notice list` and `show`: what is owed by when, and what its law said when the clock was started.

mod answer;
mod law;
mod suggest;

use chrono::{DateTime, Utc};

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::document::NoticeDocument;
use crate::model::notice::law::DISCLAIMER;
use crate::model::notice::{Hardness, Notice, NoticeState, Started, Terms};
use crate::model::time;
use crate::verb::{NoticeLook, Said, refs};

pub(in crate::cli) use answer::answer;

/// `notice` without a change.
pub(in crate::cli) fn notices(shell: &Shell, what: &NoticeLook, said: &Said) -> Result<Out, Failure> {
    match what {
        NoticeLook::List { all } => list(shell, *all, said),
        NoticeLook::Suggest => suggest::suggest(shell, said),
        NoticeLook::Show(words) => show(shell, words, said),
        NoticeLook::Regimes(words) => law::regimes(shell, words.as_deref()),
    }
}

fn list(shell: &Shell, all: bool, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    if shell.json {
        let documents: Vec<_> =
            incident.notices.iter().filter(|n| all || !n.undone).map(NoticeDocument::of).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "notices": documents }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let mut shown: Vec<&Notice> = incident.notices.iter().filter(|notice| all || !notice.undone).collect();
    if shown.is_empty() {
        out.line(Line::of("  no clock runs; casebook notice suggest shows what could be owed"));
        return Ok(out);
    }
    let far = DateTime::<Utc>::MAX_UTC;
    shown.sort_by_key(|notice| (notice.undone, !notice.owed(), notice.limit().map_or(far, |limit| limit.at)));
    out.table(2, shown.iter().map(|notice| row(shell, notice)).collect());
    let duties = shell.duties();
    let waiting = incident.candidates(&duties, shell.now).into_iter();
    let chained = waiting.filter(|candidate| candidate.after.is_some()).count();
    if chained > 0 {
        let words =
            format!("  {chained} could be started now that the one before was sent; casebook notice suggest");
        out.line(Line::default().tone(Tone::Warn, words));
    }
    footer(
        &mut out,
        shown.iter().filter_map(|notice| notice.terms.as_ref()).map(|terms| terms.as_of.as_str()),
    );
    Ok(out)
}

/// The columns of a notice.
fn row(shell: &Shell, notice: &Notice) -> Vec<Line> {
    let started = notice.started.get();
    let fact = started.map(|started| match &notice.terms {
        Some(_) => format!("{} {}", started.from(), time::when(started.at, shell.now, &shell.zone)),
        None => format!("from {}", time::when(started.at, shell.now, &shell.zone)),
    });
    let sure = notice.terms.as_ref().map(|terms| format!("confidence {}", terms.confidence));
    let struck = if notice.undone { Tone::Dim } else { Tone::Strong };
    vec![
        Line::default().tone(struck, &notice.number),
        Line::of(&notice.name),
        Line::default().tone(Tone::Dim, &notice.recipient),
        Line::of(fact.unwrap_or_default()),
        Line::default().tone(Tone::Dim, sure.unwrap_or_default()),
        standing(shell, notice),
    ]
}

/// `due 24 Nov 12:49, 70 h 43 m left`, `OVERDUE 1:20`, `sent 22 Nov 10:00, 50 h 49 m early, ref 77120`.
fn standing(shell: &Shell, notice: &Notice) -> Line {
    if notice.undone {
        return Line::default().tone(Tone::Dim, "taken back");
    }
    let Some(standing) = notice.standing.get() else { return Line::default() };
    let at = time::when(standing.at, shell.now, &shell.zone);
    let mut line = match standing.state {
        NoticeState::Running => left(shell, notice),
        NoticeState::Sent => {
            let line = Line::default().tone(Tone::Good, format!("sent {at}"));
            match notice.margin_ms() {
                Some(ms) if ms < 0 => line.put(", ").tone(Tone::Bad, format!("{} LATE", time::span(ms))),
                Some(ms) => line.put(format!(", {} early", time::span(ms))),
                None => line,
            }
        }
        NoticeState::Deferred => {
            let until = standing.until.map(|at| time::when(at, shell.now, &shell.zone)).unwrap_or_default();
            if notice.running(shell.now) {
                Line::default().tone(Tone::Bad, format!("OVERDUE: was deferred until {until}"))
            } else {
                Line::default().tone(Tone::Warn, format!("deferred until {until}"))
            }
        }
        state => Line::default().tone(Tone::Dim, format!("{} {at}", state.word())),
    };
    for (what, said) in [("ref", &standing.reference), ("proof", &standing.proof)] {
        if let Some(said) = said {
            line = line.put(format!(", {what} {said}"));
        }
    }
    if let Some(reason) = &standing.reason {
        line = line.put(format!(", \"{reason}\""));
    }
    if let Some(approval) = &standing.approval {
        line = line.put(format!(", {approval}"));
    }
    if notice.standing.contested().is_some() || notice.started.contested().is_some() {
        line = line.put("  ").tone(Tone::Warn, "CONTESTED");
    }
    line
}

/// What is left of a running notice.
fn left(shell: &Shell, notice: &Notice) -> Line {
    let approximate = notice.started.get().is_some_and(Started::approximate);
    let about = if approximate { "about " } else { "" };
    let Some(limit) = notice.limit() else {
        let since = notice.started.get().map_or(0, |from| (shell.now - from.at).num_milliseconds());
        return Line::default().tone(Tone::Warn, format!("without delay, {} so far", time::span(since)));
    };
    let ms = (limit.at - shell.now).num_milliseconds();
    let at = time::when(limit.at, shell.now, &shell.zone);
    match (limit.hard, ms < 0) {
        (Hardness::Due, true) => {
            Line::default().tone(Tone::Bad, format!("OVERDUE {}, was due {about}{at}", time::span(ms)))
        }
        (Hardness::Due, false) => {
            Line::of(format!("due {about}{at}, ")).tone(Tone::Here, format!("{} left", time::span(ms)))
        }
        (Hardness::Target, true) => {
            Line::default().tone(Tone::Warn, format!("past its target {at}, {} ago", time::span(ms)))
        }
        (Hardness::Target, false) => {
            Line::of(format!("target {at}, ")).tone(Tone::Here, format!("{} left", time::span(ms)))
        }
    }
}

/// The one line about a nearest deadline for `show` and `next`.
pub(in crate::cli) fn nearest(shell: &Shell, incident: &Incident, now: DateTime<Utc>) -> Option<Line> {
    let notice = incident.nearest_notice()?;
    let limit = notice.limit()?;
    let ms = (limit.at - now).num_milliseconds();
    let at = time::when(limit.at, now, &shell.zone);
    let late = incident.notices().filter(|notice| notice.overdue(now)).count().saturating_sub(1);
    let more = if late > 0 { format!(", and {late} more overdue") } else { String::new() };
    let line = Line::default();
    Some(match (limit.hard, ms < 0) {
        (Hardness::Due, true) => line.tone(Tone::Bad, format!("OVERDUE {}", time::span(ms))).put(format!(
            "  {} {}: was due {at}{more}",
            notice.label(),
            notice.name
        )),
        (Hardness::Due, false) => {
            line.put(format!("{} {}: due {at}, {} left{more}", notice.label(), notice.name, time::span(ms)))
        }
        (Hardness::Target, _) => {
            let word = if ms < 0 { "past" } else { "left" };
            line.put(format!("{} {}: target {at}, {} {word}", notice.label(), notice.name, time::span(ms)))
        }
    })
}

/// The words that always stand below clocks.
fn footer<'a>(out: &mut Out, as_of: impl Iterator<Item = &'a str>) {
    let mut days: Vec<&str> = as_of.filter(|day| !day.is_empty()).collect();
    days.sort_unstable();
    let day = days.first().map(|day| format!(", law as of {day}")).unwrap_or_default();
    out.line(
        Line::default().tone(Tone::Dim, format!("  {DISCLAIMER}{day}; casebook notice show REF tells more")),
    );
}

fn show(shell: &Shell, words: &str, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let notice = refs::notice(incident, words)?;
    if shell.json {
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "notice": NoticeDocument::of(notice) }),
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    out.line(Line::default().tone(Tone::Strong, format!("{} {}", notice.label(), notice.name)));
    let mut rows: Vec<(&str, Line)> = Vec::new();
    rows.push(("state", standing(shell, notice)));
    if !notice.recipient.is_empty() {
        rows.push(("recipient", Line::of(&notice.recipient)));
    }
    if let Some(started) = notice.started.get() {
        let basis = started.basis.as_deref().map(|basis| format!(" ({basis})")).unwrap_or_default();
        let at = time::when(started.at, shell.now, &shell.zone);
        let word = if notice.terms.is_some() { started.fact.word() } else { "added" };
        rows.push(("runs from", Line::of(format!("{word} {at} {}{basis}", shell.zone))));
        if let Some(due) = started.due {
            let due = time::when(due, shell.now, &shell.zone);
            rows.push(("due", Line::of(format!("{due} {}", shell.zone))));
        }
        if let Some(plain) = started.plain {
            let plain = time::when(plain, shell.now, &shell.zone);
            rows.push(("", Line::default().tone(Tone::Warn, format!("{plain} without the weekend rule"))));
        }
        for doubt in &started.doubts {
            rows.push(("", Line::default().tone(Tone::Warn, format!("uncertain: {}", doubt.words()))));
        }
    }
    if let Some(every) = notice.every {
        rows.push(("repeats", Line::of(format!("every {every} min, when it was sent"))));
    }
    if let Some(terms) = &notice.terms {
        rows.extend(said_by(terms));
    }
    out.texts(
        2,
        rows.into_iter().map(|(what, line)| vec![Line::default().tone(Tone::Dim, what), line]).collect(),
    );
    out.line(Line::default().tone(Tone::Dim, format!("  {DISCLAIMER}")));
    Ok(out)
}

/// What the law said when the clock was started.
fn said_by(terms: &Terms) -> Vec<(&'static str, Line)> {
    let zone = if terms.zone_assumed { " (yours: the recipient's is not known)" } else { "" };
    let rows = [
        (
            "regime",
            format!("{}, {}", terms.regime_name, terms.jurisdiction).trim_end_matches(", ").to_owned(),
        ),
        ("clock", format!("{}/{}, {} from: {}", terms.regime, terms.clock, terms.duration, terms.trigger)),
        ("applies", terms.applies_when.clone()),
        ("threshold", terms.threshold.clone()),
        ("second limit", terms.backstop.as_ref().map(|limit| limit.note.clone()).unwrap_or_default()),
        (
            "days in",
            if terms.duration.counts_days() { format!("{}{zone}", terms.zone) } else { String::new() },
        ),
        ("note", terms.notes.clone()),
        (
            "source",
            format!("{}  {}", terms.citation, terms.url.as_deref().unwrap_or_default()).trim().to_owned(),
        ),
        (
            "sure",
            format!(
                "confidence {}, {}, {}, as of {}",
                terms.confidence,
                terms.verification,
                terms.status,
                day(&terms.as_of)
            ),
        ),
    ];
    rows.into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(what, words)| (what, Line::of(words)))
        .collect()
}

fn day(as_of: &str) -> &str {
    if as_of.is_empty() { "no date" } else { as_of }
}
