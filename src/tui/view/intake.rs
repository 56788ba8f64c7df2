//! A file on its way in: its columns with their first values and what each is, what it would bring, and what
//! of it cannot be taken.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::dialog;
use super::form;
use super::pen::Pen;
use crate::model::text::thousands;
use crate::tui::intake::{Column, Intake, Looked, on_screen, progress, why_none};
use crate::tui::msg::Target;
use crate::tui::text::{one_line, width};

/// Columns of the dialog.
const WIDE: u16 = 112;
/// Of what was refused, so much is shown.
const TOLD: usize = 20;
/// The name of a column takes at most so many columns of the screen.
const NAME: u16 = 24;
/// What a column is, with its arrows.
const FIELD: u16 = 15;
const GAP: u16 = 2;

/// Draws the dialog over the board.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, intake: &Intake) {
    let keys = match intake.looked {
        Looked::Read(..) => "Enter record   Tab row   ← → choose   Esc leave, nothing recorded",
        _ => "Tab row   ← → choose   Esc leave, nothing recorded",
    };
    let keys = crate::tui::text::letters(keys, pen.theme).into_owned();
    let columns = dialog::columns(screen, WIDE);
    let sheet = pen.sheet(columns, |pen, sheet| body(pen, sheet, intake));
    let title = format!("Import {} from {}", intake.format.name, one_line(&intake.name));
    let inside = dialog::open(pen, screen, &title, &keys, (WIDE, sheet.used));
    pen.show(inside, sheet);
}

fn body(pen: &mut Pen<'_>, sheet: Rect, intake: &Intake) -> (u16, std::ops::Range<u16>) {
    let theme = pen.theme;
    let mut hand = 0..1;
    let mut y = 0;
    let seen = intake.looked.seen();
    y = outcome(pen, sheet, y, intake);
    let top = y;
    pen.line(sheet, y, theme.faint);
    y += 1;
    value_row(pen, sheet, y, intake, 0, "times without a zone", &intake.zone_words(), "");
    if intake.at == 0 {
        hand = 0..y + 1;
    }
    y += 1;
    let names = seen.columns.iter().map(|column| width(&column.name)).max().unwrap_or(0).clamp(6, NAME);
    if !seen.columns.is_empty() {
        let mut head = pen.row(sheet, y);
        head.skip(2).put("column", theme.dim).to(sheet.x + 2 + names + GAP).put("is", theme.dim);
        head.to(sheet.x + 2 + names + GAP + FIELD + GAP).put("first values", theme.dim);
        y += 1;
    }
    for (at, column) in (1..).zip(&seen.columns) {
        column_row(pen, sheet, y, intake, at, column, names);
        if intake.at == at {
            hand = if y < 12 { 0..y + 1 } else { top..y + 1 };
        }
        y += 1;
    }
    // What the field in hand means stands in one place, whichever row is in hand, and hides no value.
    if let Some(column) = intake.at.checked_sub(1).and_then(|at| seen.columns.get(at)) {
        let field = column.field;
        y = form::words(pen, sheet, y, 2, &format!("{}: {}", field.word(), field.about()), theme.info);
    }
    let told = refused(pen, sheet, y, intake);
    (told, hand)
}

/// What it would bring, in a line or two, on top where the eye is.
fn outcome(pen: &mut Pen<'_>, sheet: Rect, mut y: u16, intake: &Intake) -> u16 {
    let theme = pen.theme;
    match &intake.looked {
        Looked::Reading(rows, _) => {
            pen.row(sheet, y).put(&progress(*rows), theme.accent);
            y + 1
        }
        Looked::Refused(_, refusal) => form::wrong(pen, sheet, y, &on_screen(refusal)),
        Looked::Read(_, judged) if judged.nothing_taken() && judged.faults > 0 => {
            let words = format!("Nothing can be taken as it is read now: {}", judged.sentence());
            y = form::words(pen, sheet, y, 0, &words, theme.notice);
            form::words(pen, sheet, y, 0, why_none(judged), theme.text)
        }
        Looked::Read(_, judged) => {
            let style = if judged.drafts.is_empty() { theme.notice } else { theme.good };
            let words = if judged.drafts.is_empty() && judged.faults == 0 {
                format!("Nothing new: {}", judged.sentence())
            } else {
                format!("Would record {}", judged.sentence())
            };
            y = form::words(pen, sheet, y, 0, &words, style);
            for remark in judged.remarks.iter().filter(|remark| !remark.starts_with("Read as: ")) {
                y = form::words(pen, sheet, y, 0, remark, theme.dim);
            }
            y
        }
    }
}

