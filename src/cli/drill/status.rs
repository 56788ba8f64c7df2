//! `drill status`: the clock, what has come, what waits, what is asked.

use serde::Serialize;

use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::play;
use crate::control::Control;
use crate::drill::hint::{Asked, Goal, Offer};
use crate::model::drill::{Drill, InjectDelivered, Message, Profile, ReplyGiven};
use crate::model::time;
use crate::store::Record;

#[derive(Serialize)]
struct Document<'a> {
    incident: &'a str,
    exercise: bool,
    scenario: &'a str,
    title: &'a str,
    /// Exercise minutes.
    minute: u32,
    end_min: u32,
    story: chrono::DateTime<chrono::FixedOffset>,
    ratio: u32,
    running: bool,
    /// The exercise minute of ENDEX.
    ended: Option<u32>,
    profile: Profile,
    facilitated: bool,
    gauges: Vec<Gauge>,
    messages: Vec<Told<'a>>,
    questions: Vec<Asked>,
    objectives: Vec<Goal>,
    hint: Option<HintOffer>,
}

#[derive(Serialize)]
struct Gauge {
    text: String,
    value: f64,
}

#[derive(Serialize)]
struct HintOffer {
    action: String,
    level: &'static str,
    price: u32,
}

#[derive(Serialize)]
struct Told<'a> {
    minute: u32,
    story: chrono::DateTime<chrono::FixedOffset>,
    waits: bool,
    #[serde(flatten)]
    what: &'a InjectDelivered,
    unanswered: Option<&'a str>,
    reply: Option<&'a ReplyGiven>,
}

/// Where it stands; or one message whole.
pub(super) fn status(
    shell: &Shell,
    record: &Record,
    control: &Control,
    message: Option<&str>,
) -> Result<Out, Failure> {
    let Some(drill) = record.incident.drill.as_deref() else { return Ok(Out::new(shell)) };
    let minute = shell.ex.unwrap_or(0);
    if shell.json {
        return Out::json(shell, &document(shell, drill, control, &record.address.number, minute));
    }
    let mut out = Out::new(shell);
    if let Some(id) = message {
        whole(&mut out, shell, control, play::message(record, id)?);
        return Ok(out);
    }
    for gauge in control.play.gauges(minute) {
        out.line(Line::of(format!("{} {}", gauge.text, round(gauge.value))));
    }
    out.gap();
    let rows = drill.messages.iter().rev().map(|message| row(shell, message)).collect();
    out.table(0, rows);
    if let Some(message) = drill.waiting().next() {
        out.gap();
        whole(&mut out, shell, control, message);
    }
    asked(&mut out, &control.play.questions());
    out.gap();
    if let Some(Offer { price, .. }) = hint(drill, control, minute) {
        let price = if price == 1 { "1 point".to_owned() } else { format!("{price} points") };
        out.line(Line::of(format!("casebook drill hint helps; it costs {price}.")));
    }
    Ok(out)
}

fn hint(drill: &Drill, control: &Control, minute: u32) -> Option<Offer> {
    let open = drill.ended.is_none() && drill.exercise.profile != Profile::Strict;
    control.play.hint(minute).filter(|_| open)
}

fn document<'a>(
    shell: &Shell,
    drill: &'a Drill,
    control: &Control,
    number: &'a str,
    minute: u32,
) -> Document<'a> {
    let zoned = |at| control.play.zoned(at);
    Document {
        incident: number,
        exercise: true,
        scenario: &drill.exercise.scenario,
        title: &drill.exercise.title,
        minute,
        end_min: drill.exercise.end_min,
        story: zoned(shell.now),
        ratio: drill.clock.ratio,
        running: drill.clock.stands.is_none(),
        ended: drill.ended.map(|(minute, _)| minute),
        profile: drill.exercise.profile,
        facilitated: drill.exercise.facilitated,
        gauges: control
            .play
            .gauges(minute)
            .into_iter()
            .map(|gauge| Gauge { text: gauge.text, value: gauge.value })
            .collect(),
        messages: drill
            .messages
            .iter()
            .map(|message| Told {
                minute: message.minute,
                story: zoned(message.at),
                waits: message.waits(),
                what: &message.what,
                unanswered: message.unanswered.as_deref(),
                reply: message.reply.as_ref().map(|(_, reply)| reply),
            })
            .collect(),
        questions: control.play.questions(),
        objectives: control.play.objectives(),
        hint: hint(drill, control, minute).map(|offer| HintOffer {
            action: offer.action.to_string(),
            level: offer.level.word(),
            price: offer.price,
        }),
    }
}

