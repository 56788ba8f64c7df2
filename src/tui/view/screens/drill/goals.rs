//! What a drill trains and asks, the last hint, and after its end how it went.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{head, padded};
use crate::drill::debrief::Debrief;
use crate::drill::play::Play;
use crate::drill::score::Rating;
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::msg::Target;
use crate::tui::screens::drill::after::agreed;
use crate::tui::screens::{Key, Screen};
use crate::tui::text::{one_line, paragraph, width, wrap};
use crate::tui::view::form::words;
use crate::tui::view::layout::Layout;
use crate::tui::view::pane;
use crate::tui::view::pen::Pen;
use crate::tui::view::scene::Scene;

/// What stands before a hint.
const HINT: &str = "Hint: ";

/// Rows the objectives and questions would like.
pub(super) fn rows(scene: &Scene<'_>, columns: u16) -> u16 {
    let seat = scene.app.case.as_ref().map(|case| &case.seat);
    let Some(play) = seat.and_then(|seat| seat.play.as_ref()) else { return 3 };
    if seat.is_some_and(|seat| seat.debrief.is_some()) {
        return 100;
    }
    let rows =
        |text: &str, indent: u16| wrap(&paragraph(text), columns.saturating_sub(indent).max(8)).count();
    let goals: usize = play.objectives().iter().map(|goal| rows(&goal.text, 3)).sum();
    let asked: usize = play.questions().iter().map(|asked| rows(&asked.text, 14)).sum();
    u16::try_from(goals + asked + usize::from(asked > 0)).unwrap_or(u16::MAX)
}

/// Draws what the drill trains and what it asks.
pub(super) fn draw(pen: &mut Pen<'_>, layout: &Layout, area: Rect, case: &Case) {
    let theme = pen.theme;
    let Some(play) = &case.seat.play else { return };
    if area.is_empty() {
        return;
    }
    if let Some(debrief) = &case.seat.debrief {
        return ended(pen, layout, area, case, debrief);
    }
    let objectives = play.objectives();
    let phase = case.shown().phase();
    let at = objectives.iter().position(|goal| goal.phase == phase);
    let many = area.height > 6;
    let title = match at {
        Some(at) if !many => format!("Objective {} of {}", at + 1, objectives.len()),
        _ => "What is asked and aimed at".to_owned(),
    };
    let inside = pane::draw(pen, layout, area, &head(&title, &[], "", false, theme.strong));
    let inside = padded(inside);
    let mut y = 0;
    let shown = if many { 0..objectives.len() } else { at.map_or(0..1, |at| at..at + 1) };
    if many {
        y = questions(pen, inside, y, case, play, many);
        y = last_hint(pen, inside, y, case);
        y += u16::from(y > 0);
    }
    for (n, goal) in objectives.iter().enumerate().filter(|(n, _)| shown.contains(n)) {
        let here = goal.phase == phase;
        let style = if here { theme.text } else { theme.dim };
        if many {
            y = entry(pen, inside, y, &format!("{}  ", n + 1), theme.accent, &goal.text, style);
        } else {
            y = words(pen, inside, y, 0, &goal.text, style);
        }
    }
    if !many {
        // A hint was paid for: it goes before questions that stand in the list as well.
        y = last_hint(pen, inside, y, case);
        questions(pen, inside, y, case, play, many);
    }
}

