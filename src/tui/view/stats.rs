//! The page of measures: tables with a strip of marks beside each figure, over the ordinary frame.

mod strip;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::dialog;
use super::header::Span;
use super::pen::Pen;
use crate::metrics::over::{Brief, Cut, Over, Summary};
use crate::metrics::{Alarm, Measure, Metrics, Timed, Value, VisitTime, words};
use crate::model::lifecycle::Way;
use crate::model::time::span;
use crate::tui::app::App;
use crate::tui::modal::Modal;
use crate::tui::stats::{Cutting, Figures, Stats, marking};
use crate::tui::text::{width, wrap};
use crate::tui::theme::Theme;
use strip::Axis;

/// A row of the page: words with their styles, from the left.
type Line = Vec<Span<'static>>;

/// Columns of a name, of a figure and of an n.
#[derive(Clone, Copy)]
struct Widths {
    name: usize,
    figure: usize,
    count: usize,
}

const WIDE: Widths = Widths { name: 17, figure: 11, count: 7 };
/// On a phone.
const NARROW: Widths = Widths { name: 16, figure: 10, count: 5 };
/// Columns a strip needs to say anything.
const STRIP: usize = 16;
/// The page is no wider and no higher than this.
const WANTS: (u16, u16) = (128, 60);
/// The rows above the ones that scroll: the cuts, what is compared, the heads of the columns.
const HEAD: u16 = 3;
const KEYS: &str = "Tab cut   j k scroll   ? what they mean   Esc back";

/// Draws the page.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, app: &App, page: &Stats) {
    let title = marking(app).map_or_else(|| "Measures".to_owned(), |marking| format!("Measures   {marking}"));
    let inside = dialog::open(pen, screen, &title, KEYS, WANTS);
    let told = Told::of(page, &app.theme, inside.width);
    let head = [told.tabs(), told.subject(), told.heads()];
    let body = told.body();
    let room = inside.height.saturating_sub(HEAD);
    let rows = head.iter().chain(body.iter().skip(page.top).take(usize::from(room)));
    for (at, line) in (0..).zip(rows) {
        let mut row = pen.row(inside, at);
        for (words, style) in line {
            row.put(words, *style);
        }
    }
    // The last row of a phone is for the keys.
    if body.len() > usize::from(room) && inside.bottom() < screen.bottom() && inside.width >= 56 {
        let last = body.len().min(page.top + usize::from(room));
        let words = format!(" {}-{last} of {} ", page.top + 1, body.len());
        let mut row = pen.row(Rect { y: inside.bottom(), height: 1, ..inside }, 0);
        row.right(&words, 1, app.theme.dim);
    }
}

/// How many rows scroll, and how many of them are in sight.
pub(crate) fn rows(app: &App, screen: Rect) -> (usize, usize) {
    let Some(Modal::Stats(page)) = app.modals.last() else { return (0, 0) };
    let inside = dialog::inside(screen, WANTS);
    let body = Told::of(page, &app.theme, inside.width).body();
    (body.len(), usize::from(inside.height.saturating_sub(HEAD)).max(1))
}

/// The page with what it is drawn from.
struct Told<'a> {
    page: &'a Stats,
    theme: &'a Theme,
    columns: usize,
    widths: Widths,
    /// The set in sight, once it was read.
    over: Option<Over>,
    axis: Option<Axis>,
}

