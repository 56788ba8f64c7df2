//! How each objective, action, question and reply went.

use super::{ActionTold, ObjectiveTold, OptionTold, QuestionTold, ReplyTold, Shown, State};
use crate::drill::play::Play;
use crate::drill::scenario::{ActionId, Choice, Expected, Harmful, Inject, Key, ObjectiveId, Verdict};
use crate::drill::score::{Rating, Timing, tenths};
use crate::model::drill::HintLevel;

pub(super) fn objectives(play: &Play, ratings: &[(ObjectiveId, Rating)]) -> Vec<ObjectiveTold> {
    let objectives = play.scenario().objectives.iter().zip(ratings);
    let told = objectives.map(|(objective, (_, rating))| ObjectiveTold {
        id: objective.id.clone(),
        phase: objective.phase,
        text: objective.text.clone(),
        critical: objective.critical,
        rating: *rating,
        meaning: rating.word(),
        because: because(play, &objective.id, *rating),
    });
    told.collect()
}

/// What made a rating what it is: everything that alone would have led there.
fn because(play: &Play, objective: &ObjectiveId, rating: Rating) -> Vec<String> {
    let mut facts = Vec::new();
    for expected in play.scenario().expected().filter(|it| it.objective == *objective) {
        let timing = play.timing(expected);
        if play.rated(expected) != rating || timing == Timing::LeftOut {
            continue;
        }
        let at = play.matched(expected.id.as_str()).map(|at| format!(", minute {at}")).unwrap_or_default();
        let hint = hint(play, &expected.id).map(|level| format!(", with the {} hint", level.word()));
        facts.push(format!(
            "{} {} ({}): {}{at}{}",
            expected.id,
            expected.title,
            expected.level.word(),
            timing.word(),
            hint.unwrap_or_default()
        ));
    }
    if rating == Rating::M {
        let done = play.harmed().filter(|it| it.objective == *objective);
        facts.extend(done.map(|it| format!("{} {} (harmful): done", it.id, it.title)));
    }
    if rating == Rating::S {
        let short = play.marks().into_iter().filter(|mark| mark.share < 1.0);
        let own = short.filter(|mark| {
            play.scenario().question(mark.id.as_str()).is_some_and(|it| it.objective == *objective)
        });
        facts.extend(own.map(|mark| {
            let earned = tenths(f64::from(mark.points) * mark.share);
            format!("{}: {earned} of {} points", mark.id, mark.points)
        }));
    }
    facts
}

fn hint(play: &Play, action: &ActionId) -> Option<HintLevel> {
    [HintLevel::Direct, HintLevel::Nudge].into_iter().find(|level| play.hinted(action.as_str(), *level))
}

fn shown(play: &Play, action: &ActionId) -> Option<Shown> {
    let line = play.match_of(action.as_str())?.line?;
    let entry = play.incident().entry_of(line)?;
    Some(Shown { line, by: entry.actor().to_owned(), text: entry.shown().to_owned() })
}

pub(super) fn expected(play: &Play, it: &Expected) -> ActionTold {
    let timing = play.timing(it);
    let debrief = match timing {
        Timing::OnTime => &it.debrief.done,
        Timing::Late | Timing::TooLate => &it.debrief.late,
        Timing::Missed | Timing::LeftOut => &it.debrief.missed,
    };
    let debrief = if timing == Timing::LeftOut { "This path was not taken." } else { debrief };
    ActionTold {
        id: it.id.clone(),
        title: it.title.clone(),
        objective: it.objective.clone(),
        level: it.level.word(),
        state: timing.into(),
        minute: play.matched(it.id.as_str()),
        window: play.opened(it).map(|from| {
            (from, from.saturating_add(it.window.target_min), from.saturating_add(it.window.limit_min))
        }),
        hint: hint(play, &it.id),
        shown: shown(play, &it.id),
        why: it.why.clone(),
        debrief: debrief.to_owned(),
    }
}

pub(super) fn harmful(play: &Play, it: &Harmful) -> ActionTold {
    let minute = play.matched(it.id.as_str());
    let (state, debrief) = match minute {
        Some(_) => (State::Done, &it.debrief.done),
        None => (State::NotDone, &it.debrief.avoided),
    };
    ActionTold {
        id: it.id.clone(),
        title: it.title.clone(),
        objective: it.objective.clone(),
        level: "harmful",
        state,
        minute,
        window: None,
        hint: None,
        shown: shown(play, &it.id),
        why: it.why.clone(),
        debrief: debrief.clone(),
    }
}

pub(super) fn questions(play: &Play) -> Vec<QuestionTold> {
    let told = play.marks().into_iter().filter_map(|mark| {
        let question = play.scenario().question(mark.id.as_str())?;
        let option = |option: &Choice| OptionTold {
            id: option.id.clone(),
            text: option.text.clone(),
            right: match option.key() {
                Key::Right => Some(true),
                Key::Wrong => Some(false),
                Key::Rank(_) => None,
            },
            rank: option.rank,
            rationale: option.rationale.clone(),
        };
        let answer = play.answer(question.id.as_str());
        Some(QuestionTold {
            id: question.id.clone(),
            objective: question.objective.clone(),
            text: question.text.clone(),
            kind: question.kind,
            points: question.points,
            earned: tenths(f64::from(mark.points) * mark.share),
            picks: answer.map(|answer| answer.picks.clone()).unwrap_or_default(),
            options: question.options.iter().map(option).collect(),
        })
    });
    told.collect()
}

pub(super) fn replied(play: &Play, inject: &Inject) -> Option<ReplyTold> {
    let message = play.drill()?.message(inject.id.as_str())?;
    let said = message.reply.as_ref();
    let key = said.and_then(|(_, said)| inject.reply(&said.option));
    let good = inject.replies.iter().filter(|reply| reply.verdict == Verdict::Good);
    Some(ReplyTold {
        inject: inject.id.clone(),
        minute: message.minute,
        from: message.what.from.clone(),
        option: key.map(|key| key.id.clone()),
        after_min: said
            .and_then(|(line, _)| play.record().minute(*line))
            .map(|minute| minute.saturating_sub(message.minute)),
        text: said.map(|(_, said)| said.text.clone()),
        verdict: key.map(|key| key.verdict),
        rationale: key.map(|key| key.rationale.clone()),
        unanswered: message.unanswered.clone(),
        good: good.map(|reply| reply.id.clone()).collect(),
    })
}
