//! The picture above the timeline: phases as bars, the deeds of both sides as marks, over one stretch of time.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use ratatui::style::Style;

use super::header::Span;
use super::scene::Scene;
use super::screens::Rows;
use crate::model::lifecycle::Way;
use crate::model::time;
use crate::tui::case::Case;
use crate::tui::screens::Screen;
use crate::tui::screens::timeline::{entry, window};
use crate::tui::text::width;
use crate::tui::theme::Letters;

/// Columns before the picture, for the names of its rows.
const LABEL: u16 = 8;
/// Columns a mark of the axis takes at least.
const TICK: i64 = 14;

/// The marks of the picture.
struct Marks {
    one: char,
    few: char,
    many: char,
    bar: char,
    starts: char,
    noticed: char,
    here: char,
}

const UNICODE: Marks =
    Marks { one: '•', few: '●', many: '█', bar: '━', starts: '┣', noticed: '┊', here: '▼' };
const ASCII: Marks = Marks { one: '.', few: 'o', many: '#', bar: '=', starts: '[', noticed: ':', here: 'v' };

/// A row of the picture: a letter and its style for every column.
struct Strip(Vec<(char, Style)>);

impl Strip {
    fn new(columns: usize) -> Self {
        Self(vec![(' ', Style::new()); columns])
    }

    fn put(&mut self, at: usize, mark: char, style: Style) {
        if let Some(cell) = self.0.get_mut(at) {
            *cell = (mark, style);
        }
    }

    /// Words from a column on, if they fit before `end`.
    fn write(&mut self, at: usize, end: usize, words: &str, style: Style) {
        let fits = at + usize::from(width(words)) <= end.min(self.0.len());
        // Names of ours only: a letter is a column.
        if fits && words.is_ascii() {
            words.chars().enumerate().for_each(|(k, letter)| self.put(at + k, letter, style));
        }
    }

    fn spans(self, label: &str, style: Style) -> Vec<Span<'static>> {
        let mut spans: Vec<(String, Style)> =
            vec![(format!(" {label:<width$}", width = usize::from(LABEL) - 1), style)];
        for (letter, style) in self.0 {
            match spans.last_mut().filter(|(_, last)| *last == style) {
                Some((words, _)) => words.push(letter),
                None => spans.push((letter.to_string(), style)),
            }
        }
        spans.into_iter().map(|(words, style)| (words.into(), style)).collect()
    }
}

/// A stretch of time over so many columns.
#[derive(Clone, Copy)]
struct Scale {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    columns: usize,
}

impl Scale {
    fn ms(self) -> i64 {
        (self.to - self.from).num_milliseconds().max(1)
    }

    /// The column of a moment; `None`: it is outside.
    fn column(self, at: DateTime<Utc>) -> Option<usize> {
        let inside = (self.from..=self.to).contains(&at);
        inside.then(|| self.clamped(at))
    }

    /// The column of a moment, the first or the last where it is outside.
    fn clamped(self, at: DateTime<Utc>) -> usize {
        let ms = (at.clamp(self.from, self.to) - self.from).num_milliseconds();
        let last = self.columns.saturating_sub(1) as i128;
        usize::try_from(i128::from(ms) * last / i128::from(self.ms())).unwrap_or(0)
    }

    /// The first moment of a column; of the column after the last, the moment after the stretch.
    fn start(self, column: usize) -> DateTime<Utc> {
        let last = self.columns.saturating_sub(1).max(1) as i128;
        let ms = (column as i128 * i128::from(self.ms()) + last - 1) / last;
        let start = i64::try_from(ms).ok().and_then(TimeDelta::try_milliseconds);
        let after = self.to + TimeDelta::nanoseconds(1);
        start.and_then(|ms| self.from.checked_add_signed(ms)).map_or(after, |start| start.min(after))
    }
}

/// The rows above the list: since when the actor was there, then the picture, as far as there is room.
pub(super) fn rows(scene: &Scene<'_>, case: &Case, columns: u16, most: u16) -> Rows {
    let mut rows = vec![summary(scene, case, columns)];
    let Some((from, to)) = window(case).filter(|_| most >= 5 && columns >= 50) else { return rows };
    let scale = Scale { from, to, columns: usize::from(columns - LABEL - 1) };
    let marks = match scene.app.theme.letters {
        Letters::Unicode => &UNICODE,
        Letters::Ascii => &ASCII,
    };
    rows.push(axis(scene, case, scale, marks));
    rows.push(phases(scene, case, scale, marks));
    rows.extend(lanes(scene, case, scale, marks));
    rows
}

