//! The page of measures: the open incident beside the others, and over all of them. Nothing here writes.

use super::act::Action;
use super::app::{App, Banner};
use super::keymap::{self, Scope};
use super::modal::{Modal, Page};
use super::msg::Effect;
use super::view;
use crate::metrics::define::GROUND_RULES;
use crate::metrics::over::Brief;
use crate::metrics::{self, Alarm, DEFINITIONS, Metrics, Origin, Set};
use crate::model::refusal::Refusal;

type Done = Result<Vec<Effect>, Refusal>;

/// How far the figures of all incidents are.
#[derive(Clone, Debug, PartialEq)]
pub enum Figures {
    /// So many were read, of so many.
    Reading(usize, usize),
    /// Of every incident of the store.
    Read(Vec<Brief>),
    /// They could not be read: one sentence.
    Failed(String),
}

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cutting {
    /// The open incident beside the median of the others.
    This,
    All,
    Severity,
    Type,
    /// What is counted apart: false alarms, drills, the demo.
    Apart(Set),
}

/// The page.
#[derive(Debug)]
pub struct Stats {
    /// The open incident, as it stood when the page was opened.
    pub this: Option<Metrics>,
    pub figures: Figures,
    pub cutting: Cutting,
    /// The first row in sight.
    pub top: usize,
}

impl Stats {
    /// The incidents that are compared: those like the open one, else those there are.
    pub fn set(&self) -> Set {
        let there = |set: &Set| match &self.figures {
            Figures::Read(briefs) => briefs.iter().any(|brief| brief.set == *set),
            Figures::Reading(..) | Figures::Failed(_) => false,
        };
        let real = Set { origin: Origin::Real, alarm: Alarm::Incident };
        let this = self.this.as_ref().map(|this| this.set);
        this.unwrap_or_else(|| Set::ALL.into_iter().find(there).unwrap_or(real))
    }

    /// The cuts Tab goes through.
    pub fn cuttings(&self) -> Vec<Cutting> {
        let mut all: Vec<Cutting> = self.this.iter().map(|_| Cutting::This).collect();
        all.extend([Cutting::All, Cutting::Severity, Cutting::Type]);
        if let Figures::Read(briefs) = &self.figures {
            let others = Set::ALL.into_iter().filter(|set| *set != self.set());
            let there = others.filter(|set| briefs.iter().any(|brief| brief.set == *set));
            all.extend(there.map(Cutting::Apart));
        }
        all
    }
}

/// Opens the page, and asks for the figures of all incidents.
///
/// # Errors
/// None; the type is that of every act.
pub fn open(app: &mut App) -> Done {
    let this = app.incident().map(|incident| metrics::of(incident, app.now));
    let cutting = if this.is_some() { Cutting::This } else { Cutting::All };
    let of = app.incidents.rows.len();
    let page = Stats { this, figures: Figures::Reading(0, of), cutting, top: 0 };
    app.modals.push(Modal::Stats(Box::new(page)));
    Ok(vec![Effect::Figures])
}

/// The figures came, or how far they are; nobody may be waiting any more.
pub fn came(app: &mut App, figures: Figures) {
    let page = app.modals.iter_mut().find_map(|modal| match modal {
        Modal::Stats(page) => Some(page),
        _ => None,
    });
    if let Some(page) = page {
        page.figures = figures;
    }
}

/// Takes a key of the page.
///
/// # Errors
/// None; the type is that of every act.
pub fn key(app: &mut App, name: &str) -> Done {
    let (rows, room) = view::stats_rows(app);
    let Some(Modal::Stats(page)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    let last = rows.saturating_sub(room);
    let walk = keymap::find(&[Scope::Lists], name).map(|binding| binding.action);
    match (name, walk) {
        ("Esc" | "Ctrl-C" | "q", _) => {
            app.modals.pop();
            return Ok(vec![Effect::StopFigures]);
        }
        ("?", _) => return define(app),
        (_, Some(Action::NextPane)) => turn(page, 1),
        (_, Some(Action::PreviousPane)) => turn(page, -1),
        ("Space", _) | (_, Some(Action::PageDown)) => page.top += room,
        (_, Some(Action::PageUp)) => page.top = page.top.saturating_sub(room),
        (_, Some(Action::HalfDown)) => page.top += room / 2,
        (_, Some(Action::HalfUp)) => page.top = page.top.saturating_sub(room / 2),
        ("Enter", _) | (_, Some(Action::Down)) => page.top += 1,
        (_, Some(Action::Up)) => page.top = page.top.saturating_sub(1),
        (_, Some(Action::Top)) => page.top = 0,
        (_, Some(Action::Bottom)) => page.top = last,
        _ => {}
    }
    page.top = page.top.min(last);
    Ok(Vec::new())
}

/// The next cut, or the one before, round and round.
fn turn(page: &mut Stats, by: isize) {
    let all = page.cuttings();
    let at = all.iter().position(|cutting| *cutting == page.cutting).unwrap_or(0);
    let n = isize::try_from(all.len()).unwrap_or(1);
    let to = (isize::try_from(at).unwrap_or(0) + by).rem_euclid(n);
    page.cutting = all[usize::try_from(to).unwrap_or(0)];
    page.top = 0;
}

/// Opens what each measure means.
///
/// # Errors
/// None; the type is that of every act.
pub fn define(app: &mut App) -> Done {
    let mut lines = Vec::new();
    for one in DEFINITIONS {
        let source = one.source.map(|source| format!(" After {source}.")).unwrap_or_default();
        lines.push(format!("{}:", one.name));
        lines.push(format!("    {}{source}", one.meaning));
    }
    lines.push("For all of them:".to_owned());
    lines.extend(GROUND_RULES.iter().map(|rule| format!("    {rule}")));
    app.modals.push(Modal::Page(Page { title: "What each measure means".to_owned(), lines, top: 0 }));
    Ok(Vec::new())
}

/// Whether the page says that nothing on it is real.
pub fn marking(app: &App) -> Option<&'static str> {
    match app.banner {
        Banner::Real => None,
        Banner::Demo => Some("DEMO"),
        Banner::Exercise => Some("EXERCISE"),
    }
}
