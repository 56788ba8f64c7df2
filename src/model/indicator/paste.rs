//! Paste anything: mail, logs, tables, chat. Words that look like indicators come out with where they stood
//! and how often; ordinary prose is passed over; what only looks like one is named with its reason.

mod table;
mod words;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{AddIndicators, Adding, Details, Found, Kind, PER_LINE, Part, Why};
use crate::model::id::NounId;
use crate::model::time::Zone;
use table::Heading;

/// Bytes of values that one line of the journal takes of a paste: far enough below the limit of a line.
const BYTES_PER_LINE: usize = 700 * 1024;
/// Words of one kind of refusal that are kept apart; more of them are counted only.
const REFUSED_KEPT: usize = 1_000;

/// What reading a paste needs from outside.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    pub now: DateTime<Utc>,
    /// The zone of times in a table that name none.
    pub zone: &'a Zone,
    /// The person's own domains: nothing below them is an indicator.
    pub own: &'a [String],
}

/// One value that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub kind: Kind,
    /// The real value, normalised.
    pub value: String,
    /// How often it stands in the paste.
    pub times: u32,
    /// The line it first stands on, from 1.
    pub line: u32,
    /// What its row of a table says of it.
    pub own: Option<Box<Details>>,
}

/// Something that looked like an indicator and was left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// As it was pasted, shortened.
    pub words: String,
    pub why: Why,
    pub times: u32,
    pub line: u32,
    /// The sound value, where a person may take it all the same.
    pub found: Option<(Kind, String)>,
}

/// What was understood of a paste.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    /// In the order in which they first stand.
    pub rows: Vec<Row>,
    pub refused: Vec<Refused>,
    /// Refusals that are counted only, because there were so many.
    pub more_refused: usize,
    /// Lines with something on them.
    pub lines: usize,
    /// Whether it was read as a table by its heading.
    pub table: bool,
}

impl Understood {
    /// Understands a whole text. `progress` hears bytes done, now and then; saying no stops the reading.
    pub fn of(text: &str, around: Around<'_>, mut progress: impl FnMut(usize) -> bool) -> Self {
        let mut reader = Reader::new(around);
        let (mut done, mut told) = (0, 0);
        for line in text.split('\n') {
            reader.line(line);
            done += line.len() + 1;
            if done - told > 64 * 1024 {
                told = done;
                if !progress(done.min(text.len())) {
                    break;
                }
            }
        }
        reader.finish()
    }

    /// The commands that add these rows: one line of the journal each, together one action. What `with` says
    /// holds for all of them; what a row of a table says of itself comes first.
    pub fn adding<'a>(rows: impl IntoIterator<Item = &'a Row>, with: &Details) -> Vec<AddIndicators> {
        let all = rows.into_iter().map(|row| Adding {
            kind: row.kind,
            value: row.value.clone(),
            own: row.own.clone(),
        });
        in_lines(all.collect(), with)
    }

    /// How many were left out.
    pub fn left_out(&self) -> usize {
        self.refused.len() + self.more_refused
    }
}

/// What a note has in it that is worth offering as an indicator: file names, techniques and CVEs are words of
/// the log more often.
pub fn offered(note: &str, around: Around<'_>) -> Vec<Row> {
    let mut rows = Understood::of(note, around, |_| true).rows;
    rows.retain(|row| !matches!(row.kind, Kind::FileName | Kind::Technique | Kind::Cve | Kind::PathUnix));
    rows
}

