//! The foot of the board: the keys that work here and now, who is here, what `u` takes back, the disk.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::layout::{Layout, Shape};
use super::pen::{Pen, Row};
use super::scene::Scene;
use crate::model::time;
use crate::tui::act::Action;
use crate::tui::app::{App, Disk, Focus, Said, Tone};
use crate::tui::keymap::{KEYMAP, Scope};
use crate::tui::msg::Target;
use crate::tui::screens::Screen;
use crate::tui::text::{one_line, width, wrap};

/// The acts the footer names, the most needed first; where there is too little room the last go.
fn acts(app: &App) -> Vec<Action> {
    use Action as A;
    if app.case.is_none() {
        return vec![A::Open, A::Add, A::Find, A::Filter, A::Command, A::Zone, A::Help, A::Quit];
    }
    if app.replay().is_some() {
        let steps = [A::NextEntry, A::EntryBefore, A::NextMinute, A::ReplayTo];
        return steps.into_iter().chain([A::Back, A::Down, A::Find, A::Copy, A::Zone, A::Help]).collect();
    }
    if app.case.as_ref().is_some_and(|case| case.as_of.is_some()) {
        return vec![A::Back, A::Down, A::NextPane, A::Find, A::Copy, A::Zone, A::Help];
    }
    match app.focus {
        Focus::Incidents => {
            vec![A::Open, A::Add, A::Note, A::Filter, A::Command, A::Help, A::Find, A::NextPane, A::Quit]
        }
        Focus::Tasks => vec![
            A::Note,
            A::Done,
            A::Take,
            A::Approval,
            A::Phase,
            A::Command,
            A::Help,
            A::Find,
            A::Waive,
            A::NextPane,
            A::Severity,
            A::Head,
        ],
        Focus::Log => vec![
            A::Note,
            A::Correct,
            A::AsOf,
            A::Phase,
            A::Command,
            A::Help,
            A::Find,
            A::Filter,
            A::Copy,
            A::NextPane,
        ],
        Focus::On(Screen::Drill) if app.drill().is_some_and(|drill| drill.ended.is_some()) => {
            vec![A::Hint, A::Write, A::Open, A::NextPane, A::Note, A::Find, A::Command, A::Help, A::Quit]
        }
        Focus::On(Screen::Drill) => vec![
            A::Answer,
            A::Open,
            A::Note,
            A::AddComponents,
            A::AddIndicator,
            A::AddEvidence,
            A::Hint,
            A::Hold,
            A::SkipOn,
            A::NextPane,
            A::Phase,
            A::Command,
            A::Help,
        ],
        Focus::On(screen) => {
            let more = [
                A::Open,
                A::Add,
                A::Note,
                A::Filter,
                A::Order,
                A::Mark,
                A::Phase,
                A::Command,
                A::Help,
                A::Find,
            ];
            let own = screen.face().acts;
            own.iter().copied().chain(more.into_iter().filter(|act| !own.contains(act))).collect()
        }
    }
}

/// Draws the footer; the answer to the last key goes over its keys.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>) {
    let area = layout.footer;
    let app = scene.app;
    if area.height >= 2 {
        keys(pen, Rect { height: 1, ..area }, app, None);
        let last = Rect { y: area.y + 1, height: 1, ..area };
        let mut row = pen.row(last, 0);
        disk(&mut row, scene);
        unsent(&mut row, scene);
        row.skip(1);
        if !hashing(&mut row, scene) {
            here(&mut row, scene);
            undo(&mut row, scene);
        }
    } else {
        let mut row = pen.row(area, 0);
        disk(&mut row, scene);
        unsent(&mut row, scene);
        if let Some(words) = hashing_words(scene.app, row.room() / 2) {
            row.right(&words, 3, scene.app.theme.accent);
        } else if layout.shape == Shape::Three {
            here_right(&mut row, scene);
        }
        let free = row.room().saturating_sub(2);
        let undo = undo_words(app).filter(|_| free >= 80);
        keys(pen, Rect { width: free, ..area }, app, undo.as_deref());
    }
    if let Some(said) = &app.said {
        answer(pen, layout.screen, area, scene, said);
    }
}

