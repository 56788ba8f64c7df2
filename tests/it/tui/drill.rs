//! A drill in the screens of its players.

use casebook::control::{self, Asked, At};
use casebook::drill::scenario::Scenario;
use casebook::model::drill::Profile;
use casebook::model::playbook::Playbooks;
use casebook::tui::theme::{Colours, Letters, Theme};
use uuid::Uuid;

use super::session::{Place, Story};

const TICKET_DESK: &str = include_str!("../../../assets/scenarios/ticket-desk.json");

/// A drill that starts now, as somebody else's shell would start it.
pub(super) fn started(profile: Profile) -> Place {
    let place = Place::new();
    let scenario = Scenario::parse(TICKET_DESK).unwrap();
    let playbooks = Playbooks::default();
    let at = At { wall: place.now.get(), now_set: false, playbooks: &playbooks };
    let asked = Asked { ratio: None, profile, facilitated: false };
    control::start(&place.store(), TICKET_DESK, &scenario, &asked, (Uuid::from_u128(7), [9; 16], "ana"), &at)
        .unwrap();
    place
}

fn sit(place: &Place, size: (u16, u16)) -> Story {
    place.open("ana", size, |setup| setup.now_set = false)
}

/// The drill at the moment its first question to the players came.
fn asked(profile: Profile, size: (u16, u16)) -> (Place, Story) {
    let place = started(profile);
    let story = sit(&place, size).press("0").later(2).press("0");
    (place, story)
}

fn drill(story: &Story) -> &casebook::model::drill::Drill {
    story.session.app.drill().unwrap()
}

#[test]
fn what_falls_due_is_written_at_its_own_minute_by_control_and_moves_nothing_of_mine() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("jjn");
    let before = (story.session.app.focus, story.session.app.case.as_ref().unwrap().tasks.at);
    // Five real minutes are fifteen of the exercise: four messages fall due at once.
    let story = story.press("half a word").later(5).press(" and on");
    let app = &story.session.app;
    assert_eq!((app.focus, app.case.as_ref().unwrap().tasks.at), before);
    assert!(story.state().contains("half a word and on"), "{}", story.state());
    let minutes: Vec<(&str, u32)> =
        drill(&story).messages.iter().map(|it| (it.what.inject.as_str(), it.minute)).collect();
    assert_eq!(minutes[..2], [("I1", 0), ("I2", 5)]);
    let disk = story.on_disk(&place);
    let injects: Vec<_> = disk.entries.iter().filter(|entry| entry.kind.word() == "inject").collect();
    assert!(injects.iter().all(|entry| entry.by == "Exercise control"));
    let noor = injects.iter().find(|entry| entry.shown().starts_with("Noor (phone)")).unwrap();
    assert_eq!(noor.happened.to_rfc3339(), "2026-09-14T06:25:00+00:00", "story time of its minute");
    // Nobody is told that it was their act, and u does not take it back.
    assert_eq!(app.undoable(), None);
}

#[test]
fn an_arrival_says_so_without_a_bell_and_0_goes_to_the_oldest_that_waits() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0<esc>").later(2).settled();
    assert!(story.said().contains("Noor (phone) waits for your answer. 0 goes there."), "{}", story.said());
    assert!(!story.session.console.sent.contains(&7));
    let story = story.press("0");
    assert!(story.screen().contains("Noor, Web administrator, by phone 08:25"), "{}", story.screen());
    assert!(story.screen().contains("1-4 answer"), "{}", story.screen());
}

