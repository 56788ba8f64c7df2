//! `doctor --support`: what helps somebody else to understand a fault, without a word of the record.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use serde::Serialize;

use super::doctor::{Patient, word};
use super::failure::{Failure, note};
use super::machine::Sign;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::store::settings::SettingsFile;
use crate::store::{Address, Depth, Look, outgoing, places};

#[derive(Serialize)]
struct Support {
    format: &'static str,
    casebook: &'static str,
    system: String,
    /// Which things of the machine want a look; what they say may hold names of folders and stays here.
    machine: Vec<(&'static str, bool)>,
    /// Settings that hold no names.
    settings: serde_json::Value,
    incidents: Vec<Incident>,
    /// So many more may not be read by whoever wrote this.
    closed: usize,
    store: Vec<Found>,
    milliseconds: Timings,
}

/// One incident, told apart by its place in the list alone.
#[derive(Serialize)]
struct Incident {
    nth: usize,
    class: &'static str,
    lines: u64,
    writers: usize,
    bytes: u64,
    seals: usize,
    found: Vec<Found>,
}

/// What is wrong, without the sentence: that may name people and evidence.
#[derive(Serialize)]
struct Found {
    class: &'static str,
    /// The kind of finding, in the words of what it means.
    means: String,
    journal: Option<String>,
    line: Option<u64>,
    byte: Option<u64>,
}

#[derive(Serialize)]
struct Timings {
    list: u64,
    verify_all: u64,
}

/// The settings whose values are words of this program.
const PLAIN: [&str; 6] = ["theme", "mouse", "ascii", "view", "notice.bell", "notice.warn"];

/// Writes the file and says what is in it.
pub(super) fn write(
    shell: &Shell,
    file: &Path,
    (addresses, closed): (&[Address], usize),
    patients: &[Patient],
    signs: &[Sign],
) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let _ = shell.store.list(Look::Cached);
    let list = since(began);
    let began = Instant::now();
    let mut incidents = Vec::new();
    for (nth, address) in (1..).zip(addresses) {
        let verdict = shell.store.verify(address, Depth::Quick);
        let patient = patients.iter().find(|patient| patient.number.as_ref() == Some(&address.number));
        let found = patient.map(|patient| patient.examined.ailments.iter().map(bare).collect());
        incidents.push(Incident {
            nth,
            class: word(patient.map_or(verdict.class(), |patient| patient.examined.class())),
            lines: verdict.lines,
            writers: verdict.writers,
            bytes: verdict.bytes,
            seals: verdict.seals.len(),
            found: found.unwrap_or_default(),
        });
    }
    let store = patients.iter().filter(|patient| patient.number.is_none());
    let support = Support {
        format: "casebook-support/1",
        casebook: env!("CARGO_PKG_VERSION"),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        machine: signs.iter().map(|sign| (sign.name, sign.fine)).collect(),
        settings: settings(),
        incidents,
        closed,
        store: store.flat_map(|patient| patient.examined.ailments.iter().map(bare)).collect(),
        milliseconds: Timings { list, verify_all: since(began) },
    };
    let text = serde_json::to_string_pretty(&support)
        .map_err(|error| Failure::could_not(format!("The file could not be written: {error}.")))?;
    if let Err(error) = outgoing::write_new(file, format!("{text}\n").as_bytes()) {
        let (why, hint) = outgoing::not_written(file, &error);
        let failure = Failure::could_not(why);
        return Err(match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        });
    }
    note(
        "In it: versions, counts, sizes and timings, what is wrong with file names of journals and line numbers, and settings without names.",
    );
    note(
        "Not in it: titles, texts, people, hosts, indicators, numbers of incidents, folders. Look before you send it.",
    );
    if closed > 0 {
        note(&format!(
            "{} restricted to others, and not looked at.",
            match closed {
                1 => "1 incident is".to_owned(),
                n => format!("{n} incidents are"),
            }
        ));
    }
    let mut out = Out::new(shell);
    out.line(Line::default().tone(Tone::Strong, file.display().to_string()).tone(Tone::Good, "  saved"));
    Ok(out.print())
}

fn since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A finding as somebody else may see it.
fn bare(ailment: &crate::store::Ailment) -> Found {
    let journal = ailment.file.clone().filter(|file| file.ends_with(".jsonl") && file.starts_with("w-"));
    Found {
        class: word(ailment.class),
        means: ailment.means.clone(),
        journal,
        line: ailment.line,
        byte: ailment.byte,
    }
}

fn settings() -> serde_json::Value {
    let file = places::config().ok().and_then(|config| SettingsFile::read(&config).ok());
    let Some(file) = file else { return serde_json::Value::Null };
    PLAIN.iter().map(|key| ((*key).to_owned(), file.get(key).unwrap_or_default())).collect()
}
