//! The words incidents are sorted by: roles, sources, determinations, types, TLP and PAP, impact, assets, evidence.

mod marks;

use std::sync::LazyLock;

use serde::Deserialize;

use super::refusal::Refusal;
use super::severity::{self, Functional, Information, Modifier, Recoverability};
use super::text::quoted;

pub use marks::{Determination, Posture, Tlp};

/// `assets/taxonomy.json`.
const TEXT: &str = include_str!("../../assets/taxonomy.json");

/// Whether a word is one of the taxonomy's own: a role, a type, a source.
pub fn has_word(word: &str) -> bool {
    TEXT.contains(&format!("\"{word}\""))
}

/// `assets/taxonomy.json`, compiled in and parsed when first asked for.
pub static TAXONOMY: LazyLock<Taxonomy> =
    LazyLock::new(|| serde_json::from_str(TEXT).expect("the taxonomy is compiled in, and a test parses it"));

/// The parts of the taxonomy the program works with. Ids never change their meaning.
#[derive(Debug, Deserialize)]
pub struct Taxonomy {
    pub roles: Vec<Role>,
    pub detection_sources: Vec<Named>,
    pub determinations: Vec<DeterminationTerms>,
    pub case_types: Vec<CaseType>,
    pub impact: ImpactQuestions,
    pub severity: SeverityScale,
    pub tlp: TlpScale,
    pub asset_types: Vec<Named>,
    pub evidence_types: Vec<EvidenceType>,
}

/// A part somebody plays in the response.
#[derive(Debug, Deserialize)]
pub struct Role {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub duty: String,
    /// Whether this role can approve what wants approval on its own authority.
    pub may_authorise: bool,
}

/// An id with its name for people.
#[derive(Debug, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub struct DeterminationTerms {
    pub id: Determination,
    pub meaning: String,
}

/// A type of incident; every type brings its own checklist beside the generic one.
#[derive(Debug, Deserialize)]
pub struct CaseType {
    pub id: String,
    pub name: String,
    /// What TLP to offer when an incident of this type is opened.
    pub default_tlp: Tlp,
    /// Groups of duties to notify that are worth a look.
    pub suggest_regulation_groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct ImpactQuestions {
    pub functional: Vec<Answer<Functional>>,
    pub information: Vec<Answer<Information>>,
    pub recoverability: Vec<Answer<Recoverability>>,
}

/// An answer to one question of impact.
#[derive(Debug, Deserialize)]
pub struct Answer<T> {
    pub id: T,
    /// 0 to 3.
    pub value: u32,
    pub meaning: String,
}

#[derive(Debug, Deserialize)]
pub struct SeverityScale {
    pub modifiers: Vec<ModifierPoints>,
    pub levels: Vec<Level>,
    pub floors: Vec<Floor>,
}

#[derive(Debug, Deserialize)]
pub struct ModifierPoints {
    pub id: Modifier,
    pub points: u32,
}

/// What a level is called, from which score it holds, and how often people expect to hear.
#[derive(Debug, Deserialize)]
pub struct Level {
    pub id: severity::Level,
    pub name: String,
    /// The least score of this level.
    pub min: u32,
    /// Minutes between updates; `None`: on change.
    pub update_minutes: Option<u32>,
    /// Minutes between updates to executives; `None`: none is due.
    pub executive_minutes: Option<u32>,
    pub cadence: String,
}

/// A level that severity does not go below while every condition holds.
#[derive(Debug, Deserialize)]
pub struct Floor {
    pub when: Conditions,
    pub level: severity::Level,
}

/// Conditions that must all hold, written as `modifier identity-plane and determination = confirmed`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Conditions(pub Vec<Condition>);

#[derive(Debug, PartialEq, Eq)]
pub enum Condition {
    Modifier(Modifier),
    Functional(Functional),
    Information(Information),
    Determination(Determination),
}

impl TryFrom<String> for Conditions {
    type Error = String;

    fn try_from(words: String) -> Result<Self, String> {
        let condition = |words: &str| {
            let (what, which) = words.split_once(" = ").or_else(|| words.split_once(' '))?;
            match what {
                "modifier" => Modifier::parse(which).ok().map(Condition::Modifier),
                "functional" => Functional::parse(which).ok().map(Condition::Functional),
                "information" => Information::parse(which).ok().map(Condition::Information),
                "determination" => Determination::parse(which).ok().map(Condition::Determination),
                _ => None,
            }
        };
        words
            .split(" and ")
            .map(condition)
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| format!("no condition of a severity floor: {words}"))
    }
}

#[derive(Debug, Deserialize)]
pub struct TlpScale {
    pub labels: Vec<TlpTerms>,
}

#[derive(Debug, Deserialize)]
pub struct TlpTerms {
    pub id: Tlp,
    pub label: String,
    pub rank: u8,
    pub meaning: String,
}

