//! `lesson list` and `improve list`: what was learned, and what is still to be made better.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::lesson::{ImprovementDocument, LessonDocument};
use crate::model::lesson::{Carried, Improvement, Lesson, State};
use crate::model::time;
use crate::readiness::{Readiness, Share, overdue};
use crate::store::Look;
use crate::verb::Said;

/// `lesson list`: every lesson of the incident, with the actions that follow from it.
pub(in crate::cli) fn lessons(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    if shell.json {
        let lessons: Vec<_> = incident.lessons().map(|lesson| LessonDocument::of(incident, lesson)).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "lessons": lessons }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    if incident.lessons().next().is_none() {
        out.line(Line::of("  no lesson yet; casebook lesson add TEXT --cause \"…\""));
    }
    for lesson in incident.lessons() {
        let number = incident.lesson_number(lesson);
        out.line(Line::of("  ").tone(Tone::Strong, &number).put("  ").put(&lesson.text));
        let indent = " ".repeat(number.len() + 4);
        for (label, words) in about(shell, lesson) {
            out.line(Line::of(&indent).tone(Tone::Dim, label).put(words));
        }
        for action in incident.improvements().filter(|action| action.lesson.as_ref() == Some(&lesson.id)) {
            out.line(Line::of(&indent).join(action_line(shell, incident, action)));
        }
    }
    Ok(out)
}

fn about(shell: &Shell, lesson: &Lesson) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    all.extend(lesson.finding.clone().map(|words| ("shows    ", words)));
    all.extend(lesson.cause.clone().map(|words| ("because  ", words)));
    let mut tags: Vec<String> = Vec::new();
    tags.extend(lesson.effect.map(|effect| effect.word().to_owned()));
    tags.extend(lesson.category.clone());
    tags.extend(lesson.phase.map(|phase| phase.name().to_owned()));
    tags.push(format!("{} {}", lesson.by, time::when(lesson.at, shell.now, &shell.zone)));
    all.push(("", tags.join(", ")));
    all.retain(|(_, words)| !words.is_empty());
    all
}

fn action_line(shell: &Shell, incident: &Incident, action: &Improvement) -> Line {
    let cells = cells(shell, incident, action);
    cells.into_iter().filter(|cell| !cell.is_empty()).fold(Line::of("→ "), |line, cell| {
        let gap = if line.width() > 2 { "  " } else { "" };
        line.put(gap).join(cell)
    })
}

/// `improve list`: over all incidents, or every action of the one that was named.
pub(in crate::cli) fn improvements(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    if said.incident.is_some() { of_one(shell, said) } else { of_all(shell) }
}

fn of_one(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let mut actions: Vec<&Improvement> = incident.improvements().collect();
    actions.sort_by_key(|action| (action.state() != State::Open, action.due().is_none(), action.due()));
    if shell.json {
        let actions: Vec<_> = actions.iter().map(|it| ImprovementDocument::of(incident, it)).collect();
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "improvements": actions }),
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    if actions.is_empty() {
        out.line(Line::of("  no improvement action yet; casebook improve add TEXT --owner NAME --due TIME"));
    }
    out.table(2, actions.iter().map(|action| cells(shell, incident, action)).collect());
    Ok(out)
}

fn cells(shell: &Shell, incident: &Incident, action: &Improvement) -> Vec<Line> {
    let standing = action.state.get();
    let when = |at: DateTime<Utc>| time::when(at, shell.now, &shell.zone);
    let (state, more) = match action.state() {
        State::Open => (due(shell, action.due()), Line::default()),
        state => {
            let tone = if state == State::Done { Tone::Good } else { Tone::Dim };
            let by =
                standing.map_or(String::new(), |it| format!("{} {} {}", state.word(), it.by, when(it.at)));
            let said = standing.map(|it| [&it.evidence, &it.reason].into_iter().flatten().cloned());
            let said: Vec<String> = said.into_iter().flatten().collect();
            let said = if said.is_empty() { String::new() } else { format!("\"{}\"", said.join("; ")) };
            (Line::default().tone(tone, by), Line::of(said))
        }
    };
    let measure = action.success.as_ref().map(|shows| format!("shown by {shows}")).unwrap_or_default();
    let contested =
        if action.contested() { Line::default().tone(Tone::Warn, "CONTESTED") } else { Line::default() };
    vec![
        Line::default().tone(Tone::Strong, incident.action_number(action)),
        Line::of(&action.title),
        Line::of(measure),
        owner(action.owner()),
        state,
        contested,
        more,
    ]
}

