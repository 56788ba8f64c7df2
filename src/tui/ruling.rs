//! Ruling on a contested field: both sides on a card, and one key each that says whose word holds.

use super::app::{App, Tone};
use super::list::Cursor;
use super::modal::{Card, CardOf, Chosen, Item, Modal};
use crate::incident::contested::Claim;
use crate::incident::setting::Setting;
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

/// Says what somebody set that I had set too, neither knowing of the other, as soon as it is known here: the same
/// task taken by two people is told to both.
pub(super) fn tell(app: &mut App) {
    let me = app.me.name.clone();
    let Some(case) = &mut app.case else { return };
    let (mut news, mut told): (Vec<String>, Vec<Setting>) = (Vec::new(), Vec::new());
    for contested in case.incident.contested() {
        let Some(mine) = contested.sides.iter().find(|side| side.by == me) else { continue };
        let Some(other) = contested.sides.iter().find(|side| side.by != me) else { continue };
        if case.disputes.insert(contested.field.clone())
            && !told.iter().any(|setting| setting.goes_with(&mine.setting))
        {
            told.push(mine.setting.clone());
            news.push(format!(
                "{}: {} says {}, you said {}.",
                contested.field, other.by, other.says, mine.says
            ));
        }
    }
    if let Some(first) = news.first() {
        let more = if news.len() > 1 { format!(" {} more.", news.len() - 1) } else { String::new() };
        app.say(Tone::Told, format!("{first}{more} 0 shows it and rules."));
    }
}
