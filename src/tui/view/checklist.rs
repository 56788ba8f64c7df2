//! The checklist pane: the tasks of a visit, what stays open of visits that were left, what is owed.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::layout::Layout;
use super::pane::{self, Head};
use super::pen::Pen;
use super::scene::Scene;
use super::task;
use crate::incident::Incident;
use crate::model::lifecycle::Way;
use crate::model::task::Task;
use crate::model::visit::Visit;
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::msg::Target;
use crate::tui::text::{one_line, paragraph, wrap};

/// A row of the pane.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// Why the incident came (back) here.
    Reason,
    /// The rest of it.
    ReasonRest(Cow<'a, str>),
    /// A standing reminder.
    Owed(String),
    /// What the tasks below it have in common.
    Section(String),
    /// The task at this place of the list.
    Task(usize),
    /// A line under the selected task.
    Under(usize, Cow<'a, str>, Tone),
    Blank,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Plain,
    Dim,
    Hurt,
}

/// Draws the pane.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>) {
    let (pane, app) = (layout.tasks, scene.app);
    let Some(case) = &app.case else { return };
    if pane.is_empty() {
        return;
    }
    let theme = pen.theme;
    let focused = app.focus == Focus::Tasks && app.modals.is_empty();
    let visit = case.visit();
    let (title, details, progress) = head(scene, case, visit);
    let inside = pane::draw(
        pen,
        layout,
        pane,
        &Head {
            title: &title,
            title_style: if app.focus == Focus::Tasks { theme.accent } else { theme.strong },
            details: &details,
            progress,
            keys: "x done  t take  b blocked  w waive  ! approval  , . visits",
            focused,
        },
    );
    let inside = pane::padded(layout, inside);
    pen.spot(pane, Target::Pane(Focus::Tasks));
    let rows = case.task_rows();
    if rows.is_empty() {
        pane::empty(pen, inside, &empty_words(case));
        return;
    }
    let pieces = pieces(scene, case, visit, &rows, inside, layout.tall);
    for (line, piece) in (0u16..inside.height).zip(&pieces) {
        let place = Rect { y: inside.y + line, height: 1, ..inside };
        let selected = match piece {
            Piece::Task(at) | Piece::Under(at, ..) => *at == case.tasks.at,
            Piece::Reason | Piece::ReasonRest(_) | Piece::Owed(_) | Piece::Section(_) | Piece::Blank => false,
        };
        if let Piece::Task(at) | Piece::Under(at, ..) = piece {
            pen.spot(place, Target::Row(Focus::Tasks, *at));
        }
        draw_piece(pen, place, scene, piece, &rows, visit, selected);
        if selected {
            pen.select(
                place,
                if app.focus == Focus::Tasks { theme.selected } else { theme.selected_elsewhere },
            );
        }
    }
}

fn draw_piece(
    pen: &mut Pen<'_>,
    place: Rect,
    scene: &Scene<'_>,
    piece: &Piece<'_>,
    rows: &[&Task],
    visit: Option<&Visit>,
    selected: bool,
) {
    let theme = pen.theme;
    let focused = scene.app.focus == Focus::Tasks;
    let mut row = pen.row(place, 0);
    match piece {
        Piece::Blank => {}
        Piece::Reason => {
            if let Some((label, style, reason)) = visit.and_then(|visit| reason(scene, visit)) {
                row.skip(2).put(&label, style);
                let room = row.room();
                row.put(begins(&reason, room), theme.text);
            }
        }
        Piece::ReasonRest(words) => {
            row.skip(4).put(words, theme.text);
        }
        Piece::Owed(words) => {
            row.skip(2).put("OWED: ", theme.hurt).put(words, theme.text);
        }
        Piece::Section(words) => {
            row.skip(2).put(words, theme.dim);
        }
        Piece::Under(_, words, tone) => {
            let style = match tone {
                Tone::Plain => theme.text,
                Tone::Dim => theme.dim,
                Tone::Hurt => theme.hurt,
            };
            let bar = if focused { theme.accent } else { theme.faint };
            row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, bar);
            row.skip(3 + super::text::width(theme.glyphs.done) - 1).put(words, style);
        }
        Piece::Task(at) => {
            let bar = if focused { theme.accent } else { theme.faint };
            row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, bar).skip(1);
            if let (Some(task), Some(incident)) = (rows.get(*at), scene.incident()) {
                let marked = scene.app.case.as_ref().is_some_and(|case| case.marked.contains(task.id()));
                task::draw(row, scene, incident, task, marked);
            }
        }
    }
}

