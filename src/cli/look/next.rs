//! `next` and `mine`: what is to be done now, here and over all incidents.

use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::due::DueDocument;
use crate::incident::Incident;
use crate::incident::contested::Contested;
use crate::incident::document::TaskDocument;
use crate::incident::gates::{AUTHORISATION_OWED, Debt};
use crate::incident::moves::Destination;
use crate::model::phase::Phase;
use crate::model::task::{State, Task};
use crate::store::{Look, Series};
use crate::verb::Said;

#[derive(Serialize)]
struct NextDocument<'a> {
    incident: &'a str,
    phase: Phase,
    tasks: Vec<TaskDocument<'a>>,
    debts: Vec<Debt>,
    contested: Vec<Contested>,
    /// Everything that falls due, the earliest first.
    due: Vec<DueDocument>,
    /// The usual way on, with what it warns of.
    then: Option<Destination>,
}

/// Open tasks in the order they ask to be done: overdue, in progress, due, required, the rest.
fn open_tasks<'a>(incident: &'a Incident, shell: &Shell) -> Vec<&'a Task> {
    let here = incident.visit().map(|visit| &visit.id);
    let mut tasks: Vec<&Task> = match here {
        Some(id) => incident.checklist(id).filter(|task| !task.settled()).collect(),
        None => Vec::new(),
    };
    // What was left open elsewhere, when somebody is at it or it is due.
    tasks.extend(super::left_open(incident).into_iter().filter(|task| at_hand(task)));
    let far = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    tasks.sort_by_key(|task| {
        (
            task.due().is_none_or(|due| due > shell.now),
            task.state() != State::InProgress,
            task.due().unwrap_or(far),
            Some(&task.visit) != here,
            !task.what.required,
            task.state() == State::Blocked,
        )
    });
    tasks
}

/// Whether somebody is at it or it falls due.
fn at_hand(task: &Task) -> bool {
    task.due().is_some() || task.assignee().is_some() || task.state() != State::Open
}

/// `next`.
pub(in crate::cli) fn next(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let tasks = open_tasks(incident, shell);
    let then = incident.destinations(shell.now).into_iter().find(|there| there.typical);
    if shell.json {
        let mut documents = incident.document().tasks;
        documents.retain(|document| tasks.iter().any(|task| task.id() == &document.what.id));
        documents.sort_by_key(|document| tasks.iter().position(|task| task.id() == &document.what.id));
        return Out::json(
            shell,
            &NextDocument {
                incident: &incident.number,
                phase: incident.phase(),
                tasks: documents,
                debts: incident.debts(),
                contested: incident.contested(),
                due: super::due::documents(incident, shell.now),
                then,
            },
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    out.line(super::phase::here(incident, shell));
    if let Some(line) = super::notice::nearest(shell, incident, shell.now) {
        out.line(Line::of("  ").join(line));
    }
    waiting(&mut out, incident, shell);
    if !tasks.is_empty() {
        out.gap();
        out.table(2, tasks.iter().map(|task| row(shell, incident, task)).collect());
    }
    let left =
        super::left_open(incident).into_iter().filter(|task| task.what.required && !at_hand(task)).count();
    if left > 0 {
        out.line(
            Line::default().tone(
                Tone::Dim,
                format!("  and {left} required left open in other visits; casebook task list"),
            ),
        );
    }
    let coming = super::due::coming(incident, shell);
    if !coming.is_empty() {
        out.gap();
        out.table(2, coming);
    }
    if let Some(there) = then.filter(|_| !incident.closed()) {
        let open = incident.visit().map_or(0, |visit| {
            incident.checklist(&visit.id).filter(|task| task.what.required && !task.settled()).count()
        });
        out.gap();
        let left = match open {
            0 => "then".to_owned(),
            1 => "after 1 required task".to_owned(),
            n => format!("after {n} required tasks"),
        };
        out.whole(
            Line::of(format!("  {left}: {}   ", there.to)).tone(Tone::Here, super::phase::line(&there)),
        );
    }
    Ok(out)
}

/// Debts, contested fields and what is due in the ledger, with what settles them.
fn waiting(out: &mut Out, incident: &Incident, shell: &Shell) {
    let now = shell.now;
    let mut rows = Vec::new();
    for debt in incident.debts() {
        let line = if debt.id == AUTHORISATION_OWED { "casebook approve --by \"NAME/ROLE\"" } else { "" };
        let what = Line::default().tone(Tone::Warn, debt.shown);
        rows.push(vec![
            Line::default().tone(Tone::Warn, "owed"),
            what,
            Line::default().tone(Tone::Here, line),
        ]);
    }
    for contested in incident.contested() {
        let what = Line::of(format!("{}   {}", contested.field, contested.words()));
        let command = format!("casebook rule {:?} --for NAME", contested.field);
        rows.push(vec![
            Line::default().tone(Tone::Warn, "contested"),
            what,
            Line::default().tone(Tone::Here, command),
        ]);
    }
    rows.extend(super::due::overdue(incident, shell));
    for granted in incident.lapsed(now) {
        rows.push(super::ledger::lapsed(incident, granted, shell));
    }
    for item in incident.ledger_waiting(now) {
        rows.push(super::ledger::asks(item, shell));
    }
    if !rows.is_empty() {
        out.gap();
        out.table(2, rows);
    }
}

/// A task's columns; one of another visit names it.
fn row(shell: &Shell, incident: &Incident, task: &Task) -> Vec<Line> {
    let mut row = super::task::row(shell, incident, task);
    if incident.visit().is_none_or(|here| here.id != task.visit)
        && let Some(visit) = incident.visits().find(|visit| visit.id == task.visit)
    {
        row.push(Line::default().tone(Tone::Dim, format!("{}, visit {}", visit.phase, visit.n)));
    }
    row
}

/// `mine`: tasks given to me or to a role I hold, over all open incidents.
pub(in crate::cli) fn mine(shell: &Shell) -> Result<Out, Failure> {
    #[derive(Serialize)]
    struct Mine {
        by: String,
        tasks: Vec<serde_json::Value>,
    }
    let mut rows = shell.store.list(Look::Checked)?;
    // What is made up waits for nobody beside real work.
    rows.retain(|(_, row)| !row.closed && row.shut.is_none() && row.series() != Series::Ex);
    let mut out = Out::new(shell);
    let mut documents = Vec::new();
    for (address, _) in rows {
        let record = shell.read(&address)?;
        let incident = &record.incident;
        let tasks: Vec<&Task> = incident.tasks_of(&shell.by).collect();
        if tasks.is_empty() {
            continue;
        }
        if shell.json {
            for document in incident.document().tasks {
                if tasks.iter().any(|task| task.id() == &document.what.id) {
                    let mut value = serde_json::to_value(&document).unwrap_or_default();
                    value["incident"] = incident.number.clone().into();
                    documents.push(value);
                }
            }
            continue;
        }
        out.gap();
        out.line(super::heading(incident));
        out.table(2, tasks.iter().map(|task| row(shell, incident, task)).collect());
    }
    if shell.json {
        return Out::json(shell, &Mine { by: shell.by.clone(), tasks: documents });
    }
    if out.is_empty() {
        out.line(Line::of(format!("No open task is assigned to {}.", shell.by)));
    }
    Ok(out)
}
