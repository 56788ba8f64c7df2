//! Whole incidents out of a file of another program: each is judged as if it had been told here, and all of them
//! are put into the store at once.

use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::{Source, TOLD, asks, assumed, yes};
use crate::cli::around;
use crate::cli::failure::{Failure, note};
use crate::cli::out::{Line, Out, Tone};
use crate::cli::shell::Shell;
use crate::exchange::intake::{Act, Arriving, Piece, Place, Reading};
use crate::exchange::{Import, stix};
use crate::incident::{Incident, decide};
use crate::model::desk::Desk;
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::model::text::thousands;
use crate::model::time::Happened;
use crate::store::{Founding, Keep, Look, Series, Sheet, StoreError};
use crate::verb::{Act as Said_, Importing, Said, Taking};

/// The most incidents of one import.
const MOST: usize = 50_000;
/// Of what was refused, so much is kept with its reasons; the rest is counted.
const KEPT: usize = 1_000;
/// So many numbers are named in the answer.
const NAMED: usize = 3;

/// A file, or a folder of them, whose pieces are incidents of their own.
pub(super) fn import(shell: &Shell, format: &Import, order: &Importing) -> Result<ExitCode, Failure> {
    let asked = order.how == Taking::Ask && asks(shell, order);
    if asked || order.how == Taking::Look {
        let told = take(shell, format, order, Keep::Nothing)?;
        told.answer(shell, format, Came::Looked)?;
        if !asked || told.new == 0 {
            return Ok(told.code());
        }
        if !yes("Record it?") {
            note("Nothing was recorded.");
            return Ok(ExitCode::SUCCESS);
        }
    }
    let told = take(shell, format, order, Keep::All)?;
    told.answer(shell, format, Came::Saved)?;
    Ok(told.code())
}

/// Reads everything, and keeps what is new.
fn take(shell: &Shell, format: &Import, order: &Importing, keep: Keep) -> Result<Told, Failure> {
    let here = keys(shell, format)?;
    let playbooks = shell.playbooks();
    let founding = shell.store.found_many(Series::Inc, shell.wall, keep)?;
    let mut taking = Arrivals {
        shell,
        playbooks: &playbooks,
        founding,
        here,
        now: None,
        desks: 0,
        halt: None,
        told: Told::default(),
    };
    let zone = assumed(order);
    let reading = Reading { now: shell.now, assume: zone.as_ref(), columns: &order.columns };
    let files = files(&order.file)?;
    let many = files.len() > 1 || order.file.is_dir();
    for file in &files {
        let mut source = Source::open(file)?;
        taking.told.file = if many { source.name.clone() } else { String::new() };
        let progress = &mut source.progress;
        let read = (format.read)(&mut source.text, &reading, &mut |piece| {
            if let Piece::Incident(arriving) = &piece {
                progress.at(arriving.place.row);
            }
            taking.piece(piece)
        });
        source.progress.end();
        if let Some(halt) = taking.halt.take() {
            return Err(halt);
        }
        match read {
            Ok(()) => {}
            // One strange file of a folder costs none of the others.
            Err(refusal) if many => taking.told.refuse(&Place::default(), refusal.message),
            Err(refusal) => return Err(refusal.into()),
        }
        taking.finish()?;
        taking.told.remarks.extend(source.text.remarks());
    }
    let Arrivals { founding, mut told, .. } = taking;
    let settled = founding.settle()?;
    told.numbers = settled.into_iter().map(|address| address.number).collect();
    Ok(told)
}

/// The files to read: the one named, or those of a folder that end in `.json`, by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unread =
        |error: std::io::Error| Failure::could_not(format!("{} could not be read: {error}.", path.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let plain = entry.file_type().map_err(unread)?.is_file();
        if plain && entry.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
            files.push(entry.path());
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::could_not(format!("{} holds no file that ends in .json.", path.display()))
            .hint("Name the file, or the folder in which they lie."));
    }
    Ok(files)
}

/// References of incidents that are here, by their words. What left as STIX is known by the name it left under.
fn keys(shell: &Shell, format: &Import) -> Result<HashMap<String, String>, StoreError> {
    if !shell.store.exists()? {
        return Ok(HashMap::new());
    }
    let rows = shell.store.list(Look::Checked)?;
    let refs = |(address, row): (crate::store::Address, crate::store::Row)| {
        let left = (format.name == stix::CASES.name).then(|| stix::key_of(address.id));
        row.refs.into_iter().chain(left).map(move |word| (word, address.number.clone()))
    };
    Ok(rows.into_iter().flat_map(refs).collect())
}

