//! `notice suggest`: the clocks that could be started here, and when each would be due.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::super::choose;
use super::super::super::failure::Failure;
use super::super::super::out::{Line, Out, Tone};
use super::super::super::shell::Shell;
use super::super::heading;
use super::footer;
use crate::incident::Incident;
use crate::incident::notice::Candidate;
use crate::model::notice::duties::Duties;
use crate::model::notice::law::{DISCLAIMER, LAW, Narrowing, Regime};
use crate::model::time;
use crate::verb::Said;

#[derive(Serialize)]
struct CandidateDocument<'a> {
    clock: String,
    regime: &'a str,
    label: &'a str,
    recipient: &'a str,
    fact: &'static str,
    fact_at: DateTime<Utc>,
    /// How that time is known; `null`: it is not, and `fact_at` is now.
    basis: Option<String>,
    due: Option<DateTime<Utc>>,
    approximate: bool,
    soft: bool,
    waits_for: Option<&'a str>,
    applies_when: &'a str,
    threshold: &'a str,
    confidence: &'a str,
    verification: &'a str,
    as_of: &'a str,
}

pub(super) fn suggest(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let duties = shell.duties();
    let candidates = incident.candidates(&duties, shell.now);
    if shell.json {
        let documents: Vec<_> = candidates.iter().map(candidate_document).collect();
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "candidates": documents, "as_of": LAW.as_of, "disclaimer": DISCLAIMER }),
        );
    }
    let mut out = Out::new(shell);
    out.line(heading(incident));
    out.line(Line::default().tone(Tone::Dim, format!("  {}", narrowed(incident, &duties))));
    if let Some(left) = left_out(incident, &duties) {
        out.line(Line::default().tone(Tone::Warn, format!("  {left}")));
    }
    if candidates.is_empty() {
        out.line(Line::of("  nothing is suggested; casebook notice regimes lists everything there is"));
        return Ok(out);
    }
    // Each law once, that of the clock which is due first before the others.
    let mut regimes: Vec<&Regime> = Vec::new();
    for candidate in &candidates {
        if regimes.iter().all(|met| met.id != candidate.regime.id) {
            regimes.push(candidate.regime);
        }
    }
    for regime in regimes {
        out.gap();
        out.line(regime_line(regime));
        let its = candidates.iter().filter(|candidate| candidate.regime.id == regime.id);
        out.table(4, its.map(|candidate| candidate_row(shell, candidate)).collect());
    }
    out.gap();
    out.line(Line::of("  start one: casebook notice start REGIME/CLOCK [--fact FACT] [--at TIME]"));
    footer(&mut out, candidates.iter().map(|candidate| candidate.regime.as_of.as_str()));
    Ok(out)
}

fn candidate_document<'a>(candidate: &Candidate<'a>) -> CandidateDocument<'a> {
    let (regime, clock) = (candidate.regime, candidate.clock);
    CandidateDocument {
        clock: candidate.of(),
        regime: &regime.name,
        label: &clock.label,
        recipient: &clock.recipient,
        fact: candidate.started.fact.id(),
        fact_at: candidate.started.at,
        basis: candidate.known.as_ref().map(|known| known.basis.clone()),
        due: candidate.started.due.filter(|_| candidate.waits_for.is_none()),
        approximate: candidate.started.approximate(),
        soft: clock.soft,
        waits_for: candidate.waits_for,
        applies_when: &regime.applies_when,
        threshold: &clock.threshold,
        confidence: &regime.confidence,
        verification: &regime.verification,
        as_of: &regime.as_of,
    }
}

/// By what the suggestion was narrowed, and how to narrow it.
fn narrowed(incident: &Incident, duties: &Duties) -> String {
    let types: Vec<&str> = incident.types().collect();
    let types = if types.is_empty() { "no type set".to_owned() } else { types.join(", ") };
    let sectors =
        if duties.sectors.is_empty() { "no sector set".to_owned() } else { duties.sectors.join(", ") };
    match duties.narrowing() {
        Narrowing::TypesOnly => {
            format!(
                "by {types}, any region, {sectors}; casebook config notice.regions DE,EU leaves out the rest"
            )
        }
        Narrowing::Configured => format!("by {types}, {}, {sectors}", duties.regions.join(", ")),
    }
}

/// What is not suggested only because no sector is set.
fn left_out(incident: &Incident, duties: &Duties) -> Option<String> {
    let types: Vec<&str> = incident.types().collect();
    let left = duties.left_out(&types);
    if left.is_empty() {
        return None;
    }
    let mut names: Vec<String> = left.iter().take(6).map(|regime| regime.short()).collect();
    names.extend((left.len() > 6).then(|| format!("{} more", left.len() - 6)));
    Some(format!(
        "NOT SHOWN, for they hang on your sector: {}; casebook config notice.sectors health,energy brings them in",
        names.join(", ")
    ))
}

/// `GDPR  General Data Protection Regulation   Personal data breach; …   high, checked-secondary`.
pub(super) fn regime_line(regime: &Regime) -> Line {
    let short = regime.short();
    let line = Line::of("  ").tone(Tone::Strong, &short);
    let line = if short == regime.name { line } else { line.put(format!("  {}", regime.name)) };
    let line = if regime.status == "in-force" || regime.status == "contractual" {
        line
    } else {
        line.put("  ").tone(Tone::Warn, regime.status.to_uppercase())
    };
    line.tone(
        Tone::Dim,
        format!("  {}; confidence {}, {}", regime.applies_when, regime.confidence, regime.verification),
    )
}

fn candidate_row(shell: &Shell, candidate: &Candidate<'_>) -> Vec<Line> {
    let (clock, started) = (candidate.clock, &candidate.started);
    let when = |at| time::when(at, shell.now, &shell.zone);
    let about = if started.approximate() { "about " } else { "" };
    let due = match (candidate.waits_for, started.due, started.target) {
        (Some(before), ..) => format!("{} after {before} was sent", clock.duration),
        (None, Some(due), _) if clock.soft => format!("target {}", when(due)),
        (None, Some(due), _) => format!("due {about}{}", when(due)),
        (None, None, Some(target)) => format!("without delay, target {}", when(target)),
        (None, None, None) => "without delay".to_owned(),
    };
    let fact = match (&candidate.known, candidate.waits_for) {
        (_, Some(_)) => String::new(),
        (Some(known), None) => format!("if {} {} ({})", started.fact.word(), when(started.at), known.basis),
        (None, None) => format!("if {} now", started.fact.word()),
    };
    vec![
        Line::default().tone(Tone::Here, candidate.of()),
        Line::of(&clock.label),
        Line::of(clock.duration.to_string()),
        Line::default().tone(Tone::Dim, fact),
        Line::of(due),
    ]
}
