//! `backup`: what was copied, what the backup holds, and what it does not.

mod packed;

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use super::evidence::{Bar, Stop};
use super::failure::Failure;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::model::evidence::bytes as in_words;
use crate::model::text::counted;
use crate::verb::Backing;

/// `backup`.
pub(super) fn backup(shell: &Shell, backing: &Backing) -> Result<ExitCode, Failure> {
    match backing {
        Backing::Folder(folder) => copied(shell, folder),
        Backing::File { path, recipients } => packed::packed(shell, path, recipients),
    }
}

/// Into a folder. What could not be copied makes the exit code 1; all the rest is there.
fn copied(shell: &Shell, folder: &Path) -> Result<ExitCode, Failure> {
    let stop = Stop::listen();
    let mut bar = Bar::new("backup");
    let mut watch = |progress| {
        bar.show(progress);
        if stop.asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let backed = shell.store.backup(folder, &mut watch)?;
    drop(bar);
    shell.store.note_backup(folder, shell.wall);
    let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let code =
        if backed.not.is_empty() && backed.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) };
    if shell.json {
        let document = serde_json::json!({
            "folder": whole, "incidents": backed.incidents, "files_new": backed.files, "bytes_new": backed.bytes,
            "files_same": backed.same, "only_there": backed.only_there, "not": backed.not,
            "faults": backed.faults, "expunged_there": backed.expunged,
        });
        Out::json(shell, &document)?.print();
        return Ok(code);
    }
    let mut out = Out::new(shell);
    let line = Line::default().tone(Tone::Strong, whole.display().to_string());
    out.line(line.put(format!("  {} of this store", counted(backed.incidents as u64, "incident"))));
    let new = counted(backed.files as u64, "file");
    let same = counted(backed.same as u64, "file");
    out.line(
        Line::of(format!("  new: {new}, {}; as before: {same}", in_words(backed.bytes)))
            .tone(Tone::Good, "  saved"),
    );
    for gone in &backed.expunged {
        let said = "taken out of the backup, too, as expunged here: ";
        out.line(Line::of("  ").tone(Tone::Warn, said).put(gone.clone()));
    }
    for fault in &backed.faults {
        let number = fault.split(':').next().unwrap_or_default();
        let said = format!("in it with this fault: {fault}; casebook doctor -i {number}");
        out.line(Line::of("  ").tone(Tone::Bad, said));
    }
    for why in &backed.not {
        out.line(Line::of("  ").tone(Tone::Bad, format!("not as it is here: {why}")));
    }
    if !backed.only_there.is_empty() {
        out.line(Line::of(format!("  only there, and kept: {}", backed.only_there.join(", "))));
    }
    out.line(Line::of("  every new byte was read again and compared; journals end at their last whole line"));
    out.line(Line::of("  not in it: settings, drafts, caches"));
    out.line(Line::of(format!(
        "  restore: casebook --store {} list; or copy it to where the store was",
        whole.display()
    )));
    out.print();
    Ok(code)
}
