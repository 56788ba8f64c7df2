//! The debrief of a play: how it went and by which facts, what it would have changed, what to practise, the truth.
//!
//! It tells everything, the key to the scenario among it: whoever shows it asks [`Play::ended`] first. Its
//! JSON is `drill debrief --json`: fields are added, never changed.

mod losses;
mod story;
mod told;

use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;

use super::play::Play;
use super::scenario::{ActionId, InjectId, ObjectiveId, OptionId, QuestionId, QuestionKind, Verdict, Weight};
use super::score::{Kept, Rating, Timing, tenths};
use crate::model::drill::{ControlNote, Ending, HintLevel};
use crate::model::id::LineId;
use crate::model::phase::Phase;

pub use losses::{Candidate, Practice};
pub use story::{Happening, MeasureTold, Row, Times, TruthTold, WayBack};

/// Everything there is to say after ENDEX.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Debrief {
    /// `EX-2026-0003`.
    pub number: String,
    pub scenario: String,
    pub title: String,
    pub version: String,
    /// When it was started (UTC, wall).
    pub started: Option<DateTime<Utc>>,
    /// The objectives together.
    pub overall: Rating,
    /// 0 to 100, to one decimal.
    pub score: f64,
    /// The exercise minute of ENDEX.
    pub end_min: u32,
    /// Why it ended; `None`: it has not.
    pub ending: Option<Ending>,
    pub points: Points,
    pub objectives: Vec<ObjectiveTold>,
    /// Expected ones, then harmful ones, each in the order of the file.
    pub actions: Vec<ActionTold>,
    pub questions: Vec<QuestionTold>,
    pub replies: Vec<ReplyTold>,
    pub record: RecordTold,
    pub timeline: Vec<Row>,
    /// Ways back that were made with a reason: going back on evidence is right.
    pub ways_back: Vec<WayBack>,
    pub measures: Vec<MeasureTold>,
    pub times: Times,
    /// At most three, the heaviest loss first.
    pub practise: Vec<Practice>,
    pub summary: String,
    pub truth: Vec<TruthTold>,
    pub lessons: Vec<String>,
    /// Open questions for the hot wash.
    pub discuss: Vec<String>,
    /// What the facilitator and observers wrote.
    pub notes: Vec<ControlNote>,
    /// What could become improvement actions.
    pub improvements: Vec<Candidate>,
}

/// Where the score comes from. Points, to one decimal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Points {
    /// Of 60.
    pub actions: f64,
    /// Of 20.
    pub questions: f64,
    /// Of 20.
    pub record: f64,
    /// Taken off for harmful actions.
    pub harm: f64,
    /// Taken off for hints.
    pub hints: f64,
}

/// How an objective went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ObjectiveTold {
    pub id: ObjectiveId,
    pub phase: Phase,
    pub text: String,
    pub critical: bool,
    pub rating: Rating,
    /// What the letter means.
    pub meaning: &'static str,
    /// What made it no better; for P what was shown.
    pub because: Vec<String>,
}

/// How an action is told: its state as a word of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    OnTime,
    Late,
    TooLate,
    Missed,
    LeftOut,
    /// A harmful one that was done.
    Done,
    /// A harmful one that was avoided.
    NotDone,
}

impl State {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            State::OnTime => Timing::OnTime.word(),
            State::Late => Timing::Late.word(),
            State::TooLate => Timing::TooLate.word(),
            State::Missed => Timing::Missed.word(),
            State::LeftOut => Timing::LeftOut.word(),
            State::Done => "done",
            State::NotDone => "not done",
        }
    }
}

impl From<Timing> for State {
    fn from(timing: Timing) -> Self {
        match timing {
            Timing::OnTime => State::OnTime,
            Timing::Late => State::Late,
            Timing::TooLate => State::TooLate,
            Timing::Missed => State::Missed,
            Timing::LeftOut => State::LeftOut,
        }
    }
}

/// The entry of the journal that showed something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    pub line: LineId,
    pub by: String,
    /// In the words of the log.
    pub text: String,
}

