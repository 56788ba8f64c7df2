//! What lies open in a drill: a message with what it brought and what can be said, a question, what was learned.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{head, padded, tall};
use crate::drill::hint::Asked;
use crate::drill::scenario::Verdict;
use crate::model::drill::Message;
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::drill::Manner;
use crate::tui::msg::Target;
use crate::tui::screens::Screen;
use crate::tui::screens::drill::Below;
use crate::tui::screens::drill::after::{agreed, candidate};
use crate::tui::text::{one_line, paragraph, width, wrap};
use crate::tui::view::form::words;
use crate::tui::view::layout::Layout;
use crate::tui::view::pane;
use crate::tui::view::pen::Pen;
use crate::tui::view::scene::Scene;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, layout: &Layout, area: Rect, scene: &Scene<'_>, case: &Case) {
    let theme = pen.theme;
    let shown = case.list(Screen::Drill);
    let below = shown.key().and_then(Below::of);
    let focused = below.is_some() && scene.app.modals.is_empty();
    let style = if below.is_some() { theme.accent } else { theme.strong };
    if let Some(message) = case.message() {
        let title = sender(case, message, scene.clock(message.at));
        let stands = message.waits() && case.choices().is_some();
        let detail = if stands { "the first answer stands".to_owned() } else { String::new() };
        let details: &[String] = if stands { &[detail] } else { &[] };
        let keys = "n c i e take from here  Enter card";
        let inside = pane::draw(pen, layout, area, &head(&title, details, keys, focused, style));
        let inside = padded(inside);
        let sheet = pen.sheet(inside.width, |pen, sheet| letter(pen, sheet, scene, case, message));
        pen.show(inside, sheet);
    } else if let Some(asked) = case.question() {
        let title = format!("Question {}", asked.id);
        let points =
            if asked.points == 1 { "1 point".to_owned() } else { format!("{} points", asked.points) };
        let inside = pane::draw(pen, layout, area, &head(&title, &[points], "", focused, style));
        let inside = padded(inside);
        let sheet = pen.sheet(inside.width, |pen, sheet| question(pen, sheet, scene, case, &asked));
        pen.show(inside, sheet);
    } else if let Some(better) = shown.key().and_then(|key| candidate(case, key)) {
        let inside = pane::draw(pen, layout, area, &head("Better next time", &[], "", focused, style));
        let inside = padded(inside);
        let y = words(pen, inside, 0, 0, &better.title, theme.strong);
        let y = words(pen, inside, y, 0, &better.because, theme.text);
        let how = if agreed(case, better) {
            "It is an improvement action; 8 shows it."
        } else {
            "Enter makes it an improvement action."
        };
        words(pen, inside, y + 1, 0, how, theme.dim);
    } else {
        let inside = pane::draw(pen, layout, area, &head("Nothing lies open", &[], "", false, theme.dim));
        pane::empty(pen, inside, &["Enter opens the message under the cursor."]);
    }
}

/// `Greta, IT director, by phone 08:58`.
fn sender(case: &Case, message: &Message, at: String) -> String {
    let what = &message.what;
    let contact = case.seat.play.as_ref().and_then(|play| play.scenario().contact(&what.from));
    let about = contact.and_then(|contact| contact.about.split(',').next()).map(|about| format!(", {about}"));
    let channel = match what.channel.as_str() {
        "in-person" => ", in person".to_owned(),
        "control" | "alert" | "log" => format!(", {}", what.channel),
        channel => format!(", by {channel}"),
    };
    format!("{}{}{channel} {at}", one_line(&what.from), about.unwrap_or_default())
}

/// A message: its words, what it brought, what can be said, what was said.
fn letter(
    pen: &mut Pen<'_>,
    sheet: Rect,
    scene: &Scene<'_>,
    case: &Case,
    message: &Message,
) -> (u16, Range<u16>) {
    let theme = pen.theme;
    let shown = case.list(Screen::Drill);
    let here = shown.key().and_then(Below::of);
    let mut hand = 0..1;
    let mut y = 0;
    if let Some(subject) = &message.what.subject {
        y = words(pen, sheet, y, 0, subject, theme.strong);
    }
    y = words(pen, sheet, y, 0, &message.what.text, theme.text);
    // What can be said and what was said stand above what came along: in sight on the smallest screen.
    y = said(pen, sheet, y, scene, case, message);
    if let Some((manner, choices)) = case.choices() {
        y += u16::from(y > 0 && sheet.height > 40 && tall(scene));
        for (at, choice) in choices.iter().enumerate() {
            let (next, picked) = option(pen, sheet, y, case, manner, at, &choice.text);
            if picked {
                hand = y..next;
            }
            y = next;
        }
    }
    for (at, artefact) in message.what.artefacts.iter().enumerate() {
        pen.row(sheet, y).put(&artefact.name, theme.info);
        y += 1;
        for (line, text) in artefact.lines.iter().enumerate() {
            let selected = here == Some(Below::Artefact(at, line));
            let place = Rect { y: sheet.y + y, height: 1, ..sheet };
            let key = shown.keys.iter().position(|key| Below::of(key) == Some(Below::Artefact(at, line)));
            if let Some(key) = key {
                pen.spot(place, Target::Row(Focus::On(Screen::Drill), key));
            }
            // An address or a hash is whole or goes on below.
            let rows: Vec<&str> = wrap(text, sheet.width.saturating_sub(2)).collect();
            for row_words in &rows {
                let mut row = pen.row(sheet, y);
                row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent).skip(1);
                row.put(row_words, theme.text);
                y += 1;
            }
            let height = u16::try_from(rows.len()).unwrap_or(1);
            if selected {
                hand = y.saturating_sub(height)..y;
                pen.select(Rect { height, ..place }, theme.selected);
            }
        }
    }
    (y, hand)
}

