//! Documents: an incident in, text out.

pub mod catch_up;
pub mod debrief;
pub mod figures;
pub mod full;
pub mod handover;
mod lines;
mod marks;
mod phrases;
pub mod sitrep;

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::time::Zone;
use crate::model::{handover as lead, sitrep as report};
use sitrep::{Saying, Sitrep};

/// When something is said, and in which zone its times are told.
#[derive(Clone, Debug)]
pub struct Clock {
    /// UTC; in a drill the time of its story.
    pub now: DateTime<Utc>,
    pub zone: Zone,
    /// The zone of whoever listens, where that is another one.
    pub beside: Option<Zone>,
    pub tense: Tense,
}

/// Whether the record is told as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tense {
    #[default]
    Now,
    /// As it stood at the clock's moment.
    Then,
}

impl Clock {
    /// A moment as it is told in a zone; beside it in UTC, where that is another one.
    pub fn of(now: DateTime<Utc>, zone: &Zone) -> Self {
        Self { now, zone: zone.clone(), beside: Some(Zone::utc()), tense: Tense::Now }
    }

    /// The record as it stood at a moment, else as it stands now.
    pub fn at(now: DateTime<Utc>, as_of: Option<DateTime<Utc>>, zone: &Zone) -> Self {
        let tense = if as_of.is_some() { Tense::Then } else { Tense::Now };
        Self { tense, ..Self::of(as_of.unwrap_or(now), zone) }
    }
}

/// The commands, what is told with them filled in from the record as it stands: the text of an offer of the
/// lead, and of a SITREP that is given.
pub fn tell<'a>(commands: &'a [Command], incident: &Incident, clock: &Clock) -> Cow<'a, [Command]> {
    let silent = |command: &Command| match command {
        Command::Handover(lead::Command::Offer(offer)) => offer.told.is_empty(),
        Command::Sitrep(report::Command::Give(give)) => give.told.is_empty(),
        _ => false,
    };
    if !commands.iter().any(silent) {
        return Cow::Borrowed(commands);
    }
    let mut commands = commands.to_vec();
    for command in commands.iter_mut().filter(|command| silent(command)) {
        match command {
            Command::Handover(lead::Command::Offer(offer)) => {
                offer.told = handover::told(incident, clock);
            }
            Command::Sitrep(report::Command::Give(give)) => {
                let saying = Saying { judgement: give.judgement.as_deref(), next: give.next };
                give.told = Sitrep::of(incident, saying, clock).text();
            }
            _ => {}
        }
    }
    Cow::Owned(commands)
}
