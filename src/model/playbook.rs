//! Checklists before they are used: what should be done in each phase, by type of incident.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::phase::Phase;
use super::refusal::Refusal;

/// Whether a task must be answered before the phase is left quietly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    Required,
    Recommended,
}

/// A task as a playbook words it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `<playbook>.<phase>.<number>`; never reused for another task.
    pub id: String,
    /// At most 40 characters, for narrow panes.
    pub title: String,
    /// The whole instruction.
    pub text: String,
    /// Why it is there, for somebody new to it.
    pub why: String,
    /// The role that usually does it.
    pub role: String,
    pub requirement: Requirement,
    #[serde(default)]
    pub needs_authorisation: bool,
    /// The act that ticks it (`signal`, `ack`, `classify` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
}

/// The checklists of one type of incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// The incident type it belongs to; `generic` always applies.
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub applies: String,
    pub phases: BTreeMap<Phase, Vec<Step>>,
}

/// The id of the playbook that always applies.
pub const GENERIC: &str = "generic";

/// Longest title of a task, in characters.
pub const TITLE_LIMIT: usize = 40;

#[derive(Deserialize)]
struct File {
    types: Vec<Playbook>,
}

static BUILT_IN: LazyLock<Vec<Playbook>> = LazyLock::new(|| {
    let file: File = serde_json::from_str(include_str!("../../assets/playbooks.json"))
        .expect("the playbooks asset is compiled in and read by a test");
    file.types
});

/// The 13 playbooks that ship with casebook.
pub fn built_in() -> &'static [Playbook] {
    &BUILT_IN
}

/// The built-in playbooks with the user's own over and beside them, found by id.
#[derive(Clone, Debug, Default)]
pub struct Playbooks {
    own: Vec<Playbook>,
}

impl Playbooks {
    /// Puts the user's own playbooks over the built-in ones of the same id.
    pub fn with(own: Vec<Playbook>) -> Self {
        Self { own }
    }

    pub fn get(&self, id: &str) -> Option<&Playbook> {
        self.own.iter().chain(built_in()).find(|playbook| playbook.id == id)
    }

    /// Every playbook once, the generic one first, then by the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &Playbook> {
        let hidden = |id: &str| self.own.iter().any(|own| own.id == id);
        built_in().iter().filter(move |playbook| !hidden(&playbook.id)).chain(&self.own)
    }

    /// The steps of a phase for these types: the generic ones, then each type's, required first.
    pub fn steps(&self, types: &[String], phase: Phase) -> Vec<&Step> {
        let ids = std::iter::once(GENERIC).chain(types.iter().map(String::as_str).filter(|t| *t != GENERIC));
        let mut steps: Vec<&Step> = ids
            .filter_map(|id| self.get(id))
            .filter_map(|playbook| playbook.phases.get(&phase))
            .flatten()
            .collect();
        steps.sort_by_key(|step| step.requirement == Requirement::Recommended);
        steps
    }
}

/// Reads a user's own playbook: one JSON document, a playbook or `{"types": [playbook, …]}`.
///
/// # Errors
/// One sentence that names the file, the place in it and what to change.
pub fn read(file: &str, text: &str) -> Result<Vec<Playbook>, Refusal> {
    let wrong = |place: &str, what: &str, fix: &str| {
        let place = if place.is_empty() || place == "." { "the top".to_owned() } else { place.to_owned() };
        Refusal::misused(format!("Playbook {file}, at {place}: {what}")).hint(fix.to_owned())
    };
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Shape {
        Many { types: Vec<serde_json::Value> },
        One(serde_json::Value),
    }
    let shape: Shape = serde_json::from_str(text).map_err(|error| {
        wrong(
            "the top",
            &format!("not JSON: {error}."),
            "Check the file with a JSON editor and save it again.",
        )
    })?;
    let (found, many) = match shape {
        Shape::Many { types } => (types, true),
        Shape::One(value) => (vec![value], false),
    };
    let mut playbooks = Vec::with_capacity(found.len());
    for (i, value) in found.into_iter().enumerate() {
        let root = if many { format!("types[{i}].") } else { String::new() };
        let playbook: Playbook = serde_path_to_error::deserialize(value).map_err(|error| {
            let place = format!("{root}{}", error.path());
            wrong(
                place.trim_end_matches(['.', '?']),
                &format!("{}.", error.inner()),
                "The shape of a playbook is in the schema `playbook.schema.json`; copy a task that works and change its words.",
            )
        })?;
        check(&playbook, |place, what, fix| wrong(&format!("{root}{place}"), what, fix))?;
        playbooks.push(playbook);
    }
    Ok(playbooks)
}

