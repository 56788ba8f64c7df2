//! The card of the incident: what belongs to it stands there, and Enter goes there.

use super::session::{Place, Story};

/// Three incidents: the last one is tied to the first, and shares an indicator with the second.
fn three(size: (u16, u16)) -> (Place, Story) {
    let place = Place::new();
    let story = place.sit_at("ana", size).press("aOdd logins<enter>:component add FS01<enter>");
    let story = story.press("<tab><tab>aMail of a stranger<enter>:indicator add 203.0.113.7<enter>");
    let story = story.press("<tab><tab>aRansomware on the file servers<enter>");
    let story = story.press(":indicator add 203.0.113.7<enter>:indicator add 198.51.100.9<enter>");
    (place, story.press(":link 1 --relation caused-by --reason \"same account\"<enter>"))
}

#[test]
fn what_belongs_to_the_incident_stands_in_its_card() {
    for (columns, rows) in [(140, 40), (80, 24)] {
        let (_place, story) = three((columns, rows));
        let story = story.press("I");
        insta::assert_snapshot!(format!("head_{columns}x{rows}"), story.screen());
    }
}

#[test]
fn enter_goes_to_the_related_incident_and_its_card_leads_back() {
    let (_place, story) = three((100, 30));
    let story = story.press("I<enter>");
    assert!(story.screen().starts_with(" INC-2026-0001  Odd logins"), "{}", story.screen());
    // The link was said in the other one: it is in sight from here, too.
    let story = story.press("I");
    assert!(story.screen().contains("causes, said there"), "{}", story.screen());
    let story = story.press("<enter>");
    assert!(story.screen().starts_with(" INC-2026-0003"), "{}", story.screen());
    let story = story.press("Ij<enter>");
    assert!(story.screen().starts_with(" INC-2026-0002  Mail of a stranger"), "{}", story.screen());
}

#[test]
fn an_incident_alone_says_so_and_any_key_of_the_card_works() {
    let place = Place::new();
    let story = place.sit_at("ana", (80, 24)).press("aOdd logins<enter>:link<enter>");
    assert!(story.screen().contains("no incident is tied to this one"), "{}", story.screen());
    assert!(story.press("<enter>").state().contains("form Head of INC-2026-0001"));
}

#[test]
fn the_list_stands_on_the_incident_that_was_just_made() {
    let place = Place::new();
    let story = place.sit_at("ana", (80, 24)).press("aFirst<enter><tab><tab>aSecond<enter>");
    assert!(story.state().contains("> INC-2026-0002"), "{}", story.state());
}
