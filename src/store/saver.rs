//! What a screen does with facts: applied at once, written behind it, kept until they are on the disk.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::chain::Together;
use super::error::StoreError;
use super::files::write_all;
use super::journal::{Journal, Unsaved};
use super::line::Head;
use super::pen::Pen;
use super::written::Written;
use crate::incident::line::{Draft, Line};
use crate::model::id::LineId;

/// Pause between two tries to write what could not be written, in seconds.
pub const RETRY_SECONDS: i64 = 2;

/// The state of the disk, as the footer says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Everything is on the disk; since when, if anything was written here.
    All { at: Option<DateTime<Utc>> },
    /// So many changes are on their way.
    Writing { changes: usize },
    /// So many changes are only in this process, and why.
    Not { changes: usize, why: String },
}

/// Keeps the facts of one incident until they are on the disk.
///
/// [`Saver::submit`] never waits for the disk. [`Saver::work`] gives what is to be written, to be run in a
/// thread; [`Saver::done`] takes the answer. What is submitted meanwhile goes as one batch after it.
#[derive(Debug)]
pub struct Saver {
    pen: Pen,
    saved_at: Option<DateTime<Utc>>,
    trouble: Option<String>,
    retry_at: Option<DateTime<Utc>>,
}

/// Lines to be written, with the journal to write them to.
#[derive(Debug)]
pub struct Work {
    journal: Journal,
    lines: Vec<Written>,
    now: DateTime<Utc>,
}

/// What became of a [`Work`].
#[derive(Debug)]
pub struct Done {
    journal: Journal,
    openings: Vec<Head>,
    result: Result<(), Unsaved>,
    count: usize,
}

impl Work {
    /// Writes and syncs. This can take as long as the disk takes.
    pub fn run(mut self) -> Done {
        let mut openings = Vec::new();
        let result = self.journal.write(&self.lines, self.now, &mut openings);
        Done { journal: self.journal, openings, result, count: self.lines.len() }
    }
}

impl Saver {
    pub fn new(pen: Pen) -> Self {
        Self { pen, saved_at: None, trouble: None, retry_at: None }
    }

    /// The incident it saves.
    pub fn incident(&self) -> Uuid {
        self.pen.incident()
    }

    /// Its writer.
    pub fn writer(&self) -> &str {
        self.pen.writer()
    }

    /// Gives facts their place and keeps them. The lines come back to be applied at once, marked unsaved.
    /// Only a line that is too long is refused; a disk that is gone is not the fact's fault.
    pub fn submit(
        &mut self,
        drafts: &[Draft],
        together: Together,
        now: DateTime<Utc>,
    ) -> Result<Vec<Line>, StoreError> {
        let written = self.pen.prepare(drafts, together, now)?;
        let lines = written.iter().map(|written| (*written.line).clone()).collect();
        self.pen.pending.extend(written);
        Ok(lines)
    }

    /// All that waits, if nothing is being written and no pause is on.
    pub fn work(&mut self, now: DateTime<Utc>) -> Option<Work> {
        if self.pen.pending.is_empty() || self.retry_at.is_some_and(|at| now < at) {
            return None;
        }
        let journal = self.pen.journal.take()?;
        let lines = self.pen.pending.clone();
        Some(Work { journal, lines, now })
    }

    /// Takes the answer of a [`Work`]. The ids are on the disk now.
    pub fn done(&mut self, done: Done, now: DateTime<Utc>) -> Vec<LineId> {
        for head in &done.openings {
            self.pen.chain.opened(head);
        }
        self.pen.journal = Some(done.journal);
        let saved = match done.result {
            Ok(()) => {
                (self.trouble, self.retry_at) = (None, None);
                done.count
            }
            Err(unsaved) => {
                self.trouble = Some(unsaved.error.in_short());
                self.retry_at = Some(now + Duration::seconds(RETRY_SECONDS));
                unsaved.saved
            }
        };
        if saved > 0 {
            self.saved_at = Some(now);
        }
        self.pen.pending.drain(..saved).map(|written| written.line.id).collect()
    }

    /// Writes what waits here and now, whatever pause is on; for a process that may wait.
    pub fn flush(&mut self, now: DateTime<Utc>) -> Vec<LineId> {
        self.retry_at = None;
        match self.work(now) {
            Some(work) => self.done(work.run(), now),
            None => Vec::new(),
        }
    }

    /// What the footer says.
    pub fn saved(&self) -> Saved {
        let changes = self.pen.pending.len();
        match &self.trouble {
            _ if changes == 0 => Saved::All { at: self.saved_at },
            None => Saved::Writing { changes },
            Some(why) => Saved::Not { changes, why: why.clone() },
        }
    }

    /// Whether a thread has the journal: until it brings it back, nothing else of this writer can be written.
    pub fn is_writing(&self) -> bool {
        self.pen.journal.is_none()
    }

    /// When the next try is due, if one is.
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        self.retry_at.filter(|_| !self.pen.pending.is_empty())
    }

    /// Ids that are not on the disk yet.
    pub fn unsaved(&self) -> impl Iterator<Item = LineId> + '_ {
        self.pen.pending.iter().map(|written| written.line.id)
    }

    /// Writes what waits to another place, as `rescue-<incident>-<writer>.jsonl`. It goes on waiting here as
    /// well: `doctor` takes lines back by their id, and one that came twice collapses.
    pub fn rescue(&self, folder: &Path) -> Result<PathBuf, StoreError> {
        let files = self.pen.files();
        let name = format!("rescue-{}-{}.jsonl", self.incident(), self.writer());
        let path = folder.join(name);
        let mut bytes = Vec::new();
        for written in &self.pen.pending {
            bytes.extend_from_slice(&written.bytes);
            bytes.push(b'\n');
        }
        files.create_folder(folder).map_err(StoreError::io("make the folder", folder))?;
        let file = files.create(&path).or_else(|_| files.open(&path));
        file.and_then(|mut file| {
            write_all(&mut *file, &bytes)?;
            file.sync()
        })
        .map_err(StoreError::io("write", &path))?;
        Ok(path)
    }
}
