//! The words every incident wears: TLP, determination, posture.

use serde::{Deserialize, Serialize};

use super::{TAXONOMY, none_such};
use crate::model::refusal::Refusal;

/// The Traffic Light Protocol 2.0 (FIRST), in order of rank: the cautious one of two is their `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tlp {
    Clear,
    Green,
    Amber,
    #[serde(rename = "amber+strict")]
    AmberStrict,
    Red,
}

impl Tlp {
    /// From the freest to the closest.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// `amber+strict`, as on disk and in the shell.
    pub fn id(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        }
    }

    /// `TLP:AMBER+STRICT`, the one spelling FIRST allows.
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// 0 for clear, to 4 for red.
    pub fn rank(self) -> u8 {
        match self {
            Self::Clear => 0,
            Self::Green => 1,
            Self::Amber => 2,
            Self::AmberStrict => 3,
            Self::Red => 4,
        }
    }

    /// Who may be told.
    pub fn meaning(self) -> &'static str {
        let terms = TAXONOMY.tlp.labels.iter().find(|terms| terms.id == self);
        &terms.expect("the taxonomy describes every label, which a test checks").meaning
    }

    /// Reads `amber`, `TLP:AMBER`, `amber+strict`, `amber-strict`; `TLP:WHITE` of version 1 is read as clear.
    ///
    /// # Errors
    ///
    /// Anything else is refused with the five labels.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        let lower = words.trim().to_ascii_lowercase();
        let bare =
            lower.strip_prefix("tlp").map_or(lower.as_str(), |rest| rest.trim_start_matches([':', ' ', '-']));
        match bare {
            "clear" | "white" => Ok(Self::Clear),
            "green" => Ok(Self::Green),
            "amber" => Ok(Self::Amber),
            "amber+strict" | "amber-strict" | "amber strict" | "amberstrict" => Ok(Self::AmberStrict),
            "red" => Ok(Self::Red),
            _ => Err(none_such("TLP label", words, Self::ALL.into_iter().map(Self::id))),
        }
    }
}

impl std::fmt::Display for Tlp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.label())
    }
}

/// Whether it is an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Determination {
    #[default]
    Suspected,
    Confirmed,
    Blocked,
    FailedAttempt,
    FalsePositive,
}

impl Determination {
    pub const ALL: [Self; 5] =
        [Self::Suspected, Self::Confirmed, Self::Blocked, Self::FailedAttempt, Self::FalsePositive];

    /// `failed-attempt`, as on disk and in the shell.
    pub fn id(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
            Self::Blocked => "blocked",
            Self::FailedAttempt => "failed-attempt",
            Self::FalsePositive => "false-positive",
        }
    }

    /// Reads a determination by its id.
    ///
    /// # Errors
    ///
    /// Anything else is refused with the five there are.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        let wanted = words.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        Self::ALL
            .into_iter()
            .find(|determination| determination.id() == wanted)
            .ok_or_else(|| none_such("determination", words, Self::ALL.into_iter().map(Self::id)))
    }
}

/// How the actor is dealt with until the cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Posture {
    /// Watch first, so that everything is known when it is cut.
    Watch,
    /// Cut now.
    Cut,
}

impl Posture {
    /// `watch` or `cut`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Cut => "cut",
        }
    }

    /// Reads `watch` or `cut`.
    ///
    /// # Errors
    ///
    /// Anything else is refused with the two.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        match words.trim().to_ascii_lowercase().as_str() {
            "watch" => Ok(Self::Watch),
            "cut" => Ok(Self::Cut),
            _ => Err(none_such("posture", words, ["watch", "cut"].into_iter())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tlp_is_read_in_every_spelling_people_use_and_written_in_one() {
        for (typed, label) in [
            ("amber", "TLP:AMBER"),
            ("TLP:AMBER", "TLP:AMBER"),
            ("tlp amber+strict", "TLP:AMBER+STRICT"),
            ("Amber-Strict", "TLP:AMBER+STRICT"),
            ("TLP:WHITE", "TLP:CLEAR"),
            ("red", "TLP:RED"),
        ] {
            assert_eq!(Tlp::parse(typed).unwrap().label(), label);
        }
        for tlp in Tlp::ALL {
            assert_eq!(Tlp::parse(tlp.id()).unwrap(), tlp);
            assert_eq!(Tlp::parse(tlp.label()).unwrap(), tlp);
        }
        assert_eq!(
            Tlp::parse("pink").unwrap_err().hint.unwrap(),
            "Type one of clear, green, amber, amber+strict, red."
        );
        assert!(Tlp::Red > Tlp::AmberStrict && Tlp::AmberStrict > Tlp::Amber && Tlp::Green > Tlp::Clear);
    }
}
