//! Severity SEV1 to SEV5: scored from impact by the formula of the taxonomy, or set by a person with a reason.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::taxonomy::{self, Condition, Determination, TAXONOMY};
use super::text::quoted;

/// How bad it is. `Sev1` is the worst, and the greatest in order: the cautious one of two is their `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Sev1,
    Sev2,
    Sev3,
    Sev4,
    Sev5,
}

impl Level {
    /// From the worst to the least.
    pub const ALL: [Self; 5] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4, Self::Sev5];

    /// 1 for `Sev1`, to 5.
    pub fn number(self) -> u8 {
        match self {
            Self::Sev1 => 1,
            Self::Sev2 => 2,
            Self::Sev3 => 3,
            Self::Sev4 => 4,
            Self::Sev5 => 5,
        }
    }

    /// `sev1`, as on disk.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sev1 => "sev1",
            Self::Sev2 => "sev2",
            Self::Sev3 => "sev3",
            Self::Sev4 => "sev4",
            Self::Sev5 => "sev5",
        }
    }

    /// `SEV1`, as on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV1",
            Self::Sev2 => "SEV2",
            Self::Sev3 => "SEV3",
            Self::Sev4 => "SEV4",
            Self::Sev5 => "SEV5",
        }
    }

    /// `Critical`, `High`, … and the pace of updates that goes with it.
    pub fn terms(self) -> &'static taxonomy::Level {
        TAXONOMY
            .severity
            .levels
            .iter()
            .find(|level| level.id == self)
            .expect("the taxonomy describes every level, which a test checks")
    }

    /// Minutes between two updates to those who wait for them; `None`: on change only.
    pub fn update_minutes(self) -> Option<u32> {
        self.terms().update_minutes
    }

    /// Reads `1`, `sev1`, `SEV1`, `SEV-1` or the name of the level, such as `critical`.
    ///
    /// # Errors
    ///
    /// Anything else is refused with the five levels.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        let lower = words.trim().to_ascii_lowercase();
        let number = lower.strip_prefix("sev").unwrap_or(&lower).trim_start_matches(['-', ' ']);
        Self::ALL
            .into_iter()
            .find(|level| {
                level.number().to_string() == number || level.terms().name.eq_ignore_ascii_case(&lower)
            })
            .ok_or_else(|| {
                let levels: Vec<String> = Self::ALL
                    .iter()
                    .map(|level| format!("{} ({})", level.id(), level.terms().name))
                    .collect();
                Refusal::misused(format!("There is no severity {}.", quoted(words)))
                    .hint(format!("Type {}.", levels.join(", ")))
            })
    }
}

impl Ord for Level {
    fn cmp(&self, other: &Self) -> Ordering {
        other.number().cmp(&self.number())
    }
}

impl PartialOrd for Level {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.label())
    }
}

/// Declares the answers to a question of impact: variant, name on disk.
macro_rules! answers {
    ($(#[$doc:meta])* $name:ident, $question:literal { $($variant:ident = $id:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            #[default]
            $($variant),+
        }

        impl $name {
            /// Every answer, from the least.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on disk and in the shell.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id),+
                }
            }

            /// Reads an answer by its name.
            ///
            /// # Errors
            ///
            /// Anything else is refused with the answers there are.
            pub fn parse(words: &str) -> Result<Self, Refusal> {
                let wanted = words.trim().to_ascii_lowercase().replace([' ', '_'], "-");
                Self::ALL.iter().copied().find(|answer| answer.id() == wanted).ok_or_else(|| {
                    let ids: Vec<&str> = Self::ALL.iter().map(|answer| answer.id()).collect();
                    Refusal::misused(format!(concat!("There is no ", $question, " {}."), quoted(words)))
                        .hint(format!("Type one of {}.", ids.join(", ")))
                })
            }
        }
    };
}

answers! {
    /// What the services lost.
    Functional, "functional impact" { None = "none", Low = "low", Medium = "medium", High = "high" }
}

answers! {
    /// What happened to information.
    Information, "information impact" {
        None = "none", Suspected = "suspected", Confirmed = "confirmed", ConfirmedRegulated = "confirmed-regulated",
    }
}

