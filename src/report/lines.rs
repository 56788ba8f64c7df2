//! Sections of short statements, fitted into so many lines of 78 columns: whole words, whole values, and how
//! many statements were left out.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::model::text::{defang, visible};

/// Columns of a line.
pub(super) const COLUMNS: usize = 78;
/// Where the words of a section begin.
pub(super) const INDENT: usize = 10;
/// Columns of the words.
const ROOM: usize = COLUMNS - INDENT;
/// Statements that are put into words; more are only counted.
pub(super) const MOST: usize = 24;
/// Columns of a name that still tell which it is.
const LEAST: usize = 6;
/// A blank at which no line is broken: in a time, a span.
const TIGHT: char = '\u{a0}';

/// Keeps the words of a value together.
pub(super) fn tight(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}

/// Somebody's own words on one line, harmless to a terminal and to whoever clicks.
pub(super) fn plain(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    defang(&visible(&line)).into_owned()
}

/// [`plain`], without the mark at its end: the sentence goes on.
pub(super) fn clause(words: &str) -> String {
    plain(words).trim_end_matches(['.', ';', ',']).to_owned()
}

/// A statement: what must be said of a thing, and what is said where there is room for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// What it is about: gives way first where there is little room, so that its time does not.
    subject: String,
    head: String,
    /// The most telling first; each whole or not at all.
    more: Vec<String>,
}

impl Row {
    pub(super) fn of(head: impl Into<String>) -> Self {
        Self { head: head.into(), ..Self::default() }
    }

    /// Something, and what is said of it.
    pub(super) fn named(subject: impl Into<String>, head: impl Into<String>) -> Self {
        Self { subject: subject.into(), head: head.into(), more: Vec::new() }
    }

    /// What must be said.
    fn must(&self) -> String {
        format!("{}{}", self.subject, self.head)
    }

    /// What must be said, its subject cut so that so many columns are enough.
    fn least(&self, room: usize) -> String {
        let room = room.saturating_sub(self.head.width());
        if self.subject.is_empty() || room < LEAST {
            return self.must();
        }
        format!("{}{}", begun(&self.subject, room), self.head)
    }

    pub(super) fn and(mut self, more: impl Into<String>) -> Self {
        let more = more.into();
        if !more.is_empty() {
            self.more.push(more);
        }
        self
    }

    /// All of it, as a sentence.
    pub(super) fn whole(&self) -> String {
        sentence(&self.more.iter().fold(self.must(), |text, more| joined(&text, more)))
    }
}

/// `head: first, second`: a statement and what is added to it.
fn joined(text: &str, more: &str) -> String {
    let colon = text.contains(": ") || text.ends_with(':');
    if colon { format!("{text}, {more}") } else { format!("{text}: {more}") }
}

fn sentence(text: &str) -> String {
    match text.ends_with(['.', '!', '?', '…', ':']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// How the statements of a section stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One paragraph; what does not fit is left off.
    Prose,
    /// One after the other; how many were left out is said.
    Flow,
    /// Each on a line of its own; how many were left out is said.
    List,
}

/// What is said under one label.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) label: &'static str,
    pub(super) style: Style,
    pub(super) rows: Vec<Row>,
    /// Statements that were only counted.
    pub(super) beyond: usize,
}

impl Section {
    pub(super) fn new(label: &'static str, style: Style, rows: Vec<Row>) -> Self {
        Self { label, style, rows, beyond: 0 }
    }

    /// A section of many things, of which only the first are put into words.
    pub(super) fn of<T>(
        label: &'static str,
        style: Style,
        things: Vec<T>,
        say: impl FnMut(T) -> Row,
    ) -> Self {
        let beyond = things.len().saturating_sub(MOST);
        Self { label, style, rows: things.into_iter().take(MOST).map(say).collect(), beyond }
    }

    pub(super) fn and(mut self, other: Section) -> Self {
        self.rows.extend(other.rows);
        self.beyond += other.beyond;
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The words in at most so many lines, without the label; `lines` is at least 1.
    pub(super) fn fitted(&self, lines: usize) -> Vec<String> {
        match self.style {
            Style::Prose => self.prose(lines),
            Style::Flow => self.flow(lines),
            Style::List => self.list(lines),
        }
    }

    /// How many lines it would fill, at most so many.
    pub(super) fn wants(&self, most: usize) -> usize {
        match self.style {
            Style::List => {
                let all = self.rows.iter().take(most).map(|row| wrapped(&row.whole(), HANG).len()).sum();
                if self.beyond > 0 { most } else { most.min(all) }
            }
            Style::Prose | Style::Flow => self.fitted(most).len(),
        }
    }

    fn text(&self, rows: usize) -> String {
        self.rows[..rows].iter().map(Row::whole).collect::<Vec<_>>().join(" ")
    }

    fn prose(&self, lines: usize) -> Vec<String> {
        for rows in (1..=self.rows.len()).rev() {
            let fits = wrapped(&self.text(rows), 0);
            if fits.len() <= lines {
                return fits;
            }
        }
        cut(&self.text(self.rows.len().min(1)), "", lines, 0)
    }

    fn flow(&self, lines: usize) -> Vec<String> {
        let all = self.rows.len() + self.beyond;
        for rows in (1..=self.rows.len().min(lines * ROOM)).rev() {
            let fits = wrapped(&format!("{}{}", self.text(rows), left(all - rows)), 0);
            if fits.len() <= lines {
                return fits;
            }
        }
        let suffix = left(all.saturating_sub(1));
        cut(&self.rows[0].least(lines * ROOM - suffix.width() - 1), &suffix, lines, 0)
    }

    fn list(&self, lines: usize) -> Vec<String> {
        let all = self.rows.len() + self.beyond;
        let shown = self.rows.len().min(lines);
        let mut spare = lines - shown;
        let mut out = Vec::new();
        for (at, row) in self.rows[..shown].iter().enumerate() {
            let suffix = if at + 1 == shown { left(all - shown) } else { String::new() };
            let fits = filled(row, &suffix, 1 + spare);
            spare -= fits.len().saturating_sub(1).min(spare);
            out.extend(fits);
        }
        out
    }
}

/// Columns by which a statement of a list goes on under its first words.
const HANG: usize = 2;

/// ` And 3 more.`
fn left(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" And {} more.", crate::model::text::thousands(more)) }
}

