//! A document as it is drawn to be read: headings stand out, tables in columns as far as they find room.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::dialog;
use super::header::Span;
use super::pen::Pen;
use crate::tui::markdown::{Block, Mark, Part, Words};
use crate::tui::modal::Document;
use crate::tui::text::{letters, one_line, width, wrap};
use crate::tui::theme::Theme;

/// Columns between two cells.
const GAP: u16 = 2;
/// A column is not narrower than this where another one can give way.
const NARROW: u16 = 10;
/// Below so many columns a table is a list of its cells.
const LIST: u16 = 50;
/// As wide as is read without losing the line.
const WIDEST: u16 = 110;

/// What a document would like of the screen.
const WANTS: (u16, u16) = (WIDEST, u16::MAX / 2);

/// Draws a document from its first row in sight on.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, document: &Document) {
    let theme = pen.theme;
    let keys = "j k scroll   Space page   ] next part   W file   q Esc back";
    let inside = dialog::open(pen, screen, &one_line(&document.title), keys, WANTS);
    let (rows, _) = laid_out(theme, &document.blocks, inside.width);
    let last = rows.len().saturating_sub(usize::from(inside.height));
    let top = document.top.min(last);
    for (y, row) in (0..inside.height).zip(rows.iter().skip(top)) {
        let mut line = pen.row(inside, y);
        for (words, style) in row {
            line.put(words, *style);
        }
    }
    let below = rows.len().saturating_sub(top + usize::from(inside.height));
    if below > 0 {
        let mut row = pen.row(Rect { y: inside.y.saturating_sub(1), height: 1, ..inside }, 0);
        row.right(&format!(" {below} more "), 0, theme.notice);
    }
}

/// How a document lies on a screen.
pub(crate) struct Laid {
    pub(crate) rows: usize,
    /// How many of them are in sight.
    pub(crate) room: usize,
    /// At which rows its parts begin.
    pub(crate) headings: Vec<usize>,
}

/// How a document lies on this screen.
pub(crate) fn laid(theme: &Theme, screen: Rect, document: &Document) -> Laid {
    let inside = dialog::inside(screen, WANTS);
    let (rows, headings) = laid_out(theme, &document.blocks, inside.width);
    Laid { rows: rows.len(), room: usize::from(inside.height).max(1), headings }
}

/// All rows of a document, and which of them begin a part.
fn laid_out(theme: &Theme, blocks: &[Block], columns: u16) -> (Vec<Row>, Vec<usize>) {
    let (mut rows, mut headings) = (Vec::new(), Vec::new());
    for block in blocks {
        if matches!(block, Block::Heading(..)) {
            headings.push(rows.len());
        }
        rows.extend(block_rows(theme, block, columns));
    }
    (rows, headings)
}

type Row = Vec<Span<'static>>;

fn block_rows(theme: &Theme, block: &Block, columns: u16) -> Vec<Row> {
    match block {
        Block::Blank => vec![Row::new()],
        Block::Heading(level, words) => {
            let style = theme.accent.add_modifier(Modifier::BOLD);
            let style = if *level < 3 { style } else { theme.strong };
            let mut rows = lines(theme, words, columns, style);
            if *level < 3 {
                rows.push(vec![(theme.glyphs.horizontal.repeat(usize::from(columns)).into(), theme.faint)]);
            }
            rows
        }
        Block::Paragraph(words) => lines(theme, words, columns, theme.text),
        Block::Item(words) => {
            let rows = lines(theme, words, columns.saturating_sub(2), theme.text);
            let begin = |at: usize| if at == 0 { "- " } else { "  " };
            let begun = |(at, mut row): (usize, Row)| {
                row.insert(0, (begin(at).into(), theme.dim));
                row
            };
            rows.into_iter().enumerate().map(begun).collect()
        }
        Block::Row { cells, .. } if columns < LIST => stacked(theme, cells, columns),
        Block::Row { cells, widths, part } => {
            let style = if *part == Part::Head { theme.dim } else { theme.text };
            side_by_side(theme, cells, &fitted(widths, columns), style)
        }
    }
}

