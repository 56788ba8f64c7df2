//! What the screens know of the exchange with other stores: whether there is one, what is unsent, when was the last.

use chrono::{DateTime, Utc};

use super::app::{App, Tone};
use crate::model::text::counted;
use crate::model::time;

/// How the exchange stands. It goes on beside the loop; offline is normal and disturbs nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Syncing {
    /// The store is set up to sync.
    pub set: bool,
    /// Lines the others do not have yet.
    pub unsent: u64,
    /// Lines that went unsent with incidents that were archived.
    pub archived: u64,
    /// When everything was last exchanged (UTC).
    pub exchanged: Option<DateTime<Utc>>,
    /// The last try came to nothing.
    pub offline: bool,
    /// What was said last of a fault that is more than being offline: it is said once.
    pub fault: Option<String>,
}

/// What an exchange came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Lines the others do not have yet.
    pub unsent: u64,
    /// Lines that went unsent with incidents that were archived.
    pub archived: u64,
    pub exchanged: Option<DateTime<Utc>>,
    /// What somebody should look at: alarms of this exchange.
    pub alarms: Vec<String>,
    pub came: Came,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// Lines that came, and lines that were sent.
    Done(u64, u64),
    /// The others cannot be reached now.
    Offline(String),
    /// Something is wrong that does not go away by itself.
    Fault(String),
    /// The same, and every further try would cost as much: it is tried again only where somebody asks.
    Halted(String),
}

/// Who wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Somebody typed `:sync` and waits for an answer.
    Asked,
    /// It was time.
    ByItself,
}

/// An exchange has ended.
pub(super) fn came(app: &mut App, synced: &Synced, wanted: Wanted) {
    let state = &mut app.syncing;
    state.archived = synced.archived;
    (state.unsent, state.exchanged) = (synced.unsent, synced.exchanged.or(state.exchanged));
    state.offline = !matches!(synced.came, Came::Done(..));
    let said = match &synced.came {
        Came::Done(received, sent) => {
            state.fault = None;
            (wanted == Wanted::Asked).then(|| {
                (Tone::Done, format!("Synced: {} received, {sent} sent.", counted(*received, "line")))
            })
        }
        Came::Offline(why) => (wanted == Wanted::Asked).then(|| (Tone::Refused, why.clone())),
        Came::Fault(why) | Came::Halted(why) => {
            let again = state.fault.as_ref() == Some(why);
            state.fault = Some(why.clone());
            (wanted == Wanted::Asked || !again).then(|| (Tone::Refused, why.clone()))
        }
    };
    if let Some((tone, words)) = said {
        app.say(tone, words);
    }
    if let Some(first) = synced.alarms.first() {
        let more = match synced.alarms.len() {
            1 => String::new(),
            many => format!(" And {} more: casebook sync status.", many - 1),
        };
        app.say(Tone::Refused, format!("Sync: {first}.{more}"));
    }
}

/// What stands in the frame: nothing where all is sent, else `3 unsent`, with the age of the last exchange where the
/// others cannot be reached.
pub(super) fn words(app: &App) -> Option<String> {
    let state = &app.syncing;
    if !state.set || (state.unsent == 0 && state.fault.is_none()) {
        return None;
    }
    let fault = if state.fault.is_some() { " !" } else { "" };
    let age = match state.exchanged.filter(|_| state.offline) {
        Some(at) => format!(", synced {}", time::ago(at, app.wall)),
        None => String::new(),
    };
    Some(format!("{} unsent{fault}{age}", state.unsent))
}

