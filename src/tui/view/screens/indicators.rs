//! Indicators as they are drawn: harmless, whole or not at all; and the table of a paste.

use unicode_width::UnicodeWidthStr;

use super::{Look, Rows, labelled};
use crate::model::indicator::{Kind, host_of, shown};
use crate::model::text::{defang, thousands};
use crate::tui::case::Case;
use crate::tui::paste::{self, Pasting, Place, Table};
use crate::tui::screens::indicators::{HERE, LEFT, NEW, components, facts, item, seen};
use crate::tui::screens::{Key, Screen};
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::Indicators,
    above,
    columns: |_, room| {
        let column = |title, wide, spare| Column { title, wide, spare };
        // The value comes before all but its type and where else it is.
        vec![
            column("value", Wide::Most(room.saturating_sub(25).max(12)), 0),
            column("type", Wide::Most(16), 2),
            column("TLP", Wide::Most(12), 4),
            column("conf.", Wide::Most(6), 5),
            column("seen", Wide::Most(28), 3),
            column("on", Wide::Most(18), 6),
            column("also in", Wide::Most(30), 1),
        ]
    },
    line,
    detail,
    remark: |_, _| String::new(),
    empty: &[
        "No indicator yet.",
        "i adds one, as it is or defanged; P takes them out of any text: mail, log, CSV, chat.",
    ],
    keys: "w retire  L tie  o change  P paste",
};

fn above(scene: &Scene<'_>, case: &Case, _: u16, _: u16) -> Rows {
    let theme = &scene.app.theme;
    let mut rows = Rows::new();
    match &scene.app.pasting {
        Pasting::Reading { done, of } => {
            let share = done * 20 / (*of).max(1);
            let bar = format!("[{}{}]", "#".repeat(share), ".".repeat(20 - share.min(20)));
            let words = format!("  {bar} {} of {} bytes", thousands(*done), thousands(*of));
            rows.push(vec![(" Reading the paste".into(), theme.notice), (words.into(), theme.text)]);
        }
        Pasting::Table(table) => {
            let all = table.understood.rows.len();
            let here = table.here.iter().filter(|here| **here).count();
            let words = format!(
                "  {} of {} will be recorded, {} here already, {} left out",
                thousands(table.taken()),
                thousands(all - here),
                thousands(here),
                thousands(table.understood.left_out())
            );
            rows.push(vec![(" PASTE, not recorded:".into(), theme.notice), (words.into(), theme.text)]);
        }
        Pasting::Nothing => {}
    }
    for short in case.shown().indicators.cut_short() {
        let words =
            format!("  {} of {} are here", thousands(short.here as usize), thousands(short.of as usize));
        rows.push(vec![(" A paste was cut short:".into(), theme.hurt), (words.into(), theme.text)]);
    }
    rows
}

