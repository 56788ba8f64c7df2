//! The tests that look at casebook from outside: one binary, one module for each side of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod assets;
mod bundle;
mod cli;
mod demo;
mod drill;
mod fuzz;
mod house;
mod licences;
mod metrics;
mod pty;
mod readme;
mod regulations;
mod screens;
mod store;
mod tui;
