//! Regimes of one's own, what they are called, and the days their recipients do not work.

use super::*;

const OWN: &str = r#"{"id":"acme-contract","name":"Acme master agreement","clocks":[
    {"id":"call","label":"Call the account manager","duration":{"value":4,"unit":"hours"},"recipient":"Acme"},
    {"id":"report","label":"Written report","duration":{"value":5,"unit":"business_days"},"starts_after":"call","trigger_event":"report-sent"}]}"#;

#[test]
fn an_own_regime_stands_beside_the_law_and_is_always_worth_a_look() {
    let duties = Duties { own: read("acme.json", OWN).unwrap(), ..Duties::default() };
    assert_eq!(duties.regimes().count(), 69);
    let (regime, clock) = duties.named("acme-contract/report").unwrap();
    assert_eq!(
        (regime.short().as_str(), clock.unwrap().starts_after.as_deref()),
        ("Acme master agreement", Some("call"))
    );
    let found = duties.suggested(&["phishing"]);
    assert_eq!(found.iter().map(|regime| regime.id.as_str()).collect::<Vec<_>>(), ["acme-contract"]);
}

#[test]
fn an_own_regime_of_a_known_id_takes_its_place() {
    let own = read("gdpr.json", &OWN.replace("acme-contract", "eu-gdpr")).unwrap();
    let duties = Duties { own, ..Duties::default() };
    assert_eq!(duties.regimes().count(), 68);
    assert_eq!(duties.regime("eu-gdpr").unwrap().name, "Acme master agreement");
    assert_eq!(duties.regimes().next().unwrap().name, "Acme master agreement");
}

#[test]
fn a_regime_is_found_by_id_short_name_name_and_country() {
    let duties = Duties::plain();
    for words in ["eu-gdpr", "GDPR", "General Data Protection Regulation", "eu-gdpr/authority"] {
        assert_eq!(duties.named(words).unwrap().0.id, "eu-gdpr", "{words}");
    }
    assert!(duties.found("singapore").len() == 3);
    assert!(duties.named("data protection").unwrap_err().hint.unwrap().contains("eu-gdpr"));
    assert!(duties.named("eu-gdpr/tax").unwrap_err().hint.unwrap().contains("eu-gdpr/authority"));
    assert!(duties.named("xyzzy").unwrap_err().hint.unwrap().contains("notice regimes"));
}

#[test]
fn a_calendar_counts_where_it_concerns_the_recipient() {
    let day = |words: &str| words.parse::<NaiveDate>().unwrap();
    let holidays = BTreeMap::from([
        ("DE".to_owned(), vec![day("2026-10-05")]),
        ("US".to_owned(), vec![day("2026-10-06")]),
        ("*".to_owned(), vec![day("2026-10-07")]),
    ]);
    let duties = Duties { regions: vec!["DE".into()], holidays, ..Duties::default() };
    let works = |regions: &[&str], on: &str| {
        duties.calendar(&regions.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()).works(day(on))
    };
    // My own country under the union, every calendar's days, and no foreign ones.
    assert!(!works(&["EU"], "2026-10-05") && works(&["EU"], "2026-10-06") && !works(&["EU"], "2026-10-07"));
    assert!(works(&["US"], "2026-10-05") && !works(&["US"], "2026-10-06"));
    assert!(!works(&["*"], "2026-10-05") && works(&["*"], "2026-10-06"));
}

#[test]
fn a_fault_in_an_own_regime_names_file_place_and_fix() {
    for (wrong, place) in [
        (OWN.replace("\"hours\"", "\"moons\""), "clocks[0].duration.unit"),
        (OWN.replace("\"value\":4", "\"value\":0"), "clocks[0].duration"),
        (OWN.replace("\"value\":4,", ""), "clocks[0].duration"),
        (OWN.replace("\"starts_after\":\"call\"", "\"starts_after\":\"mail\""), "clocks[1].starts_after"),
        (OWN.replace("acme-contract", "Acme!"), "at id"),
        (OWN.replace("\"clocks\"", "\"zone\":\"Mars\",\"clocks\""), "at zone"),
        (OWN.replace("\"label\"", "\"lable\""), "clocks[0].lable"),
        (format!("{{\"regulations\":[{OWN},{OWN}]}}"), "regulations[1].id"),
        ("{".into(), "the top"),
    ] {
        let refusal = read("acme.json", &wrong).unwrap_err();
        assert!(refusal.message.contains("acme.json") && refusal.message.contains(place), "{refusal}");
        assert!(refusal.hint.is_some());
    }
}
