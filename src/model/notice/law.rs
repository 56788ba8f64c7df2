//! What laws and contracts ask for: regimes, their clocks, and which of them are worth a look in an incident.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::clock::{Length, WeekendRule};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::TAXONOMY;

/// `assets/regulations.json`, compiled in and parsed when first asked for.
pub static LAW: LazyLock<Law> = LazyLock::new(|| {
    let mut law: Law = serde_json::from_str(include_str!("../../../assets/regulations.json"))
        .expect("the regulations are compiled in, and a test parses them");
    for regime in &mut law.regulations {
        regime.as_of.clone_from(&law.as_of);
    }
    law
});

/// Stands beside every clock that is shown.
pub const DISCLAIMER: &str = "planning aid, not legal advice";

/// The regulations that ship with casebook.
#[derive(Debug, Deserialize)]
pub struct Law {
    /// The day of the last review, as `2026-11-21`.
    pub as_of: String,
    pub disclaimer: String,
    pub vocabulary: Vocabulary,
    pub regulations: Vec<Regime>,
    pub suggest_tests: Vec<SuggestTest>,
}

/// The sectors one can be in, as the vocabulary names them. Settings are checked against these words
/// without parsing the law; a test keeps both the same.
pub const SECTORS: [&str; 19] = [
    "health",
    "banking",
    "insurance",
    "investment",
    "finance",
    "energy",
    "water",
    "transport",
    "telecom",
    "digital-infrastructure",
    "online-services",
    "public",
    "defence",
    "education",
    "manufacturing",
    "digital-products",
    "payment-cards",
    "critical-infrastructure",
    "listed-company",
];

/// How binding a regime is.
pub const STATUSES: [&str; 6] =
    ["in-force", "future", "proposed", "pending-final-rule", "contractual", "operational"];
/// How sure its numbers are; `own` for one that somebody wrote for themselves.
pub const CONFIDENCES: [&str; 4] = ["high", "medium", "low", "own"];
/// How its numbers were checked.
pub const VERIFICATIONS: [&str; 3] = ["checked-secondary", "not-rechecked", "own"];
/// What sort of notice a clock is for.
pub const STAGES: [&str; 11] = [
    "initial",
    "update",
    "final",
    "individuals",
    "upstream",
    "payment",
    "public",
    "annual",
    "assessment",
    "plan",
    "other",
];

/// The words regimes are sorted by: id to meaning.
#[derive(Debug, Deserialize)]
pub struct Vocabulary {
    pub groups: std::collections::BTreeMap<String, String>,
    pub regions: std::collections::BTreeMap<String, String>,
    /// A union to its member countries.
    pub region_members: std::collections::BTreeMap<String, Vec<String>>,
    pub sectors: std::collections::BTreeMap<String, String>,
}

/// An example that the suggestion must answer, kept with the law.
#[derive(Debug, Deserialize)]
pub struct SuggestTest {
    pub name: String,
    pub types: Vec<String>,
    pub regions: Vec<String>,
    pub sectors: Vec<String>,
    pub expect: Vec<String>,
}

/// A law, a contract or a habit that makes somebody owe notices.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub jurisdiction: String,
    #[serde(default)]
    pub sector: String,
    /// Why it may matter, by type of incident. One of your own without a group is always worth a look.
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default = "everywhere")]
    pub regions: Vec<String>,
    #[serde(default = "everybody")]
    pub sectors: Vec<String>,
    /// IANA zone of the recipient; `None`: the zone of whoever starts the clock.
    #[serde(default)]
    pub zone: Option<String>,
    #[serde(default)]
    pub applies_when: String,
    #[serde(default = "contractual")]
    pub status: String,
    #[serde(default)]
    pub effective: Option<String>,
    #[serde(default)]
    pub source: Source,
    #[serde(default = "own")]
    pub confidence: String,
    #[serde(default = "own")]
    pub verification: String,
    #[serde(default)]
    pub notes: String,
    /// `false`: never suggested, but can be started by hand.
    #[serde(default = "yes")]
    pub suggest: bool,
    /// The day it was last reviewed; empty where nobody said.
    #[serde(default)]
    pub as_of: String,
    pub clocks: Vec<Clock>,
}

