//! Words that are not on record yet are never lost.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use casebook::store::Store;
use casebook::tui::app::Disk;

use super::session::{Place, Story, incident, session};
use crate::store::saving::Shared;

/// No space left on the device; an error of input or output.
const ENOSPC: i32 = 28;
const EIO: i32 = 5;

#[test]
fn a_note_echoes_its_time_and_is_saved_with_both_times() {
    let (place, story) = incident();
    let story = story.press("nshares of FS02 gone @13:09");
    assert!(story.state().contains("2026-11-21T13:09:00+00:00"), "{}", story.state());
    let story = story.press("<enter>");
    let entry = story.on_disk(&place).entries.last().unwrap().clone();
    assert_eq!((entry.shown(), entry.late_ms()), ("shares of FS02 gone", 57 * 60_000));
}

#[test]
fn scribe_mode_takes_one_entry_after_the_other() {
    let (_place, story) = incident();
    let story = story.press("None<enter>two<enter><enter>");
    assert_eq!(story.log()[1..], ["note one", "note two"]);
    assert!(story.session.app.modals.is_empty());
}

#[test]
fn words_left_with_escape_come_back_with_the_same_key() {
    let (_place, story) = incident();
    let story = story.press("nhalf a thought<esc>");
    assert_eq!(story.log().len(), 1);
    let story = story.press("n");
    assert!(story.state().contains("note [note]> half a thought"), "{}", story.state());
}

#[test]
fn a_process_killed_while_typing_leaves_its_words_to_the_next_one() {
    let (place, story) = incident();
    let story = story.press("n<tab>nobody has saved this");
    // What a killed process leaves: no end of the session, its drafts and leases as they are.
    drop(story);
    let story = place.sit("ana");
    assert!(story.said().contains("Found what you were typing (a note)"), "{}", story.said());
    let story = story.press("0");
    assert!(story.state().contains("note [action]> nobody has saved this"), "{}", story.state());
    let story = story.press("<enter>");
    assert_eq!(story.log().last().unwrap(), "action nobody has saved this");
    drop(story);
    let story = place.sit("ana");
    assert!(story.said().is_empty(), "nothing is left to find: {}", story.said());
}

#[test]
fn a_new_incident_being_typed_is_found_again_too() {
    let (place, story) = session();
    drop(story.press("aHalf a tit"));
    let story = place.sit("ana").press("a");
    assert!(story.state().contains("Title: Half a tit"), "{}", story.state());
}

#[test]
fn a_paste_never_submits_and_opens_the_note_line() {
    let (_place, story) = incident();
    let story = story.pasted_raw("first line of it\nsecond line\n");
    assert_eq!(story.log().len(), 1);
    assert!(story.state().contains("note [note]> first line of it"), "{}", story.state());
    let story = story.press("<enter>");
    assert_eq!(story.log().last().unwrap(), "note first line of it\nsecond line");
}

#[test]
fn escape_sequences_in_a_paste_are_dropped() {
    let (_place, story) = incident();
    let story = story
        .press("n")
        .read(vec![crossterm::event::Event::Paste("a\u{1b}[2Jb\u{1b}]0;title\u{7}c".to_owned())])
        .press("<enter>");
    assert_eq!(story.log().last().unwrap(), "note abc");
}

#[test]
fn a_text_that_is_too_long_is_refused_with_the_limit_and_kept() {
    let (_place, story) = incident();
    let long = "word ".repeat(40_000);
    let story = story.press("n").read(vec![crossterm::event::Event::Paste(long)]).press("<enter>");
    let wrong = match story.session.app.top() {
        Some(casebook::tui::modal::Modal::Note(note)) => note.wrong.clone().unwrap(),
        _ => panic!("the note line is gone"),
    };
    assert!(wrong.message.contains("16,384"), "{}", wrong.message);
    assert_eq!(story.log().len(), 1);
}

#[test]
fn quitting_asks_while_words_are_not_on_record() {
    let (_place, story) = incident();
    let story = story.press("nhalf<esc>q");
    assert!(story.state().contains("quit? Words of a note are not on record"), "{}", story.state());
    let story = story.press("q");
    assert!(story.session.over());
}

