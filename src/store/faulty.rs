//! What quick checks found wrong with records: told wherever the record is shown, and remembered for the list.

use std::collections::BTreeMap;
use std::path::PathBuf;

use uuid::Uuid;

use super::Store;
use super::finding::Finding;
use super::index::place_name;
use super::locate::Address;
use super::verify::Depth;

impl Store {
    /// What is altered or missing in the journals and seals of an incident, a sentence each, by the check that
    /// `verify --quick` makes: at most twice the cost of hashing them. The list remembers whether there was any.
    pub fn faults(&self, address: &Address) -> Vec<String> {
        let verdict = self.verify(address, Depth::Quick);
        let broken = verdict.findings.iter().filter(|finding| finding.is_fault());
        let faults: Vec<String> = broken.map(Finding::to_string).collect();
        self.remember(address, faults.first());
        faults
    }

    fn faulty_file(&self) -> Option<PathBuf> {
        Some(self.state.as_ref()?.join(format!("faulty-{}.json", place_name(&self.root))))
    }

    /// Incidents in which the last check on this machine found a fault, with the first of them.
    pub fn faulty(&self) -> BTreeMap<Uuid, String> {
        let Some(path) = self.faulty_file() else { return BTreeMap::new() };
        self.files
            .read(&path, 0)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Notes what a check came to, where that is news. What cannot be noted is told by the next check again.
    fn remember(&self, address: &Address, fault: Option<&String>) {
        let Some(path) = self.faulty_file() else { return };
        let mut all = self.faulty();
        if all.get(&address.id) == fault {
            return;
        }
        match fault {
            Some(fault) => _ = all.insert(address.id, fault.clone()),
            None => _ = all.remove(&address.id),
        }
        if let Ok(text) = serde_json::to_vec(&all) {
            let _ = self.files.replace(&path, &text);
        }
    }
}
