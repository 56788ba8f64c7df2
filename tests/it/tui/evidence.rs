//! Evidence on its screen: asked for, received, hashed beside the work, handed on, and found changed.

use std::fs;

use casebook::model::evidence::{Integrity, Standing};
use casebook::tui::msg::Msg;

use super::session::{Place, Story, incident};

/// An incident with a live server, on the Evidence screen.
fn with_a_server() -> (Place, Story) {
    let (place, story) = incident();
    let story = story.press(":component add FS02 --stage confirmed<enter>").press("5");
    (place, story)
}

fn file(place: &Place, name: &str, bytes: &[u8]) -> String {
    let path = place.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

#[test]
fn a_file_is_added_with_its_hash_and_quiets_what_was_missing() {
    let (place, story) = with_a_server();
    assert!(story.screen().contains("NOT IMAGED:  FS02"), "{}", story.screen());
    let path = file(&place, "fs02.mem", b"abc");
    let story = story.press(&format!("e{path}<tab><tab><tab>FS02<enter>"));
    let screen = story.screen();
    for words in ["E-001", "fs02.mem", "memory", "3 bytes", "not re-checked", "taken by ana"] {
        assert!(screen.contains(words), "{words}:\n{screen}");
    }
    assert!(screen.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert!(!screen.contains("NOT IMAGED"), "{screen}");
    let item = &story.on_disk(&place).evidence[0];
    assert_eq!((item.kind(), item.holder(), item.size()), ("memory", Some("ana"), Some(3)));
    insta::assert_snapshot!(screen.replace(&place.path().display().to_string(), "[PLACE]"));
}

#[test]
fn the_phase_dialog_names_a_host_without_an_image_until_its_memory_is_kept() {
    let (place, story) = with_a_server();
    let story = story.press("1:phase analysis<enter>:phase containment --accept \"ana: seen\"<enter>p");
    let before = story.screen();
    assert!(before.contains("evidence at risk    FS02"), "{before}");
    let path = file(&place, "fs02.mem", b"abc");
    let story = story.press("<esc>5").press(&format!("e{path}<tab><tab><tab>FS02<enter>")).press("1p");
    assert!(!story.screen().contains("evidence at risk"), "{}", story.screen());
}

#[test]
fn what_was_asked_for_stands_on_top_until_it_has_come() {
    let (place, story) = with_a_server();
    let story = story.press("e<tab>VPN logs<tab><tab><tab><right><tab>the provider<tab>14:30<enter>");
    assert!(story.screen().contains("ASKED FOR 1:  requested, not received"), "{}", story.screen());
    assert!(story.screen().contains("due 14:30"), "{}", story.screen());
    let story = story.later(40).press("j");
    assert!(story.screen().contains("OVERDUE 0:16"), "{}", story.screen());
    let path = file(&place, "vpn.csv", b"time,user\n");
    let story = story.press(&format!("x{path}<enter>"));
    let item = &story.on_disk(&place).evidence[0];
    assert_eq!((item.standing(), item.source()), (Standing::Held, Some("the provider")));
    assert!(!story.screen().contains("ASKED FOR"), "{}", story.screen());
    let story = story.press("x");
    assert!(story.said().contains("E-001 is here already"), "{}", story.said());
}

#[test]
fn custody_is_passed_on_with_the_hash_looked_at_and_is_not_taken_back() {
    let (place, story) = with_a_server();
    let path = file(&place, "fs02.mem", b"abc");
    let story = story.press(&format!("e{path}<enter>"));
    let story = story.press(">Lars<tab>to the lab<enter>");
    let item = story.on_disk(&place).evidence[0].clone();
    assert_eq!((item.holder(), item.custody[0].matches), (Some("Lars"), Some(true)));
    assert!(story.screen().contains("ana → Lars"), "{}", story.screen());
    let story = story.press("u");
    assert!(story.said().contains("is not taken back: E-001"), "{}", story.said());
    assert_eq!(story.on_disk(&place).evidence[0].holder(), Some("Lars"));
}

#[test]
fn a_changed_file_is_loud_and_stays_loud() {
    let (place, story) = with_a_server();
    let path = file(&place, "fs02.mem", b"abc");
    let story = story.press(&format!("e{path}<enter>"));
    fs::write(place.path().join("fs02.mem"), b"abd").unwrap();
    let story = story.press("V<enter>");
    assert!(story.said().contains("MISMATCH: E-001"), "{}", story.said());
    assert!(story.session.console.sent.contains(&7), "it rings");
    let story = story.press("j");
    assert!(story.screen().contains("MISMATCH 1:  E-001 fs02.mem"), "{}", story.screen());
    assert_eq!(story.on_disk(&place).evidence[0].integrity(), Some(Integrity::Mismatch));
}

#[test]
fn while_a_file_is_read_the_keys_go_on_and_the_last_line_tells_how_far() {
    let (place, story) = with_a_server();
    let path = file(&place, "big.img", &vec![7; 3 << 20]);
    let mut story = story.press("e");
    // The form is answered; what the thread says comes when this test lets it.
    let effects = {
        let app = &mut story.session.app;
        let typed = Msg::Paste(path);
        casebook::tui::update::update(app, typed);
        let enter = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Enter);
        casebook::tui::update::update(app, Msg::Key(enter))
    };
    assert!(matches!(effects[..], [casebook::tui::msg::Effect::Hash(_)]), "{effects:?}");
    story.session.take(Msg::Hashing("big.img".into(), 450_000_000, 1_000_000_000));
    let story = story.press("nstill here<enter>");
    assert!(story.log().iter().any(|line| line == "note still here"));
    let story = story.press("j");
    assert!(story.screen().contains("big.img [####......] 45 %  450 MB of 1.0 GB"), "{}", story.screen());
    // Another file has to wait, and V asks whether to stop this one.
    let story = story.press(&format!("e{}<enter>", file(&place, "b", b"b")));
    assert!(story.screen().contains("big.img is still being read"), "{}", story.screen());
    let mut story = story.press("<esc>V");
    assert!(story.screen().contains("Stop reading big.img?"), "{}", story.screen());
    story = story.press("<esc>");
    story.session.take(Msg::Hashed(Err("The disk is gone.".into())));
    assert!(story.session.app.hashing.is_none());
    let story = story.press("0");
    assert!(story.screen().contains("big.img"), "the words are kept:\n{}", story.screen());
}

#[test]
fn a_file_that_is_not_there_is_said_and_its_words_are_kept() {
    let (place, story) = with_a_server();
    let nowhere = place.path().join("nowhere.mem").display().to_string();
    let story = story.press(&format!("e{nowhere}<tab>memory of FS02<enter>"));
    assert!(story.said().contains("There is no file"), "{}", story.said());
    let story = story.press("e");
    assert!(story.screen().contains("memory of FS02"), "{}", story.screen());
}

#[test]
fn found_by_its_hash_an_item_is_shown_where_it_stands() {
    let (place, story) = with_a_server();
    let path = file(&place, "fs02.mem", b"abc");
    let story = story.press(&format!("e{path}<enter>")).press("1/ba7816bf<enter>");
    assert!(story.screen().contains("sha256    ba7816bf"), "{}", story.screen());
}
