//! Where everything on the board is: by width and by height, apart.

use ratatui::layout::Rect;

use super::notices;
use crate::tui::app::{App, Disk, Focus};
use crate::tui::screens::Screen;

/// How many panes stand beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// From 120 columns: incidents, checklist, activity.
    Three,
    /// From 90 columns: checklist and activity; incidents take the checklist's place while they have the keys.
    Two,
    /// From 60 columns: checklist above, last entries below.
    One,
    /// A phone upright, or a strip: number, phase, last entry and a note line.
    Phone,
}

/// How a pane is set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Box,
    /// A titled line above it.
    Rule,
}

/// The places of a screen. A place without room is empty.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) shape: Shape,
    pub(crate) edge: Edge,
    /// Whether there are rows to spare: for blank rows and second lines.
    pub(crate) tall: bool,
    /// The whole screen below what must be seen before anything else.
    pub(crate) screen: Rect,
    /// NOT SAVED.
    pub(crate) alarm: Rect,
    /// EXERCISE, the story's clock.
    pub(crate) exercise: Rect,
    pub(crate) title: Rect,
    pub(crate) rail: Rect,
    pub(crate) facts: Rect,
    pub(crate) banners: Rect,
    pub(crate) tabs: Rect,
    pub(crate) incidents: Rect,
    pub(crate) tasks: Rect,
    /// What is owed to somebody outside, under the checklist of a wide board.
    pub(crate) notices: Rect,
    pub(crate) log: Rect,
    /// The list of a screen beside the board.
    pub(crate) list: Rect,
    pub(crate) footer: Rect,
}

/// Rows cut off the top of an area.
fn take_top(area: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    let top = Rect { height: rows, ..*area };
    area.y += rows;
    area.height -= rows;
    top
}

/// Rows cut off the bottom of an area.
fn take_bottom(area: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    area.height -= rows;
    Rect { y: area.bottom(), height: rows, ..*area }
}

/// Columns cut off the left of an area.
fn take_left(area: &mut Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    let left = Rect { width: columns, ..*area };
    area.x += columns;
    area.width -= columns;
    left
}

impl Shape {
    fn of(area: Rect) -> Self {
        match area.width {
            _ if area.height < 8 || area.width < 60 => Shape::Phone,
            120.. => Shape::Three,
            90.. => Shape::Two,
            _ => Shape::One,
        }
    }
}

impl Layout {
    /// The places in `area`; `facts` and `banners` are the rows those would like.
    pub(crate) fn of(app: &App, area: Rect, facts: u16, banners: u16) -> Self {
        let mut rest = area;
        let alarm = take_top(&mut rest, u16::from(matches!(app.disk, Disk::NotSaved(..))));
        let exercise = take_top(&mut rest, u16::from(app.drill().is_some() && area.height > 3));
        let screen = rest;
        let shape = Shape::of(rest);
        let low = rest.height < 16;
        let edge = if low || matches!(shape, Shape::One | Shape::Phone) { Edge::Rule } else { Edge::Box };
        let tall = rest.height >= 30 && shape != Shape::Phone;
        let none = Rect { width: 0, height: 0, ..rest };
        let mut layout = Self {
            shape,
            edge,
            tall,
            screen,
            alarm,
            exercise,
            title: none,
            rail: none,
            facts: none,
            banners: none,
            tabs: none,
            incidents: none,
            tasks: none,
            notices: none,
            log: none,
            list: none,
            footer: none,
        };
        if shape == Shape::Phone {
            // The incident of a phone has its own place for it; lists have it above them.
            let whole = app.case.is_some() && app.screen().is_none() && app.focus != Focus::Incidents;
            layout.banners = take_top(&mut layout.screen, if whole { 0 } else { banners.min(1) });
            return layout;
        }
        layout.title = take_top(&mut rest, 1);
        if app.case.is_some() {
            layout.rail = take_top(&mut rest, if shape == Shape::Three && !low { 2 } else { 1 });
            layout.facts = take_top(&mut rest, if low { facts.min(1) } else { facts });
            layout.banners = take_top(&mut rest, if low { banners.min(1) } else { banners });
            // In a low drill pane what was said needs the row.
            let short = area.height < 28 && app.screen() == Some(Screen::Drill);
            layout.tabs = take_top(&mut rest, u16::from(!low && !short));
        }
        layout.footer = take_bottom(&mut rest, if shape == Shape::Three || low { 1 } else { 2 });
        layout.panes(app, rest);
        layout
    }

    fn panes(&mut self, app: &App, mut rest: Rect) {
        if app.case.is_none() {
            self.incidents = rest;
            return;
        }
        if app.screen().is_some() {
            self.list = rest;
            return;
        }
        let incidents_first = app.focus == Focus::Incidents;
        match self.shape {
            Shape::Three => {
                let gap = u16::from(self.edge == Edge::Rule);
                let narrow = (rest.width * 19 / 100).clamp(28, 34);
                self.incidents = take_left(&mut rest, narrow);
                take_left(&mut rest, gap);
                let half = rest.width * 47 / 100;
                self.tasks = take_left(&mut rest, half);
                let rows = notices::rows(app.incident(), self.edge, self.tasks.height);
                self.notices = take_bottom(&mut self.tasks, rows);
                take_left(&mut rest, gap);
                self.log = rest;
            }
            Shape::Two => {
                let gap = u16::from(self.edge == Edge::Rule);
                let half = rest.width * 52 / 100;
                let left = take_left(&mut rest, half);
                take_left(&mut rest, gap);
                self.log = rest;
                *(if incidents_first { &mut self.incidents } else { &mut self.tasks }) = left;
            }
            Shape::One if rest.height < 8 => {
                *(match app.focus {
                    Focus::Incidents => &mut self.incidents,
                    Focus::Tasks => &mut self.tasks,
                    Focus::Log => &mut self.log,
                    Focus::On(_) => &mut self.list,
                }) = rest;
            }
            Shape::One | Shape::Phone => {
                let most = rest.height * 58 / 100;
                let above = take_top(&mut rest, most);
                self.log = rest;
                *(if incidents_first { &mut self.incidents } else { &mut self.tasks }) = above;
            }
        }
    }

    /// The place of a pane.
    pub(crate) fn pane(&self, focus: Focus) -> Rect {
        match focus {
            Focus::Incidents => self.incidents,
            Focus::Tasks => self.tasks,
            Focus::Log => self.log,
            Focus::On(_) => self.list,
        }
    }

    /// What is left of a pane inside its edge.
    pub(crate) fn inside(&self, pane: Rect) -> Rect {
        match self.edge {
            _ if pane.height < 2 || pane.width < 4 => Rect { height: 0, ..pane },
            Edge::Box => {
                Rect { x: pane.x + 1, y: pane.y + 1, width: pane.width - 2, height: pane.height - 2 }
            }
            Edge::Rule => Rect { x: pane.x, y: pane.y + 1, width: pane.width - 1, height: pane.height - 1 },
        }
    }
}

/// A place in the middle of `area`, at most that large.
pub(crate) fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
