//! Words from closed lists: read with our own refusals, offered to shell completion all the same.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::model::component::Stage;
use crate::model::entry::{Kind, LogKind};
use crate::model::lane::Lane;
use crate::model::ledger::measure::MeasureKind;
use crate::model::lesson::CATEGORIES;
use crate::model::lifecycle::lifecycle;
use crate::model::link::Relation;
use crate::model::phase::Phase;
use crate::model::refusal::{Refusal, quoted};
use crate::model::severity;
use crate::model::taxonomy::{Determination, TAXONOMY, Tlp};

/// A word that is taken as typed; the list is for help and completion only.
#[derive(Clone)]
pub(super) struct Offered(pub fn() -> Vec<&'static str>);

impl TypedValueParser for Offered {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}

pub(super) fn phases() -> Vec<&'static str> {
    Phase::ALL.map(Phase::id).to_vec()
}

/// What lessons are usually about.
pub(super) fn categories_of_lessons() -> Vec<&'static str> {
    CATEGORIES.to_vec()
}

pub(super) fn relations() -> Vec<&'static str> {
    Relation::ALL.map(Relation::id).to_vec()
}

pub(super) fn relation(words: &str) -> Result<Relation, Refusal> {
    unique(words, Relation::ALL, Relation::id).ok_or_else(|| none_such("relation", words, &relations()))
}

pub(super) fn severities() -> Vec<&'static str> {
    severity::Level::ALL.map(severity::Level::id).to_vec()
}

pub(super) fn log_kinds() -> Vec<&'static str> {
    LogKind::ALL.map(LogKind::word).to_vec()
}

pub(super) fn lanes() -> Vec<&'static str> {
    Lane::ALL.map(Lane::word).to_vec()
}

pub(super) fn kinds() -> Vec<&'static str> {
    Kind::ALL.map(Kind::word).to_vec()
}

pub(super) fn sources() -> Vec<&'static str> {
    TAXONOMY.detection_sources.iter().map(|source| source.id.as_str()).collect()
}

pub(super) fn tlps() -> Vec<&'static str> {
    Tlp::ALL.map(Tlp::id).to_vec()
}

pub(super) fn types() -> Vec<&'static str> {
    TAXONOMY.case_types.iter().map(|case_type| case_type.id.as_str()).collect()
}

pub(super) fn determinations() -> Vec<&'static str> {
    Determination::ALL.map(Determination::id).to_vec()
}

pub(super) fn postures() -> Vec<&'static str> {
    vec!["watch", "cut"]
}

pub(super) fn asset_types() -> Vec<&'static str> {
    TAXONOMY.asset_types.iter().map(|kind| kind.id.as_str()).collect()
}

pub(super) fn evidence_types() -> Vec<&'static str> {
    TAXONOMY.evidence_types.iter().map(|kind| kind.id.as_str()).collect()
}

pub(super) fn measure_kinds() -> Vec<&'static str> {
    MeasureKind::ALL.map(MeasureKind::id).to_vec()
}

pub(super) fn indicator_types() -> Vec<&'static str> {
    crate::model::indicator::Kind::ALL.iter().map(|kind| kind.id()).collect()
}

pub(super) fn confidences() -> Vec<&'static str> {
    crate::model::indicator::Confidence::ALL.map(crate::model::indicator::Confidence::id).to_vec()
}

pub(super) fn stages() -> Vec<&'static str> {
    Stage::ALL.map(Stage::id).to_vec()
}

pub(super) fn roles() -> Vec<&'static str> {
    TAXONOMY.roles.iter().map(|role| role.id.as_str()).collect()
}

pub(super) fn duties() -> Vec<&'static str> {
    vec!["on", "off"]
}

pub(super) fn categories() -> Vec<&'static str> {
    lifecycle().reason_categories.iter().map(String::as_str).collect()
}

pub(super) fn dispositions() -> Vec<&'static str> {
    lifecycle().dispositions.iter().map(String::as_str).collect()
}

pub(super) fn functionals() -> Vec<&'static str> {
    severity::Functional::ALL.iter().map(|answer| answer.id()).collect()
}

pub(super) fn informations() -> Vec<&'static str> {
    severity::Information::ALL.iter().map(|answer| answer.id()).collect()
}

pub(super) fn recoverabilities() -> Vec<&'static str> {
    severity::Recoverability::ALL.iter().map(|answer| answer.id()).collect()
}

pub(super) fn modifiers() -> Vec<&'static str> {
    severity::Modifier::ALL.iter().map(|answer| answer.id()).collect()
}

pub(super) fn facts() -> Vec<&'static str> {
    crate::model::notice::law::Fact::ALL.map(crate::model::notice::law::Fact::word).to_vec()
}

pub(super) fn phase(words: &str) -> Result<Phase, Refusal> {
    Phase::read(words).ok_or_else(|| none_such("phase", words, &phases()))
}

pub(super) fn log_kind(words: &str) -> Result<LogKind, Refusal> {
    unique(words, LogKind::ALL, LogKind::word).ok_or_else(|| none_such("kind of entry", words, &log_kinds()))
}

pub(super) fn kind(words: &str) -> Result<Kind, Refusal> {
    unique(words, Kind::ALL, Kind::word).ok_or_else(|| none_such("kind of entry", words, &kinds()))
}

pub(super) fn measure_kind(words: &str) -> Result<MeasureKind, Refusal> {
    unique(words, MeasureKind::ALL, MeasureKind::id)
        .ok_or_else(|| none_such("kind of measure", words, &measure_kinds()))
}

pub(super) fn stage(words: &str) -> Result<Stage, Refusal> {
    unique(words, Stage::ALL, Stage::id).ok_or_else(|| none_such("stage", words, &stages()))
}

pub(super) fn posture(words: &str) -> Result<crate::model::taxonomy::Posture, Refusal> {
    crate::model::taxonomy::Posture::parse(words)
}

/// The one of `all` whose word is this, or begins with it.
fn unique<T: Copy, const N: usize>(words: &str, all: [T; N], word: impl Fn(T) -> &'static str) -> Option<T> {
    let wanted = words.trim().to_lowercase().replace([' ', '_'], "-");
    if let Some(exact) = all.into_iter().find(|one| word(*one) == wanted) {
        return Some(exact);
    }
    let mut fitting = all.into_iter().filter(|one| !wanted.is_empty() && word(*one).starts_with(&wanted));
    match (fitting.next(), fitting.next()) {
        (one, None) => one,
        _ => None,
    }
}

fn none_such(what: &str, words: &str, all: &[&str]) -> Refusal {
    Refusal::misused(format!("There is no {what} {}.", quoted(words)))
        .hint(format!("Type one of {}.", all.join(", ")))
}