/// The rules a shape cannot say: ids, lengths, no id twice.
fn check(playbook: &Playbook, wrong: impl Fn(&str, &str, &str) -> Refusal) -> Result<(), Refusal> {
    let plain = |id: &str| {
        !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !plain(&playbook.id) {
        return Err(wrong(
            "id",
            &format!("the id {:?} is not a plain word.", playbook.id),
            "Use lower-case letters, digits and hyphens.",
        ));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (phase, steps) in &playbook.phases {
        for (i, step) in steps.iter().enumerate() {
            let place = |field: &str| format!("phases.{}[{i}].{field}", phase.id());
            let length = step.title.chars().count();
            if step.title.trim().is_empty() || length > TITLE_LIMIT {
                return Err(wrong(
                    &place("title"),
                    &format!("the title has {length} characters; 1 to {TITLE_LIMIT} fit."),
                    "Shorten the title; the whole instruction belongs in `text`.",
                ));
            }
            if !step.id.starts_with(&format!("{}.", playbook.id)) {
                return Err(wrong(
                    &place("id"),
                    &format!("the id {:?} does not start with {:?}.", step.id, format!("{}.", playbook.id)),
                    "Begin every task id with the id of its playbook.",
                ));
            }
            if !seen.insert(step.id.as_str()) {
                return Err(wrong(
                    &place("id"),
                    &format!("the id {:?} stands twice.", step.id),
                    "Give each task an id of its own.",
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirteen_playbooks_hold_409_tasks() {
        let tasks: usize = built_in().iter().flat_map(|p| p.phases.values()).map(Vec::len).sum();
        assert_eq!((built_in().len(), tasks), (13, 409));
    }

    #[test]
    fn the_generic_list_always_applies_and_required_tasks_come_first() {
        let steps = Playbooks::default()
            .steps(&["ransomware".into()], Phase::Containment)
            .iter()
            .map(|s| (s.id.split('.').next().unwrap().to_owned(), s.requirement))
            .collect::<Vec<_>>();
        assert!(steps.iter().any(|(playbook, _)| playbook == "generic"));
        assert!(steps.iter().any(|(playbook, _)| playbook == "ransomware"));
        assert!(steps.is_sorted_by_key(|(_, requirement)| *requirement == Requirement::Recommended));
    }

    const OWN: &str = r#"{"id":"kiosk","name":"Kiosk","phases":{"detection":[{"id":"kiosk.detection.01","title":"Look at the screen",
        "text":"Look at the screen of the kiosk","why":"somebody saw it first","role":"analyst","requirement":"required"}]}}"#;

    #[test]
    fn an_own_playbook_stands_beside_the_built_in_ones() {
        let own = Playbooks::with(read("kiosk.json", OWN).unwrap());
        assert_eq!(
            own.steps(&["kiosk".into()], Phase::Detection)
                .iter()
                .filter(|s| s.id.starts_with("kiosk"))
                .count(),
            1
        );
        assert_eq!(own.all().count(), 14);
    }

    #[test]
    fn a_fault_in_an_own_playbook_names_file_place_and_fix() {
        for (wrong, place) in [
            (OWN.replace("\"required\"", "\"must\""), "phases.detection[0].requirement"),
            (OWN.replace("kiosk.detection.01", "other.detection.01"), "phases.detection[0].id"),
            (
                OWN.replace("Look at the screen\"", &format!("{}\"", "x".repeat(41))),
                "phases.detection[0].title",
            ),
            (OWN.replace("\"detection\"", "\"detecting\""), "phases"),
            ("{".into(), "the top"),
        ] {
            let refusal = read("kiosk.json", &wrong).unwrap_err();
            assert!(refusal.message.contains("kiosk.json") && refusal.message.contains(place), "{refusal}");
            assert!(refusal.hint.is_some());
        }
    }
}
