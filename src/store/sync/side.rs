//! The other side of a journal that two wrote: its lines go into a file of their own.

use std::collections::BTreeSet;

use super::super::error::StoreError;
use super::super::line::Envelope;
use super::super::reading::{Mark, pieces};
use super::judge::No;
use super::piece::{fork_name, is_fork, writer_of};
use super::place::{Place, Put};
use crate::model::id::LineId;

impl Place<'_> {
    /// Files that hold another side of this segment.
    fn sides(&self, segment: &str) -> Vec<String> {
        let number = |name: &str| {
            name.strip_suffix(".jsonl").and_then(|name| name.rsplit('.').next().map(str::to_owned))
        };
        let all: BTreeSet<&String> = self.sizes.keys().chain(self.added.keys()).collect();
        let side = |name: &&&String| {
            is_fork(name) && writer_of(name) == writer_of(segment) && number(name) == number(segment)
        };
        all.iter().filter(side).map(|name| (**name).clone()).collect()
    }

    /// Whether the first line that is not known goes on where the file of another side ends.
    pub(super) fn goes_on_a_fork(&mut self, segment: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        let sides = self.sides(segment);
        if sides.is_empty() {
            return Ok(false);
        }
        let first = first(bytes);
        for side in sides {
            if let (Some((_, id)), Some((_, prev))) = (self.last(&side)?, first)
                && id == prev
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lines that are another side of this segment, into a file of their own.
    pub(super) fn fork(
        &mut self,
        segment: &str,
        from: Option<u64>,
        bytes: &[u8],
    ) -> Result<Result<Put, No>, StoreError> {
        let writer = writer_of(segment).to_owned();
        self.learn(&writer)?;
        let mut fresh = Vec::new();
        pieces(bytes, &Mark::default(), |piece| match &piece.what {
            Ok(envelope) if self.known.has(envelope.writer, envelope.id()) => {}
            _ => {
                fresh.extend_from_slice(piece.bytes);
                fresh.extend(piece.ended.then_some(b'\n'));
            }
        });
        let Some((id, prev)) = first(&fresh) else {
            let no = No::Refused("it is here with other bytes".into());
            return Ok(if fresh.is_empty() {
                Ok(Put::Apart { from, file: segment.to_owned(), good: Vec::new() })
            } else {
                Err(no)
            });
        };
        let mut file = None;
        for side in self.sides(segment) {
            if self.last(&side)?.is_some_and(|(_, last)| last == prev) {
                file = Some(side);
            }
        }
        let Some(file) = file.or_else(|| fork_name(segment, &id.to_string())) else {
            return Ok(Err(No::Refused("its name is none of a segment".into())));
        };
        let at = self.length(&file);
        let good = match self.judged(&file, at, &fresh)? {
            Ok(good) => good,
            Err(no) => return Ok(Err(no)),
        };
        self.add(&file, &fresh, &good);
        Ok(Ok(Put::Apart { from, file, good }))
    }
}

/// The first line among these bytes, and the one it follows.
fn first(bytes: &[u8]) -> Option<(LineId, LineId)> {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter_map(|line| Envelope::read(line).ok()).map(|envelope| (envelope.id(), envelope.prev())).next()
}
