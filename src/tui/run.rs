//! The loop: waits on one channel, takes everything that waits, performs the effects, then draws once.

mod ahead;
mod effects;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::ahead::Ahead;
use super::app::{App, Banner, Me, ShownZone, Tone};
use super::clip::Clip;
use super::console::{Console, Tty};
use super::form::Ask;
use super::keymap::Own;
use super::list::Row;
use super::listen::{self, Keys};
use super::modal::Modal;
use super::msg::{Effect, Msg};
use super::syncing::Wanted;
use super::theme::Theme;
use super::update::{answered, settle, update};
use super::world::seen::Ending;
use super::world::{Arrival, Opening, World, listed_incident};
use super::{command_line, view};
use crate::drill::scenario::Library;
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use crate::model::time::Zone;
use crate::store::outgoing::cleared;
use crate::store::settings::SettingsFile;
use crate::store::{Look, Record, Series, Store};

/// The clock of the screens; tests and `CASEBOOK_NOW` bring their own.
pub type Clock = Box<dyn Fn() -> DateTime<Utc>>;

/// What the screens need from outside.
pub struct Setup {
    pub store: Store,
    /// Where settings are kept; `None`: nowhere.
    pub settings: Option<SettingsFile>,
    pub me: Me,
    pub banner: Banner,
    /// The series new incidents are numbered in.
    pub series: Series,
    pub playbooks: Playbooks,
    pub duties: Duties,
    pub theme: Theme,
    /// The zone of the settings or the command line.
    pub zone: Option<Zone>,
    /// The zone of this machine.
    pub here_zone: Option<Zone>,
    /// The incident to show first, by whatever name; `None`: one with a draft, else the first of the list.
    pub open: Option<String>,
    /// A line to do once it is open, as on the `:` line.
    pub begin: Option<String>,
    /// First run: ask for name and zone.
    pub welcome: bool,
    pub clock: Clock,
    /// Whether `CASEBOOK_NOW` set the clock.
    pub now_set: bool,
    /// Randomness for ids.
    pub seed: [u8; 32],
    /// The scenarios that can be played.
    pub scenarios: Library,
    /// Makes the demo and returns its store.
    pub demo: Option<Box<dyn FnOnce() -> Result<Store, String>>>,
}

/// What the loop left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    /// Lines that could not be brought to the disk.
    pub unsaved: usize,
    /// Where they are instead, if another place took them.
    pub rescued: Vec<PathBuf>,
}

/// The screens in progress.
pub struct Session<C: Console> {
    pub app: App,
    pub console: C,
    world: World,
    clock: Clock,
    demo: Option<Box<dyn FnOnce() -> Result<Store, String>>>,
    arrivals: Receiver<Arrival>,
    to: Sender<Arrival>,
    open_first: Option<String>,
    /// The line to do once an incident is open.
    line_first: Option<String>,
    keys: Option<Keys>,
    /// What was typed while an incident was being read.
    ahead: Ahead,
    clip: Clip,
    over: bool,
    ending: Ending,
    /// Whether something happened since the last picture.
    stale: bool,
    /// Whether keys were taken and the next are not read yet.
    taken: bool,
}

/// Opens the screens on this terminal and runs them to their end.
///
/// # Errors
/// There is no terminal, or it went away while it was being set up.
pub fn run(setup: Setup, mouse: bool) -> io::Result<Left> {
    let size = crossterm::terminal::size()?;
    let (to, arrivals) = channel();
    let console = Tty::take(mouse)?;
    listen::signals(to.clone())?;
    let keys = Keys::listen(to.clone());
    let mut session = Session::new(setup, console, (to, arrivals));
    session.app.mouse = mouse;
    session.app.size = size;
    session.keys = Some(keys);
    session.work()
}

