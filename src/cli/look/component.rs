//! `component list`: what is affected and how far each is, what is not contained first.

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::model::component::{Component, Stage};
use crate::model::time;
use crate::verb::Said;

pub(in crate::cli) fn list(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    if shell.json {
        let document = incident.document();
        let components: Vec<_> = document.components.iter().filter(|component| !component.undone).collect();
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "components": components }),
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let mut all: Vec<&Component> = incident.components().collect();
    if all.is_empty() {
        out.line(Line::of("  no component yet; casebook component add NAME --type server"));
        return Ok(out);
    }
    all.sort_by_key(|c| (!c.stage().uncontained(), c.stage() != Stage::Suspected, c.name.to_lowercase()));
    let rows = all.into_iter().map(|component| {
        let stage = component.stage();
        let tone = match stage {
            stage if stage.uncontained() => Tone::Bad,
            Stage::Suspected => Tone::Warn,
            stage if stage.out() => Tone::Dim,
            _ => Tone::Plain,
        };
        let staged = component.stage.get();
        vec![
            Line::default().tone(Tone::Strong, &component.name),
            Line::of(&component.kind),
            Line::default().tone(tone, stage.id()),
            Line::of(format!("since {}", time::when(component.since(), shell.now, &shell.zone))),
            Line::of(staged.map_or("", |staged| staged.by.as_str())),
            Line::default().tone(Tone::Dim, component.id.short()),
            Line::of(staged.and_then(|staged| staged.reason.as_deref()).unwrap_or_default()),
        ]
    });
    out.table(2, rows.collect());
    Ok(out)
}
