//! A packed file read again, byte for byte against the folder it was made from.

use std::io::{self, BufRead, Read, Write};

use super::super::evidence::Stop;
use super::Packing;
use crate::exchange::bundle::{self, Fault, Manifest, Packed, Taker};
use crate::store::{Part, Store};

/// Why the file is not what the folder holds, or could not be read.
pub(in crate::cli) struct Differs(pub(in crate::cli) String);

impl From<Fault> for Differs {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

/// Reads a bundle to its end and holds every byte against the folder.
///
/// # Errors
/// The first difference, in one sentence.
pub(in crate::cli) fn compare(
    from: &mut dyn BufRead,
    (store, packing): (&Store, &Packing),
    stop: &Stop,
) -> Result<(), Differs> {
    bundle::read(from, &mut Comparing { store, packing, stop })
}

struct Comparing<'a> {
    store: &'a Store,
    packing: &'a Packing,
    stop: &'a Stop,
}

/// Bytes that are compared at once.
const STEP: usize = 1 << 16;

impl Taker for Comparing<'_> {
    type No = Differs;

    fn manifest(&mut self, manifest: &Manifest) -> Result<(), Differs> {
        match *manifest == self.packing.manifest {
            true => Ok(()),
            false => Err(Differs("its list of contents is another than the one that was packed".into())),
        }
    }

    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn Read) -> Result<(), Differs> {
        let differs = |why: &str| Differs(format!("{}: {why}", part.path()));
        let unread = |error: io::Error| differs(&format!("it could not be read again: {error}"));
        let mut ours = self
            .store
            .open_part(&self.packing.address, part, packed.bytes)
            .map_err(|error| differs(&error.to_string()))?;
        let (mut a, mut b) = (vec![0; STEP], vec![0; STEP]);
        let mut left = packed.bytes;
        while left > 0 {
            if self.stop.asked() {
                return Err(Differs("stopped".into()));
            }
            let n = STEP.min(usize::try_from(left).unwrap_or(STEP));
            from.read_exact(&mut a[..n]).map_err(unread)?;
            ours.read_exact(&mut b[..n]).map_err(unread)?;
            if a[..n] != b[..n] {
                return Err(differs("its bytes are not those of the folder"));
            }
            left -= n as u64;
        }
        Ok(())
    }
}

/// What is written to one place goes to another, too, and is counted.
pub(in crate::cli) struct Tee<'a, W: Write> {
    pub(in crate::cli) to: &'a mut dyn Write,
    pub(in crate::cli) also: W,
    pub(in crate::cli) bytes: u64,
}

impl<W: Write> Write for Tee<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.also.write_all(&bytes[..n])?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()?;
        self.also.flush()
    }
}
