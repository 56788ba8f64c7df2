//! What arrives: a file is opened, decoded, read and judged whole, told, and then recorded as one act; `import`.

mod incidents;
mod playbook;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::around;
use super::change::{self, skew};
use super::choose;
use super::confirm::{on_terminal, yes};
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::exchange::intake::decode::Decoded;
use crate::exchange::intake::judge::{Judged, Refused, judge};
use crate::exchange::intake::{Brings, Reading};
use crate::exchange::{Import, bundle, format_to_read, stix};
use crate::model::desk::Desk;
use crate::model::refusal::Refusal;
use crate::model::text::thousands;
use crate::model::time::Zone;
use crate::store::Together;
use crate::verb::{Assumed, Importing, Said, Taking};

/// Of what was refused, so much is told; `--json` has more.
const TOLD: usize = 20;
/// Between two lines of progress.
const TICK: Duration = Duration::from_millis(200);

/// `import FORMAT FILE`.
pub(super) fn import(shell: &mut Shell, order: &Importing, said: &Said) -> Result<ExitCode, Failure> {
    if order.format.eq_ignore_ascii_case(bundle::NAME) {
        return super::bundle::import(shell, order).map(Out::print);
    }
    let format = format_to_read(&order.format)?;
    if order.as_playbook.is_some() {
        return playbook::import(shell, order);
    }
    match format.brings {
        Brings::Acts => acts(shell, format, order, said),
        Brings::Incidents => incidents::import(shell, format, order),
        Brings::Either if named(shell, said) || !tells_of_incident(&order.file)? => {
            acts(shell, format, order, said)
        }
        Brings::Either => {
            note(
                "It tells of an incident, which comes in as one of its own; -i INCIDENT takes it into that one.",
            );
            incidents::import(shell, &stix::CASES, order)
        }
    }
}

/// Whether the line says which incident is meant. One chosen for the session is not said of this file; what
/// comes while a drill is played belongs to the drill.
fn named(shell: &Shell, said: &Said) -> bool {
    shell.ex.is_some() || said.incident.is_some() || shell.incident.is_some()
}

/// Whether a file tells of an incident; of a folder, that is what it is for. What comes through a pipe can be
/// read once only, and goes where it always went.
fn tells_of_incident(path: &Path) -> Result<bool, Failure> {
    if path.is_dir() {
        return Ok(true);
    }
    if !path.is_file() {
        return Ok(false);
    }
    let mut source = Source::open(path)?;
    Ok(stix::holds_incident(&mut source.text))
}

/// A file that is being read, with its progress.
pub(super) struct Source {
    /// What the record calls it: its name without the folder.
    pub(super) name: String,
    pub(super) text: Decoded<Box<dyn Read>>,
    pub(super) progress: Progress,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &io::Error| {
            Failure::could_not(format!("{} could not be read: {error}.", path.display()))
                .hint("Nothing was recorded.")
        };
        let seen = Rc::new(Cell::new(0));
        let (name, size, file): (String, u64, Box<dyn Read>) = if path == Path::new("-") {
            ("standard input".to_owned(), 0, Box::new(io::stdin()))
        } else {
            let file = File::open(path).map_err(|error| failed(&error))?;
            let about = file.metadata().map_err(|error| failed(&error))?;
            if about.is_dir() {
                return Err(Failure::could_not(format!("{} is a folder.", path.display()))
                    .hint("Name one of the files in it."));
            }
            if endless(&about) {
                return Err(Failure::could_not(format!("{} is a device; it has no end.", path.display()))
                    .hint("Name a file."));
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, about.len(), Box::new(file))
        };
        let counted: Box<dyn Read> = Box::new(Counted { file, seen: Rc::clone(&seen) });
        let progress = Progress { seen, size, last: Instant::now(), shown: false };
        Ok(Self { name, text: Decoded::new(counted), progress })
    }
}

