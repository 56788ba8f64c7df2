//! What the tests of the formats share.

pub(crate) mod cases;

use crate::incident::Incident;
use crate::incident::release::{Release, Released};

/// An incident on no terms.
pub(crate) fn released(incident: &Incident) -> Released {
    let root = incident.root.clone();
    Released { incident: incident.clone(), terms: Release::default(), root, held_back: 0 }
}
