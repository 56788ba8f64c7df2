//! The facilitator's plan (HSEEP: master scenario events list): every inject and every expected action, and
//! how it stands. Never for players.

use super::play::Play;
use super::scenario::{Action, ActionId, Inject, InjectId, InjectKind, ObjectiveId, Weight};
use crate::model::drill::Came;

/// How an inject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It reached the players in this exercise minute.
    Delivered(u32, Came),
    /// It waits for its time, this exercise minute at the earliest, postponement included.
    Planned(u32),
    /// Its time has come; what it waits for has not.
    Waits(u32),
    /// A facilitator keeps it from the players.
    Withheld,
    /// It can come on other paths only, or the drill has ended without it.
    Off,
}

/// An inject of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: InjectId,
    pub kind: InjectKind,
    /// On some paths only.
    pub branch: bool,
    pub from: String,
    pub subject: Option<String>,
    pub text: String,
    /// What it waits for beside its time, in words.
    pub when: Option<String>,
    /// For the facilitator's eyes.
    pub notes: Option<String>,
    pub progress: Progress,
    /// The letter of the reply that stands.
    pub reply: Option<String>,
}

/// An action the players should take, or must not.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    pub id: ActionId,
    pub title: String,
    pub objective: ObjectiveId,
    /// `None`: it must not happen.
    pub level: Option<Weight>,
    /// The exercise minute at which its window opened, the last one on time, the last one that is late.
    pub window: Option<(u32, u32, u32)>,
    /// The exercise minute at which it was matched.
    pub matched: Option<u32>,
    /// What shows it, in words.
    pub shown_by: String,
}

/// The plan as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Msel {
    pub injects: Vec<Row>,
    pub actions: Vec<Watch>,
}

impl Play {
    /// The plan as it stands at an exercise minute, in the order of the file.
    pub fn msel(&self, minute: u32) -> Msel {
        let injects = self.scenario().injects.iter().map(|inject| self.row_of(inject, minute));
        let actions = self.scenario().actions.iter().map(|action| self.watch(action));
        Msel { injects: injects.collect(), actions: actions.collect() }
    }

    /// An inject of the plan as it stands at an exercise minute, by its id.
    pub fn row(&self, inject: &str, minute: u32) -> Option<Row> {
        self.scenario().inject(inject).map(|inject| self.row_of(inject, minute))
    }

    /// An action of the plan as it stands, by its id.
    pub fn watched(&self, action: &str) -> Option<Watch> {
        self.scenario().action(action).map(|action| self.watch(action))
    }

    fn row_of(&self, inject: &Inject, minute: u32) -> Row {
        let message = self.drill().and_then(|drill| drill.message(inject.id.as_str()));
        let reply = message.and_then(|message| message.reply.as_ref());
        Row {
            id: inject.id.clone(),
            kind: inject.kind,
            branch: inject.branch,
            from: inject.from.clone(),
            subject: inject.subject.clone(),
            text: inject.text.clone(),
            when: inject.when.as_ref().map(ToString::to_string),
            notes: inject.facilitator.clone(),
            progress: self.progress(inject, minute),
            reply: reply.map(|(_, reply)| reply.option.clone()),
        }
    }

    fn progress(&self, inject: &Inject, minute: u32) -> Progress {
        let message = self.drill().and_then(|drill| drill.message(inject.id.as_str()));
        if let Some(message) = message {
            return Progress::Delivered(message.minute, message.what.came);
        }
        if self.withheld(inject) {
            return Progress::Withheld;
        }
        let at = inject.at_min.saturating_add(self.postponed());
        match () {
            () if self.ended() || at >= self.scenario().clock.end_min => Progress::Off,
            () if at > minute => Progress::Planned(at),
            () if inject.branch => Progress::Off,
            () => Progress::Waits(at),
        }
    }

    fn watch(&self, action: &Action) -> Watch {
        let (level, window) = match action {
            Action::Harmful(_) => (None, None),
            Action::Expected(expected) => {
                let window = self.opened(expected).map(|from| {
                    let until = |min| from.saturating_add(min);
                    (from, until(expected.window.target_min), until(expected.window.limit_min))
                });
                (Some(expected.level), window)
            }
        };
        Watch {
            id: action.id().clone(),
            title: action.title().to_owned(),
            objective: action.objective().clone(),
            level,
            window,
            matched: self.matched(action.id().as_str()),
            shown_by: action.matches().to_string(),
        }
    }
}
