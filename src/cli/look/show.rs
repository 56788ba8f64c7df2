//! `show`: one incident on one screen.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::document::{Document, EntryDocument};
use crate::model::component::{Component, Stage};
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;
use crate::model::task::Task;
use crate::model::time;
use crate::verb::Said;

/// Entries at the end of the summary.
const LAST: usize = 8;

/// The folded state, at a moment where one was named.
#[derive(Serialize)]
struct AsOf<'a> {
    #[serde(flatten)]
    document: Document<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
    /// What had happened by then and was written later.
    #[serde(skip_serializing_if = "Option::is_none")]
    written_later: Option<Vec<EntryDocument<'a>>>,
    /// What a check found wrong with the bytes of the record.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [String],
}

pub(in crate::cli) fn show(shell: &Shell, as_of: Option<DateTime<Utc>>, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.checked(&address)?;
    let then = as_of.map(|at| record.as_of(at)).transpose()?;
    let incident = then.as_ref().unwrap_or(&record.incident);
    let later = as_of.map(|at| record.incident.written_later(at)).unwrap_or_default();
    if shell.json {
        let document = AsOf {
            document: incident.document(),
            as_of,
            faults: &record.incident.faults,
            written_later: as_of.map(|_| later.iter().map(|entry| EntryDocument::of(entry)).collect()),
        };
        return Out::json(shell, &document);
    }
    let now = as_of.unwrap_or(shell.now);
    let mut out = Out::new(shell);
    super::doubt(&mut out, &record.incident);
    if let Some(at) = as_of {
        out.line(super::as_of(shell, at));
        if incident.entries.is_empty() {
            out.line(Line::of(format!("{} was not in the record yet.", address.number)));
            return Ok(out);
        }
    }
    head(&mut out, shell, incident, now);
    out.gap();
    tasks(&mut out, shell, incident);
    last_entries(&mut out, shell, incident);
    super::written_later(&mut out, shell, as_of, &later);
    Ok(out)
}

fn head(out: &mut Out, shell: &Shell, incident: &Incident, now: DateTime<Utc>) {
    out.line(super::heading(incident));
    let mut line = super::severity_label(incident.severity().map(|severity| severity.level));
    if let Some(tlp) = incident.tlp() {
        line = line.put("  ").tone(Tone::Strong, tlp.label());
    }
    let mut words = Vec::new();
    words.extend(incident.determination.get().and_then(Option::clone));
    let types: Vec<&str> = incident.types().collect();
    if !types.is_empty() {
        words.push(types.join(", "));
    }
    words.extend(incident.refs().map(str::to_owned));
    words
        .extend(incident.posture.get().copied().flatten().map(|posture| format!("posture {}", posture.id())));
    words.push(incident.lead().map_or_else(|| "no lead".to_owned(), |lead| format!("lead {lead}")));
    if let Some(ack) = incident.acknowledged.get().and_then(Option::as_ref) {
        words.push(format!("taken by {} {}", ack.by, time::when(ack.at, now, &shell.zone)));
    }
    let open = time::span((now - incident.opened).num_milliseconds());
    words.push(if incident.closed() { "closed".to_owned() } else { format!("open {open}") });
    for word in words {
        line = line.put("  ").put(word);
    }
    out.line(line);
    if shell.spoken {
        // The rail is a picture; its place in words is enough to hear.
        out.line(Line::of(super::place(incident)));
    } else {
        out.line(rail(incident, now));
    }
    for line in affected(incident, shell, now) {
        out.line(line);
    }
    if let Some(what) = incident.hold.get().and_then(Option::as_deref) {
        out.line(Line::default().tone(Tone::Warn, format!("ON HOLD: {what}")));
    }
    for line in super::ledger::standing(incident, shell, now) {
        out.line(line);
    }
    if let Some(came) = super::phase::came(incident, shell) {
        out.line(Line::of(came));
    }
    if let Some(links) = links(incident) {
        out.line(Line::of(links));
    }
    for debt in incident.debts() {
        out.line(Line::default().tone(Tone::Warn, debt.shown));
    }
    for contested in incident.contested() {
        let words = format!("CONTESTED {}   {}", contested.field, contested.words());
        out.line(Line::default().tone(Tone::Warn, words));
    }
    if let Some(summary) = incident.summary.get().and_then(Option::as_deref) {
        out.gap();
        for line in summary.lines() {
            out.line(Line::of(line));
        }
    }
}

