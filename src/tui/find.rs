//! Find: every kind of record of the open incident, and of all incidents, with where the words were found.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::app::App;
use super::list::Row;
use super::modal::{Chosen, Item, Modal, Part, Pick, PickOf};
use super::msg::Effect;
use super::{board, head, screens};
use crate::incident::Incident;
use crate::incident::find::{Findable, Source, Spot};
use crate::model::entry::Kind;
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::text::defang;
use crate::model::time::{self, Zone};
use crate::query::{self, Among, Match, Place, Rank, Words, best};
use crate::store::Hit;

/// How many rows a find holds at most; more letters narrow it.
const MOST: usize = 200;

/// Every kind of record of the open incident. Of a record that matches in several fields the best one stands.
pub(super) fn here(app: &App, words: &str) -> Vec<Item> {
    let Some(incident) = app.incident() else { return Vec::new() };
    let words = Words::read(words);
    let zone = app.zone();
    let row = |found: &Findable<'_>, rank: Option<Rank>| item(incident, found, rank, app.now, &zone);
    if words.is_empty() {
        return untyped(incident).iter().map(|found| row(found, None)).collect();
    }
    let (found, _) = query::find(incident, &words, Among::All, MOST);
    found.iter().map(|found| row(&found.it, Some(found.rank))).collect()
}

/// With nothing typed there is what somebody wrote here: the newest lines, then the things.
fn untyped(incident: &Incident) -> Vec<Findable<'_>> {
    let written = incident.records().filter(|found| found.source == Source::Written);
    let (mut log, things): (Vec<Findable<'_>>, Vec<Findable<'_>>) =
        written.partition(|found| matches!(found.spot, Spot::Line(_)));
    log.reverse();
    let mut all: Vec<Findable<'_>> = Vec::new();
    for found in log.into_iter().filter(|found| found.field == "text").chain(things) {
        if all.last().is_none_or(|last| !last.spot.same(&found.spot)) {
            all.push(found);
        }
        if all.len() == MOST {
            break;
        }
    }
    all
}

/// `near`, for what does not have the words as they were typed.
fn nearness(rank: Rank) -> Option<String> {
    rank.way().near().then(|| "near".to_owned())
}

/// The row of a found text: what it is, its name, and the field and words that were found where these differ.
fn item(
    incident: &Incident,
    found: &Findable<'_>,
    rank: Option<Rank>,
    now: DateTime<Utc>,
    zone: &Zone,
) -> Item {
    let note = match found.spot {
        Spot::Head => None,
        Spot::Line(entry) => Some(format!("{} {}", time::when(entry.happened, now, zone), entry.actor())),
        Spot::Noun(id, _) => match found.kind {
            Kind::Task => incident.task(id).map(|task| format!("{}, {}", task.state().word(), task.phase)),
            Kind::Component => incident.component(id).map(|it| it.stage().id().to_owned()),
            _ => None,
        },
    };
    let elsewhere = found.text != found.name && found.field != "by";
    let matched = elsewhere.then(|| format!("{}: {}", found.field, shown(found.text)));
    let note = [rank.and_then(nearness), matched, note].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let chosen = Chosen::Record(incident.id, Place::of(found));
    Item { key: found.what().to_owned(), text: shown(found.name), note, chosen, refused: None }
}

/// A text on one line, harmless.
fn shown(text: &str) -> String {
    defang(text.lines().next().unwrap_or_default()).into_owned()
}

/// All incidents, closed ones too, by number, title and lead, and how well each fits.
pub(super) fn everywhere(app: &App, words: &str) -> (Vec<Item>, Vec<Rank>) {
    let rows = &app.incidents.rows;
    let words = Words::read(words);
    // A number is found by its tail, too.
    let text = |row: &Row| {
        let tail = row.number.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
        format!("{tail} {} {} {}", row.number, row.title, row.lead.as_deref().unwrap_or_default())
    };
    let texts: Vec<String> =
        if words.is_empty() { vec![String::new(); rows.len()] } else { rows.iter().map(text).collect() };
    let found = best(&words, texts.iter().map(String::as_str), MOST);
    let item = |(rank, at): (Rank, u32)| {
        let row = &rows[at as usize];
        let note = [nearness(rank), Some(format!("{}, {}", row.status.word(), row.phase))];
        let item = Item {
            key: row.number.clone(),
            text: row.title.clone(),
            note: note.into_iter().flatten().collect::<Vec<_>>().join(", "),
            chosen: Chosen::Incident(row.id),
            refused: None,
        };
        (item, rank)
    };
    found.into_iter().map(item).unzip()
}

