//! The engine over made-up plays: every atom, the loop, the score, and the scenarios that ship.

mod atoms;
mod course;
mod perfect;
mod plays;
mod points;
pub(crate) mod table;
