//! One entry of the log as a row: when, who, what kind, the words, and the seams that must be seen.

use std::borrow::Cow;

use ratatui::style::Style;

use super::pen::Row;
use super::scene::Scene;
use crate::model::entry::{Entry, Kind};
use crate::tui::app::Disk;
use crate::tui::case::Case;
use crate::tui::text::{one_line, paragraph, width, wrap};
use crate::tui::theme::Theme;

/// Words with a style: a remark that shows how an entry came about, or the rest of its text.
pub(crate) type Seam = (Cow<'static, str>, Style);

/// Columns of time, name and kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    pub(crate) name: u16,
    pub(crate) kind: u16,
    /// Rows to spare: what does not fit goes on in the row below.
    pub(crate) tall: bool,
}

impl Columns {
    /// Where the text starts.
    pub(crate) fn indent(self) -> u16 {
        2 + 6 + self.name + 1 + self.kind + 1
    }

    /// How wide the text may be in a pane of so many columns.
    pub(crate) fn text(self, columns: u16) -> u16 {
        columns.saturating_sub(self.indent())
    }
}

/// A fact written down this much later than it happened says so (milliseconds).
const LATE: i64 = 60_000;

/// What goes on in the rows below, where there are rows to spare: the rest of a text that is longer than
/// its row, seams that do not fit beside it, the reason of a way back.
pub(crate) fn below(scene: &Scene<'_>, case: &Case, entry: &Entry, room: u16) -> Vec<Vec<Seam>> {
    let (text, reason) = split(entry);
    let (glyph, title, state) = task_words(entry, text, &scene.app.theme);
    let text = one_line(title);
    let mark = glyph.map_or(0, |(glyph, _)| width(glyph) + 1);
    let mut seams = seams(scene, case, entry);
    let fits = mark + width(&text) + seam_columns(&seams) <= room;
    let dim = scene.app.theme.dim;
    let owned = |words: &str, style| (words.to_owned().into(), style);
    if fits {
        seams.clear();
    } else if !state.is_empty() {
        seams.push(owned(state, dim));
    }
    if let Some(reason) = reason.filter(|_| entry.back || !fits) {
        seams.push(owned(&one_line(reason), dim));
    }
    let rest = rest(&text, room.saturating_sub(mark));
    let rest = (!rest.is_empty()).then(|| owned(rest, words_style(scene, entry)));
    let together = rest.as_ref().map_or(0, |(words, _)| width(words)) + seam_columns(&seams) <= room;
    let mut rows: Vec<Vec<Seam>> = vec![rest.into_iter().collect(), seams];
    if together {
        let seams = rows.pop().unwrap_or_default();
        rows[0].extend(seams);
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// How the words of an entry look.
fn words_style(scene: &Scene<'_>, entry: &Entry) -> Style {
    let theme = &scene.app.theme;
    if entry.undone_by.is_some() { theme.dim.patch(theme.undone) } else { theme.text }
}

/// What of a text does not stand on its first row.
fn rest(text: &str, room: u16) -> &str {
    let first = wrap(text, room).next().map_or(0, str::len);
    text[first..].trim()
}

pub(crate) fn seam_columns(seams: &[Seam]) -> u16 {
    seams.iter().map(|(words, _)| width(words) + 2).sum()
}

/// What an entry says, and the reason behind it if the words are casebook's own.
fn split(entry: &Entry) -> (&str, Option<&str>) {
    let text = entry.shown();
    if entry.kind.written() {
        return (text, None);
    }
    match text.find("  \"") {
        Some(at) => (&text[..at], Some(text[at..].trim_start())),
        None => (text, None),
    }
}

/// The word of a kind, at most nine columns.
pub(crate) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Communication => "message",
        Kind::Observation => "observed",
        Kind::Determination => "judged",
        Kind::Correction => "corrected",
        Kind::Assumption => "assumed",
        Kind::Improvement => "improve",
        other => other.word(),
    }
}

