//! Help while a drill is played: the hint on offer, why a task is there, the questions that are open.

use serde::Serialize;

use super::condition::Atom;
use super::play::Play;
use super::scenario::{ActionId, Expected, ObjectiveId, QuestionId, QuestionKind};
use crate::model::drill::{Choice, HintLevel, HintTaken};
use crate::model::refusal::Refusal;

/// A hint that can be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub action: ActionId,
    pub level: HintLevel,
    pub text: String,
    /// Points it costs, beside those of the nudge before it.
    pub price: u32,
}

impl From<&Offer> for HintTaken {
    fn from(offer: &Offer) -> Self {
        Self { action: offer.action.to_string(), level: offer.level, text: offer.text.clone() }
    }
}

/// A question that was asked, without its key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    pub id: QuestionId,
    /// The exercise minute it appeared.
    pub minute: u32,
    pub kind: QuestionKind,
    pub text: String,
    pub points: u32,
    pub options: Vec<Choice>,
    /// The answer that stands; empty: none yet. It may be changed until ENDEX.
    pub picks: Vec<String>,
}

/// An objective as players may see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goal {
    pub id: ObjectiveId,
    /// The phase whose work it is.
    pub phase: crate::model::phase::Phase,
    pub text: String,
    pub critical: bool,
}

impl Asked {
    /// Whether letters are an answer to it.
    ///
    /// # Errors
    /// A letter it has not, one given twice, too many or too few of them.
    pub fn fits(&self, picks: &[String]) -> Result<(), Refusal> {
        let known: Vec<&str> = self.options.iter().map(|option| option.id.as_str()).collect();
        let odd = picks.iter().find(|pick| !known.contains(&pick.as_str()));
        let twice = picks.iter().enumerate().find(|(at, pick)| picks[..*at].contains(pick));
        let wrong = match self.kind {
            _ if odd.is_some() => format!("{} has no answer {}", self.id, odd.map_or("", |odd| odd)),
            _ if twice.is_some() => format!("{} is given twice", twice.map_or("", |(_, pick)| pick)),
            QuestionKind::Single if picks.len() != 1 => format!("{} has one right answer", self.id),
            QuestionKind::Multi if picks.is_empty() => format!("{} has no answer yet", self.id),
            QuestionKind::Order if picks.len() != known.len() => {
                format!("{} asks for all {} in their order", self.id, known.len())
            }
            QuestionKind::Single | QuestionKind::Multi | QuestionKind::Order => return Ok(()),
        };
        Err(Refusal::misused(format!("{wrong}.")).hint(format!("Its letters: {}.", known.join(" "))))
    }
}

impl HintLevel {
    /// Points it costs; a direct hint costs its own beside those of the nudge before it.
    pub fn price(self) -> u32 {
        match self {
            HintLevel::Nudge => 1,
            HintLevel::Direct => 3,
        }
    }
}

impl Play {
    /// The hint on offer at an exercise minute: for the open action whose limit is nearest, the nudge and then
    /// the direct one; an action of which both were taken is passed over, and one whose limit has passed comes
    /// after those that can still be done in time. `None`: nothing is open, or all is said.
    pub fn hint(&self, minute: u32) -> Option<Offer> {
        let drill = self.drill().filter(|_| !self.ended())?;
        let left = |action: &str| {
            [HintLevel::Nudge, HintLevel::Direct].into_iter().find(|level| !drill.hinted(action, *level))
        };
        let open = self.open().filter_map(|(expected, from)| {
            let limit = from.saturating_add(expected.window.limit_min);
            Some((limit < minute, limit.abs_diff(minute), expected, left(expected.id.as_str())?))
        });
        let (_, _, expected, level) = open.min_by_key(|(passed, away, ..)| (*passed, *away))?;
        let text = match level {
            HintLevel::Nudge => &expected.hints.nudge,
            HintLevel::Direct => &expected.hints.direct,
        };
        Some(Offer { action: expected.id.clone(), level, text: text.clone(), price: level.price() })
    }

    /// The expected actions whose window has opened and that were not matched, with the minute it opened, in
    /// the order of the file.
    pub(super) fn open(&self) -> impl Iterator<Item = (&Expected, u32)> {
        let expected = self.scenario().expected();
        expected
            .filter(|expected| self.matched(expected.id.as_str()).is_none())
            .filter_map(|expected| Some((expected, self.opened(expected)?)))
    }

    /// The exercise minute at which the window of an action opened: when the first of its injects came.
    pub fn opened(&self, expected: &Expected) -> Option<u32> {
        let moments = expected.window.from.iter();
        moments.filter_map(|moment| self.course().moment(self.scenario(), moment)).min()
    }

    /// Why a task of a playbook matters in this story: the reason of the first action it is part of.
    pub fn why(&self, task: &str) -> Option<&str> {
        let wants = |atom: &&Atom| matches!(atom, Atom::Task { task: wanted, .. } if wanted == task);
        self.scenario()
            .expected()
            .find(|expected| expected.matches.atoms().iter().any(wants))
            .map(|expected| expected.why.as_str())
    }

    /// The questions that were asked and can be answered, in the order of the file; none after ENDEX.
    pub fn questions(&self) -> Vec<Asked> {
        let asked = self.scenario().questions.iter().filter(|_| !self.ended());
        asked
            .filter_map(|question| {
                let minute = self.delivered(question.after.as_str())?;
                let picks = self.answer(question.id.as_str());
                Some(Asked {
                    id: question.id.clone(),
                    minute,
                    kind: question.kind,
                    text: question.text.clone(),
                    points: question.points,
                    options: question
                        .options
                        .iter()
                        .map(|option| Choice { id: option.id.to_string(), text: option.text.clone() })
                        .collect(),
                    picks: picks.map(|answer| answer.picks.clone()).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// What the drill trains; how far it is, only the debrief tells.
    pub fn objectives(&self) -> Vec<Goal> {
        let goals = self.scenario().objectives.iter().map(|objective| Goal {
            id: objective.id.clone(),
            phase: objective.phase,
            text: objective.text.clone(),
            critical: objective.critical,
        });
        goals.collect()
    }
}
