//! What the incoming lead is told: the SITREP since the last handover with nothing of it left out for want of
//! room, and what they take over: what is left to do, timers, measures in place, assumptions, people.

use chrono::{DateTime, Utc};

use super::Clock;
use super::lines::{COLUMNS, Row, Section, Style, begun, labelled, plain, tight};
use super::phrases::{Phrases, Told};
use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::id::LineId;
use crate::model::root::Root;
use crate::model::taxonomy::Tlp;
use crate::model::text::{self, thousands};

/// Lines of a section; the screens have the rest.
const LINES: usize = 20;

/// The text of a handover, at most 16 KiB, defanged.
pub fn told(incident: &Incident, clock: &Clock) -> String {
    text_of(incident, incident.tlp(), &incident.root, clock)
}

/// The text of a handover of an incident as it may leave.
pub fn released(released: &Released, clock: &Clock) -> String {
    text_of(&released.incident, Some(released.label()), &released.root, clock)
}

fn text_of(incident: &Incident, tlp: Option<Tlp>, root: &Root, clock: &Clock) -> String {
    let (what, at, line) = since(incident);
    let told = line.and_then(|line| incident.place_in_log(line));
    let phrases = Phrases { incident, clock, told: Told::Behind(told) };
    let mut lines: Vec<String> = phrases.banner().into_iter().collect();
    let label = tlp.map(|tlp| format!("   {}", tlp.label())).unwrap_or_default();
    let room = COLUMNS.saturating_sub(incident.number.len() + label.len() + 15);
    let title = begun(&plain(incident.title()), room);
    lines.push(format!("HANDOVER of {}  {title}{label}", plain(&incident.number)));
    lines.push(phrases.dated(what, at));
    lines.push(String::new());
    for section in sections(&phrases, root).iter().filter(|section| !section.is_empty()) {
        lines.extend(labelled(section.label, &section.fitted(LINES)));
    }
    shortened(&(lines.join("\n"))) + "\n"
}

/// Since when there is something to tell: the last handover that was accepted, else the opening.
fn since(incident: &Incident) -> (&'static str, DateTime<Utc>, Option<LineId>) {
    let last = incident.last_handover().and_then(|handover| handover.answer.holds());
    last.map_or(("the opening", incident.opened, None), |side| {
        ("the handover", side.value.at, Some(side.line))
    })
}

fn sections(phrases: &Phrases<'_>, root: &Root) -> Vec<Section> {
    let count = usize::try_from(root.count()).unwrap_or(usize::MAX);
    let entries = tight(&format!("{} entries", thousands(count)));
    let head = Row::of(format!("Head {}, {entries}", root.head_code()));
    vec![
        phrases.in_short(),
        phrases.needed(),
        phrases.phase(),
        phrases.severity(),
        phrases.open(),
        phrases.held(),
        phrases.done(),
        phrases.doing(),
        phrases.to_do(),
        phrases.decided(),
        phrases.unknown(),
        phrases.measures(),
        phrases.clocks(),
        phrases.timers(),
        phrases.people(),
        phrases.happened(),
        phrases.promised(),
        Section::new("RECORD", Style::Prose, vec![head]),
    ]
}

/// Whole lines up to the limit of an entry, and how many were left off.
fn shortened(text: &str) -> String {
    let most = text::ENTRY.most - 80;
    if text.len() <= text::ENTRY.most {
        return text.to_owned();
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text[..end].rfind('\n').unwrap_or(0);
    format!(
        "{}\nand {} more lines; the incident has them",
        &text[..kept],
        text[kept..].trim().lines().count()
    )
}
