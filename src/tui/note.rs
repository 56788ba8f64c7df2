//! The note line: one entry as it is typed, with a live echo of when it happened and what it names.

use chrono::{DateTime, Utc};

use super::input::Input;
use crate::incident::Incident;
use crate::model::entry::LogKind;
use crate::model::refusal::Refusal;
use crate::model::time::{self, Happened, Place, Sense, Zone, split_at_time};

/// An entry being typed.
#[derive(Clone, Debug)]
pub struct Note {
    pub input: Input,
    pub kind: LogKind,
    /// The line stays open after each entry until an empty one.
    pub scribe: bool,
    /// Entries saved since the line was opened.
    pub saved: usize,
    pub wrong: Option<Refusal>,
}

/// What the note line understands of what is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Echo {
    /// The time said with `@`, `None` for now, or why it is no time.
    pub happened: Result<Option<Happened>, Refusal>,
    /// The text that will be recorded, without the time.
    pub text: String,
    /// Components named in the text.
    pub components: Vec<String>,
}

impl Note {
    pub fn new(scribe: bool) -> Self {
        Self { input: Input::text(""), kind: LogKind::Note, scribe, saved: 0, wrong: None }
    }

    /// What would be recorded if it were saved at `now`.
    pub fn echo(&self, incident: &Incident, now: DateTime<Utc>, zone: &Zone) -> Echo {
        let typed = self.input.value();
        let (happened, text) = match split_at_time(&typed, Place::StartOrEnd) {
            Some(at) => (time::read(at.words, now, zone, Sense::Fact).map(Some), at.rest.to_string()),
            None => (Ok(None), typed),
        };
        let named = |name: &str| {
            text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c))
                .any(|word| word.trim_end_matches('.').eq_ignore_ascii_case(name))
        };
        let components = incident.components().filter(|c| named(&c.name)).map(|c| c.name.clone()).collect();
        Echo { happened, text, components }
    }
}
