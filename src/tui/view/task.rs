//! One task as a row: state, title, who, when, and the badges for approval, due and contest.

use ratatui::style::Style;

use super::pen::Row;
use super::scene::Scene;
use crate::incident::{Incident, Lack};
use crate::model::ledger::approval::About;
use crate::model::task::{Progress, State, Task};
use crate::model::time::span;
use crate::tui::text::{one_line, width};
use crate::tui::theme::Theme;

/// A remark behind the title: its forms, the longest first.
struct Mark {
    forms: Vec<String>,
    style: Style,
    /// Somebody's words, which may end with an ellipsis.
    words: bool,
}

impl Mark {
    fn new(words: impl Into<String>, style: Style) -> Self {
        Self { forms: vec![words.into()], style, words: false }
    }

    fn or(mut self, shorter: impl Into<String>) -> Self {
        self.forms.push(shorter.into());
        self
    }

    /// The longest form is somebody's words.
    fn said(mut self) -> Self {
        self.words = true;
        self
    }

    /// The form at a level of brevity.
    fn form(&self, brevity: usize) -> &str {
        self.forms.get(brevity).or(self.forms.last()).map_or("", String::as_str)
    }
}

/// Levels of brevity: more than any remark has forms.
const BREVITIES: usize = 4;
/// Fewest columns of a title that remarks leave it.
const TITLE_LEAST: u16 = 16;

/// Draws a task behind its selection bar.
pub(crate) fn draw(mut row: Row<'_>, scene: &Scene<'_>, incident: &Incident, task: &Task, marked: bool) {
    let theme = &scene.app.theme;
    let (glyph, glyph_style, title_style) = look(task.state(), theme);
    row.put(glyph, glyph_style).skip(1);
    if marked {
        row.put(theme.glyphs.marked, theme.accent).skip(1);
    }
    let title = one_line(&task.what.title);
    let marks = marks(scene, incident, task);
    let room = row.room();
    let needs = |brevity: usize| marks.iter().map(|mark| width(mark.form(brevity)) + 2).sum::<u16>();
    // Remarks grow shorter before the title does; then the title, down to its least; then the last go.
    let whole = (0..BREVITIES).find(|brevity| width(&title).saturating_add(needs(*brevity)) <= room);
    let brevity = whole.unwrap_or(BREVITIES);
    let mut left = room.saturating_sub(width(&title).min(TITLE_LEAST));
    let mut kept: Vec<(&str, Style)> = Vec::with_capacity(marks.len());
    for mark in &marks {
        let words = mark.form(brevity);
        if width(words) + 2 > left {
            break;
        }
        left -= width(words) + 2;
        kept.push((words, mark.style));
    }
    // What is left of the row goes to the first remark that says more than it shows.
    let mut stretched = std::borrow::Cow::Borrowed("");
    let taken = |kept: &[(&str, Style)]| kept.iter().map(|(words, _)| width(words) + 2).sum::<u16>();
    let spare = room.saturating_sub(width(&title)).saturating_sub(taken(&kept));
    let longer = |(mark, kept): &(&Mark, &(&str, Style))| mark.words && mark.forms[0] != kept.0;
    let at = marks.iter().zip(&kept).position(|pair| longer(&pair));
    if let Some(at) = at.filter(|_| spare > 8) {
        stretched = super::text::fit(&marks[at].forms[0], width(kept[at].0) + spare, theme);
    }
    if let Some(at) = at.filter(|at| width(&stretched) > width(kept[*at].0) + 4) {
        kept[at].0 = &stretched;
    }
    let taken = taken(&kept);
    row.put(&super::text::fit(&title, room.saturating_sub(taken), theme), title_style);
    for (words, style) in kept {
        row.fits(2, words, style);
    }
}

fn look(state: State, theme: &Theme) -> (&'static str, Style, Style) {
    let glyphs = theme.glyphs;
    match state {
        State::Open => (glyphs.open, theme.text, theme.text),
        State::InProgress => (glyphs.in_progress, theme.accent, theme.strong),
        State::Blocked => (glyphs.blocked, theme.hurt, theme.text),
        State::Done => (glyphs.done, theme.good, theme.dim),
        State::NotApplicable => (glyphs.not_applicable, theme.dim, theme.dim),
        State::Waived => (glyphs.waived, theme.dim, theme.dim),
    }
}

