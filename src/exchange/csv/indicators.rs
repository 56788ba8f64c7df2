//! The indicators as a table, and back.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use super::mark;
use super::row::Row;
use super::write::{Table, instant};
use crate::exchange::Moment;
use crate::exchange::intake::{Act, Piece, Place, Reading, Sink, moment};
use crate::incident::release::Released;
use crate::model::indicator::{self, Adding, Confidence, Details, Kind, Use};
use crate::model::refusal::Refusal;
use crate::model::taxonomy::Tlp;
use crate::model::time::Happened;
use crate::verb::{Change, Indicating};

/// Its columns, before those of [`mark`].
pub const COLUMNS: [&str; 14] = [
    "indicator",
    "type",
    "tlp",
    "confidence",
    "first_seen",
    "last_seen",
    "source",
    "note",
    "tags",
    "components",
    "retired",
    "added",
    "added_by",
    "indicator_id",
];

/// One row an indicator, in the order they were added.
///
/// # Errors
/// None that can happen.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let (incident, all) = (&released.incident, &released.incident.indicators);
    let ties = all.all_ties();
    let time = |at: Option<DateTime<Utc>>| at.map(instant).unwrap_or_default();
    let mut table = Table::new(&[&COLUMNS[..], &mark::COLUMNS].concat());
    for item in all.all().iter().filter(|item| !all.undone(item)) {
        let tied = ties.get(&item.id).map(|ties| ties.components.as_slice()).unwrap_or_default();
        let names =
            tied.iter().filter_map(|id| incident.component(id)).map(|component| component.name.as_str());
        let mut cells = vec![
            item.value.clone(),
            all.kind(item).to_owned(),
            all.tlp(item).map(Tlp::id).unwrap_or_default().to_owned(),
            all.confidence(item).map(Confidence::id).unwrap_or_default().to_owned(),
            time(all.first(item)),
            time(all.last(item)),
            all.source(item).unwrap_or_default().to_owned(),
            all.note(item).unwrap_or_default().to_owned(),
            all.tags(item).join("; "),
            super::entry::joined(names),
            all.retired(item).map(|retired| retired.reason.clone()).unwrap_or_default(),
            instant(all.addition(item).at),
            all.addition(item).by.clone(),
            item.id.to_string(),
        ];
        cells.extend(mark::cells(released));
        table.row(&cells);
    }
    table.end()
}

/// The value of a cell as an indicator: of the type that was named, or of the one it looks like.
///
/// # Errors
/// In words, why it is none.
pub fn adding(value: &str, kind: Option<&str>, own: Details) -> Result<Adding, String> {
    let kind = kind.map(Kind::parse).transpose().map_err(|refusal| refusal.message)?.flatten();
    let found = match kind {
        Some(kind) => indicator::of_kind(kind, value),
        None => indicator::detect(value),
    };
    let found = found.map_err(|why| why.words())?;
    let own = (!own.is_empty()).then(|| Box::new(own));
    Ok(Adding { kind: found.kind, value: found.value, own })
}

/// An indicator of a row, and what it is tied to.
pub fn add(
    (place, at, who): (&Place, Option<Happened>, Option<String>),
    adding: Adding,
    components: &[String],
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let value = adding.value.clone();
    let act = |change| {
        Piece::Act(Box::new(Act { at: at.clone(), who: who.clone(), ..Act::new(place.clone(), change) }))
    };
    sink(act(Change::Indicator(Indicating::Add {
        indicators: vec![adding],
        with: Details::default(),
        components: Vec::new(),
    })))?;
    if components.is_empty() {
        return ControlFlow::Continue(());
    }
    sink(act(Change::Indicator(Indicating::Link {
        indicators: vec![value],
        components: components.to_vec(),
        entries: Vec::new(),
        incidents: Vec::new(),
    })))
}

/// Puts the indicator of a row on the list.
pub fn take(row: &Row<'_>, reading: &Reading<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(value) = row.get("indicator") else {
        return sink(row.refused("indicator", "there is no value"));
    };
    let own = match details(row, reading) {
        Ok(own) => own,
        Err((column, why)) => return sink(row.refused(column, why)),
    };
    let at = match row.get("added").map(|words| moment::read(words, reading)).transpose() {
        Ok(at) => at,
        Err(why) => return sink(row.refused("added", why)),
    };
    let adding = match adding(value, row.get("type"), own) {
        Ok(adding) => adding,
        Err(why) => return sink(row.refused("indicator", why)),
    };
    let who = row.get("added_by").map(str::to_owned);
    let value = adding.value.clone();
    add((&row.place, at.clone(), who.clone()), adding, &row.list("components"), sink)?;
    let Some(reason) = row.get("retired") else { return ControlFlow::Continue(()) };
    let retire =
        Indicating::Retire { indicators: vec![value], to: Use::Retired, reason: Some(reason.to_owned()) };
    sink(Piece::Act(Box::new(Act { at, who, ..Act::new(row.place.clone(), Change::Indicator(retire)) })))
}

fn details(row: &Row<'_>, reading: &Reading<'_>) -> Result<Details, (&'static str, String)> {
    let time = |name: &'static str| {
        let read = |words| moment::read(words, reading).map(|at| at.utc());
        row.get(name).map(read).transpose().map_err(|why| (name, why))
    };
    let said =
        |name: &'static str, refusal: Refusal| (name, refusal.message.trim_end_matches('.').to_owned());
    Ok(Details {
        tlp: row.get("tlp").map(Tlp::parse).transpose().map_err(|refusal| said("tlp", refusal))?,
        confidence: row
            .get("confidence")
            .map(Confidence::parse)
            .transpose()
            .map_err(|refusal| said("confidence", refusal))?,
        first: time("first_seen")?,
        last: time("last_seen")?,
        source: row.get("source").map(str::to_owned),
        note: row.get("note").map(str::to_owned),
        tags: row.list("tags"),
        ..Details::default()
    })
}
