//! What lines make of the roster: who joins, which value stands, what an undo puts back.

use chrono::{DateTime, Utc};

use super::super::Incident;
use super::super::contested::{Contested, look};
use super::super::event::Event;
use super::super::line::Line;
use super::super::setting::{Setting, Was};
use crate::model::id::{LineId, NounId};
use crate::model::register::{Careful, Register, Side};
use crate::model::roster::{Fact, Left, Person, PersonAdded, Roles, Shifted};

impl Incident {
    /// Whoever a line puts on the roster.
    pub(in crate::incident) fn join(&mut self, line: &Line, added: &PersonAdded) {
        self.roster.push(Person::new(added, line.id, line.actor(), line.at()));
    }

    pub(in crate::incident) fn put_fact(
        &mut self,
        line: LineId,
        by: &str,
        over: &[LineId],
        (id, to): (NounId, Fact),
    ) -> Option<Vec<Was>> {
        let person = self.person_mut(&id)?;
        let was = |side| Was::of(side, |value| Setting::Person(id.clone(), value));
        fn set<T: Careful + Clone + PartialEq>(
            register: &mut Register<T>,
            (line, by, over): (LineId, &str, &[LineId]),
            to: T,
            wrap: impl Fn(T) -> Fact,
        ) -> Vec<Side<Fact>> {
            let replaced = register.set(line, by, over, to).into_iter();
            replaced.map(|side| Side { line: side.line, by: side.by, value: wrap(side.value) }).collect()
        }
        let from = (line, by, over);
        let replaced = match to {
            Fact::Detail(which, to) => {
                let register = person.details.entry(which).or_default();
                set(register, from, to, |was| Fact::Detail(which, was))
            }
            Fact::Roles(to) => set(&mut person.roles, from, to, Fact::Roles),
            Fact::Shift(to) => set(&mut person.shift, from, to, Fact::Shift),
            Fact::Left(to) => set(&mut person.left, from, to, Fact::Left),
        };
        Some(replaced.into_iter().map(was).collect())
    }

    pub(in crate::incident) fn restore_fact(
        &mut self,
        line: LineId,
        id: &NounId,
        to: &Fact,
        was: Option<&Was>,
    ) {
        fn restore<T: Careful + Clone + PartialEq>(
            register: &mut Register<T>,
            line: LineId,
            was: Option<&Was>,
            to: &T,
        ) {
            let side = |was: &Was| Side { line: was.line, by: was.by.clone(), value: to.clone() };
            register.restore(line, was.map(side));
        }
        let Some(person) = self.person_mut(id) else { return };
        match to {
            Fact::Detail(which, to) => {
                if let Some(register) = person.details.get_mut(which) {
                    restore(register, line, was, to);
                }
            }
            Fact::Roles(to) => restore(&mut person.roles, line, was, to),
            Fact::Shift(to) => restore(&mut person.shift, line, was, to),
            Fact::Left(to) => restore(&mut person.left, line, was, to),
        }
    }

    pub(in crate::incident) fn fact_heads(&self, id: &NounId, to: &Fact) -> Vec<LineId> {
        let Some(person) = self.person(id) else { return Vec::new() };
        match to {
            Fact::Detail(which, _) => {
                person.details.get(which).map_or_else(Vec::new, |register| register.heads().collect())
            }
            Fact::Roles(_) => person.roles.heads().collect(),
            Fact::Shift(_) => person.shift.heads().collect(),
            Fact::Left(_) => person.left.heads().collect(),
        }
    }

    /// The lines whose values stand on people and handovers that `line` brought.
    pub(in crate::incident) fn told_of_people(&self, line: LineId) -> impl Iterator<Item = LineId> + '_ {
        let people = self.roster.iter().filter(move |person| person.line == line);
        let told = people.flat_map(|person| {
            let details = person.details.values().flat_map(Register::heads);
            details.chain(person.roles.heads()).chain(person.shift.heads()).chain(person.left.heads())
        });
        let handovers = self.handovers.iter().filter(move |handover| handover.line == line);
        told.chain(handovers.flat_map(|handover| handover.answer.heads()))
    }

    /// Fields of people, and answers to handovers, that several set without knowing of each other.
    pub(in crate::incident) fn contested_people(&self) -> Vec<Contested> {
        let mut all = Vec::new();
        for person in self.people().filter(|person| person.contested()) {
            let plain = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            let set = |to| Setting::Person(person.id.clone(), to);
            for (detail, register) in &person.details {
                let field = || format!("{} of {}", detail.word(), person.name());
                look(&mut all, field, register, plain, |to| set(Fact::Detail(*detail, to)));
            }
            let named = |roles: &Roles| match roles.0.is_empty() {
                true => "none".to_owned(),
                false => roles.words(),
            };
            let field = || format!("roles of {}", person.name());
            look(&mut all, field, &person.roles, named, |to| set(Fact::Roles(to)));
            let duty = |shift: &Option<Shifted>| {
                shift.as_ref().map_or("nothing", |shifted| shifted.shift.duty.word()).to_owned()
            };
            let field = || format!("shift of {}", person.name());
            look(&mut all, field, &person.shift, duty, |to| set(Fact::Shift(to)));
            let gone = |left: &Option<Left>| match left {
                Some(_) => "left".to_owned(),
                None => "in the incident".to_owned(),
            };
            let field = || format!("leaving of {}", person.name());
            look(&mut all, field, &person.left, gone, |to| set(Fact::Left(to)));
        }
        for handover in self.handovers() {
            let field = || format!("handover to {}", handover.to);
            let setting = |to| Setting::Handover(handover.id.clone(), to);
            look(&mut all, field, &handover.answer, |answer| answer.standing.word().to_owned(), setting);
        }
        all
    }
}

/// What a line about somebody of the roster sets.
pub(in crate::incident) fn settings(event: &Event, at: DateTime<Utc>) -> Vec<Setting> {
    let set = |person: &NounId, fact: Fact| Setting::Person(person.clone(), fact);
    let mut settings = Vec::new();
    if let Event::PersonEdited(edited) = event {
        let person = &edited.person;
        let details = edited.details.iter();
        settings.extend(details.map(|(which, to)| set(person, Fact::Detail(*which, to.to.clone()))));
        settings.extend(edited.roles.iter().map(|to| set(person, Fact::Roles(to.to.clone()))));
    } else if let Event::ShiftSet(it) = event {
        let shifted = Shifted { shift: it.to.clone(), since: at };
        settings.push(set(&it.person, Fact::Shift(Some(shifted))));
        if it.back {
            settings.push(set(&it.person, Fact::Left(None)));
        }
    } else if let Event::PersonLeft(left) = event {
        let reason = left.reason.clone();
        settings.push(set(&left.person, Fact::Left(Some(Left { at, reason }))));
    }
    settings
}
