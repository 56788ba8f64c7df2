//! A scenario: one JSON file that tells a made-up incident, what the players should do and what they learn.
//!
//! Everything in minutes (`*_min`, `minute`) is whole minutes of exercise clock: 0 is STARTEX, the clock
//! stops while the drill is paused, `clock.ratio` of them pass in a real minute. Story time is `clock.start`
//! plus exercise minutes plus the jumps of injects; it is what players see.

mod action;
mod check;
mod id;
mod inject;
mod library;
mod question;

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

pub use action::{
    Action, Expected, ExpectedDebrief, Harmful, HarmfulDebrief, HarmfulWord, Hints, Weight, Window,
};
pub use check::{Checked, FAULTS_TOLD, FILE_LIMIT, Fault, Known, Place, check};
pub use id::{ActionId, ComponentId, GaugeId, InjectId, Moment, ObjectiveId, OptionId, QuestionId};
pub use inject::{Artefact, Channel, Inject, InjectKind, Reply, Silence, Verdict};
pub use library::{Library, Row, Source, read};
pub use question::{Choice, Key, Question, QuestionKind};

use super::condition::Condition;
use crate::model::phase::Phase;

/// The version of the format this program reads.
pub const FORMAT: &str = "1.0";

/// One exercise.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A link for editors; not used.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// Always [`FORMAT`].
    pub schema_version: String,
    /// Lower-case words with hyphens, the same as the file's name without `.json`.
    pub id: String,
    pub title: String,
    /// The version of the content: `1.0`.
    pub version: String,
    /// 1 for somebody's first drill, to 5 for experts.
    pub difficulty: u8,
    /// Planned real minutes at the default ratio.
    pub minutes: u32,
    /// Two sentences for the list, giving nothing away.
    pub summary: String,
    /// The types of incident the full truth calls for.
    pub case_types: Vec<String>,
    /// The roles the player fills.
    pub roles: Vec<String>,
    pub organisation: Organisation,
    /// Who can call, in the scenario's voice.
    pub contacts: Vec<Contact>,
    /// Read before STARTEX.
    pub briefing: Briefing,
    pub clock: Clock,
    /// The incident that is opened at STARTEX.
    pub case: Case,
    /// Everything that conditions can ask for by component.
    pub components: Vec<Component>,
    pub objectives: Vec<Objective>,
    #[serde(default)]
    pub gauges: Vec<Gauge>,
    /// Roughly in order of play; delivered in this order when several are due.
    pub injects: Vec<Inject>,
    /// On a tie the earlier one is tested first; expected ones before harmful ones.
    pub actions: Vec<Action>,
    pub questions: Vec<Question>,
    /// ENDEX as soon as this holds, else at `clock.end_min`.
    pub end: Condition,
    /// What really happened, oldest first. Shown in the debrief.
    pub truth: Vec<Truth>,
    pub measures: Vec<Measure>,
    pub debrief: Debrief,
}

/// The made-up organisation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub name: String,
    /// What it does, what matters, what runs where.
    pub about: String,
}

/// Somebody played by the scenario.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A first name.
    pub name: String,
    /// A role of the taxonomy, `staff` or `outside`.
    pub role: String,
    /// The position in a few words.
    pub about: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Briefing {
    /// Where and when.
    pub situation: String,
    /// Who the player is and what they may decide.
    pub you: String,
    pub rules: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Story time of STARTEX, with the offset that players see.
    pub start: DateTime<FixedOffset>,
    /// Exercise minutes in a real minute, unless the player chooses another.
    pub ratio: u32,
    /// ENDEX at the latest, in exercise minutes.
    pub end_min: u32,
}

/// The incident as it is opened at STARTEX.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub title: String,
    /// Preparation or Detection.
    pub phase: Phase,
    pub types: Vec<String>,
    /// Already in the incident, as suspected.
    pub components: Vec<ComponentId>,
}

/// A thing that can be put in scope. The player's component is the one whose name, or one of whose names,
/// occurs in the player's naming as a whole word, ignoring case; the longest hit wins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub id: ComponentId,
    pub name: String,
    /// Its type in the taxonomy.
    #[serde(rename = "type")]
    pub kind: String,
    pub names: Vec<String>,
    pub about: String,
}

