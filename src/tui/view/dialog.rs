//! What every dialog has: a place over the board, a frame with a title, and the keys that work in it.

use ratatui::layout::Rect;

use super::layout::centred;
use super::pen::Pen;

/// A dialog takes the whole of a screen smaller than this.
const SMALL: (u16, u16) = (60, 16);

/// Columns inside a dialog that would like so many.
pub(crate) fn columns(screen: Rect, wants: u16) -> u16 {
    if small(screen) { screen.width } else { wants.min(screen.width.saturating_sub(4)) }
}

fn small(screen: Rect) -> bool {
    screen.width < SMALL.0 || screen.height < SMALL.1
}

/// What is inside a dialog that would like so many columns and rows.
pub(crate) fn inside(screen: Rect, wants: (u16, u16)) -> Rect {
    if small(screen) {
        let head = 1.min(screen.height);
        let foot = u16::from(screen.height > 5);
        return Rect { y: screen.y + head, height: screen.height.saturating_sub(head + foot), ..screen };
    }
    let area = centred(screen, wants.0.saturating_add(4), wants.1.saturating_add(2));
    let (width, height) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    Rect { x: area.x + 2, y: area.y + 1, width, height }
}

/// Draws the frame of a dialog that would like so many columns and rows inside; returns its inside.
pub(crate) fn open(pen: &mut Pen<'_>, screen: Rect, title: &str, keys: &str, wants: (u16, u16)) -> Rect {
    let theme = pen.theme;
    if small(screen) {
        pen.clear(screen);
        pen.cover(screen);
        let mut row = pen.row(screen, 0);
        row.put(title, theme.accent).put(" ", theme.accent);
        row.line(theme.accent);
        let foot = u16::from(screen.height > 5);
        if foot > 0 {
            pen.row(screen, screen.height - 1).put(keys, theme.dim);
        }
        let head = 1.min(screen.height);
        return Rect { y: screen.y + head, height: screen.height.saturating_sub(head + foot), ..screen };
    }
    let area = centred(screen, wants.0.saturating_add(4), wants.1.saturating_add(2));
    pen.clear(area);
    pen.cover(area);
    let inside = pen.frame(area, theme.accent);
    let mut row = pen.row(Rect { y: area.y, height: 1, ..inside }, 0);
    row.skip(1).put(" ", theme.accent).put(title, theme.accent).put(" ", theme.accent);
    let mut row = pen.row(Rect { y: area.bottom() - 1, height: 1, ..inside }, 0);
    row.skip(1);
    // Whole keys only: half a word helps nobody.
    for key in keys.split("   ") {
        if !row.fits(0, &format!(" {key} "), theme.dim) {
            break;
        }
        row.skip(1);
    }
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}
