//! The few fields of a line that a quick verification needs, taken from their fixed places at both ends.

use super::line::{Head, START, holds};
use crate::incident::line::{Clock, WriterId};
use crate::model::id::LineId;

/// What a line says of itself and of the one before it.
#[derive(Clone, Copy)]
pub(super) struct Links<'a> {
    pub writer: &'a str,
    pub n: u64,
    pub prev: LineId,
    pub id: LineId,
}

/// A line as far as its chain goes.
pub(super) struct Glance<'a> {
    pub links: Links<'a>,
    /// The inside of `seen`, if it has not been looked at yet.
    pub seen: Option<&'a str>,
    /// The data of a segment's opening.
    pub data: &'a str,
    /// Where it was read.
    pub clock: Option<Clock>,
}

/// `,"salt":"<32>","prev":"<64>","id":"<64>"}`
const END: usize = ",\"salt\":\"".len() + 32 + "\",\"prev\":\"".len() + 64 + "\",\"id\":\"".len() + 64 + 2;

impl<'a> Links<'a> {
    /// From both ends of a line. `None`: they are not where they should be.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        split(bytes).map(|(links, ..)| links)
    }
}

/// The head and the clock of a line whose bytes are those its id was made from, without a look at its fields. `None`:
/// it is another, or has to be read in full.
pub(super) fn head_of(bytes: &[u8]) -> Option<(Head, Clock)> {
    let (links, _, rest) = split(bytes)?;
    let rest = rest.strip_prefix(b",\"clock\":[")?;
    let clock = &rest[..rest.iter().take(40).position(|byte| *byte == b']')?];
    let (wall, count) = std::str::from_utf8(clock).ok()?.split_once(',')?;
    let clock = Clock(wall.parse().ok()?, count.parse().ok()?);
    let head = Head { writer: WriterId(links.writer.to_owned()), n: links.n, id: links.id };
    holds(bytes, links.id).then_some((head, clock))
}

/// The links, what stands before the salt, and what stands behind `n`.
fn split(bytes: &[u8]) -> Option<(Links<'_>, &[u8], &[u8])> {
    let rest = bytes.strip_prefix(START.as_bytes())?.get(36..)?.strip_prefix(b"\",\"writer\":\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let writer = std::str::from_utf8(&rest[..end]).ok()?;
    let digits = rest[end..].strip_prefix(b"\",\"n\":")?;
    let end = digits.iter().take(20).position(|byte| *byte == b',')?;
    let n: u64 = std::str::from_utf8(&digits[..end]).ok()?.parse().ok()?;
    let rest = &digits[end..];
    let (front, back) = bytes.split_at(bytes.len().checked_sub(END)?);
    let back = back.strip_prefix(b",\"salt\":\"")?.get(32..)?.strip_prefix(b"\",\"prev\":\"")?;
    let (prev, back) = back.split_at_checked(64)?;
    let (id, end) = back.strip_prefix(b"\",\"id\":\"")?.split_at_checked(64)?;
    if end != b"\"}" {
        return None;
    }
    Some((Links { writer, n, prev: id_of(prev)?, id: id_of(id)? }, front, rest))
}

impl<'a> Glance<'a> {
    /// `None`: the fields are not where they should be, or it opens a segment, and has to be read in full.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (links, front, _) = split(bytes)?;
        let seen = seen(front).filter(|_| links.n > 0)?;
        Some(Self { links, seen: Some(seen), data: "", clock: None })
    }

    /// The heads it names; `None` in the place of one that does not read.
    pub(super) fn heads(&self) -> impl Iterator<Item = Option<Head>> + 'a {
        let seen = self.seen.unwrap_or_default();
        seen.split(',').filter(|head| !head.is_empty()).map(|head| {
            let head = head.strip_prefix('"')?.strip_suffix('"')?;
            Head::read(head)
        })
    }
}

fn id_of(hex: &[u8]) -> Option<LineId> {
    std::str::from_utf8(hex).ok()?.parse().ok()
}

/// The inside of `seen`: heads hold no brackets, so the last opening is the right one.
fn seen(front: &[u8]) -> Option<&str> {
    let inside = front.strip_suffix(b"]")?;
    let start = inside.iter().rposition(|byte| *byte == b'[')?;
    inside[..start].ends_with(b",\"seen\":").then_some(())?;
    std::str::from_utf8(&inside[start + 1..]).ok()
}
