//! Journals held against each other, segment by segment, before they leave or are believed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::check::Check;
use super::error::StoreError;
use super::files::Disk;
use super::finding::{Class, Finding, Verdict};
use super::reading::{Mark, pieces};
use crate::incident::line::Clock;
use crate::model::id::LineId;
use crate::model::root::{HeadCode, Root};

/// Journals under examination. The bytes may come from anywhere: a disk, an archive.
pub struct Proof {
    id: String,
    check: Check<'static>,
    order: Vec<(Clock, Arc<str>, u64, LineId)>,
    writers: BTreeSet<Arc<str>>,
    numbers: BTreeSet<String>,
}

/// What an examination came to.
#[derive(Clone, Debug)]
pub struct Proven {
    pub verdict: Verdict,
    /// Lines of the record, each counted once.
    pub lines: u64,
    pub head: HeadCode,
    /// The numbers its lines say it was opened under.
    pub numbers: BTreeSet<String>,
}

impl Proof {
    /// Of the incident with this id.
    pub fn new(id: Uuid) -> Self {
        Self {
            id: id.to_string(),
            check: Check::new(&Disk, Path::new("")),
            order: Vec::new(),
            writers: BTreeSet::new(),
            numbers: BTreeSet::new(),
        }
    }

    /// Takes in a segment.
    ///
    /// # Errors
    /// Refuses a line of another incident, by its place.
    pub fn segment(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut stranger = None;
        pieces(bytes, &Mark::default(), |piece| {
            let Ok(envelope) = piece.what else { return };
            if envelope.inc != self.id {
                stranger
                    .get_or_insert_with(|| (piece.line, envelope.inc.chars().take(36).collect::<String>()));
            }
            if envelope.opens_segment() || envelope.reads().is_err() {
                return;
            }
            if envelope.kind == "opened" {
                self.numbers.extend(number(envelope.data));
            }
            let writer = match self.writers.get(envelope.writer) {
                Some(writer) => Arc::clone(writer),
                None => {
                    let writer: Arc<str> = envelope.writer.into();
                    self.writers.insert(Arc::clone(&writer));
                    writer
                }
            };
            self.order.push((envelope.clock, writer, envelope.n, envelope.id()));
        });
        if let Some((line, inc)) = stranger {
            let why = format!("line {line} belongs to another incident ({inc})");
            return Err(StoreError::NotTaken { what: format!("journal/{name}"), why });
        }
        self.check.segment(name, bytes, u64::MAX);
        Ok(())
    }

    /// The end of the examination.
    pub fn proven(mut self) -> Proven {
        self.order.sort_unstable();
        self.order.dedup_by_key(|(.., id)| *id);
        let mut root = Root::default();
        for (.., id) in &self.order {
            root.add(*id);
        }
        Proven {
            verdict: self.check.verdict(),
            lines: root.count(),
            head: root.head_code(),
            numbers: self.numbers,
        }
    }
}

impl Proven {
    /// What is altered or missing, a sentence each.
    pub fn faults(&self) -> Vec<String> {
        let broken = |finding: &&Finding| finding.class() >= Class::Broken;
        self.verdict.findings.iter().filter(broken).map(Finding::to_string).collect()
    }
}

/// The number an opening says.
fn number(data: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Said {
        number: String,
    }
    serde_json::from_str::<Said>(data).ok().map(|said| said.number)
}
