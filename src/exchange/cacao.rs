//! CACAO 2.0 playbooks (OASIS): the incident's checklists as manual steps one after the other, and the manual
//! steps of somebody's playbook as tasks of the phase at hand.
//!
//! [`playbook`] makes of it the checklist of a type of incident.
//!
//! A checklist has no conditions, so none are made up: the workflow is one line from phase to phase.

pub mod playbook;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Moment;
use super::lasting::{SPACE, label, maker, name, stamp, title};
use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::refusal::Refusal;
use crate::model::severity::Level;
use crate::model::task::Task;
use crate::model::visit::Visit;

pub use read::read;

/// The id of our extension of a step.
fn extension() -> String {
    format!("extension-definition--{}", Uuid::new_v5(&SPACE, b"cacao step 1"))
}

fn made_by() -> String {
    format!("identity--{}", maker())
}

/// Writes the playbook. Doing so twice gives the same bytes.
///
/// # Errors
/// Refuses an incident without a task: a playbook has at least one step.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let incident = &released.incident;
    let steps: Vec<(&Visit, &Task)> = latest(incident)
        .into_iter()
        .flat_map(|visit| incident.checklist(&visit.id).map(move |task| (visit, task)))
        .collect();
    if steps.is_empty() {
        return Err(Refusal::refused(format!("{} has no task yet; a playbook needs one.", incident.number))
            .hint("casebook task add \"what is to be done\""));
    }
    let playbook = playbook(incident, &steps);
    let mut bytes = format!("{playbook:#}").into_bytes();
    bytes.push(b'\n');
    Ok(bytes)
}

/// The latest visit of each phase that was entered, in the order of the lifecycle.
fn latest(incident: &Incident) -> Vec<&Visit> {
    let by_phase: BTreeMap<_, &Visit> = incident.visits().map(|visit| (visit.phase, visit)).collect();
    by_phase.into_values().collect()
}

fn playbook(incident: &Incident, steps: &[(&Visit, &Task)]) -> Value {
    let id = |sort: &str, part: &str| format!("{sort}--{}", name(incident, &format!("cacao {sort}"), part));
    let (start, end, marking) = (id("start", ""), id("end", ""), id("marking-tlp", ""));
    let ids: Vec<String> = steps.iter().map(|(_, task)| id("action", task.id().as_str())).collect();
    let mut workflow = Map::new();
    workflow.insert(start.clone(), json!({ "type": "start", "on_completion": ids[0] }));
    workflow.insert(end.clone(), json!({ "type": "end" }));
    let mut agents = Map::new();
    for (k, (visit, task)) in steps.iter().enumerate() {
        let role = if task.what.role.is_empty() { "responder" } else { &task.what.role };
        let agent = id("group", role);
        let next = ids.get(k + 1).unwrap_or(&end);
        workflow.insert(ids[k].clone(), step(visit, task, &agent, next));
        agents.insert(agent, json!({ "type": "group", "name": role }));
    }
    let mut playbook = json!({
        "type": "playbook", "spec_version": "cacao-2.0", "id": id("playbook", ""),
        "name": format!("{}: checklists", title(incident)),
        "created_by": made_by(),
        "created": stamp(incident.opened),
        "modified": stamp(incident.updated.max(incident.opened)),
        "labels": labels(incident),
        "external_references": [{ "name": "casebook", "external_id": incident.number }],
        "markings": [marking],
        "playbook_processing_summary": { "manual_playbook": true, "data_markings": true, "extensions": true },
        "workflow_start": start,
        "workflow": workflow,
        "agent_definitions": agents,
        "extension_definitions": { extension(): extension_definition() },
        "data_marking_definitions": { marking.clone(): {
            "type": "marking-tlp", "id": marking, "created_by": made_by(),
            "created": stamp(incident.opened), "tlpv2_level": label(incident).label(),
        } },
    });
    if let Some(summary) = incident.summary.get().cloned().flatten() {
        playbook["description"] = json!(summary);
    }
    if let Some(severity) = incident.severity() {
        playbook["severity"] = json!(match severity.level {
            Level::Sev1 => 100,
            Level::Sev2 => 80,
            Level::Sev3 => 60,
            Level::Sev4 => 40,
            Level::Sev5 => 20,
        });
    }
    playbook
}

fn labels(incident: &Incident) -> Vec<Value> {
    let mut labels: Vec<Value> = incident.types().map(Value::from).collect();
    labels.extend(super::lasting::banner(incident).map(Value::from));
    labels.extend(latest(incident).into_iter().map(|visit| json!(format!("phase:{}", visit.phase.id()))));
    labels
}

fn step(visit: &Visit, task: &Task, agent: &str, next: &str) -> Value {
    let what = &task.what;
    let text = if what.text.is_empty() { &what.title } else { &what.text };
    let mut step = json!({
        "type": "action", "name": what.title, "on_completion": next, "agent": agent,
        "commands": [{ "type": "manual", "command": text }],
        "step_extensions": { extension(): {
            "phase": visit.phase.id(), "required": what.required, "approval": what.needs_authorisation,
        } },
    });
    if !what.why.is_empty() {
        step["description"] = json!(format!("Why: {}", what.why));
    }
    step
}

fn extension_definition() -> Value {
    json!({
        "type": "extension-definition", "name": "casebook task", "created_by": made_by(), "version": "1.0.0",
        "description": "What a checklist says of a task beside its words.",
        "schema": "An object. phase: the phase of incident response it belongs to, such as containment. \
                   required: whether the phase should not be left before it is answered. approval: whether \
                   somebody with authority must agree first.",
    })
}
