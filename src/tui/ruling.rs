//! Ruling on a contested field: both sides on a card, and one key each that says whose word holds.

use super::app::App;
use super::list::Cursor;
use super::modal::{Card, CardOf, Chosen, Item, Modal};
use crate::incident::contested::Claim;
use crate::model::time;

/// Opens the card of a contested field, the side that is shown now under the cursor.
pub(super) fn open(app: &mut App, field: &str) {
    let Some(incident) = app.incident() else { return };
    let Some(contested) = incident.contested().into_iter().find(|contested| contested.field == field) else {
        return;
    };
    let zone = app.zone();
    let item = |(k, claim): (usize, &Claim)| Item {
        key: (k + 1).to_string(),
        text: claim.says.clone(),
        note: match incident.entry_of(claim.line) {
            Some(entry) => format!("{}, {}", claim.by, time::when(entry.happened, app.now, &zone)),
            None => claim.by.clone(),
        },
        chosen: Chosen::Rule(Box::new(claim.setting.clone())),
        refused: None,
    };
    let items: Vec<Item> = contested.sides.iter().enumerate().map(item).collect();
    let shown = &contested.sides[contested.shown];
    let facts = [
        ("Why", "Set by people who did not know of each other's word.".to_owned()),
        ("Shown now", format!("{} ({}), until somebody rules", shown.says, shown.by)),
        ("Ruling", "writes whose word holds; the others stay in the record, and u takes it back.".to_owned()),
    ];
    let mut cursor = Cursor::default();
    cursor.go(contested.shown, items.len(), items.len());
    app.modals.push(Modal::Card(Card {
        of: CardOf::Ruling,
        title: format!("Contested: {}", contested.field),
        facts: facts.map(|(label, words)| (label.to_owned(), words)).into(),
        items,
        cursor,
    }));
}