/// How it went, and what shall be better.
fn ended(pen: &mut Pen<'_>, layout: &Layout, area: Rect, case: &Case, debrief: &Debrief) {
    let theme = pen.theme;
    let list = case.list(Screen::Drill);
    let overall = debrief.overall;
    let title = format!("How it went: {}, {} of 100", overall.letter(), debrief.score);
    let details = [format!("{}  b reads all of it", overall.word()), "b reads all of it".to_owned()];
    let inside = pane::draw(pen, layout, area, &head(&title, &details, "", false, theme.strong));
    let inside = padded(inside);
    let sheet = pen.sheet(inside.width, |pen, sheet| {
        let (mut y, mut hand) = (0, 0..1);
        for objective in &debrief.objectives {
            let style = match objective.rating {
                Rating::P => theme.good,
                Rating::S => theme.notice,
                Rating::M | Rating::U => theme.hurt,
            };
            y = entry(
                pen,
                sheet,
                y,
                &format!("{}  ", objective.rating.letter()),
                style,
                &objective.text,
                theme.text,
            );
        }
        if !debrief.improvements.is_empty() {
            pen.row(sheet, y).put("Better next time; Enter makes it an action", theme.dim);
            y += 1;
        }
        for (n, better) in debrief.improvements.iter().enumerate() {
            let key = Key::Word(format!("better {n}"));
            let from = y;
            let done = if agreed(case, better) { theme.glyphs.done } else { theme.glyphs.open };
            y = entry(pen, sheet, y, &format!("{done} "), theme.accent, &better.title, theme.text);
            let place = Rect { y: sheet.y + from, height: y - from, ..sheet };
            if let Some(at) = list.keys.iter().position(|have| *have == key) {
                pen.spot(place, Target::Row(Focus::On(Screen::Drill), at));
            }
            if list.key() == Some(&key) {
                hand = from..y;
                pen.select(place, theme.selected);
            }
        }
        (y, hand)
    });
    // What is out of sight is said to be there.
    let below = sheet.used > inside.height && inside.height > 1;
    let sight = Rect { height: inside.height - u16::from(below), ..inside };
    if below {
        let more = sheet.below(sight.height);
        let words = if more > 0 {
            format!("{more} more below; b reads all of it")
        } else {
            "b reads all of it".to_owned()
        };
        pen.row(inside, sight.height).put(&words, theme.dim);
    }
    pen.show(sight, sheet);
}

/// The questions that were asked, a row each where there is little room; returns the row after them.
fn questions(pen: &mut Pen<'_>, inside: Rect, mut y: u16, case: &Case, play: &Play, many: bool) -> u16 {
    let theme = pen.theme;
    let list = case.list(Screen::Drill);
    for asked in play.questions() {
        if y >= inside.height {
            break;
        }
        let key = Key::Word(format!("question {}", asked.id));
        let selected = list.key() == Some(&key);
        let place = Rect { y: inside.y + y, height: 1, ..inside };
        if let Some(at) = list.keys.iter().position(|have| *have == key) {
            pen.spot(place, Target::Row(Focus::On(Screen::Drill), at));
        }
        let points =
            if asked.points == 1 { "1 point".to_owned() } else { format!("{} points", asked.points) };
        let (state, style) = match asked.picks.is_empty() {
            true => (points, theme.notice),
            false => ("answered".to_owned(), theme.good),
        };
        let label = format!("{} ({state}): ", asked.id);
        let from = y;
        y = if many {
            entry(pen, inside, y, &label, style, &asked.text, theme.text)
        } else {
            let mut row = pen.row(inside, y);
            row.put(&label, style).put(&one_line(&asked.text), theme.text);
            y + 1
        };
        if selected {
            pen.select(
                Rect { height: (y - from).min(inside.height.saturating_sub(from)), ..place },
                theme.selected,
            );
        }
    }
    y
}

/// Rows the last hint that was taken would like; 0: there is none.
pub(super) fn hint_rows(scene: &Scene<'_>, columns: u16) -> u16 {
    let hint = scene.app.drill().and_then(|drill| drill.hints.last());
    let columns = columns.saturating_sub(width(HINT)).max(8);
    hint.map_or(0, |hint| u16::try_from(wrap(&paragraph(&hint.text), columns).count()).unwrap_or(u16::MAX))
}

/// The last hint that was taken.
fn last_hint(pen: &mut Pen<'_>, inside: Rect, y: u16, case: &Case) -> u16 {
    let theme = pen.theme;
    match case.drill().and_then(|drill| drill.hints.last()) {
        Some(hint) if y < inside.height => entry(pen, inside, y, HINT, theme.notice, &hint.text, theme.text),
        _ => y,
    }
}

/// A label and its words.
fn entry(pen: &mut Pen<'_>, area: Rect, mut y: u16, label: &str, style: Style, text: &str, of: Style) -> u16 {
    let indent = width(label);
    let text = paragraph(text);
    for (at, line) in wrap(&text, area.width.saturating_sub(indent).max(8)).enumerate() {
        let mut row = pen.row(area, y);
        match at {
            0 => row.put(label, style),
            _ => row.skip(indent),
        };
        row.put(line, of);
        y += 1;
    }
    y
}