/// Whether something is read from that may never end. A pipe ends with whoever writes into it.
#[cfg(unix)]
fn endless(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    about.file_type().is_char_device() || about.file_type().is_block_device()
}

#[cfg(not(unix))]
fn endless(_: &std::fs::Metadata) -> bool {
    false
}

/// Counts what is read of a file.
struct Counted {
    file: Box<dyn Read>,
    seen: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.seen.set(self.seen.get() + read as u64);
        Ok(read)
    }
}

/// How far the reading is: a line on standard error that goes again, where that is a terminal.
pub(super) struct Progress {
    seen: Rc<Cell<u64>>,
    size: u64,
    last: Instant,
    shown: bool,
}

impl Progress {
    /// Told now and then; `row` is where the reading stands.
    pub(super) fn at(&mut self, row: u64) {
        if self.last.elapsed() < TICK {
            return;
        }
        self.last = Instant::now();
        if !io::stderr().is_terminal() {
            return;
        }
        self.shown = true;
        let seen = self.seen.get();
        let part =
            (seen * 100).checked_div(self.size).map(|part| format!(" of {} MiB, {part}%", self.size >> 20));
        let row = thousands(usize::try_from(row).unwrap_or(usize::MAX));
        let line = format!("\r{} MiB{}, row {row}\u{1b}[K", seen >> 20, part.unwrap_or_default());
        let _ = io::stderr().write_all(line.as_bytes());
    }

    /// The line goes.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

/// The zone of times that name none.
pub(super) fn assumed(order: &Importing) -> Option<Zone> {
    order.assume.as_ref().map(|assumed| match assumed {
        Assumed::Local => around::local_zone(),
        Assumed::Zone(zone) => zone.clone(),
    })
}

/// A file whose acts are about the incident at hand.
fn acts(shell: &mut Shell, format: &Import, order: &Importing, said: &Said) -> Result<ExitCode, Failure> {
    let address = choose::incident(shell, said)?;
    let mut record = match order.how {
        Taking::Look => shell.read(&address)?,
        Taking::Ask | Taking::Record => change::writable(shell, &address)?,
    };
    let mut source = Source::open(&order.file)?;
    if format.is_table() {
        source.text.keep_control();
    }
    let zone = assumed(order);
    let reading = Reading { now: shell.now, assume: zone.as_ref(), columns: &order.columns };
    let (playbooks, duties) = (shell.playbooks(), shell.duties());
    let desk = |k| Desk { duties: &duties, ..shell.desk_of(k, said, &playbooks) };
    let progress = &mut source.progress;
    let judged = judge(
        format.read,
        (&mut source.text, &reading),
        (&record.incident, &source.name),
        desk,
        &mut |row| {
            progress.at(row);
            ControlFlow::Continue(())
        },
    );
    progress.end();
    let mut judged = judged?;
    judged.remarks.extend(source.text.remarks());
    let told = Told { incident: &address.number, file: &source.name, format: format.name, judged: &judged };
    if judged.nothing_taken() && judged.faults == 0 {
        return Err(Refusal::refused(format!("{} brings nothing; nothing was recorded.", source.name)).into());
    }
    let asks = order.how == Taking::Ask && asks(shell, order);
    if order.how == Taking::Look || judged.drafts.is_empty() {
        return told.answer(shell, Came::Nothing);
    }
    if asks {
        told.answer(shell, Came::Asked)?;
        if !yes("Record it?") {
            note("Nothing was recorded.");
            return Ok(ExitCode::SUCCESS);
        }
    }
    let together = if judged.drafts.len() > 1 { Together::Batch } else { Together::Apart };
    let appended = shell.store.pen(&address)?.append(&judged.drafts, together, shell.wall)?;
    record.apply(&appended.lines);
    let _ = record.catch_up();
    skew(&appended);
    shell.store.publish(&record);
    if asks {
        let mut out = Out::new(shell);
        out.line(told.heading(Came::Saved));
        return Ok(out.print());
    }
    told.answer(shell, Came::Saved)
}

/// Whether somebody is there to be asked.
fn asks(shell: &Shell, order: &Importing) -> bool {
    let typed = order.file != Path::new("-") && on_terminal();
    typed && !shell.json
}

/// How far it came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// Nothing was recorded.
    Nothing,
    /// It is asked about.
    Asked,
    Saved,
}

