//! The incident list: number, severity, phase and title; only the rows in sight are made.

use chrono::Datelike as _;
use ratatui::layout::Rect;

use super::layout::Layout;
use super::pane::{self, Head};
use super::pen::Pen;
use super::rail::short as short_phase;
use super::scene::Scene;
use crate::tui::app::Focus;
use crate::tui::list::{Incidents, Kept, Row, Sort, Status};
use crate::tui::msg::Target;
use crate::tui::text::{one_line, width};

/// Columns from which a row of the list holds everything on one line.
const WIDE: u16 = 60;

/// How many screen rows an incident takes in a list of this size.
pub(crate) fn stride(inside: Rect) -> u16 {
    match (inside.width, inside.height) {
        (WIDE.., _) | (_, ..6) => 1,
        (_, 6..18) => 2,
        _ => 3,
    }
}

/// Draws the list.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>) {
    let (pane, app) = (layout.incidents, scene.app);
    if pane.is_empty() {
        return;
    }
    let theme = pen.theme;
    let on_top = app.focus == Focus::Incidents;
    let detail = detail(&app.incidents);
    let inside = pane::draw(
        pen,
        layout,
        pane,
        &Head {
            title: "Incidents",
            title_style: if on_top { theme.accent } else { theme.strong },
            details: &[detail],
            progress: None,
            keys: if pane.width > 60 { "Enter open  a new  f filter  / find" } else { "" },
            focused: on_top && app.modals.is_empty(),
        },
    );
    pen.spot(pane, Target::Pane(Focus::Incidents));
    let list = &app.incidents;
    if list.shown.is_empty() {
        pane::empty(pen, inside, &empty_words(list));
        return;
    }
    let stride = stride(inside);
    let fitting = usize::from((inside.height / stride).max(1));
    for (line, at) in (0u16..).zip(list.cursor.window(list.shown.len(), fitting)) {
        let Some(incident) = list.row(at) else { break };
        let rows = stride.min(2);
        let place = Rect { y: inside.y + line * stride, height: rows, ..inside }.intersection(inside);
        pen.spot(place, Target::Row(Focus::Incidents, at));
        let selected = at == list.cursor.at;
        draw_row(pen, place, scene, incident, selected);
        if selected {
            pen.select(place, if on_top { theme.selected } else { theme.selected_elsewhere });
        }
    }
}

fn detail(list: &Incidents) -> String {
    let shown = list.shown.len();
    if list.loading {
        return "reading".to_owned();
    }
    let kept = match list.kept {
        Kept::Open => "open",
        Kept::Closed => "closed",
        Kept::All => "in all",
    };
    let order = match list.sort {
        Sort::Number => "",
        Sort::Updated => ", last changed first",
        Sort::Severity => ", gravest first",
    };
    if list.filter.is_empty() {
        format!("{} {kept}{order}", thousands(shown))
    } else {
        format!(
            "{} of {}, only {}",
            thousands(shown),
            thousands(list.rows.len()),
            crate::model::text::quoted(&list.filter)
        )
    }
}

/// `10,000`.
pub(crate) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn empty_words(list: &Incidents) -> Vec<&'static str> {
    if list.loading {
        return vec!["Reading the store."];
    }
    if !list.filter.is_empty() {
        return vec!["No incident matches the filter.", "f changes it, Esc takes it away."];
    }
    match list.kept {
        Kept::Open if !list.rows.is_empty() => {
            vec!["No incident is open.", "a opens one, f shows closed ones."]
        }
        Kept::Closed if !list.rows.is_empty() => vec!["No incident is closed."],
        _ => {
            vec![
                "No incident yet. a opens one; :drill plays a made-up one to practise on.",
                "To look around first, leave with q and try: casebook demo",
            ]
        }
    }
}

fn draw_row(pen: &mut Pen<'_>, place: Rect, scene: &Scene<'_>, incident: &Row, selected: bool) {
    let theme = pen.theme;
    let on_top = scene.app.focus == Focus::Incidents;
    let open = scene.incident().is_some_and(|open| open.id == incident.id);
    let bar = if on_top { theme.accent } else { theme.faint };
    let mut row = pen.row(place, 0);
    row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, bar);
    // The one on the screen, wherever the cursor stands.
    row.put(if open { theme.glyphs.current } else { " " }, theme.accent).skip(1);
    let closed = incident.status == Status::Closed;
    let name = if place.width >= WIDE { incident.number.clone() } else { short(&incident.number, scene) };
    row.value(&name, if open { theme.accent } else { theme.text }).skip(1);
    // Something was written in it since this screen last showed it.
    if scene.app.incidents.unread.contains(&incident.id) {
        row.right("new", 0, theme.notice);
    }
    if incident.faulty {
        row.right("FAULT", 1, theme.alarm);
    }
    if incident.restricted {
        row.put("may not be read by you", theme.dim);
        return;
    }
    let drill = incident.number.starts_with("EX-");
    let (severity, style) = match incident.severity {
        _ if drill => ("DRILL", theme.decide),
        Some(level) => (level.label(), theme.severity_word(Some(level))),
        None => ("SEV?", theme.severity_word(None)),
    };
    row.put(severity, if closed { theme.dim } else { style }).skip(1);
    let standing = standing(incident, row.room());
    if place.width >= WIDE {
        let column = row.at() + 17;
        row.put(&standing, theme.dim);
        row.to(column);
        if incident.uncontained > 0 {
            row.right(&format!("{} not contained ", incident.uncontained), 0, theme.hurt);
        }
        if let Some(lead) = &incident.lead {
            row.right(&format!(" {} ", one_line(lead)), 1, theme.dim);
        }
        row.put(&one_line(&incident.title), if closed { theme.dim } else { theme.text });
        return;
    }
    row.put(&standing, theme.dim);
    if place.height > 1 {
        let style = match () {
            () if closed => theme.dim,
            () if open => theme.strong,
            () => theme.text,
        };
        let mut row = pen.row(place, 1);
        row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, bar).skip(2);
        row.put(&one_line(&incident.title), style);
    }
}

/// Where an incident stands, in as many words as there is room for: the number of the visit is never cut off.
fn standing(incident: &Row, room: u16) -> String {
    let said = |phase: &str| match incident.status {
        Status::Closed => "closed".to_owned(),
        Status::OnHold => format!("{phase}, on hold"),
        Status::Open if incident.visit > 1 => format!("{phase} {}", incident.visit),
        Status::Open => phase.to_owned(),
    };
    let full = said(incident.phase.name());
    if width(&full) <= room { full } else { said(short_phase(incident.phase.name())) }
}

/// `0007` for an incident of this year, `EX-3` for a drill, `25-0007` for another year.
fn short(number: &str, scene: &Scene<'_>) -> String {
    let mut parts = number.splitn(3, '-');
    let (Some(kind), Some(year), Some(tail)) = (parts.next(), parts.next(), parts.next()) else {
        return number.to_owned();
    };
    let this_year = year.parse() == Ok(scene.zone.at(scene.app.now).year());
    match kind {
        "EX" => format!("EX-{}", tail.trim_start_matches('0')),
        _ if this_year => tail.to_owned(),
        _ => format!("{}-{tail}", year.get(2..).unwrap_or(year)),
    }
}
