//! `drill debrief` and `drill compare`: how it went, as a document.

use std::path::Path;

use serde::Serialize;

use super::super::exercise;
use super::super::failure::Failure;
use super::super::leave;
use super::super::out::{Line, Out, Tone};
use super::super::report;
use super::super::shell::Shell;
use crate::control::Control;
use crate::drill::debrief::Debrief;
use crate::model::refusal::Refusal;
use crate::report::debrief as document;
use crate::store::{Look, Record, Series};
use crate::verb::Form;

/// Columns of a text that is read through.
const READ: usize = 100;

/// How it went. Before ENDEX nothing of it is told.
pub(super) fn debrief(
    shell: &Shell,
    record: &Record,
    control: &Control,
    form: Option<Form>,
    output: Option<&Path>,
) -> Result<Out, Failure> {
    let debrief = told(record, control)?;
    let text = match report::form(shell, form, output)? {
        // Somebody reads it here; anything else takes it further.
        Form::Md if output.is_none() && shell.columns.is_some() => {
            let columns = shell.columns.unwrap_or(READ).min(READ);
            return Ok(Out::text_of(shell, &document::text(&debrief, columns)));
        }
        Form::Md => document::markdown(&debrief),
        Form::Html => document::html(&report::papers()?, &debrief).map_err(report::told)?,
        Form::Json if output.is_none() => return Out::json(shell, &debrief),
        Form::Json => serde_json::to_string_pretty(&debrief)
            .map_err(|error| Failure::could_not(format!("The debrief could not be written: {error}.")))?,
    };
    leave::give(shell, &record.address.number, leave::unsteered(text.into_bytes()), output)
}

fn told(record: &Record, control: &Control) -> Result<Debrief, Failure> {
    if !control.play.ended() {
        let number = &record.address.number;
        return Err(Refusal::refused(format!(
            "{number} is still being played; its debrief would give it away."
        ))
        .hint(format!("casebook drill end -i {number} ends it now."))
        .into());
    }
    Ok(Debrief::of(&control.play))
}

/// A run in the comparison.
#[derive(Serialize)]
struct Run {
    incident: String,
    score: f64,
    overall: String,
    end_min: u32,
    objectives: Vec<(String, String)>,
    /// It is the one that was asked about.
    this: bool,
}

/// This run against the others of the same scenario in this store, the earliest first.
pub(super) fn compare(shell: &Shell, record: &Record, control: &Control) -> Result<Out, Failure> {
    told(record, control)?;
    let mut runs = Vec::new();
    let mut rows = shell.store.list(Look::Checked)?;
    rows.retain(|(_, row)| row.series() == Series::Ex && row.shut.is_none());
    rows.sort_by(|a, b| a.0.number.cmp(&b.0.number));
    for (address, _) in &rows {
        let Ok(other) = shell.store.read(address) else { continue };
        let same = |drill: &crate::model::drill::Drill| drill.exercise.scenario == control.scenario().id;
        if !other.incident.drill.as_deref().is_some_and(same) {
            continue;
        }
        let Ok(play) = Control::of(&shell.store, &other, exercise::at_hand(shell)) else { continue };
        if !play.play.ended() {
            continue;
        }
        let debrief = Debrief::of(&play.play);
        runs.push(Run {
            incident: address.number.clone(),
            score: debrief.score,
            overall: debrief.overall.letter().to_owned(),
            end_min: debrief.end_min,
            objectives: debrief
                .objectives
                .iter()
                .map(|objective| (objective.id.to_string(), objective.rating.letter().to_owned()))
                .collect(),
            this: address.id == record.address.id,
        });
    }
    if shell.json {
        return Out::json(shell, &serde_json::json!({ "scenario": control.scenario().id, "runs": runs }));
    }
    let mut out = Out::new(shell);
    let ids: Vec<&str> =
        control.scenario().objectives.iter().map(|objective| objective.id.as_str()).collect();
    let mut head: Vec<Line> = ["RUN", "SCORE", "OVERALL", "MINUTE"].map(Line::of).into();
    head.extend(ids.iter().map(Line::of));
    let mut table = vec![head];
    for run in &runs {
        let tone = if run.this { Tone::Here } else { Tone::Plain };
        let mut row = vec![
            Line::default().tone(tone, &run.incident),
            Line::of(format!("{}", run.score)),
            Line::of(&run.overall),
            Line::of(run.end_min.to_string()),
        ];
        row.extend(ids.iter().map(|id| {
            let rating = run.objectives.iter().find(|(own, _)| own == id);
            Line::of(rating.map_or("", |(_, rating)| rating.as_str()))
        }));
        table.push(row);
    }
    out.table(0, table);
    if runs.len() == 1 {
        out.line(Line::default().tone(Tone::Dim, "No other run of this scenario is in this store."));
    }
    Ok(out)
}
