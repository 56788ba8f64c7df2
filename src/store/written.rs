//! Writing a line: a draft gets its place, and with it its bytes and its name.

use casebook_bytes::Writing;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::error::StoreError;
use super::line::{Envelope, Head, LIMIT};
use crate::incident::event::Event;
use crate::incident::line::{Batch, Clock, Draft, Line, WriterId};
use crate::model::id::LineId;

/// What the journal adds to a draft.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub inc: Uuid,
    pub writer: &'a WriterId,
    pub n: u64,
    pub clock: Clock,
    pub recorded: DateTime<Utc>,
    pub batch: Option<Batch>,
    pub seen: &'a [Head],
    pub salt: [u8; 16],
    pub prev: LineId,
}

/// A line that has its bytes and its name, on disk or about to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub line: Box<Line>,
    /// Without the newline.
    pub bytes: Vec<u8>,
    pub prev: LineId,
    /// Heads of other writers it names.
    pub seen: Vec<Head>,
}

impl Written {
    pub(super) fn head(&self) -> Head {
        Head { writer: self.line.writer.clone(), n: self.line.n, id: self.line.id }
    }
}

/// Gives a draft its place: its bytes, and with them its name.
pub(super) fn write(draft: &Draft, place: &Place<'_>) -> Result<Written, StoreError> {
    let mut line = Writing::line(place.inc.as_bytes());
    line.text("writer", &place.writer.0);
    line.number("n", place.n);
    line.clock("clock", (place.clock.0, place.clock.1));
    line.instant("recorded", place.recorded);
    line.text("by", &draft.by);
    if let Some(who) = &draft.who {
        line.text("who", who);
    }
    if let Some(happened) = &draft.happened {
        line.value("happened", happened);
    }
    if let Some(ex) = draft.ex {
        line.number("ex", ex.into());
    }
    if draft.now_set {
        line.text("now", "set");
    }
    if let Some(batch) = &place.batch {
        line.value("batch", batch);
    }
    if !draft.over.is_empty() {
        line.ids("over", draft.over.iter().copied());
    }
    line.text("kind", draft.event.kind());
    match draft.event.plain_log() {
        Some(said) => line.log("data", said),
        None => line.json("data", &draft.event.data()),
    }
    if matches!(draft.event, Event::Unknown { crit: true, .. }) {
        line.json("crit", "true");
    }
    line.texts("seen", place.seen.iter().map(Head::to_string));
    line.hex("salt", &place.salt);
    line.id("prev", place.prev);
    finish(line.named(), place)
}