impl<'a> Told<'a> {
    fn of(page: &'a Stats, theme: &'a Theme, columns: u16) -> Self {
        let set = match page.cutting {
            Cutting::Apart(set) => set,
            Cutting::This | Cutting::All | Cutting::Severity | Cutting::Type => page.set(),
        };
        let columns = usize::from(columns);
        let over = match &page.figures {
            Figures::Read(briefs) if page.cutting == Cutting::This => {
                let this = page.this.as_ref().map(|this| this.number.as_str());
                let others = briefs.iter().filter(|brief| Some(&*brief.number) != this);
                Some(Over::of(set, &others.cloned().collect::<Vec<Brief>>()))
            }
            Figures::Read(briefs) => Some(Over::of(set, briefs)),
            Figures::Reading(..) | Figures::Failed(_) => None,
        };
        let mut widths = if columns < 56 { NARROW } else { WIDE };
        if let (Cutting::Type, Some(over)) = (page.cutting, &over) {
            let longest = over.by_type.iter().map(|cut| usize::from(width(&cut.name))).max().unwrap_or(0);
            widths.name = widths.name.max((longest + 3).min(columns / 3));
        }
        let before = widths.name + 2 * widths.figure + widths.count;
        let longest = over.iter().flat_map(|over| &over.all.times).filter_map(|it| it.summary.values.last());
        let phases = over.iter().flat_map(|over| &over.all.phases).filter_map(|it| it.summary.values.last());
        let this = page.this.iter().flat_map(|this| &this.times).filter_map(|timed| timed.value.ms());
        let longest = longest.copied().chain(phases.copied()).chain(this).max();
        let axis = longest
            .filter(|_| columns >= before + STRIP)
            .map(|longest| Axis::to(longest, columns - before - 1, theme.letters));
        Self { page, theme, columns, widths, over, axis }
    }

    /// The cuts, the one in sight in brackets.
    fn tabs(&self) -> Line {
        let mut line = Line::new();
        for cutting in self.page.cuttings() {
            let word = match cutting {
                Cutting::This => "This incident".to_owned(),
                Cutting::All => "All".to_owned(),
                Cutting::Severity => "By severity".to_owned(),
                Cutting::Type => "By type".to_owned(),
                Cutting::Apart(set) => capital(set.word()),
            };
            match cutting == self.page.cutting {
                true => line.push((format!("[{word}]").into(), self.theme.accent)),
                false => line.push((format!(" {word} ").into(), self.theme.dim)),
            }
            line.push((" ".into(), self.theme.text));
        }
        line
    }

    /// What is compared, or how far the reading is.
    fn subject(&self) -> Line {
        let theme = self.theme;
        let over = match (&self.page.figures, &self.over) {
            (Figures::Reading(_, 0), _) => return vec![(" reading …".into(), theme.notice)],
            (Figures::Reading(read, of), _) => {
                return vec![(format!(" reading the others: {read} of {of}").into(), theme.notice)];
            }
            (Figures::Failed(why), _) => return vec![(format!(" {why}").into(), theme.hurt)],
            (_, None) => return Line::new(),
            (_, Some(over)) => over,
        };
        let (n, closed) = (over.all.n, over.all.closed);
        let word = match (n, over.set.word().strip_suffix('s')) {
            (1, Some(one)) => one,
            _ => over.set.word(),
        };
        let warning = " n = 1 says nothing about the next one";
        match (&self.page.this, self.page.cutting) {
            (Some(this), Cutting::This) => {
                let mut line = vec![(format!(" {}", this.number).into(), theme.strong)];
                let words = match n {
                    0 => " alone: there is nothing like it to compare with".to_owned(),
                    _ => format!(" beside the median of {n} other {word}, {closed} closed"),
                };
                line.push((words.into(), theme.text));
                line
            }
            (_, _) if n == 0 => {
                vec![(format!(" no {word} on record: there is nothing to measure").into(), theme.notice)]
            }
            (_, _) => {
                let mut line = vec![(format!(" {n} {word}, {closed} closed").into(), theme.strong)];
                if n == 1 {
                    line.push((format!("  {warning}").into(), theme.notice));
                }
                line
            }
        }
    }

    /// The heads of the columns, and the times of the strips.
    fn heads(&self) -> Line {
        let Widths { name, figure, count } = self.widths;
        let (one, two) = match self.page.cutting {
            Cutting::This => ("this", "others"),
            _ => ("median", "p90"),
        };
        let words = format!("{:name$}{one:figure$}{two:figure$}{:count$}", "", "n");
        let mut line: Line = vec![(words.into(), self.theme.dim)];
        line.extend(self.axis.as_ref().map(|axis| (axis.heads().into(), self.theme.dim)));
        line
    }

