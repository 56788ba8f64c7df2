//! Drills: a made-up incident told by a scenario, played in the screens of a real one and judged from its journal.
//!
//! [`play::Play`] replays the journal of a drill by its scenario. There are no hidden flags: what it knows is
//! the incident, the injects that were delivered, the replies and answers, and the actions these matched.
//! It says what falls due next, helps, and at the end it is what [`score`] and [`debrief`] are made of.

mod ahead;
pub mod condition;
pub mod debrief;
pub mod gauge;
pub mod hint;
mod judge;
pub mod msel;
pub mod pattern;
pub mod play;
mod record;
mod said;
pub mod scenario;
pub mod score;
mod tell;
#[cfg(test)]
pub(crate) mod tests;