/// How the exchange stands, in a sentence or two.
pub(super) fn status(app: &App) -> String {
    let state = &app.syncing;
    if !state.set {
        return "This store does not sync. In a shell: casebook sync set REMOTE".to_owned();
    }
    let unsent = match (state.unsent, state.archived) {
        (0, 0) => "Everything is sent".to_owned(),
        (0, _) => "Everything here is sent".to_owned(),
        (1, _) => "1 line is not sent".to_owned(),
        (n, _) => format!("{} are not sent", counted(n, "line")),
    };
    let unsent = match state.archived {
        0 => unsent,
        n => format!("{unsent}, {} left unsent with what is archived", counted(n, "line")),
    };
    let last = match state.exchanged {
        Some(at) => format!("synced {}", time::ago(at, app.wall)),
        None => "not synced yet".to_owned(),
    };
    let offline = if state.offline { ", offline" } else { "" };
    let fault = state.fault.as_ref().map(|fault| format!(" {fault}")).unwrap_or_default();
    format!("{unsent}, {last}{offline}.{fault}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::Me;

    fn app() -> App {
        let now = DateTime::parse_from_rfc3339("2026-11-21T22:00:00Z").unwrap().to_utc();
        let me = Me { name: "ana".into(), role: None };
        let mut app = App::new(me, now, [0; 32]);
        app.syncing.set = true;
        app
    }

    fn ended(app: &mut App, unsent: u64, came_of_it: Came, wanted: Wanted) -> Option<String> {
        app.said = None;
        let exchanged = Some(app.wall - chrono::Duration::hours(2));
        came(app, &Synced { unsent, archived: 0, exchanged, alarms: Vec::new(), came: came_of_it }, wanted);
        app.said.as_ref().map(|said| said.text.clone())
    }

    #[test]
    fn the_line_tells_whole_how_the_exchange_stands() {
        let mut app = app();
        ended(&mut app, 3, Came::Offline("The remote cannot be reached.".into()), Wanted::ByItself);
        assert_eq!(status(&app), "3 lines are not sent, synced 2 h 00 m ago, offline.");
        ended(&mut app, 0, Came::Done(1, 3), Wanted::ByItself);
        assert_eq!(status(&app), "Everything is sent, synced 2 h 00 m ago.");
        app.syncing.archived = 2;
        let said = "Everything here is sent, 2 lines left unsent with what is archived, synced 2 h 00 m ago.";
        assert_eq!(status(&app), said);
        app.syncing = Syncing::default();
        assert_eq!(status(&app), "This store does not sync. In a shell: casebook sync set REMOTE");
    }

    #[test]
    fn being_offline_disturbs_nobody_and_what_is_unsent_is_counted() {
        let mut app = app();
        assert_eq!(words(&app), None);
        assert_eq!(ended(&mut app, 3, Came::Offline("away".into()), Wanted::ByItself), None);
        assert_eq!(words(&app).unwrap(), "3 unsent, synced 2 h 00 m ago");
        assert_eq!(ended(&mut app, 3, Came::Offline("away".into()), Wanted::Asked).unwrap(), "away");
        assert_eq!(ended(&mut app, 0, Came::Done(1, 3), Wanted::ByItself), None);
        assert_eq!(words(&app), None);
        let said = ended(&mut app, 0, Came::Done(1, 3), Wanted::Asked).unwrap();
        assert_eq!(said, "Synced: 1 line received, 3 sent.");
    }

    #[test]
    fn a_fault_that_stays_is_said_once_and_an_alarm_always() {
        let mut app = app();
        let full = || Came::Fault("full".into());
        assert_eq!(ended(&mut app, 1, full(), Wanted::ByItself).unwrap(), "full");
        assert_eq!(ended(&mut app, 1, full(), Wanted::ByItself), None);
        assert_eq!(words(&app).unwrap(), "1 unsent !, synced 2 h 00 m ago");
        assert_eq!(ended(&mut app, 0, Came::Done(0, 1), Wanted::ByItself), None);
        assert_eq!(ended(&mut app, 1, full(), Wanted::ByItself).unwrap(), "full");
        let alarms = vec!["w-a was rewritten".to_owned(), "w-b too".to_owned()];
        came(
            &mut app,
            &Synced { unsent: 0, archived: 0, exchanged: None, alarms, came: Came::Done(0, 0) },
            Wanted::ByItself,
        );
        let said = app.said.as_ref().unwrap().text.clone();
        assert_eq!(said, "Sync: w-a was rewritten. And 1 more: casebook sync status.");
    }
}