    fn body(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        match (self.page.cutting, &self.page.this, &self.over) {
            (Cutting::This, Some(this), over) => {
                self.of_one(&mut lines, this, over.as_ref().map(|over| &over.all));
            }
            (_, _, None) => {}
            (_, _, Some(over)) if over.all.n == 0 => {}
            (Cutting::Severity, _, Some(over)) => self.cuts(&mut lines, &over.by_severity),
            (Cutting::Type, _, Some(over)) => self.cuts(&mut lines, &over.by_type),
            (_, _, Some(over)) => self.of_many(&mut lines, over),
        }
        lines
    }

    /// One incident: its measures beside the others', its visits as bars, what is counted.
    fn of_one(&self, lines: &mut Vec<Line>, this: &Metrics, others: Option<&Cut>) {
        for timed in &this.times {
            self.timed(lines, timed, others.map(|others| others.time(timed.measure)));
        }
        self.legend(lines, true);
        self.heading(lines, "Time in phases, by visit");
        let longest = this.visits.iter().map(|visit| visit.ms).max().unwrap_or(0);
        lines.extend(this.visits.iter().map(|visit| self.visit(visit, longest)));
        self.notices(lines, this);
        self.heading(lines, "Counted");
        self.told(lines, words::of_one(this));
    }

    /// How each notice stands to its limit.
    fn notices(&self, lines: &mut Vec<Line>, this: &Metrics) {
        if this.notices.is_empty() {
            return;
        }
        self.heading(lines, "Notices");
        let margins: Vec<String> = this.notices.iter().map(|notice| words::margin(notice.margin)).collect();
        let widest = margins.iter().map(String::len).max().unwrap_or(0);
        let name = self.widths.name;
        for (notice, words) in this.notices.iter().zip(margins) {
            let hurts = words.contains("LATE") || words.contains("OVERDUE");
            let style = if hurts { self.theme.hurt } else { self.theme.strong };
            lines.push(vec![
                (format!("{:name$}", notice.number).into(), self.theme.text),
                (format!("{words:widest$}").into(), style),
                (format!("  {}", notice.name).into(), self.theme.dim),
            ]);
        }
    }

    /// A measure of one incident beside the others'; why it is absent, where it is.
    fn timed(&self, lines: &mut Vec<Line>, timed: &Timed, others: Option<&Summary>) {
        let (theme, Widths { name, figure, count }) = (self.theme, self.widths);
        let (own, style) = match timed.value.ms() {
            Some(ms) => (span(ms), theme.strong),
            None => (self.none(), theme.dim),
        };
        let median = others.and_then(|it| it.median_ms).map_or_else(|| self.none(), span);
        let n = others.map_or_else(String::new, |it| it.n.to_string());
        let mut line: Line = vec![
            (format!("{:name$}", timed.measure.name()).into(), theme.text),
            (format!("{own:figure$}").into(), style),
            (format!("{median:figure$}{n:count$}").into(), theme.dim),
        ];
        let room = self.columns.saturating_sub(name + 2 * figure + count);
        match (&timed.value, &self.axis) {
            (Value::Absent { why }, _) if usize::from(width(why)) <= room => {
                line.push((why.clone().into(), theme.notice));
                lines.push(line);
            }
            (Value::Absent { why }, _) => {
                lines.push(line);
                // It is said whole, under the figures.
                let room = u16::try_from(self.columns.saturating_sub(name)).unwrap_or(20).max(20);
                let under = |part: &str| {
                    vec![(" ".repeat(name).into(), theme.text), (part.to_owned().into(), theme.notice)]
                };
                lines.extend(wrap(why, room).map(under));
            }
            (Value::Known { ms, .. }, Some(axis)) => {
                line.extend(axis.strip(others.unwrap_or(&Summary::default()), Some(*ms), theme));
                lines.push(line);
            }
            (Value::Known { .. }, None) => lines.push(line),
        }
    }

