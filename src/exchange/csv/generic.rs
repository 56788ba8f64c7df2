//! A table of no known format: its columns are known by their headings or mapped by whoever imports it.

use std::ops::ControlFlow;

use super::components::{Met, no_type};
use super::entry;
use super::fields::{Field, columns, named};
use super::indicators;
use super::row::{Each, Row};
use crate::exchange::intake::{Act, Piece, Reading, Sink, moment};
use crate::incident::command::Command;
use crate::model::component::{AddComponent, Details as ComponentDetails, Stage};
use crate::model::entry::{Kind, LogKind, Logged};
use crate::model::indicator::{self, Details};
use crate::model::lane::Lane;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::Tlp;
use crate::model::text::quoted;
use crate::model::time::{Happened, Zone};

/// What a table tells, by what its columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// What happened: entries of the log, with the indicators that were mapped.
    Events,
    Indicators,
    Components,
}

/// What a table tells.
///
/// # Errors
/// Refuses what tells nothing of these, with what lacks.
pub fn tells(fields: &[Field], heading: &[String]) -> Result<Tells, Refusal> {
    let has = |field: Field| fields.contains(&field);
    let time = has(Field::Time) || has(Field::Date);
    match () {
        () if time && has(Field::Message) => Ok(Tells::Events),
        () if has(Field::Message) => Err(Refusal::refused("No column says when it happened.")
            .hint(format!("Say which: --map COLUMN=time. The columns are {}.", named(heading)))),
        () if has(Field::Indicator) => Ok(Tells::Indicators),
        () if has(Field::Component) => Ok(Tells::Components),
        () if time => Err(Refusal::refused("No column says what happened.")
            .hint(format!("Say which: --map COLUMN=message. The columns are {}.", named(heading)))),
        () => Err(Refusal::refused("No column of the table is known by its heading.").hint(format!(
            "Say what they are: --map COLUMN=time --map COLUMN=message, or =indicator, or =component. The \
             columns are {}.",
            named(heading)
        ))),
    }
}

/// Reads rows as the columns are known or mapped.
///
/// # Errors
/// Refuses unknown columns and fields, and a table that tells nothing that can be taken.
pub fn each<'r>(
    heading: &[String],
    reading: &'r Reading<'r>,
    sink: &mut Sink<'_>,
) -> Result<Each<'r>, Refusal> {
    let fields = columns(heading, reading.columns)?;
    let tells = tells(&fields, heading)?;
    let _ = sink(Piece::Remark(understood(heading, &fields)));
    if tells == Tells::Components && !fields.contains(&Field::Type) {
        let _ = sink(Piece::Remark(
            "No column says the type of the components; they are taken for servers.".into(),
        ));
    }
    let heading = heading.to_vec();
    let mut met = Met::default();
    Ok(Box::new(move |row, sink| {
        let row = Mapped { row, fields: &fields, heading: &heading };
        match tells {
            Tells::Events => row.event(reading, &mut met, sink),
            Tells::Indicators => row.indicators(None, None, sink),
            Tells::Components => row.dated_component(reading, &mut met, sink),
        }
    }))
}

/// `Read as: EventTime = time, Message = message. Left out: Level, Task.`
fn understood(heading: &[String], fields: &[Field]) -> String {
    let pairs = heading.iter().zip(fields);
    let taken: Vec<String> = pairs
        .clone()
        .filter(|(_, field)| **field != Field::Skip)
        .map(|(name, field)| format!("{name} = {}", field.word()))
        .collect();
    let out: Vec<String> =
        pairs.filter(|(_, field)| **field == Field::Skip).map(|(name, _)| name.clone()).collect();
    let mut words = format!("Read as: {}.", taken.join(", "));
    if !out.is_empty() {
        words.push_str(&format!(" Left out: {}.", named(&out)));
    }
    words
}

/// A row with what its columns are.
struct Mapped<'a> {
    row: &'a Row<'a>,
    fields: &'a [Field],
    heading: &'a [String],
}

