//! `people` and `handover`: who is in the response, how they are reached, who leads.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use super::leaving::{Leave as Leaves, Leaving};
use super::lookup::{Offered, duties, roles};
use super::when::{When, due};
use super::{Act, Change, Context, Said, Verb};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::handover;
use crate::model::refusal::Refusal;
use crate::model::roster::{self, AddPerson, Detail, Duty, EditPerson, Shift};
use crate::model::time::Happened;

/// A change of the roster or of the lead, in words.
#[derive(Clone, Debug)]
pub enum Peopling {
    Add(AddPerson),
    Edit {
        person: String,
        details: BTreeMap<Detail, String>,
        roles: Vec<String>,
        roles_gone: Vec<String>,
    },
    Shift {
        person: String,
        to: Shift,
    },
    Leave {
        person: String,
        reason: Option<String>,
    },
    /// The lead is offered; what the next one is told is derived where the record is at hand.
    Offer {
        to: String,
        note: Option<String>,
    },
    Accept {
        note: Option<String>,
    },
    Decline {
        reason: String,
    },
}

impl Peopling {
    /// The command it is in this incident.
    ///
    /// # Errors
    /// Unknown and ambiguous names are refused with what to type.
    pub(super) fn command(&self, incident: &Incident) -> Result<Command, Refusal> {
        let person = |words: &String| super::refs::person(incident, words).map(|person| person.id.clone());
        let people = match self {
            Peopling::Add(add) => roster::Command::Add(add.clone()),
            Peopling::Edit { person: words, details, roles, roles_gone } => {
                roster::Command::Edit(EditPerson {
                    person: person(words)?,
                    details: details.clone(),
                    roles: roles.clone(),
                    roles_gone: roles_gone.clone(),
                })
            }
            Peopling::Shift { person: words, to } => {
                roster::Command::SetShift { person: person(words)?, to: to.clone() }
            }
            Peopling::Leave { person: words, reason } => {
                roster::Command::Leave { person: person(words)?, reason: reason.clone() }
            }
            Peopling::Offer { to, note } => {
                let offer = handover::Offer { to: to.clone(), note: note.clone(), told: String::new() };
                return Ok(Command::Handover(handover::Command::Offer(offer)));
            }
            Peopling::Accept { note } => {
                let accept = handover::Command::Accept { handover: None, note: note.clone() };
                return Ok(Command::Handover(accept));
            }
            Peopling::Decline { reason } => {
                let decline = handover::Command::Decline { handover: None, reason: reason.clone() };
                return Ok(Command::Handover(decline));
            }
        };
        Ok(Command::People(people))
    }
}

#[derive(Args)]
pub(super) struct People {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Everybody, who is on shift first, and who has the incident open now
    List,
    /// Everything about one person
    Show(Which),
    /// Put somebody on the roster; said again, it adds to what stands there
    Add(Add),
    /// Change what stands of somebody; "" takes a detail away
    Edit(Edit),
    /// On shift or off it
    Shift(SetShift),
    /// Out of the incident; the record keeps them
    Leave(Leave),
}

#[derive(Args)]
struct Which {
    /// Whose: the name, a word of it that nobody else has, or an id prefix
    #[arg(value_name = "NAME", required = true)]
    person: Vec<String>,
}

