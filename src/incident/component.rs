//! Judgement of components: what several of them mean together, and what a step ticks.

use chrono::{DateTime, Utc};

use super::Incident;
use super::event::Event;
use super::setting::{Setting, Was};
use crate::model::component::{
    AddComponent, Component, ComponentAdded, ComponentEdited, Detail, EditComponent, Facts, Stage,
    StageComponent, Stepped,
};
use crate::model::desk::Desk;
use crate::model::entry::Entry;
use crate::model::id::{LineId, NounId};
use crate::model::ledger::Item;
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text;

impl Incident {
    pub(super) fn add_component(
        &self,
        add: &AddComponent,
        desk: &Desk<'_>,
    ) -> Result<Option<ComponentAdded>, Refusal> {
        let name = text::name(&add.name)?;
        if self.component_called(&name).is_some() {
            return Ok(None);
        }
        let kind = TAXONOMY.asset_type(&add.kind)?.id.clone();
        let found_in = Some(self.phase()).filter(|phase| *phase > Phase::Containment && !add.stage.out());
        let details = add.details.clean()?;
        Ok(Some(ComponentAdded { id: desk.id(0), name, kind, stage: add.stage, details, found_in }))
    }

    pub(super) fn stage_component(
        &self,
        command: &StageComponent,
        desk: &Desk<'_>,
    ) -> Result<Option<Event>, Refusal> {
        let mut command = command.clone();
        let mut ticks = Vec::new();
        for task in &command.facts.ticks {
            let task = self.known_task(task)?;
            if !task.settled() && !ticks.contains(task.id()) {
                ticks.push(task.id().clone());
            }
        }
        command.facts.ticks = ticks;
        let stepped = self.known_component(&command.component)?.decide_stage(&command, desk)?;
        Ok(stepped.map(|stepped| match stepped {
            Stepped::Staged(staged) => staged.into(),
            Stepped::Noted(noted) => noted.into(),
        }))
    }

    pub(super) fn edit_component(&self, command: &EditComponent) -> Result<Option<Event>, Refusal> {
        let component = self.known_component(&command.component)?;
        let mut command = command.clone();
        if let Some(kind) = &command.kind {
            command.kind = Some(TAXONOMY.asset_type(kind)?.id.clone());
        }
        let edited = component.decide_edit(&command)?;
        if let Some(renamed) = edited.as_ref().and_then(|edited| edited.renamed.as_ref())
            && let Some(other) = self.component_called(&renamed.to).filter(|other| other.id != component.id)
        {
            return Err(Refusal::refused(format!(
                "{} is on the list already, as {}.",
                other.name,
                other.stage().id()
            ))
            .hint("Give it a name that no other component has."));
        }
        Ok(edited.map(Event::from))
    }

    /// Writes a detail of a component over the sides in `over`; `None`: the component is not known.
    pub(super) fn put_component(
        &mut self,
        line: LineId,
        by: &str,
        over: &[LineId],
        (id, to): (NounId, Detail),
    ) -> Option<Vec<Was>> {
        let component = self.component_mut(&id)?;
        let replaced = component.details.entry(to.part()).or_default().set(line, by, over, to);
        component.settle();
        let was = |side| Was::of(side, |value| Setting::Component(id.clone(), value));
        Some(replaced.into_iter().map(was).collect())
    }

    /// Takes away what `line` said of a component, and puts back what that had replaced.
    pub(super) fn restore_component(&mut self, line: LineId, id: &NounId, to: &Detail, was: Option<&Was>) {
        if let Some(component) = self.component_mut(id) {
            let side = was.map(|was| was.side(to.clone()));
            component.details.entry(to.part()).or_default().restore(line, side);
            component.settle();
        }
    }

    pub(super) fn known_component(&self, id: &NounId) -> Result<&Component, Refusal> {
        self.component(id).filter(|component| !component.undone).ok_or_else(|| {
            Refusal::refused("No such component in this incident.")
                .hint("casebook component list shows them.")
        })
    }

    /// The component that has this name now, whatever its capitals.
    pub fn component_called(&self, name: &str) -> Option<&Component> {
        self.components().find(|component| component.name.eq_ignore_ascii_case(name))
    }
}