/// The cells of a row under each other.
fn stacked(theme: &Theme, cells: &[Words], columns: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, words) in cells.iter().filter(|words| !words.text.is_empty()).enumerate() {
        let indent = if at == 0 { 0 } else { 2 };
        let style = if at == 0 { theme.strong } else { theme.text };
        rows.extend(lines(theme, words, columns.saturating_sub(indent), style).into_iter().map(|mut row| {
            row.insert(0, (" ".repeat(usize::from(indent)).into(), theme.text));
            row
        }));
    }
    rows
}

/// The cells of a row beside each other, each wrapped in its column.
fn side_by_side(theme: &Theme, cells: &[Words], widths: &[u16], style: Style) -> Vec<Row> {
    let columns: Vec<Vec<Row>> =
        cells.iter().zip(widths).map(|(words, wide)| lines(theme, words, *wide, style)).collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows = vec![Row::new(); height];
    for (at, row) in rows.iter_mut().enumerate() {
        let mut blank = 0;
        for (column, wide) in columns.iter().zip(widths) {
            let words = column.get(at).cloned().unwrap_or_default();
            let used: u16 = words.iter().map(|(words, _)| width(words)).sum();
            row.push((" ".repeat(usize::from(blank)).into(), theme.text));
            row.extend(words);
            // Only what another cell follows is filled up.
            blank = wide.saturating_sub(used) + GAP;
        }
    }
    rows
}

/// How wide each column is, so that all of them find room: the widest give way first.
fn fitted(widths: &[u16], columns: u16) -> Vec<u16> {
    let mut widths = widths.to_vec();
    let gaps = GAP.saturating_mul(u16::try_from(widths.len().saturating_sub(1)).unwrap_or(0));
    let room = columns.saturating_sub(gaps);
    let wants = |widths: &[u16]| widths.iter().map(|wide| u32::from(*wide)).sum::<u32>();
    while wants(&widths) > u32::from(room) {
        let Some(at) = (0..widths.len()).max_by_key(|at| widths[*at]) else { break };
        let next = widths.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, wide)| *wide).max();
        let over = u16::try_from(wants(&widths) - u32::from(room)).unwrap_or(u16::MAX);
        // Down to the next widest at once, so that a very wide one takes few steps.
        let step = (widths[at] - next.unwrap_or(0).min(widths[at])).clamp(1, over.max(1));
        if widths[at] <= NARROW && widths.iter().all(|wide| *wide <= NARROW) {
            let even = room / u16::try_from(widths.len()).unwrap_or(1).max(1);
            return widths.iter().map(|wide| (*wide).min(even.max(1))).collect();
        }
        widths[at] -= step;
    }
    widths
}

/// Words in lines of so many columns, with what stands out in them.
fn lines(theme: &Theme, words: &Words, columns: u16, style: Style) -> Vec<Row> {
    let base = words.text.as_ptr() as usize;
    wrap(&words.text, columns.max(2))
        .map(|line| {
            let from = line.as_ptr() as usize - base;
            let mut row = Row::new();
            let mut at = 0;
            for (range, mark) in &words.marks {
                let start = range.start.clamp(from, from + line.len()) - from;
                let end = range.end.clamp(from, from + line.len()) - from;
                if end <= start.max(at) {
                    continue;
                }
                let start = start.max(at);
                row.push((plain(theme, &line[at..start]), style));
                row.push((plain(theme, &line[start..end]), marked(theme, style, *mark)));
                at = end;
            }
            row.push((plain(theme, &line[at..]), style));
            row
        })
        .collect()
}

fn plain(theme: &Theme, words: &str) -> std::borrow::Cow<'static, str> {
    letters(&one_line(words), theme).into_owned().into()
}

fn marked(theme: &Theme, style: Style, mark: Mark) -> Style {
    match mark {
        Mark::Strong => theme.strong,
        Mark::Aside => theme.dim,
        Mark::Struck => style.add_modifier(Modifier::CROSSED_OUT),
    }
}
