//! The roster among the other nouns: who is meant, who has a task, who leads.

mod fold;
mod words;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Incident;
use super::event::Event;
use crate::model::desk::Desk;
use crate::model::id::NounId;
use crate::model::refusal::{Refusal, quoted};
use crate::model::roster::{AddPerson, Command, Detail, EditPerson, Person, PersonAdded, Roles};
use crate::model::task::Task;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text;

pub(super) use fold::settings;
pub(super) use words::words;

/// What stands before a role to which a task is given: `@analyst`.
pub const ROLE_MARK: char = '@';

/// The role a task is given to, if it is one and not a person.
pub fn role_of(assignee: &str) -> Option<&str> {
    assignee.strip_prefix(ROLE_MARK)
}

impl Incident {
    /// Everybody on the roster who was not taken back, those who left too.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.roster.iter().filter(|person| !person.undone)
    }

    /// Everybody who is in the incident.
    pub fn present(&self) -> impl Iterator<Item = &Person> {
        self.people().filter(|person| person.left().is_none())
    }

    pub fn person(&self, id: &NounId) -> Option<&Person> {
        self.roster.iter().find(|person| person.id == *id)
    }

    pub(super) fn person_mut(&mut self, id: &NounId) -> Option<&mut Person> {
        self.roster.iter_mut().find(|person| person.id == *id)
    }

    /// The person somebody's name means: the name itself, else the only one who has it as a word of theirs
    /// (`ana` for "Ana Meier"). Those in the incident come first.
    pub fn person_called(&self, name: &str) -> Option<&Person> {
        let wanted = name.trim().to_lowercase();
        let exact = |person: &&Person| person.name().to_lowercase() == wanted;
        if let Some(person) = self.present().find(exact).or_else(|| self.people().find(exact)) {
            return Some(person);
        }
        let word = |have: &str| have.split_whitespace().any(|word| word.to_lowercase() == wanted);
        let mut fitting = self.present().filter(|person| word(person.name()));
        match (fitting.next(), fitting.next()) {
            (one, None) => one,
            _ => None,
        }
    }

    /// Whether two names mean the same person.
    pub fn same_person(&self, one: &str, other: &str) -> bool {
        if one.trim().eq_ignore_ascii_case(other.trim()) {
            return true;
        }
        match (self.person_called(one), self.person_called(other)) {
            (Some(one), Some(other)) => one.id == other.id,
            _ => false,
        }
    }

    /// Whether this person leads the incident.
    pub fn leads(&self, name: &str) -> bool {
        self.lead().is_some_and(|lead| self.same_person(lead, name))
    }

    /// Whether somebody in the incident holds this role on the roster.
    pub fn holds(&self, name: &str, role: &str) -> bool {
        self.person_called(name).is_some_and(|person| person.left().is_none() && person.holds(role))
    }

    /// Whether a task is given to somebody: by name, or by a role they hold.
    pub fn has_task(&self, name: &str, task: &Task) -> bool {
        task.assignee().is_some_and(|assignee| match role_of(assignee) {
            Some(role) => self.holds(name, role),
            None => self.same_person(assignee, name),
        })
    }

    /// Open tasks that somebody has, by name or by role.
    pub fn tasks_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Task> + 'a {
        let open = self.tasks.iter().filter(|task| !task.undone && !task.settled());
        open.filter(move |task| self.has_task(name, task))
    }

    /// The roles of the taxonomy that nobody in the incident holds. The lead of the head is an incident lead.
    pub fn roles_unheld(&self) -> Vec<&'static str> {
        let led = |role: &str| role == "incident-lead" && self.lead().is_some();
        let ids = TAXONOMY.roles.iter().map(|role| role.id.as_str());
        ids.filter(|role| !led(role) && !self.present().any(|person| person.holds(role))).collect()
    }

    /// Who a task is to be given to: a role written `@analyst`, somebody of the roster, or a name as typed.
    pub(super) fn assignee_meant(&self, words: &str) -> Result<String, Refusal> {
        let name = text::name(words)?;
        let Some(role) = role_of(&name) else {
            let same = self.present().find(|person| person.name().eq_ignore_ascii_case(&name));
            return Ok(same.map_or(name, |person| person.name().to_owned()));
        };
        if let Ok(role) = TAXONOMY.role(role) {
            return Ok(format!("{ROLE_MARK}{}", role.id));
        }
        if let Some(person) = self.person_called(role) {
            return Ok(person.name().to_owned());
        }
        let roles: Vec<&str> = TAXONOMY.roles.iter().map(|role| role.id.as_str()).collect();
        Err(Refusal::misused(format!("{} is no role and nobody on the roster.", quoted(&name)))
            .hint(format!("Roles: {}.", roles.join(", "))))
    }

    fn known_person(&self, id: &NounId) -> Result<&Person, Refusal> {
        self.person(id).filter(|person| !person.undone).ok_or_else(|| {
            Refusal::refused("No such person in this incident.").hint("casebook people list shows them.")
        })
    }

    pub(super) fn decide_people(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Add(add) => self.add_person(add, desk)?,
            Command::Edit(edit) => {
                self.one_name_each(edit)?;
                self.known_person(&edit.person)?.decide_edit(edit)?.map(Event::from)
            }
            Command::SetShift { person, to } => {
                self.known_person(person)?.decide_shift(to, desk.at())?.map(Event::from)
            }
            Command::Leave { person, reason } => {
                let person = self.known_person(person)?;
                if self.leads(person.name()) && person.left().is_none() {
                    return Err(Refusal::refused(format!("{} leads the incident.", person.name())).hint(
                        "Hand over first: casebook handover --to NAME; or name nobody: casebook edit --lead \"\".",
                    ));
                }
                person.decide_leave(reason.as_deref())?.map(Event::from)
            }
        })
    }

    /// A name that somebody else has would make every later word about either of them a guess.
    fn one_name_each(&self, edit: &EditPerson) -> Result<(), Refusal> {
        let Some(name) = edit.details.get(&Detail::Name) else { return Ok(()) };
        let name = text::name(name)?;
        match self.people().find(|other| other.id != edit.person && other.name().eq_ignore_ascii_case(&name))
        {
            Some(other) => Err(Refusal::refused(format!("{} is on the roster already.", other.name()))
                .hint("Add the surname or the organisation to one of the two names.")),
            None => Ok(()),
        }
    }

    fn add_person(&self, add: &AddPerson, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        let name = text::name(&add.name)?;
        if let Some(there) = self.people().find(|person| person.name().eq_ignore_ascii_case(&name)) {
            return self.say_more(there, add);
        }
        let mut details = BTreeMap::from([(Detail::Name, name)]);
        for (detail, typed) in add.details.iter().filter(|(detail, _)| **detail != Detail::Name) {
            if let Some(text) = detail.clean(typed)? {
                details.insert(*detail, text);
            }
        }
        if add.shift.as_ref().and_then(|shift| shift.until).is_some_and(|until| until <= desk.at()) {
            return Err(Refusal::refused("The shift would end before it begins.")
                .hint("Give --until a time that is still ahead, such as +8h or 18:00."));
        }
        let roles = Roles::read(&add.roles)?;
        Ok(Some(PersonAdded { id: desk.id(0), details, roles, shift: add.shift.clone() }.into()))
    }

    /// Somebody who stands on the roster is added: what was said of them goes over what stands there.
    fn say_more(&self, there: &Person, add: &AddPerson) -> Result<Option<Event>, Refusal> {
        let name = there.name();
        if let Some(left) = there.left() {
            let at = left.at.format("%Y-%m-%d %H:%MZ");
            return Err(Refusal::refused(format!("{name} left the incident {at}."))
                .hint(format!("casebook people shift \"{name}\" on brings them back.")));
        }
        if add.shift.as_ref().is_some_and(|to| there.shift().map(|shifted| &shifted.shift) != Some(to)) {
            return Err(Refusal::refused(format!("{name} is on the roster already, on another shift."))
                .hint(format!("casebook people shift \"{name}\" on --until TIME sets it.")));
        }
        let edit = EditPerson {
            person: there.id.clone(),
            details: add.details.clone(),
            roles: add.roles.clone(),
            roles_gone: Vec::new(),
        };
        Ok(there.decide_edit(&edit)?.map(Event::from))
    }

    /// Who is on shift at a moment (UTC), in the order of the roster.
    pub fn on_shift(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Person> {
        self.present().filter(move |person| person.on_shift(now))
    }
}
