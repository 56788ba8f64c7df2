//! The manual steps of a CACAO playbook, in the order in which they are done.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::ops::ControlFlow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::super::elements::{Part, Step, Way, walk};
use super::super::intake::{Act, Piece, Place, Reading, Sink};
use super::extension;
use crate::incident::command::{AddTask, Command};
use crate::model::refusal::{Refusal, quoted};
use crate::model::text::{self, Limit};

/// The most steps a playbook may have here.
const MOST: usize = 2_000;

/// Reads a playbook.
///
/// # Errors
/// Refuses what is no CACAO playbook, or is larger than one part of a document may be.
pub fn read(reader: &mut dyn BufRead, _: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut outcome = Err(none(""));
    walk(reader, &|_: &[Step]| Way::Take, &mut |_, part| {
        outcome = match part {
            Part::Sound(playbook) => playbook_of(&playbook).map(|steps| {
                let _ = steps.into_iter().try_for_each(&mut *sink);
            }),
            Part::Damaged(why) => Err(none(&format!(": {why}"))),
        };
        ControlFlow::Break(())
    })?;
    outcome
}

pub(super) fn none(why: &str) -> Refusal {
    Refusal::misused(format!("This is no CACAO playbook{why}."))
        .hint("A playbook is one JSON object of the type playbook, with a workflow.")
}

fn playbook_of(playbook: &Value) -> Result<Vec<Piece>, Refusal> {
    let (stops, remark) = stops_of(playbook)?;
    let mut pieces: Vec<Piece> = remark.into_iter().map(Piece::Remark).collect();
    let agents = playbook["agent_definitions"].as_object();
    for (n, one) in (1..).zip(&stops) {
        taken(&Place::row(n).column(one.id), one, agents, &mut pieces);
    }
    Ok(pieces)
}

/// The steps in the order in which they are done, and what should be said of the whole.
pub(super) fn stops_of(playbook: &Value) -> Result<(Vec<Stop<'_>>, Option<String>), Refusal> {
    let workflow = playbook["workflow"].as_object().filter(|_| playbook["type"] == "playbook");
    let workflow = workflow.ok_or_else(|| none(""))?;
    if workflow.len() > MOST {
        let most = text::thousands(MOST);
        return Err(Refusal::refused(format!("The playbook has more than {most} steps.")));
    }
    let remark = match playbook["spec_version"].as_str() {
        Some("cacao-2.0") => None,
        version => {
            let version = quoted(version.unwrap_or("none"));
            Some(format!("Its version is {version}; it was read as CACAO 2.0."))
        }
    };
    Ok((in_order(workflow, &playbook["workflow_start"]), remark))
}

/// A step with what must hold for it.
pub(super) struct Stop<'a> {
    pub(super) id: &'a str,
    pub(super) step: &'a Value,
    conditions: Vec<String>,
}

/// The steps as they follow on each other from the start; those nothing leads to come last.
fn in_order<'a>(workflow: &'a Map<String, Value>, start: &'a Value) -> Vec<Stop<'a>> {
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut stops = Vec::new();
    let rest = workflow.keys().rev().map(String::as_str);
    let mut next: Vec<(&str, Vec<String>)> = rest.map(|id| (id, Vec::new())).collect();
    next.extend(start.as_str().map(|id| (id, Vec::new())));
    while let Some((id, conditions)) = next.pop() {
        let Some((id, step)) = workflow.get_key_value(id).filter(|_| met.insert(id)) else { continue };
        let held = |words: String| conditions.iter().cloned().chain([words]).collect::<Vec<_>>();
        let condition =
            step["condition"].as_str().or(step["switch"].as_str()).unwrap_or("the condition holds");
        // The last one put on is the first one taken off.
        for field in ["on_failure", "on_completion", "on_success"] {
            if let Some(to) = step[field].as_str() {
                let conditions = if field == "on_failure" {
                    held(format!("if {} fails", quoted(step["name"].as_str().unwrap_or(id))))
                } else {
                    conditions.clone()
                };
                next.push((to, conditions));
            }
        }
        let inner = [("on_false", format!("unless {condition}")), ("on_true", format!("if {condition}"))];
        for (field, words) in inner {
            // CACAO 1 has lists where CACAO 2 has one.
            let to = step[field].as_array().map_or(std::slice::from_ref(&step[field]), Vec::as_slice);
            next.extend(to.iter().rev().filter_map(Value::as_str).map(|to| (to, held(words.clone()))));
        }
        for (case, to) in step["cases"].as_object().into_iter().flatten().rev() {
            next.extend(to.as_str().map(|to| (to, held(format!("if {condition} is {case}")))));
        }
        let side_by_side = step["next_steps"].as_array().map_or(&[][..], Vec::as_slice);
        next.extend(side_by_side.iter().rev().filter_map(Value::as_str).map(|to| (to, conditions.clone())));
        stops.push(Stop { id, step, conditions });
    }
    stops
}