/// A number of a gauge: whole where it is large.
fn round(value: f64) -> String {
    if value.abs() >= 10.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn row(shell: &Shell, message: &Message) -> Vec<Line> {
    let what = &message.what;
    let state = match (&message.reply, message.waits()) {
        (Some((_, reply)), _) => Line::default().tone(Tone::Good, format!("answered {}", reply.option)),
        (None, true) => Line::default().tone(Tone::Warn, "ANSWER"),
        (None, false) => Line::default(),
    };
    vec![
        Line::default().tone(Tone::Here, &what.inject),
        Line::of(time::clock(message.at, &shell.zone)),
        Line::default().tone(Tone::Dim, &what.channel),
        Line::of(&what.from),
        state,
        Line::of(what.subject.as_deref().unwrap_or(&what.text)),
    ]
}

pub(super) fn whole(out: &mut Out, shell: &Shell, control: &Control, message: &Message) {
    let what = &message.what;
    let about = control.scenario().contact(&what.from).map(|contact| format!(", {}", contact.about));
    out.line(
        Line::default()
            .tone(Tone::Strong, format!("{}  {}{}", what.inject, what.from, about.unwrap_or_default()))
            .put(format!(", {} {}", what.channel, time::clock(message.at, &shell.zone))),
    );
    if let Some(subject) = &what.subject {
        out.line(Line::of("  ").tone(Tone::Strong, subject));
    }
    out.texts(2, vec![vec![Line::of(&what.text)]]);
    for artefact in &what.artefacts {
        out.line(Line::of("  ").tone(Tone::Here, &artefact.name));
        for line in &artefact.lines {
            out.whole(Line::of(format!("    {line}")));
        }
    }
    if let Some(said) = &message.unanswered {
        out.texts(2, vec![vec![Line::default().tone(Tone::Warn, said)]]);
    }
    for choice in &what.choices {
        let chosen = message.reply.as_ref().is_some_and(|(_, reply)| reply.option == choice.id);
        let tone = if chosen { Tone::Good } else { Tone::Plain };
        out.texts(
            2,
            vec![vec![
                Line::default().tone(Tone::Here, &choice.id),
                Line::default().tone(tone, &choice.text),
            ]],
        );
    }
    if message.waits() {
        out.line(Line::of("  ").tone(
            Tone::Dim,
            format!("casebook drill reply {} LETTER; the first answer stands", what.inject),
        ));
    }
}

/// What was said back, and in a coached drill what the scenario thinks of it.
pub(super) fn answered(out: &mut Out, record: &Record, control: &Control, inject: &str) {
    let drill = record.incident.drill.as_deref();
    let said = drill.and_then(|drill| drill.message(inject)?.reply.as_ref());
    if let Some(answer) = said.and_then(|(_, reply)| reply.answer.as_ref()) {
        out.texts(2, vec![vec![Line::of(answer)]]);
    }
    let coached = drill.is_some_and(|drill| drill.exercise.profile == Profile::Coached);
    if let Some(verdict) = control.play.verdict(inject).filter(|_| coached) {
        let words = format!("{}: {}", verdict.verdict.word(), verdict.rationale);
        out.texts(2, vec![vec![Line::default().tone(Tone::Dim, words)]]);
    }
}

fn asked(out: &mut Out, questions: &[Asked]) {
    for question in questions {
        out.gap();
        let points = if question.points == 1 { "1 point" } else { "points" };
        let points =
            if question.points == 1 { points.to_owned() } else { format!("{} points", question.points) };
        let given = match &question.picks[..] {
            [] => String::new(),
            picks => format!("  answered {}", picks.join(", ")),
        };
        out.line(
            Line::default()
                .tone(Tone::Here, question.id.as_str())
                .put(format!("  {} ({points}, {})", question.text, question.kind.word()))
                .tone(Tone::Good, given),
        );
        let options =
            question.options.iter().map(|option| vec![Line::of(&option.id), Line::of(&option.text)]);
        out.texts(4, options.collect());
    }
}
