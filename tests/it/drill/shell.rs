//! Whole plays typed into the shell, every line at its own moment.

use std::path::Path;

use serde_json::{Value, json};

use super::rules;
use super::script::{Played, Script, key};
use crate::cli::{Home, run};

/// The debrief of a whole play, of which the rules of rating hold.
fn debrief(scenario: &str, name: &str) -> Value {
    let debrief = Played::whole(&Script::read(scenario, name)).debrief();
    let (ratings, overall) = rules::ratings(&key(scenario), &debrief);
    assert_eq!(rules::told(&debrief), ratings, "{}", worth(&debrief));
    assert_eq!(debrief["overall"], overall, "{}", worth(&debrief));
    debrief
}

/// What one wants to see of a debrief that is not as it should be.
fn worth(debrief: &Value) -> String {
    let odd =
        |action: &&Value| !matches!(action["state"].as_str(), Some("on-time" | "left-out" | "not-done"));
    let actions: Vec<Value> = debrief["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(odd)
        .map(|it| {
            json!([
                it["id"],
                it["level"],
                it["objective"],
                it["state"],
                it["minute"],
                it["window"],
                it["hint"]
            ])
        })
        .collect();
    format!(
        "{} {} at minute {}\n{}\n{}\n{}\n{}",
        debrief["score"],
        debrief["overall"],
        debrief["end_min"],
        debrief["points"],
        debrief["record"],
        json!(rules::told(debrief)),
        actions.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
    )
}

fn state<'a>(debrief: &'a Value, action: &str) -> &'a str {
    let actions = debrief["actions"].as_array().unwrap();
    actions.iter().find(|it| it["id"] == action).unwrap()["state"].as_str().unwrap()
}

