//! Lessons and improvement actions as they are drawn under the ledger.

use super::super::{Rows, labelled};
use crate::incident::Incident;
use crate::model::text::defang;
use crate::model::time::span;
use crate::tui::screens::Key;
use crate::tui::screens::decisions::learned::{LESSONS, Learned, facts, overdue};
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Line};

/// What is overdue, the earliest due first.
pub(super) fn above(scene: &Scene<'_>, incident: &Incident) -> Rows {
    let theme = &scene.app.theme;
    let mut late: Vec<_> = incident.improvements().filter(|action| overdue(action, scene.now())).collect();
    late.sort_by_key(|action| action.due());
    let rows = late.into_iter().map(|action| {
        let over = action.due().map_or(0, |due| (scene.now() - due).num_milliseconds());
        let number = incident.action_number(action);
        vec![
            (format!(" OVERDUE {} ", span(over)).into(), theme.hurt),
            (format!(" {number} {}", defang(&action.title)).into(), theme.text),
        ]
    });
    rows.collect()
}

/// The heading of a section, or what stands in an empty one.
pub(super) fn heading(scene: &Scene<'_>, incident: &Incident, key: &Key, words: &str) -> Option<Line> {
    if let Key::Nothing(_) = key {
        let words = match words {
            LESSONS => "a adds what was learned",
            _ => "a agrees on what shall be better, by whom, until when",
        };
        let words = Cell::words(words, scene.app.theme.faint);
        return Some(Line::Row(vec![Cell::default(), Cell::default(), words]));
    }
    let remark = match words {
        LESSONS => match incident.lessons().count() {
            0 => "none".to_owned(),
            lessons => lessons.to_string(),
        },
        _ => {
            let open = incident.improvements().filter(|action| action.open()).count();
            match (open, incident.improvements().count() - open) {
                (0, 0) => "none".to_owned(),
                (open, 0) => format!("{open} open"),
                (open, settled) => format!("{open} open, {settled} settled"),
            }
        }
    };
    Some(Line::Section(words.to_owned(), remark))
}

pub(super) fn line(scene: &Scene<'_>, incident: &Incident, learned: Learned<'_>) -> Line {
    let theme = &scene.app.theme;
    let number = learned.number(incident);
    let action = match learned {
        Learned::Lesson(lesson) => {
            return Line::Row(vec![
                Cell::value(number, theme.strong),
                Cell::words(lesson.effect.map_or("", |effect| effect.word()), theme.dim),
                Cell::words(&lesson.text, theme.text),
                Cell::default(),
                Cell::default(),
                Cell::words(&lesson.by, theme.dim),
                Cell::value(scene.when(lesson.at), theme.dim),
            ]);
        }
        Learned::Action(action) => action,
    };
    let (strong, text, dim) = match action.open() {
        true => (theme.strong, theme.text, theme.dim),
        false => (theme.faint, theme.faint, theme.faint),
    };
    let late = overdue(action, scene.now());
    let due = action.due().filter(|_| action.open()).map(|due| scene.when(due));
    let due = match (due, late) {
        (Some(due), true) => format!("OVERDUE {due}"),
        (Some(due), false) => format!("due {due}"),
        (None, _) => String::new(),
    };
    let stand = action.state.get();
    let contested = if action.contested() { "  contested" } else { "" };
    Line::Row(vec![
        Cell::value(number, strong),
        Cell::words(action.state().word(), dim),
        Cell::words(&action.title, text).and(contested, theme.hurt),
        Cell::value(due, if late { theme.hurt } else { dim }),
        Cell::words(action.owner().unwrap_or_default(), dim),
        Cell::words(stand.map_or(action.by.as_str(), |stand| stand.by.as_str()), dim),
        Cell::value(scene.when(stand.map_or(action.added, |stand| stand.at)), dim),
    ])
}

pub(super) fn detail(scene: &Scene<'_>, incident: &Incident, learned: Learned<'_>, columns: u16) -> Rows {
    let theme = &scene.app.theme;
    let mut rows: Rows = vec![vec![
        (format!("{}  ", learned.number(incident)).into(), theme.accent),
        (defang(learned.text()).into_owned().into(), theme.strong),
    ]];
    for (label, words) in facts(scene.app, incident, learned) {
        rows.extend(labelled(scene, &label.to_lowercase(), &defang(&words), columns));
    }
    rows
}
