//! An evidence item: what was kept, of which component, and in whose hands it is.

use serde::{Deserialize, Serialize};

use super::id::NounId;

/// Something kept as evidence, with the facts that gates ask about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceItem {
    pub id: NounId,
    /// The number on the bag: `E-003`.
    pub number: String,
    pub name: String,
    /// Order of volatility, 1 (memory) to 7 (archive), by the taxonomy's evidence types.
    pub volatility: u8,
    pub components: Vec<NounId>,
    pub sha256: Option<String>,
    pub holder: Option<String>,
    pub undone: bool,
}
