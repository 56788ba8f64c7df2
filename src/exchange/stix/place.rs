//! What an incident of a bundle hit: identities that are named as such, and which indicator was seen on which.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::case::{flat, short};
use super::super::intake::json::{text, texts};
use super::super::intake::{Act, Piece, Place};
use crate::incident::command::Command;
use crate::model::component::{AddComponent, Details, Stage};
use crate::model::indicator::Found;
use crate::verb::{Change, Indicating};

/// So many objects wait until it is known what they have to do with the incident.
const WAITING: usize = 100_000;
/// What an identity may be called here.
const NAME: usize = 80;

/// What waits for the end of the file.
#[derive(Default)]
pub(super) struct Places {
    /// Systems and people by their id; whose component is taken already.
    identities: BTreeMap<String, Named>,
    /// Ids of identities that an incident or a sighting names.
    hit: BTreeSet<String>,
    /// An indicator object, and where it was seen.
    sightings: Vec<(Place, String, Vec<String>)>,
    /// The values of indicator objects, each with its type before it.
    values: BTreeMap<String, Vec<String>>,
}

struct Named {
    place: Place,
    name: String,
    kind: String,
    note: Option<String>,
    /// It is taken.
    taken: bool,
}

impl Places {
    /// A system or a person; ours say their type and stage, and come at once. `false`: it is something else.
    pub(super) fn identity(
        &mut self,
        place: &Place,
        object: &Value,
        by_us: bool,
    ) -> Result<Option<Piece>, ()> {
        let class = text(object, "identity_class").unwrap_or_default();
        let name = short(&flat(text(object, "name").unwrap_or_default()), NAME);
        let (Some(id), false) = (text(object, "id"), name.is_empty()) else { return Err(()) };
        let note = text(object, "description").map(|note| short(note, 400));
        let labels = texts(object, "labels");
        let ours = match labels[..] {
            [kind, stage] if by_us => {
                Stage::ALL.into_iter().find(|one| one.id() == stage).map(|it| (kind, it))
            }
            _ => None,
        };
        let kind = match (ours, class) {
            (Some((kind, _)), _) => kind,
            (None, "system") => "server",
            (None, "individual") => "account",
            _ => return Err(()),
        };
        if self.identities.len() >= WAITING {
            return Err(());
        }
        let named = Named { place: place.clone(), name, kind: kind.to_owned(), note, taken: ours.is_some() };
        let piece = ours.map(|(_, stage)| named.piece(stage));
        self.identities.insert(id.to_owned(), named);
        Ok(piece)
    }

    /// What an indicator object stands for.
    pub(super) fn means(&mut self, object: &Value, found: &[Found]) {
        if let Some(id) = text(object, "id").filter(|_| self.values.len() < WAITING) {
            self.values.insert(
                id.to_owned(),
                found.iter().map(|one| format!("{} {}", one.kind.id(), one.value)).collect(),
            );
        }
    }

    /// `false`: it says nothing of where.
    pub(super) fn sighting(&mut self, place: &Place, object: &Value) -> bool {
        let on: Vec<String> = texts(object, "where_sighted_refs").into_iter().map(str::to_owned).collect();
        let Some(of) = text(object, "sighting_of_ref").filter(|_| !on.is_empty()) else { return false };
        self.hit.extend(on.iter().take(WAITING.saturating_sub(self.hit.len())).cloned());
        if self.sightings.len() < WAITING {
            self.sightings.push((place.clone(), of.to_owned(), on));
        }
        true
    }

    /// `false`: it ties nothing to an incident.
    pub(super) fn relationship(&mut self, object: &Value) -> bool {
        let ends = [text(object, "source_ref"), text(object, "target_ref")];
        let of_incident = ends.iter().flatten().any(|end| end.starts_with("incident--"));
        if of_incident && self.hit.len() < WAITING {
            let others = ends.into_iter().flatten().filter(|end| end.starts_with("identity--"));
            self.hit.extend(others.map(str::to_owned));
        }
        of_incident
    }

    /// What was hit, and what was seen on it; then how many identities had nothing to do with it.
    pub(super) fn end(&mut self) -> (Vec<Piece>, usize) {
        let mut pieces = Vec::new();
        for (id, named) in &mut self.identities {
            if !named.taken && self.hit.contains(id) {
                named.taken = true;
                pieces.push(named.piece(Stage::Suspected));
            }
        }
        for (place, of, on) in std::mem::take(&mut self.sightings) {
            let named = |id: &String| self.identities.get(id).filter(|it| it.taken).map(|it| it.name.clone());
            let components: Vec<String> = on.iter().filter_map(named).collect();
            let indicators = self.values.get(&of).cloned().unwrap_or_default();
            if components.is_empty() || indicators.is_empty() {
                continue;
            }
            let link =
                Indicating::Link { indicators, components, entries: Vec::new(), incidents: Vec::new() };
            pieces.push(Piece::Act(Box::new(Act::new(place, Change::Indicator(link)))));
        }
        (pieces, self.identities.values().filter(|named| !named.taken).count())
    }
}

impl Named {
    fn piece(&self, stage: Stage) -> Piece {
        let details = Details { note: self.note.clone(), ..Details::default() };
        let add = AddComponent { details, ..AddComponent::new(&self.name, &self.kind, stage) };
        Piece::Act(Box::new(Act::new(self.place.clone(), Command::AddComponent(add))))
    }
}