/// A row whose value can be chosen.
#[expect(clippy::too_many_arguments, reason = "one row: where, of what, which, and its three texts")]
fn value_row(
    pen: &mut Pen<'_>,
    sheet: Rect,
    y: u16,
    intake: &Intake,
    at: usize,
    name: &str,
    value: &str,
    about: &str,
) {
    let theme = pen.theme;
    let place = Rect { y: sheet.y + y, height: 1, ..sheet };
    let chosen = intake.at == at;
    pen.spot(place, Target::Choice(at));
    if chosen {
        pen.select(place, theme.selected);
    }
    let mut row = pen.row(sheet, y);
    row.put(if chosen { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent).skip(1);
    row.put(name, if chosen { theme.strong } else { theme.text }).skip(GAP);
    row.put("< ", theme.dim).put(value, theme.accent).put(" >", theme.dim);
    row.skip(GAP).put(about, theme.dim);
    if chosen {
        pen.select(place, theme.selected);
    }
}

fn column_row(
    pen: &mut Pen<'_>,
    sheet: Rect,
    y: u16,
    intake: &Intake,
    at: usize,
    column: &Column,
    names: u16,
) {
    let theme = pen.theme;
    let place = Rect { y: sheet.y + y, height: 1, ..sheet };
    let chosen = intake.at == at;
    let skipped = column.field == crate::exchange::csv::fields::Field::Skip;
    let ink = |style: Style| if skipped { theme.dim } else { style };
    pen.spot(place, Target::Choice(at));
    let mut row = pen.row(sheet, y);
    row.put(if chosen { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent).skip(1);
    let end = sheet.x + 2 + names;
    let name = Rect { x: sheet.x + 2, width: names, ..place };
    let field = Rect { x: end + GAP, width: FIELD, ..place };
    let rest = Rect { x: end + GAP + FIELD + GAP, ..place };
    let rest = Rect { width: sheet.right().saturating_sub(rest.x), ..rest };
    let label =
        if column.name.is_empty() { format!("column {at}") } else { one_line(&column.name).into_owned() };
    pen.row(name, 0).put(&label, ink(if chosen { theme.strong } else { theme.text }));
    pen.row(field, 0).put("< ", theme.dim).put(column.field.word(), ink(theme.accent)).put(" >", theme.dim);
    pen.row(rest, 0).put(&samples(column, rest.width), ink(theme.text));
    if chosen {
        pen.select(place, theme.selected);
    }
}

/// As many of the first values as have room whole; of a first one that has none, its beginning.
fn samples(column: &Column, room: u16) -> String {
    let mut words = String::new();
    for sample in &column.samples {
        let sample = one_line(sample);
        let gap = if words.is_empty() { "" } else { " | " };
        if !words.is_empty() && width(&words) + width(gap) + width(&sample) > room {
            break;
        }
        words.push_str(gap);
        words.push_str(&sample);
    }
    words
}

/// What cannot be taken, with its row and why.
fn refused(pen: &mut Pen<'_>, sheet: Rect, mut y: u16, intake: &Intake) -> u16 {
    let Looked::Read(_, judged) = &intake.looked else { return y };
    if judged.refused.is_empty() {
        return y;
    }
    let theme = pen.theme;
    pen.line(sheet, y, theme.faint);
    y += 1;
    for one in judged.refused.iter().take(TOLD) {
        let place = one.to_string();
        pen.row(sheet, y).put(&place, theme.notice);
        let under = Rect { x: sheet.x + width(&place) + GAP, ..sheet };
        let under = Rect { width: sheet.right().saturating_sub(under.x), ..under };
        // The option of the shell is the first row here.
        let why = one.why.split_once("; --assume-zone").map_or(one.why.as_str(), |(why, _)| why);
        y = form::words(pen, under, y, 0, why, theme.text);
    }
    let told: u64 = judged.refused.iter().take(TOLD).map(|one| one.to - one.row + 1).sum();
    let more = judged.faults.saturating_sub(usize::try_from(told).unwrap_or(usize::MAX));
    if more > 0 {
        let words = format!("and {} more; casebook import … --dry-run --json names them", thousands(more));
        pen.row(sheet, y).put(&words, theme.dim);
        y += 1;
    }
    y
}
