//! casebook: incident response from a terminal.
//!
//! **Facts are appended, state is a fold of the facts, judgement happens before the fact, screens are
//! a function of state.** A key, the `:` line, the shell and a drill give the same commands; the same
//! fold serves the list, the board, the report and the replay.
//!
//! The floors, each using only what stands above it in this list. Beneath them lies the crate `casebook-bytes`
//! (`bytes/`): what goes over every byte of a journal, apart because it alone is compiled for speed.
//!
//! 1. [`model`]: the nouns, one a file. Pure: no file, clock, randomness, terminal or environment.
//! 2. [`incident`]: the nouns together. `decide` judges a command, `apply` obeys a line, `fold` makes
//!    an incident from its journal.
//! 3. [`verb`]: the one grammar. Words become an act, in the shell and on the `:` line.
//!    [`query`]: finding by words over many incidents. [`metrics`]: how long until what, of one and of many.
//!    [`readiness`]: the improvement actions of many incidents.
//!    [`drill`]: scenarios, and an incident that is played.
//! 4. [`store`]: the disk. Journals, leases, snapshots, the list, settings, verify.
//! 5. [`report`]: documents, an incident in and text out. [`exchange`]: the formats of other programs. [`demo`]: five incidents told in verbs, played
//!    into a store. [`control`]: opens a drill and writes what fell due into its journal.
//! 6. [`cli`] and [`tui`]: two mouths that never speak to each other. `main` introduces them.
//!
//! The laws, each a test: a fact is one line, whole or absent · any order and any repetition of the same
//! lines folds to the same state · a command says what shall be, and giving it twice is harmless · undo is
//! an event · a visit owns its checklist · time, ids and people come in through [`model::desk::Desk`] ·
//! drawing changes nothing · a key stands in one table · what cannot be understood is kept and shown raw.

pub mod cli;
pub mod control;
pub mod demo;
pub mod drill;
pub mod exchange;
pub mod incident;
pub mod metrics;
pub mod model;
pub mod query;
pub mod readiness;
pub mod report;
pub mod store;
pub mod tui;
pub mod verb;
