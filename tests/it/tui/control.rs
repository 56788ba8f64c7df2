//! A facilitator's terminal and a player's, over one store.

use casebook::control::{self, Asked, At};
use casebook::drill::scenario::Scenario;
use casebook::model::drill::Profile;
use casebook::model::playbook::Playbooks;
use uuid::Uuid;

use super::session::{Place, Story};

const TICKET_DESK: &str = include_str!("../../../assets/scenarios/ticket-desk.json");

/// A drill that starts now and is led by somebody.
fn started(facilitated: bool) -> Place {
    let place = Place::new();
    let scenario = Scenario::parse(TICKET_DESK).unwrap();
    let playbooks = Playbooks::default();
    let at = At { wall: place.now.get(), now_set: false, playbooks: &playbooks };
    let asked = Asked { ratio: None, profile: Profile::Plain, facilitated };
    control::start(&place.store(), TICKET_DESK, &scenario, &asked, (Uuid::from_u128(7), [9; 16], "ana"), &at)
        .unwrap();
    place
}

fn sit(place: &Place, name: &str, size: (u16, u16)) -> Story {
    place.open(name, size, |setup| setup.now_set = false)
}

/// The player at the drill pane, and the facilitator at the plan.
fn led() -> (Place, Story, Story) {
    let place = started(true);
    let player = sit(&place, "ana", (100, 30)).press("0");
    let facilitator = sit(&place, "fay", (140, 40)).press(":drill control<enter>");
    (place, player, facilitator)
}

fn came(story: &Story) -> Vec<(String, u32)> {
    let drill = story.session.app.drill().unwrap();
    drill.messages.iter().map(|it| (it.what.inject.clone(), it.minute)).collect()
}

#[test]
fn what_the_facilitator_sends_stands_on_the_players_screen() {
    let (_place, player, facilitator) = led();
    let screen = facilitator.screen();
    assert!(
        screen.contains("Messages of the plan") && screen.contains("players do not see this"),
        "{screen}"
    );
    // I5 is the fifth; it would come at minute 15.
    let facilitator = facilitator.press("jjjj<enter>");
    assert!(facilitator.state().contains("Send I5 now?"), "{}", facilitator.state());
    assert_eq!(came(&facilitator).len(), 1, "one press sends nothing");
    let facilitator = facilitator.press("<enter>");
    assert!(facilitator.screen().contains("came 0, sent"), "{}", facilitator.screen());
    let player = player.until("How far back our logs go");
    assert!(player.screen().contains("How far back our l"), "{}", player.screen());
    for words in ["came 0", "Control", "evidence too thin", "Expected actions"] {
        assert!(!player.screen().contains(words), "{words}: {}", player.screen());
    }
}

#[test]
fn what_is_withheld_never_comes_and_what_is_postponed_keeps_its_spacing() {
    let (_place, player, facilitator) = led();
    // The player's screen hears of nothing meanwhile: what falls due there is judged by the disk.
    let facilitator = facilitator.press("jw").press("Too early for them<enter>");
    assert!(facilitator.screen().contains("withheld"), "{}", facilitator.screen());
    assert!(facilitator.said().contains("players see nothing of it"), "{}", facilitator.said());
    let facilitator = facilitator.press("D<c-u>6<enter>");
    assert!(facilitator.screen().contains("postponed by 6"), "{}", facilitator.screen());
    // Twelve real minutes are thirty-six of the exercise.
    let player = player.later(12).press("<c-l>");
    let facilitator = facilitator.press("<c-l>");
    let at = |story: &Story, id: &str| came(story).into_iter().find(|it| it.0 == id).map(|it| it.1);
    assert_eq!((at(&player, "I2"), at(&player, "I5"), at(&player, "I7")), (None, Some(21), Some(36)));
    assert!(facilitator.screen().contains("came 21"), "{}", facilitator.screen());
    // Enter sends after all what was withheld.
    let facilitator = facilitator.press("<enter><enter>");
    assert_eq!(at(&facilitator, "I2"), Some(36), "{}", facilitator.screen());
}

#[test]
fn notes_and_marks_are_hidden_from_players_and_on_record_for_the_debrief() {
    let (place, player, facilitator) = led();
    let facilitator = facilitator.press("n").press("They argue about the restart<enter>");
    let facilitator = facilitator.press("o<right><right><tab>Nobody wrote the time down<enter>");
    let facilitator = facilitator.press("G");
    assert!(facilitator.screen().contains("They argue about the restart"), "{}", facilitator.screen());
    let notes = facilitator.on_disk(&place).drill.unwrap().notes;
    let told: Vec<_> = notes.iter().map(|it| (it.what.about.as_deref(), it.what.mark.as_deref())).collect();
    assert_eq!(told, [(Some("I1"), None), (Some("I1"), Some("issue"))]);
    let player = player.press("<c-l>").settled();
    for key in ["1", "2", "0"] {
        let player = sit(&place, "bo", (100, 30)).press(key);
        assert!(!player.screen().contains("argue"), "{}", player.screen());
    }
    assert!(!player.state().contains("argue"), "{}", player.state());
    assert!(facilitator.on_disk(&place).entries.iter().all(|entry| !entry.text.contains("argue")));
}

#[test]
fn a_message_of_ones_own_and_the_pace_reach_the_players() {
    let (_place, player, facilitator) = led();
    let facilitator = facilitator.press("a<tab><tab>The lights in the server room are out<enter>");
    let facilitator = facilitator.press("R<c-u>6<enter>");
    assert_eq!(came(&facilitator).last().unwrap(), &("C1".to_owned(), 0));
    let player = player.until("The lights in the server room are out");
    assert!(player.screen().contains("x6  RUNS"), "{}", player.screen());
}

#[test]
fn whoever_plays_alone_is_asked_before_the_plan_opens_and_has_no_tab_to_it() {
    let place = started(false);
    let story = sit(&place, "ana", (100, 30));
    assert!(!story.screen().contains("Control"), "{}", story.screen());
    let story = story.press(":drill control<enter>");
    assert!(story.state().contains("Are you the facilitator?"), "{}", story.state());
    let story = story.press("<esc>");
    assert!(!story.screen().contains("Messages of the plan"), "{}", story.screen());
    let story = story.press(":drill control<enter><enter>");
    assert!(story.screen().contains("Messages of the plan"), "{}", story.screen());
}

#[test]
fn what_players_do_shows_at_the_facilitators_screen() {
    let (_place, player, facilitator) = led();
    let player = player.later(2).press("0").press("2<enter>");
    assert!(player.session.app.drill().unwrap().message("I2").unwrap().reply.is_some());
    let facilitator = facilitator.until("Noor").press("<c-l>");
    assert!(facilitator.screen().contains("b good"), "{}", facilitator.screen());
}

#[test]
fn the_plan_as_it_looks() {
    for (columns, rows) in [(140, 40), (80, 24)] {
        let place = started(true);
        let story = sit(&place, "fay", (columns, rows)).press(":drill control<enter>").later(4).press("j");
        insta::assert_snapshot!(format!("control_{columns}x{rows}"), story.screen());
    }
}

#[test]
fn the_footer_names_a_key_for_one_act_only() {
    let place = started(true);
    let facilitator = sit(&place, "fay", (172, 40)).press(":drill control<enter>");
    let screen = facilitator.screen();
    let footer = screen.lines().find(|line| line.contains("n hidden note")).unwrap();
    assert!(!footer.contains("  n note"), "{footer}");
    // What the screen took from another act is its own.
    assert!(footer.contains("Z pause"), "{footer}");
}