#[test]
fn an_answer_takes_two_presses_and_the_first_one_said_stands() {
    let (place, story) = asked(Profile::Plain, (100, 30));
    let story = story.press("3");
    assert!(drill(&story).message("I2").unwrap().reply.is_none(), "nothing is said by one press");
    let story = story.press("2<enter>");
    let said = drill(&story).message("I2").unwrap().reply.clone().unwrap().1;
    assert_eq!(
        (said.option.as_str(), said.answer.as_deref()),
        ("b", Some("\"OK. Memory is sixteen gigs, give me five minutes.\""))
    );
    assert!(story.screen().contains("Noor: \"OK. Memory is sixteen gigs"), "{}", story.screen());
    assert!(!story.screen().contains("GOOD"), "a plain drill tells no verdict before its end");
    // Its digits lead to the screens again.
    let story = story.press("1");
    assert_eq!(story.session.app.screen(), None);
    let log = story.on_disk(&place).entries;
    let said = log.iter().find(|entry| entry.kind.word() == "communication").unwrap();
    assert_eq!(said.by, "ana");
}

#[test]
fn a_coached_player_learns_at_once_what_an_answer_was_worth() {
    let (_place, story) = asked(Profile::Coached, (100, 30));
    let story = story.press("1<enter>");
    assert!(story.screen().contains("HARMFUL: "), "{}", story.screen());
}

#[test]
fn what_stands_in_an_artefact_goes_into_the_record_by_one_key() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0<tab>j");
    let noted = story.press("n<enter>");
    let last = noted.log().pop().unwrap();
    assert!(last.starts_with("note filter-alert.txt: src 203.0.113.77"), "{last}");
    let story = noted.press("i<enter>");
    assert!(story.log().pop().unwrap().contains("203.0.113.77"), "{:?}", story.log());
    // What is on the list already is not offered again.
    let story = story.press("e");
    let words = story.state();
    assert!(words.contains("filter-alert.txt") && words.contains("Web filter, alert"), "{words}");
}

#[test]
fn a_question_is_answered_in_place_and_may_be_changed() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0<tab><tab>");
    assert!(story.screen().contains("One is right: its number, then Enter."), "{}", story.screen());
    let story = story.press("1<enter>2<enter>");
    let answer = &drill(&story).answers["Q1"];
    assert_eq!(answer.picks, ["b"]);
    assert!(story.screen().contains("Q1 (answered)"), "{}", story.screen());
}

#[test]
fn the_clock_stands_and_goes_on_by_z_and_a_skip_is_asked_first() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0Z").later(30).press("<c-l>");
    assert!(
        story.screen().contains("PAUSED") && story.screen().contains("minute 0 of 195"),
        "{}",
        story.screen()
    );
    let story = story.press("Z").later(1).press("<c-l>");
    assert!(
        story.screen().contains("RUNS") && story.screen().contains("minute 3 of 195"),
        "{}",
        story.screen()
    );
    let story = story.press(">");
    assert!(drill(&story).messages.len() == 1, "asked first");
    let story = story.press("<enter>");
    assert!(drill(&story).messages.len() == 2, "{}", story.screen());
    assert!(story.screen().contains("minute 5 of 195"), "{}", story.screen());
}

#[test]
fn a_hint_names_its_price_before_it_is_taken() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0b");
    assert!(story.screen().contains("It costs 1 point."), "{}", story.screen());
    assert!(drill(&story).hints.is_empty());
    let story = story.press("<enter>");
    assert_eq!(drill(&story).hints.len(), 1);
    assert!(story.screen().contains("Hint: "), "{}", story.screen());
}

#[test]
fn the_clock_of_a_first_drill_waits_while_a_message_is_unread() {
    let place = started(Profile::Coached);
    let story = sit(&place, (100, 30)).later(60).press("<c-l>");
    assert!(
        story.screen().contains("WAITS") && story.screen().contains("minute 0 of 195"),
        "{}",
        story.screen()
    );
    let story = story.press("0");
    assert!(story.screen().contains("RUNS"), "{}", story.screen());
    let story = story.later(2).press("<c-l>").later(60).press("<c-l>");
    assert!(story.screen().contains("minute 6 of 195"), "{}", story.screen());
    // Z lets it go on, now and from now on.
    let story = story.press("Z").later(2).press("<c-l>");
    assert!(story.screen().contains("minute 12 of 195"), "{}", story.screen());
}

