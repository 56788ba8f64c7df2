//! The notices on the board: what is owed and how much of its time is left, what was settled, a hint to the law.

use std::cmp::Reverse;

use ratatui::layout::Rect;

use super::layout::{Edge, Layout};
use super::pane::{self, Head};
use super::pen::Pen;
use super::scene::Scene;
use crate::incident::Incident;
use crate::model::notice::law::DISCLAIMER;
use crate::model::notice::{Hardness, Notice, NoticeState};
use crate::model::time::{countdown, span};
use crate::tui::text::{one_line, width};

/// Fewest rows the checklist keeps above it.
const CHECKLIST: u16 = 13;
/// Rows of its edges, and the fewest inside them that tell of one notice and of how many more there are.
const EDGES: u16 = 2;
const LEAST: usize = 3;
/// Rows of settled notices, the newest first; screen 7 has them all.
const SETTLED: usize = 2;

/// The rows the pane takes out of a column of the board so high; 0: it has no room, or nothing to say.
pub(crate) fn rows(incident: Option<&Incident>, edge: Edge, height: u16) -> u16 {
    let Some(incident) = incident.filter(|_| edge == Edge::Box) else { return 0 };
    let owed = incident.notices().filter(|notice| notice.owed()).count();
    // With the blank row above them.
    let settled = incident.notices().filter(|notice| !notice.owed()).count().min(SETTLED);
    let settled = settled + usize::from(owed > 0 && settled > 0);
    let most = usize::from((height / 3).min(height.saturating_sub(CHECKLIST)).saturating_sub(EDGES));
    let inside = match most {
        // All that is owed, and of what is settled as much as there is room for below a blank row.
        most if owed * 2 <= most => {
            let below = settled.min(most - owed * 2);
            owed * 2 + if owed > 0 && below < 2 { 0 } else { below }
        }
        // Half a notice says nothing; the last row tells how many more there are.
        most if most < LEAST => 0,
        most => most - usize::from(most % 2 == 0),
    };
    if inside == 0 { 0 } else { u16::try_from(inside).unwrap_or(0) + EDGES }
}

/// Draws the pane.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>) {
    let Some(incident) = scene.incident().filter(|_| !layout.notices.is_empty()) else { return };
    let theme = pen.theme;
    let now = scene.now();
    let (mut owed, mut settled): (Vec<&Notice>, Vec<&Notice>) =
        incident.notices().partition(|notice| notice.owed());
    owed.sort_by_key(|notice| {
        notice.limit().map_or((true, now), |limit| (limit.hard == Hardness::Target, limit.at))
    });
    settled.sort_by_key(|notice| Reverse(notice.standing.get().map(|standing| standing.at)));
    let running = match owed.len() {
        0 => "none owed".to_owned(),
        n => format!("{n} owed"),
    };
    let details = [
        format!("{running}, law as of {}, {DISCLAIMER}", scene.app.law_as_of()),
        format!("{running}, {DISCLAIMER}"),
        format!("{running}, not legal advice"),
        running,
    ];
    let head = Head {
        title: "Notices",
        title_style: theme.strong,
        details: &details,
        progress: None,
        keys: "",
        focused: false,
    };
    let inside = pane::draw(pen, layout, layout.notices, &head);
    let row = |line: u16| Rect { y: inside.y + line, height: 1, ..inside }.intersection(inside);
    let room = usize::from(inside.height);
    let fitting = if owed.len() * 2 <= room { owed.len() } else { room.saturating_sub(1) / 2 };
    let mut line = 0;
    for notice in &owed[..fitting] {
        name(pen, row(line), notice);
        left(pen, row(line + 1), scene, notice);
        line += 2;
    }
    if fitting < owed.len() {
        let words = format!(" and {} more: 7 shows them", owed.len() - fitting);
        pen.row(row(line), 0).put(&words, theme.notice);
        return;
    }
    line += u16::from(!owed.is_empty());
    for (line, notice) in (line..inside.height).zip(settled.into_iter().take(SETTLED)) {
        done(pen, row(line), scene, notice);
    }
}

