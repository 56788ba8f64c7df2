//! Notices as they are drawn: what is overdue and what is next, then what is owed, settled, and could be owed.

use super::{Look, Rows, labelled};
use crate::model::notice::law::{DISCLAIMER, LAW, Narrowing};
use crate::model::notice::{Hardness, Notice, NoticeState, Started};
use crate::model::time::{countdown, span};
use crate::tui::case::Case;
use crate::tui::screens::notices::{
    Basis, CANDIDATES, OWED, SETTLED, candidate, candidate_facts, fact_words, facts, notice,
};
use crate::tui::screens::{Key, Screen};
use crate::tui::text::{fit, one_line, width, wrap};
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::Notices,
    above,
    columns: |_, room| {
        let column = |title, wide, spare| Column { title, wide, spare };
        // What it is comes before how early another one was sent.
        let standing = if room < 90 { 20 } else { 34 };
        vec![
            column("", Wide::Most(5), 2),
            column("what", Wide::Least(30), 0),
            column("to", Wide::Most(22), 4),
            column("from", Wide::Most(24), 3),
            column("due", Wide::Most(20), 0),
            column("left, state", Wide::Most(standing), 0),
        ]
    },
    line,
    detail,
    remark: |scene, _| format!("law as of {}, {DISCLAIMER}", scene.app.law_as_of()),
    empty: &[
        "No clock runs, and nothing is suggested for this type of incident.",
        "a adds a notice of your own; :notice regimes lists the law.",
    ],
    keys: "t start  x sent  w not owed  o fact",
};

fn above(scene: &Scene<'_>, case: &Case, columns: u16, _: u16) -> Rows {
    let theme = &scene.app.theme;
    let now = scene.now();
    let late: Vec<&Notice> = case.shown().notices().filter(|notice| notice.overdue(now)).collect();
    let mut rows = Rows::new();
    if !late.is_empty() {
        let head = format!(" OVERDUE {} ", late.len());
        let mut room = columns.saturating_sub(width(&head) + 1);
        let mut words = String::new();
        for (shown, notice) in late.iter().enumerate() {
            let over = notice.limit().map_or(0, |limit| (limit.at - now).num_milliseconds());
            let over = span(over);
            // Those that are left out are counted; the first name gives way before its time does.
            let count = if shown + 1 < late.len() { 6 } else { 0 };
            let mut name = one_line(&notice.name).into_owned();
            if shown == 0 {
                name = fit(&name, room.saturating_sub(width(&over) + 3 + count), theme).into_owned();
            }
            let next = format!("  {name} {over}");
            if shown > 0 && width(&next) + count > room {
                words.push_str(&format!("  +{}", late.len() - shown));
                break;
            }
            room = room.saturating_sub(width(&next));
            words.push_str(&next);
        }
        rows.push(vec![(head.into(), theme.alarm), (words.into(), theme.text)]);
    }
    if scene.app.duties.narrowing() == Narrowing::TypesOnly {
        let words = "Suggested by type alone; what hangs on a sector is left out: :config notice.regions, notice.sectors.";
        rows.extend(
            wrap(words, columns.saturating_sub(2)).map(|row| vec![(format!(" {row}").into(), theme.dim)]),
        );
    }
    rows
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    if let Key::Section(words) = key {
        let remark = match *words {
            OWED => "clocks that run",
            SETTLED => "sent, not required, cancelled",
            CANDIDATES => "nothing starts by itself; t starts the selected clock",
            _ => "",
        };
        return Some(Line::Section((*words).to_owned(), remark.to_owned()));
    }
    if let Some(one) = candidate(scene.app, case.shown(), key) {
        let started = &one.started;
        let about = if started.approximate() { "~" } else { "" };
        let due = match (one.waits_for, started.due.or(started.target)) {
            (Some(_), _) => one.clock.duration.to_string(),
            (None, Some(due)) => format!("{about}{}", scene.when(due)),
            (None, None) => "without delay".to_owned(),
        };
        let soft = if one.clock.soft { "a target; " } else { "" };
        return Some(Line::Row(vec![
            Cell::default(),
            Cell::words(format!("{}: {}", one.regime.short(), one.clock.label), theme.dim),
            Cell::words(&one.clock.recipient, theme.dim),
            Cell::words(format!("if {}", fact_words(scene.app, &one, Basis::Left)), theme.dim),
            Cell::value(due, theme.dim),
            Cell::value(format!("{soft}confidence {}", one.regime.confidence), theme.dim)
                .or(format!("{soft}{}", one.regime.confidence)),
        ]));
    }
    let notice = notice(case.shown(), key)?;
    let started = notice.started.get();
    let from = started.map(|started| match notice.terms {
        Some(_) => format!("{} {}", started.from(), scene.when(started.at)),
        None => scene.when(started.at),
    });
    let about = if started.is_some_and(Started::approximate) { "~" } else { "" };
    let due = started.and_then(|started| started.due.or(started.target));
    let due = due.map_or_else(|| "without delay".to_owned(), |due| format!("{about}{}", scene.when(due)));
    let faded = if notice.owed() { theme.text } else { theme.dim };
    Some(Line::Row(vec![
        Cell::value(&notice.number, theme.dim),
        Cell::words(&notice.name, if notice.owed() { theme.strong } else { theme.text }),
        Cell::words(&notice.recipient, theme.dim),
        Cell::words(from.unwrap_or_default(), theme.dim),
        Cell::value(due, faded),
        standing(scene, notice),
    ]))
}

