//! `drill`: what the shell asks of exercises.

mod check;
mod debrief;
mod facilitate;
mod list;
mod play;
mod status;

use std::process::ExitCode;

use super::failure::Failure;
use super::out::Out;
use super::shell::Shell;
use crate::verb::{Drilling, Said};

/// Does what was asked, and prints the answer.
pub(super) fn drill(shell: &mut Shell, drilling: &Drilling, said: &Said) -> Result<ExitCode, Failure> {
    match drilling {
        Drilling::List => list::list(shell),
        Drilling::Check { file } => check::check(shell, file),
        Drilling::Play(playing) => play::play(shell, playing, said).map(Out::print),
    }
}
