//! The timeline: both lanes, their seams, the picture, and the record as of then.

use super::session::{Place, Story};

/// Ransomware as three people would tell it, on a screen of this size.
fn told(size: (u16, u16)) -> (Place, Story) {
    let place = Place::new();
    let story = place.sit_at("ana", size).press("aRansomware on the file servers<enter>");
    let story = story.press(":signal --at 11:40 EDR alert 4471 on FS01<enter>");
    let story = story.later(3).press(
        ":log --actor --technique T1133 --source \"VPN log\" --kind observation --at \"19 Nov 2026 09:12\" \
         Logon with the account of a contractor<enter>",
    );
    let story = story.later(2).press(
        ":log --technique T1562.001 --component FS02 --kind observation --at 11:10 EDR sensor stopped<enter>",
    );
    let story = story.press(
        ":log --actor --technique T1486 --component FS01 --source \"EDR alert 4471\" --at 11:38 Encryption \
         starts<enter>",
    );
    (place, story.later(4).press("2"))
}

#[test]
fn the_timeline_is_drawn_with_lanes_gaps_and_a_picture() {
    for (columns, rows) in [(140, 40), (100, 30), (80, 24), (45, 20)] {
        let (_place, story) = told((columns, rows));
        insta::assert_snapshot!(format!("timeline_{columns}x{rows}"), story.screen());
    }
}

#[test]
fn what_is_earlier_and_in_no_lane_is_placed_by_somebody_and_taken_back() {
    let (place, story) = told((100, 30));
    assert!(story.screen().contains("1 earlier say no lane"), "{}", story.screen());
    let story = story.press("jL<right><tab>T9999<enter>");
    assert!(story.state().contains("! \"T9999\" is no technique of ATT&CK v19"), "{}", story.state());
    let story = story.press("<c-u>Impair Defenses<enter>");
    assert!(story.state().contains("\"Impair Defenses\" is no technique"), "the old name: {}", story.state());
    let story = story.press("<c-u>T1490<tab>EDR console<enter>");
    assert_eq!(story.log().last().unwrap(), "correction lane actor, source EDR console, + T1490");
    let entries = story.on_disk(&place).entries;
    let stopped = entries.iter().find(|entry| entry.text == "EDR sensor stopped").unwrap();
    assert_eq!(stopped.techniques().collect::<Vec<_>>(), ["T1562.001", "T1490"]);
    assert!(!story.screen().contains("say no lane"));
    let story = story.press("u<enter>");
    assert!(story.screen().contains("1 earlier say no lane"), "{}", story.screen());
}

#[test]
fn several_are_placed_at_once_and_undone_at_once() {
    let (_place, story) = told((100, 30));
    let before = story.log().len();
    let story = story.press("<space><space><space>kL<right><right><enter>");
    assert!(story.log().len() > before + 1, "{:?}", story.log());
    let lanes = |story: &Story| {
        let entries = &story.session.app.incident().unwrap().entries;
        entries.iter().filter_map(|entry| entry.said_lane()).map(|lane| lane.word()).collect::<Vec<_>>()
    };
    assert_eq!(lanes(&story), ["us", "us", "us"]);
    assert_eq!(lanes(&story.press("u<enter>")), ["actor", "actor"]);
}

#[test]
fn an_entry_added_on_the_timeline_says_when_and_whose_it_was() {
    let (place, story) = told((100, 30));
    let story = story.press("aShadow copies deleted<tab>11:30<tab><right><tab>inhibit recovery<enter>");
    let entries = story.on_disk(&place).entries;
    let added = entries.last().unwrap();
    assert_eq!((added.shown(), added.techniques[0].as_str()), ("Shadow copies deleted", "T1490"));
    assert_eq!(added.said_lane().map(|lane| lane.word()), Some("actor"));
    let rows: Vec<String> =
        story.screen().lines().filter(|line| line.contains("actor")).map(Into::into).collect();
    let at = |word: &str| rows.iter().position(|row| row.contains(word));
    assert!(at("Shadow") > at("Logon") && at("Shadow") < at("Encryption"), "{rows:#?}");
}

#[test]
fn the_order_the_zoom_and_the_pan_only_look() {
    let (_place, story) = told((140, 40));
    let before = story.log().len();
    let order = |story: &Story| {
        let app = &story.session.app;
        let entries = &app.incident().unwrap().entries;
        let line = |key| casebook::tui::screens::timeline::entry(app.incident().unwrap(), key);
        assert_eq!(entries.len(), before);
        app.shown().unwrap().keys.iter().filter_map(line).map(|e| e.recorded).collect::<Vec<_>>()
    };
    let happened = order(&story);
    let story = story.press("r");
    assert!(order(&story).is_sorted() && !happened.is_sorted());
    let story = story.press("r");
    assert_eq!(order(&story), happened);
    let whole = story.screen();
    let zoomed = story.press("++");
    assert_ne!(zoomed.screen(), whole);
    let near = zoomed.screen();
    let panned = zoomed.press("<tab>llll");
    assert_ne!(panned.screen(), near);
    // Back out of the picture, and back to all of it.
    let story = panned.press("<tab>g--");
    assert_eq!(story.screen().lines().nth(7), whole.lines().nth(7));
}

#[test]
fn v_on_any_row_shows_the_record_of_then_and_what_was_written_later() {
    let (_place, story) = told((100, 30));
    // The opening is the last thing that happened, and was written first.
    let story = story.press("Gv");
    let screen = story.screen();
    assert!(screen.contains("Had happened by then, written later"), "{screen}");
    assert!(screen.contains("Logon with the account"), "{screen}");
    let refused = story.press("L");
    assert!(refused.said().contains("nothing is written there"), "{}", refused.said());
    let story = refused.press("<esc>1");
    assert!(!story.screen().contains("as it stood"));
    // On the board a task stands on the line that last spoke of it.
    let story = story.press("v");
    assert!(story.screen().contains("as it stood"), "{}", story.screen());
    let story = story.press("v");
    assert!(!story.screen().contains("as it stood"));
    let story = story.press(":timeline --as-of 14:07<enter>");
    assert!(story.screen().contains("as it stood 14:07"), "{}", story.screen());
    assert!(story.screen().contains("Had happened by then, written later"), "{}", story.screen());
}
