//! Report: what is told to others, as it would be told now, and what was told to whom.

mod questions;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::handover::Standing;
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::sitrep::{self, Give, Sitrep as Kept};
use crate::model::text::counted;
use crate::report;
use crate::report::sitrep::{Saying, Sitrep};
use crate::tui::act::Action;
use crate::tui::app::{App, Tone};
use crate::tui::case::Case;
use crate::tui::keymap::{self, Scope};
use crate::tui::leaving;
use crate::tui::modal::{Modal, Reading};
use crate::tui::msg::Effect;
use crate::tui::text::wrap;
use crate::verb::Leave;

/// What stands in place of the report, which is long.
const REPORT: &str = "The whole incident as a document for others.\n\nEnter makes it and shows it as Markdown.\nW writes it to a file: .md, .html (one page that needs nothing beside it) or .json.\n";

/// The headings of the list.
pub const NOW: &str = "As it would be told now";
pub const TOLD: &str = "Told";

/// A document that is made anew from the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    Sitrep,
    Handover,
    /// Too long to be made with every picture: Enter makes it.
    Report,
}

impl Paper {
    pub const ALL: [Paper; 3] = [Paper::Sitrep, Paper::Handover, Paper::Report];

    /// The word of its row, and in the name of its file.
    pub fn word(self) -> &'static str {
        match self {
            Paper::Sitrep => "sitrep",
            Paper::Handover => "handover",
            Paper::Report => "report",
        }
    }

    /// Its row.
    pub fn key(self) -> Key {
        Key::Word(self.word().to_owned())
    }

    /// The document of a row.
    pub fn of(key: &Key) -> Option<Self> {
        let Key::Word(word) = key else { return None };
        Paper::ALL.into_iter().find(|paper| paper.word() == word)
    }
}

pub const FACE: Face = Face {
    screen: Screen::Report,
    word: "Report",
    short: "Rep",
    scope: Scope::Report,
    count: |_| 0,
    orders: &[],
    rows,
    words: kept_words,
    line: |incident, key| {
        let sitrep = kept(incident, key).map(|sitrep| sitrep.line);
        sitrep.or_else(|| incident.handover(key.noun()?).map(|handover| handover.line))
    },
    acts: &[Action::Given, Action::Write, Action::Copy, Action::Open],
    offers,
    perform,
    questions: questions::ALL,
};

/// The SITREP of a row that was given.
pub fn kept<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Kept> {
    let id = key.noun()?;
    incident.sitreps().find(|sitrep| sitrep.id == *id)
}

fn kept_words(incident: &Incident, key: &Key) -> Option<String> {
    let sitrep = kept(incident, key).map(|sitrep| incident.sitrep_told(sitrep).to_owned());
    sitrep.or_else(|| Some(incident.handover_told(incident.handover(key.noun()?)?).to_owned()))
}

fn rows(_: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    let incident = case.shown();
    let mut keys = vec![Key::Section(NOW)];
    keys.extend(Paper::ALL.into_iter().filter(|paper| keep(&[paper.word()])).map(Paper::key));
    let mut told: Vec<(chrono::DateTime<chrono::Utc>, &NounId)> = Vec::new();
    let sitreps = incident.sitreps().filter(|it| keep(&[&it.label(), &it.to, incident.sitrep_told(it)]));
    told.extend(sitreps.map(|sitrep| (sitrep.at, &sitrep.id)));
    let handovers = incident.handovers().filter(|it| keep(&["handover", &it.to, incident.handover_told(it)]));
    told.extend(handovers.map(|handover| (handover.at, &handover.id)));
    told.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    keys.push(Key::Section(TOLD));
    keys.extend(told.into_iter().map(|(_, id)| Key::Noun(id.clone())));
    keys
}

/// The text of a row: as it would be told now, else as it was told then.
pub fn text(app: &App, key: &Key) -> Option<String> {
    let incident = app.incident()?;
    match Paper::of(key) {
        Some(Paper::Sitrep) => Some(Sitrep::of(incident, Saying::default(), &app.clock()).text()),
        Some(Paper::Handover) => Some(report::handover::told(incident, &app.clock())),
        Some(Paper::Report) => Some(REPORT.to_owned()),
        None => kept_words(incident, key),
    }
}

