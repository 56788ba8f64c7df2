//! Lessons and what follows from them: what happened and why, and the improvement actions that outlive the
//! incident.
//!
//! A lesson without an owned and dated action is a note (NIST SP 800-61r3, ID.IM; HSEEP's improvement plan).
//! Limits: a lesson's text is a body, its finding and cause and an action's measure of success and evidence
//! are reasons, an action's title is a title, an owner and a category are names (see [`super::text`]).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::head::Change;
use super::id::{LineId, NounId};
use super::phase::Phase;
use super::refusal::{Refusal, quoted};
use super::register::{Careful, Register};
use super::text;

/// Whether what happened helped or stood in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Helped,
    Hindered,
}

impl Effect {
    pub const ALL: [Effect; 2] = [Effect::Helped, Effect::Hindered];

    /// The word on disk, on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Effect::Helped => "helped",
            Effect::Hindered => "hindered",
        }
    }
}

/// The usual words for what a lesson is about; others may be typed.
pub const CATEGORIES: [&str; 6] =
    ["people", "process", "technology", "communication", "supplier", "preparation"];

/// What was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    pub id: NounId,
    /// The number people say: `L-1`.
    pub number: String,
    /// What happened.
    pub text: String,
    /// What it shows.
    pub finding: Option<String>,
    /// Why it came to that.
    pub cause: Option<String>,
    pub category: Option<String>,
    pub effect: Option<Effect>,
    /// The phase it is about.
    pub phase: Option<Phase>,
    /// When it was learned (UTC, happened time) and by whom.
    pub at: DateTime<Utc>,
    pub by: String,
    pub line: LineId,
    pub undone: bool,
}

/// How far an improvement action is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    #[default]
    Open,
    Done,
    /// Not followed, for a reason.
    Dropped,
}

impl State {
    /// The word on disk, on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Dropped => "dropped",
        }
    }
}

/// Where an improvement action stands, since when, by whom and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub state: State,
    pub by: String,
    /// When it came to stand so (UTC).
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What shows that it is done: a ticket, a test, a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

impl Careful for Standing {
    // What may not have been done must be looked at: the open side is shown.
    fn care(&self) -> i32 {
        match self.state {
            State::Open => 2,
            State::Dropped => 1,
            State::Done => 0,
        }
    }
}

/// A replaceable part of an improvement action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    State(Standing),
    Owner(Option<String>),
    /// UTC.
    Due(Option<DateTime<Utc>>),
}

/// What shall be better, by whom, until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    pub id: NounId,
    /// The number people say: `A-3`.
    pub number: String,
    pub title: String,
    /// The lesson it follows from.
    pub lesson: Option<NounId>,
    /// What will show that it worked.
    pub success: Option<String>,
    /// When it was agreed (UTC, happened time) and by whom.
    pub added: DateTime<Utc>,
    pub by: String,
    pub line: LineId,
    pub undone: bool,
    pub state: Register<Standing>,
    pub owner: Register<Option<String>>,
    /// UTC.
    pub due: Register<Option<DateTime<Utc>>>,
}

impl Improvement {
    pub fn state(&self) -> State {
        self.state.get().map_or(State::Open, |standing| standing.state)
    }

    pub fn open(&self) -> bool {
        !self.undone && self.state() == State::Open
    }

    pub fn owner(&self) -> Option<&str> {
        self.owner.get().and_then(Option::as_deref)
    }

    /// UTC.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        self.due.get().copied().flatten()
    }

    /// Whether it has an owner and a due date, as the gate before closing asks.
    pub fn owned(&self) -> bool {
        self.owner().is_some() && self.due().is_some()
    }

    /// Whether people said different things of it without knowing of each other.
    pub fn contested(&self) -> bool {
        self.state.contested().is_some() || self.owner.contested().is_some() || self.due.contested().is_some()
    }
}

/// An open improvement action of some incident, as the next Preparation takes it over.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    pub incident: Uuid,
    /// `INC-2026-0007`, and what it is called.
    pub incident_number: String,
    pub incident_title: String,
    pub number: String,
    pub id: NounId,
    pub title: String,
    pub owner: Option<String>,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
    /// What will show that it worked.
    pub success: Option<String>,
}

/// The most actions that one Preparation takes over; the rest stand in `improve list`.
pub const MOST_CARRIED: usize = 40;

/// Record a lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordLesson {
    pub text: String,
    pub finding: Option<String>,
    pub cause: Option<String>,
    pub category: Option<String>,
    pub effect: Option<Effect>,
    pub phase: Option<Phase>,
}

/// Agree on an improvement action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddImprovement {
    pub title: String,
    pub lesson: Option<NounId>,
    pub success: Option<String>,
    pub owner: Option<String>,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
}

/// Bring an improvement action to a state.
#[derive(Clone, Debug, PartialEq)]
pub struct SetImprovement {
    pub improvement: NounId,
    pub to: State,
    pub reason: Option<String>,
    pub evidence: Option<String>,
}

