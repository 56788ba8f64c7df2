//! The real program in a real terminal: start, work, quit, and every way of being stopped.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use casebook::tui::app::{App, Me};
use casebook::tui::console::{Console, Tty};
use casebook::tui::view;
use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};
use tempfile::TempDir;

/// Long enough for a busy machine; a test that works never waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A home of one's own.
fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn cells(n: u16) -> std::num::NonZero<u16> {
    std::num::NonZero::new(n).unwrap()
}

/// A program in a terminal of 80 columns and 24 rows.
pub(crate) struct Terminal {
    pub(crate) screen: vt100::Parser,
    /// What was written, byte for byte, where a test asks for it.
    raw: Option<Vec<u8>>,
    bytes: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn run(mut command: CommandBuilder) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = NativePtySystem::default().openpty(size).unwrap();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (to, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if to.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let screen = vt100::Parser::new(cells(24), cells(80), 0);
        Self { screen, raw: None, bytes, keys, child, _master: pair.master }
    }

    /// casebook, at home.
    fn casebook(home: &TempDir, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_casebook"));
        command.args(args);
        command.env_clear();
        command.env("HOME", home.path());
        command.env("CASEBOOK_USER", "ana");
        Self::run(command)
    }

    /// Waits until the screen shows these words.
    pub(crate) fn until(self, words: &str) -> Self {
        self.until_it(&format!("{words:?}"), |screen| screen.contains(words))
    }

    /// Waits until the text on the screen is like this.
    pub(crate) fn until_it(self, what: &str, like: impl Fn(&str) -> bool) -> Self {
        self.within(PATIENCE, what, like)
    }

    /// Waits until the text on the screen is like this, no longer than that.
    pub(crate) fn within(mut self, time: Duration, what: &str, like: impl Fn(&str) -> bool) -> Self {
        let end = Instant::now() + time;
        while !like(&self.text()) {
            match self.bytes.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.raw.iter_mut().for_each(|raw| raw.extend(&bytes));
                }
                Err(error) => panic!("{what} never came ({error}):\n{}", self.text()),
            }
        }
        self
    }

    /// The text on the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    pub(crate) fn press(mut self, keys: &str) -> Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    pub(crate) fn signal(self, name: rustix::process::Signal) -> Self {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), name).unwrap();
        self
    }

    /// Waits for the end; the exit code, and the terminal as it was left.
    pub(crate) fn end(mut self) -> (u32, vt100::Parser) {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.bytes.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it never ended:\n{}", self.screen.screen().contents())
                }
            }
        }
        (self.child.wait().unwrap().exit_code(), self.screen)
    }
}

/// The terminal is as a shell wants to find it.
fn given_back(screen: &vt100::Parser) {
    let screen = screen.screen();
    assert!(!screen.alternate_screen(), "it still shows the screens");
    assert!(!screen.hide_cursor(), "the cursor is hidden");
    assert!(!screen.bracketed_paste(), "pastes still come with brackets");
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is still caught");
}

/// An incident that is open on the screens.
fn incident(home: &TempDir) -> Terminal {
    let screens = Terminal::casebook(home, &[]).until("No incident yet");
    screens.press("aRansomware on the file servers").until("servers").press("\r").until("INC-")
}

#[test]
fn a_person_starts_works_and_quits() {
    let home = home();
    let screens = incident(&home).until("Record first signal");
    let screens = screens.press("nshares of FS02 gone").until("Enter").press("\r").until("saved");
    let (code, screen) = screens.press("q").end();
    assert_eq!(code, 0);
    given_back(&screen);
    let (code, screen) = Terminal::casebook(&home, &["activity"]).end();
    assert_eq!(code, 0);
    assert!(screen.screen().contents().contains("shares of FS02 gone"), "{}", screen.screen().contents());
}

#[test]
fn sigterm_and_sighup_give_the_terminal_back_and_keep_the_words() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP] {
        let home = home();
        let screens = incident(&home).press("nhalf a thought").until("half a thought");
        let (code, screen) = screens.signal(signal).end();
        assert_eq!(code, 0, "{signal:?}");
        given_back(&screen);
        let screens = Terminal::casebook(&home, &[]).until("Found what you were typing");
        screens.press("0").until("half a thought").press("\r").until("saved").press("q").end();
    }
}

