//! The questions of the screens: each a form with its fields, and what becomes of the answer.

use super::{Done, FACES};
use crate::model::refusal::Refusal;
use crate::tui::app::App;
use crate::tui::form::{Ask, Field, Form};
use crate::tui::give::Envelope;

/// A question of a screen: its form and what becomes of the answer.
pub struct Question {
    /// The name its words are kept under while they are not on record: one word, once in casebook.
    pub name: &'static str,
    /// What it is a draft of, in words: `a measure`.
    pub spoken: &'static str,
    /// Title of the form. `about` is what the question was opened with: an id, or nothing.
    pub title: fn(&App, &str) -> Result<String, Refusal>,
    /// What one should know while answering, a sentence each.
    pub about: fn(&App, &str) -> Vec<String>,
    pub fields: fn(&App, &str) -> Result<Vec<Field>, Refusal>,
    /// Reads the answer and gives it; who and when are in the envelope already.
    pub answer: fn(&mut App, &Form, &str, Envelope) -> Done,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Question {}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The question of this name.
pub fn question(name: &str) -> Option<&'static Question> {
    FACES.iter().flat_map(|face| face.questions).find(|question| question.name == name)
}

impl App {
    /// Opens a question of a screen, about a thing or about nothing.
    ///
    /// # Errors
    /// Refuses a question about a thing that is gone.
    pub fn open_question(&mut self, name: &'static str, about: &str) -> Done {
        let question =
            question(name).ok_or_else(|| Refusal::misused(format!("There is no form {name:?}.")))?;
        self.open_form(Ask::Of(question, about.to_owned()))
    }
}
