//! One message in, the state changed, effects out. No file, no clock, no terminal.

use crossterm::event::{KeyEvent, MouseButton, MouseEventKind};

use super::act::Action;
use super::app::{App, Disk, Focus, Tone};
use super::keymap::{self, Scope};
use super::modal::Modal;
use super::msg::{Effect, Msg, Target};
use super::screens::Screen;
use super::{
    bell, board, catch_up, drill, find, give, hashing, head, intake, keys, leaving, page, paste, pick,
    replay, ruling, screens, stats, syncing, typing,
};
use crate::model::drill::Standing;
use crate::model::refusal::Refusal;

/// Takes one message.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let effects = match msg {
        Msg::Tick(now) => {
            app.wall = now;
            app.tell_time();
            bell::ring(app)
        }
        Msg::Key(key) => {
            app.said = None;
            self::key(app, key)
        }
        Msg::Paste(text) => {
            app.said = None;
            typing::paste(app, &text)
        }
        Msg::Burst(text) => {
            app.said = None;
            let done = typing::burst(app, &text);
            answered(app, done)
        }
        Msg::Mouse(what, target) => mouse(app, what, target),
        Msg::Resize(columns, rows) => {
            app.size = (columns, rows);
            Vec::new()
        }
        Msg::Listed(rows) => {
            let room = app.room(Focus::Incidents);
            let open = app.case.as_ref().map(|case| case.incident.id);
            let first = app.incidents.rows.is_empty();
            app.incidents.fill(rows, room, open);
            if first {
                app.incidents.mark(&app.seen, &app.me.name, open);
            }
            app.carry();
            Vec::new()
        }
        Msg::Relisted(rows) => {
            let room = app.room(Focus::Incidents);
            app.incidents.update(rows, room);
            app.carry();
            Vec::new()
        }
        Msg::Opened(case) => app.show(*case),
        Msg::Created(case) => {
            app.focus = Focus::Tasks;
            let opened = match case.incident.is_drill() {
                true => format!("EXERCISE {}: STARTEX. 0 leads to the messages.", case.incident.number),
                false => format!("{} is open.", case.incident.number),
            };
            let effects = app.show(*case);
            app.say(Tone::Done, opened);
            effects
        }
        Msg::Searched(words, hits, at) => {
            find::searched(app, &words, &hits, at);
            Vec::new()
        }
        Msg::NotRead(why) => {
            app.going = None;
            app.say(Tone::Refused, why);
            Vec::new()
        }
        Msg::Applied(lines) => {
            give::applied(app, &lines);
            app.follow();
            Vec::new()
        }
        Msg::Arrived(_) => {
            app.follow();
            Vec::new()
        }
        Msg::Saved(lines) => {
            give::saved(app, &lines);
            app.syncing.unsent += lines.len() as u64;
            Vec::new()
        }
        Msg::NotSaved { waiting, why } => {
            app.disk = Disk::NotSaved(waiting, why);
            Vec::new()
        }
        Msg::AsOf(at, incident) => {
            board::show_as_of(app, at, *incident);
            Vec::new()
        }
        Msg::Replayed(replay, at) => {
            let done = replay::show(app, *replay, at);
            answered(app, done)
        }
        Msg::Drafts(drafts) => {
            app.found(drafts);
            Vec::new()
        }
        Msg::Edited(text) => typing::edited(app, text),
        Msg::Hashing(label, done, of) => {
            hashing::progress(app, label, done, of);
            Vec::new()
        }
        Msg::Hashed(result) => {
            hashing::came(app, result);
            Vec::new()
        }
        Msg::Understanding(done) => {
            paste::progress(app, done);
            Vec::new()
        }
        Msg::Understood(incident, understood, elsewhere) => {
            paste::came(app, incident, *understood, elsewhere);
            Vec::new()
        }
        Msg::Elsewhere(incident, elsewhere) => {
            app.elsewhere = Some((incident, elsewhere));
            head::refresh(app);
            Vec::new()
        }
        Msg::Figures(figures) => {
            stats::came(app, figures);
            Vec::new()
        }
        Msg::Intake(reading, news) => {
            intake::came(app, reading, news);
            Vec::new()
        }
        Msg::CaughtUp(id, news, wish) => {
            catch_up::came(app, id, &news, wish);
            Vec::new()
        }
        Msg::Here(names) => {
            app.here = names;
            Vec::new()
        }
        Msg::Left(left) => leaving::left(app, left),
        Msg::Sealed(said) => {
            if let Some(words) = said {
                app.say(Tone::Done, words);
            }
            Vec::new()
        }
        Msg::Synced(synced, wanted) => {
            syncing::came(app, &synced, wanted);
            Vec::new()
        }
        Msg::Failed(why) => {
            app.say(Tone::Refused, why);
            Vec::new()
        }
        Msg::Terminate => vec![Effect::Quit],
    };
    let mut effects = effects;
    app.tell_time();
    screens::drill::look(app);
    screens::drill::seen(app);
    // What is being written now changes what falls due; control is asked again once it is there.
    let writes = |effect: &Effect| matches!(effect, Effect::Write(_) | Effect::Control(_));
    if !effects.iter().any(writes) {
        app.announce();
        app.open_addressed();
        app.conclude();
        effects.extend(drill::lead(app));
    }
    effects.extend(hashing::deliver(app));
    app.incidents.remember();
    if let Some(case) = &mut app.case {
        case.remember();
    }
    effects
}

