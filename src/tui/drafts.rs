//! Words that were typed and are not on record: kept after every batch of input, found again at the start.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::app::{App, Disk, Drafts, Tone};
use super::ask;
use super::form::{Ask, Form, Value};
use super::input::Input;
use super::modal::Modal;
use super::msg::Effect;
use super::note::Note;
use crate::model::entry::LogKind;
use crate::model::id::{LineId, NounId};
use crate::model::refusal::Refusal;
use crate::model::time;

/// The words of one question: which field, what was typed.
pub type Words = Vec<(String, String)>;

/// The question whose words belong to no incident yet.
const NEW: &str = "new";

impl Note {
    /// What was typed, field by field.
    pub fn words(&self) -> Words {
        vec![("text".to_owned(), self.input.value()), ("kind".to_owned(), self.kind.word().to_owned())]
    }

    /// Puts back what was typed.
    pub fn set_words(&mut self, words: &Words) {
        for (field, words) in words {
            match field.as_str() {
                "text" => self.input.paste(words),
                "kind" => {
                    let kind = LogKind::ALL.into_iter().find(|kind| kind.word() == words);
                    self.kind = kind.unwrap_or(self.kind);
                }
                _ => {}
            }
        }
    }
}

impl Form {
    /// What was typed and chosen, field by field.
    pub fn words(&self) -> Words {
        let of = |value: &Value| match value {
            Value::Line(input) | Value::Text(input) | Value::Time(input, _) => input.value(),
            Value::Choice { options, at } => at.map_or(String::new(), |at| options[at].id.clone()),
            Value::Checks { options, .. } => {
                let on = options.iter().filter(|(_, on)| *on).map(|(option, _)| option.id.as_str());
                on.collect::<Vec<_>>().join(",")
            }
        };
        self.fields.iter().map(|field| (field.slot.key(), of(&field.value))).collect()
    }

    /// Puts back what was typed and chosen, as far as the form still asks for it.
    pub fn set_words(&mut self, words: &Words) {
        for (slot, words) in words {
            let Some(field) = self.fields.iter_mut().find(|field| field.slot.key() == *slot) else {
                continue;
            };
            match &mut field.value {
                Value::Line(input) | Value::Text(input) | Value::Time(input, _) => {
                    *input = if input.many() { Input::text(words) } else { Input::line(words) };
                }
                Value::Choice { options, at } => {
                    *at = options.iter().position(|option| option.id == *words);
                }
                Value::Checks { options, .. } => {
                    let on: Vec<&str> = words.split(',').collect();
                    options.iter_mut().for_each(|(option, is)| *is = on.contains(&option.id.as_str()));
                }
            }
        }
    }
}

/// What would be kept of a thing on top: its key and its words, if any were typed.
fn typed(modal: &Modal) -> Option<(String, Words)> {
    match modal {
        Modal::Note(note) => {
            (!note.input.value().trim().is_empty()).then(|| ("note".to_owned(), note.words()))
        }
        Modal::Form(form) => form.touched().then(|| (form.ask.key(), form.words())),
        Modal::Phase(dialog) => {
            let words = dialog.words();
            words.iter().any(|(_, words)| !words.is_empty()).then(|| ("phase".to_owned(), words))
        }
        _ => None,
    }
}

impl App {
    /// Something on top was left: its words wait for the next time.
    pub fn put_aside(&mut self, modal: &Modal) {
        if let Some((key, words)) = typed(modal) {
            self.drafts.insert(key, words);
            self.say(Tone::Told, "Your words are kept; the same key brings them back.");
        }
    }

    /// Puts the words typed before into a form.
    pub fn recall(&mut self, form: &mut Form) {
        if let Some(words) = self.drafts.remove(&form.ask.key()) {
            form.set_words(&words);
        }
    }

    /// Words became lines that are on their way to the disk; they stay with the drafts until they arrive.
    pub fn send_off(&mut self, key: &str, words: Words) {
        self.outbox.push((key.to_owned(), words));
    }

    /// Gives out the drafts to be kept, if they changed.
    pub fn keep_words(&mut self) -> Vec<Effect> {
        if matches!(self.disk, Disk::Saved(_) | Disk::Quiet) {
            self.outbox.clear();
        }
        let mut all: Drafts = self.drafts.clone();
        for (key, words) in &self.outbox {
            let numbered = |k: usize| if k == 1 { key.clone() } else { format!("{key} ({k})") };
            let free = (1..=all.len() + 1).map(numbered).find(|key| !all.contains_key(key));
            all.extend(free.map(|key| (key, words.clone())));
        }
        let reading = self
            .hashing
            .as_ref()
            .filter(|it| self.case.as_ref().is_some_and(|case| case.incident.id == it.incident));
        all.extend(reading.and_then(|it| it.words()).cloned());
        all.extend(self.modals.iter().filter_map(typed));
        let new = all.remove(NEW);
        let text = |drafts: &Drafts| (!drafts.is_empty()).then(|| json(drafts));
        let case = text(&all);
        let new = new.map(|words| json(&BTreeMap::from([(NEW.to_owned(), words)])));
        let id = self.case.as_ref().map(|case| case.incident.id);
        let mut effects = Vec::new();
        if let Some(id) = id.filter(|_| case != self.kept.0) {
            effects.push(Effect::SaveDraft { incident: Some(id), text: case.clone() });
            self.kept.0 = case;
        }
        if new != self.kept.1 {
            effects.push(Effect::SaveDraft { incident: None, text: new.clone() });
            self.kept.1 = new;
        }
        effects
    }

