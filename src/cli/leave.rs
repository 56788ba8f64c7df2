//! What leaves: an incident on its terms, a document into its file; `export`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::choose;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::exchange::{EXPORTS, IMPORTS, Moment, bundle};
use crate::incident::release::{Holds, Names, Released};
use crate::model::refusal::Refusal;
use crate::model::text::{self, quoted};
use crate::store::outgoing;
use crate::verb::{Leave, Said};

/// The incident at hand as it may leave; what was left out of it is said.
pub(super) fn released(shell: &Shell, said: &Said, leave: &Leave, holds: Holds) -> Result<Released, Failure> {
    let address = choose::incident(shell, said)?;
    // Damage is named before anything of the record goes out, and in what goes out.
    let checked = shell.checked(&address)?.incident;
    shell.doubt(&checked);
    let mut released = leave.terms.of(address.id, &shell.store.lines(&address)?, holds)?;
    released.incident.faults = checked.faults;
    if leave.terms.names == Names::Replaced {
        note("Names that stand in free words only may be left: read it before it leaves.");
    }
    match (released.held_back, released.label()) {
        (0, _) => {}
        (1, label) => note(&format!("1 indicator of a closer label than {label} was left out.")),
        (n, label) => note(&format!("{n} indicators of a closer label than {label} were left out.")),
    }
    Ok(released)
}

/// A document for a file that must not be there yet, or for standard output. The file is its owner's alone; a
/// drill and the demo say in its name what they are.
pub(super) fn give(
    shell: &Shell,
    incident: &str,
    bytes: Vec<u8>,
    output: Option<&Path>,
) -> Result<Out, Failure> {
    let Some(path) = output else {
        return match String::from_utf8(bytes) {
            Ok(text) => Ok(Out::raw(shell, text)),
            Err(_) if std::io::stdout().is_terminal() => {
                Err(Failure::could_not("This is no text for a terminal.").hint("Give a file: -o FILE."))
            }
            Err(error) => {
                let written = std::io::stdout().lock().write_all(error.as_bytes());
                written.map_err(|error| Failure::could_not(format!("It could not be written: {error}.")))?;
                Ok(Out::new(shell))
            }
        };
    };
    let path = file(path, incident, &bytes)?;
    if shell.json {
        let document = serde_json::json!({ "incident": incident, "file": path, "bytes": bytes.len() });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    out.line(Line::of(path.display().to_string()));
    Ok(out)
}

/// Why a new file was not written.
pub(super) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let (why, hint) = outgoing::not_written(path, error);
    let failure = Failure::could_not(why);
    if hint.is_some() { failure.hint("Give another name with -o.") } else { failure }
}

/// Writes a new file, its owner's alone, named as what it is of must be; says under which name.
pub(super) fn file(path: &Path, incident: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let path = outgoing::marked(path, incident);
    outgoing::write_new(&path, bytes).map_err(|error| unwritten(&path, &error))?;
    Ok(path)
}

/// `export FORMAT`.
pub(super) fn export(shell: &Shell, format: &str, leave: &Leave, said: &Said) -> Result<Out, Failure> {
    let Some(export) = EXPORTS.iter().find(|export| export.name.eq_ignore_ascii_case(format)) else {
        let names: Vec<&str> = EXPORTS.iter().map(|export| export.name).chain([bundle::NAME]).collect();
        return Err(Refusal::misused(format!("There is no format {} to export in.", quoted(format)))
            .hint(format!("Type one of {}.", names.join(", ")))
            .into());
    };
    let released = released(shell, said, leave, export.holds)?;
    super::seal::on(shell, &choose::incident(shell, said)?, "export");
    let bytes = unsteered((export.write)(&released, Moment { now: shell.now, zone: &shell.zone })?);
    give(shell, &released.incident.number, bytes, leave.output.as_deref())
}

/// A document in which nothing steers a terminal, whatever somebody put into a journal by hand.
pub(super) fn unsteered(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => text::unsteered(&text).into_owned().into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// Every format an incident leaves in: its word, and what it is.
fn exports() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXPORTS.iter().map(|it| (it.name, it.about)).chain([(bundle::NAME, bundle::ABOUT)])
}

/// Every format that is read.
fn imports() -> impl Iterator<Item = (&'static str, &'static str)> {
    IMPORTS.iter().map(|it| (it.name, it.about)).chain([(bundle::NAME, bundle::ABOUT)])
}

/// `export` and `import` without a format: the formats there are.
pub(super) fn formats(shell: &Shell) -> Result<Out, Failure> {
    if shell.json {
        let document = |(name, about): (&str, &str)| serde_json::json!({ "name": name, "about": about });
        let (export, import) = (exports().map(document), imports().map(document));
        let document = serde_json::json!({
            "export": export.collect::<Vec<_>>(), "import": import.collect::<Vec<_>>(),
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    let row = |name: &str, about: &str| vec![Line::default().tone(Tone::Strong, name), Line::of(about)];
    out.line(Line::of("casebook export FORMAT -o FILE"));
    out.texts(2, exports().map(|(name, about)| row(name, about)).collect());
    out.gap();
    out.line(Line::of("casebook import FORMAT FILE --dry-run"));
    out.texts(2, imports().map(|(name, about)| row(name, about)).collect());
    Ok(out)
}