/// `70 h 43 m left`, `OVERDUE 1:20`, `sent 10:00, 0:49 early`.
fn standing(scene: &Scene<'_>, notice: &Notice) -> Cell {
    let theme = &scene.app.theme;
    let now = scene.now();
    let Some(standing) = notice.standing.get() else { return Cell::default() };
    let contested = notice.standing.contested().is_some() || notice.started.contested().is_some();
    let cell = match standing.state {
        NoticeState::Running => match notice.limit() {
            None => {
                let since = notice.started.get().map_or(0, |started| (now - started.at).num_milliseconds());
                Cell::words(format!("{} so far", span(since)), theme.notice)
            }
            Some(limit) => {
                let left = (limit.at - now).num_milliseconds();
                match (limit.hard, left < 0) {
                    (Hardness::Due, true) => Cell::words(format!(" OVERDUE {} ", span(left)), theme.alarm),
                    (Hardness::Due, false) => Cell::words(format!("{} left", countdown(left)), theme.notice),
                    (Hardness::Target, true) => {
                        Cell::words(format!("target past {}", span(left)), theme.notice)
                    }
                    (Hardness::Target, false) => {
                        let left = format!("{} left", span(left));
                        Cell::value(format!("{left}, a target"), theme.text).or(left)
                    }
                }
            }
        },
        NoticeState::Deferred if notice.running(now) => Cell::words(" OVERDUE, was deferred ", theme.alarm),
        NoticeState::Deferred => {
            let until = standing.until.map(|until| scene.when(until)).unwrap_or_default();
            Cell::value(format!("deferred until {until}"), theme.notice).or(format!("until {until}"))
        }
        NoticeState::Sent => {
            let sent = format!("sent {}", scene.when(standing.at));
            let cell = Cell::value(sent.clone(), theme.good);
            match notice.margin_ms() {
                Some(ms) if ms < 0 => {
                    cell.and(format!(", {} LATE", span(ms)), theme.hurt).or(format!("{sent}, LATE"))
                }
                Some(ms) => cell.and(format!(", {} early", span(ms)), theme.dim).or(format!("{sent}, early")),
                None => cell,
            }
            .or(sent)
        }
        state => Cell::value(format!("{} {}", state.word(), scene.when(standing.at)), theme.dim)
            .or(state.word().to_owned()),
    };
    let proof = if standing.proof.is_some() { ", proof" } else { "" };
    let cell = cell.and(proof, theme.dim);
    match contested {
        true => Cell { instead: vec!["contested".to_owned()], ..cell.and("  contested", theme.hurt) },
        false => cell,
    }
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let theme = &scene.app.theme;
    let mut rows = Rows::new();
    let facts = if let Some(notice) = notice(case.shown(), key) {
        rows.push(vec![(format!("{}  {}", notice.label(), notice.name).into(), theme.strong)]);
        facts(scene.app, notice)
    } else if let Some(one) = candidate(scene.app, case.shown(), key) {
        rows.push(vec![
            (one.of().into(), theme.strong),
            (format!("  {}", one.regime.name).into(), theme.dim),
        ]);
        candidate_facts(scene.app, &one)
    } else {
        return rows;
    };
    for (label, words) in facts {
        rows.extend(labelled(scene, &format!("{label:<10}"), &words, columns));
    }
    rows
}

/// Kept beside the screen that names it: the day of the law's last review.
impl crate::tui::app::App {
    pub(crate) fn law_as_of(&self) -> &'static str {
        &LAW.as_of
    }
}
