//! What may leave the house: the record up to a moment, up to a TLP label, under real names or replaced ones.
//!
//! Documents and exports are made from what comes out of here, never from the record itself.

mod names;
mod other_words;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use other_words::OtherWords;

use super::Incident;
use super::event::Event;
use super::line::Line;
use crate::model::id::NounId;
use crate::model::indicator::{Indicator, Kind};
use crate::model::refusal::Refusal;
use crate::model::root::Root;
use crate::model::taxonomy::Tlp;

/// Whether people, hosts and addresses leave under their own names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    #[default]
    Real,
    /// Each replaced by the same other name wherever it stands.
    Replaced,
}

/// On which terms something leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// The label of those who get it; nothing of a closer one goes out. `None`: whoever may see the incident.
    pub limit: Option<Tlp>,
    pub names: Names,
    /// The record as it stood then (UTC).
    pub as_of: Option<DateTime<Utc>>,
}

/// An incident as it may leave.
#[derive(Clone, Debug)]
pub struct Released {
    pub incident: Incident,
    pub terms: Release,
    /// Of the record it was taken from, whatever was left out of it since.
    pub root: Root,
    /// Indicators of a closer label than the limit.
    pub held_back: usize,
}

/// Whether what leaves tells of the incident itself, or holds only items that carry labels of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Incident,
    Items,
}

impl Release {
    /// The incident on these terms, from its lines in order.
    ///
    /// # Errors
    /// Refuses what tells of an incident whose own label is closer than the limit.
    pub fn of(self, id: Uuid, lines: &[Line], holds: Holds) -> Result<Released, Refusal> {
        let now = Incident::fold(id, lines);
        let whole = self.at_its_moment(now, id, lines)?;
        let root = whole.root.clone();
        self.may_tell(&whole, holds)?;
        let held = self.limit.map(|limit| closer(&whole, limit)).unwrap_or_default();
        let mut other = match self.names {
            Names::Real => OtherWords::default(),
            Names::Replaced => names::of(lines, whole.updated),
        };
        // A value that is held back does not go out in the words around it either.
        for item in whole.indicators.all().iter().filter(|item| held.contains(&item.id)) {
            let withheld = format!("[closer than {}]", self.limit.unwrap_or(Tlp::Red));
            other.instead(&item.value, &withheld);
            if let Some(kind) = Kind::of(&item.kind) {
                other.instead(&kind.defang(&item.value), &withheld);
            }
        }
        if other.is_empty() {
            return Ok(Released { incident: unquoted(whole), terms: self, root, held_back: 0 });
        }
        let lines: Vec<Line> = lines.iter().map(|line| told(&without(line, &held), &other)).collect();
        let incident = self.at_its_moment(Incident::fold(id, &lines), id, &lines)?;
        Ok(Released { incident: unquoted(incident), terms: self, root, held_back: held.len() })
    }

    /// The record as it stood at the moment that is asked for. Its label is the closer one of then and now: who
    /// reads it reads it now.
    fn at_its_moment(self, now: Incident, id: Uuid, lines: &[Line]) -> Result<Incident, Refusal> {
        let Some(moment) = self.as_of else { return Ok(now) };
        let mut then = Incident::as_of(id, lines, moment);
        if then.visit().is_none() {
            return Err(Refusal::refused(format!("{} was not opened by then.", now.number))
                .hint("Give a later time: casebook activity shows when it began."));
        }
        if now.tlp() > then.tlp() {
            then.tlp = now.tlp;
        }
        Ok(then)
    }

    fn may_tell(self, incident: &Incident, holds: Holds) -> Result<(), Refusal> {
        let own = incident.tlp().unwrap_or(Tlp::Amber);
        match self.limit {
            Some(limit) if holds == Holds::Incident && own > limit => Err(Refusal::refused(format!(
                "{} is {own}; this tells of it and would go out as {limit}.",
                incident.number
            ))
            .hint(format!(
                "Leave --tlp out, or change the label with its reason on record: casebook edit --tlp {}. \
                         An export of indicators holds only what is marked {limit} or freer.",
                limit.id()
            ))),
            _ => Ok(()),
        }
    }
}

/// Without texts that were told before words of the record were hidden: they may quote them.
fn unquoted(mut incident: Incident) -> Incident {
    if !incident.redactions.is_empty() {
        let told = incident.handovers.iter_mut().map(|handover| &mut handover.told);
        for told in told.chain(incident.sitreps.iter_mut().map(|sitrep| &mut sitrep.told)) {
            *told = "[left out: it may quote words that are redacted]".into();
        }
    }
    incident
}

/// The indicators of a closer label.
fn closer(incident: &Incident, limit: Tlp) -> HashSet<NounId> {
    let (list, usual) = (&incident.indicators, incident.tlp());
    let closer = |item: &&Indicator| list.tlp(item).or(usual) > Some(limit);
    list.all().iter().filter(closer).map(|item| item.id.clone()).collect()
}

/// The line with other words in place of some. Words that make no event any more are left out.
fn told(line: &Line, other: &OtherWords) -> Line {
    let name = |name: &str| other.of(name).map_or_else(|| name.to_owned(), str::to_owned);
    let (kind, data) = (line.event.kind(), line.event.data());
    let document = serde_json::from_str::<serde_json::Value>(&data).map(|mut document| {
        other.in_document(&mut document);
        document.to_string()
    });
    let known = !matches!(line.event, Event::Unknown { .. });
    let told = document.map(|data| Event::read(kind, &data, false));
    let event = match told {
        Ok(event) if matches!(event, Event::Unknown { .. }) != known => event,
        _ => Event::Unknown { kind: kind.to_owned(), data: "left out".to_owned(), crit: false },
    };
    Line { by: name(&line.by), who: line.who.as_deref().map(name), event, ..line.clone() }
}

/// The line without these indicators.
fn without(line: &Line, held: &HashSet<NounId>) -> Line {
    let mut line = line.clone();
    if let Event::IndicatorsAdded(added) = &mut line.event {
        added.indicators.retain(|one| !held.contains(&one.id));
    }
    line
}

impl Released {
    /// The label it leaves with: the limit, where one was set, else the incident's own.
    pub fn label(&self) -> Tlp {
        self.terms.limit.or(self.incident.tlp()).unwrap_or(Tlp::Amber)
    }
}