fn owner(name: Option<&str>) -> Line {
    match name {
        Some(name) => Line::of(name),
        None => Line::default().tone(Tone::Warn, "no owner"),
    }
}

fn due(shell: &Shell, at: Option<DateTime<Utc>>) -> Line {
    let Some(at) = at else { return Line::default().tone(Tone::Warn, "no due date") };
    let when = time::when(at, shell.now, &shell.zone);
    match overdue(Some(at), shell.now) {
        true => Line::default().tone(Tone::Bad, format!("OVERDUE since {when}")),
        false => Line::of(format!("due {when}")),
    }
}

/// An open action of some incident, for scripts.
#[derive(Serialize)]
struct OpenDocument<'a> {
    incident: &'a str,
    id: Uuid,
    number: &'a str,
    title: &'a str,
    owner: Option<&'a str>,
    due: Option<DateTime<Utc>>,
    /// What will show that it worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<&'a str>,
    overdue: bool,
}

#[derive(Serialize)]
struct ReadinessDocument<'a> {
    improvements: Vec<OpenDocument<'a>>,
    overdue: usize,
    /// Without an owner or a due time.
    unowned: usize,
    /// Of all actions that were due, those done by then; null: none was due yet.
    done_on_time: Option<Share>,
    done_late: u32,
    done_undated: u32,
    dropped: u32,
}

fn of_all(shell: &Shell) -> Result<Out, Failure> {
    let rows = shell.store.list(Look::Checked)?;
    let all = rows.iter().map(|(address, row)| (row.id, &*address.number, &*row.title, &row.actions));
    let ready = Readiness::of(all, shell.now);
    if shell.json {
        return Out::json(shell, &document(&ready, shell.now));
    }
    let mut out = Out::new(shell);
    out.line(figures(&ready));
    if ready.open.is_empty() {
        out.line(Line::of(
            "  nothing is open; casebook improve add TEXT --owner NAME --due TIME, in an incident",
        ));
        return Ok(out);
    }
    let row = |it: &Carried| {
        vec![
            Line::of(&it.incident_number),
            Line::default().tone(Tone::Strong, &it.number),
            due(shell, it.due),
            owner(it.owner.as_deref()),
            Line::of(&it.title),
            Line::of(it.success.as_ref().map(|shows| format!("shown by {shows}")).unwrap_or_default()),
            Line::default().tone(Tone::Dim, &it.incident_title),
        ]
    };
    out.table(2, ready.open.iter().map(row).collect());
    Ok(out)
}

/// `Improvement actions  7 open, 2 OVERDUE, 1 without owner or due date   on time 8 of 11 (72 %)`.
fn figures(ready: &Readiness) -> Line {
    let mut line =
        Line::default().tone(Tone::Strong, "Improvement actions").put(format!("  {} open", ready.open.len()));
    if ready.overdue > 0 {
        line = line.put(", ").tone(Tone::Bad, format!("{} OVERDUE", ready.overdue));
    }
    if ready.unowned > 0 {
        line = line.put(", ").tone(Tone::Warn, format!("{} without owner or due date", ready.unowned));
    }
    line = match ready.done_on_time() {
        Some(share) => {
            line.put(format!("   done on time: {} of {} ({} %)", share.part, share.of, share.percent()))
        }
        None => line.put("   done on time: none was due yet"),
    };
    for (count, words) in [(ready.undated, "done without a due date"), (ready.dropped, "dropped")] {
        if count > 0 {
            line = line.tone(Tone::Dim, format!("   {count} {words}"));
        }
    }
    line
}

fn document<'a>(ready: &'a Readiness, now: DateTime<Utc>) -> ReadinessDocument<'a> {
    let open = |it: &'a Carried| OpenDocument {
        incident: &it.incident_number,
        id: it.incident,
        number: &it.number,
        title: &it.title,
        owner: it.owner.as_deref(),
        due: it.due,
        success: it.success.as_deref(),
        overdue: overdue(it.due, now),
    };
    ReadinessDocument {
        improvements: ready.open.iter().map(open).collect(),
        overdue: ready.overdue,
        unowned: ready.unowned,
        done_on_time: ready.done_on_time(),
        done_late: ready.late,
        done_undated: ready.undated,
        dropped: ready.dropped,
    }
}