/// What is done once everything that waited was taken: words being typed go to their draft.
pub fn settle(app: &mut App) -> Vec<Effect> {
    app.keep_words()
}

fn key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let Some(name) = keys::name(key) else { return Vec::new() };
    // What can be done everywhere, even while typing.
    match name.as_str() {
        "Ctrl-L" => return vec![Effect::Redraw],
        "Ctrl-Z" => return vec![Effect::Suspend],
        _ => {}
    }
    let unbound = keymap::find(&[Scope::Typing, Scope::Everywhere, Scope::Lists], &name).is_none();
    if let Some(letter) = keys::alt_letter(key).filter(|_| unbound) {
        // Esc and a letter that came together.
        let mut effects = self::key(app, KeyEvent::from(crossterm::event::KeyCode::Esc));
        effects.extend(self::key(app, letter));
        return effects;
    }
    let done = match app.modals.last() {
        None => match app.binding(&name) {
            Some(binding) if binding.action == Action::OpenScreen => {
                screens::open_digit(app, name.parse().unwrap_or(1))
            }
            Some(binding) if binding.action == Action::Answer => {
                screens::drill::choose(app, name.parse().unwrap_or(1))
            }
            Some(binding) => app.perform(binding.action),
            // The clock of a drill is stopped from every screen: who is called away has no time to look for it.
            None if name == "Z" && app.drill().is_some() => app.perform(Action::Hold),
            // A key of the checklist, pressed beside it, says where it works.
            None => match keymap::find(&[Scope::BoardTasks], &name) {
                Some(binding) if app.screen().is_none() => app.offers(binding.action).map(|()| Vec::new()),
                _ => Ok(Vec::new()),
            },
        },
        Some(Modal::Card(_)) => pick::card_key(app, &name),
        Some(Modal::Intake(_)) => intake::key(app, &name),
        Some(Modal::Page(_)) => page::key(app, &name),
        Some(Modal::Document(_)) => page::document_key(app, &name),
        Some(Modal::Reading(_)) => screens::report::key(app, &name),
        Some(Modal::Stats(_)) => stats::key(app, &name),
        Some(Modal::Quit(_)) => quit_key(app, &name),
        Some(
            Modal::Note(_)
            | Modal::Command(_)
            | Modal::Filter(_)
            | Modal::Form(_)
            | Modal::Phase(_)
            | Modal::Pick(_),
        ) => typing::key(app, key, &name),
    };
    answered(app, done)
}

