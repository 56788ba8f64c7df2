//! A table: columns as wide as what is in sight needs, values whole or not at all, headings between rows.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::header::Span;
use super::pen::Pen;
use crate::tui::text::{self, width};

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wide {
    /// As wide as what is in sight needs, at most so wide.
    Most(u16),
    /// What the others leave; at least a dozen.
    Rest,
    /// What the others leave; at least so much if its words are that long, and columns that can be spared go before it gets less.
    Least(u16),
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// May have several lines: what several titles have in common above them.
    pub(crate) title: &'static str,
    pub(crate) wide: Wide,
    /// Where room is short the highest goes first; 0 stays.
    pub(crate) spare: u8,
}

/// What stands in a column of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) spans: Vec<Span<'static>>,
    /// An address, hash, time or number: shown whole or not at all. Other words end with an ellipsis.
    pub(crate) value: bool,
    /// What stands there where the value has no room, the longest first.
    pub(crate) instead: Vec<String>,
}

impl Cell {
    /// Words that may be cut.
    pub(crate) fn words(words: impl Into<String>, style: Style) -> Self {
        Self { spans: vec![(words.into().into(), style)], ..Self::default() }
    }

    /// A value that is never cut.
    pub(crate) fn value(words: impl Into<String>, style: Style) -> Self {
        Self { value: true, ..Self::words(words, style) }
    }

    /// What stands there where the value has no room.
    pub(crate) fn or(mut self, words: impl Into<String>) -> Self {
        self.instead.push(words.into());
        self
    }

    /// More words behind, in another style.
    pub(crate) fn and(mut self, words: impl Into<String>, style: Style) -> Self {
        self.spans.push((words.into().into(), style));
        self
    }

    fn columns(&self) -> u16 {
        self.spans.iter().map(|(words, _)| width(words)).sum()
    }
}

/// A row of a table.
pub(crate) enum Line {
    /// A heading, and a remark behind it.
    Section(String, String),
    Row(Vec<Cell>),
}

/// Where a value stands that has no room in its column: in what is known of the selected thing.
const BELOW: &str = "below";
/// Fewest columns of the column that takes the rest.
const REST: u16 = 12;
/// Columns between two columns.
const GAP: u16 = 2;

/// The width of each column for these rows; `None`: there is no room for it.
pub(crate) fn fit(columns: &[Column], lines: &[Line], room: u16) -> Vec<Option<u16>> {
    let mut widths: Vec<Option<u16>> =
        (0..columns.len()).map(|at| Some(wanted(columns, lines, at))).collect();
    let total = |widths: &[Option<u16>]| {
        let shown = || widths.iter().flatten();
        shown().sum::<u16>() + GAP * u16::try_from(shown().count().saturating_sub(1)).unwrap_or(0)
    };
    while total(&widths) > room {
        let shown = (0..columns.len()).filter(|at| widths[*at].is_some() && columns[*at].spare > 0);
        let Some(at) = shown.max_by_key(|at| columns[*at].spare) else { break };
        widths[at] = None;
    }
    // Where there is still too little, what takes the rest shrinks to the least that says something.
    let over = total(&widths).saturating_sub(room);
    let rest = columns.iter().position(|column| matches!(column.wide, Wide::Rest | Wide::Least(_)));
    if let Some(wide) = rest.and_then(|at| widths[at].as_mut()) {
        *wide = wide.saturating_sub(over).max(REST.min(*wide));
    }
    let spare = room.saturating_sub(total(&widths));
    if let Some(at) = rest
        && let Some(rest) = &mut widths[at]
    {
        *rest += spare;
    }
    widths
}

fn wanted(columns: &[Column], lines: &[Line], at: usize) -> u16 {
    let column = &columns[at];
    let (least, most) = match column.wide {
        Wide::Rest => return REST,
        Wide::Least(least) => (REST, least.max(REST)),
        Wide::Most(most) => (0, most),
    };
    let cells = lines.iter().filter_map(|line| match line {
        Line::Row(cells) => cells.get(at).map(Cell::columns),
        Line::Section(..) => None,
    });
    let title = column.title.lines().map(width).max().unwrap_or(0);
    cells.max().unwrap_or(0).max(title).clamp(least, most)
}

/// Rows the titles take: as many as the longest has lines.
pub(crate) fn head_rows(columns: &[Column]) -> u16 {
    let lines = columns.iter().map(|column| column.title.lines().count()).max();
    lines.and_then(|lines| u16::try_from(lines).ok()).unwrap_or(0)
}

/// Draws the titles of the columns, each with its last line in the last row.
pub(crate) fn heads(pen: &mut Pen<'_>, place: Rect, columns: &[Column], widths: &[Option<u16>]) {
    let theme = pen.theme;
    let mut at = place.x;
    for (column, wide) in columns.iter().zip(widths) {
        let Some(wide) = wide else { continue };
        let cell = Rect { x: at, width: *wide, ..place }.intersection(place);
        for (up, line) in (1u16..).zip(column.title.lines().rev()) {
            if up <= place.height {
                pen.row(cell, place.height - up).fits(0, line, theme.dim);
            }
        }
        at = at.saturating_add(wide + GAP);
    }
}

/// Draws the cells of a row.
pub(crate) fn row(pen: &mut Pen<'_>, place: Rect, cells: &[Cell], widths: &[Option<u16>]) {
    let (pen_text, ellipsis) = (pen.theme.text, pen.theme.glyphs.ellipsis);
    let mut at = place.x;
    for (cell, wide) in cells.iter().zip(widths) {
        let Some(wide) = *wide else { continue };
        let area = Rect { x: at, width: wide, ..place }.intersection(place);
        let mut row = pen.row(area, 0);
        let needs = cell.columns();
        if needs <= area.width || !cell.value {
            for (words, style) in &cell.spans {
                row.put(&text::one_line(words), *style);
            }
        } else {
            // A row that shows nothing would say that there is nothing.
            let style = cell.spans.first().map_or(pen_text, |(_, style)| *style);
            let instead = cell.instead.iter().map(String::as_str).chain([BELOW, ellipsis]);
            if let Some(words) = instead.into_iter().find(|words| width(words) <= area.width) {
                row.put(words, style);
            }
        }
        at = at.saturating_add(wide + GAP);
    }
}
