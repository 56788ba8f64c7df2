//! One form for every question: fields, the one in hand, and what is wrong with an answer.

use chrono::{DateTime, Utc};

use super::input::Input;
use super::screens::Question;
use crate::model::id::{LineId, NounId};
use crate::model::lifecycle::Gate;
use crate::model::refusal::Refusal;
use crate::model::time::{self, Happened, Sense, Zone};

/// What a form asks for; its answer becomes one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Name, role and zone, at the first start.
    Welcome,
    /// A new incident.
    New,
    Severity,
    /// Title, types, determination, TLP, signal, posture, lead, acknowledge.
    Head,
    /// Who approved: the task, else the move into this visit.
    Approval(Option<NounId>),
    AddTask,
    DoneBy(NounId),
    /// Somebody else has it: take it from them?
    Take(NounId),
    Block(NounId),
    Waive(NounId),
    Reopen(NounId),
    Assign(NounId),
    Due(NounId),
    Correct(LineId),
    Signal,
    Acknowledge,
    Determine,
    Posture,
    /// What a phase move asks; lives in the phase dialog.
    Phase,
    /// A question of a screen, and what it is about: an id, or nothing.
    Of(&'static Question, String),
}

/// Which question a field answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    Name,
    Role,
    Zone,
    Title,
    Summary,
    Types,
    Severity,
    Functional,
    Information,
    Recoverability,
    Modifiers,
    Reason,
    Tlp,
    Lead,
    Acknowledge,
    Determination,
    Posture,
    Source,
    Signal,
    Ref,
    Text,
    Who,
    When,
    Due,
    How,
    State,
    Required,
    Category,
    Component,
    Disposition,
    DuplicateOf,
    /// Who accepts what this gate says, and why.
    Accept(Gate),
    ApprovedBy,
    ApprovedHow,
    ApprovedWhen,
    /// Earlier ticks that still hold.
    Holds,
    /// Own incidents or the demo, at the first start.
    Start,
    /// A field of a screen's question, by its name there.
    Of(&'static str),
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    /// The word on disk.
    pub id: String,
    pub label: String,
    /// What it means, a sentence; may be empty.
    pub note: String,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// One line of text.
    Line(Input),
    /// Several lines of text.
    Text(Input),
    /// A time as people type it, read again and echoed with each letter.
    Time(Input, Sense),
    /// One of several, or none yet.
    Choice { options: Vec<Opt>, at: Option<usize> },
    /// Any of several; `at` is the one in hand.
    Checks { options: Vec<(Opt, bool)>, at: usize },
}

/// A question and its answer.
#[derive(Clone, Debug)]
pub struct Field {
    pub slot: Slot,
    pub label: String,
    /// Shown while the field is empty: what may be left out, and what then holds.
    pub hint: String,
    pub value: Value,
}

/// A question with one or more fields.
#[derive(Clone, Debug)]
pub struct Form {
    pub ask: Ask,
    pub title: String,
    /// What one should know while answering, a sentence each.
    pub about: Vec<String>,
    pub fields: Vec<Field>,
    /// The field in hand.
    pub at: usize,
    /// Why it was not accepted: shown until the next key.
    pub wrong: Option<Refusal>,
    /// The letters typed so far of the answer one chooses in the field in hand.
    pub(super) word: String,
    /// What stood in the fields when the form was made.
    pub(super) began: Vec<(String, String)>,
}

impl Form {
    pub fn new(ask: Ask, title: impl Into<String>) -> Self {
        let (about, fields, began) = (Vec::new(), Vec::new(), Vec::new());
        Self { ask, title: title.into(), about, fields, at: 0, wrong: None, word: String::new(), began }
    }

    /// Whether anything was typed or chosen.
    pub fn touched(&self) -> bool {
        self.words() != self.began
    }

    pub fn field(&self, slot: Slot) -> Option<&Field> {
        self.fields.iter().find(|field| field.slot == slot)
    }

    /// The words in a text field, trimmed; `None` where there are none.
    pub fn said(&self, slot: Slot) -> Option<String> {
        match &self.field(slot)?.value {
            Value::Line(input) | Value::Text(input) | Value::Time(input, _) => {
                Some(input.value().trim().to_owned()).filter(|words| !words.is_empty())
            }
            Value::Choice { .. } | Value::Checks { .. } => None,
        }
    }

    /// The answer chosen.
    pub fn chosen(&self, slot: Slot) -> Option<&str> {
        match &self.field(slot)?.value {
            Value::Choice { options, at } => at.map(|at| options[at].id.as_str()),
            _ => None,
        }
    }

    /// The answers checked.
    pub fn checked(&self, slot: Slot) -> Vec<String> {
        match self.field(slot).map(|field| &field.value) {
            Some(Value::Checks { options, .. }) => {
                options.iter().filter(|(_, on)| *on).map(|(option, _)| option.id.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The time typed; `None` where none was.
    ///
    /// # Errors
    /// Words that are no time.
    pub fn time(&self, slot: Slot, now: DateTime<Utc>, zone: &Zone) -> Result<Option<Happened>, Refusal> {
        match self.field(slot).map(|field| &field.value) {
            Some(Value::Time(input, sense)) if !input.value().trim().is_empty() => {
                time::read(&input.value(), now, zone, *sense).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Puts the keys on a field.
    pub fn go(&mut self, slot: Slot) {
        self.at = self.fields.iter().position(|field| field.slot == slot).unwrap_or(self.at);
    }
}

impl Field {
    /// What a time field understands of what stands in it: `03:09 +01:00 (4 min ago)`, or why not.
    /// `None` for other fields and for empty ones.
    pub fn echo(&self, now: DateTime<Utc>, zone: &Zone) -> Option<Result<String, Refusal>> {
        let Value::Time(input, sense) = &self.value else { return None };
        let words = input.value();
        if words.trim().is_empty() {
            return None;
        }
        Some(time::read(&words, now, zone, *sense).map(|read| time::echo(&read, now, zone)))
    }
}
