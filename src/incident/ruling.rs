//! Ruling on a contested field: a person says whose word holds, and the line names all sides it replaces.

use serde::{Deserialize, Serialize};

use super::Incident;
use super::contested::Claim;
use super::event::Event;
use super::setting::Setting;
use crate::model::refusal::Refusal;
use crate::model::visit::PlaceRuled;

/// Somebody ruled which side of a contested field holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruled {
    /// For people: `stage of FS02`.
    pub field: String,
    /// For people: who had said what.
    pub from: Vec<(String, String)>,
    /// For people: what holds now, and whose word that was.
    pub to: String,
    pub of: String,
    /// The field with the value that holds, and what was set with it in one word.
    pub put: Vec<Setting>,
}

impl Ruled {
    /// What was ruled, as the log tells it: `stage of FS02: contained (cy), not suspected (ana)`.
    pub(super) fn words(&self) -> String {
        let others = self.from.iter().filter(|(by, says)| (by, says) != (&self.of, &self.to));
        let others: Vec<String> = others.map(|(by, says)| format!("{says} ({by})")).collect();
        format!("ruled: {}: {} ({}), not {}", self.field, self.to, self.of, others.join(", not "))
    }
}

impl Incident {
    /// Judges a ruling for one side of a contested field, given as the field with that side's value.
    ///
    /// # Errors
    /// Refuses where that is no side of a contested field, or no more.
    pub(super) fn decide_rule(&self, side: &Setting) -> Result<Option<Event>, Refusal> {
        let all = self.contested();
        let of = |claim: &&Claim| claim.setting == *side;
        let found = all.iter().find_map(|it| Some((it, it.sides.iter().find(of)?)));
        let Some((contested, claim)) = found else {
            return Err(Refusal::refused("That is not contested any more: it was ruled or set anew.")
                .hint("casebook show names what is contested and how it stands."));
        };
        if let Setting::Place(place) = side {
            let ruled = PlaceRuled { visit: place.visit.clone(), phase: place.phase, reason: None };
            return Ok(Some(ruled.into()));
        }
        let others = all.iter().flat_map(|contested| &contested.sides);
        let with = others.filter(|other| other.line == claim.line && other.setting.goes_with(side));
        let with: Vec<Setting> = with.map(|other| other.setting.clone()).collect();
        let from = contested.sides.iter().map(|claim| (claim.by.clone(), claim.says.clone())).collect();
        let ruled = Ruled {
            field: contested.field.clone(),
            from,
            to: claim.says.clone(),
            of: claim.by.clone(),
            put: std::iter::once(side.clone()).chain(with).collect(),
        };
        Ok(Some(ruled.into()))
    }
}
