//! The score of a play and the rating of its objectives, by fixed rules.
//!
//! Ratings follow HSEEP: P performed without challenges, S with some, M with major challenges, U unable to be
//! performed. A play that has not ended is scored as if ENDEX were now.

use serde::Serialize;

use super::play::Play;
use super::scenario::{Expected, Key, Moment, ObjectiveId, Question, QuestionId, QuestionKind, Weight};
use crate::model::drill::HintLevel;

/// Points for actions, questions and the record, which make 100.
pub(super) const ACTIONS: f64 = 60.0;
pub(super) const QUESTIONS: f64 = 20.0;
/// Each of the four parts of the record.
pub(super) const RECORD: f64 = 5.0;
/// What a harmful action costs.
pub(super) const HARM: f64 = 10.0;
/// So many exercise minutes may lie between an action and the words about it.
pub const LOGGED_WITHIN: u32 = 5;
/// The share of points an objective's questions need for P.
const ENOUGH: f64 = 0.8;

/// How an expected action went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// By the target, or before its window opened.
    OnTime,
    /// By the limit.
    Late,
    TooLate,
    /// Not by ENDEX.
    Missed,
    /// Its path was not taken: it counts for nothing.
    LeftOut,
}

impl Timing {
    /// The word in files and for people.
    pub fn word(self) -> &'static str {
        match self {
            Timing::OnTime => "on time",
            Timing::Late => "late",
            Timing::TooLate => "too late",
            Timing::Missed => "missed",
            Timing::LeftOut => "left out",
        }
    }

    /// The share of its weight that it earns; `None`: it does not count.
    pub fn factor(self) -> Option<f64> {
        match self {
            Timing::OnTime => Some(1.0),
            Timing::Late => Some(0.75),
            Timing::TooLate => Some(0.4),
            Timing::Missed => Some(0.0),
            Timing::LeftOut => None,
        }
    }
}

/// HSEEP's ratings, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Rating {
    P,
    S,
    M,
    U,
}

impl Rating {
    /// What it means.
    pub fn word(self) -> &'static str {
        match self {
            Rating::P => "performed without challenges",
            Rating::S => "performed with some challenges",
            Rating::M => "performed with major challenges",
            Rating::U => "unable to be performed",
        }
    }

    pub fn letter(self) -> &'static str {
        match self {
            Rating::P => "P",
            Rating::S => "S",
            Rating::M => "M",
            Rating::U => "U",
        }
    }
}

/// An answer, marked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    pub id: QuestionId,
    pub points: u32,
    /// The share of its points that was earned, 0 to 1.
    pub share: f64,
}

/// The four parts of the record, each a share from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Kept {
    /// Matched actions with a player's words within [`LOGGED_WITHIN`] minutes.
    pub logged: f64,
    /// Moves with a reason; 0 where there was none.
    pub reasoned: f64,
    /// Of type, severity, TLP and determination.
    pub classified: f64,
    /// Evidence with holder and hash; 0 where there is none.
    pub kept: f64,
}

/// What a play is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// 0 to 100, to one decimal.
    pub score: f64,
    pub overall: Rating,
    pub ratings: Vec<(ObjectiveId, Rating)>,
    /// Points earned before anything was taken off: of 60, of 20, of 20.
    pub actions: f64,
    pub questions: f64,
    pub record: f64,
    /// Points taken off.
    pub harm: f64,
    pub hints: f64,
}

/// To one decimal, halves up.
pub fn tenths(number: f64) -> f64 {
    (number * 10.0 + 1e-9).round() / 10.0
}

impl Play {
    /// How an expected action went, as if ENDEX were now.
    pub fn timing(&self, expected: &Expected) -> Timing {
        if self.left_out(expected) {
            return Timing::LeftOut;
        }
        let Some(minute) = self.matched(expected.id.as_str()) else { return Timing::Missed };
        let Some(from) = self.opened(expected) else { return Timing::OnTime };
        let passed = minute.saturating_sub(from);
        match () {
            () if passed <= expected.window.target_min => Timing::OnTime,
            () if passed <= expected.window.limit_min => Timing::Late,
            () => Timing::TooLate,
        }
    }

