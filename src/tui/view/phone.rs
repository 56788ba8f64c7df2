//! A phone upright, or a strip of a window: number, phase, last entry, and a note line that works.

use ratatui::layout::Rect;

use super::facts::Facts;
use super::header;
use super::pen::Pen;
use super::scene::Scene;
use super::task;
use crate::tui::act::Action;
use crate::tui::app::{Banner, Disk, Focus};
use crate::tui::msg::Target;
use crate::tui::text::{one_line, wrap};

/// Draws the incident on a screen too small for panes.
pub(crate) fn draw(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>, facts: &Facts<'_>) {
    if area.is_empty() {
        return;
    }
    let theme = pen.theme;
    let Some(incident) = scene.incident() else { return };
    // The last row is for words: it opens the note line, or is it.
    let mut rest = Rect { height: area.height - u16::from(area.height > 1), ..area };
    if area.height > 1 {
        foot(pen, Rect { y: area.bottom() - 1, height: 1, ..area }, scene);
    }
    number(pen, top(&mut rest, 1), scene);
    let phase = top(&mut rest, 1);
    let mut row = pen.row(phase, 0);
    match incident.visit() {
        Some(visit) if !incident.closed() => {
            let lasted = crate::model::time::span(visit.lasted_ms(scene.now()));
            row.put(&visit.phase.name().to_uppercase(), theme.accent);
            row.fits(1, &format!("visit {}, {lasted}", visit.n), theme.accent);
        }
        _ => {
            row.put("CLOSED", theme.strong);
        }
    }
    if area.height < 6 {
        entries(pen, rest, scene, 1);
        return;
    }
    let title = top(&mut rest, 1);
    pen.row(title, 0).put(&one_line(incident.title()), theme.strong);
    let banners = header::banners(scene);
    let most = u16::from(!banners.is_empty());
    header::draw_banners(pen, top(&mut rest, most), &banners);
    let rows = facts.len().min(rest.height / 4);
    facts.draw(pen, top(&mut rest, rows), scene);
    if rest.height > 8 {
        let mut half = top(&mut rest, 0);
        half.height = (rest.height - 1) / 2;
        rest.y += half.height;
        rest.height -= half.height;
        next(pen, half, scene);
        pen.line(rest, 0, theme.faint);
        top(&mut rest, 1);
    }
    entries(pen, rest, scene, 3);
}

fn top(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    let top = Rect { height: rows, ..*rest };
    rest.y += rows;
    rest.height -= rows;
    top
}

/// Number, EXERCISE, severity, TLP: what there is room for, in the order of need.
fn number(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = pen.theme;
    let Some(incident) = scene.incident() else { return };
    let mut row = pen.row(area, 0);
    let drill = match scene.app.banner() {
        Banner::Real => None,
        Banner::Demo => Some("DEMO"),
        Banner::Exercise if scene.app.drill().is_some() => None,
        Banner::Exercise => Some("EXERCISE"),
    };
    if let Some(drill) = drill {
        row.fits(0, drill, theme.badge);
    }
    let gap = u16::from(drill.is_some() && row.at() > area.x);
    if !row.fits(gap, &incident.number, theme.accent) {
        let tail = incident.number.rsplit('-').next().unwrap_or_default();
        row.fits(gap, tail, theme.accent);
    }
    if let Some(tlp) = incident.tlp() {
        row.fits(1, tlp.label(), theme.tlp(tlp));
    }
    let level = incident.severity().map(|severity| severity.level);
    row.fits(1, level.map_or("SEV?", |level| level.label()), theme.severity(level));
    let clock = crate::tui::text::clock_and_offset(scene.app.now, &scene.zone);
    if row.room() > crate::tui::text::width(&clock) {
        row.right(&clock, 0, theme.dim);
    }
}

/// The next open tasks.
fn next(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = pen.theme;
    let (Some(case), Some(incident)) = (&scene.app.case, scene.incident()) else { return };
    let on_top = scene.app.focus == Focus::Tasks;
    let rows = case.task_rows();
    if rows.is_empty() {
        pen.row(area, 0).put("no task on this checklist", theme.dim);
        return;
    }
    for (line, at) in (0u16..).zip(case.tasks.window(rows.len(), usize::from(area.height))) {
        let place = Rect { y: area.y + line, height: 1, ..area }.intersection(area);
        pen.spot(place, Target::Row(Focus::Tasks, at));
        let selected = at == case.tasks.at && on_top;
        let mut row = pen.row(place, 0);
        row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent);
        let marked = case.marked.contains(rows[at].id());
        task::draw(row, scene, incident, rows[at], marked);
        if selected {
            pen.select(place, theme.selected);
        }
    }
}

/// The last entries, the newest first, each wrapped over at most `most` rows.
fn entries(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>, most: usize) {
    let theme = pen.theme;
    let Some(case) = &scene.app.case else { return };
    let on_top = scene.app.focus == Focus::Log;
    let mut line = 0;
    for at in case.log.window(case.log_len(), usize::from(area.height)) {
        let Some(entry) = case.entry(at).filter(|_| line < area.height) else { break };
        let seam = match (entry.undone_by.is_some(), entry.back) {
            (true, _) => "undone: ",
            (false, true) => "BACK: ",
            (false, false) => "",
        };
        let words = one_line(entry.shown());
        let text =
            format!("{} {} {seam}{words}", scene.clock(entry.happened), one_line(entry.actor_in_column()));
        let lines: Vec<&str> = if most == 1 { vec![&text] } else { wrap(&text, area.width).collect() };
        for (i, words) in lines.iter().take(most).enumerate() {
            let place = Rect { y: area.y + line, height: 1, ..area }.intersection(area);
            pen.spot(place, Target::Row(Focus::Log, at));
            let mut row = pen.row(place, 0);
            let style = if entry.undone_by.is_some() { theme.dim.patch(theme.undone) } else { theme.text };
            row.put(words, style);
            if i + 1 == most && lines.len() > most {
                row.put(theme.glyphs.ellipsis, theme.dim);
            }
            if at == case.log.at && on_top {
                pen.select(place, theme.selected);
            }
            line += 1;
        }
    }
}

fn foot(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = pen.theme;
    let mut row = pen.row(area, 0);
    match scene.app.disk {
        Disk::Saved(at) if area.width >= 40 => {
            row.right(
                &format!("saved {}", crate::model::time::clock_seconds(at, &scene.zone)),
                0,
                theme.good,
            );
        }
        Disk::Saving(_) if area.width >= 40 => {
            row.right("saving", 0, theme.notice);
        }
        Disk::NotSaved(..) if area.width >= 40 => {
            row.right(super::footer::NOT_SAVED, 0, theme.alarm);
        }
        Disk::Quiet | Disk::Saving(_) | Disk::Saved(_) | Disk::NotSaved(..) => {}
    }
    let keys = [
        ("n", "note", Action::Note),
        ("x", "done", Action::Done),
        ("p", "phase", Action::Phase),
        ("?", "help", Action::Help),
        (":", "command", Action::Command),
    ];
    let mut spots = Vec::with_capacity(keys.len());
    for (key, word, action) in keys {
        if crate::tui::text::width(word) + 3 > row.room() && !spots.is_empty() {
            break;
        }
        let start = row.at();
        row.put(key, theme.accent).skip(1);
        row.put(word, theme.dim).skip(2);
        spots.push((start, row.at(), action));
    }
    for (start, end, action) in spots {
        pen.spot(Rect { x: start, width: end - start, ..area }, Target::Key(action));
    }
}
