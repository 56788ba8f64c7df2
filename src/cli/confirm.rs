//! A yes to what nothing brings back: asked where somebody is there to answer, and else given beforehand.

use std::io::{self, IsTerminal, Write};

use super::failure::Failure;
use super::shell::Shell;
use crate::model::refusal::Refusal;

/// Asks for a yes. `tell` says before it what would be gone.
///
/// # Errors
/// Where nobody can be asked: off a terminal, at a prompt that reads everything aloud, and with `--json`.
pub(super) fn agreed(shell: &Shell, question: &str, tell: impl FnOnce()) -> Result<bool, Failure> {
    if shell.spoken || shell.json || !on_terminal() {
        return Err(Refusal::refused("Nobody can be asked here, and nothing brings back what is gone.")
            .hint("--dry-run tells what would go; --yes says yes.")
            .into());
    }
    tell();
    Ok(yes(question))
}

/// Whether somebody sits where questions are shown and answers are typed.
pub(super) fn on_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks; whatever is no yes is a no.
pub(super) fn yes(question: &str) -> bool {
    let _ = write!(io::stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}
