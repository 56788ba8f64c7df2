//! Somebody of the response: which roles they hold, how they are reached, whether they are on shift.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::head::Change;
use super::id::{LineId, NounId};
use super::refusal::Refusal;
use super::register::{Careful, Register};
use super::taxonomy::TAXONOMY;
use super::text::{self, Limit, Lines, Unit};

/// What is kept of a person beside roles and shift. Each is one text with a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    Name,
    Title,
    Organisation,
    Phone,
    Mail,
    /// Any other way: a chat name, a radio channel, a pager.
    Contact,
    /// How to reach them when our own systems are not trusted.
    Channel,
    Note,
}

impl Detail {
    pub const ALL: [Detail; 8] = [
        Detail::Name,
        Detail::Title,
        Detail::Organisation,
        Detail::Phone,
        Detail::Mail,
        Detail::Contact,
        Detail::Channel,
        Detail::Note,
    ];

    /// The word on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Detail::Name => "name",
            Detail::Title => "title",
            Detail::Organisation => "organisation",
            Detail::Phone => "phone",
            Detail::Mail => "mail",
            Detail::Contact => "contact",
            Detail::Channel => "channel",
            Detail::Note => "note",
        }
    }

    /// What it may hold: a name 80 characters, a phone number 80, a title, an organisation, a mail address,
    /// another contact and a channel 200 each, a note 2 KiB with lines.
    pub fn limit(self) -> Limit {
        let one_line = |most| Limit { what: self.word(), most, unit: Unit::Characters, lines: Lines::One };
        match self {
            Detail::Name => text::NAME,
            Detail::Phone => one_line(80),
            Detail::Note => Limit { what: "note", most: 2 * 1024, unit: Unit::Bytes, lines: Lines::Many },
            _ => one_line(200),
        }
    }

    /// The text as it goes on record; blank words are none.
    ///
    /// # Errors
    /// Refuses a text over the limit, and an empty name.
    pub fn clean(self, typed: &str) -> Result<Option<String>, Refusal> {
        match self {
            Detail::Name => text::name(typed).map(Some),
            _ => Ok(Some(self.limit().clean_or_empty(typed)?).filter(|text| !text.is_empty())),
        }
    }
}

/// Whether somebody is there to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    On,
    Off,
}

impl Duty {
    /// The word on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Duty::On => "on",
            Duty::Off => "off",
        }
    }
}

/// On or off shift, as it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    pub duty: Duty,
    /// Until when (UTC); after that nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// A shift and since when (UTC, happened time).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shifted {
    #[serde(flatten)]
    pub shift: Shift,
    pub since: DateTime<Utc>,
}

/// That somebody left the incident, when (UTC) and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Left {
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The roles somebody holds, by their ids in the taxonomy, in its order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(pub Vec<String>);

impl Careful for Roles {}
impl Careful for Shifted {}
impl Careful for Left {}

impl Roles {
    /// Roles by their ids, names or aliases, each once, in the order of the taxonomy.
    ///
    /// # Errors
    /// Refuses a word that is no role, with those there are.
    pub fn read(words: &[String]) -> Result<Self, Refusal> {
        let ids: Vec<&str> = words
            .iter()
            .map(|word| TAXONOMY.role(word).map(|role| role.id.as_str()))
            .collect::<Result<_, _>>()?;
        let held = TAXONOMY.roles.iter().filter(|role| ids.contains(&role.id.as_str()));
        Ok(Self(held.map(|role| role.id.clone()).collect()))
    }

    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|role| role == id)
    }

    /// `analyst, forensics`.
    pub fn words(&self) -> String {
        self.0.join(", ")
    }
}

/// A replaceable field of somebody, with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Detail(Detail, Option<String>),
    Roles(Roles),
    Shift(Option<Shifted>),
    Left(Option<Left>),
}

