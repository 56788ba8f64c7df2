//! The head of every screen: number, title, badges, what is not contained, what is due, what waits, banners.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::Pen;
use super::scene::Scene;
use crate::incident::Incident;
use crate::model::component::{Component, Stage};
use crate::model::notice::NoticeState;
use crate::model::phase::Phase;
use crate::model::time::{countdown, span};
use crate::tui::app::{Banner, Disk};
use crate::tui::text::{clock_and_offset, fit, one_line, width};
use crate::tui::theme::Theme;

/// Words with the style they are drawn in.
pub(crate) type Span<'a> = (Cow<'a, str>, Style);

/// A statement of the header: drawn whole or not at all.
type Chunk<'a> = Vec<Span<'a>>;

/// What is left is shown in seconds from here on (milliseconds; [`countdown`] agrees).
const LAST_MINUTES: i64 = 10 * 60_000;

fn columns(chunk: &Chunk<'_>) -> u16 {
    chunk.iter().map(|(words, _)| width(words)).sum()
}

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
    let kind = match app.banner {
        Banner::Real => None,
        Banner::Demo => Some(" DEMO "),
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
fn marks<'a>(scene: &Scene<'_>, incident: &'a Incident, columns: u16, room: u16) -> Chunk<'a> {
    let theme = &scene.app.theme;
    let wide = columns >= 120;
    let level = incident.severity().map(|severity| severity.level);
    let severity = match level {
        Some(level) if wide => format!(" {} {} ", level.label(), level.terms().name.to_uppercase()),
        Some(level) => format!(" {} ", level.label()),
        None => " SEV? ".to_owned(),
    };
    let mut marks: Vec<(u8, Cow<'a, str>, Style)> = Vec::with_capacity(5);
    marks.push((2, format!(" {} ", clock(scene, columns)).into(), theme.dim));
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

fn lead(incident: &Incident, room: usize) -> String {
    match incident.lead() {
        Some(lead) => {
            let name: String = one_line(lead).chars().take(room).collect();
            format!(" lead {name} ")
        }
        None => " no lead ".to_owned(),
    }
}

fn lead_style(incident: &Incident, theme: &Theme) -> Style {
    if incident.lead().is_some() { theme.text } else { theme.notice }
}

fn open_for(scene: &Scene<'_>, incident: &Incident) -> String {
    scene.since(incident.opened)
}

/// The statements under the rail, on one row or two.
pub(crate) struct Facts<'a> {
    rows: Vec<Vec<Chunk<'a>>>,
    /// Lead and how long it is open, where the title has no room for them.
    right: String,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(scene: &Scene<'a>, columns: u16, most: usize) -> Self {
        let Some(incident) = scene.incident() else { return Self { rows: Vec::new(), right: String::new() } };
        let right = match columns {
            120.. => String::new(),
            90.. => format!("{} open {} ", lead(incident, 12), open_for(scene, incident)),
            _ => lead(incident, 8),
        };
        let first = columns.saturating_sub(width(&right) + 1);
        let mut rows: Vec<(u16, Vec<Chunk<'a>>)> = vec![(first, Vec::new())];
        // Each statement goes where there is still room for it, the most pressing first.
        for chunk in chunks(scene, incident, first.saturating_sub(2)) {
            let needs = columns_of(&chunk);
            let fits = rows.iter().position(|(room, _)| needs <= *room);
            let at = match fits {
                Some(at) => at,
                // The first is shown even cut.
                None if rows[0].1.is_empty() => 0,
                None if rows.len() < most && needs <= columns => {
                    rows.push((columns, Vec::new()));
                    rows.len() - 1
                }
                None => continue,
            };
            rows[at].0 = rows[at].0.saturating_sub(needs);
            rows[at].1.push(chunk);
        }
        let rows = rows.into_iter().map(|(_, chunks)| chunks).collect();
        Self { rows, right }
    }

    pub(crate) fn len(&self) -> u16 {
        u16::try_from(self.rows.len()).unwrap_or(0)
    }

    pub(crate) fn draw(&self, pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
        let theme = pen.theme;
        for (line, chunks) in (0u16..).zip(&self.rows) {
            let mut row = pen.row(area, line);
            if line == 0 {
                let style = scene.incident().map_or(theme.dim, |incident| lead_style(incident, theme));
                row.right(&self.right, 0, style);
            }
            row.skip(1);
            for (i, chunk) in chunks.iter().enumerate() {
                row.skip(if i > 0 { 3 } else { 0 });
                for (words, style) in chunk {
                    row.put(words, *style);
                }
            }
        }
    }
}

/// A statement with the blanks before it.
fn columns_of(chunk: &Chunk<'_>) -> u16 {
    columns(chunk) + 3
}

/// What must be known on every screen, the most pressing first.
fn chunks<'a>(scene: &Scene<'a>, incident: &'a Incident, room: u16) -> Vec<Chunk<'a>> {
    let theme = &scene.app.theme;
    let mut all = Vec::new();
    all.extend(standing(incident, theme));
    all.push(containment(scene, incident, room));
    all.extend(ahead(scene, incident));
    all.extend(due(scene, incident, room));
    let waiting = scene.app.waiting().len();
    if waiting > 0 {
        let words = if waiting == 1 { " 0  1 waits for you " } else { " 0  {} wait for you " };
        all.push(vec![(words.replace("{}", &waiting.to_string()).into(), theme.wanted)]);
    }
    let suspected = |component: &&Component| component.stage() == Stage::Suspected;
    all.extend(named(
        "suspected",
        incident.components().filter(suspected),
        room / 2,
        theme.dim,
        theme.text,
        |_| String::new(),
    ));
    all
}

/// Closed or on hold, in words.
fn standing<'a>(incident: &'a Incident, theme: &Theme) -> Option<Chunk<'a>> {
    if let Some(ending) = incident.place.get().and_then(|place| place.ending.as_ref()) {
        let of = ending.of.as_deref().map(|of| format!(" of {of}")).unwrap_or_default();
        return Some(vec![
            (" CLOSED ".into(), theme.badge),
            (format!(" {}{of}", ending.disposition).into(), theme.text),
        ]);
    }
    let hold = incident.hold.get().and_then(Option::as_deref)?;
    Some(vec![
        (" ON HOLD ".into(), theme.badge),
        (format!(" waits for {}", one_line(hold)).into(), theme.text),
    ])
}

/// What is not contained and since when; else how the components stand, in words.
fn containment<'a>(scene: &Scene<'_>, incident: &'a Incident, room: u16) -> Chunk<'a> {
    let theme = &scene.app.theme;
    let open = |component: &&Component| component.stage().uncontained();
    let since = |component: &Component| format!(" {}", scene.since(component.since()));
    let named =
        named("NOT CONTAINED", incident.components().filter(open), room, theme.hurt, theme.text, since);
    if let Some(chunk) = named {
        return chunk;
    }
    let known = incident.components().filter(|component| !component.stage().out()).count();
    match known {
        0 => vec![("no component is listed as affected".into(), theme.dim)],
        1 => vec![("nothing is known to be uncontained".into(), theme.good)],
        n => vec![(format!("none of {n} components is known to be uncontained").into(), theme.good)],
    }
}

/// `NOT CONTAINED 2: FS02 0:14, svc-backup 0:09`, with as many names as there is room for.
fn named<'a>(
    label: &'a str,
    components: impl Iterator<Item = &'a Component>,
    room: u16,
    label_style: Style,
    name_style: Style,
    since: impl Fn(&Component) -> String,
) -> Option<Chunk<'a>> {
    let all: Vec<&Component> = components.collect();
    if all.is_empty() {
        return None;
    }
    let head = format!("{label} {}:", all.len());
    let room = usize::from(room).saturating_sub(head.len() + 4);
    let mut names = String::new();
    let mut shown = 0;
    for component in &all {
        let comma = if shown == 0 { " " } else { ", " };
        let next = format!("{comma}{}{}", one_line(&component.name), since(component));
        if shown > 0 && usize::from(width(&names)) + next.len() > room {
            break;
        }
        names.push_str(&next);
        shown += 1;
    }
    if shown < all.len() {
        names.push_str(&format!(" +{}", all.len() - shown));
    }
    Some(vec![(head.into(), label_style), (names.into(), name_style)])
}

