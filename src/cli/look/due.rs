//! What falls due: what is overdue with the line that settles it, and what comes next.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::out::{Line, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::agenda::{Due, Thing};
use crate::model::ledger::Sort;
use crate::model::sitrep;
use crate::model::text::defang;
use crate::model::time;
use crate::verb::refs::short_task_id;

/// How much of what is to come is shown.
const SHOWN: usize = 12;

/// Something that falls due, for scripts.
#[derive(Serialize)]
pub(super) struct DueDocument {
    at: DateTime<Utc>,
    noun: &'static str,
    word: &'static str,
    number: String,
    text: String,
    overdue: bool,
}

/// Everything that falls due, the earliest first.
pub(super) fn documents(incident: &Incident, now: DateTime<Utc>) -> Vec<DueDocument> {
    let document = |due: Due<'_>| {
        let (number, text) = named(incident, &due);
        DueDocument {
            at: due.at,
            noun: due.noun(),
            word: due.word(),
            number,
            text,
            overdue: due.overdue(now),
        }
    };
    incident.agenda().into_iter().map(document).collect()
}

/// What people call it: its number and its words.
fn named(incident: &Incident, due: &Due<'_>) -> (String, String) {
    match due.what {
        Thing::Task(task) => (short_task_id(incident, task).to_owned(), task.what.title.clone()),
        Thing::Notice(notice, _) => (notice.label(), notice.name.clone()),
        Thing::Evidence(item) => {
            let from = item.source().map(|from| format!(", asked of {from}")).unwrap_or_default();
            (item.label(), format!("{}{from}", item.name()))
        }
        Thing::Ledger(item) => {
            let of = item.request().map(|request| format!(", asked of {}", request.of.name));
            (item.label(), format!("{}{}", item.text, of.unwrap_or_default()))
        }
        Thing::Approval(one) => (String::new(), format!("{}: the yes of {}", one.what, one.approval.name)),
        Thing::Risk(component) => {
            (component.id.short().to_owned(), format!("{}: accepted risk", component.name))
        }
        Thing::Action(action) => (incident.action_number(action), action.title.clone()),
        Thing::Sitrep(last) => {
            (sitrep::label(incident.next_sitrep_number()), format!("promised to {}", last.to))
        }
    }
}

/// What is overdue of notices, evidence, accepted risks and improvement actions, each with the line that settles
/// it. Tasks and the ledger say so in rows of their own.
pub(super) fn overdue(incident: &Incident, shell: &Shell) -> Vec<Vec<Line>> {
    let late = incident.agenda().into_iter().filter(|due| due.overdue(shell.now));
    late.filter_map(|due| {
        let (number, text) = named(incident, &due);
        let line = match due.what {
            Thing::Notice(..) => format!("casebook notice sent {number}"),
            Thing::Evidence(_) => format!("casebook evidence receive {number} PATH"),
            Thing::Risk(component) => format!("casebook component show {}", component.name),
            Thing::Sitrep(last) => format!("casebook sitrep --given-to \"{}\"", last.to),
            Thing::Action(_) => format!("casebook improve done {number} -i {}", incident.number),
            Thing::Task(_) | Thing::Ledger(_) | Thing::Approval(_) => return None,
        };
        let when = time::when(due.at, shell.now, &shell.zone);
        Some(vec![
            Line::default().tone(Tone::Bad, "OVERDUE"),
            Line::of(format!("{number} {}   {} {when}", defang(&text), due.word())),
            Line::default().tone(Tone::Here, line),
        ])
    })
    .collect()
}

/// What is to come, the earliest first, and who was asked without a time. Tasks stand in their own list.
pub(super) fn coming(incident: &Incident, shell: &Shell) -> Vec<Vec<Line>> {
    let mut rows: Vec<Vec<Line>> = Vec::new();
    let agenda = incident.agenda();
    let ahead = |due: &&Due<'_>| due.at > shell.now && !matches!(due.what, Thing::Task(_));
    let all: Vec<&Due<'_>> = agenda.iter().filter(ahead).collect();
    for (k, due) in all.iter().take(SHOWN).enumerate() {
        let (number, text) = named(incident, due);
        let gap = if number.is_empty() { "" } else { " " };
        rows.push(vec![
            Line::default().tone(Tone::Dim, if k == 0 { "DUE" } else { "" }),
            Line::of(time::when(due.at, shell.now, &shell.zone)),
            Line::default().tone(Tone::Dim, time::ago(due.at, shell.now)),
            Line::of(due.word()),
            Line::of(format!("{number}{gap}{}", defang(&text))),
        ]);
    }
    let unanswered = incident.ledger_of(Sort::Approval).filter(|item| item.open() && item.due().is_none());
    for item in unanswered.take(SHOWN) {
        let of = item.request().map_or("", |request| request.of.name.as_str());
        let asked = time::when(item.made, shell.now, &shell.zone);
        rows.push(vec![
            Line::default().tone(Tone::Dim, if rows.is_empty() { "DUE" } else { "" }),
            Line::of("no time"),
            Line::default(),
            Line::of("answer"),
            Line::of(format!("{} {}, asked {of} {asked}", item.label(), defang(&item.text))),
        ]);
    }
    if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let more = format!("and {more} later; casebook next --json names all");
        let blank = || Line::default();
        rows.push(vec![blank(), blank(), blank(), blank(), Line::default().tone(Tone::Dim, more)]);
    }
    rows
}