answers! {
    /// How well one comes back from it.
    Recoverability, "recoverability" {
        Regular = "regular", Supplemented = "supplemented", Extended = "extended", NotRecoverable = "not-recoverable",
    }
}

answers! {
    /// What makes it worse than the three answers say.
    Modifier, "modifier" {
        LifeSafety = "life-safety", ActorActive = "actor-active", IdentityPlane = "identity-plane",
        Spreading = "spreading", Public = "public", ThirdParties = "third-parties",
    }
}

/// The answers severity is scored from. Category names follow NIST SP 800-61r2, section 3.2.6.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    pub functional: Functional,
    pub information: Information,
    pub recoverability: Recoverability,
    /// A set: the order and repetitions do not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<Modifier>,
}

/// What the formula makes of an impact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// 0 to 100, from the three answers.
    pub base: u32,
    /// The base and the points of the modifiers, at most 100.
    pub score: u32,
    /// By threshold, raised to the highest floor that applies.
    pub level: Level,
}

/// Scores an impact. `confirmed` is whether the determination of the incident is `confirmed`.
///
/// base = (45 F + 35 I + 20 R) / 3 rounded half up; score = base plus the points of the modifiers, at most
/// 100; the level by threshold, raised to the highest floor that applies. Points, thresholds and floors
/// stand in `assets/taxonomy.json`.
pub fn score(impact: &Impact, confirmed: bool) -> Assessed {
    let scale = &*TAXONOMY;
    let weighed = 45 * value(&scale.impact.functional, impact.functional)
        + 35 * value(&scale.impact.information, impact.information)
        + 20 * value(&scale.impact.recoverability, impact.recoverability);
    let base = (2 * weighed + 3) / 6;
    let modifiers =
        scale.severity.modifiers.iter().filter(|modifier| impact.modifiers.contains(&modifier.id));
    let score = (base + modifiers.map(|modifier| modifier.points).sum::<u32>()).min(100);
    let levels = scale.severity.levels.iter().filter(|level| score >= level.min).map(|level| level.id);
    let floors = scale
        .severity
        .floors
        .iter()
        .filter(|floor| applies(floor, impact, confirmed))
        .map(|floor| floor.level);
    Assessed { base, score, level: levels.chain(floors).max().unwrap_or(Level::Sev5) }
}

fn value<T: PartialEq>(answers: &[taxonomy::Answer<T>], given: T) -> u32 {
    answers.iter().find(|answer| answer.id == given).map_or(0, |answer| answer.value)
}

fn applies(floor: &taxonomy::Floor, impact: &Impact, confirmed: bool) -> bool {
    floor.when.0.iter().all(|condition| match condition {
        Condition::Modifier(modifier) => impact.modifiers.contains(modifier),
        Condition::Functional(functional) => impact.functional == *functional,
        Condition::Information(information) => impact.information == *information,
        Condition::Determination(determination) => (*determination == Determination::Confirmed) == confirmed,
    })
}

/// An assessment with the answers it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub impact: Impact,
    /// Whether the incident was confirmed when it was scored.
    pub confirmed: bool,
    #[serde(flatten)]
    pub result: Assessed,
}

impl Assessment {
    /// Scores these answers.
    pub fn of(impact: Impact, confirmed: bool) -> Self {
        let result = score(&impact, confirmed);
        Self { impact, confirmed, result }
    }
}

/// A level set by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub level: Level,
    pub reason: String,
}

/// The severity of an incident: what holds, and both of the values it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// The level that holds: the person's, else the formula's.
    pub level: Level,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessed: Option<Assessment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Override>,
}

impl Severity {
    /// What the formula says.
    pub fn assessed(assessment: Assessment) -> Self {
        Self { level: assessment.result.level, assessed: Some(assessment), overridden: None }
    }

    /// What a person says, beside what the formula said, if it was asked.
    pub fn overridden(by: Override, assessed: Option<Assessment>) -> Self {
        Self { level: by.level, assessed, overridden: Some(by) }
    }
}
