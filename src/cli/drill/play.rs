//! A drill played from the shell: started, answered, paced, ended.

use super::super::around;
use super::super::change;
use super::super::exercise;
use super::super::failure::{Failure, note};
use super::super::out::{Line, Out, Tone};
use super::super::session;
use super::super::shell::Shell;
use super::{facilitate, status};
use crate::control::{self, Asked, Control};
use crate::drill::scenario::Known;
use crate::incident::command::Command;
use crate::model::drill::{self, Ending, Message, QuestionAnswered, Standing};
use crate::model::refusal::Refusal;
use crate::store::{Look, Record, Series};
use crate::verb::{Playing, Said};

/// So many open improvement actions are named as a drill begins.
const CARRIED: usize = 5;

/// Does what a player or a facilitator asks of a drill.
pub(super) fn play(shell: &mut Shell, playing: &Playing, said: &Said) -> Result<Out, Failure> {
    if let Playing::Start { scenario, ratio, profile, facilitated } = playing {
        let asked = Asked { ratio: *ratio, profile: *profile, facilitated: *facilitated };
        return start(shell, scenario, &asked);
    }
    let (mut record, control) = exercise::taken_up(shell, said)?;
    let minute = shell.ex.unwrap_or(0);
    let command = match playing {
        Playing::Start { .. } => unreachable!("it was answered above"),
        Playing::Status { message } => return status::status(shell, &record, &control, message.as_deref()),
        Playing::Debrief { format, output } => {
            return super::debrief::debrief(shell, &record, &control, *format, output.as_deref());
        }
        Playing::Compare => return super::debrief::compare(shell, &record, &control),
        Playing::Control(controlling) => {
            return facilitate::facilitate(shell, &mut record, control, controlling, said);
        }
        Playing::Reply { message, choice } => {
            drill::Command::Reply(reply(&record, &control, message, choice)?)
        }
        Playing::Answer { question, picks } => drill::Command::Answer(answer(&control, question, picks)?),
        Playing::Hint => match control.play.hint(minute) {
            Some(offer) => drill::Command::Hint(drill::HintTaken {
                action: offer.action.to_string(),
                level: offer.level,
                text: offer.text,
            }),
            None => {
                return Err(Refusal::refused("There is no hint now: nothing that is expected waits.")
                    .hint("casebook drill status shows what has come.")
                    .into());
            }
        },
        Playing::Pause => drill::Command::Pause { at: None, why: Standing::Asked },
        Playing::Resume => drill::Command::Resume,
        Playing::Pace(ratio) => drill::Command::Pace(*ratio),
        Playing::Skip { to } => {
            let next = control.play.skip(minute).unwrap_or(minute);
            drill::Command::Skip(to.map_or(next, |to| to.min(next).max(minute)))
        }
        Playing::End => drill::Command::End(Ending::Stopped),
    };
    give(shell, record, control, command, said)
}

/// One act in a drill, on the disk. What follows from it is led once it is answered, as after any act.
pub(super) fn give(
    shell: &Shell,
    mut record: Record,
    mut control: Control,
    command: drill::Command,
    said: &Said,
) -> Result<Out, Failure> {
    let command = Command::Drill(Box::new(command));
    let address = record.address.clone();
    let Some(appended) = change::give(shell, &mut record, &[command], said)? else {
        return change::so_already(shell, &address);
    };
    control.play.go_on(&appended.lines);
    shell.store.publish(&record);
    let saved = change::Saved { address: &address, lines: &appended.lines, incident: &record.incident };
    if shell.json {
        return saved.json(shell);
    }
    let mut out = Out::new(shell);
    let line = saved.line(shell);
    // What players do not see before the debrief has no entry to repeat.
    let hidden = || {
        Line::default()
            .tone(Tone::Strong, &address.number)
            .put("  for control alone")
            .tone(Tone::Good, "  saved")
    };
    out.line(if line.is_empty() { hidden() } else { line });
    for line in &appended.lines {
        if let crate::incident::event::Event::ReplyGiven(reply) = &line.event {
            status::answered(&mut out, &record, &control, &reply.inject);
        }
    }
    Ok(out)
}