/// Says so when the incident runs ahead of its components.
fn ahead<'a>(scene: &Scene<'_>, incident: &Incident) -> Option<Chunk<'a>> {
    let theme = &scene.app.theme;
    let phase = incident.phase();
    let uncontained = incident.components().any(|component| component.stage().uncontained());
    let left = incident.components().filter(|component| component.stage().uneradicated()).count();
    let words = if incident.closed() && left > 0 {
        "closed ahead of them".to_owned()
    } else if phase > Phase::Containment && uncontained {
        format!("{phase} runs ahead of them")
    } else if phase > Phase::Eradication && left > 0 {
        format!("{phase} runs ahead: {left} not eradicated")
    } else {
        return None;
    };
    Some(vec![(words.into(), theme.hurt)])
}

/// The nearest running notice and the nearest due task: when, and what it is called.
fn nearest(incident: &Incident) -> impl Iterator<Item = (DateTime<Utc>, &str)> {
    let running = |state| state == NoticeState::Running;
    let notices = incident.notices.iter().filter(|notice| !notice.undone && running(notice.state));
    let notice = notices.filter_map(|notice| Some((notice.due?, notice.name.as_str()))).min();
    let open = incident.tasks.iter().filter(|task| !task.undone && !task.settled());
    let task = open.filter_map(|task| Some((task.due()?, task.what.title.as_str()))).min();
    notice.into_iter().chain(task)
}

