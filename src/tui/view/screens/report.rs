//! The documents as they are drawn: the list of them with a preview, and one that lies open.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Look, Rows};
use crate::model::sitrep;
use crate::tui::case::Case;
use crate::tui::modal::Reading;
use crate::tui::screens::report::{self, NOW, Paper, TOLD};
use crate::tui::screens::{Key, Screen};
use crate::tui::text::{letters, one_line, visible_lines, width, wrap};
use crate::tui::view::dialog;
use crate::tui::view::header::Span;
use crate::tui::view::pen::Pen;
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

/// Where the words of a section begin.
const LABEL: usize = 10;
const KEYS: &str = "x given   W file   y copy   H handover   j k scroll   q Esc close";

pub(super) const LOOK: Look = Look {
    screen: Screen::Report,
    above: |_, _, _, _| Rows::new(),
    columns: |_, _| {
        let column = |title, wide, spare| Column { title, wide, spare };
        vec![
            column("", Wide::Most(16), 0),
            column("", Wide::Least(20), 0),
            column("", Wide::Most(24), 1),
            column("", Wide::Most(34), 2),
        ]
    },
    line,
    detail,
    remark: |_, _| "j k choose, PgDn PgUp scroll".to_owned(),
    empty: &["Nothing here."],
    keys: "Enter whole  x given  W file  y copy",
};

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    let incident = case.shown();
    if let Key::Section(words) = key {
        let remark = match *words {
            NOW => "looking writes nothing",
            TOLD => "to whom, how, when; newest first",
            _ => "",
        };
        return Some(Line::Section((*words).to_owned(), remark.to_owned()));
    }
    if let Some(paper) = Paper::of(key) {
        let last = incident.last_sitrep();
        let cells = match paper {
            Paper::Sitrep => {
                let since = last.map_or_else(
                    || "since the opening".to_owned(),
                    |last| format!("since {}, {}", last.label(), scene.when(last.at)),
                );
                let promised = incident.sitrep_promised();
                let due = promised.map(|at| (format!("due {}", scene.when(at)), at <= scene.now()));
                let (due, late) = due.unwrap_or_default();
                vec![
                    Cell::value(sitrep::label(incident.next_sitrep_number()), theme.strong),
                    Cell::words(since, theme.dim),
                    Cell::value(due, if late { theme.hurt } else { theme.notice }),
                ]
            }
            Paper::Report => vec![
                Cell::words("Report", theme.strong),
                Cell::words("whole incident: .md .html .json", theme.dim),
            ],
            Paper::Handover => {
                let lead = incident
                    .lead()
                    .map_or_else(|| "nobody leads".to_owned(), |lead| format!("{} leads", one_line(lead)));
                vec![Cell::words("Handover", theme.strong), Cell::words(lead, theme.dim)]
            }
        };
        return Some(Line::Row(cells));
    }
    if let Some(kept) = report::kept(incident, key) {
        let how = kept.how.as_deref().map(|how| one_line(how).into_owned()).unwrap_or_default();
        return Some(Line::Row(vec![
            Cell::value(kept.label(), theme.text),
            Cell::words(format!("to {}", one_line(&kept.to)), theme.text)
                .and(if how.is_empty() { how } else { format!(", {how}") }, theme.dim),
            Cell::value(format!("{} by {}", scene.when(kept.at), one_line(&kept.by)), theme.dim),
            Cell::words(incident.sitrep_judgement(kept).map(one_line).unwrap_or_default(), theme.dim),
        ]));
    }
    let handover = incident.handover(key.noun()?)?;
    Some(Line::Row(vec![
        Cell::words("Handover", theme.text),
        Cell::words(format!("to {}", one_line(&handover.to)), theme.text),
        Cell::value(format!("{} by {}", scene.when(handover.at), one_line(&handover.by)), theme.dim),
        Cell::words(handover.standing().word(), theme.dim),
    ]))
}

/// A line of a document: its label stands out, and what must be seen first.
fn spans(scene: &Scene<'_>, line: &str, first: bool) -> Vec<Span<'static>> {
    let theme = &scene.app.theme;
    let text = visible_lines(line);
    let text = letters(&text, theme).into_owned();
    if first {
        return vec![(text.into(), theme.strong)];
    }
    let label = text.get(..LABEL.min(text.len())).unwrap_or_default();
    let word = label.trim_end();
    let labels = !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
    match text.get(LABEL..) {
        Some(words) if labels => {
            let style = if matches!(word, "OPEN" | "NEEDED") {
                theme.notice.add_modifier(Modifier::BOLD)
            } else {
                theme.accent
            };
            vec![(label.to_owned().into(), style), (words.to_owned().into(), theme.text)]
        }
        _ => vec![(text.into(), theme.text)],
    }
}

/// Whether a line is the first that tells: the one with number and title, or the word above it.
fn first(line: &str) -> bool {
    ["SITREP ", "HANDOVER ", "EXERCISE ", "DEMO ", "AS OF "].iter().any(|word| line.starts_with(word))
        && !line.starts_with("SITREP    ")
}

/// The lines of a document; on a phone they go on in the next row.
fn rows(scene: &Scene<'_>, text: &str, columns: u16) -> Rows {
    let lines = text.lines().flat_map(|line| wrap(line, columns));
    lines.map(|line| spans(scene, line, first(line))).collect()
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let Some(text) = report::text(scene.app, key) else { return Rows::new() };
    let mut rows = rows(scene, &text, columns);
    rows.drain(..case.preview.min(rows.len()));
    rows
}

/// Draws the document that lies open: in a frame where there is room for one, else over the whole screen.
pub(crate) fn reading(pen: &mut Pen<'_>, screen: Rect, scene: &Scene<'_>, reading: &Reading) {
    let theme = pen.theme;
    let Some(incident) = scene.incident() else { return };
    let Some(text) = report::text(scene.app, &reading.of) else { return };
    let rows = rows(scene, &text, screen.width);
    let lines = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let said = scene.app.said.as_ref().map(|said| said.text.as_str());
    if screen.height >= lines.saturating_add(2) && screen.width >= 84 {
        let title = one_line(&report::title(incident, &reading.of)).into_owned();
        let inside = dialog::open(pen, screen, &title, said.unwrap_or(KEYS), (80, lines));
        super::spans(pen, Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }, &rows);
        return;
    }
    pen.clear(screen);
    pen.cover(screen);
    // The keys have a line where the text leaves one, and where it has to be scrolled.
    let foot = u16::from(lines != screen.height || said.is_some()).min(screen.height);
    let room = Rect { height: screen.height - foot, ..screen };
    let top = reading.top.min(rows.len().saturating_sub(usize::from(room.height)));
    super::spans(pen, room, &rows[top..].to_vec());
    if foot > 0 {
        let mut row = pen.row(screen, screen.height - 1);
        let below = rows.len().saturating_sub(top + usize::from(room.height));
        if below > 0 {
            let more = format!(" {below} more ");
            row.right(&more, 1, theme.notice);
        }
        let words = said.unwrap_or(KEYS);
        let style = if said.is_some() { theme.strong } else { theme.dim };
        if width(words) <= row.room() {
            row.put(words, style);
        } else {
            for key in words.split("   ") {
                row.fits(0, &format!("{key}   "), style);
            }
        }
    }
}
