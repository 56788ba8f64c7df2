//! The phase rail: where the incident was, went back from, is, and has not been, with times and components.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{Pen, Row};
use super::scene::Scene;
use crate::incident::Incident;
use crate::model::lifecycle::Way;
use crate::model::phase::{Phase, View};
use crate::model::time::span;
use crate::tui::text::width;
use crate::tui::theme::{Letters, Theme};

/// How far a station of the rail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Visited,
    /// Left by a way back, and not come to again since.
    WentBack,
    Current,
    NotVisited,
}

/// A station of the rail.
#[derive(Debug)]
struct Station {
    name: &'static str,
    phases: &'static [Phase],
    state: State,
    /// Time in the current visit, else in all visits together (milliseconds).
    lasted: i64,
    /// The number of the current visit.
    visit: u32,
    /// Components whose work is in this phase.
    components: usize,
}

/// How much of a name there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Full,
    Short,
    Letters,
    /// Letters with one blank between them.
    Tight,
    /// Letters, and no components.
    Bare,
}

fn stations(incident: &Incident, view: View, scene: &Scene<'_>) -> Vec<Station> {
    let now = scene.now();
    let current = if incident.closed() { None } else { incident.visit() };
    view.stations()
        .iter()
        .map(|(name, phases)| {
            let here = current.filter(|visit| phases.contains(&visit.phase));
            let visits = || incident.visits().filter(|visit| phases.contains(&visit.phase));
            let left_back = || {
                let last = visits().next_back()?;
                let next = incident.visits().skip_while(|visit| visit.id != last.id).nth(1)?;
                Some(matches!(next.way, Some(Way::Back)))
            };
            let state = match here {
                Some(_) => State::Current,
                None if visits().next().is_none() => State::NotVisited,
                None if left_back() == Some(true) => State::WentBack,
                None => State::Visited,
            };
            let lasted = match here {
                Some(visit) => visit.lasted_ms(now),
                None => visits().map(|visit| visit.lasted_ms(now)).sum(),
            };
            let there =
                |stage: crate::model::component::Stage| !stage.out() && phases.contains(&stage.phase());
            Station {
                name,
                phases,
                state,
                lasted,
                visit: here.map_or(1, |visit| visit.n),
                components: incident.components().filter(|component| there(component.stage())).count(),
            }
        })
        .collect()
}

impl Station {
    fn glyph(&self, theme: &Theme) -> &'static str {
        match self.state {
            State::Visited => theme.glyphs.visited,
            State::WentBack => theme.glyphs.went_back,
            State::Current => theme.glyphs.current,
            State::NotVisited => theme.glyphs.not_visited,
        }
    }

    fn glyph_style(&self, theme: &Theme) -> Style {
        match self.state {
            State::Visited => theme.good,
            State::WentBack => theme.hurt,
            State::Current => theme.accent,
            State::NotVisited => theme.dim,
        }
    }

    fn name_style(&self, theme: &Theme) -> Style {
        match self.state {
            State::Visited => theme.text,
            State::WentBack => theme.hurt,
            State::Current => theme.accent,
            State::NotVisited => theme.dim,
        }
    }

    fn label(&self, names: Names, phase: Phase) -> String {
        if self.state == State::Current {
            return phase.name().to_uppercase();
        }
        match names {
            Names::Full => self.name.to_owned(),
            Names::Letters | Names::Tight | Names::Bare if self.phases.len() < 3 => {
                self.name.chars().take(1).collect()
            }
            Names::Short | Names::Letters | Names::Tight | Names::Bare => short(self.name).to_owned(),
        }
    }

    /// `visit 2, 0:14`; empty for what was never visited.
    fn time(&self) -> String {
        match self.state {
            State::Visited => span(self.lasted),
            State::WentBack => format!("left, {}", span(self.lasted)),
            State::Current => format!("visit {}, {}", self.visit, span(self.lasted)),
            State::NotVisited => String::new(),
        }
    }
}

/// The short name of a station or phase.
pub(crate) fn short(name: &str) -> &str {
    match name {
        "Preparation" => "Prep",
        "Detection" => "Detect",
        "Identification" => "Ident",
        "Detection and Analysis" => "D+A",
        "Containment" => "Contain",
        "Eradication" => "Erad",
        "Containment, Eradication, Recovery" => "C+E+R",
        "Recovery" => "Recov",
        "Post-Incident Activity" => "Post",
        "Lessons Learned" => "Lessons",
        other => other,
    }
}

/// Draws the rail: on two rows with times, on one with as much as fits.
pub(crate) fn draw(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let Some(incident) = scene.incident() else { return };
    let stations = stations(incident, scene.app.view, scene);
    if area.height >= 2 {
        two_rows(pen, area, &stations, incident.phase());
    } else {
        one_row(pen.row(area, 0), &stations, incident.phase(), &scene.app.theme);
    }
}

/// How the number of components at a station is written where there is so much room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Words,
    Short,
    /// `(3)`, as the help explains it.
    Bare,
}

impl Counts {
    const ALL: [Counts; 3] = [Counts::Words, Counts::Short, Counts::Bare];

