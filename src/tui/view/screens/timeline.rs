//! The timeline as it is drawn: the lanes, the seams, and all that is known of one entry.

use super::{Look, Rows, labelled};
use crate::incident::timeline::{By, Skew};
use crate::model::attack::{self, Meaning, attack};
use crate::model::entry::Entry;
use crate::model::lane::Lane;
use crate::model::time;
use crate::tui::case::Case;
use crate::tui::screens::timeline::{LATER, by, line as line_of};
use crate::tui::screens::{Key, Screen};
use crate::tui::view::picture;
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

/// From this on, in milliseconds, the time of writing is shown beside the time it happened.
const LATE: i64 = 60_000;
/// From so many columns on a technique is shown with its name.
const NAMED: u16 = 150;
/// Below so many columns the kind and where it is known from are left to what is known of the selected entry.
const NARROW: u16 = 90;
/// From so many columns on all of several ids and components are shown; below the first and how many more.
const WIDE: u16 = 110;

pub(super) const LOOK: Look = Look {
    screen: Screen::Timeline,
    above: picture::rows,
    columns: |_, room| {
        let column = |title, wide, spare| Column { title, wide, spare };
        // On a narrow screen what happened comes before what kind of entry tells it.
        let (kind, source) = if room < NARROW { (0, 0) } else { (13, 18) };
        let (attack, component) = match room {
            NAMED.. => (32, 18),
            WIDE.. => (16, 14),
            _ => (12, 10),
        };
        vec![
            column("time", Wide::Most(17), 0),
            column("lane", Wide::Most(5), 0),
            column(if kind > 0 { "kind" } else { "" }, Wide::Most(kind), 4),
            column("ATT&CK", Wide::Most(attack), 2),
            column("what", Wide::Rest, 0),
            column("component", Wide::Most(component), 3),
            column(if source > 0 { "known from" } else { "" }, Wide::Most(source), 5),
        ]
    },
    line,
    detail,
    remark: |_, case| Screen::Timeline.face().orders[case.list(Screen::Timeline).order].to_owned(),
    empty: &["Nothing is on record yet.", "a adds what happened; n notes it down."],
    keys: "a add  L lane  f filter  r order  Tab picture",
};

/// The entry of a row; in a look at another time also one that was written after it.
fn entry<'a>(case: &'a Case, key: &Key) -> Option<&'a Entry> {
    let id = line_of(key)?;
    case.shown().entry_of(id).or_else(|| case.incident.entry_of(id))
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    match key {
        Key::Section(words) if *words == LATER => {
            return Some(Line::Section((*words).to_owned(), "not in the record of that time".to_owned()));
        }
        Key::Gap(from, to) => {
            let span = time::span((*to - *from).num_milliseconds());
            let ends = format!("{} to {}", scene.when(*from), scene.when(*to));
            return Some(Line::Section(format!("nothing known for {span}"), ends));
        }
        _ => {}
    }
    let entry = entry(case, key)?;
    let by = by(case.list(Screen::Timeline).order);
    let at = by.of(entry);
    let lane = match entry.lane() {
        Some(Lane::Actor) => ("actor", theme.hurt),
        Some(Lane::Us) => ("us", theme.dim),
        None => ("", theme.dim),
    };
    let columns = scene.app.size.0;
    let techniques: Vec<String> = match columns >= NAMED + 8 {
        true => entry.techniques().map(attack::shown).collect(),
        false => entry.techniques().map(|recorded| attack().current(recorded).to_owned()).collect(),
    };
    let several = |all: &[String]| match all {
        [first, more @ ..] if columns < WIDE + 8 && !more.is_empty() => format!("{first} +{}", more.len()),
        all => all.join(", "),
    };
    let mut what = Cell::default();
    if let Some(skew) = Skew::of(entry) {
        what = what.and(format!("{} ", clock(skew)), theme.notice);
    }
    if entry.back {
        what = what.and("BACK ", theme.notice);
    }
    let style = if entry.lane() == Some(Lane::Us) { theme.text } else { theme.strong };
    what = what.and(scene_words(entry), style);
    // Where room is short, what is known of the selected entry says it.
    if entry.late_ms() >= LATE && columns >= NAMED + 8 {
        let other = match by {
            By::Happened => format!("  written {}", scene.when(entry.written())),
            By::Recorded => format!("  happened {}", scene.when(entry.happened)),
        };
        what = what.and(other, theme.dim);
    }
    Some(Line::Row(vec![
        Cell::value(scene.when(at), theme.dim),
        Cell::words(lane.0, lane.1),
        Cell::words(entry.kind.word(), theme.kind(entry.kind)),
        Cell::words(several(&techniques), theme.info),
        what,
        Cell::words(several(&entry.components), theme.text),
        Cell::words(entry.source().unwrap_or_default(), theme.dim),
    ]))
}

fn scene_words(entry: &Entry) -> String {
    crate::model::text::defang(entry.shown()).into_owned()
}

/// What two clocks say against each other, in a mark.
fn clock(skew: Skew) -> String {
    match skew {
        Skew::Before(ms) => format!("CLOCK +{}", time::span(ms)),
        Skew::Behind(ms) => format!("CLOCK -{}", time::span(ms)),
    }
}

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let Some(entry) = entry(case, key) else { return Rows::new() };
    let theme = &scene.app.theme;
    let mut rows: Rows = crate::tui::text::wrap(&crate::tui::text::paragraph(&scene_words(entry)), columns)
        .map(|line| vec![(line.to_owned().into(), theme.strong)])
        .collect();
    let mut say = |label: &str, words: String| {
        if !words.is_empty() {
            rows.extend(labelled(scene, label, &words, columns));
        }
    };
    let both = match entry.late_ms() >= LATE {
        true => {
            format!("{}, written {} by {}", scene.when(entry.happened), scene.when(entry.written()), entry.by)
        }
        false => format!("{}, by {}", scene.when(entry.happened), entry.actor()),
    };
    say("happened", both);
    say("known from", entry.source().unwrap_or_default().to_owned());
    for recorded in entry.techniques() {
        say("ATT&CK", technique(recorded));
    }
    say("components", entry.components.join(", "));
    let unsaid = "nobody has said whose deed it tells; L says it";
    say("lane", if entry.lane().is_none() { unsaid.to_owned() } else { String::new() });
    if let Some(skew) = Skew::of(entry) {
        let words = match skew {
            Skew::Before(ms) => format!("written {} before it happened: a clock was wrong", time::span(ms)),
            Skew::Behind(ms) => {
                format!("the writer's stood {} behind what the record held already", time::span(ms))
            }
        };
        say("clock", words);
    }
    rows
}

/// A technique with its tactics.
fn technique(recorded: &str) -> String {
    match attack().meaning(recorded) {
        Meaning::Known(technique) | Meaning::Moved(_, technique) => {
            let tactics: Vec<&str> = technique.tactics.iter().map(|tactic| tactic.name).collect();
            format!("{}: {}", attack::shown(recorded), tactics.join(", "))
        }
        Meaning::Unknown => format!("{recorded}: nothing of {}", attack::RELEASE),
    }
}
