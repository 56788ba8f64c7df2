//! The head of every screen: what is not saved, number, title, badges, the clock, banners.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::Pen;
use super::scene::Scene;
use crate::incident::Incident;
use crate::incident::replay::Replay;
use crate::model::time;
use crate::tui::app::{Banner, Disk};
use crate::tui::text::{clock_and_offset, one_line, width};
use crate::tui::theme::Theme;

/// Words with the style they are drawn in.
pub(crate) type Span<'a> = (Cow<'a, str>, Style);

/// The row that is there only while something could not be saved.
pub(crate) fn alarm(pen: &mut Pen<'_>, area: Rect, disk: &Disk) {
    let Disk::NotSaved(waiting, why) = disk else { return };
    let theme = pen.theme;
    let changes = if *waiting == 1 { "change" } else { "changes" };
    let mut row = pen.row(area, 0);
    row.skip(u16::from(area.width > 12));
    if row.room() < 24 {
        row.put("NOT SAVED", theme.alarm);
    } else {
        row.put(&format!("NOT SAVED: {waiting} {changes}, {}", one_line(why)), theme.alarm);
        row.fits(0, ", retrying", theme.alarm);
    }
    pen.tint(area, theme.alarm);
}

/// Number, title, severity, TLP, lead, open for, the clock with the zone of all times.
pub(crate) fn title(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = pen.theme;
    let app = scene.app;
    let mut row = pen.row(area, 0);
    let kind = match app.banner() {
        Banner::Real => None,
        Banner::Demo => Some(" DEMO "),
        // The row above says so.
        Banner::Exercise if app.drill().is_some() => None,
        Banner::Exercise => Some(" EXERCISE "),
    };
    if let Some(kind) = kind {
        row.put(kind, theme.badge);
    }
    row.skip(1);
    let Some(incident) = scene.incident() else {
        row.right(&clock(scene, area.width), 1, theme.dim);
        row.put("casebook", theme.accent).skip(2);
        row.put("incident response from a terminal", theme.dim);
        return;
    };
    row.value(&incident.number, theme.accent).skip(2);
    for (words, style) in marks(scene, incident, area.width, row.room()) {
        row.right(&words, 0, style);
    }
    row.right(" ", 0, theme.text);
    row.put(&one_line(incident.title()), theme.strong);
}

fn clock(scene: &Scene<'_>, columns: u16) -> String {
    let now = scene.app.now;
    let clock = match scene.zone.name().as_str() {
        "UTC" if columns >= 120 => format!("{} UTC", scene.clock(now)),
        name if columns >= 120 && name.contains('/') => {
            format!("{} {name}", clock_and_offset(now, &scene.zone))
        }
        _ => clock_and_offset(now, &scene.zone),
    };
    // The record marks every line whose clock `CASEBOOK_NOW` set; so does the frame.
    if scene.app.now_set { format!("{clock} (set)") } else { clock }
}

