//! A file of another program taken in on the screens.

use super::session::{Place, Story};

const EDR: &str = "When,Machine,What,Remote,Level\n\
    2026-11-21 14:01,FS01,beacon every 60 s,203.0.113.9,4\n\
    2026-11-21 14:02,FS02,\"never closed,203.0.113.9,4\n\
    2026-11-21 14:03,FS02,beacon every 60 s,203.0.113.10,4\n";

fn at(size: (u16, u16), name: &str, text: &str) -> (Place, Story, String) {
    let place = Place::new();
    let path = place.path().join(name);
    std::fs::write(&path, text).unwrap();
    let story = place.sit_at("ana", size).press("aRansomware on the file servers<enter>");
    (place, story, path.display().to_string())
}

#[test]
fn columns_are_mapped_with_arrows_and_nothing_is_written_before_enter() {
    let (place, story, path) = at((100, 30), "edr.csv", EDR);
    let before = story.log();
    let story = story.press(&format!(":import csv {path}<enter>"));
    let screen = story.screen();
    assert!(screen.contains("Nothing can be taken as it is read now: 0 new, 3 refused"), "{screen}");
    assert!(screen.contains("names no zone"), "{screen}");
    // The first row is the zone, the next ones are the columns.
    let story = story.press("<home><right>");
    assert!(story.screen().contains("Would record 2 new entries, 1 refused"), "{}", story.screen());
    assert!(story.screen().contains("row 3  a quote in What is never closed"), "{}", story.screen());
    // Remote is left out until it is said to be an indicator: ten to the left of it, around the end.
    let mut story = story.press("<down><down><down><down>");
    for _ in 0..13 {
        story = story.press("<right>");
    }
    assert!(story.screen().contains("< indicator >"), "{}", story.screen());
    assert!(
        story.screen().contains("Would record 2 new (2 entries, 2 indicators), 1 refused"),
        "{}",
        story.screen()
    );
    assert_eq!(story.log(), before);
    let story = story.press("<enter>");
    assert!(
        story.said().starts_with("edr.csv: 2 new (2 entries, 2 indicators), 1 refused."),
        "{}",
        story.said()
    );
    let record = story.on_disk(&place);
    assert_eq!(record.indicators.all().len(), 2);
    // It is one act, and once is enough.
    let story = story.press("u<enter>");
    assert!(story.on_disk(&place).entries.iter().filter(|entry| entry.undone_by.is_some()).count() >= 3);
    let _ = story;
}

#[test]
fn leaving_records_nothing_and_a_known_table_asks_only_whether() {
    let table = "happened,who,kind,lane,text,components,techniques,source\n\
        2026-11-21T14:00:00Z,bo,observation,actor,shares gone,FS02,T1486,syslog\n";
    let (_place, story, path) = at((100, 30), "timeline.csv", table);
    let before = story.log();
    let story = story.press(&format!(":import csv {path}<enter>"));
    assert!(story.screen().contains("Would record 1 new entry"), "{}", story.screen());
    assert!(!story.screen().contains("first values"), "{}", story.screen());
    let story = story.press("<esc>");
    assert_eq!(story.log(), before);
    let story = story.press(&format!(":import csv {path}<enter><enter>"));
    assert!(story.said().starts_with("timeline.csv: 1 new entry."), "{}", story.said());
    let story = story.press(&format!(":import csv {path}<enter>"));
    assert!(story.screen().contains("Nothing new: 0 new, 1 here already"), "{}", story.screen());
    let story = story.press("<enter>");
    assert!(story.said().contains("nothing new in it"), "{}", story.said());
}

#[test]
fn what_cannot_be_read_says_why() {
    let (_place, story, path) = at((100, 30), "edr.csv", EDR);
    let story = story.press(":import csf /nowhere<enter>");
    assert!(story.screen().contains("There is no format"), "{}", story.screen());
    let story = story.press("<esc>:import csv /nowhere/at/all.csv<enter>");
    assert!(story.screen().contains("could not be read"), "{}", story.screen());
    let story = story.press(&format!("<esc>:import iris {path}<enter>"));
    assert!(story.screen().contains("It is no table of DFIR-IRIS"), "{}", story.screen());
}

#[test]
fn the_mapper_fits_every_screen() {
    for (columns, rows) in [(140, 40), (100, 30), (80, 24)] {
        let (_place, story, path) = at((columns, rows), "edr.csv", EDR);
        let story = story.press(&format!(":import csv {path} --assume-zone utc<enter>"));
        insta::assert_snapshot!(format!("intake_{columns}x{rows}"), story.screen());
    }
}

#[test]
fn where_every_row_lacks_a_zone_the_screen_says_what_to_choose() {
    let table = "When,What\n2026-11-21 14:01,beacon\n2026-11-21 14:02,beacon again\n";
    let (_place, story, path) = at((80, 24), "edr.csv", table);
    let story = story.press(&format!(":import csv {path}<enter>"));
    let screen = story.screen();
    assert!(screen.contains("Nothing can be taken as it is read now: 0 new, 2 refused"), "{screen}");
    assert!(screen.contains("Its times name no zone: choose one in the first row."), "{screen}");
    assert!(screen.contains("2026-11-21 14:01 | 2026-11-21 14:02"), "{screen}");
    let story = story.press("<enter>");
    assert!(story.said().contains("No row of it can be taken"), "{}", story.said());
    let story = story.press("g<right>");
    assert!(story.screen().contains("Would record 2 new entries"), "{}", story.screen());
    // Without a column of times the refusal names what this screen has, not the options of the shell.
    let story = story.press("j<left><enter>");
    assert!(!story.said().contains("--map") && !story.screen().contains("--map"), "{}", story.screen());
}

#[test]
fn thousands_of_acts_are_recorded_beside_the_loop_and_taken_back_as_one() {
    let mut table = String::from("datetime,message\n");
    for n in 0..2_500 {
        table.push_str(&format!("2026-11-21T{:02}:{:02}:00Z,logon number {n}\n", n / 60 % 14, n % 60));
    }
    let (place, story, path) = at((100, 30), "many.csv", &table);
    let before = story.log().len();
    let story = story.press(&format!(":import csv {path}<enter>")).press("<enter>");
    assert!(story.said().starts_with("many.csv: 2,500 new entries"), "{}", story.said());
    assert_eq!(story.log().len(), before + 2_500);
    assert_eq!(story.on_disk(&place).entries.len(), before + 2_500);
    let story = story.press(":log and one more<enter>");
    let record = story.on_disk(&place);
    assert_eq!(record.entries.last().unwrap().text, "and one more");
    let story = story.press("u<enter>").press("u<enter>");
    let record = story.on_disk(&place);
    let standing =
        record.entries.iter().filter(|entry| entry.undone_by.is_none() && entry.text.starts_with("logon"));
    assert_eq!(standing.count(), 0, "{}", story.screen());
}
