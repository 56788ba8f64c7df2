//! Seals made by the screens: after what others will build on, when a document leaves, and when somebody asks.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Arrival, World, sentence};
use crate::incident::line::Line;
use crate::incident::seal::occasion;
use crate::model::text::counted;
use crate::store::{Address, Saver, Sealed, Signing, Store};
use crate::tui::app::App;
use crate::tui::msg::Msg;

/// A seal that is to be made.
#[derive(Clone, Debug)]
pub(super) struct Sealing {
    address: Address,
    by: String,
    /// By the clock of these screens.
    at: DateTime<Utc>,
    occasion: &'static str,
    key: Option<PathBuf>,
}

impl Sealing {
    /// Makes it and signs it where a key is set; in a sentence what came of it.
    ///
    /// # Errors
    /// Why there is no seal, or no signature on it, in a sentence.
    pub(super) fn make(&self, store: &Store) -> Result<String, String> {
        let sealed = store.seal(&self.address, self.at, &self.by, self.occasion);
        let sealed = sealed.map_err(|error| format!("Not sealed: {}", sentence(&error)))?;
        match store.sign(&sealed, self.key.as_deref()) {
            Signing::Signed => Ok(words(&sealed, "signed")),
            Signing::NoKey => Ok(words(&sealed, "not signed: config seal.key FILE names a key")),
            Signing::Failed(why) => Err(format!("The seal is not signed: {why}")),
        }
    }
}

fn words(sealed: &Sealed, signature: &str) -> String {
    let before = if sealed.before { "Sealed before" } else { "Sealed" };
    format!(
        "{before}: {}, head {}, {signature}.",
        counted(sealed.seal.count, "line"),
        sealed.seal.head_code()
    )
}

impl World {
    /// A seal of the open incident.
    pub(super) fn sealing(&self, app: &App, occasion: &'static str) -> Option<Sealing> {
        let address = self.record.as_ref()?.address.clone();
        let key = self.settings.as_ref().and_then(|settings| settings.settings.seal.key.clone());
        Some(Sealing { address, by: app.me.name.clone(), at: app.wall, occasion, key })
    }

    /// Notes that a seal is due once these lines are on the disk, if it is.
    pub(super) fn owe_seal(&mut self, app: &App, lines: &[Line]) {
        if let Some(sealing) = occasion(lines).and_then(|occasion| self.sealing(app, occasion)) {
            self.seals_due.insert(sealing.address.id, sealing);
        }
    }

    /// Makes the seal that was due once everything of its incident is on the disk, beside the loop.
    pub(super) fn seal_if_due(&mut self, incident: Uuid) {
        let waits = |saver: &Saver| saver.unsaved().next().is_some();
        if self.savers.get(&incident).is_some_and(waits) {
            return;
        }
        let Some(sealing) = self.seals_due.remove(&incident) else { return };
        let store = Arc::clone(&self.store);
        self.start(move || match sealing.make(&store) {
            Ok(_) => Arrival::Said(Msg::Sealed(None)),
            Err(why) => Arrival::Said(Msg::Failed(why)),
        });
    }

    /// Seals the open incident as it is on the disk, because somebody asked.
    pub fn seal(&mut self, app: &App) {
        let Some(sealing) = self.sealing(app, "on demand") else { return };
        let store = Arc::clone(&self.store);
        self.start(move || match sealing.make(&store) {
            Ok(words) => Arrival::Said(Msg::Sealed(Some(words))),
            Err(why) => Arrival::Said(Msg::Failed(why)),
        });
    }

    /// Makes here and now what is still due; the screens are closed and nobody waits for a key.
    pub fn seal_what_is_due(&mut self) {
        for (_, sealing) in std::mem::take(&mut self.seals_due) {
            // Nobody is there to be told; whoever seals or verifies next sees it.
            let _ = sealing.make(&self.store);
        }
    }
}
