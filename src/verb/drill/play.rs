//! `drill start` and everything a player or a facilitator does until the debrief.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::super::report::Form;
use crate::model::drill::Profile;
use crate::model::refusal::Refusal;

/// What is asked of a drill that is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Playing {
    Start {
        /// The scenario: its id, the beginning of it, or its title.
        scenario: String,
        /// Exercise minutes in a real one.
        ratio: Option<u32>,
        profile: Profile,
        facilitated: bool,
    },
    /// Where it stands; or one message, whole.
    Status {
        message: Option<String>,
    },
    Reply {
        message: String,
        choice: String,
    },
    /// The letters as they were typed.
    Answer {
        question: String,
        picks: Vec<String>,
    },
    Hint,
    Pause,
    Resume,
    /// Exercise minutes in a real one.
    Pace(u32),
    /// To this exercise minute at most; `None`: to the next message.
    Skip {
        to: Option<u32>,
    },
    End,
    Debrief {
        /// `None`: as the ending of the file says, else Markdown.
        format: Option<Form>,
        output: Option<PathBuf>,
    },
    Compare,
    Control(Controlling),
}

/// What a facilitator does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controlling {
    /// The list of events with their state.
    List,
    Send(String),
    Withhold {
        message: String,
        reason: Option<String>,
    },
    /// Exercise minutes.
    Postpone(u32),
    /// Hidden from the players until the debrief.
    Note {
        text: String,
        about: Option<String>,
        mark: Option<Mark>,
    },
    /// A message of the facilitator's own.
    Say {
        from: String,
        channel: Option<String>,
        text: String,
    },
}

/// An observer's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mark {
    /// Worth keeping
    Good,
    /// Worth watching
    Watch,
    /// Worth mending
    Issue,
}

impl Mark {
    /// The word on disk.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Good => "good",
            Mark::Watch => "watch",
            Mark::Issue => "issue",
        }
    }
}

#[derive(Subcommand)]
pub(super) enum Play {
    /// Start a drill; prints its number
    Start(Start),
    /// Where it stands: the clock, messages, what waits for you; or one message, whole
    Status(Status),
    /// Answer a message; the first answer stands
    Reply(Reply),
    /// Answer a question of the scenario; until the end another answer may take its place
    Answer(Answer),
    /// Take a hint; the price is named
    Hint,
    /// Stop the exercise clock
    Pause,
    /// Let the exercise clock go on
    Resume,
    /// Another pace: exercise minutes in a real one
    Pace(Pace),
    /// On to the next message
    Skip(Skip),
    /// End the drill now
    End,
    /// How it went, and what really happened
    Debrief(Tell),
    /// This run against earlier ones of the same scenario
    Compare,
    /// For a facilitator: the list of events; send, withhold, postpone, note, say
    Control(Control),
}

#[derive(Args)]
pub(super) struct Start {
    /// Which scenario; casebook drill list names them
    #[arg(value_name = "SCENARIO", required = true)]
    scenario: Vec<String>,
    /// Exercise minutes in a real one; else as the scenario says
    #[arg(long, value_name = "N", value_parser = pace)]
    ratio: Option<u32>,
    /// How much help: coached, plain, strict
    #[arg(long, value_name = "WORD", default_value = "coached", value_parser = profile)]
    profile: Profile,
    /// A facilitator leads it from another terminal
    #[arg(long)]
    facilitated: bool,
}

/// `x5` is `5`, as screens write it.
fn pace(word: &str) -> Result<u32, String> {
    word.trim().trim_start_matches(['x', 'X', '×']).parse().map_err(|_| "type a number, such as 5".to_owned())
}

fn profile(word: &str) -> Result<Profile, String> {
    let known = Profile::ALL.into_iter().find(|profile| profile.word().eq_ignore_ascii_case(word));
    known.ok_or_else(|| "type coached, plain or strict".to_owned())
}

#[derive(Args)]
pub(super) struct Status {
    /// One message: I4, or 4
    #[arg(value_name = "MESSAGE")]
    message: Option<String>,
}

#[derive(Args)]
pub(super) struct Reply {
    /// Which message: I4, or 4
    #[arg(value_name = "MESSAGE")]
    message: String,
    /// The letter or number of the answer
    #[arg(value_name = "CHOICE")]
    choice: String,
}

#[derive(Args)]
pub(super) struct Answer {
    /// Which question: Q1, or 1
    #[arg(value_name = "QUESTION")]
    question: String,
    /// Letters, in order where the order counts: a c, or ac
    #[arg(value_name = "LETTER", required = true)]
    picks: Vec<String>,
}

#[derive(Args)]
pub(super) struct Pace {
    /// Exercise minutes in a real one: 5, or x5
    #[arg(value_name = "N", value_parser = pace)]
    ratio: u32,
}

