//! What the frame of every screen says in a drill: that it is one, how far it is, how fast it goes, what waits.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::facts::Chunk;
use super::pen::Pen;
use super::scene::Scene;
use crate::model::drill::Standing;
use crate::tui::text::{clock_and_offset, one_line, width};
use crate::tui::theme::Theme;

/// How the clock goes, in a word and a sentence.
fn goes(scene: &Scene<'_>, theme: &Theme) -> Option<(&'static str, &'static str, Style)> {
    let drill = scene.app.drill()?;
    Some(match (drill.ended, drill.clock.stands) {
        (Some(_), _) => ("ENDED", ": drill debrief", theme.alarm),
        (None, None) => ("RUNS", "", theme.badge),
        (None, Some(Standing::Asked)) => ("PAUSED", "  Z goes on", theme.alarm),
        (None, Some(Standing::Away)) => ("PAUSED, nobody was here", "  Z goes on", theme.alarm),
        (None, Some(Standing::Reading)) => ("WAITS", " while you read", theme.notice),
    })
}

/// `EXERCISE EXERCISE EXERCISE  Ticket desk   minute 39 of 195  08:59 +02:00  x3 RUNS`.
pub(crate) fn draw(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = pen.theme;
    let Some(drill) = scene.app.drill().filter(|_| !area.is_empty()) else { return };
    let Some((word, more, style)) = goes(scene, theme) else { return };
    pen.tint(area, theme.badge);
    let mut row = pen.row(area, 0);
    let said = format!(" {word}{more} ");
    let said = if width(&said) + 30 > row.room() { format!(" {word} ") } else { said };
    row.right(&said, 0, if style == theme.notice { theme.wanted } else { style });
    let ratio = format!("x{} ", drill.clock.ratio);
    let clock = clock_and_offset(scene.app.now, &scene.zone);
    // Whole hours say it shorter.
    let clock = clock.strip_suffix(":00").filter(|_| clock.contains(' ')).unwrap_or(&clock).to_owned();
    let minute =
        if area.width < 40 { minute(scene, "/").replace("minute ", "") } else { minute(scene, " of ") };
    let exercise = if area.width >= 76 { " EXERCISE EXERCISE EXERCISE " } else { " EXERCISE " };
    // What has no room goes: the pace first, then the story's time.
    let mut left = row.room().saturating_sub(width(exercise) + width(&minute) + 6);
    let mut keep = |words: &str| {
        let fits = width(words) + 2 <= left;
        left = left.saturating_sub(if fits { width(words) + 2 } else { 0 });
        fits
    };
    let (clock_fits, ratio_fits) = (keep(&clock), keep(&ratio));
    if ratio_fits {
        row.right(&if clock_fits { ratio } else { format!("  {ratio}") }, 0, theme.badge);
    }
    if clock_fits {
        row.right(&format!("  {clock}  "), 0, theme.badge);
    }
    row.right(&minute, 0, theme.badge);
    row.put(exercise, theme.badge).put(" ", theme.badge);
    row.right("  ", 0, theme.badge);
    if row.room() > 6 {
        row.put(&one_line(&drill.exercise.title), theme.badge);
    }
}

/// `minute 39 of 195`.
fn minute(scene: &Scene<'_>, of: &str) -> String {
    scene.app.drill().map_or_else(String::new, |drill| {
        let minute = drill.ended.map_or_else(|| drill.clock.minute(scene.app.wall), |(minute, _)| minute);
        format!("minute {minute}{of}{}", drill.exercise.end_min)
    })
}

/// Messages that were not read here and wait for nothing else.
pub(crate) fn unread(scene: &Scene<'_>) -> usize {
    scene
        .app
        .unread()
        .filter(|message| !message.waits() || scene.app.drill().is_some_and(|d| d.ended.is_some()))
        .count()
}

/// Gauges, what waits for an answer, what is new, what is asked.
pub(crate) fn facts<'a>(scene: &Scene<'_>) -> Vec<Chunk<'a>> {
    let theme = &scene.app.theme;
    let Some(drill) = scene.app.drill() else { return Vec::new() };
    let mut all: Vec<Chunk<'a>> = Vec::new();
    let play = scene.app.case.as_ref().and_then(|case| case.seat.play.as_ref());
    let minute = drill.clock.minute(scene.app.wall);
    for gauge in play.map(|play| play.gauges(minute)).unwrap_or_default() {
        let stopped = gauge.stopped.is_some();
        let style = if stopped { theme.dim } else { theme.strong };
        let mut chunk: Chunk<'a> =
            vec![(format!("{} ", gauge.text).into(), theme.dim), (number(gauge.value).into(), style)];
        if stopped {
            chunk.push((" stopped".into(), theme.good));
        }
        all.push(chunk);
    }
    if drill.ended.is_some() {
        return all;
    }
    let asking = scene.app.asking().count();
    if asking > 0 {
        let verb = if asking == 1 { "waits" } else { "wait" };
        all.push(vec![(format!(" 0  {asking} {verb} for your answer ").into(), theme.wanted)]);
    }
    let new = unread(scene);
    if new > 0 {
        let key = if asking == 0 { " 0 " } else { "" };
        all.push(vec![(format!("{key} {new} new ").into(), theme.wanted)]);
    }
    let questions = scene.app.open_questions().len();
    if questions > 0 {
        let word = if questions == 1 { "question" } else { "questions" };
        all.push(vec![(format!("{questions} {word} open").into(), theme.notice)]);
    }
    all
}

/// A gauge's value: whole, with groups of three.
fn number(value: f64) -> String {
    // Gauges are small numbers; a cast of one that is not ends at the edge.
    let whole = value.round() as i64;
    let grouped = crate::model::text::thousands(usize::try_from(whole.unsigned_abs()).unwrap_or(usize::MAX));
    if whole < 0 { format!("-{grouped}") } else { grouped }
}