/// Values as the lines of one action, each well below the limit of a line.
pub fn in_lines(all: Vec<Adding>, with: &Details) -> Vec<AddIndicators> {
    let of = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let mut lines: Vec<AddIndicators> = Vec::new();
    let (mut from, mut bytes) = (1, 0);
    let mut here: Vec<Adding> = Vec::new();
    let mut end = |from: &mut u32, here: &mut Vec<Adding>| {
        let part = Some(Part { from: *from, of });
        *from += u32::try_from(here.len()).unwrap_or(0);
        lines.push(AddIndicators { indicators: std::mem::take(here), with: with.clone(), part });
    };
    for adding in all {
        // Quotes and backslashes take two bytes on disk, and the frame of an item about sixty.
        let own = adding.own.as_deref().map_or(0, weight);
        let size = 64 + adding.value.len() + adding.value.matches(['\\', '"']).count() + own;
        if !here.is_empty() && (bytes + size > BYTES_PER_LINE || here.len() >= PER_LINE * 3) {
            end(&mut from, &mut here);
            bytes = 0;
        }
        bytes += size;
        here.push(adding);
    }
    if !here.is_empty() {
        end(&mut from, &mut here);
    }
    // What fits on one line is no part of anything.
    if let [only] = &mut lines[..] {
        only.part = None;
    }
    lines
}

/// About how many bytes details take on disk, at most.
fn weight(details: &Details) -> usize {
    let text = |words: &Option<String>| words.as_ref().map_or(0, |words| 2 * words.len());
    let tags: usize = details.tags.iter().map(|tag| 2 * tag.len() + 4).sum();
    let ids: usize = details.components.iter().map(|id: &NounId| id.as_str().len() + 4).sum();
    256 + text(&details.source) + text(&details.note) + tags + ids
}

/// Reads a paste line by line.
pub(super) struct Reader<'a> {
    around: Around<'a>,
    understood: Understood,
    rows: HashMap<Found, usize>,
    refused: HashMap<(String, Why), usize>,
    line: u32,
    heading: Option<Heading>,
}

impl<'a> Reader<'a> {
    fn new(around: Around<'a>) -> Self {
        Self {
            around,
            understood: Understood::default(),
            rows: HashMap::new(),
            refused: HashMap::new(),
            line: 0,
            heading: None,
        }
    }

    fn line(&mut self, line: &str) {
        self.line += 1;
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() {
            return;
        }
        self.understood.lines += 1;
        if self.understood.lines == 1 {
            self.heading = Heading::read(line);
            if self.heading.is_some() {
                self.understood.table = true;
                return;
            }
        }
        match self.heading.take() {
            Some(heading) => {
                self.row(&heading, line);
                self.heading = Some(heading);
            }
            None => self.words(line),
        }
    }

    fn finish(self) -> Understood {
        self.understood
    }

    /// A value that was understood.
    fn take(&mut self, found: Found, own: Option<Box<Details>>) {
        let line = self.line;
        match self.rows.get(&found) {
            Some(at) => {
                let row = &mut self.understood.rows[*at];
                row.times = row.times.saturating_add(1);
                if row.own.is_none() {
                    row.own = own;
                }
            }
            None => {
                let (kind, value) = (found.kind, found.value.clone());
                self.rows.insert(found, self.understood.rows.len());
                self.understood.rows.push(Row { kind, value, times: 1, line, own });
            }
        }
    }

    /// A value that was understood, unless something speaks against it.
    fn weigh(&mut self, found: Found, words: &str, own: Option<Box<Details>>) {
        match super::against(&found, self.around.own) {
            None => self.take(found, own),
            Some(why) => self.refuse(words, why, Some((found.kind, found.value))),
        }
    }

    fn refuse(&mut self, words: &str, why: Why, found: Option<(Kind, String)>) {
        let words: String =
            crate::model::text::harmless(words).replace('\n', " ").chars().take(200).collect();
        let key = (found.as_ref().map_or_else(|| words.clone(), |(_, value)| value.clone()), why);
        if let Some(at) = self.refused.get(&key) {
            let refused = &mut self.understood.refused[*at];
            refused.times = refused.times.saturating_add(1);
        } else if self.understood.refused.len() >= REFUSED_KEPT {
            self.understood.more_refused += 1;
        } else {
            let (why, line) = (key.1.clone(), self.line);
            self.refused.insert(key, self.understood.refused.len());
            self.understood.refused.push(Refused { words, why, times: 1, line, found });
        }
    }
}

#[cfg(test)]
mod tests;
