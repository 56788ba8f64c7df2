//! The loop: what comes first, what falls due, what a facilitator changes, and that pieces make no difference.

use proptest::prelude::*;
use serde_json::json;

use super::table::{ID, Table, action, harm, inject, shipped, small};
use crate::drill::msel::Progress;
use crate::drill::play::Play;
use crate::incident::command::Command;
use crate::incident::event::Event;
use crate::model::component::Stage;
use crate::model::drill::{
    self, CONTROL, Came, Ending, HintTaken, InjectWithheld, QuestionAnswered, Standing,
};
use crate::model::phase::Phase;
use crate::model::task::State;

/// What a due line is: `I2`, `?I2` for silence, `.` for the end.
fn word(command: &drill::Command) -> String {
    match command {
        drill::Command::Deliver(inject) => inject.inject.clone(),
        drill::Command::Unanswered(it) => format!("?{}", it.inject),
        drill::Command::End(_) => ".".to_owned(),
        other => panic!("{other:?} falls due by itself"),
    }
}

fn words(table: &mut Table, minute: u32) -> Vec<(u32, String)> {
    table.until(minute).iter().map(|due| (due.minute, word(&due.command))).collect()
}

fn at(minute: u32, word: &str) -> (u32, String) {
    (minute, word.to_owned())
}

#[test]
fn expected_actions_come_before_harmful_ones_and_both_before_what_falls_due() {
    let injects = json!([
        inject("I1", 0, json!({})),
        inject("I2", 5, json!({"when": {"action": "H1"}})),
        inject("I3", 5, json!({"when": {"not": {"action": "A2"}}, "branch": true})),
        inject("I4", 5, json!({"when": {"inject": "I5"}})),
        inject("I5", 5, json!({"when": {"inject": "I2"}})),
    ]);
    let actions = json!([
        action("A1", json!({"action": "A2"}), json!({})),
        action("A2", json!({"minute": 5}), json!({})),
        harm("H1", json!({"action": "A1"})),
        action("A3", json!({"action": "H1"}), json!({})),
        action("A4", json!({"inject": "I4"}), json!({})),
    ]);
    let mut table = Table::start(small(injects, actions));
    assert_eq!(words(&mut table, 9), [at(5, "I2"), at(5, "I5"), at(5, "I4")]);
    table.log("on");
    for id in ["A1", "A2", "A3", "A4", "H1"] {
        assert_eq!(table.play.matched(id), Some(5), "{id}");
    }
    assert_eq!(table.play.matched("I3"), None);
}

#[test]
fn an_action_latches_once_with_its_minute_and_its_line() {
    let injects = json!([inject("I1", 0, json!({}))]);
    let actions = json!([action("A1", json!({"component": "web01", "stage": "contained"}), json!({}))]);
    let mut table = Table::start(small(injects, actions));
    table.until(7);
    table.stage("WEB01", Stage::Contained);
    let line = table.lines.last().unwrap().id;
    table.until(9);
    table.undo();
    assert!(!table.holds(json!({"component": "web01", "stage": "contained"})));
    let matched = table.play.match_of("A1").unwrap();
    assert_eq!((matched.minute, matched.line), (7, Some(line)));
}

#[test]
fn silence_falls_due_once_where_nobody_answered_and_the_replies_stay_open() {
    let replies = json!({"replies": [
        {"id": "a", "text": "Yes at {{t+2}}.", "verdict": "good", "rationale": "r", "answer": "Asked at {{t}}."},
    ], "silence": {"after_min": 15, "text": "Nobody."}});
    let injects = json!([inject("I1", 3, replies.clone()), inject("I2", 20, replies)]);
    let mut table = Table::start(small(injects, json!([action("A1", json!({"minute": 99}), json!({}))])));
    assert_eq!(table.play.next(0), Some(3));
    assert_eq!(words(&mut table, 18), [at(3, "I1"), at(18, "?I1")]);
    table.reply("I1", "a");
    let message = table.incident.drill.as_ref().unwrap().message("I1").unwrap();
    let (_, said) = message.reply.as_ref().unwrap();
    assert_eq!((said.text.as_str(), said.answer.as_deref()), ("Yes at 08:25.", Some("Asked at 08:23.")));
    table.until(21);
    table.reply("I2", "a");
    assert_eq!(words(&mut table, 60), [at(60, ".")]);
    assert_eq!(table.play.ending(), Some((60, Ending::Time)));
}

