//! The note line: one entry as it is typed, with a live echo of when it happened and what it names.

use chrono::{DateTime, Utc};

use super::app::{App, OnScreen};
use super::board::Step;
use super::give::{self, Envelope};
use super::input::Input;
use super::modal::Modal;
use super::msg::Effect;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::entry::{LogKind, Logged};
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

    /// Goes on to the next kind, or back.
    pub fn turn_kind(&mut self, to: Step) {
        let n = LogKind::ALL.len();
        let at = LogKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        self.kind = LogKind::ALL[if to == Step::After { at + 1 } else { at + n - 1 } % n];
    }

    /// What would be recorded if it were saved at `now`.
    pub fn echo(&self, incident: &Incident, now: DateTime<Utc>, zone: &Zone) -> Echo {
        let typed = self.input.value();
        let (happened, text) = match split_at_time(&typed, Place::StartOrEnd) {
            Some(at) => (time::read(at.words, now, zone, Sense::Fact).map(Some), at.rest.to_owned()),
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

impl App {
    /// Opens the note line with the words that were typed for it before.
    pub fn open_note(&mut self, mut note: Note) {
        if let Some(words) = self.drafts.remove("note") {
            note.set_words(&words);
        }
        self.modals.push(Modal::Note(note));
    }

    /// What the note line on top understands.
    pub fn note_echo(&self) -> Option<Echo> {
        match (self.top()?, self.incident()?) {
            (Modal::Note(note), incident) => Some(note.echo(incident, self.now, &self.zone())),
            _ => None,
        }
    }
}

/// Saves the entry on the note line. An empty one closes it.
pub fn save(app: &mut App) -> Result<Vec<Effect>, Refusal> {
    let echo = app.note_echo();
    let Some(Modal::Note(note)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    if note.input.continued() {
        return Ok(Vec::new());
    }
    if note.input.value().trim().is_empty() {
        app.modals.pop();
        return Ok(Vec::new());
    }
    let Some(echo) = echo else { return Err(Refusal::refused("No incident is open.")) };
    let kind = note.kind;
    let words = note.words();
    let given = echo.happened.and_then(|happened| {
        let logged = Logged { kind, text: echo.text, components: echo.components, ..Logged::default() };
        give::give_all(app, &[Command::Log(logged)], &Envelope { who: None, happened })
    });
    let Some(Modal::Note(note)) = app.modals.last_mut() else { return given };
    match given {
        Ok(effects) => {
            note.input.clear();
            note.saved += 1;
            if !note.scribe {
                app.modals.pop();
            }
            app.send_off("note", words);
            Ok(effects)
        }
        Err(refusal) => {
            note.wrong = Some(refusal.on_screen());
            Ok(Vec::new())
        }
    }
}
