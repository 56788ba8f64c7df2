//! The score: each formula, each rating, from small plays.

use serde_json::{Value, json};

use super::table::{Table, action, harm, inject, small};
use crate::drill::scenario::Question;
use crate::drill::score::{Rating, Timing, share};
use crate::incident::command::Command;
use crate::model::drill::{self, HintTaken, InjectWithheld, QuestionAnswered};
use crate::model::head::SetSeverity;
use crate::model::phase::Phase;
use crate::model::severity::Level;

fn question(kind: &str, options: Value) -> Question {
    serde_json::from_value(json!({
        "id": "Q1", "after": "I1", "objective": "O1", "kind": kind, "text": "?", "points": 2, "options": options
    }))
    .unwrap()
}

fn picks(letters: &str) -> Vec<String> {
    letters.chars().map(String::from).collect()
}

#[test]
fn a_question_is_worth_what_its_kind_says() {
    let option =
        |id: &str, correct: bool| json!({"id": id, "text": "t", "correct": correct, "rationale": "r"});
    let single = question("single", json!([option("a", false), option("b", true)]));
    for (letters, worth) in [("b", 1.0), ("a", 0.0), ("", 0.0), ("ab", 0.0), ("bb", 1.0), ("z", 0.0)] {
        assert_eq!(share(&single, &picks(letters)), worth, "{letters}");
    }
    let multi = question(
        "multi",
        json!([
            option("a", true),
            option("b", true),
            option("c", true),
            option("d", false),
            option("e", false)
        ]),
    );
    for (letters, worth) in
        [("abc", 3.0), ("ab", 2.0), ("abd", 1.0), ("abcde", 1.0), ("de", 0.0), ("aaa", 1.0)]
    {
        assert_eq!(share(&multi, &picks(letters)), worth / 3.0, "{letters}");
    }
    let ranked = |id: &str, rank: u32| json!({"id": id, "text": "t", "rank": rank, "rationale": "r"});
    let order = question("order", json!([ranked("a", 3), ranked("b", 1), ranked("c", 2), ranked("d", 4)]));
    for (letters, pairs) in
        [("bcad", 6.0), ("dacb", 0.0), ("cbad", 5.0), ("bc", 1.0), ("", 0.0), ("zbz", 0.0)]
    {
        assert_eq!(share(&order, &picks(letters)), pairs / 6.0, "{letters}");
    }
}

fn level(level: &str) -> Value {
    json!({"level": level})
}

/// A play of one critical, one major and one minor action of O1, open from I1 at minute 0 (10, then 20).
fn three() -> Table {
    let injects = json!([inject("I1", 0, json!({}))]);
    Table::start(small(
        injects,
        json!([
            action("A1", json!({"note": "one"}), level("critical")),
            action("A2", json!({"note": "two"}), level("major")),
            action("A3", json!({"note": "three"}), level("minor")),
            harm("H1", json!({"note": "harm"})),
        ]),
    ))
}

fn rating(table: &Table) -> Rating {
    table.play.score().ratings[0].1
}

fn timing(table: &Table, id: &str) -> Timing {
    let expected = table.play.scenario().expected().find(|it| it.id == *id).unwrap();
    table.play.timing(expected)
}

#[test]
fn an_action_is_on_time_late_too_late_or_missed_and_earns_by_its_weight() {
    let mut table = three();
    table.until(10);
    table.log("one");
    table.until(20);
    table.log("two");
    table.until(21);
    table.log("three");
    assert_eq!(timing(&table, "A1"), Timing::OnTime);
    assert_eq!(timing(&table, "A2"), Timing::Late);
    assert_eq!(timing(&table, "A3"), Timing::TooLate);
    let score = table.play.score();
    assert!((score.actions - 60.0 * (3.0 + 1.5 + 0.4) / 6.0).abs() < 1e-9);
    assert_eq!(rating(&table), Rating::S);
    assert_eq!(timing(&three(), "A1"), Timing::Missed);
}

#[test]
fn what_no_path_asked_for_is_left_out_unless_it_is_critical_and_what_was_withheld_always_is() {
    let never = json!({"branch": true, "when": {"minute": 99}});
    let injects = json!([inject("I1", 0, json!({})), inject("I2", 1, never), inject("I3", 30, json!({}))]);
    let from = |level: &str, from: &[&str]| json!({"level": level, "window": {"from": from, "target_min": 1, "limit_min": 2}});
    let mut table = Table::start(small(
        injects,
        json!([
            action("A1", json!({"note": "x"}), from("critical", &["I2"])),
            action("A2", json!({"note": "x"}), from("major", &["I2"])),
            action("A3", json!({"note": "x"}), from("major", &["I2", "I3"])),
            action("A4", json!({"note": "x"}), from("minor", &["start"])),
        ]),
    ));
    let all = |table: &Table| ["A1", "A2", "A3", "A4"].map(|id| timing(table, id));
    assert_eq!(all(&table), [Timing::Missed, Timing::LeftOut, Timing::Missed, Timing::Missed]);
    table.drill(drill::Command::Withhold(InjectWithheld { inject: "I3".into(), reason: None }));
    assert_eq!(all(&table), [Timing::Missed, Timing::LeftOut, Timing::LeftOut, Timing::Missed]);
    table.log("x");
    assert_eq!(all(&table), [Timing::OnTime, Timing::LeftOut, Timing::LeftOut, Timing::OnTime]);
    assert_eq!(table.play.score().actions, 60.0);
}

