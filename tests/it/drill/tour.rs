//! The guided tour of the first drill tells the keys that the screens have.

use casebook::drill::scenario::Scenario;
use casebook::tui::act::Action;
use casebook::tui::keymap::KEYMAP;

#[test]
fn every_key_of_the_tour_does_what_the_tour_says() {
    let scenario = Scenario::parse(include_str!("../../../assets/scenarios/lost-laptop.json")).unwrap();
    for (tip, key, action) in [
        ("I1", "0", Action::Waiting),
        ("I1", "Esc", Action::Back),
        ("I1", "1", Action::OpenScreen),
        ("I1", "?", Action::Help),
        ("I3", "n", Action::Note),
        ("I4", "j", Action::Down),
        ("I4", "k", Action::Up),
        ("I4", "x", Action::Done),
        ("I8", "e", Action::AddEvidence),
        ("I9", ">", Action::PhaseForward),
        ("I9", "S", Action::Severity),
        ("I9", "E", Action::Head),
        ("I10", "3", Action::OpenScreen),
        ("I10", ">", Action::StageOn),
        ("I12", "!", Action::Approval),
        ("I14", "<", Action::PhaseBack),
        ("I14", "c", Action::AddComponents),
        ("I14", ">", Action::StageOn),
        ("I17", "n", Action::Note),
    ] {
        let text = &scenario.inject(tip).unwrap().text;
        let mut words = text.split_whitespace().map(|word| word.trim_end_matches([',', '.', ':', ';']));
        assert!(words.any(|word| word == key), "{tip} does not name {key}: {text}");
        let bound = KEYMAP.iter().any(|row| row.keys.contains(&key) && row.action == action);
        assert!(bound, "{key} is not what {tip} says");
    }
}
