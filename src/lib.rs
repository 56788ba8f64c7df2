//! casebook: incident response from a terminal.

pub mod model;
