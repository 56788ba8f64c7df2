//! Keys in, screen out: the flows as they look on the smallest terminal one works on.

use insta::assert_snapshot;

use super::session::{Place, Story};

/// Somebody with an incident open at 80 columns and 24 rows.
fn small() -> (Place, Story) {
    let place = Place::new();
    let story = place.sit_at("ana", (80, 24)).press("aRansomware on the file servers<tab>r<space><enter>");
    (place, story)
}

#[test]
fn the_first_start_asks_who_is_there_and_offers_the_demo() {
    let place = Place::new();
    let story = place.open("ana", (80, 24), |setup| setup.welcome = true);
    assert_snapshot!(story.screen());
}

#[test]
fn the_note_line_echoes_what_it_understands() {
    let (_place, story) = small();
    let story = story.press(":component add FS02 --type server<enter>nshares of FS02 gone @-4m");
    assert_snapshot!(story.screen());
}

#[test]
fn a_way_back_names_what_it_ends_and_starts() {
    let (_place, story) = small();
    let story = story.press("jx><enter>").later(48).press("<lt><tab>a second sender");
    assert_snapshot!(story.screen());
}

#[test]
fn a_refused_answer_says_what_is_missing_where_it_is_typed() {
    let (_place, story) = small();
    assert_snapshot!(story.press("jjw<enter>").screen());
}

#[test]
fn the_line_offers_how_to_go_on() {
    let (_place, story) = small();
    assert_snapshot!(story.press(":se").screen());
}

#[test]
fn a_phone_has_the_incident_its_last_entry_and_a_note_line() {
    let place = Place::new();
    let story = place.sit_at("ana", (45, 20)).press("aRansomware on the file servers<enter>");
    assert_snapshot!(story.press("nshares gone").screen());
}