/// What was said and came back, or what silence did.
fn said(
    pen: &mut Pen<'_>,
    sheet: Rect,
    mut y: u16,
    scene: &Scene<'_>,
    case: &Case,
    message: &Message,
) -> u16 {
    let theme = pen.theme;
    let gap = u16::from(tall(scene));
    if let Some(silence) = message.unanswered.as_deref().filter(|_| message.reply.is_none()) {
        y = words(pen, sheet, y + gap, 0, &format!("Nobody answered in time: {silence}"), theme.notice);
    }
    let Some((_, reply)) = &message.reply else { return y };
    y += gap;
    y = labelled(pen, sheet, y, "You: ", theme.accent, &reply.text);
    if let Some(answer) = &reply.answer {
        y = labelled(pen, sheet, y, &format!("{}: ", reply.to), theme.dim, answer);
    }
    // A coached player learns it at once, everybody at the end.
    let open = scene.app.coached() || case.drill().is_some_and(|drill| drill.ended.is_some());
    let verdict =
        case.seat.play.as_ref().and_then(|play| play.verdict(&message.what.inject)).filter(|_| open);
    if let Some(verdict) = verdict {
        let style = match verdict.verdict {
            Verdict::Good => theme.good,
            Verdict::Fair => theme.notice,
            Verdict::Poor | Verdict::Harmful => theme.hurt,
        };
        let word = format!("{}: ", verdict.verdict.word().to_uppercase());
        y = labelled(pen, sheet, y + gap, &word, style, &verdict.rationale);
    }
    y
}

/// A label and its words, going on under each other.
fn labelled(pen: &mut Pen<'_>, sheet: Rect, mut y: u16, label: &str, style: Style, text: &str) -> u16 {
    let theme = pen.theme;
    let indent = width(label);
    let text = paragraph(text);
    for (at, line) in wrap(&text, sheet.width.saturating_sub(indent).max(1)).enumerate() {
        let mut row = pen.row(sheet, y);
        match at {
            0 => row.put(label, style),
            _ => row.skip(indent),
        };
        row.put(line, theme.text);
        y += 1;
    }
    y
}

/// An option of the paper in hand: the row after it, and whether it is the one chosen last.
fn option(
    pen: &mut Pen<'_>,
    sheet: Rect,
    mut y: u16,
    case: &Case,
    manner: Manner,
    at: usize,
    text: &str,
) -> (u16, bool) {
    let theme = pen.theme;
    let picks = &case.seat.picks;
    let place = picks.iter().position(|pick| *pick == at);
    let mark = match (manner, place) {
        (Manner::Order, Some(place)) => format!("{}.", place + 1),
        (Manner::Multi, Some(_)) => "[x]".to_owned(),
        (Manner::Multi, None) => "[ ]".to_owned(),
        (_, Some(_)) => ">".to_owned(),
        (_, None) => String::new(),
    };
    let mark = match manner {
        Manner::Reply | Manner::Single => format!("{mark:<2}"),
        Manner::Multi | Manner::Order => format!("{mark:<4}"),
    };
    let style = if place.is_some() { theme.strong } else { theme.text };
    let indent = width(&mark) + 3;
    let text = paragraph(text);
    for (line, words) in wrap(&text, sheet.width.saturating_sub(indent).max(1)).enumerate() {
        let mut row = pen.row(sheet, y);
        match line {
            0 => row.put(&mark, theme.accent).put(&format!("{}  ", at + 1), theme.accent),
            _ => row.skip(indent),
        };
        row.put(words, style);
        y += 1;
    }
    (y, picks.last() == Some(&at))
}

fn question(
    pen: &mut Pen<'_>,
    sheet: Rect,
    scene: &Scene<'_>,
    case: &Case,
    asked: &Asked,
) -> (u16, Range<u16>) {
    let theme = pen.theme;
    let mut y = words(pen, sheet, 0, 0, &asked.text, theme.strong);
    let mut hand = 0..1;
    y += u16::from(tall(scene));
    let Some((manner, choices)) = case.choices() else { return (y, hand) };
    for (at, choice) in choices.iter().enumerate() {
        let (next, picked) = option(pen, sheet, y, case, manner, at, &choice.text);
        if picked {
            hand = y..next;
        }
        y = next;
    }
    y += u16::from(tall(scene));
    let numbered = |pick: &String| {
        choices
            .iter()
            .position(|choice| choice.id == *pick)
            .map_or_else(String::new, |at| (at + 1).to_string())
    };
    let answered: Vec<String> = asked.picks.iter().map(numbered).collect();
    let how = match (manner, answered.is_empty()) {
        (Manner::Multi, true) => "Every right one: the numbers, then Enter.".to_owned(),
        (Manner::Order, true) => "In their order: the numbers one after the other, then Enter.".to_owned(),
        (_, true) => "One is right: its number, then Enter.".to_owned(),
        (_, false) => format!("Your answer: {}. Another replaces it until the end.", answered.join(", ")),
    };
    y = words(pen, sheet, y, 0, &how, theme.dim);
    (y, hand)
}
