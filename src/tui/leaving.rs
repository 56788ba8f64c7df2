//! What leaves from the `:` line on terms of its own, or in the format of another program.

use std::path::PathBuf;

use super::app::{App, Tone};
use super::give::{self, Envelope};
use super::markdown;
use super::modal::{Document, Modal, Page};
use super::msg::Effect;
use super::screens::Done;
use super::screens::report::{self, Paper};
use crate::exchange::{EXPORTS, Export};
use crate::incident::command::Command;
use crate::incident::release::Release;
use crate::model::refusal::{Refusal, quoted};
use crate::model::sitrep;
use crate::report::Clock;
use crate::report::sitrep::Saying;
use crate::verb::{Copy, Form, Leave, Sitrepping};

/// A document that is to leave.
#[derive(Clone)]
pub struct Leaving {
    pub what: What,
    pub terms: Release,
    /// `None`: it is shown.
    pub output: Option<PathBuf>,
    pub copy: Copy,
    pub clock: Clock,
}

impl std::fmt::Debug for Leaving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.what.title())
    }
}

/// Which document.
#[derive(Clone)]
pub enum What {
    Sitrep { judgement: Option<String> },
    Handover,
    Report(Form),
    Export(&'static Export),
}

impl What {
    /// For the head of a page.
    pub fn title(&self) -> &'static str {
        match self {
            What::Sitrep { .. } => "SITREP",
            What::Handover => "Handover",
            What::Report(_) => "Report",
            What::Export(export) => export.name,
        }
    }
}

/// What became of a document that left.
#[derive(Debug)]
pub enum Left {
    /// Into this file, so many bytes; what should be said of it.
    File(PathBuf, usize, String),
    /// To be shown, and sent to the terminal where that was asked for.
    Text { title: String, text: String, copy: Copy },
    /// Markdown, to be read.
    Markdown { title: String, text: String },
}

fn leaves(app: &App, what: What, leave: &Leave, copy: Copy) -> Done {
    if app.case.is_none() {
        return Err(Refusal::refused("No incident is open."));
    }
    let clock = Clock { beside: app.clock().beside, ..Clock::at(app.now, leave.terms.as_of, &app.zone()) };
    let leaving = Leaving { what, terms: leave.terms, output: leave.output.clone(), copy, clock };
    Ok(vec![Effect::Leave(Box::new(leaving))])
}

/// `:sitrep`.
///
/// # Errors
/// What cannot be given or written is refused.
pub fn sitrep(app: &mut App, wanted: Sitrepping, envelope: &Envelope) -> Done {
    let plain = wanted.leave == Leave::default() && wanted.copy == Copy::No;
    match wanted.give {
        None if plain && wanted.judgement.is_none() => report::read(app, Paper::Sitrep),
        None => {
            let what = What::Sitrep { judgement: wanted.judgement };
            leaves(app, what, &wanted.leave, wanted.copy)
        }
        Some(_) if wanted.leave.terms != Release::default() => {
            Err(Refusal::refused("On terms of their own words are written first and given then.")
                .hint(":sitrep --tlp LABEL -o FILE writes them; :sitrep --given-to NAME says who got them."))
        }
        Some(give) => {
            let saying = Saying { judgement: give.judgement.as_deref(), next: give.next };
            let told = app
                .incident()
                .map(|incident| crate::report::sitrep::Sitrep::of(incident, saying, &app.clock()).text());
            let told = told.ok_or_else(|| Refusal::refused("No incident is open."))?;
            let give = sitrep::Give { told: told.clone(), ..give };
            let command = Command::Sitrep(sitrep::Command::Give(give));
            let mut effects = give::give_all(app, &[command], envelope)?;
            let number = app.incident().map_or(String::new(), |incident| incident.number.clone());
            effects.extend(
                wanted.leave.output.map(|path| {
                    Effect::WriteFile(crate::store::outgoing::marked(&path, &number), told.clone())
                }),
            );
            effects.extend((wanted.copy == Copy::Yes).then_some(Effect::Copy(told)));
            Ok(effects)
        }
    }
}

/// `:handover`.
///
/// # Errors
/// Refuses while no incident is open.
pub fn handover(app: &mut App, leave: &Leave) -> Done {
    match *leave == Leave::default() {
        true => report::read(app, Paper::Handover),
        false => leaves(app, What::Handover, leave, Copy::No),
    }
}

/// `:report`: to read as Markdown, or into a file whose ending says as what.
///
/// # Errors
/// Refuses while no incident is open, and a file whose name names no form.
pub fn report(app: &App, form: Option<Form>, leave: &Leave) -> Done {
    let named = leave.output.as_deref().and_then(|path| path.extension()?.to_str());
    let form = match (form, named, &leave.output) {
        (Some(form), ..) => form,
        (None, Some("md" | "markdown"), _) | (None, _, None) => Form::Md,
        (None, Some("html" | "htm"), _) => Form::Html,
        (None, Some("json"), _) => Form::Json,
        (None, _, Some(path)) => {
            return Err(Refusal::misused(format!("{} names no form of a document.", path.display()))
                .hint("End it with .md, .html or .json."));
        }
    };
    leaves(app, What::Report(form), leave, Copy::No)
}

/// `:export FORMAT -o FILE`.
///
/// # Errors
/// Refuses a format there is not, and one without a file: it is for another program.
pub fn export(app: &App, format: &str, leave: &Leave) -> Done {
    let Some(export) = EXPORTS.iter().find(|export| export.name.eq_ignore_ascii_case(format)) else {
        let names: Vec<&str> = EXPORTS.iter().map(|export| export.name).collect();
        return Err(Refusal::misused(format!("There is no format {} to export in.", quoted(format)))
            .hint(format!("Type one of {}.", names.join(", "))));
    };
    if leave.output.is_none() {
        let name = export.name;
        return Err(Refusal::misused(format!("{name} is for another program and belongs into a file."))
            .hint(format!(":export {name} -o FILE.{}", export.ending)));
    }
    leaves(app, What::Export(export), leave, Copy::No)
}

/// A document has left, or not.
pub fn left(app: &mut App, left: Result<Left, String>) -> Vec<Effect> {
    match left {
        Ok(Left::File(path, bytes, remark)) => {
            let bytes = crate::model::text::thousands(bytes);
            app.say(Tone::Done, format!("Written: {}, {bytes} bytes.{remark}", path.display()));
            Vec::new()
        }
        Ok(Left::Text { title, text, copy }) => {
            let lines = text.lines().map(str::to_owned).collect();
            app.modals.push(Modal::Page(Page { title, lines, top: 0 }));
            match copy {
                Copy::Yes => {
                    app.say(Tone::Told, "Sent to the terminal, defanged; tmux may drop it.");
                    vec![Effect::Copy(text)]
                }
                Copy::No => Vec::new(),
            }
        }
        Ok(Left::Markdown { title, text }) => {
            app.modals.push(Modal::Document(Document { title, blocks: markdown::blocks(&text), top: 0 }));
            Vec::new()
        }
        Err(why) => {
            app.say(Tone::Refused, why);
            Vec::new()
        }
    }
}