/// The effects of an act, or its refusal on the screen.
pub fn answered(app: &mut App, done: Result<Vec<Effect>, Refusal>) -> Vec<Effect> {
    done.unwrap_or_else(|refusal| {
        app.refuse(refusal);
        Vec::new()
    })
}

fn quit_key(app: &mut App, name: &str) -> Result<Vec<Effect>, Refusal> {
    match name {
        "y" | "q" => return Ok(vec![Effect::Quit]),
        "n" | "Esc" | "Ctrl-C" | "Enter" => _ = app.modals.pop(),
        _ => {}
    }
    Ok(Vec::new())
}

impl App {
    /// The scopes whose keys work on the board now, the inner one first.
    pub fn scopes(&self) -> Vec<Scope> {
        let replay = self.replay().map(|_| Scope::Replay);
        replay.into_iter().chain(self.scopes_of_focus()).collect()
    }

    fn scopes_of_focus(&self) -> Vec<Scope> {
        let inner = match self.focus {
            Focus::Tasks => Some(Scope::BoardTasks),
            Focus::Log => Some(Scope::BoardLog),
            Focus::Incidents => None,
            Focus::On(screen) => {
                let held = self.case.as_ref().is_some_and(|case| case.time.held);
                let picture = (held && screen == Screen::Timeline).then_some(Scope::Picture);
                let own = [screen.face().scope, Scope::Lists, Scope::Everywhere];
                let asked = self.case.as_ref().is_some_and(|case| case.choices().is_some());
                let asked = (asked && screen == Screen::Drill).then_some(Scope::DrillMessage);
                return picture.into_iter().chain(asked).chain(own).collect();
            }
        };
        inner.into_iter().chain([Scope::Board, Scope::Lists, Scope::Everywhere]).collect()
    }

    /// What a key means on the board now: the table's word first, then the person's own.
    pub fn binding(&self, key: &str) -> Option<&'static keymap::Binding> {
        let scopes = self.scopes();
        keymap::find(&scopes, key).or_else(|| self.own_keys.find(&scopes, key))
    }

    /// Shows an incident that was read.
    fn show(&mut self, mut case: super::case::Case) -> Vec<Effect> {
        self.incidents.unread.remove(&case.incident.id);
        let room = self.room(Focus::Incidents);
        self.incidents.go_to(case.incident.id, room);
        // A new incident that is being typed belongs to no incident yet; the rest stays with the one left.
        self.drafts.retain(|ask, _| ask == "new");
        self.kept.0 = None;
        self.waited.clear();
        case.disputes = case.incident.contested().into_iter().map(|contested| contested.field).collect();
        case.looked = catch_up::divider(self, &case).or(case.looked);
        let id = case.incident.id;
        case.seat.take(&case.incident, &self.me.name);
        case.seat.first = !self.incidents.has_drill_beside(case.incident.id);
        let away = case.incident.drill.as_deref().filter(|drill| drill.ended.is_none()).and_then(|drill| {
            (drill.clock.stands == Some(Standing::Away)).then(|| drill.clock.minute(self.wall))
        });
        self.case = Some(case);
        self.tell_time();
        if let Some(minute) = away {
            self.say_away(minute);
        }
        bell::listen(self);
        screens::relist(self);
        let mut effects = match self.going.take() {
            Some((of, place)) if of == id => find::arrive(self, place),
            _ => Vec::new(),
        };
        effects.extend(self.seen.sight(id).map(|_| Effect::CatchUp(catch_up::Wish::Greet)));
        effects
    }

    /// Lines were applied: cursors stay on what they stand on.
    pub(super) fn follow(&mut self) {
        let rooms = (self.room(Focus::Tasks), self.room(Focus::Log));
        let watching = self.focus != Focus::Log;
        if let Some(case) = &mut self.case {
            case.follow(rooms, watching);
        }
        ruling::tell(self);
        screens::relist(self);
    }
}