/// Pieces on their way into the store.
struct Arrivals<'a> {
    shell: &'a Shell,
    playbooks: &'a Playbooks,
    founding: Founding<'a>,
    /// Keys of incidents that are here, with their numbers; those of this import among them.
    here: HashMap<String, String>,
    /// The incident whose acts come; `None`: they belong to one that is not taken.
    now: Option<(Sheet, Incident)>,
    desks: u32,
    halt: Option<Failure>,
    told: Told,
}

impl Arrivals<'_> {
    fn piece(&mut self, piece: Piece) -> ControlFlow<()> {
        let done = match piece {
            Piece::Incident(arriving) => self.finish().and_then(|()| self.begin(*arriving)),
            Piece::Act(act) => self.act(&act),
            Piece::Refused { place, why } => {
                self.told.refuse(&place, why);
                Ok(())
            }
            Piece::Remark(words) => {
                self.told.remark(words);
                Ok(())
            }
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                self.halt = Some(failure);
                ControlFlow::Break(())
            }
        }
    }

    fn begin(&mut self, arriving: Arriving) -> Result<(), Failure> {
        let Arriving { place, key, at, mut open } = arriving;
        if self.here.contains_key(&key) {
            self.told.here += 1;
            return Ok(());
        }
        if self.founding.len() >= MOST {
            return Err(Refusal::refused(format!(
                "More than {} incidents come at once; nothing was recorded.",
                thousands(MOST)
            ))
            .hint("Give them in several files.")
            .into());
        }
        let number = self.founding.number()?;
        open.refs.insert(0, key.clone());
        let said = about(at, None);
        let opened = decide::open(&open, &number.to_string(), &self.desk(&said));
        let draft = match opened {
            Ok(draft) => draft,
            Err(refusal) => {
                self.told.refuse(&place, refusal.message);
                return Ok(());
            }
        };
        let id = around::incident_id();
        let mut sheet = self.founding.sheet(number, id);
        let lines = sheet.write(&[draft], self.shell.wall)?;
        self.here.insert(key, number.to_string());
        self.now = Some((sheet, Incident::fold(id, &lines)));
        Ok(())
    }

    /// An act of the incident at hand. What is refused costs nothing else of it.
    fn act(&mut self, act: &Act) -> Result<(), Failure> {
        let Some((mut sheet, mut incident)) = self.now.take() else { return Ok(()) };
        let said = about(act.at.clone(), act.who.clone());
        let commands = act.change.commands(&incident);
        match commands {
            Err(refusal) => self.told.refuse(&act.place, refusal.message),
            Ok(commands) => {
                for command in commands {
                    let judged = incident.decide(&command, &self.desk(&said));
                    match judged {
                        Ok(None) => {}
                        Ok(Some(draft)) => match sheet.write(&[draft], self.shell.wall) {
                            Ok(lines) => lines.iter().for_each(|line| incident.apply(line)),
                            Err(error) => self.told.refuse(&act.place, error.to_string()),
                        },
                        Err(refusal) => self.told.refuse(&act.place, refusal.message),
                    }
                }
            }
        }
        self.now = Some((sheet, incident));
        Ok(())
    }

    /// The incident at hand is whole.
    fn finish(&mut self) -> Result<(), Failure> {
        let Some((sheet, incident)) = self.now.take() else { return Ok(()) };
        self.told.new += 1;
        self.told.open += usize::from(!incident.closed());
        self.founding.keep(sheet, &incident)?;
        Ok(())
    }

    /// A desk with ids of its own.
    fn desk(&mut self, said: &Said) -> Desk<'_> {
        self.desks += 1;
        self.shell.desk_of(self.desks, said, self.playbooks)
    }
}

/// When and by whom something is said.
fn about(at: Option<Happened>, who: Option<String>) -> Said {
    Said { at, who, ..Said::plain(Said_::Next) }
}

/// How far it came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// Nothing was recorded.
    Looked,
    Saved,
}

/// A row, or a value of it, that was not taken.
#[derive(Serialize)]
struct Refused {
    #[serde(skip_serializing_if = "String::is_empty")]
    file: String,
    row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    why: String,
    /// A value that is missing; the rest of the incident was taken.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rest_taken: bool,
}