impl<C: Console> Session<C> {
    /// A session on any console, with the channel its messages come by.
    pub fn new(setup: Setup, console: C, (to, arrivals): (Sender<Arrival>, Receiver<Arrival>)) -> Self {
        let mut app = App::new(setup.me, (setup.clock)(), setup.seed);
        app.now_set = setup.now_set;
        app.banner = setup.banner;
        app.playbooks = std::sync::Arc::new(setup.playbooks);
        app.duties = std::sync::Arc::new(setup.duties);
        app.here_zone = setup.here_zone;
        app.zone = if setup.zone.is_some() { ShownZone::Incident } else { ShownZone::Utc };
        app.incident_zone = setup.zone;
        app.theme = setup.theme;
        app.incidents.loading = true;
        app.scenarios = setup.scenarios;
        app.bench = setup.store.state().map(|state| state.join("exercise"));
        if let Some(file) = &setup.settings {
            app.view = file.settings.view;
            app.take_notices(&file.settings.notice);
            app.own_domains.clone_from(&file.settings.domains);
            let (own, faults) = Own::read(&file.settings.keys);
            app.own_keys = own;
            if !faults.is_empty() {
                app.say(Tone::Refused, faults.join(" "));
            }
        }
        let mut clip = Clip::default();
        let clipboard = setup.settings.as_ref().map(|file| file.settings.clipboard.clone());
        clip.set(clipboard.unwrap_or_default().clear);
        let mut world = World::new(setup.store, setup.settings, setup.series, to.clone());
        world.list(Look::Cached, &app.incidents);
        world.begin_sync(&mut app);
        app.seen = world.store.seen(&app.me.name);
        let mut session = Self {
            app,
            console,
            world,
            clock: setup.clock,
            demo: setup.demo,
            arrivals,
            to,
            open_first: setup.open,
            line_first: setup.begin,
            keys: None,
            ahead: Ahead::default(),
            clip,
            over: false,
            ending: Ending::Left,
            stale: true,
            taken: false,
        };
        session.begin(setup.welcome);
        session
    }

    /// What is read before the first picture, and what is asked at the first start.
    fn begin(&mut self, welcome: bool) {
        let drafted = self.world.find_drafts();
        let new = self.world.drafts_of(None);
        if !new.is_empty() {
            self.take(Msg::Drafts(new));
        }
        if welcome {
            let asked = self.app.open_form(Ask::Welcome);
            self.app.said = None;
            debug_assert!(asked.is_ok(), "the welcome asks about nothing that could be gone");
        }
        match (self.open_first.take(), drafted) {
            (Some(reference), _) => {
                self.app.focus = super::app::Focus::Tasks;
                self.world.open_named(reference, self.app.wall);
            }
            (None, Some(id)) => {
                self.app.focus = super::app::Focus::Tasks;
                self.world.open(id.to_string(), id, self.app.wall);
            }
            (None, None) => {}
        }
    }

    /// Runs to the end: waits, takes all that came, draws once.
    ///
    /// # Errors
    /// The terminal cannot be drawn on any more, though nobody asked us to end.
    pub fn work(mut self) -> io::Result<Left> {
        // The list is read in a moment; a first picture without it would only flash.
        self.wait(Some(Duration::from_millis(30)));
        while !self.over {
            self.draw()?;
            self.read_on();
            let due = self.due();
            self.wait(due);
        }
        Ok(self.end())
    }

    /// Waits for something to arrive, at most so long, then takes everything that waits.
    pub fn wait(&mut self, at_most: Option<Duration>) {
        let first = match at_most {
            Some(time) => self.arrivals.recv_timeout(time).ok(),
            None => self.arrivals.recv().ok(),
        };
        self.tick();
        if first.is_none() {
            self.stale = true;
            self.world.save(self.app.wall);
        }
        let mut woke = Vec::new();
        let mut next = first;
        while let Some(arrival) = next {
            self.arrive(arrival, &mut woke);
            next = self.arrivals.try_recv().ok();
        }
        self.look(&woke);
        let effects = settle(&mut self.app);
        self.perform(effects);
        self.world.beat(&self.app);
        self.world.sync(&self.app, Wanted::ByItself);
    }

    /// Whether work is still under way in threads.
    pub fn busy(&self) -> bool {
        self.world.busy > 0
    }

    /// Whether the session has ended.
    pub fn over(&self) -> bool {
        self.over
    }

