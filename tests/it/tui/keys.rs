//! The table of keys: complete, without doubles, and safe where it matters.

use std::collections::BTreeMap;

use casebook::tui::act::Action;
use casebook::tui::keymap::{KEYMAP, Scope, markdown};

use super::session::incident;

/// The scopes whose keys work at the same time.
const TOGETHER: [&[Scope]; 17] = [
    &[Scope::Everywhere, Scope::Lists, Scope::Board],
    &[Scope::Everywhere, Scope::Lists, Scope::Board, Scope::BoardTasks],
    &[Scope::Everywhere, Scope::Lists, Scope::Board, Scope::BoardLog],
    &[Scope::Everywhere, Scope::Lists, Scope::Timeline],
    // In the picture the keys that lead to another pane lead to another time.
    &[Scope::Everywhere, Scope::Timeline, Scope::Picture],
    &[Scope::Everywhere, Scope::Lists, Scope::Components],
    &[Scope::Everywhere, Scope::Lists, Scope::Evidence],
    &[Scope::Everywhere, Scope::Lists, Scope::People],
    &[Scope::Everywhere, Scope::Lists, Scope::Notices],
    &[Scope::Everywhere, Scope::Lists, Scope::Decisions],
    &[Scope::Everywhere, Scope::Lists, Scope::Report],
    &[Scope::Everywhere, Scope::Lists, Scope::Drill],
    // An open message has the digits, so that they answer it.
    &[Scope::Drill, Scope::DrillMessage],
    // A facilitator's Enter sends, their n is hidden.
    &[Scope::Control],
    // In a replay the keys that lead aside, up and down lead through time.
    &[Scope::Replay],
    &[Scope::PhaseDialog],
    &[Scope::Typing],
];

#[test]
fn no_key_means_two_things_in_one_place() {
    for scopes in TOGETHER {
        let mut seen: BTreeMap<&str, Action> = BTreeMap::new();
        for binding in KEYMAP.iter().filter(|binding| scopes.contains(&binding.scope)) {
            for key in binding.keys {
                let before = seen.insert(key, binding.action);
                assert_eq!(before, None, "{key} in {scopes:?}");
            }
        }
    }
}

#[test]
fn every_binding_says_what_it_does() {
    for binding in KEYMAP {
        assert!(!binding.keys.is_empty() && binding.help.len() > 1, "{:?}", binding.action);
        assert!(binding.word.chars().count() <= 12, "{}", binding.word);
    }
}

#[test]
fn the_table_for_readers_names_every_key_once_a_scope() {
    let table = markdown();
    assert_eq!(table.lines().count(), KEYMAP.len() + 2);
    for binding in KEYMAP {
        assert!(table.contains(&binding.help.replace('|', "\\|")), "{}", binding.help);
    }
}

#[test]
fn movement_keys_never_write() {
    let (_place, mut story) = incident();
    for pane in 0..3 {
        for binding in KEYMAP.iter().filter(|binding| binding.scope == Scope::Lists) {
            let moves = matches!(
                binding.action,
                Action::Down
                    | Action::Up
                    | Action::Top
                    | Action::Bottom
                    | Action::PageDown
                    | Action::PageUp
                    | Action::HalfDown
                    | Action::HalfUp
                    | Action::Mark
            );
            assert!(!(moves && binding.action.writes()));
            if moves {
                let keys = binding.keys.iter().filter(|key| key.chars().count() == 1);
                for key in keys {
                    story = story.press(key);
                }
            }
        }
        story = story.press("<space><tab>");
        assert_eq!(story.log().len(), 1, "something was written in pane {pane}");
        assert!(story.session.app.modals.is_empty());
    }
}

#[test]
fn a_key_the_footer_dims_says_why() {
    let (_place, story) = incident();
    let refusal = story.session.app.offers(Action::Reopen).unwrap_err();
    let story = story.press("o");
    assert!(story.said().starts_with(&refusal.message), "{}", story.said());
}

#[test]
fn a_key_of_the_checklist_says_beside_it_where_the_tasks_are() {
    for (panes, way) in [
        ("<tab>", "Tasks are in the checklist; Shift-Tab goes there."),
        ("<tab><tab>", "Tasks are in the checklist; Tab goes there."),
    ] {
        for key in ["x", "X", "t", "b", "w", "o", "A", "D"] {
            let (_place, story) = incident();
            let story = story.press(panes).press(key);
            assert_eq!(story.said().trim(), way, "{key}");
            assert!(story.session.app.modals.is_empty() && story.log().len() == 1, "{key}");
            let there = if way.contains("Shift") { "<s-tab>" } else { "<tab>" };
            let story = story.press(there).press("w");
            assert!(!story.session.app.modals.is_empty(), "the way said leads to the tasks");
        }
    }
}

#[test]
fn escape_and_a_letter_that_come_together_are_both_taken() {
    let (_place, story) = incident();
    let story = story.press("nwords<a-n>");
    assert!(story.state().contains("note [note]> words"), "{}", story.state());
}

#[test]
fn a_chosen_key_works_beside_the_table_and_a_taken_one_is_named() {
    let chosen = |act: &str, key: &str| (act.to_owned(), key.to_owned());
    let chosen = BTreeMap::from([chosen("done", "K"), chosen("note", "x"), chosen("fly", "F")]);
    let (own, faults) = casebook::tui::keymap::Own::read(&chosen);
    assert_eq!(faults.len(), 2, "{faults:?}");
    let (_place, mut story) = incident();
    story.session.app.own_keys = own;
    let story = story.press("jjK");
    assert!(story.log().last().unwrap().ends_with(": done"), "{:?}", story.log());
}

#[test]
fn the_readme_shows_the_table_as_it_is() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let region = readme.split("<!-- keys -->").nth(1).and_then(|rest| rest.split("<!-- /keys -->").next());
    let same = region.expect("the README has a place for the keys").trim() == markdown().trim();
    assert!(same, "README.md has other keys than the table; run: cargo run --example picture");
}
