//! What the targets share: the hour, an incident to read into, and the law of what may be said.

use casebook::incident::Incident;
use casebook::incident::event::Event;
use casebook::incident::line::{Clock, Line, WriterId};
use casebook::model::id::LineId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// When everything is read (UTC).
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_798_761_600, 0).expect("a second of 2027")
}

/// An incident that was opened and no more.
pub fn opened() -> Incident {
    let data = r#"{"number":"INC-2026-0007","phase":"detection","tasks":[],"title":"Ransomware","tlp":"amber+strict","types":["ransomware"],"visit":"nx8c9gzvg1"}"#;
    let line = Line {
        id: LineId([1; 32]),
        writer: WriterId("w-00000000".into()),
        n: 1,
        clock: Clock(now().timestamp_millis(), 0),
        recorded: now(),
        by: "ana".into(),
        who: None,
        happened: None,
        ex: None,
        now_set: false,
        batch: None,
        over: Vec::new(),
        event: Event::read("opened", data, false),
    };
    Incident::fold(Uuid::from_u128(7), [&line])
}

/// Nothing that is shown steers a terminal.
///
/// # Panics
/// Where it would.
pub fn plain(text: &str) {
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?} steers a terminal");
}