#[test]
fn times_of_the_story_are_filled_in_at_delivery_and_jumps_move_them() {
    let jump =
        json!({"jump_to": "2026-09-15T13:30:00+02:00", "text": "{{t}} {{t-31}} {{t+600}} {{t x}} {{u}}"});
    let injects = json!([inject("I1", 0, json!({})), inject("I2", 10, jump), inject("I3", 12, json!({}))]);
    let mut table = Table::start(small(injects, json!([action("A1", json!({"minute": 99}), json!({}))])));
    table.until(13);
    let text = |id: &str| table.incident.drill.as_ref().unwrap().message(id).unwrap().what.text.clone();
    assert_eq!(text("I1"), "It is 08:20.");
    assert_eq!(text("I2"), "13:30 12:59 23:30 {{t x}} {{u}}");
    assert_eq!(text("I3"), "It is 13:32.");
}

#[test]
fn a_facilitator_sends_early_withholds_and_postpones_with_the_spacing_kept() {
    let injects = json!([
        inject("I1", 0, json!({})),
        inject("I2", 10, json!({})),
        inject("I3", 20, json!({"when": {"any": [{"phase": ["recovery"]}, {"minute": 25}]}})),
        inject("I4", 30, json!({})),
        inject("I5", 30, json!({"when": {"elapsed": "I4", "min": 2}})),
    ]);
    let mut table = Table::start(small(injects, json!([action("A1", json!({"minute": 99}), json!({}))])));
    table.until(5);
    let sent = table.play.send("I2", 5).unwrap();
    assert_eq!(sent.came, Came::Sent);
    assert!(table.play.send("I1", 5).is_none() && table.play.send("I9", 5).is_none());
    let control = |table: &mut Table, command: drill::Command| {
        table.says(CONTROL, &Command::Drill(Box::new(command)));
    };
    control(&mut table, drill::Command::Deliver(sent));
    control(&mut table, drill::Command::Postpone(4));
    assert_eq!(table.play.delivered("I2"), Some(5));
    control(&mut table, drill::Command::Withhold(InjectWithheld { inject: "I4".into(), reason: None }));
    let progress = |table: &Table, at: usize, minute| table.play.msel(minute).injects[at].progress;
    assert_eq!(progress(&table, 1, 5), Progress::Delivered(5, Came::Sent));
    assert_eq!(progress(&table, 2, 5), Progress::Planned(24));
    assert_eq!(progress(&table, 3, 5), Progress::Withheld);
    assert_eq!(words(&mut table, 28), []);
    assert_eq!(progress(&table, 2, 28), Progress::Waits(24));
    assert_eq!(words(&mut table, 59), [at(29, "I3")]);
    let sent = table.play.send("I4", 59).unwrap();
    control(&mut table, drill::Command::Deliver(sent));
    assert_eq!(words(&mut table, 60), [at(60, ".")], "I5 counts from when I4 really came");
}

#[test]
fn a_skip_stops_where_a_limit_passes_and_the_end_comes_as_soon_as_it_holds() {
    let injects = json!([inject("I1", 0, json!({})), inject("I2", 40, json!({}))]);
    let actions = json!([
        action("A1", json!({"note": "done"}), json!({})),
        action(
            "A2",
            json!({"note": "done"}),
            json!({"window": {"from": ["I2"], "target_min": 1, "limit_min": 3}})
        ),
    ]);
    let mut table = Table::start(small(injects, actions));
    assert_eq!((table.play.next(3), table.play.skip(3)), (Some(40), Some(21)));
    assert_eq!(table.play.skip(21), Some(40));
    table.log("done");
    assert_eq!(table.play.skip(0), Some(40));
    table.until(60);
    assert_eq!((table.play.next(60), table.play.skip(60)), (None, None));
    assert!(table.play.due(90).is_empty());
}

