//! Pictures of the state: [`draw`] draws `&App` and changes nothing, at any size.
//!
//! ```text
//!  number  title                     severity  TLP  lead  open  clock     header::title
//!  phase ── phase ── PHASE ── phase                                       rail
//!  NOT CONTAINED …   due …   what waits for you                           facts::Facts
//!  1 Board   2 Timeline   3 Components …                                   tabs
//! ╭ incidents ─╮╭ checklist ──────────────────────╮╭ activity ──────────╮
//! │            ││ task, and why under the one      ││ time who kind text │
//! ╰────────────╯╰──────────────────────────────────╯╰────────────────────╯
//!  keys that work here                      who is here  undo  saved      footer
//! ```
//!
//! What lies where for the mouse comes from the same drawing: [`hit`] draws into a buffer that nobody
//! sees and asks it.

mod activity;
mod checklist;
mod dialog;
mod entry;
mod exercise;
mod facts;
mod footer;
mod form;
mod header;
mod incidents;
mod intake;
mod layout;
mod markdown;
mod notices;
mod page;
mod pane;
mod pen;
mod phase;
mod phone;
mod pick;
mod picture;
mod rail;
mod scene;
mod screens;
mod stats;
mod table;
mod tabs;
mod task;
mod typing;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::app::{App, Focus};
use super::modal::{Document, Modal};
use super::msg::Target;
use super::screens::Screen;
use super::text;
use super::theme::Letters;
use facts::Facts;
use layout::{Layout, Shape};
use pen::Pen;
use scene::Scene;

/// Draws the screens.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if let Some((column, row)) = picture(app, area, frame.buffer_mut()) {
        frame.set_cursor_position(Position::new(column, row));
    }
}

/// Draws the screens into an area of a buffer; returns where words are being typed, if they are.
pub fn picture(app: &App, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let mut pen = Pen::new(buf, &app.theme);
    paint(&mut pen, app, area);
    pen.cursor
}

/// What lies under a cell of the screen.
pub fn hit(app: &App, column: u16, row: u16) -> Option<Target> {
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let mut buf = Buffer::empty(area);
    let mut pen = Pen::new(&mut buf, &app.theme);
    pen.keep_spots();
    paint(&mut pen, app, area);
    pen.at(column, row)
}

/// How many rows of its list a pane has room for.
pub fn rows(app: &App, focus: Focus) -> usize {
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let scene = Scene::of(app);
    let (layout, ..) = places(&scene, area);
    if let Focus::On(screen) = focus {
        return usize::from(screens::room(&scene, &layout, screen).max(1));
    }
    let pane = layout.pane(focus);
    let inside = layout.inside(if pane.is_empty() { layout.tasks } else { pane });
    let rows = match focus {
        Focus::Incidents => inside.height / incidents::stride(inside),
        Focus::Tasks | Focus::Log | Focus::On(_) => inside.height,
    };
    usize::from(rows.max(1))
}

/// How many rows of the page of measures scroll, and how many of them are in sight.
pub fn stats_rows(app: &App) -> (usize, usize) {
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let (layout, ..) = places(&Scene::of(app), area);
    stats::rows(app, layout.screen)
}

/// How the report that lies open lies on the screen: its rows, how many are in sight, where its parts begin.
pub(super) fn document(app: &App, document: &Document) -> markdown::Laid {
    let screen = Rect::new(0, 0, app.size.0, app.size.1);
    let (layout, ..) = places(&Scene::of(app), screen);
    markdown::laid(&app.theme, layout.screen, document)
}

/// How many lines of a document have room below the list of documents.
pub fn preview(app: &App) -> usize {
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let scene = Scene::of(app);
    let (layout, ..) = places(&scene, area);
    usize::from(screens::preview(&scene, &layout).max(1))
}

/// Whether the picture changes with each second, and not only with each minute.
pub fn shows_seconds(app: &App) -> bool {
    facts::shows_seconds(&Scene::of(app))
}

type Banners = Vec<(String, ratatui::style::Style)>;

