//! The answer on standard output: lines of marked words, aligned columns, or one JSON document.
//!
//! Stored text is made harmless here, in the one place where everything passes before it is printed.

mod sheet;

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(super) use sheet::Sheet;

use super::choose;
use super::failure::Failure;
use super::shell::Shell;
use crate::model::text::{unsteered, visible};

/// How a word stands out. The word itself always says it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    Strong,
    Dim,
    /// What hurts.
    Bad,
    /// What wants a look.
    Warn,
    /// Where we are.
    Here,
    /// What is settled.
    Good,
}

impl Tone {
    fn sgr(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Strong => "1",
            Tone::Dim => "2",
            Tone::Bad => "1;31",
            Tone::Warn => "33",
            Tone::Here => "1;36",
            Tone::Good => "32",
        }
    }
}

/// Words of one tone.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    tone: Tone,
    text: Cow<'static, str>,
}

/// What stands between columns.
const BLANKS: &str = "                                                                                ";

fn blanks(count: usize) -> Cow<'static, str> {
    BLANKS.get(..count).map_or_else(|| Cow::Owned(" ".repeat(count)), Cow::Borrowed)
}

/// Columns a text takes.
fn width(text: &str) -> usize {
    // Nearly all of it is plain, and then a byte is a column.
    if casebook_bytes::is_plain(text) { text.len() } else { text.width() }
}

/// One line of words.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Vec<Span>);

/// What becomes of a line that is longer than the terminal is wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It ends with an ellipsis; line breaks become a mark between words.
    Cut,
    /// It goes on under the column at which its words began.
    Wrap(usize),
    /// Left to the terminal, so that a command can be copied whole.
    Whole,
    /// Lines that are as they are printed.
    Ready,
}

impl Line {
    pub(super) fn of(text: impl AsRef<str>) -> Self {
        Line::default().put(text)
    }

    #[must_use]
    pub(super) fn put(self, text: impl AsRef<str>) -> Self {
        self.tone(Tone::Plain, text)
    }

    #[must_use]
    pub(super) fn tone(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        let text = visible(text.as_ref()).into_owned();
        self.0.push(Span { tone, text: Cow::Owned(text) });
        self
    }

    /// This line and another behind it.
    #[must_use]
    pub(super) fn join(mut self, other: Line) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Columns it takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|span| width(&span.text)).sum()
    }

    /// On one line, and cut to a number of columns with an ellipsis where something is missing.
    fn cut(&mut self, columns: usize) {
        for span in &mut self.0 {
            if span.text.contains('\n') {
                span.text = Cow::Owned(span.text.replace('\n', " / "));
            }
        }
        if columns == usize::MAX || self.width() <= columns {
            return;
        }
        let mut left = columns.saturating_sub(1);
        for at in 0..self.0.len() {
            let width = width(&self.0[at].text);
            if width > left {
                let start = format!("{}…", start_of(&self.0[at].text, left).trim_end());
                self.0[at].text = Cow::Owned(start);
                self.0.truncate(at + 1);
                return;
            }
            left -= width;
        }
    }
}

impl Line {
    /// Broken between words into lines of at most so many columns, all but the first indented; stored line
    /// breaks are kept.
    fn wrap(self, columns: usize, indent: usize) -> Vec<Line> {
        if columns == usize::MAX && !self.0.iter().any(|span| span.text.contains('\n')) {
            return vec![self];
        }
        let mut lines = vec![Line::default()];
        let mut used = 0;
        for span in self.0 {
            for (at, part) in span.text.split('\n').enumerate() {
                if at > 0 {
                    lines.push(Line::of(" ".repeat(indent)));
                    used = indent;
                }
                for word in part.split_inclusive(' ') {
                    let bare = width(word.trim_end());
                    if used + bare > columns && used > indent {
                        lines.push(Line::of(" ".repeat(indent)));
                        used = indent;
                    }
                    used += width(word);
                    if let Some(line) = lines.last_mut() {
                        line.0.push(Span { tone: span.tone, text: Cow::Owned(word.to_owned()) });
                    }
                }
            }
        }
        lines
    }
}