    /// Its window never opened: on this path, for one that is not critical; or a facilitator kept every message
    /// that would have opened it.
    fn left_out(&self, expected: &Expected) -> bool {
        let critical = expected.level == Weight::Critical;
        self.opened(expected).is_none()
            && expected.window.from.iter().all(|moment| match moment {
                Moment::Inject(id) => self
                    .scenario()
                    .inject(id.as_str())
                    .is_some_and(|inject| self.withheld(inject) || (inject.branch && !critical)),
                Moment::Start | Moment::Action(_) => false,
            })
    }

    /// The marks of the questions that were asked.
    pub fn marks(&self) -> Vec<Mark> {
        let asked = self.scenario().questions.iter();
        let asked = asked.filter(|question| self.delivered(question.after.as_str()).is_some());
        asked
            .map(|question| {
                let answer = self.answer(question.id.as_str());
                let picks = answer.map(|answer| answer.picks.as_slice()).unwrap_or_default();
                Mark { id: question.id.clone(), points: question.points, share: share(question, picks) }
            })
            .collect()
    }

    /// How well the record was kept.
    pub fn kept(&self) -> Kept {
        let (incident, record) = (self.incident(), self.record());
        let minutes: Vec<u32> = record.words().map(|words| words.minute).collect();
        let matched = self.scenario().expected().filter_map(|expected| self.matched(expected.id.as_str()));
        let near = |minute: u32| minutes.iter().any(|at| at.abs_diff(minute) <= LOGGED_WITHIN);
        let reasoned = |reason: Option<&String>| reason.is_some_and(|reason| !reason.trim().is_empty());
        let moves = incident.visits().filter(|visit| visit.from.is_some());
        let set = [
            incident.types().next().is_some(),
            incident.severity().is_some(),
            incident.tlp().is_some(),
            incident.determination.get().is_some_and(Option::is_some),
        ];
        let evidence = incident.evidence.iter().filter(|item| item.held());
        Kept {
            logged: part(matched.map(near)),
            reasoned: part(moves.map(|visit| reasoned(visit.reason.as_ref()))),
            classified: part(set.into_iter()),
            kept: part(evidence.map(|item| item.holder().is_some() && item.sha256().is_some())),
        }
    }

    /// The ids of the harmful actions that were done.
    pub(super) fn harmed(&self) -> impl Iterator<Item = &super::scenario::Harmful> {
        self.scenario().harmful().filter(|harmful| self.matched(harmful.id.as_str()).is_some())
    }

    /// Whether a hint was taken for an action.
    pub(super) fn hinted(&self, action: &str, level: HintLevel) -> bool {
        self.drill().is_some_and(|drill| drill.hinted(action, level))
    }

    /// The score and the ratings, as if ENDEX were now.
    pub fn score(&self) -> Score {
        let (mut earned, mut weights) = (0.0, 0.0);
        for expected in self.scenario().expected() {
            if let Some(factor) = self.timing(expected).factor() {
                let weight = f64::from(expected.level.points());
                earned += weight * factor;
                weights += weight;
            }
        }
        let actions = if weights > 0.0 { ACTIONS * earned / weights } else { 0.0 };
        let questions = QUESTIONS * worth(&self.marks()).unwrap_or(0.0);
        let kept = self.kept();
        let record = RECORD * (kept.logged + kept.reasoned + kept.classified + kept.kept);
        let harm = self.harmed().map(|_| HARM).sum::<f64>();
        let hints = self.drill().map_or(0, |drill| drill.hints.iter().map(|hint| hint.level.price()).sum());
        let hints = f64::from(hints);
        let ratings = self.ratings();
        Score {
            score: tenths((actions + questions + record - harm - hints).clamp(0.0, 100.0)),
            overall: self.overall(&ratings),
            ratings,
            actions,
            questions,
            record,
            harm,
            hints,
        }
    }

    fn ratings(&self) -> Vec<(ObjectiveId, Rating)> {
        let marks = self.marks();
        let objectives = self.scenario().objectives.iter();
        objectives.map(|objective| (objective.id.clone(), self.rating(&objective.id, &marks))).collect()
    }