/// What stands above the text of a row.
pub fn title(incident: &Incident, key: &Key) -> String {
    match (Paper::of(key), kept(incident, key)) {
        (Some(Paper::Sitrep), _) => sitrep::label(incident.next_sitrep_number()),
        (Some(Paper::Handover), _) => "Handover".to_owned(),
        (Some(Paper::Report), _) => "Report".to_owned(),
        (None, Some(sitrep)) => format!("{}, given to {}", sitrep.label(), sitrep.to),
        (None, None) => "Handover, as it was offered".to_owned(),
    }
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    match action {
        Action::Given => {
            match Paper::of(app.row()?) {
                Some(Paper::Handover) => return Ok(super::people::offers_handover(app)),
                Some(Paper::Report) => return Err(as_a_file()),
                Some(Paper::Sitrep) => {}
                None => return told_already(app, app.row()?).map(|()| None),
            }
            let give = Give { to: "…".to_owned(), ..Give::default() };
            Ok(Some(Command::Sitrep(sitrep::Command::Give(give))))
        }
        Action::Write => app.row().map(|_| None),
        Action::Add => Err(Refusal::refused("Nothing is added here.").hint("x says that it was given.")),
        Action::Assign | Action::Due => Err(Refusal::refused("A document has neither owner nor due time.")),
        _ => Ok(None),
    }
}

fn perform(app: &mut App, action: Action) -> Done {
    let key = app.row()?.clone();
    match action {
        Action::Open => open_at(app, key),
        Action::Given => give(app, &key),
        Action::Write => write(app, &key),
        _ => Ok(Vec::new()),
    }
}

/// Opens a document to read. Nothing is written.
///
/// # Errors
/// Refuses while no incident is open.
pub fn read(app: &mut App, paper: Paper) -> Done {
    open_at(app, paper.key())
}

fn open_at(app: &mut App, of: Key) -> Done {
    if Paper::of(&of) == Some(Paper::Report) {
        return leaving::report(app, None, &Leave::default());
    }
    if app.case.is_none() {
        return Err(Refusal::refused("No incident is open.").hint("Enter opens the selected one."));
    }
    app.modals.push(Modal::Reading(Reading { of, top: 0 }));
    Ok(Vec::new())
}

/// `x`: says that it was given; a handover is given by offering the lead.
fn give(app: &mut App, key: &Key) -> Done {
    match Paper::of(key) {
        Some(Paper::Handover) => super::people::hand_over(app),
        Some(Paper::Report) => Err(as_a_file()),
        Some(Paper::Sitrep) => app.open_question(questions::GIVEN, ""),
        None => {
            told_already(app, key)?;
            super::people::hand_over(app)
        }
    }
}

/// What was told is told; only an offer that waits for me is still answered.
fn told_already(app: &App, key: &Key) -> Result<(), Refusal> {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    if let Some(sitrep) = kept(incident, key) {
        let words = format!("{} was given to {}; what was said stays said.", sitrep.label(), sitrep.to);
        return Err(Refusal::refused(words).hint("x on the first row says that the next one was given."));
    }
    let handover = key.noun().and_then(|id| incident.handover(id));
    let handover = handover.ok_or_else(|| Refusal::refused("That is gone."))?;
    if incident.offered_to(&app.me.name).is_some_and(|offer| offer.id == handover.id) {
        return Ok(());
    }
    let (standing, to) = (handover.standing(), &handover.to);
    Err(match standing {
        Standing::Offered => Refusal::refused(format!("The lead is offered to {to}, who answers it.")),
        _ => Refusal::refused(format!("That handover to {to} was {}.", standing.word())),
    }
    .hint("H offers the lead anew."))
}

fn as_a_file() -> Refusal {
    Refusal::refused("The report is a file: W writes it as .md, .html or .json.")
}

/// Asks for the file the report goes into.
///
/// # Errors
/// Refuses while no incident is open.
pub fn write_report(app: &mut App) -> Done {
    write(app, &Paper::Report.key())
}

fn write(app: &mut App, key: &Key) -> Done {
    let about = match key {
        Key::Word(word) => word.clone(),
        Key::Noun(id) => id.to_string(),
        _ => return Err(Refusal::refused("Nothing is selected here.")),
    };
    app.open_question(questions::WRITE, &about)
}

