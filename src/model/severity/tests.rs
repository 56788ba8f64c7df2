//! The scale against its own examples, and its laws.

use proptest::prelude::*;

use super::*;

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(flatten)]
    impact: Impact,
    determination: Option<Determination>,
    #[serde(flatten)]
    expected: Assessed,
}

#[test]
fn the_formula_gives_what_the_taxonomy_says_it_gives() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../../assets/taxonomy.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_value(file["severity"]["tests"].clone()).unwrap();
    assert!(cases.len() >= 6);
    for case in cases {
        let confirmed = case.determination == Some(Determination::Confirmed);
        assert_eq!(score(&case.impact, confirmed), case.expected, "{}", case.name);
    }
    assert!(file["severity"]["formula"].as_str().unwrap().contains("round_half_up((45*F + 35*I + 20*R)/3)"));
}

#[test]
fn identity_plane_is_a_floor_only_once_the_incident_is_confirmed() {
    let impact = Impact { modifiers: vec![Modifier::IdentityPlane], ..Impact::default() };
    assert_eq!(score(&impact, false).level, Level::Sev5);
    assert_eq!(score(&impact, true).level, Level::Sev2);
}

#[test]
fn the_cautious_one_of_two_levels_is_their_maximum() {
    assert_eq!(Level::Sev1.max(Level::Sev4), Level::Sev1);
    assert!(Level::ALL.is_sorted_by(|worse, better| worse > better));
}

#[test]
fn every_answer_is_read_written_and_weighed_by_one_name() {
    fn named<T: Copy + Serialize + PartialEq + std::fmt::Debug>(
        all: &[T],
        id: fn(T) -> &'static str,
        parse: fn(&str) -> Result<T, Refusal>,
    ) {
        for answer in all {
            assert_eq!(serde_json::to_string(answer).unwrap(), format!("\"{}\"", id(*answer)));
            assert_eq!(parse(&id(*answer).to_uppercase()).unwrap(), *answer);
        }
    }
    named(Functional::ALL, Functional::id, Functional::parse);
    named(Information::ALL, Information::id, Information::parse);
    named(Recoverability::ALL, Recoverability::id, Recoverability::parse);
    named(Modifier::ALL, Modifier::id, Modifier::parse);
    named(&Level::ALL, Level::id, Level::parse);
    let scale = &*TAXONOMY;
    assert_eq!(scale.severity.modifiers.len(), Modifier::ALL.len());
    assert_eq!(scale.impact.functional.len(), Functional::ALL.len());
    assert_eq!(scale.impact.information.len(), Information::ALL.len());
    assert_eq!(scale.impact.recoverability.len(), Recoverability::ALL.len());
}

#[test]
fn a_level_is_read_as_people_say_it_and_knows_its_pace() {
    for words in ["1", "sev1", "SEV1", "sev-1", "Sev 1", "critical"] {
        assert_eq!(Level::parse(words).unwrap(), Level::Sev1);
    }
    for words in ["0", "6", "", "sev", "11", "bad"] {
        assert!(Level::parse(words).is_err(), "{words}");
    }
    assert_eq!(Level::Sev1.update_minutes(), Some(60));
    assert_eq!(Level::Sev5.update_minutes(), None);
}

#[test]
fn both_values_are_kept_byte_for_byte() {
    let impact =
        Impact { functional: Functional::High, modifiers: vec![Modifier::ActorActive], ..Impact::default() };
    let assessed = Assessment::of(impact, true);
    let by = Override { level: Level::Sev1, reason: "Clinics close at noon".to_owned() };
    let severity = Severity::overridden(by, Some(assessed));
    let json = r#"{"level":"sev1","assessed":{"impact":{"functional":"high","information":"none","recoverability":"regular","modifiers":["actor-active"]},"confirmed":true,"base":45,"score":55,"level":"sev2"},"overridden":{"level":"sev1","reason":"Clinics close at noon"}}"#;
    assert_eq!(serde_json::to_string(&severity).unwrap(), json);
    assert_eq!(serde_json::from_str::<Severity>(json).unwrap(), severity);
}

fn impacts() -> impl Strategy<Value = Impact> {
    let modifiers = proptest::sample::subsequence(Modifier::ALL.to_vec(), 0..=Modifier::ALL.len());
    (
        proptest::sample::select(Functional::ALL),
        proptest::sample::select(Information::ALL),
        proptest::sample::select(Recoverability::ALL),
        modifiers,
    )
        .prop_map(|(functional, information, recoverability, modifiers)| Impact {
            functional,
            information,
            recoverability,
            modifiers,
        })
}

proptest! {
    #[test]
    fn a_worse_answer_never_makes_it_milder(impact in impacts(), confirmed: bool, modifier in 0..6_usize) {
        let before = score(&impact, confirmed);
        prop_assert!(before.score <= 100 && before.base <= before.score);
        let mut worse = impact.clone();
        worse.modifiers.push(Modifier::ALL[modifier]);
        prop_assert!(score(&worse, confirmed).level >= before.level);
        let worse = Impact { functional: Functional::High, ..impact.clone() };
        prop_assert!(score(&worse, confirmed).level >= before.level);
        prop_assert!(score(&impact, true).level >= score(&impact, false).level);
    }
}
