//! The pictures of a report as SVG: the two lanes of the timeline over the phases, and the stays in phases as
//! bars. Colours are classes of the style sheet, so that they follow light, dark and print; whatever is meant
//! by a colour is said in words or by a shape, too.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::scale::Scale;
use super::{Report, Stay, lasted};
use crate::model::lane::Lane;
use crate::model::phase::Phase;
use crate::model::time::Zone;

/// Width of a picture in its own units, and where its time begins and ends.
const WIDTH: f64 = 1000.0;
const LEFT: f64 = 118.0;
const RIGHT: f64 = 990.0;
/// Numbers of deeds that may stand above each other; where more fall together, the marks go without.
const STACK: usize = 3;
/// More deeds than these are marked, not numbered.
const NUMBERED: usize = 30;
/// About what a letter of a label takes.
const LETTER: f64 = 6.6;

/// What happened when, in lanes: the attacker above, us below, and under both the phases.
pub(super) fn timeline(report: &Report<'_>, zone: &Zone) -> String {
    let rows = || report.timeline.rows.iter().filter(|row| row.taken_back.is_none());
    let mut moments: Vec<DateTime<Utc>> = rows().map(|row| row.happened).collect();
    let stays: Vec<&Stay<'_>> = worked(report).collect();
    moments.extend(stays.iter().flat_map(|stay| [stay.entered, end(stay)]));
    let scale = Scale::over(moments, LEFT, RIGHT);
    let theirs = rows().filter(|row| row.lane == Some(Lane::Actor.word())).count();
    let ours = rows().filter(|row| row.lane == Some(Lane::Us.word())).count();
    let nobody = rows().filter(|row| row.lane.is_none()).count();
    let said = format!(
        "{theirs} deeds of the attacker, {ours} of ours and {nobody} of which nobody said whose they are, over {} stays in phases. \
         The table below has all of it in words.",
        stays.len()
    );
    let mut svg = opening("pic-timeline", "What happened when", &said, 214.0);
    axis(&mut svg, &scale, zone, 30.0, 204.0);
    for (y, label) in [(74.0, "Attacker"), (112.0, "We"), (140.0, "Not said"), (178.0, "Phase")] {
        let _ = write!(svg, r#"<text class="lane" x="0" y="{:.0}">{label}</text>"#, y + 4.0);
        let _ = write!(svg, r#"<line class="rule" x1="{LEFT}" x2="{RIGHT}" y1="{y:.0}" y2="{y:.0}"/>"#);
    }
    // As many marks as can be told apart: a hundred thousand entries make no more ink than this.
    let mut places: BTreeSet<(u8, i64)> = BTreeSet::new();
    let mut stacked: Vec<(f64, usize)> = Vec::new();
    for row in rows() {
        let x = scale.x(row.happened);
        let lane = if row.lane == Some(Lane::Actor.word()) {
            0
        } else if row.lane.is_some() {
            1
        } else {
            2
        };
        let lane = if row.back { 3 } else { lane };
        if !places.insert((lane, x.round() as i64)) && lane != 0 {
            continue;
        }
        let _ = match lane {
            0 => write!(svg, r#"<path class="deed" d="M{x:.1} 67l7 7-7 7-7-7z"/>"#),
            1 => write!(svg, r#"<line class="ours" x1="{x:.1}" x2="{x:.1}" y1="105" y2="119"/>"#),
            2 => write!(svg, r#"<circle class="unsaid" cx="{x:.1}" cy="140" r="3"/>"#),
            _ => write!(svg, r#"<path class="back" d="M{:.1} 112l8-6v12z"/>"#, x - 4.0),
        };
        if let Some(n) = row.deed.filter(|_| theirs <= NUMBERED) {
            let height = stacked.iter().rev().take_while(|(at, _)| x - at < 15.0).count();
            if height < STACK {
                let y = 60.0 - 13.0 * height as f64;
                let _ = write!(svg, r#"<text class="number" x="{x:.1}" y="{y:.0}">{n}</text>"#);
            }
            stacked.push((x, n));
        }
    }
    for stay in &stays {
        bar(&mut svg, &scale, stay, 166.0, 24.0, stay.phase);
    }
    svg.push_str("</svg>");
    svg
}

/// The stays in phases: a row for each of the seven, a bar for each visit, an arrow for each way back.
pub(super) fn phases(report: &Report<'_>, zone: &Zone) -> String {
    let stays: Vec<&Stay<'_>> = worked(report).collect();
    let moments = stays.iter().flat_map(|stay| [stay.entered, end(stay)]).collect();
    let scale = Scale::over(moments, LEFT, RIGHT);
    let words: Vec<String> = stays
        .iter()
        .map(|stay| format!("{} visit {} for {}", stay.phase, stay.n, lasted(stay.ms.unwrap_or(0))))
        .collect();
    let mut svg = opening("pic-phases", "Stays in phases", &format!("{}.", words.join(", then ")), 268.0);
    axis(&mut svg, &scale, zone, 30.0, 258.0);
    let y =
        |phase: &str| 46.0 + 30.0 * Phase::ALL.iter().position(|it| it.name() == phase).unwrap_or(0) as f64;
    for phase in Phase::ALL {
        let here = y(phase.name());
        let idle = if stays.iter().any(|stay| stay.phase == phase.name()) { "lane" } else { "lane idle" };
        let _ = write!(svg, r#"<text class="{idle}" x="0" y="{:.0}">{}</text>"#, here + 16.0, phase.name());
        let _ = write!(
            svg,
            r#"<line class="rule" x1="{LEFT}" x2="{RIGHT}" y1="{0:.0}" y2="{0:.0}"/>"#,
            here + 11.0
        );
    }
    for pair in stays.windows(2) {
        let x = scale.x(pair[1].entered);
        let (from, to) = (y(pair[0].phase) + 11.0, y(pair[1].phase) + 11.0);
        let class = if pair[1].back { "way back-way" } else { "way" };
        let _ = write!(svg, r#"<line class="{class}" x1="{x:.1}" x2="{x:.1}" y1="{from:.0}" y2="{to:.0}"/>"#);
        if pair[1].back {
            let _ = write!(svg, r#"<path class="back" d="M{x:.1} {:.1}l-5 9h10z"/>"#, to + 12.0);
        }
    }
    for stay in &stays {
        let lasted = lasted(stay.ms.unwrap_or(0));
        let label = if stay.n > 1 { format!("visit {}, {lasted}", stay.n) } else { lasted };
        bar(&mut svg, &scale, stay, y(stay.phase), 22.0, &label);
    }
    svg.push_str("</svg>");
    svg
}

/// Stays that were not taken back and are work on this incident.
fn worked<'r, 'a>(report: &'r Report<'a>) -> impl Iterator<Item = &'r Stay<'a>> {
    report.phases.visits.iter().filter(|stay| stay.taken_back.is_none() && stay.ms.is_some())
}

fn end(stay: &Stay<'_>) -> DateTime<Utc> {
    stay.entered + chrono::TimeDelta::milliseconds(stay.ms.unwrap_or(0))
}

fn opening(id: &str, title: &str, said: &str, height: f64) -> String {
    format!(
        r#"<svg role="img" aria-labelledby="{id}-t {id}-d" viewBox="0 0 {WIDTH} {height}"><title id="{id}-t">{}</title><desc id="{id}-d">{}</desc>"#,
        escaped(title),
        escaped(said)
    )
}

/// A bar with its words inside where they fit, else behind it, else none: the table has them.
fn bar(svg: &mut String, scale: &Scale, stay: &Stay<'_>, y: f64, height: f64, label: &str) {
    let (from, to) = (scale.x(stay.entered), scale.x(end(stay)));
    let (width, letters) = ((to - from).max(3.0), label.chars().count() as f64 * LETTER);
    let class = if stay.back { "bar again" } else { "bar" };
    let now = if stay.left.is_none() { " now" } else { "" };
    let _ = write!(
        svg,
        r#"<rect class="{class}{now} p{}" x="{from:.1}" y="{y:.0}" width="{width:.1}" height="{height:.0}" rx="3"/>"#,
        Phase::ALL.iter().position(|phase| phase.name() == stay.phase).unwrap_or(0) + 1
    );
    let base = y + height / 2.0 + 4.0;
    if letters + 8.0 <= width {
        let _ =
            write!(svg, r#"<text class="in" x="{:.1}" y="{base:.0}">{}</text>"#, from + 5.0, escaped(label));
    } else if height < 24.0 && from + width + letters + 6.0 <= RIGHT {
        let _ = write!(
            svg,
            r#"<text class="by" x="{:.1}" y="{base:.0}">{}</text>"#,
            from + width + 5.0,
            escaped(label)
        );
    } else if height < 24.0 {
        let _ = write!(
            svg,
            r#"<text class="by end" x="{:.1}" y="{base:.0}">{}</text>"#,
            from - 5.0,
            escaped(label)
        );
    }
}

/// Days above, round times below them, breaks where nothing happened for long.
fn axis(svg: &mut String, scale: &Scale, zone: &Zone, top: f64, bottom: f64) {
    let mut day = None;
    let mut free = f64::MIN;
    for stretch in &scale.stretches {
        let date = zone.date(stretch.from);
        if day != Some(date) && stretch.left >= free {
            let _ = write!(
                svg,
                r#"<text class="day" x="{:.1}" y="12">{}</text>"#,
                stretch.left,
                date.format("%-d %b")
            );
            free = stretch.left + 7.0 * LETTER;
            day = Some(date);
        }
    }
    let mut free = f64::MIN;
    for tick in scale.ticks(58.0) {
        let x = scale.x(tick);
        if x < free {
            continue;
        }
        free = x + 40.0;
        let at = zone.at(tick);
        let midnight = at.format("%H:%M").to_string() == "00:00";
        let words = if midnight { at.format("%-d %b") } else { at.format("%H:%M") };
        let _ = write!(svg, r#"<line class="tick" x1="{x:.1}" x2="{x:.1}" y1="{top:.0}" y2="{bottom:.0}"/>"#);
        let _ = write!(svg, r#"<text class="hour" x="{x:.1}" y="26">{words}</text>"#);
    }
    for (x, ms) in scale.breaks() {
        let _ = write!(
            svg,
            r#"<path class="gap" d="M{:.1} {top:.0}V{bottom:.0}M{:.1} {top:.0}V{bottom:.0}"/><text class="hour gap-words" transform="translate({:.1} {:.0}) rotate(-90)">{} of nothing</text>"#,
            x - 9.0,
            x + 9.0,
            x + 4.0,
            (top + bottom) / 2.0,
            lasted(ms)
        );
    }
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
