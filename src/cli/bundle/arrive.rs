//! A bundle on its way in; `import bundle`.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::super::evidence::{Bar, Stop};
use super::super::failure::{Failure, note};
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use super::Watched;
use crate::exchange::bundle::{self, Fault, Manifest, Packed, Taker};
use crate::model::evidence::bytes as in_words;
use crate::model::refusal::Refusal;
use crate::model::restriction::Restricted;
use crate::model::text::{counted, quoted};
use crate::store::{Adopted, Adopting, Keep, Number, Part, Rights, StoreError};
use crate::verb::{Importing, Taking as Order};

/// `import bundle FILE`.
pub(in crate::cli) fn import(shell: &Shell, order: &Importing) -> Result<Out, Failure> {
    if order.assume.is_some() || !order.columns.is_empty() {
        return Err(Refusal::misused(
            "A bundle is the record itself: it has no columns, and its times have zones.",
        )
        .hint("Leave --assume-zone and --map out.")
        .into());
    }
    let keep = if order.how == Order::Look { Keep::Nothing } else { Keep::All };
    let file = order.file.as_path();
    let from: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(file).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(io::Error::other("it is a folder")),
            false => Ok(file),
        });
        let refused = |error| Failure::could_not(format!("{} could not be read: {error}.", file.display()));
        Box::new(opened.map_err(refused)?)
    };
    let label = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let stop = Stop::listen();
    let mut taking = Taking { shell, keep, stop: &stop, bar: Bar::new(&label), done: 0, now: None };
    let read = bundle::read(BufReader::with_capacity(1 << 18, from), &mut taking);
    let Taking { now, bar, .. } = taking;
    drop(bar);
    read.map_err(|no| no.failure(file))?;
    let (manifest, adopting) = now.ok_or_else(|| Failure::could_not("It holds nothing."))?;
    let ready = adopting.ready()?;
    manifest.made_of(&ready.theirs).map_err(|why| {
        Failure::could_not(format!("{}: {why}; nothing was imported.", file.display()))
            .hint("Ask for the bundle anew: it is not as it was when it was packed.")
    })?;
    let adopted = ready.settle()?;
    if keep == Keep::All {
        let record = shell.read(&adopted.address)?;
        shell.store.publish(&record);
    }
    let number = &adopted.address.number;
    match &adopted.rights {
        Rights::OfStore => {}
        Rights::AsSaid(readers) => {
            let words = Restricted::to(readers).map(|said| said.words()).unwrap_or_default();
            note(&format!("{number} is {words}, as its record says; casebook restrict changes that."));
        }
        Rights::OfOwner(group) => note(&format!(
            "{number} was restricted to the group {group}, which is not here or not yours: only you may read it. \
             casebook restrict GROUP -i {number} names another."
        )),
        Rights::Open(why) => note(&format!(
            "{number} is restricted by its record, and here everybody may read it who may read the store: {why}."
        )),
    }
    kept(&adopted);
    for fault in &manifest.faults {
        note(&format!("The record came with this fault: {fault}."));
    }
    told(shell, &manifest, &adopted, keep)
}

/// Says which seals of both sides stay ours.
fn kept(adopted: &Adopted) {
    for (n, one, many) in [
        (adopted.notes_kept, "seal note of the same head was", "seal notes of the same head were"),
        (adopted.signatures_kept, "signature of the same seal was", "signatures of the same seals were"),
    ] {
        match n {
            0 => {}
            1 => note(&format!("1 {one} made on both sides; the one here was kept.")),
            _ => note(&format!("{n} {many} made on both sides; those here were kept.")),
        }
    }
}

/// Takes a bundle or an archive in, if it holds the incident of this folder. `None`: it is of another.
pub(in crate::cli) fn bring_back(
    shell: &Shell,
    file: &Path,
    folder: &Path,
) -> Result<Option<Adopted>, Failure> {
    let opened = File::open(file)
        .map_err(|error| Failure::could_not(format!("{} could not be read: {error}.", file.display())))?;
    let label = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let stop = Stop::listen();
    let taking = Taking { shell, keep: Keep::All, stop: &stop, bar: Bar::new(&label), done: 0, now: None };
    let mut only = Only { taking, folder, other: false };
    let read = bundle::read(BufReader::with_capacity(1 << 18, opened), &mut only);
    let Only { taking, other, .. } = only;
    if other {
        return Ok(None);
    }
    read.map_err(|no| no.failure(file))?;
    let (manifest, adopting) = taking.now.ok_or_else(|| Failure::could_not("It holds nothing."))?;
    let ready = adopting.ready()?;
    let made = manifest.made_of(&ready.theirs);
    made.map_err(|why| Failure::could_not(format!("{}: {why}; nothing was taken in.", file.display())))?;
    Ok(Some(ready.settle()?))
}

/// Takes in the one incident that is wanted.
struct Only<'a, 'b> {
    taking: Taking<'a, 'b>,
    folder: &'a Path,
    other: bool,
}

impl Taker for Only<'_, '_> {
    type No = No;

    fn manifest(&mut self, manifest: &Manifest) -> Result<(), No> {
        self.other = self.folder.file_name().is_none_or(|name| *name != *manifest.folder());
        if self.other {
            return Err(Fault::NoBundle("it holds another incident".to_owned()).into());
        }
        self.taking.manifest(manifest)
    }

    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn Read) -> Result<(), No> {
        self.taking.file(part, packed, from)
    }
}

