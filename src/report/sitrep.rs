//! The SITREP: one screen of text that somebody can read out over a phone. Conditions, what was done, what is
//! needed; derived from the record, with at most one line of judgement.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::Clock;
use super::lines::{COLUMNS, Row, Section, Style, begun, labelled, loosened, plain, shared, tight};
use super::phrases::{Phrases, Told};
use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::root::Root;
use crate::model::sitrep::{JUDGEMENT, label};
use crate::model::taxonomy::Tlp;
use crate::model::text::thousands;

/// Lines of a SITREP: one screen of the smallest terminal.
pub const LINES: usize = 24;

/// Which sections get their next lines first, round by round.
const ORDER: [&str; 15] = [
    "NEXT", "IN SHORT", "IN SHORT", "OPEN", "OPEN", "CLOCKS", "CLOCKS", "DONE", "DOING", "JUDGED", "NEEDED",
    "HELD", "DECIDED", "UNKNOWN", "SEVERITY",
];

/// What somebody adds to what the record says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Saying<'a> {
    /// One line of their own.
    pub judgement: Option<&'a str>,
    /// When the next one is promised (UTC); `None`: as the severity asks for.
    pub next: Option<DateTime<Utc>>,
}

/// A SITREP, section by section.
#[derive(Clone, Debug, Serialize)]
pub struct Sitrep {
    pub incident: String,
    pub number: u32,
    pub title: String,
    pub tlp: Option<Tlp>,
    pub lead: Option<String>,
    /// UTC.
    pub at: DateTime<Utc>,
    pub since: Since,
    /// That it is not real, or not of now.
    pub banner: Option<String>,
    pub sections: Vec<SectionDocument>,
    /// When the next one is promised (UTC).
    pub next: Option<DateTime<Utc>>,
    /// What two people compare to know that they see the same record, and its number of lines.
    pub head: String,
    pub entries: u64,
    #[serde(skip)]
    heading: Vec<String>,
    #[serde(skip)]
    written: Vec<Section>,
}

/// From when on it tells what is new.
#[derive(Clone, Debug, Serialize)]
pub struct Since {
    /// `SITREP 3`, `the opening`.
    pub what: String,
    /// UTC.
    pub at: DateTime<Utc>,
}

/// The statements under one label.
#[derive(Clone, Debug, Serialize)]
pub struct SectionDocument {
    pub label: &'static str,
    pub rows: Vec<String>,
    /// Statements that were only counted.
    pub more: usize,
}

impl Sitrep {
    /// Of the incident as it stands, on no terms.
    pub fn of(incident: &Incident, saying: Saying<'_>, clock: &Clock) -> Self {
        Self::told(incident, incident.tlp(), &incident.root, saying, clock)
    }

    /// Of an incident as it may leave.
    pub fn released(released: &Released, saying: Saying<'_>, clock: &Clock) -> Self {
        Self::told(&released.incident, Some(released.label()), &released.root, saying, clock)
    }

    fn told(incident: &Incident, tlp: Option<Tlp>, root: &Root, saying: Saying<'_>, clock: &Clock) -> Self {
        let last = incident.last_sitrep();
        let told = last.and_then(|sitrep| incident.place_in_log(sitrep.line));
        let phrases = Phrases { incident, clock, told: Told::Behind(told) };
        let number = incident.next_sitrep_number();
        let since = Since {
            what: last.map_or_else(|| "the opening".to_owned(), |last| last.label()),
            at: last.map_or(incident.opened, |last| last.at),
        };
        let next = saying.next.or_else(|| incident.sitrep_after(clock.now));
        let mut written = vec![phrases.in_short()];
        written.extend(saying.judgement.map(|words| {
            let words = JUDGEMENT.clean_or_empty(words).unwrap_or_else(|_| words.to_owned());
            let rows = if words.is_empty() { Vec::new() } else { vec![Row::of(plain(&words))] };
            Section::new("JUDGED", Style::Prose, rows)
        }));
        written.extend([
            phrases.needed(),
            phrases.phase(),
            phrases.severity(),
            phrases.open(),
            phrases.held(),
            phrases.done(),
            phrases.doing(),
            phrases.decided(),
            phrases.unknown(),
            phrases.in_place(),
            phrases.clocks().and(phrases.timers()),
            self::next(&phrases, number, next, root),
        ]);
        written.retain(|section| !section.is_empty());
        Self {
            heading: heading(&phrases, number, tlp, &since),
            incident: incident.number.clone(),
            number,
            title: incident.title().to_owned(),
            tlp,
            lead: incident.lead().map(str::to_owned),
            at: clock.now,
            since,
            banner: phrases.banner(),
            sections: written.iter().map(SectionDocument::of).collect(),
            next,
            head: root.head_code().to_string(),
            entries: root.count(),
            written,
        }
    }

    /// The text: at most [`LINES`] lines of 78 columns, defanged.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> =
            self.banner.iter().flat_map(|banner| banner.lines().map(str::to_owned)).collect();
        lines.extend(self.heading.iter().cloned());
        if self.banner.is_none() {
            lines.push(String::new());
        }
        let given = shared(&self.written, LINES - lines.len(), &ORDER);
        for (section, room) in self.written.iter().zip(given) {
            lines.extend(labelled(section.label, &section.fitted(room.max(1))));
        }
        lines.join("\n") + "\n"
    }
}

impl SectionDocument {
    fn of(section: &Section) -> Self {
        let rows = section.rows.iter().map(|row| loosened(&row.whole())).collect();
        Self { label: section.label, rows, more: section.beyond }
    }
}

/// Number, title and TLP; when, who leads, and since when things are new.
fn heading(phrases: &Phrases<'_>, number: u32, tlp: Option<Tlp>, since: &Since) -> Vec<String> {
    let incident = phrases.incident;
    let tlp = tlp.map_or("", Tlp::label);
    let first = format!("{}   {}  ", label(number), plain(&incident.number));
    let room = COLUMNS.saturating_sub(first.width() + tlp.width() + 2);
    let title = begun(&plain(incident.title()), room);
    let gap = " ".repeat(COLUMNS.saturating_sub(first.width() + title.width() + tlp.width()).max(2));
    vec![loosened(&format!("{first}{title}{gap}{tlp}")), phrases.dated(&since.what, since.at)]
}

/// When the next one comes, and what tells that two people see the same record.
fn next(phrases: &Phrases<'_>, number: u32, next: Option<DateTime<Utc>>, root: &Root) -> Section {
    let following = label(number.saturating_add(1));
    let comes = match next {
        // The zone stands above; UTC is short enough to say again.
        Some(at) if phrases.with_zone(at).ends_with("UTC") => {
            format!("{following} at {}", phrases.with_zone(at))
        }
        Some(at) => format!("{following} at {}", phrases.when(at)),
        None => format!("{following} on change"),
    };
    let count = usize::try_from(root.count()).unwrap_or(usize::MAX);
    let entries = if count == 1 { "1 entry".to_owned() } else { format!("{} entries", thousands(count)) };
    let head = format!("Record head {}, {}", root.head_code(), tight(&entries));
    Section::new("NEXT", Style::Prose, vec![Row::of(comes), Row::of(head)])
}
