//! A drill: a made-up incident with a clock of its own, what was said to its players and what they said.
//!
//! What the scenario says is copied into the events, so that the record tells the whole play by itself; only
//! the key to it (verdicts, expected actions, the truth) stays in the scenario, whose copy lies in the vault.

mod clock;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use super::id::LineId;

pub use clock::{Clock, FASTEST};

/// Who writes what nobody at the table did: deliveries, silence, the end.
pub const CONTROL: &str = "Exercise control";

/// How much help a drill gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Verdicts and reasons at once, hints, gates that explain themselves; the clock of a first drill waits
    /// while a new message is read.
    #[default]
    Coached,
    /// Nothing is said before the debrief; hints stay.
    Plain,
    /// No hints, and a strong gate that is open refuses the move.
    Strict,
}

impl Profile {
    pub const ALL: [Profile; 3] = [Profile::Coached, Profile::Plain, Profile::Strict];

    /// The word on disk and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Profile::Coached => "coached",
            Profile::Plain => "plain",
            Profile::Strict => "strict",
        }
    }
}

/// What is played, as it stood in the scenario when the drill started: part of the first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// The scenario's id, title and version.
    pub scenario: String,
    pub title: String,
    pub version: String,
    /// SHA-256 of the scenario's bytes (lowercase hex), of which a copy lies in the vault.
    pub sha256: String,
    /// Story time at STARTEX, with the zone of the story.
    pub start: DateTime<FixedOffset>,
    /// Exercise minutes from STARTEX to ENDEX at the latest.
    pub end_min: u32,
    /// Exercise minutes that pass in a real one.
    pub ratio: u32,
    #[serde(default)]
    pub profile: Profile,
    /// Players wait for what a facilitator sends beside what falls due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub facilitated: bool,
}

/// Why a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Somebody asked for it.
    Asked,
    /// Nobody is here.
    Away,
    /// A newcomer reads a message.
    Reading,
}

/// The exercise clock was stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrillPaused {
    /// Wall time (UTC) at which it stopped, where that is earlier than when it was written down: the last sign
    /// of life of screens that were killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    pub why: Standing,
}

/// The exercise clock goes on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DrillResumed {}

/// Another pace: exercise minutes in a real one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrillPaced {
    pub from: u32,
    pub to: u32,
}

/// Exercise minutes were left out: to the next delivery, or as far as was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrillSkipped {
    pub from: u32,
    pub to: u32,
}

/// Raw material that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    pub name: String,
    pub lines: Vec<String>,
}

/// Something a player may say to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// A letter.
    pub id: String,
    pub text: String,
}

/// A component a message speaks of: offered for the scope in one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    pub name: String,
    /// A word of the taxonomy's asset types.
    #[serde(rename = "type")]
    pub kind: String,
}

/// How a message came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// It fell due.
    #[default]
    Due,
    /// A facilitator sent it, ahead of its time or off its path.
    Sent,
    /// A facilitator's own: no scenario has it.
    Contingency,
}

/// A message reached the players. Everything they may see of it stands here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InjectDelivered {
    /// Its id in the scenario (`I4`); a facilitator's own are `C1`, `C2` …
    pub inject: String,
    #[serde(default)]
    pub came: Came,
    /// `alert`, `log`, `phone`, `mail`, `chat`, `in-person`, `press`, `control`.
    pub channel: String,
    pub from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artefacts: Vec<Artefact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reveals: Vec<Revealed>,
    /// Story time jumps to here with it, never backwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jump_to: Option<DateTime<FixedOffset>>,
}

/// Nobody chose a reply in time; what happened then. The replies stay open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectUnanswered {
    pub inject: String,
    pub text: String,
}

/// A facilitator keeps a message from the players.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectWithheld {
    pub inject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Everything that has not come yet comes later; the spacing stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectsPostponed {
    /// Exercise minutes, added to earlier ones.
    pub by_min: u32,
}

/// A player chose a reply. The first choice stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyGiven {
    pub inject: String,
    /// Who had asked.
    pub to: String,
    /// The letter and the words of the choice.
    pub option: String,
    pub text: String,
    /// What was said back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// A player answered a question of the scenario; a later answer replaces it until ENDEX.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionAnswered {
    pub question: String,
    /// Letters, in the order they were given.
    pub picks: Vec<String>,
}

