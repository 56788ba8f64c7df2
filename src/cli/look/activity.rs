//! `activity`: the record as it was written.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::document::EntryDocument;
use crate::model::attack;
use crate::model::entry::{Entry, Kind};
use crate::model::lane::Lane;
use crate::model::text::defang;
use crate::model::time;
use crate::model::visit::Visit;
use crate::verb::{Activity, Said};

/// From this on, in milliseconds, the time of writing is shown beside the time it happened.
const LATE: i64 = 60_000;

/// `activity`: in the order it was written, newest last.
pub(in crate::cli) fn activity(shell: &Shell, activity: &Activity, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.checked(&address)?;
    let incident = &record.incident;
    let wanted = |entry: &&Entry| {
        activity.kind.is_none_or(|kind| entry.kind == kind)
            && activity.since.is_none_or(|since| entry.happened >= since || entry.written() >= since)
    };
    let entries: Vec<&Entry> = incident.entries.iter().filter(wanted).collect();
    if shell.json {
        let document = |entry: &Entry| {
            let mut document = serde_json::to_value(EntryDocument::of(entry)).unwrap_or_default();
            if let (Some(fields), Some(visit)) = (document.as_object_mut(), moved(incident, entry)) {
                fields.insert("gates".to_owned(), serde_json::json!(visit.gates));
                fields.insert("approval".to_owned(), serde_json::json!(visit.approval));
            }
            document
        };
        let entries: Vec<_> = entries.into_iter().map(document).collect();
        let mut document = serde_json::json!({ "incident": incident.number, "entries": entries });
        if !incident.faults.is_empty() {
            document["faults"] = serde_json::json!(incident.faults);
        }
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    super::doubt(&mut out, incident);
    out.line(super::heading(incident));
    if entries.is_empty() {
        out.line(Line::of("  no such entry"));
    }
    by_day(&mut out, shell, (incident, &entries), |entry| entry.written());
    Ok(out)
}

/// The visit that an entry began, if it is a move whose words may be shown.
fn moved<'a>(incident: &'a Incident, entry: &Entry) -> Option<&'a Visit> {
    let shown = entry.kind == Kind::Phase && entry.redacted.is_none();
    incident.visits().find(|visit| shown && visit.line == entry.id && visit.way.is_some())
}

/// Who accepted what on the way in, and who approved the move.
fn answered(visit: &Visit) -> Vec<String> {
    let accepted = visit.gates.iter().filter_map(|gate| {
        let (name, why) = (gate.accepted_by.as_deref()?, gate.why.as_deref().unwrap_or_default());
        Some(format!("{} ({}) accepted by {name}: {why}", gate.gate, gate.fact))
    });
    let approved = visit.approval.iter().map(|approval| match &approval.role {
        Some(role) => format!("approved by {}/{role}", approval.name),
        None => format!("approved by {}", approval.name),
    });
    accepted.chain(approved).collect()
}

fn by_day(
    out: &mut Out,
    shell: &Shell,
    (incident, entries): (&Incident, &[&Entry]),
    at: impl Fn(&Entry) -> DateTime<Utc>,
) {
    let day_of = |entry: &Entry| shell.zone.at(at(entry)).date_naive();
    let mut rest = entries;
    let year = shell.zone.at(shell.now).date_naive();
    while let Some(first) = rest.first() {
        let day: NaiveDate = day_of(first);
        let many = rest.iter().take_while(|entry| day_of(entry) == day).count();
        let (today, later) = rest.split_at(many);
        rest = later;
        out.gap();
        out.line(day_heading(shell, day, year));
        let row = |entry: &&Entry| {
            let mut row = row(shell, entry, at(entry));
            let answered = moved(incident, entry).map(answered).unwrap_or_default();
            if !answered.is_empty()
                && let Some(words) = row.pop()
            {
                row.push(words.tone(Tone::Dim, format!("  [{}]", defang(&answered.join("; ")))));
            }
            row
        };
        out.texts(2, today.iter().map(row).collect());
    }
}

/// `today, Sat 21 Nov 2026   times in UTC`.
pub(super) fn day_heading(shell: &Shell, day: NaiveDate, today: NaiveDate) -> Line {
    let name = if day == today { "today, " } else { "" };
    let heading = format!("{name}{}   times in {}", day.format("%a %-d %b %Y"), shell.zone);
    Line::default().tone(Tone::Dim, heading)
}

/// An entry in columns: time, who, kind, words, id.
pub(in crate::cli) fn row(shell: &Shell, entry: &Entry, at: DateTime<Utc>) -> Vec<Line> {
    let mut words = self::words(shell, entry, at);
    let lane = entry.said_lane().filter(|lane| *lane == Lane::Actor);
    let techniques = entry.techniques().map(attack::shown);
    let about: Vec<String> = lane
        .map(|_| "by the actor".to_owned())
        .into_iter()
        .chain(entry.components_beside().iter().cloned())
        .chain(techniques)
        .chain(entry.source().map(|source| format!("from {source}")))
        .collect();
    if !about.is_empty() {
        words = words.tone(Tone::Dim, format!("  [{}]", about.join(", ")));
    }
    vec![
        Line::of(time::clock(at, &shell.zone)),
        Line::of(entry.actor()),
        Line::of(entry.kind.word()),
        id_of(entry),
        words,
    ]
}

/// The beginning of an entry's id, which names it on the command line.
pub(super) fn id_of(entry: &Entry) -> Line {
    Line::default().tone(Tone::Dim, entry.id.short(8))
}

/// The words of an entry, with what became of them and its other time.
pub(super) fn words(shell: &Shell, entry: &Entry, at: DateTime<Utc>) -> Line {
    let undone = entry.undone_by.is_some();
    let tone = match entry.kind {
        _ if undone => Tone::Dim,
        Kind::Phase if entry.back => Tone::Warn,
        Kind::Phase => Tone::Here,
        _ => Tone::Plain,
    };
    let mut words = Line::default();
    if undone {
        words = words.tone(Tone::Dim, "TAKEN BACK ");
    } else if entry.back {
        words = words.tone(Tone::Warn, "BACK ");
    }
    words = words.tone(tone, defang(entry.shown()));
    if entry.shown() != entry.text {
        words = words.tone(Tone::Dim, format!("  (first: {:?})", defang(&entry.text)));
    }
    if entry.happened != at {
        words =
            words.tone(Tone::Dim, format!("  (happened {})", time::when(entry.happened, at, &shell.zone)));
    } else if entry.late_ms() >= LATE {
        words =
            words.tone(Tone::Dim, format!("  (written {})", time::when(entry.written(), at, &shell.zone)));
    }
    if entry.actor() != entry.by {
        words = words.tone(Tone::Dim, format!("  (written by {})", entry.by));
    }
    words
}