/// What a search through all incidents found goes to its place in the list, if it is still asked for.
pub fn searched(app: &mut App, words: &str, hits: &[Hit], at: (usize, usize)) {
    let Some(Modal::Pick(pick)) = app.modals.last_mut() else { return };
    let part = match pick.of {
        PickOf::FindAll => Part::Own,
        PickOf::Palette => Part::Records,
        _ => return,
    };
    if pick.input.value() != words {
        return;
    }
    pick.searched = (at.1 > 0 && at.0 < at.1).then_some(at);
    for hit in hits {
        // An incident that stands there by its title needs no second row for it.
        let there = pick.items.iter().any(|item| item.chosen == Chosen::Incident(hit.row.id));
        for found in hit.matches.iter().filter(|found| found.place != Place::Head || !there) {
            put(pick, (part, found.rank), row_of(hit, found));
        }
    }
}

/// Puts a row where it belongs. Once the cursor was moved it stays with its row.
fn put(pick: &mut Pick, order: (Part, Rank), item: Item) {
    let to = pick.order.partition_point(|before| *before <= order);
    pick.shown.insert(to, u32::try_from(pick.items.len()).unwrap_or(u32::MAX));
    pick.order.insert(to, order);
    pick.items.push(item);
    if pick.cursor.at > 0 && to <= pick.cursor.at {
        pick.cursor.at += 1;
    }
}

/// The row of a record of another incident.
fn row_of(hit: &Hit, found: &Match) -> Item {
    let number = hit.address.number.clone();
    let (text, chosen) = match found.place {
        Place::Head => (hit.row.title.clone(), Chosen::Incident(hit.row.id)),
        _ => (shown(&found.name), Chosen::Record(hit.row.id, found.place.clone())),
    };
    let elsewhere = (found.text != found.name).then(|| format!("{}: {}", found.field, shown(&found.text)));
    let title = (found.place != Place::Head).then(|| hit.row.title.clone());
    let kind = Some(found.kind.to_owned());
    let note = [nearness(found.rank), kind, elsewhere, title];
    let note = note.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Item { key: number, text, note, chosen, refused: None }
}

/// Goes to a record; its incident is opened first where it is not.
///
/// # Errors
/// What opening the place refuses.
pub(super) fn go(app: &mut App, incident: Uuid, place: Place) -> Result<Vec<Effect>, Refusal> {
    if app.case.as_ref().is_some_and(|case| case.incident.id == incident) {
        return match place {
            Place::Head => head::open(app),
            place => Ok(arrive(app, place)),
        };
    }
    let effects = board::open_incident(app, incident);
    app.going = Some((incident, place));
    Ok(effects)
}

/// Puts the cursor on a record of the open incident, on the screen that has it.
pub(super) fn arrive(app: &mut App, place: Place) -> Vec<Effect> {
    match place {
        Place::Head => {}
        Place::Line(id) => board::select_entry(app, id),
        Place::Noun(Kind::Task, id, _) => board::select_task(app, &id),
        Place::Noun(kind, id, line) => match screen_of(kind) {
            // An approval that was given unasked is no line of the ledger.
            _ if kind == Kind::Approval && !asked(app, &id) => board::select_entry(app, line),
            Some(screen) => {
                let effects = screens::open(app, screen).unwrap_or_default();
                screens::select(app, screen, &screens::Key::Noun(id));
                return effects;
            }
            // What has no screen is told of by the line that made it.
            None => board::select_entry(app, line),
        },
    }
    Vec::new()
}

fn asked(app: &App, id: &NounId) -> bool {
    app.incident().is_some_and(|incident| incident.ledger_item(id).is_some())
}

/// The screen whose list holds the things of a kind.
pub(super) fn screen_of(kind: Kind) -> Option<screens::Screen> {
    Some(match kind {
        Kind::Component => screens::Screen::Components,
        Kind::Indicator => screens::Screen::Indicators,
        Kind::Evidence => screens::Screen::Evidence,
        Kind::People | Kind::Handover => screens::Screen::People,
        Kind::Notice => screens::Screen::Notices,
        Kind::Decision | Kind::Assumption | Kind::Approval | Kind::Measure | Kind::Timer => {
            screens::Screen::Decisions
        }
        Kind::Lesson | Kind::Improvement => screens::Screen::Decisions,
        _ => return None,
    })
}