#[test]
fn a_request_to_a_contact_opens_what_that_contact_would_do() {
    let (_place, story) = asked(Profile::Plain, (100, 30));
    let story = story.press("1nasked Noor to keep the hands off<enter>");
    assert!(story.said().contains("Noor asks what you say"), "{}", story.said());
    let story = story.press("1<enter>");
    assert!(story.said().contains("Said to Noor; it stands."), "{}", story.said());
}

#[test]
fn a_request_to_a_contact_takes_no_line_away_that_somebody_is_typing() {
    let (_place, story) = asked(Profile::Plain, (100, 30));
    let story = story.press("1Nasked Noor to keep the hands off<enter>");
    assert!(story.said().contains("Noor waits for your answer: 0."), "{}", story.said());
    let story = story.press("second line, still");
    assert!(story.screen().contains("second line, still"), "{}", story.screen());
}

#[test]
fn two_screens_over_one_drill_write_what_falls_due_once_and_come_to_rest() {
    let place = started(Profile::Plain);
    let one = sit(&place, (100, 30));
    let two = place.open("bo", (100, 30), |setup| setup.now_set = false);
    let one = one.later(5).press("<c-l>");
    let two = two.press("<c-l>").until("Noor (phone)");
    let one = one.press("<c-l>");
    let ids = |story: &Story| -> Vec<String> {
        drill(story).messages.iter().map(|message| message.what.inject.clone()).collect()
    };
    assert_eq!(ids(&one), ids(&two));
    let disk = one.on_disk(&place);
    let injects = disk.entries.iter().filter(|entry| entry.kind.word() == "inject").count();
    assert!(injects <= 2 * ids(&one).len(), "{injects}");
}

#[test]
fn a_drill_says_exercise_on_every_screen_at_every_size() {
    let place = started(Profile::Plain);
    for (width, height) in [(80, 24), (100, 30), (140, 40), (200, 14), (66, 50), (45, 20), (30, 10), (60, 9)]
    {
        let mut story = sit(&place, (width, height));
        for key in ["1", "2", "3", "4", "5", "6", "7", "8", "0"] {
            story = story.press(key);
            assert!(story.screen().contains("EXERCISE"), "{width}x{height} {key}\n{}", story.screen());
        }
    }
}

#[test]
fn the_pane_as_it_looks() {
    for (name, size, letters) in [
        ("80x24", (80, 24), Letters::Unicode),
        ("100x30", (100, 30), Letters::Unicode),
        ("140x40", (140, 40), Letters::Unicode),
        ("ascii", (80, 24), Letters::Ascii),
    ] {
        let place = started(Profile::Plain);
        let story = place.open("ana", size, |setup| {
            setup.now_set = false;
            setup.theme = Theme::new(Colours::Dark, letters);
        });
        let story = story.later(2).press("02<enter>").later(3).press("<c-l>").later(9).press("01");
        insta::assert_snapshot!(name, story.screen());
    }
}

#[test]
fn a_drill_is_chosen_briefed_and_started_on_the_screens() {
    let place = Place::new();
    let story = sit(&place, (100, 30)).press(":drill<enter>");
    insta::assert_snapshot!("choose", story.screen());
    let story = story.press("ticket<enter>");
    insta::assert_snapshot!("briefing", story.screen());
    let story = story.press("<enter>");
    assert!(story.screen().contains("EXERCISE EXERCISE EXERCISE  Ticket desk"), "{}", story.screen());
    assert!(story.said().contains("STARTEX. 0 leads to the messages."), "{}", story.said());
    // Its first message is unread, and this is the first drill here: the clock waits.
    assert!(story.screen().contains("WAITS"), "{}", story.screen());
    assert!(story.on_disk(&place).is_drill());
}