#[test]
fn a_store_that_cannot_be_written_loses_no_word() {
    let place = Place::new();
    std::fs::write(place.path().join("store"), "a file where the folder should be").unwrap();
    let story = place.sit("ana").press("aRansomware<enter>");
    assert!(story.said().contains("your words are kept"), "{}", story.said());
    let story = story.press("a");
    assert!(story.state().contains("Title: Ransomware"), "{}", story.state());
}

/// Somebody with an incident open on a disk that can be made to fail.
fn on_a_failing_disk() -> (Place, Shared, Story) {
    let (place, disk) = (Place::new(), Shared::default());
    let files = Arc::new(disk.clone());
    let setup = place.store_setup();
    let story = place.open("ana", (100, 30), |screens| screens.store = Store::with(setup, files));
    (place, disk, story.press("aRansomware<enter>"))
}

#[test]
fn what_the_disk_does_not_take_waits_is_said_and_is_tried_again() {
    let (place, disk, story) = on_a_failing_disk();
    disk.0.write.store(ENOSPC, Ordering::SeqCst);
    let story = story.press("nwritten into the void<enter>");
    assert_eq!(story.log().last().unwrap(), "note written into the void", "it is on the screen at once");
    let not_saved = &story.session.app.disk;
    assert!(matches!(not_saved, Disk::NotSaved(1, why) if why.contains("full")), "{not_saved:?}");
    let story = story.press("q");
    assert!(story.state().contains("quit? 1 line is not saved"), "{}", story.state());
    disk.0.write.store(0, Ordering::SeqCst);
    let story = story.press("<esc>").later(1).settled().settled();
    assert!(matches!(story.session.app.disk, Disk::Saved(_)), "{:?}", story.session.app.disk);
    assert_eq!(story.on_disk(&place).entries.last().unwrap().shown(), "written into the void");
}

#[test]
fn words_sent_to_a_disk_that_fails_are_still_a_draft() {
    let (place, disk, story) = on_a_failing_disk();
    disk.0.sync.store(EIO, Ordering::SeqCst);
    // Killed while the line waits for the disk.
    drop(story.press("nnot on the disk<enter>"));
    let story = place.sit("ana").press("0");
    assert!(story.state().contains("note [note]> not on the disk"), "{}", story.state());
}