/// Title, detail and progress of the pane.
fn head(
    scene: &Scene<'_>,
    case: &Case,
    visit: Option<&Visit>,
) -> (String, Vec<String>, Option<(usize, usize)>) {
    let Some(visit) = visit else { return ("Checklist".to_owned(), Vec::new(), None) };
    let incident = case.shown();
    let count = |required: bool| {
        let tasks = || incident.checklist(&visit.id).filter(move |task| task.what.required == required);
        (tasks().filter(|task| task.settled()).count(), tasks().count())
    };
    let ((done, of), (other_done, other)) = (count(true), count(false));
    let mut title = format!("{}, visit {}", visit.phase, visit.n);
    if let (Some(left), true) = (visit.left, case.visit.is_some()) {
        title.push_str(&format!(", left {}", scene.when(left)));
    }
    if !case.task_filter.is_empty() {
        let words = format!("only {}", crate::model::text::quoted(&case.task_filter));
        return (title, vec![words], None);
    }
    let required = match (done, of) {
        (_, 0) if other == 0 => "no tasks".to_owned(),
        (_, 0) => format!("{other_done} of {other} done"),
        (done, of) if done == of => format!("all {of} required done"),
        (done, of) => format!("{done} of {of} required"),
    };
    let mut details = Vec::with_capacity(3);
    if of > 0 && other_done < other {
        details.push(format!("{required}, {} recommended open", other - other_done));
    }
    details.push(required);
    let progress = (of > 0).then_some((done, of));
    // The same count in fewer words: two numbers for one thing would contradict each other.
    let (done, of) = if of == 0 { (other_done, other) } else { (done, of) };
    if of > 0 {
        details.push(format!("{done} of {of}"));
    }
    (title, details, progress)
}

fn empty_words(case: &Case) -> Vec<&'static str> {
    if !case.task_filter.is_empty() {
        return vec!["No task matches the filter. f changes it, Esc takes it away."];
    }
    if case.shown().closed() {
        return vec!["Nothing is left to do here: the incident is closed.", "p reopens it, with a reason."];
    }
    vec!["This visit has no tasks. a adds one; E adds an incident type and its checklist."]
}

/// Why the incident came here: `Back from Eradication 13:52, ana: "second foothold on FS02"`.
fn reason<'a>(scene: &Scene<'_>, visit: &'a Visit) -> Option<(String, Style, Cow<'a, str>)> {
    let theme = &scene.app.theme;
    let back = matches!(visit.way, Some(Way::Back | Way::Reopen));
    let reason = visit.reason.as_deref()?;
    let how = match visit.way? {
        Way::Back => "Back",
        Way::Reopen => "Reopened",
        Way::Skip => "Skipped here",
        Way::Forward | Way::Dismiss | Way::Cycle => "Came",
    };
    let from = visit.from.map(|from| format!(" from {from}")).unwrap_or_default();
    let label = format!("{how}{from} {}, {}: ", scene.when(visit.entered), visit.by);
    let words = format!("\"{}\"", one_line(reason));
    Some((label, if back { theme.hurt } else { theme.dim }, words.into()))
}

/// What of a text stands in a row with so much room, whole words only.
fn begins(text: &str, room: u16) -> &str {
    let first = wrap(text, room).next().unwrap_or_default();
    let whole = first.len() == text.len() || text[first.len()..].starts_with(char::is_whitespace);
    if whole { first } else { "" }
}