/// How much a hint tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HintLevel {
    /// A question that points the way: one point.
    Nudge,
    /// What to do: three more.
    Direct,
}

impl HintLevel {
    /// The word on disk and on screens.
    pub fn word(self) -> &'static str {
        match self {
            HintLevel::Nudge => "nudge",
            HintLevel::Direct => "direct",
        }
    }
}

/// A hint was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HintTaken {
    /// The expected action it is about.
    pub action: String,
    pub level: HintLevel,
    pub text: String,
}

/// What a facilitator wrote for the debrief; players do not see it before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlNoted {
    pub text: String,
    /// The inject, action or objective it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// An observer's mark: `good`, `watch`, `issue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

/// Why a drill ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// What the scenario waits for has come.
    Reached,
    /// The clock has run out.
    Time,
    /// Somebody ended it.
    Stopped,
}

/// ENDEX.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrillEnded {
    pub why: Ending,
}

/// Acts in a drill. What the scenario says is brought along by whoever gives the command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `at`: wall time of the last sign of life, where it stopped before this command.
    Pause {
        at: Option<DateTime<Utc>>,
        why: Standing,
    },
    Resume,
    /// Exercise minutes in a real one, 1 to [`FASTEST`].
    Pace(u32),
    /// To this exercise minute.
    Skip(u32),
    Deliver(InjectDelivered),
    Unanswered(InjectUnanswered),
    Withhold(InjectWithheld),
    /// Exercise minutes.
    Postpone(u32),
    Reply(ReplyGiven),
    Answer(QuestionAnswered),
    Hint(HintTaken),
    Note(ControlNoted),
    End(Ending),
}

/// A message in the hands of the players.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub line: LineId,
    /// Exercise minute and story time (UTC) of its delivery.
    pub minute: u32,
    pub at: DateTime<Utc>,
    pub what: InjectDelivered,
    /// What happened as nobody answered in time.
    pub unanswered: Option<String>,
    /// The reply that stands, and its line.
    pub reply: Option<(LineId, ReplyGiven)>,
}

impl Message {
    /// Whether it waits for somebody to say something.
    pub fn waits(&self) -> bool {
        !self.what.choices.is_empty() && self.reply.is_none()
    }
}

/// A facilitator's note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlNote {
    /// Exercise minute.
    pub minute: u32,
    pub by: String,
    pub what: ControlNoted,
}

/// The state of a drill beside its incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drill {
    pub exercise: Exercise,
    pub clock: Clock,
    /// In the order they came.
    pub messages: Vec<Message>,
    /// The last answer to each question.
    pub answers: BTreeMap<String, QuestionAnswered>,
    pub hints: Vec<HintTaken>,
    pub withheld: Vec<InjectWithheld>,
    /// Exercise minutes by which what has not come yet comes later.
    pub postponed: u32,
    pub notes: Vec<ControlNote>,
    /// ENDEX: the exercise minute, and why.
    pub ended: Option<(u32, Ending)>,
}

impl Drill {
    /// A drill whose clock starts at `wall` (UTC).
    pub fn new(exercise: Exercise, wall: DateTime<Utc>) -> Self {
        Self {
            clock: Clock::start(&exercise, wall),
            exercise,
            messages: Vec::new(),
            answers: BTreeMap::new(),
            hints: Vec::new(),
            withheld: Vec::new(),
            postponed: 0,
            notes: Vec::new(),
            ended: None,
        }
    }

    /// The message with this id.
    pub fn message(&self, inject: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.what.inject == inject)
    }

    /// Messages that wait for a reply, the oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| message.waits())
    }

    /// The message that waits and whose sender these words name: what somebody asks of a contact opens what that
    /// contact would do.
    pub fn addressed(&self, words: &str) -> Option<&Message> {
        let split = |text: &str| -> Vec<String> {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.map(str::to_lowercase).collect()
        };
        let said = split(words);
        self.waiting().filter(|_| self.ended.is_none()).find(|message| {
            let name = split(&message.what.from);
            !name.is_empty() && said.windows(name.len()).any(|window| *window == name)
        })
    }

    /// Whether this much of a hint was taken for an action.
    pub fn hinted(&self, action: &str, level: HintLevel) -> bool {
        self.hints.iter().any(|hint| hint.action == action && hint.level == level)
    }
}