/// The nearest notice and due task with what is left of them.
fn due<'a>(scene: &Scene<'_>, incident: &'a Incident, room: u16) -> Vec<Chunk<'a>> {
    let theme = &scene.app.theme;
    let say = |(at, what): (DateTime<Utc>, &'a str)| {
        let left = (at - scene.now()).num_milliseconds();
        // The name gives way before the time does.
        let what = fit(&one_line(what), room.saturating_sub(26), theme).into_owned();
        if left < 0 {
            vec![
                (format!(" OVERDUE {} ", span(left)).into(), theme.alarm),
                (format!(" {what}").into(), theme.text),
            ]
        } else {
            vec![
                (format!("due {} ", scene.when(at)).into(), theme.notice),
                (format!("{what}, {} left", countdown(left)).into(), theme.text),
            ]
        }
    };
    nearest(incident).map(say).collect()
}

/// Whether a clock of the header shows seconds, so that the picture changes with each of them.
pub(crate) fn shows_seconds(scene: &Scene<'_>) -> bool {
    let last = |at: DateTime<Utc>| (0..LAST_MINUTES).contains(&(at - scene.now()).num_milliseconds());
    scene.incident().is_some_and(|incident| nearest(incident).any(|(at, _)| last(at)))
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
        rows.push((format!(" READ ONLY, as it stood {at}{later}. Esc: back to now"), theme.badge));
    }
    for damage in case.damage.iter().take(2) {
        rows.push((format!(" DAMAGED: {}", one_line(damage)), theme.alarm));
    }
    if case.damage.len() > 2 {
        rows.push((
            format!(" DAMAGED: and {} more; casebook doctor lists them", case.damage.len() - 2),
            theme.alarm,
        ));
    }
    if case.shown().read_only {
        rows.push((
            " READ ONLY: a newer casebook wrote lines this one must not write over; update it".to_owned(),
            theme.badge,
        ));
    }
    for contested in case.shown().contested().into_iter().take(3) {
        let sides: Vec<String> = contested.sides.iter().map(|(by, said)| format!("{by}: {said}")).collect();
        let words = format!(" CONTESTED {}: {}", contested.field, sides.join(" / "));
        rows.push((one_line(&words).into_owned(), theme.hurt));
    }
    rows
}

/// Draws the banners, each across the whole row.
pub(crate) fn draw_banners(pen: &mut Pen<'_>, area: Rect, rows: &[(String, Style)]) {
    for (line, (words, style)) in (0u16..).zip(rows).take(usize::from(area.height)) {
        let mut row = pen.row(area, line);
        row.put(words, *style);
        row.fill(*style);
    }
}