/// A value whole, or what it is where there is no room for it.
fn value(kind: &str, value: &str, style: ratatui::style::Style) -> Cell {
    let words = shown(kind, value);
    let length = words.chars().count();
    let cell = Cell::value(words, style);
    let cell = match Kind::of(kind).filter(|kind| *kind == Kind::Url).and_then(|_| host_of(value)) {
        Some(host) => {
            let host = defang(host);
            cell.or(format!("on {host}, {length} characters, whole below"))
                .or(format!("on {host}, {length} characters"))
                .or(format!("on {host}"))
        }
        None => cell,
    };
    let cell = match value.rsplit_once('@').filter(|_| Kind::of(kind) == Some(Kind::Email)) {
        Some((_, at)) => cell.or(format!("at {}, {length} characters, whole below", defang(at))),
        None => cell,
    };
    cell.or(format!("{length} characters, whole below")).or(format!("{length} letters")).or("below")
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    if let Key::Section(words) = key {
        let remark = match *words {
            NEW => "Space takes a row out; Enter or P records the rest",
            HERE => "stays as it is",
            LEFT => "Space takes in what is sound",
            _ => "w takes one up again",
        };
        return Some(Line::Section((*words).to_owned(), remark.to_owned()));
    }
    if let (Some(place), Pasting::Table(table)) = (Place::of(key), &scene.app.pasting) {
        return pasted(scene, table, place);
    }
    let theme = &scene.app.theme;
    let incident = case.shown();
    let item = item(incident, key)?;
    let all = &incident.indicators;
    let kind = all.kind(item);
    let gone = all.retired(item).is_some();
    let style = |style| if gone { theme.dim } else { style };
    let others =
        paste::elsewhere(scene.app).map(|other| other.numbers(kind, &item.value, 1)).unwrap_or_default();
    Some(Line::Row(vec![
        value(kind, &item.value, style(theme.strong)),
        Cell::words(kind, theme.dim),
        Cell::words(all.tlp(item).map_or("", |tlp| tlp.id()), style(theme.text)),
        Cell::words(all.confidence(item).map_or("", |confidence| confidence.id()), style(theme.text)),
        Cell::words(seen(scene.app, incident, item), theme.dim),
        Cell::words(components(incident, item), style(theme.text)),
        Cell::words(others, theme.notice),
    ]))
}

/// A row of a paste.
fn pasted(scene: &Scene<'_>, table: &Table, place: Place) -> Option<Line> {
    let theme = &scene.app.theme;
    let taken = table.takes(place);
    let style = if taken { theme.strong } else { theme.dim };
    if let Some(row) = table.row(place) {
        let out = if taken || matches!(place, Place::Row(at) if table.here[at]) { "" } else { "  taken out" };
        let times = if row.times > 1 { format!("{} times", row.times) } else { String::new() };
        let others = table.elsewhere.numbers(row.kind.id(), &row.value, 1);
        return Some(Line::Row(vec![
            value(row.kind.id(), &row.value, style).and(out, theme.notice),
            Cell::words(row.kind.id(), theme.dim),
            Cell::default(),
            Cell::default(),
            Cell::words(format!("line {}  {times}", row.line), theme.dim),
            Cell::default(),
            Cell::words(others, theme.notice),
        ]));
    }
    let left = table.left(place)?;
    let words = match &left.found {
        Some((kind, value)) => kind.defang(value),
        None => defang(&left.words).into_owned(),
    };
    Some(Line::Row(vec![
        Cell::words(words, style).and(if taken { "  taken in" } else { "" }, theme.notice),
        Cell::default(),
        Cell::default(),
        Cell::default(),
        Cell::words(format!("line {}  {}", left.line, left.why.words()), theme.dim),
        Cell::default(),
        Cell::default(),
    ]))
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let theme = &scene.app.theme;
    if let (Some(place), Pasting::Table(table)) = (Place::of(key), &scene.app.pasting) {
        let mut rows = Rows::new();
        if let Some(row) = table.row(place) {
            rows.extend(labelled(scene, "value", &row.kind.defang(&row.value), columns));
            rows.extend(labelled(scene, "type", row.kind.name(), columns));
            let others = table.elsewhere.numbers(row.kind.id(), &row.value, 20);
            if !others.is_empty() {
                rows.extend(labelled(scene, "also in", &others, columns));
            }
        } else if let Some(left) = table.left(place) {
            rows.extend(labelled(scene, "left out", &left.words, columns));
            rows.extend(labelled(scene, "why", &left.why.words(), columns));
        }
        return rows;
    }
    let Some(item) = item(case.shown(), key) else { return Rows::new() };
    let words = shown(case.shown().indicators.kind(item), &item.value);
    let mut rows: Rows = if words.width() < usize::from(columns) {
        vec![vec![(words.into(), theme.strong)]]
    } else {
        labelled(scene, "value", &words, columns)
    };
    for (label, words) in facts(scene.app, case.shown(), item) {
        rows.extend(labelled(scene, &label.to_lowercase(), &words, columns));
    }
    rows
}