/// A statement with as much of the rest as fits whole.
fn filled(row: &Row, suffix: &str, lines: usize) -> Vec<String> {
    let end = |text: &str| format!("{}{suffix}", sentence(text));
    let must = wrapped(&end(&row.must()), HANG).len() <= lines;
    let mut text = if must { row.must() } else { row.least(ROOM - suffix.width() - 1) };
    for more in &row.more {
        let longer = joined(&text, more);
        if wrapped(&end(&longer), HANG).len() <= lines {
            text = longer;
        }
    }
    let fits = wrapped(&end(&text), HANG);
    if fits.len() <= lines { fits } else { cut(&text, suffix, lines, HANG) }
}

/// The beginning of a text in so many lines, at a word's end, with an ellipsis where something is missing.
fn cut(text: &str, suffix: &str, lines: usize, hang: usize) -> Vec<String> {
    let whole = wrapped(&format!("{}{suffix}", sentence(text)), hang);
    if whole.len() <= lines {
        return whole;
    }
    let mut words: Vec<&str> = text.split(' ').collect();
    while words.len() > 1 {
        words.pop();
        let shown = words.join(" ");
        let fits = wrapped(&format!("{}…{suffix}", shown.trim_end_matches([',', ';', ':', '.'])), hang);
        if fits.len() <= lines {
            return fits;
        }
    }
    wrapped(&format!("…{suffix}"), hang).into_iter().take(lines).collect()
}

/// Broken between words; a word that is wider than a line is shown cut where it is a plain one, and not at all
/// where it is a value.
fn wrapped(text: &str, hang: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word = short(word, ROOM - hang);
        let longer = if line.trim().is_empty() { format!("{line}{word}") } else { format!("{line} {word}") };
        if longer.width() <= ROOM || line.trim().is_empty() {
            line = longer;
        } else {
            lines.push(std::mem::replace(&mut line, format!("{}{word}", " ".repeat(hang))));
        }
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

/// A word in so many columns.
pub(super) fn short(word: &str, room: usize) -> String {
    if word.width() <= room {
        return word.to_owned();
    }
    let value = word.chars().any(|c| c.is_ascii_digit() || matches!(c, '/' | '\\' | '@' | ':' | '['));
    if value {
        return "…".to_owned();
    }
    let mut kept = String::new();
    for letter in word.graphemes(true) {
        let longer = format!("{kept}{letter}");
        if longer.width() + 1 > room {
            break;
        }
        kept = longer;
    }
    kept + "…"
}

/// Words in so many columns, cut between words, with an ellipsis.
pub(super) fn begun(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut words: Vec<&str> = text.split(' ').collect();
    while words.len() > 1 {
        words.pop();
        let shown = format!("{}…", words.join(" "));
        if shown.width() <= room {
            return shown;
        }
    }
    short(text.split(' ').next().unwrap_or_default(), room)
}

/// The lines of a section under its label.
pub(super) fn labelled(label: &str, lines: &[String]) -> Vec<String> {
    let row = |(at, line): (usize, &String)| {
        let label = if at == 0 { label } else { "" };
        loosened(&format!("{label:<INDENT$}{line}"))
    };
    lines.iter().enumerate().map(row).collect()
}

/// The text as it is read: a blank is a blank.
pub(super) fn loosened(line: &str) -> String {
    line.replace(TIGHT, " ").trim_end().to_owned()
}

/// Every section in so many lines altogether. Each has one; those that are left go round, the first of `order`
/// first, as long as one has more to say.
pub(super) fn shared(sections: &[Section], lines: usize, order: &[&str]) -> Vec<usize> {
    let wants: Vec<usize> = sections.iter().map(|section| section.wants(lines)).collect();
    let mut given: Vec<usize> = wants.iter().map(|wants| (*wants).min(1)).collect();
    let mut spare = lines.saturating_sub(given.iter().sum());
    let turns: Vec<usize> = order
        .iter()
        .filter_map(|label| sections.iter().position(|section| section.label == *label))
        .collect();
    while spare > 0 {
        let before = spare;
        for at in &turns {
            if spare > 0 && given[*at] < wants[*at] {
                given[*at] += 1;
                spare -= 1;
            }
        }
        if spare == before {
            break;
        }
    }
    given
}