/// A kind of evidence; the lower the number, the sooner it is gone.
#[derive(Debug, Deserialize)]
pub struct EvidenceType {
    pub id: String,
    pub name: String,
    pub volatility: u8,
}

impl Taxonomy {
    /// The role of this id, name or alias.
    ///
    /// # Errors
    ///
    /// Refused with the roles there are.
    pub fn role(&self, words: &str) -> Result<&Role, Refusal> {
        let wanted = words.trim();
        let is = |name: &String| name.eq_ignore_ascii_case(wanted);
        self.roles
            .iter()
            .find(|role| is(&role.id) || is(&role.name) || role.aliases.iter().any(is))
            .ok_or_else(|| none_such("role", words, self.roles.iter().map(|role| role.id.as_str())))
    }

    /// The detection source of this id or name.
    ///
    /// # Errors
    ///
    /// Refused with the sources there are.
    pub fn source(&self, words: &str) -> Result<&Named, Refusal> {
        named(&self.detection_sources, "detection source", words)
    }

    /// The type of affected thing of this id or name.
    ///
    /// # Errors
    ///
    /// Refused with the types there are.
    pub fn asset_type(&self, words: &str) -> Result<&Named, Refusal> {
        named(&self.asset_types, "component type", words)
    }

    /// The type of evidence of this id or name.
    ///
    /// # Errors
    ///
    /// Refused with the types there are.
    pub fn evidence_type(&self, words: &str) -> Result<&EvidenceType, Refusal> {
        let wanted = words.trim();
        self.evidence_types
            .iter()
            .find(|one| one.id.eq_ignore_ascii_case(wanted) || one.name.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| {
                none_such("type of evidence", words, self.evidence_types.iter().map(|one| one.id.as_str()))
            })
    }

    /// The reviewed type of incident of this id; users may have more of their own.
    pub fn case_type(&self, id: &str) -> Option<&CaseType> {
        self.case_types.iter().find(|case_type| case_type.id == id)
    }

    /// What a person may say about whether an incident is one.
    pub fn determination(&self, id: Determination) -> &DeterminationTerms {
        self.determinations
            .iter()
            .find(|terms| terms.id == id)
            .expect("the taxonomy describes every determination, which a test checks")
    }
}

fn named<'a>(list: &'a [Named], what: &str, words: &str) -> Result<&'a Named, Refusal> {
    let wanted = words.trim();
    list.iter()
        .find(|one| one.id.eq_ignore_ascii_case(wanted) || one.name.eq_ignore_ascii_case(wanted))
        .ok_or_else(|| none_such(what, words, list.iter().map(|one| one.id.as_str())))
}

fn none_such<'a>(what: &str, words: &str, ids: impl Iterator<Item = &'a str>) -> Refusal {
    let ids: Vec<&str> = ids.collect();
    Refusal::misused(format!("There is no {what} {}.", quoted(words)))
        .hint(format!("Type one of {}.", ids.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_taxonomy_describes_every_word_the_program_knows() {
        for tlp in Tlp::ALL {
            let terms = TAXONOMY.tlp.labels.iter().find(|terms| terms.id == tlp).unwrap();
            assert_eq!((terms.label.as_str(), terms.rank), (tlp.label(), tlp.rank()));
            assert_eq!(serde_json::to_string(&tlp).unwrap(), format!("\"{}\"", tlp.id()));
            assert!(!tlp.meaning().is_empty());
        }
        for determination in Determination::ALL {
            assert_eq!(TAXONOMY.determination(determination).id, determination);
            assert_eq!(serde_json::to_string(&determination).unwrap(), format!("\"{}\"", determination.id()));
        }
        assert_eq!(
            (Tlp::ALL.len(), Determination::ALL.len()),
            (TAXONOMY.tlp.labels.len(), TAXONOMY.determinations.len())
        );
    }

    #[test]
    fn roles_answer_to_their_id_their_name_and_what_others_call_them() {
        for words in ["incident-lead", "Incident Lead", "team lead", " incident commander "] {
            assert_eq!(TAXONOMY.role(words).unwrap().id, "incident-lead");
        }
        let refusal = TAXONOMY.role("barista").unwrap_err();
        assert_eq!(refusal.message, "There is no role \"barista\".");
        assert!(refusal.hint.unwrap().contains("executive"));
        assert!(TAXONOMY.role("ciso").is_err());
        assert!(TAXONOMY.source("Employee report").unwrap().id == "employee");
        assert!(TAXONOMY.asset_type("laptop").is_err() && TAXONOMY.asset_type("Server").is_ok());
        assert!(TAXONOMY.case_type("ransomware").unwrap().default_tlp == Tlp::AmberStrict);
    }

    #[test]
    fn a_floor_nobody_can_read_is_an_error_and_not_ignored() {
        assert!(Conditions::try_from("modifier life-safety".to_owned()).is_ok());
        for words in ["modifier lucky", "moon = full", "", "functional = high and moon = full"] {
            assert!(Conditions::try_from(words.to_owned()).is_err(), "{words}");
        }
    }
}
