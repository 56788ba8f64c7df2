//! The state as plain lines, so that tests of what keys do read the same whatever the screens look like.

use casebook::tui::app::App;
use casebook::tui::form::{Form, Value};
use casebook::tui::modal::Modal;

/// Writes the state out.
pub(crate) fn lines(app: &App) -> Vec<String> {
    let mut out = Vec::new();
    let said = app.said.as_ref().map_or("", |said| said.text.as_str());
    out.push(format!("{:?} {:?} | {said}", app.focus, app.disk));
    out.push("incidents:".to_owned());
    for at in 0..app.incidents.shown.len() {
        let row = app.incidents.row(at).unwrap();
        let cursor = if at == app.incidents.cursor.at { '>' } else { ' ' };
        out.push(format!("{cursor} {} {} {}", row.number, row.phase, row.title));
    }
    if let Some(case) = &app.case {
        let incident = case.shown();
        let visit = case.visit().unwrap();
        out.push(format!("{} {} visit {}", incident.number, visit.phase, visit.n));
        if !matches!(app.top(), Some(Modal::Form(_) | Modal::Phase(_) | Modal::Card(_) | Modal::Pick(_))) {
            for (at, task) in case.task_rows().iter().enumerate().take(6) {
                let cursor = if at == case.tasks.at { '>' } else { ' ' };
                out.push(format!("{cursor} [{}] {}", task.state().word(), task.what.title));
            }
            for at in 0..case.log_len().min(6) {
                let entry = case.entry(at).unwrap();
                let cursor = if at == case.log.at { '>' } else { ' ' };
                out.push(format!("{cursor} {} {} {}", entry.by, entry.kind.word(), entry.shown()));
            }
        }
    }
    for modal in &app.modals {
        modal_lines(app, modal, &mut out);
    }
    out
}

fn modal_lines(app: &App, modal: &Modal, out: &mut Vec<String>) {
    match modal {
        Modal::Note(note) => {
            out.push(format!("note [{}]> {}", note.kind.word(), note.input.value()));
            if let Some(echo) = app.note_echo() {
                out.push(format!("  {:?} {:?}", echo.happened.map(|h| h.map(|h| h.at)), echo.components));
            }
        }
        Modal::Command(line) => out.push(format!(":{} {:?}", line.input.value(), line.offers)),
        Modal::Filter(filter) => out.push(format!("filter> {}", filter.input.value())),
        Modal::Form(form) => form_lines(form, out),
        Modal::Phase(dialog) => {
            for (at, choice) in dialog.choices.iter().enumerate() {
                let cursor = if at == dialog.at { '>' } else { ' ' };
                let there = choice.destination().map(|d| format!("{} {}", d.to, d.way.word()));
                out.push(format!("{cursor} {} {}", choice.digit(), there.unwrap_or_default()));
            }
            form_lines(&dialog.form, out);
        }
        Modal::Pick(pick) => {
            out.push(format!("{:?}> {}", pick.of, pick.input.value()));
            for (at, item) in pick.shown.iter().map(|at| &pick.items[*at as usize]).enumerate().take(8) {
                let cursor = if at == pick.cursor.at { '>' } else { ' ' };
                out.push(format!("{cursor} {} {} ({})", item.key, item.text, item.note));
            }
        }
        Modal::Card(card) => {
            out.push(format!("card {}", card.title));
            out.extend(card.items.iter().map(|item| format!("  {} {}", item.key, item.text)));
        }
        Modal::Reading(reading) => out.push(format!("reading {:?} from {}", reading.of, reading.top)),
        Modal::Page(page) => out.push(format!("page {}: {}", page.title, page.lines.join(" / "))),
        Modal::Document(it) => {
            out.push(format!("document {} of {} from {}", it.title, it.blocks.len(), it.top))
        }
        Modal::Stats(page) => out.push(format!("measures {:?} {:?}", page.cutting, page.figures)),
        Modal::Intake(file) => {
            out.push(format!("import {} at {} {:?}", file.name, file.at, file.looked.seen().columns.len()));
        }
        Modal::Quit(losses) => out.push(format!("quit? {}", losses.join(" "))),
    }
}

fn form_lines(form: &Form, out: &mut Vec<String>) {
    out.push(format!("form {}", form.title));
    for (at, field) in form.fields.iter().enumerate() {
        let cursor = if at == form.at { '>' } else { ' ' };
        let value = match &field.value {
            Value::Line(input) | Value::Text(input) | Value::Time(input, _) => input.value(),
            Value::Choice { options, at } => at.map_or("-".to_owned(), |at| options[at].label.clone()),
            Value::Checks { options, .. } => {
                let on = options.iter().filter(|(_, on)| *on).map(|(option, _)| option.label.as_str());
                on.collect::<Vec<_>>().join(", ")
            }
        };
        out.push(format!("{cursor} {}: {value}", field.label));
    }
    if let Some(wrong) = &form.wrong {
        out.push(format!("! {} {}", wrong.message, wrong.hint.as_deref().unwrap_or_default()));
    }
}
