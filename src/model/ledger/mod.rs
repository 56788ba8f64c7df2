//! What was decided, assumed, approved and must be taken back.

pub mod approval;
