//! Stepping through a record in the ordinary screens.

use super::session::{Place, Story};

/// A record of six entries: two of them in the same minute, one written late, one corrected.
fn told(size: (u16, u16)) -> (Place, Story) {
    let place = Place::new();
    let story = place.sit_at("ana", size).press("aRansomware on the file servers<enter>");
    let story = story.later(3).press("nFS02 has a ransom note @13:20<enter>");
    let story = story.press(":component add FS02 --type server --stage confirmed<enter>");
    let story = story.later(10).press(":component stage FS02 contained --how \"port off\"<enter>");
    let story = story.later(5).press(":log Backups are whole<enter>");
    (place, story.later(60))
}

fn banner(story: &Story) -> String {
    let screen = story.screen();
    screen.lines().find(|line| line.contains("REPLAY")).map_or(screen.clone(), |line| line.trim().to_owned())
}

#[test]
fn a_record_is_stepped_through_by_entry_and_by_minute_and_nothing_is_written() {
    let (place, story) = told((100, 30));
    let whole = story.log();
    let story = story.press(":replay<enter>");
    assert!(banner(&story).starts_with("REPLAY 14:06 · entry 1 of 5"), "{}", banner(&story));
    assert!(banner(&story).contains("1 fact of then was written later"), "{}", banner(&story));
    assert!(!story.screen().contains("FS02"), "{}", story.screen());
    let story = story.press("<right>");
    assert!(banner(&story).starts_with("REPLAY 14:09 · entry 2 of 5"), "{}", banner(&story));
    assert!(story.screen().contains("FS02 has a ransom note"), "{}", story.screen());
    // The rest of that minute, then the next one, and back over both.
    let story = story.press("]");
    assert!(banner(&story).starts_with("REPLAY 14:19 · entry 4 of 5"), "{}", banner(&story));
    let story = story.press("3");
    assert!(story.screen().contains("contained"), "{}", story.screen());
    let story = story.press("[");
    assert!(banner(&story).starts_with("REPLAY 14:09 · entry 3 of 5"), "{}", banner(&story));
    assert!(!story.screen().contains("port off"), "{}", story.screen());
    let story = story.press("1n");
    assert!(story.said().starts_with("This is the record as of"), "{}", story.said());
    assert!(banner(&story).contains("REPLAY 14:09"), "the board of then: {}", story.screen());
    let story = story.press("<end><right>");
    assert!(story.said().contains("This is the last of the record."), "{}", story.said());
    let story = story.press("<home><left>");
    assert!(story.said().contains("This is the first of the record."), "{}", story.said());
    let story = story.press("<esc>");
    assert!(!story.screen().contains("REPLAY"), "{}", story.screen());
    assert_eq!((story.log(), story.on_disk(&place).entries.len()), (whole, 5));
}

#[test]
fn one_goes_to_a_time_and_a_time_before_the_record_is_refused_on_the_line() {
    let (_place, story) = told((100, 30));
    let story = story.press(":replay --at 14:15<enter>");
    assert!(banner(&story).starts_with("REPLAY 14:09 · entry 3 of 5"), "{}", banner(&story));
    let story = story.press("g14:30<enter>");
    assert!(banner(&story).starts_with("REPLAY 14:24 · entry 5 of 5"), "{}", banner(&story));
    let story = story.press("g13:00<enter>");
    assert!(story.screen().contains("Nothing was in the record 13:00."), "{}", story.screen());
    let story = story.press("<esc>");
    assert!(banner(&story).starts_with("REPLAY 14:24"), "{}", banner(&story));
}

#[test]
fn what_others_write_meanwhile_is_there_when_the_replay_is_left() {
    let (place, story) = told((100, 30));
    let story = story.press(":replay<enter>");
    let _bo = place.sit("bo").press("nWritten meanwhile<enter>");
    let story = story.press("<right><left>").press("<esc>").until("Written meanwhile");
    assert!(!story.screen().contains("REPLAY"), "{}", story.screen());
}

#[test]
fn the_banner_stands_on_every_size() {
    for (columns, rows) in [(140, 40), (80, 24)] {
        let (_place, story) = told((columns, rows));
        let story = story.press(":replay --at 14:10<enter>");
        insta::assert_snapshot!(format!("replay_{columns}x{rows}"), story.screen());
    }
}

#[test]
fn on_a_phone_every_screen_says_that_the_record_is_replayed() {
    let (_place, story) = told((45, 20));
    let story = story.press(":replay<enter><end>");
    let story = story.press("3");
    assert!(banner(&story).starts_with("REPLAY"), "{}", story.screen());
    assert!(story.screen().contains("FS02"), "{}", story.screen());
    let story = story.press("2");
    assert!(banner(&story).starts_with("REPLAY"), "{}", story.screen());
    let story = story.press("1");
    assert!(banner(&story).starts_with("REPLAY"), "{}", story.screen());
    assert_eq!(story.screen().matches("REPLAY").count(), 1, "{}", story.screen());
}
