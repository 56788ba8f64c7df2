//! Where does the incident go: the ways out of here with live gates, and the words each of them asks.

mod go;

use crossterm::event::KeyEvent;

use super::act::Action;
use super::app::App;
use super::ask::{self, choice, line, opt};
use super::drafts::Words;
use super::form::{Ask, Field, Form, Slot};
use super::keymap::{self, Scope};
use super::modal::Modal;
use super::msg::Effect;
use super::page;
use crate::incident::Incident;
use crate::incident::moves::Destination;
use crate::model::lifecycle::{Gate, Level, Way, lifecycle};
use crate::model::refusal::Refusal;
use crate::model::time;

type Done = Result<Vec<Effect>, Refusal>;

/// A way the dialog offers.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// `1`–`7`: to a phase.
    Go(Destination),
    /// `0`: stay, for one component alone; the reason is kept.
    Stay,
    /// `8`: wait for an outside party.
    Hold,
    /// `8`, on hold: go on.
    GoOn,
    /// `9`: the move that ends the incident here.
    Close(Destination),
}

impl Choice {
    /// The key that chooses it.
    pub fn digit(&self) -> char {
        match self {
            Choice::Go(there) => char::from(b'0' + there.to.number()),
            Choice::Stay => '0',
            Choice::Hold | Choice::GoOn => '8',
            Choice::Close(_) => '9',
        }
    }

    /// The move behind it, if it is one.
    pub fn destination(&self) -> Option<&Destination> {
        match self {
            Choice::Go(there) | Choice::Close(there) => Some(there),
            Choice::Stay | Choice::Hold | Choice::GoOn => None,
        }
    }

    /// Gates of the move that have nothing to say.
    pub fn quiet(&self, from: crate::model::phase::Phase) -> Vec<Gate> {
        let Some(there) = self.destination() else { return Vec::new() };
        let gates = lifecycle().find(from, there.to).map_or(&[][..], |listed| &listed.gates);
        let speaks = |gate: &Gate| there.findings.iter().any(|finding| finding.gate == *gate);
        gates.iter().filter(|gate| !speaks(gate)).copied().collect()
    }
}

/// The phase dialog.
#[derive(Clone, Debug)]
pub struct PhaseDialog {
    pub choices: Vec<Choice>,
    /// The way chosen.
    pub at: usize,
    /// Whether the keys choose a way (`true`) or fill the fields of `form`.
    pub choosing: bool,
    /// What the chosen way asks: acceptances, reason, category, component, approval, ticks that hold,
    /// disposition; in `about`, what it ends and starts. Words typed stay when another way is chosen and
    /// when the dialog is left.
    pub form: Form,
    /// Words typed for ways chosen before.
    kept: Words,
}

impl PhaseDialog {
    /// The way chosen.
    pub fn choice(&self) -> Option<&Choice> {
        self.choices.get(self.at)
    }

    /// What was typed, with the way it was typed for; nothing, if nothing was.
    pub fn words(&self) -> Words {
        if self.kept.is_empty() && !self.form.touched() {
            return Words::new();
        }
        let mut words = self.kept.clone();
        merge(&mut words, self.form.words());
        let digit = self.choice().map_or(String::new(), |choice| choice.digit().to_string());
        merge(&mut words, vec![("choice".to_owned(), digit)]);
        words
    }
}

/// Newer words over older ones; a field that is empty now is empty.
fn merge(words: &mut Words, newer: Words) {
    for (slot, text) in newer {
        match words.iter_mut().find(|(known, _)| *known == slot) {
            Some(known) => known.1 = text,
            None => words.push((slot, text)),
        }
    }
}

impl App {
    /// Opens the phase dialog, with the usual way in this direction chosen.
    ///
    /// # Errors
    /// Refuses when no incident is open.
    pub fn open_phase(&mut self, way: Option<Way>) -> Done {
        let Some(incident) = self.incident() else { return Err(Refusal::refused("No incident is open.")) };
        let choices = choices(incident, self.now);
        let usual = |choice: &Choice| {
            let there = choice.destination();
            way.is_none_or(|way| there.is_some_and(|there| there.way == way && there.typical))
        };
        let in_way = |choice: &Choice| choice.destination().is_some_and(|there| Some(there.way) == way);
        let at = choices.iter().position(usual).or_else(|| choices.iter().position(in_way));
        if let (Some(way), None) = (way, at) {
            let from = incident.phase();
            return Err(Refusal::refused(format!("From {from} no way leads {}.", way.word()))
                .hint("p shows every way there is."));
        }
        let form = Form::new(Ask::Phase, format!("Phase of {}", incident.number));
        let at = at.unwrap_or(0);
        let mut dialog = PhaseDialog { choices, at, choosing: true, form, kept: Words::new() };
        if let Some(words) = self.drafts.remove("phase") {
            let digit = words.iter().find(|(slot, _)| slot == "choice").and_then(|(_, d)| d.chars().next());
            let typed_for = dialog.choices.iter().position(|choice| Some(choice.digit()) == digit);
            dialog.at = typed_for.filter(|_| way.is_none()).unwrap_or(dialog.at);
            dialog.kept = words;
        }
        fill(self, &mut dialog);
        self.modals.push(Modal::Phase(Box::new(dialog)));
        Ok(Vec::new())
    }
}

