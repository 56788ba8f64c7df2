//! People as they are drawn: who is on shift, how they are reached, what nobody holds, who was told what.

use super::{Look, Rows, labelled};
use crate::incident::Incident;
use crate::model::handover::Standing;
use crate::model::roster::{Detail, Duty, Person};
use crate::tui::case::Case;
use crate::tui::screens::people::{self, GONE, HANDOVER, ON};
use crate::tui::screens::{Key, Screen};
use crate::tui::text::one_line;
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::People,
    above,
    columns: |_, room| {
        let column = |title, wide, spare| Column { title, wide, spare };
        // A number is what one calls at night: on a small terminal it goes last.
        let (roles, reach) = if room < 90 { (16, 17) } else { (30, 34) };
        vec![
            column("name", Wide::Least(26), 0),
            column("roles", Wide::Most(roles), 1),
            column("shift", Wide::Most(26), 0),
            column("reach", Wide::Most(reach), 2),
            column("out of band", Wide::Most(40), 5),
            column("tasks", Wide::Most(5), 4),
            column("here", Wide::Most(4), 3),
        ]
    },
    line,
    detail,
    remark: |_, case| {
        let on = case.list(Screen::People).keys.iter();
        let on = on.skip_while(|key| **key != Key::Section(ON)).skip(1);
        let on = on.take_while(|key| !matches!(key, Key::Section(_))).count();
        format!("{on} on shift")
    },
    empty: &["Nobody is on the roster yet.", "a adds somebody: role, phone, and the way that still works."],
    keys: "a add  t on shift  x off  o edit  w leave  H handover",
};

fn above(scene: &Scene<'_>, case: &Case, _: u16, _: u16) -> Rows {
    let theme = &scene.app.theme;
    let incident = case.shown();
    let mut rows = Rows::new();
    let lead = match incident.lead() {
        Some(lead) => (format!(" Lead {}", one_line(lead)), theme.strong),
        None => (" Nobody leads".to_owned(), theme.notice),
    };
    let here: Vec<String> = scene
        .app
        .here
        .iter()
        .map(|name| match *name == scene.app.me.name {
            true => format!("*{}", one_line(name)),
            false => one_line(name).into_owned(),
        })
        .collect();
    let mut first = vec![(lead.0.into(), lead.1)];
    if !here.is_empty() {
        first.push((format!("   here now: {}", here.join(" ")).into(), theme.text));
    }
    rows.push(first);
    let unheld = incident.roles_unheld();
    if !unheld.is_empty() && incident.people().next().is_some() {
        rows.push(vec![(" nobody named: ".into(), theme.notice), (unheld.join(", ").into(), theme.text)]);
    }
    if let Some(waits) = incident.handovers().rev().find(|handover| handover.waits()) {
        let words = format!(" Lead offered to {}", one_line(&waits.to));
        let when = format!(" by {} {}, waits for an answer", one_line(&waits.by), scene.when(waits.at));
        rows.push(vec![(words.into(), theme.notice), (when.into(), theme.text)]);
    }
    rows
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    let incident = case.shown();
    if let Key::Section(words) = key {
        let remark = match *words {
            HANDOVER => "who was told what",
            GONE => "the record keeps them; t brings them back",
            _ => "",
        };
        return Some(Line::Section((*words).to_owned(), remark.to_owned()));
    }
    if people::would_tell(key) {
        return Some(Line::Row(vec![
            Cell::words("next", theme.dim),
            Cell::words("what would be told now", theme.dim),
        ]));
    }
    if let Some(handover) = people::told(incident, key) {
        let style = if handover.waits() { theme.notice } else { theme.text };
        let at = handover.answer.get().map_or(handover.at, |answer| answer.at);
        let from = handover.from.as_deref().unwrap_or("nobody");
        return Some(Line::Row(vec![
            Cell::words(one_line(&handover.to), theme.strong),
            Cell::words(format!("from {}", one_line(from)), theme.dim),
            Cell::words(format!("{} {}", handover.standing().word(), scene.when(at)), style),
        ]));
    }
    let person = people::person(incident, key)?;
    Some(Line::Row(cells(scene, incident, person)))
}

