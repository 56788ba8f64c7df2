//! Forms: fields one below the other, the one in hand marked, what is understood of it beside it.

use ratatui::layout::Rect;

use super::dialog;
use super::pen::Pen;
use super::scene::Scene;
use super::typing::{self, Hand, Typed};
use crate::tui::app::Banner;
use crate::tui::form::{Ask, Field, Form, Opt, Value};
use crate::tui::msg::Target;
use crate::tui::text::{one_line, paragraph, width, wrap};

/// Columns of a form.
const WIDE: u16 = 84;
/// Widest column of labels.
const LABEL: u16 = 24;
/// Most rows of a text field.
const TEXT_ROWS: u16 = 6;

/// Draws a form over the board.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, scene: &Scene<'_>, form: &Form) {
    let keys = match &form.ask {
        Ask::Of(question, _) if **question == crate::tui::drill::start::START => {
            "Enter STARTEX   Tab next field   Esc back"
        }
        _ if form.fields.is_empty() => "Enter yes   Esc no",
        _ => "Enter save   Tab next field   Esc back, words are kept",
    };
    let sheet = pen.sheet(dialog::columns(screen, WIDE), |pen, sheet| body(pen, sheet, scene, form));
    let inside = dialog::open(pen, screen, &one_line(&form.title), keys, (WIDE, sheet.used));
    pen.show(inside, sheet);
}

fn body(pen: &mut Pen<'_>, sheet: Rect, scene: &Scene<'_>, form: &Form) -> (u16, std::ops::Range<u16>) {
    let theme = pen.theme;
    let mut y = 0;
    if form.ask == Ask::Welcome {
        y = welcome(pen, sheet, scene);
    }
    for sentence in &form.about {
        y = words(pen, sheet, y, 0, sentence, theme.text);
    }
    y += u16::from(y > 0);
    let labels = labels(&form.fields, sheet.width);
    let mut hand = y..y + 1;
    for (at, field) in form.fields.iter().enumerate() {
        let rows = self::field(pen, sheet, y, scene, field, at, form.at == at, labels);
        if form.at == at {
            hand = y..y + rows;
        }
        y += rows;
    }
    if let Some(wrong) = &form.wrong {
        let top = y;
        y = self::wrong(pen, sheet, y + 1, wrong);
        hand.end = hand.end.max(y).min(hand.start + 12);
        if form.fields.is_empty() {
            hand = top..y;
        }
    }
    (y, hand)
}

/// Why an answer was not accepted, with the next step.
pub(crate) fn wrong(pen: &mut Pen<'_>, sheet: Rect, y: u16, wrong: &crate::model::refusal::Refusal) -> u16 {
    let theme = pen.theme;
    let y = words(pen, sheet, y, 0, &wrong.message, theme.hurt);
    wrong.hint.as_ref().map_or(y, |hint| words(pen, sheet, y, 0, hint, theme.dim))
}

/// Writes a paragraph from row `y` on; returns the row after it.
pub(crate) fn words(
    pen: &mut Pen<'_>,
    sheet: Rect,
    mut y: u16,
    indent: u16,
    text: &str,
    style: ratatui::style::Style,
) -> u16 {
    let text = paragraph(text);
    for line in wrap(&text, sheet.width.saturating_sub(indent)) {
        pen.row(sheet, y).skip(indent).put(line, style);
        y += 1;
    }
    y
}

/// What this is, for somebody who never saw it.
fn welcome(pen: &mut Pen<'_>, sheet: Rect, scene: &Scene<'_>) -> u16 {
    let theme = pen.theme;
    pen.row(sheet, 0).put("casebook", theme.accent).put("  incident response from a terminal", theme.dim);
    let promise = match scene.app.banner {
        Banner::Demo => "This is a demo: nothing you do here outlives it.",
        Banner::Real | Banner::Exercise => {
            "Everything stays on this machine, in plain files you own. No server, no account, no network."
        }
    };
    words(pen, sheet, 1, 0, promise, theme.text)
}

/// The columns of the labels; 0: each label on a row of its own.
pub(crate) fn labels(fields: &[Field], columns: u16) -> u16 {
    let widest = fields.iter().map(|field| width(&field.label)).max().unwrap_or(0);
    if columns < 48 { 0 } else { widest.min(LABEL) + 2 }
}

