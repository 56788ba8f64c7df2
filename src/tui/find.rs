//! Find: every kind of record of the open incident, and all incidents, with where the words were found.

use chrono::{DateTime, Utc};

use super::app::App;
use super::list::{Row, holds};
use super::modal::{Chosen, Item, Modal, PickOf};
use super::pick::{best, first_line};
use super::screens;
use crate::incident::Incident;
use crate::incident::find::{Findable, Source, Spot};
use crate::model::entry::Kind;
use crate::model::text::defang;
use crate::model::time::{self, Zone};
use crate::store::Hit;

/// How many texts that hold the typed words are put in order of how well they fit.
const WHOLE: usize = 4_000;
/// How many things, and how many of the newest lines, are looked through for letters with gaps between them.
const LOOSE: usize = 10_000;
/// How many rows a find holds at most; more letters narrow it.
const MOST: usize = 200;

/// Every kind of record of the open incident. Of a record that matches in several fields the best one stands.
pub(super) fn here(app: &App, words: &str) -> Vec<Item> {
    let Some(incident) = app.incident() else { return Vec::new() };
    // With nothing typed there is only what somebody wrote here, the newest first.
    let shown = |found: &Findable<'_>| found.source == Source::Written || !words.is_empty();
    let (mut log, things): (Vec<Findable<'_>>, Vec<Findable<'_>>) =
        incident.records().filter(shown).partition(|found| matches!(found.spot, Spot::Line(_)));
    log.reverse();
    let mut hits: Vec<Findable<'_>> = Vec::new();
    if words.is_empty() {
        log.truncate(2 * MOST);
        take_best(&mut hits, words, &log);
        take_best(&mut hits, words, &things);
    } else {
        let wanted = words.to_lowercase();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let whole = |found: &&Findable<'_>| wanted.iter().all(|word| holds(found.text, word));
        let whole: Vec<Findable<'_>> = things.iter().chain(&log).filter(whole).take(WHOLE).copied().collect();
        take_best(&mut hits, words, &whole);
        if hits.len() < MOST {
            // Letters with gaps between them: in what is called so, and in the newest lines.
            let near = things.iter().take(LOOSE).chain(log.iter().take(LOOSE));
            take_best(&mut hits, words, &near.copied().collect::<Vec<_>>());
        }
    }
    let zone = app.zone();
    hits.iter().map(|found| item(incident, found, app.now, &zone)).collect()
}

/// Takes the best of some texts, each record once.
fn take_best<'a>(hits: &mut Vec<Findable<'a>>, words: &str, among: &[Findable<'a>]) {
    for at in best(words, among.iter().map(|found| found.text), among.len()) {
        let found = among[at as usize];
        if !hits.iter().any(|hit| hit.spot.same(&found.spot)) {
            hits.push(found);
        }
        if hits.len() >= MOST {
            return;
        }
    }
}

/// The row of a found text: what it is, its name, and the field and words that were found where these differ.
fn item(incident: &Incident, found: &Findable<'_>, now: DateTime<Utc>, zone: &Zone) -> Item {
    let (note, chosen) = match found.spot {
        Spot::Head => (None, Chosen::Head),
        Spot::Line(entry) => {
            let note = format!("{} {}", time::when(entry.happened, now, zone), entry.actor());
            (Some(note), Chosen::Entry(entry.id))
        }
        Spot::Noun(id, line) => {
            let note = match found.kind {
                Kind::Task => {
                    incident.task(id).map(|task| format!("{}, {}", task.state().word(), task.phase))
                }
                Kind::Component => incident.component(id).map(|it| it.stage().id().to_owned()),
                _ => None,
            };
            (note, Chosen::Noun(found.kind, id.clone(), line))
        }
    };
    let elsewhere = found.text != found.name && found.field != "by";
    let matched = elsewhere.then(|| format!("{}: {}", found.field, first_line(found.text)));
    let note = [matched, note].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Item { key: found.what().to_owned(), text: first_line(found.name), note, chosen, refused: None }
}

/// All incidents, closed ones too.
pub(super) fn everywhere(app: &App, words: &str) -> Vec<Item> {
    let rows = &app.incidents.rows;
    let found = best(words, rows.iter().map(|row| row.title.as_str()), MOST);
    let wanted = words.trim().to_lowercase();
    // A number is found by its tail, before any title.
    let named = |row: &&Row| !wanted.is_empty() && holds(&row.number, &wanted);
    let numbers = rows.iter().filter(named).take(MOST);
    let titles = found.into_iter().map(|at| &rows[at as usize]).filter(|row| !named(row));
    numbers
        .chain(titles)
        .map(|row| Item {
            key: row.number.clone(),
            text: row.title.clone(),
            note: format!("{}, {}", row.status.word(), row.phase),
            chosen: Chosen::Incident(row.id),
            refused: None,
        })
        .collect()
}

/// What a search through all incidents found goes behind what is shown, if it is still asked for.
pub fn searched(app: &mut App, words: &str, hits: &[Hit], at: (usize, usize)) {
    let Some(Modal::Pick(pick)) = app.modals.last_mut() else { return };
    if pick.of != PickOf::FindAll || pick.input.value() != words {
        return;
    }
    pick.searched = (at.1 > 0 && at.0 < at.1).then_some(at);
    for hit in hits {
        for found in hit.matches.iter().filter(|found| found.kind != "incident") {
            let text = if found.text == found.name { &found.name } else { &found.text };
            let field = if found.text == found.name { String::new() } else { format!(" {}", found.field) };
            pick.items.push(Item {
                key: hit.address.number.clone(),
                text: defang(&first_line(text)).into_owned(),
                note: format!("{}{field}, {}", found.kind, hit.row.title),
                chosen: Chosen::Incident(hit.row.id),
                refused: None,
            });
        }
    }
    pick.shown = (0..u32::try_from(pick.items.len()).unwrap_or(u32::MAX)).collect();
}

/// The screen whose list holds the things of a kind.
pub(super) fn screen_of(kind: Kind) -> Option<screens::Screen> {
    Some(match kind {
        Kind::Component => screens::Screen::Components,
        Kind::Indicator => screens::Screen::Indicators,
        Kind::Evidence => screens::Screen::Evidence,
        Kind::People => screens::Screen::People,
        Kind::Notice => screens::Screen::Notices,
        Kind::Decision | Kind::Assumption | Kind::Measure | Kind::Timer => screens::Screen::Decisions,
        _ => return None,
    })
}
