//! What is asked before something is done in a drill that costs: a hint, a skip.

use super::the_drill;
use crate::incident::command::Command;
use crate::model::drill::{self, HintLevel};
use crate::model::refusal::Refusal;
use crate::tui::app::App;
use crate::tui::drill::{start::START, the_play};
use crate::tui::give;
use crate::tui::screens::Question;

pub(super) const HINT: &str = "drill-hint";
pub(super) const SKIP: &str = "drill-skip";

pub(super) const ALL: &[Question] = &[
    START,
    super::after::WRITE,
    Question {
        name: HINT,
        spoken: "whether to take a hint",
        title: |_, _| Ok("Stuck?".to_owned()),
        about: |app, _| {
            let Ok(offer) = offer(app) else { return Vec::new() };
            let points =
                if offer.price == 1 { "1 point".to_owned() } else { format!("{} points", offer.price) };
            let what = match offer.level {
                HintLevel::Nudge => "A nudge: a question that points the way.",
                HintLevel::Direct => "The direct hint: what to do, in so many words.",
            };
            vec![what.to_owned(), format!("It costs {points}. Enter takes it, Esc leaves it.")]
        },
        fields: |_, _| Ok(Vec::new()),
        answer: |app, _, _, _| {
            let offer = offer(app)?;
            give::give(app, &Command::Drill(Box::new(drill::Command::Hint((&offer).into()))))
        },
    },
    Question {
        name: SKIP,
        spoken: "whether to skip",
        title: |_, _| Ok("Skip to what comes next?".to_owned()),
        about: |app, _| {
            let Ok((now, to)) = skip(app) else { return Vec::new() };
            vec![format!(
                "The clock goes from minute {now} to {to} at once; what is not done by then is not done. Enter skips, Esc stays."
            )]
        },
        fields: |_, _| Ok(Vec::new()),
        answer: |app, _, _, _| {
            let (_, to) = skip(app)?;
            give::give(app, &Command::Drill(Box::new(drill::Command::Skip(to))))
        },
    },
];

fn offer(app: &App) -> Result<crate::drill::hint::Offer, Refusal> {
    let minute = the_drill(app)?.clock.minute(app.wall);
    the_play(app)?.hint(minute).ok_or_else(|| Refusal::refused("There is nothing to hint at now."))
}

fn skip(app: &App) -> Result<(u32, u32), Refusal> {
    let minute = the_drill(app)?.clock.minute(app.wall);
    let to = the_play(app)?.skip(minute).ok_or_else(|| Refusal::refused("Nothing is to come."))?;
    Ok((minute, to))
}
