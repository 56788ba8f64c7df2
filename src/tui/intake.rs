//! A file that is taken in on the screens: read beside the loop, shown with its columns and with what it would
//! bring, recorded when somebody says so.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::app::{App, Tone};
use super::modal::Modal;
use super::msg::Effect;
use crate::exchange::csv::fields::Field;
use crate::exchange::intake::Brings;
use crate::exchange::intake::judge::Judged;
use crate::exchange::{Import, bundle, format_to_read};
use crate::incident::Incident;
use crate::model::desk::Desk;
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::model::text::thousands;
use crate::model::time::Zone;
use crate::verb::{Assumed, Importing};

/// So many acts are recorded beside the loop, which would stand still meanwhile.
const MANY: usize = 2_000;

type Done = Result<Vec<Effect>, Refusal>;

/// A file on its way in, on top of the board.
#[derive(Debug)]
pub struct Intake {
    pub format: &'static Import,
    pub file: PathBuf,
    /// What the record calls it.
    pub name: String,
    /// The incident it is for.
    pub incident: Uuid,
    /// The zone of times that name none.
    pub assume: Option<Zone>,
    /// The zones to choose from.
    zones: Vec<Zone>,
    /// What each column is, once somebody chose; empty: as its heading says.
    mapped: Vec<(String, String)>,
    pub looked: Looked,
    /// Which row is in hand: 0 the zone, then the columns.
    pub at: usize,
    /// Counts readings: an answer to another one is too late.
    reading: u64,
}

/// How far the reading is.
#[derive(Debug)]
pub enum Looked {
    /// Up to this row; what was seen of the table before stays in sight.
    Reading(u64, Seen),
    Read(Seen, Box<Judged>),
    /// It cannot be taken, as it is read now.
    Refused(Seen, Refusal),
}

/// What can be seen of a table before it is read.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The columns in their order; none where the format knows its own.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// The first values in it.
    pub samples: Vec<String>,
    pub field: Field,
}

/// What reading a file beside the loop needs.
#[derive(Debug)]
pub struct Order {
    pub reading: u64,
    pub format: &'static Import,
    pub file: PathBuf,
    pub name: String,
    pub assume: Option<Zone>,
    pub mapped: Vec<(String, String)>,
    /// The incident as it stands.
    pub incident: Incident,
    pub at: At,
}

/// Who takes it in, and when: a desk that can go to another thread.
#[derive(Debug)]
pub struct At {
    pub now: chrono::DateTime<chrono::Utc>,
    now_set: bool,
    by: String,
    role: Option<String>,
    ex: Option<u32>,
    seed: [u8; 16],
    playbooks: Arc<Playbooks>,
    duties: Arc<Duties>,
}

impl At {
    /// The desk of the `k`-th command, with ids of its own.
    pub fn desk(&self, k: u32) -> Desk<'_> {
        let seed = u128::from_le_bytes(self.seed).wrapping_add(u128::from(k)).to_le_bytes();
        Desk {
            now: self.now,
            now_set: self.now_set,
            by: self.by.clone(),
            role: self.role.clone(),
            who: None,
            happened: None,
            ex: self.ex,
            seed,
            playbooks: &self.playbooks,
            carried: &[],
            duties: &self.duties,
        }
    }
}

/// Where a reading came.
#[derive(Debug)]
pub enum News {
    /// So many rows.
    Rows(u64),
    Done(Seen, Result<Box<Judged>, Refusal>),
}

impl Looked {
    pub fn seen(&self) -> &Seen {
        match self {
            Looked::Reading(_, seen) | Looked::Read(seen, _) | Looked::Refused(seen, _) => seen,
        }
    }
}

impl Intake {
    /// The rows that can be in hand: the zone, and the columns.
    pub fn rows(&self) -> usize {
        1 + self.looked.seen().columns.len()
    }

    /// The zone in words.
    pub fn zone_words(&self) -> String {
        self.assume.as_ref().map_or_else(|| "none: such rows are refused".to_owned(), Zone::name)
    }
}