#[test]
fn a_process_killed_while_typing_loses_no_word() {
    let home = home();
    let screens = incident(&home).press("nnobody has saved this").until("nobody has saved this");
    screens.signal(rustix::process::Signal::KILL).end();
    let screens = Terminal::casebook(&home, &[]).until("Found what you were typing");
    let screens = screens.press("0").until("nobody has saved this").press("\r").until("saved");
    let (code, _) = screens.press("q").end();
    assert_eq!(code, 0);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    const CHILD: &str = "CASEBOOK_TEST_PANICS";
    if std::env::var_os(CHILD).is_some() {
        let mut tty = Tty::take(true).unwrap();
        let me = Me { name: "ana".to_owned(), role: None };
        let app = App::new(me, "2026-11-21T14:06:00Z".parse().unwrap(), [0; 32]);
        tty.draw(&mut |frame| view::draw(&app, frame)).unwrap();
        panic!("a mistake of ours");
    }
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "pty::a_panic_gives_the_terminal_back_before_it_speaks", "--nocapture"]);
    command.env(CHILD, "1");
    command.env("RUST_BACKTRACE", "0");
    let (code, screen) = Terminal::run(command).end();
    assert_ne!(code, 0);
    given_back(&screen);
    assert!(screen.screen().contents().contains("a mistake of ours"), "{}", screen.screen().contents());
}

#[test]
fn the_demo_opens_and_leaves_nothing_behind() {
    let home = home();
    let screens = Terminal::casebook(&home, &["demo"]).until("DEMO").until("Ransomware");
    let (code, screen) = screens.press("q").end();
    assert_eq!(code, 0);
    given_back(&screen);
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn speak_mode_writes_no_escape_sequence_and_no_frame() {
    let home = home();
    let mut spoken = Terminal::casebook(&home, &["--speak"]);
    spoken.raw = Some(Vec::new());
    let spoken = spoken.until("casebook> ").press("new Ransomware on the file servers\n").until("INC-2026");
    let spoken =
        spoken.press("log can't reach FS01\n").until("saved").press("help\n").until("quit: the end.");
    let spoken = spoken.press("help task done\n").until("more tells them").press("more\n");
    let spoken = spoken.press("lgo\n").until("Did you mean").press("follow\n").until("Enter ends it");
    let mut spoken = spoken.press("\n").until("No longer following").press("quit\n");
    let raw = spoken.raw.take().unwrap();
    let text = String::from_utf8_lossy(&raw).into_owned();
    let (code, _) = spoken.end();
    assert_eq!(code, 0);
    assert!(!raw.contains(&0x1b), "{text}");
    assert!(!text.contains(['\u{2502}', '\u{2500}', '\u{8}']), "{text}");
    // Carriage returns are the terminal's own, before each line's end.
    assert!(!text.replace("\r\n", "\n").contains('\r'), "{text}");
}

#[test]
fn ten_columns_and_three_rows_are_enough_to_start_and_quit() {
    let home = home();
    let screens = Terminal::casebook(&home, &[]).until("No incident yet");
    let size = PtySize { rows: 3, cols: 10, pixel_width: 0, pixel_height: 0 };
    screens._master.resize(size).unwrap();
    let (code, screen) = screens.press("q").end();
    assert_eq!(code, 0);
    given_back(&screen);
}

#[test]
fn a_file_is_taken_in_only_after_a_yes() {
    for (answer, taken) in [("y\r", true), ("Yes\r", true), ("n\r", false), ("\r", false), ("\u{4}", false)] {
        let home = home();
        std::fs::write(home.path().join("t.csv"), "datetime,message\n2026-11-21T13:00:00Z,backup failed\n")
            .unwrap();
        let file = home.path().join("t.csv").display().to_string();
        let (code, _) = Terminal::casebook(&home, &["new", "Ransomware"]).end();
        assert_eq!(code, 0);
        let asked = Terminal::casebook(&home, &["import", "csv", &file]).until("Record it? [y/N]");
        let (code, screen) = asked.press(answer).end();
        let text = screen.screen().contents();
        assert_eq!((code, text.contains("Nothing was recorded.")), (0, !taken), "{answer:?}: {text}");
        let (_, screen) = Terminal::casebook(&home, &["activity"]).end();
        assert_eq!(screen.screen().contents().contains("backup failed"), taken, "{answer:?}");
    }
}

#[test]
fn words_go_for_good_only_after_a_yes() {
    for (answer, gone) in [("y\r", true), ("n\r", false), ("\r", false), ("\u{4}", false)] {
        let home = home();
        for line in [&["new", "Ransomware"][..], &["log", "the password is hunter2"]] {
            assert_eq!(Terminal::casebook(&home, line).end().0, 0);
        }
        let line = ["expunge", "hunter2", "--reason", "a password", "--with", "Bo/legal"];
        let (code, screen) = Terminal::casebook(&home, &line).until("Expunge? [y/N]").press(answer).end();
        let text = screen.screen().contents();
        assert_eq!((code, text.contains("Nothing was expunged.")), (0, !gone), "{answer:?}: {text}");
        assert!(text.contains("1 line would be gone for good, for you and Bo/legal."), "{text}");
        let (_, screen) = Terminal::casebook(&home, &["activity"]).end();
        assert_eq!(screen.screen().contents().contains("hunter2"), !gone, "{answer:?}");
    }
}

/// casebook at home, as one of two people on it.
fn as_somebody(home: &TempDir, name: &str) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_casebook"));
    command.env_clear();
    command.env("HOME", home.path());
    command.env("CASEBOOK_USER", name);
    Terminal::run(command)
}

