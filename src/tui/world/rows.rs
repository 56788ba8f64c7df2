//! What the store says, in the words of the screens: rows of the list, damage, errors.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::incident::Incident;
use crate::model::severity::Level;
use crate::store::{self, Address, Closed, Look, Record, Store, StoreError};
use crate::tui::list::{Row, Status};

/// What could not be read, a sentence each.
pub(super) fn damaged(record: &Record) -> Vec<String> {
    let sentence = |damage: &store::Damage| {
        let (file, line, bytes) = (&damage.file, damage.line, damage.bytes);
        format!(
            "{file}, line {line}: {bytes} bytes cannot be read; everything else is here. casebook verify tells more."
        )
    };
    record.damage.iter().map(sentence).collect()
}

pub(super) fn size_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |about| about.len())
}

pub(super) fn by_id(store: &Store, id: Uuid) -> Result<Address, StoreError> {
    let rows = store.list(Look::Cached)?;
    let found = rows.into_iter().find(|(address, _)| address.id == id).map(|(address, _)| address);
    found.ok_or_else(|| StoreError::NotFound { reference: id.to_string(), store: store.root().to_owned() })
}

/// An error as one sentence with the next step.
pub fn sentence(error: &StoreError) -> String {
    match error.hint() {
        Some(hint) => format!("{error} {hint}"),
        None => error.to_string(),
    }
}

/// The store's row as the list shows it.
pub fn listed(address: &Address, row: store::Row) -> Row {
    let status = match (row.closed, row.status.as_str()) {
        (true, _) => Status::Closed,
        (false, "on-hold") => Status::OnHold,
        (false, _) => Status::Open,
    };
    let severity = row.severity.and_then(|n| Level::ALL.into_iter().find(|level| level.number() == n));
    Row {
        id: row.id,
        number: address.number.clone(),
        title: row.title,
        status,
        phase: row.phase,
        visit: row.visit,
        severity,
        tlp: row.tlp,
        lead: row.lead,
        opened: row.opened,
        updated: row.updated,
        uncontained: row.uncontained,
        links: row.links,
        actions: row.actions,
        faulty: false,
        restricted: matches!(row.shut, Some(Closed::Restricted)),
        entries: row.entries,
        by: row.by,
    }
}

/// An incident as the list shows it.
pub fn listed_incident(incident: &Incident) -> Row {
    let address = Address { id: incident.id, number: incident.number.clone(), folder: PathBuf::new() };
    Row { faulty: !incident.faults.is_empty(), ..listed(&address, store::Row::of(incident)) }
}
