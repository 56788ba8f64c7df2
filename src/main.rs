//! The program: without a verb the screens, with one the shell.

use std::process::ExitCode;

use casebook::cli::{self, Handed};
use casebook::tui::keymap;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    cli::run(&args, Handed { keys: keymap::markdown, screens: None })
}