    /// Draws, if anything happened since the last picture.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.stale) {
            return Ok(());
        }
        let app = &self.app;
        self.console.draw(&mut |frame| view::draw(app, frame))
    }

    /// Lets the next keys be read. Nobody waits for that as for the picture that answers those before.
    fn read_on(&mut self) {
        if std::mem::take(&mut self.taken)
            && let Some(keys) = &self.keys
        {
            keys.go_on();
        }
    }

    fn tick(&mut self) {
        let now = (self.clock)();
        // Another minute is another picture, whatever else arrived with it.
        let minute = |at: DateTime<Utc>| at.timestamp().div_euclid(60);
        self.stale |= minute(now) != minute(self.app.wall);
        let effects = update(&mut self.app, Msg::Tick(now));
        self.stale |= !effects.is_empty();
        self.perform(effects);
        if self.clip.over(now) {
            // A terminal that is gone has no clipboard.
            let _ = self.console.send(&cleared());
            if self.app.modals.is_empty() && self.app.said.is_none() {
                self.app.say(Tone::Told, "The clipboard was cleared.");
                self.stale = true;
            }
        }
        self.world.beat(&self.app);
    }

    /// How long nothing on the screen changes by itself: until the next shown digit changes, or the next try
    /// to save. A clock that was set stands still.
    fn due(&self) -> Option<Duration> {
        let now = self.app.wall;
        let minute = (!self.app.now_set).then(|| {
            let step = if view::shows_seconds(&self.app) { 1_000 } else { 60_000 };
            let into = now.timestamp_millis().rem_euclid(step);
            // A little behind the change, so that one wake-up is enough.
            Duration::from_millis(u64::try_from(step + 5 - into).unwrap_or(1_000))
        });
        let retry = self.world.next_try().map(|at| (at - now).to_std().unwrap_or(Duration::ZERO));
        let story = self.app.next_minute().filter(|_| !self.app.now_set);
        let story = story.map(|at| (at - now).to_std().unwrap_or(Duration::ZERO) + Duration::from_millis(5));
        let sync = self.world.next_sync().filter(|_| !self.app.now_set);
        let sync = sync.map(|at| (at - now).to_std().unwrap_or(Duration::ZERO));
        let beat = self.world.next_beat(&self.app).map(|at| (at - now).to_std().unwrap_or(Duration::ZERO));
        let clip = self.clip.due().filter(|_| !self.app.now_set);
        let clip = clip.map(|at| (at - now).to_std().unwrap_or(Duration::ZERO));
        minute.into_iter().chain(retry).chain(story).chain(beat).chain(sync).chain(clip).min()
    }

    fn arrive(&mut self, arrival: Arrival, woke: &mut Vec<PathBuf>) {
        match arrival {
            Arrival::Input(batch) => {
                let done = batch.iter().any(listen::is_an_act);
                self.input(batch);
                if done {
                    self.world.attend(&self.app);
                }
                self.taken = true;
            }
            Arrival::Woke(path) => woke.push(path),
            Arrival::Said(message) => {
                self.world.busy -= 1;
                if let Msg::Synced(synced, _) = &message {
                    self.world.synced(synced, self.app.wall);
                }
                self.take(message);
            }
            Arrival::Progress(message) => self.take(message),
            Arrival::Read(wish, read) => {
                self.world.busy -= 1;
                self.read(wish, read);
            }
            Arrival::Checked(id, faults) => self.stale |= self.world.checked(&mut self.app, id, faults),
            Arrival::Written(id, done) => {
                self.world.busy -= 1;
                for message in self.world.written(&mut self.app, id, *done) {
                    self.take(message);
                }
            }
            Arrival::TookIn(id, taken) => {
                self.world.busy -= 1;
                for message in self.world.took_in(&mut self.app, id, *taken) {
                    self.take(message);
                }
            }
            Arrival::Listed(rows) => {
                self.world.busy -= 1;
                self.listed(rows);
            }
            Arrival::Gone => (self.over, self.ending) = (true, Ending::Cut),
            Arrival::Stop => self.perform(vec![Effect::Suspend]),
        }
        self.take_ahead();
    }

    /// At the start, shows the first incident of the list, so that the board is not empty.
    fn open_something(&mut self) {
        if self.app.case.is_some() || self.world.is_reading() || self.app.welcoming() {
            return;
        }
        let first = self.app.incidents.selected().filter(|row| !row.restricted).map(|row| row.id);
        if let Some(id) = first {
            let one = self.app.incidents.shown.len() == 1;
            let effects = super::board::open_incident(&mut self.app, id);
            if !one {
                self.app.focus = super::app::Focus::Incidents;
            }
            self.perform(effects);
        }
    }

    /// Takes the list that was read, or why it cannot be.
    fn listed(&mut self, rows: Result<Option<Vec<Row>>, String>) {
        match rows {
            Ok(Some(rows)) => self.take(Msg::Listed(rows)),
            Ok(None) => {}
            Err(why) => {
                self.ahead.without_list = true;
                self.take(Msg::Failed(why));
            }
        }
        // Nobody waits for the look at the journals with what is there to be read.
        self.open_something();
        self.world.has_listed(&self.app.incidents);
    }

    fn show(&mut self, record: Record, why: Opening) {
        let id = record.address.id;
        let case = Box::new(self.world.show(&mut self.app, record));
        // Its row first, so that the list stands on it, and tells of it what was read just now.
        self.take(Msg::Relisted(vec![listed_incident(&case.incident)]));
        self.take(if why == Opening::Created { Msg::Created(case) } else { Msg::Opened(case) });
        let drafts = self.world.drafts_of(Some(id));
        if !drafts.is_empty() {
            self.take(Msg::Drafts(drafts));
        }
        let here = self.world.present(&self.app);
        self.take(Msg::Here(here));
        if let Some(line) = self.line_first.take() {
            let done = command_line::run(&mut self.app, &line);
            let effects = answered(&mut self.app, done);
            self.perform(effects);
        }
    }

    /// Looks at what the file system woke us for.
    fn look(&mut self, woke: &[PathBuf]) {
        let within = |path: &Path, folder: &str| path.iter().any(|part| part == folder);
        if woke.iter().any(|path| within(path, "journal"))
            && let Some(message) = self.world.catch_up(&mut self.app)
        {
            self.take(message);
        }
        if woke.iter().any(|path| within(path, "here")) {
            let here = self.world.present(&self.app);
            if here != self.app.here {
                self.take(Msg::Here(here));
            }
        }
        let index = |path: &&PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("index-"))
        };
        if let Some(path) = woke.iter().find(index) {
            self.world.index_changed(path, &self.app.incidents);
        } else if woke.iter().any(|path| within(path, "incidents") && !within(path, "journal")) {
            self.world.list(Look::Cached, &self.app.incidents);
        }
    }

    /// Takes a message and does what it asks for.
    pub fn take(&mut self, message: Msg) {
        self.stale = true;
        let welcoming = self.app.welcoming();
        let effects = update(&mut self.app, message);
        self.perform(effects);
        if welcoming {
            self.open_something();
        }
    }

    /// Gives the terminal back, then brings to the disk what still waits.
    pub fn end(mut self) -> Left {
        self.tick();
        self.take_the_last();
        let effects = settle(&mut self.app);
        self.perform(effects);
        self.world.leave_drill(&mut self.app);
        // A terminal that is gone cannot be given back.
        if self.clip.leave() {
            let _ = self.console.send(&cleared());
        }
        let _ = self.console.leave();
        self.world.end_hashing();
        while self.world.is_writing() {
            match self.arrivals.recv_timeout(Duration::from_secs(2)) {
                Ok(arrival) => self.arrive(arrival, &mut Vec::new()),
                Err(_) => break,
            }
        }
        let unsaved = self.world.flush(self.app.wall);
        self.world.seal_what_is_due();
        self.world.publish(&mut self.app);
        self.world.remember(&mut self.app, self.ending);
        let effects = settle(&mut self.app);
        self.perform(effects);
        let rescued = if unsaved > 0 { self.world.rescue() } else { Vec::new() };
        Left { unsaved, rescued }
    }
}

impl App {
    /// Whether the first start is still being asked about.
    pub fn welcoming(&self) -> bool {
        matches!(self.modals.first(), Some(Modal::Form(form)) if form.ask == Ask::Welcome)
    }
}
