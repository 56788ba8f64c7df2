//! Why it came to that and what shall be better; who worked on it and what belongs to it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::lesson::{Effect, Improvement, Lesson};
use crate::model::roster::Detail;
use crate::model::taxonomy::TAXONOMY;

/// Why it came to that, in the words of a lesson.
#[derive(Debug, Serialize)]
pub struct Cause<'a> {
    pub text: &'a str,
    /// The lesson that names it.
    pub lesson: String,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// A lesson.
#[derive(Debug, Serialize)]
pub struct LessonRow<'a> {
    pub number: String,
    pub text: &'a str,
    pub finding: Option<&'a str>,
    pub cause: Option<&'a str>,
    pub category: Option<&'a str>,
    /// `helped` or `hindered`.
    pub effect: Option<&'static str>,
    pub phase: Option<&'static str>,
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub taken_back: Option<Seam<'a>>,
}

/// An improvement action.
#[derive(Debug, Serialize)]
pub struct ActionRow<'a> {
    pub number: String,
    pub title: &'a str,
    /// The lesson it follows from.
    pub lesson: Option<String>,
    /// What will show that it worked.
    pub success: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub due: Option<DateTime<Utc>>,
    pub state: &'static str,
    pub overdue: bool,
    pub reason: Option<&'a str>,
    /// What shows that it is done.
    pub evidence: Option<&'a str>,
    pub taken_back: Option<Seam<'a>>,
}

/// Somebody of the roster. How to reach them is not for a report.
#[derive(Debug, Serialize)]
pub struct PersonRow<'a> {
    pub name: &'a str,
    pub roles: Vec<&'a str>,
    pub title: Option<&'a str>,
    pub organisation: Option<&'a str>,
    pub leads: bool,
    pub since: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
    pub taken_back: Option<Seam<'a>>,
}

/// Another incident that belongs to this one.
#[derive(Debug, Serialize)]
pub struct LinkRow<'a> {
    /// `duplicate of`, `caused by` …
    pub relation: &'static str,
    pub number: &'a str,
    pub title: &'a str,
    pub reason: Option<&'a str>,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

impl<'a> Telling<'a> {
    pub(super) fn causes(&self) -> Vec<Cause<'a>> {
        let lessons = self.incident.lessons.iter().filter(|lesson| !lesson.undone);
        lessons
            .filter_map(|lesson| {
                let text = lesson.cause.as_deref()?;
                Some(Cause {
                    text,
                    lesson: self.incident.lesson_number(lesson),
                    by: &lesson.by,
                    at: lesson.at,
                })
            })
            .collect()
    }

    pub(super) fn lessons(&self) -> Vec<LessonRow<'a>> {
        let row = |lesson: &'a Lesson| LessonRow {
            number: self.incident.lesson_number(lesson),
            text: &lesson.text,
            finding: lesson.finding.as_deref(),
            cause: lesson.cause.as_deref(),
            category: lesson.category.as_deref(),
            effect: lesson.effect.map(Effect::word),
            phase: lesson.phase.map(|phase| phase.name()),
            at: lesson.at,
            by: &lesson.by,
            taken_back: self.seam_if(lesson.undone, lesson.line),
        };
        self.incident.lessons.iter().map(row).collect()
    }

    pub(super) fn improvements(&self) -> Vec<ActionRow<'a>> {
        let lesson = |action: &Improvement| {
            let lesson =
                self.incident.lessons.iter().find(|lesson| Some(&lesson.id) == action.lesson.as_ref())?;
            Some(self.incident.lesson_number(lesson))
        };
        let row = |action: &'a Improvement| {
            let standing = action.state.get();
            ActionRow {
                number: self.incident.action_number(action),
                title: &action.title,
                lesson: lesson(action),
                success: action.success.as_deref(),
                owner: action.owner(),
                due: action.due(),
                state: action.state().word(),
                overdue: action.open() && action.due().is_some_and(|due| due <= self.now),
                reason: standing.and_then(|standing| standing.reason.as_deref()),
                evidence: standing.and_then(|standing| standing.evidence.as_deref()),
                taken_back: self.seam_if(action.undone, action.line),
            }
        };
        self.incident.improvements.iter().map(row).collect()
    }

    pub(super) fn people(&self) -> Vec<PersonRow<'a>> {
        let role = |id: &'a String| {
            TAXONOMY.roles.iter().find(|role| role.id == *id).map_or(id.as_str(), |role| role.name.as_str())
        };
        self.incident
            .roster
            .iter()
            .map(|person| PersonRow {
                name: person.name(),
                roles: person.roles().iter().map(role).collect(),
                title: person.detail(Detail::Title),
                organisation: person.detail(Detail::Organisation),
                leads: !person.undone && self.incident.leads(person.name()),
                since: person.added,
                left: person.left().map(|left| left.at),
                taken_back: self.seam_if(person.undone, person.line),
            })
            .collect()
    }

    pub(super) fn links(&self) -> Vec<LinkRow<'a>> {
        self.incident
            .links()
            .map(|(link, tie)| LinkRow {
                relation: tie.relation.words(),
                number: &link.number,
                title: &link.title,
                reason: tie.reason.as_deref(),
                by: &tie.by,
                at: tie.at,
            })
            .collect()
    }
}
