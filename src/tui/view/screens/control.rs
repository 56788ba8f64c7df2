//! The facilitator's screen as it is drawn: the plan, what players should do, what was noted.

use super::{Look, Rows, labelled};
use crate::drill::msel::{Progress, Row, Watch};
use crate::drill::scenario::Verdict;
use crate::model::drill::Came;
use crate::tui::case::Case;
use crate::tui::screens::control::{ACTIONS, EVENTS, NOTES, Thing, facts};
use crate::tui::screens::{Key, Screen};
use crate::tui::text::one_line;
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::Control,
    above,
    columns: |_, room| {
        let column = |title, wide, spare| Column { title, wide, spare };
        vec![
            column("id", Wide::Most(4), 0),
            column("state", Wide::Most(if room < 100 { 16 } else { 34 }), 0),
            column("who", Wide::Most(14), 2),
            column("what", Wide::Rest, 0),
            column("said", Wide::Most(12), 1),
        ]
    },
    line,
    detail,
    remark: |_, _| "players do not see this".to_owned(),
    empty: &["This drill has no plan."],
    keys: "Enter send  w withhold  D postpone  n note  o mark  a message",
};

fn minute(scene: &Scene<'_>, case: &Case) -> u32 {
    case.drill().map_or(0, |drill| drill.clock.minute(scene.app.wall))
}

/// What comes next, what was changed of the plan.
fn above(scene: &Scene<'_>, case: &Case, _: u16, _: u16) -> Rows {
    let theme = &scene.app.theme;
    let (Some(play), Some(drill)) = (&case.seat.play, case.drill()) else {
        let why = case.seat.lost.clone().unwrap_or_default();
        return vec![vec![(why.into(), theme.hurt)]];
    };
    let now = minute(scene, case);
    if let Some((at, _)) = drill.ended {
        let words = format!(" ENDEX at minute {at}. drill debrief tells how it went.");
        return vec![vec![(words.into(), theme.notice)]];
    }
    let plan = play.msel(now);
    let next = plan.injects.iter().filter_map(|row| match row.progress {
        Progress::Planned(at) if row.when.is_none() => Some((at, row)),
        _ => None,
    });
    let next = next.min_by_key(|(at, _)| *at);
    let words = next.map_or("Nothing more comes by time alone.".to_owned(), |(at, row)| {
        format!("next {} at minute {at}, in {}", row.id, at.saturating_sub(now))
    });
    let mut spans = vec![(format!(" {words}").into(), theme.text)];
    let late = plan
        .actions
        .iter()
        .filter(|watch| watch.matched.is_none() && watch.window.is_some_and(|(_, target, _)| now > target));
    let late = late.count();
    if late > 0 {
        spans.push((format!("   {late} expected and late").into(), theme.notice));
    }
    let harmful =
        plan.actions.iter().filter(|watch| watch.level.is_none() && watch.matched.is_some()).count();
    if harmful > 0 {
        spans.push((format!("   {harmful} harmful").into(), theme.hurt));
    }
    if drill.postponed > 0 {
        spans.push((format!("   postponed by {}", drill.postponed).into(), theme.notice));
    }
    vec![spans]
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let (play, drill) = (case.seat.play.as_ref()?, case.drill()?);
    if let Key::Section(words) = key {
        let remark = match *words {
            EVENTS => format!("{} came", drill.messages.len()),
            ACTIONS => {
                let done = play.scenario().expected().filter(|it| play.matched(it.id.as_str()).is_some());
                format!("{} done", done.count())
            }
            NOTES => drill.notes.len().to_string(),
            _ => String::new(),
        };
        return Some(Line::Section((*words).to_owned(), remark));
    }
    let now = minute(scene, case);
    let theme = &scene.app.theme;
    Some(Line::Row(match Thing::of(key)? {
        Thing::Event(id) => match play.row(&id, now) {
            Some(row) => planned(scene, case, &row),
            None => {
                let message = drill.message(&id)?;
                vec![
                    Cell::value(id, theme.strong),
                    Cell::words(format!("came {}, yours", message.minute), theme.good),
                    Cell::words(one_line(&message.what.from), theme.dim),
                    Cell::words(one_line(&message.what.text), theme.text),
                    Cell::default(),
                ]
            }
        },
        Thing::Action(id) => watched(scene, &play.watched(&id)?, now),
        Thing::Note(at) => {
            let note = drill.notes.get(at)?;
            let style = match note.what.mark.as_deref() {
                Some("good") => theme.good,
                Some("watch") => theme.notice,
                Some("issue") => theme.hurt,
                _ => theme.dim,
            };
            vec![
                Cell::value(note.what.about.clone().unwrap_or_default(), theme.dim),
                Cell::words(format!("minute {}", note.minute), theme.dim),
                Cell::words(one_line(&note.by), theme.dim),
                Cell::words(one_line(&note.what.text), theme.text),
                Cell::words(note.what.mark.clone().unwrap_or_default(), style),
            ]
        }
    }))
}

