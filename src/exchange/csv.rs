//! Comma-separated values: our own tables, and those of others.

pub mod entry;
pub mod records;
pub mod row;
pub mod write;
