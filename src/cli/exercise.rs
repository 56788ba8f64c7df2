//! A line that is about a drill: read in the time of its story, with what fell due written first.

use super::Answer;
use super::choose;
use super::failure::{Failure, note};
use super::shell::Shell;
use crate::control::{At, Control, ControlError};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::Line as Fact;
use crate::model::drill::{Drill, Ending};
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::model::time::{self, Zone};
use crate::store::{Address, Look, Number, Record, Series};
use crate::verb::{Act, Drilling, Playing, Said};

impl From<ControlError> for Failure {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::Store(error) => error.into(),
            ControlError::Refused(refusal) => refusal.into(),
            ControlError::NoDrill(_) => Refusal::refused(error.to_string())
                .hint("casebook drill list shows what can be played; casebook list --drills what was.")
                .into(),
            ControlError::Lost { .. } | ControlError::Fault { .. } => Failure::could_not(error.to_string())
                .hint("Put the file that was played into the folder of your own scenarios."),
        }
    }
}

/// Control's place at this shell.
pub(super) fn at<'a>(shell: &Shell, playbooks: &'a Playbooks) -> At<'a> {
    At { wall: shell.wall, now_set: shell.now_set, playbooks }
}

/// The texts of the scenarios at hand, read only when somebody asks.
pub(super) fn at_hand(shell: &Shell) -> impl Iterator<Item = String> {
    std::iter::once(()).flat_map(|()| {
        let library = shell.scenarios();
        let ids: Vec<_> = library.rows().into_iter().map(|row| row.id.clone()).collect();
        ids.into_iter().filter_map(move |id| Some(library.get(&id)?.text.into_owned()))
    })
}

/// The drill a line is about, taken up where its journal stands.
pub(super) fn taken_up(shell: &Shell, said: &Said) -> Result<(Record, Control), Failure> {
    let record = shell.read(&choose::incident(shell, said)?)?;
    let control = Control::of(&shell.store, &record, at_hand(shell))?;
    Ok((record, control))
}

/// Where a line stands that is about a drill: what fell due is written, and the shell's moment and zone become
/// those of the story. `false`: it is about no drill.
///
/// # Errors
/// Where the drill cannot be read.
pub(super) fn enter(shell: &mut Shell, said: &Said) -> Result<bool, Failure> {
    leave(shell);
    // Figures over many are about one only where it is named.
    let over_many = matches!(said.act, Act::Stats(_)) && said.incident.is_none();
    if over_many || !about_an_incident(&said.act) {
        return Ok(false);
    }
    let named = said.incident.is_some() || shell.incident.is_some();
    let chosen = choose::incident(shell, said).ok();
    // What is asked of a drill is about one: where none is named or chosen, about the one started last.
    let meant = match &said.act {
        Act::Drill(_) if !named => chosen.clone().filter(is_drill).or_else(|| played(shell)).or(chosen),
        _ => chosen,
    };
    // Whoever asks for the incident next says why there is none.
    let Some(address) = meant else { return Ok(false) };
    shell.line = Some(address.clone());
    if !is_drill(&address) {
        return Ok(false);
    }
    let mut record = shell.read(&address)?;
    if !record.incident.is_drill() {
        return Ok(false);
    }
    // Work goes on without what could not be written now; it falls due again.
    if let Err(failure) = lead(shell, &mut record) {
        note(&format!("What fell due in the drill is not written: {failure}"));
    }
    if let Some(drill) = record.incident.drill.as_deref() {
        shell.now = drill.clock.story(shell.wall);
        shell.ex = Some(drill.clock.minute(shell.wall));
        if !shell.zone_named {
            shell.zone = Zone::fixed(*drill.exercise.start.offset());
        }
        shell.frame = Some(frame(shell, drill));
    }
    Ok(true)
}

