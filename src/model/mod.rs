//! The nouns, one a file; each owns its type, its events, its judgement and its tests.

pub mod entry;
pub mod id;
pub mod refusal;
pub mod time;
