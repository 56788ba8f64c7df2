//! Keys in, screen out: the production loop on a picture in memory, over a real store in a folder of its own.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use casebook::model::notice::duties::Duties;
use casebook::model::playbook::Playbooks;
use casebook::model::time::Zone;
use casebook::store::{Host, Series, Setup as StoreSetup, Store};
use casebook::tui::app::{Banner, Me};
use casebook::tui::console::Console;
use casebook::tui::run::{Session, Setup};
use casebook::tui::theme::Theme;
use casebook::tui::world::Arrival;
use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::backend::TestBackend;
use ratatui::{Frame, Terminal};

/// A terminal in memory.
pub(crate) struct Memory {
    pub(crate) terminal: Terminal<TestBackend>,
    /// How many pictures were drawn.
    pub(crate) pictures: usize,
    /// What was sent beside pictures.
    pub(crate) sent: Vec<u8>,
}

impl Console for Memory {
    fn draw(&mut self, picture: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()> {
        self.pictures += 1;
        self.terminal.draw(|frame| picture(frame)).map(|_| ()).map_err(|error| match error {})
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.clear().map_err(|error| match error {})
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sent.extend_from_slice(bytes);
        Ok(())
    }

    fn mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn leave(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn enter(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A place on disk where several people can sit.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    seats: Cell<u32>,
    pub(crate) now: Rc<Cell<DateTime<Utc>>>,
}

/// What pictures show in the place of a head code.
pub(crate) const HEAD: &str = "7f3a-91c2-08de-b5a4";

/// Saturday, 21 November 2026, 14:06 UTC.
pub(crate) fn afternoon() -> DateTime<Utc> {
    "2026-11-21T14:06:00Z".parse().unwrap()
}

impl Place {
    pub(crate) fn new() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { dir: dir.unwrap(), seats: Cell::new(0), now: Rc::new(Cell::new(afternoon())) }
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// The store, as one more process opens it.
    pub(crate) fn store(&self) -> Store {
        Store::open(self.store_setup())
    }

    pub(crate) fn store_setup(&self) -> StoreSetup {
        self.seats.set(self.seats.get() + 1);
        let [host, user, version, machine] = ["here", "ana", "test", "m"].map(str::to_owned);
        StoreSetup {
            root: self.dir.path().join("store"),
            state: Some(self.dir.path().join("state")),
            host: Host { host, user, version, machine },
            seed: self.seed(),
        }
    }

    /// Another one for every seat.
    fn seed(&self) -> [u8; 32] {
        let [low, rest @ ..] = self.seats.get().to_le_bytes();
        let mut seed = [low; 32];
        seed.iter_mut().zip(rest).for_each(|(byte, more)| *byte ^= more);
        seed
    }

    /// Somebody opens the screens.
    pub(crate) fn sit(&self, name: &str) -> Story {
        self.sit_at(name, (100, 30))
    }

    pub(crate) fn sit_at(&self, name: &str, size: (u16, u16)) -> Story {
        self.open(name, size, |_| {})
    }

    pub(crate) fn open(&self, name: &str, size: (u16, u16), change: impl FnOnce(&mut Setup)) -> Story {
        self.begin(name, size, change).settled()
    }

    /// The screens in their first moment: nothing was read yet.
    pub(crate) fn begin(&self, name: &str, size: (u16, u16), change: impl FnOnce(&mut Setup)) -> Story {
        let now = Rc::clone(&self.now);
        let store = self.store();
        let mut setup = Setup {
            store,
            settings: None,
            me: Me { name: name.to_owned(), role: Some("incident-lead".to_owned()) },
            banner: Banner::Real,
            theme: Theme::default(),
            series: Series::Inc,
            playbooks: Playbooks::default(),
            duties: Duties::default(),
            zone: None,
            here_zone: Some(Zone::parse("Europe/Berlin").unwrap()),
            open: None,
            begin: None,
            welcome: false,
            clock: Box::new(move || now.get()),
            now_set: true,
            seed: self.seed(),
            scenarios: casebook::drill::scenario::Library::default(),
            demo: None,
        };
        change(&mut setup);
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        let (to, arrivals) = channel();
        let console = Memory { terminal, pictures: 0, sent: Vec::new() };
        let mut session = Session::new(setup, console, (to.clone(), arrivals));
        session.app.size = size;
        Story { session, to, now: Rc::clone(&self.now) }
    }
}

/// Somebody alone at a new, empty place.
pub(crate) fn session() -> (Place, Story) {
    let place = Place::new();
    let story = place.sit("ana");
    (place, story)
}

/// Somebody with an incident open.
pub(crate) fn incident() -> (Place, Story) {
    let (place, story) = session();
    (place, story.press("aRansomware on the file servers<enter>"))
}

/// Screens being used.
pub(crate) struct Story {
    pub(crate) session: Session<Memory>,
    to: Sender<Arrival>,
    now: Rc<Cell<DateTime<Utc>>>,
}

impl Story {
    /// Waits until nothing is under way any more, and draws.
    pub(crate) fn settled(mut self) -> Self {
        self.settle();
        self
    }

    fn settle(&mut self) {
        self.session.wait(Some(Duration::ZERO));
        while self.session.busy() {
            self.session.wait(Some(Duration::from_secs(60)));
        }
        self.session.draw().unwrap();
    }

    /// Waits until the screen shows something that comes from outside.
    pub(crate) fn until(mut self, words: &str) -> Self {
        for _ in 0..100 {
            if self.state().contains(words) {
                return self;
            }
            self.session.wait(Some(Duration::from_millis(100)));
            self.session.draw().unwrap();
        }
        panic!("{words:?} never came:\n{}", self.state());
    }

    /// Presses keys: letters, and names in angle brackets such as `<enter>`, `<c-p>`, `<s-tab>`.
    pub(crate) fn press(mut self, keys: &str) -> Self {
        for key in parse(keys) {
            self.to.send(Arrival::Input(vec![Event::Key(key)])).unwrap();
            self.settle();
        }
        self
    }

    /// Presses keys and waits for nothing that they began.
    pub(crate) fn cut_off(mut self, keys: &str) -> Self {
        let keys = parse(keys).into_iter().map(Event::Key).collect();
        self.to.send(Arrival::Input(keys)).unwrap();
        self.session.wait(Some(Duration::ZERO));
        self
    }

    /// Presses one key after the other, faster than anything is read.
    pub(crate) fn type_ahead(mut self, keys: &str) -> Self {
        for key in parse(keys) {
            self.to.send(Arrival::Input(vec![Event::Key(key)])).unwrap();
        }
        self.session.wait(Some(Duration::ZERO));
        self
    }

    /// Sends what one read of the terminal brings.
    pub(crate) fn read(mut self, batch: Vec<Event>) -> Self {
        self.to.send(Arrival::Input(batch)).unwrap();
        self.settle();
        self
    }

    /// Characters that come in one read, as a paste without brackets does.
    pub(crate) fn pasted_raw(self, text: &str) -> Self {
        let key = |c| match c {
            '\n' => KeyEvent::from(KeyCode::Enter),
            c => KeyEvent::from(KeyCode::Char(c)),
        };
        self.read(text.chars().map(|c| Event::Key(key(c))).collect())
    }

    pub(crate) fn click(self, column: u16, row: u16) -> Self {
        let kind = MouseEventKind::Down(MouseButton::Left);
        self.read(vec![Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })])
    }

    /// Lets time pass.
    pub(crate) fn later(self, minutes: i64) -> Self {
        self.now.set(self.now.get() + TimeDelta::minutes(minutes));
        self
    }

    /// Something comes from outside.
    pub(crate) fn meets(mut self, arrival: Arrival) -> Self {
        self.to.send(arrival).unwrap();
        self.settle();
        self
    }

    /// Ends as the loop does: what waits is written.
    pub(crate) fn leave(self) -> casebook::tui::run::Left {
        self.session.end()
    }

    /// The terminal goes away under the screens.
    pub(crate) fn hang_up(mut self) -> casebook::tui::run::Left {
        self.to.send(Arrival::Gone).unwrap();
        self.session.wait(Some(Duration::ZERO));
        self.session.end()
    }

    /// The screen as lines of text, without blanks at the end.
    pub(crate) fn screen(&self) -> String {
        let buffer = self.session.console.terminal.backend().buffer();
        let lines = (0..buffer.area.height).map(|y| {
            let line: String = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
            line.trim_end().to_owned()
        });
        let screen = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
        match &self.session.app.case {
            // The head of a record depends on its ids, which hang on every byte: pictures show this one instead.
            Some(case) => screen.replace(&case.shown().root.head_code().to_string(), HEAD),
            None => screen,
        }
    }

    /// The state as plain lines, whatever the screens look like.
    pub(crate) fn state(&self) -> String {
        super::plain::lines(&self.session.app).join("\n")
    }

    /// The texts of the log, oldest first.
    pub(crate) fn log(&self) -> Vec<String> {
        let case = self.session.app.case.as_ref().unwrap();
        case.incident.entries.iter().map(|e| format!("{} {}", e.kind.word(), e.shown())).collect()
    }

    /// What the screen answered to the last key.
    pub(crate) fn said(&self) -> String {
        let said = self.session.app.said.as_ref();
        said.map_or(String::new(), |said| {
            format!("{} {}", said.text, said.hint.as_deref().unwrap_or_default())
        })
    }

    /// The incident as somebody else reads it from the disk.
    pub(crate) fn on_disk(&self, place: &Place) -> casebook::incident::Incident {
        let number = self.session.app.incident().unwrap().number.clone();
        let store = place.store();
        let address = store.locate(&number, 2026).unwrap();
        store.read(&address).unwrap().incident
    }
}

fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut out = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|after| after.split_once('>'));
        let key = named.and_then(|(name, after)| Some((special(name)?, after)));
        let (key, after) = key.unwrap_or((KeyEvent::from(KeyCode::Char(c)), &rest[c.len_utf8()..]));
        out.push(key);
        rest = after;
    }
    out
}

fn special(name: &str) -> Option<KeyEvent> {
    if let Some(letter) = name.strip_prefix("c-") {
        return Some(KeyEvent::new(KeyCode::Char(letter.chars().next()?), KeyModifiers::CONTROL));
    }
    if let Some(letter) = name.strip_prefix("a-") {
        let code = if letter == "enter" { KeyCode::Enter } else { KeyCode::Char(letter.chars().next()?) };
        return Some(KeyEvent::new(code, KeyModifiers::ALT));
    }
    Some(KeyEvent::from(match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "s-tab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "lt" => KeyCode::Char('<'),
        "bs" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pgdn" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        _ => return None,
    }))
}
