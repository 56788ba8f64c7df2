//! The rules of rating as the README of the scenarios words them, applied a second time to what a debrief
//! tells of actions, questions and hints. They share no line with the engine.

use serde_json::Value;

/// Letters from the best to the worst.
const LETTERS: [&str; 4] = ["P", "S", "M", "U"];

/// The rating of every objective in the order of the file, and of the whole.
pub(super) fn ratings(key: &Value, debrief: &Value) -> (Vec<(String, String)>, String) {
    let objectives = key["objectives"].as_array().unwrap();
    let rated: Vec<usize> =
        objectives.iter().map(|objective| rating(objective["id"].as_str().unwrap(), key, debrief)).collect();
    let worst = |critical: bool| {
        let of = objectives.iter().zip(&rated).filter(|(objective, _)| objective["critical"] == critical);
        of.map(|(_, rating)| *rating).max().unwrap_or(0)
    };
    let overall = match worst(true) {
        0 if worst(false) >= 2 => 1,
        worst => worst,
    };
    let name = |objective: &Value| objective["id"].as_str().unwrap().to_owned();
    let rated =
        objectives.iter().zip(rated).map(|(objective, rating)| (name(objective), LETTERS[rating].to_owned()));
    (rated.collect(), LETTERS[overall].to_owned())
}

/// **U** a critical action missed; else **M** a critical one too late or with the direct hint, a major one
/// missed, or a harmful one done; else **S** anything late, too late, missed or hinted, or its questions under
/// 80 %; else **P**.
fn rating(objective: &str, key: &Value, debrief: &Value) -> usize {
    let mut worst = 0;
    for action in
        debrief["actions"].as_array().unwrap().iter().filter(|action| action["objective"] == objective)
    {
        let (level, state) = (action["level"].as_str().unwrap(), action["state"].as_str().unwrap());
        let hint = action["hint"].as_str();
        let own = match (level, state) {
            (_, "left-out" | "not-done") => 0,
            ("harmful", _) => 2,
            ("critical", "missed") => 3,
            ("critical", "too-late") | ("major", "missed") => 2,
            ("critical", _) if hint == Some("direct") => 2,
            (_, "on-time") if hint.is_none() => 0,
            _ => 1,
        };
        worst = worst.max(own);
    }
    let asked = |question: &&Value| {
        let id = &question["id"];
        let own = key["questions"].as_array().unwrap().iter().find(|own| own["id"] == *id).unwrap();
        own["objective"] == objective
    };
    let (mut points, mut earned) = (0.0, 0.0);
    for question in debrief["questions"].as_array().unwrap().iter().filter(asked) {
        points += question["points"].as_f64().unwrap();
        earned += question["earned"].as_f64().unwrap();
    }
    // What is earned is told to one decimal: no question of a scenario that ships falls between.
    if points > 0.0 && earned < 0.8 * points { worst.max(1) } else { worst }
}

/// What a debrief says of every objective.
pub(super) fn told(debrief: &Value) -> Vec<(String, String)> {
    let objectives = debrief["objectives"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    objectives.iter().map(|objective| (word(&objective["id"]), word(&objective["rating"]))).collect()
}