/// What the files came to.
#[derive(Default)]
struct Told {
    /// The file at hand, where there are several.
    file: String,
    new: usize,
    /// Of the new ones, so many are open.
    open: usize,
    here: usize,
    faults: usize,
    /// Of them, values of incidents that were taken without them.
    values: usize,
    refused: Vec<Refused>,
    remarks: Vec<String>,
    numbers: Vec<String>,
}

impl Told {
    fn refuse(&mut self, place: &Place, why: String) {
        // Whoever refuses a whole record names no field of it.
        let rest_taken = place.column.is_some();
        self.faults += 1;
        self.values += usize::from(rest_taken);
        if self.refused.len() < KEPT {
            let (file, column) = (self.file.clone(), place.column.clone());
            self.refused.push(Refused { file, row: place.row, column, why, rest_taken });
        }
    }

    fn remark(&mut self, words: String) {
        if self.remarks.len() < TOLD && !self.remarks.contains(&words) {
            self.remarks.push(words);
        }
    }

    /// Where nothing could be taken, that is what the exit code says.
    fn code(&self) -> ExitCode {
        if self.new + self.here == 0 { ExitCode::from(3) } else { ExitCode::SUCCESS }
    }

    /// `3,000 new incidents (2,990 closed), 4 here already, 2 refused`.
    fn sentence(&self) -> String {
        let mut words = match self.new {
            1 => "1 new incident".to_owned(),
            n => format!("{} new incidents", thousands(n)),
        };
        if self.new > 0 {
            words.push_str(&match self.open {
                0 => ", closed".to_owned(),
                open if open == self.new => ", open".to_owned(),
                open => format!(", {} of them open", thousands(open)),
            });
        }
        let values = if self.values == 1 { "value left out" } else { "values left out" };
        let refused = self.faults - self.values;
        for (count, what) in [(self.here, "here already"), (refused, "refused"), (self.values, values)] {
            if count > 0 {
                words.push_str(&format!("; {} {what}", thousands(count)));
            }
        }
        words
    }

    fn answer(&self, shell: &Shell, format: &Import, came: Came) -> Result<(), Failure> {
        if shell.json {
            let document = serde_json::json!({
                "format": format.name, "changed": came == Came::Saved && self.new > 0, "new": self.new,
                "open": self.open, "here": self.here, "faults": self.faults, "values": self.values, "refused": self.refused,
                "remarks": self.remarks, "numbers": self.numbers,
            });
            Out::json(shell, &document)?.print();
            return Ok(());
        }
        for remark in &self.remarks {
            note(remark);
        }
        let mut out = Out::new(shell);
        let line = Line::default().tone(Tone::Strong, format.name).put(format!("  {}", self.sentence()));
        let saved = came == Came::Saved && self.new > 0;
        out.line(if saved { line.tone(Tone::Good, "  saved") } else { line });
        self.tell_refused(&mut out);
        let last = match (self.numbers.first(), self.numbers.last()) {
            (Some(first), Some(last)) if self.numbers.len() > NAMED => {
                format!("{first} to {last}; casebook list --all shows them")
            }
            (Some(_), _) => format!("{}; casebook list --all shows them", self.numbers.join(", ")),
            _ if self.new > 0 => "Nothing was recorded; leave out --dry-run to record it.".to_owned(),
            _ if self.here > 0 => "Nothing was recorded: what could be taken is here already.".to_owned(),
            _ => "Nothing was recorded: no incident could be taken.".to_owned(),
        };
        out.line(Line::default().tone(Tone::Dim, last));
        out.print();
        Ok(())
    }

    fn tell_refused(&self, out: &mut Out) {
        let place = |one: &Refused| {
            let file = if one.file.is_empty() { String::new() } else { format!("{}, ", one.file) };
            let column = one.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
            Line::of(format!("{file}record {}{column}", one.row))
        };
        let kinds = [
            (false, "  Refused:", self.faults - self.values),
            (true, "  Left out, while the rest of the incident is taken:", self.values),
        ];
        for (rest_taken, heading, count) in kinds {
            if count == 0 {
                continue;
            }
            out.line(Line::default().tone(Tone::Warn, heading));
            let all = self.refused.iter().filter(|one| one.rest_taken == rest_taken).take(TOLD);
            let rows: Vec<_> = all.map(|one| vec![place(one), Line::of(&one.why)]).collect();
            let more = count - rows.len();
            out.texts(4, rows);
            if more > 0 {
                out.line(Line::of(format!("    and {} more; --json names them", thousands(more))));
            }
        }
    }
}
