//! Where points were lost, the heaviest first: what to practise, and what could become an improvement.

use serde::Serialize;

use super::weight_points;
use crate::drill::play::Play;
use crate::drill::scenario::{Objective, Weight};
use crate::drill::score::{HARM, QUESTIONS, RECORD, Timing, tenths};

/// Something to practise: an objective, or a part of the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Practice {
    pub what: String,
    /// How it went, and what it changed.
    pub why: String,
    /// Points of the score it cost, to one decimal.
    pub lost: f64,
    /// The objective or the part of the record it is about.
    pub about: String,
}

/// What could become an improvement action.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    pub title: String,
    pub because: String,
    /// The action it follows from.
    pub about: String,
}

/// How many there are to practise; more nobody remembers.
const PRACTISE: usize = 3;
/// How many facts are told of each.
const FACTS: usize = 2;
/// How many improvements are offered; more nobody follows.
const CANDIDATES: usize = 8;

/// A fact that cost points.
struct Loss {
    points: f64,
    words: String,
}

/// The objectives and the parts of the record that cost most, with their heaviest facts.
pub(super) fn practise(play: &Play) -> Vec<Practice> {
    let mut practise: Vec<Practice> =
        play.scenario().objectives.iter().filter_map(|objective| of_objective(play, objective)).collect();
    practise.extend(of_record(play));
    // Among equals the order is that of the file.
    practise.sort_by(|a, b| b.lost.total_cmp(&a.lost));
    practise.truncate(PRACTISE);
    practise
}

fn of_objective(play: &Play, objective: &Objective) -> Option<Practice> {
    // What was done weighs more to people than what was known, whatever points it has.
    let mut losses = Vec::new();
    for mut some in [harm(play, objective), actions(play, objective), questions(play, objective)] {
        some.retain(|loss| loss.points > 0.0);
        some.sort_by(|a, b| b.points.total_cmp(&a.points));
        losses.extend(some);
    }
    let lost = tenths(losses.iter().map(|loss| loss.points).sum());
    let words: Vec<&str> = losses.iter().take(FACTS).map(|loss| loss.words.as_str()).collect();
    (lost > 0.0).then(|| Practice {
        what: objective.text.clone(),
        why: words.join(" "),
        lost,
        about: objective.id.to_string(),
    })
}

fn harm(play: &Play, objective: &Objective) -> Vec<Loss> {
    let own = play.harmed().filter(|harmful| harmful.objective == objective.id);
    own.map(|it| Loss { points: HARM, words: format!("{}: {}", it.title, it.debrief.done) }).collect()
}

fn actions(play: &Play, objective: &Objective) -> Vec<Loss> {
    let own = play.scenario().expected().filter(|expected| expected.objective == objective.id);
    let losses = own.filter_map(|expected| {
        let timing = play.timing(expected);
        let factor = timing.factor()?;
        let hints = play.drill().into_iter().flat_map(|drill| &drill.hints);
        let hints = hints.filter(|hint| expected.id == *hint.action.as_str());
        let hints: u32 = hints.map(|hint| hint.level.price()).sum();
        let (how, what) = match timing {
            Timing::OnTime => ("with a hint", &expected.why),
            Timing::Late | Timing::TooLate => (timing.word(), &expected.debrief.late),
            Timing::Missed | Timing::LeftOut => (timing.word(), &expected.debrief.missed),
        };
        Some(Loss {
            points: weight_points(play, expected.level) * (1.0 - factor) + f64::from(hints),
            words: format!("{}, {how}: {what}", expected.title),
        })
    });
    losses.collect()
}

fn questions(play: &Play, objective: &Objective) -> Vec<Loss> {
    let marks = play.marks();
    let asked: u32 = marks.iter().map(|mark| mark.points).sum();
    let losses = marks.iter().filter_map(|mark| {
        let question = play.scenario().question(mark.id.as_str())?;
        let share = f64::from(mark.points) * (1.0 - mark.share) / f64::from(asked.max(1));
        let right = question.options.iter().find(|option| option.correct == Some(true));
        let why = right.map(|option| format!(" {}", option.rationale)).unwrap_or_default();
        (question.objective == objective.id)
            .then(|| Loss { points: QUESTIONS * share, words: format!("{}{why}", question.text) })
    });
    losses.collect()
}

fn of_record(play: &Play) -> Vec<Practice> {
    let kept = play.kept();
    let parts = [
        (
            "logged",
            "Log what you do as you do it",
            "Words in the log within five minutes of an action let others follow it and defend it.",
            kept.logged,
        ),
        (
            "reasoned",
            "Give every move its reason",
            "It answers the question everybody asks later: why then?",
            kept.reasoned,
        ),
        (
            "classified",
            "Classify: type, severity, TLP, determination",
            "People, money and clocks hang on these four.",
            kept.classified,
        ),
        (
            "kept",
            "Give every item of evidence a holder and a hash",
            "Without both, nobody can show that it is what it was.",
            kept.kept,
        ),
    ];
    let lost = parts.into_iter().map(|(about, what, why, share)| Practice {
        what: what.to_owned(),
        why: why.to_owned(),
        lost: tenths(RECORD * (1.0 - share)),
        about: about.to_owned(),
    });
    lost.filter(|practice| practice.lost > 0.0).collect()
}

/// What went wrong with weight: harmful actions, and critical and major ones that were not on time, in the
/// order of the file, the missed ones first.
pub(super) fn candidates(play: &Play) -> Vec<Candidate> {
    let harmed = play.harmed().map(|harmful| Candidate {
        title: format!("Make sure it cannot happen: {}", harmful.title),
        because: harmful.debrief.done.clone(),
        about: harmful.id.to_string(),
    });
    let weighty = play.scenario().expected().filter(|expected| expected.level != Weight::Minor);
    let mut wanting: Vec<_> = weighty
        .map(|expected| (play.timing(expected), expected))
        .filter(|(timing, _)| matches!(timing, Timing::Late | Timing::TooLate | Timing::Missed))
        .collect();
    wanting.sort_by_key(|(timing, expected)| (std::cmp::Reverse(*timing), std::cmp::Reverse(expected.level)));
    let wanting = wanting.into_iter().map(|(timing, expected)| Candidate {
        title: expected.title.clone(),
        because: match timing {
            Timing::Missed => expected.debrief.missed.clone(),
            _ => expected.debrief.late.clone(),
        },
        about: expected.id.to_string(),
    });
    harmed.chain(wanting).take(CANDIDATES).collect()
}
