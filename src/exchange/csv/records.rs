//! Reading a table row by row in bounded memory (RFC 4180, and what programs make of it).
//!
//! A quote that is never closed costs its own row: reading goes on with the line after it.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use super::write::plain;
use crate::exchange::intake::lines::{self, Next};
use crate::model::refusal::Refusal;
use crate::model::text::{self, thousands};

/// The most columns of a table.
pub const COLUMNS: usize = 1_000;
/// What a quoted cell with line breaks may take, in bytes: more than any field of ours holds.
const QUOTED: usize = 64 << 10;
/// After so many quotes that are never closed it is no table.
const UNCLOSED: usize = 1_000;

/// A table, its heading read.
pub struct Records<'t> {
    text: &'t mut dyn BufRead,
    /// Lines that were read and not used.
    waiting: VecDeque<Next>,
    delimiter: char,
    /// The row that comes next; the heading is 1.
    row: u64,
    unclosed: usize,
    /// The names of the columns, trimmed.
    pub heading: Vec<String>,
    /// What was left out of the cells of the row that was read last: `(column, characters)`.
    pub lost: Vec<(usize, usize)>,
}

/// What stands next in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// As many cells as the heading has, each trimmed and without what defused it.
    Row(u64, Vec<String>),
    /// A row that is none, and why.
    Refused(u64, String),
    End,
}

impl<'t> Records<'t> {
    /// Reads the heading.
    ///
    /// # Errors
    /// Refuses what has no heading and what has more than [`COLUMNS`] columns.
    pub fn new(text: &'t mut dyn BufRead) -> Result<Self, Refusal> {
        let mut records = Self {
            text,
            waiting: VecDeque::new(),
            delimiter: ',',
            row: 1,
            unclosed: 0,
            heading: Vec::new(),
            lost: Vec::new(),
        };
        let first = loop {
            match records.line().map_err(|error| unreadable(&error))? {
                Next::Line(line) if line.trim().is_empty() => records.row += 1,
                // Excel's own word on which mark parts the cells.
                Next::Line(line) if line.len() == 5 && line.starts_with("sep=") => {
                    records.row += 1;
                }
                Next::Line(line) => break line,
                Next::TooLong(bytes) => {
                    return Err(no_table(format!("its first line has {bytes} bytes")));
                }
                Next::End => return Err(no_table("it is empty".to_owned())),
            }
        };
        records.delimiter = delimiter(&first);
        records.waiting.push_front(Next::Line(first));
        match records.next_cells().map_err(|error| unreadable(&error))? {
            Cells::Row(_, mut cells) if cells.len() <= COLUMNS => {
                records.clean(&mut cells);
                records.heading = cells.iter().map(|cell| plain(cell).trim().to_owned()).collect();
            }
            Cells::Row(_, cells) => {
                let count = thousands(cells.len());
                return Err(no_table(format!(
                    "it has {count} columns, and at most {} are read",
                    thousands(COLUMNS)
                )));
            }
            Cells::Refused(_, why) => return Err(no_table(why)),
            Cells::End => return Err(no_table("it is empty".to_owned())),
        }
        Ok(records)
    }