/// `drill start`: the number on standard output, the rest for people on standard error.
fn start(shell: &mut Shell, words: &str, asked: &Asked) -> Result<Out, Failure> {
    let source = shell.scenarios().named(words)?;
    let (playbooks, duties) = (shell.playbooks(), shell.duties());
    let checked = source.check(Known { playbooks: &playbooks, duties: &duties });
    let scenario = match (&checked.faults[..], checked.scenario) {
        ([], Some(scenario)) => scenario,
        (faults, _) => {
            let first = faults.first().map_or_else(String::new, |fault| {
                format!(" The first: {}: {}. {}", fault.place, fault.what, fault.fix)
            });
            return Err(Refusal::misused(format!(
                "{} cannot be played: {} faults.{first}",
                source.row.id,
                faults.len()
            ))
            .hint("casebook drill check FILE names them all.")
            .into());
        }
    };
    let (seed, by) = (shell.fresh(), shell.by.clone());
    let who = (around::incident_id(), seed, by.as_str());
    let at = exercise::at(shell, &playbooks);
    let record = control::start(&shell.store, &source.text, &scenario, asked, who, &at)?;
    session::choose(shell, &record.address);
    if shell.json {
        let document = serde_json::json!({
            "incident": record.address.number,
            "id": record.address.id,
            "scenario": scenario.id,
            "changed": true,
        });
        return Out::json(shell, &document);
    }
    note(&format!("EXERCISE EXERCISE EXERCISE  {}: {}", scenario.title, scenario.organisation.about));
    note(&scenario.briefing.situation);
    note(&scenario.briefing.you);
    scenario.briefing.rules.iter().for_each(|rule| note(rule));
    also_running(shell, &record)?;
    carried_over(shell)?;
    note("casebook opens the screens on it; casebook drill status shows what has come.");
    let mut out = Out::new(shell);
    out.line(Line::default().tone(Tone::Plain, &record.address.number));
    Ok(out)
}

/// Another drill that is not closed is said, so that nobody plays two of them unawares.
fn also_running(shell: &Shell, record: &Record) -> Result<(), Failure> {
    let rows = shell.store.list(Look::Checked)?;
    for (address, row) in rows {
        let other = row.series() == Series::Ex && !row.closed && row.shut.is_none();
        if !other || address.id == record.address.id {
            continue;
        }
        let running = shell.store.read(&address)?.incident.drill.is_some_and(|drill| drill.ended.is_none());
        if running {
            note(&format!(
                "{} {} is still being played; casebook drill end -i {} ends it.",
                address.number, row.title, address.number
            ));
        }
    }
    Ok(())
}

/// What earlier incidents have left to mend stands in sight as a drill begins: it may show whether it helps.
fn carried_over(shell: &Shell) -> Result<(), Failure> {
    let open = shell.carried()?;
    for action in open.iter().take(CARRIED) {
        note(&format!("Still open from {}: {} {}", action.incident_number, action.number, action.title));
    }
    if open.len() > CARRIED {
        note(&format!("And {} more: casebook improve list", open.len() - CARRIED));
    }
    Ok(())
}

/// A message by its id; without one the oldest that waits is meant by `next`.
pub(super) fn message<'a>(record: &'a Record, id: &str) -> Result<&'a Message, Refusal> {
    let drill = record.incident.drill.as_deref();
    let messages = || drill.into_iter().flat_map(|drill| &drill.messages);
    messages().find(|message| message.what.inject.eq_ignore_ascii_case(id)).ok_or_else(|| {
        let waiting: Vec<&str> = messages()
            .filter(|message| message.waits())
            .map(|message| message.what.inject.as_str())
            .collect();
        let hint = match waiting[..] {
            [] => "Nothing waits for an answer; casebook drill status shows what has come.".to_owned(),
            _ => format!("These wait for an answer: {}.", waiting.join(", ")),
        };
        Refusal::refused(format!("No message {id} has come.")).hint(hint)
    })
}

fn reply(record: &Record, control: &Control, id: &str, choice: &str) -> Result<drill::ReplyGiven, Failure> {
    let message = message(record, id)?;
    let choices = &message.what.choices;
    let by_number = choice.parse::<usize>().ok().and_then(|n| choices.get(n.checked_sub(1)?));
    let option = by_number.map_or_else(|| choice.to_lowercase(), |choice| choice.id.clone());
    if let Some(reply) = control.play.reply(&message.what.inject, &option) {
        return Ok(reply);
    }
    // The incident says why not.
    Ok(drill::ReplyGiven {
        inject: message.what.inject.clone(),
        to: message.what.from.clone(),
        option,
        text: String::new(),
        answer: None,
    })
}

fn answer(control: &Control, id: &str, picks: &[String]) -> Result<QuestionAnswered, Failure> {
    let asked = control.play.questions();
    let Some(question) = asked.iter().find(|question| question.id.as_str().eq_ignore_ascii_case(id)) else {
        let open: Vec<&str> = asked.iter().map(|question| question.id.as_str()).collect();
        let hint = match open[..] {
            [] => "No question is open now.".to_owned(),
            _ => format!("Open questions: {}.", open.join(", ")),
        };
        return Err(Refusal::refused(format!("No question {id} has been asked.")).hint(hint).into());
    };
    question.fits(picks)?;
    Ok(QuestionAnswered { question: question.id.to_string(), picks: picks.to_vec() })
}
