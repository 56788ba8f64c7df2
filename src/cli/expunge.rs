//! `expunge`: words that have to be gone, what was touched, and what is out of reach.

mod elsewhere;

use std::collections::BTreeSet;

use super::change;
use super::choose;
use super::confirm;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::entry::Entry;
use crate::model::expunge::Expunge;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::text::counted;
use crate::store::{Address, Record, Touched};
use crate::verb::{Expunging, How, Said, refs};
use elsewhere::Elsewhere;

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

impl Wanted {
    /// `2 lines, 1 evidence file`.
    fn counted(&self) -> String {
        amount(self.lines.len(), self.files.len())
    }
}

/// `2 lines, 1 evidence file`.
pub(super) fn amount(lines: usize, files: usize) -> String {
    match (lines as u64, files as u64) {
        (lines, 0) => counted(lines, "line"),
        (0, files) => counted(files, "evidence file"),
        (lines, files) => format!("{}, {}", counted(lines, "line"), counted(files, "evidence file")),
    }
}

/// `expunge`.
pub(super) fn expunge(shell: &Shell, order: &Expunging, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let mut record = change::writable(shell, &address)?;
    // What was stopped before is finished first.
    if order.how != How::DryRun && shell.store.finish_expunging(&address)? != Touched::default() {
        record = shell.read(&address)?;
    }
    let mut wanted = wanted(&record.incident, &order.refs)?;
    let lines: Vec<LineId> = wanted.lines.iter().map(|(id, _)| *id).collect();
    let people = everybody(&record.incident);
    let values = shell.store.values_of(&address, &lines)?;
    wanted.words.extend(values.into_iter().filter(|value| !people.contains(value.as_str())));
    let command = Command::Expunge(Expunge {
        left: shell.store.remains(&address, &lines)?,
        targets: lines.clone(),
        files: wanted.files.clone(),
        reason: order.reason.clone(),
        with: order.with.clone(),
    });
    if order.how == How::DryRun {
        change::judged(shell, &record, &command, said)?;
        let elsewhere = Elsewhere::of(shell, &address, &record.incident, &wanted)?;
        return told(shell, &address, &wanted, None, &elsewhere);
    }
    if order.how == How::Ask && !agreed(shell, (&record, &address), (&command, &wanted), (order, said))? {
        note("Nothing was expunged.");
        return Ok(Out::new(shell));
    }
    let given = change::give(shell, &mut record, std::slice::from_ref(&command), said)?;
    let touched = shell.store.finish_expunging(&address)?;
    let elsewhere = Elsewhere::of(shell, &address, &record.incident, &wanted)?;
    let record = shell.read(&address)?;
    shell.store.publish(&record);
    if let Some(declares) = lines.iter().find_map(|line| record.incident.waits(*line)) {
        return Err(Refusal::refused(
            "Some of it was declared as gone before, and still stands on this disk.",
        )
        .hint(format!("casebook expunge --carry-out {} takes it away.", declares.short(8)))
        .into());
    }
    if given.is_none() && touched == Touched::default() {
        let mut out = Out::new(shell);
        out.line(Line::of(format!("{}  it is gone already; nothing was recorded", address.number)));
        return Ok(out);
    }
    told(shell, &address, &wanted, Some(&touched), &elsewhere)
}

/// Whether it is to be done. What would be refused is not asked about.
fn agreed(
    shell: &Shell,
    (record, address): (&Record, &Address),
    (command, wanted): (&Command, &Wanted),
    (order, said): (&Expunging, &Said),
) -> Result<bool, Failure> {
    change::judged(shell, record, command, said)?;
    confirm::agreed(shell, "Expunge?", || {
        note(&format!(
            "{}: {} would be gone for good, for you and {}. Nothing brings {} back: not undo, no import, no sync.",
            address.number,
            wanted.counted(),
            order.with,
            if wanted.lines.len() + wanted.files.len() == 1 { "it" } else { "them" },
        ));
        for (id, kind) in &wanted.lines {
            note(&format!("  {}  {kind}", id.short(8)));
        }
    })
}

/// The names of people in an incident: they stand everywhere, and are no secret of one line.
fn everybody(incident: &Incident) -> BTreeSet<String> {
    let roster = incident.people().map(|person| person.name().to_owned());
    let wrote = incident.entries.iter().map(|entry| entry.by.clone());
    roster.chain(wrote).collect()
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
            "in_backups": elsewhere.backups.iter().map(|kept| &kept.path).collect::<Vec<_>>(),
            "in_sync_copies": elsewhere.git, "others_may_have_drafts": elsewhere.others,
            "out_of_reach": OUT_OF_REACH,
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    let what = wanted.counted();
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
    elsewhere.tell(&mut out);
    match touched {
        Some(_) => note(OUT_OF_REACH),
        None => {
            out.line(Line::default().tone(Tone::Warn, "  nothing was written: --dry-run"));
        }
    }
    Ok(out)
}
