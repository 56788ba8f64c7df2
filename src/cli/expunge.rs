//! `expunge`: words that have to be gone, what was touched, and what is out of reach.

use std::path::{Path, PathBuf};

use super::bundle::counted;
use super::change;
use super::choose;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::entry::Entry;
use crate::model::expunge::Expunge;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::store::{Address, Touched};
use crate::verb::{Expunging, How, Said, refs};

/// Words shorter than this are not looked for elsewhere: they stand everywhere.
const LOOKED_FOR: usize = 6;
/// What no program reaches.
const OUT_OF_REACH: &str = "Out of reach, and as they were: bundles, exports, reports, archives and backups made before, other stores and remotes, \
     texts that were told; and the disk may keep old blocks.";

/// What is to go.
struct Wanted {
    /// Lines, with what kind of entry each is.
    lines: Vec<(LineId, String)>,
    files: Vec<String>,
    /// The words, for looking where else they stand.
    words: Vec<String>,
}

/// `expunge`.
pub(super) fn expunge(shell: &Shell, order: &Expunging, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let mut record = change::writable(shell, &address)?;
    // What was stopped before is finished first.
    if order.how == How::Do {
        shell.store.finish_expunging(&address)?;
    }
    let mut wanted = wanted(&record.incident, &order.refs)?;
    let lines: Vec<LineId> = wanted.lines.iter().map(|(id, _)| *id).collect();
    wanted.words.extend(shell.store.values_of(&address, &lines)?);
    let targets: Vec<LineId> = wanted.lines.iter().map(|(id, _)| *id).collect();
    let command = Command::Expunge(Expunge {
        left: shell.store.remains(&address, &targets)?,
        targets,
        files: wanted.files.clone(),
        reason: order.reason.clone(),
        with: order.with.clone(),
    });
    if order.how == How::DryRun {
        change::judged(shell, &record, &command, said)?;
        let elsewhere = elsewhere(shell, &address, &wanted)?;
        return told(shell, &address, &wanted, None, &elsewhere);
    }
    let given = change::give(shell, &mut record, std::slice::from_ref(&command), said)?;
    let touched = shell.store.finish_expunging(&address)?;
    let elsewhere = elsewhere(shell, &address, &wanted)?;
    let record = shell.read(&address)?;
    shell.store.publish(&record);
    if given.is_none() && touched == Touched::default() {
        let mut out = Out::new(shell);
        out.line(Line::of(format!("{}  it is gone already; nothing was recorded", address.number)));
        return Ok(out);
    }
    told(shell, &address, &wanted, Some(&touched), &elsewhere)
}

/// The lines and files that references mean: an entry with its corrections and what took it back; of an evidence
/// item the file, while its line stays.
fn wanted(incident: &Incident, references: &[String]) -> Result<Wanted, Failure> {
    let mut wanted = Wanted { lines: Vec::new(), files: Vec::new(), words: Vec::new() };
    for reference in references {
        if reference.to_uppercase().starts_with("E-") {
            let item = refs::evidence(incident, reference)?;
            let Some(hash) = item.sha256().filter(|_| item.in_vault()) else {
                return Err(Refusal::refused(format!("{} has no copy in the vault.", item.label()))
                    .hint("The words of its line: casebook activity shows the id to name.")
                    .into());
            };
            wanted.files.push(hash.to_owned());
            continue;
        }
        let entry = refs::written(incident, reference).or_else(|_| refs::entry(incident, reference))?;
        for id in incident.with_repeats(entry.id) {
            if let Some(entry) = incident.entry_of(id)
                && !wanted.lines.iter().any(|(known, _)| *known == id)
            {
                wanted.lines.push((id, entry.kind.word().to_owned()));
                wanted.words.extend(said_by(entry));
            }
        }
    }
    Ok(wanted)
}

/// The words of an entry as they stand in JSON.
fn said_by(entry: &Entry) -> impl Iterator<Item = String> {
    let texts = std::iter::once(&entry.text).chain(entry.corrections.iter().map(|it| &it.text));
    let long = texts.filter(|text| text.trim().chars().count() >= LOOKED_FOR && entry.redacted.is_none());
    let json =
        |text: &String| serde_json::to_string(text.trim()).unwrap_or_default().trim_matches('"').to_owned();
    long.map(json).collect::<Vec<_>>().into_iter()
}

