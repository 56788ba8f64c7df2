//! The card of the open incident: what its head says, what belongs to it, and the keys that change it.

use uuid::Uuid;

use super::act::Action;
use super::app::App;
use super::modal::{Card, CardOf, Chosen, Item, Modal};
use super::msg::Effect;
use super::{paste, pick, screens};
use crate::incident::Incident;
use crate::model::refusal::Refusal;
use crate::model::time;

type Done = Result<Vec<Effect>, Refusal>;

/// Most incidents named that only share indicators; `:` and the shell's `link` name them all.
const SHARING: usize = 10;

/// The acts of an incident as a whole, in the order of the card.
const ACTS: [Action; 6] =
    [Action::Head, Action::Severity, Action::Phase, Action::Handover, Action::Find, Action::UndoList];

/// Opens the card; in which other incidents its indicators occur is looked up beside the loop and comes in
/// while it is read.
///
/// # Errors
/// Refuses while no incident is open.
pub fn open(app: &mut App) -> Done {
    let none = || Refusal::refused("No incident is open.").hint("Enter opens the selected one.");
    let incident = app.incident().ok_or_else(none)?;
    let title = format!("{}  {}", incident.number, incident.title());
    let (facts, items) = (facts(app, incident), items(app, incident));
    app.modals.push(Modal::Card(Card {
        of: CardOf::Head,
        title,
        facts,
        items,
        cursor: super::list::Cursor::default(),
    }));
    Ok(screens::indicators::ask_elsewhere(app))
}

/// What was looked up has come: the card on top names it, with the cursor on the row it stood on.
pub fn refresh(app: &mut App) {
    let Some(incident) = app.incident() else { return };
    let (facts, items) = (facts(app, incident), items(app, incident));
    let Some(Modal::Card(card)) = app.modals.last_mut().filter(|top| is_head(top)) else { return };
    let on = card.items.get(card.cursor.at).map(|item| item.chosen.clone());
    let at = on.and_then(|on| items.iter().position(|item| item.chosen == on));
    let total = items.len();
    (card.facts, card.items) = (facts, items);
    card.cursor.go(at.unwrap_or(0), total, total);
}

fn is_head(modal: &Modal) -> bool {
    matches!(modal, Modal::Card(card) if card.of == CardOf::Head)
}

/// An incident that belongs to the open one.
struct Related {
    id: Uuid,
    number: String,
    title: String,
    /// How: `duplicate of, "same mail"`, `shares 3 indicators`.
    how: String,
}

/// What belongs to the open incident: its own links, those of others to it, and who shares its indicators,
/// those that share most first.
fn related(app: &App, incident: &Incident) -> Vec<Related> {
    let reason = |reason: Option<&str>| reason.map(|why| format!(", \"{why}\"")).unwrap_or_default();
    let mut all: Vec<Related> = incident
        .links()
        .map(|(link, tie)| Related {
            id: link.incident,
            number: link.number.clone(),
            title: link.title.clone(),
            how: format!("{}{}", tie.relation.words(), reason(tie.reason.as_deref())),
        })
        .collect();
    for row in app.incidents.rows.iter() {
        let said = row.links.iter().filter(|(to, _)| *to == incident.id);
        all.extend(said.map(|(_, relation)| Related {
            id: row.id,
            number: row.number.clone(),
            title: row.title.clone(),
            how: format!("{}, said there", relation.back()),
        }));
    }
    let Some(elsewhere) = paste::elsewhere(app) else { return all };
    let mut sharing: Vec<_> = elsewhere.incidents.iter().collect();
    sharing.sort_by_key(|other| std::cmp::Reverse(other.values));
    for other in sharing.into_iter().take(SHARING) {
        let count = other.values;
        let how = format!("shares {count} {}", if count == 1 { "indicator" } else { "indicators" });
        // One row for one incident: what somebody said of it comes first.
        match all.iter_mut().find(|one| one.id == other.address.id) {
            Some(one) => one.how = format!("{}, {how}", one.how),
            None => all.push(Related {
                id: other.address.id,
                number: other.address.number.clone(),
                title: other.title.clone(),
                how,
            }),
        }
    }
    all
}

fn items(app: &App, incident: &Incident) -> Vec<Item> {
    let related = related(app, incident).into_iter().map(|one| Item {
        key: one.number,
        text: one.title,
        note: one.how,
        chosen: Chosen::Incident(one.id),
        refused: None,
    });
    let link = Item {
        key: ":".to_owned(),
        text: "tie another incident to this one".to_owned(),
        note: String::new(),
        chosen: Chosen::Words("link ".to_owned()),
        refused: None,
    };
    let acts = ACTS.into_iter().filter_map(|action| pick::act(app, action));
    related.chain(acts).chain([link]).collect()
}

fn facts(app: &App, incident: &Incident) -> Vec<(String, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |label: &str, words: String| {
        if !words.is_empty() {
            facts.push((label.to_owned(), words));
        }
    };
    fact("Summary", incident.summary.get().cloned().flatten().unwrap_or_default());
    fact("Types", incident.types().collect::<Vec<_>>().join(", "));
    let severity = incident.severity();
    let reason = severity.and_then(|severity| severity.overridden.as_ref()).map(|by| by.reason.as_str());
    let reason = reason.map(|reason| format!(", {reason}")).unwrap_or_default();
    let level = severity.map_or("not set".to_owned(), |severity| severity.level.label().to_owned());
    fact("Severity", format!("{level}{reason}"));
    fact("TLP", incident.tlp().map_or(String::new(), |tlp| format!("{}: {}", tlp.label(), tlp.meaning())));
    let determination = incident.determination.get().cloned().flatten();
    fact("It is", determination.map_or("not said yet".to_owned(), |word| word.replace('-', " ")));
    let posture = incident.posture.get().copied().flatten();
    fact("Posture", posture.map_or(String::new(), |posture| posture.id().to_owned()));
    let signals = incident.signals.iter().filter(|signal| !signal.undone);
    fact("Noticed by", signals.map(|signal| incident.signal_words(signal)).collect::<Vec<_>>().join("; "));
    fact("Opened", at(incident.opened));
    let taken = incident.acknowledged.get().and_then(Option::as_ref);
    fact("Taken by", taken.map_or("nobody yet".to_owned(), |ack| format!("{} {}", ack.by, at(ack.at))));
    fact("Lead", incident.lead().unwrap_or("nobody").to_owned());
    fact("Tickets", incident.refs().collect::<Vec<_>>().join(", "));
    fact("Related", said_of_related(app, incident));
    facts
}

/// What the rows below mean, or why there are none.
fn said_of_related(app: &App, incident: &Incident) -> String {
    let (all, looked) = (related(app, incident).len(), paste::elsewhere(app));
    let sharing = looked.map_or(0, |elsewhere| elsewhere.incidents.len());
    let more = sharing.saturating_sub(SHARING);
    let more = if more > 0 { format!("; {more} more share indicators") } else { String::new() };
    let shut = looked.map_or(0, |elsewhere| elsewhere.shut);
    let shut = if shut > 0 { format!("; {shut} could not be looked into") } else { String::new() };
    let empty = incident.indicators.iter().next().is_none();
    match all {
        0 if looked.is_none() && !empty => "looking for its indicators in other incidents".to_owned(),
        0 if empty => "no incident is tied to this one, and it has no indicator to share".to_owned(),
        0 => format!("no incident is tied to this one or shares its indicators{shut}"),
        1 => format!("1 incident, below; Enter goes there{more}{shut}"),
        n => format!("{n} incidents, below; Enter goes there{more}{shut}"),
    }
}
