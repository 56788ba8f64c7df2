//! The nouns, one a file; each owns its type, its events, its judgement and its tests.

pub mod attack;
pub mod component;
pub mod desk;
pub mod entry;
pub mod evidence;
pub mod handover;
pub mod head;
pub mod id;
pub mod indicator;
pub mod lane;
pub mod ledger;
pub mod lesson;
pub mod lifecycle;
pub mod notice;
pub mod phase;
pub mod playbook;
pub mod refusal;
pub mod register;
pub mod roster;
pub mod severity;
pub mod task;
pub mod taxonomy;
pub mod text;
pub mod time;
pub mod triage;
pub mod visit;
