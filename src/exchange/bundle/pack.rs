//! Writing a tar that is packed as it is written: a bundle, an archive, a backup in one file.

use std::io::{self, Read, Write};

use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::frames::Counted;
use serde::Serialize;

use super::{FRAME, GROWTH_MOST, MANIFEST, Manifest, Packed};

/// Writes packed files as a stream, all of them in one folder.
pub struct Packer<W: Write> {
    tar: tar::Builder<Frames<W>>,
    folder: String,
    /// Seconds since 1970.
    time: u64,
}

impl<W: Write> Packer<W> {
    /// Begins with the list of contents.
    ///
    /// # Errors
    /// Those of writing.
    pub fn new(to: W, manifest: &Manifest, time: u64) -> io::Result<Self> {
        Self::begin(to, manifest.folder(), manifest, time)
    }

    /// Begins with this list, in this folder.
    pub(super) fn begin(to: W, folder: String, list: &impl Serialize, time: u64) -> io::Result<Self> {
        let tar = tar::Builder::new(Frames { to, held: Vec::with_capacity(FRAME) });
        let mut packer = Self { tar, folder, time };
        let text = listed(list)?;
        packer.entry(MANIFEST, text.len() as u64, &mut &text[..])?;
        Ok(packer)
    }

    /// Adds a folder that only its owner may enter, wherever it is unpacked.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn folder(&mut self, path: &str) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_size(0);
        header.set_mtime(self.time);
        header.set_mode(0o700);
        header.set_path(format!("{}/{path}", self.folder))?;
        header.set_cksum();
        self.tar.append(&header, io::empty())
    }

    /// Adds a file, in the order of the list.
    ///
    /// # Errors
    /// Those of reading and writing; a file that has fewer bytes than announced.
    pub fn add(&mut self, packed: &Packed, from: &mut dyn Read) -> io::Result<()> {
        self.entry(&packed.path, packed.bytes, from)
    }

    fn entry(&mut self, path: &str, bytes: u64, from: &mut dyn Read) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(bytes);
        header.set_mtime(self.time);
        let evidence = path.starts_with("vault/") || path.contains("/vault/");
        header.set_mode(if evidence { 0o400 } else { 0o600 });
        header.set_path(format!("{}/{path}", self.folder))?;
        header.set_cksum();
        let mut counted = Counted { from: from.take(bytes), bytes: 0 };
        self.tar.append(&header, &mut counted)?;
        match counted.bytes == bytes {
            true => Ok(()),
            false => Err(io::Error::other(format!("{path} has {} bytes, not {bytes}", counted.bytes))),
        }
    }

    /// The end of the archive.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(self) -> io::Result<W> {
        let mut frames = self.tar.into_inner()?;
        frames.pack()?;
        frames.to.flush()?;
        Ok(frames.to)
    }
}

/// A list of contents as it is packed.
pub(super) fn listed(list: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(list).map_err(io::Error::other)?;
    text.push(b'\n');
    Ok(text)
}

/// Packs what is written to it, one zstd frame after another: memory stays bounded and no frame can fail.
struct Frames<W: Write> {
    to: W,
    held: Vec<u8>,
}

impl<W: Write> Frames<W> {
    fn pack(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let packed = compress_to_vec(&self.held[..], CompressionLevel::Fastest);
        // Zeros would shrink so far that a reader had to take them for a bomb.
        let packed = match (packed.len() as u64).saturating_mul(GROWTH_MOST / 2) < self.held.len() as u64 {
            true => compress_to_vec(&self.held[..], CompressionLevel::Uncompressed),
            false => packed,
        };
        self.held.clear();
        self.to.write_all(&packed)
    }
}

impl<W: Write> Write for Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = bytes.len().min(FRAME - self.held.len());
        self.held.extend_from_slice(&bytes[..n]);
        if self.held.len() == FRAME {
            self.pack()?;
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
