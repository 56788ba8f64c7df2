//! The components as a table, and back.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::mark;
use super::row::Row;
use super::write::{Table, instant};
use crate::exchange::Moment;
use crate::exchange::intake::{Act, Piece, Reading, Sink, moment};
use crate::incident::command::Command;
use crate::incident::component::Order;
use crate::incident::release::Released;
use crate::model::component::{AddComponent, Details, Facts, Stage};
use crate::model::refusal::Refusal;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text::quoted;
use crate::verb::{Change, Staging};

/// Its columns, before those of [`mark`].
pub const COLUMNS: [&str; 11] = [
    "component",
    "type",
    "stage",
    "since",
    "owner",
    "critical",
    "tags",
    "note",
    "verdict",
    "added",
    "component_id",
];

/// One row a component, by name.
///
/// # Errors
/// None that can happen.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&[&COLUMNS[..], &mark::COLUMNS].concat());
    for component in released.incident.components_by(Order::Name) {
        let words = |words: Option<&str>| words.unwrap_or_default().to_owned();
        let mut cells = vec![
            component.name.clone(),
            component.kind.clone(),
            component.stage().id().to_owned(),
            instant(component.since()),
            words(component.owner()),
            if component.critical() { "yes" } else { "" }.to_owned(),
            component.tags().join("; "),
            words(component.note()),
            words(component.verdict()),
            instant(component.added),
            component.id.to_string(),
        ];
        cells.extend(mark::cells(released));
        table.row(&cells);
    }
    table.end()
}

/// Puts the component of a row on the list, at the stage it stands at since then.
pub fn take(row: &Row<'_>, reading: &Reading<'_>, met: &mut Met, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(name) = row.get("component") else {
        return sink(row.refused("component", "there is no name"));
    };
    let Some(kind) = row.get("type") else {
        return sink(row.refused("type", "there is no type"));
    };
    if let Some(why) = no_type(kind) {
        return sink(row.refused("type", why));
    }
    let word = row.get("stage").unwrap_or("suspected");
    let Some(stage) = Stage::read(&word.to_lowercase()) else {
        return sink(row.refused("stage", format!("there is no stage {}", quoted(word))));
    };
    let at = match row.first(&["since", "added"]) {
        None => None,
        Some((column, words)) => match moment::read(words, reading) {
            Ok(at) => Some(at),
            Err(why) => return sink(row.refused(column, why)),
        },
    };
    let words = |name: &str| row.get(name).map(str::to_owned);
    let details = Details {
        owner: words("owner"),
        critical: row.get("critical").is_some_and(says_yes),
        tags: row.list("tags"),
        note: words("note"),
        verdict: words("verdict"),
    };
    let add = AddComponent { details, ..AddComponent::new(name, kind, stage) };
    let said = row.get("stage").is_some();
    let change = met.brings(add, said);
    sink(Piece::Act(Box::new(Act { at, ..Act::new(row.place.clone(), change) })))
}

/// Names of components that rows of a table have brought: a later row of one tells how it went on.
#[derive(Default)]
pub struct Met(HashSet<String>);

impl Met {
    /// Puts a component on the list; one that an earlier row has put there comes to the stage the row says.
    pub fn brings(&mut self, add: AddComponent, stage_said: bool) -> Change {
        if self.0.insert(add.name.to_lowercase()) || !stage_said {
            return Command::AddComponent(add).into();
        }
        // A way back needs a reason, and so does one that leaves something out.
        let reason = add.details.note.unwrap_or_else(|| "as the table says".to_owned());
        Change::Stage(Box::new(Staging {
            components: vec![add.name],
            to: add.stage,
            reason: Some(reason),
            facts: Facts::default(),
            ticks: Vec::new(),
            measure: None,
        }))
    }
}

/// Why a word is no type of component; `None`: it is one.
pub fn no_type(words: &str) -> Option<String> {
    let refusal = TAXONOMY.asset_type(words).err()?;
    let message = refusal.message.trim_end_matches('.').to_owned();
    Some(refusal.hint.map_or(message.clone(), |hint| format!("{message}; {}", hint.trim_end_matches('.'))))
}

/// Whether a cell says yes.
pub fn says_yes(cell: &str) -> bool {
    matches!(cell.trim().to_lowercase().as_str(), "yes" | "y" | "true" | "1" | "x")
}
