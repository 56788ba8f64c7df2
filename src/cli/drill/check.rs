//! `drill check`: every fault of a scenario file. Exit code 0: it can be played; 2: it cannot; 1: it could not
//! be read.

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::drill::scenario::{Checked, FILE_LIMIT, Fault, Known, Scenario, check as checked};
use crate::store::settings::named_file;

/// The exit code of a file with faults: the words in it could not be understood.
const FAULTY: u8 = 2;

#[derive(Serialize)]
struct Document<'a> {
    file: String,
    id: Option<&'a str>,
    sound: bool,
    faults: &'a [Fault],
    /// Faults that are counted only.
    more: usize,
    remarks: &'a [Fault],
}

/// Reads the file and tells what is wrong with it.
pub(super) fn check(shell: &Shell, path: &Path) -> Result<ExitCode, Failure> {
    let file = named_file(path, FILE_LIMIT)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (playbooks, duties) = (shell.playbooks(), shell.duties());
    let known = Known { playbooks: &playbooks, duties: &duties };
    let checked = checked(&file.text, name.strip_suffix(".json"), known);
    let sound = checked.faults.is_empty();
    let out = if shell.json { json(shell, &name, &checked)? } else { text(shell, &name, &checked) };
    let printed = out.print();
    Ok(if sound || printed != ExitCode::SUCCESS { printed } else { ExitCode::from(FAULTY) })
}

fn json(shell: &Shell, name: &str, checked: &Checked) -> Result<Out, Failure> {
    let document = Document {
        file: name.to_owned(),
        id: checked.scenario.as_ref().map(|scenario| scenario.id.as_str()),
        sound: checked.faults.is_empty(),
        faults: &checked.faults,
        more: checked.more,
        remarks: &checked.remarks,
    };
    Out::json(shell, &document)
}

fn text(shell: &Shell, name: &str, checked: &Checked) -> Out {
    let mut out = Out::new(shell);
    let faults = checked.faults.len() + checked.more;
    let head = Line::default().tone(Tone::Strong, name).put("  ");
    out.line(match (&checked.scenario, faults) {
        (Some(scenario), 0) => head.tone(Tone::Good, "sound").put(format!("  {}", size(scenario))),
        (_, 1) => head.tone(Tone::Bad, "1 fault"),
        (_, faults) => head.tone(Tone::Bad, format!("{faults} faults")),
    });
    for fault in &checked.faults {
        told(&mut out, Tone::Bad, "fault ", fault);
    }
    if checked.more > 0 {
        out.line(Line::of(format!("  and {} more; mend these first.", checked.more)));
    }
    for remark in &checked.remarks {
        told(&mut out, Tone::Warn, "remark", remark);
    }
    out
}

fn told(out: &mut Out, tone: Tone, word: &str, fault: &Fault) {
    let Fault { place, what, fix } = fault;
    out.line(
        Line::of("  ")
            .tone(tone, word)
            .put("  ")
            .tone(Tone::Strong, place.to_string())
            .put(format!(": {what}.")),
    );
    out.line(Line::of(format!("          {fix}")));
}

/// `17 injects, 22 actions, 3 to avoid, 3 questions, 65 min, level 2`.
fn size(scenario: &Scenario) -> String {
    format!(
        "{} injects, {} actions, {} to avoid, {} questions, {} min, level {}",
        scenario.injects.len(),
        scenario.expected().count(),
        scenario.harmful().count(),
        scenario.questions.len(),
        scenario.minutes,
        scenario.difficulty
    )
}
