//! The seven phases an incident moves through, and how six- and four-phase houses name them.

use serde::{Deserialize, Serialize};

/// One of the seven phases (NIST SP 800-61 with Detection and Analysis, and the three of its third
/// stage, kept apart so that each has its own checklist and its own time).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Preparation,
    Detection,
    Analysis,
    Containment,
    Eradication,
    Recovery,
    LessonsLearned,
}

impl Phase {
    pub const ALL: [Phase; 7] = [
        Phase::Preparation,
        Phase::Detection,
        Phase::Analysis,
        Phase::Containment,
        Phase::Eradication,
        Phase::Recovery,
        Phase::LessonsLearned,
    ];

    /// The word on disk and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Phase::Preparation => "preparation",
            Phase::Detection => "detection",
            Phase::Analysis => "analysis",
            Phase::Containment => "containment",
            Phase::Eradication => "eradication",
            Phase::Recovery => "recovery",
            Phase::LessonsLearned => "lessons-learned",
        }
    }

    /// The name on screens.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Preparation => "Preparation",
            Phase::Detection => "Detection",
            Phase::Analysis => "Analysis",
            Phase::Containment => "Containment",
            Phase::Eradication => "Eradication",
            Phase::Recovery => "Recovery",
            Phase::LessonsLearned => "Lessons Learned",
        }
    }

    /// The letter on a narrow rail.
    pub fn letter(self) -> char {
        self.name().chars().next().unwrap_or(' ')
    }

    /// 1 to 7, as in the phase dialog.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Reads a phase from its word, name, number or an unambiguous beginning (`cont`, `ll`).
    pub fn read(words: &str) -> Option<Phase> {
        let words = words.trim().to_lowercase().replace(' ', "-");
        if words == "ll" {
            return Some(Phase::LessonsLearned);
        }
        if let Ok(number) = words.parse::<u8>() {
            return Phase::ALL.into_iter().find(|phase| phase.number() == number);
        }
        let mut fitting = Phase::ALL.into_iter().filter(|phase| phase.id().starts_with(&words));
        match (fitting.next(), fitting.next()) {
            (Some(phase), None) if !words.is_empty() => Some(phase),
            _ => None,
        }
    }
}

// Read as a string and not as an enum, so that a fault below a phase in a user's file names the phase.
impl<'de> Deserialize<'de> for Phase {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Phase::ALL
            .into_iter()
            .find(|phase| phase.id() == word)
            .ok_or_else(|| serde::de::Error::custom(format!("{word:?} is no phase")))
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// How many phases the rail shows. The record always keeps seven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    #[default]
    Seven,
    Six,
    Four,
}

impl View {
    /// The stations of the rail: name and the phases it stands for.
    pub fn stations(self) -> &'static [(&'static str, &'static [Phase])] {
        use Phase::{Analysis, Containment, Detection, Eradication, LessonsLearned, Preparation, Recovery};
        match self {
            View::Seven => &[
                ("Preparation", &[Preparation]),
                ("Detection", &[Detection]),
                ("Analysis", &[Analysis]),
                ("Containment", &[Containment]),
                ("Eradication", &[Eradication]),
                ("Recovery", &[Recovery]),
                ("Lessons Learned", &[LessonsLearned]),
            ],
            View::Six => &[
                ("Preparation", &[Preparation]),
                ("Identification", &[Detection, Analysis]),
                ("Containment", &[Containment]),
                ("Eradication", &[Eradication]),
                ("Recovery", &[Recovery]),
                ("Lessons Learned", &[LessonsLearned]),
            ],
            View::Four => &[
                ("Preparation", &[Preparation]),
                ("Detection and Analysis", &[Detection, Analysis]),
                ("Containment, Eradication, Recovery", &[Containment, Eradication, Recovery]),
                ("Post-Incident Activity", &[LessonsLearned]),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_read_from_word_name_number_and_beginning() {
        for phase in Phase::ALL {
            assert_eq!(Phase::read(phase.id()), Some(phase));
            assert_eq!(Phase::read(phase.name()), Some(phase));
            assert_eq!(Phase::read(&phase.number().to_string()), Some(phase));
        }
        assert_eq!(Phase::read("cont"), Some(Phase::Containment));
        assert_eq!(Phase::read("ll"), Some(Phase::LessonsLearned));
        for nothing in ["", "0", "8", "x", "containments"] {
            assert_eq!(Phase::read(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn every_view_shows_every_phase_once_and_in_order() {
        for view in [View::Seven, View::Six, View::Four] {
            let shown: Vec<Phase> =
                view.stations().iter().flat_map(|(_, phases)| phases.iter().copied()).collect();
            assert_eq!(shown, Phase::ALL);
        }
    }
}
