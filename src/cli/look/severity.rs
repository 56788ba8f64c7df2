//! `severity` without words: the level, what it was scored from, and who overruled it.

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::verb::Said;

pub(in crate::cli) fn severity(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let severity = incident.severity();
    if shell.json {
        let document = serde_json::json!({ "incident": incident.number, "severity": severity });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let Some(severity) = severity else {
        out.line(Line::default().tone(Tone::Warn, "  SEV?").put("  not set yet"));
        out.whole(Line::of(
            "  casebook severity --functional high --information suspected --recoverability extended",
        ));
        return Ok(out);
    };
    let terms = severity.level.terms();
    let label = super::severity_label(Some(severity.level)).put(format!("  {}", terms.name));
    let mut rows = vec![vec![label, Line::of(&terms.cadence)]];
    if let Some(assessed) = &severity.assessed {
        let impact = &assessed.impact;
        let mut words = vec![
            format!("functional {}", impact.functional.id()),
            format!("information {}", impact.information.id()),
            format!("recoverability {}", impact.recoverability.id()),
        ];
        words.extend(impact.modifiers.iter().map(|modifier| modifier.id().to_owned()));
        let score = format!("scored {}: {}", assessed.result.score, assessed.result.level.label());
        rows.push(vec![Line::of(score), Line::of(words.join(", "))]);
    }
    if let Some(by_hand) = &severity.overridden {
        rows.push(vec![Line::of(format!("by hand: {}", by_hand.level.label())), Line::of(&by_hand.reason)]);
    }
    out.texts(2, rows);
    Ok(out)
}