fn marks(scene: &Scene<'_>, incident: &Incident, task: &Task) -> Vec<Mark> {
    let theme = &scene.app.theme;
    let mut marks = Vec::with_capacity(4);
    if task.contested() {
        marks.push(Mark::new(" CONTESTED ", theme.alarm));
    }
    let settled = task.settled();
    if let Some(due) = task.due().filter(|_| !settled) {
        let over = (scene.now() - due).num_milliseconds();
        if over > 0 {
            let late = format!(" OVERDUE {} ", span(over));
            marks.push(Mark::new(late, theme.alarm).or(" OVERDUE "));
        }
    }
    if let Some(lack) = incident.lacks_approval(task, scene.now()) {
        match task.state() {
            State::NotApplicable | State::Waived => return with_progress(marks, scene, incident, task),
            state => marks.push(lacking(scene, incident.owes_approval(task), state, &lack)),
        }
    }
    if let Some(due) = task.due().filter(|due| !settled && *due >= scene.now()) {
        marks.push(Mark::new(format!("due {}", scene.when(due)), theme.notice));
    }
    with_progress(marks, scene, incident, task)
}

fn with_progress(mut marks: Vec<Mark>, scene: &Scene<'_>, incident: &Incident, task: &Task) -> Vec<Mark> {
    let theme = &scene.app.theme;
    if let Some(progress) = task.progress.get() {
        marks.extend(state(scene, incident, task, progress));
    }
    let wants = incident.unapproved(task, scene.now());
    let approved = incident.approval_of(&About::Task(task.id().clone()));
    if let Some(granted) = approved.filter(|_| !task.settled() && !wants) {
        let by = format!("approved by {}", granted.approval.name);
        let mark = match granted.terms.until {
            Some(until) => Mark::new(format!("{by} until {}", scene.when(until)), theme.decide).or(by),
            None => Mark::new(by, theme.decide),
        };
        marks.push(mark.or("approved"));
    }
    marks
}

/// The badge of a task whose approval is lacking: nobody asked, no answer yet, a no, or a yes that is over.
fn lacking(scene: &Scene<'_>, owed: bool, state: State, lack: &Lack<'_>) -> Mark {
    let theme = &scene.app.theme;
    let done = state == State::Done;
    let words = |mark: Mark| mark.or(format!(" {} ", short_lack(scene, lack)));
    match lack {
        Lack::Unasked if done => Mark::new(" no approval ", theme.alarm),
        Lack::Unasked => Mark::new(" NEEDS APPROVAL ", theme.wanted).or(" NEEDS OK "),
        Lack::Lapsed(_) if done && owed => words(Mark::new(" no approval, one had lapsed ", theme.alarm)),
        lack => {
            let style = match lack {
                Lack::Refused(_) => theme.alarm,
                _ if owed => theme.alarm,
                _ => theme.wanted,
            };
            let full = format!(" {} ", lack.words(scene.now(), &scene.app.zone()));
            words(Mark::new(full, style)).or(format!(" {} ", shortest_lack(scene, lack)))
        }
    }
}

/// What is lacking, in two words.
fn shortest_lack(scene: &Scene<'_>, lack: &Lack<'_>) -> String {
    match lack {
        Lack::Asked(_) => short_lack(scene, lack).trim_end_matches(", no answer").to_owned(),
        lack => short_lack(scene, lack),
    }
}

/// What is lacking, without the names.
fn short_lack(scene: &Scene<'_>, lack: &Lack<'_>) -> String {
    match lack {
        Lack::Unasked => "NEEDS APPROVAL".to_owned(),
        Lack::Asked(items) => {
            let last = items.iter().map(|item| item.made).max();
            format!("asked {}, no answer", last.map(|at| scene.when(at)).unwrap_or_default())
        }
        Lack::Refused(_) => "REFUSED".to_owned(),
        Lack::Lapsed(_) => "LAPSED".to_owned(),
    }
}

