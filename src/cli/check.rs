//! `verify`: what holds, what does not, and what no verification can know.

use std::process::ExitCode;

use serde::Serialize;

use super::choose;
use super::doctor::not_looked_at;
use super::failure::Failure;
use super::out::{Line, Out, Tone};
use super::seal;
use super::shell::Shell;
use crate::model::text::counted;
use crate::store::{Address, Class, Depth, Gone, Verdict};
use crate::verb::{Said, Verifying};

#[derive(Serialize)]
struct Document<'a> {
    incident: &'a str,
    class: &'static str,
    lines: u64,
    writers: usize,
    bytes: u64,
    findings: Vec<FindingDocument>,
    seals: Vec<SealDocument>,
    looked_at: &'static str,
    /// `null`: nothing.
    not_looked_at: Option<&'static str>,
    proves: String,
    proves_not: &'static str,
}

#[derive(Serialize)]
struct SealDocument {
    file: String,
    head: String,
    lines: u64,
    by: String,
    at: chrono::DateTime<chrono::Utc>,
    occasion: String,
    signed: bool,
}

#[derive(Serialize)]
struct FindingDocument {
    class: &'static str,
    text: String,
}

/// Checks what is asked for; the worst class is the exit code.
pub(super) fn verify(shell: &Shell, what: &Verifying, said: &Said) -> Result<ExitCode, Failure> {
    match what {
        Verifying::Record { quick, all } => records(shell, *quick, *all, said),
        Verifying::Against(code) => seal::against(shell, *code, said),
        Verifying::Proof(file) => seal::check_proof(shell, file),
    }
}

/// Checks one incident, or all.
fn records(shell: &Shell, quick: bool, all: bool, said: &Said) -> Result<ExitCode, Failure> {
    let depth = if quick { Depth::Quick } else { Depth::Full };
    let addresses: Vec<Address> = match all {
        true => shell.store.addresses()?,
        false => vec![choose::incident(shell, said)?],
    };
    let (closed, addresses): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| all && shell.store.closed(address));
    let closed: Vec<String> = closed.into_iter().map(|address| address.number).collect();
    let verdicts: Vec<(Address, Verdict)> = addresses
        .into_iter()
        .map(|address| {
            let verdict = match depth {
                Depth::Quick => shell.store.verify(&address, depth),
                Depth::Full => shell.store.verify_all(&address, shell.seals.signers.as_deref()),
            };
            (address, verdict)
        })
        .collect();
    let gone = if all { shell.store.gone() } else { Vec::new() };
    let lost = if gone.is_empty() { Class::Clean } else { Class::Broken };
    let worst = verdicts.iter().map(|(_, verdict)| verdict.class()).max().unwrap_or(Class::Clean).max(lost);
    // Nobody may take it for a word about all of them.
    let worst = if closed.is_empty() { worst } else { worst.max(Class::Declared) };
    let out = match (shell.json, &verdicts[..]) {
        (true, [(address, verdict)]) if !all => Out::json(shell, &document(address, (verdict, depth)))?,
        (true, many) => {
            let documents: Vec<_> =
                many.iter().map(|(address, verdict)| document(address, (verdict, depth))).collect();
            let gone: Vec<_> = gone.iter().map(taken_away).collect();
            Out::json(
                shell,
                &serde_json::json!({
                    "class": word(worst), "incidents": documents, "gone": gone, "closed": closed,
                }),
            )?
        }
        (false, _) => {
            let mut out = text(shell, (&verdicts, depth), &gone);
            not_looked_at(&mut out, &closed);
            out
        }
    };
    let printed = out.print();
    // A verdict that could not be printed is still a verdict, unless printing failed for its own reasons.
    Ok(if printed == ExitCode::SUCCESS { ExitCode::from(worst as u8) } else { printed })
}

/// What is said of an incident that is there no more.
fn taken_away(gone: &Gone) -> String {
    let lines = counted(gone.lines, "line");
    format!("{} is not there any more; this machine had written {lines} in it", gone.folder.display())
}

fn text(shell: &Shell, (verdicts, depth): (&[(Address, Verdict)], Depth), gone: &[Gone]) -> Out {
    let mut out = Out::new(shell);
    for gone in gone {
        out.line(Line::default().tone(Tone::Bad, word(Class::Broken)).put(format!("  {}", taken_away(gone))));
    }
    for (address, verdict) in verdicts {
        let class = verdict.class();
        let (lines, writers) = (counted(verdict.lines, "line"), counted(verdict.writers as u64, "writer"));
        out.line(
            Line::default()
                .tone(Tone::Strong, &address.number)
                .tone(tone(class), format!("  {}", word(class)))
                .put(format!("  {lines} of {writers}")),
        );
        for finding in &verdict.findings {
            let class = finding.class();
            out.line(Line::of("  ").tone(tone(class), note(class)).put(format!("  {finding}")));
        }
        for found in verdicts.iter().take(1).filter(|_| verdicts.len() == 1).flat_map(|_| &verdict.seals) {
            out.line(
                Line::of("  ")
                    .tone(Tone::Good, "sealed")
                    .put(format!("  {}", seal::told(shell, address, found))),
            );
        }
        if verdicts.len() == 1 {
            out.line(Line::of(format!("  looked at: {}", depth.looks_at())));
            if let Some(left) = depth.leaves_out() {
                out.line(Line::of("  ").tone(Tone::Warn, format!("not looked at: {left}")));
            }
            out.line(Line::of(format!("  {}", verdict.proves(depth))));
            out.line(Line::of(format!("  {}", verdict.proves_not())));
        }
    }
    if verdicts.is_empty() && gone.is_empty() {
        out.line(Line::of(format!("No incident yet in {}.", shell.store.root().display())));
    } else if let [_, .., (_, last)] = verdicts {
        if let Some(left) = depth.leaves_out() {
            out.line(Line::default().tone(Tone::Warn, format!("not looked at: {left}")));
        }
        out.line(Line::of(last.proves_not()));
    }
    out
}

fn tone(class: Class) -> Tone {
    match class {
        Class::Clean => Tone::Good,
        Class::Declared => Tone::Warn,
        Class::Broken | Class::Unreadable => Tone::Bad,
    }
}

/// What a finding is called: one that changes nothing is a note.
fn note(class: Class) -> &'static str {
    match class {
        Class::Clean => "note",
        class => word(class),
    }
}

fn word(class: Class) -> &'static str {
    match class {
        Class::Clean => "clean",
        Class::Declared => "declared",
        Class::Broken => "broken",
        Class::Unreadable => "unreadable",
    }
}

fn document<'a>(address: &'a Address, (verdict, depth): (&Verdict, Depth)) -> Document<'a> {
    Document {
        incident: &address.number,
        class: word(verdict.class()),
        lines: verdict.lines,
        writers: verdict.writers,
        bytes: verdict.bytes,
        findings: verdict
            .findings
            .iter()
            .map(|finding| FindingDocument { class: note(finding.class()), text: finding.to_string() })
            .collect(),
        seals: verdict
            .seals
            .iter()
            .filter_map(|found| {
                let seal = found.seal.as_ref()?;
                Some(SealDocument {
                    file: found.file.clone(),
                    head: seal.head_code().to_string(),
                    lines: seal.count,
                    by: seal.by.clone(),
                    at: seal.at,
                    occasion: seal.occasion.clone(),
                    signed: found.signed,
                })
            })
            .collect(),
        looked_at: depth.looks_at(),
        not_looked_at: depth.leaves_out(),
        proves: verdict.proves(depth),
        proves_not: verdict.proves_not(),
    }
}
