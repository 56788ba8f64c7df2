//! What a bundle or an archive holds of an incident that is looked at: its journals, and the evidence that is not here.

use std::io::Read as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::super::bundle::room;
use super::super::failure::Failure;
use crate::exchange::bundle::{self, Fault, Manifest, Packed};
use crate::model::evidence::bytes as in_words;
use crate::store::{Address, Bench, Part, SEGMENT_MOST, Source};

/// What a bundle holds of an incident. `None`: it is of another.
pub(super) fn packed(
    path: &Path,
    address: &Address,
    bench: Option<&Bench>,
) -> Result<Option<Source>, Failure> {
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::could_not(format!("{} could not be read: {error}.", path.display())))?;
    let mut held = Held {
        id: address.id,
        folder: address.folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        here: &address.folder,
        bench: bench.map(Bench::folder),
        source: Source { name: path.display().to_string(), ..Source::default() },
        other: false,
    };
    match bundle::read(std::io::BufReader::new(file), &mut held) {
        Ok(()) => Ok(Some(held.source)),
        Err(_) if held.other => Ok(None),
        Err(Fault::Encrypted) => {
            Err(Failure::could_not(format!("{} is encrypted with age.", path.display()))
                .hint("Decrypt it first: age -d -i KEY -o FILE.tar.zst FILE."))
        }
        Err(fault) => Err(Failure::could_not(format!("{} could not be read: {fault}.", path.display()))),
    }
}

/// Takes the journals of one incident out of a bundle, and the evidence that is missing or has another size here.
struct Held<'a> {
    /// Nil: not one line of it can be read here.
    id: uuid::Uuid,
    folder: String,
    here: &'a Path,
    /// Where evidence goes; `None`: it is only looked at.
    bench: Option<&'a Path>,
    source: Source,
    /// It is of another incident.
    other: bool,
}

impl bundle::Taker for Held<'_> {
    type No = Fault;

    fn manifest(&mut self, manifest: &Manifest) -> Result<(), Fault> {
        if manifest.id == self.id || (self.id.is_nil() && manifest.folder() == self.folder) {
            return Ok(());
        }
        self.other = true;
        Err(Fault::NoBundle(format!("it holds another incident, {}", manifest.number)))
    }

    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn std::io::Read) -> Result<(), Fault> {
        let mut from = std::io::Read::take(from, packed.bytes);
        if part.segment().is_some() {
            if packed.bytes > SEGMENT_MOST {
                let why = format!("{} bytes is over the limit of {SEGMENT_MOST} for a journal", packed.bytes);
                return Err(Fault::Bad(part.path().to_owned(), why));
            }
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes).map_err(Fault::Unread)?;
            self.source.segments.push(bytes);
            return Ok(());
        }
        let wanted = part.evidence().is_some_and(|hash| {
            let here = crate::store::measure(&self.here.join(part.path()), &mut crate::store::patient());
            !here.is_ok_and(|here| here.sha256 == hash)
        });
        let Some(bench) = self.bench.filter(|_| wanted) else {
            let mut sum = Sum(Sha256::new());
            std::io::copy(&mut from, &mut sum).map_err(Fault::Unread)?;
            let whole = part.evidence().filter(|hash| wanted && sum.0.finalize()[..] == from_hex(hash)[..]);
            self.source.evidence.extend(whole.map(str::to_owned));
            return Ok(());
        };
        if let Some(has) = room(bench).filter(|has| *has < packed.bytes) {
            let (needs, has) = (in_words(packed.bytes), in_words(has));
            let why = format!("it unpacks to {needs}, and the disk of the store has {has} free");
            return Err(Fault::Bad(part.path().to_owned(), why));
        }
        let to = bench.join(part.path());
        let mut write = || {
            std::fs::create_dir_all(to.parent().unwrap_or(bench))?;
            std::io::copy(&mut from, &mut std::fs::File::create(&to)?)
        };
        write().map_err(Fault::Unread)?;
        self.source.folder = Some(bench.to_owned());
        Ok(())
    }
}

/// Hashes what is written to it, and keeps nothing.
struct Sum(Sha256);

impl std::io::Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The bytes of a hash of hex digits.
fn from_hex(hash: &str) -> Vec<u8> {
    let digit = |at: usize| hash.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    (0..hash.len()).step_by(2).filter_map(digit).collect()
}