#[test]
fn a_hint_is_offered_for_the_open_action_whose_limit_is_nearest() {
    let window = |limit: u32| json!({"window": {"from": ["I1"], "target_min": 1, "limit_min": limit}});
    let injects = json!([inject("I1", 0, json!({})), inject("I2", 50, json!({}))]);
    let late = json!({"window": {"from": ["I2"], "target_min": 1, "limit_min": 2}});
    let actions = json!([
        action("A1", json!({"note": "one"}), window(30)),
        action("A2", json!({"note": "two"}), window(10)),
        action("A3", json!({"note": "three"}), late),
    ]);
    let mut table = Table::start(small(injects, actions));
    let mut taken = Vec::new();
    while let Some(offer) = table.play.hint(table.minute) {
        taken.push((offer.action.to_string(), offer.price));
        table.drill(drill::Command::Hint(HintTaken::from(&offer)));
    }
    let of = |id: &str, price: u32| (id.to_owned(), price);
    assert_eq!(taken, [of("A2", 1), of("A2", 3), of("A1", 1), of("A1", 3)]);
    assert_eq!(table.play.score().hints, 8.0);
    assert_eq!(table.play.hints_taken().len(), 4);
}

#[test]
fn gauges_grow_double_stop_and_stay_within_their_bounds() {
    let scenario =
        small(json!([inject("I1", 0, json!({}))]), json!([action("A1", json!({"note": "x"}), json!({}))]));
    let mut scenario = (*scenario).clone();
    scenario.gauges = serde_json::from_value(json!([
        {"id": "a", "text": "Doubles", "from_min": 4, "value": 3, "double_min": 10, "most": 20,
         "stop": {"component": "web01", "stage": "contained"}},
        {"id": "b", "text": "Falls", "from_min": 0, "value": 5, "per_min": -1, "least": 0, "stop": {"minute": 3}},
    ])).unwrap();
    let mut table = Table::start(scenario.into());
    let values = |table: &Table, minute| -> Vec<f64> {
        table.play.gauges(minute).iter().map(|gauge| gauge.value).collect()
    };
    assert_eq!(values(&table, 0), [5.0]);
    assert_eq!(values(&table, 4), [3.0, 2.0], "stopped by time alone");
    assert_eq!(values(&table, 14), [6.0, 2.0]);
    assert_eq!(values(&table, 44), [20.0, 2.0]);
    table.until(14);
    table.stage("WEB01", Stage::Contained);
    assert_eq!(values(&table, 44), [6.0, 2.0]);
}

#[test]
fn what_comes_after_endex_counts_for_nothing_but_notes_of_control_are_heard() {
    let injects = json!([inject("I1", 0, json!({}))]);
    let mut table = Table::start(small(injects, json!([action("A1", json!({"note": "late"}), json!({}))])));
    table.until(60);
    let score = table.play.score();
    table.log("late");
    table.stage("WEB01", Stage::Contained);
    let note = drill::ControlNoted { text: "Calm.".into(), about: None, mark: Some("good".into()) };
    table.drill(drill::Command::Note(note));
    assert_eq!((table.play.score(), table.play.matched("A1")), (score, None));
    assert_eq!(table.play.drill().unwrap().notes.len(), 1);
    assert_eq!(Play::of(table.play.scenario().clone(), ID, &table.lines).minute(), 60);
}