/// Draws an entry as a row.
pub(crate) fn draw(
    mut row: Row<'_>,
    scene: &Scene<'_>,
    case: &Case,
    entry: &Entry,
    columns: Columns,
    unfolded: bool,
) {
    let theme = &scene.app.theme;
    let undone = entry.undone_by.is_some();
    row.skip(1).value(&scene.clock(entry.happened), theme.dim).skip(1);
    let (name_at, kind_at) = (row.at(), row.at() + columns.name + 1);
    let by = one_line(entry.actor_in_column());
    row.put(&super::text::fit(&by, columns.name, theme), theme.text).to(kind_at);
    let kind = if undone { theme.dim } else { theme.kind(entry.kind) };
    row.put(word(entry.kind), kind).to(name_at + columns.name + columns.kind + 2);
    let style = words_style(scene, entry);
    let seams = seams(scene, case, entry);
    if unfolded {
        let text = paragraph(entry.shown());
        row.put(wrap(&text, row.room()).next().unwrap_or_default(), style);
        for (words, style) in &seams {
            row.fits(2, words, *style);
        }
        return;
    }
    let (text, reason) = split(entry);
    let (glyph, text, rest) = task_words(entry, text, theme);
    if let Some((glyph, style)) = glyph {
        row.put(glyph, style).skip(1);
    }
    let shown = one_line(text);
    if columns.tall && width(&shown) + seam_columns(&seams) > row.room() {
        row.put(wrap(&shown, row.room()).next().unwrap_or_default(), style);
        return;
    }
    let mut room = row.room();
    let least = width(text).min(14);
    let mut kept = Vec::with_capacity(seams.len());
    for (words, style) in &seams {
        if width(words) + 2 + least <= room {
            room -= width(words) + 2;
            kept.push((words, *style));
        }
    }
    row.put(&super::text::fit(&shown, room, theme), style);
    for (words, style) in kept {
        row.fits(2, words, style);
    }
    if !rest.is_empty() {
        row.fits(2, rest, theme.dim);
    }
    if let Some(reason) = reason.filter(|_| row.room() > 16 && !(columns.tall && entry.back)) {
        row.skip(2).put(&one_line(reason), theme.dim);
    }
}

/// A task's change as mark, title and the words the mark does not say.
fn task_words<'a>(
    entry: &Entry,
    text: &'a str,
    theme: &Theme,
) -> (Option<(&'static str, Style)>, &'a str, &'a str) {
    let glyphs = theme.glyphs;
    let Some((title, state)) = text.rsplit_once(": ").filter(|_| entry.kind == Kind::Task) else {
        return (None, text, "");
    };
    let (word, rest) = state.split_once(", ").unwrap_or((state, ""));
    let dim = theme.dim;
    match word {
        "done" => (Some((glyphs.done, theme.good)), title, rest),
        "in progress" => (Some((glyphs.in_progress, theme.accent)), title, "in progress"),
        "blocked" => (Some((glyphs.blocked, theme.hurt)), title, "blocked"),
        "open again" => (Some((glyphs.open, theme.text)), title, "open again"),
        "waived" => (Some((glyphs.waived, dim)), title, "waived"),
        "not applicable" => (Some((glyphs.not_applicable, dim)), title, "not applicable"),
        _ => (None, text, ""),
    }
}

/// What must be seen beside the words: taken back, a way back, late, corrected, not on the disk.
pub(crate) fn seams(scene: &Scene<'_>, case: &Case, entry: &Entry) -> Vec<Seam> {
    let theme = &scene.app.theme;
    let mut seams: Vec<Seam> = Vec::new();
    if case.unsaved.contains(&entry.id) {
        match scene.app.disk {
            Disk::NotSaved(..) => seams.push(("NOT SAVED".into(), theme.hurt)),
            Disk::Quiet | Disk::Saving(_) | Disk::Saved(_) => seams.push(("saving".into(), theme.dim)),
        }
    }
    if entry.undone_by.is_some() {
        seams.push(("undone".into(), theme.strong));
    }
    if entry.back {
        seams.push(("BACK".into(), theme.hurt));
    }
    if entry.corrections.iter().any(|correction| !correction.undone) {
        seams.push(("corrected".into(), theme.notice));
    }
    if entry.late_ms() >= LATE {
        let other_day =
            scene.zone.at(entry.happened).date_naive() != scene.zone.at(entry.written()).date_naive();
        let of = if other_day { format!("of {}, ", day_of(scene, entry)) } else { String::new() };
        seams.push((format!("({of}recorded {})", scene.clock(entry.written())).into(), theme.dim));
    }
    seams
}

/// `20 Nov`.
fn day_of(scene: &Scene<'_>, entry: &Entry) -> String {
    scene.zone.at(entry.happened).format("%-d %b").to_string()
}
