//! A writer's chain in one incident: the place of its next line, decided without touching the disk.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::error::StoreError;
use super::line::{Head, SEEN_LIMIT};
use super::writer::{Memory, Salts};
use super::written::{Place, Written, write};
use crate::incident::line::{Batch, Clock, Draft, WriterId};
use crate::model::id::LineId;

/// A wall clock further than this from what the incident has seen is named on screen, in milliseconds.
pub const SKEW_MS: i64 = 5 * 60 * 1000;

/// Whether the drafts given together are one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// Each is an action of its own.
    Apart,
    /// One action that does not fit on one line: undone as one.
    Batch,
}

/// The end of a writer's chain, and what it has heard of the others.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub inc: Uuid,
    pub writer: WriterId,
    n: u64,
    id: LineId,
    pub clock: Clock,
    /// The head of each other writer that a line of ours has named.
    named: BTreeMap<WriterId, LineId>,
    /// Heads that the next lines shall name.
    to_name: BTreeMap<(WriterId, u64), LineId>,
    salts: Salts,
}

impl Chain {
    pub(super) fn new(inc: Uuid, writer: WriterId, memory: &Memory, salts: Salts) -> Self {
        let to_name = memory.openings.iter().enumerate();
        // Several openings of one writer all have n 0; the position keeps them apart until they are named.
        let to_name = to_name.map(|(i, id)| ((writer.clone(), i as u64), *id)).collect();
        Self {
            inc,
            n: memory.n,
            id: memory.id,
            clock: memory.clock,
            named: memory.named.clone(),
            to_name,
            salts,
            writer,
        }
    }

    /// The id of its last line.
    pub(super) fn end(&self) -> LineId {
        self.id
    }

    /// Hears of the head of another writer.
    pub(super) fn meet(&mut self, head: &Head, clock: Clock) {
        self.clock = self.clock.max(clock);
        // The other side of a writer that was copied. What a line names of its own writer is an opening, and this is none.
        if head.writer == self.writer {
            return;
        }
        if self.named.get(&head.writer) != Some(&head.id) {
            self.to_name.retain(|(writer, _), _| *writer != head.writer);
            self.to_name.insert((head.writer.clone(), head.n), head.id);
        }
    }

    /// Hears of an opening of its own, which the next line names.
    pub(super) fn opened(&mut self, head: &Head) {
        let free = self.to_name.range((self.writer.clone(), 0)..).take_while(|((w, _), _)| *w == self.writer);
        let next = free.last().map_or(0, |((_, at), _)| at + 1);
        self.to_name.insert((self.writer.clone(), next), head.id);
    }

    /// Gives drafts their place in the chain. Either all of them get one or none.
    pub(super) fn prepare(
        &mut self,
        drafts: &[Draft],
        together: Together,
        now: DateTime<Utc>,
    ) -> Result<Vec<Written>, StoreError> {
        if let [draft] = drafts {
            return Ok(vec![self.link(&named(draft, &[]), None, now)?]);
        }
        let mut next = self.clone();
        let of = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
        let mut lines: Vec<Written> = Vec::with_capacity(drafts.len());
        for (k, draft) in (1..).zip(drafts) {
            let batch = (together == Together::Batch && of > 1).then(|| {
                let first = lines.first().map_or_else(String::new, |first| first.line.id.to_string());
                Batch(first, k, of)
            });
            lines.push(next.link(&named(draft, &lines), batch, now)?);
        }
        *self = next;
        Ok(lines)
    }

    /// The next line. Where it cannot be written, nothing has changed.
    fn link(
        &mut self,
        draft: &Draft,
        batch: Option<Batch>,
        now: DateTime<Utc>,
    ) -> Result<Written, StoreError> {
        // The record keeps milliseconds; what is applied now must equal what is read later.
        let recorded = now.trunc_subsecs(3);
        let clock = self.clock.tick(recorded.timestamp_millis(), []);
        let own = |writer: &WriterId| *writer == self.writer;
        let head = |((writer, at), id): (&(WriterId, u64), &LineId)| Head {
            writer: writer.clone(),
            n: if own(writer) { 0 } else { *at },
            id: *id,
        };
        let seen: Vec<Head> = self.to_name.iter().take(SEEN_LIMIT).map(head).collect();
        let place = Place {
            inc: self.inc,
            writer: &self.writer,
            n: self.n + 1,
            clock,
            recorded,
            batch,
            seen: &seen,
            salt: self.salts.draw(),
            prev: self.id,
        };
        let written = write(draft, &place)?;
        for head in seen {
            self.to_name.pop_first();
            if head.n > 0 {
                self.named.insert(head.writer, head.id);
            }
        }
        self.clock = clock;
        self.n += 1;
        self.id = written.line.id;
        Ok(written)
    }
}

/// The draft with the names of the lines of its own act that it replaces: they had none when it was judged.
fn named<'a>(draft: &'a Draft, lines: &[Written]) -> Cow<'a, Draft> {
    if draft.over.iter().all(|id| id.awaits().is_none()) {
        return Cow::Borrowed(draft);
    }
    let mut draft = draft.clone();
    let line = |k: u32| lines.get(usize::try_from(k).ok()?).map(|written| written.line.id);
    draft.over = draft.over.iter().filter_map(|id| id.awaits().map_or(Some(*id), line)).collect();
    Cow::Owned(draft)
}