/// `NIS2: Early warning  National CSIRT`.
fn name(pen: &mut Pen<'_>, place: Rect, notice: &Notice) {
    let theme = pen.theme;
    let mut row = pen.row(place, 0);
    row.skip(1).put(&one_line(&notice.name), theme.strong);
    row.skip(2);
    if row.room() > 8 {
        row.put(&one_line(&notice.recipient), theme.dim);
    }
}

/// `▰▱▱▱▱▱▱▱▱▱  22 h 43 m left  aware 12:49`: how much of its time is gone, and what is left.
fn left(pen: &mut Pen<'_>, place: Rect, scene: &Scene<'_>, notice: &Notice) {
    let theme = pen.theme;
    let now = scene.now();
    let started = notice.started.get();
    let from = started.map(|started| format!("{} {}", started.from(), scene.when(started.at)));
    let mut row = pen.row(place, 0);
    row.skip(1);
    match notice.limit() {
        None => {
            let so_far = started.map_or(0, |started| (now - started.at).num_milliseconds());
            row.value(&format!("without delay, {} so far", span(so_far)), theme.notice);
        }
        Some(limit) if limit.at <= now => {
            let over = (limit.at - now).num_milliseconds();
            match (limit.hard, notice.state()) {
                (_, NoticeState::Deferred) => row.value(" OVERDUE, was deferred ", theme.alarm),
                (Hardness::Due, _) => row.value(&format!(" OVERDUE {} ", span(over)), theme.alarm),
                (Hardness::Target, _) => row.value(&format!("target past {}", span(over)), theme.notice),
            };
        }
        Some(limit) => {
            let ms = (limit.at - now).num_milliseconds();
            let whole = started.map_or(ms, |started| (limit.at - started.at).num_milliseconds()).max(1);
            let gone = usize::try_from(((whole - ms) * 100 / whole).clamp(0, 100)).unwrap_or(0);
            // The last quarter is no time to begin with something else.
            let style = if gone >= 75 { theme.notice } else { theme.good };
            // One piece at least: it has begun.
            let bar = pane::bar(gone.max(10), 100, theme);
            row.value(&bar, style).skip(2);
            let words = match notice.state() {
                NoticeState::Deferred => format!("deferred until {}", scene.when(limit.at)),
                _ => format!("{} left", countdown(ms)),
            };
            row.value(&words, if gone >= 75 { theme.notice } else { theme.text });
        }
    }
    if let Some(from) = from {
        row.fits(2, &from, theme.dim);
    }
}

/// `✓ Insurer told  sent 13:20 by dee, ref 77120`.
fn done(pen: &mut Pen<'_>, place: Rect, scene: &Scene<'_>, notice: &Notice) {
    let theme = pen.theme;
    let Some(standing) = notice.standing.get() else { return };
    let word = standing.state.word();
    let mut row = pen.row(place, 0);
    let (glyph, style) = match standing.state {
        NoticeState::Sent => (theme.glyphs.done, theme.good),
        _ => (theme.glyphs.waived, theme.dim),
    };
    row.skip(1).put(glyph, style).skip(1);
    let when = format!("  {word} {}", scene.when(standing.at));
    let by = format!(" by {}", one_line(&standing.by));
    let reference = standing.reference.as_ref().map(|reference| format!(", ref {}", one_line(reference)));
    let reference = reference.unwrap_or_default();
    // The name gives way before the time does, and before the number one is asked for on the phone.
    let name = one_line(&notice.name);
    let least = width(&name).min(12);
    let tails = [format!("{when}{by}{reference}"), format!("{when}{reference}"), when];
    if let Some(tail) = tails.iter().find(|tail| width(tail) + least <= row.room()) {
        let room = row.room() - width(tail);
        let shown = crate::tui::text::fit(&name, room, theme).into_owned();
        row.put(&shown, theme.dim).put(tail, theme.dim);
    } else {
        row.put(&name, theme.dim);
    }
}
