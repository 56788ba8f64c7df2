//! What a scenario waits for: one grammar over what the journal of a drill shows. Its words only; whether a
//! condition holds is judged elsewhere.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::pattern::Pattern;
use super::scenario::{ActionId, ComponentId, InjectId, Moment, OptionId};
use crate::model::component::Stage;
use crate::model::phase::Phase;

/// A condition of `when`, `match`, `stop` or `end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// All of these hold.
    All {
        all: Vec<Condition>,
    },
    /// At least one holds.
    Any {
        any: Vec<Condition>,
    },
    /// It does not hold.
    Not {
        not: Box<Condition>,
    },
    Atom(Atom),
}

/// One thing a journal can show. Lists mean *any of these*. `since` counts only entries made after that
/// inject was delivered, and the atom is false while it has not been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Atom {
    /// The task is marked done.
    Task {
        /// Its id in the checklists: `generic.detection.01`.
        task: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// The incident was moved along one of these edges.
    Move {
        #[serde(rename = "move")]
        edges: Vec<Edge>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// The incident is in one of these phases now.
    Phase { phase: Vec<Phase> },
    /// The component stands at this stage now, or at a later one of the chain; *retired* satisfies the whole
    /// chain, *cleared* and *risk-accepted* only themselves. With `since`: the stage was set after it.
    Component {
        component: ComponentId,
        stage: Stage,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// Evidence of one of these types was registered, for this component if one is named.
    Evidence {
        /// Types of evidence of the taxonomy.
        evidence: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        component: Option<ComponentId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// A clock of a duty to notify has come this far.
    Clock {
        /// Regime and clock: `eu-gdpr.authority`.
        clock: String,
        state: ClockState,
        /// The starting time that was entered lies within [`TRIGGER_MINUTES`] of story time of this inject.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trigger: Option<InjectId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// Somebody with one of these roles approved: alone, on a task or on a move.
    Approval {
        /// Roles of the taxonomy.
        approval: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// An indicator with one of these values was added; compared after refang, ignoring case.
    Indicator {
        indicator: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// A field of the incident has one of these values now.
    Set { set: Field, to: Vec<String> },
    /// A dated fact of the incident exists.
    Recorded {
        recorded: Fact,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// Text of a player matches; never text that came from the scenario.
    Note {
        note: Pattern,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<InjectId>,
    },
    /// This reply was chosen.
    Reply { reply: InjectId, option: OptionId },
    /// This action was matched, in time or late.
    Action { action: ActionId },
    /// This inject was delivered.
    Inject { inject: InjectId },
    /// So many exercise minutes have passed since it was delivered or matched.
    Elapsed { elapsed: Moment, min: u32 },
    /// The exercise clock shows this minute or a later one.
    Minute { minute: u32 },
}

/// How far, in minutes of story time, an entered starting time may lie from its trigger.
pub const TRIGGER_MINUTES: i64 = 30;

/// A move from one phase to another: `analysis->containment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Edge {
    pub from: Phase,
    pub to: Phase,
}

impl TryFrom<String> for Edge {
    type Error = String;

    fn try_from(words: String) -> Result<Self, String> {
        let phase = |word| Phase::ALL.into_iter().find(|phase| phase.id() == word);
        words
            .split_once("->")
            .and_then(|(from, to)| Some(Edge { from: phase(from)?, to: phase(to)? }))
            .ok_or_else(|| format!("{words:?} is no move between two phases"))
    }
}

impl From<Edge> for String {
    fn from(edge: Edge) -> Self {
        edge.to_string()
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}->{}", self.from.id(), self.to.id())
    }
}

/// How far a clock has come. What was sent was also started and is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockState {
    /// Its starting time was entered.
    Started,
    Sent,
    /// Sent, not required or deferred.
    Settled,
}

/// A field of the incident's head. Types and roles are sets: one of the values is among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Type,
    Severity,
    Determination,
    Tlp,
    /// Somebody is assigned to the role.
    Role,
}

impl Field {
    /// The word in files and for people.
    pub fn word(self) -> &'static str {
        match self {
            Field::Type => "type",
            Field::Severity => "severity",
            Field::Determination => "determination",
            Field::Tlp => "tlp",
            Field::Role => "role",
        }
    }
}

/// A fact that is there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The first signal, with time and source.
    Signal,
    /// Somebody took ownership.
    Acknowledged,
    /// Watch then cut, or cut now, was chosen.
    Posture,
    /// An improvement action with owner and due date.
    Improvement,
}

impl Condition {
    /// Every atom, in the order of the file, whatever `not` stands before it.
    pub fn atoms(&self) -> Vec<&Atom> {
        let mut atoms = Vec::new();
        let mut open = vec![self];
        while let Some(condition) = open.pop() {
            match condition {
                Condition::All { all: parts } | Condition::Any { any: parts } => {
                    open.extend(parts.iter().rev())
                }
                Condition::Not { not } => open.push(not),
                Condition::Atom(atom) => atoms.push(atom),
            }
        }
        atoms
    }
}

impl Atom {
    /// The inject it counts from, if it does.
    pub fn since(&self) -> Option<&InjectId> {
        match self {
            Atom::Task { since, .. }
            | Atom::Move { since, .. }
            | Atom::Component { since, .. }
            | Atom::Evidence { since, .. }
            | Atom::Clock { since, .. }
            | Atom::Approval { since, .. }
            | Atom::Indicator { since, .. }
            | Atom::Recorded { since, .. }
            | Atom::Note { since, .. } => since.as_ref(),
            Atom::Phase { .. }
            | Atom::Set { .. }
            | Atom::Reply { .. }
            | Atom::Action { .. }
            | Atom::Inject { .. }
            | Atom::Elapsed { .. }
            | Atom::Minute { .. } => None,
        }
    }
}

/// In plain words, for the facilitator and for complaints.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Condition], between: &str| {
            for (i, part) in parts.iter().enumerate() {
                if i > 0 {
                    f.write_str(between)?;
                }
                match part {
                    Condition::Atom(_) | Condition::Not { .. } => write!(f, "{part}")?,
                    _ if parts.len() == 1 => write!(f, "{part}")?,
                    _ => write!(f, "({part})")?,
                }
            }
            Ok(())
        };
        match self {
            Condition::All { all } => list(f, all, " and "),
            Condition::Any { any } => list(f, any, " or "),
            Condition::Not { not } => write!(f, "not ({not})"),
            Condition::Atom(atom) => atom.fmt(f),
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Atom::Task { task, .. } => write!(f, "task {task} is done"),
            Atom::Move { edges, .. } => write!(f, "moved {}", any_of(edges)),
            Atom::Phase { phase } => write!(f, "the phase is {}", any_of(phase)),
            Atom::Component { component, stage, .. } => {
                let further = if Stage::CHAIN.contains(stage) { " or further" } else { "" };
                write!(f, "{component} is {}{further}", stage.id())
            }
            Atom::Evidence { evidence, component: Some(component), .. } => {
                write!(f, "evidence of {component} is registered: {}", any_of(evidence))
            }
            Atom::Evidence { evidence, component: None, .. } => {
                write!(f, "evidence is registered: {}", any_of(evidence))
            }
            Atom::Clock { clock, state, trigger, .. } => {
                let state = match state {
                    ClockState::Started => "started",
                    ClockState::Sent => "sent",
                    ClockState::Settled => "settled",
                };
                write!(f, "the notice {clock} is {state}")?;
                trigger.as_ref().map_or(Ok(()), |trigger| write!(f, " from {trigger}"))
            }
            Atom::Approval { approval, .. } => write!(f, "approved by {}", any_of(approval)),
            Atom::Indicator { indicator, .. } => write!(f, "indicator {} is recorded", any_of(indicator)),
            Atom::Set { set: Field::Role, to } => write!(f, "somebody is {}", any_of(to)),
            Atom::Set { set, to } => write!(f, "{} is {}", set.word(), any_of(to)),
            Atom::Recorded { recorded, .. } => f.write_str(match recorded {
                Fact::Signal => "the first signal is recorded",
                Fact::Acknowledged => "the incident is acknowledged",
                Fact::Posture => "the posture is chosen",
                Fact::Improvement => "an improvement has an owner and a date",
            }),
            Atom::Note { note, .. } => write!(f, "a note says /{}/", note.source()),
            Atom::Reply { reply, option } => write!(f, "{reply} was answered with {option}"),
            Atom::Action { action } => write!(f, "{action} is done"),
            Atom::Inject { inject } => write!(f, "{inject} has come"),
            Atom::Elapsed { elapsed, min } => write!(f, "{min} min have passed since {elapsed}"),
            Atom::Minute { minute } => write!(f, "it is minute {minute}"),
        }?;
        self.since().map_or(Ok(()), |since| write!(f, " since {since}"))
    }
}

