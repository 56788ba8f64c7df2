//! A drill in its incident: what may be done to its clock and its messages, and what a line makes of them.

use serde::Serialize;

use super::Incident;
use super::event::Event;
use super::line::Line;
use crate::model::desk::Desk;
use crate::model::drill::{
    Came, Command, ControlNote, ControlNoted, Drill, DrillEnded, DrillPaced, DrillPaused, DrillResumed,
    DrillSkipped, Ending, Exercise, FASTEST, HintLevel, HintTaken, InjectDelivered, InjectWithheld,
    InjectsPostponed, Message, Profile, QuestionAnswered, ReplyGiven, Standing,
};
use crate::model::entry::Kind;
use crate::model::head::Opened;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::text;

use super::words::with_reason;

/// A drill for scripts. What only control may see is left out.
#[derive(Serialize)]
pub struct DrillDocument<'a> {
    #[serde(flatten)]
    exercise: &'a Exercise,
    running: bool,
    pace: u32,
    messages: Vec<MessageDocument<'a>>,
    answers: Vec<&'a QuestionAnswered>,
    hints: &'a [HintTaken],
    /// The exercise minute of ENDEX.
    ended: Option<u32>,
}

/// A message as the players have it.
#[derive(Serialize)]
struct MessageDocument<'a> {
    minute: u32,
    #[serde(flatten)]
    what: &'a InjectDelivered,
    unanswered: Option<&'a str>,
    reply: Option<&'a ReplyGiven>,
}

impl<'a> DrillDocument<'a> {
    pub(super) fn of(drill: &'a Drill) -> Self {
        let message = |message: &'a Message| MessageDocument {
            minute: message.minute,
            what: &message.what,
            unanswered: message.unanswered.as_deref(),
            reply: message.reply.as_ref().map(|(_, reply)| reply),
        };
        Self {
            exercise: &drill.exercise,
            running: drill.clock.stands.is_none(),
            pace: drill.clock.ratio,
            messages: drill.messages.iter().map(message).collect(),
            answers: drill.answers.values().collect(),
            hints: &drill.hints,
            ended: drill.ended.map(|(minute, _)| minute),
        }
    }
}

/// The most messages and notes a drill takes.
const MOST: usize = 500;

impl Incident {
    /// Whether it is made up.
    pub fn is_drill(&self) -> bool {
        self.drill.is_some()
    }

    /// Whether strong gates refuse here.
    pub fn is_strict(&self) -> bool {
        self.drill.as_ref().is_some_and(|drill| drill.exercise.profile == Profile::Strict)
    }

    /// Whether a line is a reply to a message of the drill.
    pub(super) fn said_in_drill(&self, line: LineId) -> bool {
        let messages = self.drill.iter().flat_map(|drill| &drill.messages);
        messages.filter_map(|message| message.reply.as_ref()).any(|(reply, _)| *reply == line)
    }

    /// Judges an act in a drill.
    pub(super) fn decide_drill(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        let Some(drill) = self.drill.as_deref() else {
            return Err(Refusal::refused(format!("{} is no drill.", self.number))
                .hint("casebook drill list shows what can be played; casebook list --drills what was."));
        };
        let after_endex = matches!(command, Command::Note(_));
        if drill.ended.is_some() && !after_endex {
            if matches!(command, Command::End(_)) {
                return Ok(None);
            }
            return Err(Refusal::refused(format!("{} has ended.", self.number))
                .hint(format!("casebook drill debrief -i {} tells how it went.", self.number)));
        }
        Ok(match command {
            Command::Pause { at, why } => {
                let stands = drill.clock.stands.is_some();
                (!stands).then(|| DrillPaused { at: *at, why: *why }.into())
            }
            Command::Resume => drill.clock.stands.map(|_| DrillResumed {}.into()),
            Command::Pace(to) => pace(drill, *to)?.map(Event::from),
            Command::Skip(to) => {
                let from = desk.ex.unwrap_or(0);
                (*to > from).then(|| DrillSkipped { from, to: *to }.into())
            }
            Command::Deliver(inject) => deliver(drill, inject)?.map(Event::from),
            Command::Unanswered(it) => {
                let open = drill.message(&it.inject).is_some_and(|m| m.waits() && m.unanswered.is_none());
                open.then(|| it.clone().into())
            }
            Command::Withhold(it) => withhold(drill, it)?.map(Event::from),
            Command::Postpone(by_min) => (*by_min > 0).then(|| InjectsPostponed { by_min: *by_min }.into()),
            Command::Reply(reply) => self.reply(drill, reply)?.map(Event::from),
            Command::Answer(answer) => answered(drill, answer)?.map(Event::from),
            Command::Hint(hint) => self.hint(drill, hint)?.map(Event::from),
            Command::Note(note) => Some(noted(drill, note)?.into()),
            Command::End(why) => Some(DrillEnded { why: *why }.into()),
        })
    }

