//! Somebody who plays at the real screens in a real terminal, by keys. The exercise clock stands and is skipped
//! from act to act, so that every act lands on its own minute however busy the machine is.

use std::process::Command;
use std::time::Duration;

use portable_pty::CommandBuilder;
use serde_json::Value;

use super::script::{Act, key};
use crate::cli::{Home, run};
use crate::pty::Terminal;

/// The keys of a terminal.
const ENTER: &str = "\r";
const TAB: &str = "\t";

/// Somebody who plays at the screens.
pub(super) struct Player {
    pub(super) home: Home,
    /// `None` only while keys are pressed.
    screens: Option<Terminal>,
    /// The scenario with its key, which this player knows by heart.
    key: Value,
    /// Whether the exercise clock stands and is skipped from act to act, or runs.
    pub(super) clock: Pace,
}

/// How a player comes from one minute to the next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Skipped,
    Running,
}

/// The program at somebody's terminal.
pub(super) fn terminal(home: &Home, user: &str, args: &[&str]) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_casebook"));
    command.args(args);
    command.env_clear();
    home.variables().into_iter().for_each(|(name, value)| command.env(name, value));
    command.env("CASEBOOK_USER", user);
    Terminal::run(command)
}

impl Player {
    /// Opens the screens on a new store and starts a drill there; its clock stands at minute 0.
    pub(super) fn start(scenario: &str) -> Self {
        let home = Home::new();
        let screens = terminal(&home, "ana", &[]).until("No incident yet");
        let mut player = Self { home, screens: Some(screens), key: key(scenario), clock: Pace::Skipped };
        player.command(&format!("drill start {scenario} --profile plain"));
        player.shows("EXERCISE: ");
        player.press(ENTER);
        player.shows("EX-2026-0001");
        player.hold();
        player
    }

    /// `Z`: the clock stands.
    pub(super) fn hold(&mut self) {
        self.press("Z");
        self.shows("PAUSED");
    }

    /// `Z`: the clock goes on.
    pub(super) fn go_on(&mut self) {
        self.press("Z");
        self.shows("RUNS");
    }

    /// The process is killed; nothing it could do about it.
    pub(super) fn kill(&mut self) {
        let screens = self.screens.take().unwrap();
        screens.signal(rustix::process::Signal::KILL).end();
    }

    /// Opens the screens again.
    pub(super) fn reopen(&mut self) {
        self.screens = Some(terminal(&self.home, "ana", &[]).until("EX-2026-0001"));
    }

    /// Waits until the screen shows these words, no longer than that.
    pub(super) fn shows_within(&mut self, time: Duration, words: &str) {
        let like = |screen: &str| screen.contains(words);
        self.screens = self.screens.take().map(|screens| screens.within(time, words, like));
    }

    /// Waits until the clock shows a minute by itself, or has ended.
    pub(super) fn reaches(&mut self, wanted: u32) {
        let there = |screen: &str| minute(screen).map_or(screen.contains("ENDED"), |now| now >= wanted);
        self.waits(&format!("minute {wanted}"), there);
    }

    pub(super) fn press(&mut self, keys: &str) {
        self.screens = self.screens.take().map(|screens| screens.press(keys));
    }

    /// Waits until the screen shows these words.
    pub(super) fn shows(&mut self, words: &str) {
        self.screens = self.screens.take().map(|screens| screens.until(words));
    }

    fn waits(&mut self, what: &str, like: impl Fn(&str) -> bool) {
        self.screens = self.screens.take().map(|screens| screens.until_it(what, like));
    }

    pub(super) fn text(&self) -> String {
        self.screens.as_ref().unwrap().text()
    }

    /// Types a line on the `:` line and waits until it was done.
    pub(super) fn command(&mut self, line: &str) {
        let typed = format!(":{line}");
        self.press(&typed);
        self.waits(&typed, |screen| ends(screen, &typed));
        self.press(ENTER);
        self.waits(&format!("the end of {typed}"), |screen| !ends(screen, &typed));
    }

    /// The exercise minute in the frame.
    pub(super) fn minute(&self) -> u32 {
        minute(&self.text()).unwrap_or_else(|| panic!("no minute in the frame:\n{}", self.text()))
    }

    /// Skips to an exercise minute; what falls due on the way comes at its own.
    pub(super) fn to(&mut self, wanted: u32) {
        if self.clock == Pace::Running {
            return self.reaches(wanted);
        }
        while self.minute() < wanted {
            let before = self.minute();
            self.command(&format!("drill skip --to {wanted}"));
            self.waits("a later minute", |screen| minute(screen).is_none_or(|now| now > before));
            if minute(&self.text()).is_none() {
                return;
            }
        }
    }