/// `:import FORMAT FILE`: the file is read, and nothing recorded before it was looked at.
///
/// # Errors
/// Refuses where no incident is open as it is now, unknown formats, and what is no act on an incident.
pub fn begin(app: &mut App, order: Importing) -> Done {
    let case = app.case.as_ref().ok_or_else(|| Refusal::refused("No incident is open."))?;
    if case.as_of.is_some() {
        return Err(Refusal::refused("This is the record as it stood; nothing is written there.")
            .hint("v or Esc returns to now."));
    }
    if order.format.eq_ignore_ascii_case(bundle::NAME) {
        return Err(Refusal::refused("A bundle brings an incident of its own.")
            .hint(in_a_shell(bundle::NAME, &order.file)));
    }
    let format = format_to_read(&order.format)?;
    if format.brings == Brings::Incidents {
        return Err(Refusal::refused(format!("{} brings incidents of its own.", format.name))
            .hint(in_a_shell(format.name, &order.file)));
    }
    if order.file.as_os_str() == "-" {
        return Err(Refusal::misused("There is no standard input on this line.").hint("Name a file."));
    }
    let incident = case.incident.id;
    let mut zones = vec![Zone::utc()];
    zones.extend(app.here_zone.clone().into_iter().chain([app.zone()]));
    let assume = order.assume.map(|assumed| match assumed {
        Assumed::Local => app.here_zone.clone().unwrap_or_else(Zone::utc),
        Assumed::Zone(zone) => zone,
    });
    zones.extend(assume.clone());
    let mut each: Vec<Zone> = Vec::new();
    for zone in zones {
        if !each.iter().any(|have| have.name() == zone.name()) {
            each.push(zone);
        }
    }
    let name = order.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    app.modals.push(Modal::Intake(Box::new(Intake {
        format,
        file: order.file,
        name,
        incident,
        assume,
        zones: each,
        mapped: order.columns,
        looked: Looked::Reading(0, Seen::default()),
        at: 0,
        reading: 0,
    })));
    read(app)
}

/// The line that takes a file in where the screens do not: with its words, to be typed as it stands.
fn in_a_shell(format: &str, file: &Path) -> String {
    let file = file.display().to_string();
    let quotes = if file.contains(char::is_whitespace) { "\"" } else { "" };
    format!("In a shell (Ctrl-Z leads there): casebook import {format} {quotes}{file}{quotes} --dry-run")
}