/// After an act: what it brought about at the same minute, and what the contact would do whom it names. What
/// cannot be written falls due again with the next line, which says so.
pub(super) fn after(shell: &Shell, act: &Act, answer: &mut Answer) {
    if let Some(address) = shell.line.as_ref().filter(|_| shell.ex.is_some())
        && let Ok(mut record) = shell.store.read(address)
    {
        let _ = lead(shell, &mut record);
        if let Answer::Out(out) = answer {
            super::drill::open_addressed(out, shell, &record, act);
        }
    }
}

/// Writes what fell due, and says to people what came of it.
fn lead(shell: &Shell, record: &mut Record) -> Result<(), Failure> {
    let mut control = Control::of(&shell.store, record, at_hand(shell))?;
    let came = control.lead(&shell.store, record, &at(shell, &shell.playbooks()))?;
    if !came.is_empty() {
        shell.store.publish(record);
    }
    if !shell.json {
        announce(&record.incident, &came);
    }
    Ok(())
}

/// The next line stands in the time of the wall again.
pub(super) fn leave(shell: &mut Shell) {
    shell.now = shell.wall;
    shell.ex = None;
    shell.frame = None;
    shell.line = None;
    shell.zone = shell.own_zone.clone();
}

fn is_drill(address: &Address) -> bool {
    address.number.parse::<Number>().is_ok_and(|number| number.series == Series::Ex)
}

/// The drill that was started last and is not closed.
fn played(shell: &Shell) -> Option<Address> {
    let rows = shell.store.list(Look::Checked).ok()?;
    let open =
        rows.into_iter().filter(|(_, row)| row.series() == Series::Ex && !row.closed && row.shut.is_none());
    open.max_by(|a, b| a.0.number.cmp(&b.0.number)).map(|(address, _)| address)
}

fn about_an_incident(act: &Act) -> bool {
    !matches!(
        act,
        Act::Open(_)
            | Act::List(_)
            | Act::Mine
            | Act::Use
            | Act::Improvements
            | Act::Definitions
            | Act::Config { .. }
            | Act::Demo
            | Act::Keys
            | Act::Completions(_)
            | Act::Man
            | Act::Install { .. }
            | Act::Licences
            | Act::Drill(Drilling::List | Drilling::Check { .. } | Drilling::Play(Playing::Start { .. }))
    )
}

/// `EXERCISE EXERCISE EXERCISE  Ticket desk  minute 39 of 195  08:59 +02:00  x3 runs`.
fn frame(shell: &Shell, drill: &Drill) -> String {
    let exercise = &drill.exercise;
    let clock = match (drill.ended, drill.clock.stands) {
        (Some((minute, why)), _) => {
            let why = match why {
                Ending::Reached => "what it was for is reached",
                Ending::Time => "time is up",
                Ending::Stopped => "stopped",
            };
            format!("ENDED at minute {minute}, {why}")
        }
        (None, Some(_)) => format!("x{} STANDS", drill.clock.ratio),
        (None, None) => format!("x{} RUNS", drill.clock.ratio),
    };
    format!(
        "EXERCISE EXERCISE EXERCISE  {}  minute {} of {}  {} {}  {clock}",
        exercise.title,
        shell.ex.unwrap_or(0),
        exercise.end_min,
        time::clock(shell.now, &shell.zone),
        shell.zone.name(),
    )
}

/// Says to people what has just reached the players.
fn announce(incident: &Incident, came: &[Fact]) {
    for line in came {
        let Some(entry) = incident.entry_of(line.id) else { continue };
        let text: String = entry.shown().chars().take(100).collect();
        let more = if text.len() < entry.shown().len() { " …" } else { "" };
        match &line.event {
            Event::InjectDelivered(inject) => {
                note(&format!(
                    "EXERCISE {}: {text}{more}  casebook drill status {}",
                    inject.inject, inject.inject
                ));
            }
            Event::InjectUnanswered(it) => note(&format!("EXERCISE {}: {text}{more}", it.inject)),
            Event::DrillEnded(_) => note(&format!("{text}. casebook drill debrief tells how it went.")),
            _ => {}
        }
    }
}
