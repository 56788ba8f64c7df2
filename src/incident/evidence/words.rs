//! The words of the log for what happens to evidence.

use crate::model::evidence::{
    Acquired, CustodyPassed, Described, Detail, EvidenceAdded, EvidenceEdited, EvidenceReceived,
    EvidenceRequested, EvidenceVerified, EvidenceWithdrawn, Found, bytes,
};
use crate::model::head::Change;

pub(in crate::incident) fn added(added: &EvidenceAdded) -> String {
    let EvidenceAdded { number, what, how, .. } = added;
    format!(
        "+ {number} {} ({}){}, held by {}{}",
        what.name,
        what.kind,
        of(what),
        how.holder,
        size_and_copy(how)
    )
}

pub(in crate::incident) fn requested(requested: &EvidenceRequested) -> String {
    let EvidenceRequested { number, what, from, due, .. } = requested;
    let due = due.map(|due| format!(", due {}", due.format("%Y-%m-%d %H:%MZ"))).unwrap_or_default();
    format!("{number} asked of {from}: {}{}{due}", what.name, of(what))
}

pub(in crate::incident) fn received(received: &EvidenceReceived) -> String {
    let EvidenceReceived { number, name, how, .. } = received;
    format!("{number} received: {name}, held by {}{}", how.holder, size_and_copy(how))
}

pub(in crate::incident) fn passed(passed: &CustodyPassed) -> String {
    let CustodyPassed { number, name, to, reason, .. } = passed;
    let from = passed.from.as_deref().unwrap_or("nobody");
    let hash = passed.hash.as_ref().map_or("hash not re-checked", matches);
    format!("{number} {name}: {from} → {to}, {hash}  \"{reason}\"")
}

pub(in crate::incident) fn checked(verified: &EvidenceVerified) -> String {
    let EvidenceVerified { number, name, hash, .. } = verified;
    let file = || hash.of.rsplit(['/', '\\']).next().unwrap_or(&hash.of);
    let of = if hash.of == "vault" { "in the vault" } else { file() };
    format!("{number} {name}: {} ({of})", matches(hash))
}

pub(in crate::incident) fn edited(edited: &EvidenceEdited) -> String {
    let one = |change: &Change<Detail>| {
        format!("{} {} → {}", change.to.field().word(), change.from.say(), change.to.say())
    };
    let changes: Vec<String> = edited.changes.iter().map(one).collect();
    format!("{} corrected: {}", edited.number, changes.join(", "))
}

pub(in crate::incident) fn withdrawn(withdrawn: &EvidenceWithdrawn) -> String {
    format!("{} {} withdrawn  \"{}\"", withdrawn.number, withdrawn.name, withdrawn.reason)
}

/// The names of the components an item is of.
pub(in crate::incident) fn names(what: &Described) -> Vec<String> {
    what.components.iter().map(|of| of.name.clone()).collect()
}

fn of(what: &Described) -> String {
    if what.components.is_empty() { String::new() } else { format!(" of {}", names(what).join(", ")) }
}

/// Size and whereabouts. A line of the log is cut where a screen ends and a hash is shown whole or not at
/// all: hashes stand on the card of the item, and in the line's data.
fn size_and_copy(how: &Acquired) -> String {
    let size = how.size.map(|size| format!(", {}", bytes(size))).unwrap_or_default();
    let hash = if how.sha256.is_none() { ", no hash" } else { "" };
    let vault = if how.vault { ", copy in the vault" } else { "" };
    let changed = if how.changed { ", source changed while it was read" } else { "" };
    format!("{size}{hash}{vault}{changed}")
}

fn matches(hash: &Found) -> &'static str {
    if hash.matches { "hash matches" } else { "MISMATCH of the hash" }
}