/// The ways out of here: moves as the lifecycle sorts them, then stay, hold, close.
fn choices(incident: &Incident, now: chrono::DateTime<chrono::Utc>) -> Vec<Choice> {
    let destinations = incident.destinations(now);
    let goes_back = destinations.iter().any(|there| there.way == Way::Back);
    let (closing, moves): (Vec<_>, Vec<_>) = destinations.into_iter().partition(|there| there.way.closes());
    let mut choices: Vec<Choice> = moves.into_iter().map(Choice::Go).collect();
    if incident.closed() {
        return choices;
    }
    if goes_back {
        choices.push(Choice::Stay);
    }
    let on_hold = incident.hold.get().is_some_and(Option::is_some);
    choices.push(if on_hold { Choice::GoOn } else { Choice::Hold });
    choices.extend(closing.into_iter().next().map(Choice::Close));
    choices
}

/// Gives the dialog the fields of the way chosen, with the words typed before.
fn fill(app: &App, dialog: &mut PhaseDialog) {
    let Some(incident) = app.incident() else { return };
    let Some(choice) = dialog.choices.get(dialog.at) else { return };
    dialog.form.fields = fields(app, incident, choice);
    dialog.form.began = dialog.form.words();
    dialog.form.about = foretold(app, incident, choice);
    dialog.form.at = 0;
    dialog.form.wrong = None;
    let kept: Words = dialog.kept.iter().filter(|(_, words)| !words.is_empty()).cloned().collect();
    dialog.form.set_words(&kept);
}

fn fields(app: &App, incident: &Incident, choice: &Choice) -> Vec<Field> {
    let mut fields = Vec::new();
    let reason = |label: &str, hint: &str| line(Slot::Reason, label, hint, "");
    match choice {
        Choice::Hold => fields.push(reason("Waiting for", "needed: what, from whom")),
        Choice::GoOn => {}
        Choice::Stay => {
            fields.push(reason("What did we learn?", "needed"));
            fields.extend([category(), component(incident)]);
        }
        Choice::Go(there) | Choice::Close(there) => {
            let strong = |gate| gate != Gate::DispositionMissing;
            let strong = there.findings.iter().filter(|f| f.level == Level::Strong && strong(f.gate));
            for (k, finding) in strong.enumerate() {
                let (hint, words) = match k {
                    0 => ("NAME: why", format!("{}: ", app.me.name)),
                    _ => ("empty = the same words", String::new()),
                };
                fields.push(line(Slot::Accept(finding.gate), "accepted by, why", hint, &words));
            }
            if there.way.closes() {
                let options =
                    lifecycle().dispositions.iter().map(|word| opt(word, &word.replace('-', " "), ""));
                fields.push(super::ask::choice(
                    Slot::Disposition,
                    "Disposition",
                    "as it was determined",
                    options.collect(),
                    None,
                ));
                fields.push(line(Slot::DuplicateOf, "Duplicate of", "only where it is one", ""));
            }
            let (label, hint) = match (there.way, there.reason_required) {
                (Way::Back, _) => ("What did we learn?", "needed"),
                (_, true) => ("Reason", "needed"),
                (_, false) => ("Reason", "optional"),
            };
            fields.push(reason(label, hint));
            if matches!(there.way, Way::Back | Way::Skip | Way::Reopen) {
                fields.push(category());
            }
            if there.way == Way::Back {
                fields.push(component(incident));
            }
            if there.authorisation {
                fields.extend(ask::approval(app));
                let label = "if not: accepted by, why";
                fields.push(line(Slot::Accept(Gate::Authorisation), label, "NAME: why", ""));
            }
            fields.extend(holds(app, incident, there));
        }
    }
    fields
}

fn category() -> Field {
    let words = lifecycle().reason_categories.iter();
    let options = words.map(|word| opt(word, &word.replace('-', " "), "")).collect();
    choice(Slot::Category, "Category", "optional", options, None)
}

fn component(incident: &Incident) -> Field {
    let option = |c: &crate::model::component::Component| {
        opt(&c.name, &c.name, &format!("{}, {}", c.kind, c.stage().id()))
    };
    let options = incident.components().map(option).collect();
    choice(Slot::Component, "Component", "optional", options, None)
}

/// Ticks of earlier visits that may hold in the new one.
fn holds(app: &App, incident: &Incident, there: &Destination) -> Option<Field> {
    let zone = app.zone();
    let options: Vec<_> = incident
        .could_hold(there.to)
        .into_iter()
        .map(|task| {
            let tick = task.progress.get();
            let note = tick.map(|tick| format!("{} {}", tick.by, time::when(tick.at, app.now, &zone)));
            (opt(task.id().as_str(), &task.what.title, &note.unwrap_or_default()), false)
        })
        .collect();
    (!options.is_empty()).then(|| ask::checks(Slot::Holds, "Still holds?", "Space marks", options))
}

