//! The ledger as it is drawn: a section a noun, what is due first, what is settled dim.

mod learned;

use super::{Look, Rows, labelled};
use crate::model::ledger::{Item, Sort};
use crate::model::text::defang;
use crate::model::time::{countdown, span};
use crate::tui::case::Case;
use crate::tui::page;
use crate::tui::screens::decisions::learned::learned;
use crate::tui::screens::decisions::{item, sort_of};
use crate::tui::screens::{Key, Screen};
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::Decisions,
    above,
    columns: |_, _| {
        let column = |title, wide, spare| Column { title, wide, spare };
        vec![
            column("no.", Wide::Most(17), 0),
            column("state", Wide::Most(10), 0),
            column("what", Wide::Least(28), 0),
            column("due", Wide::Most(26), 0),
            column("owner", Wide::Most(12), 1),
            column("by", Wide::Most(14), 2),
            column("since", Wide::Most(12), 3),
        ]
    },
    line,
    detail,
    remark: |_, case| Screen::Decisions.face().orders[case.list(Screen::Decisions).order].to_owned(),
    empty: &["The ledger is empty."],
    keys: "a add  x settle  w withdraw  o again  D review  f filter",
};

/// What is late, above the list.
fn above(scene: &Scene<'_>, case: &Case, _: u16, most: u16) -> Rows {
    let theme = &scene.app.theme;
    let incident = case.shown();
    let late = incident.ledger_waiting(scene.now());
    let rows = late.into_iter().take(usize::from(most.min(4))).map(|item| {
        let over = item.next_time().map_or(0, |due| (scene.now() - due).num_milliseconds());
        let word = match item.sort() {
            Sort::Timer => "RANG",
            Sort::Measure => "OVER REVIEW",
            Sort::Approval => "NO ANSWER",
            Sort::Decision | Sort::Assumption | Sort::Declaration => "LOOK AGAIN",
        };
        let number = item.label();
        vec![
            (format!(" {word} {} ", span(over)).into(), theme.hurt),
            (format!(" {number} {}", defang(&item.text)).into(), theme.text),
        ]
    });
    let mut rows: Rows = rows.collect();
    rows.extend(learned::above(scene, incident));
    rows.truncate(usize::from(most.min(4)));
    rows
}

fn nothing(sort: Sort) -> &'static str {
    match sort {
        Sort::Decision => "d takes a decision",
        Sort::Assumption => "a adds what the work rests on",
        Sort::Approval => "a asks, ! records a yes",
        Sort::Measure => "m records a block, a rule",
        Sort::Timer => "T sets a timer",
        Sort::Declaration => "a declares a major incident",
    }
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    let incident = case.shown();
    match key {
        Key::Section(words) | Key::Nothing(words) if sort_of(words).is_none() => {
            return learned::heading(scene, incident, key, words);
        }
        Key::Section(words) => {
            let sort = sort_of(words)?;
            let all: Vec<&Item> = incident.ledger_of(sort).collect();
            let open = all.iter().filter(|item| item.open()).count();
            let remark = match (open, all.len() - open) {
                (0, 0) => "none".to_owned(),
                (open, 0) => format!("{open} open"),
                (open, settled) => format!("{open} open, {settled} settled"),
            };
            return Some(Line::Section((*words).to_owned(), remark));
        }
        Key::Nothing(words) => {
            let words = nothing(sort_of(words)?);
            return Some(Line::Row(vec![Cell::default(), Cell::default(), Cell::words(words, theme.faint)]));
        }
        _ => {}
    }
    if let Some(found) = learned(incident, key) {
        return Some(learned::line(scene, incident, found));
    }
    let item = item(incident, key)?;
    let late = item.overdue(scene.now());
    let (text, dim) = if item.open() { (theme.text, theme.dim) } else { (theme.faint, theme.faint) };
    let stand = item.stand.get();
    let by = stand.map_or(item.by.as_str(), |stand| stand.by.as_str());
    let since = stand.map_or(item.made, |stand| stand.at);
    let contested = if item.contested() { "  contested" } else { "" };
    Some(Line::Row(vec![
        Cell::value(item.label(), if item.open() { theme.strong } else { dim }),
        Cell::words(item.state_word(), dim),
        Cell::words(&item.text, text).and(contested, theme.hurt),
        Cell::value(due(scene, item), if late { theme.hurt } else { dim }),
        Cell::words(item.owner().unwrap_or_default(), dim),
        Cell::words(by, dim),
        Cell::value(scene.when(since), dim),
    ]))
}

/// The nearest of its times: `review 16:00`, `RANG 0:03`.
fn due(scene: &Scene<'_>, item: &Item) -> String {
    let late = item.overdue(scene.now());
    let Some(at) = item.next_time().filter(|_| item.open() || late) else { return String::new() };
    let left = (at - scene.now()).num_milliseconds();
    let removal = item.removal() == Some(at) && item.due() != Some(at);
    let word = if removal { "remove" } else { item.sort().due_word() };
    match (late, item.sort()) {
        (true, Sort::Timer) => format!("RANG {}", span(left.abs())),
        (false, Sort::Timer) => format!("in {}", countdown(left)),
        (true, _) => format!("{} {}", word.to_uppercase(), scene.when(at)),
        (false, _) => format!("{word} {}", scene.when(at)),
    }
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    if let Some(found) = learned(case.shown(), key) {
        return learned::detail(scene, case.shown(), found, columns);
    }
    let Some(item) = item(case.shown(), key) else { return Rows::new() };
    let theme = &scene.app.theme;
    let number = item.label();
    let mut rows = labelled(scene, &number, &item.text, columns);
    for (at, row) in rows.iter_mut().enumerate() {
        for (part, (_, style)) in row.iter_mut().enumerate() {
            *style = if at == 0 && part == 0 { theme.accent } else { theme.strong };
        }
    }
    for (label, words) in page::ledger_facts(scene.app, item) {
        rows.extend(labelled(scene, &label.to_lowercase(), &defang(&words), columns));
    }
    rows
}
