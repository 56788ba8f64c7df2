//! The drill pane: messages and what they brought, what can be said, questions, hints, and the clock.

pub mod after;
mod questions;
mod take;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::drill::{self, Message, QuestionAnswered};
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::tui::act::Action;
use crate::tui::app::{App, Tone};
use crate::tui::case::Case;
use crate::tui::drill::{Manner, Paper, the_play};
use crate::tui::give;
use crate::tui::keymap::Scope;

pub use take::take;

/// The heading above the messages.
pub const MESSAGES: &str = "Messages";
/// The heading above what a message brought.
pub const BROUGHT: &str = "Artefacts";
/// The heading above the questions of the scenario.
pub const QUESTIONS: &str = "Questions";

pub const FACE: Face = Face {
    screen: Screen::Drill,
    word: "Drill",
    short: "Drill",
    scope: Scope::Drill,
    count: |incident| incident.drill.as_ref().map_or(0, |drill| drill.waiting().count()),
    orders: &[],
    rows,
    words,
    line: |_, key| if let Key::Line(line) = key { Some(*line) } else { None },
    acts: &[Action::Answer, Action::Hint, Action::Hold, Action::SkipOn, Action::Write],
    offers,
    perform,
    questions: questions::ALL,
};

/// A row below the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Below {
    /// A line of an artefact of the message that lies open: which artefact, which line, from 0.
    Artefact(usize, usize),
    /// A question, by its id.
    Question(String),
    /// What could be better next time, by its place in the debrief.
    Better(usize),
}

impl Below {
    /// The row of a key, if it is one of these.
    pub fn of(key: &Key) -> Option<Self> {
        let Key::Word(words) = key else { return None };
        let mut parts = words.split(' ');
        match (parts.next()?, parts.next()?, parts.next()) {
            ("artefact", at, Some(line)) => Some(Below::Artefact(at.parse().ok()?, line.parse().ok()?)),
            ("question", id, None) => Some(Below::Question(id.to_owned())),
            ("better", at, None) => Some(Below::Better(at.parse().ok()?)),
            _ => None,
        }
    }

    fn key(&self) -> Key {
        Key::Word(match self {
            Below::Artefact(at, line) => format!("artefact {at} {line}"),
            Below::Question(id) => format!("question {id}"),
            Below::Better(at) => format!("better {at}"),
        })
    }
}

/// The message of a row.
pub fn message<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Message> {
    let Key::Line(line) = key else { return None };
    incident.drill.as_ref()?.messages.iter().find(|message| message.line == *line)
}

fn rows(_: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    let Some(drill) = case.shown().drill.as_deref() else { return Vec::new() };
    let called = |message: &&Message| {
        keep(&[&message.what.from, &message.what.text, message.what.subject.as_deref().unwrap_or_default()])
    };
    let mut keys = vec![Key::Section(MESSAGES)];
    keys.extend(drill.messages.iter().rev().filter(called).map(|message| Key::Line(message.line)));
    keys.push(Key::Section(BROUGHT));
    let artefacts = case.message().map(|message| message.what.artefacts.as_slice()).unwrap_or_default();
    for (at, artefact) in artefacts.iter().enumerate() {
        keys.extend((0..artefact.lines.len()).map(|line| Below::Artefact(at, line).key()));
    }
    keys.push(Key::Section(QUESTIONS));
    let asked = case.seat.play.as_ref().map(|play| play.questions()).unwrap_or_default();
    keys.extend(asked.iter().map(|asked| Below::Question(asked.id.to_string()).key()));
    keys.push(Key::Section(after::BETTER));
    let better = case.seat.debrief.as_ref().map_or(0, |debrief| debrief.improvements.len());
    keys.extend((0..better).map(|at| Below::Better(at).key()));
    keys
}

fn words(incident: &Incident, key: &Key) -> Option<String> {
    let message = message(incident, key)?;
    Some(format!("{} ({}): {}", message.what.from, message.what.channel, message.what.text))
}

/// A message that lies open once a key is done is read; what the cursor only passed on its way is not.
pub fn seen(app: &mut App) {
    if app.screen() == Some(Screen::Drill)
        && app.modals.is_empty()
        && let Some(case) = &mut app.case
        && let Paper::Message(line) = case.seat.paper
    {
        case.seat.read.insert(line);
    }
}

/// Follows the cursor: what it stands on lies open.
pub fn look(app: &mut App) {
    if app.screen() != Some(Screen::Drill) {
        return;
    }
    let Some(case) = &mut app.case else { return };
    let paper = match case.list(Screen::Drill).key() {
        Some(Key::Line(line)) => Paper::Message(*line),
        Some(key) => match Below::of(key) {
            Some(Below::Question(id)) => Paper::Question(id),
            Some(Below::Better(at)) => Paper::Better(at),
            Some(Below::Artefact(..)) | None => case.seat.paper.clone(),
        },
        None => Paper::Nothing,
    };
    if paper == case.seat.paper {
        return;
    }
    case.seat.paper = paper;
    case.seat.picks.clear();
    super::relist(app);
}

/// Opens the pane at a message.
pub fn go_to(app: &mut App, message: LineId) {
    super::select(app, Screen::Drill, &Key::Line(message));
    look(app);
}

pub(super) fn the_drill(app: &App) -> Result<&drill::Drill, Refusal> {
    app.drill().ok_or_else(|| Refusal::refused("This incident is no drill."))
}

