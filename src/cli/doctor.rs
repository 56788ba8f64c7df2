//! `doctor`: every damage in plain sentences with what can be done, and what the machine looks like.

mod held;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::machine::{self, Sign};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use super::support;
use crate::model::text::counted;
use crate::store::{Address, Ailment, Bench, Class, Cure, Examined, Repair, Round, Source, StoreError};
use crate::verb::{Doctoring, Said, Treating};

/// An incident, or the store, and what is wrong with it.
pub(super) struct Patient {
    /// The number; `None`: the store itself.
    pub number: Option<String>,
    pub examined: Examined,
}

#[derive(Serialize)]
struct Document<'a> {
    class: &'static str,
    /// The store and this machine.
    machine: &'a [Sign],
    /// Numbers of incidents that this person may not read: nothing is known of them.
    closed: &'a [String],
    found: Vec<Found<'a>>,
    done: Vec<Done<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    incident: Option<&'a str>,
    class: &'static str,
    what: &'a str,
    file: Option<&'a str>,
    line: Option<u64>,
    byte: Option<u64>,
    means: &'a str,
    can: &'a str,
    /// `repair`, `copy`, `hand`, `none`.
    cure: &'static str,
}

#[derive(Serialize)]
struct Done<'a> {
    incident: Option<&'a str>,
    what: &'a str,
}

/// Looks, and repairs where that was asked for. The exit code is that of `verify`: the worst of what is wrong, after a
/// repair of what still is.
pub(super) fn doctor(shell: &Shell, order: &Doctoring, said: &Said) -> Result<ExitCode, Failure> {
    // What is gone as a whole comes first: it is looked at with the others then.
    let back = match (&order.what, &said.incident) {
        (Treating::Repair, None) => brought_back(shell, &order.from)?,
        _ => Vec::new(),
    };
    let one = said.incident.as_deref().map(|reference| one(shell, reference)).transpose()?;
    let addresses = match &one {
        Some(address) => vec![address.clone()],
        None => shell.store.addresses()?,
    };
    // A folder one may not read is no damage; nothing is known of what is in it, either.
    let (closed, addresses): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| shell.store.closed(address));
    let closed: Vec<String> = closed.into_iter().map(|address| address.number).collect();
    if let Treating::Support(file) = &order.what {
        let mut patients = rounds(shell, Repair::No, &[], &addresses)?;
        patients.insert(0, house(shell, Repair::No)?);
        let signs = machine::signs(shell);
        return support::write(shell, file, (&addresses, closed.len()), &patients, &signs);
    }
    let repair = if order.what == Treating::Repair { Repair::Yes } else { Repair::No };
    let mut patients = rounds(shell, repair, &order.from, &addresses)?;
    let mut signs = Vec::new();
    if one.is_none() {
        let mut house = house(shell, repair)?;
        house.examined.done.extend(back);
        patients.insert(0, house);
        signs = machine::signs(shell);
    }
    let worst = patients.iter().map(|patient| patient.examined.class()).max().unwrap_or(Class::Clean);
    // Nobody may take it for a word about all of them.
    let worst = if closed.is_empty() { worst } else { worst.max(Class::Declared) };
    let out = if shell.json {
        json(shell, &patients, &signs, (worst, &closed))?
    } else {
        text(shell, &patients, &signs, (repair, &closed))
    };
    let printed = out.print();
    Ok(if printed == ExitCode::SUCCESS { ExitCode::from(worst as u8) } else { printed })
}

/// The incident a reference means, also where not one line of it can be read.
fn one(shell: &Shell, reference: &str) -> Result<Address, Failure> {
    shell.store.locate(reference, shell.year()).or_else(|error| {
        if matches!(error, StoreError::Restricted { .. }) {
            return Err(Failure::from(error));
        }
        let all = shell.store.addresses()?;
        let named = all.into_iter().find(|address| address.number.eq_ignore_ascii_case(reference.trim()));
        named.ok_or_else(|| Failure::from(error))
    })
}

fn round<'a>(shell: &'a Shell, sources: &'a [Source], repair: Repair) -> Round<'a> {
    Round { sources, repair, signers: shell.seals.signers.as_deref(), now: shell.wall }
}

/// The store around the incidents.
fn house(shell: &Shell, repair: Repair) -> Result<Patient, Failure> {
    Ok(Patient { number: None, examined: shell.store.examine_store(&round(shell, &[], repair))? })
}

/// These incidents, one after the other.
fn rounds(
    shell: &Shell,
    repair: Repair,
    from: &[PathBuf],
    addresses: &[Address],
) -> Result<Vec<Patient>, Failure> {
    let mut patients = Vec::new();
    for address in addresses {
        // What is taken out of bundles lies there until this incident was looked at.
        let bench = match repair {
            Repair::Yes if from.iter().any(|path| is_bundle(path)) => Some(shell.store.bench()?),
            _ => None,
        };
        let sources = sources(shell, address, from, bench.as_ref())?;
        let address = shell.store.named_by(address.clone(), &sources);
        let examined = shell.store.examine(&address, &round(shell, &sources, repair))?;
        patients.push(Patient { number: Some(address.number), examined });
    }
    Ok(patients)
}

/// Incidents whose folder is gone, out of what was named: a copy of the store, or the bundle or archive of one.
fn brought_back(shell: &Shell, from: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let mut done = Vec::new();
    for gone in shell.store.gone() {
        for path in from {
            let adopted = match is_bundle(path) {
                true => super::bundle::bring_back(shell, path, &gone.folder)?,
                false => shell.store.bring_back(&gone.folder, path)?,
            };
            if let Some(adopted) = adopted {
                let record = shell.read(&adopted.address)?;
                shell.store.publish(&record);
                let (number, lines) = (&adopted.address.number, adopted.lines);
                done.push(format!("{number} is back from {}: {}", path.display(), counted(lines, "line")));
                break;
            }
        }
    }
    Ok(done)
}

