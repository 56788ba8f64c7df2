//! Lessons and improvement actions in an incident: judged, made, asked about, and taken over by the next
//! Preparation.

mod document;
mod fold;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use std::cmp::Reverse;

use super::Incident;
use super::event::Event;
use crate::model::desk::Desk;
use crate::model::id::NounId;
use crate::model::lesson::{
    AddImprovement, Carried, Command, Improvement, ImprovementAdded, ImprovementChanged, Lesson,
    MOST_CARRIED, next_number, said,
};
use crate::model::refusal::Refusal;
use crate::model::task::{NewTask, Origin};
use crate::model::text;

pub use document::{ImprovementDocument, LessonDocument};
pub(super) use fold::settings;
pub(super) use words::{added, changed};

/// Questions people and screens ask.
impl Incident {
    /// Lessons that were not taken back, in the order of their lines.
    pub fn lessons(&self) -> impl Iterator<Item = &Lesson> {
        self.lessons.iter().filter(|lesson| !lesson.undone)
    }

    /// Improvement actions that were not taken back, in the order of their lines.
    pub fn improvements(&self) -> impl Iterator<Item = &Improvement> {
        self.improvements.iter().filter(|action| !action.undone)
    }

    pub fn lesson(&self, id: &NounId) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.id == *id)
    }

    pub fn improvement(&self, id: &NounId) -> Option<&Improvement> {
        self.improvements.iter().find(|action| action.id == *id)
    }

    pub(super) fn improvement_mut(&mut self, id: &NounId) -> Option<&mut Improvement> {
        self.improvements.iter_mut().find(|action| action.id == *id)
    }

    /// `L-1`; where two stores gave the same number, with two letters of the id: `L-1·k7`.
    pub fn lesson_number(&self, lesson: &Lesson) -> String {
        let twice = self.lessons.iter().any(|it| it.number == lesson.number && it.id != lesson.id);
        shown(&lesson.number, &lesson.id, twice)
    }

    /// `A-3`; where two stores gave the same number, with two letters of the id: `A-3·k7`.
    pub fn action_number(&self, action: &Improvement) -> String {
        let twice = self.improvements.iter().any(|it| it.number == action.number && it.id != action.id);
        shown(&action.number, &action.id, twice)
    }

    /// The open improvement actions, as the next Preparation takes them over.
    pub fn carried(&self) -> impl Iterator<Item = Carried> + '_ {
        self.improvements.iter().filter(|action| action.open()).map(|action| Carried {
            incident: self.id,
            incident_number: self.number.clone(),
            incident_title: self.title().to_owned(),
            number: self.action_number(action),
            id: action.id.clone(),
            title: action.title.clone(),
            owner: action.owner().map(str::to_owned),
            due: action.due(),
            success: action.success.clone(),
        })
    }
}

fn shown(number: &str, id: &NounId, twice: bool) -> String {
    match twice {
        true => format!("{number}·{}", id.as_str().chars().take(2).collect::<String>()),
        false => number.to_owned(),
    }
}