/// Who, when and how it came to stand so.
fn state(scene: &Scene<'_>, incident: &Incident, task: &Task, progress: &Progress) -> Option<Mark> {
    let theme = &scene.app.theme;
    let by = one_line(&progress.by);
    let at = scene.when(progress.at);
    let reason = progress.reason.as_deref().map(one_line);
    match progress.state {
        State::Done => Some(match progress.holds_from {
            Some(visit) => {
                let long = Mark::new(format!("holds from visit {visit}, {by} {at}"), theme.dim);
                long.or(format!("holds, {by} {at}")).or(format!("holds, {by}")).or("holds")
            }
            None if done_before(incident, task).is_some() => {
                Mark::new(format!("again, {by} {at}"), theme.dim).or(format!("{by} {at}"))
            }
            None => Mark::new(format!("{by} {at}"), theme.dim).or(by),
        }),
        State::InProgress => {
            let who = task.assignee().map_or(by, one_line);
            Some(Mark::new(format!("{who} since {at}"), theme.dim).or(format!("{who} {at}")).or(who))
        }
        State::Blocked => Some(
            Mark::new(format!("BLOCKED: {}", reason.unwrap_or_default()), theme.hurt).or("BLOCKED").said(),
        ),
        State::Waived => Some(Mark::new(format!("waived, {by} {at}"), theme.dim).or("waived")),
        State::NotApplicable => {
            Some(Mark::new(format!("not applicable, {by} {at}"), theme.dim).or("not applicable"))
        }
        State::Open => {
            if let Some(reason) = reason {
                return Some(Mark::new(format!("AGAIN: {reason}"), theme.hurt).or("AGAIN").said());
            }
            if let Some(visit) = done_before(incident, task) {
                let words = format!("again: was done in visit {visit}");
                return Some(Mark::new(words, theme.notice).or("again"));
            }
            task.assignee().map(|who| Mark::new(one_line(who), theme.dim))
        }
    }
}

/// The earlier visit of this phase in which the same task was done.
fn done_before(incident: &Incident, task: &Task) -> Option<u32> {
    let id = task.what.playbook_id.as_deref()?;
    let same = |other: &&Task| {
        other.phase == task.phase
            && other.visit != task.visit
            && !other.undone
            && other.what.playbook_id.as_deref() == Some(id)
    };
    let done = |other: &&Task| other.state() == State::Done;
    let earlier = incident.tasks.iter().take_while(|other| other.what.id != task.what.id);
    let before = earlier.filter(same).filter(done).last()?;
    incident.visits().find(|visit| visit.id == before.visit).map(|visit| visit.n)
}

/// What the reason of a task's state says.
pub(crate) fn reason_word(task: &Task) -> &'static str {
    match task.state() {
        State::Open => "Open again",
        State::InProgress => "In progress",
        State::Blocked => "Blocked",
        State::Done => "What came of it",
        State::NotApplicable => "Does not apply",
        State::Waived => "Waived",
    }
}

/// What several people said without knowing of each other, a line a field; and whose approval is awaited, was
/// refused or is over.
pub(crate) fn sides(scene: &Scene<'_>, incident: &Incident, task: &Task) -> Vec<String> {
    let lack = incident.lacks_approval(task, scene.now()).filter(|lack| *lack != Lack::Unasked);
    let said = |lack: Lack<'_>| format!("Approval: {}", lack.words(scene.now(), &scene.app.zone()));
    let mut lines: Vec<String> = lack.map(said).into_iter().collect();
    let mut line =
        |what: &str, sides: Vec<String>| lines.push(format!("Contested {what}: {}", sides.join(" / ")));
    if let Some(sides) = task.progress.contested() {
        line(
            "state",
            sides.iter().map(|side| format!("{} says {}", side.by, side.value.state.word())).collect(),
        );
    }
    if let Some(sides) = task.assignee.contested() {
        let who = |value: &Option<String>| value.clone().unwrap_or_else(|| "nobody".to_owned());
        line("owner", sides.iter().map(|side| format!("{} says {}", side.by, who(&side.value))).collect());
    }
    if let Some(sides) = task.due.contested() {
        let at = |value: &Option<_>| value.map_or_else(|| "no due time".to_owned(), |at| scene.when(at));
        line("due", sides.iter().map(|side| format!("{} says {}", side.by, at(&side.value))).collect());
    }
    lines
}