#[test]
fn an_objective_is_rated_by_its_worst_fact() {
    let all_but = |left: &str| {
        let mut table = three();
        ["one", "two", "three"].into_iter().filter(|word| *word != left).for_each(|word| {
            table.log(word);
        });
        table
    };
    assert_eq!(rating(&all_but("")), Rating::P);
    assert_eq!(rating(&all_but("one")), Rating::U);
    assert_eq!(rating(&all_but("two")), Rating::M);
    assert_eq!(rating(&all_but("three")), Rating::S);
    let mut late = all_but("one");
    late.until(25);
    late.log("one");
    assert_eq!(rating(&late), Rating::M, "a critical one too late");
    let mut harmed = all_but("");
    harmed.log("harm");
    assert_eq!((rating(&harmed), harmed.play.score().harm), (Rating::M, 10.0));
    let hinted = |times: usize| {
        let mut table = three();
        for _ in 0..times {
            let offer = table.play.hint(0).unwrap();
            table.drill(drill::Command::Hint(HintTaken::from(&offer)));
        }
        ["one", "two", "three"].into_iter().for_each(|word| {
            table.log(word);
        });
        rating(&table)
    };
    assert_eq!((hinted(1), hinted(2)), (Rating::S, Rating::M), "nudge and direct hint of a critical one");
}

#[test]
fn questions_under_four_fifths_keep_an_objective_from_p() {
    let scenario = small(
        json!([inject("I1", 0, json!({})), inject("I2", 50, json!({}))]),
        json!([action("A1", json!({"note": "one"}), level("critical"))]),
    );
    let mut scenario = (*scenario).clone();
    let option =
        |id: &str, correct: bool| json!({"id": id, "text": "t", "correct": correct, "rationale": "r"});
    let asked = |id: &str, points: u32, after: &str| {
        let mut it = question("single", json!([option("a", true), option("b", false)]));
        it.id = crate::drill::scenario::QuestionId::new(id);
        it.after = crate::drill::scenario::InjectId::new(after);
        it.points = points;
        it
    };
    scenario.questions = vec![asked("Q1", 1, "I1"), asked("Q2", 3, "I1"), asked("Q3", 3, "I2")];
    let mut table = Table::start(scenario.into());
    table.log("one");
    let answer = |table: &mut Table, question: &str, pick: &str| {
        let answer = QuestionAnswered { question: question.into(), picks: vec![pick.into()] };
        table.drill(drill::Command::Answer(answer));
    };
    assert_eq!(table.play.questions().len(), 2, "Q3 was not asked");
    answer(&mut table, "Q2", "a");
    assert_eq!((rating(&table), table.play.score().questions), (Rating::S, 15.0));
    answer(&mut table, "Q1", "b");
    assert_eq!(table.play.score().questions, 15.0);
    answer(&mut table, "Q1", "a");
    assert_eq!((rating(&table), table.play.score().questions), (Rating::P, 20.0));
}

#[test]
fn the_record_earns_by_words_reasons_classification_and_custody() {
    let mut table = three();
    let kept = table.play.kept();
    assert_eq!((kept.logged, kept.reasoned, kept.kept), (0.0, 0.0, 0.0));
    assert_eq!(kept.classified, 0.5, "type and TLP come with the case");
    table.go(Phase::Analysis, None).go(Phase::Detection, Some("too thin"));
    let level = SetSeverity { impact: None, level: Some(Level::Sev2), reason: Some("one".into()) };
    table.does(Command::SetSeverity(level));
    let kept = table.play.kept();
    assert_eq!((kept.logged, kept.reasoned, kept.classified), (1.0, 0.5, 0.75));
    let score = table.play.score();
    assert_eq!(score.record, 5.0 * 2.25);
}

#[test]
fn the_whole_is_rated_by_the_critical_objectives_and_never_below_nothing() {
    let injects = json!([inject("I1", 0, json!({}))]);
    let of = |objective: &str, level: &str| json!({"objective": objective, "level": level});
    let table = |said: &[&str]| {
        let mut table = Table::start(small(
            injects.clone(),
            json!([
                action("A1", json!({"note": "one"}), of("O2", "critical")),
                action("A2", json!({"note": "two"}), of("O1", "minor")),
                action("A3", json!({"note": "three"}), of("O1", "major")),
            ]),
        ));
        said.iter().for_each(|word| {
            table.log(word);
        });
        table.play.score().overall
    };
    assert_eq!(table(&["one", "two", "three"]), Rating::P);
    assert_eq!(table(&["one", "three"]), Rating::P, "an S elsewhere takes nothing away");
    assert_eq!(table(&["one"]), Rating::S, "an M elsewhere does");
    assert_eq!(table(&["two", "three"]), Rating::U);
    let mut harmed = three();
    harmed.log("harm");
    harmed.until(60);
    assert_eq!(harmed.play.score().score, 0.0, "less the harm, and never below 0");
}
