//! `backup FILE.tar.zst`: the whole store in one new file, sealed, verified, packed, read again, and only then said.

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casebook_bytes::hex;
use chrono::SecondsFormat;
use sha2::{Digest, Sha256};

use super::super::bundle::{Differs, Packed, Spoilt, beside, public};
use super::super::evidence::{Bar, Stop};
use super::super::failure::{Failure, note};
use super::super::out::{Line, Out, Tone};
use super::super::seal;
use super::super::shell::Shell;
use crate::exchange::bundle::{self, Stored, WHOLE, Whole};
use crate::model::evidence::bytes as in_words;
use crate::model::refusal::Refusal;
use crate::model::text::counted;
use crate::store::{self, Address, Depth, Finding, Progress, StoreError, Touched};

/// What there is to pack, and where each file of it lies.
struct Packing {
    whole: Whole,
    /// Seconds since 1970.
    wall: u64,
    /// Bytes of the files that are no incident's, in the order of the list.
    loose: Vec<Vec<u8>>,
}

/// Packs the store. What cannot be read, or has faults, makes the exit code 1; all the rest is in the file.
pub(super) fn packed(shell: &Shell, path: &Path, recipients: &[String]) -> Result<ExitCode, Failure> {
    recipients.iter().try_for_each(|recipient| public(recipient))?;
    let path = place(shell, path)?;
    let stop = Stop::listen();
    let packing = Packing::of(shell, &stop)?;
    let beside = beside(&path);
    let written = write(shell, &packing, &beside, recipients, &stop);
    let kept = written.and_then(|()| {
        let file = store::measure(&beside, &mut store::patient())?;
        store::outgoing::put_new(&beside, &path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => taken(&path),
            _ => Failure::could_not(format!("{} could not be made: {error}.", path.display())),
        })?;
        Ok(file)
    });
    match kept {
        Ok(file) => {
            shell.store.note_backup(&path, shell.wall);
            told(shell, &packing.whole, &path, (file.size, &file.sha256), recipients.len())
        }
        Err(failure) => {
            let _ = std::fs::remove_file(&beside);
            Err(failure)
        }
    }
}

/// Another file has that name by now.
fn taken(path: &Path) -> Failure {
    Failure::could_not(format!("{} exists; nothing was written.", path.display()))
        .hint("Give another name: one file holds one backup, and none is ever written over.")
}

