//! What came into an incident since somebody was last here: what others did, decided and found, and where it
//! stands now. Looking at it writes nothing.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};

use super::Clock;
use super::lines::{COLUMNS, Row, Section, Style, begun, clause, labelled, plain};
use super::phrases::{Phrases, Told};
use crate::incident::Incident;
use crate::model::entry::Entry;
use crate::model::id::LineId;

/// Lines of a section, and entries told one by one; the log has the rest.
const LINES: usize = 12;
const ENTRIES: usize = 40;
const LOG: &str = "LOG";

/// Since when, and what has come.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// When they left, or the moment that was named (UTC).
    pub since: DateTime<Utc>,
    /// The lines that came.
    pub lines: HashSet<LineId>,
}

impl News {
    /// The entries that came and that somebody else wrote down.
    pub fn entries<'a>(&'a self, incident: &'a Incident, me: &'a str) -> impl Iterator<Item = &'a Entry> {
        let all = incident.entries.iter();
        all.filter(move |entry| entry.by != me && self.lines.contains(&entry.id))
    }
}

/// The text, defanged; `None`: nobody else wrote anything.
pub fn told(incident: &Incident, news: &News, me: &str, clock: &Clock) -> Option<String> {
    let lines: HashSet<LineId> = news.entries(incident, me).map(|entry| entry.id).collect();
    if lines.is_empty() {
        return None;
    }
    let phrases = Phrases { incident, clock, told: Told::Only(&lines) };
    let label = incident.tlp().map(|tlp| format!("   {}", tlp.label())).unwrap_or_default();
    let room = COLUMNS.saturating_sub(incident.number.len() + label.len() + 13);
    let title = begun(&plain(incident.title()), room);
    let mut text: Vec<String> = phrases.banner().into_iter().collect();
    text.push(format!("CATCH-UP {}  {title}{label}", plain(&incident.number)));
    text.push(phrases.dated("you were here", news.since));
    text.push(String::new());
    let sections = [
        who(incident, news, me),
        phrases.phase(),
        phrases.severity(),
        phrases.open(),
        phrases.done(),
        phrases.decided(),
        phrases.unknown(),
        phrases.needed(),
        phrases.clocks(),
        entries(&phrases),
    ];
    for section in sections.iter().filter(|section| !section.is_empty()) {
        text.extend(labelled(
            section.label,
            &section.fitted(if section.label == LOG { ENTRIES + 1 } else { LINES }),
        ));
    }
    Some(text.join("\n") + "\n")
}

/// What was written, the newest last.
fn entries(phrases: &Phrases<'_>) -> Section {
    let all: Vec<&Entry> = phrases.recent().collect();
    let left = all.len().saturating_sub(ENTRIES);
    let head = (left > 0).then(|| Row::of(format!("{left} more before these; the log has them")));
    let rows = all[left..].iter().map(|entry| {
        let (at, who) = (phrases.when(entry.happened), plain(entry.actor()));
        Row::of(format!("{at} {who} {}: {}", entry.kind.word(), clause(entry.shown())))
    });
    Section::new(LOG, Style::List, head.into_iter().chain(rows).collect())
}

/// Who wrote how much, and what of it came late from elsewhere.
fn who(incident: &Incident, news: &News, me: &str) -> Section {
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    let mut late = 0;
    for entry in news.entries(incident, me) {
        *by.entry(&entry.by).or_default() += 1;
        late += usize::from(entry.recorded < news.since);
    }
    let mut most: Vec<(&str, usize)> = by.into_iter().collect();
    most.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let entries = |n: usize| if n == 1 { "1 entry".to_owned() } else { format!("{n} entries") };
    let names: Vec<String> =
        most.iter().map(|(name, count)| format!("{} {}", plain(name), entries(*count))).collect();
    let mut rows = vec![Row::of(names.join(", "))];
    rows.extend((late > 0).then(|| {
        Row::of(format!("{} of them written before you left, come late from elsewhere", entries(late)))
    }));
    Section::new("NEW", Style::Prose, rows)
}
