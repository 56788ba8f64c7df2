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

/// A screen without the row of tabs, in which others appear as they are built.
fn without_tabs(screen: &str) -> String {
    screen.lines().filter(|row| !row.starts_with(" 1 Board")).collect::<Vec<_>>().join("\n")
}

/// Four components on their screen, two of them confirmed.
fn four() -> (Place, Story) {
    let (place, story) = small();
    let story = story.press("cFS01, FS02<tab><tab>co<enter>3").press("aDC01<enter>asvc-backup<tab>a<enter>");
    (place, story)
}

#[test]
fn several_components_go_on_with_one_form_and_one_undo() {
    let (_place, story) = four();
    // Both confirmed ones are marked; the form says what holds them and what must be taken back.
    let story = story.press("g<space><space>k><tab>switch port off<tab>");
    let story = story.press("<tab><tab><tab><tab>ports of both off<enter>");
    assert_snapshot!("components_on", without_tabs(&story.screen()));
    let story = story.press("u<enter>");
    assert_snapshot!("components_undone", without_tabs(&story.screen()));
}

#[test]
fn a_claim_that_is_withdrawn_stays_in_sight() {
    let (_place, story) = four();
    let story = story.later(5).press(">con<enter>").later(20).press("/FS01<enter>");
    let story = story.press("3G<lt>");
    assert_snapshot!("components_back", without_tabs(&story.screen()));
    assert_snapshot!("components_was", without_tabs(&story.press("beacon again<enter>").screen()));
}

#[test]
fn a_risk_is_accepted_with_a_name_a_reason_and_a_time() {
    let (_place, story) = four();
    let story = story.press("wvendor appliance<enter>");
    assert_snapshot!("components_risk_refused", without_tabs(&story.screen()));
    let story = story.press("<tab><tab>tomorrow 09:00<enter>");
    assert_snapshot!("components_risk", without_tabs(&story.screen()));
}

#[test]
fn the_card_of_a_component_tells_its_history() {
    let (_place, story) = four();
    let story = story.press("nC2 answers, from FS02<enter>").later(3).press(">con<enter>gGg<enter>");
    assert_snapshot!("components_card", without_tabs(&story.screen()));
}

#[test]
fn a_list_asked_for_on_the_line_opens_its_screen_and_what_has_none_is_said_whole() {
    let (_place, story) = small();
    let story = story.press(":component list<enter>");
    assert!(story.screen().contains("── Components "), "{}", story.screen());
    let story = story.press("1:notice suggest<enter>");
    assert!(story.screen().contains("── Notices "), "{}", story.screen());
    assert!(story.screen().contains("▌   CN CAC: Critical"), "{}", story.screen());
    let story = story.press("1:component add FS02 --type server<enter>:component show FS02<enter>");
    assert!(story.screen().contains("▌ FS02"), "{}", story.screen());
    let story = story.press("1:indicator list<enter>");
    assert!(story.screen().contains("── Indicators "), "{}", story.screen());
    let story = story.press("1:decide list<enter>");
    assert!(story.screen().contains("── Decisions "), "{}", story.screen());
    let story = story.press("1:sync status<enter>");
    let told = "This store does not sync. In a shell: casebook sync set REMOTE";
    assert!(story.screen().contains(told), "{}", story.screen());
    let story = story.press(":licences<enter>");
    let told = "That prints text: give it in a shell.  Ctrl-Z leads there, fg back.";
    assert!(story.screen().contains(told), "{}", story.screen());
}
