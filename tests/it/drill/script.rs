//! A play as it is written down, and the same play typed into the shell.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use crate::cli::{Answer, Home, run};

/// STARTEX of every play, on the wall.
const STARTEX: &str = "2026-11-22T10:00:00Z";

/// One line of a play.
#[derive(Clone, Debug)]
pub(super) struct Act {
    /// Exercise minute.
    pub(super) minute: u32,
    /// What is typed after `casebook`.
    pub(super) line: String,
}

/// A play of a scenario that ships.
pub(super) struct Script {
    pub(super) scenario: String,
    pub(super) acts: Vec<Act>,
}

impl Script {
    /// `tests/plays/SCENARIO/NAME.play`.
    pub(super) fn read(scenario: &str, name: &str) -> Self {
        let path = root().join("tests/plays").join(scenario).join(name).with_extension("play");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let acts: Vec<Act> =
            lines.map(|line| act(line).unwrap_or_else(|| panic!("{path:?}: {line}"))).collect();
        assert!(acts.is_sorted_by_key(|act| act.minute), "{path:?} goes back in time");
        Self { scenario: scenario.to_owned(), acts }
    }
}

fn act(line: &str) -> Option<Act> {
    let (minute, line) = line.split_once(char::is_whitespace)?;
    Some(Act { minute: minute.parse().ok()?, line: line.trim_start().to_owned() })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The scenario that ships, as it stands in its file: the key to it.
pub(super) fn key(scenario: &str) -> Value {
    let path = root().join("assets/scenarios").join(Path::new(scenario).with_extension("json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A drill that is played at a shell, every line at its own moment.
pub(super) struct Played {
    pub(super) home: Home,
    start: DateTime<Utc>,
    /// Exercise minutes in a real one.
    ratio: i64,
    /// The moment of the last line.
    pub(super) minute: u32,
}

impl Played {
    /// STARTEX.
    pub(super) fn start(scenario: &str) -> Self {
        let ratio = key(scenario)["clock"]["ratio"].as_i64().unwrap();
        let played = Self { home: Home::new(), start: STARTEX.parse().unwrap(), ratio, minute: 0 };
        let answer = played.say(0, &format!("drill start {scenario}"));
        assert_eq!(answer.code, 0, "{}", answer.err);
        assert_eq!(answer.out, "EX-2026-0001\n");
        played
    }

    /// The whole of it.
    pub(super) fn whole(script: &Script) -> Self {
        let mut played = Self::start(&script.scenario);
        script.acts.iter().for_each(|act| played.act(act));
        played
    }

    /// One act, which must be done.
    pub(super) fn act(&mut self, act: &Act) {
        self.minute = act.minute;
        let answer = self.say(act.minute, &act.line);
        assert_eq!(answer.code, 0, "minute {}: {}\n{}{}", act.minute, act.line, answer.out, answer.err);
    }

    /// A line typed at an exercise minute.
    pub(super) fn say(&self, minute: u32, line: &str) -> Answer {
        let mut command = self.home.words(line);
        command.env("CASEBOOK_NOW", self.moment(minute));
        run(command)
    }

    /// Several lines in one session at an exercise minute, as many as the incident takes.
    pub(super) fn speak(&mut self, minute: u32, lines: &[String]) -> String {
        self.minute = minute;
        let mut command = self.home.words("--speak");
        command.env("CASEBOOK_NOW", self.moment(minute)).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    }

    /// The wall at an exercise minute.
    fn moment(&self, minute: u32) -> String {
        let passed = TimeDelta::milliseconds(i64::from(minute) * 60_000 / self.ratio);
        (self.start + passed).to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// The document a line answers with, asked a minute after the last act.
    pub(super) fn json(&self, line: &str) -> Value {
        let answer = self.say(self.minute + 1, &format!("{line} --json"));
        assert_eq!(answer.code, 0, "{line}: {}", answer.err);
        serde_json::from_str(&answer.out).unwrap()
    }

    pub(super) fn debrief(&self) -> Value {
        self.json("drill debrief")
    }
}
