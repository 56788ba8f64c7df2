//! The tests that look at casebook from outside: one binary, one module for each side of it.

mod assets;
mod house;
mod store;