#[test]
fn a_drill_is_started_by_name_with_the_pace_and_the_help_that_were_asked_for() {
    let place = Place::new();
    let story = sit(&place, (100, 30)).press(":drill start saint --ratio 60 --profile strict<enter><enter>");
    let exercise = &drill(&story).exercise;
    assert_eq!((exercise.scenario.as_str(), exercise.ratio), ("saint-orla", 60));
    assert_eq!(exercise.profile, Profile::Strict);
    let story = story.press("0b");
    assert!(story.said().contains("without hints"), "{}", story.said());
}

#[test]
fn who_leaves_a_running_drill_finds_it_at_the_same_minute() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).later(13).press("q");
    assert!(story.session.over());
    assert_eq!(story.leave().unsaved, 0);
    place.now.set(place.now.get() + chrono::TimeDelta::hours(20));
    let story = sit(&place, (100, 30));
    assert!(story.screen().contains("minute 39 of 195"), "{}", story.screen());
    assert!(story.said().contains("nobody was here. Z: go on at minute 39."), "{}", story.said());
    // From the board, too.
    let story = story.press("Z").later(1).press("<c-l>");
    assert!(story.screen().contains("minute 42 of 195"), "{}", story.screen());
}

#[test]
fn what_falls_due_as_somebody_leaves_is_on_the_disk_before_the_prompt_is_back() {
    let place = started(Profile::Plain);
    let left = sit(&place, (100, 30)).cut_off("q").later(2).leave();
    assert_eq!((left.unsaved, left.rescued), (0, Vec::new()));
}

#[test]
fn a_drill_whose_screens_were_killed_goes_on_at_its_last_sign_of_life() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).later(5).press("<c-l>").later(8).press("<c-l>");
    // Killed: nothing is written any more.
    drop(story);
    place.now.set(place.now.get() + chrono::TimeDelta::hours(20));
    let story = sit(&place, (100, 30));
    assert!(story.screen().contains("minute 39 of 195"), "{}", story.screen());
    assert!(story.screen().contains("PAUSED"), "{}", story.screen());
    let messages = drill(&story).messages.len();
    let story = story.press("Z").later(1).press("<c-l>");
    assert!(story.screen().contains("minute 42 of 195"), "{}", story.screen());
    assert!(drill(&story).messages.len() <= messages + 1, "what was due overnight did not come");
    // It is asked only once.
    let story = story.later(10).press("<c-l>");
    assert!(story.screen().contains("RUNS"), "{}", story.screen());
}

#[test]
fn a_drill_that_runs_without_screens_is_not_stopped_by_opening_them() {
    let place = started(Profile::Plain);
    place.now.set(place.now.get() + chrono::TimeDelta::minutes(13));
    let story = sit(&place, (100, 30));
    assert!(
        story.screen().contains("minute 39 of 195") && story.screen().contains("RUNS"),
        "{}",
        story.screen()
    );
}

#[test]
fn with_a_clock_that_was_set_nothing_is_paused_by_itself() {
    let place = started(Profile::Coached);
    let story = place.open("ana", (100, 30), |_| {}).later(13).press("q");
    story.leave();
    let story = place.open("ana", (100, 30), |_| {});
    assert!(story.screen().contains("RUNS"), "{}", story.screen());
}

#[test]
fn the_first_start_offers_a_drill() {
    let place = Place::new();
    let story = place.open("ana", (100, 30), |setup| {
        setup.now_set = false;
        setup.welcome = true;
    });
    let story = story.press("<tab><tab><tab><right><right><enter>");
    assert!(story.screen().contains("EXERCISE: what shall be played?"), "{}", story.screen());
}

#[test]
fn a_drill_is_seen_in_the_zone_of_its_story_and_others_as_before() {
    let place = started(Profile::Plain);
    let utc = casebook::model::time::Zone::utc();
    let story = place.open("ana", (100, 30), |setup| {
        setup.now_set = false;
        setup.zone = Some(utc);
    });
    assert!(story.screen().contains("08:20 +02"), "{}", story.screen());
    let story = story.press(":new \"A real one\"<enter>");
    assert!(story.screen().contains("14:06Z"), "{}", story.screen());
}

