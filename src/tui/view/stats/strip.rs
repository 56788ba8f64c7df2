//! A strip of marks: where the incidents stand on one logarithmic scale of time, and bars for visits.

use ratatui::style::Style;

use crate::metrics::over::Summary;
use crate::tui::theme::{Letters, Theme};

use super::super::header::Span;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The times that are named above the strips.
const TICKS: [(i64, &str); 9] = [
    (MINUTE, "1 min"),
    (10 * MINUTE, "10 min"),
    (HOUR, "1 h"),
    (6 * HOUR, "6 h"),
    (DAY, "1 d"),
    (7 * DAY, "7 d"),
    (30 * DAY, "30 d"),
    (90 * DAY, "90 d"),
    (365 * DAY, "1 y"),
];

/// The marks of a strip.
struct Marks {
    one: char,
    few: char,
    many: char,
    median: char,
    p90: char,
    this: char,
    bar: char,
    /// Where a time is named above the strips.
    tick: char,
}

const UNICODE: Marks =
    Marks {
        one: '•', few: '●', many: '█', median: '┃', p90: '╎', this: '◆', bar: '━', tick: '·'
    };
const ASCII: Marks =
    Marks { one: '.', few: 'o', many: '#', median: '|', p90: ':', this: '@', bar: '=', tick: ' ' };

fn marks(letters: Letters) -> &'static Marks {
    match letters {
        Letters::Unicode => &UNICODE,
        Letters::Ascii => &ASCII,
    }
}

/// A bar of `ms` where `longest` fills the room; what is there at all has a column.
pub(super) fn bar(ms: i64, longest: i64, room: usize, letters: Letters) -> String {
    let columns = i128::from(ms) * room as i128 / i128::from(longest.max(1));
    let columns = usize::try_from(columns).unwrap_or(0).max(usize::from(ms > 0)).min(room);
    marks(letters).bar.to_string().repeat(columns)
}

/// From one minute to the longest time, each column so many times as long as the one before.
pub(super) struct Axis {
    longest: i64,
    columns: usize,
    marks: &'static Marks,
}

impl Axis {
    pub(super) fn to(longest: i64, columns: usize, letters: Letters) -> Self {
        Self { longest: longest.max(DAY), columns, marks: marks(letters) }
    }

    /// The column of a time; less than a minute stands in the first.
    fn column(&self, ms: i64) -> usize {
        let minutes = |ms: i64| (ms.max(MINUTE) as f64 / MINUTE as f64).ln();
        let last = self.columns.saturating_sub(1) as f64;
        (minutes(ms.min(self.longest)) / minutes(self.longest) * last).round() as usize
    }

    /// The times that find room above the strips: where, and their words.
    fn ticks(&self) -> Vec<(usize, &'static str)> {
        let mut end = 0;
        let room = |(ms, word): (i64, &'static str)| {
            let at = self.column(ms);
            let fits = ms <= self.longest && at + word.len() <= self.columns && (end == 0 || end + 1 < at);
            end = if fits { at + word.len() } else { end };
            fits.then_some((at, word))
        };
        TICKS.into_iter().filter_map(room).collect()
    }

    /// The names of the times, each where it begins.
    pub(super) fn heads(&self) -> String {
        let mut line = String::new();
        for (at, word) in self.ticks() {
            line.push_str(&" ".repeat(at - line.len()));
            line.push_str(word);
        }
        line
    }

    /// The marks of a summary, and of one incident beside it.
    pub(super) fn strip(&self, summary: &Summary, this: Option<i64>, theme: &Theme) -> Vec<Span<'static>> {
        let mut counts = vec![0_usize; self.columns];
        for ms in &summary.values {
            counts[self.column(*ms)] += 1;
        }
        let most = counts.iter().copied().max().unwrap_or(0);
        let mut cells: Vec<(char, Style)> = counts
            .iter()
            .map(|count| match count {
                0 => (' ', theme.text),
                1 => (self.marks.one, theme.text),
                n if *n * 2 > most && *n > 4 => (self.marks.many, theme.text),
                _ => (self.marks.few, theme.text),
            })
            .collect();
        for (at, _) in self.ticks() {
            if counts[at] == 0 {
                cells[at] = (self.marks.tick, theme.faint);
            }
        }
        // Of one value the value itself is all there is to say.
        if summary.n > 1 {
            let named = [
                (summary.p90_ms, self.marks.p90, theme.dim),
                (summary.median_ms, self.marks.median, theme.accent),
            ];
            for (ms, mark, style) in named {
                if let Some(ms) = ms {
                    cells[self.column(ms)] = (mark, style);
                }
            }
        }
        if let Some(ms) = this {
            cells[self.column(ms)] = (self.marks.this, theme.strong);
        }
        let mut spans: Vec<(String, Style)> = Vec::new();
        for (mark, style) in cells {
            match spans.last_mut().filter(|(_, last)| *last == style) {
                Some((words, _)) => words.push(mark),
                None => spans.push((mark.to_string(), style)),
            }
        }
        spans.into_iter().map(|(words, style)| (words.into(), style)).collect()
    }

    /// What the marks mean, as far as there is room.
    pub(super) fn legend(&self, this: bool, room: usize) -> String {
        let Marks { one, few, many, median, p90, this: here, .. } = self.marks;
        let words = [
            this.then(|| format!("{here} this one")),
            Some(format!("{median} median")),
            Some(format!("{p90} p90")),
            Some(format!("{one} one incident")),
            Some(format!("{few} few")),
            Some(format!("{many} many")),
        ];
        let mut line = String::new();
        for word in words.into_iter().flatten() {
            if line.chars().count() + word.chars().count() + 3 > room {
                break;
            }
            line.push_str(if line.is_empty() { "" } else { "   " });
            line.push_str(&word);
        }
        line
    }
}
