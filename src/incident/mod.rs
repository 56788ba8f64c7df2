//! An incident: the fold of its journal.

pub mod event;
pub mod line;
