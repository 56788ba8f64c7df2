//! The law as it ships, and whom it is suggested to.

use super::*;

#[test]
fn the_law_has_68_regimes_and_137_clocks_and_each_says_when_and_how_sure() {
    let clocks: usize = LAW.regulations.iter().map(|regime| regime.clocks.len()).sum();
    assert_eq!((LAW.regulations.len(), clocks), (68, 137));
    for regime in &LAW.regulations {
        assert_eq!(regime.as_of, "2026-11-21");
        assert!(!regime.confidence.is_empty() && !regime.source.citation.is_empty(), "{}", regime.id);
        for clock in &regime.clocks {
            assert!(clock.duration.in_reason(), "{}/{}", regime.id, clock.id);
        }
    }
    assert!(LAW.disclaimer.to_lowercase().starts_with(DISCLAIMER));
}

#[test]
fn the_examples_of_the_law_are_answered_as_it_expects() {
    assert!(LAW.suggest_tests.len() >= 8);
    for test in &LAW.suggest_tests {
        let types: Vec<&str> = test.types.iter().map(String::as_str).collect();
        let found =
            suggest(LAW.regulations.iter(), &types, &test.regions, &test.sectors, Narrowing::Configured);
        let ids: Vec<&str> = found.iter().map(|regime| regime.id.as_str()).collect();
        assert_eq!(ids, test.expect, "{}", test.name);
    }
}

#[test]
fn before_a_region_is_set_the_types_alone_suggest() {
    let found = suggest(LAW.regulations.iter(), &["ransomware"], &[], &[], Narrowing::TypesOnly);
    let ids: Vec<&str> = found.iter().map(|regime| regime.id.as_str()).collect();
    assert!(ids.contains(&"eu-gdpr") && ids.contains(&"insurer"), "{ids:?}");
    assert!(!ids.contains(&"eu-nis2"), "a sector law is for those who set the sector");
    assert_eq!(
        suggest(LAW.regulations.iter(), &["phishing"], &[], &[], Narrowing::TypesOnly),
        Vec::<&Regime>::new()
    );
}

#[test]
fn the_sectors_of_the_settings_are_those_of_the_law() {
    let mut known = SECTORS.to_vec();
    known.push("any");
    known.sort_unstable();
    assert_eq!(LAW.vocabulary.sectors.keys().map(String::as_str).collect::<Vec<_>>(), known);
}

#[test]
fn a_fact_answers_to_the_word_of_the_law_and_to_the_word_of_people() {
    for fact in Fact::ALL {
        assert_eq!(Fact::parse(fact.word()), Ok(fact));
        assert_eq!(Fact::parse(fact.id()), Ok(fact));
        assert_eq!(serde_json::to_string(&fact).unwrap(), format!("\"{}\"", fact.id()));
    }
    assert_eq!(Fact::parse("Reasonable belief"), Ok(Fact::ReasonableBelief));
    assert_eq!(Fact::parse("deter"), Ok(Fact::Determination));
    assert!(Fact::parse("felt").unwrap_err().hint.unwrap().contains("aware"));
}

#[test]
fn regimes_have_short_names() {
    let short = |id: &str| LAW.regulations.iter().find(|regime| regime.id == id).unwrap().short();
    assert_eq!(
        ["eu-gdpr", "eu-nis2", "uk-gdpr", "us-sec-8k", "insurer"].map(short),
        ["GDPR", "NIS2", "UK GDPR", "US SEC 8K", "Cyber insurance notice"]
    );
}
