//! A player's seat in a drill: the play behind the screens, what was read, what is about to be said, and what
//! exercise control writes when its time has come.

mod lead;
mod say;
pub mod start;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::drill::debrief::Debrief;
use crate::drill::hint::Asked;
use crate::drill::play::Play;
use crate::incident::Incident;
use crate::model::drill::{Drill, Message, Profile};
use crate::model::entry::Entry;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;

use super::app::{App, Tone};
use super::case::Case;

pub use lead::{lead, leave};
pub use say::say;

/// What lies open in front of a player.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    #[default]
    Nothing,
    /// The message that this line delivered.
    Message(LineId),
    /// A question of the scenario, by its id.
    Question(String),
    /// What could be better next time, by its place in the debrief.
    Better(usize),
}

/// The seat of a player. What stands here is theirs alone: nothing of it is on record.
#[derive(Debug, Default)]
pub struct Seat {
    /// The journal replayed by its scenario. `None`: this is no drill, or the key to it is lost.
    pub play: Option<Play>,
    /// How it went, once it has ended.
    pub debrief: Option<Box<Debrief>>,
    /// Why there is no play, a sentence.
    pub lost: Option<String>,
    pub paper: Paper,
    /// Options of the paper that are chosen and not said yet: places from 0, in the order of choosing.
    pub picks: Vec<usize>,
    /// Messages that were read here, by the line that delivered them.
    pub read: BTreeSet<LineId>,
    /// Whether this is the first drill of the store, so that its clock waits while somebody reads.
    pub first: bool,
    /// The clock waits for nobody any more.
    pub hurry: bool,
    /// The last sign of life of screens that were killed while the clock ran (UTC, wall): it stood from then on.
    pub(super) died: Option<DateTime<Utc>>,
    /// The exercise minute at which control could not write.
    pub(super) halted: Option<u32>,
    /// Messages that were announced here.
    pub(super) told: usize,
    /// What I wrote last and in which exercise minute, until whoever it names has been looked for.
    pub(super) asked: Option<(u32, String)>,
}

impl Seat {
    /// Takes the seat: what came before my own last line was read then.
    pub fn take(&mut self, incident: &Incident, me: &str) {
        let Some(drill) = incident.drill.as_deref() else { return };
        let after = |entry: &&Entry| entry.by != me;
        let new: BTreeSet<LineId> =
            incident.entries.iter().rev().take_while(after).map(|entry| entry.id).collect();
        let lines = drill.messages.iter().map(|message| message.line);
        self.read = lines.filter(|line| !new.contains(line)).collect();
        self.told = drill.messages.len();
    }

    /// Whether a message has not been read here.
    pub fn unread(&self, message: &Message) -> bool {
        !self.read.contains(&message.line)
    }
}

/// An option of the paper in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosing {
    pub id: String,
    pub text: String,
}

/// How options are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// One of them; the first said stands.
    Reply,
    /// One of them; a later answer replaces it.
    Single,
    /// Any of them.
    Multi,
    /// All of them, in the right order.
    Order,
}

impl Case {
    /// The message that lies open.
    pub fn message(&self) -> Option<&Message> {
        let Paper::Message(line) = &self.seat.paper else { return None };
        self.drill()?.messages.iter().find(|message| message.line == *line)
    }

    /// The question that lies open.
    pub fn question(&self) -> Option<Asked> {
        let Paper::Question(id) = &self.seat.paper else { return None };
        self.seat.play.as_ref()?.questions().into_iter().find(|asked| asked.id == id.as_str())
    }

    /// The drill as it stands, whatever time is looked at.
    pub fn drill(&self) -> Option<&Drill> {
        self.incident.drill.as_deref()
    }

    /// What is said of an answer that was just given: the pane shows the rest.
    pub fn answered(&self, lines: &[LineId]) -> Option<String> {
        let drill = self.drill()?;
        let reply = drill.messages.iter().filter_map(|message| message.reply.as_ref());
        if let Some((_, reply)) = reply.into_iter().find(|(line, _)| lines.contains(line)) {
            return Some(format!("Said to {}; it stands.", reply.to));
        }
        if lines.iter().all(|line| self.incident.entry_of(*line).is_none()) {
            return Some("Done; players see nothing of it before the debrief.".to_owned());
        }
        let entry = self.incident.entries.last().filter(|entry| lines.contains(&entry.id))?;
        (entry.kind == crate::model::entry::Kind::Drill).then(|| entry.shown().to_owned())
    }

    /// What can be chosen on the paper in hand, and how. `None`: nothing, or it was said.
    pub fn choices(&self) -> Option<(Manner, Vec<Choosing>)> {
        use crate::drill::scenario::QuestionKind;
        if self.as_of.is_some() || self.drill()?.ended.is_some() {
            return None;
        }
        let of = |choices: &[crate::model::drill::Choice]| {
            choices.iter().map(|it| Choosing { id: it.id.clone(), text: it.text.clone() }).collect()
        };
        if let Some(message) = self.message() {
            return message.waits().then(|| (Manner::Reply, of(&message.what.choices)));
        }
        let asked = self.question()?;
        let manner = match asked.kind {
            QuestionKind::Single => Manner::Single,
            QuestionKind::Multi => Manner::Multi,
            QuestionKind::Order => Manner::Order,
        };
        Some((manner, of(&asked.options)))
    }
}