    /// Drafts that were left behind were found.
    pub fn found(&mut self, drafts: Vec<(Option<Uuid>, String)>) {
        let open = self.case.as_ref().map(|case| case.incident.id);
        for (incident, text) in drafts {
            let read: Option<Drafts> = serde_json::from_str(&text).ok();
            if incident.is_some() && incident != open {
                continue;
            }
            let Some(read) = read else { continue };
            let names: Vec<String> = read.keys().map(|key| ask::spoken(key)).collect();
            self.drafts.extend(read);
            self.say(
                Tone::Told,
                format!("Found what you were typing ({}); 0 brings it back.", names.join(", ")),
            );
        }
    }

    /// Opens again what was being typed.
    ///
    /// # Errors
    /// Refuses when what it was about is gone.
    pub fn reopen_draft(&mut self, key: &str) -> Result<Vec<Effect>, Refusal> {
        if key.starts_with("note") {
            let words = self.drafts.remove(key).unwrap_or_default();
            let mut note = Note::new(false);
            note.set_words(&words);
            self.modals.push(Modal::Note(note));
            return Ok(Vec::new());
        }
        if key == "phase" {
            return self.open_phase(None);
        }
        match Ask::read(key) {
            Some(ask) => self.open_form(ask),
            None => {
                self.drafts.remove(key);
                Err(Refusal::refused(format!("The words of {key:?} belong to nothing that is still here.")))
            }
        }
    }

    /// What quitting would leave undone, a sentence each.
    pub fn losses(&self) -> Vec<String> {
        let mut losses = Vec::new();
        if let Disk::NotSaved(n, why) = &self.disk {
            losses.push(format!("{n} {} not saved: {why}.", if *n == 1 { "line is" } else { "lines are" }));
        }
        let taking = |name| format!("{name} is being recorded; not all of it may be by now.");
        losses.extend(self.taking_in.as_ref().map(taking));
        losses.extend(self.hashing.as_ref().map(super::hashing::Hashing::loss));
        let zone = self.zone();
        for timer in self.own_timers() {
            let rings = timer.due().map(|due| time::when(due, self.now, &zone)).unwrap_or_default();
            losses.push(format!("{} {} rings {rings}, on open screens only.", timer.label(), timer.text));
        }
        for key in self.drafts.keys() {
            losses
                .push(format!("Words of {} are not on record; they are kept as a draft.", ask::spoken(key)));
        }
        losses
    }
}

fn json(drafts: &Drafts) -> String {
    serde_json::to_string(drafts).expect("words are strings")
}

impl Ask {
    /// The name its words are kept under.
    pub fn key(&self) -> String {
        let about = |word: &str, id: &dyn std::fmt::Display| format!("{word} {id}");
        match self {
            Ask::Welcome => "welcome".to_owned(),
            Ask::New => NEW.to_owned(),
            Ask::Severity => "severity".to_owned(),
            Ask::Head => "head".to_owned(),
            Ask::Approval(None) => "approval".to_owned(),
            Ask::Approval(Some(id)) => about("approval", id),
            Ask::AddTask => "add-task".to_owned(),
            Ask::DoneBy(id) => about("done-by", id),
            Ask::Take(id) => about("take", id),
            Ask::Block(id) => about("block", id),
            Ask::Waive(id) => about("waive", id),
            Ask::Reopen(id) => about("reopen", id),
            Ask::Assign(id) => about("assign", id),
            Ask::Due(id) => about("due", id),
            Ask::Correct(id) => about("correct", id),
            Ask::Signal => "signal".to_owned(),
            Ask::Acknowledge => "acknowledge".to_owned(),
            Ask::Determine => "determine".to_owned(),
            Ask::Posture => "posture".to_owned(),
            Ask::Phase => "phase".to_owned(),
            Ask::Of(question, id) if id.is_empty() => question.name.to_owned(),
            Ask::Of(question, id) => about(question.name, id),
        }
    }

    /// Reads a name back.
    pub fn read(key: &str) -> Option<Ask> {
        let (word, id) = key.split_once(' ').unwrap_or((key, ""));
        let task = || NounId(id.to_owned());
        Some(match word {
            NEW => Ask::New,
            "severity" => Ask::Severity,
            "head" => Ask::Head,
            "approval" => Ask::Approval((!id.is_empty()).then(task)),
            "add-task" => Ask::AddTask,
            "done-by" => Ask::DoneBy(task()),
            "take" => Ask::Take(task()),
            "block" => Ask::Block(task()),
            "waive" => Ask::Waive(task()),
            "reopen" => Ask::Reopen(task()),
            "assign" => Ask::Assign(task()),
            "due" => Ask::Due(task()),
            "correct" => Ask::Correct(id.parse::<LineId>().ok()?),
            "signal" => Ask::Signal,
            "acknowledge" => Ask::Acknowledge,
            "determine" => Ask::Determine,
            "posture" => Ask::Posture,
            word => Ask::Of(super::screens::question(word)?, id.to_owned()),
        })
    }
}

impl super::form::Slot {
    /// The name its words are kept under.
    pub(super) fn key(self) -> String {
        match self {
            super::form::Slot::Accept(gate) => format!("accept {}", gate.id()),
            super::form::Slot::Of(name) => name.to_owned(),
            slot => format!("{slot:?}").to_lowercase(),
        }
    }
}