/// What is kept of a person beside the name.
#[derive(Args)]
struct Details {
    /// Role to take on; may be given several times
    #[arg(long = "role", value_name = "ROLE", value_parser = Offered(roles), hide_possible_values = true)]
    roles: Vec<String>,
    /// What they are elsewhere: CISO, night shift lead
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Who they work for
    #[arg(long = "org", value_name = "NAME", alias = "organisation")]
    organisation: Option<String>,
    /// Phone number
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    phone: Option<String>,
    /// Mail address
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<String>,
    /// Any other way to reach them
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// How to reach them when our own systems are not trusted
    #[arg(long, value_name = "TEXT")]
    channel: Option<String>,
    /// What else one should know
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Details {
    fn all(&self) -> BTreeMap<Detail, String> {
        let said = [
            (Detail::Title, &self.title),
            (Detail::Organisation, &self.organisation),
            (Detail::Phone, &self.phone),
            (Detail::Mail, &self.mail),
            (Detail::Contact, &self.contact),
            (Detail::Channel, &self.channel),
            (Detail::Note, &self.note),
        ];
        said.into_iter().filter_map(|(detail, text)| Some((detail, text.clone()?))).collect()
    }
}

#[derive(Args)]
struct Add {
    /// The name
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,
    #[command(flatten)]
    details: Details,
    /// Whether they are on shift now
    #[arg(long, value_name = "SHIFT", value_parser = Offered(duties))]
    shift: Option<String>,
    /// Until when the shift is: +8h, 18:00, tomorrow 06:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "shift")]
    until: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Edit {
    /// Whose: the name, a word of it that nobody else has, or an id prefix
    #[arg(value_name = "NAME", required = true)]
    person: Vec<String>,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    details: Details,
    /// Role to give up; may be given several times
    #[arg(long = "no-role", value_name = "ROLE", value_parser = Offered(roles), hide_possible_values = true)]
    roles_gone: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct SetShift {
    /// Whose: the name, a word of it that nobody else has, or an id prefix; blanks go in quotes
    #[arg(value_name = "NAME")]
    person: String,
    /// On shift, or off it
    #[arg(value_name = "SHIFT", value_parser = Offered(duties))]
    to: String,
    /// Until when: +8h, 18:00, tomorrow 06:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Leave {
    /// Whose: the name, a word of it that nobody else has, or an id prefix
    #[arg(value_name = "NAME", required = true)]
    person: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

fn duty(word: &str) -> Result<Duty, Refusal> {
    match word.trim().to_lowercase().as_str() {
        "on" => Ok(Duty::On),
        "off" => Ok(Duty::Off),
        _ => Err(Refusal::misused(format!(
            "A shift is on or off, not {}.",
            crate::model::refusal::quoted(word)
        ))
        .hint("casebook people shift NAME on --until 18:00; a name with blanks goes in quotes.")),
    }
}

/// Until when a shift lasts, as it was read.
fn until(words: Option<&str>, context: &Context<'_>) -> Result<Option<Happened>, Refusal> {
    words.map(|words| due(words, context)).transpose()
}

impl Verb for People {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let mut ends = None;
        let (peopling, when) = match self.what {
            None | Some(What::List) => return Ok(Said::plain(Act::People(None))),
            Some(What::Show(it)) => return Ok(Said::plain(Act::People(Some(it.person.join(" "))))),
            Some(What::Add(it)) => {
                ends = until(it.until.as_deref(), context)?;
                let shift = it.shift.as_deref().map(duty).transpose()?;
                let shift = shift.map(|duty| Shift { duty, until: ends.as_ref().map(|ends| ends.utc()) });
                let (details, roles) = (it.details.all(), it.details.roles);
                (Peopling::Add(AddPerson { name: it.name.join(" "), roles, details, shift }), it.when)
            }
            Some(What::Edit(it)) => it.worded()?,
            Some(What::Shift(it)) => {
                ends = until(it.until.as_deref(), context)?;
                let to = Shift { duty: duty(&it.to)?, until: ends.as_ref().map(|ends| ends.utc()) };
                (Peopling::Shift { person: it.person, to }, it.when)
            }
            Some(What::Leave(it)) => {
                (Peopling::Leave { person: it.person.join(" "), reason: it.reason }, it.when)
            }
        };
        Ok(Said { due: ends, ..when.says(Act::Change(Change::People(peopling)), context)? })
    }
}

impl Edit {
    fn worded(self) -> Result<(Peopling, When), Refusal> {
        let mut details = self.details.all();
        details.extend(self.name.map(|name| (Detail::Name, name)));
        if details.is_empty() && self.details.roles.is_empty() && self.roles_gone.is_empty() {
            return Err(Refusal::misused("Nothing was named to change.").hint(
                "Give at least one of --role, --no-role, --name, --title, --org, --phone, --mail, --contact, --channel, --note.",
            ));
        }
        let (person, roles) = (self.person.join(" "), self.details.roles);
        Ok((Peopling::Edit { person, details, roles, roles_gone: self.roles_gone }, self.when))
    }
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct HandOver {
    #[command(subcommand)]
    answer: Option<AnswerTo>,
    /// Who is to lead; without it the text of a handover is shown and nothing is recorded
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// What the record does not say
    #[arg(long, value_name = "TEXT", requires = "to")]
    note: Option<String>,
    #[command(flatten)]
    leaving: Leaving,
    #[command(flatten)]
    when: When,
}

#[derive(Subcommand)]
enum AnswerTo {
    /// What the one who is asked is told, and how the handovers before went
    Read,
    /// Take the lead that is offered to me
    Accept {
        /// What I add to it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        #[command(flatten)]
        when: When,
    },
    /// Not me, with --reason
    Decline {
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        #[command(flatten)]
        when: When,
    },
}

impl Verb for HandOver {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let (peopling, when) = match (self.answer, self.to) {
            (Some(AnswerTo::Accept { note, when }), _) => (Peopling::Accept { note }, when),
            (Some(AnswerTo::Decline { reason, when }), _) => {
                (Peopling::Decline { reason: reason.unwrap_or_default() }, when)
            }
            (Some(AnswerTo::Read), _) => return Ok(Said::plain(Act::Handovers)),
            (None, to) => {
                let leave = self.leaving.says(context)?;
                match to {
                    None => return Ok(Said::plain(Act::Handover(leave))),
                    Some(_) if leave != Leaves::default() => {
                        return Err(Refusal::misused(
                            "An offer of the lead keeps its text in the incident; it goes into no file.",
                        )
                        .hint("Without --to: casebook handover -o FILE; the text of an offer: casebook handover read"));
                    }
                    Some(to) => (Peopling::Offer { to, note: self.note }, self.when),
                }
            }
        };
        when.says(Act::Change(Change::People(peopling)), context)
    }
}
