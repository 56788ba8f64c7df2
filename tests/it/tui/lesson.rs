//! Lessons that outlive their incident, with keys only.

use casebook::model::lesson::State::Done;
use casebook::model::task::State;

use super::session::{Place, incident};

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
fn a_lesson_and_its_action_are_made_and_done_on_the_screen_of_decisions() {
    let (place, story) = incident();
    // The last two sections; the cursor goes to where something can be added.
    let story = story.press("8<tab><tab><tab><tab><tab><tab>");
    let story =
        story.press("aThe restore took nine hours<tab>nobody had tried it<tab>the plan is paper<enter>");
    let kept = story.on_disk(&place);
    let lesson = kept.lessons().next().unwrap();
    assert_eq!(lesson.cause.as_deref(), Some("nobody had tried it"), "{}", story.screen());
    assert_eq!(lesson.finding.as_deref(), Some("the plan is paper"));
    let story = story.press("x");
    assert!(story.screen().contains("L-1 is a lesson"), "{}", story.screen());
    let story = story.press("<tab>aTry a full restore<tab>L-1<tab><tab>+10m<enter>");
    let kept = story.on_disk(&place);
    let action = kept.improvements().next().unwrap();
    assert_eq!((action.lesson.as_ref(), action.owned()), (Some(&lesson.id), true), "{}", story.screen());
    let story = story.later(12).settled();
    insta::assert_snapshot!("learned-and-overdue", story.screen());
    let story = story.press("<enter>");
    insta::assert_snapshot!("the-card-of-an-action", story.screen());
    let story = story.press("<esc>w<enter>");
    assert!(story.screen().contains("only with a reason"), "{}", story.screen());
    let story = story.press("<esc>xticket 4711<enter>");
    let kept = story.on_disk(&place);
    let standing = kept.improvements().next().unwrap().state.get().unwrap().clone();
    assert_eq!(standing.state, Done, "{}", story.screen());
    assert_eq!(standing.evidence.as_deref(), Some("ticket 4711"));
    assert!(!story.screen().contains("OVERDUE"), "{}", story.screen());
}
