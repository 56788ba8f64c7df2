//! Drills: a made-up incident told by a scenario, played in the screens of a real one and judged from its journal.

pub mod condition;
pub mod scenario;
