//! Whatever words stand in a journal, in any field of any kind of event: no frame of a screen steers the terminal.

use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::model::drill::Profile;
use casebook::store::{Created, Look, Series, StoreError, Together};
use serde_json::Value;

use super::drill::started;
use super::session::{Place, afternoon, incident};
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

/// Every kind of event, saying these words wherever a person may choose them; the first opens an incident.
fn drafts(hostile: &str) -> Vec<Draft> {
    let samples = include_str!("../store/golden/samples.txt");
    let draft = |(kind, data): (&str, &str)| {
        let mut value: Value = serde_json::from_str(data).unwrap();
        reworded(&mut value, hostile);
        let event = Event::read(kind, &value.to_string(), false);
        let event =
            if matches!(event, Event::Unknown { .. }) { Event::read(kind, data, false) } else { event };
        Draft { by: hostile.to_owned(), who: Some(hostile.to_owned()), event, ..note("") }
    };
    let mut drafts: Vec<Draft> = samples.lines().map(|line| draft(line.split_once(' ').unwrap())).collect();
    drafts.retain(|draft| !matches!(draft.event, Event::Expunged(_) | Event::Stub(_)));
    drafts
}

#[test]
fn no_screen_shows_what_steers_a_terminal_whatever_stands_in_the_journal() {
    for hostile in HOSTILE {
        let place = Place::new();
        let mut drafts = drafts(hostile);
        let rest = drafts.split_off(1);
        let first = |_: &_| Ok::<_, StoreError>(drafts);
        let store = place.store();
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

#[test]
fn no_screen_of_a_drill_shows_it_either() {
    for hostile in HOSTILE {
        let place = started(Profile::Plain);
        let store = place.store();
        let (address, _) = store.list(Look::Checked).unwrap().remove(0);
        store.pen(&address).unwrap().append(&drafts(hostile)[1..], Together::Apart, afternoon()).unwrap();
        drop(store);
        let mut story = place.sit("ana").press("<enter>");
        assert!(story.session.app.drill().is_some(), "{}", story.state());
        for keys in ["0", "<enter>", "<esc>", "j", "<enter>", "<esc>", ">", "<esc>", "W", "<esc>"] {
            story = story.press(keys);
            clean(&format!("{hostile:?} after {keys}"), &story.screen());
        }
    }
}

#[test]
fn a_draft_that_somebody_wrote_into_the_state_folder_steers_no_terminal() {
    for hostile in HOSTILE {
        let (place, story) = incident();
        drop(story.press("nWORDS of mine"));
        let words = serde_json::to_string(hostile).unwrap();
        for file in std::fs::read_dir(place.path().join("state/drafts")).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains("WORDS"), "{text}");
            std::fs::write(&path, text.replace("WORDS", words.trim_matches('"'))).unwrap();
        }
        let mut story = place.sit("ana");
        for keys in ["", "0", "<enter>", "<enter>"] {
            story = story.press(keys);
            clean(&format!("{hostile:?} after {keys}"), &story.screen());
        }
        assert!(!story.log().iter().any(|line| line.contains('\u{1b}')), "{:?}", story.log());
    }
}
