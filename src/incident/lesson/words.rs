//! What the log says of lessons and improvement actions, and the words they are found by.

use super::super::Incident;
use super::super::find::{Findable, Spot, record};
use crate::model::entry::Kind;
use crate::model::lesson::{ImprovementAdded, ImprovementChanged, State};
use chrono::{DateTime, Utc};

fn day(at: &DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}

/// `+ A-3 Test the restore every month, ana, due 2026-12-01 17:00Z`.
pub(in crate::incident) fn added(added: &ImprovementAdded) -> String {
    let owner = added.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
    let due = added.due.as_ref().map(|due| format!(", due {}", day(due))).unwrap_or_default();
    format!("+ {} {}{owner}{due}", added.number, added.title)
}

/// `A-3 Test the restore every month: done  "ticket 4711"`.
pub(in crate::incident) fn changed(it: &ImprovementChanged) -> String {
    let mut parts = Vec::new();
    if let Some(state) = &it.state {
        let again = state.from != State::Open && state.to == State::Open;
        parts.push(if again { "open again".to_owned() } else { state.to.word().to_owned() });
    }
    if let Some(owner) = &it.owner {
        parts.push(format!(
            "owner {}",
            super::super::words::changed(owner.from.as_deref(), owner.to.as_deref())
        ));
    }
    if let Some(due) = &it.due {
        let (from, to) = (due.from.as_ref().map(day), due.to.as_ref().map(day));
        parts.push(format!("due {}", super::super::words::changed(from.as_deref(), to.as_deref())));
    }
    let said: Vec<&str> = [&it.evidence, &it.reason].into_iter().filter_map(|said| said.as_deref()).collect();
    let said = (!said.is_empty()).then(|| said.join("; "));
    super::super::words::with_reason(
        &format!("{} {}: {}", it.number, it.title, parts.join(", ")),
        said.as_deref(),
    )
}

/// What is found by its words.
impl Incident {
    pub(in crate::incident) fn lesson_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.lessons().flat_map(|lesson| {
            let fields = [
                ("text", lesson.text.as_str()),
                ("number", lesson.number.as_str()),
                ("finding", lesson.finding.as_deref().unwrap_or_default()),
                ("cause", lesson.cause.as_deref().unwrap_or_default()),
                ("category", lesson.category.as_deref().unwrap_or_default()),
            ];
            record(Kind::Lesson, Spot::Noun(&lesson.id, lesson.line), fields)
        })
    }

    pub(in crate::incident) fn improvement_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.improvements().flat_map(|action| {
            let standing = action.state.get();
            let fields = [
                ("title", action.title.as_str()),
                ("number", action.number.as_str()),
                ("owner", action.owner().unwrap_or_default()),
                ("success", action.success.as_deref().unwrap_or_default()),
                ("evidence", standing.and_then(|standing| standing.evidence.as_deref()).unwrap_or_default()),
                ("reason", standing.and_then(|standing| standing.reason.as_deref()).unwrap_or_default()),
            ];
            record(Kind::Improvement, Spot::Noun(&action.id, action.line), fields)
        })
    }
}