/// What stands at the right of the title, from the right; the least needed is left out first.
fn marks<'a>(scene: &Scene<'_>, incident: &'a Incident, columns: u16, room: u16) -> Vec<Span<'a>> {
    let theme = &scene.app.theme;
    let wide = columns >= 120;
    let level = incident.severity().map(|severity| severity.level);
    let severity = match level {
        Some(level) if wide => format!(" {} {} ", level.label(), level.terms().name.to_uppercase()),
        Some(level) => format!(" {} ", level.label()),
        None => " SEV? ".to_owned(),
    };
    let mut marks: Vec<(u8, Cow<'a, str>, Style)> = Vec::with_capacity(5);
    // In a drill the time of the story stands in the row above.
    if scene.app.drill().is_none() {
        marks.push((2, format!(" {} ", clock(scene, columns)).into(), theme.dim));
    }
    if wide {
        marks.push((4, format!("  open {} ", open_for(scene, incident)).into(), theme.dim));
        marks.push((3, lead(incident, 12).into(), lead_style(incident, theme)));
    }
    marks.push((9, " ".into(), theme.text));
    if let Some(tlp) = incident.tlp() {
        marks.push((0, format!(" {} ", tlp.label()).into(), theme.tlp(tlp)));
        marks.push((9, " ".into(), theme.text));
    }
    marks.push((1, severity.into(), theme.severity(level)));
    // A title is readable from a dozen columns on.
    let mut left = room.saturating_sub(14);
    let mut kept = [false; 10];
    let mut by_need: Vec<usize> = (0..marks.len()).collect();
    by_need.sort_by_key(|i| marks[*i].0);
    for i in by_need {
        let needs = width(&marks[i].1);
        if needs <= left || marks[i].0 == 0 {
            left = left.saturating_sub(needs);
            kept[i] = true;
        }
    }
    marks
        .into_iter()
        .enumerate()
        .filter(|(i, _)| kept[*i])
        .map(|(_, (_, words, style))| (words, style))
        .collect()
}

pub(crate) fn lead(incident: &Incident, room: usize) -> String {
    match incident.lead() {
        Some(lead) => {
            let name = one_line(lead);
            match name.chars().count() > room {
                false => format!(" lead {name} "),
                true => format!(" lead {}… ", name.chars().take(room.saturating_sub(1)).collect::<String>()),
            }
        }
        None => " no lead ".to_owned(),
    }
}

pub(crate) fn lead_style(incident: &Incident, theme: &Theme) -> Style {
    if incident.lead().is_some() { theme.text } else { theme.notice }
}

pub(crate) fn open_for(scene: &Scene<'_>, incident: &Incident) -> String {
    scene.since(incident.opened)
}

/// What stands across the whole screen until it is settled, a row each, the gravest first.
pub(crate) fn banners(scene: &Scene<'_>) -> Vec<(String, Style)> {
    let Some(case) = &scene.app.case else { return Vec::new() };
    let theme = &scene.app.theme;
    let mut rows = Vec::new();
    if let Some(as_of) = &case.as_of {
        let later = match as_of.later {
            0 => String::new(),
            1 => "; 1 fact of then was written later".to_owned(),
            n => format!("; {n} facts of then were written later"),
        };
        let at = scene.when(as_of.at);
        if let Some(replay) = case.replay() {
            rows.push((replayed(scene, replay, as_of.later), theme.badge));
        } else {
            rows.push((format!(" READ ONLY, as it stood {at}{later}. Esc: back to now"), theme.badge));
        }
    }
    let faults = &case.incident.faults;
    let (damage, end) =
        if faults.is_empty() { (&case.damage, "") } else { (faults, ". casebook doctor explains it.") };
    for damage in damage.iter().take(2) {
        rows.push((format!(" DAMAGED: {}{end}", one_line(damage)), theme.alarm));
    }
    if damage.len() > 2 {
        rows.push((
            format!(" DAMAGED: and {} more; casebook doctor lists them", damage.len() - 2),
            theme.alarm,
        ));
    }
    if case.shown().read_only {
        rows.push((
            " READ ONLY: a newer casebook wrote lines this one must not write over; update it".to_owned(),
            theme.badge,
        ));
    }
    for contested in scene.app.contested().iter().take(3) {
        let sides: Vec<String> =
            contested.sides.iter().map(|side| format!("{}: {}", side.by, side.says)).collect();
        let words = format!(" CONTESTED {}: {}", contested.field, sides.join(" / "));
        rows.push((one_line(&words).into_owned(), theme.hurt));
    }
    rows
}

/// `REPLAY 04:00 · entry 12 of 98`.
fn replayed(scene: &Scene<'_>, replay: &Replay, later: usize) -> String {
    let at = time::when(replay.moment(), scene.app.now, &scene.zone);
    let dot = scene.app.theme.glyphs.dot;
    let place = format!(" REPLAY {at} {dot} entry {} of {}", replay.stop() + 1, replay.stops());
    match later {
        0 => format!("{place} {dot} read-only, Esc: back to now"),
        1 => format!("{place} {dot} Esc: back to now {dot} 1 fact of then was written later"),
        n => format!("{place} {dot} Esc: back to now {dot} {n} facts of then were written later"),
    }
}

/// Draws the banners, each across the whole row.
pub(crate) fn draw_banners(pen: &mut Pen<'_>, area: Rect, rows: &[(String, Style)]) {
    for (line, (words, style)) in (0u16..).zip(rows).take(usize::from(area.height)) {
        let mut row = pen.row(area, line);
        row.put(words, *style);
        row.fill(*style);
    }
}
