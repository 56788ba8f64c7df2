//! A CACAO playbook kept as one of one's own; `import cacao FILE --as-playbook`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Source, TOLD, asks, yes};
use crate::cli::failure::{Failure, note};
use crate::cli::out::{Line, Out, Tone};
use crate::cli::shell::Shell;
use crate::exchange::cacao::playbook::{Read, as_playbook};
use crate::model::phase::Phase;
use crate::model::playbook::{self, Playbook};
use crate::model::refusal::Refusal;
use crate::store::{outgoing, places};
use crate::verb::{Importing, Taking};

/// Reads it, shows what it would be, and writes a new file.
pub(super) fn import(shell: &Shell, order: &Importing) -> Result<ExitCode, Failure> {
    let mut source = Source::open(&order.file)?;
    let id = order.as_playbook.as_deref().filter(|id| !id.is_empty());
    let mut read = as_playbook(&mut source.text, id)?;
    read.remarks.extend(source.text.remarks());
    let folder = places::config()?.join("playbooks");
    let path = folder.join(format!("{}.json", read.playbook.id));
    let mut text = serde_json::to_string_pretty(&read.playbook)
        .map_err(|error| Failure::could_not(format!("The playbook could not be written down: {error}.")))?;
    text.push('\n');
    // What is written must be what can be read again: the file goes through the same door.
    playbook::read(&path.file_name().unwrap_or_default().to_string_lossy(), &text)?;
    let free = free(shell, &read.playbook, &path);
    let told = Told { shell, read: &read, path: &path };
    if order.how == Taking::Look {
        told.answer(Came::Looked)?;
        return free.map(|()| ExitCode::SUCCESS).map_err(Failure::from);
    }
    free?;
    if order.how == Taking::Ask && asks(shell, order) {
        told.answer(Came::Looked)?;
        if !yes("Record it?") {
            note("Nothing was written.");
            return Ok(ExitCode::SUCCESS);
        }
    }
    let failed = |error: std::io::Error| {
        let (why, hint) = outgoing::not_written(&path, &error);
        let failure = Failure::could_not(why);
        if hint.is_some() { failure.hint("Say another type: --as-playbook=TYPE") } else { failure }
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    outgoing::write_new(&path, text.as_bytes()).map_err(failed)?;
    told.answer(Came::Saved)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses where something of one's own would be covered or overwritten.
fn free(shell: &Shell, new: &Playbook, path: &std::path::Path) -> Result<(), Refusal> {
    let hint = "Say another type: --as-playbook=TYPE; or move the file away first.";
    if path.symlink_metadata().is_ok() {
        return Err(Refusal::refused(format!("{} exists; nothing was written.", path.display())).hint(hint));
    }
    let own = shell.playbooks();
    let built_in = playbook::built_in().iter().find(|one| one.id == new.id);
    match (own.get(&new.id), built_in) {
        (Some(have), Some(built_in)) if have == built_in => {
            note(&format!(
                "{} is a type that casebook has a checklist for: this one takes its place. --as-playbook=TYPE \
                 gives it a type of its own.",
                new.id
            ));
            Ok(())
        }
        (Some(_), _) => Err(Refusal::refused(format!(
            "There is a playbook of yours for {}; nothing was written.",
            new.id
        ))
        .hint(hint)),
        (None, _) => Ok(()),
    }
}

/// How far it came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Looked,
    Saved,
}

struct Told<'a> {
    shell: &'a Shell,
    read: &'a Read,
    path: &'a PathBuf,
}

impl Told<'_> {
    fn answer(&self, came: Came) -> Result<(), Failure> {
        let (shell, read) = (self.shell, self.read);
        let playbook = &read.playbook;
        if shell.json {
            let refused: Vec<serde_json::Value> = read
                .refused
                .iter()
                .map(|(place, why)| serde_json::json!({ "row": place.row, "column": place.column, "why": why }))
                .collect();
            let document = serde_json::json!({
                "format": "cacao", "changed": came == Came::Saved, "file": self.path, "playbook": playbook,
                "refused": refused, "remarks": read.remarks,
            });
            Out::json(shell, &document)?.print();
            return Ok(());
        }
        for remark in &read.remarks {
            note(remark);
        }
        let mut out = Out::new(shell);
        let count: usize = playbook.phases.values().map(Vec::len).sum();
        let line = Line::default().tone(Tone::Strong, &playbook.id).put(format!(
            "  {}: {count} task{}",
            playbook.name,
            if count == 1 { "" } else { "s" }
        ));
        out.line(if came == Came::Saved { line.tone(Tone::Good, "  saved") } else { line });
        for phase in Phase::ALL {
            let Some(steps) = playbook.phases.get(&phase) else { continue };
            out.line(Line::of(format!("  {}", phase.name())));
            let rows = steps.iter().map(|step| vec![Line::of(&step.title), Line::of(&step.role)]);
            out.texts(4, rows.collect());
        }
        if !read.refused.is_empty() {
            out.line(Line::default().tone(Tone::Warn, "  Left out:"));
            let rows = read.refused.iter().take(TOLD);
            out.texts(4, rows.map(|(place, why)| vec![Line::of(place.to_string()), Line::of(why)]).collect());
        }
        out.line(Line::default().tone(
            Tone::Dim,
            match came {
                Came::Looked => format!("Would be written to {}; leave out --dry-run.", self.path.display()),
                Came::Saved => {
                    format!(
                        "{}\ncasebook new TITLE --type {} begins with it.",
                        self.path.display(),
                        playbook.id
                    )
                }
            },
        ));
        out.print();
        Ok(())
    }
}
