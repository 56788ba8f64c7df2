//! The edge of a pane: a box or a titled line, with a count, and the keys that work in it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::layout::{Edge, Layout};
use super::pen::{Pen, Row};
use crate::tui::text::width;
use crate::tui::theme::Theme;

/// What stands on the edge of a pane.
pub(crate) struct Head<'a> {
    pub(crate) title: &'a str,
    pub(crate) title_style: Style,
    /// Behind the title in a box, at the right of a line: the first that fits.
    pub(crate) details: &'a [String],
    /// A full and an empty part, as a small bar behind the detail of a box.
    pub(crate) progress: Option<(usize, usize)>,
    /// At the bottom of a box: the keys of the pane in focus.
    pub(crate) keys: &'a str,
    pub(crate) focused: bool,
}

/// Most pieces a progress bar is drawn with.
const PIECES: usize = 10;

/// Draws the edge and returns what is inside.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, pane: Rect, head: &Head<'_>) -> Rect {
    let theme = pen.theme;
    let line = if head.focused { theme.accent } else { theme.faint };
    let inside = layout.inside(pane);
    match layout.edge {
        Edge::Box => boxed(pen, pane, head, line),
        Edge::Rule => ruled(pen, pane, head, line),
    }
    inside
}

/// What is inside an edge, less a blank column before the line of a box: words that touch it look cut.
pub(crate) fn padded(layout: &Layout, inside: Rect) -> Rect {
    match layout.edge {
        Edge::Box => Rect { width: inside.width.saturating_sub(1), ..inside },
        Edge::Rule => inside,
    }
}

fn boxed(pen: &mut Pen<'_>, pane: Rect, head: &Head<'_>, line: Style) {
    let theme = pen.theme;
    let inside = pen.frame(pane, line);
    if inside.is_empty() {
        return;
    }
    let mut row = pen.row(Rect { height: 1, y: pane.y, ..inside }, 0);
    row.skip(1).put(" ", line);
    row.put(head.title, head.title_style).put(" ", line);
    let pieces = head.progress.map(|(full, of)| bar(full, of, theme) + " ").unwrap_or_default();
    let room = row.room().saturating_sub(2);
    let fits = |detail: &&String| width(detail) + 2 + width(&pieces) <= room;
    if let Some(detail) = head.details.iter().find(fits).or(head.details.last()) {
        let detail = format!(" {detail} ");
        row.fits(0, &detail, theme.dim);
    }
    row.fits(0, &pieces, theme.accent);
    if head.focused && !head.keys.is_empty() {
        let mut row = pen.row(Rect { height: 1, y: pane.bottom() - 1, ..inside }, 0);
        if row.room() > 24 {
            keys(&mut row, head.keys, theme);
        }
    }
}

fn ruled(pen: &mut Pen<'_>, pane: Rect, head: &Head<'_>, line: Style) {
    let theme = pen.theme;
    let dash = theme.glyphs.horizontal;
    let mut row = pen.row(pane, 0);
    row.put(dash, line).put(dash, line).put(" ", line);
    row.right(dash, 0, line);
    row.right(dash, 0, line);
    let room = row.room().saturating_sub(width(head.title) + 4);
    if let Some(detail) = head.details.iter().find(|detail| width(detail) + 2 <= room) {
        row.right(&format!(" {detail} "), 0, theme.dim);
    }
    row.put(head.title, head.title_style).put(" ", line);
    row.line(line);
}

/// As many of the keys as fit, whole ones.
fn keys(row: &mut Row<'_>, keys: &str, theme: &Theme) {
    let mut shown = String::new();
    for key in keys.split("  ") {
        if width(&shown) + width(key) + 5 > row.room() {
            break;
        }
        shown.push_str(if shown.is_empty() { " " } else { "  " });
        shown.push_str(key);
    }
    row.right(&format!("{shown} "), 1, theme.dim);
}

/// A small bar, so much of it full.
pub(crate) fn bar(full: usize, of: usize, theme: &Theme) -> String {
    let pieces = of.clamp(1, PIECES);
    let full = (full * pieces).checked_div(of).unwrap_or(0).min(pieces);
    theme.glyphs.bar_full.repeat(full) + &theme.glyphs.bar_empty.repeat(pieces - full)
}

/// A helpful sentence in an empty pane.
pub(crate) fn empty(pen: &mut Pen<'_>, area: Rect, sentences: &[&str]) {
    let theme = pen.theme;
    let area = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    let rows = sentences.iter().flat_map(|sentence| super::text::wrap(sentence, area.width));
    for (line, words) in (0u16..area.height).zip(rows) {
        pen.row(area, line).put(words, theme.dim);
    }
}