/// Where the file goes: a new one, never into the store.
fn place(shell: &Shell, path: &Path) -> Result<PathBuf, Failure> {
    if path.is_dir() {
        return Err(Failure::could_not(format!("{} is a folder; nothing was written.", path.display()))
            .hint("A name that ends in .tar.zst means one new file: give another name."));
    }
    if path.symlink_metadata().is_ok() {
        return Err(taken(path));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let whole = std::fs::canonicalize(folder)
        .map_err(|error| Failure::could_not(format!("{} could not be opened: {error}.", folder.display())))?;
    let path = whole.join(path.file_name().unwrap_or_default());
    if shell.store.overlaps(&path)? {
        return Err(Refusal::misused("A backup lies outside the store.")
            .hint("Give a file elsewhere, best on another disk.")
            .into());
    }
    Ok(path)
}

impl Packing {
    /// Seals and verifies every incident, and reads all of it once.
    fn of(shell: &Shell, stop: &Stop) -> Result<Self, Failure> {
        let store = &shell.store;
        let id = store.name()?;
        let mut files = Vec::new();
        let mut loose = Vec::new();
        let (mut incidents, mut not) = (Vec::new(), Vec::new());
        for address in store.addresses()? {
            if stop.asked() {
                return Err(stopped());
            }
            match incident(shell, &address, stop) {
                Ok(stored) => incidents.push(stored),
                Err(Unread::Stopped) => return Err(stopped()),
                Err(Unread::Store(error)) => {
                    not.push(format!("{}: {}", address.number, store::restricted(error, &address.number)));
                }
            }
        }
        // After the incidents: the highest number is never lower than theirs.
        for file in store.loose()? {
            let sha256 = hex(Sha256::digest(&file.contents).as_slice());
            let bytes = file.contents.len() as u64;
            files.push(bundle::Packed { path: file.path, bytes, sha256 });
            loose.push(file.contents);
        }
        let mut whole = Whole {
            format: WHOLE.to_owned(),
            store: id,
            packed: shell.wall.to_rfc3339_opts(SecondsFormat::Secs, true),
            by: shell.by.clone(),
            with: format!("casebook {}", env!("CARGO_PKG_VERSION")),
            bytes: 0,
            files,
            incidents,
            not,
        };
        whole.bytes = whole.all().map(|file| file.bytes).sum();
        Ok(Self { whole, wall: u64::try_from(shell.wall.timestamp()).unwrap_or(0), loose })
    }
}

/// Why an incident is not packed.
enum Unread {
    Stopped,
    Store(StoreError),
}

impl From<StoreError> for Unread {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn stopped() -> Failure {
    Failure::could_not("Stopped; no backup was made.")
}

/// Finishes what was stopped, seals and verifies one incident, and hashes its files.
fn incident(shell: &Shell, address: &Address, stop: &Stop) -> Result<Stored, Unread> {
    let store = &shell.store;
    // One whose lines cannot be read is packed as it is.
    let named = !address.id.is_nil();
    if named && store.finish_expunging(address)? != Touched::default() {
        note(&format!("{}: an expunge that was stopped was finished first.", address.number));
    }
    let verdict = store.verify(address, Depth::Full);
    let broken = verdict.findings.iter().filter(|finding| finding.is_fault());
    let mut faults: Vec<String> = broken.map(ToString::to_string).collect();
    let head_code = match named && faults.is_empty() {
        true => seal::on(shell, address, "backup"),
        false => None,
    };
    // No fault of the record, and whoever restores this has to know.
    let unread = verdict.findings.iter().filter(|finding| matches!(finding, Finding::Agreed { .. }));
    faults.extend(unread.map(ToString::to_string));
    let inventory = store.whole_inventory(address)?;
    let folder = store.place_in(&address.folder);
    let of = inventory.parts.iter().map(|(_, bytes)| bytes).sum();
    let label = format!("{} is hashed", address.number);
    let (mut bar, mut done) = (Bar::new(&label), 0);
    let mut files = Vec::with_capacity(inventory.parts.len());
    if let Some((path, contents)) = store.agreed(address) {
        let sha256 = hex(Sha256::digest(&contents).as_slice());
        files.push(bundle::Packed { path: store.place_in(&path), bytes: contents.len() as u64, sha256 });
    }
    for (part, bytes) in &inventory.parts {
        let place = address.folder.join(part.path());
        let mut from = store.open_part(address, part, *bytes)?;
        let mut sum = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let n = from.read(&mut buffer).map_err(StoreError::io("read", &place))?;
            if n == 0 {
                break;
            }
            if stop.asked() {
                return Err(Unread::Stopped);
            }
            sum.update(&buffer[..n]);
            done += n as u64;
            bar.show(Progress { done, of });
        }
        let path = format!("{folder}/{}", part.path());
        let sha256 = hex(sum.finalize().as_slice());
        faults.extend(store.misnamed(address, part, &sha256));
        files.push(bundle::Packed { path, bytes: *bytes, sha256 });
    }
    Ok(Stored { number: address.number.clone(), folder, lines: verdict.lines, head_code, files, faults })
}

/// Writes the file, reads it again and holds it against what was hashed.
fn write(
    shell: &Shell,
    packing: &Packing,
    beside: &Path,
    recipients: &[String],
    stop: &Stop,
) -> Result<(), Failure> {
    let whole = &packing.whole;
    let packed = Packed {
        write: |to: &mut dyn Write| packing.write(shell, stop, to),
        compare: |from: &mut dyn BufRead| {
            let mut bar = Bar::new("the file is read again");
            let mut done = 0;
            whole.compare(from, |bytes| {
                done += bytes;
                bar.show(Progress { done, of: whole.bytes });
                if stop.asked() { Err(Differs("stopped".into())) } else { Ok(()) }
            })
        },
    };
    packed.into(beside, recipients).map_err(|why| match why {
        Spoilt::Unwritten(failure) => failure,
        Spoilt::Differs(Differs(why)) => Failure::could_not(format!(
            "The packed file is not what the store holds: {why}; no backup was made."
        ))
        .hint("Give the command again; if it stays so, look at the disk it was written to."),
    })
}

impl Packing {
    fn write(&self, shell: &Shell, stop: &Stop, to: &mut dyn Write) -> io::Result<()> {
        let mut bar = Bar::new("backup");
        let mut done = 0;
        let mut loose = self.loose.iter();
        self.whole.pack(to, self.wall, |file| -> io::Result<Box<dyn Read>> {
            if stop.asked() {
                return Err(io::Error::other("stopped"));
            }
            bar.show(Progress { done, of: self.whole.bytes });
            done += file.bytes;
            // The list names them before the incidents.
            if let Some(bytes) = loose.next() {
                return Ok(Box::new(io::Cursor::new(bytes.clone())));
            }
            Ok(Box::new(shell.store.open_place(&file.path)?))
        })
    }
}

/// What was packed, and how it comes back.
fn told(
    shell: &Shell,
    whole: &Whole,
    path: &Path,
    (bytes, sha256): (u64, &str),
    recipients: usize,
) -> Result<ExitCode, Failure> {
    let faults: Vec<(&str, &str)> = whole
        .incidents
        .iter()
        .flat_map(|incident| incident.faults.iter().map(|fault| (incident.number.as_str(), fault.as_str())))
        .collect();
    let fine = faults.is_empty() && whole.not.is_empty();
    let code = if fine { ExitCode::SUCCESS } else { ExitCode::from(1) };
    let file = path.display();
    let unpack = match recipients {
        0 => format!("tar --zstd -xf {file}"),
        _ => format!("age -d -i YOUR-KEY.txt {file} | tar --zstd -x"),
    };
    if shell.json {
        let faults: Vec<_> = faults
            .iter()
            .map(|(number, fault)| serde_json::json!({ "incident": number, "fault": fault }))
            .collect();
        let document = serde_json::json!({
            "file": path, "bytes": bytes, "sha256": sha256, "recipients": recipients,
            "incidents": whole.incidents.len(), "files": whole.all().count(), "folder": whole.folder(),
            "faults": faults, "not": whole.not,
        });
        Out::json(shell, &document)?.print();
        return Ok(code);
    }
    let mut out = Out::new(shell);
    let line = Line::default().tone(Tone::Strong, file.to_string());
    let incidents = counted(whole.incidents.len() as u64, "incident");
    out.line(line.put(format!("  {incidents} of this store")).tone(Tone::Good, "  saved"));
    let files = counted(whole.all().count() as u64, "file");
    out.line(Line::of(format!("  {files}, packed {}, SHA-256 {sha256}", in_words(bytes))));
    for why in &whole.not {
        out.line(Line::of("  ").tone(Tone::Bad, format!("not in it: {why}")));
    }
    for (number, fault) in &faults {
        let said = format!("{number} is in it with this fault: {fault}; casebook doctor -i {number}");
        out.line(Line::of("  ").tone(Tone::Bad, said));
    }
    out.line(Line::of(match recipients {
        0 => "  checked: the file was read again from the disk, and every byte is that of the store",
        _ => {
            "  checked: what age was given, every byte against the store; that age ended well, and the size of its \
             file. Not checked: that a key opens it"
        }
    }));
    out.line(Line::of("  not in it: settings, drafts, caches"));
    out.line(Line::of(format!("  restore: {unpack}")));
    out.line(Line::of(format!("           casebook --store {} verify --all", whole.folder())));
    if recipients == 0 {
        note("It is not encrypted, and tells everything of every incident.");
    }
    out.print();
    Ok(code)
}