/// Judgement.
impl Incident {
    pub(super) fn decide_lesson(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Record(record) => {
                let given = self.lessons.iter().map(|lesson| lesson.number.as_str());
                let given = given.chain(self.gone_numbers());
                Some(record.judged(desk.id(0), next_number("L-", given))?.into())
            }
            Command::Add(add) => Some(self.add_improvement(add, desk)?.into()),
            Command::Set(set) => self.known_action(&set.improvement)?.decide_set(set)?.map(Event::from),
            Command::Assign { improvement, to } => {
                let action = self.known_action(improvement)?;
                let event = action.decide_owner(to.as_deref())?;
                event
                    .map(|event| self.ticking(event, to.is_some() && action.due().is_some()))
                    .map(Event::from)
            }
            Command::Due { improvement, to } => {
                let action = self.known_action(improvement)?;
                let event = action.decide_due(*to);
                event
                    .map(|event| self.ticking(event, to.is_some() && action.owner().is_some()))
                    .map(Event::from)
            }
        })
    }

    fn known_action(&self, id: &NounId) -> Result<&Improvement, Refusal> {
        self.improvement(id).filter(|action| !action.undone).ok_or_else(|| {
            Refusal::refused("No such improvement action in this incident.")
                .hint("casebook improve list -i INCIDENT shows them.")
        })
    }

    fn add_improvement(&self, add: &AddImprovement, desk: &Desk<'_>) -> Result<ImprovementAdded, Refusal> {
        let lesson = add.lesson.as_ref().map(|id| {
            let known = self.lesson(id).filter(|lesson| !lesson.undone);
            known.map(|lesson| lesson.id.clone()).ok_or_else(|| {
                Refusal::refused("No such lesson in this incident.").hint("casebook lesson list shows them.")
            })
        });
        let owner = said(add.owner.as_deref(), text::name)?;
        let owned = owner.is_some() && add.due.is_some();
        let given = self.improvements.iter().map(|action| action.number.as_str());
        Ok(ImprovementAdded {
            id: desk.id(0),
            number: next_number("A-", given.chain(self.gone_numbers())),
            title: text::title(&add.title)?,
            lesson: lesson.transpose()?,
            success: said(add.success.as_deref(), text::reason)?,
            owner,
            due: add.due,
            ticks: if owned { self.ticked_by("improvement") } else { Vec::new() },
        })
    }

    /// An action that has its owner and its due date now does the task that asks for one.
    fn ticking(&self, event: ImprovementChanged, owned: bool) -> ImprovementChanged {
        let ticks = if owned { self.ticked_by("improvement") } else { Vec::new() };
        ImprovementChanged { ticks, ..event }
    }

    /// What a Preparation of this incident takes over: its own actions as they stand here, and those of others.
    pub(super) fn to_carry_over(&self, store: &[Carried]) -> Vec<Carried> {
        self.carried().chain(store.iter().filter(|it| it.incident != self.id).cloned()).collect()
    }
}

/// The tasks a Preparation begins with for open improvement actions, after `before` tasks of its own: the
/// earliest due first, those without a due time last.
pub(super) fn carried_over(open: &[Carried], desk: &Desk<'_>, before: usize) -> Vec<NewTask> {
    let mut open: Vec<&Carried> = open.iter().collect();
    open.sort_by_key(|it| (it.due.is_none(), it.due, Reverse(&it.incident_number), &it.number));
    let first = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
    let left = open.len().saturating_sub(MOST_CARRIED);
    let mut tasks: Vec<NewTask> =
        (first..).zip(open.iter().take(MOST_CARRIED)).map(|(k, it)| taken_over(desk.id(k), it)).collect();
    if left > 0 {
        let k = first.saturating_add(u32::try_from(tasks.len()).unwrap_or(u32::MAX));
        tasks.push(NewTask {
            title: format!("Look through {left} more open improvement actions"),
            text: "casebook improve list shows all open improvement actions over all incidents.".to_owned(),
            ..own(desk.id(k))
        });
    }
    tasks
}

fn own(id: NounId) -> NewTask {
    NewTask {
        id,
        playbook_id: None,
        title: String::new(),
        text: String::new(),
        why: String::new(),
        role: String::new(),
        required: false,
        needs_authorisation: false,
        act: None,
        origin: None,
    }
}

fn taken_over(id: NounId, it: &Carried) -> NewTask {
    let origin = Origin {
        incident: it.incident,
        number: it.incident_number.clone(),
        action: it.number.clone(),
        id: it.id.clone(),
        owner: it.owner.clone(),
        due: it.due,
    };
    NewTask {
        title: it.title.clone(),
        text: format!(
            "Improvement action {origin}, agreed in \"{}\". When it is done, say so there too: casebook improve done {} -i {}",
            it.incident_title, it.number, it.incident_number
        ),
        why: "A lesson that changes nothing will be learned again.".to_owned(),
        origin: Some(origin),
        ..own(id)
    }
}
