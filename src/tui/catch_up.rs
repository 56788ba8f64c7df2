//! What came into the open incident since I was last here: said once when it opens, shown by a key.

use uuid::Uuid;

use super::app::{App, Tone};
use super::case::Case;
use super::modal::{Modal, Page};
use super::msg::Effect;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::report::catch_up::{News, told};

/// What the lines that came are looked up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To say that there are some.
    Greet,
    /// To show what they tell.
    Show,
}

/// Looks up what came, to show it.
///
/// # Errors
/// Refuses where no incident is open, and one that was never open here before.
pub fn open(app: &mut App) -> Result<Vec<Effect>, Refusal> {
    let none = || Refusal::refused("No incident is open.").hint("Enter opens the selected one.");
    let id = app.incident().ok_or_else(none)?.id;
    if app.seen.sight(id).is_none() {
        return Err(Refusal::refused("You have not had this incident open here before: all of it is new.")
            .hint("s tells where it stands; v shows the record as it stood at an entry."));
    }
    Ok(vec![Effect::CatchUp(Wish::Show)])
}

/// The lines that came were looked up.
pub fn came(app: &mut App, id: Uuid, news: &News, wish: Wish) {
    let Some(incident) = app.incident().filter(|incident| incident.id == id) else { return };
    let when = time::when(news.since, app.now, &app.zone());
    let new = news.entries(incident, &app.me.name).count();
    match (wish, new) {
        (Wish::Greet, 0) => {}
        (Wish::Greet, _) => {
            let entries = if new == 1 { "1 entry".to_owned() } else { format!("{new} entries") };
            app.say(Tone::Told, format!("{entries} by others since you were here, {when}. B tells them."));
        }
        (Wish::Show, _) => match told(incident, news, &app.me.name, &app.clock()) {
            None => app.say(Tone::Told, format!("Nobody else wrote anything since you were here, {when}.")),
            Some(text) => app.modals.push(Modal::Page(Page {
                title: format!("Since you were here, {when}"),
                lines: text.lines().map(str::to_owned).collect(),
                top: 0,
            })),
        },
    }
}

/// The entry above which all is new to me: the last I had before me when I left, or the last I wrote myself.
pub(super) fn divider(app: &App, case: &Case) -> Option<LineId> {
    let entries = &case.incident.entries;
    let mine = entries.iter().rposition(|entry| entry.by == app.me.name);
    let left = app.seen.sight(case.incident.id).and_then(|sight| sight.last);
    let left = left.and_then(|last| case.incident.place_in_log(last));
    mine.max(left).map(|at| entries[at].id)
}
