//! The activity pane: what happened, newest first, by day, with seams: late, corrected, taken back, unsaved.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::entry::{self, Columns, Seam, below, seam_columns, seams, word};
use super::layout::Layout;
use super::pane::{self, Head};
use super::pen::{Pen, Row};
use super::scene::Scene;
use crate::model::attack;
use crate::model::entry::Entry;
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::msg::Target;
use crate::tui::text::{day, paragraph, width, wrap};
use crate::tui::theme::Theme;

/// A row of the pane.
#[derive(Debug, PartialEq)]
enum Piece {
    /// The day of what stands below it.
    Day(String),
    /// Above it stands what is new since you looked.
    New(usize),
    /// The entry at this place of the log.
    Entry(usize),
    /// A further line of an entry.
    Under(usize, Vec<Seam>),
}

/// Most lines the selected entry unfolds to, its first one not counted.
const UNFOLDED: usize = 6;
/// Draws the pane.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>) {
    let (pane, app) = (layout.log, scene.app);
    let Some(case) = &app.case else { return };
    if pane.is_empty() {
        return;
    }
    let theme = pen.theme;
    let on_top = app.focus == Focus::Log;
    let details = details(scene, case);
    let inside = pane::draw(
        pen,
        layout,
        pane,
        &Head {
            title: if pane.width < 90 && layout.edge == super::layout::Edge::Rule {
                "Activity, newest first"
            } else {
                "Activity"
            },
            title_style: if on_top { theme.accent } else { theme.strong },
            details: &details,
            progress: None,
            keys: "n note  C correct  v as of then  f filter",
            focused: on_top && app.modals.is_empty(),
        },
    );
    let inside = pane::padded(layout, inside);
    pen.spot(pane, Target::Pane(Focus::Log));
    if case.log_len() == 0 {
        let words: &[&str] = if case.log_filter.is_empty() {
            &["Nothing is written down yet. n writes a note; @14:02 in it says when it happened."]
        } else {
            &["No entry matches the filter. f changes it, Esc takes it away."]
        };
        pane::empty(pen, inside, words);
        return;
    }
    let (pieces, columns) = pieces(scene, case, inside, layout.tall);
    for (line, piece) in (0u16..inside.height).zip(&pieces) {
        let place = Rect { y: inside.y + line, height: 1, ..inside };
        draw_piece(pen, place, scene, case, piece, columns);
    }
}

fn details(scene: &Scene<'_>, case: &Case) -> Vec<String> {
    let total = case.shown().entries.len();
    let all = super::incidents::thousands(total);
    if !case.log_filter.is_empty() {
        let words = crate::model::text::quoted(&case.log_filter);
        let left = super::incidents::thousands(case.log_len());
        return vec![format!("{left} of {all} entries, only {words}"), format!("{left} of {all}")];
    }
    let entries = format!("{all} {}", if total == 1 { "entry" } else { "entries" });
    // What two people compare on the phone to know that they see the same record.
    let dot = scene.app.theme.glyphs.dot;
    let headed = format!("{entries} {dot} head {}", case.shown().root.head_code());
    let looked = case.looked.and_then(|looked| case.shown().entry_of(looked));
    match (case.unseen(), looked) {
        (0, _) | (_, None) => vec![headed, entries],
        (new, Some(looked)) => {
            let since = scene.when(looked.written());
            vec![
                format!("{headed}, {new} new since {since}"),
                format!("{headed}, {new} new"),
                format!("{entries}, {new} new since {since}"),
                format!("{entries}, {new} new"),
                entries,
            ]
        }
    }
}

/// The rows in sight, the selected entry always among them, and the columns they stand in.
fn pieces(scene: &Scene<'_>, case: &Case, inside: Rect, tall: bool) -> (Vec<Piece>, Columns) {
    let height = usize::from(inside.height);
    let total = case.log_len();
    let at = case.log.at.min(total.saturating_sub(1));
    let mut top = case.log.window(total, height).start;
    let columns = Columns { tall, ..measure(case, top..(top.max(at) + height).min(total), inside.width) };
    let room = columns.text(inside.width);
    let under = under(scene, case, at, room, height);
    loop {
        let pieces = from(scene, case, top, at, &under, height, (room, tall));
        let line = pieces.iter().take(height).position(|piece| *piece == Piece::Entry(at));
        if line.is_some_and(|line| line + under.len() + 1 < height) || top >= at {
            return (pieces, columns);
        }
        top += 1;
    }
}

