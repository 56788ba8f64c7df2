//! The questions of the documents: to whom one was given, and into which file it goes.

use std::path::PathBuf;

use super::{Done, Paper, kept};
use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::sitrep::{self, Give};
use crate::model::time::{self, Sense};
use crate::store::outgoing::marked;
use crate::tui::app::App;
use crate::tui::ask::{line, time as time_field};
use crate::tui::form::{Form, Slot};
use crate::tui::give::{self, Envelope};
use crate::tui::leaving;
use crate::tui::msg::Effect;
use crate::tui::screens::{Key, Question};
use crate::verb::Leave;

pub(super) const GIVEN: &str = "sitrep-given";
pub(super) const WRITE: &str = "report-write";

const TO: Slot = Slot::Of("to");
const JUDGEMENT: Slot = Slot::Of("judgement");
const NEXT: Slot = Slot::Of("next");
const PATH: Slot = Slot::Of("path");

pub(super) const ALL: &[Question] = &[
    Question {
        name: GIVEN,
        spoken: "a SITREP that was given",
        title: |app, _| {
            let number = app.incident().map_or(1, |incident| incident.next_sitrep_number());
            Ok(format!("{} was given", sitrep::label(number)))
        },
        about: |_, _| {
            vec!["Its text is kept as it stands when you save; what was said is not taken back.".to_owned()]
        },
        fields: |app, _| {
            let last = app.incident().and_then(|incident| incident.last_sitrep());
            let to = last.map_or("", |last| last.to.as_str());
            let how = last.and_then(|last| last.how.as_deref()).unwrap_or_default();
            let next = app.incident().and_then(|incident| incident.sitrep_after(app.now));
            let next = next.map_or_else(
                || "on change".to_owned(),
                |next| {
                    format!("{}, as promised or as the severity asks", time::when(next, app.now, &app.zone()))
                },
            );
            Ok(vec![
                line(TO, "To", "needed: who heard it", to),
                line(Slot::How, "How", "phone, mail, in the bridge", how),
                line(JUDGEMENT, "You judge", "optional: one line of your own", ""),
                time_field(NEXT, "Next one", &next, Sense::Due),
                line(Slot::Who, "Given by", "me", ""),
                time_field(Slot::When, "When", "now", Sense::Fact),
            ])
        },
        answer: given,
    },
    Question {
        name: WRITE,
        spoken: "where a document goes",
        title: |_, about| {
            Ok(format!(
                "Write the {} to a file",
                Paper::of(&Key::Word(about.to_owned())).map_or("text", Paper::word)
            ))
        },
        about: |_, _| vec!["The file must be new; it is yours alone to read.".to_owned()],
        fields: |app, about| {
            let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
            let number = match (about, kept(incident, &key_of(about))) {
                ("sitrep", _) => Some(incident.next_sitrep_number()),
                (_, kept) => kept.map(|kept| kept.number),
            };
            let word = match about {
                "report" | "handover" => about,
                _ if number.is_some() => "sitrep",
                _ => "handover",
            };
            let ending = if about == "report" { "html" } else { "txt" };
            let number = number.map(|number| format!("-{number}")).unwrap_or_default();
            let name = format!("{}-{word}{number}.{ending}", incident.number);
            let path = marked(&PathBuf::from(name), &incident.number);
            Ok(vec![line(PATH, "File", "where it is written", &path.to_string_lossy())])
        },
        answer: |app, form, about, _| {
            let path = form.said(PATH).ok_or_else(|| Refusal::misused("No file is named."))?;
            if about == "report" {
                let leave = Leave { output: Some(PathBuf::from(path)), ..Leave::default() };
                return leaving::report(app, None, &leave);
            }
            let text = super::text(app, &key_of(about)).ok_or_else(|| Refusal::refused("That is gone."))?;
            let number = app.incident().map_or(String::new(), |incident| incident.number.clone());
            Ok(vec![Effect::WriteFile(marked(&PathBuf::from(path), &number), text)])
        },
    },
];

/// The row a question is about.
fn key_of(about: &str) -> Key {
    let word = Key::Word(about.to_owned());
    if Paper::of(&word).is_some() { word } else { Key::Noun(NounId(about.to_owned())) }
}

fn given(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let next = form.time(NEXT, app.now, &app.zone())?.map(|next| next.utc());
    let give = Give {
        to: form.said(TO).ok_or_else(|| {
            Refusal::misused("Nobody is named.").hint("Say who heard or got it: a name, a desk, a list.")
        })?,
        how: form.said(Slot::How),
        judgement: form.said(JUDGEMENT),
        next,
        told: String::new(),
    };
    give::give_all(app, &[Command::Sitrep(sitrep::Command::Give(give))], &envelope)
}
