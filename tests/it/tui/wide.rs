//! What a wide board has room for, and what the head of every screen never loses.

use super::session::{Place, Story};

/// An incident with four components in two phases and two notices, at this size.
fn board(columns: u16, rows: u16) -> (Place, Story) {
    let place = Place::new();
    let story = place
        .sit_at("ana", (columns, rows))
        .press("aRansomware on the file servers<enter>")
        .press(":component add FS01 --stage confirmed<enter>:component add FS02 --stage confirmed<enter>")
        .press(":component add WS-114 --stage restoring<enter>:component add DC01<enter>")
        .press(":notice start eu-gdpr/authority<enter>:notice add Insurer --due +24h<enter>")
        .press(":notice sent N-2 --ref 77120<enter>");
    (place, story)
}

/// The rows of the rail.
fn rail(story: &Story) -> String {
    story.screen().lines().skip(1).take(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_rail_says_what_its_numbers_count_and_loses_none_at_any_width() {
    for columns in [66, 80, 90, 100, 119, 120, 121, 132, 140, 172, 200] {
        let (_place, story) = board(columns, 40);
        let rail = rail(&story);
        for said in [["(1)", "1 comp"], ["(2)", "2 comp"]] {
            assert!(said.iter().any(|said| rail.contains(said)), "{columns}: {rail}");
        }
        assert!(!rail.lines().any(|row| row.trim_end().ends_with('·')), "{columns}: {rail}");
    }
}

#[test]
fn a_wide_board_shows_what_is_owed_and_what_was_sent() {
    let (_place, story) = board(140, 40);
    let screen = story.screen();
    for words in
        ["─ Notices  1 owed", "GDPR: Notify the supervisory authority", "3 d 0 h left  aware", "ref 77120"]
    {
        assert!(screen.contains(words), "{words:?} is missing:\n{screen}");
    }
    let story = story.later(73 * 60).press("<c-l>");
    assert!(story.screen().contains("OVERDUE 1:00"), "{}", story.screen());
    // Half a notice says nothing: a low or narrow board has none.
    for (columns, rows) in [(140, 20), (100, 40), (80, 24)] {
        let (_place, story) = board(columns, rows);
        assert!(!story.screen().contains("─ Notices"), "{}", story.screen());
    }
}

#[test]
fn of_more_notices_than_there_is_room_for_the_number_is_said() {
    let (_place, story) = board(120, 34);
    let story = story.press(":notice add Update1 --due +2h<enter>:notice add Update2 --due +3h<enter>");
    let story = story.press(":notice add Update3 --due +4h<enter>");
    let screen = story.screen();
    assert!(screen.contains("Update1") && screen.contains("and 1 more: 7 shows them"), "{screen}");
}

#[test]
fn the_open_incident_is_marked_while_the_cursor_stands_on_another() {
    for size in [(140, 40), (100, 30), (80, 24), (45, 20)] {
        let place = Place::new();
        let story = place.sit_at("ana", size).press("aFirst<enter><tab><tab>aSecond<enter><tab><tab>");
        let story = if story.screen().contains("First") { story } else { story.press("<tab>") };
        let screen = story.press("j").screen();
        let row = |number: &str| {
            let found = screen.lines().find(|row| row.contains(number) && !row.starts_with(" INC"));
            found.unwrap_or_else(|| panic!("{number} at {size:?}:\n{screen}")).to_owned()
        };
        assert!(row("0002").contains("● "), "{screen}");
        assert!(!row("0001").contains('●') && row("0001").contains('▌'), "{screen}");
    }
}
