//! Components as they are drawn: what is not contained and since when, and how far each is.

use super::{Look, Rows, labelled};
use crate::model::component::{Component, Stage};
use crate::tui::case::Case;
use crate::tui::screens::components::component;
use crate::tui::screens::{Key, Screen};
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::Components,
    above,
    columns: |_, _| {
        let column = |title, wide, spare| Column { title, wide, spare };
        vec![
            column("name", Wide::Rest, 0),
            column("type", Wide::Most(12), 2),
            column("stage", Wide::Most(24), 0),
            column("since", Wide::Most(12), 0),
            column("by", Wide::Most(12), 1),
        ]
    },
    line,
    detail,
    remark: |_, case| Screen::Components.face().orders[case.list(Screen::Components).order].to_owned(),
    empty: &["No component is listed yet.", "a adds the hosts, accounts and data this incident touches."],
    keys: "a add  f filter  r order",
};

fn above(scene: &Scene<'_>, case: &Case, _: u16, _: u16) -> Rows {
    let theme = &scene.app.theme;
    let named = |label: &str, style, which: &dyn Fn(&Component) -> bool| {
        let all: Vec<&Component> = case.shown().components().filter(|one| which(one)).collect();
        let names: Vec<String> =
            all.iter().take(8).map(|one| format!("{} {}", one.name, scene.since(one.since()))).collect();
        let words = format!("  {}", names.join("   "));
        (!all.is_empty())
            .then(|| vec![(format!(" {label} {}:", all.len()).into(), style), (words.into(), theme.text)])
    };
    let open = named("NOT CONTAINED", theme.hurt, &|one| one.stage().uncontained());
    let suspected = named("SUSPECTED", theme.notice, &|one| one.stage() == Stage::Suspected);
    open.into_iter().chain(suspected).collect()
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    if let Key::Section(words) = key {
        return Some(Line::Section((*words).to_owned(), "cleared, retired or risk accepted".to_owned()));
    }
    let component = component(case.shown(), key)?;
    let stage = component.stage();
    let style = if stage.uncontained() { theme.hurt } else { theme.text };
    let contested = component.stage.contested().is_some();
    let by = component.stage.get().map_or("", |staged| staged.by.as_str());
    Some(Line::Row(vec![
        Cell::words(&component.name, theme.strong),
        Cell::words(&component.kind, theme.dim),
        Cell::words(stage.id(), style).and(if contested { "  contested" } else { "" }, theme.hurt),
        Cell::value(scene.when(component.since()), theme.dim),
        Cell::words(by, theme.dim),
    ]))
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let Some(component) = component(case.shown(), key) else { return Rows::new() };
    let theme = &scene.app.theme;
    let mut rows: Rows = vec![vec![(component.name.clone().into(), theme.strong)]];
    if let Some(staged) = component.stage.get() {
        let reason = staged.reason.as_deref().map(|reason| format!(", \"{reason}\"")).unwrap_or_default();
        let words = format!("{} since {}, {}{reason}", staged.stage.id(), scene.when(staged.at), staged.by);
        rows.extend(labelled(scene, "stage", &words, columns));
    }
    rows
}
