//! Evidence files that do not hold the bytes their names say, told by the numbers of the items.

use super::Store;
use super::locate::Address;
use super::part::Part;

impl Store {
    /// What is said of an evidence file whose bytes have this SHA-256, and not the one it is called after. `None`: they
    /// are the right ones, or it is no evidence.
    pub fn misnamed(&self, address: &Address, part: &Part, sha256: &str) -> Option<String> {
        let name = part.evidence().filter(|name| *name != sha256)?;
        let record = self.read(address).ok();
        let items = record.iter().flat_map(|record| record.incident.evidence());
        let of: Vec<String> = items
            .filter(|item| item.in_vault() && item.sha256() == Some(name))
            .map(|item| format!("{} ({})", item.number, item.name()))
            .collect();
        let what = if of.is_empty() { part.path().to_owned() } else { format!("evidence {}", of.join(", ")) };
        Some(format!("{what} does not hold the bytes its name says"))
    }
}
