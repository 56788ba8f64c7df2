//! A screen as a picture: a ratatui buffer becomes an SVG that looks the same with any monospace font.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// Pixels of a cell, and where in it letters stand.
const CELL: (u16, u16) = (9, 19);
const BASE: u16 = 14;
const FONT: &str = "'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace";
/// The terminal's own ground and letters.
const GROUND: &str = "#0f1216";
const LETTERS: &str = "#d3d7de";

/// How a stretch of cells looks.
#[derive(Clone, PartialEq)]
struct Look {
    letters: String,
    ground: Option<String>,
    bold: bool,
    struck: bool,
    underlined: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let has = |modifier| cell.modifier.contains(modifier);
        let letters = colour(cell.fg).unwrap_or_else(|| LETTERS.to_owned());
        let ground = colour(cell.bg);
        let (letters, ground) = match has(Modifier::REVERSED) {
            true => (ground.unwrap_or_else(|| GROUND.to_owned()), Some(letters)),
            false => (letters, ground),
        };
        let (bold, struck) = (has(Modifier::BOLD), has(Modifier::CROSSED_OUT));
        Self { letters, ground, bold, struck, underlined: has(Modifier::UNDERLINED) }
    }
}

/// Draws the buffer.
pub(crate) fn svg(buf: &Buffer) -> String {
    let (columns, rows) = (buf.area.width, buf.area.height);
    let (width, height) = (columns * CELL.0 + 24, rows * CELL.1 + 24);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"{FONT}\" font-size=\"15\" role=\"img\" aria-label=\"The board of casebook\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{GROUND}\"/>\n\
         <g transform=\"translate(12 12)\" xml:space=\"preserve\">\n"
    );
    for y in 0..rows {
        row(buf, y, &mut out);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn row(buf: &Buffer, y: u16, out: &mut String) {
    let mut x = 0;
    while x < buf.area.width {
        let (start, look) = (x, Look::of(&buf[(x, y)]));
        let mut words = String::new();
        while x < buf.area.width && Look::of(&buf[(x, y)]) == look {
            let symbol = buf[(x, y)].symbol();
            words.push_str(symbol);
            x += u16::try_from(symbol.width()).unwrap_or(1).max(1);
        }
        stretch(&look, start, x - start, y, &words, out);
    }
}

fn stretch(look: &Look, x: u16, columns: u16, y: u16, words: &str, out: &mut String) {
    let mut write = |text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("a String takes everything");
    let (left, top, width) = (x * CELL.0, y * CELL.1, columns * CELL.0);
    if let Some(ground) = &look.ground {
        let height = CELL.1;
        write(format_args!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>\n"
        ));
    }
    let shown = words.trim_end();
    if shown.trim().is_empty() {
        return;
    }
    // Blanks in front are left out, and the length is said, so that columns stay columns in any font.
    let blanks = shown.len() - shown.trim_start().len();
    let shown = shown.trim_start();
    let left = left + u16::try_from(blanks).unwrap_or(0) * CELL.0;
    let length = u16::try_from(shown.width()).unwrap_or(0) * CELL.0;
    let weight = if look.bold { " font-weight=\"bold\"" } else { "" };
    let line = match (look.struck, look.underlined) {
        (true, _) => " text-decoration=\"line-through\"",
        (false, true) => " text-decoration=\"underline\"",
        (false, false) => "",
    };
    let letters = &look.letters;
    let shown = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let base = top + BASE;
    write(format_args!(
        "<text x=\"{left}\" y=\"{base}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{letters}\"{weight}{line}>{shown}</text>\n"
    ));
}

/// A colour in the web's words; `None`: the terminal's own.
fn colour(colour: Color) -> Option<String> {
    let Color::Indexed(index) = colour else { return None };
    let rgb = match index {
        0..16 => (0, 0, 0),
        16..232 => {
            // The cube of xterm: six steps a colour.
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let cube = index - 16;
            (step(cube / 36), step(cube / 6 % 6), step(cube % 6))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    };
    Some(format!("#{:02x}{:02x}{:02x}", rgb.0, rgb.1, rgb.2))
}