/// How many entries of the log in sight tell of a tick by this person.
fn ticks_by(name: &str, screen: &str) -> usize {
    let tick =
        |line: &&str| line.contains(&format!(" {name} ")) && line.contains(" task ") && line.contains('✓');
    let entry = |line: &&str| line.trim_start_matches(['▌', ' ']).starts_with(|c: char| c.is_ascii_digit());
    screen.lines().filter(entry).filter(tick).count()
}

#[test]
fn two_people_at_two_terminals_see_each_others_ticks_within_a_second() {
    let home = home();
    let (code, _) = Terminal::casebook(&home, &["new", "Ransomware"]).end();
    assert_eq!(code, 0);
    let mut ana = as_somebody(&home, "ana").until("Take ownership");
    let mut bo = as_somebody(&home, "bo").until("Take ownership");
    ana = ana.until("here: *ana bo");
    let mut late = Vec::new();
    // Rows that are no acts of their own: the last, two above it, and the one above that.
    for (who, keys, tick) in [("ana", "Gx", 1), ("bo", "Gkkx", 1), ("ana", "kkkx", 2)] {
        let seen = |screen: &str| ticks_by(who, screen) >= tick;
        if who == "ana" {
            ana = ana.press(keys);
        } else {
            bo = bo.press(keys);
        }
        let pressed = Instant::now();
        (ana, bo) = match who {
            "ana" => (ana, bo.until_it("a tick of ana", seen)),
            _ => (ana.until_it("a tick of bo", seen), bo),
        };
        late.push(pressed.elapsed());
    }
    late.sort();
    // A machine that is busy with something else may hold one of them up.
    assert!(late[1] <= Duration::from_secs(1), "{late:?}");
    assert_eq!((ana.press("q").end().0, bo.press("q").end().0), (0, 0));
}

#[test]
fn leaving_takes_what_was_copied_off_the_clipboard_and_hears_of_windows_no_more() {
    let home = home();
    let mut screens = incident(&home);
    screens.raw = Some(Vec::new());
    let mut screens = screens.press("y").until("Sent to the terminal").press("q");
    while let Ok(bytes) = screens.bytes.recv_timeout(PATIENCE) {
        screens.raw.iter_mut().for_each(|raw| raw.extend(&bytes));
    }
    let raw = screens.raw.take().unwrap();
    let place = |wanted: &[u8]| raw.windows(wanted.len()).rposition(|bytes| bytes == wanted);
    let cleared = place(&casebook::store::outgoing::cleared());
    assert!(cleared.is_some() && cleared < place(b"\x1b[?1004l"), "{}", String::from_utf8_lossy(&raw));
}

#[test]
fn a_sitrep_that_was_copied_by_a_line_says_that_nothing_takes_it_off_again() {
    let home = home();
    assert_eq!(Terminal::casebook(&home, &["new", "Lost stick"]).end().0, 0);
    let said = Terminal::casebook(&home, &["sitrep", "--copy"]);
    let said = said.until("Sent to the terminal").until("Copy something else over it then");
    assert_eq!(said.end().0, 0);
}
