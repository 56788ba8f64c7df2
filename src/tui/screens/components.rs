//! Components: what is affected and how far each is, what is not contained first.

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::component::Component;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::keymap::Scope;

/// The heading above what is cleared, retired or accepted as it is.
pub const OUT: &str = "Out of the incident";

pub const FACE: Face = Face {
    screen: Screen::Components,
    word: "Components",
    short: "Comp",
    scope: Scope::Components,
    count: |incident| incident.components().count(),
    orders: &["not contained first", "by name", "by stage"],
    rows,
    words: |incident, key| component(incident, key).map(|component| component.name.clone()),
    line,
    acts: &[],
    offers,
    perform,
    questions: &[],
};

/// The component of a row.
pub fn component<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Component> {
    incident.component(key.noun()?)
}

fn line(incident: &Incident, key: &Key) -> Option<LineId> {
    component(incident, key).and_then(|component| component.stage.heads().last())
}

fn rows(_: &App, case: &Case, order: usize, keep: Keep<'_>) -> Vec<Key> {
    let called = |component: &&Component| keep(&[&component.name, &component.kind, component.stage().id()]);
    let mut all: Vec<&Component> = case.shown().components().filter(called).collect();
    match order {
        1 => all.sort_by_cached_key(|component| component.name.to_lowercase()),
        2 => all.sort_by_key(|component| component.stage().phase().number()),
        _ => all.sort_by_key(|component| {
            let stage = component.stage();
            (!stage.uncontained(), stage.out(), component.since())
        }),
    }
    let key = |component: &Component| Key::Noun(component.id.clone());
    let (out, here): (Vec<&Component>, Vec<&Component>) =
        all.into_iter().partition(|component| component.stage().out());
    here.into_iter().map(key).chain([Key::Section(OUT)]).chain(out.into_iter().map(key)).collect()
}

fn offers(_: &App, _: Action) -> Result<Option<Command>, Refusal> {
    Ok(None)
}

fn perform(app: &mut App, action: Action) -> Done {
    match action {
        Action::Add => crate::tui::command_line::open(app, "component add "),
        Action::Open => crate::tui::command_line::open(app, "component stage "),
        _ => Ok(Vec::new()),
    }
}
