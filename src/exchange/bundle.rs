//! The whole record of an incident in one file: a tar in zstd, its list of contents first.
//!
//! Nothing here touches a disk. What is read is held against its own list, entry by entry, before it is handed on;
//! what that comes to is for the store to judge.

mod frames;
mod pack;
mod read;
mod whole;

use std::io;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::Proven;

pub use pack::Packer;
pub use read::{Taker, read};
pub use whole::{Stored, WHOLE, Whole};

/// The word on the command line.
pub const NAME: &str = "bundle";
/// What it is, without a period.
pub const ABOUT: &str = "The record itself, whole: for another casebook";

/// The format this version writes.
pub const FORMAT: &str = "casebook-bundle/1";
/// The list of contents, the first entry.
const MANIFEST: &str = "MANIFEST.json";

/// The most files in a bundle.
pub const FILES_MOST: usize = 100_000;
/// The longest list of contents, in bytes: 32 MiB.
const MANIFEST_MOST: u64 = 32 << 20;
/// The most that all journals together may hold, in bytes: 512 MiB, some 800,000 entries.
pub const JOURNALS_MOST: u64 = 512 << 20;
/// A bundle that grows by more than this when it is unpacked is a bomb. None that is written here does.
const GROWTH_MOST: u64 = 1_024;
/// So much may come out of it in any case, in bytes: 64 MiB.
const GROWTH_FREE: u64 = 64 << 20;
/// Bytes that are packed at once, each into a frame of its own: 1 MiB.
const FRAME: usize = 1 << 20;
/// Zeros that may follow the end of the archive, in bytes: 1 MiB.
const PADDING_MOST: u64 = 1 << 20;

/// The list of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// `EXERCISE EXERCISE EXERCISE` or `DEMO`, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The number it has where it comes from.
    pub number: String,
    pub id: Uuid,
    pub title: String,
    pub tlp: String,
    /// Of the record as it is packed, and how many lines that is.
    pub head_code: String,
    pub lines: u64,
    /// When and by whom it was packed (RFC 3339, UTC), and with what.
    pub packed: String,
    pub by: String,
    pub with: String,
    /// All files together.
    pub bytes: u64,
    pub files: Vec<Packed>,
    /// What was altered or missing before it left, as `casebook verify` says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// A file in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Its place in the incident's folder.
    pub path: String,
    pub bytes: u64,
    /// 64 hex digits.
    pub sha256: String,
}

impl Manifest {
    /// The folder all of it lies in: `INC-2026-0007-7f3a91c2`.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.number, &self.id.simple().to_string()[24..])
    }

    /// Whether it was made of these journals.
    ///
    /// # Errors
    /// Says what differs: the head code, the number of lines, a fault that was not there when it was packed.
    pub fn made_of(&self, journals: &Proven) -> Result<(), String> {
        if let Some(fault) = journals.faults().into_iter().find(|fault| !self.faults.contains(fault)) {
            return Err(fault);
        }
        let (head, lines) = (journals.head.to_string(), journals.lines);
        if (&head, lines) == (&self.head_code, self.lines) {
            return Ok(());
        }
        let (packed, with) = (self.lines, &self.head_code);
        Err(format!("its {lines} lines have the head code {head}; packed were {packed} with {with}"))
    }
}

/// Why a file is not taken for a bundle.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("it cannot be read: {0}")]
    Unread(io::Error),
    #[error("{0}")]
    NoBundle(String),
    /// What, and why.
    #[error("{0}: {1}")]
    Bad(String, String),
    /// It is encrypted with age.
    #[error("it is encrypted with age")]
    Encrypted,
}

fn no(why: impl Into<String>) -> Fault {
    Fault::NoBundle(why.into())
}

fn bad(what: impl Into<String>, why: impl Into<String>) -> Fault {
    Fault::Bad(what.into(), why.into())
}
