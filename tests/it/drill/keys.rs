//! The same plays by keys; and what only screens show: a clock that runs, a kill, a facilitator beside them.

use std::time::Duration;

use serde_json::Value;

use super::player::{Pace, Player};
use super::rules;
use super::script::{Script, key};
use crate::cli::run;

/// Plays a script to its end.
fn played(scenario: &str, name: &str) -> Value {
    let mut player = Player::start(scenario);
    let script = Script::read(scenario, name);
    script.acts.iter().for_each(|act| player.act(act));
    let debrief = player.debrief();
    let (ratings, overall) = rules::ratings(&key(scenario), &debrief);
    assert_eq!(rules::told(&debrief), ratings);
    assert_eq!(debrief["overall"], overall);
    debrief
}

fn perfect(scenario: &str) {
    let debrief = played(scenario, "perfect");
    assert_eq!(debrief["ending"], "reached");
    let told = rules::told(&debrief);
    assert!(told.iter().all(|(_, rating)| rating == "P"), "{told:?} {}", debrief["actions"]);
    assert_eq!(debrief["score"], 100.0, "{} {}", debrief["points"], debrief["record"]);
}

#[test]
fn lost_laptop_is_played_perfectly_by_keys() {
    perfect("lost-laptop");
}

#[test]
fn ticket_desk_is_played_perfectly_by_keys() {
    perfect("ticket-desk");
}

#[test]
fn invoice_4471_is_played_perfectly_by_keys() {
    perfect("invoice-4471");
}

#[test]
fn four_minutes_is_played_perfectly_by_keys() {
    perfect("four-minutes");
}

#[test]
fn saint_orla_is_played_perfectly_by_keys() {
    perfect("saint-orla");
}

#[test]
fn ticket_desk_played_the_expensive_way_goes_back_from_recovery_by_keys() {
    let debrief = played("ticket-desk", "expensive");
    let back = debrief["ways_back"].as_array().unwrap();
    assert!(back.iter().any(|way| way["from"] == "recovery" && way["to"] == "analysis"), "{back:?}");
    let way = debrief["actions"].as_array().unwrap().iter().find(|action| action["id"] == "A14").unwrap();
    assert_eq!(way["state"], "on-time", "{way}");
}

#[test]
fn ticket_desk_played_carelessly_by_keys_is_rated_as_in_the_shell() {
    let ratings: Vec<String> =
        rules::told(&played("ticket-desk", "careless")).into_iter().map(|(_, rating)| rating).collect();
    assert_eq!(ratings.join(" "), "S M U U M M");
}

#[test]
fn a_drill_at_thirty_times_the_pace_is_played_to_its_end_while_its_clock_runs() {
    let mut player = Player::start("lost-laptop");
    player.command("drill pace 30");
    player.go_on();
    player.clock = Pace::Running;
    Script::read("lost-laptop", "perfect").acts.iter().for_each(|act| player.act(act));
    let debrief = player.debrief();
    // How late an act comes depends on the machine; that each was taken, and what came when by itself, does not.
    assert_eq!(debrief["ending"], "reached");
    let missed = |action: &&Value| action["state"] == "missed" || action["state"] == "done";
    assert_eq!(debrief["actions"].as_array().unwrap().iter().filter(missed).count(), 0);
    let came: Vec<u64> = debrief["replies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reply| reply["minute"].as_u64().unwrap())
        .collect();
    assert_eq!(came, [4, 6, 9]);
}

#[test]
fn a_killed_player_goes_on_at_the_same_exercise_minute() {
    let mut player = Player::start("ticket-desk");
    player.to(17);
    player.command("drill pace 12");
    player.go_on();
    assert_eq!(player.minute(), 17);
    player.kill();
    // Time passes: another drill, elsewhere, shows it.
    let mut elsewhere = Player::start("lost-laptop");
    elsewhere.command("drill pace 60");
    elsewhere.go_on();
    elsewhere.reaches(6);
    player.reopen();
    player.shows("PAUSED");
    assert_eq!(player.minute(), 17, "{}", player.text());
    player.go_on();
    player.reaches(18);
    assert!(player.text().contains("RUNS"), "{}", player.text());
}

#[test]
fn what_a_facilitator_sends_is_on_the_screen_of_the_player_within_a_second() {
    let mut player = Player::start("ticket-desk");
    player.to(40);
    player.command("component stage WEB01 containing --how \"maintenance page\"");
    assert!(!player.text().contains("You should see this"));
    player.command("drill status I8");
    let mut sent = player.shell("drill control send I9");
    sent.env("CASEBOOK_USER", "Facilitator");
    let answer = run(sent);
    assert_eq!(answer.code, 0, "{}", answer.err);
    player.shows_within(Duration::from_secs(1), "You should see this");
}