/// The play of the open drill.
///
/// # Errors
/// Refuses where this is no drill, or the key to it is lost.
pub fn the_play(app: &App) -> Result<&Play, Refusal> {
    let seat = app.case.as_ref().map(|case| &case.seat);
    seat.and_then(|seat| seat.play.as_ref()).ok_or_else(|| {
        let lost = seat.and_then(|seat| seat.lost.clone());
        Refusal::refused(lost.unwrap_or_else(|| "This incident is no drill.".to_owned()))
            .hint("drill list shows what can be played.")
    })
}

impl App {
    /// Messages that wait for an answer of the players, the oldest first.
    pub fn asking(&self) -> impl Iterator<Item = &Message> {
        let drill = self.drill().filter(|drill| drill.ended.is_none());
        drill.into_iter().flat_map(Drill::waiting)
    }

    /// Messages that were not read here, the oldest first.
    pub fn unread(&self) -> impl Iterator<Item = &Message> {
        let seat = self.case.as_ref().map(|case| &case.seat);
        let messages = self.drill().into_iter().flat_map(|drill| &drill.messages);
        messages.filter(move |message| seat.is_some_and(|seat| seat.unread(message)))
    }

    /// Questions of the scenario that nobody has answered, the oldest first.
    pub fn open_questions(&self) -> Vec<Asked> {
        let play = self.case.as_ref().and_then(|case| case.seat.play.as_ref());
        let mut open = play.map(Play::questions).unwrap_or_default();
        open.retain(|asked| asked.picks.is_empty());
        open
    }

    /// Whether verdicts and reasons are told at once.
    pub fn coached(&self) -> bool {
        self.drill().is_some_and(|drill| drill.exercise.profile == Profile::Coached)
    }

    /// Opens what a contact would do whom an entry of mine just named, unless something else is being typed. It is
    /// looked for again while the entry's own minute lasts, for the entry may be what they waited for.
    pub(super) fn open_addressed(&mut self) {
        let Some(case) = &mut self.case else { return };
        let Some((minute, words)) = &case.seat.asked else { return };
        let now = case.incident.drill.as_deref().map(|drill| drill.clock.minute(self.wall));
        let found = case.incident.drill.as_deref().and_then(|drill| drill.addressed(words));
        let Some((line, from)) = found.map(|message| (message.line, message.what.from.clone())) else {
            if now != Some(*minute) {
                case.seat.asked = None;
            }
            return;
        };
        case.seat.asked = None;
        if self.modals.is_empty() {
            super::screens::drill::go_to(self, line);
            if let Some(said) = &mut self.said {
                said.hint = Some(format!("{from} asks what you say: a digit, then Enter. Esc: back."));
            }
        } else if let Some(said) = &mut self.said {
            said.hint = Some(format!("{from} waits for your answer: 0."));
        }
    }

    /// Says that the clock stands since nobody was here.
    pub(super) fn say_away(&mut self, minute: u32) {
        self.say(
            Tone::Told,
            format!("The clock stands at minute {minute}: nobody was here. Z: go on at minute {minute}."),
        );
    }

    /// Control could not write: it tries again in the next exercise minute.
    pub fn halt_control(&mut self) {
        let minute = self.drill().map(|drill| drill.clock.minute(self.wall));
        if let Some(case) = &mut self.case {
            case.seat.halted = minute;
        }
    }

    /// Makes the debrief of a drill that has ended; says so the first time.
    pub(super) fn conclude(&mut self) {
        let Some(case) = &mut self.case else { return };
        let ended = case.incident.drill.as_deref().and_then(|drill| drill.ended);
        let (Some((minute, _)), Some(play), None) = (ended, &case.seat.play, &case.seat.debrief) else {
            return;
        };
        // The play may be a line behind: then it ends with the next.
        if !play.ended() {
            return;
        }
        case.seat.debrief = Some(Box::new(Debrief::of(play)));
        super::screens::relist(self);
        self.say(
            Tone::Told,
            format!("ENDEX at minute {minute}. b in the drill pane reads the debrief: 0 goes there."),
        );
    }

    /// Says which messages came since the last time; an answer that stands there is not written over.
    pub(super) fn announce(&mut self) {
        let Some(case) = &self.case else { return };
        let Some(drill) = case.drill() else { return };
        let came = &drill.messages[case.seat.told.min(drill.messages.len())..];
        let total = drill.messages.len();
        // What lies open already needs no announcement.
        let came: Vec<&Message> = came.iter().filter(|message| case.seat.unread(message)).collect();
        let words = match came[..] {
            [] => None,
            [one] if one.waits() => {
                Some(format!("{} ({}) waits for your answer.", one.what.from, one.what.channel))
            }
            [one] => Some(format!("A message came: {} ({}).", one.what.from, one.what.channel)),
            ref several => Some(format!(
                "{} messages came, the last from {}.",
                several.len(),
                several[several.len() - 1].what.from
            )),
        };
        if let Some(case) = &mut self.case {
            case.seat.told = total;
        }
        if let Some(words) = words
            && self.said.is_none()
        {
            self.say(Tone::Told, words);
            if let Some(said) = &mut self.said {
                said.hint = Some("0 goes there.".to_owned());
            }
        }
    }
}
