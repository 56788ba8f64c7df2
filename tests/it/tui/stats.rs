//! The page of measures, opened from the `:` line: the open incident beside the others, and over all of them.

use casebook::demo;
use casebook::tui::app::Banner;
use casebook::tui::theme::{Colours, Letters, Theme};

use super::session::{Place, Story, afternoon};

/// A story whose screen has these words.
trait Shows {
    fn shows(self, words: &str) -> Self;
}

impl Shows for Story {
    fn shows(self, words: &str) -> Self {
        assert!(self.screen().contains(words), "{words:?} is not on\n{}", self.screen());
        self
    }
}

/// The demo with its last incident open.
fn told(place: &Place, size: (u16, u16), theme: Theme) -> Story {
    let story = place.open("ana", size, |setup| {
        demo::tell(&setup.store, afternoon(), [7; 16]).unwrap();
        setup.banner = Banner::Demo;
        setup.theme = theme;
    });
    story.settled().press("<enter>")
}

#[test]
fn nothing_on_record_says_so_and_one_incident_says_nothing_about_the_next() {
    let place = Place::new();
    let story = place.sit_at("ana", (100, 30)).press(":stats<enter>").shows("nothing to measure");
    assert!(story.screen().contains("no incidents on record"), "{}", story.screen());
    let story = story.press("<esc>aRansomware on the file servers<enter>").settled();
    let story = story.press(":stats<enter>").shows("alone: there is nothing like it to compare with");
    let story = story.press("<tab>").shows("n = 1 says nothing about the next one");
    assert!(story.press("q").screen().contains("Board"));
}

#[test]
fn the_open_incident_stands_beside_the_median_of_the_others() {
    let place = Place::new();
    let story = told(&place, (120, 40), Theme::default());
    let story = story.press(":stats<enter>").shows("beside the median of 3 other demo incidents");
    insta::assert_snapshot!("stats-this", story.screen());
    let story = story.press("<tab>");
    insta::assert_snapshot!("stats-all", story.screen());
    let story = story.press("<tab>").shows("[By severity]").press("<tab>");
    insta::assert_snapshot!("stats-by-type", story.screen());
    // Round and round, both ways; the false alarm has a cut of its own.
    let story =
        story.press("<tab>").shows("[Demo false alarms]").shows("n = 1 says nothing about the next one");
    let story = story.press("<tab>").shows("[This incident]").press("<s-tab>").shows("[Demo false alarms]");
    let story = story.press("?").shows("What each measure means").press("q").shows("[Demo false alarms]");
    assert!(!story.press("<esc>").screen().contains("Measures"));
}

#[test]
fn the_page_is_whole_on_small_screens_without_colours_and_without_unicode() {
    for (columns, rows) in [(80, 24), (45, 20)] {
        let place = Place::new();
        let story = told(&place, (columns, rows), Theme::new(Colours::None, Letters::Ascii));
        let story = story.press(":stats<enter>").shows("acknowledge");
        let story = story.shows("0:34");
        assert!(story.screen().is_ascii(), "{}", story.screen());
        insta::assert_snapshot!(format!("stats-{columns}x{rows}"), story.screen());
        // To the end and no further.
        let story = story.press("G");
        let end = story.screen();
        let story = story.press("j");
        assert_eq!(story.screen(), end);
        assert!(end.contains("improvements"), "{end}");
        assert!(story.press("g").screen().contains("dwell"));
    }
}