/// What shall be said of lessons and their actions.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Record(RecordLesson),
    Add(AddImprovement),
    Set(SetImprovement),
    Assign {
        improvement: NounId,
        to: Option<String>,
    },
    Due {
        improvement: NounId,
        /// UTC.
        to: Option<DateTime<Utc>>,
    },
}

/// A lesson was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonRecorded {
    pub id: NounId,
    pub number: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
}

/// An improvement action was agreed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImprovementAdded {
    pub id: NounId,
    pub number: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<NounId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// An improvement action got another state, owner or due time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImprovementChanged {
    pub improvement: NounId,
    /// For people: its number and title.
    pub number: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Change<State>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Change<Option<DateTime<Utc>>>>,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

impl RecordLesson {
    /// The event, without its id and number.
    ///
    /// # Errors
    /// Refuses an empty text and words over their limits.
    pub fn judged(&self, id: NounId, number: String) -> Result<LessonRecorded, Refusal> {
        Ok(LessonRecorded {
            id,
            number,
            text: text::body(&self.text)?,
            finding: said(self.finding.as_deref(), text::reason)?,
            cause: said(self.cause.as_deref(), text::reason)?,
            category: said(self.category.as_deref(), text::name)?.map(|word| word.to_lowercase()),
            effect: self.effect,
            phase: self.phase,
        })
    }
}

impl Improvement {
    fn changed(&self) -> ImprovementChanged {
        ImprovementChanged {
            improvement: self.id.clone(),
            number: self.number.clone(),
            title: self.title.clone(),
            state: None,
            reason: None,
            evidence: None,
            owner: None,
            due: None,
            ticks: Vec::new(),
        }
    }

    /// Judges another state. Done once more with other evidence is a new word on it.
    ///
    /// # Errors
    /// Refuses dropping it, and opening it again, without a reason.
    pub fn decide_set(&self, set: &SetImprovement) -> Result<Option<ImprovementChanged>, Refusal> {
        let (from, to) = (self.state(), set.to);
        let reason = said(set.reason.as_deref(), text::reason)?;
        let evidence = said(set.evidence.as_deref(), text::reason)?;
        let known = self.state.get().and_then(|standing| standing.evidence.as_ref());
        let same_evidence = evidence.is_none() || evidence.as_ref() == known;
        if from == to && same_evidence && self.state.contested().is_none() {
            return Ok(None);
        }
        let asks = match (from, to) {
            (_, State::Dropped) if from != to => Some("is dropped only with a reason"),
            (State::Done | State::Dropped, State::Open) => Some("is opened again only with a reason"),
            _ => None,
        };
        if let Some(asks) = asks.filter(|_| reason.is_none()) {
            return Err(Refusal::refused(format!("{} {} {asks}.", self.number, quoted(&self.title)))
                .hint("Add --reason \"…\" and give the command again."));
        }
        Ok(Some(ImprovementChanged { state: Some(Change { from, to }), reason, evidence, ..self.changed() }))
    }

    /// Judges another owner; `None`: nobody.
    ///
    /// # Errors
    /// Refuses a name over its limit.
    pub fn decide_owner(&self, to: Option<&str>) -> Result<Option<ImprovementChanged>, Refusal> {
        let (from, to) = (self.owner().map(str::to_owned), said(to, text::name)?);
        let changes = from != to || self.owner.contested().is_some();
        Ok(changes.then(|| ImprovementChanged { owner: Some(Change { from, to }), ..self.changed() }))
    }

    /// Judges another due time (UTC); `None`: none.
    pub fn decide_due(&self, to: Option<DateTime<Utc>>) -> Option<ImprovementChanged> {
        let from = self.due();
        let changes = from != to || self.due.contested().is_some();
        changes.then(|| ImprovementChanged { due: Some(Change { from, to }), ..self.changed() })
    }
}

/// Words as they go on record; blank ones are none.
///
/// # Errors
/// What `clean` refuses.
pub fn said(
    words: Option<&str>,
    clean: impl Fn(&str) -> Result<String, Refusal>,
) -> Result<Option<String>, Refusal> {
    words.map(str::trim).filter(|words| !words.is_empty()).map(clean).transpose()
}

/// The number after the highest given: `A-4` after `A-1` and `A-3`.
pub fn next_number<'a>(prefix: &str, given: impl Iterator<Item = &'a str>) -> String {
    let numbers = given.filter_map(|number| number.strip_prefix(prefix)?.parse::<u32>().ok());
    format!("{prefix}{}", numbers.max().unwrap_or(0).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_more_than_the_highest_ever_given() {
        assert_eq!(next_number("A-", [].into_iter()), "A-1");
        assert_eq!(next_number("A-", ["A-1", "A-12", "x", "A-3"].into_iter()), "A-13");
    }

    #[test]
    fn blank_words_are_none_and_long_ones_are_refused() {
        assert_eq!(said(Some("  "), text::name), Ok(None));
        assert_eq!(said(Some(" ana "), text::name), Ok(Some("ana".into())));
        assert!(said(Some(&"x".repeat(20_000)), text::reason).is_err());
    }
}
