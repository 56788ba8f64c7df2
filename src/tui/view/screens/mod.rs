//! The screens beside the board as they are drawn: words above, a table, and what is selected below it.

mod components;
mod control;
mod decisions;
mod drill;
mod evidence;
mod indicators;
mod notices;
mod people;
mod report;
mod timeline;

use ratatui::layout::Rect;

use super::header::Span;
use super::layout::{Edge, Layout};
use super::pane::{self, Head};
use super::pen::Pen;
use super::scene::Scene;
use super::table::{self, Column, Line};
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::msg::Target;
use crate::tui::screens::{Key, Screen};
use crate::tui::text::wrap;

pub(crate) use report::reading;

/// Words in their styles, a row each.
pub(crate) type Rows = Vec<Vec<Span<'static>>>;

/// How a screen is drawn. Nothing here is asked for more than the rows in sight.
pub(crate) struct Look {
    pub(crate) screen: Screen,
    /// What must be known before the list is read, in rows for so many columns and at most so many rows:
    /// the answer to the screen's question, a picture.
    pub(crate) above: fn(&Scene<'_>, &Case, u16, u16) -> Rows,
    /// The columns of the table where there is so much room.
    pub(crate) columns: fn(&Scene<'_>, u16) -> Vec<Column>,
    /// A row of the table; `None`: the thing is gone.
    pub(crate) line: fn(&Scene<'_>, &Case, &Key) -> Option<Line>,
    /// What is known of the selected thing, in rows for so many columns.
    pub(crate) detail: fn(&Scene<'_>, &Case, &Key, u16) -> Rows,
    /// The remark at the edge: the order, what is counted.
    pub(crate) remark: fn(&Scene<'_>, &Case) -> String,
    /// What stands in an empty list, and the key that fills it.
    pub(crate) empty: &'static [&'static str],
    /// The keys at the lower edge.
    pub(crate) keys: &'static str,
}

/// Every screen's look.
const LOOKS: &[Look] = &[
    timeline::LOOK,
    components::LOOK,
    indicators::LOOK,
    evidence::LOOK,
    people::LOOK,
    notices::LOOK,
    decisions::LOOK,
    report::LOOK,
    control::LOOK,
];

fn look(screen: Screen) -> Option<&'static Look> {
    LOOKS.iter().find(|look| look.screen == screen)
}

/// The parts of a screen, top to bottom.
struct Parts {
    above: Rect,
    heads: Rect,
    list: Rect,
    rule: Rect,
    detail: Rect,
    words: Rows,
}

fn parts(scene: &Scene<'_>, case: &Case, look: &Look, inside: Rect) -> Parts {
    let most = inside.height / 2;
    let mut words = (look.above)(scene, case, inside.width, most);
    words.truncate(usize::from(most));
    let above = u16::try_from(words.len()).unwrap_or(0);
    let heads = if inside.height > 5 { table::head_rows(&(look.columns)(scene, inside.width)) } else { 0 };
    let rest = inside.height - above - heads;
    // The list keeps three rows of five; below ten rows it has them all. A document has all but a few.
    let detail = match look.screen {
        Screen::Report => {
            let rows = u16::try_from(case.list(Screen::Report).keys.len()).unwrap_or(u16::MAX);
            // Room for a whole SITREP and the rule above it comes before a long list.
            let most = match rest {
                29.. => (rest / 3).min(rest - 25),
                // What can be told, and something of what was.
                _ => (rest / 3).max(8.min(rest / 2)).max(3),
            };
            rest - rows.clamp(2, most).min(rest)
        }
        _ if rest < 10 => 0,
        _ => rest * 2 / 5,
    };
    let at = |y: u16, height: u16| Rect { y: inside.y + y, height, ..inside };
    let list = rest - detail;
    Parts {
        above: at(0, above),
        heads: at(above, heads),
        list: at(above + heads, list),
        rule: at(above + heads + list, detail.min(1)),
        detail: at(above + heads + list + detail.min(1), detail.saturating_sub(1)),
        words,
    }
}

/// How many rows the list of a screen has room for.
pub(crate) fn room(scene: &Scene<'_>, layout: &Layout, screen: Screen) -> u16 {
    if screen == Screen::Drill {
        return drill::room(scene, layout);
    }
    let (Some(case), Some(look)) = (&scene.app.case, look(screen)) else { return 1 };
    let pane = if layout.list.is_empty() { layout.screen } else { layout.list };
    parts(scene, case, look, layout.inside(pane)).list.height
}

/// How many lines of a document have room below their list.
pub(crate) fn preview(scene: &Scene<'_>, layout: &Layout) -> u16 {
    let (Some(case), Some(look)) = (&scene.app.case, look(Screen::Report)) else { return 1 };
    let pane = if layout.list.is_empty() { layout.screen } else { layout.list };
    parts(scene, case, look, layout.inside(pane)).detail.height
}

/// Draws the screen that is open.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>) {
    let (Some(screen), Some(case)) = (scene.app.screen(), &scene.app.case) else { return };
    if screen == Screen::Drill {
        return drill::draw(pen, layout, scene, case);
    }
    let Some(look) = look(screen).filter(|_| !layout.list.is_empty()) else { return };
    let theme = pen.theme;
    let shown = case.list(screen);
    let details = [detail(look, scene, case)];
    let head = Head {
        title: screen.face().word,
        title_style: theme.accent,
        details: &details,
        progress: None,
        keys: look.keys,
        focused: scene.app.modals.is_empty(),
    };
    let inside = pane::draw(pen, layout, layout.list, &head);
    pen.spot(layout.list, Target::Pane(Focus::On(screen)));
    let parts = parts(scene, case, look, inside);
    spans(pen, parts.above, &parts.words);
    if shown.keys.is_empty() {
        let filtered = ["Nothing here matches the filter.", "f changes it, Esc takes it away."];
        let words = if shown.filter.is_empty() { look.empty } else { &filtered[..] };
        let free = Rect { height: parts.list.bottom().max(parts.heads.y) - parts.heads.y, ..parts.heads };
        pane::empty(pen, free, words);
        return;
    }
    list(pen, &parts, scene, case, look);
    if let Some(key) = shown.key().filter(|_| !parts.detail.is_empty()) {
        let edge = if head.focused { theme.accent } else { theme.faint };
        rule(pen, layout, parts.rule, edge);
        // A document has as many columns as a small terminal leaves it.
        let blank = if look.screen == Screen::Report { 1 } else { 2 };
        let room =
            Rect { x: parts.detail.x + 1, width: parts.detail.width.saturating_sub(blank), ..parts.detail };
        let words = (look.detail)(scene, case, key, room.width);
        spans(pen, room, &words);
    }
}

/// The line between the list and what is selected, tied to the edge of a box.
fn rule(pen: &mut Pen<'_>, layout: &Layout, place: Rect, edge: ratatui::style::Style) {
    let faint = pen.theme.faint;
    let glyphs = pen.theme.glyphs;
    let boxed = layout.edge == Edge::Box;
    let place = if boxed { Rect { x: place.x - 1, width: place.width + 2, ..place } } else { place };
    pen.line(place, 0, faint);
    if boxed {
        pen.row(place, 0).put(glyphs.tee_left, edge);
        pen.row(Rect { x: place.right() - 1, width: 1, ..place }, 0).put(glyphs.tee_right, edge);
    }
}

fn detail(look: &Look, scene: &Scene<'_>, case: &Case) -> String {
    let shown = case.list(look.screen);
    // The handovers below the roster are no people.
    let person = |key: &&Key| key.noun().is_some_and(|id| case.shown().person(id).is_some());
    let count = match look.screen {
        Screen::People => shown.keys.iter().filter(person).count(),
        Screen::Report => shown.keys.iter().filter(|key| key.noun().is_some()).count(),
        _ => shown.len(),
    };
    let count = super::incidents::thousands(count);
    let remark = (look.remark)(scene, case);
    let remark = if remark.is_empty() { remark } else { format!(", {remark}") };
    match shown.filter.as_str() {
        "" => format!("{count}{remark}"),
        words => format!("{count}, only {}", crate::model::text::quoted(words)),
    }
}

fn list(pen: &mut Pen<'_>, parts: &Parts, scene: &Scene<'_>, case: &Case, look: &Look) {
    let theme = pen.theme;
    let shown = case.list(look.screen);
    let window = shown.cursor.window(shown.keys.len(), usize::from(parts.list.height));
    let lines: Vec<Line> = shown.keys[window.clone()]
        .iter()
        .map(|key| (look.line)(scene, case, key).unwrap_or_else(|| Line::Row(Vec::new())))
        .collect();
    let marks = u16::from(!shown.marked.is_empty()) * 2;
    let indent = 2 + marks;
    let room = parts.list.width.saturating_sub(indent + 1);
    let columns = (look.columns)(scene, room);
    let widths = table::fit(&columns, &lines, room);
    let inner = |place: Rect| Rect { x: place.x + indent.min(place.width), width: room, ..place };
    table::heads(pen, inner(parts.heads), &columns, &widths);
    for (at, line) in window.zip(&lines) {
        let y =
            u16::try_from(at - shown.cursor.window(shown.keys.len(), usize::from(parts.list.height)).start);
        let place = Rect { y: parts.list.y + y.unwrap_or(0), height: 1, ..parts.list };
        let selected = at == shown.cursor.at;
        match line {
            Line::Section(words, remark) => {
                let mut row = pen.row(place, 0);
                row.skip(1).put(words, theme.strong).skip(2);
                row.put(remark, theme.dim).skip(1);
                row.right(" ", 0, theme.text);
                row.line(theme.faint);
            }
            Line::Row(cells) => {
                pen.spot(place, Target::Row(Focus::On(look.screen), at));
                let mut row = pen.row(place, 0);
                row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent).skip(1);
                if shown.marked.contains(&shown.keys[at]) {
                    row.put(theme.glyphs.marked, theme.accent);
                }
                table::row(pen, inner(place), cells, &widths);
            }
        }
        if selected {
            pen.select(place, theme.selected);
        }
    }
}

/// Writes rows of words.
fn spans(pen: &mut Pen<'_>, area: Rect, rows: &Rows) {
    for (line, words) in (0u16..area.height).zip(rows) {
        let mut row = pen.row(area, line);
        for (words, style) in words {
            row.put(words, *style);
        }
    }
}

/// A label and its words, wrapped under each other: for what is known of the selected thing.
pub(crate) fn labelled(scene: &Scene<'_>, label: &str, words: &str, columns: u16) -> Rows {
    let theme = &scene.app.theme;
    let indent = crate::tui::text::width(label) + 2;
    let text = crate::tui::text::paragraph(words).into_owned();
    let mut rows = Rows::new();
    for (at, line) in wrap(&text, columns.saturating_sub(indent).max(1)).enumerate() {
        let before = if at == 0 { format!("{label}  ") } else { " ".repeat(usize::from(indent)) };
        rows.push(vec![(before.into(), theme.dim), (line.to_owned().into(), theme.text)]);
    }
    rows
}