/// In which order components are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What is not contained first, the longest of it at the top; then what is suspected; then by name.
    #[default]
    Uncontained,
    Name,
    /// The least advanced first.
    Stage,
}

impl Order {
    /// The order after this one.
    #[must_use]
    pub fn next(self) -> Order {
        match self {
            Order::Uncontained => Order::Name,
            Order::Name => Order::Stage,
            Order::Stage => Order::Uncontained,
        }
    }

    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            Order::Uncontained => "not contained first",
            Order::Name => "by name",
            Order::Stage => "by stage",
        }
    }
}

/// Which of the three groups of the list a component is in.
fn group(component: &Component) -> u8 {
    match component.stage() {
        _ if component.uncontained() => 0,
        Stage::Suspected => 1,
        stage if stage.out() => 3,
        _ => 2,
    }
}

impl Incident {
    /// Components in order. What is out of the incident stands last in every order.
    pub fn components_by(&self, order: Order) -> Vec<&Component> {
        let mut all: Vec<&Component> = self.components().collect();
        match order {
            Order::Uncontained => all.sort_by_cached_key(|c| {
                let since = c.uncontained_since().map_or(0, |since| since.timestamp_millis());
                (group(c), since, c.name.to_lowercase())
            }),
            Order::Name => all.sort_by_cached_key(|c| (c.stage().out(), c.name.to_lowercase())),
            Order::Stage => all.sort_by_cached_key(|c| (c.stage(), c.name.to_lowercase())),
        }
        all
    }

    /// Temporary measures that hold a component and are still in place: `M-1 switch port off`.
    pub fn held_by(&self, component: &Component) -> Vec<String> {
        let holds = |item: &&Item| item.measure().is_some_and(|it| it.components.contains(&component.id));
        let said = |item: &Item| format!("{} {}", item.label(), item.text);
        self.measures_in_place().filter(holds).map(said).collect()
    }

    /// Entries about a component, oldest first: its own steps, and what others wrote with its name.
    pub fn entries_about<'a>(
        &'a self,
        component: &'a Component,
    ) -> impl DoubleEndedIterator<Item = &'a Entry> + 'a {
        let about = |name: &String| component.called(name);
        self.entries.iter().filter(move |entry| entry.components.iter().any(about))
    }
}

/// `+ FS01 (server) confirmed, file server, owner Lars`.
pub(super) fn added(added: &ComponentAdded) -> String {
    let mut words = format!("+ {} ({}) {}", added.name, added.kind, added.stage.id());
    let details = &added.details;
    words.extend(details.note.as_deref().map(|note| format!(", {note}")));
    words.extend(details.owner.as_deref().map(|owner| format!(", owner {owner}")));
    if details.critical {
        words.push_str(", critical");
    }
    words.extend(added.found_in.map(|phase| format!("  FOUND IN {}", phase.name().to_uppercase())));
    words
}

/// `FS02 contained: switch port off, done 13:59Z, seen to hold by bo`.
pub(super) fn with_facts(what: &str, facts: &Facts) -> String {
    let clock = |at: &DateTime<Utc>| at.format("%H:%MZ").to_string();
    let mut parts = Vec::new();
    parts.extend(facts.how.clone());
    parts.extend(facts.asked.as_ref().map(|at| format!("asked {}", clock(at))));
    parts.extend(facts.done.as_ref().map(|at| format!("done {}", clock(at))));
    parts.extend(facts.seen.as_ref().map(|seen| format!("seen to hold by {}", seen.by)));
    parts.extend(facts.approval.as_ref().map(|approval| format!("approved by {approval}")));
    parts.extend(facts.until.as_ref().map(|at| format!("until {}", at.format("%Y-%m-%d %H:%MZ"))));
    if parts.is_empty() { what.to_owned() } else { format!("{what}: {}", parts.join(", ")) }
}

/// `FS02: owner Lars, critical yes`.
pub(super) fn edited(edited: &ComponentEdited) -> String {
    let changes: Vec<String> = edited
        .changes()
        .iter()
        .map(|change| {
            let (from, to) = (change.from.words(), change.to.words());
            let was = if from == "nothing" { String::new() } else { format!("{from} → ") };
            format!("{} {was}{to}", change.to.part().word())
        })
        .collect();
    format!("{}: {}", edited.name, changes.join(", "))
}