/// Everything on time, everything right, nothing left unsaid: a hundred points, P everywhere.
fn perfect(scenario: &str) {
    let debrief = debrief(scenario, "perfect");
    assert_eq!(debrief["ending"], "reached", "{}", worth(&debrief));
    assert!(rules::told(&debrief).iter().all(|(_, rating)| rating == "P"), "{}", worth(&debrief));
    assert_eq!(debrief["overall"], "P", "{}", worth(&debrief));
    assert_eq!(debrief["score"], 100.0, "{}", worth(&debrief));
    for way in debrief["ways_back"].as_array().unwrap() {
        assert!(way["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{way}");
    }
    let forced = if scenario == "lost-laptop" { 1 } else { 2 };
    assert!(debrief["ways_back"].as_array().unwrap().len() >= forced, "{}", worth(&debrief));
}

/// The ratings a careless play must come to, objective by objective in the order of the file.
fn careless(scenario: &str, wanted: &str, overall: &str) {
    let debrief = debrief(scenario, "careless");
    let ratings: Vec<String> = rules::told(&debrief).into_iter().map(|(_, rating)| rating).collect();
    assert_eq!(ratings.join(" "), wanted, "{}", worth(&debrief));
    assert_eq!(debrief["overall"], overall, "{}", worth(&debrief));
    assert!(debrief["score"].as_f64().unwrap() < 30.0, "{}", worth(&debrief));
    assert_eq!(debrief["practise"].as_array().unwrap().len(), 3, "{}", debrief["practise"]);
    let back = debrief["ways_back"].as_array().unwrap();
    assert!(back.is_empty(), "{back:?}");
}

#[test]
fn a_perfect_play_of_lost_laptop_rates_p_everywhere() {
    perfect("lost-laptop");
}

#[test]
fn a_perfect_play_of_ticket_desk_rates_p_everywhere() {
    perfect("ticket-desk");
}

#[test]
fn a_perfect_play_of_invoice_4471_rates_p_everywhere() {
    perfect("invoice-4471");
}

#[test]
fn a_perfect_play_of_four_minutes_rates_p_everywhere() {
    perfect("four-minutes");
}

#[test]
fn a_perfect_play_of_saint_orla_rates_p_everywhere() {
    perfect("saint-orla");
}

#[test]
fn a_careless_play_of_lost_laptop_is_rated_as_the_rules_say() {
    // O1: to the door, and off the record. O2: nobody said how bad it is. O3: nobody went back. O4: the path to
    // it was never reached, so it counts for nothing.
    careless("lost-laptop", "M M U P", "U");
}

#[test]
fn a_careless_play_of_ticket_desk_is_rated_as_the_rules_say() {
    // O1: classified late, first use never written down. O2: the shell was deleted. O3: nobody with the power
    // to decide was asked. O4: the builder was never looked at. O5: the clock started a minute too late.
    // O6: raw logs went out.
    careless("ticket-desk", "S M U U M M", "U");
}

#[test]
fn a_careless_play_of_invoice_4471_is_rated_as_the_rules_say() {
    // O1: new bank details by mail. O2: the rule went before its copy. O3: sessions lived on. O4: nobody went
    // back for the app. O5: no clock. O6: nobody asked who was first.
    careless("invoice-4471", "M U U U U M", "U");
}

#[test]
fn a_careless_play_of_four_minutes_is_rated_as_the_rules_say() {
    // O1: the key lived until tonight. O2: terminated without a capture. O3 and O4: nobody went back. O5: the
    // clocks started too late. O6: "no data was affected".
    careless("four-minutes", "M U U U M M", "U");
}

#[test]
fn a_careless_play_of_saint_orla_is_rated_as_the_rules_say() {
    // O1 to O6 each lack a critical action but O3, which Ruth decided late. O7: never handed over in order.
    careless("saint-orla", "U U S U U U M", "U");
}

/// Every box of every checklist ticked, every phase gone through, not one word, nobody answered, nothing looked
/// at: that is no pass, whatever the scenario.
#[test]
fn who_merely_ticks_boxes_does_not_pass() {
    for scenario in ["ticket-desk", "invoice-4471", "four-minutes", "saint-orla"] {
        let mut played = Played::start(scenario);
        let key = key(scenario);
        let types = key["case_types"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap());
        played.speak(
            1,
            &[format!(
                "edit {} --lead ana",
                types.map(|kind| format!("--type {kind}")).collect::<Vec<_>>().join(" ")
            )],
        );
        let phases = ["analysis", "containment", "eradication", "recovery", "lessons-learned"];
        for (phase, minute) in phases.iter().zip([10, 25, 45, 75, 128]) {
            let list = played.json("task list");
            let tasks = list["tasks"].as_array().unwrap().iter().filter(|task| task["state"] == "open");
            let mut lines: Vec<String> =
                tasks.map(|task| format!("task done {}", task["id"].as_str().unwrap())).collect();
            lines.push(format!("phase {phase} --accept \"ana: seen\""));
            played.speak(minute, &lines);
        }
        played.say(key["clock"]["end_min"].as_u64().unwrap().try_into().unwrap(), "drill status");
        let debrief = played.debrief();
        let (ratings, overall) = rules::ratings(&key, &debrief);
        assert_eq!(rules::told(&debrief), ratings, "{scenario}: {}", worth(&debrief));
        assert_eq!(
            (&debrief["overall"], overall.as_str()),
            (&json!("U"), "U"),
            "{scenario}: {}",
            worth(&debrief)
        );
        assert!(debrief["score"].as_f64().unwrap() < 40.0, "{scenario}: {}", worth(&debrief));
        // It did tick: the checklists alone are not what is missing.
        let ticked = debrief["actions"].as_array().unwrap().iter().filter(|action| action["minute"].is_u64());
        assert!(ticked.count() >= 1, "{scenario}: {}", worth(&debrief));
    }
}

/// The same journal is worth the same wherever it lies, whoever reads it, in whatever zone and when.
#[test]
fn a_journal_that_was_copied_is_worth_the_same() {
    let played = Played::whole(&Script::read("ticket-desk", "careless"));
    let here = played.debrief();
    assert_eq!(played.json("--zone Asia/Tokyo --as bo drill debrief"), here);
    let elsewhere = Home::new();
    copy(Path::new(&played.home.path("store")), Path::new(&elsewhere.path("store")));
    let mut command = elsewhere.words("--zone America/Lima drill debrief -i EX-2026-0001 --json");
    command.env("CASEBOOK_NOW", "2027-05-01T00:00:00Z").env("CASEBOOK_USER", "reader");
    let answer = run(command);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(serde_json::from_str::<Value>(&answer.out).unwrap(), here);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { _ = std::fs::copy(&from, &to).unwrap() }
    }
}

#[test]
fn a_second_foothold_found_in_recovery_sends_back_and_the_reasoned_way_back_is_worth_its_points() {
    let debrief = debrief("ticket-desk", "expensive");
    // Nobody looked at the builder before it built: that stays a fault of a critical objective.
    assert_eq!(state(&debrief, "A13"), "missed", "{}", worth(&debrief));
    // The way back from Recovery was forced by the fresh machine, and made in time.
    for action in ["A14", "A15", "A16", "A17"] {
        assert_eq!(state(&debrief, action), "on-time", "{action}\n{}", worth(&debrief));
    }
    let back = debrief["ways_back"].as_array().unwrap();
    assert!(
        back.iter().any(|way| way["from"] == "recovery" && way["to"] == "analysis"),
        "{}",
        debrief["ways_back"]
    );
}