/// Reads the file on top once more, as it is mapped now.
fn read(app: &mut App) -> Done {
    let seed = app.seeds.fresh();
    let desk = app.desk(seed);
    let (now, now_set, by, role, ex) = (desk.now, desk.now_set, desk.by.clone(), desk.role.clone(), desk.ex);
    let at = At {
        now,
        now_set,
        by,
        role,
        ex,
        seed,
        playbooks: Arc::clone(&app.playbooks),
        duties: Arc::clone(&app.duties),
    };
    let Some(incident) = app.incident().cloned() else { return Ok(Vec::new()) };
    app.intakes += 1;
    let reading = app.intakes;
    let Some(Modal::Intake(intake)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    intake.reading = reading;
    intake.looked = Looked::Reading(0, intake.looked.seen().clone());
    let order = Order {
        reading,
        format: intake.format,
        file: intake.file.clone(),
        name: intake.name.clone(),
        assume: intake.assume.clone(),
        mapped: intake.mapped.clone(),
        incident,
        at,
    };
    Ok(vec![Effect::Intake(Box::new(order))])
}

/// Takes a word of a reading.
pub fn came(app: &mut App, reading: u64, news: News) {
    let intake = app.modals.iter_mut().find_map(|modal| match modal {
        Modal::Intake(intake) if intake.reading == reading => Some(intake),
        _ => None,
    });
    let Some(intake) = intake else { return };
    match news {
        News::Rows(rows) => {
            if let Looked::Reading(at, _) = &mut intake.looked {
                *at = rows;
            }
        }
        News::Done(seen, judged) => {
            let first = intake.looked.seen().columns.is_empty() && !seen.columns.is_empty();
            intake.looked = match judged {
                Ok(judged) => Looked::Read(seen, judged),
                Err(refusal) => Looked::Refused(seen, refusal),
            };
            intake.at = if first { 1 } else { intake.at.min(intake.rows() - 1) };
        }
    }
}

/// Takes a key: rows up and down, their value left and right, Enter records, Esc leaves.
///
/// # Errors
/// Refuses to record what was not read whole.
pub fn key(app: &mut App, name: &str) -> Done {
    let Some(Modal::Intake(intake)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    let last = intake.rows() - 1;
    match name {
        "↓" | "j" | "Tab" => intake.at = if intake.at == last { 0 } else { intake.at + 1 },
        "↑" | "k" | "Shift-Tab" => intake.at = intake.at.checked_sub(1).unwrap_or(last),
        "g" | "Home" => intake.at = 0,
        "G" | "End" => intake.at = last,
        "→" | "l" | "Space" => return turn(app, 1),
        "←" | "h" => return turn(app, -1),
        "Enter" => return record(app),
        "Esc" | "q" | "Ctrl-C" => {
            app.modals.pop();
            // What is still being read comes to nobody.
            app.intakes += 1;
            app.say(Tone::Told, "Nothing was recorded.");
            return Ok(vec![Effect::StopIntake]);
        }
        _ => {}
    }
    Ok(Vec::new())
}

/// The next or the last value of the row in hand; the file is read anew.
fn turn(app: &mut App, by: isize) -> Done {
    let Some(Modal::Intake(intake)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    let step = |at: usize, of: usize| (at.cast_signed() + by).rem_euclid(of.cast_signed()).unsigned_abs();
    if let Some(column) = intake.at.checked_sub(1) {
        let (Looked::Reading(_, seen) | Looked::Read(seen, _) | Looked::Refused(seen, _)) =
            &mut intake.looked;
        let Some(column) = seen.columns.get_mut(column) else { return Ok(Vec::new()) };
        let at = Field::ALL.iter().position(|field| *field == column.field).unwrap_or(0);
        column.field = Field::ALL[step(at, Field::ALL.len())];
        let fields = seen.columns.iter().enumerate();
        intake.mapped = fields.map(|(at, it)| (format!("#{}", at + 1), it.field.word().to_owned())).collect();
    } else {
        let at = intake.assume.as_ref().and_then(|zone| intake.zones.iter().position(|it| it == zone));
        let at = step(at.map_or(0, |at| at + 1), intake.zones.len() + 1);
        intake.assume = at.checked_sub(1).map(|at| intake.zones[at].clone());
    }
    read(app)
}

fn record(app: &mut App) -> Done {
    let open = app.incident().map(|incident| incident.id);
    let Some(Modal::Intake(intake)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    if open != Some(intake.incident) {
        return Err(
            Refusal::refused("Another incident is on the screen by now.").hint("Esc, and import it there.")
        );
    }
    let judged = match &mut intake.looked {
        Looked::Reading(..) => {
            return Err(Refusal::refused("The file is still being read.").hint("Wait for it; Esc leaves."));
        }
        Looked::Refused(_, refusal) => return Err(on_screen(refusal)),
        Looked::Read(_, judged) if judged.nothing_taken() => {
            return Err(
                Refusal::refused("No row of it can be taken as it is read now.").hint(why_none(judged))
            );
        }
        Looked::Read(_, judged) if judged.drafts.is_empty() => {
            return Err(Refusal::refused("There is nothing new in it to record.").hint("Esc leaves."));
        }
        Looked::Read(_, judged) => std::mem::take(judged),
    };
    let name = intake.name.clone();
    app.modals.pop();
    app.took = Some(format!("{name}: {}. u takes it back as one.", judged.sentence()));
    // A drill goes on by its own lines, which have to be at hand at once.
    if judged.drafts.len() < MANY || app.drill().is_some() {
        return Ok(vec![Effect::Write(judged.drafts)]);
    }
    let acts = thousands(judged.drafts.len());
    app.say(Tone::Told, format!("{name}: {acts} acts are being recorded …"));
    app.taking_in = Some(name);
    Ok(vec![Effect::TakeIn(judged.drafts)])
}

/// A refusal in the words of this screen: what the shell's options do is done by its rows.
pub fn on_screen(refusal: &Refusal) -> Refusal {
    let mut refusal = refusal.clone();
    if refusal.hint.as_ref().is_some_and(|hint| hint.contains("--map")) {
        refusal.hint = Some("Choose a column, and with left and right what it is.".to_owned());
    }
    refusal
}

/// What helps where no row can be taken.
pub fn why_none(judged: &Judged) -> &'static str {
    match judged.refused.iter().any(|one| one.why.contains("names no zone")) {
        true => "Its times name no zone: choose one in the first row.",
        false => "Choose what the columns are; Esc leaves.",
    }
}

/// How far a file is, in words.
pub fn progress(rows: u64) -> String {
    match rows {
        0 => "Reading …".to_owned(),
        n => format!("Reading … row {}", thousands(usize::try_from(n).unwrap_or(usize::MAX))),
    }
}