    /// A visit with its bar; the longest one fills the room.
    fn visit(&self, visit: &VisitTime, longest: i64) -> Line {
        let theme = self.theme;
        let Widths { name, figure, .. } = self.widths;
        let phase = match visit.n {
            1 => visit.phase.name().to_owned(),
            n => format!("{} {n}", visit.phase.name()),
        };
        let back = matches!(visit.way, Some(Way::Back | Way::Reopen));
        let (mark, style) = match (visit.left.is_none(), back) {
            (true, true) => ("came back, under way", theme.accent),
            (true, false) => ("under way", theme.accent),
            (false, true) => ("came back", theme.notice),
            (false, false) => ("", theme.text),
        };
        let room = self.columns.saturating_sub(name + figure + mark.len() + 2);
        let bar = strip::bar(visit.ms, longest, room, theme.letters);
        vec![
            (format!("{phase:name$}").into(), theme.text),
            (format!("{:figure$}", span(visit.ms)).into(), theme.strong),
            (bar.into(), style),
            (format!(" {mark}").into(), style),
        ]
    }

    /// A set: its measures, its phases, what is counted.
    fn of_many(&self, lines: &mut Vec<Line>, over: &Over) {
        let alarm = over.set.alarm == Alarm::False;
        for timed in over.all.times.iter().filter(|timed| !alarm || timed.summary.n > 0) {
            lines.push(self.summed(timed.measure.name(), &timed.summary, timed.summary.n.to_string()));
        }
        self.legend(lines, false);
        if alarm {
            return;
        }
        self.heading(lines, "Time in phases");
        for phase in over.all.phases.iter().filter(|phase| phase.visits > 0) {
            lines.push(self.summed(phase.phase.name(), &phase.summary, phase.summary.n.to_string()));
        }
        self.heading(lines, "Counted");
        self.told(lines, words::of_many(&over.all));
    }

    /// Each measure cut by cut.
    fn cuts(&self, lines: &mut Vec<Line>, cuts: &[Cut]) {
        for measure in Measure::ALL {
            if cuts.iter().all(|cut| cut.time(measure).n == 0) {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::new());
            }
            lines.push(vec![(capital(measure.name()).into(), self.theme.accent)]);
            for cut in cuts {
                let summary = cut.time(measure);
                lines.push(self.summed(
                    &format!("  {}", cut.name),
                    summary,
                    format!("{}/{}", summary.n, cut.n),
                ));
            }
        }
        self.legend(lines, false);
    }

    fn summed(&self, name: &str, summary: &Summary, n: String) -> Line {
        let (theme, w) = (self.theme, self.widths);
        let figure = |ms: Option<i64>| ms.map_or_else(|| self.none(), span);
        // A name that is longer than its column leaves one blank at least.
        let name: String = name.chars().take(w.name - 1).collect();
        let mut line: Line = vec![
            (format!("{name:w$}", w = w.name).into(), theme.text),
            (format!("{:w$}", figure(summary.median_ms), w = w.figure).into(), theme.strong),
            (format!("{:f$}{n:c$}", figure(summary.p90_ms), f = w.figure, c = w.count).into(), theme.dim),
        ];
        line.extend(self.axis.iter().flat_map(|axis| axis.strip(summary, None, theme)));
        line
    }

    fn legend(&self, lines: &mut Vec<Line>, this: bool) {
        if let Some(axis) = &self.axis {
            let words = axis.legend(this, self.columns);
            lines.push(vec![(
                format!("{words:>w$}", w = self.columns.saturating_sub(1)).into(),
                self.theme.dim,
            )]);
        }
    }

    fn heading(&self, lines: &mut Vec<Line>, words: &'static str) {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        lines.push(vec![(words.into(), self.theme.accent)]);
    }

    /// Labels with words that go on under their own beginning.
    fn told(&self, lines: &mut Vec<Line>, rows: Vec<words::Row>) {
        let name = self.widths.name;
        let room = u16::try_from(self.columns.saturating_sub(name)).unwrap_or(20).max(20);
        for (label, words) in rows {
            let mut label = label;
            for part in wrap(&words, room) {
                let style: Style = self.theme.text;
                let hurts = part.contains("LATE") || part.contains("OVERDUE");
                lines.push(vec![
                    (format!("{label:name$}").into(), style),
                    (part.to_owned().into(), if hurts { self.theme.hurt } else { style }),
                ]);
                label = "";
            }
        }
    }

    fn none(&self) -> String {
        self.theme.glyphs.waived.chars().next().filter(|c| *c == '–').map_or("-", |_| "–").to_owned()
    }
}

/// With a capital, for a heading.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
