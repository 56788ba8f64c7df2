//! Pastes read and values looked up over all incidents beside the loop.

use std::sync::Arc;

use uuid::Uuid;

use super::{Arrival, World, sentence};
use crate::model::indicator::paste::{Around, Understood};
use crate::tui::msg::Msg;
use crate::tui::paste::Order;

impl World {
    /// Reads a paste, and looks up where else its values occur.
    pub fn understand(&mut self, order: Order) {
        let (store, to) = (Arc::clone(&self.store), self.to.clone());
        self.start(move || {
            let around = Around { now: order.now, zone: &order.zone, own: &order.own };
            let understood = Understood::of(&order.text, around, |done| {
                to.send(Arrival::Progress(Msg::Understanding(done))).is_ok()
            });
            let values = understood.rows.iter().map(|row| (row.kind.id(), row.value.as_str()));
            // Where else it occurs is worth knowing; that it could not be asked stops nobody.
            let elsewhere =
                store.incidents_with(values, Some(order.incident), &|_, _| {}).unwrap_or_default();
            Arrival::Said(Msg::Understood(order.incident, Box::new(understood), elsewhere))
        });
    }

    /// Looks up in which other incidents values occur.
    pub fn elsewhere(&mut self, incident: Uuid, values: Vec<(String, String)>) {
        let store = Arc::clone(&self.store);
        self.start(move || {
            let values = values.iter().map(|(kind, value)| (kind.as_str(), value.as_str()));
            match store.incidents_with(values, Some(incident), &|_, _| {}) {
                Ok(elsewhere) => Arrival::Said(Msg::Elsewhere(incident, elsewhere)),
                Err(error) => Arrival::Said(Msg::Failed(sentence(&error))),
            }
        });
    }
}
