//! A line of the activity log: what somebody wrote, or the words for what somebody did.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::drill::CONTROL;
use super::id::LineId;
use super::lane::{Lane, Marking};
use super::time::Happened;

/// The kind of an entry somebody wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    #[default]
    Note,
    Action,
    Observation,
    Decision,
    Communication,
}

impl LogKind {
    pub const ALL: [LogKind; 5] =
        [LogKind::Note, LogKind::Action, LogKind::Observation, LogKind::Decision, LogKind::Communication];

    /// The word on disk and on the command line.
    pub fn word(self) -> &'static str {
        self.kind().word()
    }

    /// The kind of its line in the log.
    pub fn kind(self) -> Kind {
        match self {
            LogKind::Note => Kind::Note,
            LogKind::Action => Kind::Action,
            LogKind::Observation => Kind::Observation,
            LogKind::Decision => Kind::Decision,
            LogKind::Communication => Kind::Communication,
        }
    }
}

/// Somebody wrote an entry. Giving it needs no history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    pub kind: LogKind,
    pub text: String,
    /// Components by the name that was typed; the fold ties them to what it knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// ATT&CK techniques as they were typed; read through [`super::attack`] where they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// Whose deed it tells; never guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// Where it is known from, such as a log or a person (80 characters).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Put another text in place of an entry's; the old one stays readable.
#[derive(Clone, Debug, PartialEq)]
pub struct Correct {
    pub entry: LineId,
    pub text: String,
}

/// An entry's text was corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    pub target: LineId,
    pub from: String,
    pub to: String,
}

/// What a line of the log is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    #[default]
    Note,
    Action,
    Observation,
    Decision,
    Communication,
    Opened,
    Edit,
    Severity,
    Signal,
    Ack,
    Determination,
    Posture,
    Phase,
    Hold,
    Task,
    Approval,
    Component,
    Indicator,
    Evidence,
    People,
    Handover,
    Notice,
    Assumption,
    Measure,
    Timer,
    Lesson,
    Improvement,
    Link,
    /// A message that reached the players of a drill.
    Inject,
    /// The clock of a drill, its questions and hints.
    Drill,
    Correction,
    Undo,
    /// Written by a newer casebook; shown raw.
    #[serde(other)]
    Unknown,
}

impl Kind {
    pub const ALL: [Kind; 32] = [
        Kind::Note,
        Kind::Action,
        Kind::Observation,
        Kind::Decision,
        Kind::Communication,
        Kind::Opened,
        Kind::Edit,
        Kind::Severity,
        Kind::Signal,
        Kind::Ack,
        Kind::Determination,
        Kind::Posture,
        Kind::Phase,
        Kind::Hold,
        Kind::Task,
        Kind::Approval,
        Kind::Component,
        Kind::Indicator,
        Kind::Evidence,
        Kind::People,
        Kind::Handover,
        Kind::Notice,
        Kind::Assumption,
        Kind::Measure,
        Kind::Timer,
        Kind::Lesson,
        Kind::Improvement,
        Kind::Link,
        Kind::Inject,
        Kind::Drill,
        Kind::Correction,
        Kind::Undo,
    ];

    /// The word on screens, on disk and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Note => "note",
            Kind::Action => "action",
            Kind::Observation => "observation",
            Kind::Decision => "decision",
            Kind::Communication => "communication",
            Kind::Opened => "opened",
            Kind::Edit => "edit",
            Kind::Severity => "severity",
            Kind::Signal => "signal",
            Kind::Ack => "ack",
            Kind::Determination => "determination",
            Kind::Posture => "posture",
            Kind::Phase => "phase",
            Kind::Hold => "hold",
            Kind::Task => "task",
            Kind::Approval => "approval",
            Kind::Component => "component",
            Kind::Indicator => "indicator",
            Kind::Evidence => "evidence",
            Kind::People => "people",
            Kind::Handover => "handover",
            Kind::Notice => "notice",
            Kind::Assumption => "assumption",
            Kind::Measure => "measure",
            Kind::Timer => "timer",
            Kind::Lesson => "lesson",
            Kind::Improvement => "improvement",
            Kind::Link => "link",
            Kind::Inject => "inject",
            Kind::Drill => "drill",
            Kind::Correction => "correction",
            Kind::Undo => "undo",
            Kind::Unknown => "unknown",
        }
    }

    pub fn read(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether somebody wrote it in their own words.
    pub fn written(self) -> bool {
        matches!(
            self,
            Kind::Note
                | Kind::Action
                | Kind::Observation
                | Kind::Decision
                | Kind::Communication
                | Kind::Signal
        )
    }
}

