//! Questions: asked with an inject, open until ENDEX, never stopping the clock.

use serde::{Deserialize, Serialize};

use super::{InjectId, ObjectiveId, OptionId, QuestionId};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: QuestionId,
    /// Asked when this is delivered.
    pub after: InjectId,
    pub objective: ObjectiveId,
    pub kind: QuestionKind,
    pub text: String,
    /// Its weight among the questions, 1 to 3.
    pub points: u32,
    /// In the order shown.
    pub options: Vec<Choice>,
}

impl Question {
    pub fn option(&self, id: &str) -> Option<&Choice> {
        self.options.iter().find(|option| option.id == id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// One right option.
    Single,
    /// Every right option.
    Multi,
    /// All options in the right order.
    Order,
}

impl QuestionKind {
    /// What is asked for, in words.
    pub fn word(self) -> &'static str {
        match self {
            QuestionKind::Single => "one letter",
            QuestionKind::Multi => "every right letter",
            QuestionKind::Order => "all letters in order",
        }
    }
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub id: OptionId,
    pub text: String,
    /// For single and multi.
    #[serde(default)]
    pub correct: Option<bool>,
    /// For order: the right position, 1 first.
    #[serde(default)]
    pub rank: Option<u32>,
    /// Why it is right or wrong, or why it stands here.
    pub rationale: String,
}

/// What an option is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Right,
    Wrong,
    /// The right position in an order, 1 first.
    Rank(u32),
}

impl Choice {
    /// What it is worth; one that says nothing is wrong, and the check refuses it.
    pub fn key(&self) -> Key {
        match (self.rank, self.correct) {
            (Some(rank), _) => Key::Rank(rank),
            (None, Some(true)) => Key::Right,
            (None, _) => Key::Wrong,
        }
    }
}