/// `P --  D ok  A ok  [CONTAINMENT visit 2, 0:14]  E back  R --  L --`.
fn rail(incident: &Incident, now: DateTime<Utc>) -> Line {
    let mut line = Line::default();
    let here = incident.visit().filter(|_| !incident.closed());
    for phase in Phase::ALL {
        let last = incident.visits().rfind(|visit| visit.phase == phase);
        if !line.is_empty() {
            line = line.put("  ");
        }
        line = match (here.filter(|visit| visit.phase == phase), last) {
            (Some(visit), _) => {
                let name = phase.name().to_uppercase();
                let words = format!("[{name} visit {}, {}]", visit.n, time::span(visit.lasted_ms(now)));
                line.tone(Tone::Here, words)
            }
            (None, None) => line.tone(Tone::Dim, format!("{} --", phase.letter())),
            (None, Some(visit)) => {
                let after =
                    incident.visits().find(|next| next.from == Some(phase) && next.entered >= visit.entered);
                match after.and_then(|next| next.way) {
                    Some(Way::Back) => line.tone(Tone::Warn, format!("{} back", phase.letter())),
                    _ => line.tone(Tone::Good, format!("{} ok", phase.letter())),
                }
            }
        };
    }
    line
}

/// `duplicate of INC-2026-0003, related to INC-2026-0001`.
fn links(incident: &Incident) -> Option<String> {
    let all = incident.links().map(|(link, tie)| format!("{} {}", tie.relation.words(), link.number));
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// `NOT CONTAINED 2: FS02, svc-backup`.
pub(in crate::cli) fn uncontained(incident: &Incident) -> Option<String> {
    let open = incident.components().filter(|c| c.uncontained());
    let open: Vec<&str> = open.map(|c| c.name.as_str()).collect();
    (!open.is_empty()).then(|| format!("NOT CONTAINED {}: {}", open.len(), open.join(", ")))
}

fn affected(incident: &Incident, shell: &Shell, now: DateTime<Utc>) -> Vec<Line> {
    let since = |c: &Component| {
        let since = c.uncontained_since().unwrap_or_else(|| c.since());
        format!("{} {}", c.name, time::span((now - since).num_milliseconds()))
    };
    let names = |which: &dyn Fn(&Component) -> bool| -> Vec<String> {
        incident.components().filter(|c| which(c)).map(since).collect()
    };
    let open = names(&|c| c.uncontained());
    let suspected = names(&|c| c.stage() == Stage::Suspected && !c.uncontained());
    let mut lines = Vec::new();
    if !open.is_empty() {
        let words = format!("NOT CONTAINED {}: {}", open.len(), open.join(", "));
        lines.push(Line::default().tone(Tone::Bad, words));
    }
    if !suspected.is_empty() {
        let words = format!("suspected {}: {}", suspected.len(), suspected.join(", "));
        lines.push(Line::default().tone(Tone::Warn, words));
    }
    lines.extend(super::notice::nearest(shell, incident, now));
    let due = incident.tasks.iter().filter(|task| !task.undone && !task.settled());
    if let Some((due, task)) = due.filter_map(|task| Some((task.due()?, task))).min_by_key(|(due, _)| *due) {
        let left = time::ago(due, now);
        let words = format!("{}: due {}, {left}", task.what.title, time::when(due, now, &shell.zone));
        lines.push(Line::default().tone(if due <= now { Tone::Bad } else { Tone::Plain }, words));
    }
    lines
}

fn tasks(out: &mut Out, shell: &Shell, incident: &Incident) {
    let Some(visit) = incident.visit() else { return };
    let tasks: Vec<&Task> = incident.checklist(&visit.id).collect();
    let required = tasks.iter().filter(|task| task.what.required).count();
    let done = tasks.iter().filter(|task| task.what.required && task.settled()).count();
    let heading = Line::default()
        .tone(Tone::Strong, format!("Checklist of {}, visit {}", visit.phase, visit.n))
        .put(format!("   {done} of {required} required, {} recommended", tasks.len() - required));
    out.line(heading);
    let wanted =
        |task: &&&Task| task.what.required || task.state() != crate::model::task::State::Open || task.own;
    let rows: Vec<_> =
        tasks.iter().filter(wanted).map(|task| super::task::row(shell, incident, task)).collect();
    let hidden = tasks.len() - rows.len();
    out.table(2, rows);
    if hidden > 0 {
        out.line(Line::default().tone(Tone::Dim, format!("  and {hidden} recommended; casebook task list")));
    }
    let left = super::left_open(incident).len();
    if left > 0 {
        out.line(
            Line::default()
                .tone(Tone::Dim, format!("  and {left} left open in other visits; casebook task list")),
        );
    }
}

fn last_entries(out: &mut Out, shell: &Shell, incident: &Incident) {
    out.gap();
    let all = incident.entries.len();
    let words = if all > LAST { format!("   the last {LAST} of {all} entries") } else { String::new() };
    let zone = format!("   times in {}", shell.zone);
    out.line(Line::default().tone(Tone::Strong, "Activity").put(words).tone(Tone::Dim, zone));
    let rows = incident.entries.iter().skip(all.saturating_sub(LAST)).map(|entry| {
        let mut row = super::activity::row(shell, entry, entry.written());
        row[0] = Line::of(time::when(entry.written(), shell.now, &shell.zone));
        row.remove(3);
        row
    });
    out.table(2, rows.collect());
}
