//! Where points were lost, the heaviest first: what to practise, and what could become an improvement.

use serde::Serialize;

use super::weight_points;
use crate::drill::play::Play;
use crate::drill::scenario::Weight;
use crate::drill::score::{HARM, QUESTIONS, RECORD, Timing, tenths};

/// Something to practise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Practice {
    /// In the imperative.
    pub what: String,
    /// How it went, and what it changed.
    pub why: String,
    /// Points of the score it cost, to one decimal.
    pub lost: f64,
    /// The action, question or part of the record it is about.
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

pub(super) fn practise(play: &Play) -> Vec<Practice> {
    let mut losses = losses(play);
    losses.retain(|loss| loss.lost > 0.0);
    // The order is that of the file among equals.
    losses.sort_by(|a, b| b.lost.total_cmp(&a.lost));
    losses.truncate(PRACTISE);
    losses
}

fn losses(play: &Play) -> Vec<Practice> {
    let mut losses = Vec::new();
    let mut lost = |about: &str, what: &str, why: String, lost: f64| {
        losses.push(Practice { what: what.to_owned(), why, lost: tenths(lost), about: about.to_owned() });
    };
    for harmful in play.harmed() {
        let what = format!("Avoid: {}", harmful.title);
        lost(harmful.id.as_str(), &what, harmful.debrief.done.clone(), HARM);
    }
    for expected in play.scenario().expected() {
        let timing = play.timing(expected);
        let Some(factor) = timing.factor() else { continue };
        let hints = play.drill().into_iter().flat_map(|drill| &drill.hints);
        let hints = hints.filter(|hint| expected.id == *hint.action.as_str());
        let hints: u32 = hints.map(|hint| hint.level.price()).sum();
        let why = match timing {
            Timing::OnTime => format!("With a hint. {}", expected.why),
            Timing::Late | Timing::TooLate => {
                format!("{}. {}", capital(timing.word()), expected.debrief.late)
            }
            Timing::Missed | Timing::LeftOut => format!("Missed. {}", expected.debrief.missed),
        };
        let points = weight_points(play, expected.level) * (1.0 - factor) + f64::from(hints);
        lost(expected.id.as_str(), &expected.title, why, points);
    }
    let marks = play.marks();
    let asked: u32 = marks.iter().map(|mark| mark.points).sum();
    for mark in &marks {
        let points = QUESTIONS * f64::from(mark.points) * (1.0 - mark.share) / f64::from(asked.max(1));
        if let Some(question) = play.scenario().question(mark.id.as_str()) {
            let right = question.options.iter().find(|option| option.correct == Some(true));
            let why = right.map(|option| option.rationale.clone()).unwrap_or_default();
            lost(mark.id.as_str(), &format!("Know: {}", question.text), why, points);
        }
    }
    let kept = play.kept();
    for (about, what, why, share) in [
        (
            "logged",
            "Log what you do as you do it",
            "Words in the log within five minutes of an action let others follow and defend it.",
            kept.logged,
        ),
        (
            "reasoned",
            "Give every move its reason",
            "A reason in the record answers the question everybody asks later: why then?",
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
    ] {
        lost(about, what, why.to_owned(), RECORD * (1.0 - share));
    }
    losses
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
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
    harmed.chain(wanting).collect()
}
