//! What must be known on every screen: what is not contained, what is due, what waits for you.

use chrono::{DateTime, Utc};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::exercise;
use super::header::{Span, lead, lead_style, open_for};
use super::pen::Pen;
use super::scene::Scene;
use crate::incident::Incident;
use crate::model::component::{Component, Stage};
use crate::model::notice::Hardness;
use crate::model::phase::Phase;
use crate::model::time::{countdown, span};
use crate::tui::screens::Screen;
use crate::tui::text::{fit, one_line, width};
use crate::tui::theme::Theme;

/// A statement of the header: drawn whole or not at all.
pub(crate) type Chunk<'a> = Vec<Span<'a>>;

/// What is left is shown in seconds from here on (milliseconds; [`countdown`] agrees).
const LAST_MINUTES: i64 = 10 * 60_000;

fn columns(chunk: &Chunk<'_>) -> u16 {
    chunk.iter().map(|(words, _)| width(words)).sum()
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
    let pane = scene.app.screen() == Some(Screen::Drill);
    if pane {
        all.extend(exercise::facts(scene));
    }
    all.extend(standing(incident, theme));
    all.extend(declared(incident, theme));
    all.push(containment(scene, incident, room));
    all.extend(ahead(scene, incident));
    all.extend(timer(scene, incident, room));
    all.extend(due(scene, incident, room));
    if !pane {
        all.extend(exercise::facts(scene));
    }
    let said =
        if scene.app.drill().is_some() { scene.app.asking().count() + exercise::unread(scene) } else { 0 };
    let waiting = scene.app.waiting().len().saturating_sub(said);
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
        theme,
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

/// `MAJOR`, `DR`: what is declared and in force.
fn declared<'a>(incident: &'a Incident, theme: &Theme) -> Option<Chunk<'a>> {
    let badges: Vec<&str> = incident
        .declared()
        .into_iter()
        .filter_map(crate::incident::ledger::declared)
        .map(|what| what.badge())
        .collect();
    (!badges.is_empty()).then(|| vec![(format!(" {} ", badges.join(" + ")).into(), theme.alarm)])
}

/// The next timer: what is left of it, or since when it has rung.
fn timer<'a>(scene: &Scene<'_>, incident: &'a Incident, room: u16) -> Option<Chunk<'a>> {
    let theme = &scene.app.theme;
    let timer = incident.timers().into_iter().next()?;
    let left = (timer.due()? - scene.now()).num_milliseconds();
    let what = fit(&one_line(&timer.text), room.saturating_sub(16), theme).into_owned();
    Some(match left <= 0 {
        true => vec![
            (format!(" RANG {} ", span(left)).into(), theme.alarm),
            (format!(" {what}").into(), theme.text),
        ],
        false => vec![
            (format!("{what} ").into(), theme.text),
            (format!("in {}", countdown(left)).into(), theme.notice),
        ],
    })
}

/// What is not contained and since when; else how the components stand, in words.
fn containment<'a>(scene: &Scene<'_>, incident: &'a Incident, room: u16) -> Chunk<'a> {
    let theme = &scene.app.theme;
    let open = |component: &&Component| component.uncontained();
    let since = |component: &Component| {
        format!(" {}", scene.since(component.uncontained_since().unwrap_or_else(|| component.since())))
    };
    let named = named(
        "NOT CONTAINED",
        incident.components().filter(open),
        room,
        theme.hurt,
        theme.text,
        since,
        theme,
    );
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
    theme: &Theme,
) -> Option<Chunk<'a>> {
    let all: Vec<&Component> = components.collect();
    if all.is_empty() {
        return None;
    }
    let head = format!("{label} {}:", all.len());
    let room = room.saturating_sub(width(&head));
    let mut names = String::new();
    let mut shown = 0;
    for component in &all {
        let since = since(component);
        // How many more there are always has its room, and the first name gives way before its time does.
        let left = all.len() - shown - 1;
        let more = if left > 0 { width(&format!(" +{left}")) } else { 0 };
        let room = room.saturating_sub(width(&names) + width(&since) + more + 2);
        let name = one_line(&component.name);
        let name = if shown == 0 { fit(&name, room, theme) } else { name };
        if shown > 0 && width(&name) > room {
            break;
        }
        names.push_str(if shown == 0 { " " } else { ", " });
        names.push_str(&name);
        names.push_str(&since);
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
    let uncontained = incident.components().any(|component| component.uncontained());
    let left = incident.components().filter(|component| component.uneradicated()).count();
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

/// Something with a time in the header: when, whether missing it is a breach, what it is called, and how
/// many more of its sort are past.
struct Due<'a> {
    at: DateTime<Utc>,
    hard: Hardness,
    what: &'a str,
    more: usize,
}

/// The nearest notice that is owed, the nearest due task, and the SITREP that was promised.
fn nearest<'a>(incident: &'a Incident, now: DateTime<Utc>) -> impl Iterator<Item = Due<'a>> {
    let notice = incident.nearest_notice().and_then(|notice| Some((notice.limit()?, notice)));
    let late = incident.notices().filter(|notice| notice.overdue(now)).count();
    let notice = notice.map(|(limit, notice)| Due {
        at: limit.at,
        hard: limit.hard,
        what: notice.name.as_str(),
        more: late.saturating_sub(1),
    });
    let open = incident.tasks.iter().filter(|task| !task.undone && !task.settled());
    let task = open.filter_map(|task| Some((task.due()?, task.what.title.as_str()))).min();
    let task = task.map(|(at, what)| Due { at, hard: Hardness::Due, what, more: 0 });
    let promised = incident.sitrep_promised();
    let update = promised.map(|at| Due { at, hard: Hardness::Due, what: "SITREP", more: 0 });
    notice.into_iter().chain(task).chain(update)
}

/// The nearest notice and due task with what is left of them.
fn due<'a>(scene: &Scene<'_>, incident: &'a Incident, room: u16) -> Vec<Chunk<'a>> {
    let theme = &scene.app.theme;
    let say = |due: Due<'a>| {
        let left = (due.at - scene.now()).num_milliseconds();
        // The name gives way before the time does.
        let what = fit(&one_line(due.what), room.saturating_sub(26), theme).into_owned();
        let more = if due.more > 0 { format!(" +{}", due.more) } else { String::new() };
        match (left < 0, due.hard) {
            (true, Hardness::Due) => vec![
                (format!(" OVERDUE {} ", span(left)).into(), theme.alarm),
                (format!(" {what}{more}").into(), theme.text),
            ],
            (true, Hardness::Target) => {
                vec![(format!("target past {} ", span(left)).into(), theme.notice), (what.into(), theme.text)]
            }
            (false, hard) => {
                let word = if hard == Hardness::Due { "due" } else { "target" };
                vec![
                    (format!("{word} {} ", scene.when(due.at)).into(), theme.notice),
                    (format!("{what}, {} left", countdown(left)).into(), theme.text),
                ]
            }
        }
    };
    // The notice first: where there is room for one deadline only, it is what somebody outside waits for.
    nearest(incident, scene.now()).map(say).collect()
}

/// Whether a clock of the header shows seconds, so that the picture changes with each of them.
pub(crate) fn shows_seconds(scene: &Scene<'_>) -> bool {
    let last = |at: DateTime<Utc>| (0..LAST_MINUTES).contains(&(at - scene.now()).num_milliseconds());
    scene.incident().is_some_and(|incident| {
        let timer = incident.timers().first().and_then(|timer| timer.due());
        nearest(incident, scene.now()).map(|due| due.at).chain(timer).any(last)
    })
}
