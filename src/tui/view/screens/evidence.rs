//! Evidence as it is drawn: what is missing above, hash and hands below.

use ratatui::style::Style;

use super::{Look, Rows, labelled};
use crate::incident::Incident;
use crate::model::evidence::{EvidenceItem, Integrity, Standing, bytes};
use crate::tui::case::Case;
use crate::tui::screens::evidence::{AWAITED, HELD, chain, facts, item, of};
use crate::tui::screens::{Key, Screen};
use crate::tui::theme::Theme;
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

/// Columns from which a row has room for a hash, which is shown whole or not at all.
const ROOM_FOR_HASHES: u16 = 172;
/// Digits of a SHA-256.
const DIGITS: u16 = 64;

pub(super) const LOOK: Look = Look {
    screen: Screen::Evidence,
    above,
    columns,
    line,
    detail,
    remark: |_, _| "what is gone first on top".to_owned(),
    empty: &[
        "No evidence yet, and nothing asked for.",
        "e adds a file, a thing, or something asked for; it is hashed where it lies.",
    ],
    keys: "x received  > pass on  V verify  o correct  w withdraw",
};

fn columns(_: &Scene<'_>, room: u16) -> Vec<Column> {
    let column = |title, wide, spare| Column { title, wide, spare };
    let mut columns = vec![
        column("no.", Wide::Most(9), 0),
        column("name", Wide::Least(24), 0),
        column("type", Wide::Most(16), 4),
        column("of", Wide::Most(18), 2),
        column("size", Wide::Most(10), 3),
        column("holder", Wide::Most(16), 1),
        column("state", Wide::Most(24), 0),
    ];
    if room >= ROOM_FOR_HASHES {
        columns.push(column("SHA-256", Wide::Most(DIGITS), 9));
    }
    columns
}

/// What is not the same any more, what has no image, what has not come.
fn above(scene: &Scene<'_>, case: &Case, _: u16, _: u16) -> Rows {
    let theme = &scene.app.theme;
    let incident = case.shown();
    let mut rows = Rows::new();
    let mut say = |label: String, style, words: String| {
        rows.push(vec![(format!(" {label}").into(), style), (format!("  {words}").into(), theme.text)]);
    };
    let broken: Vec<String> = incident
        .evidence()
        .filter(|item| item.integrity() == Some(Integrity::Mismatch) && item.held())
        .map(|item| format!("{} {}", item.label(), item.name()))
        .collect();
    if !broken.is_empty() {
        say(format!("MISMATCH {}:", broken.len()), theme.alarm, broken.join(", "));
    }
    if let Some(names) = incident.without_image() {
        say("NOT IMAGED:".to_owned(), theme.hurt, format!("{names}, live and about to be changed"));
    }
    let awaited: Vec<&EvidenceItem> = incident.awaited_evidence().collect();
    if !awaited.is_empty() {
        let late = awaited.iter().filter(|item| item.due().is_some_and(|due| due <= scene.now())).count();
        let words = match late {
            0 => "requested, not received".to_owned(),
            late => format!("requested, not received; {late} overdue"),
        };
        let style = if late > 0 { theme.hurt } else { theme.notice };
        say(format!("ASKED FOR {}:", awaited.len()), style, words);
    }
    rows
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    if let Key::Section(words) = key {
        let remark = match *words {
            AWAITED => "x when it has come",
            HELD => "by volatility, what is gone first on top",
            _ => "a mistake, or not coming",
        };
        return Some(Line::Section((*words).to_owned(), remark.to_owned()));
    }
    let item = item(case.shown(), key)?;
    let gone = item.standing() == Standing::Withdrawn;
    let of_style = |style: Style| if gone { theme.dim } else { style };
    let (state, style) = state(scene, case.shown(), item);
    let holder = match item.standing() {
        Standing::Requested => item.source().map(|from| format!("from {from}")),
        _ => item.holder().map(str::to_owned),
    };
    Some(Line::Row(vec![
        Cell::value(item.label(), of_style(theme.accent)),
        Cell::words(item.name(), of_style(theme.strong)),
        Cell::words(item.kind(), of_style(theme.dim)),
        Cell::words(of(case.shown(), item), of_style(theme.text)),
        Cell::value(item.size().map(bytes).unwrap_or_default(), of_style(theme.dim)),
        Cell::words(holder.unwrap_or_default(), of_style(theme.text)),
        Cell::words(state, style),
        Cell::value(item.sha256().unwrap_or_default(), of_style(theme.dim)),
    ]))
}