    fn rating(&self, objective: &ObjectiveId, marks: &[Mark]) -> Rating {
        let mut worst = Rating::P;
        for expected in self.scenario().expected().filter(|expected| expected.objective == *objective) {
            worst = worst.max(self.rated(expected));
        }
        if self.harmed().any(|harmful| harmful.objective == *objective) {
            worst = worst.max(Rating::M);
        }
        let own = |mark: &&Mark| {
            let question = self.scenario().question(mark.id.as_str());
            question.is_some_and(|question| question.objective == *objective)
        };
        let own: Vec<Mark> = marks.iter().filter(own).cloned().collect();
        if worth(&own).is_some_and(|share| share < ENOUGH - 1e-9) {
            worst = worst.max(Rating::S);
        }
        worst
    }

    /// The best rating its objective can have after how one action went.
    pub(super) fn rated(&self, expected: &Expected) -> Rating {
        let hinted = |level| self.hinted(expected.id.as_str(), level);
        let critical = expected.level == Weight::Critical;
        match self.timing(expected) {
            Timing::LeftOut => Rating::P,
            Timing::Missed if critical => Rating::U,
            Timing::Missed if expected.level == Weight::Major => Rating::M,
            Timing::TooLate if critical => Rating::M,
            _ if critical && hinted(HintLevel::Direct) => Rating::M,
            Timing::OnTime if !hinted(HintLevel::Nudge) && !hinted(HintLevel::Direct) => Rating::P,
            _ => Rating::S,
        }
    }

    fn overall(&self, ratings: &[(ObjectiveId, Rating)]) -> Rating {
        let of = |critical: bool| {
            let objectives = self.scenario().objectives.iter().filter(move |it| it.critical == critical);
            let rated = objectives.filter_map(|it| ratings.iter().find(|(id, _)| *id == it.id));
            rated.map(|(_, rating)| *rating).max().unwrap_or(Rating::P)
        };
        match of(true) {
            Rating::P if of(false) >= Rating::M => Rating::S,
            worst => worst,
        }
    }
}

/// The share of true ones; 0 where there is none.
fn part(all: impl Iterator<Item = bool>) -> f64 {
    let (good, all) = all.fold((0u32, 0u32), |(good, all), one| (good + u32::from(one), all + 1));
    if all == 0 { 0.0 } else { f64::from(good) / f64::from(all) }
}

/// The share of points earned; `None`: nothing was asked.
fn worth(marks: &[Mark]) -> Option<f64> {
    let points: f64 = marks.iter().map(|mark| f64::from(mark.points)).sum();
    let earned: f64 = marks.iter().map(|mark| f64::from(mark.points) * mark.share).sum();
    (points > 0.0).then(|| earned / points)
}

/// What an answer is worth, 0 to 1. Single: 1 or 0; multi: right less wrong picks, of the right ones; order:
/// the share of pairs that stand in the right order. A letter counts once, unknown ones are wrong.
pub fn share(question: &Question, picks: &[String]) -> f64 {
    let mut own: Vec<&str> = Vec::new();
    for pick in picks.iter().map(String::as_str) {
        if !own.contains(&pick) {
            own.push(pick);
        }
    }
    let key = |pick: &str| question.option(pick).map_or(Key::Wrong, super::scenario::Choice::key);
    let right = own.iter().filter(|pick| key(pick) == Key::Right).count() as f64;
    match question.kind {
        QuestionKind::Single => f64::from(u8::from(own.len() == 1 && right == 1.0)),
        QuestionKind::Multi => {
            let wrong = own.len() as f64 - right;
            let all = question.options.iter().filter(|option| option.key() == Key::Right).count();
            ((right - wrong) / (all.max(1) as f64)).max(0.0)
        }
        QuestionKind::Order => {
            let rank = |pick: &&str| match key(pick) {
                Key::Rank(rank) => Some(rank),
                Key::Right | Key::Wrong => None,
            };
            let ranks: Vec<u32> = own.iter().filter_map(rank).collect();
            let later = |at: usize| ranks[at + 1..].iter().filter(|later| **later > ranks[at]).count();
            let good: usize = (0..ranks.len()).map(later).sum();
            let n = question.options.len();
            good as f64 / (n * n.saturating_sub(1) / 2).max(1) as f64
        }
    }
}