pub(super) fn taken(
    place: &Place,
    stop: &Stop<'_>,
    agents: Option<&Map<String, Value>>,
    pieces: &mut Vec<Piece>,
) {
    let step = stop.step;
    let name = step["name"].as_str().unwrap_or_default().trim();
    match step["type"].as_str() {
        Some("action" | "single") => {}
        Some("playbook-action" | "playbook") => {
            let why = format!("{} runs another playbook, which is not in this file", quoted(name));
            return pieces.push(Piece::Refused { place: place.clone(), why });
        }
        // Start, end, and the forks of the way.
        _ => return,
    }
    let mut texts: Vec<String> = Vec::new();
    let commands = step["commands"].as_array().map_or(&[][..], Vec::as_slice);
    for command in commands {
        if command["type"] == "manual" {
            texts.extend(words(command));
        } else {
            let sort = quoted(command["type"].as_str().unwrap_or("nothing"));
            let why =
                format!("{} is run by a machine ({sort}); only manual steps become tasks", quoted(name));
            pieces.push(Piece::Refused { place: place.clone(), why });
        }
    }
    if !commands.iter().any(|command| command["type"] == "manual") {
        return;
    }
    let agent = step["agent"].as_str().and_then(|id| agents?.get(id)?["name"].as_str());
    pieces.extend(task(place, stop, name, texts, agent));
}

/// What a manual command asks for.
fn words(command: &Value) -> Option<String> {
    let coded = || String::from_utf8(STANDARD.decode(command["command_b64"].as_str()?).ok()?).ok();
    let plain = command["command"].as_str().map(str::to_owned);
    plain.or_else(coded).or_else(|| command["description"].as_str().map(str::to_owned))
}

fn task(place: &Place, stop: &Stop<'_>, name: &str, texts: Vec<String>, agent: Option<&str>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let first = texts.first().and_then(|text| text.lines().next()).unwrap_or_default().to_owned();
    let named = if name.is_empty() { &first } else { name };
    let title = short(named);
    let mut lines: Vec<String> =
        stop.conditions.iter().map(|condition| format!("Only {condition}.")).collect();
    let description = stop.step["description"].as_str().map(str::to_owned);
    for text in texts.into_iter().chain((named != title).then(|| named.to_owned())).chain(description) {
        if text.trim() != title && !lines.contains(&text) {
            lines.push(text);
        }
    }
    let mut within = |field: &str, limit: Limit, words: &str| match limit.clean_or_empty(words) {
        Ok(words) => Some(words).filter(|words| !words.is_empty()),
        Err(refusal) => {
            let why = format!("{}; it was left out", refusal.message.trim_end_matches('.'));
            let column = place.column.as_ref().map_or(field.to_owned(), |of| format!("{of}.{field}"));
            pieces.push(Piece::Refused { place: place.column(column), why });
            None
        }
    };
    let text = within("commands", text::ENTRY, &lines.join("\n"));
    let role = within("agent", text::NAME, agent.unwrap_or_default());
    let required =
        stop.step["step_extensions"].get(extension()).is_some_and(|own| own["required"] == Value::Bool(true));
    if title.is_empty() {
        let why = "it has neither a name nor words".to_owned();
        pieces.push(Piece::Refused { place: place.clone(), why });
        return pieces;
    }
    let add = AddTask { title, text, role, required, ..AddTask::default() };
    pieces.push(Piece::Act(Box::new(Act::new(place.clone(), Command::AddTask(add)))));
    pieces
}

/// As much of it as a title holds; the whole then stands in the text.
fn short(words: &str) -> String {
    let most = text::TITLE.most;
    let line = text::harmless(words).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        None => line,
        Some(_) => line.chars().take(most - 1).chain(['…']).collect(),
    }
}