impl<'a> Mapped<'a> {
    /// The cells of a field that say something, with the names of their columns.
    fn all(&self, field: Field) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        let cells = self.fields.iter().zip(self.row.cells()).zip(self.heading);
        cells
            .filter(move |((have, cell), _)| **have == field && !cell.is_empty())
            .map(|((_, cell), name)| (name.as_str(), cell.as_str()))
    }

    fn one(&self, field: Field) -> Option<&'a str> {
        self.all(field).next().map(|(_, cell)| cell)
    }

    fn refused(&self, field: Field, why: impl Into<String>) -> Piece {
        let at = self.fields.iter().position(|have| *have == field).and_then(|at| self.heading.get(at));
        self.row.refused(at.map_or(field.word(), String::as_str), why)
    }

    fn parts(&self, field: Field) -> Vec<String> {
        let parts = self.all(field).flat_map(|(_, cell)| cell.split([';', ',']));
        parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    fn time(&self, reading: &Reading<'_>) -> Result<Happened, String> {
        let words = match (self.one(Field::Time), self.one(Field::Date)) {
            (Some(time), _) => time.to_owned(),
            (None, Some(date)) => format!("{date} {}", self.one(Field::Clock).unwrap_or_default()),
            (None, None) => String::new(),
        };
        let Some(zone) = self.one(Field::Zone) else { return moment::read(&words, reading) };
        let zone = Zone::parse(zone).map_err(|refusal| refusal.message.trim_end_matches('.').to_owned())?;
        let at = moment::read(&words, &Reading { assume: Some(&zone), ..reading.clone() })?;
        Ok(Happened { assumed: false, ..at })
    }

    fn event(&self, reading: &Reading<'_>, met: &mut Met, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let at = match self.time(reading) {
            Ok(at) => at,
            Err(why) => {
                let field = if self.fields.contains(&Field::Time) { Field::Time } else { Field::Date };
                return sink(self.refused(field, why));
            }
        };
        let messages: Vec<&str> = self.all(Field::Message).map(|(_, cell)| cell).collect();
        if messages.is_empty() {
            return sink(self.refused(Field::Message, "there are no words"));
        }
        let mut text = messages.join(": ");
        for (name, cell) in self.all(Field::Detail) {
            text.push_str(&format!("  {name}: {cell}"));
        }
        let lane = match self.one(Field::Lane).map(Lane::parse).transpose() {
            Ok(lane) => lane,
            Err(refusal) => return sink(self.refused(Field::Lane, refusal.message.trim_end_matches('.'))),
        };
        let kind = match self.one(Field::Kind).map(|word| (word, Kind::read(&word.to_lowercase()))) {
            None => LogKind::Observation,
            Some((word, kind)) => match LogKind::ALL.into_iter().find(|one| Some(one.kind()) == kind) {
                Some(kind) => kind,
                None => {
                    return sink(
                        self.refused(Field::Kind, format!("there is no kind of entry {}", quoted(word))),
                    );
                }
            },
        };
        let logged = Logged {
            kind,
            text,
            components: self
                .all(Field::Host)
                .chain(self.all(Field::Component))
                .map(|(_, cell)| cell.to_owned())
                .collect(),
            techniques: self.parts(Field::Technique),
            lane,
            source: self.one(Field::Source).map(entry::source),
        };
        if self.one(Field::Component).is_some() {
            self.component(self.one(Field::Stage).map(|_| at.clone()), met, sink)?;
        }
        let who = self.one(Field::Who).map(str::to_owned);
        let act = Act {
            at: Some(at.clone()),
            who: who.clone(),
            ..Act::new(self.row.place.clone(), Command::Log(logged))
        };
        sink(Piece::Act(Box::new(act)))?;
        self.indicators(Some(at), who, sink)
    }

    fn indicators(&self, at: Option<Happened>, who: Option<String>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let (mut met, alone) = (false, at.is_none());
        let mut own = Details {
            note: self.one(Field::Note).filter(|_| alone).map(str::to_owned),
            source: self.one(Field::Source).filter(|_| alone).map(str::to_owned),
            tags: self.parts(Field::Tags),
            ..Details::default()
        };
        match self.one(Field::Tlp).map(Tlp::parse).transpose() {
            Ok(tlp) => own.tlp = tlp,
            Err(refusal) => return sink(self.refused(Field::Tlp, refusal.message.trim_end_matches('.'))),
        }
        for (name, cell) in self.all(Field::Indicator).filter(|(_, cell)| !matches!(*cell, "-" | "N/A")) {
            met = true;
            let adding = match indicators::adding(cell, self.one(Field::Type), own.clone()) {
                Ok(adding) => adding,
                Err(why) => {
                    sink(self.row.refused(name, why))?;
                    continue;
                }
            };
            let found = indicator::Found { kind: adding.kind, value: adding.value.clone() };
            if let Some(why) = indicator::against(&found, &[]) {
                sink(self.row.refused(name, format!("{}: {}", quoted(&adding.value), why.words())))?;
                continue;
            }
            indicators::add((&self.row.place, at.clone(), who.clone()), adding, &[], sink)?;
        }
        if alone && !met {
            return sink(self.refused(Field::Indicator, "there is no value"));
        }
        ControlFlow::Continue(())
    }

    /// A component at the time its row says, where it says one.
    fn dated_component(&self, reading: &Reading<'_>, met: &mut Met, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let said = [Field::Time, Field::Date].into_iter().find(|field| self.one(*field).is_some());
        let at = match said.map(|field| self.time(reading).map_err(|why| (field, why))).transpose() {
            Ok(at) => at,
            Err((field, why)) => return sink(self.refused(field, why)),
        };
        self.component(at, met, sink)
    }

    fn component(&self, at: Option<Happened>, met: &mut Met, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let Some(name) = self.one(Field::Component) else {
            return sink(self.refused(Field::Component, "there is no name"));
        };
        let word = self.one(Field::Stage).unwrap_or("suspected");
        let Some(stage) = Stage::read(&word.to_lowercase().replace([' ', '_'], "-")) else {
            return sink(self.refused(Field::Stage, format!("there is no stage {}", quoted(word))));
        };
        let details = ComponentDetails {
            owner: self.one(Field::Owner).map(str::to_owned),
            tags: self.parts(Field::Tags),
            note: self.one(Field::Note).map(str::to_owned),
            ..ComponentDetails::default()
        };
        let kind = self.one(Field::Type).unwrap_or("server");
        if let Some(why) = no_type(kind) {
            return sink(self.refused(Field::Type, why));
        }
        let add = AddComponent { details, ..AddComponent::new(name, kind, stage) };
        let change = met.brings(add, self.one(Field::Stage).is_some());
        sink(Piece::Act(Box::new(Act { at, ..Act::new(self.row.place.clone(), change) })))
    }
}