/// Somebody of the response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: NounId,
    /// When they joined the roster (UTC, happened time).
    pub added: DateTime<Utc>,
    /// The line that put them on it.
    pub line: LineId,
    pub undone: bool,
    /// One field each, so that what two people change at once is kept.
    pub details: BTreeMap<Detail, Register<Option<String>>>,
    pub roles: Register<Roles>,
    /// `None`: nobody has said.
    pub shift: Register<Option<Shifted>>,
    /// `None`: they are in the incident.
    pub left: Register<Option<Left>>,
}

impl Person {
    /// The person an event brings, with the first value of every field.
    pub fn new(added: &PersonAdded, line: LineId, by: &str, at: DateTime<Utc>) -> Self {
        let mut person = Self {
            id: added.id.clone(),
            added: at,
            line,
            undone: false,
            details: BTreeMap::new(),
            roles: Register::default(),
            shift: Register::default(),
            left: Register::default(),
        };
        for detail in Detail::ALL {
            let value = added.details.get(&detail).cloned();
            person.details.entry(detail).or_default().set(line, by, &[], value);
        }
        let shift = added.shift.clone().map(|shift| Shifted { shift, since: at });
        person.roles.set(line, by, &[], added.roles.clone());
        person.shift.set(line, by, &[], shift);
        person.left.set(line, by, &[], None);
        person
    }

    /// A detail; `None` where nothing was said.
    pub fn detail(&self, detail: Detail) -> Option<&str> {
        self.details.get(&detail)?.get()?.as_deref()
    }

    pub fn name(&self) -> &str {
        self.detail(Detail::Name).unwrap_or("somebody")
    }

    /// The ids of the roles they hold.
    pub fn roles(&self) -> &[String] {
        self.roles.get().map_or(&[], |roles| &roles.0)
    }

    pub fn holds(&self, role: &str) -> bool {
        self.roles().iter().any(|held| held == role)
    }

    pub fn shift(&self) -> Option<&Shifted> {
        self.shift.get().and_then(Option::as_ref)
    }

    pub fn left(&self) -> Option<&Left> {
        self.left.get().and_then(Option::as_ref)
    }

    /// Whether they are in the incident and said to be on shift, and that is not over.
    pub fn on_shift(&self, now: DateTime<Utc>) -> bool {
        self.left().is_none()
            && self.shift().is_some_and(|shifted| {
                shifted.shift.duty == Duty::On && shifted.shift.until.is_none_or(|until| until > now)
            })
    }

    /// How to reach them: the first of phone, mail and other contact.
    pub fn reach(&self) -> Option<&str> {
        [Detail::Phone, Detail::Mail, Detail::Contact].into_iter().find_map(|detail| self.detail(detail))
    }

    /// Whether one of the fields is contested.
    pub fn contested(&self) -> bool {
        self.details.values().any(|register| register.contested().is_some())
            || self.roles.contested().is_some()
            || self.shift.contested().is_some()
            || self.left.contested().is_some()
    }
}

/// What shall be of the roster.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Add(AddPerson),
    Edit(EditPerson),
    SetShift { person: NounId, to: Shift },
    Leave { person: NounId, reason: Option<String> },
}

/// Put somebody on the roster. Somebody who stands there gets what is said here over what stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPerson {
    pub name: String,
    /// Roles by id, name or alias.
    pub roles: Vec<String>,
    /// Everything but the name.
    pub details: BTreeMap<Detail, String>,
    pub shift: Option<Shift>,
}

/// Change what stands of somebody; only what is given changes.
#[derive(Clone, Debug, PartialEq)]
pub struct EditPerson {
    pub person: NounId,
    /// An empty text takes the detail away.
    pub details: BTreeMap<Detail, String>,
    /// Roles to take on.
    pub roles: Vec<String>,
    /// Roles to give up.
    pub roles_gone: Vec<String>,
}

/// Somebody joined the roster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonAdded {
    pub id: NounId,
    /// The name stands here too.
    pub details: BTreeMap<Detail, String>,
    #[serde(default, skip_serializing_if = "no_roles")]
    pub roles: Roles,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift>,
}

