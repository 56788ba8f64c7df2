//! What strains a screen: long names, long titles, many things at once. A time or a count is never what is cut.

use super::session::{Place, Story};

/// An incident with long names, late things and values that fit in no column.
fn hard(columns: u16) -> (Place, Story) {
    let place = Place::new();
    let title = "Very long title about the file servers of every building ".repeat(3);
    let mut story = place.sit_at("ana", (columns, 24)).press(&format!("a{title}<enter>"));
    for n in 1..=4 {
        let name = format!("HOST-{n}-with-a-rather-long-name.example.org");
        story = story.press(&format!(":component add {name} --stage confirmed<enter>"));
    }
    let story = story
        .press(":notice add Weekly update for the board of directors and its council --due -2h<enter>")
        .press(":notice add Insurer --due -1h<enter>")
        .press(":people add Maximiliane Konstantinopolsky --mail maximiliane@very-long-organisation.example<enter>")
        .press(":indicator add 9e107d9d372bb6826bd81d3542a419d6<enter>")
        .press(":indicator add https://login.example.com/a/very/long/path/with/many/segments/and?query=never<enter>")
        .press(":indicator add invoice.department@supplier-with-a-rather-long-domain.example<enter>")
        .press(":decide Keep the domain controllers of building 2 running until their memory is taken<enter>");
    (place, story)
}

/// The rows of the list of a screen that are not empty, without the frame above them and the footer.
fn list(screen: &str) -> Vec<String> {
    screen.lines().skip(5).take(16).map(str::to_owned).collect()
}

#[test]
fn the_head_counts_what_it_cannot_name_and_loses_no_time() {
    for columns in [60, 66, 80, 100, 120, 140] {
        let (_place, story) = hard(columns);
        let screen = story.screen();
        let row =
            screen.lines().find(|row| row.contains("NOT CONTAINED 4:")).unwrap_or_else(|| panic!("{screen}"));
        assert!(row.contains("HOST-") && row.contains("0:00"), "{columns}: {row}");
        let named = row.matches("HOST-").count();
        assert!(named == 4 || row.contains(&format!("+{}", 4 - named)), "{columns}: {row}");
    }
}

#[test]
fn no_row_of_a_list_is_nothing_but_an_ellipsis() {
    for columns in [80, 100, 140] {
        let (_place, mut story) = hard(columns);
        for digit in 2..=8 {
            story = story.press(&digit.to_string());
            let screen = story.screen();
            for row in list(&screen) {
                let said = row.trim_matches(|c: char| !c.is_alphanumeric() && c != '…');
                assert!(said != "…" && !said.starts_with("… "), "{columns}, screen {digit}:\n{screen}");
            }
        }
    }
}

#[test]
fn a_component_keeps_a_readable_name_on_a_small_screen() {
    let (_place, story) = hard(80);
    let screen = story.press("3").screen();
    assert_eq!(list(&screen).iter().filter(|row| row.contains("HOST-")).count(), 6, "{screen}");
    assert!(
        screen.contains("NOT CONTAINED 4:  HOST-1-") && screen.contains("since 14:06 (0:00)"),
        "{screen}"
    );
}

#[test]
fn a_late_notice_keeps_its_time_and_the_others_their_number() {
    let (_place, story) = hard(80);
    let screen = story.press("7").screen();
    let row = screen.lines().find(|row| row.contains("OVERDUE 2 ")).unwrap_or_else(|| panic!("{screen}"));
    assert!(row.contains("2:00") && (row.contains("1:00") || row.contains("+1")), "{row}");
}

#[test]
fn an_indicator_without_room_says_where_it_points() {
    let (_place, story) = hard(80);
    let screen = story.press("4").screen();
    for words in ["on login[.]example[.]com", "9e107d9d372bb6826bd81d3542a419d6", "characters, whole below"] {
        assert!(screen.contains(words), "{words:?} is missing:\n{screen}");
    }
}

#[test]
fn what_the_board_of_stages_means_is_said_with_the_row_it_is_about() {
    let place = Place::new();
    let story = place.sit_at("ana", (80, 24)).press("aRansomware<enter>3cFS01<tab><tab>con<enter>");
    let story = story.press(">con<enter>");
    let screen = story.screen();
    assert!(screen.contains("NOW?: claimed, not yet"), "{screen}");
    let story = story.press("<lt>beacon again<enter>");
    let screen = story.screen();
    assert!(screen.contains("(was): contained"), "{screen}");
    let help = story.press("?G").screen();
    assert!(help.contains("About"), "{help}");
}
