//! A table of many rows: all its words lie in one text, so that ten thousand rows are as many writes and no more.

use super::{BLANKS, Fit, Line, Out, Span, Tone, plain, width};
use crate::model::text::visible;

/// Rows in columns, filled cell by cell.
#[derive(Debug, Default)]
pub(in crate::cli) struct Sheet {
    head: &'static [&'static str],
    text: String,
    /// Tone of each stretch of words, and where in the text it ends.
    spans: Vec<(Tone, usize)>,
    /// Of each cell: where in `spans` it ends, and how many columns it takes.
    cells: Vec<(usize, usize)>,
    wide: usize,
}

impl Sheet {
    /// For about so many rows. A head stands only above a column with something in it.
    pub(in crate::cli) fn new(head: &'static [&'static str], rows: usize) -> Self {
        Self {
            head,
            text: String::with_capacity(rows * 100),
            spans: Vec::with_capacity(rows * head.len()),
            cells: Vec::with_capacity(rows * head.len()),
            wide: 0,
        }
    }

    /// Words of the cell at hand.
    pub(in crate::cli) fn put(&mut self, tone: Tone, text: &str) {
        if casebook_bytes::is_plain(text) {
            self.wide += text.len();
            self.text.push_str(text);
        } else {
            let text = visible(text);
            self.wide += width(&text);
            self.text.push_str(&text);
        }
        self.spans.push((tone, self.text.len()));
    }

    /// The cell is done; the next one follows, of this row or of the next.
    pub(in crate::cli) fn end(&mut self) {
        self.cells.push((self.spans.len(), std::mem::take(&mut self.wide)));
    }

    /// A cell of these words.
    pub(in crate::cli) fn cell(&mut self, tone: Tone, text: &str) {
        self.put(tone, text);
        self.end();
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.head.len()];
        for row in self.cells.chunks_exact(self.head.len()) {
            for (widest, (_, wide)) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(*wide);
            }
        }
        // The heads are in the way of no column that is empty.
        for (widest, word) in widths.iter_mut().zip(self.head).filter(|(widest, _)| **widest > 0) {
            *widest = (*widest).max(word.len());
        }
        widths
    }

    /// Every cell in its order, with its spans.
    fn each(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = (Tone, &str)>)> {
        let (mut begins, mut at) = (0, 0);
        self.cells.iter().map(move |(ends, wide)| {
            let spans = &self.spans[begins..*ends];
            begins = *ends;
            let mut from = at;
            at = spans.last().map_or(at, |last| last.1);
            let words = spans.iter().map(move |(tone, to)| {
                let words = &self.text[from..*to];
                from = *to;
                (*tone, words)
            });
            (*wide, words)
        })
    }

    /// The same as lines, for a window in which they may have to be cut.
    fn lines(&self) -> Vec<Vec<Line>> {
        let widths = self.widths();
        let head = widths.iter().zip(self.head).map(|(widest, word)| match widest {
            0 => Line::default(),
            _ => Line::default().tone(Tone::Dim, word),
        });
        let mut rows = vec![head.collect::<Vec<Line>>()];
        for (k, (_, spans)) in self.each().enumerate() {
            if k % self.head.len() == 0 {
                rows.push(Vec::with_capacity(self.head.len()));
            }
            let spans = spans.map(|(tone, text)| Span { tone, text: text.to_owned().into() });
            if let Some(row) = rows.last_mut() {
                row.push(Line(spans.collect()));
            }
        }
        rows
    }
}

impl Out {
    /// Rows in columns, cut where the terminal ends.
    pub(in crate::cli) fn sheet(&mut self, sheet: &Sheet) {
        if self.columns.is_some() || self.spoken {
            return self.table(0, sheet.lines());
        }
        let (widths, last) = (sheet.widths(), sheet.head.len() - 1);
        let mut text = String::with_capacity(sheet.text.len() * 2);
        let mut begins = 0;
        for (column, word) in sheet.head.iter().enumerate().filter(|(column, _)| widths[*column] > 0) {
            self.words(&mut text, Tone::Dim, word);
            if column < last {
                gap(&mut text, widths[column] + 2 - word.len());
            }
        }
        end(&mut text, &mut begins);
        for (k, (wide, spans)) in sheet.each().enumerate() {
            let column = k % sheet.head.len();
            if widths[column] > 0 {
                for (tone, words) in spans {
                    self.words(&mut text, tone, words);
                }
                if column < last {
                    gap(&mut text, widths[column] + 2 - wide);
                }
            }
            if column == last {
                end(&mut text, &mut begins);
            }
        }
        text.pop();
        let ready = Span { tone: Tone::Plain, text: text.into() };
        self.lines.push((Line(vec![ready]), Fit::Ready));
    }

    /// Adds words with their colour, if there are any, on the line at hand.
    fn words(&self, text: &mut String, tone: Tone, words: &str) {
        let sgr = if self.colours { tone.sgr() } else { "" };
        if !sgr.is_empty() {
            text.extend(["\u{1b}[", sgr, "m"]);
        }
        match words {
            _ if words.contains('\n') => {
                let words = words.replace('\n', " / ");
                text.push_str(&if self.ascii { plain(&words) } else { words });
            }
            _ if self.ascii => text.push_str(&plain(words)),
            _ => text.push_str(words),
        }
        if !sgr.is_empty() {
            text.push_str("\u{1b}[0m");
        }
    }
}

fn gap(text: &mut String, count: usize) {
    match BLANKS.get(..count) {
        Some(blanks) => text.push_str(blanks),
        None => text.extend(std::iter::repeat_n(' ', count)),
    }
}

/// Ends a line, without the blanks at its end.
fn end(text: &mut String, begins: &mut usize) {
    text.truncate(*begins + text[*begins..].trim_end().len());
    text.push('\n');
    *begins = text.len();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: [&str; 3] = ["NUMBER", "", "TITLE"];

    fn tone() -> impl Strategy<Value = Tone> {
        prop::sample::select(vec![Tone::Plain, Tone::Strong, Tone::Dim, Tone::Bad, Tone::Here])
    }

    type Cell = Vec<(Tone, String)>;

    fn cell() -> impl Strategy<Value = Cell> {
        prop::collection::vec((tone(), "[a-c é漢→\n\u{7}\u{202e}]{0,6}|[a-z ]{0,90}"), 0..3)
    }

    proptest! {
        #[test]
        fn a_sheet_is_what_a_table_of_its_lines_is(
            rows in prop::collection::vec(prop::array::uniform3(cell()), 0..6),
            colours in any::<bool>(), ascii in any::<bool>(), spoken in any::<bool>(), columns in prop::option::of(1usize..60),
        ) {
            let new = || Out { colours, ascii, spoken, columns, ..Out::default() };
            let mut sheet = Sheet::new(&HEAD, rows.len());
            for cell in rows.iter().flatten() {
                cell.iter().for_each(|(tone, text)| sheet.put(*tone, text));
                sheet.end();
            }
            let line = |cell: &Cell| cell.iter().fold(Line::default(), |line, (tone, text)| line.tone(*tone, text));
            let mut lines: Vec<Vec<Line>> = rows.iter().map(|row| row.iter().map(line).collect()).collect();
            let head = (0..3).map(|column| match lines.iter().any(|row| row[column].width() > 0) {
                true => Line::default().tone(Tone::Dim, HEAD[column]),
                false => Line::default(),
            });
            let head = head.collect();
            lines.insert(0, head);
            let (mut here, mut there) = (new(), new());
            here.sheet(&sheet);
            there.table(0, lines);
            prop_assert_eq!(here.render(), there.render());
        }
    }
}
