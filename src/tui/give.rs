//! Giving a command: judged at once, applied at once, saved behind.

use super::app::{App, Disk, Focus, Tone};
use super::msg::Effect;
use super::screens::{self, Screen};
use crate::incident::command::Command;
use crate::model::desk::Desk;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::text;
use crate::model::time::Happened;
use crate::report;

/// Who did it and when, where that is not me and now.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    pub who: Option<String>,
    pub happened: Option<Happened>,
}

/// Gives one command: done by me, now.
///
/// # Errors
/// What the incident refuses.
pub fn give(app: &mut App, command: &Command) -> Result<Vec<Effect>, Refusal> {
    give_all(app, std::slice::from_ref(command), &Envelope::default())
}

/// Gives several commands as one act of the screen: all of them are judged before any is given.
///
/// # Errors
/// What the incident refuses; then nothing was given.
pub fn give_all(app: &mut App, commands: &[Command], envelope: &Envelope) -> Result<Vec<Effect>, Refusal> {
    let commands = match app.incident() {
        Some(incident) => report::tell(commands, incident, &app.clock()),
        None => commands.into(),
    };
    let seeds: Vec<[u8; 16]> = commands.iter().map(|_| app.seeds.fresh()).collect();
    let case = app.case.as_ref().ok_or_else(|| Refusal::refused("No incident is open."))?;
    if case.as_of.is_some() && !commands.is_empty() {
        return Err(Refusal::refused("This is the record as it stood; nothing is written there.")
            .hint("v or Esc returns to now."));
    }
    let (who, happened) = (&envelope.who, &envelope.happened);
    let desk = |k: u32| {
        let desk = app.desk(seeds[k as usize]);
        Desk { who: who.clone(), happened: happened.clone(), ..desk }
    };
    let drafts = case.incident.decide_all(&commands, desk)?;
    if drafts.is_empty() {
        app.say(Tone::Told, "It is so already; nothing was written.");
        return Ok(Vec::new());
    }
    Ok(vec![Effect::Write(drafts)])
}

/// Own lines were applied: the answer to the key that gave them.
pub fn applied(app: &mut App, lines: &[LineId]) {
    let took = app.took.take();
    let Some(case) = &mut app.case else { return };
    case.unsaved.extend(lines);
    if case.unseen() <= lines.len() {
        case.look();
    }
    let newest = case.incident.entries.last().map(|entry| (entry.kind.word(), entry.shown().to_owned()));
    let waiting = case.unsaved.len();
    if !matches!(app.disk, Disk::NotSaved(..)) {
        app.disk = Disk::Saving(waiting);
    }
    let answered = case.answered(lines);
    let broken = lines.iter().find_map(|line| case.incident.mismatch(*line));
    if let Some(item) = broken {
        let said = format!("MISMATCH: {} {} is not what was taken.", item.label(), item.name());
        app.refuse(
            Refusal::refused(said).hint("Leave both as they are, tell the lead, and log who had access."),
        );
    } else if let Some(words) = took {
        app.say(Tone::Done, words);
    } else if let Some(words) = answered {
        app.say(Tone::Done, words);
    } else if let Some((kind, words)) = newest {
        let first = words.lines().next().unwrap_or_default();
        let said = text::visible(first).into_owned();
        app.say(Tone::Done, format!("{kind}: {said}"));
        let offered = screens::indicators::offered(app);
        if let (Some((kind, value)), Some(said)) = (offered.first(), &mut app.said) {
            let more = if offered.len() > 1 {
                format!(", {} more after it", offered.len() - 1)
            } else {
                String::new()
            };
            said.hint = Some(format!("i takes {} as an indicator{more}.", kind.defang(value)));
        }
        let minute = app.drill().map(|drill| drill.clock.minute(app.wall));
        let asked = minute.zip(newest_words(app));
        if let Some(case) = &mut app.case {
            case.seat.asked = asked;
        }
    }
}

/// The words of the last entry, if I wrote it.
fn newest_words(app: &App) -> Option<String> {
    let entry = app.incident()?.entries.last()?;
    (entry.kind.written() && entry.by == app.me.name).then(|| entry.shown().to_owned())
}

/// Lines came to the disk.
pub fn saved(app: &mut App, lines: &[LineId]) {
    let left = app.case.as_mut().map_or(0, |case| {
        lines.iter().for_each(|line| _ = case.unsaved.remove(line));
        case.unsaved.len()
    });
    app.disk = if left == 0 { Disk::Saved(app.now) } else { Disk::Saving(left) };
}

/// Whether a copy is made harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Defanged,
    Real,
}

/// Sends what is selected to the terminal's clipboard. Whether it arrives there, nobody tells us.
pub fn copy(app: &mut App, how: Shown) -> Result<Vec<Effect>, Refusal> {
    if let (Some(Screen::Report), Ok(key)) = (app.screen(), app.row()) {
        let key = key.clone();
        return screens::report::copy(app, &key);
    }
    let case = app.case.as_ref();
    let words = match app.focus {
        Focus::Incidents => app.incidents.selected().map(|row| format!("{} {}", row.number, row.title)),
        Focus::Tasks => case.and_then(|case| case.task()).map(|task| task.what.title.clone()),
        Focus::Log => case.and_then(|case| case.entry(case.log.at)).map(|entry| entry.shown().to_owned()),
        Focus::On(screen) => {
            let rows = app.shown().map(|shown| shown.in_hand()).unwrap_or_default();
            let words = |key| (screen.face().words)(case?.shown(), key);
            let words: Vec<String> = rows.into_iter().filter_map(words).collect();
            (!words.is_empty()).then(|| words.join("\n"))
        }
    };
    let words = words.ok_or_else(|| Refusal::refused("Nothing is selected to copy."))?;
    let (words, how) = match how {
        Shown::Defanged => (text::defang(&words).into_owned(), "defanged"),
        Shown::Real => (words, "with its real addresses"),
    };
    app.say(Tone::Told, format!("Sent to the terminal, {how}: {} characters.", words.chars().count()));
    Ok(vec![Effect::Copy(words)])
}
