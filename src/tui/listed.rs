//! Lists asked for on the `:` line: their screen opens with what was asked for as its filter. What a filter cannot say is
//! refused, so that nobody takes more rows for fewer.

use super::app::{App, Focus};
use super::board;
use super::msg::Effect;
use super::screens::{self, Screen};
use crate::model::refusal::Refusal;
use crate::verb::Activity;

type Done = Result<Vec<Effect>, Refusal>;

/// Opens a screen with these words as its filter. `cannot`: options no filter can say, and whether they were given.
///
/// # Errors
/// Refuses such an option, and where no incident is open.
pub(super) fn open(
    app: &mut App,
    screen: Screen,
    words: [Option<String>; 2],
    cannot: &[(bool, &str)],
) -> Done {
    sayable(cannot)?;
    let done = screens::open(app, screen)?;
    let words: Vec<String> = words.into_iter().flatten().collect();
    screens::filter(app, screen, &words.join(" "));
    Ok(done)
}

/// Goes to the log, with the kind that was asked for as its filter.
///
/// # Errors
/// Refuses a moment: the log has all of them, the newest first.
pub(super) fn activity(app: &mut App, which: &Activity) -> Done {
    sayable(&[(which.since.is_some(), "--since")])?;
    app.focus = Focus::Log;
    board::filter(app, which.kind.map(|kind| kind.word()).unwrap_or_default());
    Ok(Vec::new())
}

fn sayable(cannot: &[(bool, &str)]) -> Result<(), Refusal> {
    match cannot.iter().find(|(given, _)| *given) {
        None => Ok(()),
        Some((_, option)) => Err(Refusal::refused(format!("The screen cannot show {option} alone."))
            .hint("Without it the screen opens, and f filters it by words; a shell lists just those.")),
    }
}