/// Where it can be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    #[serde(default)]
    pub citation: String,
    #[serde(default)]
    pub url: Option<String>,
}

/// One notice a regime asks for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    pub id: String,
    pub label: String,
    #[serde(default = "other")]
    pub stage: String,
    /// In words: what starts it.
    #[serde(default)]
    pub trigger: String,
    #[serde(default)]
    pub trigger_event: Fact,
    pub duration: Length,
    #[serde(default)]
    pub recipient: String,
    /// From where on it is owed, and what it must say.
    #[serde(default)]
    pub threshold: String,
    /// The clock of the same regime whose sent time starts this one.
    #[serde(default)]
    pub starts_after: Option<String>,
    #[serde(default)]
    pub weekend_rule: WeekendRule,
    /// No fixed legal number: a target, never overdue.
    #[serde(default)]
    pub soft: bool,
    /// What people aim at where the law names no number, as `72 hours`.
    #[serde(default)]
    pub suggested_target: Option<String>,
    #[serde(default)]
    pub computed_from: Option<String>,
    #[serde(default)]
    pub backstop: Option<Backstop>,
    #[serde(default)]
    pub note: Option<String>,
    /// Sending it starts the next one: a round of updates.
    #[serde(default)]
    pub repeats: bool,
}

/// A second limit; the earlier of both applies, unless it had passed before the first fact.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backstop {
    pub trigger_event: Fact,
    pub value: u32,
    pub unit: super::clock::Unit,
    #[serde(default)]
    pub note: String,
}

fn everywhere() -> Vec<String> {
    vec!["*".to_owned()]
}

fn everybody() -> Vec<String> {
    vec!["any".to_owned()]
}

fn contractual() -> String {
    "contractual".to_owned()
}

fn own() -> String {
    "own".to_owned()
}

fn other() -> String {
    "other".to_owned()
}

fn yes() -> bool {
    true
}

/// What starts a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Detection,
    Discovery,
    #[default]
    Awareness,
    ReasonableBelief,
    Determination,
    Classification,
    Materiality,
    AssessmentComplete,
    Payment,
    ReportSent,
    MeasureAvailable,
    IncidentResolved,
    YearEnd,
}

impl Fact {
    pub const ALL: [Fact; 13] = [
        Fact::Detection,
        Fact::Discovery,
        Fact::Awareness,
        Fact::ReasonableBelief,
        Fact::Determination,
        Fact::Classification,
        Fact::Materiality,
        Fact::AssessmentComplete,
        Fact::Payment,
        Fact::ReportSent,
        Fact::MeasureAvailable,
        Fact::IncidentResolved,
        Fact::YearEnd,
    ];