/// What the drill trains.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    pub id: ObjectiveId,
    pub phase: Phase,
    pub text: String,
    /// Counts for the overall rating.
    pub critical: bool,
}

/// A number on the drill bar that grows until it is stopped. Never scored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gauge {
    pub id: GaugeId,
    pub text: String,
    /// Shown from this exercise minute on.
    pub from_min: u32,
    /// Its value at `from_min`.
    pub value: f64,
    /// Doubles every so many minutes; then `per_min` is not given.
    #[serde(default)]
    pub double_min: Option<u32>,
    /// Added each minute, may be negative; then `double_min` is not given.
    #[serde(default)]
    pub per_min: Option<f64>,
    #[serde(default)]
    pub least: Option<f64>,
    #[serde(default)]
    pub most: Option<f64>,
    /// Frozen from the first minute at which this holds.
    #[serde(default)]
    pub stop: Option<Condition>,
}

/// A step of what really happened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    pub time: DateTime<FixedOffset>,
    pub text: String,
    /// ATT&CK ids.
    pub techniques: Vec<String>,
    /// The injects in which it can be seen.
    pub clue: Vec<InjectId>,
}

/// A duration that the debrief shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub text: String,
    pub from: Moment,
    pub to: ActionId,
    /// A good value, in exercise minutes.
    pub good_min: u32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debrief {
    /// The story in a paragraph.
    pub summary: String,
    pub lessons: Vec<String>,
    /// Open questions for the hot wash.
    pub discuss: Vec<String>,
}

impl Scenario {
    pub fn inject(&self, id: &str) -> Option<&Inject> {
        self.injects.iter().find(|inject| inject.id == id)
    }

    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| *action.id() == id)
    }

    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    pub fn objective(&self, id: &str) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.id == id)
    }

    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }

    pub fn contact(&self, name: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.name.eq_ignore_ascii_case(name))
    }

    /// The actions that should be done, in the order of the file.
    pub fn expected(&self) -> impl Iterator<Item = &Expected> {
        self.actions.iter().filter_map(|action| match action {
            Action::Expected(expected) => Some(expected),
            Action::Harmful(_) => None,
        })
    }

    /// The actions that must not be done, in the order of the file.
    pub fn harmful(&self) -> impl Iterator<Item = &Harmful> {
        self.actions.iter().filter_map(|action| match action {
            Action::Harmful(harmful) => Some(harmful),
            Action::Expected(_) => None,
        })
    }

    /// Reads the types of a file. The shape in every detail and the meaning are the check's.
    ///
    /// # Errors
    /// The place and what is wrong there, at the first fault.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reader = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| format!("at {}: {}", error.path(), error.inner()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_that_ship_are_read_whole() {
        for (text, injects, expected, harmful, questions) in [
            (include_str!("../../../assets/scenarios/lost-laptop.json"), 17, 10, 2, 2),
            (include_str!("../../../assets/scenarios/four-minutes.json"), 13, 21, 3, 4),
            (include_str!("../../../assets/scenarios/invoice-4471.json"), 14, 22, 3, 4),
            (include_str!("../../../assets/scenarios/saint-orla.json"), 17, 22, 5, 4),
            (include_str!("../../../assets/scenarios/ticket-desk.json"), 17, 22, 3, 3),
        ] {
            let scenario = Scenario::parse(text).unwrap();
            assert_eq!(scenario.schema_version, FORMAT);
            assert_eq!(
                (
                    scenario.injects.len(),
                    scenario.expected().count(),
                    scenario.harmful().count(),
                    scenario.questions.len()
                ),
                (injects, expected, harmful, questions),
                "{}",
                scenario.id
            );
            assert_eq!(scenario.inject("I1").map(|inject| inject.at_min), Some(0));
            assert!(scenario.action("A1").is_some() && scenario.action("H1").is_some());
        }
    }

    #[test]
    fn a_key_that_is_not_in_the_format_is_refused_with_its_place() {
        let text = include_str!("../../../assets/scenarios/ticket-desk.json");
        let wrong = text.replacen("\"end_min\": 195", "\"end_mn\": 195", 1);
        let why = Scenario::parse(&wrong).unwrap_err();
        assert!(why.starts_with("at clock.end_mn: unknown field"), "{why}");
    }
}
