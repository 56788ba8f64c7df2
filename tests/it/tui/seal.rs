//! Seals that the screens make, and the head code they show.

use casebook::model::root::HeadCode;
use casebook::store::{Class, Depth};

use super::session::{HEAD, Place, Story, incident};

/// Number of lines and occasion of every seal there is.
fn seals(place: &Place, story: &Story) -> Vec<(u64, String)> {
    let store = place.store();
    let address = store.locate(&story.session.app.incident().unwrap().number, 2026).unwrap();
    let verdict = store.verify(&address, Depth::Full);
    assert!(verdict.class() <= Class::Declared, "{:?}", verdict.findings);
    let found = store.seals(&address).into_iter().map(|found| found.seal.unwrap());
    found.map(|seal| (seal.count, seal.occasion)).collect()
}

#[test]
fn a_move_to_another_phase_seals_the_record_and_says_nothing_of_it() {
    let (place, story) = incident();
    assert_eq!(seals(&place, &story), []);
    let story = story.press("><enter>");
    let lines = story.session.app.incident().unwrap().root.count();
    assert_eq!(seals(&place, &story), [(lines, "phase".to_owned())]);
    assert!(!story.state().contains("Sealed"), "{}", story.state());
    let story = story.press("nafter it<enter>");
    assert_eq!(seals(&place, &story).len(), 1, "a note is nothing others build on");
}

#[test]
fn who_asks_for_a_seal_is_told_the_head_that_stands_over_the_log() {
    let (place, story) = incident();
    let story = story.press(":seal<enter>");
    let app = &story.session.app;
    let code = app.incident().unwrap().root.head_code();
    assert!(story.said().contains(&format!("head {code}, not signed")), "{}", story.said());
    assert!(HeadCode::parse(&code.to_string()).is_some());
    assert_eq!(seals(&place, &story).len(), 1);
    let wide = place.sit_at("bo", (140, 40)).press("<enter>");
    assert_eq!(wide.session.app.incident().unwrap().root.head_code(), code, "another screen has the same");
    assert!(wide.screen().contains(&format!("head {HEAD}")), "{}", wide.screen());
    let story = story.press(":seal<enter>");
    assert!(story.said().contains("Sealed before"), "{}", story.said());
}

#[test]
fn a_report_that_leaves_is_sealed_where_it_left() {
    let (place, story) = incident();
    let file = place.path().join("report.md");
    let story = story.press(&format!(":report -o {}<enter>", file.display()));
    let text = std::fs::read_to_string(&file).unwrap();
    let code = story.session.app.incident().unwrap().root.head_code().to_string();
    assert!(text.contains(&code), "{text}");
    assert_eq!(seals(&place, &story).len(), 1);
}