/// The keys from the left, each with its word, as many as there is room for.
fn keys(pen: &mut Pen<'_>, area: Rect, app: &App, undo: Option<&str>) {
    let theme = pen.theme;
    let mut spots = Vec::with_capacity(12);
    let mut row = pen.row(area, 0);
    row.skip(1);
    let scopes = app.scopes();
    for (i, action) in acts(app).iter().enumerate() {
        if i == 4
            && let Some(words) = undo
        {
            key(&mut row, "u", words, theme.accent, theme.dim);
        }
        let bound = |scope: &Scope| KEYMAP.iter().find(|b| b.scope == *scope && b.action == *action);
        let Some(binding) = scopes.iter().find_map(bound) else { continue };
        // A key that an inner scope took for itself does something else here.
        let taken = |key: &&str| app.binding(key).is_some_and(|have| have.action != *action);
        if binding.keys.first().is_some_and(taken) {
            continue;
        }
        let options = app.case.as_ref().and_then(|case| case.choices()).map_or(0, |(_, all)| all.len());
        let answers = format!("1-{options}");
        let key_name = match action {
            Action::Answer => answers.as_str(),
            _ => binding.keys.first().copied().unwrap_or_default(),
        };
        let ended = app.drill().is_some_and(|drill| drill.ended.is_some());
        let word = if ended && *action == Action::Hint { "debrief" } else { binding.word };
        let refused = app.offers(*action).is_err();
        let style = if refused { theme.dim } else { theme.accent };
        let start = row.at();
        if !key(&mut row, key_name, word, style, theme.dim) {
            break;
        }
        spots.push((start, row.at(), *action));
    }
    for (start, end, action) in spots {
        pen.spot(Rect { x: start, width: end.saturating_sub(start), ..area }, Target::Key(action));
    }
}

fn key(row: &mut Row<'_>, key: &str, word: &str, style: Style, dim: Style) -> bool {
    if width(key) + width(word) + 1 >= row.room() {
        return false;
    }
    row.put(key, style).skip(1);
    row.put(word, dim).skip(2);
    true
}

/// `undo: decision 14:03`.
fn undo_words(app: &App) -> Option<String> {
    let entry = app.undoable()?;
    let at = time::clock(entry.happened, &app.zone());
    Some(format!("undo: {} {at}", entry.kind.word()))
}

fn undo(row: &mut Row<'_>, scene: &Scene<'_>) {
    let theme = &scene.app.theme;
    if let Some(words) = undo_words(scene.app)
        && width(&words) + 4 <= row.room()
    {
        row.skip(3).put("u", theme.accent).skip(1);
        row.put(&words, theme.dim);
    }
}

/// `here: *ana bo cy`: everybody whose screen shows the incident, `*` at my name.
fn present(scene: &Scene<'_>) -> String {
    let me = scene.app.me.name.as_str();
    let mut words = String::from("here:");
    if scene.app.here.is_empty() {
        words.push_str(&format!(" *{}", one_line(me)));
    }
    for name in &scene.app.here {
        words.push_str(if name == me { " *" } else { " " });
        words.push_str(&one_line(name));
    }
    words
}

fn here(row: &mut Row<'_>, scene: &Scene<'_>) {
    let theme = &scene.app.theme;
    let room = row.room().saturating_sub(26).max(row.room() / 2);
    let words = present(scene);
    row.put(&super::text::fit(&words, room, theme), theme.dim);
}

fn here_right(row: &mut Row<'_>, scene: &Scene<'_>) {
    let theme = &scene.app.theme;
    let words = present(scene);
    let words = super::text::fit(&words, row.room() / 4, theme);
    row.right(&words, 3, theme.dim);
}

