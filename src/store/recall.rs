//! A writer coming back: its memory is held against its journal before the first append.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::error::StoreError;
use super::files::Files;
use super::journal::{Opened, Start, Torn, quarantine, segment_name, segment_of, tail};
use super::line::Envelope;
use super::pen::{Desk, last_line};
use super::reading::{Mark, pieces, segments};
use super::writer::{Lease, Memory};
use crate::model::id::LineId;

/// Compares what a writer remembers with its journal. `None` means that the id must be retired:
/// the journal is shorter than the memory, or another one, or nobody remembers it.
/// Beside the start of the journal stands the end of the chain.
pub(super) fn recall(
    desk: &mut Desk,
    folder: &Path,
    lease: &Lease,
    inc: Uuid,
) -> Result<Option<(Start, Memory)>, StoreError> {
    let files = Arc::clone(&desk.files);
    let memory_at = lease.memory(inc);
    let remembered = memory_at.as_deref().and_then(|path| Memory::read(&*files, path));
    let mut own: Vec<u32> = segments(&*files, &folder.join("journal"), &mut Vec::new())?
        .iter()
        .filter_map(|name| segment_of(name).filter(|(writer, _)| *writer == lease.id.0).map(|of| of.1))
        .collect();
    own.sort_unstable();
    let mut start = Start {
        files: Arc::clone(&files),
        incident: folder.to_owned(),
        inc,
        writer: lease.id.clone(),
        host: desk.host.clone(),
        salts: desk.salts.split(),
        memory_at,
        memory: Memory::default(),
        segment: own.last().copied().unwrap_or(0),
        trusted: true,
        torn: Vec::new(),
        again: Vec::new(),
    };
    let Some(memory) = remembered else {
        start.memory.at = Memory::at(folder);
        // A memory of nothing, so that a stop in the very first append is caught up with later.
        if let (Some(path), true) = (&start.memory_at, own.is_empty()) {
            let _ = start.memory.write(&*files, path);
        }
        return Ok(own.is_empty().then(|| (start, Memory::default())));
    };
    start.memory = memory;
    let Some(return_) = Return::follow(&*files, folder, &own, &start)? else { return Ok(None) };
    Ok(Some(return_.settle(&*files, folder, start)))
}

/// What a writer finds behind its memory.
struct Return {
    /// The end of the chain.
    end: Memory,
    trusted: bool,
    known: HashSet<LineId>,
    again: Vec<Vec<u8>>,
    torn: Vec<Torn>,
    declared: Vec<Torn>,
}

impl Return {
    /// Follows the chain from the memory to the end of the journal. `None`: they are not of one piece.
    fn follow(
        files: &dyn Files,
        folder: &Path,
        own: &[u32],
        start: &Start,
    ) -> Result<Option<Self>, StoreError> {
        let memory = &start.memory;
        if memory.segment > 0 && !own.contains(&memory.segment) {
            return Ok(None);
        }
        let mut found = Self {
            end: memory.clone(),
            trusted: true,
            known: HashSet::from([memory.id]),
            again: Vec::new(),
            torn: Vec::new(),
            declared: Vec::new(),
        };
        for segment in own.iter().copied().filter(|segment| *segment >= memory.segment) {
            let path = folder.join("journal").join(segment_name(&start.writer, segment));
            let from = if segment == memory.segment { memory.bytes } else { 0 };
            let size = files.size(&path).map_err(StoreError::io("read", &path))?;
            let agrees = from == 0
                || (size >= from
                    && last_line(files, &path, from)?.is_some_and(|last| last.0.id == memory.id));
            if !agrees {
                return Ok(None);
            }
            found.trusted = !(memory.broken && segment == memory.segment);
            if size > from {
                let bytes = files.read(&path, from).map_err(StoreError::io("read", &path))?;
                if !found.segment(&path, &bytes, from) {
                    return Ok(None);
                }
            }
            found.end.segment = segment;
            found.end.bytes = size;
        }
        Ok(Some(found))
    }

    /// Takes in the rest of one segment. `false`: the chain does not go on here.
    fn segment(&mut self, path: &Path, bytes: &[u8], from: u64) -> bool {
        let mut goes_on = true;
        pieces(bytes, &Mark { bytes: from, ..Mark::default() }, |piece| match piece.what {
            Ok(envelope) => {
                goes_on &= self.line(&envelope, piece.bytes);
                // A whole line without its newline counts, and nothing is written behind it.
                self.trusted &= piece.ended;
            }
            Err(_) if piece.tail => {
                self.torn.push(tail(path, piece.at, piece.bytes));
                self.trusted = false;
            }
            Err(_) => goes_on = false,
        });
        goes_on
    }

    fn line(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) -> bool {
        let id = envelope.id();
        if envelope.opens_segment() {
            let said = serde_json::from_str(envelope.data).map(|opened: Opened| opened.torn);
            self.declared.extend(said.unwrap_or_default());
        }
        if !self.known.insert(id) {
            return true;
        }
        if envelope.opens_segment() {
            self.end.openings.push(id);
            self.again.push(bytes.to_vec());
            return true;
        }
        if envelope.prev() != self.end.id || envelope.n != self.end.n + 1 {
            return false;
        }
        for head in envelope.seen().unwrap_or_default() {
            if head.writer.0 == envelope.writer {
                self.end.openings.retain(|opening| *opening != head.id);
            } else {
                self.end.named.insert(head.writer, head.id);
            }
        }
        self.end.n = envelope.n;
        self.end.id = id;
        self.end.clock = envelope.clock;
        self.again.push(bytes.to_vec());
        true
    }

    /// Writes the memory anew where all is well; else says what the next segment has to declare and repeat.
    fn settle(mut self, files: &dyn Files, folder: &Path, mut start: Start) -> (Start, Memory) {
        self.torn.retain(|torn| !self.declared.contains(torn));
        for torn in &self.torn {
            let path = folder.join("journal").join(&torn.file);
            // What is declared stays what it is, also when the power goes next.
            if !start.memory.broken {
                let _ = files.open(&path).and_then(|mut file| file.sync());
            }
            quarantine(files, folder, &path, torn);
        }
        // What came after the memory may never have reached the disk, and a sync of that file may have failed.
        self.trusted &= self.torn.is_empty() && self.again.is_empty();
        self.end.broken = false;
        self.end.at = Memory::at(folder);
        start.trusted = self.trusted;
        start.torn = self.torn;
        start.again = self.again;
        if self.trusted && self.end != start.memory {
            start.memory = self.end.clone();
            if let Some(path) = &start.memory_at {
                let _ = start.memory.write(files, path);
            }
        }
        (start, self.end)
    }
}