    fn of(self, components: usize) -> String {
        match (self, components) {
            (_, 0) => String::new(),
            (Counts::Words, 1) => "1 component".to_owned(),
            (Counts::Words, n) => format!("{n} components"),
            (Counts::Short, n) => format!("{n} comp."),
            (Counts::Bare, n) => format!("({n})"),
        }
    }
}

/// Columns between two stations.
const GAP: u16 = 2;

/// The columns of each station: as many as it needs, and what is left shared out evenly.
fn shares(stations: &[Station], counts: Counts, phase: Phase, theme: &Theme, room: u16) -> Option<Vec<u16>> {
    let needs = |station: &Station| {
        let (time, count) = (station.time(), counts.of(station.components));
        let between = if time.is_empty() || count.is_empty() { 0 } else { width(theme.glyphs.dot) + 2 };
        let below = width(&time) + between + width(&count);
        width(station.glyph(theme)) + 1 + width(&station.label(Names::Full, phase)).max(below)
    };
    let count = u16::try_from(stations.len()).unwrap_or(1).max(1);
    let mut columns: Vec<u16> = stations.iter().map(|station| needs(station) + GAP).collect();
    // Nothing stands behind the last one.
    if let Some(last) = columns.last_mut() {
        *last -= GAP;
    }
    let even: Vec<u16> = (0..count).map(|i| room * (i + 1) / count - room * i / count).collect();
    if columns.iter().zip(&even).all(|(needs, share)| needs <= share) {
        return Some(even);
    }
    let spare = room.checked_sub(columns.iter().sum())?;
    let others = count.saturating_sub(1).max(1);
    for (i, columns) in (0u16..).zip(&mut columns).take(usize::from(others)) {
        *columns += spare * (i + 1) / others - spare * i / others;
    }
    Some(columns)
}

fn two_rows(pen: &mut Pen<'_>, area: Rect, stations: &[Station], phase: Phase) {
    let theme = pen.theme;
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let fitting = Counts::ALL
        .into_iter()
        .find_map(|counts| Some((counts, shares(stations, counts, phase, theme, inner.width)?)));
    let Some((counts, columns)) = fitting else {
        // So many visits and components that one row with letters has to do.
        return one_row(pen.row(area, 0), stations, phase, theme);
    };
    let mut start = inner.x;
    for (i, (station, columns)) in stations.iter().zip(columns).enumerate() {
        let place = Rect { x: start, width: columns, ..inner };
        start += columns;
        let mut row = pen.row(place, 0);
        row.put(station.glyph(theme), station.glyph_style(theme)).skip(1);
        row.put(&station.label(Names::Full, phase), station.name_style(theme));
        if i + 1 < stations.len() && row.room() > 2 {
            let line = if station.state == State::Visited { theme.good } else { theme.faint };
            row.skip(1);
            row.right(" ", 0, theme.text);
            row.line(line);
        }
        let mut row = pen.row(place, 1);
        row.skip(width(station.glyph(theme)) + 1);
        let style = if station.state == State::Current { theme.accent } else { theme.dim };
        let (time, count) = (station.time(), counts.of(station.components));
        row.value(&time, style);
        if !time.is_empty() && !count.is_empty() {
            row.skip(1).value(theme.glyphs.dot, theme.dim).skip(1);
        }
        row.value(&count, theme.info);
    }
}

fn one_row(mut row: Row<'_>, stations: &[Station], phase: Phase, theme: &Theme) {
    row.skip(1);
    let needs = |names| {
        let spans = spans(stations, names, phase, theme);
        spans.iter().map(|(words, _)| width(words)).sum::<u16>()
    };
    let all = [Names::Full, Names::Short, Names::Letters, Names::Tight];
    let fitting = all.into_iter().find(|names| needs(*names) <= row.room());
    for (words, style) in spans(stations, fitting.unwrap_or(Names::Bare), phase, theme) {
        row.value(&words, style);
    }
}

/// `✓ D (1)  ● CONTAINMENT (3) visit 2, 0:14`, in ASCII `D ok (1)  [CONTAINMENT (3) visit 2, 0:14]`.
fn spans(stations: &[Station], names: Names, phase: Phase, theme: &Theme) -> Vec<(String, Style)> {
    let mut spans = Vec::with_capacity(stations.len() * 4);
    let ascii = theme.letters == Letters::Ascii;
    for (i, station) in stations.iter().enumerate() {
        if i > 0 {
            let gap = if names == Names::Tight { " " } else { "  " };
            spans.push((gap.to_owned(), theme.text));
        }
        let label = station.label(names, phase);
        let count = match station.components {
            0 => String::new(),
            _ if names == Names::Bare => String::new(),
            n => format!(" ({n})"),
        };
        let (glyph, mark, style) =
            (station.glyph(theme), station.glyph_style(theme), station.name_style(theme));
        match station.state {
            State::Current if ascii => {
                spans.push((format!("[{label}{count} {}]", station.time()), style));
            }
            State::Current => {
                spans.push((format!("{glyph} {label}"), style));
                spans.push((count, theme.info));
                spans.push((format!(" {}", station.time()), style));
            }
            _ if ascii => {
                spans.push((label, style));
                spans.push((format!(" {glyph}"), mark));
                spans.push((count, theme.info));
            }
            _ => {
                spans.push((format!("{glyph} "), mark));
                spans.push((label, style));
                spans.push((count, theme.info));
            }
        }
    }
    spans
}
