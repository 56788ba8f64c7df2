//! The lines at the bottom that words are typed into: note, command, filter; and any field of a form.

use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;

use super::pen::Pen;
use super::scene::Scene;
use crate::model::entry::LogKind;
use crate::model::time;
use crate::tui::input::Input;
use crate::tui::list::Filter;
use crate::tui::modal::CommandLine;
use crate::tui::note::Note;
use crate::tui::text::{letters, one_line, width};

/// Whether the words are being typed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hand {
    In,
    Out,
}

/// What is typed, cut into rows of `columns`, and where the cursor stands in them.
pub(crate) struct Typed {
    pub(crate) rows: Vec<String>,
    /// Column and row.
    pub(crate) cursor: (u16, usize),
}

impl Typed {
    pub(crate) fn of(input: &Input, columns: u16) -> Self {
        let columns = columns.max(2);
        let (line_at, column_at) = input.cursor();
        let mut rows = Vec::new();
        let mut cursor = (0, 0);
        for (i, line) in input.lines().iter().enumerate() {
            let mut row = String::new();
            let (mut at, mut passed) = (0u16, 0usize);
            for character in line.graphemes(true) {
                let wide = width(character);
                // The last column stays free for the cursor.
                if at + wide >= columns {
                    rows.push(std::mem::take(&mut row));
                    at = 0;
                }
                if i == line_at && passed <= column_at {
                    cursor = (at, rows.len());
                }
                row.push_str(character);
                at += wide;
                passed += character.chars().count();
            }
            if i == line_at && passed <= column_at {
                cursor = (at, rows.len());
            }
            rows.push(row);
        }
        Self { rows, cursor }
    }
}

/// Draws what is typed into an area, the cursor always in sight.
pub(crate) fn input(pen: &mut Pen<'_>, area: Rect, input: &Input, style: Style, hand: Hand) {
    if area.is_empty() {
        return;
    }
    let typed = Typed::of(input, area.width);
    let height = usize::from(area.height);
    let top = match hand {
        Hand::In => (typed.cursor.1 + 1).saturating_sub(height),
        Hand::Out => 0,
    };
    pen.tint(area, style);
    for (line, words) in (0u16..area.height).zip(typed.rows.iter().skip(top)) {
        pen.row(area, line).put(words, style);
    }
    if hand == Hand::In {
        let row = u16::try_from(typed.cursor.1 - top).unwrap_or(0);
        let column = typed.cursor.0.min(area.width - 1);
        // The cursor stands on the letters as they are shown, not as they were typed.
        let before: String = typed.rows[typed.cursor.1]
            .graphemes(true)
            .scan(0u16, |at, character| {
                *at += width(character);
                (*at <= column).then_some(character)
            })
            .collect();
        let shown = width(&letters(&before, pen.theme)).min(area.width - 1);
        pen.cursor = Some((area.x + shown, area.y + row));
    }
}

/// The rows of a screen that a long `:` line may take.
const COMMAND_ROWS: u16 = 4;

/// The rows the note line takes of a screen.
pub(crate) fn note_height(note: &Note, screen: Rect) -> u16 {
    let prompt = width(prompt(note));
    let rows = Typed::of(&note.input, screen.width.saturating_sub(prompt + 1)).rows.len();
    let most = (screen.height / 2).clamp(1, 8);
    let echo = u16::from(screen.height >= 2);
    (u16::try_from(rows).unwrap_or(most).clamp(1, most) + echo).min(screen.height)
}

fn prompt(note: &Note) -> &'static str {
    match (note.scribe, note.kind) {
        (true, _) => "scribe> ",
        (false, LogKind::Note) => "note> ",
        (false, LogKind::Action) => "action> ",
        (false, LogKind::Observation) => "observed> ",
        (false, LogKind::Decision) => "decision> ",
        (false, LogKind::Communication) => "message> ",
    }
}