/// How an action went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionTold {
    pub id: ActionId,
    pub title: String,
    pub objective: ObjectiveId,
    /// `critical`, `major`, `minor`, `harmful`.
    pub level: &'static str,
    pub state: State,
    /// The exercise minute at which it was matched.
    pub minute: Option<u32>,
    /// The exercise minutes of its window: opened, the last on time, the last that is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<(u32, u32, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<HintLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    pub why: String,
    /// What it changed, or would have.
    pub debrief: String,
}

/// An option of a question with its key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionTold {
    pub id: OptionId,
    pub text: String,
    /// For single and multi.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<bool>,
    /// For order: its right position, 1 first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    pub rationale: String,
}

/// How a question was answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionTold {
    pub id: QuestionId,
    pub objective: ObjectiveId,
    pub text: String,
    pub kind: QuestionKind,
    pub points: u32,
    /// Points earned, to one decimal.
    pub earned: f64,
    /// Empty: it was not answered.
    pub picks: Vec<String>,
    pub options: Vec<OptionTold>,
}

/// What was said to a message, and what to think of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplyTold {
    pub inject: InjectId,
    /// The exercise minute at which the message came.
    pub minute: u32,
    pub from: String,
    /// The letter; `None`: nobody said anything.
    pub option: Option<OptionId>,
    /// Exercise minutes from the message to the reply.
    pub after_min: Option<u32>,
    pub text: Option<String>,
    pub verdict: Option<Verdict>,
    pub rationale: Option<String>,
    /// What happened as nobody answered in time.
    pub unanswered: Option<String>,
    /// The letters that would have been good.
    pub good: Vec<OptionId>,
}

/// How the record was kept: shares from 0 to 1, and the points of 20.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordTold {
    #[serde(flatten)]
    pub shares: Kept,
    pub points: f64,
}

impl Debrief {
    /// The debrief of a play. Before ENDEX it tells how it would be if ENDEX were now: not for players.
    pub fn of(play: &Play) -> Self {
        let scenario = play.scenario();
        let score = play.score();
        let drill = play.drill();
        let injects = scenario.injects.iter().filter(|inject| !inject.replies.is_empty());
        let points = Points {
            actions: tenths(score.actions),
            questions: tenths(score.questions),
            record: tenths(score.record),
            harm: tenths(score.harm),
            hints: tenths(score.hints),
        };
        Self {
            number: play.incident().number.clone(),
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            version: scenario.version.clone(),
            started: play.incident().entries.first().map(|entry| entry.recorded),
            overall: score.overall,
            score: score.score,
            end_min: play.ending().map_or(play.minute(), |(minute, _)| minute),
            ending: play.ending().map(|(_, why)| why),
            objectives: told::objectives(play, &score.ratings),
            actions: scenario
                .expected()
                .map(|it| told::expected(play, it))
                .chain(scenario.harmful().map(|it| told::harmful(play, it)))
                .collect(),
            questions: told::questions(play),
            replies: injects.filter_map(|inject| told::replied(play, inject)).collect(),
            record: RecordTold { shares: play.kept(), points: points.record },
            points,
            timeline: story::timeline(play),
            ways_back: story::ways_back(play),
            measures: story::measures(play),
            times: story::times(play),
            practise: losses::practise(play),
            summary: scenario.debrief.summary.clone(),
            truth: story::truth(play),
            lessons: scenario.debrief.lessons.clone(),
            discuss: scenario.debrief.discuss.clone(),
            notes: drill.map(|drill| drill.notes.clone()).unwrap_or_default(),
            improvements: losses::candidates(play),
        }
    }

    /// The minutes of an action that was matched, and its state, by id.
    pub fn action(&self, id: &str) -> Option<&ActionTold> {
        self.actions.iter().find(|action| action.id == *id)
    }
}

/// Story time in the zone of the scenario.
fn story_time(play: &Play, minute: u32) -> DateTime<FixedOffset> {
    let story = play.drill().map(|drill| drill.clock.story_of(minute));
    story.map_or(play.scenario().clock.start, |story| play.zoned(story))
}

/// The weight's share of all that counts, in points of the score.
fn weight_points(play: &Play, weight: Weight) -> f64 {
    let counted = play.scenario().expected().filter(|it| play.timing(it) != Timing::LeftOut);
    let all: u32 = counted.map(|it| it.level.points()).sum();
    super::score::ACTIONS * f64::from(weight.points()) / f64::from(all.max(1))
}
