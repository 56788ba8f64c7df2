//! What an exchange came to, in numbers.

use std::collections::BTreeSet;

use super::plan::Plan;

/// What an exchange came to, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that are new here.
    pub lines_in: u64,
    /// Incidents that are new here, by their numbers.
    pub opened: BTreeSet<String>,
    /// Incidents that have more lines or files than before, by their numbers.
    pub grown: BTreeSet<String>,
    pub bytes_in: u64,
    /// Incidents of which what came could not be put on the disk, by their numbers.
    pub failed: BTreeSet<String>,
    /// Seal notes that were not taken: one of the same head is here, and stays.
    pub notes_kept: usize,
    /// Signatures that were not taken: they sign another note than the one here, or that has one.
    pub signatures_left: usize,
    pub lines_out: u64,
    pub bytes_out: u64,
    /// Incidents something was sent of, by their numbers.
    pub sent: BTreeSet<String>,
    /// Evidence that is too large to be sent: files and bytes.
    pub large: (u64, u64),
    /// Incidents that stay here because not everybody may read them.
    pub restricted: u64,
    /// Deliveries that were pushed.
    pub pushes: u64,
    /// Deliveries that somebody else's came before, and that were made anew.
    pub again: u64,
}

impl Tally {
    /// A plan was sent.
    pub(super) fn sends(&mut self, plan: &Plan) {
        self.lines_out += plan.lines;
        self.bytes_out += plan.out.iter().map(|out| out.bytes.len() as u64).sum::<u64>();
        self.sent.extend(plan.incidents.iter().filter_map(|name| Some(name.rsplit_once('-')?.0.to_owned())));
    }
}