/// Where else the same words stand.
struct Elsewhere {
    /// Other lines of this incident, with their kind.
    lines: Vec<(LineId, String)>,
    /// Drafts, texts of an editor, copies in quarantine.
    files: Vec<PathBuf>,
    /// Other incidents, and how many of their lines.
    incidents: Vec<(String, usize)>,
}

/// Looks for the words in the other lines, beside the journals, and in the other incidents of the store.
fn elsewhere(shell: &Shell, address: &Address, wanted: &Wanted) -> Result<Elsewhere, Failure> {
    let mut lines = shell.store.where_said(address, &wanted.words)?;
    lines.retain(|(id, _)| !wanted.lines.iter().any(|(known, _)| known == id));
    let mut incidents = Vec::new();
    for other in shell.store.addresses()?.into_iter().filter(|other| other.folder != address.folder) {
        let said = shell.store.where_said(&other, &wanted.words).map_or(0, |lines| lines.len());
        if said > 0 {
            incidents.push((other.number, said));
        }
    }
    Ok(Elsewhere { lines, files: shell.store.files_with(address, &wanted.words), incidents })
}

fn told(
    shell: &Shell,
    address: &Address,
    wanted: &Wanted,
    touched: Option<&Touched>,
    elsewhere: &Elsewhere,
) -> Result<Out, Failure> {
    if shell.json {
        let document = serde_json::json!({
            "incident": address.number, "written": touched.is_some(),
            "lines": wanted.lines.iter().map(|(id, _)| id).collect::<Vec<_>>(), "files": wanted.files,
            "segments": touched.map(|touched| &touched.segments),
            "taken_away": touched.map(|touched| &touched.files),
            "also_said_in": elsewhere.lines.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            "also_in_files": elsewhere.files,
            "also_in_incidents": elsewhere.incidents.iter().map(|(number, _)| number).collect::<Vec<_>>(),
            "out_of_reach": OUT_OF_REACH,
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    let what = match (wanted.lines.len() as u64, wanted.files.len() as u64) {
        (lines, 0) => counted(lines, "line"),
        (0, files) => counted(files, "evidence file"),
        (lines, files) => format!("{}, {}", counted(lines, "line"), counted(files, "evidence file")),
    };
    let line = Line::default().tone(Tone::Strong, &address.number);
    out.line(match touched {
        Some(_) => line.put(format!("  {what}")).tone(Tone::Good, "  expunged"),
        None => line.put(format!("  {what} would be expunged")),
    });
    for (id, kind) in &wanted.lines {
        out.line(Line::of(format!("  {}  {kind}", id.short(8))));
    }
    for file in &wanted.files {
        out.line(Line::of(format!("  vault {}", &file[..file.len().min(16)])));
    }
    for path in touched.iter().flat_map(|touched| &touched.files) {
        let shown = path.strip_prefix(&address.folder).unwrap_or(path);
        out.line(Line::of(format!("  taken away: {}", shown.display())));
    }
    for (number, lines) in &elsewhere.incidents {
        let line = Line::of("  ").tone(Tone::Warn, "the same words stand in");
        let lines = counted(*lines as u64, "line");
        out.line(
            line.put(format!(
                " {lines} of {number}: casebook find WORDS -i {number}, then expunge them there"
            )),
        );
    }
    for path in &elsewhere.files {
        let line = Line::of("  ").tone(Tone::Warn, "the same words stand in");
        let how = match path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "drafts") {
            true => "a draft: open it on the screens and empty it",
            false => "take it away by hand",
        };
        out.line(line.put(format!(" {}: {how}", path.display())));
    }
    for (id, kind) in &elsewhere.lines {
        let line = Line::of("  ").tone(Tone::Warn, "the same words stand in");
        out.line(line.put(format!(" {} ({kind}): casebook expunge {0} …", id.short(8))));
    }
    match touched {
        Some(_) => note(OUT_OF_REACH),
        None => {
            out.line(Line::default().tone(Tone::Warn, "  nothing was written: --dry-run"));
        }
    }
    Ok(out)
}
