//! The card of a component: what is known, its whole history, the entries about it, every act with its key.

use super::super::Done;
use super::selected;
use crate::incident::Incident;
use crate::model::component::{Component, Facts, Stage, Step};
use crate::model::time;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::pick;

/// Entries of others about it, the newest.
const ENTRIES: usize = 12;

/// Opens the card of the selected component.
///
/// # Errors
/// Refuses when none is selected.
pub(super) fn open(app: &mut App) -> Done {
    let component = selected(app)?;
    let facts = app.incident().map(|incident| facts(app, incident, component)).unwrap_or_default();
    let title = component.name.clone();
    let acts =
        [Action::StageOn, Action::StageBack, Action::AcceptRisk, Action::Assign, Action::AsOf, Action::Copy];
    pick::open_card(app, title, facts, acts)
}

fn facts(app: &App, incident: &Incident, component: &Component) -> Vec<(String, String)> {
    let zone = app.zone();
    let when = |at| time::when(at, app.now, &zone);
    let mut all: Vec<(String, String)> = Vec::new();
    let mut fact = |label: &str, words: String| {
        if !words.is_empty() {
            all.push((label.to_owned(), words));
        }
    };
    let stage = component.stage();
    fact("Stage", format!("{}, {}, since {}", stage.id(), stage.name(), when(component.since())));
    if let Some(since) = component.uncontained_since() {
        let span = time::span((app.now - since).num_milliseconds());
        fact("Not contained", format!("since {}, {span}", when(since)));
    }
    if let Some(phase) = component.found_in {
        fact("Found", format!("{}, when the incident stood in {phase}", when(component.added)));
    }
    let held = component.known();
    let seen = held.seen.as_ref().map(|seen| format!("by {}, {}", seen.by, when(seen.at)));
    let unseen = (stage == Stage::Contained).then(|| "nobody has looked yet".to_owned());
    fact("Seen to hold", seen.or(unseen).unwrap_or_default());
    fact("Looked at again", held.until.map(when).unwrap_or_default());
    fact("Type", component.kind.clone());
    fact("Critical", if component.critical() { "yes" } else { "no" }.to_owned());
    fact("Owner", component.owner().unwrap_or_default().to_owned());
    fact("Note", component.note().unwrap_or_default().to_owned());
    fact("Verdict", component.verdict().unwrap_or_default().to_owned());
    fact("Tags", component.tags().join(", "));
    let before = component.former.iter().filter(|name| **name != component.name);
    fact("Known before as", before.cloned().collect::<Vec<_>>().join(", "));
    fact("Evidence", evidence(incident, component));
    fact("In place", incident.held_by(component).join(", "));
    for step in component.history.iter().rev() {
        fact(&when(step.at), way(step, &when));
    }
    let about = incident.entries_about(component).rev();
    for entry in about.filter(|entry| entry.kind.written()).take(ENTRIES) {
        let label = format!("{} {}", when(entry.happened), entry.actor());
        fact(&label, format!("{}: {}", entry.kind.word(), entry.shown()));
    }
    all
}

/// The items of evidence taken of it.
pub fn evidence(incident: &Incident, component: &Component) -> String {
    let of = incident.evidence().filter(|item| item.components().contains(&component.id));
    let items: Vec<String> = of.map(|item| format!("{} {}", item.label(), item.name())).collect();
    items.join(", ")
}

/// `BACK contained → containing, by ana: "second foothold"`.
fn way(step: &Step, when: &impl Fn(chrono::DateTime<chrono::Utc>) -> String) -> String {
    let mark = match step {
        Step { undone: true, .. } => "TAKEN BACK ",
        step if step.back() => "BACK ",
        _ => "",
    };
    let way = match step.from {
        None => format!("found, {}", step.to.id()),
        Some(from) if from == step.to => step.to.id().to_owned(),
        Some(from) => format!("{} → {}", from.id(), step.to.id()),
    };
    let mut words = vec![format!("{mark}{way}, by {}", step.by)];
    words.extend(known(&step.facts, when));
    words.extend(step.reason.as_deref().map(|reason| format!("\"{reason}\"")));
    words.join(", ")
}

/// `switch port off`, `asked 13:54`, `took effect 13:59`, `seen to hold by bo`.
fn known(facts: &Facts, when: &impl Fn(chrono::DateTime<chrono::Utc>) -> String) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(facts.how.clone());
    words.extend(facts.asked.map(|at| format!("asked {}", when(at))));
    words.extend(facts.done.map(|at| format!("took effect {}", when(at))));
    words.extend(facts.seen.as_ref().map(|seen| format!("seen to hold by {}", seen.by)));
    words.extend(facts.approval.as_ref().map(|approval| format!("approved by {approval}")));
    words.extend(facts.until.map(|at| format!("until {}", when(at))));
    words
}