/// As much of the text as fits into so many columns.
fn start_of(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// A text cut to so many columns.
pub(super) fn short(text: &str, columns: usize) -> String {
    let text = visible(text).replace('\n', " / ");
    if text.width() <= columns {
        return text;
    }
    format!("{}…", start_of(&text, columns.saturating_sub(1)).trim_end())
}

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Out {
    colours: bool,
    ascii: bool,
    columns: Option<usize>,
    spoken: bool,
    /// Stands above the lines.
    frame: Option<Line>,
    lines: Vec<(Line, Fit)>,
    /// Printed in place of the lines.
    raw: Option<String>,
}

impl Out {
    pub(super) fn new(shell: &Shell) -> Self {
        let Shell { colours, ascii, columns, spoken, .. } = *shell;
        // Whatever is told of a drill says so first.
        let frame = shell.frame.as_ref().map(|frame| Line::default().tone(Tone::Warn, frame));
        Self { colours, ascii, columns, spoken, frame, ..Self::default() }
    }

    /// An answer that is text already.
    pub(super) fn text_of(shell: &Shell, text: &str) -> Self {
        let mut out = Self::new(shell);
        out.lines.extend(text.lines().map(|line| (Line::of(line), Fit::Whole)));
        out
    }

    /// An answer that another program reads as it is.
    pub(super) fn raw(shell: &Shell, text: String) -> Self {
        Self { raw: Some(unsteered(&text).into_owned()), ..Self::new(shell) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// One JSON document.
    pub(super) fn json(shell: &Shell, document: &impl Serialize) -> Result<Self, Failure> {
        let text = serde_json::to_string_pretty(document).map_err(|error| {
            Failure::could_not(format!("The answer could not be written as JSON: {error}."))
        })?;
        let text = if shell.ascii { escaped(&text) } else { text };
        Ok(Self::raw(shell, text + "\n"))
    }

    /// A line of its own; a long one goes on under its first word.
    pub(super) fn line(&mut self, line: Line) {
        let text: String = line.0.iter().map(|span| &*span.text).collect();
        let indent = text.len() - text.trim_start_matches(' ').len();
        self.lines.push((line, Fit::Wrap(indent)));
    }

    /// With its lines to type about the incident that was named.
    pub(super) fn about(&mut self, reference: &str) {
        let spans = self.lines.iter_mut().flat_map(|(line, _)| &mut line.0);
        for span in spans.filter(|span| span.tone == Tone::Here && span.text.contains("casebook ")) {
            span.text = Cow::Owned(choose::about(&span.text, reference));
        }
    }

    /// A line to copy, or whose length matters to nobody.
    pub(super) fn whole(&mut self, line: Line) {
        self.lines.push((line, Fit::Whole));
    }

    /// A blank line, unless it would be the first.
    pub(super) fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push((Line::default(), Fit::Whole));
        }
    }

    /// Rows in columns, cut where the terminal ends.
    pub(super) fn table(&mut self, indent: usize, rows: Vec<Vec<Line>>) {
        self.columns_of(indent, rows, |_| Fit::Cut);
    }

    /// Rows in columns whose last cell is shown whole, under itself where it is long.
    pub(super) fn texts(&mut self, indent: usize, rows: Vec<Vec<Line>>) {
        self.columns_of(indent, rows, Fit::Wrap);
    }

    /// Rows in columns, each as wide as its widest cell. `fit` is asked with where the last one begins.
    fn columns_of(&mut self, indent: usize, rows: Vec<Vec<Line>>, fit: impl Fn(usize) -> Fit) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths = vec![0; columns];
        for row in &rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = cell.width().max(*widest);
            }
        }
        self.lines.reserve(rows.len());
        for row in rows {
            let last = row.len().saturating_sub(1);
            let mut line = Line(Vec::with_capacity(2 * row.len() + 1));
            line.0.push(Span { tone: Tone::Plain, text: blanks(indent) });
            let mut begins = indent;
            for (column, cell) in row.into_iter().enumerate() {
                let gap = widths[column].saturating_sub(if column < last { cell.width() } else { 0 }) + 2;
                // A column that is empty in every row takes no room.
                if widths[column] == 0 {
                    continue;
                }
                line.0.extend(cell.0);
                if column < last {
                    line.0.push(Span { tone: Tone::Plain, text: blanks(gap) });
                    begins += widths[column] + 2;
                }
            }
            self.lines.push((line, fit(begins)));
        }
    }

    /// The answer for a file: without colours, no line cut.
    #[must_use]
    pub(super) fn plain(self) -> Self {
        Self { colours: false, columns: None, ..self }
    }

    /// The text of the answer.
    pub(super) fn render(mut self) -> String {
        if let Some(raw) = self.raw {
            return raw;
        }
        let columns = self.columns.unwrap_or(usize::MAX);
        let mut text = String::new();
        let frame = self.frame.take().map(|frame| (frame, Fit::Cut));
        for (mut line, fit) in frame.into_iter().chain(std::mem::take(&mut self.lines)) {
            match fit {
                Fit::Whole => self.write(&line, &mut text),
                Fit::Ready => {
                    text.extend(line.0.iter().map(|span| &*span.text));
                    text.push('\n');
                }
                Fit::Wrap(indent) => {
                    let lines = line.wrap(columns, indent.min(columns / 2));
                    lines.iter().for_each(|line| self.write(line, &mut text));
                }
                Fit::Cut => {
                    line.cut(columns);
                    self.write(&line, &mut text);
                }
            }
        }
        text
    }

    /// Adds a line with its colours, if there are any, without the blanks at its end.
    fn write(&self, line: &Line, text: &mut String) {
        let begins = text.len();
        for span in &line.0 {
            let words = if self.ascii { Cow::Owned(plain(&span.text)) } else { Cow::Borrowed(&*span.text) };
            match if self.colours { span.tone.sgr() } else { "" } {
                "" => text.push_str(&words),
                sgr => text.extend(["\u{1b}[", sgr, "m", &words, "\u{1b}[0m"]),
            }
        }
        if self.spoken {
            let said = spoken(&text[begins..]);
            text.replace_range(begins.., &said);
        }
        text.truncate(begins + text[begins..].trim_end().len());
        text.push('\n');
    }

    /// Prints the answer.
    pub(super) fn print(self) -> ExitCode {
        print(&self.render())
    }
}