    /// Where a column stands, by its name, whatever its capitals.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.heading.iter().position(|heading| heading.eq_ignore_ascii_case(name))
    }

    /// The next row.
    ///
    /// # Errors
    /// The file can no longer be read, or it is no table.
    pub fn read(&mut self) -> Result<Record, Refusal> {
        loop {
            match self.next_cells().map_err(|error| unreadable(&error))? {
                Cells::End => return Ok(Record::End),
                Cells::Refused(row, why) => {
                    if self.unclosed > UNCLOSED {
                        return Err(no_table(format!(
                            "more than {} of its rows have a quote that is never closed",
                            thousands(UNCLOSED)
                        )));
                    }
                    return Ok(Record::Refused(row, why));
                }
                Cells::Row(_, cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Cells::Row(row, mut cells) => {
                    let columns = self.heading.len();
                    while cells.len() > columns && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
                        cells.pop();
                    }
                    if cells.len() > columns {
                        let (have, want) = (thousands(cells.len()), thousands(columns));
                        return Ok(Record::Refused(
                            row,
                            format!("it has {have} cells, and the heading has {want}"),
                        ));
                    }
                    cells.resize(columns, String::new());
                    self.clean(&mut cells);
                    for cell in &mut cells {
                        let clean = plain(cell).trim();
                        if clean.len() != cell.len() {
                            *cell = clean.to_owned();
                        }
                    }
                    return Ok(Record::Row(row, cells));
                }
            }
        }
    }

    /// Leaves out what steers a terminal or has no width, and remembers from which columns. Line breaks and tabs
    /// stay as they are.
    fn clean(&mut self, cells: &mut [String]) {
        self.lost.clear();
        for (column, cell) in cells.iter_mut().enumerate() {
            let lost = text::left_out(cell);
            if lost > 0 {
                *cell = text::harmless(cell).into_owned();
                self.lost.push((column, lost));
            }
        }
    }

    fn line(&mut self) -> io::Result<Next> {
        match self.waiting.pop_front() {
            Some(next) => Ok(next),
            None => lines::next(self.text),
        }
    }

    fn next_cells(&mut self) -> io::Result<Cells> {
        let row = self.row;
        let first = match self.line()? {
            Next::End => return Ok(Cells::End),
            Next::TooLong(bytes) => {
                self.row += 1;
                let bytes = thousands(usize::try_from(bytes).unwrap_or(usize::MAX));
                return Ok(Cells::Refused(row, format!("it has {bytes} bytes, more than a row may have")));
            }
            Next::Line(line) => line,
        };
        self.row += 1;
        let mut parsing = Parsing::new(self.delimiter);
        parsing.line(&first);
        let mut more: Vec<String> = Vec::new();
        let mut bytes = first.len();
        while parsing.quoted() || parsing.broken.is_some() {
            let more_to_read = bytes <= QUOTED && parsing.broken.is_none();
            let next = if more_to_read { self.line()? } else { Next::End };
            match next {
                Next::Line(line) => {
                    bytes += line.len() + 1;
                    parsing.break_line();
                    parsing.line(&line);
                    more.push(line);
                }
                long_or_end => {
                    // The lines it would have swallowed are rows of their own.
                    if long_or_end != Next::End {
                        self.waiting.push_front(long_or_end);
                    }
                    for line in more.into_iter().rev() {
                        self.waiting.push_front(Next::Line(line));
                    }
                    self.unclosed += 1;
                    let column = parsing.broken.unwrap_or(parsing.cells.len());
                    let named = self.heading.get(column).filter(|name| !name.is_empty());
                    let column = named.map_or_else(|| format!("column {}", column + 1), Clone::clone);
                    return Ok(Cells::Refused(row, format!("a quote in {column} is never closed")));
                }
            }
        }
        Ok(Cells::Row(row, parsing.end()))
    }
}

enum Cells {
    Row(u64, Vec<String>),
    Refused(u64, String),
    End,
}

/// Where in a cell the reading stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// After a quote within quotes: the end, or the first of two that mean one.
    Quote,
}

struct Parsing {
    delimiter: char,
    at: At,
    cells: Vec<String>,
    cell: String,
    /// The cell with a quote that was never closed.
    broken: Option<usize>,
}

impl Parsing {
    fn new(delimiter: char) -> Self {
        Self { delimiter, at: At::Start, cells: Vec::new(), cell: String::new(), broken: None }
    }

    fn line(&mut self, line: &str) {
        for c in line.chars() {
            match (self.at, c) {
                // It stays in its cell until that is cleaned, and turns no quote into a plain letter.
                (_, c) if c.is_control() && c != '\t' => self.cell.push(c),
                (At::Start, '"') => self.at = At::Quoted,
                (At::Start | At::Plain | At::Quote, c) if c == self.delimiter => {
                    self.cells.push(std::mem::take(&mut self.cell));
                    self.at = At::Start;
                }
                (At::Quoted, '"') => self.at = At::Quote,
                (At::Quote, '"') => {
                    self.cell.push('"');
                    self.at = At::Quoted;
                }
                (At::Quoted, c) => self.cell.push(c),
                (At::Start, ' ') => self.cell.push(' '),
                (At::Quote, c) => {
                    // A quote that ends in the middle of a word, lines later, was never meant to close it.
                    if self.cell.contains('\n') && c != ' ' {
                        self.broken.get_or_insert(self.cells.len());
                    }
                    self.cell.push(c);
                    self.at = At::Plain;
                }
                (_, c) => {
                    self.cell.push(c);
                    self.at = At::Plain;
                }
            }
        }
    }

    fn quoted(&self) -> bool {
        self.at == At::Quoted
    }