/// Reads the new line back, so that what the screen applies is what every later reader will.
fn finish(bytes: Vec<u8>, place: &Place<'_>) -> Result<Written, StoreError> {
    if bytes.len() > LIMIT {
        return Err(StoreError::TooLong { bytes: bytes.len() });
    }
    let line = Envelope::read(&bytes).and_then(|envelope| envelope.line().map(Box::new));
    let line = line.map_err(|flaw| StoreError::Unwritable { why: flaw.to_string() })?;
    Ok(Written { line, bytes, prev: place.prev, seen: place.seen.to_vec() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::model::entry::{LogKind, Logged};
    use crate::model::lane::Lane;
    use crate::model::time::Happened;

    /// Entries of every kind, and with every part that a plain one does not have.
    fn logged() -> impl Strategy<Value = Logged> {
        let words = || prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(".*", 1..3)];
        let lane = proptest::option::weighted(0.2, proptest::sample::select(Lane::ALL.to_vec()));
        let source = proptest::option::weighted(0.2, ".*");
        let kind = proptest::sample::select(LogKind::ALL.to_vec());
        (kind, "(?s).*", words(), words(), lane, source).prop_map(
            |(kind, text, components, techniques, lane, source)| Logged {
                kind,
                text,
                components,
                techniques,
                lane,
                source,
            },
        )
    }

    fn draft(by: String, who: Option<String>, text: String, ex: Option<u32>, minutes: i64) -> Draft {
        let at = DateTime::from_timestamp(1_795_299_303 + 60 * minutes, 0).unwrap().fixed_offset();
        let happened = (minutes % 3 == 0).then_some(Happened {
            at,
            typed: Some(format!("-{minutes}m")),
            zone: None,
            assumed: minutes % 2 == 0,
        });
        let over = (0..ex.unwrap_or(0) % 4).map(|k| LineId([u8::try_from(k).unwrap(); 32])).collect();
        let event = Logged { text, ..Logged::default() }.into();
        Draft { by, who, happened, ex, now_set: minutes % 5 == 0, over, event }
    }

    fn place<'a>(writer: &'a WriterId, seen: &'a [Head]) -> Place<'a> {
        Place {
            inc: Uuid::nil(),
            writer,
            n: 42,
            clock: Clock(1_795_299_303_123, 7),
            recorded: DateTime::from_timestamp_millis(1_795_299_303_123).unwrap(),
            batch: Some(Batch(String::new(), 1, 2)),
            seen,
            salt: [0xab; 16],
            prev: LineId([3; 32]),
        }
    }

    #[test]
    fn a_line_is_pinned_byte_for_byte() {
        let writer = WriterId("w-k7m2q9x4".into());
        let seen = [Head { writer: WriterId("w-p3zt8b1c".into()), n: 17, id: LineId([9; 32]) }];
        let draft = draft("ana".into(), Some("bo".into()), "shares \"gone\"".into(), Some(1), 0);
        let written = write(&draft, &place(&writer, &seen)).unwrap();
        let text = String::from_utf8(written.bytes).unwrap();
        let (zeros, threes, nines) = ("00".repeat(32), "03".repeat(32), "09".repeat(32));
        let front = format!(
            concat!(
                r#"{{"v":1,"inc":"00000000-0000-0000-0000-000000000000","writer":"w-k7m2q9x4","n":42,"#,
                r#""clock":[1795299303123,7],"recorded":"2026-11-21T22:15:03.123Z","by":"ana","who":"bo","#,
                r#""happened":{{"at":"2026-11-21T22:15:03Z","typed":"-0m","assumed":true}},"ex":1,"now":"set","#,
                r#""batch":["",1,2],"over":["{}"],"kind":"logged","data":{},"seen":["w-p3zt8b1c/17/{}"],"#,
                r#""salt":"abababababababababababababababab","prev":"{}""#,
            ),
            zeros, r#"{"kind":"note","text":"shares \"gone\""}"#, nines, threes,
        );
        assert_eq!(text, format!("{front},\"id\":\"{}\"}}", LineId(Sha256::digest(&front).into())));
    }

    proptest! {
        #[test]
        fn a_line_reads_back_as_it_was_written(
            by in ".*", who in proptest::option::of(".*"), logged in logged(),
            ex in proptest::option::of(0u32..9), minutes in 0i64..60,
        ) {
            let writer = WriterId("w-k7m2q9x4".into());
            let draft = Draft { event: logged.into(), ..draft(by, who, String::new(), ex, minutes) };
            let written = write(&draft, &place(&writer, &[])).unwrap();
            let envelope = Envelope::read(&written.bytes).unwrap();
            prop_assert!(super::super::line::holds(&written.bytes, envelope.id()));
            prop_assert_eq!(envelope.prev(), LineId([3; 32]));
            prop_assert_eq!(super::super::glance::head_of(&written.bytes), Some((envelope.head(), envelope.clock)));
            let line = envelope.line().unwrap();
            prop_assert_eq!(&line.by, &draft.by);
            prop_assert_eq!(&line.who, &draft.who);
            prop_assert_eq!(&line.happened, &draft.happened);
            prop_assert_eq!(&line.over, &draft.over);
            prop_assert_eq!((line.ex, line.now_set), (draft.ex, draft.now_set));
            prop_assert_eq!(&line.event, &draft.event);
            prop_assert_eq!(envelope.data, draft.event.data(), "as serde writes it");
            prop_assert!(!written.bytes.iter().any(|byte| *byte < 0x20), "no control character");
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, cut in 0usize..600, flip in 0usize..5000) {
            let _ = Envelope::read(&bytes);
            let writer = WriterId("w-k7m2q9x4".into());
            let draft = draft("ana".into(), None, "text".into(), None, 1);
            let mut line = write(&draft, &place(&writer, &[])).unwrap().bytes;
            let bit = flip % (line.len() * 8);
            line[bit / 8] ^= 1 << (bit % 8);
            line.truncate(cut);
            line.extend(bytes);
            if let Ok(envelope) = Envelope::read(&line) {
                let _ = (envelope.line(), envelope.seen());
            }
        }
    }
}
