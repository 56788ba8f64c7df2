//! `notice regimes`: what the law says, in the user's own words where they have some.

use super::super::super::failure::Failure;
use super::super::super::out::{Line, Out, Tone};
use super::super::super::shell::Shell;
use super::day;
use super::suggest::regime_line;
use crate::model::notice::law::{DISCLAIMER, Regime};

pub(super) fn regimes(shell: &Shell, words: Option<&str>) -> Result<Out, Failure> {
    let duties = shell.duties();
    let found: Vec<&Regime> = match words {
        None => duties.regimes().collect(),
        Some(words) => match (duties.found(words), duties.named(words)) {
            (_, Ok((regime, _))) => vec![regime],
            (found, Err(refusal)) if found.is_empty() => return Err(refusal.into()),
            (found, Err(_)) => found,
        },
    };
    if shell.json {
        let ids: Vec<_> = found
            .iter()
            .map(|regime| {
                let clocks: Vec<_> = regime
                    .clocks
                    .iter()
                    .map(|clock| serde_json::json!({"id": clock.id, "label": clock.label, "duration": clock.duration,
                        "fact": clock.trigger_event, "recipient": clock.recipient, "threshold": clock.threshold,
                        "starts_after": clock.starts_after, "soft": clock.soft}))
                    .collect();
                serde_json::json!({"id": regime.id, "name": regime.name, "jurisdiction": regime.jurisdiction,
                    "status": regime.status, "confidence": regime.confidence, "verification": regime.verification,
                    "as_of": regime.as_of, "citation": regime.source.citation, "clocks": clocks})
            })
            .collect();
        return Out::json(shell, &serde_json::json!({ "regimes": ids, "disclaimer": DISCLAIMER }));
    }
    let mut out = Out::new(shell);
    if let [one] = found[..] {
        whole(&mut out, one);
    } else {
        let rows = found.iter().map(|regime| {
            vec![
                Line::default().tone(Tone::Here, &regime.id),
                Line::of(&regime.name),
                Line::of(&regime.jurisdiction),
                Line::default().tone(Tone::Dim, &regime.status),
                Line::default().tone(Tone::Dim, format!("confidence {}", regime.confidence)),
                Line::default().tone(
                    Tone::Dim,
                    match regime.clocks.len() {
                        1 => "1 clock".to_owned(),
                        n => format!("{n} clocks"),
                    },
                ),
            ]
        });
        out.table(2, rows.collect());
    }
    let days = found.iter().map(|regime| regime.as_of.as_str()).filter(|day| !day.is_empty()).min();
    out.line(
        Line::default()
            .tone(Tone::Dim, format!("  {DISCLAIMER}, law as of {}", day(days.unwrap_or_default()))),
    );
    Ok(out)
}

/// A regime with everything it says.
fn whole(out: &mut Out, regime: &Regime) {
    out.line(regime_line(regime));
    let url = regime.source.url.as_deref().unwrap_or_default();
    for (what, words) in [
        ("where", regime.jurisdiction.as_str()),
        ("whom", &regime.sector),
        ("note", &regime.notes),
        ("source", &regime.source.citation),
        ("", url),
    ] {
        if !words.is_empty() {
            out.whole(Line::of("    ").tone(Tone::Dim, format!("{what:<8}")).put(words));
        }
    }
    for clock in &regime.clocks {
        out.gap();
        let from = match &clock.starts_after {
            Some(before) => format!("after {before} was sent"),
            None => format!("from {}", clock.trigger_event.word()),
        };
        let soft = if clock.soft { ", a target" } else { "" };
        out.line(
            Line::of("  ")
                .tone(Tone::Here, format!("{}/{}", regime.id, clock.id))
                .put(format!("  {}, {} {from}{soft}", clock.label, clock.duration)),
        );
        for (what, words) in [("from", &clock.trigger), ("to", &clock.recipient), ("if", &clock.threshold)] {
            if !words.is_empty() {
                out.whole(Line::of("    ").tone(Tone::Dim, format!("{what:<8}")).put(words));
            }
        }
    }
}
