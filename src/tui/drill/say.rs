//! The verbs of drills on the `:` line: what a player can do by keys can be said in words.

use super::{start, the_play};
use crate::control::Asked;
use crate::incident::command::Command;
use crate::model::drill::{self, Ending, HintTaken, QuestionAnswered, Standing};
use crate::model::refusal::Refusal;
use crate::tui::app::App;
use crate::tui::command_line::in_a_shell;
use crate::tui::give::{self, Envelope};
use crate::tui::msg::Effect;
use crate::tui::pick;
use crate::tui::screens::{self, Screen};
use crate::verb::{Drilling, Playing};

/// Does what is said of drills.
///
/// # Errors
/// What the incident refuses, and what belongs in a shell.
pub fn say(app: &mut App, drilling: Drilling, envelope: &Envelope) -> Result<Vec<Effect>, Refusal> {
    let playing = match drilling {
        Drilling::Play(playing) => playing,
        Drilling::List if app.drill().is_some() => return screens::open(app, Screen::Drill),
        Drilling::List => return pick::open_drills(app),
        Drilling::Check { .. } => return Err(in_a_shell()),
    };
    let minute = app.drill().map(|drill| drill.clock.minute(app.wall)).unwrap_or_default();
    let command = match playing {
        Playing::Start { scenario, ratio, profile, facilitated } => {
            return start::brief(app, &scenario, &Asked { ratio, profile, facilitated });
        }
        Playing::Status { message: None } => return screens::open(app, Screen::Drill),
        Playing::Status { message: Some(id) } => {
            let line = message(app, &id)?.line;
            screens::drill::go_to(app, line);
            return Ok(Vec::new());
        }
        Playing::Reply { message: id, choice } => {
            let id = message(app, &id)?.what.inject.clone();
            let reply = the_play(app)?.reply(&id, &choice.to_lowercase());
            let known = || Refusal::misused(format!("{id} has no answer {choice} that can be given now."));
            drill::Command::Reply(reply.ok_or_else(known)?)
        }
        Playing::Answer { question, picks } => {
            let asked = the_play(app)?.questions();
            let asked = asked.into_iter().find(|asked| asked.id.as_str().eq_ignore_ascii_case(&question));
            let asked = asked.ok_or_else(|| Refusal::misused(format!("No question {question} is open.")))?;
            drill::Command::Answer(QuestionAnswered { question: asked.id.to_string(), picks })
        }
        Playing::Hint => {
            let offer = the_play(app)?.hint(minute);
            let offer = offer.ok_or_else(|| Refusal::refused("There is nothing to hint at now."))?;
            drill::Command::Hint(HintTaken::from(&offer))
        }
        Playing::Pause => drill::Command::Pause { at: None, why: Standing::Asked },
        Playing::Resume => drill::Command::Resume,
        Playing::Pace(ratio) => drill::Command::Pace(ratio),
        Playing::Skip { to } => {
            let next = the_play(app)?.skip(minute).unwrap_or(minute);
            drill::Command::Skip(to.map_or(next, |to| to.min(next).max(minute)))
        }
        Playing::End => drill::Command::End(Ending::Stopped),
        Playing::Debrief { output: Some(path), .. } => return screens::drill::after::write(app, path),
        Playing::Debrief { output: None, .. } => return screens::drill::after::read(app),
        Playing::Control(asked) => return screens::control::say(app, &asked),
        Playing::Compare => return Err(in_a_shell()),
    };
    give::give_all(app, &[Command::Drill(Box::new(command))], envelope)
}

fn message<'a>(app: &'a App, id: &str) -> Result<&'a drill::Message, Refusal> {
    let messages = app.drill().into_iter().flat_map(|drill| &drill.messages);
    let found = messages.into_iter().find(|message| message.what.inject.eq_ignore_ascii_case(id));
    found.ok_or_else(|| Refusal::misused(format!("No message {id} has come.")).hint("0 leads to what has."))
}