/// What was said to a bundle on its way in.
enum No {
    Fault(Fault),
    Store(StoreError),
    Stopped,
    Room { needs: u64, has: u64 },
    Number(String),
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl No {
    fn failure(self, file: &Path) -> Failure {
        let file = file.display();
        let nothing = |why: String| Failure::could_not(format!("{file}: {why}; nothing was imported."));
        match self {
            No::Store(error) => error.into(),
            No::Stopped => nothing("stopped".into()),
            No::Fault(fault @ Fault::Encrypted) => nothing(fault.to_string())
                .hint(format!("age -d -i YOUR-KEY.txt {file} | casebook import bundle -")),
            No::Fault(fault @ Fault::NoBundle(_)) => nothing(fault.to_string())
                .hint("A bundle is what casebook export bundle -o FILE.tar.zst writes."),
            No::Fault(fault) => nothing(fault.to_string())
                .hint("Ask for it anew, and compare its SHA-256 with the one of who made it."),
            No::Room { needs, has } => nothing(format!(
                "it unpacks to {}, and the disk of the store has {} free",
                in_words(needs),
                in_words(has)
            ))
            .hint("Free some space, or name a store elsewhere: --store DIR."),
            No::Number(number) => {
                nothing(format!("MANIFEST.json: {} is no number of an incident", quoted(&number)))
            }
        }
    }
}

/// A bundle on its way into the store.
struct Taking<'a, 'b> {
    shell: &'a Shell,
    keep: Keep,
    stop: &'a Stop,
    bar: Bar<'b>,
    done: u64,
    now: Option<(Manifest, Adopting<'a>)>,
}

impl Taker for Taking<'_, '_> {
    type No = No;

    fn manifest(&mut self, manifest: &Manifest) -> Result<(), No> {
        let number: Number = manifest.number.parse().map_err(|_| No::Number(manifest.number.clone()))?;
        if let Some(has) = room(self.shell.store.root()).filter(|has| *has < manifest.bytes) {
            return Err(No::Room { needs: manifest.bytes, has });
        }
        let adopting = self.shell.store.adopt(number, manifest.id, self.keep).map_err(No::Store)?;
        self.now = Some((manifest.clone(), adopting));
        Ok(())
    }

    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn Read) -> Result<(), No> {
        let Some((manifest, adopting)) = &mut self.now else { return Ok(()) };
        let (bar, done) = (&mut self.bar, &mut self.done);
        let mut from = Watched { from, stop: self.stop, bar, done, of: manifest.bytes };
        let taken = adopting.take(part, packed.bytes, &packed.sha256, &mut from);
        taken.map_err(|error| if self.stop.asked() { No::Stopped } else { No::Store(error) })
    }
}

/// Bytes that are free on the disk of the store, where the system says.
#[cfg(unix)]
pub(in crate::cli) fn room(root: &Path) -> Option<u64> {
    let there = root.ancestors().find(|path| path.exists()).map_or(PathBuf::from("."), Path::to_owned);
    let about = rustix::fs::statvfs(&there).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(unix))]
pub(in crate::cli) fn room(_: &Path) -> Option<u64> {
    None
}

/// The rights of what came, for scripts. `None`: those of the store.
fn rights_word(rights: &Rights) -> Option<&'static str> {
    match rights {
        Rights::OfStore => None,
        Rights::AsSaid(_) => Some("as-recorded"),
        Rights::OfOwner(_) => Some("owner-only"),
        Rights::Open(_) => Some("could-not"),
    }
}

/// The answer of an import.
fn told(shell: &Shell, manifest: &Manifest, adopted: &Adopted, keep: Keep) -> Result<Out, Failure> {
    let Adopted { address, here, files, lines, new_lines, .. } = adopted;
    let twice =
        matches!(shell.store.locate(&address.number, shell.year()), Err(StoreError::Ambiguous { .. }));
    let name = if twice { address.apart() } else { address.number.clone() };
    if shell.json {
        let document = serde_json::json!({
            "incident": name, "id": address.id, "was_here": here, "files_new": files, "lines_new": new_lines,
            "lines": lines, "head_code": manifest.head_code, "written": keep == Keep::All && *files > 0,
            "restricted": rights_word(&adopted.rights), "seal_notes_kept": adopted.notes_kept,
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    if let Some(notice) = &manifest.notice {
        out.line(Line::default().tone(Tone::Warn, notice));
    }
    let line = Line::default().tone(Tone::Strong, &name).put("  ");
    let evidence = manifest.files.iter().filter(|file| file.path.starts_with("vault/")).count() as u64;
    let line = match (here, files) {
        (true, 0) => line.put("it is here already, and nothing in the bundle is new; nothing was written"),
        (true, _) if *new_lines == 0 => {
            line.put(format!("was here already; new: {}", counted(*files as u64, "file")))
        }
        (true, _) => line.put(format!("was here already; new: {} of {lines}", counted(*new_lines, "line"))),
        (false, _) => line.put(format!(
            "{}  ({}, {})",
            manifest.title,
            counted(*lines, "line"),
            counted(evidence, "evidence file")
        )),
    };
    let written = keep == Keep::All && *files > 0;
    out.line(if written { line.tone(Tone::Good, "  saved") } else { line });
    out.line(Line::of(format!(
        "  packed by {} on {}, head code {}",
        manifest.by, manifest.packed, manifest.head_code
    )));
    if twice {
        out.line(Line::of(format!("  another incident here has the number {} too", address.number)));
    }
    if keep == Keep::Nothing {
        out.line(Line::default().tone(Tone::Warn, "  nothing was written: --dry-run"));
    }
    Ok(out)
}
