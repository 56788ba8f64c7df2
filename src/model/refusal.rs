//! Why a command was not carried out: what is missing, and the next thing to do.

use std::fmt;

pub use super::text::quoted;

/// What sort of "no" it is; the shell's exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The words could not be understood (exit code 2).
    Misused,
    /// The incident's own rules say no (exit code 3).
    Refused,
}

/// A command judged and not carried out. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    /// One sentence: what, and which.
    pub message: String,
    /// What to do next, if there is something: often the exact line to type.
    pub hint: Option<String>,
}

impl Refusal {
    /// The incident's rules say no.
    pub fn refused(message: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, message: message.into(), hint: None }
    }

    /// The words could not be understood.
    pub fn misused(message: impl Into<String>) -> Self {
        Self { kind: Kind::Misused, message: message.into(), hint: None }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
