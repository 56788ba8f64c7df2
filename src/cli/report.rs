//! `report`: the incident as a document for others.

use std::path::Path;

use super::choose;
use super::failure::{Failure, note};
use super::leave;
use super::out::Out;
use super::shell::Shell;
use crate::incident::release::Holds;
use crate::model::refusal::Refusal;
use crate::report::full::{BUILT_IN, Fault, Papers, Report};
use crate::store::places;
use crate::store::settings::own_files;
use crate::verb::{Form, Leave, Said};

/// The report in the form that was asked for, or that the file's ending names.
pub(super) fn report(shell: &Shell, form: Option<Form>, leave: &Leave, said: &Said) -> Result<Out, Failure> {
    let output = leave.output.as_deref();
    let form = self::form(shell, form, output)?;
    let released = leave::released(shell, said, leave, Holds::Incident)?;
    let report = Report::of(&released, shell.now, &shell.zone);
    let text = match form {
        Form::Json if output.is_none() => return Out::json(shell, &report),
        Form::Json => {
            let text = serde_json::to_string_pretty(&report);
            text.map_err(|error| Failure::could_not(format!("The report could not be written: {error}.")))?
                + "\n"
        }
        Form::Md => papers()?.markdown(report, &shell.zone).map_err(told)?,
        Form::Html => papers()?.html(report, &shell.zone).map_err(told)?,
    };
    if output.is_some() {
        super::seal::on(shell, &choose::incident(shell, said)?, "export");
    }
    leave::give(shell, &released.incident.number, leave::unsteered(text.into_bytes()), output)
}

/// The form that was named, else the one a file's name asks for, else Markdown.
pub(super) fn form(shell: &Shell, named: Option<Form>, output: Option<&Path>) -> Result<Form, Refusal> {
    let path = match (named, output) {
        // `--json` asks for the answer, which is the report itself where it goes to no file.
        _ if shell.json && output.is_none() => return Ok(Form::Json),
        (Some(form), _) => return Ok(form),
        (None, None) => return Ok(Form::Md),
        (None, Some(path)) => path,
    };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("md" | "markdown") => Ok(Form::Md),
        Some("html" | "htm") => Ok(Form::Html),
        Some("json") => Ok(Form::Json),
        _ => Err(Refusal::misused(format!("{} names no form of a document.", path.display()))
            .hint("End it with .md, .html or .json, or say --format md.")),
    }
}

/// The templates that ship, and the person's own in their place. A fault in one of them stops the document:
/// what leaves in another dress than was meant is worse than nothing.
pub(super) fn papers() -> Result<Papers, Failure> {
    let config = places::config().ok();
    let files = config.map(|config| own_files(&config, "templates", &[".html", ".md", ".css"]));
    let mut own = Vec::new();
    for file in files.unwrap_or_default() {
        let file = file?;
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !BUILT_IN.iter().any(|(known, _)| *known == name) {
            let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            note(&format!(
                "{} takes the place of no template ({}); only another template can include it.",
                file.path.display(),
                names.join(", ")
            ));
        }
        own.push((name, file.text));
    }
    Papers::with(own).map_err(told)
}

/// A fault in a template: file, line, what.
pub(super) fn told(fault: Fault) -> Failure {
    Failure::could_not(format!("{fault}; nothing was written."))
        .hint("Correct the file in the folder templates beside your settings, or move it away.")
}
