//! `drill`: what the shell asks of exercises.

mod check;
mod list;

use std::process::ExitCode;

use super::failure::Failure;
use super::shell::Shell;
use crate::verb::Drilling;

/// Does what was asked, and prints the answer.
pub(super) fn drill(shell: &Shell, drilling: &Drilling) -> Result<ExitCode, Failure> {
    match drilling {
        Drilling::List => list::list(shell),
        Drilling::Check { file } => check::check(shell, file),
    }
}
