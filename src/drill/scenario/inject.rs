//! Injects: the messages that drive play, what they bring, and what may be said to them.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{ComponentId, InjectId, OptionId};
use crate::drill::condition::Condition;

/// A message. Delivered once, at the first minute not before `at_min` at which `when` holds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inject {
    pub id: InjectId,
    pub kind: InjectKind,
    /// The earliest exercise minute.
    pub at_min: u32,
    /// `None`: it comes by time alone.
    #[serde(default)]
    pub when: Option<Condition>,
    /// It comes on some paths only.
    #[serde(default)]
    pub branch: bool,
    /// Story time moves to this moment on delivery, never backwards.
    #[serde(default)]
    pub jump_to: Option<DateTime<FixedOffset>>,
    pub channel: Channel,
    /// A contact, a system or a sender.
    pub from: String,
    /// To whom, if not to the player.
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub subject: Option<String>,
    /// May hold `{{t}}`, `{{t-4}}`, `{{t+30}}`: story time at delivery, shifted by minutes, as HH:MM.
    pub text: String,
    #[serde(default)]
    pub artefacts: Vec<Artefact>,
    /// Components it makes known.
    #[serde(default)]
    pub reveals: Vec<ComponentId>,
    /// What may be said to it; the first choice stands.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// What happens if nothing is said; there whenever `replies` are.
    #[serde(default)]
    pub silence: Option<Silence>,
    /// Never shown to players.
    #[serde(default)]
    pub facilitator: Option<String>,
}

impl Inject {
    pub fn reply(&self, id: &str) -> Option<&Reply> {
        self.replies.iter().find(|reply| reply.id == id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InjectKind {
    /// Something new is noticed.
    Signal,
    /// A finding.
    Clue,
    /// Somebody wants speed, quiet or uptime.
    Pressure,
    /// Somebody offers a harmful short cut.
    Temptation,
    /// The actor is back, or the scope grew.
    Setback,
    /// Exercise control moves the story on.
    Control,
}

impl InjectKind {
    /// The word in files and for the facilitator.
    pub fn word(self) -> &'static str {
        match self {
            InjectKind::Signal => "signal",
            InjectKind::Clue => "clue",
            InjectKind::Pressure => "pressure",
            InjectKind::Temptation => "temptation",
            InjectKind::Setback => "setback",
            InjectKind::Control => "control",
        }
    }
}

/// How a message reaches the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    Alert,
    Log,
    Phone,
    Mail,
    Chat,
    InPerson,
    Press,
    Control,
}

impl Channel {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Alert => "alert",
            Channel::Log => "log",
            Channel::Phone => "phone",
            Channel::Mail => "mail",
            Channel::Chat => "chat",
            Channel::InPerson => "in person",
            Channel::Press => "press",
            Channel::Control => "control",
        }
    }
}

/// Raw material, shown with an inject and offered as an attachment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    /// A file name.
    pub name: String,
    /// At most 22 lines of at most 78 characters; may hold `{{t}}` as the text does.
    pub lines: Vec<String>,
}

/// One thing the player may say or order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    pub id: OptionId,
    pub text: String,
    /// For the debrief; harm is scored by the harmful action that matches this reply.
    pub verdict: Verdict,
    /// Shown at once to a trainee, else in the debrief.
    pub rationale: String,
    /// What the other side says at once.
    #[serde(default)]
    pub answer: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Good,
    Fair,
    Poor,
    Harmful,
}

impl Verdict {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Fair => "fair",
            Verdict::Poor => "poor",
            Verdict::Harmful => "harmful",
        }
    }
}

/// The safe default. The replies stay open.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// Exercise minutes after delivery.
    pub after_min: u32,
    pub text: String,
}
