//! A row as the list cache keeps it: its values in their order, without names, so that ten thousand are read at once.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::row::{Closed, Row};
use crate::model::id::LineId;
use crate::model::link::Relation;
use crate::model::phase::Phase;
use crate::model::taxonomy::Tlp;
use crate::model::time::quickly;
use crate::readiness::Actions;

/// An instant, read quickly.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct At(#[serde(deserialize_with = "quickly")] DateTime<Utc>);

/// Id, title, status, phase, visit; entered, opened, updated, due; severity, TLP, lead, types, tickets.
#[derive(Serialize, Deserialize)]
struct Head(Uuid, String, String, Phase, u32, Times, Option<u8>, Option<Tlp>, Option<String>, Words);

#[derive(Serialize, Deserialize)]
struct Times(At, At, At, Option<At>);

#[derive(Serialize, Deserialize)]
struct Words(Vec<String>, Vec<String>);

/// Entries; tasks settled and all; not contained, debts, contested.
#[derive(Serialize, Deserialize)]
struct Counts(u32, u32, u32, u32, u32, u32);

/// Whether it is closed, the last line, links, improvement actions, why it is shut, who wrote the last line.
#[derive(Serialize, Deserialize)]
struct Rest(
    bool,
    Option<LineId>,
    Vec<(Uuid, Relation)>,
    Option<Actions>,
    Option<Closed>,
    #[serde(default)] Option<String>,
);

/// All of a row but its number, which the folder keeps.
#[derive(Serialize, Deserialize)]
struct Kept(Head, Counts, Rest);

pub(super) fn serialize<S: Serializer>(row: &Row, serializer: S) -> Result<S::Ok, S::Error> {
    let Row {
        id,
        number: _,
        title,
        status,
        closed,
        phase,
        visit,
        entered,
        severity,
        tlp,
        types,
        refs,
        lead,
        opened,
        updated,
        last,
        by,
        entries,
        settled,
        tasks,
        uncontained,
        debts,
        contested,
        due,
        links,
        actions,
        shut,
    } = row.clone();
    let times = Times(At(entered), At(opened), At(updated), due.map(At));
    let head = Head(id, title, status, phase, visit, times, severity, tlp, lead, Words(types, refs));
    let counts = Counts(entries, settled, tasks, uncontained, debts, contested);
    let actions = (!actions.none()).then_some(actions);
    Kept(head, counts, Rest(closed, last, links, actions, shut, by)).serialize(serializer)
}

/// The number stays empty.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Row, D::Error> {
    let Kept(head, counts, rest) = Kept::deserialize(deserializer)?;
    let Head(id, title, status, phase, visit, times, severity, tlp, lead, Words(types, refs)) = head;
    let Times(At(entered), At(opened), At(updated), due) = times;
    let Counts(entries, settled, tasks, uncontained, debts, contested) = counts;
    let Rest(closed, last, links, actions, shut, by) = rest;
    Ok(Row {
        id,
        number: String::new(),
        title,
        status,
        closed,
        phase,
        visit,
        entered,
        severity,
        tlp,
        types,
        refs,
        lead,
        opened,
        updated,
        last,
        by,
        entries,
        settled,
        tasks,
        uncontained,
        debts,
        contested,
        due: due.map(|At(due)| due),
        links,
        actions: actions.unwrap_or_default(),
        shut,
    })
}
