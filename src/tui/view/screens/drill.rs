//! The drill pane as it is drawn: the messages, what lies open with its artefacts and answers, the objective.

mod goals;
mod messages;
mod paper;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::app::Focus;
use crate::tui::case::Case;
use crate::tui::msg::Target;
use crate::tui::screens::{Key, Screen};
use crate::tui::view::layout::{Layout, Shape};
use crate::tui::view::pane::Head;
use crate::tui::view::pen::Pen;
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
        let wants = goals::rows(scene, left.width.saturating_sub(4)).saturating_add(2);
        // The messages come first, but never take more than half from what is asked and aimed at.
        let goals = wants.min(pane.height - (count + 2).min(pane.height / 2).max(4));
        let messages = Rect { height: pane.height - goals, ..left };
        return Parts { messages, paper, goals: Rect { y: left.y + messages.height, height: goals, ..left } };
    }
    // One below the other: the list gives way first, then the objective.
    let hinted = goals::hint_rows(scene, pane.width.saturating_sub(2));
    let ended = scene.app.case.as_ref().is_some_and(|case| case.seat.debrief.is_some());
    let goals = match pane.height {
        height if ended => height * 2 / 5,
        // A hint that was paid for is read whole.
        height @ 17.. => (3 + hinted).min(height / 2),
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

fn count(case: &Case) -> usize {
    case.list(Screen::Drill).keys.iter().filter(|key| matches!(key, Key::Line(_))).count()
}

/// How many messages there is room for.
pub(crate) fn room(scene: &Scene<'_>, layout: &Layout) -> u16 {
    let Some(case) = &scene.app.case else { return 1 };
    let parts = parts(layout, place(layout), count(case), scene);
    layout.inside(parts.messages).height.max(1)
}

/// Draws the pane.
pub(crate) fn draw(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>, case: &Case) {
    let pane = layout.list;
    let Some(drill) = case.shown().drill.as_deref().filter(|_| !pane.is_empty()) else { return };
    pen.spot(pane, Target::Pane(Focus::On(Screen::Drill)));
    let parts = parts(layout, pane, count(case), scene);
    messages::draw(pen, layout, parts.messages, scene, case, drill);
    paper::draw(pen, layout, parts.paper, scene, case);
    goals::draw(pen, layout, parts.goals, case);
}

fn head<'a>(title: &'a str, details: &'a [String], keys: &'a str, focused: bool, style: Style) -> Head<'a> {
    Head { title, title_style: style, details, progress: None, keys, focused }
}

/// A column of air at both sides.
fn padded(area: Rect) -> Rect {
    Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area }
}

/// Whether there are rows to spare.
fn tall(scene: &Scene<'_>) -> bool {
    scene.app.size.1 >= 28
}
