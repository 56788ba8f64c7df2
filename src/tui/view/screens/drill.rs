//! The drill pane as it is drawn: the messages, what lies open with its artefacts and answers, the objective.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::drill::debrief::Debrief;
use crate::drill::hint::Asked;
use crate::drill::play::Play;
use crate::drill::scenario::Verdict;
use crate::drill::score::Rating;
use crate::incident::Incident;
use crate::model::drill::{Drill, Message};
use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::drill::{Manner, Paper};
use crate::tui::msg::Target;
use crate::tui::screens::drill::after::{agreed, candidate};
use crate::tui::screens::drill::{Below, message};
use crate::tui::screens::{Key, Screen};
use crate::tui::text::{one_line, paragraph, width, wrap};
use crate::tui::view::form::words;
use crate::tui::view::layout::{Layout, Shape};
use crate::tui::view::pane::{self, Head};
use crate::tui::view::pen::{Pen, Row};
use crate::tui::view::scene::Scene;

/// The parts of the pane, each with its edge.
struct Parts {
    messages: Rect,
    paper: Rect,
    goals: Rect,
}

fn parts(layout: &Layout, pane: Rect, messages: usize, scene: &Scene<'_>) -> Parts {
    let count = u16::try_from(messages).unwrap_or(u16::MAX);
    let none = Rect { height: 0, ..pane };
    if matches!(layout.shape, Shape::Two | Shape::Three) && pane.height >= 12 {
        let left = Rect { width: pane.width * 44 / 100, ..pane };
        let paper = Rect { x: pane.x + left.width, width: pane.width - left.width, ..pane };
        let wants = goals_rows(scene, left.width.saturating_sub(4)).saturating_add(2);
        // The messages come first, but never take more than half from what is asked and aimed at.
        let goals = wants.min(pane.height - (count + 2).min(pane.height / 2).max(4));
        let messages = Rect { height: pane.height - goals, ..left };
        return Parts { messages, paper, goals: Rect { y: left.y + messages.height, height: goals, ..left } };
    }
    // One below the other: the list gives way first, then the objective.
    let hinted = scene.app.drill().is_some_and(|drill| !drill.hints.is_empty());
    let ended = scene.app.case.as_ref().is_some_and(|case| case.seat.debrief.is_some());
    let goals = match pane.height {
        height if ended => height * 2 / 5,
        17.. => 3 + u16::from(hinted),
        _ => 0,
    };
    let most = (pane.height.saturating_sub(goals) * 2 / 5).max(2);
    let messages = Rect { height: (count + 1).clamp(2, most.max(2)), ..pane };
    let paper_height = pane.height.saturating_sub(messages.height + goals);
    let paper = Rect { y: pane.y + messages.height, height: paper_height, ..pane };
    let goals = if goals == 0 { none } else { Rect { y: paper.bottom(), height: goals, ..pane } };
    Parts { messages, paper, goals }
}

fn place(layout: &Layout) -> Rect {
    if layout.list.is_empty() { layout.screen } else { layout.list }
}

fn messages(case: &Case) -> usize {
    case.list(Screen::Drill).keys.iter().filter(|key| matches!(key, Key::Line(_))).count()
}

/// How many messages there is room for.
pub(crate) fn room(scene: &Scene<'_>, layout: &Layout) -> u16 {
    let Some(case) = &scene.app.case else { return 1 };
    let parts = parts(layout, place(layout), messages(case), scene);
    layout.inside(parts.messages).height.max(1)
}

/// Draws the pane.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>, case: &Case) {
    let pane = layout.list;
    let Some(drill) = case.shown().drill.as_deref().filter(|_| !pane.is_empty()) else { return };
    pen.spot(pane, Target::Pane(Focus::On(Screen::Drill)));
    let parts = parts(layout, pane, messages(case), scene);
    list(pen, layout, parts.messages, scene, case, drill);
    paper(pen, layout, parts.paper, scene, case);
    goals(pen, layout, parts.goals, case);
}

fn head<'a>(title: &'a str, details: &'a [String], keys: &'a str, focused: bool, style: Style) -> Head<'a> {
    Head { title, title_style: style, details, progress: None, keys, focused }
}

/// Which rows of a list are in sight, the one at `at` among them.
fn window(at: Option<usize>, total: usize, room: usize) -> Range<usize> {
    let top = at.map_or(0, |at| (at + 1).saturating_sub(room)).min(total.saturating_sub(room));
    top..(top + room).min(total)
}

fn list(pen: &mut Pen<'_>, layout: &Layout, area: Rect, scene: &Scene<'_>, case: &Case, drill: &Drill) {
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

fn pad(words: &str, columns: usize) -> String {
    format!("{words:<columns$}")
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

/// What lies open.
fn paper(pen: &mut Pen<'_>, layout: &Layout, area: Rect, scene: &Scene<'_>, case: &Case) {
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

/// A column of air at both sides.
fn padded(area: Rect) -> Rect {
    Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area }
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
        y += u16::from(y > 0 && sheet.height > 40 && layout_is_tall(scene));
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

fn layout_is_tall(scene: &Scene<'_>) -> bool {
    scene.app.size.1 >= 28
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
    let gap = u16::from(layout_is_tall(scene));
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
        Manner::Reply | Manner::Single => pad(&mark, 2),
        Manner::Multi | Manner::Order => pad(&mark, 4),
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
    y += u16::from(layout_is_tall(scene));
    let Some((manner, choices)) = case.choices() else { return (y, hand) };
    for (at, choice) in choices.iter().enumerate() {
        let (next, picked) = option(pen, sheet, y, case, manner, at, &choice.text);
        if picked {
            hand = y..next;
        }
        y = next;
    }
    y += u16::from(layout_is_tall(scene));
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

/// Rows the objectives and questions would like.
fn goals_rows(scene: &Scene<'_>, columns: u16) -> u16 {
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

/// What the drill trains and what it asks.
fn goals(pen: &mut Pen<'_>, layout: &Layout, area: Rect, case: &Case) {
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
        y = questions(pen, inside, y, case, play, many);
        last_hint(pen, inside, y, case);
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
    pen.show(inside, sheet);
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

/// The last hint that was taken.
fn last_hint(pen: &mut Pen<'_>, inside: Rect, y: u16, case: &Case) -> u16 {
    let theme = pen.theme;
    match case.drill().and_then(|drill| drill.hints.last()) {
        Some(hint) if y < inside.height => {
            entry(pen, inside, y, "Hint: ", theme.notice, &hint.text, theme.text)
        }
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