/// A random act at a table of a scenario that ships.
pub(super) fn act(table: &mut Table, pick: usize, word: usize) {
    if table.play.ended() {
        return;
    }
    let names: Vec<(String, String)> =
        table.play.scenario().components.iter().map(|it| (it.name.clone(), it.kind.clone())).collect();
    let (name, kind) = &names[word % names.len()];
    match pick % 10 {
        0 => {
            table.log(&format!("198.51.100.23 at 8443, 1 Sep, words {word}"));
        }
        1 => {
            let known = table.incident.components().any(|it| it.name == *name);
            match known {
                true => {
                    table.stage(name, Stage::ALL[word % 8]);
                }
                false => {
                    table.add(name, kind, Stage::Suspected);
                }
            }
        }
        2 | 3 => {
            let waits = table.incident.drill.as_ref().unwrap().waiting().next().map(|it| it.what.clone());
            if let Some(inject) = waits {
                let option = inject.choices[word % inject.choices.len()].id.clone();
                table.reply(&inject.inject, &option);
            }
        }
        4 => {
            let visit = table.incident.visit().unwrap().id.clone();
            let open = table.incident.checklist(&visit).filter(|task| !task.settled());
            let ids: Vec<String> = open.filter_map(|task| task.what.playbook_id.clone()).collect();
            if !ids.is_empty() {
                table.tick(&ids[word % ids.len()], State::Done);
            }
        }
        5 => {
            let to = table.incident.destinations(table.incident.updated);
            let to: Vec<Phase> = to.iter().map(|it| it.to).filter(|to| *to != Phase::Preparation).collect();
            if !to.is_empty() && !table.incident.closed() {
                table.go(to[word % to.len()], Some("the facts say so"));
            }
        }
        6 => {
            if let Some(question) = table.play.questions().first() {
                let picks = vec![question.options[word % question.options.len()].id.clone()];
                let question = question.id.to_string();
                table.drill(drill::Command::Answer(QuestionAnswered { question, picks }));
            }
        }
        7 => {
            if let Some(offer) = table.play.hint(table.minute) {
                table.drill(drill::Command::Hint(HintTaken::from(&offer)));
            }
        }
        8 => {
            table.undo_if_any();
        }
        _ => {
            table.drill(drill::Command::Pause { at: None, why: Standing::Asked });
            table.drill(drill::Command::Resume);
            table.drill(drill::Command::Pace(word as u32 % 60 + 1));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_same_lines_give_the_same_play_in_any_pieces_and_at_any_pace(
        which in 0usize..5,
        steps in prop::collection::vec((0u32..9, any::<usize>(), any::<usize>()), 1..50),
        cuts in prop::collection::vec(1usize..9, 1..9),
    ) {
        let scenario = shipped()[which].clone();
        let mut table = Table::start(scenario.clone());
        for (wait, pick, word) in steps {
            table.until(table.minute + wait);
            act(&mut table, pick, word);
            prop_assert!(table.play.due(table.minute).is_empty(), "what fell due is in the journal");
        }
        let whole = Play::of(scenario.clone(), ID, &table.lines);
        let mut pieces = Play::of(scenario.clone(), ID, &[]);
        let (mut rest, mut cut) = (&table.lines[..], cuts.iter().cycle());
        while !rest.is_empty() {
            let (piece, left) = rest.split_at((*cut.next().unwrap()).min(rest.len()));
            pieces.go_on(piece);
            rest = left;
        }
        let paceless: Vec<_> = table.lines.iter().filter(|line| !matches!(
            line.event,
            Event::DrillPaused(_) | Event::DrillResumed(_) | Event::DrillPaced(_)
        )).cloned().collect();
        let paceless = Play::of(scenario.clone(), ID, &paceless);
        let always = Play::tested_always(&scenario, ID, &table.lines);
        for other in [&table.play, &pieces, &paceless, &always] {
            prop_assert_eq!(other.score(), whole.score());
            prop_assert_eq!(other.due(999), whole.due(999));
            for action in &scenario.actions {
                let id = action.id().as_str();
                prop_assert_eq!(other.match_of(id), whole.match_of(id));
            }
        }
        let score = whole.score();
        prop_assert!((0.0..=100.0).contains(&score.score), "{:?}", score);
        // Whatever is tested too often or too seldom, the simulation and the replay agree to the end.
        let due = table.play.due(999);
        table.until(999);
        prop_assert!(table.play.ended() && table.play.due(999).is_empty());
        prop_assert_eq!(due.last().map(|due| due.minute).or(table.play.ending().map(|it| it.0)), table.play.ending().map(|it| it.0));
    }
}