fn no_roles(roles: &Roles) -> bool {
    roles.0.is_empty()
}

impl PersonAdded {
    pub fn name(&self) -> &str {
        self.details.get(&Detail::Name).map_or("somebody", String::as_str)
    }
}

/// What stands of somebody was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonEdited {
    pub person: NounId,
    /// For people: the name as it was.
    pub name: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<Detail, Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Change<Roles>>,
}

/// Somebody came on shift or went off it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShiftSet {
    pub person: NounId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Shift>,
    pub to: Shift,
    /// Somebody who had left came back with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
}

/// Somebody left the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonLeft {
    pub person: NounId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Person {
    /// Judges a change of details and roles.
    ///
    /// # Errors
    /// Refuses texts over their limit, an empty name and words that are no role.
    pub fn decide_edit(&self, edit: &EditPerson) -> Result<Option<PersonEdited>, Refusal> {
        let mut details = BTreeMap::new();
        for (detail, typed) in &edit.details {
            let to = detail.clean(typed)?;
            let register = self.details.get(detail);
            let from = register.and_then(Register::get).cloned().flatten();
            if from != to || register.is_some_and(|register| register.contested().is_some()) {
                details.insert(*detail, Change { from, to });
            }
        }
        let (taken, gone) = (Roles::read(&edit.roles)?, Roles::read(&edit.roles_gone)?);
        let from = self.roles.get().cloned().unwrap_or_default();
        let asked = !taken.0.is_empty() || !gone.0.is_empty();
        let held: Vec<String> = [&from.0[..], &taken.0[..]].concat();
        let to = Roles::read(&held.into_iter().filter(|role| !gone.has(role)).collect::<Vec<_>>())?;
        let ruled = asked && self.roles.contested().is_some();
        let roles = (from != to || ruled).then_some(Change { from, to });
        if details.is_empty() && roles.is_none() {
            return Ok(None);
        }
        Ok(Some(PersonEdited { person: self.id.clone(), name: self.name().to_owned(), details, roles }))
    }

    /// Judges coming on shift or going off it. Coming on shift brings back somebody who left.
    ///
    /// # Errors
    /// Refuses a shift that ends before it begins, and one going off who has left.
    pub fn decide_shift(&self, to: &Shift, at: DateTime<Utc>) -> Result<Option<ShiftSet>, Refusal> {
        if to.until.is_some_and(|until| until <= at) {
            return Err(Refusal::refused(format!(
                "The shift of {} would end before it begins.",
                self.name()
            ))
            .hint("Give --until a time that is still ahead, such as +8h or 18:00."));
        }
        let gone = self.left().is_some();
        if gone && to.duty == Duty::Off {
            return Err(Refusal::refused(format!("{} has left the incident.", self.name()))
                .hint(format!("casebook people shift \"{}\" on brings them back.", self.name())));
        }
        let from = self.shift().map(|shifted| shifted.shift.clone());
        let contested = self.shift.contested().is_some() || self.left.contested().is_some();
        if from.as_ref() == Some(to) && !gone && !contested {
            return Ok(None);
        }
        let back = gone || self.left.contested().is_some();
        Ok(Some(ShiftSet {
            person: self.id.clone(),
            name: self.name().to_owned(),
            from,
            to: to.clone(),
            back,
        }))
    }

    /// Judges leaving the incident.
    ///
    /// # Errors
    /// Refuses a reason over the limit.
    pub fn decide_leave(&self, reason: Option<&str>) -> Result<Option<PersonLeft>, Refusal> {
        if self.left().is_some() && self.left.contested().is_none() {
            return Ok(None);
        }
        let reason = reason.map(str::trim).filter(|words| !words.is_empty()).map(text::reason).transpose()?;
        Ok(Some(PersonLeft { person: self.id.clone(), name: self.name().to_owned(), reason }))
    }
}
