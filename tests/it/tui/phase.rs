//! Going to another phase and back.

use super::session::incident;

#[test]
fn one_enter_goes_forward_and_takes_the_warnings_as_seen() {
    let (place, story) = incident();
    let story = story.press("><enter>");
    assert!(story.state().contains("Analysis visit 1"), "{}", story.state());
    let incident = story.on_disk(&place);
    assert!(!incident.visit().unwrap().gates.is_empty(), "what was open is recorded");
}

#[test]
fn a_way_back_asks_what_was_learned_and_keeps_the_words_when_left() {
    let (_place, story) = incident();
    let story = story.press("><enter><lt>");
    assert!(story.state().contains("> 2 Detection back"), "{}", story.state());
    let story = story.press("<enter>");
    assert!(story.state().contains("! This way needs a reason"), "{}", story.state());
    let story = story.press("second foothold<esc><lt>");
    assert!(story.state().contains("second foothold"), "{}", story.state());
    let story = story.press("<enter>");
    assert!(story.state().contains("Detection visit 2"), "{}", story.state());
    assert!(story.log().last().unwrap().contains("second foothold"), "{:?}", story.log());
}

#[test]
fn ticks_of_an_earlier_visit_hold_when_they_are_marked() {
    let (place, story) = incident();
    let story = story.press("jx><enter><lt>");
    let story = story.press("<tab>again<tab><tab><tab>");
    assert!(story.state().contains("> Still holds?"), "{}", story.state());
    let story = story.press("<space><enter>");
    let incident = story.on_disk(&place);
    let visit = incident.visit().unwrap();
    assert_eq!(incident.checklist(&visit.id).filter(|task| task.settled()).count(), 1);
}

#[test]
fn strong_gates_want_words_once_and_the_same_words_serve_the_rest() {
    let (place, story) = incident();
    let story = story.press(":component add FS01 --type server --stage confirmed<enter>");
    let story = story.press("p3<enter>p4<enter>p5<enter>");
    assert!(story.state().contains("! Who accepts it, and why: FS01?"), "{}", story.state());
    let story = story.press("time is short<enter>");
    let incident = story.on_disk(&place);
    let gates = &incident.visit().unwrap().gates;
    let strong: Vec<_> = gates.iter().filter(|gate| gate.accepted_by.is_some()).collect();
    assert!(strong.len() > 1, "{gates:?}");
    assert!(strong.iter().all(|gate| gate.why.as_deref() == Some("time is short")));
    assert!(strong.iter().all(|gate| gate.accepted_by.as_deref() == Some("ana")));
}

#[test]
fn a_digit_that_leads_nowhere_names_the_ways_there_are() {
    let (_place, story) = incident();
    let story = story.press("p6");
    assert!(story.said().contains("From here: 3 Analysis"), "{}", story.said());
    let story = story.press("<esc>");
    assert!(story.session.app.modals.is_empty());
}

#[test]
fn an_incident_is_put_on_hold_and_goes_on() {
    let (_place, story) = incident();
    let story = story.press("p8<tab>the provider<enter>");
    assert_eq!(story.log().last().unwrap(), "hold on hold: the provider");
    let story = story.press("p8<enter>");
    assert_eq!(story.log().last().unwrap(), "hold goes on");
}

#[test]
fn closing_asks_for_a_disposition_and_the_closed_incident_still_takes_notes() {
    let (_place, story) = incident();
    let story = story.press("p9<tab>");
    let story = story.press("f<tab><tab>a scanner of our own<enter>");
    assert!(story.session.app.incident().unwrap().closed(), "{}", story.state());
    let story = story.press("nlate word<enter>");
    assert_eq!(story.log().last().unwrap(), "note late word");
    let story = story.press("S");
    assert!(story.said().contains("is closed"), "{}", story.said());
}

#[test]
fn earlier_visits_are_looked_at_and_left_again() {
    let (_place, story) = incident();
    let story = story.press("><enter>,");
    assert!(story.state().contains("Detection visit 1"), "{}", story.state());
    let story = story.press(".");
    assert!(story.state().contains("Analysis visit 1"), "{}", story.state());
}
