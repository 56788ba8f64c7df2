//! Writing a table that a spreadsheet opens without carrying out what stands in it.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::model::refusal::Refusal;

/// Rows under a heading. Cells that a spreadsheet would take for a formula get an apostrophe before them
/// (OWASP, CSV injection), which [`plain`] takes away again.
pub struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// A table with this heading, on one line of its own.
    pub fn new(heading: &[&str]) -> Self {
        let mut table = csv::Writer::from_writer(Vec::new());
        // Into memory: it cannot fail.
        let _ = table.write_record(heading);
        Self(table)
    }

    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let _ = self.0.write_record(cells.iter().map(|cell| defused(cell.as_ref())));
    }

    /// The bytes of the table.
    ///
    /// # Errors
    /// None that can happen; memory is not a disk.
    pub fn end(self) -> Result<Vec<u8>, Refusal> {
        self.0
            .into_inner()
            .map_err(|error| Refusal::refused(format!("The table could not be written: {error}.")))
    }
}

/// Whether a spreadsheet takes a cell that begins so for a formula.
fn formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}')
}

/// Whether a cell needs the apostrophe: a formula, or what would lose one of its own on the way back.
fn dangerous(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(formula)
}

/// A cell that is text to every spreadsheet.
pub fn defused(cell: &str) -> String {
    if dangerous(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell without the apostrophe that [`defused`] put before it.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if dangerous(rest) => rest,
        _ => cell,
    }
}

/// An instant as all our tables write it: RFC 3339 in UTC, with the decimals it has.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_is_text_and_comes_back_as_it_was() {
        for (cell, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-12m", "'-12m"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("'=x", "''=x"),
            ("'quoted'", "'quoted'"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(defused(cell), written);
            assert_eq!(plain(written), cell);
        }
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_and_none_is_a_formula(cell in "[=+@'a-]{0,6}|\\PC{0,20}") {
            let written = defused(&cell);
            prop_assert!(!written.starts_with(formula));
            prop_assert_eq!(plain(&written), &cell);
        }
    }
}
