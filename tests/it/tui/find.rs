//! Things found again: in the open incident, in every other, and from the palette, with keys only.

use casebook::tui::app::Focus;
use casebook::tui::screens::Screen;

use super::session::{Place, Story, incident};

/// An incident with a component, and another one on the screen.
fn two(place: &Place) -> Story {
    let story = place.sit_at("ana", (100, 30)).press("aOdd logins from a hotel<enter>");
    let story = story.press(":component add WS-114 FS02 --type server<enter>");
    story.press("<esc>haRansomware<enter>").settled()
}

#[test]
fn find_goes_through_all_incidents_and_every_kind_of_record_and_leads_to_the_row() {
    let place = Place::new();
    let story = two(&place).press("/<tab>fs02").until("Odd logins from a hotel");
    insta::assert_snapshot!("found-elsewhere", story.screen());
    let story = story.press("<enter>").settled();
    let kept = story.on_disk(&place);
    assert_eq!(kept.title(), "Odd logins from a hotel");
    assert_eq!(story.session.app.focus, Focus::On(Screen::Components), "{}", story.screen());
    let row = story.session.app.noun().unwrap();
    assert_eq!(kept.component(row).unwrap().name, "FS02", "{}", story.screen());
}

#[test]
fn enter_before_anything_was_found_says_that_the_search_goes_on_and_opens_nothing() {
    let place = Place::new();
    let story = two(&place).press("/<tab>").type_ahead("fs02<enter>");
    assert!(story.said().contains("still being looked through"), "{}", story.said());
    let story = story.settled().press("<enter>");
    assert_eq!(story.on_disk(&place).title(), "Odd logins from a hotel");
}

#[test]
fn the_palette_finds_records_of_every_incident_behind_its_acts() {
    let place = Place::new();
    let story = two(&place).press("<c-p>fs02").until("Odd logins from a hotel");
    insta::assert_snapshot!("found-in-the-palette", story.screen());
    let story = story.press("<enter>").settled();
    assert_eq!(story.session.app.focus, Focus::On(Screen::Components), "{}", story.screen());
    assert_eq!(story.on_disk(&place).title(), "Odd logins from a hotel");
}

#[test]
fn a_slip_of_the_finger_finds_what_was_meant_and_says_that_it_is_near() {
    let (_place, story) = incident();
    let story = story.press(":log Odd traffic from the scanner in building two<enter>");
    let story = story.press(":find scnaner<enter>");
    assert!(story.screen().contains("near, "), "{}", story.screen());
    let story = story.press("<enter>");
    assert_eq!(story.session.app.focus, Focus::Log, "{}", story.screen());
    let story = story.press(":find zeppelin<enter>");
    assert!(story.screen().contains("Nothing in this incident has these words"), "{}", story.screen());
}