fn cells(scene: &Scene<'_>, incident: &Incident, person: &Person) -> Vec<Cell> {
    let theme = &scene.app.theme;
    let gone = person.left().is_some();
    let leads = incident.leads(person.name()) && !gone;
    let roles: Vec<&str> = person.roles().iter().map(String::as_str).collect();
    let held = roles.into_iter().filter(|role| !(leads && *role == "incident-lead")).collect::<Vec<_>>();
    let lead = if leads { "LEAD" } else { "" };
    let gap = if leads && !held.is_empty() { ", " } else { "" };
    let open = incident.tasks_of(person.name()).count();
    let here = if !people::is_here(scene.app, incident, person) {
        ""
    } else if incident.same_person(person.name(), &scene.app.me.name) {
        "*me"
    } else {
        "here"
    };
    let reach = person.reach().map_or("no contact".into(), |reach| one_line(reach).into_owned());
    let reached = if person.reach().is_some() { theme.text } else { theme.notice };
    let channel = person.detail(Detail::Channel).map_or(String::new(), |text| one_line(text).into_owned());
    let (shift, style) = shift(scene, person);
    vec![
        Cell::words(one_line(person.name()), if gone { theme.dim } else { theme.strong })
            .and(if person.contested() { "  contested" } else { "" }, theme.hurt),
        Cell::words(lead, theme.accent).and(format!("{gap}{}", held.join(", ")), theme.text),
        Cell::value(shift, style),
        Cell::value(reach, reached),
        Cell::value(channel, theme.text),
        Cell::value(if open > 0 { open.to_string() } else { String::new() }, theme.text),
        Cell::words(here, theme.accent),
    ]
}

/// `on until 22:07`, `on since 14:07`, `off`, `not said`, `left 14:13`: the shorter of what is known.
fn shift(scene: &Scene<'_>, person: &Person) -> (String, ratatui::style::Style) {
    let theme = &scene.app.theme;
    if let Some(left) = person.left() {
        return (format!("left {}", scene.when(left.at)), theme.dim);
    }
    let Some(shifted) = person.shift() else { return ("not said".to_owned(), theme.dim) };
    let word = shifted.shift.duty.word();
    let style = if shifted.shift.duty == Duty::On { theme.text } else { theme.dim };
    match shifted.shift.until {
        Some(until) if until <= scene.now() => (format!("{word}, over {}", scene.when(until)), theme.notice),
        Some(until) => (format!("{word} until {}", scene.when(until)), style),
        None => (format!("{word} since {}", scene.when(shifted.since)), style),
    }
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let theme = &scene.app.theme;
    let incident = case.shown();
    if people::would_tell(key) {
        let told = crate::report::handover::told(incident, &scene.app.clock());
        return told.lines().map(|line| vec![(line.to_owned().into(), theme.text)]).collect();
    }
    if let Some(handover) = people::told(incident, key) {
        let standing = people::answered(scene.app, incident, handover);
        let style = if handover.standing() == Standing::Offered { theme.notice } else { theme.strong };
        let mut rows: Rows = vec![vec![(standing.into(), style)]];
        if let Some(note) = incident.handover_note(handover) {
            rows.extend(labelled(scene, &format!("{} adds", one_line(&handover.by)), note, columns));
        }
        let told = crate::tui::text::paragraph(incident.handover_told(handover)).into_owned();
        rows.extend(told.lines().map(|line| vec![(line.to_owned().into(), theme.text)]));
        return rows;
    }
    let Some(person) = people::person(incident, key) else { return Rows::new() };
    let mut rows: Rows = vec![vec![(one_line(person.name()).into_owned().into(), theme.strong)]];
    for (label, words) in people::facts(scene.app, incident, person) {
        rows.extend(labelled(scene, &format!("{label:<11}"), &words, columns));
    }
    rows
}