/// How an item stands, in a word or two.
fn state(scene: &Scene<'_>, incident: &Incident, item: &EvidenceItem) -> (String, Style) {
    let theme = &scene.app.theme;
    match (item.standing(), item.due(), item.integrity()) {
        (Standing::Withdrawn, ..) => ("withdrawn".to_owned(), theme.dim),
        (Standing::Requested, None, _) => ("no time agreed".to_owned(), theme.notice),
        (Standing::Requested, Some(due), _) if due <= scene.now() => {
            (format!("OVERDUE {}", scene.since(due)), theme.hurt)
        }
        (Standing::Requested, Some(due), _) => (format!("due {}", scene.when(due)), theme.notice),
        // Somebody's word that it is gone covers no mismatch.
        (Standing::Held, _, integrity)
            if integrity != Some(Integrity::Mismatch) && incident.evidence_expunged(item).is_some() =>
        {
            ("expunged".to_owned(), theme.notice)
        }
        (Standing::Held, _, None) => ("no hash".to_owned(), theme.dim),
        (Standing::Held, _, Some(integrity)) => {
            (integrity.word().to_owned(), integrity_style(theme, integrity))
        }
    }
}

fn integrity_style(theme: &Theme, integrity: Integrity) -> Style {
    match integrity {
        Integrity::Unchecked => theme.dim,
        Integrity::Matches => theme.good,
        Integrity::MatchesAgain => theme.notice,
        Integrity::Mismatch => theme.alarm,
    }
}

/// The hash whole, the chain of custody with the newest step first, then what else is known.
fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let incident = case.shown();
    let Some(item) = item(incident, key) else { return Rows::new() };
    let theme = &scene.app.theme;
    let (state, style) = state(scene, case.shown(), item);
    let title = format!("{}  {}  ", item.label(), item.name());
    let mut rows: Rows = vec![vec![(title.into(), theme.strong), (state.into(), style)]];
    rows.extend(hash(item, theme, columns));
    for step in chain(scene.app, item).into_iter().rev() {
        let style = match step.matches {
            Some(false) => theme.hurt,
            _ => theme.text,
        };
        for mut row in labelled(scene, "custody ", &step.words, columns) {
            if let Some((_, worn)) = row.last_mut() {
                *worn = style;
            }
            rows.push(row);
        }
    }
    let told = ["SHA-256", "Hash", "Holder", "Taken"];
    for (label, words) in facts(scene.app, incident, item) {
        if !told.contains(&label) || item.taken.is_none() {
            rows.extend(labelled(scene, &format!("{:<8}", label.to_lowercase()), &words, columns));
        }
    }
    rows
}

/// A hash on one row, or on two where the pane is narrow; never a part of it.
fn hash(item: &EvidenceItem, theme: &Theme, columns: u16) -> Rows {
    let Some(hash) = item.sha256() else { return Rows::new() };
    let label = "sha256    ";
    let indent = u16::try_from(label.len()).unwrap_or(0);
    let half = usize::from(DIGITS / 2);
    if columns >= DIGITS + indent || hash.len() != usize::from(DIGITS) || !hash.is_ascii() {
        return vec![vec![(label.into(), theme.dim), (hash.to_owned().into(), theme.text)]];
    }
    if columns < DIGITS / 2 + indent {
        return Rows::new();
    }
    vec![
        vec![(label.into(), theme.dim), (hash[..half].to_owned().into(), theme.text)],
        vec![(" ".repeat(label.len()).into(), theme.dim), (hash[half..].to_owned().into(), theme.text)],
    ]
}