    /// One act, by keys where a player would take them.
    pub(super) fn act(&mut self, act: &Act) {
        self.to(act.minute);
        let words: Vec<&str> = act.line.split_whitespace().collect();
        match words[..] {
            ["drill", "status"] => {}
            ["ack"] => self.own(),
            ["drill", "reply", message, option] => self.reply(message, option),
            ["drill", "hint"] => self.hint(),
            ["log", ..] if !act.line.contains(" --") => {
                self.note(act.line["log".len()..].trim().trim_matches('"'))
            }
            ["phase", to, ..] if act.line.contains("--category") && !act.line.contains("--accept") => {
                self.back(to, quoted(&act.line, "--reason"));
            }
            _ => self.command(&act.line),
        }
    }

    /// `0` leads to who waits, the number of the answer says what, Enter says it.
    fn reply(&mut self, message: &str, option: &str) {
        let inject = self.inject(message);
        let replies = inject["replies"].as_array().unwrap();
        let at = replies.iter().position(|reply| reply["id"] == option).unwrap() + 1;
        // An address is shown so that nobody can follow it by accident.
        let from = inject["from"].as_str().unwrap().split('@').next().unwrap().to_owned();
        self.press("0");
        let row = |line: &str| line.starts_with('▌') && line.contains(&from) && line.contains("ANSWER");
        self.waits(&format!("the message of {from}"), |screen| screen.lines().any(row));
        self.press(&at.to_string());
        self.press(ENTER);
        self.shows("; it stands.");
        self.board();
    }

    /// `b`, its price, Enter.
    fn hint(&mut self) {
        self.press("0");
        self.shows("b hint");
        self.press("b");
        self.shows("It costs");
        self.press(ENTER);
        self.shows("hint (");
        self.board();
    }

    /// `1`: what is typed next is no burst with it.
    fn board(&mut self) {
        self.press("1");
        self.shows("Activity, newest first");
    }

    /// `n`, the words, Enter.
    fn note(&mut self, words: &str) {
        self.press(&format!("n{words}"));
        self.shows("Enter saves");
        self.press(ENTER);
        self.waits("the end of the note", |screen| !screen.contains("Enter saves"));
    }

    /// `x` on the row of the checklist that takes ownership.
    fn own(&mut self) {
        let at = |task: &'static str| {
            move |screen: &str| screen.lines().any(|line| line.starts_with('▌') && line.contains(task))
        };
        self.press("1");
        self.press("g");
        self.waits("the first task", at("Record first signal"));
        self.press("j");
        self.waits("the next task", at("Take ownership"));
        self.press("x");
        self.shows("✓ Take ownership");
    }

    /// `p`, the phase, what was learned, Enter.
    fn back(&mut self, to: &str, reason: &str) {
        let digit = match to {
            "detection" => "2",
            "analysis" => "3",
            "containment" => "4",
            other => panic!("nobody goes back to {other}"),
        };
        let open = |screen: &str| screen.contains("─ Phase of EX-");
        let asks = |screen: &str| screen.contains("This way asks for an approval");
        self.press("p");
        self.waits("the dialog", open);
        self.press(digit);
        self.press(TAB);
        self.press(reason);
        self.press(ENTER);
        self.waits("the end of the dialog", |screen| !open(screen) || asks(screen));
        if asks(&self.text()) {
            self.press("ana/incident-lead");
            self.press(ENTER);
            self.waits("the end of the dialog", |screen| !open(screen));
        }
    }

    fn inject(&self, id: &str) -> &Value {
        self.key["injects"].as_array().unwrap().iter().find(|inject| inject["id"] == id).unwrap()
    }

    /// ENDEX: the debrief is read on the screens, which are left; and again as a document.
    pub(super) fn debrief(mut self) -> Value {
        self.shows("ENDED");
        self.command("drill status");
        self.shows("b debrief");
        self.press("b");
        self.shows("debrief of EX-2026-0001");
        self.press("q");
        self.waits("the pane", |screen| !screen.contains("debrief of EX-2026-0001"));
        self.press("q");
        let (code, screen) = self.screens.take().unwrap().end();
        assert_eq!(code, 0, "{}", screen.screen().contents());
        let answer = run(self.shell("drill debrief --json"));
        assert_eq!(answer.code, 0, "{}", answer.err);
        serde_json::from_str(&answer.out).unwrap()
    }

    /// A shell beside the screens, with the clock of the wall.
    pub(super) fn shell(&self, line: &str) -> Command {
        let mut command = self.home.words(line);
        command.env_remove("CASEBOOK_NOW");
        command
    }
}

/// Whether these words stand lowest on the screen, wherever they are cut into rows.
fn ends(screen: &str, words: &str) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    squeezed(screen).ends_with(&squeezed(words))
}

/// The exercise minute a frame shows; `None`: it has ended, or there is no frame.
fn minute(screen: &str) -> Option<u32> {
    let (_, after) = screen.split_once(" minute ")?;
    after.split_whitespace().next()?.parse().ok()
}

/// The words of an option that stand in quotes.
fn quoted<'a>(line: &'a str, option: &str) -> &'a str {
    let (_, after) = line.split_once(&format!("{option} \"")).unwrap();
    after.split('"').next().unwrap()
}
