//! Markdown taken apart to be read on a terminal: headings, paragraphs, lists, tables, and what stands out in them.

use std::ops::Range;
use std::sync::Arc;

use super::text::width;

/// How some words stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Strong,
    /// Said beside it: italic on paper.
    Aside,
    /// Taken back or corrected.
    Struck,
}

/// Words, and which of them stand out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub text: String,
    /// By bytes of the text, in order.
    pub marks: Vec<(Range<usize>, Mark)>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Blank,
    /// Of a level, from 1.
    Heading(usize, Words),
    Paragraph(Words),
    Item(Words),
    /// A row of a table, with how wide the widest cell of each of its columns is.
    Row {
        cells: Vec<Words>,
        widths: Arc<[u16]>,
        part: Part,
    },
}

/// What a row is in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Head,
    Body,
}

/// The parts of a document, in order. No two blank ones follow each other.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.trim_start().starts_with('|')) {
                rows.push(cells(row.trim()));
            }
            blocks.extend(table(rows));
            continue;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        blocks.push(match line {
            "" if matches!(blocks.last(), None | Some(Block::Blank)) => continue,
            "" => Block::Blank,
            _ if level > 0 && line[level..].starts_with(' ') => Block::Heading(level, words(&line[level..])),
            _ => match line.strip_prefix("- ") {
                Some(item) => Block::Item(words(item)),
                None => Block::Paragraph(words(line)),
            },
        });
    }
    while blocks.last() == Some(&Block::Blank) {
        blocks.pop();
    }
    blocks
}

/// The cells of a row, as they are written.
fn cells(row: &str) -> Vec<Words> {
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut letters = row.chars();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("there is one from the beginning");
        match letter {
            '|' => cells.push(String::new()),
            '\\' => {
                cell.push('\\');
                cell.extend(letters.next());
            }
            letter => cell.push(letter),
        }
    }
    // What follows the last bar is no cell.
    if cells.len() > 1 {
        cells.pop();
    }
    cells.iter().map(|cell| words(cell)).collect()
}

/// The rows of a table. Its second line only says where its head ends; a head without a word is left out.
fn table(rows: Vec<Vec<Words>>) -> Vec<Block> {
    let rule = |row: &[Words]| {
        row.iter()
            .all(|cell| !cell.text.is_empty() && cell.text.chars().all(|c| matches!(c, '-' | ':' | ' ')))
    };
    let headed = rows.get(1).is_some_and(|row| rule(row));
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; columns];
    let body: Vec<(Part, Vec<Words>)> = rows
        .into_iter()
        .enumerate()
        .filter(|(at, _)| !(headed && *at == 1))
        .map(|(at, row)| (if headed && at == 0 { Part::Head } else { Part::Body }, row))
        .filter(|(part, row)| *part == Part::Body || row.iter().any(|cell| !cell.text.is_empty()))
        .collect();
    for (_, row) in &body {
        for (wide, cell) in widths.iter_mut().zip(row) {
            *wide = width(&cell.text).max(*wide);
        }
    }
    let widths: Arc<[u16]> = widths.into();
    body.into_iter().map(|(part, cells)| Block::Row { cells, widths: Arc::clone(&widths), part }).collect()
}

/// The words of a line without the signs that mark them.
fn words(line: &str) -> Words {
    let mut out = Words::default();
    let mut open: Vec<(&str, Mark, usize)> = Vec::new();
    let mut rest = line.trim();
    while let Some(letter) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) {
            out.text.push(escaped);
            rest = &rest[1 + escaped.len_utf8()..];
            continue;
        }
        let signs = [("**", Mark::Strong), ("~~", Mark::Struck), ("*", Mark::Aside)];
        if let Some((sign, mark)) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
            rest = &rest[sign.len()..];
            match open.iter().rposition(|(have, ..)| *have == sign) {
                Some(at) => {
                    let (_, mark, from) = open.remove(at);
                    out.marks.push((from..out.text.len(), mark));
                }
                None => open.push((sign, mark, out.text.len())),
            }
            continue;
        }
        out.text.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    out.marks.retain(|(range, _)| !range.is_empty());
    out.marks.sort_by_key(|(range, _)| range.start);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(block: &Block) -> String {
        let marked = |words: &Words| {
            let marks: Vec<String> = words
                .marks
                .iter()
                .map(|(range, mark)| format!("{mark:?}={}", &words.text[range.clone()]))
                .collect();
            format!("{}{}{}", words.text, if marks.is_empty() { "" } else { " " }, marks.join(" "))
        };
        match block {
            Block::Blank => String::new(),
            Block::Heading(level, words) => format!("h{level} {}", marked(words)),
            Block::Paragraph(words) => format!("p {}", marked(words)),
            Block::Item(words) => format!("i {}", marked(words)),
            Block::Row { cells, widths, part } => {
                let cells: Vec<String> = cells.iter().map(marked).collect();
                format!("{part:?} {} {widths:?}", cells.join("; "))
            }
        }
    }

    #[test]
    fn headings_lists_and_tables_are_told_apart_and_signs_are_left_out() {
        let text = "**TLP:AMBER**\n\n\n# It \\# broke\n\n| | |\n| --- | --- |\n| Lead | ana |\n\n## Owed\n\n- one\n- ~~two~~ *late*\n\n\
                    | When | What |\n| --- | --- |\n| 14:02 | a \\| b **BACK** |\n\nEnd.\n\n";
        let shown: Vec<String> = blocks(text).iter().map(shown).collect();
        assert_eq!(
            shown,
            [
                "p TLP:AMBER Strong=TLP:AMBER",
                "",
                "h1 It # broke",
                "",
                "Body Lead; ana [4, 3]",
                "",
                "h2 Owed",
                "",
                "i one",
                "i two late Struck=two Aside=late",
                "",
                "Head When; What [5, 10]",
                "Body 14:02; a | b BACK Strong=BACK [5, 10]",
                "",
                "p End.",
            ]
        );
    }

    #[test]
    fn any_text_is_taken_apart_and_loses_no_letter() {
        for text in ["", "|", "||", "**", "\\", "a\\", "| a", "# ", "#", "~~a", "*", "|---|\n|---|", "- "] {
            let _ = blocks(text);
        }
        let [Block::Paragraph(words)] = &blocks("2 * 3 ~ 4 **so")[..] else { panic!("one paragraph") };
        assert_eq!(words.text, "2  3 ~ 4 so");
    }
}