/// A line for the ear: what stands in columns is parted by commas, marks are words.
pub(super) fn spoken(line: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in line.split("  ").map(str::trim).filter(|part| !part.is_empty()) {
        let word = match part {
            "[x]" => "done",
            "[ ]" => "open",
            "[~]" => "in progress",
            "[!]" => "blocked",
            "[-]" => "not needed",
            other => other,
        };
        parts.push(word.trim_end_matches(',').to_owned());
    }
    parts.join(", ").replace(" → ", " to ").replace(" · ", ", ")
}

/// Only ASCII: our own marks by their likeness, everything else by a question mark.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            '→' => out.push_str("->"),
            '…' => out.push_str("..."),
            '·' => out.push('.'),
            '“' | '”' | '„' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '–' | '—' | '\u{2212}' => out.push('-'),
            '\u{a0}' => out.push(' '),
            _ => out.push('?'),
        }
    }
    out
}

/// JSON with every other character as `\uXXXX`.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// Writes to standard output. A reader that has gone away has read enough.
pub(super) fn print(text: &str) -> ExitCode {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let failure = Failure::could_not(format!("The answer could not be written: {error}."))
                .hint("What was recorded is saved; only its answer was not shown.");
            super::failure::report(&failure, false)
        }
    }
}

#[cfg(test)]
mod tests;