    fn break_line(&mut self) {
        self.cell.push('\n');
    }

    fn end(mut self) -> Vec<String> {
        self.cells.push(self.cell);
        self.cells
    }
}

/// The mark that parts the cells: whichever of four stands most often outside of quotes.
fn delimiter(heading: &str) -> char {
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    let mut quoted = false;
    for c in heading.chars() {
        quoted ^= c == '"';
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == c && !quoted) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(mark, _)| mark)
}

fn no_table(why: String) -> Refusal {
    Refusal::refused(format!("It is no table: {why}."))
        .hint("A table has its column names on the first line, and a row on each line after it.")
}

/// A file that stopped being readable.
pub fn unreadable(error: &io::Error) -> Refusal {
    Refusal::refused(format!("The file could not be read to its end: {error}.")).hint("Nothing was recorded.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<Record> {
        let mut text = text.as_bytes();
        let mut records = Records::new(&mut text).unwrap();
        let mut all = Vec::new();
        loop {
            match records.read().unwrap() {
                Record::End => return all,
                record => all.push(record),
            }
        }
    }

    fn row(n: u64, cells: &[&str]) -> Record {
        Record::Row(n, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_hold_marks_and_line_breaks_together() {
        let text = "time,message\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2, 5\" disk \r\n3\r\n";
        assert_eq!(
            read(text),
            [row(2, &["1", "a, \"b\"\nc"]), row(4, &["2", "5\" disk"]), row(5, &["3", ""])]
        );
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_row_and_no_other() {
        let text = "time,message\n1,\"never closed\n2,fine\n3,fine too\n";
        let refused = Record::Refused(2, "a quote in message is never closed".into());
        assert_eq!(read(text), [refused, row(3, &["2", "fine"]), row(4, &["3", "fine too"])]);
        // Nor does it end with the next quote that opens.
        let text = "time,message\n1,\"never closed\n2,\"quoted, fine\"\n";
        let refused = Record::Refused(2, "a quote in message is never closed".into());
        assert_eq!(read(text), [refused, row(3, &["2", "quoted, fine"])]);
    }

    #[test]
    fn a_row_that_is_wider_than_the_heading_is_refused() {
        let wide = format!("a,b\n{}\n1,2,,\n", "x,".repeat(1_000_000));
        let why = "it has 1,000,000 cells, and the heading has 2".to_owned();
        assert_eq!(read(&wide), [Record::Refused(2, why), row(3, &["1", "2"])]);
        let mut heading = "x,".repeat(1_000_000);
        heading.push_str("\n1\n");
        let refusal = Records::new(&mut heading.as_bytes()).err().unwrap();
        assert_eq!(refusal.message, "It is no table: it has 1,000,001 columns, and at most 1,000 are read.");
    }

    #[test]
    fn semicolons_and_tabs_part_cells_too() {
        assert_eq!(read("sep=;\ntime;message\n1;a,b\n"), [row(3, &["1", "a,b"])]);
        assert_eq!(read("time\tmessage\n1\ta,b\n"), [row(2, &["1", "a,b"])]);
    }

    proptest! {
        #[test]
        fn what_our_tables_write_is_read_again(
            cells in proptest::collection::vec(proptest::collection::vec("[^\\pC]{0,9}|[=+\"',;\n x-]{0,9}", 3), 1..8)
        ) {
            let mut table = super::super::write::Table::new(&["a", "b", "c"]);
            for row in &cells {
                table.row(row);
            }
            let text = String::from_utf8(table.end().unwrap()).unwrap();
            let rows: Vec<Vec<String>> = read(&text).into_iter().map(|record| match record {
                Record::Row(_, cells) => cells,
                other => panic!("{other:?}"),
            }).collect();
            let trimmed = |row: &Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
            let wanted: Vec<Vec<String>> = cells.iter().map(trimmed).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
            prop_assert_eq!(rows, wanted);
        }

        #[test]
        fn no_text_makes_it_panic_or_loops(text in "[a,;\"\n\t=x|]{0,200}") {
            let mut bytes = text.as_bytes();
            if let Ok(mut records) = Records::new(&mut bytes) {
                for _ in 0..=text.len() {
                    match records.read() {
                        Ok(Record::End) | Err(_) => return Ok(()),
                        Ok(_) => {}
                    }
                }
                prop_assert!(false, "it does not end");
            }
        }
    }
}
