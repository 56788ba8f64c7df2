//! A packed file, written beside its place and read again before it gets its name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use super::compare::{Differs, Tee};
use super::deliver::deliver;

/// age cuts what it encrypts into pieces of so many bytes, and adds a tag of 16 to each (age-encryption.org/v1).
const PIECE: u64 = 64 << 10;
const TAG: u64 = 16;

/// What writes a file, and what reads it again and holds it against what it was made from.
pub(in crate::cli) struct Packed<W, C> {
    pub(in crate::cli) write: W,
    pub(in crate::cli) compare: C,
}

/// Why there is no packed file.
pub(in crate::cli) enum Spoilt {
    /// It could not be written or encrypted.
    Unwritten(Failure),
    /// It was read again, and is not what it was made from.
    Differs(Differs),
}

impl<W, C> Packed<W, C>
where
    W: FnOnce(&mut dyn Write) -> io::Result<()>,
    C: FnOnce(&mut dyn BufRead) -> Result<(), Differs> + Send,
{
    /// Writes the file and reads it again: from the disk, or, where it is encrypted, the bytes that `age` was given.
    ///
    /// # Errors
    /// Where it could not be written, and where it is not what was packed.
    pub(in crate::cli) fn into(self, beside: &Path, recipients: &[String]) -> Result<(), Spoilt> {
        sweep(beside);
        if recipients.is_empty() {
            deliver(Some(beside), &[], self.write).map_err(Spoilt::Unwritten)?;
            let file = File::open(beside).map_err(|error| {
                Spoilt::Unwritten(Failure::could_not(format!("The file could not be read again: {error}.")))
            })?;
            return (self.compare)(&mut BufReader::with_capacity(1 << 18, file)).map_err(Spoilt::Differs);
        }
        let mut plain = 0;
        let bytes = deliver(Some(beside), recipients, |to| {
            let compare = self.compare;
            plain = teed(to, self.write, |mut from| {
                compare(&mut from).map_err(|differs| io::Error::other(differs.0))
            })?;
            Ok(())
        })
        .map_err(Spoilt::Unwritten)?;
        let least = plain + TAG * (plain.div_ceil(PIECE).max(1) + 1);
        if bytes < least {
            let why = format!("age wrote {bytes} bytes, and at least {least} were to come");
            return Err(Spoilt::Differs(Differs(why)));
        }
        Ok(())
    }
}

/// Lets `work` write, while `reads` reads what it writes. Answers with how many bytes that was.
fn teed(
    to: &mut dyn Write,
    work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    reads: impl FnOnce(BufReader<io::PipeReader>) -> io::Result<()> + Send,
) -> io::Result<u64> {
    let (from, also) = io::pipe()?;
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || reads(BufReader::with_capacity(1 << 18, from)));
        let mut tee = Tee { to, also, bytes: 0 };
        let worked = work(&mut tee);
        let Tee { also, bytes, .. } = tee;
        drop(also);
        let read = reading.join().unwrap_or_else(|_| Err(io::Error::other("the check ended early")));
        // A reader that found a difference has closed its end: that is the reason, not the broken pipe.
        match (worked, read) {
            (Err(error), Ok(())) => Err(error),
            (Err(error), Err(read)) if error.kind() != io::ErrorKind::BrokenPipe => {
                drop(read);
                Err(error)
            }
            (_, Err(read)) => Err(read),
            (Ok(()), Ok(())) => Ok(bytes),
        }
    })
}

/// The name under which a file is written until it is whole and was read again.
pub(in crate::cli) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Takes away what a process that is there no more left half written under such a name.
fn sweep(beside: &Path) {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ours = name(beside);
    let begins = ours.trim_end_matches(&format!("{}.part", std::process::id()));
    let folder = beside.parent().unwrap_or(Path::new("."));
    for path in std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
        let left = name(&path);
        let by = left.strip_prefix(begins).and_then(|rest| rest.strip_suffix(".part")?.parse::<i32>().ok());
        if by.is_some_and(|by| !runs(by)) {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Whether a process of this number is there.
#[cfg(unix)]
fn runs(number: i32) -> bool {
    let mine = i32::try_from(std::process::id()).is_ok_and(|mine| mine == number);
    let there = rustix::process::Pid::from_raw(number).map(rustix::process::test_kill_process);
    !mine && there.is_some_and(|there| there != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn runs(_: i32) -> bool {
    true
}
