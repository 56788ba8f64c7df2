//! `drill`: what the shell asks of exercises.

mod check;
mod debrief;
mod facilitate;
mod list;
mod play;
mod status;

use std::process::ExitCode;

use super::exercise;
use super::failure::Failure;
use super::out::Out;
use super::shell::Shell;
use crate::control::Control;
use crate::store::Record;
use crate::verb::{Act, Drilling, Log, Said, Text};

/// What the contact would do whom a logged request names.
pub(super) fn open_addressed(out: &mut Out, shell: &Shell, record: &Record, act: &Act) {
    let Act::Log(Log { text: Text::Given(words), .. }) = act else { return };
    let addressed = record.incident.drill.as_deref().and_then(|drill| drill.addressed(words));
    let Some(message) = addressed.filter(|_| !shell.json) else { return };
    if let Ok(control) = Control::of(&shell.store, record, exercise::at_hand(shell)) {
        out.gap();
        status::whole(out, shell, &control, message);
    }
}

/// Does what was asked, and prints the answer.
pub(super) fn drill(shell: &mut Shell, drilling: &Drilling, said: &Said) -> Result<ExitCode, Failure> {
    match drilling {
        Drilling::List => list::list(shell),
        Drilling::Check { file } => check::check(shell, file),
        Drilling::Play(playing) => play::play(shell, playing, said).map(Out::print),
    }
}
