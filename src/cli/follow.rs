//! `follow`: one line per change, as they happen, from whomever.

use std::collections::HashSet;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::sync::mpsc;

use super::choose;
use super::failure::Failure;
use super::look;
use super::out::{Line, Out};
use super::shell::Shell;
use crate::incident::document::EntryDocument;
use crate::model::entry::Entry;
use crate::model::id::LineId;
use crate::store::Watch;
use crate::verb::Said;

/// Prints changes until the reader goes away or the person has seen enough (Ctrl-C).
pub(super) fn follow(shell: &Shell, said: &Said) -> Result<ExitCode, Failure> {
    let address = choose::incident(shell, said)?;
    let (wake, woken) = mpsc::channel();
    let mut watch = Watch::new(move |_| {
        // Nobody waits any more: the watch ends with us.
        let _ = wake.send(());
    });
    // Watched before it is read, so that nothing falls between the two.
    watch.only(&[address.folder.join("journal")]);
    let mut record = shell.read(&address)?;
    let mut seen: HashSet<LineId> = record.incident.entries.iter().map(|entry| entry.id).collect();
    if !shell.json {
        let mut out = Out::new(shell);
        out.line(look::heading(&record.incident));
        if write(&out.render())? == Reader::Gone {
            return Ok(ExitCode::SUCCESS);
        }
    }
    loop {
        if woken.recv().is_err() {
            return Ok(ExitCode::SUCCESS);
        }
        while woken.try_recv().is_ok() {}
        record.catch_up()?;
        let fresh: Vec<&Entry> =
            record.incident.entries.iter().filter(|entry| seen.insert(entry.id)).collect();
        if !fresh.is_empty() && write(&told(shell, &fresh)?)? == Reader::Gone {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// A line for each entry.
fn told(shell: &Shell, entries: &[&Entry]) -> Result<String, Failure> {
    if shell.json {
        let lines = entries.iter().map(|entry| serde_json::to_string(&EntryDocument::of(entry)));
        let lines: Result<Vec<String>, _> = lines.collect();
        let lines =
            lines.map_err(|error| Failure::could_not(format!("An entry could not be written: {error}.")))?;
        return Ok(lines.iter().map(|line| format!("{line}\n")).collect());
    }
    let mut out = Out::new(shell);
    for entry in entries {
        let cells = look::activity::row(shell, entry, entry.written());
        let mut line = Line::default();
        for (at, cell) in cells.into_iter().enumerate() {
            line = if at == 0 { cell } else { line.put("  ").join(cell) };
        }
        out.line(line);
    }
    Ok(out.render())
}

#[derive(PartialEq, Eq)]
enum Reader {
    There,
    Gone,
}

fn write(text: &str) -> Result<Reader, Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(Failure::could_not(format!("The answer could not be written: {error}."))),
    }
}
