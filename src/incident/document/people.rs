//! The roster and the handovers as scripts read them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::Incident;
use crate::model::handover::{Handover, Standing};
use crate::model::id::NounId;
use crate::model::roster::{Detail, Left, Person, Shifted};
use crate::model::sitrep::Sitrep;

/// Somebody of the roster.
#[derive(Serialize)]
pub struct PersonDocument<'a> {
    pub id: &'a NounId,
    pub name: &'a str,
    /// Ids of the taxonomy.
    pub roles: &'a [String],
    /// Whether the head names them as its lead.
    pub leads: bool,
    pub title: Option<&'a str>,
    pub organisation: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub mail: Option<&'a str>,
    pub contact: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub note: Option<&'a str>,
    /// `duty` on or off, `until`, `since`.
    pub shift: Option<&'a Shifted>,
    pub left: Option<&'a Left>,
    pub added: DateTime<Utc>,
    pub undone: bool,
}

/// A handover, with what was told.
#[derive(Serialize)]
pub struct HandoverDocument<'a> {
    pub id: &'a NounId,
    pub from: Option<&'a str>,
    pub to: &'a str,
    pub note: Option<&'a str>,
    pub told: &'a str,
    /// Who offered it, and when.
    pub by: &'a str,
    pub at: DateTime<Utc>,
    pub standing: Standing,
    /// Who answered, when, in what words.
    pub answer: Option<AnswerDocument<'a>>,
    pub undone: bool,
}

/// How a handover was answered.
#[derive(Serialize)]
pub struct AnswerDocument<'a> {
    pub standing: Standing,
    pub by: &'a str,
    pub at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<&'a str>,
}

/// A SITREP that was given, with what was told.
#[derive(Serialize)]
pub struct SitrepDocument<'a> {
    pub id: &'a NounId,
    pub number: u32,
    pub to: &'a str,
    pub how: Option<&'a str>,
    pub judgement: Option<&'a str>,
    pub next: Option<DateTime<Utc>>,
    pub told: &'a str,
    /// Who gave it, and when.
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

impl Incident {
    pub(super) fn person_documents(&self) -> Vec<PersonDocument<'_>> {
        self.roster.iter().map(|person| self.person_document(person)).collect()
    }

    fn person_document<'a>(&self, person: &'a Person) -> PersonDocument<'a> {
        PersonDocument {
            id: &person.id,
            name: person.name(),
            roles: person.roles(),
            leads: !person.undone && self.leads(person.name()),
            title: person.detail(Detail::Title),
            organisation: person.detail(Detail::Organisation),
            phone: person.detail(Detail::Phone),
            mail: person.detail(Detail::Mail),
            contact: person.detail(Detail::Contact),
            channel: person.detail(Detail::Channel),
            note: person.detail(Detail::Note),
            shift: person.shift(),
            left: person.left(),
            added: person.added,
            undone: person.undone,
        }
    }

    pub(super) fn handover_documents(&self) -> Vec<HandoverDocument<'_>> {
        self.handovers.iter().map(|handover| HandoverDocument::of(handover, self)).collect()
    }

    pub(super) fn sitrep_documents(&self) -> Vec<SitrepDocument<'_>> {
        self.sitreps.iter().map(|sitrep| SitrepDocument::of(sitrep, self)).collect()
    }
}

impl<'a> HandoverDocument<'a> {
    fn of(handover: &'a Handover, incident: &'a Incident) -> Self {
        let answer = handover.answer.get().filter(|answer| answer.standing != Standing::Offered);
        Self {
            id: &handover.id,
            from: handover.from.as_deref(),
            to: &handover.to,
            note: incident.handover_note(handover),
            told: incident.handover_told(handover),
            by: &handover.by,
            at: handover.at,
            standing: handover.standing(),
            answer: answer.map(|answer| AnswerDocument {
                standing: answer.standing,
                by: &answer.by,
                at: answer.at,
                words: incident.answer_words(handover),
            }),
            undone: handover.undone,
        }
    }
}

impl<'a> SitrepDocument<'a> {
    fn of(sitrep: &'a Sitrep, incident: &'a Incident) -> Self {
        Self {
            id: &sitrep.id,
            number: sitrep.number,
            to: &sitrep.to,
            how: sitrep.how.as_deref(),
            judgement: incident.sitrep_judgement(sitrep),
            next: sitrep.next,
            told: incident.sitrep_told(sitrep),
            by: &sitrep.by,
            at: sitrep.at,
        }
    }
}
