//! A document as text for a terminal: wrapped, the rows of a table under each other where columns are too wide.

use unicode_width::UnicodeWidthStr;

use super::{Block, EXERCISE, one_line};

/// Narrower than this no table stands in columns.
const LEAST: usize = 40;

pub(super) fn text(title: &str, blocks: &[Block], columns: usize) -> String {
    let columns = columns.max(LEAST);
    let mut out = format!("{EXERCISE}\n\n{}\n", one_line(title));
    for block in blocks {
        out.push('\n');
        match block {
            Block::Heading(words) => wrap(&mut out, "", &words.to_uppercase(), columns),
            Block::Paragraph(words) => wrap(&mut out, "", &one_line(words), columns),
            Block::List(items) => {
                items.iter().for_each(|item| wrap(&mut out, "  - ", &one_line(item), columns))
            }
            Block::Table { head, rows, bare } => table(&mut out, head, rows, *bare, columns),
        }
    }
    out.push_str(&format!("\n{EXERCISE}\n"));
    out
}

/// Words after a beginning, gone on under their own first letter.
fn wrap(out: &mut String, begin: &str, words: &str, columns: usize) {
    let indent = " ".repeat(begin.width());
    let mut line = begin.to_owned();
    let mut bare = true;
    for word in words.split_whitespace() {
        if !bare && line.width() + 1 + word.width() > columns {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clone_from(&indent);
            bare = true;
        }
        if !bare {
            line.push(' ');
        }
        line.push_str(word);
        bare = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// All columns but the last as wide as they need, the last one wrapped; where too little is left for it, each
/// row is a paragraph.
fn table(out: &mut String, head: &[&'static str], rows: &[Vec<String>], bare: usize, columns: usize) {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell).into_owned()).collect()).collect();
    let wide = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
        cells.max().unwrap_or(0).max(head[at].width())
    };
    let last = head.len().saturating_sub(1);
    let widths: Vec<usize> = (0..last).map(wide).collect();
    let before: usize = widths.iter().map(|width| width + 2).sum();
    let need = wide(last);
    if before + need.min(LEAST / 2) > columns {
        rows.iter().for_each(|row| apart(out, head, row, bare, columns));
        return;
    }
    let begin = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()) + 2)));
        cells.collect::<String>()
    };
    wrap(out, &begin(&mut head.iter().copied()), head.last().copied().unwrap_or_default(), columns);
    for row in &rows {
        let words = row.last().map(String::as_str).unwrap_or_default();
        wrap(out, &begin(&mut row.iter().map(String::as_str)), words, columns);
    }
}

/// A row under itself: the cells that speak for themselves, then the others with their names.
fn apart(out: &mut String, head: &[&'static str], row: &[String], bare: usize, columns: usize) {
    let told: Vec<&str> = row.iter().take(bare).map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    wrap(out, "  ", &told.join(" · "), columns);
    let named = head.iter().zip(row).skip(bare).filter(|(_, cell)| !matches!(cell.as_str(), "" | "-"));
    let named: Vec<String> = named.map(|(name, cell)| format!("{name}: {cell}")).collect();
    if !named.is_empty() {
        wrap(out, "      ", &named.join(" · "), columns);
    }
}