    fn reply(&self, drill: &Drill, reply: &ReplyGiven) -> Result<Option<ReplyGiven>, Refusal> {
        let message = drill.message(&reply.inject).ok_or_else(|| {
            Refusal::refused(format!("No message {} has come.", reply.inject))
                .hint(format!("casebook drill status -i {} shows what waits for you.", self.number))
        })?;
        if let Some((_, said)) = &message.reply {
            if said.option == reply.option {
                return Ok(None);
            }
            return Err(Refusal::refused(format!(
                "{} was answered with {}; the first answer stands.",
                reply.inject, said.option
            ))
            .hint("Say what changed in the log: casebook log \"…\" --kind communication"));
        }
        if message.what.choices.is_empty() {
            return Err(Refusal::refused(format!("{} asks for no answer.", reply.inject))
                .hint("Act on it on the board."));
        }
        if !message.what.choices.iter().any(|choice| choice.id == reply.option) {
            let known: Vec<&str> = message.what.choices.iter().map(|choice| choice.id.as_str()).collect();
            return Err(Refusal::misused(format!("{} has no answer {}.", reply.inject, reply.option))
                .hint(format!("Its answers: {}.", known.join(", "))));
        }
        Ok(Some(reply.clone()))
    }

    fn hint(&self, drill: &Drill, hint: &HintTaken) -> Result<Option<HintTaken>, Refusal> {
        if drill.exercise.profile == Profile::Strict {
            return Err(Refusal::refused("This drill is played without hints.")
                .hint(format!("casebook show -i {} tells where it stands.", self.number)));
        }
        if drill.hinted(&hint.action, hint.level) {
            return Ok(None);
        }
        if hint.level == HintLevel::Direct && !drill.hinted(&hint.action, HintLevel::Nudge) {
            return Err(Refusal::refused("The nudge comes before the direct hint."));
        }
        Ok(Some(hint.clone()))
    }

    /// Makes of a line what it means for the drill. `false`: it has no place in the log. It says again what had
    /// come, as two screens that noticed the same minute both do, or the clock waits for a reader.
    pub(super) fn play(&mut self, line: &Line) -> bool {
        if let Event::Opened(Opened { drill: Some(exercise), .. }) = &line.event {
            self.drill = Some(Box::new(Drill::new((**exercise).clone(), line.recorded)));
        }
        let Some(drill) = self.drill.as_deref_mut() else { return true };
        let wall = line.recorded;
        let minute = line.ex.unwrap_or_else(|| drill.clock.minute(wall));
        match &line.event {
            Event::DrillPaused(paused) => {
                drill.clock.pause(paused.at.unwrap_or(wall), paused.why);
                // The clock that waits for a reader is in the record; the log is for what people did.
                return paused.why != Standing::Reading;
            }
            Event::DrillResumed(_) => {
                let read = drill.clock.stands == Some(Standing::Reading);
                drill.clock.resume(wall);
                return !read;
            }
            Event::DrillPaced(paced) => drill.clock.pace(wall, paced.to),
            Event::DrillSkipped(skipped) => drill.clock.skip(wall, skipped.to),
            Event::InjectDelivered(inject) => {
                if drill.message(&inject.inject).is_some() {
                    return false;
                }
                if let Some(to) = inject.jump_to {
                    drill.clock.jump(minute, to.to_utc());
                }
                drill.messages.push(Message {
                    line: line.id,
                    minute,
                    at: drill.clock.story_of(minute),
                    what: inject.clone(),
                    unanswered: None,
                    reply: None,
                });
            }
            Event::InjectUnanswered(it) => {
                let mut messages = drill.messages.iter_mut();
                let open = messages.find(|m| m.what.inject == it.inject && m.unanswered.is_none());
                let Some(message) = open else { return false };
                message.unanswered = Some(it.text.clone());
            }
            Event::InjectWithheld(it) => drill.withheld.push(it.clone()),
            Event::InjectsPostponed(it) => drill.postponed = drill.postponed.saturating_add(it.by_min),
            Event::ReplyGiven(reply) => {
                if let Some(message) = drill.messages.iter_mut().find(|m| m.what.inject == reply.inject) {
                    message.reply.get_or_insert_with(|| (line.id, reply.clone()));
                }
            }
            Event::QuestionAnswered(answer) if drill.ended.is_none() => {
                drill.answers.insert(answer.question.clone(), answer.clone());
            }
            Event::HintTaken(hint) if !drill.hinted(&hint.action, hint.level) => {
                drill.hints.push(hint.clone());
            }
            Event::ControlNoted(note) => {
                drill.notes.push(ControlNote { minute, by: line.actor().to_owned(), what: note.clone() });
            }
            Event::DrillEnded(ended) => {
                if drill.ended.is_some() {
                    return false;
                }
                drill.clock.end(wall, minute);
                drill.ended = Some((minute, ended.why));
            }
            _ => {}
        }
        true
    }
}

fn pace(drill: &Drill, to: u32) -> Result<Option<DrillPaced>, Refusal> {
    if !(1..=FASTEST).contains(&to) {
        return Err(Refusal::misused(format!("{to} is no pace."))
            .hint(format!("Give 1 to {FASTEST} exercise minutes in a real one.")));
    }
    let from = drill.clock.ratio;
    Ok((from != to).then_some(DrillPaced { from, to }))
}