/// How far a file is read: `fs02.mem [####......] 45 %  0.5 GB of 1.1 GB`, as much of it as there is room for.
fn hashing_words(app: &App, room: u16) -> Option<String> {
    const BAR: usize = 10;
    let hashing = app.hashing.as_ref()?;
    let progress = hashing.progress();
    let full = usize::try_from(hashing.percent()).unwrap_or(0) * BAR / 100;
    let bar = format!("[{}{}]", "#".repeat(full), ".".repeat(BAR - full));
    let whole = format!("{} {bar} {progress}", one_line(&hashing.label));
    let short = format!("{bar} {progress}");
    [whole, short, progress].into_iter().find(|words| width(words) <= room)
}

/// Writes how far a file is read, if one is.
fn hashing(row: &mut Row<'_>, scene: &Scene<'_>) -> bool {
    let words = hashing_words(scene.app, row.room());
    if let Some(words) = &words {
        row.put(words, scene.app.theme.accent);
    }
    words.is_some()
}

fn disk(row: &mut Row<'_>, scene: &Scene<'_>) {
    let theme = &scene.app.theme;
    match &scene.app.disk {
        Disk::Quiet => {}
        Disk::Saving(_) => {
            row.right("saving", 1, theme.notice);
        }
        Disk::Saved(at) => {
            let words = format!("{}saved {}", theme.glyphs.saved, time::clock_seconds(*at, &scene.zone));
            row.right(&words, 1, theme.good);
        }
        Disk::NotSaved(..) => {
            row.right(NOT_SAVED, 1, theme.alarm);
        }
    }
}

/// What the others do not have yet, where the store syncs.
fn unsent(row: &mut Row<'_>, scene: &Scene<'_>) {
    let theme = &scene.app.theme;
    if let Some(words) = crate::tui::syncing::words(scene.app) {
        row.right(&words, 2, theme.notice);
    }
}

/// The state of the disk no answer may hide.
pub(super) const NOT_SAVED: &str = " NOT SAVED ";

/// The answer to the last key with its next step, over the lowest rows. Where it would cover the state of
/// the disk, NOT SAVED stays beside it.
pub(super) fn answer(pen: &mut Pen<'_>, screen: Rect, footer: Rect, scene: &Scene<'_>, said: &Said) {
    let theme = pen.theme;
    let alarm = matches!(scene.app.disk, Disk::NotSaved(..)) && footer.height < 2 && screen.width >= 40;
    let kept = if alarm { width(NOT_SAVED) + 1 } else { 0 };
    let (mark, style) = match said.tone {
        Tone::Done => (theme.glyphs.done, theme.good),
        Tone::Told => (theme.glyphs.dot, theme.accent),
        Tone::Refused => ("!", theme.hurt),
    };
    let indent = width(mark) + 2;
    let room = screen.width.saturating_sub(indent + 1 + kept);
    let text = super::text::paragraph(&said.text);
    let hint = said.hint.as_deref().map(super::text::paragraph);
    let words = wrap(&text, room).map(|line| (line, theme.text));
    let hints = hint.iter().flat_map(|hint| wrap(hint, room)).map(|line| (line, theme.dim));
    let lines: Vec<(&str, Style)> = words.chain(hints).take(usize::from(screen.height.min(5))).collect();
    let height = u16::try_from(lines.len()).unwrap_or(1);
    let bottom = if footer.height >= 2 { footer.y + 1 } else { footer.bottom() };
    let area = Rect { y: bottom.saturating_sub(height).max(screen.y), height, ..screen };
    pen.clear(area);
    for (line, (words, style_of)) in (0u16..).zip(lines) {
        let mut row = pen.row(area, line);
        if alarm && line + 1 == height {
            disk(&mut row, scene);
        }
        row.skip(1);
        if line == 0 {
            row.put(mark, style);
        }
        row.to(area.x + indent).put(words, style_of);
    }
}