/// Whether a path is called as a bundle or an archive is.
fn is_bundle(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|end| end == "zst" || end == "tar" || end == "age")
}

/// Where else lines of an incident may be: what was named, and rescue files in the places where they are put.
fn sources(
    shell: &Shell,
    address: &Address,
    from: &[PathBuf],
    bench: Option<&Bench>,
) -> Result<Vec<Source>, Failure> {
    let state = shell.store.state().map(Path::to_owned);
    let places =
        [Some(shell.store.root().to_owned()), state, Some(std::env::temp_dir()), Some(PathBuf::from("."))];
    let places: Vec<PathBuf> = places.into_iter().flatten().collect();
    let mut sources = shell.store.rescues(address, &places);
    for path in from {
        match is_bundle(path) {
            true => sources.extend(held::packed(path, address, bench)?),
            false => sources.extend(shell.store.sources(path, address)?),
        }
    }
    Ok(sources)
}

fn json(
    shell: &Shell,
    patients: &[Patient],
    signs: &[Sign],
    (worst, closed): (Class, &[String]),
) -> Result<Out, Failure> {
    let found = patients.iter().flat_map(|patient| {
        patient.examined.ailments.iter().map(|it| Found {
            incident: patient.number.as_deref(),
            class: word(it.class),
            what: &it.what,
            file: it.file.as_deref(),
            line: it.line,
            byte: it.byte,
            means: &it.means,
            can: &it.can,
            cure: match it.cure {
                Cure::Repair => "repair",
                Cure::Copy => "copy",
                Cure::Hand => "hand",
                Cure::None => "none",
            },
        })
    });
    let done = patients.iter().flat_map(|patient| {
        let incident = patient.number.as_deref();
        patient.examined.done.iter().map(move |what| Done { incident, what })
    });
    let document =
        Document { class: word(worst), machine: signs, closed, found: found.collect(), done: done.collect() };
    Out::json(shell, &document)
}

fn text(shell: &Shell, patients: &[Patient], signs: &[Sign], (repair, closed): (Repair, &[String])) -> Out {
    let mut out = Out::new(shell);
    let rows = signs.iter().map(|sign| {
        let tone = if sign.fine { Tone::Plain } else { Tone::Warn };
        vec![Line::default().tone(Tone::Dim, sign.name), Line::default().tone(tone, &sign.says)]
    });
    out.texts(0, rows.collect());
    let sick =
        |patient: &&Patient| !patient.examined.ailments.is_empty() || !patient.examined.done.is_empty();
    for patient in patients.iter().filter(sick) {
        out.gap();
        let class = patient.examined.class();
        let name = patient.number.as_deref().unwrap_or("the store");
        out.line(Line::default().tone(Tone::Strong, name).tone(tone(class), format!("  {}", word(class))));
        for done in &patient.examined.done {
            out.line(Line::of("  ").tone(Tone::Good, "done").put(format!("  {done}")));
        }
        for ailment in &patient.examined.ailments {
            told(&mut out, ailment);
        }
    }
    out.gap();
    let incidents = patients.iter().filter(|patient| patient.number.is_some()).count();
    let open: usize = patients.iter().map(|patient| patient.examined.ailments.len()).sum();
    let mendable = |ailment: &&Ailment| ailment.cure == Cure::Repair;
    let more = patients.iter().flat_map(|patient| &patient.examined.ailments).filter(mendable).count();
    let looked = counted(incidents, "incident");
    let mut last = match open {
        0 => format!("{looked} looked at: nothing is wrong."),
        n => format!("{looked} looked at: {} to tell.", counted(n, "thing")),
    };
    if more > 0 && repair == Repair::No {
        last.push_str(&format!(
            " casebook doctor --repair puts {more} of them right, by adding; nothing was written now."
        ));
    }
    out.line(Line::of(last));
    not_looked_at(&mut out, closed);
    out
}

/// Which incidents nothing was said about.
pub(super) fn not_looked_at(out: &mut Out, closed: &[String]) {
    if closed.is_empty() {
        return;
    }
    let (is, was) = if closed.len() == 1 { ("is", "was") } else { ("are", "were") };
    let what = counted(closed.len(), "incident");
    let numbers = closed.join(", ");
    let said = format!("{what} {is} restricted to others and {was} not looked at: {numbers}.");
    out.line(Line::default().tone(Tone::Warn, said));
}

fn told(out: &mut Out, ailment: &Ailment) {
    out.line(
        Line::of("  ").tone(tone(ailment.class), word(ailment.class)).put(format!("  {}", ailment.what)),
    );
    out.line(Line::of(format!("    {}", ailment.means)));
    let mark = match ailment.cure {
        Cure::Repair => "--repair: ",
        Cure::Copy | Cure::Hand | Cure::None => "",
    };
    out.line(Line::default().tone(Tone::Dim, format!("    {mark}{}", ailment.can)));
}

fn tone(class: Class) -> Tone {
    match class {
        Class::Clean => Tone::Good,
        Class::Declared => Tone::Warn,
        Class::Broken | Class::Unreadable => Tone::Bad,
    }
}

pub(super) fn word(class: Class) -> &'static str {
    match class {
        Class::Clean => "fine",
        Class::Declared => "declared",
        Class::Broken => "broken",
        Class::Unreadable => "unreadable",
    }
}