fn mouse(app: &mut App, what: MouseEventKind, target: Option<Target>) -> Vec<Effect> {
    let done = match (what, target) {
        (MouseEventKind::ScrollDown | MouseEventKind::ScrollUp, _) => {
            let down = what == MouseEventKind::ScrollDown;
            wheel(app, if down { Action::Down } else { Action::Up }, target)
        }
        (MouseEventKind::Down(MouseButton::Left), Some(target)) => click(app, target),
        _ => return Vec::new(),
    };
    answered(app, done)
}

fn wheel(app: &mut App, action: Action, target: Option<Target>) -> Result<Vec<Effect>, Refusal> {
    match app.modals.last_mut() {
        None => {
            if let Some(Target::Pane(pane) | Target::Row(pane, _)) = target
                && (pane == Focus::Incidents || app.case.is_some())
            {
                app.focus = pane;
            }
            for _ in 0..3 {
                board::walk(app, action);
            }
            Ok(Vec::new())
        }
        Some(Modal::Card(_)) => pick::card_key(app, if action == Action::Down { "↓" } else { "↑" }),
        Some(Modal::Intake(_)) => intake::key(app, if action == Action::Down { "↓" } else { "↑" }),
        Some(Modal::Page(_)) => page::key(app, if action == Action::Down { "↓" } else { "↑" }),
        Some(Modal::Document(_)) => page::document_key(app, if action == Action::Down { "↓" } else { "↑" }),
        Some(Modal::Reading(_)) => screens::report::key(app, if action == Action::Down { "↓" } else { "↑" }),
        Some(Modal::Stats(_)) => stats::key(app, if action == Action::Down { "↓" } else { "↑" }),
        Some(_) => Ok(Vec::new()),
    }
}

fn click(app: &mut App, target: Target) -> Result<Vec<Effect>, Refusal> {
    app.said = None;
    match (app.modals.last_mut(), target) {
        (None, Target::Pane(pane)) if pane == Focus::Incidents || app.case.is_some() => app.focus = pane,
        (None, Target::Row(pane, at)) if pane == Focus::Incidents || app.case.is_some() => {
            let again = app.focus == pane && app.at(pane) == at;
            app.focus = pane;
            app.go(pane, at);
            // The second click on a row opens it.
            if again {
                return board::open(app);
            }
        }
        (None, Target::Key(action)) => return app.perform(action),
        (Some(Modal::Form(form)), Target::Field(at)) if at < form.fields.len() => form.at = at,
        (Some(Modal::Phase(dialog)), Target::Field(at)) if at < dialog.form.fields.len() => {
            dialog.choosing = false;
            dialog.form.at = at;
        }
        (Some(Modal::Phase(dialog)), Target::Choice(at)) if at < dialog.choices.len() => {
            return super::phase_dialog::choose(app, at);
        }
        (Some(Modal::Card(card)), Target::Choice(at)) if at < card.items.len() => card.cursor.at = at,
        (Some(Modal::Pick(pick)), Target::Choice(at)) if at < pick.shown.len() => pick.cursor.at = at,
        _ => {}
    }
    Ok(Vec::new())
}

impl App {
    fn at(&self, pane: Focus) -> usize {
        match (pane, &self.case) {
            (Focus::Tasks, Some(case)) => case.tasks.at,
            (Focus::Log, Some(case)) => case.log.at,
            (Focus::On(screen), Some(case)) => case.list(screen).cursor.at,
            _ => self.incidents.cursor.at,
        }
    }

    fn go(&mut self, pane: Focus, at: usize) {
        let room = self.room(pane);
        if let Focus::On(screen) = pane {
            return screens::go(self, screen, at);
        }
        match (pane, &mut self.case) {
            (Focus::Tasks, Some(case)) => {
                let total = case.task_rows().len();
                case.tasks.go(at, total, room);
            }
            (Focus::Log, Some(case)) => {
                let total = case.log_len();
                case.log.go(at, total, room);
            }
            _ => self.incidents.cursor.go(at, self.incidents.shown.len(), room),
        }
    }
}