/// What a file brings, for the answer.
struct Told<'a> {
    incident: &'a str,
    file: &'a str,
    format: &'a str,
    judged: &'a Judged,
}

#[derive(Serialize)]
struct Document<'a> {
    incident: &'a str,
    file: &'a str,
    format: &'a str,
    /// Whether something was recorded.
    changed: bool,
    new: usize,
    brings: &'a std::collections::BTreeMap<&'static str, usize>,
    here: usize,
    faults: usize,
    /// Of them, values of rows that were taken without them.
    values: usize,
    refused: &'a [Refused],
    /// Refused and counted only.
    more_refused: usize,
    remarks: &'a [String],
}

impl Told<'_> {
    fn heading(&self, came: Came) -> Line {
        let line = Line::default().tone(Tone::Strong, self.incident).put(format!(
            "  {}: {}",
            self.file,
            self.judged.sentence()
        ));
        if came == Came::Saved { line.tone(Tone::Good, "  saved") } else { line }
    }

    /// Prints what it came to. Where nothing could be taken, that is what the exit code says.
    fn answer(&self, shell: &Shell, came: Came) -> Result<ExitCode, Failure> {
        let judged = self.judged;
        let code = if judged.nothing_taken() { ExitCode::from(3) } else { ExitCode::SUCCESS };
        if shell.json {
            let document = Document {
                incident: self.incident,
                file: self.file,
                format: self.format,
                changed: came == Came::Saved,
                new: judged.new,
                brings: &judged.brings,
                here: judged.here,
                faults: judged.faults,
                values: judged.values,
                refused: &judged.refused,
                more_refused: judged.more_faults(),
                remarks: &judged.remarks,
            };
            Out::json(shell, &document)?.print();
            return Ok(code);
        }
        for remark in &judged.remarks {
            note(remark);
        }
        let mut out = Out::new(shell);
        out.line(self.heading(came));
        self.refused(&mut out);
        let last = match came {
            Came::Saved | Came::Asked => None,
            Came::Nothing if judged.new > 0 => {
                Some("Nothing was recorded; leave out --dry-run to record it.")
            }
            Came::Nothing if judged.here > 0 => {
                Some("Nothing was recorded: what could be taken is here already.")
            }
            Came::Nothing => Some("Nothing was recorded: no row could be taken."),
        };
        if let Some(words) = last {
            out.line(Line::default().tone(Tone::Dim, words));
        }
        out.print();
        Ok(code)
    }

    fn refused(&self, out: &mut Out) {
        let judged = self.judged;
        let kinds = [
            (false, "  Refused:", judged.faults - judged.values),
            (true, "  Left out, while the rest of the row is taken:", judged.values),
        ];
        for (rest_taken, heading, count) in kinds {
            let all: Vec<&Refused> =
                judged.refused.iter().filter(|one| one.rest_taken == rest_taken).take(TOLD).collect();
            if count == 0 {
                continue;
            }
            out.line(Line::default().tone(Tone::Warn, heading));
            let rows = all.iter().map(|one| vec![Line::of(one.to_string()), Line::of(&one.why)]);
            out.texts(4, rows.collect());
            let told: u64 = all.iter().map(|one| one.to - one.row + 1).sum();
            let more = count.saturating_sub(usize::try_from(told).unwrap_or(usize::MAX));
            if more > 0 {
                out.line(Line::of(format!("    and {} more; --json names them", thousands(more))));
            }
        }
    }
}
