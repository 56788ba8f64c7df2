//! The verbs that look and change nothing.

pub(super) mod activity;
pub(super) mod catch_up;
pub(super) mod component;
mod due;
pub(super) mod evidence;
pub(super) mod find;
pub(super) mod indicator;
pub(super) mod ledger;
pub(super) mod lesson;
pub(super) mod link;
pub(super) mod list;
pub(super) mod next;
pub(super) mod notice;
pub(super) mod people;
pub(super) mod phase;
pub(super) mod replay;
pub(super) mod severity;
pub(super) mod show;
pub(super) mod sitrep;
pub(super) mod task;
pub(super) mod timeline;

use chrono::{DateTime, Utc};

use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::Incident;
use crate::incident::timeline::Skew;
use crate::model::entry::Entry;
use crate::model::severity::Level;
use crate::model::task::{State, Task};
use crate::model::time;
use crate::model::visit::Visit;
use crate::verb::refs;

/// `SEV1`, or `SEV?` until it is set.
fn severity_label(level: Option<Level>) -> Line {
    match level {
        None => Line::default().tone(Tone::Warn, "SEV?"),
        Some(level) => Line::default().tone(severity_tone(level), level.label()),
    }
}

fn severity_tone(level: Level) -> Tone {
    match level {
        Level::Sev1 | Level::Sev2 => Tone::Bad,
        _ => Tone::Plain,
    }
}

/// `INC-2026-0007  Title`.
pub(super) fn heading(incident: &Incident) -> Line {
    Line::default().tone(Tone::Strong, &incident.number).put("  ").tone(Tone::Strong, incident.title())
}

/// What is wrong with the bytes of a record, above all else.
fn doubt(out: &mut Out, incident: &Incident) {
    if let Some(doubt) = incident.doubt() {
        out.line(Line::default().tone(Tone::Bad, doubt));
        for fault in incident.faults.iter().take(3) {
            out.line(Line::of("  ").tone(Tone::Bad, fault.clone()));
        }
    }
}

/// What the record showed at a moment, as a banner.
fn as_of(shell: &Shell, at: DateTime<Utc>) -> Line {
    let at = time::moment_exact(shell.zone.at(at), shell.now);
    Line::default().tone(Tone::Warn, format!("AS OF {at}: what was in the record then"))
}

/// What had happened by that moment and was written down only later, each with when that was.
fn written_later(out: &mut Out, shell: &Shell, at: Option<DateTime<Utc>>, later: &[&Entry]) {
    if at.is_none() || later.is_empty() {
        return;
    }
    out.gap();
    let words = format!("Had happened by then and was written later   {}", later.len());
    out.line(Line::default().tone(Tone::Strong, words));
    let when = |at| time::when(at, shell.now, &shell.zone);
    let row = |entry: &&Entry| {
        vec![
            Line::of(when(entry.happened)),
            Line::default().tone(Tone::Warn, format!("written {}", when(entry.written()))),
            Line::of(entry.actor()),
            Line::of(entry.kind.word()),
            activity::id_of(entry),
            Line::of(crate::model::text::defang(entry.shown())),
        ]
    };
    out.texts(2, later.iter().map(row).collect());
}

/// What two clocks say against each other.
fn skew(skew: Skew) -> String {
    match skew {
        Skew::Before(ms) => format!("CLOCK written {} before it happened", time::span(ms)),
        Skew::Behind(ms) => format!("CLOCK {} behind what the record held already", time::span(ms)),
    }
}

/// `Containment, visit 2`.
fn place(incident: &Incident) -> String {
    incident
        .visit()
        .map_or_else(|| incident.phase().to_string(), |visit| format!("{}, visit {}", visit.phase, visit.n))
}

/// `[x]`, `[~]`, `[!]`, `[-]`, `[ ]`: the state in three letters.
fn mark(state: State) -> Line {
    match state {
        State::Open => Line::of("[ ]"),
        State::InProgress => Line::default().tone(Tone::Here, "[~]"),
        State::Blocked => Line::default().tone(Tone::Warn, "[!]"),
        State::Done => Line::default().tone(Tone::Good, "[x]"),
        State::NotApplicable | State::Waived => Line::default().tone(Tone::Dim, "[-]"),
    }
}

/// Who, when and why of a task, and what it still wants.
fn standing(incident: &Incident, task: &Task, shell: &Shell) -> Line {
    let mut line = Line::default();
    let mut first = true;
    let mut add = |line: Line, tone: Tone, words: String| {
        let gap = if std::mem::take(&mut first) { "" } else { ", " };
        line.put(gap).tone(tone, words)
    };
    if let Some(progress) = task.progress.get().filter(|progress| progress.state != State::Open) {
        let when = time::when(progress.at, shell.now, &shell.zone);
        let words = match (progress.state, progress.holds_from) {
            (State::Done, Some(visit)) => format!("holds from visit {visit}, {} {when}", progress.by),
            (State::Done, None) => format!("{} {when}", progress.by),
            (State::InProgress, _) => format!("{} since {when}", progress.by),
            (state, _) => format!("{}, {} {when}", state.word(), progress.by),
        };
        line = add(line, Tone::Plain, words);
    }
    if let Some(who) = task.assignee().filter(|_| matches!(task.state(), State::Open | State::Blocked)) {
        line = add(line, Tone::Plain, who.to_owned());
    }
    if let Some(reason) = task.progress.get().and_then(|progress| progress.reason.as_deref()) {
        line = add(line, Tone::Plain, format!("\"{reason}\""));
    }
    if let Some(due) = task.due().filter(|_| !task.settled()) {
        let tone = if due <= shell.now { Tone::Bad } else { Tone::Plain };
        let word = if due <= shell.now { "OVERDUE since" } else { "due" };
        line = add(line, tone, format!("{word} {}", time::when(due, shell.now, &shell.zone)));
    }
    if let Some(origin) = &task.what.origin {
        line = add(line, Tone::Dim, format!("from {origin}"));
    }
    if let Some(lack) = incident.lacks_approval(task, shell.now) {
        line = add(line, Tone::Warn, ledger::lack(&lack, task.settled(), shell));
    }
    if task.contested() {
        line = add(line, Tone::Warn, "CONTESTED".to_owned());
    }
    line
}

/// Open tasks of visits that were left, unless a later visit asks for the same again: then its own task
/// stands for both.
fn left_open(incident: &Incident) -> Vec<&Task> {
    let visits: Vec<&Visit> = incident.visits().collect();
    let place = |task: &Task| visits.iter().position(|visit| visit.id == task.visit);
    let again = |left: &Task| {
        left.what.playbook_id.is_some()
            && incident.tasks.iter().any(|task| {
                !task.undone && task.what.playbook_id == left.what.playbook_id && place(task) > place(left)
            })
    };
    incident.left_open().filter(|task| !again(task)).collect()
}

/// The letters of its id that name a task.
fn id_of(incident: &Incident, task: &Task) -> Line {
    Line::default().tone(Tone::Dim, refs::short_task_id(incident, task))
}
