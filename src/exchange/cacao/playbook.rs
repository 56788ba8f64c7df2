//! A CACAO playbook as a playbook of one's own: the checklist of a type of incident.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use super::super::case::{flat, short};
use super::super::elements::{Part, Step as At, Way, walk};
use super::super::intake::{Piece, Place};
use super::extension;
use super::read::{none, stops_of, taken};
use crate::incident::command::{AddTask, Command};
use crate::model::phase::Phase;
use crate::model::playbook::{GENERIC, Playbook, Requirement, Step, TITLE_LIMIT};
use crate::model::refusal::Refusal;
use crate::model::text;
use crate::verb::Change;

/// The longest id of a type, in characters.
const ID: usize = 40;
/// What a name and a role may have.
const NAME: usize = 80;

/// What was read, and what could not be taken.
#[derive(Debug)]
pub struct Read {
    pub playbook: Playbook,
    /// Where, and why not.
    pub refused: Vec<(Place, String)>,
    /// Worth saying once.
    pub remarks: Vec<String>,
}

/// Reads a playbook for a type of incident; `None`: one with the name of the playbook.
///
/// # Errors
/// Refuses what is no CACAO playbook, one without a manual step, and a type that is no plain word.
pub fn as_playbook(reader: &mut dyn BufRead, id: Option<&str>) -> Result<Read, Refusal> {
    let mut outcome = Err(none(""));
    walk(reader, &|_: &[At]| Way::Take, &mut |_, part| {
        outcome = match part {
            Part::Sound(value) => of(&value, id),
            Part::Damaged(why) => Err(none(&format!(": {why}"))),
        };
        ControlFlow::Break(())
    })?;
    outcome
}

fn of(value: &Value, id: Option<&str>) -> Result<Read, Refusal> {
    let (stops, remark) = stops_of(value)?;
    let said = |field: &str| {
        value[field].as_str().map(|words| flat(&text::harmless(words))).filter(|words| !words.is_empty())
    };
    let name = said("name").map_or_else(|| "CACAO playbook".to_owned(), |name| short(&name, NAME));
    let id = id.map_or_else(|| slug(&name), |id| Ok(id.trim().to_lowercase()))?;
    let usual = usual_phase(value);
    let why = match said("description") {
        Some(about) => format!("The CACAO playbook {} says: {}", text::quoted(&name), short(&about, 300)),
        None => format!("The CACAO playbook {} asks for it.", text::quoted(&name)),
    };
    let mut read = Read {
        playbook: Playbook {
            id,
            name,
            applies: said("description").map(|about| short(&about, 400)).unwrap_or_default(),
            phases: BTreeMap::new(),
        },
        refused: Vec::new(),
        remarks: remark.into_iter().collect(),
    };
    let (mut guessed, agents) = (0, value["agent_definitions"].as_object());
    for (n, stop) in (1..).zip(&stops) {
        let mut pieces = Vec::new();
        taken(&Place::row(n).column(stop.id), stop, agents, &mut pieces);
        for piece in pieces {
            match piece {
                Piece::Refused { place, why } => read.refused.push((place, why)),
                Piece::Act(act) => {
                    let Change::Plain(Command::AddTask(task)) = act.change else { continue };
                    let own = stop.step["step_extensions"].get(extension());
                    let phase = own.and_then(|own| own["phase"].as_str()).and_then(named_phase);
                    guessed += usize::from(phase.is_none());
                    let authorised = own.is_some_and(|own| own["approval"] == Value::Bool(true));
                    read.put(phase.unwrap_or(usual), task, &why, authorised);
                }
                _ => {}
            }
        }
    }
    if read.playbook.phases.is_empty() {
        return Err(Refusal::refused("The playbook has no manual step; a checklist would be empty.")
            .hint("Steps that a machine runs are no tasks for a person."));
    }
    if guessed > 0 {
        let stand = if guessed == 1 { "1 task stands".to_owned() } else { format!("{guessed} tasks stand") };
        read.remarks.push(format!(
            "CACAO names no phase of a step: {stand} under {}, by the type of the playbook; the file may say \
             another.",
            usual.name()
        ));
    }
    Ok(read)
}

impl Read {
    fn put(&mut self, phase: Phase, task: AddTask, why: &str, needs_authorisation: bool) {
        let id = self.playbook.id.clone();
        let steps = self.playbook.phases.entry(phase).or_default();
        let title = flat(&task.title);
        let fits = title.chars().count() <= TITLE_LIMIT;
        let whole = task.text.clone().unwrap_or_default();
        let text = match (fits, whole.is_empty() || whole.starts_with(&title)) {
            (_, true) if whole.is_empty() => title.clone(),
            (true, _) | (_, true) => whole,
            (false, false) => format!("{title}\n{whole}"),
        };
        let role = task.role.filter(|role| !role.trim().is_empty()).unwrap_or_else(|| "responder".to_owned());
        steps.push(Step {
            id: format!("{id}.{}.{:02}", phase.id(), steps.len() + 1),
            title: if fits { title } else { short(&title, TITLE_LIMIT - 1) },
            text,
            why: why.to_owned(),
            role: short(&flat(&role), NAME),
            requirement: if task.required { Requirement::Required } else { Requirement::Recommended },
            needs_authorisation,
            act: None,
        });
    }
}

fn named_phase(id: &str) -> Option<Phase> {
    Phase::ALL.into_iter().find(|phase| phase.id() == id)
}

/// The phase in which a playbook of its types is worked through.
fn usual_phase(value: &Value) -> Phase {
    let types = value["playbook_types"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |word: &str| match word {
        "prevention" => Some(Phase::Preparation),
        "detection" | "notification" => Some(Phase::Detection),
        "investigation" => Some(Phase::Analysis),
        "mitigation" => Some(Phase::Containment),
        "remediation" => Some(Phase::Eradication),
        _ => None,
    };
    types.iter().filter_map(Value::as_str).find_map(of).unwrap_or(Phase::Containment)
}

/// The name as a plain word.
fn slug(name: &str) -> Result<String, Refusal> {
    let mut id = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => id.push(c),
            _ if id.is_empty() || id.ends_with('-') => {}
            _ => id.push('-'),
        }
    }
    let id: String = id.chars().take(ID).collect();
    match id.trim_matches('-') {
        "" | GENERIC => {
            Err(Refusal::misused("The name of the playbook makes no word for a type of incident.")
                .hint("Say which: --as-playbook=kiosk"))
        }
        id => Ok(id.to_owned()),
    }
}
