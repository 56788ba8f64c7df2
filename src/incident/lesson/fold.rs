//! How lines change lessons and improvement actions.

use chrono::{DateTime, Utc};

use super::super::Incident;
use super::super::line::Line;
use super::super::setting::{Setting, Was};
use crate::model::id::{LineId, NounId};
use crate::model::lesson::{
    Improvement, ImprovementAdded, ImprovementChanged, Lesson, LessonRecorded, Part, Standing, State,
};
use crate::model::register::{Register, Side};

/// What lines bring into the world.
impl Incident {
    pub(in crate::incident) fn learn(&mut self, line: &Line, recorded: &LessonRecorded) {
        self.lessons.push(Lesson {
            id: recorded.id.clone(),
            number: recorded.number.clone(),
            text: recorded.text.clone(),
            finding: recorded.finding.clone(),
            cause: recorded.cause.clone(),
            category: recorded.category.clone(),
            effect: recorded.effect,
            phase: recorded.phase,
            at: line.at(),
            by: line.actor().to_owned(),
            line: line.id,
            undone: false,
        });
    }

    pub(in crate::incident) fn improve(&mut self, line: &Line, added: &ImprovementAdded) {
        let by = line.actor();
        let mut action = Improvement {
            id: added.id.clone(),
            number: added.number.clone(),
            title: added.title.clone(),
            lesson: added.lesson.clone(),
            success: added.success.clone(),
            added: line.at(),
            by: by.to_owned(),
            line: line.id,
            undone: false,
            state: Register::default(),
            owner: Register::default(),
            due: Register::default(),
        };
        let open =
            Standing { state: State::Open, by: by.to_owned(), at: line.at(), reason: None, evidence: None };
        action.state.set(line.id, by, &[], open);
        action.owner.set(line.id, by, &[], added.owner.clone());
        action.due.set(line.id, by, &[], added.due);
        self.improvements.push(action);
    }
}

/// The fields a change of an action writes.
pub(in crate::incident) fn settings(
    changed: &ImprovementChanged,
    actor: &str,
    at: DateTime<Utc>,
) -> Vec<Setting> {
    let part = |part| Setting::Improvement(changed.improvement.clone(), part);
    let state = changed.state.as_ref().map(|state| {
        let (reason, evidence) = (changed.reason.clone(), changed.evidence.clone());
        let to = Standing { state: state.to, by: actor.to_owned(), at, reason, evidence };
        part(Part::State(to))
    });
    let owner = changed.owner.as_ref().map(|owner| part(Part::Owner(owner.to.clone())));
    let due = changed.due.as_ref().map(|due| part(Part::Due(due.to)));
    [state, owner, due].into_iter().flatten().collect()
}

/// The one door to the registers of an action.
impl Incident {
    pub(in crate::incident) fn put_improvement(
        &mut self,
        line: LineId,
        by: &str,
        over: &[LineId],
        (id, to): (NounId, Part),
    ) -> Option<Vec<Was>> {
        let action = self.improvement_mut(&id)?;
        let replaced: Vec<Side<Part>> = match to {
            Part::State(to) => sides(action.state.set(line, by, over, to), Part::State),
            Part::Owner(to) => sides(action.owner.set(line, by, over, to), Part::Owner),
            Part::Due(to) => sides(action.due.set(line, by, over, to), Part::Due),
        };
        let was = |side| Was::of(side, |value| Setting::Improvement(id.clone(), value));
        Some(replaced.into_iter().map(was).collect())
    }

    pub(in crate::incident) fn restore_improvement(
        &mut self,
        line: LineId,
        id: &NounId,
        to: &Part,
        was: Option<&Was>,
    ) {
        let Some(action) = self.improvement_mut(id) else { return };
        match to {
            Part::State(to) => action.state.restore(line, was.map(|was| was.side(to.clone()))),
            Part::Owner(to) => action.owner.restore(line, was.map(|was| was.side(to.clone()))),
            Part::Due(to) => action.due.restore(line, was.map(|was| was.side(*to))),
        }
    }

    pub(in crate::incident) fn improvement_heads(&self, id: &NounId, to: &Part) -> Vec<LineId> {
        let Some(action) = self.improvement(id) else { return Vec::new() };
        match to {
            Part::State(_) => action.state.heads().collect(),
            Part::Owner(_) => action.owner.heads().collect(),
            Part::Due(_) => action.due.heads().collect(),
        }
    }
}

fn sides<T>(replaced: Vec<Side<T>>, part: fn(T) -> Part) -> Vec<Side<Part>> {
    let side = |side: Side<T>| Side { line: side.line, by: side.by, value: part(side.value) };
    replaced.into_iter().map(side).collect()
}