/// A later text for an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The line that corrects.
    pub line: LineId,
    pub text: String,
    pub undone: bool,
}

/// A line of the activity log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: LineId,
    pub kind: Kind,
    /// The words as first written.
    pub text: String,
    /// When it happened (UTC).
    pub happened: DateTime<Utc>,
    /// When it was written down (UTC, wall).
    pub recorded: DateTime<Utc>,
    /// Exercise minute, in a drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ex: Option<u32>,
    /// When it was written down in the time of a drill's story; [`Entry::written`] has what people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<DateTime<Utc>>,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The happened time as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Box<Happened>>,
    /// A way back, or a claim withdrawn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    /// `CASEBOOK_NOW` set the clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub now_set: bool,
    /// Taken back by this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<LineId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Components it is about, by the name they had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// As first written; [`Entry::techniques`] has all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// As first said; [`Entry::lane`] has what holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// As first said; [`Entry::source`] has what holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Box<str>>,
    /// What was said about it later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markings: Vec<Marking>,
    /// Seconds by which the writer's wall clock stood behind what its journal had already read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub behind: u32,
    /// The batch it belongs to: the id of the batch's first line, its part, of how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Box<(LineId, u32, u32)>>,
    /// Its words are hidden by this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<LineId>,
}

impl Entry {
    /// The text that holds now: the last correction not taken back, else the first words.
    pub fn shown(&self) -> &str {
        self.corrections.iter().rfind(|c| !c.undone).map_or(&self.text, |correction| &correction.text)
    }

    /// Whether nothing is known of it but its words, who wrote them, and when.
    pub fn plain(&self) -> bool {
        // All of them by name: a field that is added has to be thought of here.
        let Self {
            id: _,
            kind: _,
            text: _,
            happened: _,
            recorded: _,
            by: _,
            who: _,
            ex,
            story,
            said,
            back,
            now_set,
            undone_by,
            corrections,
            components,
            techniques,
            lane,
            source,
            markings,
            behind,
            batch,
            redacted,
        } = self;
        ex.is_none()
            && story.is_none()
            && said.is_none()
            && !back
            && !now_set
            && undone_by.is_none()
            && corrections.is_empty()
            && components.is_empty()
            && techniques.is_empty()
            && lane.is_none()
            && source.is_none()
            && markings.is_empty()
            && *behind == 0
            && batch.is_none()
            && redacted.is_none()
    }

    /// Whose deed somebody said it tells.
    pub fn said_lane(&self) -> Option<Lane> {
        let marked = self.markings.iter().rev().filter(|marking| !marking.undone);
        marked.filter_map(|marking| marking.lane).next().or(self.lane)
    }

    /// Whose deed it tells: as somebody said, and ours where it is an act of casebook or an action, a
    /// decision or a communication. `None`: a note, an observation or a signal of which nobody said it.
    pub fn lane(&self) -> Option<Lane> {
        let open = matches!(
            self.kind,
            Kind::Note | Kind::Observation | Kind::Signal | Kind::Inject | Kind::Drill | Kind::Unknown
        );
        self.said_lane().or((!open).then_some(Lane::Us))
    }

    /// Where it is known from.
    pub fn source(&self) -> Option<&str> {
        let marked = self.markings.iter().rev().filter(|marking| !marking.undone);
        marked.filter_map(|marking| marking.source.as_deref()).next().or(self.source.as_deref())
    }

    /// The techniques it shows, as they were recorded, each once.
    pub fn techniques(&self) -> impl Iterator<Item = &str> {
        let marked = self.markings.iter().filter(|marking| !marking.undone);
        self.techniques.iter().chain(marked.flat_map(|marking| &marking.techniques)).map(String::as_str)
    }

    /// Who did it.
    pub fn actor(&self) -> &str {
        self.who.as_deref().unwrap_or(&self.by)
    }

    /// Who did it, where a column is narrow: exercise control is `excon`, as exercises call it.
    pub fn actor_in_column(&self) -> &str {
        let actor = self.actor();
        if actor == CONTROL { "excon" } else { actor }
    }

    /// Components to be named beside its words, which name the component of an act already.
    pub fn components_beside(&self) -> &[String] {
        let named = matches!(self.kind, Kind::Component | Kind::Phase);
        if named { &[] } else { &self.components }
    }

    /// When it was written down (UTC), in a drill by the clock of its story.
    pub fn written(&self) -> DateTime<Utc> {
        self.story.unwrap_or(self.recorded)
    }

    /// Milliseconds between happening and being written down; never negative.
    pub fn late_ms(&self) -> i64 {
        (self.written() - self.happened).num_milliseconds().max(0)
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
