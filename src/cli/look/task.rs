//! `task list`: the checklist of this visit, and what was left open in others.

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::model::task::Task;
use crate::model::visit::Visit;
use crate::verb::Said;

pub(in crate::cli) fn list(shell: &Shell, all: bool, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    if shell.json {
        let document = incident.document();
        let here = incident.visit().map(|visit| &visit.id);
        let shown = |task: &&crate::incident::document::TaskDocument<'_>| {
            !task.undone && (all || Some(task.visit) == here || !task.state.settled())
        };
        let tasks: Vec<_> = document.tasks.iter().filter(shown).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "tasks": tasks }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let current = incident.visit();
    let visits: Vec<&Visit> = match all {
        true => incident.visits().collect(),
        false => current.into_iter().collect(),
    };
    for visit in visits {
        let tasks: Vec<&Task> = incident.checklist(&visit.id).collect();
        section(&mut out, shell, incident, visit, &tasks);
    }
    if !all {
        let open = super::left_open(incident);
        for visit in incident.visits().filter(|visit| Some(&visit.id) != current.map(|here| &here.id)) {
            let left: Vec<&Task> = open.iter().copied().filter(|task| task.visit == visit.id).collect();
            if !left.is_empty() {
                section(&mut out, shell, incident, visit, &left);
            }
        }
    }
    Ok(out)
}

fn section(out: &mut Out, shell: &Shell, incident: &Incident, visit: &Visit, tasks: &[&Task]) {
    let here = incident.visit().is_some_and(|here| here.id == visit.id);
    let done = tasks.iter().filter(|task| task.what.required && task.settled()).count();
    let required = tasks.iter().filter(|task| task.what.required).count();
    out.gap();
    let name = format!("{}, visit {}", visit.phase, visit.n);
    out.line(match here {
        true => Line::default()
            .tone(Tone::Here, name)
            .put(format!("   {done} of {required} required, {} recommended", tasks.len() - required)),
        false if tasks.iter().any(|task| task.settled()) => Line::of(name),
        false => Line::of(format!("{name}   left open")),
    });
    if tasks.is_empty() {
        out.line(Line::of("  nothing to tick"));
    }
    out.table(2, tasks.iter().map(|task| row(shell, incident, task)).collect());
}

/// A task in columns: mark, id, title, what it is, who and when.
pub(super) fn row(shell: &Shell, incident: &Incident, task: &Task) -> Vec<Line> {
    let title = match task.settled() {
        true => Line::default().tone(Tone::Dim, &task.what.title),
        false => Line::of(&task.what.title),
    };
    let weight = if task.what.required { "" } else { "recommended" };
    vec![
        super::mark(task.state()),
        super::id_of(incident, task),
        title,
        Line::default().tone(Tone::Dim, weight),
        super::standing(incident, task, shell),
    ]
}