/// For how long the actor was there unseen, at least.
fn summary(scene: &Scene<'_>, case: &Case, columns: u16) -> Vec<Span<'static>> {
    let theme = &scene.app.theme;
    let told = &case.time.told;
    let mut spans: Vec<Span<'static>> = Vec::new();
    match (told.dwell, told.earliest) {
        (Some(dwell), _) => {
            let (from, to) = (scene.when(dwell.from), scene.when(dwell.to));
            spans.push((format!(" THERE UNSEEN at least {}", time::span(dwell.ms())).into(), theme.hurt));
            let words = match columns {
                100.. => format!("  first deed {from}, noticed {to}"),
                _ => format!("  {from} to {to}"),
            };
            spans.push((words.into(), theme.text));
        }
        (None, Some(first)) => {
            let words = format!(" The actor's first deed on record is of {}.", scene.when(first));
            spans.push((words.into(), theme.text));
        }
        (None, None) => {
            spans.push((" No deed of the actor is on record; L says which are theirs.".into(), theme.dim))
        }
    }
    let unsaid = told.unsaid;
    if unsaid > 0 {
        spans.push((format!("   {unsaid} earlier say no lane").into(), theme.notice));
    }
    spans
}

/// The times, and where the cursor is.
fn axis(scene: &Scene<'_>, case: &Case, scale: Scale, marks: &Marks) -> Vec<Span<'static>> {
    let theme = &scene.app.theme;
    let mut strip = Strip::new(scale.columns);
    let room = (scale.columns as i64 / TICK).max(1);
    let step = STEPS.into_iter().find(|minutes| scale.ms() / (minutes * 60_000) <= room).unwrap_or(525_600);
    let step = TimeDelta::minutes(step);
    let local: DateTime<FixedOffset> = scene.zone.at(scale.from);
    let offset = i64::from(local.offset().local_minus_utc()) * 1000;
    let ms = step.num_milliseconds();
    let first = (scale.from.timestamp_millis() + offset).div_euclid(ms) * ms - offset;
    let mut at = DateTime::from_timestamp_millis(first).unwrap_or(scale.from);
    let mut day = None;
    let key = case.list(Screen::Timeline).key();
    let selected = key.and_then(|key| entry(case.shown(), key));
    let here_column = selected.and_then(|entry| scale.column(entry.happened));
    while at <= scale.to {
        if let Some(column) = scale.column(at) {
            let here = scene.zone.at(at);
            // The day is said where it begins, and once at the front.
            let new_day = day.replace(here.date_naive()) != Some(here.date_naive());
            let midnight = here.format("%H:%M").to_string() == "00:00";
            let words = match (new_day, midnight) {
                (true, true) => here.format("%-d %b").to_string(),
                (true, false) => here.format("%-d %b %H:%M").to_string(),
                _ => here.format("%H:%M").to_string(),
            };
            // The mark stands before a time, never in it.
            let over = here_column.filter(|mark| (column..column + words.len()).contains(mark));
            strip.write(over.map_or(column, |mark| mark + 1), scale.columns, &words, theme.dim);
        }
        at += step;
    }
    if let Some(column) = here_column {
        strip.put(column, marks.here, theme.accent);
    }
    let held = case.time.held;
    strip.spans(if held { "> h l" } else { "" }, if held { theme.accent } else { theme.dim })
}

/// Minutes between two marks of the axis.
const STEPS: [i64; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160, 43_200, 129_600, 259_200];

/// The visits as bars, one behind the other.
fn phases(scene: &Scene<'_>, case: &Case, scale: Scale, marks: &Marks) -> Vec<Span<'static>> {
    let theme = &scene.app.theme;
    let mut strip = Strip::new(scale.columns);
    let now = scene.now();
    let closed = case.shown().closed();
    for visit in case.shown().visits() {
        let until = visit.left.unwrap_or(if closed { visit.entered } else { now.max(scale.to) });
        if until < scale.from || visit.entered > scale.to {
            continue;
        }
        let back = matches!(visit.way, Some(Way::Back | Way::Reopen));
        let style = match (visit.left.is_none(), back) {
            (true, _) => theme.accent,
            (false, true) => theme.notice,
            (false, false) => theme.text,
        };
        let (start, end) = (scale.clamped(visit.entered), scale.clamped(until));
        (start..=end).for_each(|column| strip.put(column, marks.bar, style));
        strip.put(start, marks.starts, style);
        let name = match visit.n {
            1 => visit.phase.name().to_owned(),
            n => format!("{} {n}", visit.phase.name()),
        };
        let short: String = name.chars().take(1).collect();
        let room = end.saturating_sub(start);
        let words = if room > usize::from(width(&name)) + 1 { &name } else { &short };
        strip.write(start + 1, end + 1, words, style);
    }
    strip.spans("phase", theme.dim)
}

/// The deeds of the actor, and below them everything else.
fn lanes(scene: &Scene<'_>, case: &Case, scale: Scale, marks: &Marks) -> [Vec<Span<'static>>; 2] {
    let theme = &scene.app.theme;
    let told = &case.time.told;
    let noticed = scale.column(told.noticed).filter(|_| told.earliest.is_some());
    // How many had happened before each column: as many looks as there are columns, however many deeds.
    let before: Vec<[usize; 2]> =
        (0..=scale.columns).map(|column| told.before(scale.start(column))).collect();
    let strip = |side: usize, style: Style| {
        let mut strip = Strip::new(scale.columns);
        if let Some(column) = noticed {
            strip.put(column, marks.noticed, theme.dim);
        }
        for (column, ends) in before.windows(2).enumerate() {
            let mark = match ends[1][side] - ends[0][side] {
                0 => continue,
                1 => marks.one,
                2..5 => marks.few,
                _ => marks.many,
            };
            strip.put(column, mark, style);
        }
        strip
    };
    [strip(0, theme.hurt).spans("actor", theme.hurt), strip(1, theme.good).spans("us", theme.dim)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_moment_lies_in_the_column_that_starts_before_it_and_ends_after_it(
            span in 600_000_000_i64..4_000_000_000_000,
            columns in 41_usize..250,
            millionths in 0_i64..=1_000_000,
        ) {
            let from = DateTime::from_timestamp(1_795_298_400, 0).unwrap();
            let scale = Scale { from, to: from + TimeDelta::microseconds(span), columns };
            let at = from + TimeDelta::microseconds(span / 1_000_000 * millionths);
            let column = scale.column(at).unwrap();
            prop_assert!(scale.start(column) <= at && at < scale.start(column + 1), "{column}");
            prop_assert!(scale.to < scale.start(columns));
        }
    }
}
