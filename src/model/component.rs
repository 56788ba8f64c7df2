//! An affected host, account, data set, link or application, with a stage of its own.

mod detail;
mod stage;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::phase::Phase;
use super::register::Register;

pub use detail::{ComponentEdited, Detail, Details, EditComponent, NOTE, Part, TAG, TAGS, VERDICT};
pub use stage::{Stage, Staged};
pub use step::{ComponentStaged, Facts, HOW, Seen, StageComponent, StageNoted, Step, Stepped};

/// A component of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub id: NounId,
    /// The name that holds now.
    pub name: String,
    /// A word of the taxonomy's asset types.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was put on the list (UTC, happened time).
    pub added: DateTime<Utc>,
    pub line: LineId,
    pub undone: bool,
    pub stage: Register<Staged>,
    /// Every step from stage to stage, in the order of its lines, with those that were taken back.
    pub history: Vec<Step>,
    /// What else is known, each detail with all its sides.
    pub details: BTreeMap<Part, Register<Detail>>,
    /// Names it was known by before; entries may still call it so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<String>,
    /// The phase in which it was found, where that was past Containment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_in: Option<Phase>,
}

impl Component {
    /// A component that was just put on the list.
    pub(crate) fn new(added: &ComponentAdded, line: LineId, by: &str, at: DateTime<Utc>) -> Self {
        let mut component = Self {
            id: added.id.clone(),
            name: added.name.clone(),
            kind: added.kind.clone(),
            added: at,
            line,
            undone: false,
            stage: Register::default(),
            history: vec![Step {
                line,
                undone: false,
                from: None,
                to: added.stage,
                at,
                by: by.to_owned(),
                reason: None,
                facts: Facts::default(),
            }],
            details: BTreeMap::new(),
            former: Vec::new(),
            found_in: added.found_in,
        };
        let staged = Staged { stage: added.stage, at, by: by.to_owned(), reason: None };
        component.stage.set(line, by, &[], staged);
        let name_and_type = [Detail::Name(added.name.clone()), Detail::Type(added.kind.clone())];
        for detail in name_and_type.into_iter().chain(added.details.said()) {
            component.details.entry(detail.part()).or_default().set(line, by, &[], detail);
        }
        component
    }

    pub fn stage(&self) -> Stage {
        self.stage.get().map_or(Stage::Suspected, |staged| staged.stage)
    }

    /// Since when it stands at its stage (UTC).
    pub fn since(&self) -> DateTime<Utc> {
        self.stage.get().map_or(self.added, |staged| staged.at)
    }

    /// Kinds whose memory is worth taking before they are changed.
    pub fn live(&self) -> bool {
        matches!(self.kind.as_str(), "server" | "workstation" | "mobile" | "cloud" | "ot" | "network")
    }

    /// Who answers for it in the business.
    pub fn owner(&self) -> Option<&str> {
        match self.detail(Part::Owner) {
            Some(Detail::Owner(owner)) => owner.as_deref(),
            _ => None,
        }
    }

    /// Whether the business stands still without it.
    pub fn critical(&self) -> bool {
        matches!(self.detail(Part::Critical), Some(Detail::Critical(true)))
    }

    pub fn tags(&self) -> &[String] {
        match self.detail(Part::Tags) {
            Some(Detail::Tags(tags)) => tags,
            _ => &[],
        }
    }

    /// What it is and where.
    pub fn note(&self) -> Option<&str> {
        match self.detail(Part::Note) {
            Some(Detail::Note(note)) => note.as_deref(),
            _ => None,
        }
    }

    /// What its examination came to.
    pub fn verdict(&self) -> Option<&str> {
        match self.detail(Part::Verdict) {
            Some(Detail::Verdict(verdict)) => verdict.as_deref(),
            _ => None,
        }
    }

    /// Whether this is its name, or was.
    pub fn called(&self, name: &str) -> bool {
        let same = |own: &String| own.eq_ignore_ascii_case(name);
        same(&self.name) || self.former.iter().any(same)
    }

    /// Whether all these words occur in its name, type, note, owner, tags or verdict.
    pub fn fits(&self, words: &str) -> bool {
        let texts = [Some(self.name.as_str()), Some(&self.kind), self.owner(), self.note(), self.verdict()];
        let texts = texts.into_iter().flatten().chain(self.tags().iter().map(String::as_str));
        let text = texts.collect::<Vec<_>>().join(" ").to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    fn detail(&self, part: Part) -> Option<&Detail> {
        self.details.get(&part).and_then(Register::get)
    }

    /// Takes name and type from what was said last of them.
    pub(crate) fn settle(&mut self) {
        if let Some(Detail::Name(name)) = self.detail(Part::Name).cloned()
            && name != self.name
        {
            let before = std::mem::replace(&mut self.name, name);
            if !self.former.contains(&before) {
                self.former.push(before);
            }
        }
        if let Some(Detail::Type(kind)) = self.detail(Part::Type).cloned() {
            self.kind = kind;
        }
    }
}

/// Put a component on the list.
#[derive(Clone, Debug, PartialEq)]
pub struct AddComponent {
    pub name: String,
    pub kind: String,
    pub stage: Stage,
    pub details: Details,
}

impl AddComponent {
    /// A component of which nothing else is said.
    pub fn new(name: impl Into<String>, kind: impl Into<String>, stage: Stage) -> Self {
        Self { name: name.into(), kind: kind.into(), stage, details: Details::default() }
    }
}

/// A component was put on the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentAdded {
    pub id: NounId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub stage: Stage,
    #[serde(flatten)]
    pub details: Details,
    /// The phase the incident stood in, where that was past Containment: what was claimed of the whole is
    /// then not true of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_in: Option<Phase>,
}