/// Sends the text of a row to the terminal's clipboard. Whether it arrives there, nobody tells us.
///
/// # Errors
/// Refuses what is gone.
pub fn copy(app: &mut App, key: &Key) -> Done {
    if Paper::of(key) == Some(Paper::Report) {
        return Err(as_a_file());
    }
    let text = text(app, key).ok_or_else(|| Refusal::refused("Nothing is selected to copy."))?;
    let lines = counted(text.lines().count() as u64, "line");
    app.say(Tone::Told, format!("Sent to the terminal, defanged: {lines}. tmux may drop them."));
    Ok(vec![Effect::Copy(text)])
}

/// Takes a key of a document that lies open.
///
/// # Errors
/// What the key comes to is refused.
pub fn key(app: &mut App, name: &str) -> Done {
    let Some(Modal::Reading(reading)) = app.modals.last() else { return Ok(Vec::new()) };
    let (of, top) = (reading.of.clone(), reading.top);
    let scopes = [Scope::Report, Scope::Lists, Scope::Everywhere];
    let action = keymap::find(&scopes, name).map(|binding| binding.action);
    match action {
        Some(Action::Quit | Action::Back | Action::Sitrep) => {
            app.modals.pop();
            return Ok(Vec::new());
        }
        Some(Action::Given) => {
            writable(app)?;
            return give(app, &of);
        }
        Some(Action::Write) => return write(app, &of),
        Some(Action::Copy | Action::CopyReal) => return copy(app, &of),
        Some(Action::Handover) => {
            app.modals.pop();
            return app.perform(Action::Handover);
        }
        _ => {}
    }
    let total = rows_of(app, &of);
    let room = usize::from(app.size.1.saturating_sub(2)).max(1);
    let to = moved(top, total, room, if name == "Enter" { Some(Action::Down) } else { action });
    if let Some(Modal::Reading(reading)) = app.modals.last_mut() {
        reading.top = to;
    }
    Ok(Vec::new())
}

/// The reason why nothing can be given here.
fn writable(app: &App) -> Result<(), Refusal> {
    let give = Give { to: "…".to_owned(), ..Give::default() };
    let case = app.case.as_ref().ok_or_else(|| Refusal::refused("No incident is open."))?;
    if case.as_of.is_some() {
        return Err(Refusal::refused("This is the record as it stood; nothing is given from there.")
            .hint("v or Esc returns to now."));
    }
    let command = Command::Sitrep(sitrep::Command::Give(give));
    case.incident.decide(&command, &app.desk([0; 16])).map(|_| ())
}

/// How many rows the text of a row takes on this terminal.
fn rows_of(app: &App, key: &Key) -> usize {
    let rows = |text: &str| text.lines().flat_map(|line| wrap(line, app.size.0)).count();
    text(app, key).map_or(0, |text| rows(&text))
}

/// Where a text stands after a step.
fn moved(top: usize, total: usize, room: usize, action: Option<Action>) -> usize {
    let last = total.saturating_sub(room);
    let to = match action {
        Some(Action::Down) => top + 1,
        Some(Action::Up) => top.saturating_sub(1),
        Some(Action::PageDown | Action::Mark) => top + room,
        Some(Action::PageUp) => top.saturating_sub(room),
        Some(Action::HalfDown) => top + room / 2,
        Some(Action::HalfUp) => top.saturating_sub(room / 2),
        Some(Action::Top) => 0,
        Some(Action::Bottom) => last,
        _ => top,
    };
    to.min(last)
}

/// Scrolls the preview below the list; `false`: the key moves the cursor.
pub fn scroll(app: &mut App, action: Action) -> bool {
    let pages = [Action::PageDown, Action::PageUp, Action::HalfDown, Action::HalfUp, Action::Mark];
    if !pages.contains(&action) {
        return false;
    }
    let Some(key) = app.row().ok().cloned() else { return true };
    let total = rows_of(app, &key);
    let room = crate::tui::view::preview(app);
    if let Some(case) = &mut app.case {
        case.preview = moved(case.preview, total, room, Some(action));
    }
    true
}