/// The note line with what it understands of the words: time with zone, components, kind.
pub(crate) fn note(pen: &mut Pen<'_>, screen: Rect, scene: &Scene<'_>, note: &Note) {
    let theme = pen.theme;
    let height = note_height(note, screen);
    let area = Rect { y: screen.bottom() - height, height, ..screen };
    pen.clear(area);
    pen.cover(area);
    let prompt = prompt(note);
    let indent = width(prompt);
    pen.row(area, 0).put(prompt, theme.accent);
    let rows = if screen.height >= 2 { height - 1 } else { height };
    let field = Rect {
        x: area.x + indent.min(area.width),
        width: area.width.saturating_sub(indent),
        height: rows,
        ..area
    };
    input(pen, field, &note.input, theme.text, Hand::In);
    if rows == height {
        return;
    }
    let mut row = pen.row(area, rows);
    row.skip(indent.min(6));
    if let Some(wrong) = &note.wrong {
        row.put(&one_line(&wrong.message), theme.hurt);
        if let Some(hint) = &wrong.hint {
            row.skip(2).put(&one_line(hint), theme.dim);
        }
        return;
    }
    let Some(incident) = scene.incident() else { return };
    let echo = note.echo(incident, scene.app.now, &scene.zone);
    match &echo.happened {
        Ok(Some(happened)) => {
            let words = format!("happened {}", time::echo(happened, scene.app.now, &scene.zone));
            row.put(&words, theme.notice);
        }
        Ok(None) => {
            let zone = scene.zone.name();
            row.put(&format!("now, {} {zone}", scene.clock(scene.app.now)), theme.dim);
        }
        Err(wrong) => {
            row.put(&one_line(&wrong.message), theme.hurt);
            return;
        }
    }
    if !echo.components.is_empty() {
        row.skip(2).put(&one_line(&echo.components.join(", ")), theme.info);
    }
    row.fits(2, &format!("kind: {} (Tab)", note.kind.word()), theme.dim);
    let keys = if note.scribe { "Enter saves, empty Enter ends" } else { "Enter saves  Esc keeps the words" };
    row.fits(2, keys, theme.dim);
    if note.scribe && note.saved > 0 {
        row.fits(2, &format!("{} saved", note.saved), theme.good);
    }
}

/// The `:` line with how the word in hand could go on.
pub(crate) fn command(pen: &mut Pen<'_>, screen: Rect, line: &CommandLine) {
    let theme = pen.theme;
    let above = u16::from(screen.height >= 2);
    let columns = screen.width.saturating_sub(1);
    let rows = u16::try_from(Typed::of(&line.input, columns).rows.len()).unwrap_or(u16::MAX);
    let rows = rows.clamp(1, (screen.height / 2).clamp(1, COMMAND_ROWS)).min(screen.height);
    let height = rows + above;
    let area = Rect { y: screen.bottom() - height, height, ..screen };
    pen.clear(area);
    pen.cover(area);
    pen.row(area, above).put(":", theme.accent);
    let field = Rect { x: area.x + 1.min(area.width), y: area.y + above, width: columns, height: rows };
    input(pen, field, &line.input, theme.text, Hand::In);
    if above == 0 {
        return;
    }
    let mut row = pen.row(area, 0);
    row.skip(1);
    if let Some(wrong) = &line.wrong {
        row.put(&one_line(&wrong.message), theme.hurt);
        if let Some(hint) = &wrong.hint {
            row.skip(2).put(&one_line(hint), theme.dim);
        }
        return;
    }
    if line.offers.is_empty() {
        row.put("a verb of casebook; Tab completes, Enter does it, Esc leaves", theme.dim);
    }
    for (i, offer) in line.offers.iter().enumerate() {
        let style = if line.at == Some(i) { theme.badge } else { theme.dim };
        if !row.fits(if i == 0 { 0 } else { 2 }, &one_line(offer), style) {
            row.put(" ", theme.dim);
            break;
        }
    }
}

/// The filter line: the list in sight narrows with each letter.
pub(crate) fn filter(pen: &mut Pen<'_>, screen: Rect, line: &Filter, left: usize) {
    let theme = pen.theme;
    let area = Rect { y: screen.bottom().saturating_sub(1), height: 1.min(screen.height), ..screen };
    pen.clear(area);
    pen.cover(area);
    let label = "filter> ";
    let mut row = pen.row(area, 0);
    let count = format!("{} left  Enter keeps  Esc as before", super::incidents::thousands(left));
    if row.room() > width(&count) + 24 {
        row.right(&count, 1, theme.dim);
    }
    row.put(label, theme.accent);
    let field = Rect { x: row.at(), width: row.room(), ..area };
    input(pen, field, &line.input, theme.text, Hand::In);
}