fn planned(scene: &Scene<'_>, case: &Case, row: &Row) -> Vec<Cell> {
    let theme = &scene.app.theme;
    let (state, style, text) = match row.progress {
        Progress::Delivered(at, Came::Sent) => (format!("came {at}, sent"), theme.good, theme.dim),
        Progress::Delivered(at, _) => (format!("came {at}"), theme.good, theme.dim),
        Progress::Planned(at) => (format!("at {at}"), theme.text, theme.text),
        Progress::Waits(since) => (format!("waits since {since}"), theme.notice, theme.text),
        Progress::Withheld => ("withheld".to_owned(), theme.hurt, theme.dim),
        Progress::Off => ("off the path".to_owned(), theme.faint, theme.faint),
    };
    let verdict = case.seat.play.as_ref().and_then(|play| play.verdict(row.id.as_str()));
    let said = match (verdict, row.progress) {
        (Some(reply), _) => {
            let style = match reply.verdict {
                Verdict::Good => theme.good,
                Verdict::Fair => theme.notice,
                Verdict::Poor | Verdict::Harmful => theme.hurt,
            };
            Cell::words(format!("{} {}", reply.id, reply.verdict.word()), style)
        }
        (None, Progress::Delivered(..)) if waits(case, row) => Cell::words("no answer", theme.notice),
        (None, _) => Cell::default(),
    };
    vec![
        Cell::value(row.id.to_string(), theme.strong),
        Cell::words(state, style),
        Cell::words(one_line(&row.from), theme.dim),
        Cell::words(one_line(row.subject.as_deref().unwrap_or(&row.text)), text),
        said,
    ]
}

fn waits(case: &Case, row: &Row) -> bool {
    let message = case.drill().and_then(|drill| drill.message(row.id.as_str()));
    message.is_some_and(|message| message.waits())
}

fn watched(scene: &Scene<'_>, watch: &Watch, now: u32) -> Vec<Cell> {
    let theme = &scene.app.theme;
    let (state, style) = match (watch.level, watch.matched, watch.window) {
        (None, Some(at), _) => (format!("DONE {at}"), theme.hurt),
        (None, None, _) => ("must not".to_owned(), theme.faint),
        (Some(_), Some(at), window) => {
            let late = window.is_some_and(|(_, target, _)| at > target);
            (format!("done {at}{}", if late { ", late" } else { "" }), theme.good)
        }
        (_, None, Some((_, target, limit))) if now > limit => (format!("too late, by {target}"), theme.hurt),
        (_, None, Some((_, target, limit))) if now > target => (format!("late, last {limit}"), theme.notice),
        (_, None, Some((from, target, limit))) => {
            (format!("by {target}, open {from} to {limit}"), theme.text)
        }
        (_, None, None) => ("not open".to_owned(), theme.faint),
    };
    let level = watch.level.map_or("harmful", |level| level.word());
    vec![
        Cell::value(watch.id.to_string(), theme.strong),
        Cell::words(state, style),
        Cell::words(level, theme.dim),
        Cell::words(one_line(&watch.title), theme.text),
        Cell::words(watch.objective.to_string(), theme.dim),
    ]
}

/// Everything about the selected thing.
fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let (Some(play), Some(thing)) = (&case.seat.play, Thing::of(key)) else { return Rows::new() };
    let facts = facts(play, &thing);
    facts.into_iter().flat_map(|(label, words)| labelled(scene, label, &words, columns)).collect()
}
