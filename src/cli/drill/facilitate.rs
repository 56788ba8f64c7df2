//! `drill control`: the list of events as a facilitator sees it, and what they do about it.

use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::play::give;
use crate::control::{self, Control};
use crate::drill::msel::{Msel, Progress, Row, Watch};
use crate::store::Record;
use crate::verb::{Controlling, Said};

pub(super) fn facilitate(
    shell: &Shell,
    record: &mut Record,
    control: Control,
    controlling: &Controlling,
    said: &Said,
) -> Result<Out, Failure> {
    let minute = shell.ex.unwrap_or(0);
    if *controlling == Controlling::List {
        return list(shell, record, &control.play.msel(minute));
    }
    let command = control::command(&control.play, controlling, minute)?;
    let record = std::mem::replace(record, shell.read(&record.address)?);
    give(shell, record, control, command, said)
}

/// An inject of the list for scripts.
fn planned(row: &Row) -> serde_json::Value {
    let (state, minute) = match row.progress {
        Progress::Delivered(minute, _) => ("delivered", Some(minute)),
        Progress::Planned(minute) => ("planned", Some(minute)),
        Progress::Waits(minute) => ("waits", Some(minute)),
        Progress::Withheld => ("withheld", None),
        Progress::Off => ("off", None),
    };
    serde_json::json!({
        "id": row.id, "state": state, "minute": minute, "kind": row.kind, "branch": row.branch, "from": row.from,
        "subject": row.subject, "text": row.text, "when": row.when, "notes": row.notes, "reply": row.reply,
    })
}

/// An expected action of the list for scripts.
fn watched(watch: &Watch) -> serde_json::Value {
    serde_json::json!({
        "id": watch.id, "title": watch.title, "objective": watch.objective, "level": watch.level,
        "window": watch.window, "matched": watch.matched, "shown_by": watch.shown_by,
    })
}

/// The list of events with their state: for a facilitator's eyes.
fn list(shell: &Shell, record: &Record, msel: &Msel) -> Result<Out, Failure> {
    if shell.json {
        let notes: Vec<_> = record.incident.drill.iter().flat_map(|drill| &drill.notes).collect();
        let (injects, actions): (Vec<_>, Vec<_>) =
            (msel.injects.iter().map(planned).collect(), msel.actions.iter().map(watched).collect());
        let number = &record.address.number;
        let document =
            serde_json::json!({ "incident": number, "injects": injects, "actions": actions, "notes": notes });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    out.line(Line::default().tone(Tone::Warn, "For the facilitator: players do not see this."));
    let state = |progress: Progress| match progress {
        Progress::Delivered(minute, _) => Line::default().tone(Tone::Good, format!("came {minute}")),
        Progress::Planned(minute) => Line::of(format!("at {minute}")),
        Progress::Waits(minute) => Line::default().tone(Tone::Warn, format!("waits since {minute}")),
        Progress::Withheld => Line::default().tone(Tone::Warn, "withheld"),
        Progress::Off => Line::default().tone(Tone::Dim, "off the path"),
    };
    let rows = msel.injects.iter().map(|row| {
        let what = row.subject.as_deref().unwrap_or(&row.text);
        vec![
            Line::default().tone(Tone::Here, row.id.as_str()),
            state(row.progress),
            Line::of(&row.from),
            Line::of(what),
        ]
    });
    out.table(0, rows.collect());
    out.gap();
    let rows = msel.actions.iter().map(|watch| {
        let state = match (watch.matched, watch.window) {
            (Some(minute), _) => Line::default().tone(Tone::Good, format!("done {minute}")),
            (None, Some((from, target, limit))) => {
                Line::of(format!("open since {from}, by {target}, at the latest {limit}"))
            }
            (None, None) => Line::default().tone(Tone::Dim, "not open"),
        };
        vec![Line::default().tone(Tone::Here, watch.id.as_str()), state, Line::of(&watch.title)]
    });
    out.table(0, rows.collect());
    let notes = record.incident.drill.iter().flat_map(|drill| &drill.notes);
    for note in notes {
        let mark = note.what.mark.as_deref().map(|mark| format!(" {mark}")).unwrap_or_default();
        let about = note.what.about.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
        out.line(Line::of(format!("  note {}{about}{mark}, {}: {}", note.minute, note.by, note.what.text)));
    }
    Ok(out)
}