/// The rows of the pane that are in sight, the selected task always among them.
fn pieces<'a>(
    scene: &Scene<'_>,
    case: &Case,
    visit: Option<&Visit>,
    rows: &[&'a Task],
    inside: Rect,
    tall: bool,
) -> Vec<Piece<'a>> {
    let height = usize::from(inside.height);
    let at = case.tasks.at.min(rows.len().saturating_sub(1));
    let under = under(scene, case.shown(), rows[at], inside.width, height, tall);
    let window = case.tasks.window(rows.len(), height);
    let mut top = window.start;
    // A window holds fewer tasks than rows where something stands between them.
    loop {
        let pieces = from(scene, case, visit, rows, top, at, &under, (inside.width, height), tall);
        let shown = |piece: &Piece<'_>| matches!(piece, Piece::Task(i) if *i == at);
        let whole =
            pieces.iter().take(height).position(shown).is_some_and(|line| line + under.len() < height);
        if whole || top >= at {
            return pieces;
        }
        top += 1;
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one picture, each from its own source")]
fn from<'a>(
    scene: &Scene<'_>,
    case: &Case,
    visit: Option<&Visit>,
    rows: &[&'a Task],
    top: usize,
    at: usize,
    under: &[(Cow<'a, str>, Tone)],
    (columns, height): (u16, usize),
    tall: bool,
) -> Vec<Piece<'a>> {
    let incident = case.shown();
    let mut pieces = Vec::with_capacity(height);
    if top == 0 {
        if let Some((label, _, reason)) = visit.and_then(|visit| reason(scene, visit)) {
            pieces.push(Piece::Reason);
            let room = columns.saturating_sub(2 + super::text::width(&label));
            if super::text::width(&reason) > room {
                let first = begins(&reason, room).len();
                pieces.push(Piece::ReasonRest(reason[first..].trim_start().to_owned().into()));
            }
        }
        if case.visit.is_none() {
            let most = if height < 8 { 1 } else { 3 };
            pieces.extend(incident.debts().into_iter().take(most).map(|debt| Piece::Owed(debt.shown)));
        }
        if tall && !pieces.is_empty() {
            pieces.push(Piece::Blank);
        }
    }
    for i in top..rows.len() {
        if pieces.len() >= height {
            break;
        }
        if let Some(section) = section(incident, visit, rows, i) {
            if tall && !pieces.is_empty() {
                pieces.push(Piece::Blank);
            }
            pieces.push(Piece::Section(section));
        }
        pieces.push(Piece::Task(i));
        if i == at {
            pieces.extend(under.iter().map(|(words, tone)| Piece::Under(i, words.clone(), *tone)));
        }
    }
    pieces
}

/// The words above the task at `i`, where another group of tasks begins.
fn section(incident: &Incident, visit: Option<&Visit>, rows: &[&Task], i: usize) -> Option<String> {
    let task = rows[i];
    let before = i.checked_sub(1).map(|i| rows[i]);
    let here = |task: &Task| visit.is_some_and(|visit| visit.id == task.visit);
    if here(task) {
        let first = !task.what.required && before.is_some_and(|before| before.what.required);
        return first.then(|| "recommended".to_owned());
    }
    if before.is_some_and(|before| before.visit == task.visit) {
        return None;
    }
    let open = rows[i..].iter().take_while(|other| other.visit == task.visit).count();
    let n = incident.visits().find(|visit| visit.id == task.visit).map_or(1, |visit| visit.n);
    Some(format!("from {}, visit {n}: {open} open", task.phase))
}

/// What opens under the selected task: what contradicts, what it is, why it is there.
fn under<'a>(
    scene: &Scene<'_>,
    incident: &Incident,
    task: &'a Task,
    columns: u16,
    height: usize,
    tall: bool,
) -> Vec<(Cow<'a, str>, Tone)> {
    if height < 4 {
        return Vec::new();
    }
    let indent = 4 + super::text::width(scene.app.theme.glyphs.done);
    let room = columns.saturating_sub(indent);
    let mut lines: Vec<(Cow<'a, str>, Tone)> = Vec::new();
    let mut say = |words: &str, tone: Tone, most: usize| {
        let words = paragraph(words);
        let all: Vec<String> = wrap(&words, room).map(str::to_owned).collect();
        let more = all.len() > most;
        for (i, mut line) in all.into_iter().take(most).enumerate() {
            if more && i + 1 == most {
                line.push_str(scene.app.theme.glyphs.ellipsis);
            }
            lines.push((line.into(), tone));
        }
    };
    for words in task::sides(scene, incident, task) {
        say(&words, Tone::Hurt, 2);
    }
    if let Some(reason) = task.progress.get().and_then(|progress| progress.reason.as_deref()) {
        say(&format!("{}: {reason}", task::reason_word(task)), Tone::Plain, if tall { 4 } else { 2 });
    }
    if tall && !task.what.text.is_empty() && task.what.text != task.what.title {
        say(&task.what.text, Tone::Plain, 4);
    }
    if !task.what.why.is_empty() {
        say(&format!("Why: {}", task.what.why), Tone::Dim, if tall { 4 } else { 2 });
    }
    // The tasks around it stay in sight.
    lines.truncate((height / 2).max(1));
    lines
}
