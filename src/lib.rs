//! casebook: incident response from a terminal.

pub mod incident;
pub mod model;
