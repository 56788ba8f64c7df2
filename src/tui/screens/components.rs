//! Components: what is affected and how far each is, what is not contained first.

mod card;
mod forms;

pub use card::evidence;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::component::Order;
use crate::model::component::{AddComponent, Component, EditComponent, Facts, Stage, StageComponent};
use crate::model::id::{LineId, NounId};
use crate::model::ledger::approval::Approval;
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
    acts: &[Action::StageOn, Action::StageBack, Action::AcceptRisk],
    offers,
    perform,
    questions: &forms::QUESTIONS,
};

/// The component of a row.
pub fn component<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Component> {
    incident.component(key.noun()?)
}

fn line(incident: &Incident, key: &Key) -> Option<LineId> {
    component(incident, key).and_then(|component| component.stage.heads().last())
}

fn rows(_: &App, case: &Case, order: usize, keep: Keep<'_>) -> Vec<Key> {
    let order = match order {
        1 => Order::Name,
        2 => Order::Stage,
        _ => Order::Uncontained,
    };
    let kept = |component: &&Component| {
        let texts = [&component.name, &component.kind, component.stage().id()];
        let texts = texts.into_iter().chain(component.owner()).chain(component.note());
        let texts = texts.chain(component.verdict()).chain(component.tags().iter().map(String::as_str));
        keep(&texts.collect::<Vec<_>>())
    };
    let all = case.shown().components_by(order).into_iter().filter(kept);
    let key = |component: &Component| Key::Noun(component.id.clone());
    let (out, here): (Vec<&Component>, Vec<&Component>) = all.partition(|component| component.stage().out());
    here.into_iter().map(key).chain([Key::Section(OUT)]).chain(out.into_iter().map(key)).collect()
}

/// The component an act is about.
fn selected(app: &App) -> Result<&Component, Refusal> {
    let none =
        || Refusal::refused("No component is selected.").hint("a adds the ones this incident touches.");
    let id = app.noun().map_err(|_| none())?;
    app.incident().and_then(|incident| incident.component(id)).ok_or_else(none)
}

/// The stage `>` leads to from here.
///
/// # Errors
/// Refuses at the end of the chain and outside of it.
fn on(component: &Component) -> Result<Stage, Refusal> {
    component.stage().next().ok_or_else(|| {
        let stage = component.stage().id();
        Refusal::refused(format!("{} is {stage}; there is no stage after that.", component.name))
            .hint("< goes back, with a reason.")
    })
}

/// The stage `<` leads to from here: containment is claimed anew, or the component is only known.
///
/// # Errors
/// Refuses at the beginning of the chain.
fn back(component: &Component) -> Result<Stage, Refusal> {
    match component.stage() {
        Stage::Suspected => {
            Err(Refusal::refused(format!("{} is suspected; there is no stage before that.", component.name))
                .hint("> goes on; with w the risk of leaving it is accepted."))
        }
        Stage::Confirmed => Ok(Stage::Suspected),
        Stage::Containing | Stage::Cleared => Ok(Stage::Confirmed),
        _ => Ok(Stage::Containing),
    }
}

/// The command of adding one, to be judged.
pub fn adding(app: &App) -> Command {
    // No component has the name of a number that nobody gives.
    let name = app.incident().map_or(0, |incident| incident.components().count());
    Command::AddComponent(AddComponent::new(format!("… {name}"), "server", Stage::Suspected))
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    let id = || selected(app).map(|component| component.id.clone());
    let step = |to: Stage| -> Result<Option<Command>, Refusal> {
        let approval = Approval { name: "…".to_owned(), role: None, how: None, at: app.now };
        let facts = Facts { until: Some(app.now), approval: Some(approval), ..Facts::default() };
        let reason = Some("…".to_owned());
        let step = StageComponent { reason, facts, ..StageComponent::to(id()?, to) };
        Ok(Some(Command::StageComponent(step)))
    };
    match action {
        Action::Add => Ok(Some(adding(app))),
        Action::StageOn => step(on(selected(app)?)?),
        Action::StageBack => step(back(selected(app)?)?),
        Action::AcceptRisk => step(Stage::RiskAccepted),
        Action::Assign => {
            let owner = Some("…".to_owned());
            Ok(Some(Command::EditComponent(EditComponent { owner, ..EditComponent::of(id()?) })))
        }
        Action::Due => Err(Refusal::refused("A component falls due at no time.")
            .hint("m puts a temporary measure with a review time in place.")),
        _ => Ok(None),
    }
}

fn perform(app: &mut App, action: Action) -> Done {
    let about = |app: &App| selected(app).map(|component| component.id.to_string());
    match action {
        Action::Add => app.open_question("component-add", ""),
        Action::Open => card::open(app),
        Action::StageOn => {
            let about = about(app)?;
            app.open_question("component-on", &about)
        }
        Action::StageBack => {
            let about = about(app)?;
            app.open_question("component-back", &about)
        }
        Action::AcceptRisk => {
            let about = about(app)?;
            app.open_question("component-risk", &about)
        }
        Action::Assign => {
            let about = about(app)?;
            app.open_question("component-edit", &about)
        }
        _ => Ok(Vec::new()),
    }
}

/// The components a question is about: all that are marked, if the one asked about is among them.
fn meant(app: &App, about: &str) -> Vec<NounId> {
    let asked = NounId(about.to_owned());
    let nouns = app.nouns();
    if nouns.contains(&asked) { nouns } else { vec![asked] }
}

/// The component a question was opened with.
///
/// # Errors
/// Refuses when it is gone.
fn asked<'a>(app: &'a App, about: &str) -> Result<&'a Component, Refusal> {
    let component = app.incident().and_then(|incident| incident.component(&NounId(about.to_owned())));
    component.filter(|component| !component.undone).ok_or_else(|| Refusal::refused("That component is gone."))
}

/// `FS02`, or `FS02 and 3 more`.
fn called(app: &App, about: &str) -> Result<String, Refusal> {
    let name = asked(app, about)?.name.clone();
    Ok(match meant(app, about).len() {
        0 | 1 => name,
        n => format!("{name} and {} more", n - 1),
    })
}