/// What a way ends and starts, a sentence each.
fn foretold(app: &App, incident: &Incident, choice: &Choice) -> Vec<String> {
    let mut lines = Vec::new();
    let Some(there) = choice.destination() else { return lines };
    if let Some(visit) = incident.visit() {
        let lasted = time::span(visit.lasted_ms(app.now));
        lines.push(format!("Ends: {}, visit {} ({lasted}).", visit.phase, visit.n));
    }
    let n = incident.visits().filter(|visit| visit.phase == there.to).map(|v| v.n).max().unwrap_or(0) + 1;
    let types: Vec<String> = incident.types().map(str::to_owned).collect();
    let tasks = app.playbooks.steps(&types, there.to).len();
    let held = incident.could_hold(there.to).len();
    if there.way == Way::Dismiss {
        lines.push("Closes the incident; the record stays, no checklist is made.".to_owned());
    } else {
        let held = if held > 0 {
            format!("; {held} earlier {} to look through", if held == 1 { "tick" } else { "ticks" })
        } else {
            String::new()
        };
        lines.push(format!("Starts: {}, visit {n}, {tasks} tasks{held}.", there.to));
    }
    let open = incident
        .visit()
        .map_or(0, |visit| incident.checklist(&visit.id).filter(|task| !task.settled()).count());
    if open > 0 && !there.way.closes() {
        let from = incident.phase();
        let tasks = if open == 1 { "task stays" } else { "tasks stay" };
        lines.push(format!("Its {open} open {tasks} on the Board as \"from {from}\"."));
    }
    lines.push("Components keep their stages. Clocks: none starts, none stops.".to_owned());
    lines
}

/// Chooses a way; words typed for the one before are kept.
///
/// # Errors
/// None; the type is that of every act.
pub fn choose(app: &mut App, at: usize) -> Done {
    let Some(Modal::Phase(dialog)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    let mut next = dialog.clone();
    if next.form.touched() {
        merge(&mut next.kept, next.form.words());
    }
    next.at = at;
    next.choosing = true;
    fill(app, &mut next);
    if let Some(Modal::Phase(dialog)) = app.modals.last_mut() {
        *dialog = next;
    }
    Ok(Vec::new())
}

/// Takes a key of the dialog.
///
/// # Errors
/// A digit that leads nowhere from here is refused with the ways that do.
pub fn key(app: &mut App, key: KeyEvent, name: &str, typing: Option<Action>) -> Done {
    let Some(Modal::Phase(dialog)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    let fields = dialog.form.fields.len();
    dialog.form.wrong = None;
    if !dialog.choosing {
        match typing {
            Some(Action::Save) => return go::go(app),
            Some(Action::NextField) if dialog.form.at + 1 >= fields => dialog.choosing = true,
            Some(Action::PreviousField) if dialog.form.at == 0 => dialog.choosing = true,
            _ => dialog.form.key(key, name, typing),
        }
        return Ok(Vec::new());
    }
    let ways = dialog.choices.len().max(1);
    let at = dialog.at;
    match keymap::find(&[Scope::PhaseDialog], name).map(|binding| binding.action) {
        Some(Action::Down) => return choose(app, (at + 1) % ways),
        Some(Action::Up) => return choose(app, (at + ways - 1) % ways),
        Some(Action::ChooseDigit) => {
            let digit = name.chars().next().unwrap_or('0');
            let found = dialog.choices.iter().position(|choice| choice.digit() == digit);
            return match found {
                Some(at) => choose(app, at),
                None => Err(no_way(app, digit)),
            };
        }
        Some(Action::NextField | Action::PreviousField) if fields > 0 => {
            dialog.choosing = false;
            dialog.form.at = if name == "Tab" { 0 } else { fields - 1 };
        }
        Some(Action::Toggle) if dialog.form.field(Slot::Holds).is_some() => {
            dialog.choosing = false;
            dialog.form.go(Slot::Holds);
        }
        Some(Action::Why) => return page::why(app),
        Some(Action::Go) => return go::go(app),
        _ => {}
    }
    Ok(Vec::new())
}

fn no_way(app: &App, digit: char) -> Refusal {
    let Some(incident) = app.incident() else { return Refusal::refused("No incident is open.") };
    let from = incident.phase();
    let ways = incident.destinations(app.now);
    let names: Vec<String> = ways.iter().map(|there| format!("{} {}", there.to.number(), there.to)).collect();
    let ways = format!("From here: {}.", names.join(", "));
    match digit {
        '9' => Refusal::refused(format!("An incident is not closed from {from}.")).hint(
            "Go to Lessons Learned; the case closes from there. Detection and Analysis can dismiss it.",
        ),
        '0' => {
            Refusal::refused(format!("From {from} no way leads back, so there is nothing to stay against."))
        }
        digit if digit == char::from(b'0' + from.number()) => {
            Refusal::refused(format!("The incident stands in {from}.")).hint(ways)
        }
        _ => Refusal::refused(format!("No single move leads there from {from}.")).hint(ways),
    }
}
