//! Lessons and improvement actions as scripts read them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::Incident;
use crate::model::id::NounId;
use crate::model::lesson::{Effect, Improvement, Lesson, State};
use crate::model::phase::Phase;

/// A lesson, for scripts.
#[derive(Serialize)]
pub struct LessonDocument<'a> {
    pub id: &'a NounId,
    pub number: String,
    pub text: &'a str,
    pub finding: Option<&'a str>,
    pub cause: Option<&'a str>,
    pub category: Option<&'a str>,
    pub effect: Option<Effect>,
    pub phase: Option<Phase>,
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub undone: bool,
}

/// An improvement action, for scripts.
#[derive(Serialize)]
pub struct ImprovementDocument<'a> {
    pub id: &'a NounId,
    pub number: String,
    pub title: &'a str,
    pub lesson: Option<&'a NounId>,
    pub success: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub due: Option<DateTime<Utc>>,
    pub state: State,
    /// Since when it is in this state, by whom, why, and what shows it.
    pub since: Option<DateTime<Utc>>,
    pub state_by: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub evidence: Option<&'a str>,
    pub added: DateTime<Utc>,
    pub by: &'a str,
    pub undone: bool,
}

impl Incident {
    pub(in crate::incident) fn lesson_documents(&self) -> Vec<LessonDocument<'_>> {
        let document = |lesson| LessonDocument::of(self, lesson);
        self.lessons.iter().map(document).collect()
    }

    pub(in crate::incident) fn improvement_documents(&self) -> Vec<ImprovementDocument<'_>> {
        let document = |action| ImprovementDocument::of(self, action);
        self.improvements.iter().map(document).collect()
    }
}

impl<'a> LessonDocument<'a> {
    pub fn of(incident: &Incident, lesson: &'a Lesson) -> Self {
        Self {
            id: &lesson.id,
            number: incident.lesson_number(lesson),
            text: &lesson.text,
            finding: lesson.finding.as_deref(),
            cause: lesson.cause.as_deref(),
            category: lesson.category.as_deref(),
            effect: lesson.effect,
            phase: lesson.phase,
            at: lesson.at,
            by: &lesson.by,
            undone: lesson.undone,
        }
    }
}

impl<'a> ImprovementDocument<'a> {
    pub fn of(incident: &Incident, action: &'a Improvement) -> Self {
        let standing = action.state.get();
        Self {
            id: &action.id,
            number: incident.action_number(action),
            title: &action.title,
            lesson: action.lesson.as_ref(),
            success: action.success.as_deref(),
            owner: action.owner(),
            due: action.due(),
            state: action.state(),
            since: standing.map(|standing| standing.at),
            state_by: standing.map(|standing| standing.by.as_str()),
            reason: standing.and_then(|standing| standing.reason.as_deref()),
            evidence: standing.and_then(|standing| standing.evidence.as_deref()),
            added: action.added,
            by: &action.by,
            undone: action.undone,
        }
    }
}
