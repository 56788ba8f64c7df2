//! People, keys in and screen out: the roster, tasks for roles, the lead offered, read and taken.

use std::time::Duration;

use insta::assert_snapshot;

use super::session::{Place, Story, incident};

/// ana at a terminal with an incident she leads, and bo and Dee Okafor on its roster.
fn staffed(size: (u16, u16)) -> (Place, Story) {
    let place = Place::new();
    let story = place
        .sit_at("ana", size)
        .press("aRansomware on the file servers<tab>r<space><enter>:edit --lead ana<enter>")
        .press(
            ":people add ana --role incident-lead --phone \"+49 30 5550101\" --shift on --until +8h<enter>",
        )
        .press(
            ":people add bo --role analyst --phone \"+49 30 5550102\" --channel \"radio, channel 4\"<enter>",
        )
        .press(":people add \"Dee Okafor\" --role legal-compliance --mail dee@counsel.example<enter>")
        .press(":task assign \"Check open cases\" @analyst<enter>");
    (place, story)
}

#[test]
fn the_roster_says_who_is_on_shift_how_they_are_reached_and_which_role_nobody_holds() {
    let (_place, story) = staffed((80, 24));
    assert_snapshot!(story.press("6j").screen());
}

#[test]
fn the_roster_at_full_width_shows_the_way_that_still_works() {
    let (_place, story) = staffed((140, 40));
    assert_snapshot!(story.press("6j").screen());
}

#[test]
fn an_empty_roster_says_how_to_begin() {
    let place = Place::new();
    let story = place.sit_at("ana", (80, 24)).press("aRansomware on the file servers<enter>6");
    assert!(story.screen().contains("Nobody is on the roster yet."), "{}", story.screen());
}

#[test]
fn t_and_x_write_at_once_and_every_other_key_of_the_roster_asks_first() {
    let (place, story) = staffed((100, 30));
    let before = story.log().len();
    let story = story.press("6jt");
    assert_eq!(story.log().len(), before + 1, "{:?}", story.log());
    assert_eq!(story.on_disk(&place).person_called("bo").unwrap().shift().unwrap().shift.duty.word(), "on");
    let story = story.press("x");
    assert_eq!(story.log().len(), before + 2);
    for key in ["o", "w", "D", "A", "H", "a"] {
        let asked = story.log().len();
        let (_place, story) = staffed((100, 30));
        let story = story.press(&format!("6j{key}"));
        assert!(story.screen().contains("Enter save"), "{key}: {}", story.screen());
        assert!(story.log().len() < asked, "{key} wrote");
    }
}

#[test]
fn a_task_is_given_to_a_role_from_the_board_and_taking_it_asks_nothing() {
    let (place, story) = staffed((100, 30));
    let story = story.press("A<tab>").press("<right><right><right><right><enter>");
    let given = story.on_disk(&place);
    assert!(
        given.tasks[0].assignee().is_some_and(|to| to.starts_with('@') || to == "bo"),
        "{:?}",
        given.tasks[0].assignee()
    );
    let again = story.press(":task assign \"Record first signal\" @analyst<enter>");
    let taken = again.press("t").on_disk(&place);
    assert_eq!(taken.tasks[0].assignee(), Some("ana"));
}

#[test]
fn the_lead_passes_by_keys_alone_and_all_of_it_is_read_before_the_answer() {
    let (place, story) = staffed((100, 30));
    let ana = story.press("Hb<tab><tab>Mira is asleep until six<enter>");
    assert_eq!(ana.on_disk(&place).lead(), Some("ana"), "an offer makes no lead");
    let bo = place.sit_at("bo", (100, 30)).press("0");
    assert_snapshot!(bo.screen());
    let bo = bo.press("<esc>");
    assert_snapshot!(bo.screen());
    let bo = bo.press("<right><enter>");
    let incident = bo.on_disk(&place);
    assert_eq!(incident.lead(), Some("bo"), "{}", bo.screen());
    assert!(incident.handover_told(incident.last_handover().unwrap()).contains("IN SHORT"));
    let bo = bo.press("u");
    assert!(bo.said().contains("handed back"), "{}", bo.said());
    assert_eq!(bo.on_disk(&place).lead(), Some("bo"));
}

#[test]
fn others_who_come_and_act_move_neither_the_cursor_nor_what_is_typed() {
    let (place, story) = staffed((100, 30));
    let ana = story.press("6jon the phone since four");
    let typed = ana.screen();
    let bo = place.sit_at("bo", (100, 30)).press(":people add cy --role forensics<enter>");
    let _bo = bo.settled();
    let mut ana = ana;
    let came = |ana: &Story| ana.session.app.incident().unwrap().person_called("cy").is_some();
    for _ in 0..100 {
        if !came(&ana) {
            ana.session.wait(Some(Duration::from_millis(100)));
            ana.session.draw().unwrap();
        }
    }
    assert!(came(&ana));
    let row = |screen: &str| screen.lines().find(|line| line.contains("Roster: ")).map(str::to_owned);
    assert_eq!(row(&ana.screen()), row(&typed), "{}", ana.screen());
    let ana = ana.press("<esc>");
    let chosen = ana.press("<enter>");
    assert!(chosen.screen().contains("radio, channel 4"), "{}", chosen.screen());
}

#[test]
fn the_title_of_the_roster_counts_people_and_no_handovers() {
    let (_place, story) = incident();
    let story = story.press(":people add Zoe<enter>").press(":people add Kim<enter>");
    let story = story.press(":handover --to Zoe<enter>").settled().press("6");
    assert!(story.screen().contains("People  2, 0 on shift"), "{}", story.screen());
}