/// The command that says what is chosen; with nothing chosen the first there is, to be judged.
fn saying(app: &App, picks: &[usize]) -> Result<drill::Command, Refusal> {
    let case = app.case.as_ref().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let Some((manner, choices)) = case.choices() else {
        let said = case.message().and_then(|message| message.reply.as_ref());
        return Err(match said {
            Some((_, said)) => Refusal::refused(format!("{} has your answer; the first stands.", said.to)),
            None => Refusal::refused("Nothing is asked here.").hint("0 goes to what waits for you."),
        });
    };
    let picked: Vec<String> =
        picks.iter().filter_map(|at| choices.get(*at)).map(|it| it.id.clone()).collect();
    match (manner, case.message(), case.question()) {
        (Manner::Reply, Some(message), _) => {
            let option = picked.first().unwrap_or(&choices[0].id);
            let reply = the_play(app)?.reply(&message.what.inject, option);
            reply.map(drill::Command::Reply).ok_or_else(|| Refusal::refused("That cannot be said any more."))
        }
        (_, _, Some(asked)) => {
            Ok(drill::Command::Answer(QuestionAnswered { question: asked.id.to_string(), picks: picked }))
        }
        _ => Err(Refusal::refused("Nothing is asked here.")),
    }
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    let minute = || the_drill(app).map(|drill| drill.clock.minute(app.wall));
    let command = match action {
        Action::Answer => match saying(app, &[0])? {
            drill::Command::Answer(_) => return Ok(None),
            command => command,
        },
        Action::Hint if after::debrief(app).is_ok() => return Ok(None),
        Action::Write => {
            after::debrief(app)?;
            return Ok(None);
        }
        Action::Hint => match the_play(app)?.hint(minute()?) {
            Some(offer) => drill::Command::Hint((&offer).into()),
            None => {
                return Err(Refusal::refused("There is nothing to hint at now.").hint("Read on, or go on."));
            }
        },
        Action::Hold => return Ok(Some(Command::Drill(Box::new(holding(app)?)))),
        Action::SkipOn => match the_play(app)?.skip(minute()?) {
            Some(to) => drill::Command::Skip(to),
            None => return Err(Refusal::refused("Nothing is to come.")),
        },
        Action::Add if after::debrief(app).is_ok() => return Ok(None),
        Action::Add => {
            return Err(Refusal::refused("Nothing is added here.")
                .hint("n c i e take what stands here into the record."));
        }
        Action::Assign | Action::Due => {
            return Err(Refusal::refused("A message has neither owner nor due time."));
        }
        _ => return Ok(None),
    };
    Ok(Some(Command::Drill(Box::new(command))))
}

fn perform(app: &mut App, action: Action) -> Done {
    match action {
        Action::Open => open(app),
        Action::Hint if after::debrief(app).is_ok() => after::read(app),
        Action::Write => app.open_question(after::WRITE.name, ""),
        Action::Add => after::improve(app),
        Action::Hint => app.open_question(questions::HINT, ""),
        Action::SkipOn => app.open_question(questions::SKIP, ""),
        Action::Hold => hold(app),
        _ => Ok(Vec::new()),
    }
}

/// Chooses an option of the paper in hand by its number; Enter says it.
///
/// # Errors
/// Refuses a number that is none of them.
pub fn choose(app: &mut App, digit: usize) -> Done {
    app.offers(Action::Answer)?;
    let Some(case) = &mut app.case else { return Ok(Vec::new()) };
    let Some((manner, choices)) = case.choices() else { return Ok(Vec::new()) };
    let at = digit.wrapping_sub(1);
    if at >= choices.len() {
        return Err(Refusal::refused(format!("There are {} answers here, and no {digit}.", choices.len())));
    }
    let picks = &mut case.seat.picks;
    match manner {
        Manner::Reply | Manner::Single => *picks = vec![at],
        Manner::Multi | Manner::Order => match picks.iter().position(|pick| *pick == at) {
            Some(place) => _ = picks.remove(place),
            None => picks.push(at),
        },
    }
    Ok(Vec::new())
}

/// Says what is chosen; where nothing is, shows the whole of what the cursor stands on.
fn open(app: &mut App) -> Done {
    let Some(case) = &app.case else { return Ok(Vec::new()) };
    if case.list(Screen::Drill).key().and_then(|key| after::candidate(case, key)).is_some() {
        return after::improve(app);
    }
    let picks = case.seat.picks.clone();
    let Some((manner, choices)) = case.choices() else {
        return take::card(app);
    };
    if picks.is_empty() {
        let (most, what) = (choices.len(), if manner == Manner::Reply { "say it" } else { "answer" });
        app.say(Tone::Told, format!("1 to {most} choose, then Enter to {what}."));
        return Ok(Vec::new());
    }
    if manner == Manner::Order && picks.len() < choices.len() {
        return Err(Refusal::refused(format!("{} of {} stand in order yet.", picks.len(), choices.len()))
            .hint("Press the others in their order; a number again takes it out."));
    }
    let command = saying(app, &picks)?;
    let effects = give::give(app, &Command::Drill(Box::new(command)))?;
    if let Some(case) = &mut app.case {
        case.seat.picks.clear();
    }
    Ok(effects)
}

/// What `Z` comes to.
///
/// # Errors
/// Refuses where this is no drill.
pub fn holding(app: &App) -> Result<drill::Command, Refusal> {
    let asked = drill::Command::Pause { at: None, why: drill::Standing::Asked };
    Ok(if the_drill(app)?.clock.stands.is_some() { drill::Command::Resume } else { asked })
}

/// Stops the clock, or lets it go on.
///
/// # Errors
/// Refuses where this is no drill, and after its end.
pub fn hold(app: &mut App) -> Done {
    let command = holding(app)?;
    if let (Some(case), drill::Command::Resume) = (&mut app.case, &command)
        && case.drill().is_some_and(|drill| drill.clock.stands == Some(drill::Standing::Reading))
    {
        // Whoever lets it go on while it waits for a reader has no need of that.
        case.seat.hurry = true;
    }
    give::give(app, &Command::Drill(Box::new(command)))
}