fn any_of<T: fmt::Display>(list: &[T]) -> String {
    list.iter().map(T::to_string).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Condition {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn every_atom_is_read_written_back_and_said_in_plain_words() {
        for (json, words) in [
            (r#"{"task":"generic.detection.01","since":"I2"}"#, "task generic.detection.01 is done since I2"),
            (
                r#"{"move":["recovery->analysis","eradication->analysis"]}"#,
                "moved recovery->analysis or eradication->analysis",
            ),
            (r#"{"phase":["containment","lessons-learned"]}"#, "the phase is Containment or Lessons Learned"),
            (r#"{"component":"web01","stage":"contained"}"#, "web01 is contained or further"),
            (r#"{"component":"web01","stage":"cleared","since":"I9"}"#, "web01 is cleared since I9"),
            (r#"{"evidence":["memory"],"component":"web01"}"#, "evidence of web01 is registered: memory"),
            (r#"{"evidence":["mail","logs"]}"#, "evidence is registered: mail or logs"),
            (
                r#"{"clock":"eu-gdpr.authority","state":"started","trigger":"I10"}"#,
                "the notice eu-gdpr.authority is started from I10",
            ),
            (r#"{"approval":["executive"]}"#, "approved by executive"),
            (r#"{"indicator":["203.0.113.77"]}"#, "indicator 203.0.113.77 is recorded"),
            (r#"{"set":"severity","to":["sev1","sev2"]}"#, "severity is sev1 or sev2"),
            (r#"{"set":"role","to":["incident-lead"]}"#, "somebody is incident-lead"),
            (r#"{"recorded":"improvement"}"#, "an improvement has an owner and a date"),
            (r#"{"note":"8443|kiosk","since":"I14"}"#, "a note says /8443|kiosk/ since I14"),
            (r#"{"reply":"I2","option":"a"}"#, "I2 was answered with a"),
            (r#"{"action":"A4"}"#, "A4 is done"),
            (r#"{"inject":"I4"}"#, "I4 has come"),
            (r#"{"elapsed":"I2","min":8}"#, "8 min have passed since I2"),
            (r#"{"minute":58}"#, "it is minute 58"),
            (
                r#"{"all":[{"not":{"inject":"I15"}},{"any":[{"minute":3},{"action":"A1"}]}]}"#,
                "not (I15 has come) and (it is minute 3 or A1 is done)",
            ),
        ] {
            let condition = read(json);
            assert_eq!(condition.to_string(), words);
            assert_eq!(serde_json::to_string(&condition).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for json in [
            "{}",
            "[]",
            r#"{"task":"a.b.01","sinse":"I1"}"#,
            r#"{"move":["analysis->nowhere"]}"#,
            r#"{"minute":-1}"#,
            r#"{"minute":1,"inject":"I1"}"#,
        ] {
            assert!(serde_json::from_str::<Condition>(json).is_err(), "{json}");
        }
    }
}