    /// The word on disk and in the file of the law.
    pub fn id(self) -> &'static str {
        match self {
            Fact::Detection => "detection",
            Fact::Discovery => "discovery",
            Fact::Awareness => "awareness",
            Fact::ReasonableBelief => "reasonable-belief",
            Fact::Determination => "determination",
            Fact::Classification => "classification",
            Fact::Materiality => "materiality",
            Fact::AssessmentComplete => "assessment-complete",
            Fact::Payment => "payment",
            Fact::ReportSent => "report-sent",
            Fact::MeasureAvailable => "measure-available",
            Fact::IncidentResolved => "incident-resolved",
            Fact::YearEnd => "year-end",
        }
    }

    /// The word on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Fact::Detection => "detected",
            Fact::Discovery => "discovered",
            Fact::Awareness => "aware",
            Fact::ReasonableBelief => "believed",
            Fact::Determination => "determined",
            Fact::Classification => "classified",
            Fact::Materiality => "material",
            Fact::AssessmentComplete => "assessed",
            Fact::Payment => "paid",
            Fact::ReportSent => "sent",
            Fact::MeasureAvailable => "fixable",
            Fact::IncidentResolved => "resolved",
            Fact::YearEnd => "year-end",
        }
    }

    /// Reads either word.
    ///
    /// # Errors
    /// Refused with the words there are.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        let wanted = words.trim().to_lowercase().replace([' ', '_'], "-");
        let exact = Fact::ALL.into_iter().find(|fact| fact.word() == wanted || fact.id() == wanted);
        let mut near = Fact::ALL.into_iter().filter(|fact| {
            wanted.len() >= 3 && (fact.word().starts_with(&wanted) || fact.id().starts_with(&wanted))
        });
        let one = exact.or_else(|| match (near.next(), near.next()) {
            (one, None) => one,
            _ => None,
        });
        one.ok_or_else(|| {
            Refusal::misused(format!("{} is no fact that starts a clock.", quoted(words)))
                .hint(format!("Type one of {}.", Fact::ALL.map(Fact::word).join(", ")))
        })
    }
}

impl Regime {
    /// What people call it on one line: `GDPR`, `NIS2`, `UK GDPR`; the name itself where it is no law.
    pub fn short(&self) -> String {
        if matches!(self.status.as_str(), "contractual" | "operational") {
            return self.name.clone();
        }
        let words = self.id.strip_prefix("eu-").unwrap_or(&self.id);
        words.to_uppercase().replace('-', " ")
    }

    pub fn clock(&self, id: &str) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.id == id)
    }

    /// Whether it is worth a look: by the groups the types bring, the widened regions and the sectors.
    fn passes(&self, groups: &[&str], regions: &[String], sectors: &[String]) -> bool {
        let by_group =
            self.groups.is_empty() || self.groups.iter().any(|group| groups.contains(&group.as_str()));
        let by_region = self.regions.iter().any(|code| code == "*" || regions.contains(code));
        self.suggest && by_group && by_region && self.in_sector(sectors)
    }

    fn in_sector(&self, sectors: &[String]) -> bool {
        self.sectors.iter().any(|sector| sector == "any" || sectors.contains(sector))
    }
}

/// The groups of duties that these types of incident bring.
fn groups_of(types: &[&str]) -> Vec<&'static str> {
    let brought = types.iter().filter_map(|id| TAXONOMY.case_type(id));
    brought.flat_map(|case_type| case_type.suggest_regulation_groups.iter().map(String::as_str)).collect()
}

/// Region codes widened: a subdivision adds its country, a member country its union. Never narrowed.
pub fn widened(regions: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut add = |code: &str| {
        if !all.iter().any(|have| have == code) {
            all.push(code.to_owned());
        }
    };
    for code in regions {
        add(code);
        let country = code.split_once('-').map_or(code.as_str(), |(country, _)| country);
        add(country);
        for (union, members) in &LAW.vocabulary.region_members {
            if members.iter().any(|member| member == country) {
                add(union);
            }
        }
    }
    all
}

/// How far regions and sectors narrow a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrowing {
    Configured,
    /// No region is set: what any organisation anywhere may owe for these types.
    TypesOnly,
}

/// The regimes that are worth a look, in the order given. A suggestion is a candidate: people decide by
/// what it applies to, and nothing starts a clock by itself.
pub fn suggest<'a>(
    regimes: impl Iterator<Item = &'a Regime>,
    types: &[&str],
    regions: &[String],
    sectors: &[String],
    narrowing: Narrowing,
) -> Vec<&'a Regime> {
    let groups = groups_of(types);
    let regions = widened(regions);
    regimes
        .filter(|regime| match narrowing {
            Narrowing::Configured => regime.passes(&groups, &regions, sectors),
            Narrowing::TypesOnly => regime.passes(&groups, &regime.regions, sectors),
        })
        .collect()
}

#[cfg(test)]
mod tests;
