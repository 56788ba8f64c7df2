//! What a quick verification takes of a line, without reading all of it.

use casebook_bytes::{Ends, Links};

use super::line::{Head, holds};
use crate::incident::line::{Clock, WriterId};

/// A line as far as its chain goes.
pub(super) struct Glance<'a> {
    pub links: Links<'a>,
    /// The inside of `seen`, if it names anybody and has not been looked at yet.
    pub seen: Option<&'a str>,
    /// The data of a segment's opening.
    pub data: &'a str,
    /// Where it was read.
    pub clock: Option<Clock>,
}

/// The head and the clock of a line whose bytes are those its id was made from, without a look at its fields. `None`:
/// it is another, or has to be read in full.
pub(super) fn head_of(bytes: &[u8]) -> Option<(Head, Clock)> {
    let ends = Ends::read(bytes)?;
    let (wall, tie) = ends.clock()?;
    let Links { writer, n, id, .. } = ends.links;
    let head = Head { writer: WriterId(writer.to_owned()), n, id };
    holds(bytes, id).then_some((head, Clock(wall, tie)))
}

impl<'a> Glance<'a> {
    /// `None`: the fields are not where they should be, or it opens a segment, and has to be read in full.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let ends = Ends::read(bytes).filter(|ends| ends.links.n > 0)?;
        let seen = Some(ends.seen()?).filter(|seen| !seen.is_empty());
        Some(Self { links: ends.links, seen, data: "", clock: None })
    }

    /// The heads it names; `None` in the place of one that does not read.
    pub(super) fn heads(&self) -> impl Iterator<Item = Option<Head>> + 'a {
        let heads = self.seen.into_iter().flat_map(|seen| seen.split(','));
        heads.map(|head| Head::read(head.strip_prefix('"')?.strip_suffix('"')?))
    }
}