fn places<'a>(scene: &Scene<'a>, area: Rect) -> (Layout, Facts<'a>, Banners) {
    // A low screen has one row for them, and then what is due comes before what is suspected.
    let pane = scene.app.screen() == Some(Screen::Drill) && area.height < 28;
    let most = if (area.height < 16 || pane) && area.width >= 60 { 1 } else { 2 };
    let facts = Facts::of(scene, area.width, most);
    let banners = header::banners(scene);
    let rows = u16::try_from(banners.len()).unwrap_or(0).min(4);
    (Layout::of(scene.app, area, facts.len(), rows), facts, banners)
}

fn paint(pen: &mut Pen<'_>, app: &App, area: Rect) {
    let area = area.intersection(pen.buf.area);
    if area.is_empty() {
        return;
    }
    let scene = Scene::of(app);
    let (layout, facts, banners) = places(&scene, area);
    header::alarm(pen, layout.alarm, &app.disk);
    exercise::draw(pen, layout.exercise, &scene);
    if layout.shape == Shape::Phone {
        header::draw_banners(pen, layout.banners, &banners);
        small(pen, &layout, &scene, &facts);
    } else {
        header::title(pen, layout.title, &scene);
        rail::draw(pen, layout.rail, &scene);
        facts.draw(pen, layout.facts, &scene);
        header::draw_banners(pen, layout.banners, &banners);
        tabs::draw(pen, layout.tabs, &scene);
        incidents::draw(pen, &layout, &scene);
        checklist::draw(pen, &layout, &scene);
        notices::draw(pen, &layout, &scene);
        activity::draw(pen, &layout, &scene);
        screens::draw(pen, &layout, &scene);
        footer::draw(pen, &layout, &scene);
    }
    for modal in &app.modals {
        over(pen, &layout, &scene, modal);
    }
    if app.theme.letters == Letters::Ascii {
        plain(pen.buf, area);
    }
}

/// The screen of a phone: the incident, or the list of them.
fn small(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>, facts: &Facts<'_>) {
    if scene.app.screen().is_some() {
        let layout = Layout { list: layout.screen, edge: layout::Edge::Rule, ..layout.clone() };
        screens::draw(pen, &layout, scene);
    } else if scene.app.case.is_some() && scene.app.focus != Focus::Incidents {
        phone::draw(pen, layout.screen, scene, facts);
    } else {
        let layout = Layout { incidents: layout.screen, ..layout.clone() };
        incidents::draw(pen, &layout, scene);
    }
    if let Some(said) = &scene.app.said {
        let below = Rect { y: layout.screen.bottom(), height: 0, ..layout.screen };
        footer::answer(pen, layout.screen, below, scene, said);
    }
}

/// Draws what lies on the board.
fn over(pen: &mut Pen<'_>, layout: &Layout, scene: &Scene<'_>, modal: &Modal) {
    let screen = layout.screen;
    match modal {
        Modal::Note(note) => typing::note(pen, screen, scene, note),
        Modal::Command(line) => typing::command(pen, screen, line),
        Modal::Filter(line) => typing::filter(pen, screen, line, left(scene.app)),
        Modal::Form(form) => form::draw(pen, screen, scene, form),
        Modal::Phase(dialog) => phase::draw(pen, screen, scene, dialog),
        Modal::Pick(pick) => pick::draw(pen, screen, pick),
        Modal::Card(card) => pick::card(pen, screen, card),
        Modal::Intake(file) => intake::draw(pen, screen, file),
        Modal::Page(page) => page::draw(pen, screen, page),
        Modal::Document(document) => markdown::draw(pen, screen, document),
        Modal::Reading(reading) => screens::reading(pen, screen, scene, reading),
        Modal::Stats(page) => stats::draw(pen, screen, scene.app, page),
        Modal::Quit(losses) => page::quit(pen, screen, losses),
    }
}

/// How many rows the filter in hand leaves.
fn left(app: &App) -> usize {
    match (app.focus, &app.case) {
        (Focus::Tasks, Some(case)) => case.task_rows().len(),
        (Focus::Log, Some(case)) => case.log_len(),
        (Focus::On(screen), Some(case)) => case.list(screen).len(),
        _ => app.incidents.shown.len(),
    }
}

/// Lets no cell through that the terminal has no letter for.
fn plain(buf: &mut Buffer, area: Rect) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let cell = &mut buf[(x, y)];
            if !cell.symbol().is_ascii() {
                cell.set_symbol("?");
            }
        }
    }
}
