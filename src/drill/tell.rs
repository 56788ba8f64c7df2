//! What reaches the players of an inject: its words with the times of the story filled in, without the key to it.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::scenario::{Inject, Scenario};
use crate::model::drill::{Artefact, Came, Choice, InjectDelivered, Revealed};

/// Fills in `{{t}}`, `{{t-4}}`, `{{t+30}}`: story time, shifted by minutes, as HH:MM. Anything else in double
/// braces stays.
pub(super) fn told(text: &str, story: DateTime<FixedOffset>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{t") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let filled = from.find("}}").and_then(|end| {
            let shift = &from[3..end];
            let minutes = if shift.is_empty() { 0 } else { shift.parse::<i32>().ok()? };
            Some((story + TimeDelta::minutes(minutes.into()), end + 2))
        });
        match filled {
            Some((time, end)) => {
                out.push_str(&time.format("%H:%M").to_string());
                rest = &from[end..];
            }
            None => {
                out.push_str("{{t");
                rest = &from[3..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// An inject as its players get it at a moment of the story.
pub(super) fn delivered(
    scenario: &Scenario,
    inject: &Inject,
    story: DateTime<FixedOffset>,
    came: Came,
) -> InjectDelivered {
    let reveals = inject.reveals.iter().filter_map(|id| scenario.component(id.as_str()));
    InjectDelivered {
        inject: inject.id.to_string(),
        came,
        channel: inject.channel.word().replace(' ', "-"),
        from: inject.from.clone(),
        to: inject.to.clone(),
        subject: inject.subject.as_deref().map(|subject| told(subject, story)),
        text: told(&inject.text, story),
        artefacts: inject
            .artefacts
            .iter()
            .map(|artefact| Artefact {
                name: artefact.name.clone(),
                lines: artefact.lines.iter().map(|line| told(line, story)).collect(),
            })
            .collect(),
        choices: inject
            .replies
            .iter()
            .map(|reply| Choice { id: reply.id.to_string(), text: told(&reply.text, story) })
            .collect(),
        reveals: reveals
            .map(|component| Revealed { name: component.name.clone(), kind: component.kind.clone() })
            .collect(),
        jump_to: inject.jump_to,
    }
}
