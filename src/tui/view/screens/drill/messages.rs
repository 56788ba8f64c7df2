//! The messages of a drill, the newest first, each with where it stands.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::head;
use crate::incident::Incident;
use crate::model::drill::{Drill, Message};
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::drill::Paper;
use crate::tui::msg::Target;
use crate::tui::screens::drill::message;
use crate::tui::screens::{Key, Screen};
use crate::tui::text::one_line;
use crate::tui::view::layout::Layout;
use crate::tui::view::pane;
use crate::tui::view::pen::{Pen, Row};
use crate::tui::view::scene::Scene;

/// Draws the list.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    layout: &Layout,
    area: Rect,
    scene: &Scene<'_>,
    case: &Case,
    drill: &Drill,
) {
    let theme = pen.theme;
    let shown = case.list(Screen::Drill);
    let lines: Vec<(usize, &Key)> =
        shown.keys.iter().enumerate().filter(|(_, key)| matches!(key, Key::Line(_))).collect();
    let here = lines.iter().position(|(at, _)| *at == shown.cursor.at);
    let focused = here.is_some() && scene.app.modals.is_empty();
    let title = format!("Messages {}", drill.messages.len());
    let details = ["newest first".to_owned()];
    let style = if here.is_some() { theme.accent } else { theme.strong };
    let inside = pane::draw(pen, layout, area, &head(&title, &details, "", focused, style));
    if lines.is_empty() {
        let words: &[&str] = match &case.seat.lost {
            Some(why) => &[why.as_str()],
            None => &["No message has come yet."],
        };
        pane::empty(pen, inside, words);
        return;
    }
    let open = lines
        .iter()
        .position(|(_, key)| matches!((key, &case.seat.paper), (Key::Line(a), Paper::Message(b)) if a == b));
    let window = window(here.or(open), lines.len(), usize::from(inside.height));
    for (line, (at, key)) in (0u16..).zip(&lines[window]) {
        let place = Rect { y: inside.y + line, height: 1, ..inside };
        let Some(message) = message(case.shown(), key) else { continue };
        pen.spot(place, Target::Row(Focus::On(Screen::Drill), *at));
        let selected = *at == shown.cursor.at;
        let open = case.seat.paper == Paper::Message(message.line);
        let mut row = pen.row(place, 0);
        row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent).skip(1);
        summary(row, scene, case, message);
        if selected {
            pen.select(place, theme.selected);
        } else if open {
            pen.select(place, theme.selected_elsewhere);
        }
    }
}

/// `08:58 phone  Greta       "I have ten minutes before the deans…  ANSWER`.
fn summary(mut row: Row<'_>, scene: &Scene<'_>, case: &Case, message: &Message) {
    let theme = &scene.app.theme;
    let new = case.seat.unread(message);
    let (state, style) = state(scene, case, message);
    row.right(&state, 1, style);
    row.right(" ", 0, theme.text);
    row.value(&scene.clock(message.at), theme.dim).skip(1);
    let roomy = row.room() >= 54;
    if roomy {
        row.put(&pad(&message.what.channel, 6), theme.dim);
        row.skip(1);
    }
    let from = pad(&one_line(&message.what.from), if roomy { 11 } else { 9 });
    row.put(&from, if new { theme.strong } else { theme.text }).skip(1);
    let words = message.what.subject.as_deref().unwrap_or(&message.what.text);
    row.put(&one_line(words), if new { theme.strong } else { theme.text });
}

/// Where a message stands with its readers.
fn state(scene: &Scene<'_>, case: &Case, message: &Message) -> (String, Style) {
    let theme = &scene.app.theme;
    let ended = case.drill().is_some_and(|drill| drill.ended.is_some());
    let taken = taken(case.shown(), message);
    match () {
        () if message.waits() && !ended => (" ANSWER ".to_owned(), theme.wanted),
        () if case.seat.unread(message) => ("new".to_owned(), theme.notice),
        () if !taken.is_empty() => (taken.join(" "), theme.info),
        () if message.reply.is_some() => ("answered".to_owned(), theme.good),
        () if message.waits() => ("no answer".to_owned(), theme.dim),
        () => ("read".to_owned(), theme.dim),
    }
}

/// The items of evidence that were made of its artefacts.
fn taken(incident: &Incident, message: &Message) -> Vec<String> {
    let named = |name: &str| message.what.artefacts.iter().any(|artefact| artefact.name == name);
    let items = incident.evidence.iter().filter(|item| !item.undone && named(item.name()));
    items.map(|item| item.label()).collect()
}

fn pad(words: &str, columns: usize) -> String {
    format!("{words:<columns$}")
}

/// Which rows of a list are in sight, the one at `at` among them.
fn window(at: Option<usize>, total: usize, room: usize) -> Range<usize> {
    let top = at.map_or(0, |at| (at + 1).saturating_sub(room)).min(total.saturating_sub(room));
    top..(top + room).min(total)
}
