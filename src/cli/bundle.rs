//! The whole record in one file: `export bundle`, `import bundle`.

mod arrive;
mod compare;
mod deliver;
mod packed;

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use chrono::SecondsFormat;
use sha2::{Digest, Sha256};

use super::choose;
use super::evidence::{Bar, Stop};
use super::failure::{Failure, note};
use super::out::{Line, Out};
use super::shell::Shell;
use crate::exchange::bundle::{self, FORMAT, JOURNALS_MOST, Manifest, Packer};
use crate::incident::Incident;
use crate::incident::release::Names;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::Tlp;
use crate::model::text::{counted, quoted};
use crate::report::debrief::EXERCISE;
use crate::store::outgoing::marked;
use crate::store::{
    Address, Inventory, Number, Progress, Proof, Proven, SEGMENT_MOST, Series, Store, Touched, contents,
};
use crate::verb::{Leave, Said};
pub(super) use arrive::{bring_back, import, room};
pub(super) use compare::{Differs, compare};
use deliver::deliver;
pub(super) use packed::{Packed, Spoilt, beside};

/// `--recipient` beside another format.
pub(super) fn only_bundles() -> Failure {
    Refusal::misused("Only a bundle is encrypted on its way out.")
        .hint("Pipe any other format yourself: casebook export FORMAT | age -r age1… -o FILE.age")
        .into()
}

/// `export bundle`.
pub(super) fn export(
    shell: &Shell,
    leave: &Leave,
    recipients: &[String],
    said: &Said,
) -> Result<Out, Failure> {
    without_loss(leave)?;
    recipients.iter().try_for_each(|recipient| public(recipient))?;
    let address = choose::incident(shell, said)?;
    let incident = shell.read(&address)?.incident;
    if leave.output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::could_not("A bundle is no text for a terminal.")
            .hint(format!("Give a file: casebook export bundle -o {}.tar.zst", address.number)));
    }
    let stop = Stop::listen();
    let packing = Packing::of(shell, &address, &incident, &stop)?;
    let path = leave.output.as_deref().map(|path| marked(path, &address.number));
    let bytes = deliver(path.as_deref(), recipients, |to| packing.write(&shell.store, &stop, to))?;
    answer(shell, &packing.manifest, path.as_deref(), bytes, recipients.len())
}

/// An incident that was looked through and is to be packed.
pub(super) struct Packing {
    pub(super) address: Address,
    pub(super) inventory: Inventory,
    pub(super) manifest: Manifest,
    /// Seconds since 1970.
    wall: u64,
}

impl Packing {
    /// Reads all of it once.
    ///
    /// # Errors
    /// What cannot be read, and what is too long for a bundle.
    pub(super) fn of(
        shell: &Shell,
        address: &Address,
        incident: &Incident,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        let touched = shell.store.finish_expunging(address)?;
        if touched != Touched::default() {
            note(&format!("An expunge that was stopped was finished first: {}.", touched.words()));
        }
        let waiting = shell.store.waiting(address);
        if !waiting.is_empty() {
            let lines: usize = waiting.iter().map(|one| one.lines.len()).sum();
            let files: usize = waiting.iter().map(|one| one.files.len()).sum();
            let what = [(lines, "line"), (files, "file")].map(|(n, what)| (n > 0).then(|| counted(n, what)));
            let what = what.into_iter().flatten().collect::<Vec<_>>().join(" and ");
            note(&format!(
                "It holds the words of {what} that somebody expunged elsewhere; casebook expunge --carry-out takes them away first."
            ));
        }
        let inventory = shell.store.inventory(address)?;
        for strange in &inventory.strange {
            note(&format!("Left out: {strange}, which is no part of the record."));
        }
        let (files, proven) = listed(&shell.store, address, &inventory, stop)?;
        for fault in proven.faults() {
            note(&format!("The record leaves with this fault: {fault}."));
        }
        let manifest = manifest(shell, incident, files, &proven);
        let wall = u64::try_from(shell.wall.timestamp()).unwrap_or(0);
        Ok(Self { address: address.clone(), inventory, manifest, wall })
    }

    /// See [`Store::contents`].
    pub(super) fn contents(&self) -> String {
        let files = self.manifest.files.iter();
        contents(files.map(|file| (file.path.as_str(), file.bytes, file.sha256.as_str())))
    }

    /// Reads it again and packs it.
    pub(super) fn write(&self, store: &Store, stop: &Stop, to: &mut dyn Write) -> io::Result<()> {
        let mut packer = Packer::new(to, &self.manifest, self.wall)?;
        let mut bar = Bar::new(&self.address.number);
        let mut done = 0;
        for ((part, _), packed) in self.inventory.parts.iter().zip(&self.manifest.files) {
            let from = store.open_part(&self.address, part, packed.bytes).map_err(io::Error::other)?;
            let mut from = Watched { from, stop, bar: &mut bar, done: &mut done, of: self.manifest.bytes };
            packer.add(packed, &mut from)?;
        }
        packer.finish().map(|_| ())
    }
}

/// A bundle is the record itself: what would leave something out is refused.
fn without_loss(leave: &Leave) -> Result<(), Failure> {
    let option = match leave.terms {
        terms if terms.limit.is_some() => "--tlp",
        terms if terms.names == Names::Replaced => "--anonymise",
        terms if terms.as_of.is_some() => "--as-of",
        _ => return Ok(()),
    };
    Err(Refusal::misused(format!(
        "{option} leaves something out, and a bundle is the record itself, whole and byte for byte."
    ))
    .hint(format!("Leave {option} out; --recipient age1… sees to it that only they can read it. A report takes {option}."))
    .into())
}

