//! `drill list`: the scenarios there are.

use std::process::ExitCode;

use serde::Serialize;

use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::drill::scenario::Row;

#[derive(Serialize)]
struct Scenarios<'a> {
    scenarios: Vec<&'a Row>,
}

/// The list, the easiest first, the user's own behind.
pub(super) fn list(shell: &Shell) -> Result<ExitCode, Failure> {
    let library = shell.scenarios();
    let scenarios = library.rows();
    if shell.json {
        return Ok(Out::json(shell, &Scenarios { scenarios })?.print());
    }
    let mut out = Out::new(shell);
    let row = |row: &Row| {
        let mut about = Line::default().tone(Tone::Strong, &row.title).put(format!(": {}", row.blurb));
        if let Some(file) = &row.file {
            about = about.tone(Tone::Dim, format!("  {file}"));
        }
        vec![
            Line::default().tone(Tone::Here, &row.id),
            Line::of(format!("level {}", row.level)),
            Line::of(format!("{} min", row.minutes)),
            about,
        ]
    };
    out.texts(0, scenarios.into_iter().map(row).collect());
    Ok(out.print())
}