/// Draws a field from row `y` on; returns how many rows it took.
#[expect(clippy::too_many_arguments, reason = "a field, its place and its turn")]
pub(crate) fn field(
    pen: &mut Pen<'_>,
    sheet: Rect,
    y: u16,
    scene: &Scene<'_>,
    field: &Field,
    at: usize,
    in_hand: bool,
    labels: u16,
) -> u16 {
    let theme = pen.theme;
    let style = if in_hand { theme.accent } else { theme.dim };
    let mark = if in_hand { theme.glyphs.bar } else { theme.glyphs.no_bar };
    let mut row = pen.row(Rect { width: if labels > 0 { labels + 1 } else { sheet.width }, ..sheet }, y);
    row.put(mark, theme.accent).skip(1);
    row.put(&field.label, style);
    let (indent, top) = if labels > 0 { (labels + 2, y) } else { (2, y + 1) };
    let place = Rect {
        x: sheet.x + indent,
        y: sheet.y + top,
        width: sheet.width.saturating_sub(indent + 1),
        height: sheet.height.saturating_sub(top),
    };
    let rows = match &field.value {
        Value::Line(input) | Value::Text(input) => text(pen, place, field, input, in_hand),
        Value::Time(input, _) => {
            let rows = text(pen, place, field, input, in_hand);
            rows + echo(pen, Rect { y: place.y + rows, ..place }, scene, field)
        }
        Value::Choice { options, at } => choice(pen, place, field, options, *at, in_hand),
        Value::Checks { options, at } => checks(pen, place, options, *at, in_hand),
    };
    let rows = rows + (top - y);
    pen.spot(Rect { y: sheet.y + y, height: rows, ..sheet }, Target::Field(at));
    rows
}

fn text(
    pen: &mut Pen<'_>,
    place: Rect,
    field: &Field,
    input: &crate::tui::input::Input,
    in_hand: bool,
) -> u16 {
    let theme = pen.theme;
    let typed = u16::try_from(Typed::of(input, place.width).rows.len()).unwrap_or(TEXT_ROWS);
    let least = if matches!(field.value, Value::Text(_)) { 2 } else { 1 };
    let rows = typed.clamp(least, TEXT_ROWS);
    let area = Rect { height: rows.min(place.height), ..place };
    if input.is_empty() && !in_hand {
        pen.tint(area, theme.field);
        pen.row(area, 0).put(&field.hint, theme.field.patch(theme.dim));
        return rows;
    }
    let hand = if in_hand { Hand::In } else { Hand::Out };
    typing::input(pen, area, input, theme.field, hand);
    if input.is_empty() {
        pen.row(area, 0).skip(1).put(&field.hint, theme.field.patch(theme.dim));
    }
    rows
}

/// What a time field understands.
fn echo(pen: &mut Pen<'_>, place: Rect, scene: &Scene<'_>, field: &Field) -> u16 {
    let theme = pen.theme;
    match field.echo(scene.app.now, &scene.zone) {
        None => 0,
        Some(Ok(read)) => {
            pen.row(place, 0).put(theme.glyphs.arrow, theme.dim).skip(1).put(&read, theme.notice);
            1
        }
        Some(Err(wrong)) => {
            pen.row(place, 0).put(&one_line(&wrong.message), theme.hurt);
            1
        }
    }
}

/// All answers on a row where they fit, else the one chosen and how many there are.
fn choice(
    pen: &mut Pen<'_>,
    place: Rect,
    field: &Field,
    options: &[Opt],
    at: Option<usize>,
    in_hand: bool,
) -> u16 {
    let theme = pen.theme;
    let all: u16 = options.iter().map(|option| width(&option.label) + 3).sum();
    let mut row = pen.row(place, 0);
    if all <= row.room() {
        for (i, option) in options.iter().enumerate() {
            let label = one_line(&option.label);
            if at == Some(i) {
                row.put(&format!("[{label}]"), if in_hand { theme.accent } else { theme.strong });
            } else {
                row.put(&format!(" {label} "), theme.dim);
            }
            row.skip(1);
        }
        if at.is_none() {
            row.fits(1, &field.hint, theme.dim);
        }
    } else {
        let chosen = at.and_then(|at| options.get(at));
        let (words, style) = match chosen {
            Some(option) => (one_line(&option.label), if in_hand { theme.accent } else { theme.strong }),
            None => (one_line(&field.hint), theme.dim),
        };
        row.put("< ", theme.dim).put(&words, style).put(" >", theme.dim);
        let place =
            at.map_or(format!("one of {}", options.len()), |at| format!("{} of {}", at + 1, options.len()));
        row.fits(2, &place, theme.dim);
        if in_hand {
            row.fits(2, "Space next", theme.dim);
        }
    }
    let note = at.and_then(|at| options.get(at)).map_or("", |option| option.note.as_str());
    if !in_hand || note.is_empty() {
        return 1;
    }
    words(pen, place, 1, 0, note, theme.dim)
}

fn checks(pen: &mut Pen<'_>, place: Rect, options: &[(Opt, bool)], at: usize, in_hand: bool) -> u16 {
    let theme = pen.theme;
    for (line, (i, (option, on))) in (0u16..).zip(options.iter().enumerate()) {
        let mut row = pen.row(place, line);
        let current = in_hand && i == at;
        row.put(if current { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent);
        row.put(if *on { "[x]" } else { "[ ]" }, if *on { theme.good } else { theme.text }).skip(1);
        let note = one_line(&option.note);
        if row.room() > width(&note) + 20 {
            row.right(&note, 0, theme.dim);
        }
        row.put(&one_line(&option.label), if current { theme.strong } else { theme.text });
    }
    if options.is_empty() {
        pen.row(place, 0).put("nothing to choose", theme.dim);
    }
    u16::try_from(options.len()).unwrap_or(u16::MAX).clamp(1, 150)
}