/// A key that may stand on a command line.
pub(super) fn public(recipient: &str) -> Result<(), Failure> {
    if recipient.to_ascii_uppercase().starts_with("AGE-SECRET-KEY") {
        return Err(Refusal::misused(
            "That is a secret key, and it now stands in the history of this shell.",
        )
        .hint("Make a new one with age-keygen, and give its public part: the line that begins with age1.")
        .into());
    }
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let age = recipient.starts_with("age1") && recipient.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ssh = ["ssh-ed25519 ", "ssh-rsa "].iter().any(|word| recipient.starts_with(word));
    match age || (ssh && plain(recipient)) {
        true => Ok(()),
        false => Err(Refusal::misused(format!("{} is no public age key.", quoted(recipient)))
            .hint("One begins with age1; \"ssh-ed25519 AAAA…\" and \"ssh-rsa AAAA…\" do as well.")
            .into()),
    }
}

/// Hashes every part, and holds the journals against each other.
fn listed(
    store: &Store,
    address: &Address,
    inventory: &Inventory,
    stop: &Stop,
) -> Result<(Vec<bundle::Packed>, Proven), Failure> {
    let mut proof = Proof::new(address.id);
    let mut files = Vec::with_capacity(inventory.parts.len());
    let of = inventory.parts.iter().map(|(_, bytes)| bytes).sum();
    let label = format!("{} is hashed", address.number);
    let (mut bar, mut done, mut journals) = (Bar::new(&label), 0, 0);
    for (part, bytes) in &inventory.parts {
        let unread =
            |error: io::Error| Failure::could_not(format!("{} could not be read: {error}.", part.path()));
        let from = store.open_part(address, part, *bytes)?;
        let mut from = Watched { from, stop, bar: &mut bar, done: &mut done, of };
        let mut sum = Sha256::new();
        if let Some(name) = part.segment() {
            journals += bytes;
            if *bytes > SEGMENT_MOST || journals > JOURNALS_MOST {
                return Err(Failure::could_not(format!("{} is too long for a bundle.", part.path()))
                    .hint(format!("Copy the folder instead: {}", address.folder.display())));
            }
            let mut segment = Vec::new();
            from.read_to_end(&mut segment).map_err(unread)?;
            sum.update(&segment);
            proof.segment(name, &segment)?;
        } else {
            io::copy(&mut from, &mut Summing(&mut sum)).map_err(unread)?;
        }
        let sha256: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(said) = store.misnamed(address, part, &sha256) {
            let number = &address.number;
            note(&format!("{number}: {said}; it leaves as it is: casebook doctor -i {number}"));
        }
        files.push(bundle::Packed { path: part.path().to_owned(), bytes: *bytes, sha256 });
    }
    Ok((files, proof.proven()))
}

struct Summing<'a>(&'a mut Sha256);

impl Write for Summing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn manifest(shell: &Shell, incident: &Incident, files: Vec<bundle::Packed>, proven: &Proven) -> Manifest {
    let series = incident.number.parse::<Number>().map_or(Series::Inc, |number| number.series);
    Manifest {
        format: FORMAT.to_owned(),
        notice: match series {
            Series::Inc => None,
            Series::Ex => Some(EXERCISE.to_owned()),
            Series::Demo => Some("DEMO".to_owned()),
        },
        number: incident.number.clone(),
        id: incident.id,
        title: incident.title().to_owned(),
        tlp: incident.tlp().unwrap_or(Tlp::Amber).to_string(),
        head_code: proven.head.to_string(),
        lines: proven.lines,
        packed: shell.wall.to_rfc3339_opts(SecondsFormat::Secs, true),
        by: shell.by.clone(),
        with: format!("casebook {}", env!("CARGO_PKG_VERSION")),
        bytes: files.iter().map(|file| file.bytes).sum(),
        files,
        faults: proven.faults(),
    }
}

/// A file as it is read: the bar moves, and Ctrl-C ends it.
struct Watched<'a, 'b, R> {
    from: R,
    stop: &'a Stop,
    bar: &'a mut Bar<'b>,
    done: &'a mut u64,
    of: u64,
}

impl<R: Read> Read for Watched<'_, '_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.stop.asked() {
            return Err(io::Error::other("stopped"));
        }
        let n = self.from.read(into)?;
        *self.done += n as u64;
        self.bar.show(Progress { done: *self.done, of: self.of });
        Ok(n)
    }
}

fn answer(
    shell: &Shell,
    manifest: &Manifest,
    path: Option<&Path>,
    bytes: u64,
    recipients: usize,
) -> Result<Out, Failure> {
    let evidence = manifest.files.iter().filter(|file| file.path.starts_with("vault/")).count();
    note(&format!(
        "{} whole: {}, {}; head code {}",
        manifest.number,
        counted(manifest.lines, "line"),
        counted(evidence as u64, "evidence file"),
        manifest.head_code
    ));
    let Some(path) = path else { return Ok(Out::new(shell)) };
    if recipients == 0 {
        note(&format!("It is not encrypted, and tells everything: it is for readers of {}.", manifest.tlp));
    }
    if shell.json {
        let document = serde_json::json!({
            "incident": manifest.number, "id": manifest.id, "file": path, "bytes": bytes,
            "lines": manifest.lines, "head_code": manifest.head_code, "recipients": recipients,
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    out.whole(Line::of(path.display().to_string()));
    Ok(out)
}
