//! Lessons that outlive their incident, and things found again, with keys only.

use casebook::model::task::State;

use super::session::Place;

#[test]
fn a_lesson_becomes_an_action_that_the_next_preparation_begins_with() {
    let place = Place::new();
    let story = place.sit_at("ana", (100, 30)).press("aRansomware on the file servers<enter>");
    let story = story.press(":lesson add The restore took nine hours<enter>");
    let story =
        story.press(":improve add \"Try a full restore\" --lesson L-1 --owner bo --due 2026-12-01<enter>");
    // Readiness: all open actions of all incidents, and how many were done on time.
    let story = story.settled().press(":improve<enter>");
    insta::assert_snapshot!("readiness", story.screen());
    let story = story
        .press("<esc>haReadiness for 2027<tab><tab><tab><tab><tab><tab><tab><tab><right><enter>")
        .settled();
    let incident = story.on_disk(&place);
    let visit = incident.visit().unwrap();
    let taken_over: Vec<_> =
        incident.checklist(&visit.id).filter(|task| task.what.origin.is_some()).collect();
    assert_eq!((visit.phase.id(), taken_over.len()), ("preparation", 1), "{}", story.screen());
    assert_eq!(taken_over[0].what.origin.as_ref().unwrap().to_string(), "INC-2026-0001 A-1");
    assert_eq!((taken_over[0].assignee(), taken_over[0].state()), (Some("bo"), State::Open));
    assert!(story.screen().contains("Try a full restore"), "{}", story.screen());
}

#[test]
fn find_goes_through_all_incidents_and_every_kind_of_record() {
    let place = Place::new();
    let story = place.sit_at("ana", (100, 30)).press("aOdd logins from a hotel<enter>");
    let story = story.press(":component add FS02 --type server<enter>");
    let story = story.press("<esc>haRansomware<enter>").settled();
    let story = story.press("/<tab>fs02").until("Odd logins from a hotel");
    insta::assert_snapshot!("found-elsewhere", story.screen());
    let story = story.press("<enter>").settled();
    assert_eq!(story.on_disk(&place).title(), "Odd logins from a hotel");
}
