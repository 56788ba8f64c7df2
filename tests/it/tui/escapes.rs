//! Whatever words stand in a journal, in any field of any kind of event: no frame of a screen steers the terminal.

use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::store::{Created, Series, StoreError, Together};
use serde_json::Value;

use super::session::{Place, afternoon};
use crate::cli::escapes::{HOSTILE, clean};
use crate::store::note;

/// Fields whose words are chosen by people; what else stands in an event are ids, times and words of our own.
const SAID: [&str; 22] = [
    "text",
    "title",
    "name",
    "reason",
    "note",
    "owner",
    "how",
    "why",
    "told",
    "from",
    "to",
    "summary",
    "with",
    "holder",
    "origin",
    "group",
    "verdict",
    "finding",
    "reference",
    "judgement",
    "success",
    "mail",
];

/// The same event with other words wherever a person chose them.
fn reworded(value: &mut Value, words: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if SAID.contains(&name.as_str()) => *text = words.to_owned(),
                    other => reworded(other, words),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| reworded(value, words)),
        _ => {}
    }
}

#[test]
fn no_screen_shows_what_steers_a_terminal_whatever_stands_in_the_journal() {
    let samples = include_str!("../store/golden/samples.txt");
    for hostile in HOSTILE {
        let place = Place::new();
        let store = place.store();
        let draft = |(kind, data): (&str, &str)| {
            let mut value: Value = serde_json::from_str(data).unwrap();
            reworded(&mut value, hostile);
            let event = Event::read(kind, &value.to_string(), false);
            let event =
                if matches!(event, Event::Unknown { .. }) { Event::read(kind, data, false) } else { event };
            Draft { by: (*hostile).to_owned(), who: Some((*hostile).to_owned()), event, ..note("") }
        };
        let mut drafts: Vec<Draft> =
            samples.lines().map(|line| draft(line.split_once(' ').unwrap())).collect();
        drafts.retain(|draft| !matches!(draft.event, Event::Expunged(_) | Event::Stub(_)));
        let rest = drafts.split_off(1);
        let first = |_: &_| Ok::<_, StoreError>(drafts);
        let Created { mut pen, .. } =
            store.create(Series::Inc, crate::store::id(1), afternoon(), first).unwrap();
        pen.append(&rest, Together::Apart, afternoon()).unwrap();
        drop((pen, store));
        let mut story = place.sit("ana");
        for keys in [
            "", "<enter>", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "?", "<esc>", ":", "<esc>",
            "/x", "<esc>", "n",
        ] {
            story = story.press(keys);
            clean(&format!("{hostile:?} after {keys}"), &story.screen());
        }
        for pasted in [*hostile, "\u{1b}[201~\u{1b}]52;c;AAAA\u{7}"] {
            story = story.pasted_raw(pasted);
            clean(&format!("{hostile:?} pasted"), &story.screen());
        }
    }
}
