//! A case of another program, told piece by piece: what TheHive and Aurora files have in common.

use std::ops::ControlFlow;

use serde_json::Value;

use super::intake::json::{at, text};
use super::intake::{Act, Arriving, Piece, Place, Reading, Sink, moment};
use crate::incident::command::{AddTask, Command};
use crate::incident::moves::Go;
use crate::model::component::{AddComponent, Details as ComponentDetails, Stage};
use crate::model::entry::{LogKind, Logged};
use crate::model::head::Open;
use crate::model::indicator::{Adding, Details, detect};
use crate::model::phase::Phase;
use crate::model::text::SUMMARY;
use crate::model::time::Happened;
use crate::verb::{Change, Indicating};

/// The longest case file, in bytes: 64 MiB.
pub(super) const LONGEST: usize = 64 << 20;
/// The longest text of an entry, in characters; more of it goes into the next one.
const TEXT: usize = 4_000;

/// Tells a case to whoever takes it in.
pub(super) struct Teller<'a, 'r, 's> {
    pub(super) place: Place,
    pub(super) reading: &'a Reading<'r>,
    pub(super) sink: &'a mut Sink<'s>,
}

impl Teller<'_, '_, '_> {
    /// The case itself; what follows is about it.
    pub(super) fn open(&mut self, key: String, open: Open) -> ControlFlow<()> {
        let arriving = Arriving { place: self.place.clone(), key, at: None, open };
        (self.sink)(Piece::Incident(Box::new(arriving)))
    }

    /// When a record says it happened: milliseconds since 1970, or a text. A time that is none is refused by
    /// its field, and what it stands beside is kept without it.
    pub(super) fn when(&mut self, field: &str, record: &Value, key: &str) -> Option<Happened> {
        let words = match at(record, key)? {
            Value::Number(number) => number.to_string(),
            Value::String(words) if !words.trim().is_empty() => words.trim().to_owned(),
            _ => return None,
        };
        match moment::read(&words, self.reading) {
            Ok(at) => Some(at),
            Err(why) => {
                let place = self.place.column(format!("{field}.{key}"));
                let _ = (self.sink)(Piece::Refused { place, why });
                None
            }
        }
    }

    fn say(
        &mut self,
        field: &str,
        at: Option<Happened>,
        who: Option<&str>,
        change: Change,
    ) -> ControlFlow<()> {
        let mut act = Act::new(self.place.column(field), change);
        act.at = at;
        act.who = who.map(str::to_owned);
        (self.sink)(Piece::Act(Box::new(act)))
    }

    /// An entry of the log; blank words are none.
    pub(super) fn entry(
        &mut self,
        field: &str,
        (kind, words): (LogKind, &str),
        at: Option<Happened>,
        who: Option<&str>,
    ) -> ControlFlow<()> {
        if words.trim().is_empty() {
            return ControlFlow::Continue(());
        }
        for text in parts(words) {
            let logged = Logged { kind, text, ..Logged::default() };
            self.say(field, at.clone(), who, Command::Log(logged).into())?;
        }
        ControlFlow::Continue(())
    }

    pub(super) fn component(
        &mut self,
        field: &str,
        (name, kind, stage): (&str, &str, Stage),
        note: &str,
    ) -> ControlFlow<()> {
        let note = Some(short(note, 400)).filter(|note| !note.trim().is_empty());
        let details = ComponentDetails { note, ..ComponentDetails::default() };
        let add = AddComponent { details, ..AddComponent::new(short(name, 80), kind, stage) };
        self.say(field, None, None, Command::AddComponent(add).into())
    }

    /// An indicator, if it is one; anything else is refused by its field.
    pub(super) fn indicator(&mut self, field: &str, value: &str, note: &str) -> ControlFlow<()> {
        let found = match detect(value) {
            Ok(found) => found,
            Err(why) => {
                let why = format!(
                    "{} is no indicator: {}",
                    crate::model::text::quoted(&short(value, 60)),
                    why.words()
                );
                return (self.sink)(Piece::Refused { place: self.place.column(field), why });
            }
        };
        let note = Some(short(note, 400)).filter(|note| !note.trim().is_empty());
        let adding = Adding {
            kind: found.kind,
            value: found.value,
            own: Some(Box::new(Details { note, ..Details::default() })),
        };
        let change =
            Indicating::Add { indicators: vec![adding], with: Details::default(), components: Vec::new() };
        self.say(field, None, None, Change::Indicator(change))
    }

    /// A task of one's own in the current visit.
    pub(super) fn task(
        &mut self,
        field: &str,
        title: &str,
        more: &str,
        assignee: Option<&str>,
    ) -> ControlFlow<()> {
        let add = AddTask {
            title: short(&flat(title), 180),
            text: Some(short(more, TEXT)).filter(|more| !more.trim().is_empty()),
            assignee: assignee.map(str::to_owned),
            ..AddTask::default()
        };
        self.say(field, None, None, Command::AddTask(add).into())
    }

    /// The case was over before it came: it is closed by a dismissal that says so.
    pub(super) fn over(&mut self, field: &str, disposition: &str, reason: String) -> ControlFlow<()> {
        let go = Go {
            reason: Some(reason),
            category: Some("nothing-to-do".to_owned()),
            disposition: Some(disposition.to_owned()),
            ..Go::to(Phase::Preparation)
        };
        self.say(field, None, None, Command::Go(go).into())
    }
}

/// A text as a summary, which has room for 2 KiB; where that is too little the text itself, which belongs whole
/// into the log.
pub(super) fn summary(words: &str) -> (Option<String>, Option<&str>) {
    let words = words.trim();
    if words.is_empty() {
        return (None, None);
    }
    if let Ok(fits) = SUMMARY.clean(words) {
        return (Some(fits), None);
    }
    // Whatever the characters are, so many of them fit.
    (Some(short(words, SUMMARY.most / 4 - 1)), Some(words))
}

/// A text in parts of which each is one entry of the log.
pub(super) fn parts(words: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = words.trim();
    while let Some((end, _)) = rest.char_indices().nth(TEXT) {
        let late = |at: &usize| *at > end / 2;
        let gap = rest[..end].rfind('\n').filter(late);
        let end = gap.or_else(|| rest[..end].rfind(char::is_whitespace).filter(late)).unwrap_or(end);
        parts.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    parts.extend(Some(rest.to_owned()).filter(|rest| !rest.is_empty()));
    parts
}

/// At most so many characters, with a mark where some are missing.
pub(super) fn short(words: &str, most: usize) -> String {
    let words = words.trim();
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words.to_owned(),
    }
}

/// On one line.
pub(super) fn flat(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The texts of some fields with their names before them: `path C:\\x · host FS01`.
pub(super) fn fields(record: &Value, named: &[(&str, &str)]) -> String {
    let one = |(key, name): &(&str, &str)| {
        let value = match at(record, key)? {
            Value::Number(number) => number.to_string(),
            _ => text(record, key)?.to_owned(),
        };
        Some(if name.is_empty() { value } else { format!("{name} {value}") })
    };
    named.iter().filter_map(one).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
pub(super) mod tests;
