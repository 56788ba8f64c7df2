//! The screens from outside: keys in, screen and record out.

mod board;
mod control;
mod decisions;
mod drafts;
mod drill;
mod evidence;
mod find;
mod hard;
mod head;
mod intake;
mod keys;
mod lesson;
mod notices;
mod people;
mod phase;
mod plain;
mod play;
mod redacting;
mod replay;
mod report;
mod screens;
mod seal;
pub(crate) mod session;
mod simulation;
mod stats;
mod timeline;
mod wide;
