//! Words that were being typed: kept beside the record, found again after the process that typed them is gone.

use uuid::Uuid;

use super::{World, sentence};
use crate::store::Slot;
use crate::tui::msg::Msg;

impl World {
    /// Finds the drafts of those who are gone; returns the incident of the first.
    pub fn find_drafts(&mut self) -> Option<Uuid> {
        self.found = self.store.drafts();
        self.found.iter().find_map(|kept| match kept.slot {
            Slot::Of(id) => Some(id),
            Slot::New => None,
        })
    }

    /// The drafts of an incident, or of a new one.
    pub fn drafts_of(&self, incident: Option<Uuid>) -> Vec<(Option<Uuid>, String)> {
        let slot = incident.map_or(Slot::New, Slot::Of);
        let mine = self.found.iter().filter(|kept| kept.slot == slot);
        mine.map(|kept| (incident, kept.text.clone())).collect()
    }

    /// Keeps what is being typed. Once nothing is left of it, what was found goes, too.
    pub fn keep_draft(&mut self, incident: Option<Uuid>, text: Option<&str>) -> Option<Msg> {
        let slot = incident.map_or(Slot::New, Slot::Of);
        let kept = self.store.keep_draft(slot, text.unwrap_or_default());
        if text.is_none() {
            for old in self.found.extract_if(.., |kept| kept.slot == slot) {
                // Somebody else may have taken it away first.
                let _ = self.store.drop_draft(&old);
            }
        }
        let why =
            kept.err().map(|error| format!("What you type cannot be kept as a draft: {}", sentence(&error)));
        why.map(Msg::Failed)
    }
}