#[test]
fn after_the_end_the_debrief_is_read_written_and_made_into_improvements() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0b<esc>");
    assert!(!story.screen().contains("How it went"), "not before its end");
    let story = story.press(":drill end<enter>");
    assert!(story.screen().contains("ENDED"), "{}", story.screen());
    assert!(story.screen().contains("How it went: U"), "{}", story.screen());
    let story = story.press("b");
    assert!(story.screen().contains("EXERCISE: debrief of EX-2026-0001"), "{}", story.screen());
    let file = place.path().join("after.html");
    let story = story.press("<esc>W<c-u>").press(&file.display().to_string()).press("<enter>");
    let written = std::fs::read_to_string(place.path().join("EXERCISE-after.html")).unwrap();
    assert!(written.contains("EXERCISE EXERCISE EXERCISE"), "{}", story.said());
    // Below the messages and what they brought stands what could be better.
    let story = story.press("<tab><tab>");
    assert!(story.screen().contains("Enter makes it an improvement action."), "{}", story.screen());
    let story = story.press("<enter><enter>");
    let action = story.on_disk(&place).improvements().next().cloned().unwrap();
    assert_eq!(action.owner(), Some("ana"));
    assert!(story.screen().contains("It is an improvement action; 8 shows it."), "{}", story.screen());
}

#[test]
fn an_artefact_becomes_evidence_with_its_hash_and_a_holder() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0<tab>je<enter>");
    let item = story.on_disk(&place).evidence().next().cloned().unwrap();
    assert_eq!(item.name(), "filter-alert.txt");
    assert_eq!(item.holder(), Some("ana"));
    assert!(item.sha256().is_some() && item.in_vault(), "{}", story.state());
    assert!(story.screen().contains("E-001"), "{}", story.screen());
}

#[test]
fn how_it_went_says_where_an_objective_is_out_of_sight() {
    for size in [(80, 24), (100, 30), (140, 40)] {
        let place = started(Profile::Plain);
        let story = sit(&place, size).press("0:drill end<enter>").settled().press("<esc>0");
        let screen = story.screen();
        let objectives = &story.session.app.case.as_ref().unwrap().seat.debrief.as_ref().unwrap().objectives;
        let seen = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let hidden = objectives.iter().filter(|objective| !screen.contains(&seen(&objective.text))).count();
        assert!(hidden == 0 || screen.contains("more below; b reads all"), "{hidden} hidden:\n{screen}");
    }
}

#[test]
fn the_debrief_that_is_read_can_be_written_from_where_it_is_read() {
    let place = started(Profile::Plain);
    let story = sit(&place, (100, 30)).press("0:drill end<enter>").settled().press("<esc>0b");
    assert!(story.screen().contains("EXERCISE: debrief of EX-2026-0001"), "{}", story.screen());
    let story = story.press("W");
    assert!(story.screen().contains("write the debrief to a file"), "{}", story.screen());
    let path = place.path().join("EXERCISE-told.md");
    let story = story.press("<c-u>").press(&path.display().to_string()).press("<enter>").settled();
    assert!(std::fs::read_to_string(path).unwrap().contains("EX-2026-0001"), "{}", story.screen());
}

#[test]
fn a_hint_is_read_whole_on_eighty_columns() {
    let place = started(Profile::Plain);
    let mut story = sit(&place, (80, 24)).press("0");
    let mut longest = 0;
    for _ in 0..6 {
        story = story.press("0b<enter>b<enter><esc>0").settled();
        let hint = casebook::model::text::defang(&drill(&story).hints.last().unwrap().text).into_owned();
        let screen = story.screen();
        let words: String = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&hint), "{hint}\n{screen}");
        longest = longest.max(hint.len());
        story = story.later(6);
    }
    assert!(longest > 76, "no hint was longer than a row: {longest}");
}
