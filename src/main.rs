//! The program: without a verb the screens, with one the shell.

fn main() {}