/// The rows from an entry on.
fn from(
    scene: &Scene<'_>,
    case: &Case,
    top: usize,
    at: usize,
    under: &[String],
    height: usize,
    (room, tall): (u16, bool),
) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(height);
    let unseen = if case.log_shown.is_none() { case.unseen() } else { 0 };
    let zone = &scene.zone;
    let date = |entry: &Entry| zone.at(entry.written()).date_naive();
    let mut before = top.checked_sub(1).and_then(|i| case.entry(i)).map(date);
    if before.is_none() && !tall {
        // The day of the newest entries goes without saying where rows are few, if it is today.
        before = Some(zone.at(scene.now()).date_naive());
    }
    for i in top..case.log_len() {
        if pieces.len() >= height {
            break;
        }
        let Some(entry) = case.entry(i) else { break };
        if i > 0 && i == unseen {
            pieces.push(Piece::New(unseen));
        }
        if before != Some(date(entry)) {
            pieces.push(Piece::Day(day(entry.written(), scene.now(), zone)));
            before = Some(date(entry));
        }
        pieces.push(Piece::Entry(i));
        if i == at && scene.app.focus == Focus::Log {
            let seams = seams(scene, case, entry);
            let text = paragraph(entry.shown());
            let first = wrap(&text, room).next().map_or(0, width);
            if first + seam_columns(&seams) > room {
                pieces.push(Piece::Under(i, seams));
            }
            let dim = scene.app.theme.dim;
            pieces.extend(under.iter().map(|line| Piece::Under(i, vec![(line.clone().into(), dim)])));
        } else if tall {
            let below = below(scene, case, entry, room);
            pieces.extend(below.into_iter().map(|spans| Piece::Under(i, spans)));
        }
    }
    pieces
}

/// The further lines of the selected entry of the pane in focus: the rest of its text, and its seams in
/// whole sentences.
fn under(scene: &Scene<'_>, case: &Case, at: usize, room: u16, height: usize) -> Vec<String> {
    let unfolds = scene.app.focus == Focus::Log && height > 3;
    let Some(entry) = case.entry(at).filter(|_| unfolds) else { return Vec::new() };
    let mut lines: Vec<String> = Vec::new();
    let text = paragraph(entry.shown());
    lines.extend(wrap(&text, room).skip(1).map(str::to_owned));
    let mut say = |words: &str| lines.extend(wrap(&paragraph(words), room).map(str::to_owned));
    if let Some(correction) = entry.corrections.iter().rfind(|correction| !correction.undone) {
        let by = case.shown().entry_of(correction.line);
        let by = by.map(|by| format!(" by {} {}", by.by, scene.when(by.written()))).unwrap_or_default();
        say(&format!("corrected{by}; was: {}", entry.text));
    }
    if let Some(undone) = entry.undone_by.and_then(|line| case.shown().entry_of(line)) {
        say(&format!("taken back by {} {}", undone.by, scene.when(undone.written())));
    }
    if entry.who.is_some() {
        say(&format!("done by {}, written by {}", entry.actor(), entry.by));
    }
    let tied: Vec<String> =
        entry.components_beside().iter().cloned().chain(entry.techniques().map(attack::shown)).collect();
    if !tied.is_empty() {
        say(&format!("about {}", tied.join(", ")));
    }
    let most = UNFOLDED.min((height / 2).max(1));
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(scene.app.theme.glyphs.ellipsis);
        }
    }
    lines
}

/// The widths of the columns for the entries about to be in sight.
fn measure(case: &Case, rows: std::ops::Range<usize>, columns: u16) -> Columns {
    let entries = || rows.clone().filter_map(|at| case.entry(at));
    let most = if columns >= 70 { 12 } else { 6 };
    let name = entries().map(|entry| width(entry.actor_in_column())).max().unwrap_or(3).clamp(3, most);
    let kind = entries().map(|entry| width(word(entry.kind))).max().unwrap_or(4).max(4);
    Columns { name, kind, tall: false }
}

fn draw_piece(
    pen: &mut Pen<'_>,
    place: Rect,
    scene: &Scene<'_>,
    case: &Case,
    piece: &Piece,
    columns: Columns,
) {
    let theme = pen.theme;
    let focused = scene.app.focus == Focus::Log;
    let selected = match piece {
        Piece::Entry(at) | Piece::Under(at, ..) => *at == case.log.at,
        Piece::Day(_) | Piece::New(_) => false,
    };
    if let Piece::Entry(at) | Piece::Under(at, ..) = piece {
        pen.spot(place, Target::Row(Focus::Log, *at));
    }
    let mut row = pen.row(place, 0);
    let bar = if focused { theme.accent } else { theme.faint };
    row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, bar);
    match piece {
        Piece::Day(words) => divider(row, words, theme.dim, theme),
        Piece::New(1) => divider(row, "above: new since you looked", theme.notice, theme),
        Piece::New(new) => {
            divider(row, &format!("above: {new} new since you looked"), theme.notice, theme);
        }
        Piece::Under(_, spans) => {
            row.to(place.x + columns.indent());
            for (words, style) in spans {
                row.put(words, *style).skip(2);
            }
        }
        Piece::Entry(at) => {
            if let Some(entry) = case.entry(*at) {
                entry::draw(row, scene, case, entry, columns, selected && focused);
            }
        }
    }
    if selected && focused {
        pen.select(place, theme.selected);
    }
}

fn divider(mut row: Row<'_>, words: &str, style: Style, theme: &Theme) {
    row.skip(1).put(theme.glyphs.horizontal, theme.faint).put(theme.glyphs.horizontal, theme.faint);
    row.put(" ", style).put(words, style).put(" ", style);
    row.right(" ", 0, theme.text);
    row.line(theme.faint);
}
