//! Exercise control at a player's screen: what fell due goes into the journal, one line after the other, and
//! the clock of a newcomer waits while a message is unread.
//!
//! Every screen that shows the drill does this. The incident refuses what stands in it already, so two of them
//! write a thing twice at most, and the fold takes the first.

use crate::control::{self, At};
use crate::drill::play::Due;
use crate::incident::line::Draft;
use crate::model::drill::{Command, Profile, Standing};
use crate::tui::app::App;
use crate::tui::msg::Effect;

/// What exercise control writes now; at most one line, for what follows stands on it.
pub fn lead(app: &mut App) -> Vec<Effect> {
    if let Some(draft) = died(app) {
        return vec![Effect::Control(Box::new(draft))];
    }
    let Some(case) = &app.case else { return Vec::new() };
    let (Some(drill), Some(play)) = (case.drill(), &case.seat.play) else { return Vec::new() };
    if drill.ended.is_some() {
        return Vec::new();
    }
    let minute = drill.clock.minute(app.wall);
    if case.seat.halted == Some(minute) {
        return Vec::new();
    }
    // The journal has it that nobody did anything up to now.
    let due = play.due(minute).into_iter().chain(wait(app, minute));
    due.filter_map(|due| draft(app, &due))
        .next()
        .map(|draft| Effect::Control(Box::new(draft)))
        .into_iter()
        .collect()
}

fn draft(app: &App, due: &Due) -> Option<Draft> {
    let at = At { wall: app.wall, now_set: app.now_set, playbooks: &app.playbooks };
    let incident = &app.case.as_ref()?.incident;
    control::draft(incident, due, &at).ok().flatten()
}

/// What says that the clock stood since screens were killed; once.
fn died(app: &mut App) -> Option<Draft> {
    let at = app.case.as_mut()?.seat.died.take()?;
    let minute = app.drill()?.clock.minute(at);
    let draft = draft(app, &Due { minute, command: Command::Pause { at: Some(at), why: Standing::Away } });
    app.say_away(minute);
    draft
}

/// What says that the clock stands as nobody is left who looks at it. `None`: it stands, or somebody is.
pub fn leave(app: &App) -> Option<Draft> {
    let drill = app.drill().filter(|drill| drill.ended.is_none() && drill.clock.stands.is_none())?;
    if app.here.len() > 1 || app.now_set {
        return None;
    }
    let minute = drill.clock.minute(app.wall);
    draft(app, &Due { minute, command: Command::Pause { at: None, why: Standing::Away } })
}

/// The clock of somebody's first drill stands while a message is unread, and goes on by itself.
fn wait(app: &App, minute: u32) -> Option<Due> {
    let case = app.case.as_ref()?;
    let drill = case.drill()?;
    // Who leads the drill reads no message for the first time.
    let alone = app.here.len() <= 1 && !app.facilitates();
    let newcomer = case.seat.first && drill.exercise.profile == Profile::Coached && alone;
    let unread = drill.messages.iter().any(|message| case.seat.unread(message));
    let waits = newcomer && unread && !case.seat.hurry && !app.now_set;
    let command = match drill.clock.stands {
        None if waits => Command::Pause { at: None, why: Standing::Reading },
        Some(Standing::Reading) if !waits => Command::Resume,
        _ => return None,
    };
    Some(Due { minute, command })
}
