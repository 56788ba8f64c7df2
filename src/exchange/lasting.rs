//! Names that last: the same incident on the same terms gives the same document, however often it is exported.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::taxonomy::Tlp;
use crate::report::debrief::EXERCISE;

/// The space in which casebook names what it exports (RFC 9562, version 5). It never changes.
pub const SPACE: Uuid = Uuid::from_u128(0x6f1d_3c5e_8a24_4b7d_9e03_c45b_00c7_1e5d);

/// Under which this casebook, as the maker of a document, is known.
pub fn maker() -> Uuid {
    Uuid::new_v5(&SPACE, b"casebook")
}

/// The name of a part of an incident, such as `("indicator", "k7m2q9xw1a")`.
pub fn name(incident: &Incident, sort: &str, part: &str) -> Uuid {
    named(incident.id, sort, part)
}

/// [`name`], where only the id of the incident is known.
pub fn named(incident: Uuid, sort: &str, part: &str) -> Uuid {
    Uuid::new_v5(&SPACE, format!("{incident} {sort} {part}").as_bytes())
}

/// A moment as machines read it, in UTC to the millisecond: `2026-11-21T22:15:03.123Z`.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// What a document may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Of the incident and all that is in it.
    Incident,
    /// Of nothing but the indicators whose own labels allow it.
    Items,
}

/// What a document of the sort that holds items may tell on these terms.
pub fn tells(released: &Released) -> Tells {
    let own = released.incident.tlp().unwrap_or(Tlp::Amber);
    match released.terms.limit {
        Some(limit) if own > limit => Tells::Items,
        _ => Tells::Incident,
    }
}

/// The label a text leaves under that tells of the incident.
pub fn label(incident: &Incident) -> Tlp {
    incident.tlp().unwrap_or(Tlp::Amber)
}

/// What must stand before everything a drill or the demo sends out.
pub fn banner(incident: &Incident) -> Option<&'static str> {
    match incident {
        _ if incident.drill.is_some() => Some(EXERCISE),
        _ if incident.number.starts_with("DEMO") => Some("DEMO"),
        _ => None,
    }
}

/// The title with the banner before it.
pub fn title(incident: &Incident) -> String {
    match banner(incident) {
        Some(banner) => format!("{banner}: {}", incident.title()),
        None => incident.title().to_owned(),
    }
}