#[derive(Args)]
pub(super) struct Skip {
    /// No further than this exercise minute
    #[arg(long, value_name = "MINUTE")]
    to: Option<u32>,
}

#[derive(Args)]
pub(super) struct Tell {
    /// Markdown, a page, or JSON: md, html, json; else as the ending of FILE says
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    format: Option<Form>,
    /// Into this file; EXERCISE- is put before its name, unless it says so
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Control {
    #[command(subcommand)]
    what: Option<Led>,
}

#[derive(Subcommand)]
enum Led {
    /// The list of events with their state
    List,
    /// Send a message now
    Send(One),
    /// Keep a message from the players
    Withhold(Keep),
    /// Everything that has not come yet comes later; the spacing stays
    Postpone(Later),
    /// A note for the debrief; players do not see it before
    Note(Hidden),
    /// A message of your own
    Say(Own),
}

#[derive(Args)]
struct One {
    /// Which message: I4, or 4
    #[arg(value_name = "MESSAGE")]
    message: String,
}

#[derive(Args)]
struct Keep {
    /// Which message: I4, or 4
    #[arg(value_name = "MESSAGE")]
    message: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Args)]
struct Later {
    /// Exercise minutes
    #[arg(value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=600))]
    minutes: u32,
}

#[derive(Args)]
struct Hidden {
    /// What was seen
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// The message, action or objective it is about: I4, A7, O2
    #[arg(long, value_name = "ID")]
    about: Option<String>,
    /// A mark: good, watch, issue
    #[arg(long, value_name = "WORD", value_enum, hide_possible_values = true)]
    mark: Option<Mark>,
}

#[derive(Args)]
struct Own {
    /// What is said
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// Who says it
    #[arg(long, value_name = "NAME", default_value = "Exercise control")]
    from: String,
    /// How it comes: phone, mail, chat, alert, log, in-person, press, control
    #[arg(long, value_name = "WORD")]
    channel: Option<String>,
}

impl Play {
    pub(super) fn says(self) -> Result<Playing, Refusal> {
        Ok(match self {
            Play::Start(it) => Playing::Start {
                scenario: it.scenario.join(" "),
                ratio: it.ratio,
                profile: it.profile,
                facilitated: it.facilitated,
            },
            Play::Status(it) => Playing::Status { message: it.message.map(|word| id('I', &word)) },
            Play::Reply(it) => Playing::Reply { message: id('I', &it.message), choice: it.choice },
            Play::Answer(it) => {
                Playing::Answer { question: id('Q', &it.question), picks: letters(&it.picks)? }
            }
            Play::Hint => Playing::Hint,
            Play::Pause => Playing::Pause,
            Play::Resume => Playing::Resume,
            Play::Pace(it) => Playing::Pace(it.ratio),
            Play::Skip(it) => Playing::Skip { to: it.to },
            Play::End => Playing::End,
            Play::Debrief(it) => Playing::Debrief { format: it.format, output: it.output },
            Play::Compare => Playing::Compare,
            Play::Control(it) => Playing::Control(match it.what {
                None | Some(Led::List) => Controlling::List,
                Some(Led::Send(it)) => Controlling::Send(id('I', &it.message)),
                Some(Led::Withhold(it)) => {
                    Controlling::Withhold { message: id('I', &it.message), reason: it.reason }
                }
                Some(Led::Postpone(it)) => Controlling::Postpone(it.minutes),
                Some(Led::Note(it)) => {
                    let about = it.about.map(|word| word.to_uppercase());
                    Controlling::Note { text: it.text.join(" "), about, mark: it.mark }
                }
                Some(Led::Say(it)) => {
                    Controlling::Say { from: it.from, channel: it.channel, text: it.text.join(" ") }
                }
            }),
        })
    }
}

/// `4`, `i4` and `I4` are one id.
fn id(letter: char, word: &str) -> String {
    let word = word.trim().to_uppercase();
    if word.starts_with(|c: char| c.is_ascii_digit()) { format!("{letter}{word}") } else { word }
}

/// `a c`, `a,c` and `ac` are the same letters.
fn letters(words: &[String]) -> Result<Vec<String>, Refusal> {
    let all = words.iter().flat_map(|word| word.chars()).filter(|c| !matches!(c, ',' | ' ' | '>'));
    let picks: Vec<String> = all.map(|c| c.to_ascii_lowercase().to_string()).collect();
    match picks.iter().find(|pick| !matches!(pick.as_str(), "a" | "b" | "c" | "d" | "e" | "f")) {
        Some(odd) => Err(Refusal::misused(format!("{odd} is no letter of an answer."))
            .hint("Give letters: casebook drill answer Q1 a c")),
        None => Ok(picks),
    }
}
