//! Texts to read over the board, and the question before leaving.

use ratatui::layout::Rect;

use super::dialog;
use super::pen::Pen;
use crate::tui::modal::Page;
use crate::tui::text::{letters, one_line, visible_lines, width, wrap};

/// Draws a text from its first line in sight on.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, page: &Page) {
    let theme = pen.theme;
    let rows = u16::try_from(page.lines.len()).unwrap_or(u16::MAX).clamp(3, 200);
    let widest = page.lines.iter().map(|line| width(line)).max().unwrap_or(0).clamp(40, 110);
    let keys = "j k scroll   Space page   q Esc back";
    let inside = dialog::open(pen, screen, &one_line(&page.title), keys, (widest, rows));
    let mut y = 0;
    for line in page.lines.iter().skip(page.top) {
        if y >= inside.height {
            break;
        }
        let text = visible_lines(line);
        let text = letters(&text, theme);
        let heading = !line.starts_with(' ') && line.ends_with(':');
        let style = if heading { theme.accent } else { theme.text };
        let (term, words) = term(&text);
        // What goes on in the next row stands under its own beginning.
        let indent = if inside.width > 50 { width(&text[..text.len() - words.len()]) } else { 2 };
        if !term.is_empty() {
            pen.row(inside, y).skip(2).put(term, theme.accent);
            y += u16::from(inside.width <= 50);
        }
        for words in wrap(words, inside.width.saturating_sub(indent)) {
            pen.row(inside, y).skip(indent).put(words, style);
            y += 1;
        }
    }
    if page.top > 0 {
        let mut row = pen.row(Rect { y: inside.y.saturating_sub(1), height: 1, ..inside }, 0);
        row.right(&format!(" from line {} ", page.top + 1), 0, theme.dim);
    }
}

/// A line such as `  x      done, by me`: what is explained, and the words that do. Others are all words.
fn term(line: &str) -> (&str, &str) {
    let words = line.trim_start();
    let indent = line.len() - words.len();
    match words.find("  ") {
        Some(end) if indent == 2 => (&words[..end], words[end..].trim_start()),
        _ => ("", words),
    }
}

/// Says what leaving would lose, and asks.
pub(crate) fn quit(pen: &mut Pen<'_>, screen: Rect, losses: &[String]) {
    let theme = pen.theme;
    let rows = u16::try_from(losses.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = dialog::open(pen, screen, "Leave casebook?", "Enter or q leave   Esc stay", (70, rows));
    let mut y = 0;
    for loss in losses {
        y = super::form::words(pen, inside, y, 1, loss, theme.notice);
    }
    pen.row(inside, y + 1).skip(1).put("Nothing that was saved is lost.", theme.dim);
}
