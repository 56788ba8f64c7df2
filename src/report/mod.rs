//! Documents: an incident in, text out. Pure; the zone and the moment are passed in.

pub mod debrief;
pub mod figures;
pub mod full;
pub mod handover;
mod marks;