fn deliver(drill: &Drill, inject: &InjectDelivered) -> Result<Option<InjectDelivered>, Refusal> {
    if drill.message(&inject.inject).is_some() {
        return Ok(None);
    }
    if drill.messages.len() >= MOST {
        return Err(Refusal::refused(format!("A drill takes {MOST} messages; this one has them.")));
    }
    if inject.came == Came::Contingency {
        text::body(&inject.text)?;
        text::name(&inject.from)?;
    }
    Ok(Some(inject.clone()))
}

fn withhold(drill: &Drill, it: &InjectWithheld) -> Result<Option<InjectWithheld>, Refusal> {
    if drill.message(&it.inject).is_some() {
        return Err(Refusal::refused(format!("{} has reached the players.", it.inject))
            .hint("What was said is not unsaid; send a message that sets it right."));
    }
    let known = drill.withheld.iter().any(|have| have.inject == it.inject);
    let reason = it.reason.as_deref().map(text::reason).transpose()?;
    Ok((!known).then(|| InjectWithheld { inject: it.inject.clone(), reason }))
}

fn answered(drill: &Drill, answer: &QuestionAnswered) -> Result<Option<QuestionAnswered>, Refusal> {
    if answer.picks.is_empty() {
        return Err(Refusal::misused(format!("{} has no answer yet.", answer.question))
            .hint(format!("Give its letters: casebook drill answer {} a", answer.question)));
    }
    Ok((drill.answers.get(&answer.question) != Some(answer)).then(|| answer.clone()))
}

fn noted(drill: &Drill, note: &ControlNoted) -> Result<ControlNoted, Refusal> {
    if drill.notes.len() >= MOST {
        return Err(Refusal::refused(format!("A drill takes {MOST} notes of control; this one has them.")));
    }
    Ok(ControlNoted { text: text::body(&note.text)?, ..note.clone() })
}

/// Whether players see nothing of an event before the debrief.
pub(super) fn hidden(event: &Event) -> bool {
    matches!(event, Event::ControlNoted(_) | Event::InjectWithheld(_) | Event::InjectsPostponed(_))
}

/// The words of the log for what happens in a drill.
pub(super) fn words(event: &Event) -> (Kind, String) {
    match event {
        Event::DrillPaused(paused) => (
            Kind::Drill,
            match paused.why {
                Standing::Asked => "the exercise clock stands".to_owned(),
                Standing::Away => "the exercise clock stands: nobody is here".to_owned(),
                Standing::Reading => "the exercise clock waits while a message is read".to_owned(),
            },
        ),
        Event::DrillResumed(_) => (Kind::Drill, "the exercise clock goes on".to_owned()),
        Event::DrillPaced(paced) => (Kind::Drill, format!("pace ×{} → ×{}", paced.from, paced.to)),
        Event::DrillSkipped(skipped) => {
            (Kind::Drill, format!("skipped from minute {} to {}", skipped.from, skipped.to))
        }
        Event::InjectDelivered(inject) => (Kind::Inject, delivered(inject)),
        Event::InjectUnanswered(it) => (Kind::Inject, it.text.clone()),
        Event::InjectWithheld(it) => {
            (Kind::Drill, with_reason(&format!("{} is withheld", it.inject), it.reason.as_deref()))
        }
        Event::InjectsPostponed(it) => (Kind::Drill, format!("what is to come, {} minutes later", it.by_min)),
        Event::ReplyGiven(reply) => {
            let answer = reply.answer.as_deref().map(|said| format!("  → {said}")).unwrap_or_default();
            (Kind::Communication, format!("to {}: {}{answer}", reply.to, reply.text))
        }
        Event::QuestionAnswered(answer) => {
            (Kind::Drill, format!("{} answered: {}", answer.question, answer.picks.join(", ")))
        }
        Event::HintTaken(hint) => (Kind::Drill, format!("hint ({}): {}", hint.level.word(), hint.text)),
        Event::ControlNoted(note) => (Kind::Drill, note.text.clone()),
        Event::DrillEnded(ended) => {
            let why = match ended.why {
                Ending::Reached => "what it was for is reached",
                Ending::Time => "time is up",
                Ending::Stopped => "stopped",
            };
            (Kind::Drill, format!("ENDEX: {why}"))
        }
        _ => (Kind::Drill, String::new()),
    }
}

fn delivered(inject: &InjectDelivered) -> String {
    let subject = inject.subject.as_deref().map(|subject| format!(", {subject}")).unwrap_or_default();
    let attached: Vec<&str> = inject.artefacts.iter().map(|artefact| artefact.name.as_str()).collect();
    let attached = if attached.is_empty() { String::new() } else { format!("  [{}]", attached.join(", ")) };
    format!("{} ({}{subject}): {}{attached}", inject.from, inject.channel, inject.text)
}