#[test]
fn keys_typed_ahead_in_one_read_are_keys() {
    let (_place, story) = session();
    let story = story.pasted_raw("aRansomware on the file servers\n");
    assert_eq!(story.session.app.incident().unwrap().title(), "Ransomware on the file servers");
    let story = story.pasted_raw("nshares of FS02 gone\n");
    assert_eq!(story.log().last().unwrap(), "note shares of FS02 gone");
    let story = story.pasted_raw("xd41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(story.log().len(), 2, "a pasted hash settles no task");
    assert!(story.state().contains("note [note]> xd41d8cd98f00b204"), "{}", story.state());
}

#[test]
fn a_burst_that_begins_with_a_colon_is_a_line_and_no_note() {
    let line = ":severity 2 --reason \"patient data at risk\"";
    // On every pane, over the help and over the card of a task.
    for before in ["", "<tab>", "<tab><tab>", "?", "jj<enter>"] {
        let (_place, story) = incident();
        let story = story.press(before).pasted_raw(line);
        match story.session.app.modals.as_slice() {
            [casebook::tui::modal::Modal::Command(open)] => assert_eq!(open.input.value(), line[1..]),
            _ => panic!("{before:?}: {}", story.state()),
        }
        let story = story.press("<enter>");
        let last = story.log().last().unwrap().clone();
        assert!(last.contains("SEV2") && last.contains("patient data at risk"), "{last}");
    }
    let (_place, story) = incident();
    let story = story.pasted_raw(&format!("{line}\n"));
    assert!(story.log().last().unwrap().contains("SEV2"), "its Enter gives it");
}

#[test]
fn a_burst_of_several_lines_gives_no_command_before_enter() {
    let (_place, story) = incident();
    let story = story.pasted_raw(":log found at once\non two lines\n");
    assert_eq!(story.log().len(), 1);
    match story.session.app.top() {
        Some(casebook::tui::modal::Modal::Command(open)) => {
            assert_eq!(open.input.value(), "log found at once on two lines");
        }
        _ => panic!("{}", story.state()),
    }
    let (_place, story) = incident();
    let story = story.pasted_raw(":: a comment of a script\nexit 1\n");
    assert!(story.state().contains("note [note]> :: a comment of a script"), "{}", story.state());
}

#[test]
fn a_burst_of_one_line_that_begins_with_n_is_a_note_without_the_n() {
    for before in ["", "<tab>", "<tab><tab>", "?", "jj<enter>"] {
        let (_place, story) = incident();
        let story = story.press(before).pasted_raw("nshares of FS02 gone");
        assert!(story.state().contains("note [note]> shares of FS02 gone"), "{before:?}: {}", story.state());
        let story = story.press("<enter>");
        assert_eq!(story.log().last().unwrap(), "note shares of FS02 gone");
    }
}

#[test]
fn a_burst_whose_first_key_is_refused_is_never_taken_as_keys() {
    let (_place, story) = incident();
    let story = story.press("nfirst<enter><tab>v");
    assert!(story.session.app.case.as_ref().unwrap().as_of.is_some(), "{}", story.state());
    let story = story.pasted_raw("nshares of FS02 gone");
    assert!(story.state().contains("shares of FS02 gone"), "{}", story.state());
    assert!(!story.session.app.modals.is_empty());
}

#[test]
fn a_paste_with_nothing_open_begins_an_incident() {
    let (_place, story) = session();
    let story = story.read(vec![crossterm::event::Event::Paste("mail of the provider\nline two".to_owned())]);
    assert!(story.state().contains("Summary: mail of the provider"), "{}", story.state());
}

#[test]
fn the_state_for_other_programs_follows_every_save() {
    let (place, story) = incident();
    let story = story.press("nfor jq too<enter>");
    let folder = place.store().locate("1", 2026).unwrap().folder;
    let text = std::fs::read_to_string(folder.join("incident.json")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shown = serde_json::to_value(story.session.app.incident().unwrap().document()).unwrap();
    assert_eq!(state["state"], shown);
}

#[test]
fn a_draft_of_a_form_is_named_in_words() {
    let (place, story) = incident();
    drop(story.press("wno logs roll there"));
    let story = place.sit("ana");
    assert!(story.said().contains("(why a task is not needed)"), "{}", story.said());
}

#[test]
fn a_reason_typed_at_once_into_the_waive_form_is_the_reason() {
    let (_place, story) = incident();
    let story = story.press("wno logs roll there<enter>");
    let last = story.log().last().unwrap().clone();
    assert!(last.contains("waived") && last.contains("no logs roll there"), "{last}");
}

#[test]
fn a_paste_into_a_choice_goes_to_the_next_field_that_takes_words() {
    let (_place, story) = incident();
    let paste = crossterm::event::Event::Paste("patient data at risk".to_owned());
    let story = story.press("S2").read(vec![paste]).press("<enter>");
    let last = story.log().last().unwrap().clone();
    assert!(last.contains("SEV2") && last.contains("patient data at risk"), "{last}");
}

#[test]
fn a_form_asks_for_what_is_missing_without_words_of_the_shell() {
    let (_place, story) = incident();
    let story = story.press("w<enter>");
    match story.session.app.top() {
        Some(casebook::tui::modal::Modal::Form(form)) => {
            let wrong = form.wrong.clone().unwrap();
            assert!(wrong.message.contains("reason") && wrong.hint.is_none(), "{wrong:?}");
        }
        _ => panic!("the form is gone"),
    }
}

#[test]
fn who_leaves_in_the_pause_between_two_tries_has_it_tried_once_more() {
    let (place, disk, story) = on_a_failing_disk();
    disk.0.write.store(ENOSPC, Ordering::SeqCst);
    let story = story.press("ninto the void<enter>");
    disk.0.write.store(0, Ordering::SeqCst);
    let left = story.leave();
    assert_eq!((left.unsaved, left.rescued.len()), (0, 0));
    let story = place.sit("bo").press("<enter>");
    assert_eq!(story.log().last().unwrap(), "note into the void");
}
